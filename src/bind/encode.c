#include "bind/encode.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "bind/name.h"
#include "wire/cursor.h"
#include "wire/limits.h"

static int encode_text(struct pack *p, const char *text)
{
	size_t len = strlen(text);

	if (!utf8_valid((const uint8_t *)text, len))
		return -EILSEQ;
	pack_str(p, text, len);
	return p->error;
}

static int encode_enum(struct pack *p, const struct kiln_type *type, int value)
{
	for (const struct kiln_member *m = type->members(); m->name; m++)
		if (m->value == value)
			return encode_text(p, m->name);
	return -EINVAL;
}

/* One well-formed value, and not a byte more: it becomes part of a frame. */
static int encode_json(struct pack *p, const struct kiln_bytes *json)
{
	struct cursor c;
	int r;

	if (json->size == 0) {
		pack_nil(p);
		return p->error;
	}
	cursor_init(&c, json->data, json->size);
	if (cursor_skip(&c) < 0 || !cursor_done(&c))
		return -EINVAL;
	r = buf_append(p->out, json->data, json->size);
	return p->error ? p->error : r;
}

static int encode(struct pack *p, const struct kiln_type *type, const void *value, unsigned depth);

static int encode_bytes(struct pack *p, const struct kiln_bytes *bytes)
{
	if (!bytes->data && bytes->size > 0)
		return -EINVAL;
	pack_bin(p, bytes->data ? bytes->data : (const uint8_t *)"", bytes->size);
	return p->error;
}

static int encode_list(
	struct pack *p, const struct kiln_type *type, const void *value, unsigned depth)
{
	struct {
		const unsigned char *items;
		size_t count;
	} list;
	int r;

	/* Each list is a struct of its own with these two members. */
	memcpy(&list, value, sizeof(list));
	if (!list.items && list.count > 0)
		return -EINVAL;
	pack_array(p, list.count);
	r = p->error;
	for (size_t i = 0; r == 0 && i < list.count; i++)
		r = encode(p, type->of, list.items + i * type->of->size, depth);
	return r;
}

static bool is_there(const struct kiln_member *m, const void *value)
{
	return !m->optional || *(const bool *)((const char *)value + m->has);
}

static int encode_struct(
	struct pack *p, const struct kiln_type *type, const void *value, unsigned depth)
{
	char name[NAME_MAX_BYTES];
	unsigned n = 0;
	int r;

	for (const struct kiln_member *m = type->members(); m->name; m++)
		n += is_there(m, value);
	pack_map(p, n);
	r = p->error;
	for (const struct kiln_member *m = type->members(); r == 0 && m->name; m++) {
		if (!is_there(m, value))
			continue;
		pack_str(p, name, name_to_camel(m->name, name));
		r = encode(p, m->type, (const char *)value + m->offset, depth);
	}
	return r;
}

/* Pointers may have been tied into a ring. */
static int encode_container(
	struct pack *p, const struct kiln_type *type, const void *value, unsigned depth)
{
	if (depth == DEPTH_MAX)
		return -EINVAL;
	return type->kind == KILN_KIND_LIST ? encode_list(p, type, value, depth + 1)
					    : encode_struct(p, type, value, depth + 1);
}

static int encode(struct pack *p, const struct kiln_type *type, const void *value, unsigned depth)
{
	const char *text;

	switch (type->kind) {
	case KILN_KIND_VOID:
		pack_nil(p);
		return p->error;
	case KILN_KIND_BOOL:
		pack_bool(p, *(const bool *)value);
		return p->error;
	case KILN_KIND_INT:
		pack_int(p, *(const int32_t *)value);
		return p->error;
	case KILN_KIND_UINT:
		pack_uint(p, *(const uint32_t *)value);
		return p->error;
	case KILN_KIND_NUMBER:
		if (!isfinite(*(const double *)value))
			return -EINVAL;
		pack_number(p, *(const double *)value);
		return p->error;
	case KILN_KIND_CLASS: /* by its id */
	case KILN_KIND_STRING:
	case KILN_KIND_STRING_OR_NULL:
		text = *(const char *const *)value;
		if (text)
			return encode_text(p, text);
		if (type->kind != KILN_KIND_STRING_OR_NULL)
			return -EINVAL;
		pack_nil(p);
		return p->error;
	case KILN_KIND_BYTES:
		return encode_bytes(p, value);
	case KILN_KIND_JSON:
		return encode_json(p, value);
	case KILN_KIND_ENUM:
		return encode_enum(p, type, *(const int *)value);
	case KILN_KIND_STRUCT:
	case KILN_KIND_LIST:
		return encode_container(p, type, value, depth);
	default:
		return -EINVAL;
	}
}

int encode_value(struct pack *p, const struct kiln_type *type, const void *value)
{
	return encode(p, type, value, 0);
}
