/* Pictures for layers, in the tests of src/screen and of what stands on it. */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/macros.h"
#include "loop/loop.h"
#include "screen/layer.h"
#include "screen/output.h"
#include "screen/screen.h"

struct plain {
	struct buffer buffer;
	unsigned *released; /* counts; may be null */
};

static inline void plain_release(struct buffer *b)
{
	struct plain *p = container_of(b, struct plain, buffer);

	if (p->released)
		++*p->released;
	picture_free(&b->picture);
	free(p);
}

static const struct buffer_ops plain_ops = { .release = plain_release };

/* All pixels are @pixel (ARGB). The reference is the caller's. */
static inline struct buffer *plain_new(uint32_t width, uint32_t height, uint32_t pixel)
{
	struct plain *p = calloc(1, sizeof(*p));
	uint32_t *pixels = malloc(4 * (size_t)width * height);

	assert_non_null(p);
	assert_non_null(pixels);
	for (size_t i = 0; i < (size_t)width * height; i++)
		pixels[i] = pixel;
	buffer_init(&p->buffer, &plain_ops);
	p->buffer.picture = (struct picture){ (uint8_t *)pixels, width, height, 4 * width };
	p->buffer.opaque = true;
	return &p->buffer;
}

/* A layer of LAYER_WINDOWS that fills @o. */
static inline struct layer *fill_new(struct output *o, const struct layer_ops *ops, void *arg)
{
	const struct rect all = { 0, 0, (int32_t)output_width(o), (int32_t)output_height(o) };
	struct layer *l;

	assert_int_equal(layer_new(o, LAYER_WINDOWS, ops, arg, &l), 0);
	layer_place(l, &all);
	layer_set_visible(l, true);
	return l;
}

/* Shows one colour in @l, and waits until it is lit. */
static inline void light_up(struct loop *loop, struct layer *l, uint32_t pixel)
{
	struct rect r = layer_rect(l);
	uint64_t frame = layer_frames(l) + 1, deadline = clock_now() + 5 * NSEC_PER_SEC;

	assert_int_equal(
		layer_show(l, plain_new((uint32_t)r.width, (uint32_t)r.height, pixel), NULL, 0), 0);
	while (layer_frames(l) < frame && clock_now() < deadline)
		loop_pass(loop, deadline);
	assert_int_equal(layer_frames(l), frame);
}
