/*
 * For those who implement outputs; everybody else includes screen/output.h.
 *
 * A presenter embeds struct output, screen_ops' maker embeds struct screen. The core
 * (output.c, paint.c) decides what is drawn and when; the presenter has targets and
 * shows them. It calls back from the loop only, never from inside one of its ops.
 */
#pragma once

#include <pixman.h>

#include "base/list.h"
#include "base/macros.h"
#include "screen/buffer.h"
#include "screen/output.h"
#include "screen/screen.h"

#define PRESENTER_TARGETS_MAX 3
#define OUTPUT_REASON_MAX 160

struct presenter_ops {
	/*
	 * Drives @m from here on, with targets of its size; what was there before is gone, and
	 * a frame in flight is forgotten: no presenter_done() comes for it any more. Nothing is
	 * shown before the first commit(), which may be part of the same device transaction.
	 * -EBUSY: nothing of the device is free to drive it; other -errno: this mode cannot be.
	 */
	int (*set_mode)(struct output *o, const struct mode *m);
	/* Not driven any more: targets, mode, and a frame in flight are let go of. */
	void (*unset_mode)(struct output *o);
	/* Panel dark and back; targets stay. A frame in flight is still told, or not: both do. */
	int (*set_power)(struct output *o, bool on);
	/*
	 * The target to draw the next frame into: x8r8g8b8 or a8r8g8b8 of the mode's size, not
	 * scanned out now. @ret_index tells which of at most PRESENTER_TARGETS_MAX it is, so
	 * that what is stale in it is known: all of it after set_mode(). The image is the
	 * presenter's.
	 */
	int (*target)(struct output *o, unsigned *ret_index, pixman_image_t **ret);
	/*
	 * Shows that target. @drawn (framebuffer) is what was drawn into it since it was shown
	 * the last time, and so covers what differs from what is lit. presenter_done() follows.
	 */
	int (*commit)(struct output *o, const pixman_region32_t *drawn);
	/*
	 * Shows @b itself, which covers the framebuffer 1:1, and takes a reference for as long
	 * as it is read; @damage is what differs from what is lit. presenter_done() follows.
	 * -ENOTSUP: not this one; then it is composed. Null: never.
	 */
	int (*scan_out)(struct output *o, struct buffer *b, const pixman_region32_t *damage);
	/* The target that is lit; null: none, or scan_out()'s. */
	pixman_image_t *(*lit)(struct output *o);
	int (*set_brightness)(struct output *o, double level); /* null: there is none */
	int (*brightness)(struct output *o, double *ret); /* null: there is none */
	/* Frees the presenter, in which the output is embedded, with presenter_fini(). */
	void (*free)(struct output *o);
};

/* .name, .mode, .rotation, .screen are there to be read; the rest is the core's own. */
struct output {
	const struct presenter_ops *ops;
	struct screen *screen; /* borrowed: outlives us */
	char name[SCREEN_NAME_MAX + 1];
	struct list link; /* screen's outputs */
	struct list listeners;
	enum output_state state;
	struct output_config config;
	struct mode mode; /* set, or was last */
	enum rotation rotation;
	double scale;
	struct output_info info; /* strings and modes owned, but for .reason */
	char reason[OUTPUT_REASON_MAX];
	unsigned rung; /* of the ladder: the mode that is set */
	bool reconfigure; /* asleep: the configuration changed meanwhile */
	bool proven; /* a frame was lit in this mode */
	bool retried; /* the mode was set anew, and nothing lit since */
	bool changed; /* listeners are still to be told */
	uint64_t changes; /* that they were told of */

	/* Of paint.c. */
	struct list layers; /* from the bottom up */
	struct list flying; /* layers whose frames are in the one that was committed */
	struct loop_timer *turn; /* owned: armed when something is to be told or shown */
	struct loop_timer *late; /* owned: armed while a frame is in flight */
	pixman_region32_t damage; /* canvas: what differs from the last frame, besides layers */
	pixman_region32_t stale[PRESENTER_TARGETS_MAX]; /* canvas: what each target lacks */
	bool dirty; /* something may differ */
	bool in_flight; /* a frame was committed and is not lit */
	unsigned expected; /* layers of the last frame whose next one may come any moment */
	uint64_t frames;
	uint64_t last; /* when a frame was lit last */
};

/* Absent, and not yet in its screen: see presenter_ready(). -ENOMEM, -EINVAL: no name. */
must_check int presenter_init(
	struct output *o, struct screen *s, const struct presenter_ops *ops, const char *name);
/* Undoes presenter_init(). No-op on zeroes. */
void presenter_fini(struct output *o);
/* It is complete: joins its screen and is configured. */
void presenter_ready(struct output *o);
/*
 * Plugged in, or what is plugged in changed: tries to light it. Strings and modes are
 * copied; .name and .reason are not looked at. -ENOMEM: it stays as it was.
 */
must_check int presenter_plugged(struct output *o, const struct output_info *info);
void presenter_unplugged(struct output *o);
/* The committed frame is lit since @when (clock_now() time base). Anything may happen in it. */
void presenter_done(struct output *o, uint64_t when);
/*
 * The device lost what it was doing (master dropped, a reset): the mode is set once more,
 * and is given up when nothing was lit in between.
 */
void presenter_lost(struct output *o, int error);

struct screen_ops {
	/* Makes an output of this name, ready. */
	int (*output_new)(struct screen *s, const char *name, struct output **ret);
	const char *(*describe)(const struct screen *s);
	/* Null: there is none. */
	int (*gpu)(const struct screen *s, struct screen_gpu *ret);
	/* Null: cannot be told to. */
	int (*plug)(struct screen *s, struct output *o, bool plugged);
	/* Frees the device, in which the screen is embedded; its outputs are gone already. */
	void (*free)(struct screen *s);
};

struct screen {
	const struct screen_ops *ops;
	struct screen_options opts;
	struct list outputs;
};

void screen_init(struct screen *s, const struct screen_ops *ops, const struct screen_options *opts);
