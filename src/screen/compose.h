/* Pixels: pictures onto a target, turned, for a region of the canvas. */
#pragma once

#include <pixman.h>

#include "base/macros.h"
#include "screen/picture.h"

/* How a canvas lies on its framebuffer. */
struct turn {
	enum rotation rotation;
	int32_t width, height; /* of the canvas */
};

/* @box of the canvas on the framebuffer. */
pixman_box32_t turn_box(const struct turn *t, const pixman_box32_t *box);
/* @ret is initialised by the caller. False: no memory. */
must_check bool turn_region(
	const struct turn *t, const pixman_region32_t *canvas, pixman_region32_t *ret);

/*
 * Draws the part @where (canvas, within @p and the canvas) of @p, whose top left pixel is
 * at @x, @y of the canvas, onto @target; over what is there, unless @opaque. Without memory
 * it draws nothing.
 */
void compose_draw(pixman_image_t *target, const struct turn *t, const struct picture *p, int32_t x,
	int32_t y, bool opaque, const pixman_region32_t *where);
/* Black. */
void compose_clear(pixman_image_t *target, const struct turn *t, const pixman_region32_t *where);
/* A copy of @target, upright and opaque, in memory that is the caller's. -ENOMEM. */
must_check int compose_read(pixman_image_t *target, const struct turn *t, struct picture *ret);
