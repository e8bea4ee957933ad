#include "view/bounds.h"

#include <math.h>

/* A page is laid out for this while nobody knows how large its output will be. */
#define UNKNOWN_WIDTH 1280
#define UNKNOWN_HEIGHT 800

/* Numbers such as 800 / 1.1 * 1.1 are whole ones that missed. */
#define EPSILON 1e-6

/* A page may have a pixel more than its rectangle, and both are to be pictures. */
#define SIDE_MAX (PICTURE_SIDE_MAX - 8)

bool bounds_fullscreen(const struct bounds *b)
{
	return b->x == 0 && b->y == 0 && b->width == 0 && b->height == 0;
}

static int32_t clamp_place(int32_t v)
{
	if (v > BOUNDS_PLACE_MAX)
		return BOUNDS_PLACE_MAX;
	return v < -BOUNDS_PLACE_MAX ? -BOUNDS_PLACE_MAX : v;
}

void bounds_clamp(struct bounds *b)
{
	b->x = clamp_place(b->x);
	b->y = clamp_place(b->y);
	if (b->width > BOUNDS_SIDE_MAX)
		b->width = BOUNDS_SIDE_MAX;
	if (b->height > BOUNDS_SIDE_MAX)
		b->height = BOUNDS_SIDE_MAX;
}

/* From @at, @side logical pixels long or up to @end. */
static void edges(
	int32_t at, uint32_t side, double scale, uint32_t end, int32_t *ret_at, int32_t *ret_side)
{
	int32_t low = (int32_t)lround(at * scale);
	int32_t high = side ? (int32_t)lround(((double)at + side) * scale) : (int32_t)end;

	*ret_at = low;
	*ret_side = high > low ? high - low : 1;
	if (*ret_side > SIDE_MAX)
		*ret_side = SIDE_MAX;
}

static struct canvas known(const struct canvas *c)
{
	if (c->width && c->height)
		return *c;
	return (struct canvas){ (uint32_t)lround(UNKNOWN_WIDTH * c->scale),
		(uint32_t)lround(UNKNOWN_HEIGHT * c->scale), c->scale };
}

struct rect bounds_to_canvas(const struct bounds *b, const struct canvas *c)
{
	const struct canvas k = known(c);
	struct rect r;

	edges(b->x, b->width, k.scale, k.width, &r.x, &r.width);
	edges(b->y, b->height, k.scale, k.height, &r.y, &r.height);
	return r;
}

void bounds_page_size(
	const struct rect *rect, double scale, uint32_t *ret_width, uint32_t *ret_height)
{
	*ret_width = (uint32_t)ceil(rect->width / scale - EPSILON);
	*ret_height = (uint32_t)ceil(rect->height / scale - EPSILON);
}

struct bounds bounds_resolve(const struct bounds *b, const struct canvas *c)
{
	struct rect r = bounds_to_canvas(b, c);
	struct bounds at = { .x = b->x, .y = b->y, .width = b->width, .height = b->height };
	uint32_t width, height;

	bounds_page_size(&r, c->scale, &width, &height);
	if (!at.width)
		at.width = width;
	if (!at.height)
		at.height = height;
	return at;
}
