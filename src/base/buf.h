/*
 * A growable byte buffer that cannot exist without a ceiling. An append that
 * would pass the ceiling fails with -EMSGSIZE, one that finds no memory with
 * -ENOMEM; a failed append leaves the content as it was.
 *
 * data[start..end) is the content: consuming from the front moves start, and
 * the room in front is used again before the buffer grows. The ceiling is for the
 * content; the memory may be twice that. What buf_bytes() and buf_reserve()
 * return is valid until the next call that appends or reserves.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/macros.h"

struct buf {
	uint8_t *data; /* owned */
	size_t start, end, room;
	size_t ceiling;
};

#define BUF_INIT(max) { .ceiling = (max) }

void buf_init(struct buf *b, size_t ceiling);
/* No-op on a zeroed buffer. The buffer is empty and usable afterwards. */
void buf_fini(struct buf *b);

static inline size_t buf_len(const struct buf *b)
{
	return b->end - b->start;
}

static inline uint8_t *buf_bytes(const struct buf *b)
{
	return b->data + b->start;
}

/* Room for @n more bytes at the end, and where they go; the caller then buf_grow()s. */
must_check int buf_reserve(struct buf *b, size_t n, uint8_t **ret_at);
/* Counts @n reserved bytes as content. */
void buf_grow(struct buf *b, size_t n);
must_check int buf_append_growing(struct buf *b, const void *p, size_t n);

/* Inline where it fits: codecs append a few bytes at a time, some hundred times a message. */
must_check static inline int buf_append(struct buf *b, const void *p, size_t n)
{
	if (n == 0 || n > b->room - b->end || n > b->ceiling - buf_len(b))
		return buf_append_growing(b, p, n);
	memcpy(b->data + b->end, p, n);
	b->end += n;
	return 0;
}

must_check static inline int buf_append_byte(struct buf *b, uint8_t c)
{
	return buf_append(b, &c, 1);
}

/* Drops @n bytes at the front. */
void buf_consume(struct buf *b, size_t n);
/* Drops everything behind the first @len bytes. */
void buf_truncate(struct buf *b, size_t len);
/* Empties; keeps the memory unless it is over @keep bytes. */
void buf_reset(struct buf *b, size_t keep);
