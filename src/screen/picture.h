/*
 * Pictures in memory, and the coordinates of an output.
 *
 * There are three kinds of coordinates, and no others:
 *   framebuffer   pixels of the mode, as the panel scans them out: presenters only;
 *   canvas        the same pixels turned upright (width and height change places at
 *                 90 and 270 degrees): layers, damage, screenshots, input;
 *   logical       canvas divided by the output's scale: what pages and scripts count
 *                 in (CSS pixels). Known above src/screen only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* The longest side of a picture. */
#define PICTURE_SIDE_MAX 16384

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

/* For those that are the caller's own, from malloc. No-op when there is no data. */
static inline void picture_free(struct picture *p)
{
	free((void *)p->data);
	p->data = NULL;
}

/* In pixels; nothing when a side is not positive. */
struct rect {
	int32_t x, y, width, height;
};

/*
 * In quarter turns clockwise: how the picture is turned on the framebuffer, for a
 * panel that is mounted turned the other way.
 */
enum rotation { ROTATE_0, ROTATE_90, ROTATE_180, ROTATE_270 };
