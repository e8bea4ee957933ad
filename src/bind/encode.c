#include "bind/encode.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "bind/name.h"
#include "wire/cursor.h"

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

static int encode_list(struct pack *p, const struct kiln_type *type, const void *value)
{
	struct {
		const unsigned char *items;
		size_t count;
	} list;
	int r;

	/* Each list is a struct of its own with these two members. */
	memcpy(&list, value, sizeof(list));
	pack_array(p, list.count);
	r = p->error;
	for (size_t i = 0; r == 0 && i < list.count; i++)
		r = encode_value(p, type->of, list.items + i * type->of->size);
	return r;
}

static bool is_there(const struct kiln_member *m, const void *value)
{
	return !m->optional || *(const bool *)((const char *)value + m->has);
}

int encode_members(
	struct pack *p, const struct kiln_type *type, const void *value, unsigned *ret_count)
{
	char name[NAME_MAX_BYTES];
	unsigned n = 0;
	int r = 0;

	for (const struct kiln_member *m = type->members(); r == 0 && m->name; m++) {
		if (!is_there(m, value))
			continue;
		pack_str(p, name, name_to_camel(m->name, name));
		r = encode_value(p, m->type, (const char *)value + m->offset);
		n++;
	}
	*ret_count = n;
	return r;
}

static int encode_struct(struct pack *p, const struct kiln_type *type, const void *value)
{
	unsigned n = 0;

	for (const struct kiln_member *m = type->members(); m->name; m++)
		n += is_there(m, value);
	pack_map(p, n);
	return encode_members(p, type, value, &n);
}

int encode_value(struct pack *p, const struct kiln_type *type, const void *value)
{
	const struct kiln_bytes *bytes = value;
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
		pack_bin(p, bytes->data, bytes->size);
		return p->error;
	case KILN_KIND_JSON:
		return encode_json(p, bytes);
	case KILN_KIND_ENUM:
		return encode_enum(p, type, *(const int *)value);
	case KILN_KIND_STRUCT:
		return encode_struct(p, type, value);
	case KILN_KIND_LIST:
		return encode_list(p, type, value);
	default:
		return -EINVAL;
	}
}
