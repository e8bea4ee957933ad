#include "app/reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json.h"

int reader_init(struct reader *r, const char *file, const char *text, size_t len,
	struct reader_error *error)
{
	struct json_error json;
	int e;

	*r = (struct reader){ .file = file, .error = error };
	error->text[0] = '\0';
	buf_init(&r->value, 4 * READER_TEXT_MAX);
	e = json_to_msgpack(text, len, JSON_COMMENTS, NULL, 0, &r->value, &json);
	if (e < 0) {
		snprintf(error->text, sizeof(error->text), "%s:%u:%u: %s", file, json.line,
			json.column, json.message);
		return e;
	}
	cursor_init(&r->cursor, buf_bytes(&r->value), buf_len(&r->value));
	return 0;
}

void reader_fini(struct reader *r)
{
	buf_fini(&r->value);
}

int reader_explain(struct reader *r, int error)
{
	if (!r->error->text[0])
		snprintf(r->error->text, sizeof(r->error->text), "%s: %s", r->file,
			strerror(-error));
	return error;
}

int reader_wrong(struct reader *r, const char *fmt, ...)
{
	char reason[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	snprintf(r->error->text, sizeof(r->error->text), "%s: %s%s%s", r->file, r->path,
		r->path[0] ? ": " : "", reason);
	return -EINVAL;
}

size_t reader_enter(struct reader *r, const char *fmt, ...)
{
	size_t mark = strlen(r->path);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->path + mark, sizeof(r->path) - mark, fmt, ap);
	va_end(ap);
	return mark;
}

void reader_leave(struct reader *r, size_t mark)
{
	r->path[mark] = '\0';
}

const char *reader_type_name(enum value_type type)
{
	switch (type) {
	case VALUE_NIL:
		return "null";
	case VALUE_BOOL:
		return "a boolean";
	case VALUE_STR:
		return "a string";
	case VALUE_ARRAY:
		return "an array";
	case VALUE_MAP:
		return "an object";
	default:
		return "a number";
	}
}

int reader_expect(struct reader *r, enum value_type type, struct value *ret)
{
	struct value v;

	if (cursor_next(&r->cursor, &v) < 0)
		return reader_wrong(r, "cannot be read");
	if (v.type != type)
		return reader_wrong(
			r, "must be %s, is %s", reader_type_name(type), reader_type_name(v.type));
	*ret = v;
	return 0;
}

static int unknown_key(struct reader *r, const struct reader_field *fields, size_t n)
{
	char known[160] = "";

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(known);

		snprintf(known + len, sizeof(known) - len, "%s%s", i ? ", " : "", fields[i].key);
	}
	return reader_wrong(r, "unknown key; there are: %s", known);
}

struct fields {
	const struct reader_field *all;
	size_t n;
	uint64_t seen;
	void *out;
};

static int parse_field(struct reader *r, const char *key, size_t len, void *out)
{
	struct fields *fields = out;
	const struct reader_field *f = fields->all, *end = f + fields->n;
	uint64_t bit;

	while (f < end && (strlen(f->key) != len || memcmp(f->key, key, len) != 0))
		f++;
	if (f == end)
		return unknown_key(r, fields->all, fields->n);
	bit = 1ull << (f - fields->all);
	if (fields->seen & bit)
		return reader_wrong(r, "is there twice");
	fields->seen |= bit;
	return f->parse(r, (char *)fields->out + f->offset);
}

int reader_object(struct reader *r, const struct reader_field *fields, size_t n, void *out)
{
	struct fields all = { .all = fields, .n = n, .out = out };

	return reader_members(r, UINT32_MAX, parse_field, &all);
}

int reader_members(struct reader *r, uint32_t max, reader_member_fn parse, void *out)
{
	struct value v;
	int e = reader_expect(r, VALUE_MAP, &v);

	if (e == 0 && v.count > max)
		return reader_wrong(r, "there are more than %u", max);
	for (uint32_t count = e < 0 ? 0 : v.count; e == 0 && count > 0; count--) {
		const char *key;
		size_t len, mark;

		if (cursor_str(&r->cursor, &key, &len) < 0)
			return reader_wrong(r, "cannot be read");
		mark = reader_enter(
			r, "%s%.*s", r->path[0] ? "." : "", (int)(len > 64 ? 64 : len), key);
		e = parse(r, key, len, out);
		if (e == 0)
			reader_leave(r, mark);
	}
	return e;
}

int reader_array(struct reader *r, reader_fn parse, void *out)
{
	struct value v;
	int e = reader_expect(r, VALUE_ARRAY, &v);

	for (uint32_t i = 0; e == 0 && i < v.count; i++) {
		size_t mark = reader_enter(r, "[%u]", i);

		e = parse(r, out);
		if (e == 0)
			reader_leave(r, mark);
	}
	return e;
}

int reader_text(struct reader *r, void *out)
{
	char **ret = out, *text;
	struct value v;
	int e = reader_expect(r, VALUE_STR, &v);

	if (e < 0)
		return e;
	for (uint32_t i = 0; i < v.bytes.len; i++)
		if (v.bytes.data[i] < 0x20 || v.bytes.data[i] == 0x7f)
			return reader_wrong(r, "must not have control characters");
	text = strndup((const char *)v.bytes.data, v.bytes.len);
	if (!text)
		return -ENOMEM;
	free(*ret);
	*ret = text;
	return 0;
}

int reader_string(struct reader *r, void *out)
{
	struct cursor ahead = r->cursor;
	struct value v;

	if (cursor_next(&ahead, &v) == 0 && v.type == VALUE_STR && v.bytes.len == 0)
		return reader_wrong(r, "must not be empty");
	return reader_text(r, out);
}

int reader_bool(struct reader *r, void *out)
{
	struct value v;
	int e = reader_expect(r, VALUE_BOOL, &v);

	if (e == 0)
		*(bool *)out = v.boolean;
	return e;
}

static int next_number(struct reader *r, struct value *ret)
{
	if (cursor_next(&r->cursor, ret) < 0)
		return reader_wrong(r, "cannot be read");
	if (ret->type != VALUE_UINT && ret->type != VALUE_INT && ret->type != VALUE_FLOAT)
		return reader_wrong(r, "must be a number, is %s", reader_type_name(ret->type));
	return 0;
}

int reader_whole(struct reader *r, uint64_t min, uint64_t max, uint64_t *ret)
{
	struct value v;
	int e = next_number(r, &v);

	if (e < 0)
		return e;
	if (v.type != VALUE_UINT || v.u < min || v.u > max)
		return reader_wrong(r, "must be a whole number from %llu to %llu",
			(unsigned long long)min, (unsigned long long)max);
	*ret = v.u;
	return 0;
}

int reader_real(struct reader *r, double min, double max, double *ret)
{
	struct value v;
	int e = next_number(r, &v);
	double d;

	if (e < 0)
		return e;
	d = v.type == VALUE_UINT ? (double)v.u : v.type == VALUE_INT ? (double)v.i : v.d;
	if (!(d >= min && d <= max))
		return reader_wrong(r, "must be a number from %g to %g", min, max);
	*ret = d;
	return 0;
}

int reader_choice(struct reader *r, const struct reader_choice *choices, size_t n, unsigned *ret)
{
	char words[160] = "";
	struct value v;
	int e = reader_expect(r, VALUE_STR, &v);

	for (size_t i = 0; e == 0 && i < n; i++) {
		size_t len = strlen(words);

		if (strlen(choices[i].word) == v.bytes.len &&
			memcmp(choices[i].word, v.bytes.data, v.bytes.len) == 0) {
			*ret = choices[i].value;
			return 0;
		}
		snprintf(words + len, sizeof(words) - len, "%s\"%s\"", i ? ", " : "",
			choices[i].word);
	}
	return e < 0 ? e : reader_wrong(r, "must be one of %s", words);
}
