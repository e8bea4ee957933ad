/* From devices to events: what libinput would tell, on outputs in memory. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/input-event-codes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "input/config.h"
#include "input/input.h"
#include "input/keyboard.h"
#include "screen_fixture.h"

struct world {
	struct loop *loop;
	struct screen *screen;
	struct output *first, *second;
	struct input_config config;
	struct input *input;
	struct output *key_output;
	unsigned kinds, leds;
	struct input_event last;
	char said[2048];
};

static void say(struct world *w, const char *text)
{
	size_t len = strlen(w->said);

	snprintf(w->said + len, sizeof(w->said) - len, "%s%s", len ? " " : "", text);
}

static void on_event(const struct input_event *ev, void *arg)
{
	static const char *const names[] = { "down", "move", "up", "cancel", "point", "button",
		"scroll", "key" };
	struct world *w = arg;
	char text[96];

	w->last = *ev;
	if (ev->type == INPUT_KEY)
		snprintf(text, sizeof(text), "key%c%u",
			!ev->pressed ? '-'
			: ev->repeat ? '*'
				     : '+',
			ev->keycode);
	else
		snprintf(text, sizeof(text), "%s@%s:%g,%g", names[ev->type],
			output_name(ev->output), round(ev->x * 10) / 10, round(ev->y * 10) / 10);
	say(w, text);
}

static void on_deed(const struct input_deed *deed, struct output *where, void *arg)
{
	say(arg, input_config_action_name(deed->action));
}

static struct output *on_key_output(void *arg)
{
	return ((struct world *)arg)->key_output;
}

static void on_kinds(unsigned kinds, void *arg)
{
	((struct world *)arg)->kinds = kinds;
}

static void on_leds(unsigned leds, void *arg)
{
	((struct world *)arg)->leds = leds;
}

static const struct input_ops ops = {
	.event = on_event,
	.deed = on_deed,
	.key_output = on_key_output,
	.kinds_changed = on_kinds,
};

static int setup(void **state)
{
	static struct world w;
	struct screen_options opts = { 0 };

	w = (struct world){ 0 };
	if (loop_new(&w.loop) < 0)
		return -1;
	opts.loop = w.loop;
	if (screen_headless_new(&opts, 800, 480, 1000000, &w.screen) < 0 ||
		screen_output(w.screen, "headless-1", &w.first) < 0 ||
		screen_output(w.screen, "HDMI-A-1", &w.second) < 0)
		return -1;
	*state = &w;
	return 0;
}

static void start(struct world *w)
{
	const struct input_options opts = {
		.loop = w->loop, .screen = w->screen, .config = &w->config, .ops = &ops, .arg = w
	};

	assert_int_equal(input_new(&opts, &w->input), 0);
}

static int teardown(void **state)
{
	struct world *w = *state;

	input_free(w->input);
	screen_free(w->screen);
	loop_free(w->loop);
	return 0;
}

static struct input_device *plug(struct world *w, const char *name, unsigned kinds)
{
	const struct input_device_info info = { .name = name, .kinds = kinds };
	struct input_device *d;

	if (!w->input)
		start(w);
	assert_int_equal(input_device_add(w->input, &info, &d, NULL), 0);
	return d;
}

static void expect(struct world *w, const char *said)
{
	assert_string_equal(w->said, said);
	w->said[0] = '\0';
}

static void bind(struct world *w, const char *match, const char *output)
{
	struct input_binding *b = &w->config.devices[w->config.n_devices++];

	snprintf(b->match, sizeof(b->match), "%s", match);
	snprintf(b->output, sizeof(b->output), "%s", output);
}

static void a_touch_turns_with_its_output(void **state)
{
	static const char *const expected[] = { "down@headless-1:200,48", "down@headless-1:48,600",
		"down@headless-1:600,432", "down@headless-1:432,200" };
	struct world *w = *state;
	struct input_device *d = plug(w, "panel", INPUT_KIND_TOUCH);

	/* A finger at a quarter of the panel's width and a tenth of its height. */
	for (int r = ROTATE_0; r <= ROTATE_270; r++) {
		const struct output_config c = { .rotation = (enum rotation)r };

		assert_int_equal(output_configure(w->first, &c), 0);
		input_touch(d, INPUT_TOUCH_DOWN, 0, 0.25, 0.1, 1);
		expect(w, expected[r]);
		input_touch(d, INPUT_TOUCH_UP, 0, 0, 0, 2);
		w->said[0] = '\0';
	}
}

static void each_panel_touches_its_own_output(void **state)
{
	struct world *w = *state;
	struct input_device *a, *b;

	bind(w, "left*", "headless-1");
	bind(w, "right*", "HDMI-A-1");
	a = plug(w, "left panel", INPUT_KIND_TOUCH);
	b = plug(w, "right panel", INPUT_KIND_TOUCH);
	input_touch(a, INPUT_TOUCH_DOWN, 0, 0.5, 0.5, 1);
	input_touch(b, INPUT_TOUCH_DOWN, 1, 0.25, 0.5, 1);
	expect(w, "down@headless-1:400,240 down@HDMI-A-1:200,240");
	/* One whose output is not there goes nowhere, and not to the other one. */
	assert_int_equal(screen_headless_plug(w->screen, "HDMI-A-1", false), 0);
	input_touch(b, INPUT_TOUCH_MOVE, 1, 0.3, 0.5, 2);
	input_touch(b, INPUT_TOUCH_DOWN, 2, 0.3, 0.5, 2);
	input_touch(b, INPUT_TOUCH_UP, 2, 0, 0, 2);
	expect(w, "");
	/* The touch that was under way has its end. */
	input_touch(b, INPUT_TOUCH_UP, 1, 0, 0, 3);
	expect(w, "up@HDMI-A-1:200,240");
}

static void sixteen_fingers_are_followed_and_no_more(void **state)
{
	struct world *w = *state;
	struct input_device *d = plug(w, "panel", INPUT_KIND_TOUCH);
	unsigned downs = 0;

	for (unsigned slot = 0; slot < 40; slot++) {
		w->said[0] = '\0';
		input_touch(d, INPUT_TOUCH_DOWN, slot, 0.5, 0.5, 1);
		downs += *w->said != '\0';
	}
	assert_int_equal(downs, INPUT_SLOTS);
	input_touch(d, INPUT_TOUCH_DOWN, UINT32_MAX, 0.5, 0.5, 1);
}

static void a_device_that_is_pulled_out_ends_its_touches(void **state)
{
	struct world *w = *state;
	struct input_device *d = plug(w, "panel", INPUT_KIND_TOUCH);
	struct input_device *other = plug(w, "other", INPUT_KIND_TOUCH);

	input_touch(d, INPUT_TOUCH_DOWN, 3, 0.5, 0.5, 1);
	input_touch(other, INPUT_TOUCH_DOWN, 4, 0.5, 0.5, 1);
	/* Somebody else's touch is not its business. */
	input_touch(other, INPUT_TOUCH_UP, 3, 0, 0, 1);
	w->said[0] = '\0';
	input_device_remove(d);
	expect(w, "cancel@headless-1:400,240");
	assert_int_equal(w->last.slot, 3);
	input_touch(other, INPUT_TOUCH_UP, 4, 0, 0, 1);
	expect(w, "up@headless-1:400,240");
}

static void kinds_follow_what_is_plugged_in(void **state)
{
	struct world *w = *state;
	struct input_device *mouse = plug(w, "mouse", INPUT_KIND_POINTER);
	struct input_device *all = plug(w, "all", INPUT_KIND_TOUCH | INPUT_KIND_KEYBOARD);

	assert_int_equal(w->kinds, INPUT_KIND_POINTER | INPUT_KIND_TOUCH | INPUT_KIND_KEYBOARD);
	input_device_remove(all);
	assert_int_equal(w->kinds, INPUT_KIND_POINTER);
	input_device_remove(mouse);
	assert_int_equal(w->kinds, 0);
}

static void what_is_switched_off_is_not_heard(void **state)
{
	struct world *w = *state;
	struct input_device *d;

	w->config.no_pointer = w->config.no_keyboard = w->config.no_touch = true;
	d = plug(w, "all", INPUT_KIND_POINTER | INPUT_KIND_TOUCH | INPUT_KIND_KEYBOARD);
	input_touch(d, INPUT_TOUCH_DOWN, 0, 0.5, 0.5, 1);
	input_move(d, 5, 5, 1);
	input_move_to(d, 0.5, 0.5, 1);
	input_button(d, BTN_LEFT, true, 1);
	input_scroll(d, 0, 1, false, 1);
	input_key(d, KEY_A, true, 1);
	expect(w, "");
	assert_int_equal(w->kinds, 0);
}

static void a_configured_matrix_is_told_and_applied_where_asked_for(void **state)
{
	struct world *w = *state;
	const struct input_device_info info = { .name = "panel", .kinds = INPUT_KIND_TOUCH };
	const float *matrix = NULL;
	struct input_device *d;

	bind(w, "panel", "");
	w->config.devices[0].calibrated = true;
	memcpy(w->config.devices[0].calibration, (float[6]){ -1, 0, 1, 0, 1, 0 },
		sizeof(w->config.devices[0].calibration));
	start(w);
	assert_int_equal(input_device_add(w->input, &info, &d, &matrix), 0);
	assert_non_null(matrix);
	assert_float_equal(matrix[0], -1, 0);
	input_touch(d, INPUT_TOUCH_DOWN, 0, 0.25, 0.5, 1);
	input_device_correct(d);
	input_touch(d, INPUT_TOUCH_DOWN, 1, 0.25, 0.5, 1);
	expect(w, "down@headless-1:200,240 down@headless-1:600,240");
}

static void the_touch_that_wakes_an_output_is_not_seen(void **state)
{
	struct world *w = *state;
	struct input_device *d = plug(w, "panel", INPUT_KIND_TOUCH);

	assert_int_equal(output_sleep(w->first), 0);
	input_touch(d, INPUT_TOUCH_DOWN, 0, 0.5, 0.5, 1);
	assert_int_equal(output_state(w->first), OUTPUT_LIT);
	input_touch(d, INPUT_TOUCH_UP, 0, 0, 0, 2);
	expect(w, "");
	input_touch(d, INPUT_TOUCH_DOWN, 0, 0.5, 0.5, 3);
	expect(w, "down@headless-1:400,240");
}

static void a_key_wakes_the_output_on_which_it_would_be_seen(void **state)
{
	struct world *w = *state;
	struct input_device *d = plug(w, "keys", INPUT_KIND_KEYBOARD);

	assert_int_equal(output_sleep(w->first), 0);
	assert_int_equal(output_sleep(w->second), 0);
	w->key_output = w->second;
	input_key(d, KEY_A, true, 1);
	input_key(d, KEY_A, false, 2);
	expect(w, "");
	assert_int_equal(output_state(w->first), OUTPUT_ASLEEP);
	assert_int_equal(output_state(w->second), OUTPUT_LIT);
	input_key(d, KEY_A, true, 3);
	expect(w, "key+38");
}

static void a_key_wakes_also_when_no_window_is_to_have_it(void **state)
{
	struct world *w = *state;
	struct input_device *d = plug(w, "keys", INPUT_KIND_KEYBOARD);

	assert_int_equal(output_sleep(w->second), 0);
	input_key(d, KEY_A, true, 1);
	input_key(d, KEY_A, false, 2);
	expect(w, "");
	assert_int_equal(output_state(w->second), OUTPUT_LIT);
	input_key(d, KEY_A, true, 3);
	expect(w, "key+38");
}

static void the_same_key_on_two_keyboards_is_one(void **state)
{
	struct world *w = *state;
	struct input_device *a = plug(w, "a", INPUT_KIND_KEYBOARD);
	struct input_device *b = plug(w, "b", INPUT_KIND_KEYBOARD);

	input_key(a, KEY_LEFTSHIFT, true, 1);
	input_key(b, KEY_LEFTSHIFT, true, 2);
	input_key(a, KEY_LEFTSHIFT, false, 3);
	input_key(b, KEY_A, true, 4);
	assert_int_equal(w->last.keysym, 'A');
	assert_int_equal(w->last.modifiers, INPUT_SHIFT);
	input_key(b, KEY_LEFTSHIFT, false, 5);
	input_key(b, KEY_LEFTSHIFT, false, 6);
	input_key(b, INPUT_KEYCODES, true, 7);
	input_key(b, UINT32_MAX, true, 7);
	expect(w, "key+50 key+38 key-50");
}

static void a_key_that_is_held_repeats_until_it_is_released(void **state)
{
	struct world *w = *state;
	struct input_device *d = plug(w, "keys", INPUT_KIND_KEYBOARD);
	uint64_t begin = clock_now(), until = begin + 390 * NSEC_PER_MSEC;

	input_key(d, KEY_A, true, begin);
	while (clock_now() < until)
		loop_pass(w->loop, until);
	expect(w, "key+38");
	while (strlen(w->said) < strlen("key*38 key*38") && clock_now() < begin + NSEC_PER_SEC)
		loop_pass(w->loop, begin + NSEC_PER_SEC);
	input_key(d, KEY_A, false, clock_now());
	assert_string_equal(w->said, "key*38 key*38 key-38");
	loop_pass(w->loop, clock_now() + 100 * NSEC_PER_MSEC);
	assert_string_equal(w->said, "key*38 key*38 key-38");
}

static void a_chord_does_not_repeat(void **state)
{
	struct world *w = *state;
	struct loop_stats before, after;
	struct input_device *d;
	const char *why;

	w->config.n_keys = 1;
	assert_int_equal(input_config_chord("F5", &w->config.keys[0].chord, &why), 0);
	assert_int_equal(input_config_deed("reload", &w->config.keys[0].deed, &why), 0);
	d = plug(w, "keys", INPUT_KIND_KEYBOARD);
	loop_get_stats(w->loop, &before);
	input_key(d, KEY_F5, true, 1);
	expect(w, "reload");
	loop_get_stats(w->loop, &after);
	assert_int_equal(after.timers_armed, before.timers_armed);
	input_key(d, KEY_A, true, 2);
	loop_get_stats(w->loop, &after);
	assert_int_equal(after.timers_armed, before.timers_armed + 1);
}

static void lamps_are_set_on_every_keyboard_also_on_a_new_one(void **state)
{
	struct world *w = *state;
	struct input_device *d = plug(w, "keys", INPUT_KIND_KEYBOARD), *late;

	input_device_on_leds(d, on_leds, w);
	input_key(d, KEY_CAPSLOCK, true, 1);
	input_key(d, KEY_CAPSLOCK, false, 2);
	assert_int_equal(w->leds, KEYBOARD_CAPS_LOCK);
	w->leds = 0;
	late = plug(w, "late", INPUT_KIND_KEYBOARD);
	input_device_on_leds(late, on_leds, w);
	assert_int_equal(w->leds, KEYBOARD_CAPS_LOCK);
}

/* The colour of a point of the first output, once nothing is under way any more. */
static uint32_t pixel(struct world *w, uint32_t x, uint32_t y)
{
	struct picture p;
	uint32_t colour;

	for (int i = 0; i < 20; i++)
		loop_pass(w->loop, clock_now() + 2 * NSEC_PER_MSEC);
	assert_int_equal(output_read(w->first, &p), 0);
	memcpy(&colour, p.data + y * p.stride + x * 4, 4);
	picture_free(&p);
	return colour & 0xffffff;
}

static void the_pointer_is_seen_from_its_first_move_until_a_touch(void **state)
{
	struct world *w = *state;
	struct input_device *mouse = plug(w, "mouse", INPUT_KIND_POINTER);
	struct input_device *panel = plug(w, "panel", INPUT_KIND_TOUCH);
	struct layer *l = fill_new(w->first, NULL, NULL);

	light_up(w->loop, l, 0xff00ff00);
	input_move_to(mouse, 0.25, 0.25, 1);
	expect(w, "point@headless-1:200,120");
	/* Black inside, a little below and to the right of its tip; with white around. */
	assert_int_equal(pixel(w, 203, 127), 0);
	input_set_cursor(w->input, "none");
	assert_int_equal(pixel(w, 203, 127), 0xff00);
	input_set_cursor(w->input, "crosshair");
	assert_int_equal(pixel(w, 203, 127), 0);
	input_touch(panel, INPUT_TOUCH_DOWN, 0, 0.5, 0.5, 2);
	assert_int_equal(pixel(w, 203, 127), 0xff00);
	input_move(mouse, 100, 0, 3);
	assert_int_equal(pixel(w, 303, 127), 0);
	assert_int_equal(pixel(w, 203, 127), 0xff00);
	layer_free(l);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_touch_turns_with_its_output),
		TEST(each_panel_touches_its_own_output),
		TEST(sixteen_fingers_are_followed_and_no_more),
		TEST(a_device_that_is_pulled_out_ends_its_touches),
		TEST(kinds_follow_what_is_plugged_in),
		TEST(what_is_switched_off_is_not_heard),
		TEST(a_configured_matrix_is_told_and_applied_where_asked_for),
		TEST(the_touch_that_wakes_an_output_is_not_seen),
		TEST(a_key_wakes_the_output_on_which_it_would_be_seen),
		TEST(a_key_wakes_also_when_no_window_is_to_have_it),
		TEST(the_same_key_on_two_keyboards_is_one),
		TEST(a_key_that_is_held_repeats_until_it_is_released),
		TEST(a_chord_does_not_repeat),
		TEST(lamps_are_set_on_every_keyboard_also_on_a_new_one),
		TEST(the_pointer_is_seen_from_its_first_move_until_a_touch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
