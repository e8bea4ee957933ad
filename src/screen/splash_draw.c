/*
 * The runtime's own picture is a kiln with a fire in it above the name; all of it is paths,
 * so that it is the same on a device without fonts.
 */
#include "screen/splash_draw.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "screen/buffer.h"
#include "screen/splash.h"

/* A PNG file begins with these, and then the length and name of its first part. */
#define PNG_HEAD "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
#define PNG_HEAD_LEN 16

struct drawing {
	struct buffer buffer;
	cairo_surface_t *surface; /* owned */
};

struct source {
	const uint8_t *at, *end;
};

void splash_art_fini(struct splash_art *art)
{
	if (art->image)
		cairo_surface_destroy(art->image);
	art->image = NULL;
}

/* ---- reading ---- */

static cairo_status_t read_bytes(void *closure, unsigned char *to, unsigned int n)
{
	struct source *s = closure;

	if ((size_t)(s->end - s->at) < n)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(to, s->at, n);
	s->at += n;
	return CAIRO_STATUS_SUCCESS;
}

static uint32_t big_endian(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Before a decoder makes room for what the file claims. */
static const char *refusal(const uint8_t *png, size_t len)
{
	if (len > SPLASH_BYTES_MAX)
		return "it is over 16 MiB";
	if (len < PNG_HEAD_LEN + 8 || memcmp(png, PNG_HEAD, PNG_HEAD_LEN) != 0)
		return "it is no PNG";
	if (big_endian(png + 16) > SPLASH_SIDE_MAX || big_endian(png + 20) > SPLASH_SIDE_MAX)
		return "it is over 4096 pixels wide or high";
	return NULL;
}

int splash_decode(const void *png, size_t len, cairo_surface_t **ret, const char **ret_why)
{
	struct source source = { png, (const uint8_t *)png + len };
	const char *why = refusal(png, len);
	cairo_surface_t *s;
	cairo_status_t status;

	if (why) {
		*ret_why = why;
		return -EINVAL;
	}
	s = cairo_image_surface_create_from_png_stream(read_bytes, &source);
	status = cairo_surface_status(s);
	if (status == CAIRO_STATUS_SUCCESS) {
		*ret = s;
		return 0;
	}
	cairo_surface_destroy(s);
	*ret_why = "it is damaged";
	return status == CAIRO_STATUS_NO_MEMORY ? -ENOMEM : -EINVAL;
}

/* ---- the runtime's own ---- */

static void set_rgb(cairo_t *cr, uint32_t rgb)
{
	cairo_set_source_rgb(
		cr, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0);
}

static void add_stop(cairo_pattern_t *p, double at, uint32_t rgb, double alpha)
{
	cairo_pattern_add_color_stop_rgba(p, at, (rgb >> 16 & 0xff) / 255.0,
		(rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0, alpha);
}

/* A round arch on the ground, @half wide and @high to where it begins to bend. */
static void arch(cairo_t *cr, double half, double high)
{
	cairo_move_to(cr, -half, 0);
	cairo_line_to(cr, -half, -high);
	cairo_arc(cr, 0, -high, half, -M_PI, 0);
	cairo_line_to(cr, half, 0);
	cairo_close_path(cr);
}

static void flame(cairo_t *cr, double size)
{
	cairo_save(cr);
	cairo_scale(cr, size, size);
	cairo_move_to(cr, 0.04, -1.0);
	cairo_curve_to(cr, 0.10, -0.72, 0.46, -0.58, 0.46, -0.26);
	cairo_curve_to(cr, 0.46, -0.08, 0.26, 0, 0, 0);
	cairo_curve_to(cr, -0.26, 0, -0.46, -0.08, -0.46, -0.28);
	cairo_curve_to(cr, -0.46, -0.46, -0.30, -0.54, -0.24, -0.70);
	cairo_curve_to(cr, -0.14, -0.60, -0.12, -0.52, -0.10, -0.46);
	cairo_curve_to(cr, -0.02, -0.62, 0.06, -0.78, 0.04, -1.0);
	cairo_close_path(cr);
	cairo_restore(cr);
}

static void fill_gradient(cairo_t *cr, cairo_pattern_t *p)
{
	cairo_set_source(cr, p);
	cairo_fill(cr);
	cairo_pattern_destroy(p);
}

/* 2 wide, 2.1 high, on the ground at 0. */
static void draw_kiln(cairo_t *cr)
{
	cairo_pattern_t *p;

	arch(cr, 1, 1.1);
	p = cairo_pattern_create_linear(0, -2.1, 0, 0);
	add_stop(p, 0, 0xa84a2b, 1);
	add_stop(p, 1, 0x7c3219, 1);
	fill_gradient(cr, p);
	arch(cr, 0.66, 0.62);
	p = cairo_pattern_create_radial(0, -0.2, 0.1, 0, -0.35, 1.05);
	add_stop(p, 0, 0x7a2b12, 1);
	add_stop(p, 1, 0x160d0b, 1);
	fill_gradient(cr, p);
	flame(cr, 1.02);
	p = cairo_pattern_create_linear(0, -1.02, 0, 0);
	add_stop(p, 0, 0xf0552a, 1);
	add_stop(p, 0.55, 0xff8a2e, 1);
	add_stop(p, 1, 0xffc04d, 1);
	fill_gradient(cr, p);
	cairo_save(cr);
	cairo_translate(cr, 0.03, 0);
	flame(cr, 0.5);
	cairo_restore(cr);
	p = cairo_pattern_create_linear(0, -0.5, 0, 0);
	add_stop(p, 0, 0xffd56b, 1);
	add_stop(p, 1, 0xfff3cf, 1);
	fill_gradient(cr, p);
}

static void stroke_line(cairo_t *cr, double x1, double y1, double x2, double y2)
{
	cairo_move_to(cr, x1, y1);
	cairo_line_to(cr, x2, y2);
}

/* "kiln", 4.1 wide, its small letters 1 high, on the line at 0. */
static void draw_name(cairo_t *cr)
{
	stroke_line(cr, 0, -1.55, 0, 0);
	stroke_line(cr, 0.72, -1, 0.06, -0.42);
	stroke_line(cr, 0.30, -0.62, 0.76, 0);
	stroke_line(cr, 1.55, -1, 1.55, 0);
	stroke_line(cr, 2.35, -1.55, 2.35, 0);
	stroke_line(cr, 3.15, -1, 3.15, 0);
	cairo_move_to(cr, 3.15, -0.42);
	cairo_curve_to(cr, 3.15, -0.8, 3.38, -1, 3.66, -1);
	cairo_curve_to(cr, 3.96, -1, 4.1, -0.8, 4.1, -0.5);
	cairo_line_to(cr, 4.1, 0);
	cairo_set_line_width(cr, 0.17);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	set_rgb(cr, 0xdfe4ea);
	cairo_stroke(cr);
	cairo_arc(cr, 1.55, -1.42, 0.13, 0, 2 * M_PI);
	set_rgb(cr, 0xff8a2e);
	cairo_fill(cr);
}

static void draw_own(cairo_t *cr, double width, double height)
{
	double side = width < height ? width : height, unit = side * 0.075;

	cairo_save(cr);
	cairo_translate(cr, width / 2, height / 2 + unit * 0.35);
	cairo_scale(cr, unit, unit);
	draw_kiln(cr);
	cairo_translate(cr, -4.1 / 2 * 0.5, 1.5);
	cairo_scale(cr, 0.5, 0.5);
	draw_name(cr);
	cairo_restore(cr);
}

/* ---- somebody else's ---- */

static void draw_image(
	cairo_t *cr, cairo_surface_t *image, double width, double height, double scale)
{
	double w = cairo_image_surface_get_width(image), h = cairo_image_surface_get_height(image);

	if (w * scale > width)
		scale = width / w;
	if (h * scale > height)
		scale = height / h;
	cairo_save(cr);
	/* On whole pixels: a picture in its own size stays as sharp as it is. */
	cairo_translate(cr, floor((width - w * scale) / 2), floor((height - h * scale) / 2));
	cairo_scale(cr, scale, scale);
	cairo_set_source_surface(cr, image, 0, 0);
	cairo_paint(cr);
	cairo_restore(cr);
}

/* ---- the buffer ---- */

static void release(struct buffer *b)
{
	struct drawing *d = container_of(b, struct drawing, buffer);

	cairo_surface_destroy(d->surface);
	free(d);
}

static const struct buffer_ops buffer_ops = { .release = release };

static int paint(const struct splash_art *art, cairo_surface_t *s, double scale)
{
	double width = cairo_image_surface_get_width(s), height = cairo_image_surface_get_height(s);
	cairo_t *cr = cairo_create(s);
	cairo_status_t status;

	set_rgb(cr, art->color);
	cairo_paint(cr);
	if (art->image)
		draw_image(cr, art->image, width, height, scale);
	else
		draw_own(cr, width, height);
	status = cairo_status(cr);
	cairo_destroy(cr);
	cairo_surface_flush(s);
	return status == CAIRO_STATUS_SUCCESS ? 0 : -ENOMEM;
}

int splash_draw(const struct splash_art *art, uint32_t width, uint32_t height, double scale,
	struct buffer **ret)
{
	cairo_surface_t *s =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
	struct drawing *d = calloc(1, sizeof(*d));

	if (!d || cairo_surface_status(s) != CAIRO_STATUS_SUCCESS || paint(art, s, scale) < 0) {
		cairo_surface_destroy(s);
		free(d);
		return -ENOMEM;
	}
	d->surface = s;
	buffer_init(&d->buffer, &buffer_ops);
	d->buffer.opaque = true;
	d->buffer.picture = (struct picture){
		.data = cairo_image_surface_get_data(s),
		.width = width,
		.height = height,
		.stride = (uint32_t)cairo_image_surface_get_stride(s),
	};
	*ret = &d->buffer;
	return 0;
}
