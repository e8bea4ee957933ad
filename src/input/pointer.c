#include "input/pointer.h"

#include <cairo.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "screen/layer.h"
#include "screen/output.h"

#define LOG_TAG "input"
#include "base/log.h"

#define SIDE 32 /* logical pixels */

struct shape {
	const char *name;
	double hot_x, hot_y; /* what it points with */
	void (*path)(cairo_t *c);
};

struct pointer {
	struct layer *layer; /* owned; null until the pointer has moved */
	const struct shape *shape; /* null: none is to be seen */
	const struct shape *drawn; /* what the layer shows, */
	double scale; /* and in which scale */
	double x, y;
	bool moved; /* since it was hidden */
};

struct cursor_picture {
	struct buffer buffer;
	cairo_surface_t *surface; /* owned */
};

static void lines(cairo_t *c, const double (*points)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		cairo_line_to(c, points[i][0], points[i][1]);
	cairo_close_path(c);
}

static void arrow(cairo_t *c)
{
	static const double points[][2] = { { 2, 2 }, { 2, 22 }, { 6.8, 17.6 }, { 10, 25 },
		{ 13.4, 23.5 }, { 10.3, 16.3 }, { 16.6, 16.3 } };

	lines(c, points, ARRAY_SIZE(points));
}

static void hand(cairo_t *c)
{
	static const double points[][2] = { { 9, 3.5 }, { 11.5, 3.5 }, { 12, 12 }, { 14.5, 11.5 },
		{ 15.5, 12.5 }, { 18, 12 }, { 19, 13 }, { 21.5, 13 }, { 23, 15 }, { 22.5, 20 },
		{ 20.5, 26 }, { 11.5, 26 }, { 8, 21 }, { 4, 16.5 }, { 5.5, 14.7 }, { 8.5, 17 } };

	lines(c, points, ARRAY_SIZE(points));
}

static void beam(cairo_t *c)
{
	static const double points[][2] = { { 6, 3 }, { 11, 3 }, { 11, 5 }, { 9.4, 5 }, { 9.4, 23 },
		{ 11, 23 }, { 11, 25 }, { 6, 25 }, { 6, 23 }, { 7.6, 23 }, { 7.6, 5 }, { 6, 5 } };

	lines(c, points, ARRAY_SIZE(points));
}

static const struct shape shapes[] = {
	{ "default", 2, 2, arrow },
	{ "pointer", 10, 3, hand },
	{ "text", 8.5, 14, beam },
};

static void release(struct buffer *b)
{
	struct cursor_picture *picture = container_of(b, struct cursor_picture, buffer);

	cairo_surface_destroy(picture->surface);
	free(picture);
}

static const struct buffer_ops picture_ops = { .release = release };

static void draw(cairo_t *c, const struct shape *shape)
{
	shape->path(c);
	cairo_set_line_join(c, CAIRO_LINE_JOIN_ROUND);
	cairo_set_source_rgb(c, 1, 1, 1);
	cairo_set_line_width(c, 2.5);
	cairo_stroke_preserve(c);
	cairo_set_source_rgb(c, 0, 0, 0);
	cairo_fill(c);
}

/* Null: no memory. */
static struct buffer *picture_new(const struct shape *shape, double scale)
{
	struct cursor_picture *p = calloc(1, sizeof(*p));
	int side = (int)ceil(SIDE * scale);
	cairo_t *c;

	if (!p)
		return NULL;
	p->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, side, side);
	c = cairo_create(p->surface);
	cairo_scale(c, scale, scale);
	draw(c, shape);
	if (cairo_status(c) != CAIRO_STATUS_SUCCESS) {
		cairo_destroy(c);
		cairo_surface_destroy(p->surface);
		free(p);
		return NULL;
	}
	cairo_destroy(c);
	cairo_surface_flush(p->surface);
	buffer_init(&p->buffer, &picture_ops);
	p->buffer.picture = (struct picture){
		.data = cairo_image_surface_get_data(p->surface),
		.width = (uint32_t)side,
		.height = (uint32_t)side,
		.stride = (uint32_t)cairo_image_surface_get_stride(p->surface),
	};
	return &p->buffer;
}

static int show_picture(struct pointer *p, double scale)
{
	struct buffer *b;
	int r;

	if (p->drawn == p->shape && p->scale == scale)
		return 0;
	b = picture_new(p->shape, scale);
	if (!b)
		return -ENOMEM;
	/* A picture that is on its way is the wrong one. */
	layer_clear(p->layer);
	p->drawn = NULL;
	r = layer_show(p->layer, b, NULL, 0);
	if (r < 0)
		return r;
	p->drawn = p->shape;
	p->scale = scale;
	return 0;
}

/* Puts the layer where the rest of @p says. */
static void update(struct pointer *p)
{
	double scale;
	int r;

	if (!p->layer)
		return;
	if (!p->moved || !p->shape) {
		layer_set_visible(p->layer, false);
		return;
	}
	scale = output_scale(layer_output(p->layer));
	r = show_picture(p, scale);
	if (r < 0)
		log_burst_at(LOG_LEVEL_ERROR, "the pointer cannot be shown: %s", strerror(-r));
	layer_place(p->layer, &(struct rect){
				      .x = (int32_t)lround(p->x - p->shape->hot_x * scale),
				      .y = (int32_t)lround(p->y - p->shape->hot_y * scale),
				      .width = (int32_t)ceil(SIDE * scale),
				      .height = (int32_t)ceil(SIDE * scale),
			      });
	layer_set_visible(p->layer, r == 0);
}

int pointer_new(struct pointer **ret)
{
	struct pointer *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->shape = &shapes[0];
	*ret = p;
	return 0;
}

void pointer_free(struct pointer *p)
{
	if (!p)
		return;
	layer_free(p->layer);
	free(p);
}

void pointer_move(struct pointer *p, struct output *o, double x, double y)
{
	int r = 0;

	if (!p->layer)
		r = layer_new(o, LAYER_CURSOR, NULL, NULL, &p->layer);
	if (r < 0) {
		log_burst_at(LOG_LEVEL_ERROR, "the pointer cannot be shown: %s", strerror(-r));
		return;
	}
	if (layer_output(p->layer) != o)
		layer_move_to(p->layer, o);
	p->moved = true;
	p->x = x;
	p->y = y;
	update(p);
}

void pointer_hide(struct pointer *p)
{
	p->moved = false;
	update(p);
}

void pointer_set_shape(struct pointer *p, const char *name)
{
	const struct shape *shape = &shapes[0];

	if (strcmp(name, "none") == 0)
		shape = NULL;
	for (size_t i = 0; shape && i < ARRAY_SIZE(shapes); i++)
		if (strcmp(shapes[i].name, name) == 0)
			shape = &shapes[i];
	if (shape == p->shape)
		return;
	p->shape = shape;
	update(p);
}
