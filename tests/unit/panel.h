/*
 * A display of the tests' own below src/screen: a device driver as headless.c and KMS are,
 * that refuses what it is told to, lights a frame when the test says so, and counts.
 */
#pragma once

#include <errno.h>
#include <pixman.h>
#include <string.h>

#include "screen/presenter.h"
#include "screen_fixture.h"

struct panel {
	struct output output;
	/* What the test wants of it. */
	unsigned n_targets; /* from the next mode on */
	uint32_t refused_widths[8]; /* modes of such a width cannot be set */
	bool busy; /* nothing is free to drive it */
	int commit_error, power_error, scan_error;
	/* What it did. */
	unsigned set_modes, unset_modes, commits, scans, powers;
	bool on, in_flight;
	double level;
	uint64_t drawn; /* pixels of the last commit */
	pixman_box32_t extents; /* of it */
	struct buffer *scanned; /* a reference */
	pixman_image_t *targets[PRESENTER_TARGETS_MAX]; /* owned */
	unsigned back, used;
	int lit; /* a target, or -1 */
};

struct device {
	struct screen screen;
	struct loop *loop;
};

static inline struct panel *panel_of(const struct output *o)
{
	return container_of(o, struct panel, output);
}

static inline void panel_forget(struct panel *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(p->targets); i++) {
		if (p->targets[i])
			pixman_image_unref(p->targets[i]);
		p->targets[i] = NULL;
	}
	buffer_unref(p->scanned);
	p->scanned = NULL;
	p->lit = -1;
	p->in_flight = p->on = false;
}

static inline int panel_set_mode(struct output *o, const struct mode *m)
{
	struct panel *p = panel_of(o);

	p->set_modes++;
	panel_forget(p);
	if (p->busy)
		return -EBUSY;
	for (size_t i = 0; i < ARRAY_SIZE(p->refused_widths); i++)
		if (p->refused_widths[i] == m->width)
			return -EINVAL;
	p->used = p->n_targets;
	for (unsigned i = 0; i < p->used; i++)
		p->targets[i] = pixman_image_create_bits(
			PIXMAN_x8r8g8b8, (int)m->width, (int)m->height, NULL, 0);
	p->back = 0;
	p->on = true;
	return 0;
}

static inline void panel_unset_mode(struct output *o)
{
	panel_of(o)->unset_modes++;
	panel_forget(panel_of(o));
}

static inline int panel_set_power(struct output *o, bool on)
{
	struct panel *p = panel_of(o);

	p->powers++;
	if (p->power_error < 0)
		return p->power_error;
	p->on = on;
	p->in_flight = false;
	return 0;
}

static inline int panel_target(struct output *o, unsigned *ret_index, pixman_image_t **ret)
{
	struct panel *p = panel_of(o);

	assert_int_not_equal((int)p->back, p->lit);
	*ret_index = p->back;
	*ret = p->targets[p->back];
	return 0;
}

static inline int panel_commit(struct output *o, const pixman_region32_t *drawn)
{
	struct panel *p = panel_of(o);
	int n;
	const pixman_box32_t *b = pixman_region32_rectangles(drawn, &n);

	assert_false(p->in_flight);
	assert_true(p->on);
	buffer_unref(p->scanned);
	p->scanned = NULL;
	if (p->commit_error < 0)
		return p->commit_error;
	p->commits++;
	p->drawn = 0;
	for (int i = 0; i < n; i++)
		p->drawn += (uint64_t)(b[i].x2 - b[i].x1) * (uint64_t)(b[i].y2 - b[i].y1);
	p->extents = *pixman_region32_extents(drawn);
	p->in_flight = true;
	return 0;
}

static inline int panel_scan_out(
	struct output *o, struct buffer *b, const pixman_region32_t *damage)
{
	struct panel *p = panel_of(o);

	assert_false(p->in_flight);
	p->scans++;
	if (p->scan_error < 0)
		return p->scan_error;
	buffer_ref(b);
	buffer_unref(p->scanned);
	p->scanned = b;
	p->in_flight = true;
	return 0;
}

static inline pixman_image_t *panel_lit(struct output *o)
{
	struct panel *p = panel_of(o);

	return p->lit < 0 ? NULL : p->targets[p->lit];
}

static inline int panel_set_brightness(struct output *o, double level)
{
	panel_of(o)->level = level;
	return 0;
}

static inline int panel_brightness(struct output *o, double *ret)
{
	*ret = panel_of(o)->level;
	return 0;
}

static inline void panel_free(struct output *o)
{
	struct panel *p = panel_of(o);

	panel_forget(p);
	presenter_fini(o);
	free(p);
}

static const struct presenter_ops panel_ops = {
	.set_mode = panel_set_mode,
	.unset_mode = panel_unset_mode,
	.set_power = panel_set_power,
	.target = panel_target,
	.commit = panel_commit,
	.scan_out = panel_scan_out,
	.lit = panel_lit,
	.set_brightness = panel_set_brightness,
	.brightness = panel_brightness,
	.free = panel_free,
};

static inline int device_output_new(struct screen *s, const char *name, struct output **ret)
{
	struct panel *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	if (presenter_init(&p->output, s, &panel_ops, name) < 0) {
		free(p);
		return -EINVAL;
	}
	p->n_targets = 2;
	p->lit = -1;
	presenter_ready(&p->output);
	*ret = &p->output;
	return 0;
}

static inline const char *device_describe(const struct screen *s)
{
	return "a test's";
}

static inline void device_free(struct screen *s)
{
	struct device *d = container_of(s, struct device, screen);

	loop_free(d->loop);
	free(d);
}

static const struct screen_ops device_ops = {
	.output_new = device_output_new,
	.describe = device_describe,
	.free = device_free,
};

/* With a loop of its own; screen_free() frees both. */
static inline struct device *device_new(void)
{
	struct device *d = calloc(1, sizeof(*d));
	struct screen_options opts = { 0 };

	assert_non_null(d);
	assert_int_equal(loop_new(&d->loop), 0);
	opts.loop = d->loop;
	screen_init(&d->screen, &device_ops, &opts);
	return d;
}

static inline struct panel *device_panel(struct device *d, const char *name)
{
	struct output *o;

	assert_int_equal(screen_output(&d->screen, name, &o), 0);
	return panel_of(o);
}

/* Something with one mode is plugged in; nothing is shown yet. */
static inline void panel_plug(struct panel *p, uint32_t width, uint32_t height)
{
	const struct mode mode = { width, height, 1000000, true };
	const struct output_info info = { .modes = &mode, .n_modes = 1 };

	assert_int_equal(presenter_plugged(&p->output, &info), 0);
}

/* What is due in the loop runs, and nothing is waited for. */
static inline void device_turn(struct device *d)
{
	loop_pass(d->loop, clock_now());
}

/* The frame in flight is lit. */
static inline void panel_flip(struct panel *p)
{
	assert_true(p->in_flight);
	p->in_flight = false;
	if (p->scanned) {
		p->lit = -1;
	} else {
		p->lit = (int)p->back;
		p->back = (p->back + 1) % p->used;
	}
	presenter_done(&p->output, clock_now());
}

/* Turns, and flips all panels, until there is nothing to show; how many frames @p lit. */
static inline unsigned panel_settle(struct device *d, struct panel *p)
{
	uint64_t before = p->output.frames;
	struct loop_stats stats;
	struct output *o;

	for (int n = 0; n < 200; n++) {
		device_turn(d);
		for (o = screen_next(&d->screen, NULL); o; o = screen_next(&d->screen, o))
			if (panel_of(o)->in_flight)
				panel_flip(panel_of(o));
		loop_get_stats(d->loop, &stats);
		if (stats.timers_armed == 0)
			return (unsigned)(p->output.frames - before);
		loop_pass(d->loop, clock_now() + NSEC_PER_MSEC);
	}
	fail_msg("it never settles");
	return 0;
}
