/* Pixels turned by a quarter, which pixman does at a third of the speed. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Writes @width x @height pixels to @to, whose rows are @stride pixels apart: the one at x, y
 * is from[x * across + y * down]. @across is the distance of the source's rows, in pixels;
 * @down is 1 or -1. The two do not overlap.
 */
void quarter_copy(uint32_t *to, size_t stride, const uint32_t *from, ptrdiff_t across,
	ptrdiff_t down, size_t width, size_t height);
