#include "bind/decode.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bind/name.h"
#include "wire/limits.h"

void decode_init(struct decode *d, const uint8_t *data, size_t len, struct arena *arena)
{
	*d = (struct decode){ .arena = arena };
	cursor_init(&d->at, data, len);
}

static int printf_like(2, 3) wrong(struct decode *d, const char *fmt, ...)
{
	char reason[120];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	snprintf(d->error, sizeof(d->error), "%s%s%s", d->path, d->path[0] ? ": " : "", reason);
	return -EINVAL;
}

const char *decode_kind_name(const struct kiln_type *type)
{
	switch (type->kind) {
	case KILN_KIND_VOID:
		return "null";
	case KILN_KIND_BOOL:
		return "a boolean";
	case KILN_KIND_INT:
		return "a whole number from -2147483648 to 2147483647";
	case KILN_KIND_UINT:
		return "a whole number from 0 to 4294967295";
	case KILN_KIND_NUMBER:
		return "a number";
	case KILN_KIND_STRING:
		return "a string";
	case KILN_KIND_STRING_OR_NULL:
		return "a string or null";
	case KILN_KIND_BYTES:
		return "a Uint8Array";
	case KILN_KIND_LIST:
		return "an array";
	case KILN_KIND_CALLBACK:
		return "a function";
	case KILN_KIND_STRUCT:
	case KILN_KIND_ITERATOR:
	case KILN_KIND_CLASS:
		return "an object";
	case KILN_KIND_GLOBAL:
	case KILN_KIND_UNION:
		return type->name;
	default:
		return "another value";
	}
}

static int mismatch(struct decode *d, const struct kiln_type *type)
{
	return wrong(d, "must be %s", decode_kind_name(type));
}

static int decode_text(struct decode *d, const struct value *v, const char **ret)
{
	char *copy;

	if (memchr(v->bytes.data, '\0', v->bytes.len))
		return wrong(d, "must not have a NUL character");
	copy = arena_alloc(d->arena, v->bytes.len + 1ul, 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, v->bytes.data, v->bytes.len);
	*ret = copy;
	return 0;
}

static int decode_integer(
	struct decode *d, const struct kiln_type *type, const struct value *v, void *ret)
{
	if (type->kind == KILN_KIND_UINT && v->type == VALUE_UINT && v->u <= UINT32_MAX)
		*(uint32_t *)ret = (uint32_t)v->u;
	else if (type->kind == KILN_KIND_INT && v->type == VALUE_UINT && v->u <= INT32_MAX)
		*(int32_t *)ret = (int32_t)v->u;
	else if (type->kind == KILN_KIND_INT && v->type == VALUE_INT && v->i >= INT32_MIN)
		*(int32_t *)ret = (int32_t)v->i;
	else
		return mismatch(d, type);
	return 0;
}

static int decode_number(
	struct decode *d, const struct kiln_type *type, const struct value *v, double *ret)
{
	switch (v->type) {
	case VALUE_UINT:
		*ret = (double)v->u;
		return 0;
	case VALUE_INT:
		*ret = (double)v->i;
		return 0;
	case VALUE_FLOAT:
		if (!isfinite(v->d))
			return wrong(d, "must be a finite number");
		*ret = v->d;
		return 0;
	default:
		return mismatch(d, type);
	}
}

static int decode_enum(
	struct decode *d, const struct kiln_type *type, const struct value *v, int *ret)
{
	char known[100] = "";

	for (const struct kiln_member *m = type->members(); m->name; m++) {
		size_t len = strlen(known);

		if (v->type == VALUE_STR && strlen(m->name) == v->bytes.len &&
			memcmp(m->name, v->bytes.data, v->bytes.len) == 0) {
			*ret = m->value;
			return 0;
		}
		snprintf(known + len, sizeof(known) - len, "%s\"%s\"", len ? ", " : "", m->name);
	}
	return wrong(d, "must be one of %s", known);
}

static int decode_list(struct decode *d, const struct kiln_type *type, uint32_t count, void *ret)
{
	struct {
		unsigned char *items;
		size_t count;
	} list = { .count = count };
	size_t mark = strlen(d->path);
	int r = 0;

	list.items = arena_alloc(d->arena, count, type->of->size);
	if (!list.items)
		return -ENOMEM;
	/* Each list is a struct of its own with these two members. */
	memcpy(ret, &list, sizeof(list));
	for (uint32_t i = 0; r == 0 && i < count; i++) {
		snprintf(d->path + mark, sizeof(d->path) - mark, "[%u]", i);
		r = decode_value(d, type->of, list.items + i * type->of->size);
		d->path[mark] = '\0';
	}
	return r;
}

static const struct kiln_member *find_member(
	const struct kiln_type *type, const char *key, size_t len, unsigned *ret_index)
{
	unsigned i = 0;

	for (const struct kiln_member *m = type->members(); m->name; m++, i++)
		if (name_is(m->name, key, len)) {
			*ret_index = i;
			return m;
		}
	return NULL;
}

/* A key that is somebody else's may be long, and its text has to stay UTF-8 when it is cut. */
static void enter_member(struct decode *d, size_t mark, const char *key, size_t len)
{
	size_t max = NAME_MAX_BYTES, room = sizeof(d->path) - mark;

	room = room > 2 ? room - 2 : 0; /* the point, and the end */
	if (max > room)
		max = room;
	if (len > max)
		for (len = max; len > 0 && ((uint8_t)key[len] & 0xc0) == 0x80;)
			len--;
	snprintf(d->path + mark, sizeof(d->path) - mark, "%s%.*s", mark ? "." : "", (int)len, key);
}

static int decode_member(struct decode *d, const struct kiln_type *type, uint64_t *seen, void *ret)
{
	const struct kiln_member *m;
	size_t len, mark = strlen(d->path);
	const char *key;
	unsigned i;
	int r;

	if (cursor_str(&d->at, &key, &len) < 0)
		return wrong(d, "cannot be read");
	enter_member(d, mark, key, len);
	m = find_member(type, key, len, &i);
	if (!m)
		return wrong(d, "there is no such member");
	if (*seen & 1ull << i)
		return wrong(d, "is there twice");
	*seen |= 1ull << i;
	if (m->optional)
		*(bool *)((char *)ret + m->has) = true;
	r = decode_value(d, m->type, (char *)ret + m->offset);
	if (r == 0)
		d->path[mark] = '\0';
	return r;
}

static int decode_struct(struct decode *d, const struct kiln_type *type, uint32_t count, void *ret)
{
	char name[NAME_MAX_BYTES];
	uint64_t seen = 0;
	unsigned i = 0;
	int r = 0;

	memset(ret, 0, type->size);
	for (; r == 0 && count > 0; count--)
		r = decode_member(d, type, &seen, ret);
	for (const struct kiln_member *m = type->members(); r == 0 && m->name; m++, i++) {
		if (m->optional || seen & 1ull << i)
			continue;
		name_to_camel(m->name, name);
		r = wrong(d, "needs \"%s\"", name);
	}
	return r;
}

static int decode_json(struct decode *d, struct kiln_bytes *ret)
{
	ret->data = d->at.at;
	if (cursor_skip(&d->at) < 0)
		return wrong(d, "cannot be read");
	ret->size = (size_t)(d->at.at - ret->data);
	return 0;
}

/* A type may lead to itself, so that the depth is the sender's choice. */
static int decode_container(
	struct decode *d, const struct kiln_type *type, const struct value *v, void *ret)
{
	bool is_struct = type->kind == KILN_KIND_STRUCT;
	int r;

	if (v->type != (is_struct ? VALUE_MAP : VALUE_ARRAY))
		return mismatch(d, type);
	if (d->depth == DEPTH_MAX)
		return wrong(d, "is nested too deeply");
	d->depth++;
	r = is_struct ? decode_struct(d, type, v->count, ret) : decode_list(d, type, v->count, ret);
	d->depth--;
	return r;
}

int decode_value(struct decode *d, const struct kiln_type *type, void *ret)
{
	struct value v;

	if (type->kind == KILN_KIND_JSON)
		return decode_json(d, ret);
	if (cursor_next(&d->at, &v) < 0)
		return wrong(d, "cannot be read");
	switch (type->kind) {
	case KILN_KIND_VOID:
		return v.type == VALUE_NIL ? 0 : mismatch(d, type);
	case KILN_KIND_BOOL:
		if (v.type != VALUE_BOOL)
			return mismatch(d, type);
		*(bool *)ret = v.boolean;
		return 0;
	case KILN_KIND_INT:
	case KILN_KIND_UINT:
		return decode_integer(d, type, &v, ret);
	case KILN_KIND_NUMBER:
		return decode_number(d, type, &v, ret);
	case KILN_KIND_STRING_OR_NULL:
		if (v.type == VALUE_NIL) {
			*(const char **)ret = NULL;
			return 0;
		}
		__attribute__((fallthrough));
	case KILN_KIND_STRING:
		return v.type == VALUE_STR ? decode_text(d, &v, ret) : mismatch(d, type);
	case KILN_KIND_BYTES:
		if (v.type != VALUE_BIN)
			return mismatch(d, type);
		*(struct kiln_bytes *)ret = (struct kiln_bytes){ v.bytes.data, v.bytes.len };
		return 0;
	case KILN_KIND_ENUM:
		return decode_enum(d, type, &v, ret);
	case KILN_KIND_STRUCT:
	case KILN_KIND_LIST:
		return decode_container(d, type, &v, ret);
	default:
		return wrong(d, "is of a type that only script has");
	}
}
