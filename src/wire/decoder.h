/*
 * Bytes to frames: partial, coalesced and hostile input in, checked frames out.
 * Knows no fd: the reader asks for room, reads into it, and takes the frames.
 *
 *	decoder_reserve(d, n, &at); got = recv(fd, at, n); decoder_fed(d, got);
 *	while ((r = decoder_next(d, &frame)) > 0) ...
 *
 * After an error the stream has no more frames: end the peer.
 */
#pragma once

#include "base/buf.h"
#include "wire/frame.h"
#include "wire/limits.h"

struct decoder {
	struct buf in;
};

/* What one read may bring, and so how far a decoder's memory can go over one frame. */
#define DECODER_CHUNK (64u << 10)

void decoder_init(struct decoder *d);
void decoder_fini(struct decoder *d);
/* Room for @n <= DECODER_CHUNK bytes; -ENOMEM. Take all frames before reserving again. */
must_check int decoder_reserve(struct decoder *d, size_t n, uint8_t **ret_at);
void decoder_fed(struct decoder *d, size_t n);
/*
 * 1 and a frame, owned by the caller; 0 when more bytes are needed; -EMSGSIZE
 * as soon as a prefix says more than FRAME_BODY_MAX, -EBADMSG, -ENOMEM.
 */
must_check int decoder_next(struct decoder *d, struct frame **ret);
