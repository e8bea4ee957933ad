#include "script/codec.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "script/ipc_error.h"
#include "script/props.h"
#include "script/text.h"

/* What the scratch buffers keep between payloads. */
#define SCRATCH_KEPT (256u << 10)
#define PATH_MAX_BYTES 160

/* Where Duktape keeps the primitive in a Number, String or Boolean object. */
#define KEY_BOXED "\x82Value"

static void encode_plain(struct codec *c, duk_context *ctx);

void codec_init(struct codec *c)
{
	*c = (struct codec){ 0 };
	buf_init(&c->out, PAYLOAD_MAX);
	/* A string's CESU-8 is at most one and a half times its UTF-8. */
	buf_init(&c->text, PAYLOAD_MAX / 2 * 3);
}

void codec_fini(struct codec *c)
{
	buf_fini(&c->out);
	buf_fini(&c->text);
}

void codec_reset(struct codec *c)
{
	buf_reset(&c->out, SCRATCH_KEPT);
	buf_reset(&c->text, SCRATCH_KEPT);
}

static bool is_identifier(const char *s)
{
	if (!isalpha((unsigned char)*s) && *s != '_' && *s != '$')
		return false;
	while (isalnum((unsigned char)*s) || *s == '_' || *s == '$')
		s++;
	return *s == '\0';
}

/* "payload.a.b[2]" of the value in hand; cut at the end when it does not fit. */
static void show_path(const struct codec *c, duk_context *ctx, char *to, size_t room)
{
	size_t n = (size_t)snprintf(to, room, "payload");

	for (unsigned i = 0; i < c->depth && n < room; i++) {
		const struct codec_level *l = &c->levels[i];
		const char *key = l->key >= 0 ? duk_get_string(ctx, l->key) : NULL;

		if (!key)
			n += (size_t)snprintf(to + n, room - n, "[%u]", l->index);
		else if (is_identifier(key))
			n += (size_t)snprintf(to + n, room - n, ".%s", key);
		else
			n += (size_t)snprintf(to + n, room - n, "[\"%s\"]", key);
	}
	if (n >= room)
		to[text_cut(to, room - 1)] = '\0';
}

__attribute__((noreturn)) static void refuse(
	const struct codec *c, duk_context *ctx, enum wire_status status, const char *why)
{
	char path[PATH_MAX_BYTES];

	show_path(c, ctx, path, sizeof(path));
	ipc_error_throw(ctx, status, "%s: %s", path, why);
}

__attribute__((noreturn)) static void refuse_size(const struct codec *c, duk_context *ctx)
{
	ipc_error_throw(ctx, STATUS_TOO_LARGE, "the payload is over %u MiB", PAYLOAD_MAX >> 20);
}

static void check_room(const struct codec *c, duk_context *ctx)
{
	if (c->pack.error == -ENOMEM)
		(void)duk_range_error(ctx, "no memory for the payload");
	if (c->pack.error < 0)
		refuse_size(c, ctx);
}

static void encode_text(struct codec *c, duk_context *ctx, duk_idx_t at)
{
	duk_size_t len;
	const char *s = duk_get_lstring(ctx, at, &len);
	const char *utf8;
	size_t utf8_len;
	int r = text_export(&c->text, s, len, &utf8, &utf8_len);

	if (r == -EILSEQ)
		refuse(c, ctx, STATUS_SERIALIZATION, "half of a surrogate pair cannot be sent");
	if (r == -ENOMEM)
		(void)duk_range_error(ctx, "no memory for the payload");
	if (r < 0)
		refuse_size(c, ctx);
	pack_str(&c->pack, utf8, utf8_len);
}

static void encode_number(struct codec *c, duk_context *ctx)
{
	double d = duk_get_number(ctx, -1);

	/* -0 becomes 0. */
	if (isfinite(d))
		pack_number(&c->pack, d + 0.0);
	else
		pack_nil(&c->pack);
}

static struct codec_level *descend(struct codec *c, duk_context *ctx)
{
	void *object = duk_get_heapptr(ctx, -1);

	for (unsigned i = 0; i < c->depth; i++)
		if (c->levels[i].object == object)
			refuse(c, ctx, STATUS_SERIALIZATION, "a cycle cannot be sent");
	if (c->depth == DEPTH_MAX)
		refuse(c, ctx, STATUS_SERIALIZATION, "nested too deeply");
	duk_require_stack(ctx, 8);
	c->levels[c->depth] = (struct codec_level){ .object = object, .key = -1 };
	return &c->levels[c->depth++];
}

/* Replaces the value at the top of the stack by what its toJSON returns, if it has one. */
static void apply_to_json(struct codec *c, duk_context *ctx)
{
	const struct codec_level *l = c->depth ? &c->levels[c->depth - 1] : NULL;

	if (!duk_is_object(ctx, -1) || duk_is_buffer_data(ctx, -1))
		return;
	if (!duk_get_prop_literal(ctx, -1, "toJSON") || !duk_is_function(ctx, -1)) {
		duk_pop(ctx);
		return;
	}
	duk_dup(ctx, -2);
	if (!l)
		duk_push_literal(ctx, "");
	else if (l->key >= 0)
		duk_dup(ctx, l->key);
	else
		duk_push_sprintf(ctx, "%u", l->index);
	c->in_script = true;
	duk_call_method(ctx, 1);
	c->in_script = false;
	duk_replace(ctx, -2);
}

static void encode_array(struct codec *c, duk_context *ctx)
{
	struct codec_level *l = descend(c, ctx);
	duk_size_t n = duk_get_length(ctx, -1);

	/* Each member takes a byte at least: so refuse before walking a length of 2^32. */
	if (n > PAYLOAD_MAX)
		refuse_size(c, ctx);
	pack_array(&c->pack, n);
	for (l->index = 0; l->index < n; l->index++) {
		c->in_script = true;
		duk_get_prop_index(ctx, -1, l->index);
		c->in_script = false;
		apply_to_json(c, ctx);
		encode_plain(c, ctx);
		duk_pop(ctx);
	}
	c->depth--;
}

static bool is_sendable(duk_context *ctx, duk_idx_t at)
{
	return !duk_is_undefined(ctx, at) && !duk_is_function(ctx, at) && !duk_is_symbol(ctx, at);
}

/*
 * The number of members is known only behind them, as each one's value decides
 * whether it is sent. So one byte is kept for the header of up to 15 members,
 * and a wider one is made room for in the rarer case.
 */
static void finish_map(struct codec *c, size_t header_at, uint32_t n)
{
	size_t more = n <= 15 ? 0 : n <= 0xffff ? 2 : 4, body;
	uint8_t *header, *unused;
	int r;

	r = buf_reserve(&c->out, more, &unused);
	if (r < 0) {
		c->pack.error = r;
		return;
	}
	header = buf_bytes(&c->out) + header_at;
	body = buf_len(&c->out) - header_at - 1;
	memmove(header + 1 + more, header + 1, body);
	buf_grow(&c->out, more);
	if (more == 0) {
		header[0] = (uint8_t)(0x80 | n);
		return;
	}
	header[0] = more == 2 ? 0xde : 0xdf;
	for (size_t i = more; i > 0; i--, n >>= 8)
		header[i] = (uint8_t)n;
}

/* Whether the member whose value is at the top, and is taken away, is sent. */
static bool encode_member(struct codec *c, duk_context *ctx, const struct codec_level *l)
{
	bool sent;

	apply_to_json(c, ctx);
	sent = is_sendable(ctx, -1);
	if (sent) {
		/* What is wrong with a key is wrong with the object. */
		c->depth--;
		encode_text(c, ctx, l->key);
		c->depth++;
		encode_plain(c, ctx);
	}
	duk_pop(ctx);
	check_room(c, ctx);
	return sent;
}

/* [ … object keys… ] -> [ … object ] */
static uint32_t encode_members(
	struct codec *c, duk_context *ctx, struct codec_level *l, duk_idx_t n_keys)
{
	duk_idx_t end = duk_get_top(ctx), object = end - n_keys - 1;
	uint32_t n = 0;
	bool found;

	for (l->key = object + 1; l->key < end; l->key++) {
		c->in_script = true;
		found = props_get(ctx, object, l->key);
		c->in_script = false;
		n += found && encode_member(c, ctx, l);
	}
	duk_pop_n(ctx, n_keys);
	return n;
}

/* The same for an object whose keys take a walk by Duktape. */
static uint32_t encode_enumerated(struct codec *c, duk_context *ctx, struct codec_level *l)
{
	uint32_t n = 0;

	duk_enum(ctx, -1, DUK_ENUM_OWN_PROPERTIES_ONLY);
	while (duk_next(ctx, -1, false)) {
		l->key = duk_get_top_index(ctx);
		/* Not by duk_next(), which would pass by a Proxy. */
		duk_dup_top(ctx);
		c->in_script = true;
		duk_get_prop(ctx, -4);
		c->in_script = false;
		n += encode_member(c, ctx, l);
		duk_pop(ctx);
	}
	duk_pop(ctx);
	return n;
}

static void encode_object(struct codec *c, duk_context *ctx)
{
	struct codec_level *l = descend(c, ctx);
	size_t header_at = buf_len(&c->out);
	duk_idx_t n_keys;
	uint32_t n;

	if (c->pack.error == 0)
		c->pack.error = buf_append_byte(&c->out, 0x80);
	check_room(c, ctx);
	n_keys = props_push_keys(ctx, -1);
	n = n_keys < 0 ? encode_enumerated(c, ctx, l) : encode_members(c, ctx, l, n_keys);
	l->key = -1;
	c->depth--;
	finish_map(c, header_at, n);
}

/* True when the value at the top was an object around a primitive, now replaced by that. */
static bool unbox(duk_context *ctx)
{
	if (duk_get_prop_literal(ctx, -1, KEY_BOXED) &&
		duk_check_type_mask(ctx, -1,
			DUK_TYPE_MASK_NUMBER | DUK_TYPE_MASK_STRING | DUK_TYPE_MASK_BOOLEAN)) {
		duk_replace(ctx, -2);
		return true;
	}
	duk_pop(ctx);
	return false;
}

/*
 * Whether the object at the top has the prototype of a fresh one of @kind somewhere in
 * its chain.
 */
static bool inherits(duk_context *ctx, duk_uint_t kind)
{
	void *proto;
	bool found = false;

	duk_push_fixed_buffer(ctx, 0);
	duk_push_buffer_object(ctx, -1, 0, 0, kind);
	duk_get_prototype(ctx, -1);
	proto = duk_get_heapptr(ctx, -1);
	duk_pop_3(ctx);
	duk_dup_top(ctx);
	while (!found && duk_is_object(ctx, -1)) {
		duk_get_prototype(ctx, -1);
		duk_remove(ctx, -2);
		found = duk_get_heapptr(ctx, -1) == proto;
	}
	duk_pop(ctx);
	return found;
}

/* A view of other elements is an object of numbers, as JSON.stringify has it. */
static bool encode_bytes(struct codec *c, duk_context *ctx)
{
	duk_size_t len;
	void *data;

	if (!duk_is_buffer_data(ctx, -1))
		return false;
	if (!duk_is_buffer(ctx, -1) && !inherits(ctx, DUK_BUFOBJ_UINT8ARRAY) &&
		!inherits(ctx, DUK_BUFOBJ_ARRAYBUFFER))
		return false;
	data = duk_get_buffer_data(ctx, -1, &len);
	pack_bin(&c->pack, data ? data : "", len);
	return true;
}

static void encode_object_like(struct codec *c, duk_context *ctx)
{
	if (encode_bytes(c, ctx))
		return;
	if (duk_is_function(ctx, -1))
		pack_nil(&c->pack);
	else if (duk_is_array(ctx, -1))
		encode_array(c, ctx);
	else if (unbox(ctx))
		encode_plain(c, ctx);
	else
		encode_object(c, ctx);
}

/* The value at the top of the stack, after its toJSON; may replace it. */
static void encode_plain(struct codec *c, duk_context *ctx)
{
	switch (duk_get_type(ctx, -1)) {
	case DUK_TYPE_BOOLEAN:
		pack_bool(&c->pack, duk_get_boolean(ctx, -1));
		break;
	case DUK_TYPE_NUMBER:
		encode_number(c, ctx);
		break;
	case DUK_TYPE_STRING:
		if (duk_is_symbol(ctx, -1))
			pack_nil(&c->pack);
		else
			encode_text(c, ctx, -1);
		break;
	case DUK_TYPE_OBJECT:
	case DUK_TYPE_BUFFER:
		encode_object_like(c, ctx);
		break;
	default:
		pack_nil(&c->pack);
	}
	check_room(c, ctx);
}

/* -> [ value ] */
static duk_ret_t encode_top(duk_context *ctx, void *arg)
{
	struct codec *c = arg;

	buf_truncate(&c->out, 0);
	pack_init(&c->pack, &c->out);
	c->depth = 0;
	c->in_script = false;
	apply_to_json(c, ctx);
	encode_plain(c, ctx);
	return 1;
}

void codec_encode(struct codec *c, duk_context *ctx, duk_idx_t at)
{
	duk_int_t r;

	if (c->busy)
		(void)duk_type_error(ctx, "a payload that is being sent cannot send in turn");
	c->busy = true;
	duk_dup(ctx, at);
	r = duk_safe_call(ctx, encode_top, c, 1, 1);
	c->busy = false;
	if (r != DUK_EXEC_SUCCESS && c->in_script)
		ipc_error_throw(
			ctx, STATUS_SERIALIZATION, "payload: %s", duk_safe_to_string(ctx, -1));
	if (r != DUK_EXEC_SUCCESS)
		(void)duk_throw(ctx);
	duk_pop(ctx);
}

/* Where the prototypes are while a value is pushed: looked up once, not per object. */
struct protos {
	duk_idx_t object, array;
};

static void push_value(
	struct codec *c, duk_context *ctx, struct cursor *from, const struct protos *protos);

static void take(duk_context *ctx, struct cursor *from, struct value *v)
{
	if (cursor_next(from, v) < 0)
		(void)duk_range_error(ctx, "malformed payload");
}

/*
 * Containers are filled while they have no prototype, so that a member named
 * __proto__ is a member and no setter of the script's is run.
 */
static void push_array(struct codec *c, duk_context *ctx, struct cursor *from, uint32_t n,
	const struct protos *protos)
{
	duk_push_bare_array(ctx);
	for (uint32_t i = 0; i < n; i++) {
		push_value(c, ctx, from, protos);
		duk_put_prop_index(ctx, -2, i);
	}
	duk_dup(ctx, protos->array);
	duk_set_prototype(ctx, -2);
}

static void push_map(struct codec *c, duk_context *ctx, struct cursor *from, uint32_t n,
	const struct protos *protos)
{
	struct value key;

	duk_push_bare_object(ctx);
	if (n > 0)
		props_reserve(ctx, -1, n);
	for (uint32_t i = 0; i < n; i++) {
		take(ctx, from, &key);
		text_push(ctx, &c->text, (const char *)key.bytes.data, key.bytes.len);
		push_value(c, ctx, from, protos);
		duk_put_prop(ctx, -3);
	}
	duk_dup(ctx, protos->object);
	duk_set_prototype(ctx, -2);
}

static void push_bytes(duk_context *ctx, const uint8_t *data, size_t len)
{
	void *p = duk_push_fixed_buffer(ctx, len);

	if (len > 0)
		memcpy(p, data, len);
	duk_push_buffer_object(ctx, -1, 0, len, DUK_BUFOBJ_UINT8ARRAY);
	duk_replace(ctx, -2);
}

static void push_value(
	struct codec *c, duk_context *ctx, struct cursor *from, const struct protos *protos)
{
	struct value v;

	duk_require_stack(ctx, 6);
	take(ctx, from, &v);
	switch (v.type) {
	case VALUE_NIL:
		duk_push_null(ctx);
		break;
	case VALUE_BOOL:
		duk_push_boolean(ctx, v.boolean);
		break;
	case VALUE_INT:
		duk_push_number(ctx, (double)v.i);
		break;
	case VALUE_UINT:
		duk_push_number(ctx, (double)v.u);
		break;
	case VALUE_FLOAT:
		duk_push_number(ctx, v.d);
		break;
	case VALUE_STR:
		text_push(ctx, &c->text, (const char *)v.bytes.data, v.bytes.len);
		break;
	case VALUE_BIN:
		push_bytes(ctx, v.bytes.data, v.bytes.len);
		break;
	case VALUE_ARRAY:
		push_array(c, ctx, from, v.count, protos);
		break;
	case VALUE_MAP:
		push_map(c, ctx, from, v.count, protos);
		break;
	}
}

void codec_push(struct codec *c, duk_context *ctx, struct cursor *from)
{
	struct protos protos;

	/* Of fresh ones: the script may have replaced the globals. */
	duk_push_object(ctx);
	duk_get_prototype(ctx, -1);
	protos.object = duk_get_top_index(ctx);
	duk_push_array(ctx);
	duk_get_prototype(ctx, -1);
	protos.array = duk_get_top_index(ctx);
	push_value(c, ctx, from, &protos);
	duk_replace(ctx, protos.object - 1);
	duk_pop_3(ctx);
}
