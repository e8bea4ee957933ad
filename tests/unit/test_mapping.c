/* Which output a device is for, and where on it: on outputs in memory. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "input/config.h"
#include "input/input.h"
#include "input/mapping.h"
#include "loop/loop.h"
#include "screen/output.h"
#include "screen/screen.h"

struct world {
	struct loop *loop;
	struct screen *screen;
	struct output *first, *second;
};

static int setup(void **state)
{
	static struct world w;
	struct screen_options opts = { 0 };

	if (loop_new(&w.loop) < 0)
		return -1;
	opts.loop = w.loop;
	if (screen_headless_new(&opts, 800, 480, 60000, &w.screen) < 0 ||
		screen_output(w.screen, "headless-1", &w.first) < 0 ||
		screen_output(w.screen, "HDMI-A-1", &w.second) < 0)
		return -1;
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	screen_free(w->screen);
	loop_free(w->loop);
	return 0;
}

static void bind(struct input_config *c, const char *match, const char *output)
{
	struct input_binding *b = &c->devices[c->n_devices++];

	snprintf(b->match, sizeof(b->match), "%s", match);
	snprintf(b->output, sizeof(b->output), "%s", output);
}

static void a_device_is_bound_by_a_glob_over_its_name_or_by_its_numbers(void **state)
{
	struct input_config c = { 0 };
	const struct input_device_info panel = {
		.name = "ILITEK Multi-Touch-V3000", .vendor = 0x222a, .product = 0x1
	};
	const struct input_device_info other = {
		.name = "eGalax [1]", .vendor = 0xeef, .product = 1
	};

	assert_null(mapping_binding(&c, &panel));
	bind(&c, "0eef:*", "B");
	bind(&c, "ilitek*", "A");
	bind(&c, "*", "C");
	assert_string_equal(mapping_binding(&c, &panel)->output, "A");
	assert_string_equal(mapping_binding(&c, &other)->output, "B");
	assert_string_equal(
		mapping_binding(&c, &(struct input_device_info){ .name = "" })->output, "C");
}

static void a_device_that_nothing_ties_to_an_output_has_the_first_that_is_there(void **state)
{
	struct world *w = *state;

	assert_ptr_equal(mapping_output(w->screen, NULL), w->first);
	assert_ptr_equal(mapping_output(w->screen, ""), w->first);
	/* It does not go to another screen because its own sleeps. */
	assert_int_equal(output_sleep(w->first), 0);
	assert_ptr_equal(mapping_output(w->screen, NULL), w->first);
	assert_int_equal(screen_headless_plug(w->screen, "headless-1", false), 0);
	assert_ptr_equal(mapping_output(w->screen, NULL), w->second);
	assert_int_equal(screen_headless_plug(w->screen, "HDMI-A-1", false), 0);
	assert_null(mapping_output(w->screen, NULL));
}

static void a_device_that_is_tied_to_an_output_waits_for_it(void **state)
{
	struct world *w = *state;

	assert_ptr_equal(mapping_output(w->screen, "HDMI-A-1"), w->second);
	assert_null(mapping_output(w->screen, "DP-1"));
	assert_int_equal(screen_headless_plug(w->screen, "HDMI-A-1", false), 0);
	assert_null(mapping_output(w->screen, "HDMI-A-1"));
	assert_int_equal(screen_headless_plug(w->screen, "HDMI-A-1", true), 0);
	assert_ptr_equal(mapping_output(w->screen, "HDMI-A-1"), w->second);
}

static void a_matrix_corrects_and_never_leaves_the_panel(void **state)
{
	static const float mirrored[6] = { -1, 0, 1, 0, 1, 0 }, turned[6] = { 0, -1, 1, 1, 0, 0 },
			   shifted[6] = { 1.25f, 0, -0.125f, 0, 1.25f, -0.125f };
	static const double wild[] = { NAN, INFINITY, -INFINITY, 1e300, -7 };
	double u = 0.25, v = 0.75;

	mapping_calibrate(mirrored, &u, &v);
	assert_float_equal(u, 0.75, 1e-6);
	assert_float_equal(v, 0.75, 1e-6);
	u = 0.25;
	mapping_calibrate(turned, &u, &v);
	assert_float_equal(u, 0.25, 1e-6);
	assert_float_equal(v, 0.25, 1e-6);
	u = 0.5, v = 0.99;
	mapping_calibrate(shifted, &u, &v);
	assert_float_equal(u, 0.5, 1e-6);
	assert_float_equal(v, 1, 1e-6);
	for (size_t i = 0; i < ARRAY_SIZE(wild); i++) {
		u = v = wild[i];
		mapping_calibrate(shifted, &u, &v);
		assert_true(u >= 0 && u <= 1 && v >= 0 && v <= 1);
	}
}

static void expect_at(const struct mapping_pointer *p, const struct output *o, double x, double y)
{
	assert_string_equal(output_name(p->output), output_name(o));
	assert_float_equal(p->x, x, 1e-6);
	assert_float_equal(p->y, y, 1e-6);
}

static void the_pointer_begins_in_the_middle_and_stops_at_edges(void **state)
{
	struct world *w = *state;
	struct mapping_pointer p = { 0 };

	assert_true(mapping_pointer_place(&p, w->screen));
	expect_at(&p, w->first, 400, 240);
	mapping_pointer_move(&p, w->screen, -10000, -10000);
	expect_at(&p, w->first, 0, 0);
	mapping_pointer_move(&p, w->screen, 10, 10000);
	expect_at(&p, w->first, 10, 479);
	mapping_pointer_move(&p, w->screen, NAN, 0);
	expect_at(&p, w->first, 0, 479);
}

static void the_pointer_goes_over_to_the_next_screen_at_the_same_height(void **state)
{
	struct world *w = *state;
	struct mapping_pointer p = { 0 };
	const struct output_config tall = { .mode = { .width = 400, .height = 960 }, .scale = 2 };

	assert_int_equal(output_configure(w->second, &tall), 0);
	assert_true(mapping_pointer_place(&p, w->screen));
	mapping_pointer_move(&p, w->screen, 395, -120);
	expect_at(&p, w->first, 795, 120);
	mapping_pointer_move(&p, w->screen, 15, 0);
	expect_at(&p, w->second, 10, 240);
	/* In there two pixels are one of a mouse. */
	mapping_pointer_move(&p, w->screen, 20, 10);
	expect_at(&p, w->second, 50, 260);
	mapping_pointer_move(&p, w->screen, 10000, 0);
	expect_at(&p, w->second, 399, 260);
	mapping_pointer_move(&p, w->screen, -200, 0);
	expect_at(&p, w->first, 799, 130);
}

static void the_pointer_leaves_a_screen_that_is_gone(void **state)
{
	struct world *w = *state;
	struct mapping_pointer p = { w->second, 700, 400 };

	assert_true(mapping_pointer_place(&p, w->screen));
	expect_at(&p, w->second, 700, 400);
	assert_int_equal(screen_headless_plug(w->screen, "HDMI-A-1", false), 0);
	assert_true(mapping_pointer_place(&p, w->screen));
	expect_at(&p, w->first, 400, 240);
	assert_int_equal(screen_headless_plug(w->screen, "headless-1", false), 0);
	assert_false(mapping_pointer_place(&p, w->screen));
	assert_int_equal(screen_headless_plug(w->screen, "HDMI-A-1", true), 0);
	assert_true(mapping_pointer_place(&p, w->screen));
	expect_at(&p, w->second, 400, 240);
}

static void the_pointer_is_inside_of_a_mode_that_became_smaller(void **state)
{
	struct world *w = *state;
	struct mapping_pointer p = { w->first, 790, 470 };
	const struct output_config small = { .mode = { .width = 320, .height = 240 } };

	assert_int_equal(output_configure(w->first, &small), 0);
	assert_true(mapping_pointer_place(&p, w->screen));
	expect_at(&p, w->first, 319, 239);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_is_bound_by_a_glob_over_its_name_or_by_its_numbers),
		TEST(a_device_that_nothing_ties_to_an_output_has_the_first_that_is_there),
		TEST(a_device_that_is_tied_to_an_output_waits_for_it),
		cmocka_unit_test(a_matrix_corrects_and_never_leaves_the_panel),
		TEST(the_pointer_begins_in_the_middle_and_stops_at_edges),
		TEST(the_pointer_goes_over_to_the_next_screen_at_the_same_height),
		TEST(the_pointer_leaves_a_screen_that_is_gone),
		TEST(the_pointer_is_inside_of_a_mode_that_became_smaller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
