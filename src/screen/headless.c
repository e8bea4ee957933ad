/*
 * Outputs without hardware, for tests, screenshots and machines without a panel.
 *
 * Each has two targets, as a real one has: one is lit while the other is drawn into. The
 * vsync only paces: vsyncs lie on a grid that starts when the mode is set, and the timer
 * is armed while a frame is in flight and at no other time.
 */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/presenter.h"

#define TARGETS 2

struct headless {
	struct output output;
	struct loop_timer *vsync; /* owned */
	uint64_t start; /* of the grid; ns */
	uint64_t period; /* ns */
	uint64_t when; /* the vsync that the frame in flight waits for */
	pixman_image_t *targets[TARGETS]; /* owned; null while no mode is set */
	unsigned back; /* the target that is not lit */
	bool shown; /* the other one is */
};

struct headless_screen {
	struct screen screen;
	struct mode mode; /* of new outputs */
};

static struct headless *headless_of(const struct output *o)
{
	return container_of(o, struct headless, output);
}

static void unset_mode(struct output *o)
{
	struct headless *h = headless_of(o);

	loop_timer_disarm(h->vsync);
	for (size_t i = 0; i < TARGETS; i++) {
		if (h->targets[i])
			pixman_image_unref(h->targets[i]);
		h->targets[i] = NULL;
	}
	h->shown = false;
}

static int set_mode(struct output *o, const struct mode *m)
{
	struct headless *h = headless_of(o);

	unset_mode(o);
	if (m->width == 0 || m->width > PICTURE_SIDE_MAX || m->height == 0 ||
		m->height > PICTURE_SIDE_MAX || m->refresh_mhz == 0)
		return -EINVAL;
	for (size_t i = 0; i < TARGETS; i++) {
		h->targets[i] = pixman_image_create_bits(
			PIXMAN_x8r8g8b8, (int)m->width, (int)m->height, NULL, 0);
		if (!h->targets[i]) {
			unset_mode(o);
			return -ENOMEM;
		}
	}
	h->back = 0;
	h->start = clock_now();
	h->period = 1000 * NSEC_PER_SEC / m->refresh_mhz;
	return 0;
}

static int set_power(struct output *o, bool on)
{
	loop_timer_disarm(headless_of(o)->vsync);
	return 0;
}

static int target(struct output *o, unsigned *ret_index, pixman_image_t **ret)
{
	struct headless *h = headless_of(o);

	*ret_index = h->back;
	*ret = h->targets[h->back];
	return 0;
}

static int commit(struct output *o, const pixman_region32_t *drawn)
{
	struct headless *h = headless_of(o);

	h->when = h->start + ((clock_now() - h->start) / h->period + 1) * h->period;
	loop_timer_arm(h->vsync, h->when);
	return 0;
}

static void on_vsync(struct loop_timer *t, void *arg)
{
	struct headless *h = arg;

	h->back = (h->back + 1) % TARGETS;
	h->shown = true;
	presenter_done(&h->output, h->when);
}

static pixman_image_t *lit(struct output *o)
{
	struct headless *h = headless_of(o);

	return h->shown ? h->targets[(h->back + TARGETS - 1) % TARGETS] : NULL;
}

static void headless_free(struct output *o)
{
	struct headless *h = headless_of(o);

	unset_mode(o);
	loop_timer_free(h->vsync);
	presenter_fini(o);
	free(h);
}

static const struct presenter_ops ops = {
	.set_mode = set_mode,
	.unset_mode = unset_mode,
	.set_power = set_power,
	.target = target,
	.commit = commit,
	.lit = lit,
	.free = headless_free,
};

static int plug(struct screen *s, struct output *o, bool plugged)
{
	const struct headless_screen *hs = container_of(s, struct headless_screen, screen);
	const struct output_info info = { .modes = &hs->mode, .n_modes = 1, .any_mode = true };

	if (plugged)
		return presenter_plugged(o, &info);
	presenter_unplugged(o);
	return 0;
}

static int output_new(struct screen *s, const char *name, struct output **ret)
{
	struct headless *h = calloc(1, sizeof(*h));
	int r;

	if (!h)
		return -ENOMEM;
	r = presenter_init(&h->output, s, &ops, name);
	if (r < 0) {
		free(h);
		return r;
	}
	r = loop_timer_new(s->opts.loop, "vsync", on_vsync, h, &h->vsync);
	if (r < 0) {
		presenter_fini(&h->output);
		free(h);
		return r;
	}
	presenter_ready(&h->output);
	*ret = &h->output;
	return plug(s, *ret, true);
}

static const char *describe(const struct screen *s)
{
	return "headless";
}

static void free_screen(struct screen *s)
{
	free(container_of(s, struct headless_screen, screen));
}

static const struct screen_ops screen_ops = {
	.output_new = output_new,
	.describe = describe,
	.plug = plug,
	.free = free_screen,
};

int screen_headless_new(const struct screen_options *opts, uint32_t width, uint32_t height,
	uint32_t refresh_mhz, struct screen **ret)
{
	struct headless_screen *hs;
	struct output *first;
	int r;

	if (width == 0 || width > PICTURE_SIDE_MAX || height == 0 || height > PICTURE_SIDE_MAX ||
		refresh_mhz == 0)
		return -EINVAL;
	hs = calloc(1, sizeof(*hs));
	if (!hs)
		return -ENOMEM;
	screen_init(&hs->screen, &screen_ops, opts);
	hs->mode = (struct mode){ width, height, refresh_mhz, true };
	r = screen_output(&hs->screen, opts->first ? opts->first : "headless-1", &first);
	if (r < 0) {
		screen_free(&hs->screen);
		return r;
	}
	*ret = &hs->screen;
	return 0;
}
