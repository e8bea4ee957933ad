/*
 * Sixteen pixels of a row are written at a time, a line of the cache or of what combines
 * writes to a framebuffer; they come from sixteen rows of the source, in squares of four by
 * four that are transposed in registers. The vectors are the compiler's: SSE2, NEON, or
 * plain code where there is neither.
 */
#include "screen/quarter.h"

#define SIDE 4
#define LINE 16

typedef uint32_t four __attribute__((vector_size(16), aligned(4), may_alias));

/* The square whose corner is the pixel at 0, 0; up: its rows in the source run backwards. */
static inline void square(
	uint32_t *to, size_t stride, const uint32_t *from, ptrdiff_t across, ptrdiff_t down)
{
	const uint32_t *at = down > 0 ? from : from - (SIDE - 1);
	ptrdiff_t first = down > 0 ? 0 : SIDE - 1;
	four a = *(const four *)at, b = *(const four *)(at + across);
	four c = *(const four *)(at + 2 * across), d = *(const four *)(at + 3 * across);
	four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
	four cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
	four ab_end = __builtin_shufflevector(a, b, 2, 6, 3, 7);
	four cd_end = __builtin_shufflevector(c, d, 2, 6, 3, 7);
	uint32_t *row = to + (size_t)first * stride;
	ptrdiff_t next = down > 0 ? (ptrdiff_t)stride : -(ptrdiff_t)stride;

	*(four *)row = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
	*(four *)(row + next) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
	*(four *)(row + 2 * next) = __builtin_shufflevector(ab_end, cd_end, 0, 1, 4, 5);
	*(four *)(row + 3 * next) = __builtin_shufflevector(ab_end, cd_end, 2, 3, 6, 7);
}

static void one_by_one(uint32_t *to, size_t stride, const uint32_t *from, ptrdiff_t across,
	ptrdiff_t down, size_t width, size_t height)
{
	for (size_t y = 0; y < height; y++)
		for (size_t x = 0; x < width; x++)
			to[y * stride + x] = from[(ptrdiff_t)x * across + (ptrdiff_t)y * down];
}

void quarter_copy(uint32_t *to, size_t stride, const uint32_t *from, ptrdiff_t across,
	ptrdiff_t down, size_t width, size_t height)
{
	size_t whole = width - width % LINE, rows = height - height % SIDE;

	for (size_t x = 0; x < whole; x += LINE) {
		const uint32_t *column = from + (ptrdiff_t)x * across;

		for (size_t y = 0; y < rows; y += SIDE)
			for (size_t i = 0; i < LINE; i += SIDE)
				square(to + y * stride + x + i, stride,
					column + (ptrdiff_t)i * across + (ptrdiff_t)y * down,
					across, down);
	}
	one_by_one(to + whole, stride, from + (ptrdiff_t)whole * across, across, down,
		width - whole, rows);
	one_by_one(to + rows * stride, stride, from + (ptrdiff_t)rows * down, across, down, width,
		height - rows);
}
