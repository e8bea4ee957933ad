/* Windows' rectangles: logical pixels to the canvas and back. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "view/bounds.h"

static void assert_rect(struct rect r, int x, int y, int width, int height)
{
	assert_int_equal(r.x, x);
	assert_int_equal(r.y, y);
	assert_int_equal(r.width, width);
	assert_int_equal(r.height, height);
}

static void what_is_all_zero_fills_the_canvas_whatever_it_becomes(void **state)
{
	const struct bounds all = { 0 };
	const struct canvas wide = { 1920, 1080, 1 }, tall = { 1080, 1920, 1.5 };

	assert_true(bounds_fullscreen(&all));
	assert_rect(bounds_to_canvas(&all, &wide), 0, 0, 1920, 1080);
	assert_rect(bounds_to_canvas(&all, &tall), 0, 0, 1080, 1920);
}

static void a_side_of_zero_reaches_to_the_edge(void **state)
{
	const struct bounds panel = { .x = 100, .y = -20, .width = 0, .height = 60 };
	const struct canvas c = { 1280, 800, 2 };
	struct bounds is = bounds_resolve(&panel, &c);

	assert_false(bounds_fullscreen(&panel));
	assert_rect(bounds_to_canvas(&panel, &c), 200, -40, 1080, 120);
	assert_int_equal(is.x, 100);
	assert_int_equal(is.y, -20);
	assert_int_equal(is.width, 540);
	assert_int_equal(is.height, 60);
}

static void what_touches_in_logical_pixels_touches_on_the_screen(void **state)
{
	static const double scales[] = { 0.5, 0.75, 1, 1.1, 1.25, 1.333, 1.5, 2, 3.7, 4 };

	for (size_t i = 0; i < ARRAY_SIZE(scales); i++) {
		const struct canvas c = { 4000, 3000, scales[i] };

		for (int32_t at = -50; at < 200; at++) {
			struct bounds left = { .x = at, .y = 0, .width = 33, .height = 7 };
			struct bounds right = { .x = at + 33, .y = 7, .width = 5, .height = 1 };
			struct rect l = bounds_to_canvas(&left, &c);
			struct rect r = bounds_to_canvas(&right, &c);

			assert_int_equal(l.x + l.width, r.x);
			assert_int_equal(l.y + l.height, r.y);
		}
	}
}

static void a_page_covers_all_pixels_of_its_rectangle_and_not_one_more_than_it_must(void **state)
{
	for (double scale = 0.5; scale <= 4; scale += 0.05)
		for (int32_t side = 1; side < 2000; side += 7) {
			const struct rect r = { 0, 0, side, side };
			uint32_t width, height;

			bounds_page_size(&r, scale, &width, &height);
			assert_true(width * scale > side - 0.01);
			assert_true((width - 1) * scale < side);
			assert_int_equal(width, height);
		}
}

static void numbers_beyond_reason_are_cut_off(void **state)
{
	static const struct bounds hostile[] = {
		{ INT32_MIN, INT32_MIN, UINT32_MAX, UINT32_MAX },
		{ INT32_MAX, INT32_MAX, UINT32_MAX, UINT32_MAX },
		{ INT32_MIN, INT32_MAX, 0, 1 },
	};
	static const struct canvas canvases[] = { { 0, 0, 1 }, { 1, 1, 4 }, { 16384, 16384, 4 } };

	for (size_t i = 0; i < ARRAY_SIZE(hostile); i++)
		for (size_t k = 0; k < ARRAY_SIZE(canvases); k++) {
			struct bounds b = hostile[i];
			struct rect r;

			bounds_clamp(&b);
			assert_int_in_range(b.x + BOUNDS_PLACE_MAX, 0, 2 * BOUNDS_PLACE_MAX);
			assert_int_in_range(b.width, 0, BOUNDS_SIDE_MAX);
			r = bounds_to_canvas(&b, &canvases[k]);
			assert_int_in_range(r.width, 1, PICTURE_SIDE_MAX);
			assert_int_in_range(r.height, 1, PICTURE_SIDE_MAX);
		}
}

static void a_canvas_that_is_not_known_yet_has_a_size_to_lay_pages_out_for(void **state)
{
	const struct bounds all = { 0 };
	const struct canvas unknown = { 0, 0, 2 };
	struct bounds is = bounds_resolve(&all, &unknown);

	assert_int_equal(is.width, 1280);
	assert_int_equal(is.height, 800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_all_zero_fills_the_canvas_whatever_it_becomes),
		cmocka_unit_test(a_side_of_zero_reaches_to_the_edge),
		cmocka_unit_test(what_touches_in_logical_pixels_touches_on_the_screen),
		cmocka_unit_test(
			a_page_covers_all_pixels_of_its_rectangle_and_not_one_more_than_it_must),
		cmocka_unit_test(numbers_beyond_reason_are_cut_off),
		cmocka_unit_test(a_canvas_that_is_not_known_yet_has_a_size_to_lay_pages_out_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
