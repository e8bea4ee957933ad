/* Outputs: states, the ladder, configuration, sleep, and what others ask and are told. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "panel.h"

struct desk {
	struct device *device;
	struct panel *panel;
	struct output *output;
	struct output_listener listener;
	unsigned changes, frames;
	uint64_t seq, when;
	/* What the listener does. */
	struct output_listener *victims[2], *newcomer;
	bool sleep, unplug;
};

static const struct mode modes[] = {
	{ 1920, 1080, 60000, false },
	{ 1920, 1200, 60000, true },
	{ 1920, 1200, 50000, false },
	{ 1600, 900, 60000, false },
	{ 1280, 720, 60000, false },
	{ 1024, 768, 60000, false },
	{ 800, 600, 60000, false },
	{ 640, 480, 60000, false },
};

static const struct output_info monitor = {
	.make = "Maker",
	.model = "Model 1",
	.mm_width = 520,
	.modes = modes,
	.n_modes = ARRAY_SIZE(modes),
};

static void act(struct desk *d)
{
	for (size_t i = 0; i < ARRAY_SIZE(d->victims); i++)
		if (d->victims[i])
			output_remove_listener(d->victims[i]);
	if (d->newcomer)
		output_add_listener(d->output, take_ptr(d->newcomer));
	if (d->sleep) {
		d->sleep = false;
		assert_int_equal(output_sleep(d->output), 0);
	}
	if (d->unplug) {
		d->unplug = false;
		presenter_unplugged(d->output);
	}
}

static void on_changed(struct output *o, void *arg)
{
	struct desk *d = arg;

	d->changes++;
	act(d);
}

static void on_presented(struct output *o, uint64_t seq, uint64_t when, void *arg)
{
	struct desk *d = arg;

	d->frames++;
	d->seq = seq;
	d->when = when;
	act(d);
}

static void listen_as(struct desk *d, struct desk *other)
{
	*other = (struct desk){ .output = d->output };
	other->listener = (struct output_listener){
		.changed = on_changed, .presented = on_presented, .arg = other
	};
	output_add_listener(d->output, &other->listener);
}

static int setup(void **state)
{
	static struct desk d;

	d = (struct desk){ .device = device_new() };
	d.panel = device_panel(d.device, "DP-1");
	d.output = &d.panel->output;
	d.listener = (struct output_listener){
		.changed = on_changed, .presented = on_presented, .arg = &d
	};
	output_add_listener(d.output, &d.listener);
	*state = &d;
	return 0;
}

static int teardown(void **state)
{
	struct desk *d = *state;

	screen_free(&d->device->screen);
	return 0;
}

static void plug(struct desk *d)
{
	assert_int_equal(presenter_plugged(d->output, &monitor), 0);
	panel_settle(d->device, d->panel);
}

static const char *reason(struct desk *d)
{
	static struct output_info info;

	output_get_info(d->output, &info);
	return info.reason;
}

static void assert_mode(struct desk *d, uint32_t width, uint32_t height)
{
	assert_int_equal(output_state(d->output), OUTPUT_LIT);
	assert_int_equal(output_mode(d->output)->width, width);
	assert_int_equal(output_mode(d->output)->height, height);
}

static int configure(struct desk *d, struct output_config c)
{
	return output_configure(d->output, &c);
}

static void refuse(struct desk *d, const uint32_t *widths)
{
	memset(d->panel->refused_widths, 0, sizeof(d->panel->refused_widths));
	for (size_t i = 0; widths[i]; i++)
		d->panel->refused_widths[i] = widths[i];
}

static void an_output_is_absent_until_something_is_plugged_in(void **state)
{
	struct desk *d = *state;
	struct output_info info;

	assert_int_equal(output_state(d->output), OUTPUT_ABSENT);
	assert_int_equal(output_width(d->output), 0);
	assert_string_equal(output_name(d->output), "DP-1");
	plug(d);
	assert_mode(d, 1920, 1200);
	assert_string_equal(reason(d), "");
	assert_int_equal(d->changes, 1);
	/* One black frame, and that is all. */
	assert_int_equal(output_frames(d->output), 1);
	output_get_info(d->output, &info);
	assert_string_equal(info.make, "Maker");
	assert_string_equal(info.serial, "");
	assert_int_equal(info.n_modes, ARRAY_SIZE(modes));
	assert_ptr_not_equal(info.modes, modes);
	presenter_unplugged(d->output);
	panel_settle(d->device, d->panel);
	assert_int_equal(output_state(d->output), OUTPUT_ABSENT);
	assert_int_equal(d->changes, 2);
	assert_int_equal(d->panel->unset_modes, 1);
	/* Its size stays, for who lays out what will be seen when it is back. */
	assert_int_equal(output_width(d->output), 1920);
	plug(d);
	assert_mode(d, 1920, 1200);
	assert_int_equal(output_frames(d->output), 2);
}

static void a_mode_that_fails_falls_down_the_ladder(void **state)
{
	static const struct {
		uint32_t refused[6];
		uint32_t width;
		const char *reason;
	} vectors[] = {
		{ { 0 }, 1920, "" },
		{ { 1920 }, 1600, "1920x1200@60 cannot be set: Invalid argument" },
		{ { 1920, 1600 }, 1280, "1920x1200@60 cannot be set: Invalid argument" },
		{ { 1920, 1600, 1280 }, 640, "1920x1200@60 cannot be set: Invalid argument" },
	};
	struct desk *d = *state;

	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		refuse(d, vectors[i].refused);
		plug(d);
		assert_int_equal(output_mode(d->output)->width, vectors[i].width);
		assert_string_equal(reason(d), vectors[i].reason);
		presenter_unplugged(d->output);
	}
}

static void what_takes_no_mode_at_all_has_failed_until_it_is_plugged_anew(void **state)
{
	static const uint32_t all[] = { 1920, 1600, 1280, 640, 0 }, none[] = { 0 };
	struct desk *d = *state;

	refuse(d, all);
	plug(d);
	assert_int_equal(output_state(d->output), OUTPUT_FAILED);
	assert_string_equal(reason(d), "1920x1200@60 cannot be set: Invalid argument");
	assert_int_equal(d->panel->unset_modes, 1);
	assert_int_equal(output_sleep(d->output), -ENODEV);
	assert_int_equal(output_wake(d->output), -ENODEV);
	refuse(d, none);
	assert_int_equal(configure(d, (struct output_config){ 0 }), 0);
	assert_mode(d, 1920, 1200);
	assert_string_equal(reason(d), "");
}

static void what_offers_no_mode_has_failed(void **state)
{
	struct desk *d = *state;

	assert_int_equal(presenter_plugged(d->output, &(struct output_info){ 0 }), 0);
	assert_int_equal(output_state(d->output), OUTPUT_FAILED);
	assert_string_equal(reason(d), "it offers no mode");
}

static void what_nothing_is_free_to_drive_is_present(void **state)
{
	struct desk *d = *state;

	d->panel->busy = true;
	plug(d);
	assert_int_equal(output_state(d->output), OUTPUT_PRESENT);
	assert_string_equal(reason(d), "nothing is free to drive it");
	assert_int_equal(d->panel->set_modes, 1);
	d->panel->busy = false;
	plug(d);
	assert_mode(d, 1920, 1200);
}

/* Some devices say only with the first frame that they cannot. */
static void a_mode_whose_first_frame_fails_is_left_for_the_next(void **state)
{
	struct desk *d = *state;

	d->panel->commit_error = -ENOSPC;
	assert_int_equal(presenter_plugged(d->output, &monitor), 0);
	assert_mode(d, 1920, 1200);
	device_turn(d->device);
	assert_mode(d, 1920, 1080);
	d->panel->commit_error = 0;
	panel_settle(d->device, d->panel);
	assert_mode(d, 1920, 1080);
	assert_string_equal(reason(d), "1920x1200@60 cannot be set: No space left on device");
	d->panel->commit_error = -EIO;
	assert_int_equal(presenter_plugged(d->output, &monitor), 0);
	for (int i = 0; i < 20; i++)
		device_turn(d->device);
	assert_int_equal(output_state(d->output), OUTPUT_FAILED);
}

static void a_device_that_loses_its_mode_gets_it_once_more(void **state)
{
	struct desk *d = *state;
	unsigned set;

	plug(d);
	set = d->panel->set_modes;
	presenter_lost(d->output, -EIO);
	assert_int_equal(d->panel->set_modes, set + 1);
	assert_mode(d, 1920, 1200);
	assert_int_equal(panel_settle(d->device, d->panel), 1);
	/* Lit in between: so once more again; but not twice without a frame. */
	presenter_lost(d->output, -EIO);
	assert_mode(d, 1920, 1200);
	presenter_lost(d->output, -EIO);
	assert_mode(d, 1920, 1080);
	presenter_unplugged(d->output);
	presenter_lost(d->output, -EIO);
	assert_int_equal(output_state(d->output), OUTPUT_ABSENT);
}

static void a_frame_that_is_never_lit_is_given_up(void **state)
{
	struct desk *d = *state;
	struct layer *l;
	uint64_t start = clock_now();
	unsigned set;

	plug(d);
	set = d->panel->set_modes;
	l = fill_new(d->output, NULL, NULL);
	assert_int_equal(layer_show(l, plain_new(1920, 1200, 0xff112233), NULL, 0), 0);
	while (d->panel->set_modes == set && clock_now() - start < 15 * NSEC_PER_SEC)
		loop_pass(d->device->loop, clock_now() + NSEC_PER_SEC);
	assert_int_equal(d->panel->set_modes, set + 1);
	assert_true(layer_pending(l));
	panel_settle(d->device, d->panel);
	assert_int_equal(layer_frames(l), 1);
	layer_free(l);
}

static void a_configured_mode_is_set(void **state)
{
	static const struct {
		struct mode asked;
		uint32_t width, height, refresh;
		const char *reason;
	} vectors[] = {
		{ { 1280, 720, 0, false }, 1280, 720, 60000, "" },
		{ { 1920, 1200, 50000, false }, 1920, 1200, 50000, "" },
		{ { 1920, 1200, 49950, false }, 1920, 1200, 50000, "" },
		{ { 1920, 1200, 75000, false }, 1920, 1200, 60000, "1920x1200@75 is not offered" },
		{ { 1234, 567, 0, false }, 1920, 1200, 60000, "1234x567 is not offered" },
	};
	struct desk *d = *state;

	plug(d);
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		d->changes = 0;
		assert_int_equal(
			configure(d, (struct output_config){ .mode = vectors[i].asked }), 0);
		panel_settle(d->device, d->panel);
		assert_mode(d, vectors[i].width, vectors[i].height);
		assert_int_equal(output_mode(d->output)->refresh_mhz, vectors[i].refresh);
		assert_string_equal(reason(d), vectors[i].reason);
		assert_int_equal(d->changes, 1);
	}
}

static void an_output_that_is_configured_off_is_present(void **state)
{
	struct desk *d = *state;

	assert_int_equal(configure(d, (struct output_config){ .off = true }), 0);
	plug(d);
	assert_int_equal(output_state(d->output), OUTPUT_PRESENT);
	assert_int_equal(d->panel->set_modes, 0);
	assert_string_equal(reason(d), "switched off by configuration");
	assert_int_equal(configure(d, (struct output_config){ 0 }), 0);
	assert_mode(d, 1920, 1200);
	panel_settle(d->device, d->panel);
	assert_int_equal(configure(d, (struct output_config){ .off = true }), 0);
	assert_int_equal(output_state(d->output), OUTPUT_PRESENT);
	assert_int_equal(d->panel->unset_modes, 2);
}

static void rotation_and_scale_need_no_new_mode(void **state)
{
	struct desk *d = *state;
	unsigned set;

	plug(d);
	set = d->panel->set_modes;
	d->changes = 0;
	assert_int_equal(
		configure(d, (struct output_config){ .rotation = ROTATE_90, .scale = 1.5 }), 0);
	assert_int_equal(output_width(d->output), 1200);
	assert_int_equal(output_height(d->output), 1920);
	assert_true(output_scale(d->output) == 1.5);
	assert_int_equal(panel_settle(d->device, d->panel), 1);
	assert_int_equal(d->changes, 1);
	assert_int_equal(d->panel->drawn, 1920 * 1200);
	assert_int_equal(d->panel->set_modes, set);
	/* The same once more changes nothing. */
	assert_int_equal(
		configure(d, (struct output_config){ .rotation = ROTATE_90, .scale = 1.5 }), 0);
	assert_int_equal(panel_settle(d->device, d->panel), 0);
	assert_int_equal(d->changes, 1);
}

static void a_turn_waits_for_the_frame_in_flight(void **state)
{
	struct desk *d = *state;

	assert_int_equal(presenter_plugged(d->output, &monitor), 0);
	device_turn(d->device);
	assert_true(d->panel->in_flight);
	assert_int_equal(configure(d, (struct output_config){ .rotation = ROTATE_90 }), 0);
	for (int i = 0; i < 3; i++)
		device_turn(d->device);
	assert_int_equal(d->panel->commits, 1);
	panel_flip(d->panel);
	assert_int_equal(panel_settle(d->device, d->panel), 1);
	assert_int_equal(d->panel->drawn, 1920 * 1200);
	assert_int_equal(d->panel->set_modes, 1);
}

static void what_cannot_be_configured_is_refused(void **state)
{
	static const double scales[] = { -1, 0.49, 4.01, 1e300, NAN, INFINITY };
	struct desk *d = *state;

	plug(d);
	for (size_t i = 0; i < ARRAY_SIZE(scales); i++)
		assert_int_equal(
			configure(d, (struct output_config){ .scale = scales[i] }), -EINVAL);
	assert_int_equal(
		configure(d, (struct output_config){ .rotation = (enum rotation)4 }), -EINVAL);
	assert_true(output_scale(d->output) == 1);
	assert_int_equal(panel_settle(d->device, d->panel), 0);
}

static void sleep_and_wake_are_what_the_device_says(void **state)
{
	struct desk *d = *state;

	assert_int_equal(output_sleep(d->output), -ENODEV);
	plug(d);
	d->changes = 0;
	assert_int_equal(output_sleep(d->output), 0);
	assert_int_equal(output_sleep(d->output), 0);
	assert_int_equal(output_state(d->output), OUTPUT_ASLEEP);
	assert_int_equal(d->panel->powers, 1);
	assert_int_equal(panel_settle(d->device, d->panel), 0);
	assert_int_equal(d->changes, 1);
	d->panel->power_error = -EIO;
	assert_int_equal(output_wake(d->output), -EIO);
	assert_int_equal(output_state(d->output), OUTPUT_ASLEEP);
	d->panel->power_error = 0;
	assert_int_equal(output_wake(d->output), 0);
	assert_int_equal(output_wake(d->output), 0);
	assert_mode(d, 1920, 1200);
	d->panel->power_error = -EIO;
	assert_int_equal(output_sleep(d->output), -EIO);
	assert_mode(d, 1920, 1200);
}

static void what_is_configured_asleep_is_there_when_it_wakes(void **state)
{
	struct desk *d = *state;
	unsigned set;

	plug(d);
	assert_int_equal(output_sleep(d->output), 0);
	set = d->panel->set_modes;
	assert_int_equal(configure(d, (struct output_config){ .mode = { 1280, 720, 0, false },
					      .rotation = ROTATE_180 }),
		0);
	assert_int_equal(output_state(d->output), OUTPUT_ASLEEP);
	assert_int_equal(d->panel->set_modes, set);
	assert_int_equal(output_wake(d->output), 0);
	assert_mode(d, 1280, 720);
	assert_int_equal(output_rotation(d->output), ROTATE_180);
	panel_settle(d->device, d->panel);
	assert_int_equal(output_sleep(d->output), 0);
	assert_int_equal(configure(d, (struct output_config){ .off = true }), 0);
	assert_int_equal(output_state(d->output), OUTPUT_PRESENT);
}

static void nothing_can_be_read_that_is_not_lit(void **state)
{
	struct desk *d = *state;
	struct picture p = { 0 };

	assert_int_equal(output_read(d->output, &p), -ENODATA);
	assert_int_equal(presenter_plugged(d->output, &monitor), 0);
	assert_int_equal(output_read(d->output, &p), -ENODATA);
	panel_settle(d->device, d->panel);
	assert_int_equal(output_read(d->output, &p), 0);
	assert_int_equal(p.width, 1920);
	assert_int_equal(p.height, 1200);
	picture_free(&p);
	assert_int_equal(output_sleep(d->output), 0);
	assert_int_equal(output_read(d->output, &p), -ENODATA);
}

static void a_panels_own_points_are_turned_to_the_canvas(void **state)
{
	static const struct {
		double u, v, x, y; /* where the finger is on the panel, and on the canvas */
	} vectors[][2] = {
		[ROTATE_0] = { { 0, 0, 0, 0 }, { 0.25, 0.5, 480, 600 } },
		[ROTATE_90] = { { 1, 0, 0, 0 }, { 0.25, 0.5, 600, 1440 } },
		[ROTATE_180] = { { 1, 1, 0, 0 }, { 0.25, 0.5, 1440, 600 } },
		[ROTATE_270] = { { 0, 1, 0, 0 }, { 0.25, 0.5, 600, 480 } },
	};
	struct desk *d = *state;
	double x, y;

	plug(d);
	for (int r = ROTATE_0; r <= ROTATE_270; r++) {
		assert_int_equal(
			configure(d, (struct output_config){ .rotation = (enum rotation)r }), 0);
		for (int i = 0; i < 2; i++) {
			output_from_panel(d->output, vectors[r][i].u, vectors[r][i].v, &x, &y);
			assert_true(x == vectors[r][i].x && y == vectors[r][i].y);
		}
	}
}

static void brightness_is_the_devices(void **state)
{
	struct presenter_ops dim = panel_ops;
	struct desk *d = *state;
	double level = -1;

	assert_int_equal(output_set_brightness(d->output, 0.25), 0);
	assert_int_equal(output_brightness(d->output, &level), 0);
	assert_true(level == 0.25);
	assert_int_equal(output_set_brightness(d->output, 1.01), -EINVAL);
	assert_int_equal(output_set_brightness(d->output, -0.01), -EINVAL);
	assert_int_equal(output_set_brightness(d->output, NAN), -EINVAL);
	dim.set_brightness = NULL;
	dim.brightness = NULL;
	d->output->ops = &dim;
	assert_int_equal(output_set_brightness(d->output, 0.5), -ENOTSUP);
	assert_int_equal(output_brightness(d->output, &level), -ENOTSUP);
	d->output->ops = &panel_ops;
}

static void listeners_may_go_and_come_while_they_are_told(void **state)
{
	struct desk *d = *state, second, third, newcomer;

	listen_as(d, &second);
	listen_as(d, &third);
	listen_as(d, &newcomer);
	output_remove_listener(&newcomer.listener);
	output_remove_listener(&newcomer.listener);
	second.victims[0] = &second.listener;
	second.victims[1] = &third.listener;
	second.newcomer = &newcomer.listener;
	assert_int_equal(presenter_plugged(d->output, &monitor), 0);
	device_turn(d->device);
	assert_int_equal(second.changes, 1);
	assert_int_equal(third.changes, 0);
	assert_int_equal(newcomer.changes, 0);
	panel_flip(d->panel);
	assert_int_equal(d->frames, 1);
	assert_int_equal(d->seq, 1);
	assert_true(d->when > 0);
	assert_int_equal(newcomer.frames, 1);
	assert_int_equal(second.frames, 0);
	output_remove_listener(&newcomer.listener);
}

static void a_listener_may_change_what_it_is_told_of(void **state)
{
	struct desk *d = *state, second;

	listen_as(d, &second);
	d->sleep = true;
	assert_int_equal(presenter_plugged(d->output, &monitor), 0);
	panel_settle(d->device, d->panel);
	assert_int_equal(output_state(d->output), OUTPUT_ASLEEP);
	assert_int_equal(d->changes, 2);
	assert_int_equal(second.changes, 2);
	assert_int_equal(d->panel->commits, 0);
	assert_int_equal(output_wake(d->output), 0);
	device_turn(d->device);
	d->unplug = true;
	panel_flip(d->panel);
	panel_settle(d->device, d->panel);
	assert_int_equal(second.frames, 1);
	assert_int_equal(output_state(d->output), OUTPUT_ABSENT);
	assert_int_equal(d->changes, 4);
	output_remove_listener(&second.listener);
}

static void a_late_flip_of_what_is_gone_is_no_frame(void **state)
{
	struct desk *d = *state;

	assert_int_equal(presenter_plugged(d->output, &monitor), 0);
	device_turn(d->device);
	presenter_unplugged(d->output);
	presenter_done(d->output, clock_now());
	assert_int_equal(output_frames(d->output), 0);
	assert_int_equal(d->frames, 0);
}

static void each_fall_is_logged_once(void **state)
{
	static const uint32_t refused[] = { 1920, 0 };
	struct desk *d = *state;
	char text[4096] = "";
	int p[2], err = dup(STDERR_FILENO);
	const char *line;

	assert_int_equal(pipe(p), 0);
	dup2(p[1], STDERR_FILENO);
	refuse(d, refused);
	plug(d);
	dup2(err, STDERR_FILENO);
	close(err);
	close(p[1]);
	assert_true(read(p[0], text, sizeof(text) - 1) > 0);
	close(p[0]);
	line = strstr(text, "DP-1: the mode 1920x1200@60 cannot be set: Invalid argument");
	assert_non_null(line);
	assert_null(strstr(line + 1, "DP-1: the mode 1920x1200@60"));
	assert_non_null(strstr(text, "output DP-1: lit, 1600x900@60 (1920x1200@60 cannot be set"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_output_is_absent_until_something_is_plugged_in),
		TEST(a_mode_that_fails_falls_down_the_ladder),
		TEST(what_takes_no_mode_at_all_has_failed_until_it_is_plugged_anew),
		TEST(what_offers_no_mode_has_failed),
		TEST(what_nothing_is_free_to_drive_is_present),
		TEST(a_mode_whose_first_frame_fails_is_left_for_the_next),
		TEST(a_device_that_loses_its_mode_gets_it_once_more),
		TEST(a_frame_that_is_never_lit_is_given_up),
		TEST(a_configured_mode_is_set),
		TEST(an_output_that_is_configured_off_is_present),
		TEST(rotation_and_scale_need_no_new_mode),
		TEST(a_turn_waits_for_the_frame_in_flight),
		TEST(what_cannot_be_configured_is_refused),
		TEST(sleep_and_wake_are_what_the_device_says),
		TEST(what_is_configured_asleep_is_there_when_it_wakes),
		TEST(nothing_can_be_read_that_is_not_lit),
		TEST(a_panels_own_points_are_turned_to_the_canvas),
		TEST(brightness_is_the_devices),
		TEST(listeners_may_go_and_come_while_they_are_told),
		TEST(a_listener_may_change_what_it_is_told_of),
		TEST(a_late_flip_of_what_is_gone_is_no_frame),
		TEST(each_fall_is_logged_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
