/*
 * A bounded reader of msgpack: never reads past its end, never allocates,
 * never recurses. Containers come as their header; their members follow.
 * A failed call leaves the cursor where it was.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

enum value_type {
	VALUE_NIL,
	VALUE_BOOL,
	VALUE_INT, /* negative only: everything from 0 up is VALUE_UINT */
	VALUE_UINT,
	VALUE_FLOAT,
	VALUE_STR,
	VALUE_BIN,
	VALUE_ARRAY, /* count members follow */
	VALUE_MAP, /* count pairs follow */
};

struct value {
	enum value_type type;
	union {
		bool boolean;
		int64_t i;
		uint64_t u;
		double d;
		struct {
			const uint8_t *data; /* into the cursor's bytes, not terminated */
			uint32_t len;
		} bytes; /* VALUE_STR, VALUE_BIN */
		uint32_t count;
	};
};

struct cursor {
	const uint8_t *at, *end;
};

static inline void cursor_init(struct cursor *c, const uint8_t *data, size_t len)
{
	c->at = data;
	c->end = data + len;
}

/* -EBADMSG: truncated, an extension type, or a count that cannot fit into what is left. */
must_check int cursor_next(struct cursor *c, struct value *ret);
/* Passes one whole value, checking all that frame.h promises of a payload; -EBADMSG. */
must_check int cursor_skip(struct cursor *c);

/* For structures that the runtime itself defines: the type must be the one asked for; -EBADMSG. */
must_check int cursor_array(struct cursor *c, uint32_t *ret_count);
must_check int cursor_map(struct cursor *c, uint32_t *ret_count);
must_check int cursor_uint(struct cursor *c, uint64_t max, uint64_t *ret);
must_check int cursor_str(struct cursor *c, const char **ret, size_t *ret_len);
bool cursor_done(const struct cursor *c);

/* RFC 3629: no overlong forms, no surrogates, nothing over U+10FFFF. */
bool utf8_valid(const uint8_t *s, size_t len);
/*
 * Bytes of @text, which is UTF-8 and terminated, that are @max at most and no part of
 * a character.
 */
size_t utf8_cut(const char *text, size_t max);
