/*
 * What a layer shows: a finished frame that somebody else made (a web process, the
 * splash, a cursor), held until no output reads it any more.
 */
#pragma once

#include "base/macros.h"
#include "screen/picture.h"

#define DMABUF_PLANES_MAX 4

struct dmabuf {
	int fds[DMABUF_PLANES_MAX]; /* borrowed, as long as the buffer */
	uint32_t offsets[DMABUF_PLANES_MAX], strides[DMABUF_PLANES_MAX];
	unsigned n_planes;
	uint32_t format; /* DRM fourcc */
	uint64_t modifier;
	int fence; /* likewise: readable when it is rendered; -1: it is */
	/*
	 * The presenter's, which makes a framebuffer of the memory once: it stays through all
	 * frames that are painted into it. Null before.
	 */
	void *cache;
	void (*cache_free)(struct dmabuf *d);
};

struct buffer;

/* Neither calls anything of a layer or an output. */
struct buffer_ops {
	/* The last reference is gone: no output reads it. May free @b. */
	void (*release)(struct buffer *b);
	/*
	 * For a buffer without .picture.data that has to be copied or looked at: maps or
	 * reads its pixels and fills .picture, which stays until release. -errno: cannot.
	 * Null: there is no such way.
	 */
	int (*map)(struct buffer *b);
};

/* Embedded in the maker's. The size in .picture is always there, whether or not .data is. */
struct buffer {
	const struct buffer_ops *ops;
	struct picture picture; /* .data null: not in memory (yet) */
	struct dmabuf *dmabuf; /* borrowed, as long as the buffer; null: memory only */
	bool opaque; /* alpha is not to be looked at */
	unsigned refs;
};

/* One reference, which is the caller's; no picture yet. */
void buffer_init(struct buffer *b, const struct buffer_ops *ops);
void buffer_ref(struct buffer *b);
/* No-op on null. */
void buffer_unref(struct buffer *b);
/* Whoever made @d calls it when nothing shows its memory any more. */
void buffer_forget_dmabuf(struct dmabuf *d);
/* Brings its pixels into memory, if they are not there. -errno of .map, -EINVAL, -ENOTSUP. */
must_check int buffer_map(struct buffer *b);
