#include "wire/cursor.h"

#include <errno.h>
#include <string.h>

#include "wire/limits.h"

/* What a value's first byte, its tag, announces. */
enum form {
	FORM_BAD, /* an extension, or the tag that msgpack never uses */
	FORM_NIL,
	FORM_BOOL,
	FORM_UINT,
	FORM_INT,
	FORM_FLOAT,
	/* From here on the number says how much follows. */
	FORM_STR,
	FORM_BIN,
	FORM_ARRAY,
	FORM_MAP,
};

/*
 * With each tag comes a number: a value, a length or a count. It is in the
 * @mask bits of the tag, or else in the @width bytes that follow.
 */
static const struct tag {
	uint8_t form, width, mask;
} tags[0x100] = {
	[0x00 ... 0x7f] = { FORM_UINT, .mask = 0x7f },
	[0x80 ... 0x8f] = { FORM_MAP, .mask = 0x0f },
	[0x90 ... 0x9f] = { FORM_ARRAY, .mask = 0x0f },
	[0xa0 ... 0xbf] = { FORM_STR, .mask = 0x1f },
	[0xc0] = { FORM_NIL, .width = 0 },
	[0xc2 ... 0xc3] = { FORM_BOOL, .mask = 0x01 },
	[0xc4] = { FORM_BIN, .width = 1 },
	[0xc5] = { FORM_BIN, .width = 2 },
	[0xc6] = { FORM_BIN, .width = 4 },
	[0xca] = { FORM_FLOAT, .width = 4 },
	[0xcb] = { FORM_FLOAT, .width = 8 },
	[0xcc] = { FORM_UINT, .width = 1 },
	[0xcd] = { FORM_UINT, .width = 2 },
	[0xce] = { FORM_UINT, .width = 4 },
	[0xcf] = { FORM_UINT, .width = 8 },
	[0xd0] = { FORM_INT, .width = 1 },
	[0xd1] = { FORM_INT, .width = 2 },
	[0xd2] = { FORM_INT, .width = 4 },
	[0xd3] = { FORM_INT, .width = 8 },
	[0xd9] = { FORM_STR, .width = 1 },
	[0xda] = { FORM_STR, .width = 2 },
	[0xdb] = { FORM_STR, .width = 4 },
	[0xdc] = { FORM_ARRAY, .width = 2 },
	[0xdd] = { FORM_ARRAY, .width = 4 },
	[0xde] = { FORM_MAP, .width = 2 },
	[0xdf] = { FORM_MAP, .width = 4 },
	[0xe0 ... 0xff] = { FORM_INT, .mask = 0xff },
};

struct item {
	enum form form;
	unsigned bits; /* of the number */
	uint64_t n;
};

static inline uint64_t read_be(const uint8_t *at, unsigned width)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < width; i++)
		n = n << 8 | at[i];
	return n;
}

/*
 * Passes a tag and its number. What they announce is known to be there: all of
 * a string's bytes, which come next, and a byte at least for each member.
 */
static inline int read_item(struct cursor *c, struct item *ret)
{
	size_t left = (size_t)(c->end - c->at);
	uint64_t least = 0;
	const struct tag *tag;

	if (left == 0)
		return -EBADMSG;
	tag = &tags[*c->at];
	if (left <= tag->width)
		return -EBADMSG;
	left -= 1u + tag->width;
	ret->form = tag->form;
	ret->bits = tag->width ? 8u * tag->width : 8;
	ret->n = tag->width ? read_be(c->at + 1, tag->width) : *c->at & tag->mask;
	c->at += 1 + tag->width;
	if (tag->form == FORM_BAD)
		return -EBADMSG;
	if (tag->form >= FORM_STR)
		least = tag->form == FORM_MAP ? 2 * ret->n : ret->n;
	return least <= left ? 0 : -EBADMSG;
}

static struct value integer(const struct item *it)
{
	int64_t i = (int64_t)(it->n << (64 - it->bits)) >> (64 - it->bits);

	if (i < 0)
		return (struct value){ .type = VALUE_INT, .i = i };
	return (struct value){ .type = VALUE_UINT, .u = (uint64_t)i };
}

static double floating(const struct item *it)
{
	uint32_t bits = (uint32_t)it->n;
	float single;
	double d;

	if (it->bits == 32) {
		memcpy(&single, &bits, sizeof(single));
		return single;
	}
	memcpy(&d, &it->n, sizeof(d));
	return d;
}

int cursor_next(struct cursor *c, struct value *ret)
{
	struct cursor at = *c;
	struct item it;

	if (read_item(&at, &it) < 0)
		return -EBADMSG;
	switch (it.form) {
	case FORM_BOOL:
		*ret = (struct value){ .type = VALUE_BOOL, .boolean = it.n };
		break;
	case FORM_UINT:
		*ret = (struct value){ .type = VALUE_UINT, .u = it.n };
		break;
	case FORM_INT:
		*ret = integer(&it);
		break;
	case FORM_FLOAT:
		*ret = (struct value){ .type = VALUE_FLOAT, .d = floating(&it) };
		break;
	case FORM_STR:
	case FORM_BIN:
		*ret = (struct value){
			.type = it.form == FORM_STR ? VALUE_STR : VALUE_BIN,
			.bytes = { at.at, (uint32_t)it.n },
		};
		at.at += it.n;
		break;
	case FORM_ARRAY:
		*ret = (struct value){ .type = VALUE_ARRAY, .count = (uint32_t)it.n };
		break;
	case FORM_MAP:
		*ret = (struct value){ .type = VALUE_MAP, .count = (uint32_t)it.n };
		break;
	default:
		*ret = (struct value){ .type = VALUE_NIL };
	}
	*c = at;
	return 0;
}

int cursor_skip(struct cursor *c)
{
	/* What is still missing of each container around us; keys and values count apart. */
	struct level {
		uint64_t left;
		bool map;
	} levels[DEPTH_MAX + 1], *top = levels;
	struct cursor at = *c;
	struct item it;

	*top = (struct level){ .left = 1 };
	for (;;) {
		if (read_item(&at, &it) < 0)
			return -EBADMSG;
		if (top->map && top->left % 2 == 0 && it.form != FORM_STR)
			return -EBADMSG;
		top->left--;
		if (it.form == FORM_STR || it.form == FORM_BIN) {
			if (it.form == FORM_STR && !utf8_valid(at.at, it.n))
				return -EBADMSG;
			at.at += it.n;
		} else if (it.form == FORM_ARRAY || it.form == FORM_MAP) {
			if (top == levels + DEPTH_MAX)
				return -EBADMSG;
			*++top = (struct level){
				.left = it.form == FORM_MAP ? 2 * it.n : it.n,
				.map = it.form == FORM_MAP,
			};
		}
		while (top->left == 0) {
			if (top == levels) {
				*c = at;
				return 0;
			}
			top--;
		}
	}
}

static int expect(struct cursor *c, enum value_type type, struct value *ret)
{
	struct cursor at = *c;

	if (cursor_next(&at, ret) < 0 || ret->type != type)
		return -EBADMSG;
	*c = at;
	return 0;
}

int cursor_array(struct cursor *c, uint32_t *ret_count)
{
	struct value v;

	if (expect(c, VALUE_ARRAY, &v) < 0)
		return -EBADMSG;
	*ret_count = v.count;
	return 0;
}

int cursor_map(struct cursor *c, uint32_t *ret_count)
{
	struct value v;

	if (expect(c, VALUE_MAP, &v) < 0)
		return -EBADMSG;
	*ret_count = v.count;
	return 0;
}

int cursor_uint(struct cursor *c, uint64_t max, uint64_t *ret)
{
	struct cursor at = *c;
	struct value v;

	if (expect(&at, VALUE_UINT, &v) < 0 || v.u > max)
		return -EBADMSG;
	*c = at;
	*ret = v.u;
	return 0;
}

int cursor_str(struct cursor *c, const char **ret, size_t *ret_len)
{
	struct value v;

	if (expect(c, VALUE_STR, &v) < 0)
		return -EBADMSG;
	*ret = (const char *)v.bytes.data;
	*ret_len = v.bytes.len;
	return 0;
}

bool cursor_done(const struct cursor *c)
{
	return c->at == c->end;
}

/* The length of the sequence that starts at @s, 0 when there is none. */
static size_t utf8_sequence(const uint8_t *s, size_t left)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t lead = s[0];
	size_t n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
	uint32_t code = lead & (0xffu >> (n + 1));

	if (lead < 0xc0 || lead > 0xf7 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return n;
}

static inline bool ascii(const uint8_t *s, size_t len)
{
	uint64_t eight, all = 0;

	for (; len >= sizeof(eight); s += sizeof(eight), len -= sizeof(eight)) {
		memcpy(&eight, s, sizeof(eight));
		all |= eight;
	}
	for (; len > 0; len--)
		all |= *s++;
	return (all & 0x8080808080808080ull) == 0;
}

bool utf8_valid(const uint8_t *s, size_t len)
{
	size_t i = 0, n;

	/* Most strings are, and need no look at single bytes. */
	if (ascii(s, len))
		return true;
	while (i < len) {
		if (len - i >= 8 && ascii(s + i, 8))
			n = 8;
		else
			n = s[i] < 0x80 ? 1 : utf8_sequence(s + i, len - i);
		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

size_t utf8_cut(const char *text, size_t max)
{
	size_t len = strnlen(text, max + 1);

	if (len <= max)
		return len;
	for (len = max; len > 0 && ((uint8_t)text[len] & 0xc0) == 0x80;)
		len--;
	return len;
}
