/*
 * pixman does the work, but for quarter turns. Its fast paths want whole offsets and samples
 * that lie within the picture, which is what a region within the picture gives; so each box
 * is drawn by itself, with a transform that takes pixels of the framebuffer to pixels of the
 * picture.
 */
#include "screen/compose.h"

#include <errno.h>

#include "screen/quarter.h"

#define ONE pixman_fixed_1
/* The side of what is turned at a time, where it is not turned into its place: 16 KiB. */
#define TILE 64

pixman_box32_t turn_box(const struct turn *t, const pixman_box32_t *b)
{
	int32_t w = t->width, h = t->height;

	switch (t->rotation) {
	case ROTATE_90:
		return (pixman_box32_t){ h - b->y2, b->x1, h - b->y1, b->x2 };
	case ROTATE_180:
		return (pixman_box32_t){ w - b->x2, h - b->y2, w - b->x1, h - b->y1 };
	case ROTATE_270:
		return (pixman_box32_t){ b->y1, w - b->x2, b->y2, w - b->x1 };
	case ROTATE_0:
	default:
		return *b;
	}
}

bool turn_region(const struct turn *t, const pixman_region32_t *canvas, pixman_region32_t *ret)
{
	const pixman_box32_t *boxes;
	pixman_box32_t b;
	int n;

	if (t->rotation == ROTATE_0)
		return pixman_region32_copy(ret, canvas);
	boxes = pixman_region32_rectangles(canvas, &n);
	for (int i = 0; i < n; i++) {
		b = turn_box(t, &boxes[i]);
		if (!pixman_region32_union_rect(
			    ret, ret, b.x1, b.y1, (unsigned)(b.x2 - b.x1), (unsigned)(b.y2 - b.y1)))
			return false;
	}
	return true;
}

/* From the framebuffer to a picture at @x, @y of the canvas. */
static pixman_transform_t to_picture(const struct turn *t, int32_t x, int32_t y)
{
	pixman_fixed_t left = pixman_int_to_fixed(-x), top = pixman_int_to_fixed(-y);
	pixman_fixed_t right = pixman_int_to_fixed(t->width - x);
	pixman_fixed_t bottom = pixman_int_to_fixed(t->height - y);

	switch (t->rotation) {
	case ROTATE_90:
		return (pixman_transform_t){ { { 0, ONE, left }, { -ONE, 0, bottom },
			{ 0, 0, ONE } } };
	case ROTATE_180:
		return (pixman_transform_t){ { { -ONE, 0, right }, { 0, -ONE, bottom },
			{ 0, 0, ONE } } };
	case ROTATE_270:
		return (pixman_transform_t){ { { 0, -ONE, right }, { ONE, 0, top },
			{ 0, 0, ONE } } };
	case ROTATE_0:
	default:
		return (pixman_transform_t){ { { ONE, 0, left }, { 0, ONE, top }, { 0, 0, ONE } } };
	}
}

static pixman_image_t *image_of(const struct picture *p, bool opaque)
{
	return pixman_image_create_bits(opaque ? PIXMAN_x8r8g8b8 : PIXMAN_a8r8g8b8, (int)p->width,
		(int)p->height, (uint32_t *)p->data, (int)p->stride);
}

/* ---- quarter turns ---- */

/* The part of a picture that lies at @b of the framebuffer, to @to. */
static void copy_turned(uint32_t *to, size_t stride, const struct picture *p,
	const pixman_transform_t *to_p, const pixman_box32_t *b)
{
	const uint32_t *pixels = (const uint32_t *)p->data;
	ptrdiff_t row = (ptrdiff_t)(p->stride / 4);
	ptrdiff_t down = to_p->matrix[0][1] > 0 ? 1 : -1, across = to_p->matrix[1][0] > 0 ? 1 : -1;
	ptrdiff_t x = pixman_fixed_to_int(to_p->matrix[0][2]) + down * b->y1 - (down < 0);
	ptrdiff_t y = pixman_fixed_to_int(to_p->matrix[1][2]) + across * b->x1 - (across < 0);

	quarter_copy(to, stride, pixels + y * row + x, across * row, down, (size_t)(b->x2 - b->x1),
		(size_t)(b->y2 - b->y1));
}

static void draw_turned_opaque(pixman_image_t *target, const struct turn *t,
	const struct picture *p, const pixman_transform_t *to_p, const pixman_region32_t *where)
{
	uint32_t *pixels = pixman_image_get_data(target);
	size_t stride = (size_t)pixman_image_get_stride(target) / 4;
	const pixman_box32_t *boxes;
	int n;

	boxes = pixman_region32_rectangles(where, &n);
	for (int i = 0; i < n; i++) {
		pixman_box32_t b = turn_box(t, &boxes[i]);

		copy_turned(pixels + (size_t)b.y1 * stride + (size_t)b.x1, stride, p, to_p, &b);
	}
}

/* Turned into a tile that stays in the cache, and from there over the target. */
static void draw_tile(pixman_image_t *target, pixman_image_t *tile, const struct picture *p,
	const pixman_transform_t *to_p, const pixman_box32_t *b)
{
	copy_turned(pixman_image_get_data(tile), TILE, p, to_p, b);
	pixman_image_composite32(PIXMAN_OP_OVER, tile, NULL, target, 0, 0, 0, 0, b->x1, b->y1,
		b->x2 - b->x1, b->y2 - b->y1);
}

static int32_t smaller(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static void draw_turned_over(pixman_image_t *target, const struct turn *t, const struct picture *p,
	const pixman_transform_t *to_p, const pixman_region32_t *where)
{
	pixman_image_t *tile =
		pixman_image_create_bits_no_clear(PIXMAN_a8r8g8b8, TILE, TILE, NULL, 4 * TILE);
	const pixman_box32_t *boxes;
	int n;

	if (!tile)
		return;
	boxes = pixman_region32_rectangles(where, &n);
	for (int i = 0; i < n; i++) {
		const pixman_box32_t b = turn_box(t, &boxes[i]);

		for (int32_t y = b.y1; y < b.y2; y += TILE)
			for (int32_t x = b.x1; x < b.x2; x += TILE)
				draw_tile(target, tile, p, to_p,
					&(pixman_box32_t){ x, y, smaller(x + TILE, b.x2),
						smaller(y + TILE, b.y2) });
	}
	pixman_image_unref(tile);
}

/* ---- upright, and upside down ---- */

static void draw_straight(pixman_image_t *target, const struct turn *t, const struct picture *p,
	const pixman_transform_t *to_p, bool opaque, const pixman_region32_t *where)
{
	pixman_image_t *source = image_of(p, opaque);
	const pixman_box32_t *boxes;
	int n;

	if (!source)
		return;
	if (pixman_image_set_transform(source, to_p)) {
		boxes = pixman_region32_rectangles(where, &n);
		for (int i = 0; i < n; i++) {
			pixman_box32_t b = turn_box(t, &boxes[i]);

			pixman_image_composite32(opaque ? PIXMAN_OP_SRC : PIXMAN_OP_OVER, source,
				NULL, target, b.x1, b.y1, 0, 0, b.x1, b.y1, b.x2 - b.x1,
				b.y2 - b.y1);
		}
	}
	pixman_image_unref(source);
}

void compose_draw(pixman_image_t *target, const struct turn *t, const struct picture *p, int32_t x,
	int32_t y, bool opaque, const pixman_region32_t *where)
{
	const pixman_transform_t to_p = to_picture(t, x, y);

	if (t->rotation == ROTATE_0 || t->rotation == ROTATE_180)
		draw_straight(target, t, p, &to_p, opaque, where);
	else if (opaque)
		draw_turned_opaque(target, t, p, &to_p, where);
	else
		draw_turned_over(target, t, p, &to_p, where);
}

void compose_clear(pixman_image_t *target, const struct turn *t, const pixman_region32_t *where)
{
	static const pixman_color_t black = { .alpha = 0xffff };
	const pixman_box32_t *boxes;
	int n;

	boxes = pixman_region32_rectangles(where, &n);
	for (int i = 0; i < n; i++) {
		pixman_box32_t b = turn_box(t, &boxes[i]);

		pixman_image_fill_boxes(PIXMAN_OP_SRC, target, &black, 1, &b);
	}
}

/* Nobody looks at the alpha of what is lit, so anything may be there. */
static void make_opaque(uint32_t *pixels, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pixels[i] |= 0xff000000;
}

int compose_read(pixman_image_t *target, const struct turn *t, struct picture *ret)
{
	static const enum rotation back[] = { ROTATE_0, ROTATE_270, ROTATE_180, ROTATE_90 };
	bool across = t->rotation == ROTATE_90 || t->rotation == ROTATE_270;
	const struct turn upright = {
		.rotation = back[t->rotation],
		.width = across ? t->height : t->width,
		.height = across ? t->width : t->height,
	};
	const struct picture lit = {
		.data = (const uint8_t *)pixman_image_get_data(target),
		.width = (uint32_t)upright.width,
		.height = (uint32_t)upright.height,
		.stride = (uint32_t)pixman_image_get_stride(target),
	};
	size_t stride = 4 * (size_t)t->width;
	uint8_t *pixels = malloc(stride * (size_t)t->height);
	pixman_image_t *copy;
	pixman_region32_t all;

	if (!pixels)
		return -ENOMEM;
	copy = pixman_image_create_bits(
		PIXMAN_a8r8g8b8, t->width, t->height, (uint32_t *)pixels, (int)stride);
	if (!copy) {
		free(pixels);
		return -ENOMEM;
	}
	pixman_region32_init_rect(&all, 0, 0, (unsigned)upright.width, (unsigned)upright.height);
	compose_draw(copy, &upright, &lit, 0, 0, true, &all);
	make_opaque((uint32_t *)pixels, (size_t)t->width * (size_t)t->height);
	pixman_region32_fini(&all);
	pixman_image_unref(copy);
	*ret = (struct picture){
		.data = pixels,
		.width = (uint32_t)t->width,
		.height = (uint32_t)t->height,
		.stride = (uint32_t)stride,
	};
	return 0;
}
