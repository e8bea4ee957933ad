/*
 * The frames of an output: what of its layers differs from what is lit is drawn and
 * committed, one frame after another. Private to output.c and layer.c.
 */
#pragma once

#include <pixman.h>

#include "base/list.h"
#include "screen/layer.h"
#include "screen/presenter.h"

struct layer {
	struct output *output; /* borrowed: outlives us */
	struct list link; /* output's layers */
	struct list flight; /* output's flying */
	const struct layer_ops *ops;
	void *arg;
	enum layer_band band;
	int z;
	bool visible;
	struct rect rect;
	struct buffer *buffer; /* a reference: lit or in flight, or was */
	struct buffer *waiting; /* a reference: shown, and in no frame yet */
	pixman_region32_t damage; /* of waiting, in its pixels */
	bool owed; /* buffer was in a frame that was never lit */
	bool moved; /* all of it is to be drawn anew */
	bool expected; /* told of its last frame, and no new one has come */
	bool unreadable; /* buffer could not be mapped, which was logged: its frame is no paint */
	uint64_t frames;
	pixman_region32_t seen; /* canvas: where it was drawn in the last frame */
	/* What scan_out() refused, until one of another kind is shown; width 0: nothing. */
	struct {
		uint32_t width, height, format;
		uint64_t modifier;
	} refused;
};

must_check int paint_init(struct output *o, struct loop *l);
void paint_fini(struct output *o);
/* Something may differ: looks at it at the end of this turn of the loop. */
void paint_schedule(struct output *o);
/* Whether the next frame of @l may come any moment, so that it is worth waiting for. */
void paint_expect(struct layer *l, bool expected);
/* What was drawn is not where it was: all of it is drawn anew. */
void paint_anew(struct output *o);
/* That, and nothing of it is there any more, nor will a frame in flight be lit. */
void paint_reset(struct output *o);
/* The frame in flight will never be lit: its layers wait for another one. */
void paint_dropped(struct output *o);
/* The frame in flight is lit. */
void paint_done(struct output *o, uint64_t when);
/* What would be lit, drawn into memory of the caller's. -ENOMEM. */
must_check int paint_read(struct output *o, struct picture *ret);
struct turn;
struct turn paint_turn(const struct output *o);

/* Of output.c: its listeners, in a turn of the loop or after a frame. */
void output_tell_changed(struct output *o);
void output_tell_presented(struct output *o, uint64_t when);
