#include "base/buf.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

void buf_init(struct buf *b, size_t ceiling)
{
	*b = (struct buf)BUF_INIT(ceiling);
}

void buf_fini(struct buf *b)
{
	free(b->data);
	buf_init(b, b->ceiling);
}

/*
 * A buffer that is full although its front was consumed becomes twice as large,
 * even beyond the ceiling. Then what is moved stays linear in what is appended,
 * also for a reader that nibbles at a buffer close to its ceiling.
 */
static size_t more_room(const struct buf *b, size_t needed)
{
	size_t room = b->room > 128 ? b->room : 128, most = b->ceiling;

	if (b->start > 0 && most <= SIZE_MAX / 2)
		most *= 2;
	do
		room = room > most / 2 ? most : 2 * room;
	while (room < needed);
	return room;
}

int buf_reserve(struct buf *b, size_t n, uint8_t **ret_at)
{
	size_t len = buf_len(b), room;
	uint8_t *data;

	if (n > b->ceiling || len > b->ceiling - n)
		return -EMSGSIZE;
	if (b->room - b->end < n && b->start >= len && b->room - len >= n) {
		/* At most as much moves as was consumed. */
		memcpy(b->data, buf_bytes(b), len);
		b->start = 0;
		b->end = len;
	}
	if (b->room - b->end < n) {
		room = more_room(b, len + n);
		data = malloc(room);
		if (!data)
			return -ENOMEM;
		if (len)
			memcpy(data, buf_bytes(b), len);
		free(b->data);
		b->data = data;
		b->room = room;
		b->start = 0;
		b->end = len;
	}
	*ret_at = b->data + b->end;
	return 0;
}

void buf_grow(struct buf *b, size_t n)
{
	assert(b->room - b->end >= n);
	b->end += n;
}

int buf_append_growing(struct buf *b, const void *p, size_t n)
{
	uint8_t *at;
	int r;

	if (n == 0)
		return 0;
	r = buf_reserve(b, n, &at);
	if (r < 0)
		return r;
	memcpy(at, p, n);
	b->end += n;
	return 0;
}

void buf_consume(struct buf *b, size_t n)
{
	assert(n <= buf_len(b));
	b->start += n;
	if (b->start == b->end)
		b->start = b->end = 0;
}

void buf_truncate(struct buf *b, size_t len)
{
	assert(len <= buf_len(b));
	b->end = b->start + len;
}

void buf_reset(struct buf *b, size_t keep)
{
	if (b->room > keep)
		buf_fini(b);
	else
		b->start = b->end = 0;
}
