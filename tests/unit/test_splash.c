/* The splash: what is lit before the first window, on real headless outputs. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cairo.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "screen/splash.h"
#include "screen_fixture.h"

#define WIDTH 640
#define HEIGHT 400
#define COLOR 0x204060u

struct desk {
	struct loop *loop;
	struct screen *screen;
	struct output *output;
	struct splash *splash;
};

static void make(struct desk *d, const void *png, size_t len)
{
	const struct screen_options opts = { .loop = d->loop };
	const char *why;

	assert_int_equal(screen_headless_new(&opts, WIDTH, HEIGHT, 1000000, &d->screen), 0);
	d->output = screen_primary(d->screen);
	assert_int_equal(splash_new(png, len, COLOR, &d->splash, &why), 0);
	assert_null(why);
	assert_int_equal(splash_add(d->splash, d->output), 0);
}

static int setup(void **state)
{
	static struct desk d;

	d = (struct desk){ 0 };
	*state = &d;
	return loop_new(&d.loop);
}

static int teardown(void **state)
{
	struct desk *d = *state;

	splash_free(d->splash);
	screen_free(d->screen);
	loop_free(d->loop);
	return 0;
}

static void run_for(struct desk *d, uint64_t ms)
{
	uint64_t deadline = clock_now() + ms * NSEC_PER_MSEC;

	while (clock_now() < deadline)
		loop_pass(d->loop, deadline);
}

static void wait_frame(struct desk *d, uint64_t frames)
{
	uint64_t deadline = clock_now() + 5 * NSEC_PER_SEC;

	while (output_frames(d->output) < frames && clock_now() < deadline)
		loop_pass(d->loop, deadline);
	assert_true(output_frames(d->output) >= frames);
}

/* What is lit there, 0xrrggbb. */
static uint32_t pixel(struct desk *d, uint32_t x, uint32_t y)
{
	struct picture p;
	uint32_t value;

	assert_int_equal(output_read(d->output, &p), 0);
	assert_true(x < p.width && y < p.height);
	memcpy(&value, p.data + (size_t)y * p.stride + 4 * (size_t)x, 4);
	picture_free(&p);
	return value & 0xffffff;
}

static cairo_status_t append(void *closure, const unsigned char *bytes, unsigned int n)
{
	return buf_append(closure, bytes, n) < 0 ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* A PNG of one colour, in premultiplied ARGB. */
static void make_png(struct buf *out, int width, int height, uint32_t argb)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
	uint32_t *at = (uint32_t *)cairo_image_surface_get_data(s);

	cairo_surface_flush(s);
	for (int i = 0; i < width * height; i++)
		at[i] = argb;
	cairo_surface_mark_dirty(s);
	assert_int_equal(cairo_surface_write_to_png_stream(s, append, out), CAIRO_STATUS_SUCCESS);
	cairo_surface_destroy(s);
}

static void the_first_frame_of_an_output_has_it(void **state)
{
	struct desk *d = *state;

	make(d, NULL, 0);
	wait_frame(d, 1);
	assert_int_equal(pixel(d, 0, 0), COLOR);
	assert_int_equal(pixel(d, WIDTH - 1, HEIGHT - 1), COLOR);
	/* The fire. */
	assert_true(pixel(d, WIDTH / 2, HEIGHT / 2) >> 16 > 0xc0);
	run_for(d, 30);
	assert_int_equal(output_frames(d->output), 1);
}

static void a_picture_is_in_the_middle_on_the_colour(void **state)
{
	struct buf png = BUF_INIT(1 << 20);
	struct desk *d = *state;

	make_png(&png, 100, 50, 0xffff0000);
	make(d, buf_bytes(&png), buf_len(&png));
	buf_fini(&png);
	wait_frame(d, 1);
	assert_int_equal(pixel(d, WIDTH / 2 - 51, HEIGHT / 2), COLOR);
	assert_int_equal(pixel(d, WIDTH / 2 - 50, HEIGHT / 2), 0xff0000);
	assert_int_equal(pixel(d, WIDTH / 2 + 49, HEIGHT / 2 + 24), 0xff0000);
	assert_int_equal(pixel(d, WIDTH / 2 + 50, HEIGHT / 2), COLOR);
	assert_int_equal(pixel(d, WIDTH / 2, HEIGHT / 2 - 26), COLOR);
}

static void the_colour_shows_through_a_picture(void **state)
{
	struct buf png = BUF_INIT(1 << 20);
	struct desk *d = *state;
	uint32_t p;

	make_png(&png, 100, 50, 0x80800000);
	make(d, buf_bytes(&png), buf_len(&png));
	buf_fini(&png);
	wait_frame(d, 1);
	p = pixel(d, WIDTH / 2, HEIGHT / 2);
	assert_uint_in_range(p >> 16, 0x8e, 0x92);
	assert_uint_in_range(p & 0xff, 0x2e, 0x32);
}

static void a_picture_that_is_too_large_is_made_smaller(void **state)
{
	struct buf png = BUF_INIT(1 << 20);
	struct desk *d = *state;

	make_png(&png, 2000, 500, 0xff00ff00);
	make(d, buf_bytes(&png), buf_len(&png));
	buf_fini(&png);
	wait_frame(d, 1);
	assert_int_equal(pixel(d, 2, HEIGHT / 2), 0x00ff00);
	assert_int_equal(pixel(d, WIDTH / 2, HEIGHT / 2 - 78), 0x00ff00);
	assert_int_equal(pixel(d, WIDTH / 2, HEIGHT / 2 - 82), COLOR);
}

static void rotation_and_scale_hold_for_it(void **state)
{
	const struct output_config c = { .rotation = ROTATE_90, .scale = 2 };
	struct buf png = BUF_INIT(1 << 20);
	struct desk *d = *state;

	make_png(&png, 100, 50, 0xffff0000);
	make(d, buf_bytes(&png), buf_len(&png));
	buf_fini(&png);
	wait_frame(d, 1);
	assert_int_equal(output_configure(d->output, &c), 0);
	wait_frame(d, output_frames(d->output) + 1);
	assert_int_equal(output_width(d->output), HEIGHT);
	/* 200 x 100 in the middle of 400 x 640. */
	assert_int_equal(pixel(d, 101, 320), 0xff0000);
	assert_int_equal(pixel(d, 298, 320), 0xff0000);
	assert_int_equal(pixel(d, 98, 320), COLOR);
	assert_int_equal(pixel(d, 200, 272), 0xff0000);
	assert_int_equal(pixel(d, 200, 267), COLOR);
	assert_int_equal(pixel(d, 399, 639), COLOR);
}

static void an_output_that_is_plugged_in_later_has_it_too(void **state)
{
	struct desk *d = *state;

	make(d, NULL, 0);
	assert_int_equal(screen_headless_plug(d->screen, "headless-1", false), 0);
	run_for(d, 20);
	assert_int_equal(screen_headless_plug(d->screen, "headless-1", true), 0);
	wait_frame(d, output_frames(d->output) + 1);
	assert_int_equal(pixel(d, 1, 1), COLOR);
}

static void it_goes_for_good_where_a_window_is_lit_and_stays_elsewhere(void **state)
{
	struct desk *d = *state;
	struct output *other;
	struct layer *window;

	make(d, NULL, 0);
	assert_int_equal(screen_output(d->screen, "headless-2", &other), 0);
	assert_int_equal(splash_add(d->splash, other), 0);
	wait_frame(d, 1);
	window = fill_new(d->output, NULL, NULL);
	light_up(d->loop, window, 0xff00ff00);
	splash_hide(d->splash, d->output);
	splash_hide(d->splash, d->output);
	assert_int_equal(pixel(d, WIDTH / 2, HEIGHT / 2), 0x00ff00);
	/* Without the window there is nothing. */
	layer_free(window);
	wait_frame(d, output_frames(d->output) + 1);
	assert_int_equal(pixel(d, 1, 1), 0);
	assert_int_equal(screen_headless_plug(d->screen, "headless-1", false), 0);
	assert_int_equal(screen_headless_plug(d->screen, "headless-1", true), 0);
	wait_frame(d, output_frames(d->output) + 1);
	assert_int_equal(pixel(d, 1, 1), 0);
	d->output = other;
	assert_int_equal(pixel(d, 1, 1), COLOR);
}

static void refused(const void *png, size_t len, const char *wanted)
{
	const char *why = NULL;

	assert_int_equal(splash_check(png, len, &why), -EINVAL);
	assert_string_equal(why, wanted);
}

static void a_file_that_cannot_be_shown_is_told(void **state)
{
	struct buf png = BUF_INIT(SPLASH_BYTES_MAX + 1);
	uint8_t *bytes;
	size_t len;

	make_png(&png, 10, 10, 0xffffffff);
	bytes = buf_bytes(&png);
	len = buf_len(&png);
	assert_int_equal(splash_check(bytes, len, &(const char *){ NULL }), 0);
	refused("", 0, "it is no PNG");
	refused("GIF89a and so on and so on", 26, "it is no PNG");
	for (size_t cut = 24; cut < len - 12; cut++)
		refused(bytes, cut, "it is damaged");
	/* Wide as its head says, whatever there is behind it. */
	bytes[17] = 0x01;
	refused(bytes, len, "it is over 4096 pixels wide or high");
	bytes[17] = 0;
	bytes[len - 20] ^= 0x55;
	refused(bytes, len, "it is damaged");
	buf_fini(&png);
	png = (struct buf)BUF_INIT(SPLASH_BYTES_MAX + 1);
	assert_int_equal(buf_reserve(&png, SPLASH_BYTES_MAX + 1, &bytes), 0);
	refused(bytes, SPLASH_BYTES_MAX + 1, "it is over 16 MiB");
	buf_fini(&png);
}

static void the_runtime_s_own_stands_in_for_one_that_cannot_be_shown(void **state)
{
	struct desk *d = *state;
	const char *why = NULL;

	make(d, NULL, 0);
	splash_free(d->splash);
	assert_int_equal(splash_new("junk", 4, COLOR, &d->splash, &why), 0);
	assert_string_equal(why, "it is no PNG");
	assert_int_equal(splash_add(d->splash, d->output), 0);
	wait_frame(d, 1);
	assert_int_equal(pixel(d, 0, 0), COLOR);
	assert_true(pixel(d, WIDTH / 2, HEIGHT / 2) >> 16 > 0xc0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_frame_of_an_output_has_it),
		TEST(a_picture_is_in_the_middle_on_the_colour),
		TEST(the_colour_shows_through_a_picture),
		TEST(a_picture_that_is_too_large_is_made_smaller),
		TEST(rotation_and_scale_hold_for_it),
		TEST(an_output_that_is_plugged_in_later_has_it_too),
		TEST(it_goes_for_good_where_a_window_is_lit_and_stays_elsewhere),
		cmocka_unit_test(a_file_that_cannot_be_shown_is_told),
		TEST(the_runtime_s_own_stands_in_for_one_that_cannot_be_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
