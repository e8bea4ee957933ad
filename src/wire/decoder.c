#include "wire/decoder.h"

#include <assert.h>
#include <errno.h>

/* The largest frame but for its last byte, and one read more. */
#define CEILING (FRAME_PREFIX + FRAME_BODY_MAX + DECODER_CHUNK)
/* What a decoder may keep between two frames. */
#define KEEP_MAX (2 * DECODER_CHUNK)

void decoder_init(struct decoder *d)
{
	buf_init(&d->in, CEILING);
}

void decoder_fini(struct decoder *d)
{
	buf_fini(&d->in);
}

int decoder_reserve(struct decoder *d, size_t n, uint8_t **ret_at)
{
	assert(n <= DECODER_CHUNK);
	return buf_reserve(&d->in, n, ret_at);
}

void decoder_fed(struct decoder *d, size_t n)
{
	buf_grow(&d->in, n);
}

/*
 * Once a large frame is through, its memory goes and what came behind it moves.
 * A frame that is on its way is over DECODER_CHUNK before its memory is over
 * KEEP_MAX, so this never undoes growth that is still needed. It may fail: then
 * the old memory serves on.
 */
static void shrink(struct decoder *d)
{
	struct buf small = BUF_INIT(CEILING);

	if (d->in.room <= KEEP_MAX || buf_len(&d->in) > DECODER_CHUNK)
		return;
	if (buf_append(&small, buf_bytes(&d->in), buf_len(&d->in)) < 0)
		return;
	buf_fini(&d->in);
	d->in = small;
}

/* Looks at the prefix alone until the body is complete, so that a dribbled frame is read once. */
static int take(struct decoder *d, struct frame **ret)
{
	size_t len = buf_len(&d->in), body_len;
	const uint8_t *at;
	int r;

	if (len < FRAME_PREFIX)
		return 0;
	at = buf_bytes(&d->in);
	body_len = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
	if (body_len > FRAME_BODY_MAX)
		return -EMSGSIZE;
	if (len - FRAME_PREFIX < body_len)
		return 0;
	/* On failure the bytes stay, and with them the failure. */
	r = frame_parse(at + FRAME_PREFIX, body_len, ret);
	if (r < 0)
		return r;
	buf_consume(&d->in, FRAME_PREFIX + body_len);
	return 1;
}

int decoder_next(struct decoder *d, struct frame **ret)
{
	int r = take(d, ret);

	if (r == 0)
		shrink(d);
	return r;
}
