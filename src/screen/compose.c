/*
 * pixman does the work. Its fast paths want whole quarter turns with whole offsets and
 * samples that lie within the picture, which is what a region within the picture gives;
 * so each box is drawn by itself, with a transform that takes pixels of the framebuffer to
 * pixels of the picture.
 */
#include "screen/compose.h"

#include <errno.h>

#define ONE pixman_fixed_1

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

void compose_draw(pixman_image_t *target, const struct turn *t, const struct picture *p, int32_t x,
	int32_t y, bool opaque, const pixman_region32_t *where)
{
	pixman_transform_t transform = to_picture(t, x, y);
	pixman_image_t *source =
		pixman_image_create_bits(opaque ? PIXMAN_x8r8g8b8 : PIXMAN_a8r8g8b8, (int)p->width,
			(int)p->height, (uint32_t *)p->data, (int)p->stride);
	const pixman_box32_t *boxes;
	int n;

	if (!source || !pixman_image_set_transform(source, &transform))
		goto out;
	boxes = pixman_region32_rectangles(where, &n);
	for (int i = 0; i < n; i++) {
		pixman_box32_t b = turn_box(t, &boxes[i]);

		pixman_image_composite32(opaque ? PIXMAN_OP_SRC : PIXMAN_OP_OVER, source, NULL,
			target, b.x1, b.y1, 0, 0, b.x1, b.y1, b.x2 - b.x1, b.y2 - b.y1);
	}
out:
	if (source)
		pixman_image_unref(source);
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
