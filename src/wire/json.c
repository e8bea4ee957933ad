#include "wire/json.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <yyjson.h>

#include "wire/cursor.h"
#include "wire/limits.h"
#include "wire/pack.h"

/* Longest text of a number, by yyjson's account, its terminator included. */
#define NUMBER_TEXT_MAX 40
/* Levels towards text: a frame's body has its payload one down. */
#define WRITE_DEPTH_MAX (DEPTH_MAX + 1)

static printf_like(3, 4) int fail(struct json_error *ret_error, int error, const char *fmt, ...)
{
	va_list ap;

	if (ret_error) {
		ret_error->line = ret_error->column = 0;
		va_start(ap, fmt);
		vsnprintf(ret_error->message, sizeof(ret_error->message), fmt, ap);
		va_end(ap);
	}
	return error;
}

static int fail_output(struct json_error *ret_error, int error, const struct buf *out)
{
	if (error == -EMSGSIZE)
		return fail(ret_error, error, "larger than %zu bytes", out->ceiling);
	return fail(ret_error, error, "out of memory");
}

static int parse(const char *text, size_t len, enum json_flags flags, yyjson_doc **ret,
	struct json_error *ret_error)
{
	yyjson_read_flag how = YYJSON_READ_NOFLAG;
	yyjson_read_err err;
	yyjson_doc *doc;
	size_t line, column, at;

	if (len > JSON_TEXT_MAX)
		return fail(ret_error, -EMSGSIZE, "larger than %u bytes of text", JSON_TEXT_MAX);
	if (flags & JSON_COMMENTS)
		how |= YYJSON_READ_ALLOW_COMMENTS | YYJSON_READ_ALLOW_TRAILING_COMMAS;
	/* Not const there for the sake of in-place reading, which is not asked for. */
	doc = yyjson_read_opts((char *)text, len, how, NULL, &err);
	if (doc) {
		*ret = doc;
		return 0;
	}
	if (err.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
		return fail(ret_error, -ENOMEM, "out of memory");
	fail(ret_error, -EBADMSG, "%s", len == 0 ? "the text is empty" : err.msg);
	if (ret_error && yyjson_locate_pos(text, len, err.pos, &line, &column, &at)) {
		ret_error->line = (unsigned)line;
		ret_error->column = (unsigned)column;
	}
	return -EBADMSG;
}

/* One value without what is in it. */
static void pack_one(struct pack *p, yyjson_val *v)
{
	switch (yyjson_get_type(v)) {
	case YYJSON_TYPE_BOOL:
		pack_bool(p, yyjson_get_bool(v));
		break;
	case YYJSON_TYPE_STR:
		pack_str(p, yyjson_get_str(v), yyjson_get_len(v));
		break;
	case YYJSON_TYPE_ARR:
		pack_array(p, yyjson_arr_size(v));
		break;
	case YYJSON_TYPE_OBJ:
		pack_map(p, yyjson_obj_size(v));
		break;
	case YYJSON_TYPE_NUM:
		if (yyjson_is_uint(v))
			pack_uint(p, yyjson_get_uint(v));
		else if (yyjson_is_sint(v) && yyjson_get_sint(v) != 0)
			pack_int(p, yyjson_get_sint(v));
		else if (yyjson_is_sint(v))
			pack_number(p, -0.0); /* a signed zero is how yyjson reads "-0" */
		else
			pack_number(p, yyjson_get_real(v));
		break;
	default:
		pack_nil(p);
	}
}

static int pack_bytes(
	struct pack *p, yyjson_val *v, const struct json_blob *blob, struct json_error *ret_error)
{
	if (!yyjson_is_null(v))
		return fail(ret_error, -EBADMSG, "bytes are to replace value %u, which is not null",
			blob->ordinal);
	pack_bin(p, blob->data, blob->len);
	return 0;
}

/* yyjson keeps a document's values, keys among them, in one row in the order of the text. */
static int pack_document(yyjson_val *v, const struct json_blob *blobs, size_t n_blobs,
	struct buf *out, struct json_error *ret_error)
{
	/* What is still missing of each container around us; keys and values count apart. */
	struct level {
		size_t left;
		bool object;
	} levels[DEPTH_MAX + 1], *top = levels;
	uint32_t ordinal = 0;
	size_t used = 0; /* blobs */
	struct pack p;
	int r;

	pack_init(&p, out);
	*top = (struct level){ .left = 1 };
	for (;;) {
		bool key = top->object && top->left % 2 == 0;
		bool opens = yyjson_is_ctn(v);

		if (!key && used < n_blobs && blobs[used].ordinal == ordinal) {
			r = pack_bytes(&p, v, &blobs[used++], ret_error);
			if (r < 0)
				return r;
		} else {
			pack_one(&p, v);
		}
		if (p.error < 0)
			return fail_output(ret_error, p.error, out);
		ordinal += !key;
		top->left--;
		if (opens) {
			if (top == levels + DEPTH_MAX)
				return fail(ret_error, -E2BIG, "nested deeper than %u levels",
					DEPTH_MAX);
			*++top = (struct level){
				.left = yyjson_get_len(v) * (yyjson_is_obj(v) ? 2 : 1),
				.object = yyjson_is_obj(v),
			};
		}
		while (top->left == 0 && top > levels)
			top--;
		if (top->left == 0)
			break;
		v = opens ? unsafe_yyjson_get_first(v) : unsafe_yyjson_get_next(v);
	}
	if (used < n_blobs)
		return fail(ret_error, -EBADMSG,
			"bytes are to replace value %u, which is not there", blobs[used].ordinal);
	return 0;
}

int json_to_msgpack(const char *text, size_t len, enum json_flags flags,
	const struct json_blob *blobs, size_t n_blobs, struct buf *out,
	struct json_error *ret_error)
{
	size_t before = buf_len(out);
	yyjson_doc *doc;
	int r;

	r = parse(text, len, flags, &doc, ret_error);
	if (r < 0)
		return r;
	r = pack_document(yyjson_doc_get_root(doc), blobs, n_blobs, out, ret_error);
	yyjson_doc_free(doc);
	if (r < 0)
		buf_truncate(out, before);
	return r;
}

/*
 * Text on its way into a buf: most pieces are a few bytes long, so they are
 * collected first. The first failure sticks. text_flush() comes at the end.
 */
struct text {
	struct buf *out; /* borrowed */
	int error;
	size_t used;
	char chunk[512];
};

static void text_init(struct text *t, struct buf *out)
{
	t->out = out;
	t->error = 0;
	t->used = 0;
}

static int text_flush(struct text *t)
{
	if (t->error == 0)
		t->error = buf_append(t->out, t->chunk, t->used);
	t->used = 0;
	return t->error;
}

static void put_byte(struct text *t, char c)
{
	if (t->used == sizeof(t->chunk))
		text_flush(t);
	t->chunk[t->used++] = c;
}

static void put(struct text *t, const void *p, size_t n)
{
	if (n > sizeof(t->chunk) - t->used)
		text_flush(t);
	if (n <= sizeof(t->chunk)) {
		memcpy(t->chunk + t->used, p, n);
		t->used += n;
	} else if (t->error == 0) {
		t->error = buf_append(t->out, p, n);
	}
}

/* Whether one of eight bytes has to be escaped: '"', '\\', and control characters. */
static bool special(uint64_t eight)
{
	const uint64_t ones = 0x0101010101010101ull, tops = 0x80 * ones;
	uint64_t quote = eight ^ ('"' * ones), backslash = eight ^ ('\\' * ones);

	/* Each subtraction borrows into the top bits of bytes below it; others are masked. */
	return ((quote - ones) | (backslash - ones) | (eight - 0x20 * ones)) & ~eight & tops;
}

/* How many bytes from @s on need no escape. */
static size_t plain_run(const uint8_t *s, size_t len)
{
	uint64_t eight;
	size_t n = 0;

	while (len - n >= sizeof(eight)) {
		memcpy(&eight, s + n, sizeof(eight));
		if (special(eight))
			break;
		n += sizeof(eight);
	}
	while (n < len && s[n] >= 0x20 && s[n] != '"' && s[n] != '\\')
		n++;
	return n;
}

static void put_escape(struct text *t, uint8_t c)
{
	static const char letters[] = {
		['\b'] = 'b',
		['\t'] = 't',
		['\n'] = 'n',
		['\f'] = 'f',
		['\r'] = 'r',
		['"'] = '"',
		['\\'] = '\\',
	};
	static const char hex[] = "0123456789abcdef";

	if (letters[c])
		put(t, (const char[]){ '\\', letters[c] }, 2);
	else
		put(t, (const char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
}

static void put_string(struct text *t, const uint8_t *s, size_t len)
{
	put_byte(t, '"');
	while (len > 0) {
		size_t run = plain_run(s, len);

		put(t, s, run);
		if (run == len)
			break;
		put_escape(t, s[run]);
		s += run + 1;
		len -= run + 1;
	}
	put_byte(t, '"');
}

/* By yyjson for its shortest form of doubles that reads back as the same double. */
static void put_number(struct text *t, const struct value *v)
{
	char text[NUMBER_TEXT_MAX];
	yyjson_val number = { 0 };

	if (v->type == VALUE_UINT)
		yyjson_set_uint(&number, v->u);
	else if (v->type == VALUE_INT)
		yyjson_set_sint(&number, v->i);
	else
		yyjson_set_real(&number, v->d);
	put(t, text, (size_t)(yyjson_write_number(&number, text) - text));
}

static void put_scalar(struct text *t, const struct value *v)
{
	if (v->type == VALUE_STR)
		put_string(t, v->bytes.data, v->bytes.len);
	else if (v->type == VALUE_BOOL)
		put(t, v->boolean ? "true" : "false", v->boolean ? 4 : 5);
	else if (v->type == VALUE_NIL || v->type == VALUE_BIN ||
		 (v->type == VALUE_FLOAT && !isfinite(v->d)))
		put(t, "null", 4);
	else
		put_number(t, v);
}

/* A container around the value that is being written. */
struct level {
	uint64_t at, count; /* members that are through, and in all; keys and values count apart */
	const uint8_t *key; /* of a map: the last one that was written */
	uint32_t key_len;
	bool map;
};

struct writer {
	struct text text;
	json_bytes_fn on_bytes; /* may be null */
	void *arg;
	/*
	 * Its ceiling is what is left for all paths of this value together, so
	 * that many bytes under one long key do not cost the product of both.
	 */
	struct buf path;
};

/* Tells on_bytes about @v, to which the levels from @first to @last lead. */
static int tell_bytes(struct writer *w, const struct level *first, const struct level *last,
	const struct value *v)
{
	struct text t;
	int r;

	text_init(&t, &w->path);
	put_byte(&t, '[');
	for (const struct level *l = first; l <= last; l++) {
		if (l > first)
			put_byte(&t, ',');
		if (l->map)
			put_string(&t, l->key, l->key_len);
		else
			put_number(&t, &(struct value){ .type = VALUE_UINT, .u = l->at });
	}
	put_byte(&t, ']');
	r = text_flush(&t);
	if (r < 0)
		return r;
	r = w->on_bytes((const char *)buf_bytes(&w->path), buf_len(&w->path), v->bytes.data,
		v->bytes.len, w->arg);
	w->path.ceiling -= buf_len(&w->path);
	buf_truncate(&w->path, 0);
	return r;
}

static int write_value(struct writer *w, struct cursor *c)
{
	struct level levels[WRITE_DEPTH_MAX + 1], *top = levels;
	struct text *t = &w->text;
	struct value v;
	int r;

	*top = (struct level){ .count = 1 };
	for (;;) {
		bool key = top->map && top->at % 2 == 0;

		if (cursor_next(c, &v) < 0 || (key && v.type != VALUE_STR))
			return -EBADMSG;
		if (top->at > 0)
			put_byte(t, top->map && !key ? ':' : ',');
		if (key) {
			top->key = v.bytes.data;
			top->key_len = v.bytes.len;
		}
		if (v.type == VALUE_ARRAY || v.type == VALUE_MAP) {
			if (top == levels + WRITE_DEPTH_MAX)
				return -EBADMSG;
			*++top = (struct level){
				.count = v.type == VALUE_MAP ? 2ull * v.count : v.count,
				.map = v.type == VALUE_MAP,
			};
			put_byte(t, top->map ? '{' : '[');
		} else {
			put_scalar(t, &v);
			if (v.type == VALUE_BIN && w->on_bytes) {
				r = tell_bytes(w, levels + 1, top, &v);
				if (r < 0)
					return r;
			}
			top->at++;
		}
		while (top->at == top->count && top > levels) {
			put_byte(t, top->map ? '}' : ']');
			top--;
			top->at++;
		}
		if (t->error < 0)
			return t->error;
		if (top->at == top->count)
			return cursor_done(c) ? text_flush(t) : -EBADMSG;
	}
}

int json_from_msgpack(
	const uint8_t *value, size_t len, json_bytes_fn on_bytes, void *arg, struct buf *out)
{
	struct writer w = { .on_bytes = on_bytes, .arg = arg, .path = BUF_INIT(JSON_TEXT_MAX) };
	size_t before = buf_len(out);
	struct cursor c;
	int r;

	text_init(&w.text, out);
	cursor_init(&c, value, len);
	r = write_value(&w, &c);
	buf_fini(&w.path);
	if (r < 0)
		buf_truncate(out, before);
	return r;
}
