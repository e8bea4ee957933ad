/*
 * An output without hardware, for tests, screenshots and machines without a panel.
 *
 * Nothing scans the memory out, so nothing can tear and one buffer is enough: it is
 * lit from the moment of the copy, and the vsync only paces. Vsyncs lie on a grid
 * that starts when the output is made; the timer is armed while a frame is pending
 * and at no other time.
 */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/presenter.h"

struct headless {
	struct output output;
	struct loop_timer *vsync; /* owned */
	uint64_t start; /* of the grid; ns */
	uint64_t period; /* ns */
	uint64_t when; /* the vsync that the pending frame waits for */
	uint32_t stride;
	uint8_t *pixels; /* owned */
};

static struct headless *headless_of(const struct output *o)
{
	return container_of(o, struct headless, output);
}

static int show(struct output *o, const struct picture *p, const struct rect *damage, size_t n)
{
	struct headless *h = headless_of(o);

	for (const struct rect *r = damage; r < damage + n; r++) {
		for (size_t y = (size_t)r->y; y < (size_t)(r->y + r->height); y++)
			memcpy(h->pixels + y * h->stride + 4 * (size_t)r->x,
				p->data + y * p->stride + 4 * (size_t)r->x, 4 * (size_t)r->width);
	}
	h->when = h->start + ((clock_now() - h->start) / h->period + 1) * h->period;
	loop_timer_arm(h->vsync, h->when);
	return 0;
}

static void on_vsync(struct loop_timer *t, void *arg)
{
	struct headless *h = arg;

	presenter_done(&h->output, h->when);
}

static struct picture picture(const struct output *o)
{
	const struct headless *h = headless_of(o);

	return (struct picture){ h->pixels, o->width, o->height, h->stride };
}

static void headless_free(struct output *o)
{
	struct headless *h = headless_of(o);

	loop_timer_free(h->vsync);
	free(h->pixels);
	free(h);
}

static const struct presenter_ops ops = { show, picture, headless_free };

int headless_new(
	struct loop *l, uint32_t width, uint32_t height, uint32_t refresh_mhz, struct output **ret)
{
	auto_free struct headless *h = calloc(1, sizeof(*h));
	auto_free uint8_t *pixels = NULL;
	int r;

	if (!h)
		return -ENOMEM;
	r = presenter_init(&h->output, &ops, width, height, refresh_mhz);
	if (r < 0)
		return r;
	h->stride = 4 * width;
	h->start = clock_now();
	h->period = 1000 * NSEC_PER_SEC / refresh_mhz;
	pixels = calloc(height, h->stride);
	if (!pixels)
		return -ENOMEM;
	r = loop_timer_new(l, "vsync", on_vsync, h, &h->vsync);
	if (r < 0)
		return r;
	h->pixels = take_ptr(pixels);
	*ret = &take_ptr(h)->output;
	return 0;
}
