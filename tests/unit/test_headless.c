/* The headless screen: its vsyncs, its targets, its plug, and the set of its outputs. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <stdio.h>

#include "screen_fixture.h"

#define MS NSEC_PER_MSEC
#define WIDTH 7
#define HEIGHT 5

struct desk {
	struct loop *loop;
	struct screen *screen;
	struct output *output;
	struct output_listener listener;
	struct layer *layer;
	uint64_t when;
	unsigned added, configured;
	struct output_config config;
};

static void on_presented(struct output *o, uint64_t seq, uint64_t when, void *arg)
{
	((struct desk *)arg)->when = when;
}

static void on_added(struct output *o, void *arg)
{
	((struct desk *)arg)->added++;
}

static void on_configure(const char *name, struct output_config *ret, void *arg)
{
	struct desk *d = arg;

	d->configured++;
	*ret = d->config;
}

static struct screen_options options_of(struct desk *d)
{
	return (struct screen_options){
		.loop = d->loop, .configure = on_configure, .added = on_added, .arg = d
	};
}

static int start(struct desk *d, uint32_t refresh_mhz)
{
	struct screen_options opts;

	if (loop_new(&d->loop) < 0)
		return -1;
	opts = options_of(d);
	if (screen_headless_new(&opts, WIDTH, HEIGHT, refresh_mhz, &d->screen) < 0)
		return -1;
	d->output = screen_primary(d->screen);
	d->listener.presented = on_presented;
	d->listener.arg = d;
	output_add_listener(d->output, &d->listener);
	d->layer = fill_new(d->output, NULL, NULL);
	while (output_frames(d->output) == 0)
		loop_pass(d->loop, LOOP_NEVER);
	return 0;
}

/* 1000 Hz, so that nobody waits. */
static int setup(void **state)
{
	static struct desk d;

	d = (struct desk){ 0 };
	*state = &d;
	return start(&d, 1000000);
}

static int teardown(void **state)
{
	struct desk *d = *state;

	layer_free(d->layer);
	screen_free(d->screen);
	loop_free(d->loop);
	return 0;
}

static void run_for(struct desk *d, uint64_t ns)
{
	uint64_t deadline = clock_now() + ns;

	do
		loop_pass(d->loop, deadline);
	while (clock_now() < deadline);
}

static uint32_t lit(struct desk *d, uint32_t x, uint32_t y)
{
	struct picture p;
	uint32_t pixel;

	assert_int_equal(output_read(d->output, &p), 0);
	pixel = ((const uint32_t *)p.data)[y * (size_t)(p.stride / 4) + x];
	picture_free(&p);
	return pixel;
}

static void a_new_output_is_lit_and_black(void **state)
{
	struct desk *d = *state;

	assert_string_equal(screen_describe(d->screen), "headless");
	assert_string_equal(output_name(d->output), "headless-1");
	assert_int_equal(output_state(d->output), OUTPUT_LIT);
	assert_int_equal(output_width(d->output), WIDTH);
	assert_int_equal(output_height(d->output), HEIGHT);
	assert_int_equal(output_mode(d->output)->refresh_mhz, 1000000);
	assert_int_equal(lit(d, 3, 3), 0xff000000);
	assert_int_equal(d->added, 1);
	assert_int_equal(d->configured, 1);
}

static void bad_sizes_and_rates_are_refused(void **state)
{
	static const struct {
		uint32_t width, height, refresh_mhz;
	} bad[] = { { 0, 5, 60000 }, { 5, 0, 60000 }, { 5, 5, 0 }, { PICTURE_SIDE_MAX + 1, 1, 1 },
		{ 1, UINT32_MAX, 60000 }, { 0x40000001, 1, 60000 } };
	struct desk *d = *state;
	struct screen_options opts = options_of(d);
	struct screen *s = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(screen_headless_new(&opts, bad[i].width, bad[i].height,
					 bad[i].refresh_mhz, &s),
			-EINVAL);
		assert_null(s);
	}
	assert_int_equal(d->added, 1);
}

static void any_mode_can_be_configured_that_memory_can_hold(void **state)
{
	struct desk *d = *state;
	struct output_config c = { .mode = { 64, 48, 0, false } };

	assert_int_equal(output_configure(d->output, &c), 0);
	assert_int_equal(output_width(d->output), 64);
	assert_int_equal(output_mode(d->output)->refresh_mhz, 1000000);
	c.mode.height = UINT32_MAX;
	assert_int_equal(output_configure(d->output, &c), 0);
	assert_int_equal(output_state(d->output), OUTPUT_LIT);
	assert_int_equal(output_width(d->output), WIDTH);
	light_up(d->loop, d->layer, 0xff112233);
	assert_int_equal(lit(d, 3, 3), 0xff112233);
}

static void vsyncs_lie_on_a_grid(void **state)
{
	const uint64_t period = 1000000000000 / 143000;
	struct desk d = { 0 };
	uint64_t first = 0, last = 0;
	void *own = &d;

	assert_int_equal(start(&d, 143000), 0);
	for (unsigned i = 0; i < 10; i++) {
		uint64_t began = clock_now();

		light_up(d.loop, d.layer, 0xff000001 + i);
		assert_true(d.when > began);
		assert_true(clock_now() >= d.when);
		if (i == 0)
			first = d.when;
		else
			assert_true(d.when > last);
		assert_int_equal((d.when - first) % period, 0);
		last = d.when;
		/* Not in step with the grid. */
		if (i % 2)
			run_for(&d, i * MS);
	}
	teardown(&own);
}

static void the_picture_that_is_lit_stays_until_the_next_vsync(void **state)
{
	struct desk d = { 0 };
	void *own = &d;

	assert_int_equal(start(&d, 5000), 0);
	light_up(d.loop, d.layer, 0xff000001);
	assert_int_equal(layer_show(d.layer, plain_new(WIDTH, HEIGHT, 0xff000002), NULL, 0), 0);
	run_for(&d, 5 * MS);
	assert_true(layer_pending(d.layer));
	assert_int_equal(lit(&d, 3, 3), 0xff000001);
	run_for(&d, 250 * MS);
	assert_int_equal(lit(&d, 3, 3), 0xff000002);
	teardown(&own);
}

static void an_idle_output_does_not_wake_the_loop(void **state)
{
	struct desk *d = *state;
	struct loop_stats before, after;

	light_up(d->loop, d->layer, 0xff000001);
	loop_get_stats(d->loop, &before);
	assert_int_equal(before.timers_armed, 0);
	loop_pass(d->loop, clock_now() + 20 * MS);
	loop_get_stats(d->loop, &after);
	assert_int_equal(after.wakeups, before.wakeups + 1);
}

static void what_is_unplugged_in_the_middle_of_a_frame_shows_it_when_it_is_back(void **state)
{
	struct desk *d = *state;
	uint64_t frames = output_frames(d->output);

	assert_int_equal(layer_show(d->layer, plain_new(WIDTH, HEIGHT, 0xff000001), NULL, 0), 0);
	assert_int_equal(screen_headless_plug(d->screen, "headless-1", false), 0);
	run_for(d, 5 * MS);
	assert_int_equal(output_state(d->output), OUTPUT_ABSENT);
	assert_int_equal(output_frames(d->output), frames);
	assert_true(layer_pending(d->layer));
	assert_int_equal(screen_headless_plug(d->screen, "headless-1", true), 0);
	run_for(d, 20 * MS);
	assert_int_equal(layer_frames(d->layer), 1);
	assert_int_equal(lit(d, 3, 3), 0xff000001);
	assert_int_equal(d->configured, 1);
	assert_int_equal(screen_headless_plug(d->screen, "none", true), -ENOENT);
}

static void any_name_makes_one_more_output_up_to_a_bound(void **state)
{
	struct desk *d = *state;
	struct output *wall, *again, *o;
	char name[40];
	unsigned n = 0;

	assert_int_equal(screen_output(d->screen, "wall", &wall), 0);
	assert_int_equal(screen_output(d->screen, "wall", &again), 0);
	assert_ptr_equal(wall, again);
	assert_int_equal(output_state(wall), OUTPUT_LIT);
	assert_int_equal(output_width(wall), WIDTH);
	assert_int_equal(d->added, 2);
	assert_int_equal(screen_output(d->screen, "", &o), -EINVAL);
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(screen_output(d->screen, name, &o), -EINVAL);
	for (unsigned i = 0; i < SCREEN_OUTPUTS_MAX - 2; i++) {
		snprintf(name, sizeof(name), "more-%u", i);
		assert_int_equal(screen_output(d->screen, name, &o), 0);
	}
	assert_int_equal(screen_output(d->screen, "too many", &o), -ENOSPC);
	assert_int_equal(screen_output(d->screen, "wall", &o), 0);
	for (o = screen_next(d->screen, NULL); o; o = screen_next(d->screen, o))
		n++;
	assert_int_equal(n, SCREEN_OUTPUTS_MAX);
	run_for(d, 20 * MS);
}

static void the_primary_output_is_the_first_that_is_lit(void **state)
{
	struct desk *d = *state;
	struct output *second, *third;

	assert_int_equal(screen_output(d->screen, "second", &second), 0);
	assert_int_equal(screen_output(d->screen, "third", &third), 0);
	assert_ptr_equal(screen_primary(d->screen), d->output);
	assert_int_equal(screen_headless_plug(d->screen, "headless-1", false), 0);
	assert_ptr_equal(screen_primary(d->screen), second);
	assert_int_equal(output_sleep(second), 0);
	assert_ptr_equal(screen_primary(d->screen), third);
	assert_int_equal(screen_headless_plug(d->screen, "third", false), 0);
	assert_ptr_equal(screen_primary(d->screen), second);
	assert_int_equal(screen_headless_plug(d->screen, "second", false), 0);
	assert_ptr_equal(screen_primary(d->screen), d->output);
}

static void an_output_is_configured_before_it_is_lit(void **state)
{
	struct desk *d = *state;
	struct output *turned;

	d->config = (struct output_config){ .rotation = ROTATE_90, .scale = 2 };
	assert_int_equal(screen_output(d->screen, "turned", &turned), 0);
	assert_int_equal(output_width(turned), HEIGHT);
	assert_true(output_scale(turned) == 2);
	d->config.scale = 77;
	assert_int_equal(screen_output(d->screen, "mad", &turned), 0);
	assert_int_equal(output_width(turned), WIDTH);
	assert_true(output_scale(turned) == 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_output_is_lit_and_black),
		TEST(bad_sizes_and_rates_are_refused),
		TEST(any_mode_can_be_configured_that_memory_can_hold),
		TEST(vsyncs_lie_on_a_grid),
		TEST(the_picture_that_is_lit_stays_until_the_next_vsync),
		TEST(an_idle_output_does_not_wake_the_loop),
		TEST(what_is_unplugged_in_the_middle_of_a_frame_shows_it_when_it_is_back),
		TEST(any_name_makes_one_more_output_up_to_a_bound),
		TEST(the_primary_output_is_the_first_that_is_lit),
		TEST(an_output_is_configured_before_it_is_lit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
