/*
 * An output: something that shows pictures, one frame after another.
 *
 * What is shown comes from a web process, which is less trusted: a picture of
 * another size than the output is cut, or covers a part of it, and damage outside
 * of both is dropped. The one thing that the caller vouches for is that a picture's
 * memory is as large as it says.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/macros.h"

/* The longest side of a picture. */
#define PICTURE_SIDE_MAX 16384

struct loop;
struct output;

/* Pixels are blue, green, red, alpha: DRM's ARGB8888, premultiplied. */
struct picture {
	const uint8_t *data; /* borrowed; height * stride bytes */
	uint32_t width, height;
	uint32_t stride; /* bytes; at least four for each pixel of a row */
};

static inline bool picture_is_valid(const struct picture *p)
{
	return p->data && p->width > 0 && p->width <= PICTURE_SIDE_MAX && p->height > 0 &&
	       p->height <= PICTURE_SIDE_MAX && p->stride >= 4 * p->width;
}

/* In pixels; nothing when a side is not positive. */
struct rect {
	int32_t x, y, width, height;
};

/* Embedded in who wants to know. */
struct output_listener {
	/* Frame @seq, counted from 1, has been on the output since @when (clock_now()). */
	void (*presented)(void *arg, uint64_t seq, uint64_t when);
	void *arg;
	struct list link; /* output's */
};

/* An output in memory alone. @refresh_mhz is in thousandths of a hertz. -EINVAL, -ENOMEM. */
must_check int headless_new(
	struct loop *l, uint32_t width, uint32_t height, uint32_t refresh_mhz, struct output **ret);
/* Legal in a listener, too. Listeners that are left are taken off. No-op on null. */
void output_free(struct output *o);

/*
 * Shows @p, of which @damage changed since the last call; no rectangle means all of
 * it. The pixels are copied before this returns. -EBUSY from here until the listeners
 * are called, -EINVAL when @p is not valid.
 */
must_check int output_present(
	struct output *o, const struct picture *p, const struct rect *damage, size_t n_damage);

void output_add_listener(struct output *o, struct output_listener *listener);
/* No-op on one that was taken off. */
void output_remove_listener(struct output_listener *listener);

/* What is lit. Valid until the next output_present(). */
struct picture output_picture(const struct output *o);
/* Frames that were presented so far. */
uint64_t output_frames(const struct output *o);
uint32_t output_width(const struct output *o);
uint32_t output_height(const struct output *o);
uint32_t output_refresh_mhz(const struct output *o);
