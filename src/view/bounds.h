/*
 * Where a window is on its output: in logical pixels, which scripts and pages count in,
 * and in those of the output's canvas.
 *
 * A side of 0 reaches to the edge of the output and follows it; so all zero is
 * fullscreen, whatever the output becomes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "screen/picture.h"

/* Beyond that, either way, numbers are cut off: logical pixels. */
#define BOUNDS_PLACE_MAX 16384
#define BOUNDS_SIDE_MAX 8192

struct bounds {
	int32_t x, y;
	uint32_t width, height;
};

/* What a window is laid out for. */
struct canvas {
	uint32_t width, height; /* pixels; 0: not known yet */
	double scale; /* pixels for a logical one */
};

bool bounds_fullscreen(const struct bounds *b);
void bounds_clamp(struct bounds *b);
/*
 * On the canvas, at least one pixel wide and high. Edges are rounded, not sizes: windows
 * that touch each other in logical pixels do so on the screen.
 */
struct rect bounds_to_canvas(const struct bounds *b, const struct canvas *c);
/* What a page of @rect pixels has, so that its pixels cover all of them. */
void bounds_page_size(
	const struct rect *rect, double scale, uint32_t *ret_width, uint32_t *ret_height);
/* Where the window really is: sides of 0 become those that they stand for. */
struct bounds bounds_resolve(const struct bounds *b, const struct canvas *c);
