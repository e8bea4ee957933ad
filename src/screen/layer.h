/*
 * A rectangle of an output and what is in it: a window's page, the splash, the
 * keyboard, the cursor. Layers of an output are composed by band, then z, then the
 * order in which they were raised.
 *
 * One frame of a layer is on its way at most: layer_show() takes a buffer, .presented
 * comes when it is lit, and after it the next one may be shown. A layer that cannot be
 * seen (hidden, covered wholly by opaque ones, on an output that is not lit) keeps its
 * frame waiting: so it costs nothing, and is there at once when it can be seen. Shows,
 * moves and restacks of one turn of the loop become one frame of the output.
 *
 * What is shown comes from a web process, which is less trusted: a picture of another
 * size than the layer is cut, or covers a part of it, and damage outside of both is
 * dropped. The one thing that the caller vouches for is that a picture's memory is as
 * large as it says.
 */
#pragma once

#include "screen/buffer.h"

struct layer;
struct output;

enum layer_band { LAYER_SPLASH, LAYER_WINDOWS, LAYER_OVERLAYS, LAYER_CURSOR };

struct layer_ops {
	/*
	 * The buffer of the last layer_show() is lit since @when (clock_now()), or black is
	 * where it could not be read: then layer_frames() has not counted it. The layer may
	 * be freed. Null: nobody asks.
	 */
	void (*presented)(struct layer *l, uint64_t when, void *arg);
};

/* Hidden, without a buffer, covering nothing. @ops may be null. -ENOMEM. */
must_check int layer_new(struct output *o, enum layer_band band, const struct layer_ops *ops,
	void *arg, struct layer **ret);
/* Legal in .presented. Drops its buffers. No-op on null. */
void layer_free(struct layer *l);

/*
 * Shows @b, of which @damage (in its own pixels) changed since the last one; no
 * rectangle means all of it. Consumes a reference, on success and on failure. -EBUSY
 * while a frame is on its way, -EINVAL when the picture is not valid. A picture larger
 * than the layer's rectangle is cut; where it is smaller nothing of the layer is drawn.
 */
must_check int layer_show(
	struct layer *l, struct buffer *b, const struct rect *damage, size_t n_damage);
/* No buffer; a frame on its way is dropped without .presented. */
void layer_clear(struct layer *l);
/* Its rectangle, on the output's canvas, and beyond if you like. */
void layer_place(struct layer *l, const struct rect *canvas);
void layer_set_visible(struct layer *l, bool visible);
/* Above the others of this z, if it had another. */
void layer_set_z(struct layer *l, int z);
/* Above the others of its z. */
void layer_raise(struct layer *l);
/* To another output; it waits there for what was on its way. */
void layer_move_to(struct layer *l, struct output *o);

struct output *layer_output(const struct layer *l);
struct rect layer_rect(const struct layer *l);
bool layer_visible(const struct layer *l); /* as set */
bool layer_pending(const struct layer *l); /* a frame is on its way */
void *layer_arg(const struct layer *l);
uint64_t layer_frames(const struct layer *l); /* frames that were lit: the proof of paint */
/*
 * What of it is lit, or would be, were it to be seen; maps it. Valid until the loop
 * runs. -ENODATA: it has nothing to show; and what buffer_map() says.
 */
must_check int layer_picture(struct layer *l, struct picture *ret);
/*
 * The topmost visible layer of LAYER_WINDOWS and LAYER_OVERLAYS with a buffer at that
 * point of the canvas; or null.
 */
struct layer *layer_at(struct output *o, int32_t x, int32_t y);
