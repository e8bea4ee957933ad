/* Who gets what: real layers on an output in memory, and targets that write down what comes. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/input-event-codes.h>
#include <stdio.h>
#include <string.h>

#include "screen_fixture.h"
#include "view/seat.h"

#define WIDTH 800
#define HEIGHT 480

struct world;

struct window {
	struct seat_target target;
	struct world *world;
	struct layer *layer;
	char name;
	bool vanish; /* at its next event */
};

struct world {
	struct loop *loop;
	struct screen *screen;
	struct output *output;
	struct seat *seat;
	struct window a, b;
	char said[2048];
	char cursor[32];
};

static void say(struct world *w, const char *text)
{
	size_t len = strlen(w->said);

	snprintf(w->said + len, sizeof(w->said) - len, "%s%s", len ? " " : "", text);
}

static void close_window(struct window *win)
{
	seat_remove(win->world->seat, &win->target);
	layer_free(win->layer);
	win->layer = NULL;
}

static void on_event(struct seat_target *t, const struct seat_event *ev)
{
	static const char *const names[] = { "down", "move", "up", "cancel", "enter", "leave",
		"point", "button", "scroll", "key" };
	struct window *win = container_of(t, struct window, target);
	char text[64];

	switch (ev->type) {
	case SEAT_KEY:
		snprintf(text, sizeof(text), "%c:key%c%u", win->name,
			!ev->input->pressed ? '-'
			: ev->input->repeat ? '*'
					    : '+',
			ev->input->keycode);
		break;
	case SEAT_BUTTON:
		snprintf(text, sizeof(text), "%c:button%c%x(%x)@%g,%g", win->name,
			ev->input->pressed ? '+' : '-', ev->input->button, ev->buttons, ev->x,
			ev->y);
		break;
	case SEAT_SCROLL:
		snprintf(text, sizeof(text), "%c:scroll%g,%g@%g,%g", win->name, ev->dx, ev->dy,
			ev->x, ev->y);
		break;
	default:
		snprintf(text, sizeof(text), "%c:%s@%g,%g", win->name, names[ev->type], ev->x,
			ev->y);
	}
	say(win->world, text);
	if (win->vanish)
		close_window(win);
}

static void on_focus_wanted(struct seat_target *t)
{
	struct window *win = container_of(t, struct window, target);

	say(win->world, win->name == 'a' ? "focus:a" : "focus:b");
	seat_focus(win->world->seat, t);
}

static void on_cursor(const char *name, void *arg)
{
	struct world *w = arg;

	snprintf(w->cursor, sizeof(w->cursor), "%s", name);
}

static const struct seat_ops ops = { .cursor = on_cursor };

static void open_window(struct world *w, struct window *win, char name, struct rect canvas)
{
	*win = (struct window){ .world = w, .name = name };
	assert_int_equal(layer_new(w->output, LAYER_WINDOWS, NULL, NULL, &win->layer), 0);
	assert_int_equal(
		layer_show(win->layer,
			plain_new((uint32_t)canvas.width, (uint32_t)canvas.height, ~0u), NULL, 0),
		0);
	layer_place(win->layer, &canvas);
	layer_set_visible(win->layer, true);
	win->target = (struct seat_target){
		.layer = win->layer, .event = on_event, .focus_wanted = on_focus_wanted
	};
	seat_add(w->seat, &win->target);
}

/* A fills the output, B lies above it from 100,100 to 300,200; two pixels are a logical one. */
static int setup(void **state)
{
	static struct world w;
	struct screen_options opts = { 0 };

	w = (struct world){ 0 };
	if (loop_new(&w.loop) < 0 || seat_new(&ops, &w, &w.seat) < 0)
		return -1;
	opts.loop = w.loop;
	if (screen_headless_new(&opts, WIDTH, HEIGHT, 1000000, &w.screen) < 0 ||
		screen_output(w.screen, "headless-1", &w.output) < 0 ||
		output_configure(w.output, &(struct output_config){ .scale = 2 }) < 0)
		return -1;
	open_window(&w, &w.a, 'a', (struct rect){ 0, 0, WIDTH, HEIGHT });
	open_window(&w, &w.b, 'b', (struct rect){ 100, 100, 200, 100 });
	layer_raise(w.b.layer);
	/* A window is there once it is lit. */
	while (output_frames(w.output) == 0)
		loop_pass(w.loop, clock_now() + NSEC_PER_SEC);
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	close_window(&w->a);
	close_window(&w->b);
	seat_free(w->seat);
	screen_free(w->screen);
	loop_free(w->loop);
	return 0;
}

static void expect(struct world *w, const char *said)
{
	assert_string_equal(w->said, said);
	w->said[0] = '\0';
}

static void touch(struct world *w, enum input_type type, unsigned slot, double x, double y)
{
	seat_event(
		w->seat, &(struct input_event){
				 .type = type, .output = w->output, .slot = slot, .x = x, .y = y });
}

static void point(struct world *w, double x, double y)
{
	touch(w, INPUT_POINTER_MOVE, 0, x, y);
}

static void button(struct world *w, uint32_t code, bool pressed, double x, double y)
{
	seat_event(w->seat, &(struct input_event){ .type = INPUT_POINTER_BUTTON,
				    .output = w->output,
				    .button = code,
				    .pressed = pressed,
				    .x = x,
				    .y = y });
}

static void key(struct world *w, uint32_t keycode, bool pressed, bool repeat)
{
	seat_event(w->seat, &(struct input_event){ .type = INPUT_KEY,
				    .keycode = keycode,
				    .pressed = pressed,
				    .repeat = repeat });
}

static void a_touch_belongs_to_the_window_where_it_began(void **state)
{
	struct world *w = *state;

	touch(w, INPUT_TOUCH_DOWN, 0, 120, 140);
	touch(w, INPUT_TOUCH_DOWN, 1, 20, 40);
	touch(w, INPUT_TOUCH_MOVE, 0, 20, 40);
	touch(w, INPUT_TOUCH_MOVE, 1, 200, 150);
	touch(w, INPUT_TOUCH_UP, 0, 20, 40);
	touch(w, INPUT_TOUCH_UP, 1, 200, 150);
	expect(w, "focus:b b:down@10,20 focus:a a:down@10,20 b:move@-40,-30 a:move@100,75 "
		  "b:up@-40,-30 a:up@100,75");
	/* It is over: nothing of it is left. */
	touch(w, INPUT_TOUCH_MOVE, 0, 30, 40);
	touch(w, INPUT_TOUCH_UP, 0, 30, 40);
	touch(w, INPUT_TOUCH_DOWN, 99, 30, 40);
	expect(w, "");
}

static void the_pointer_enters_and_leaves(void **state)
{
	struct world *w = *state;

	point(w, 10, 10);
	point(w, 110, 110);
	point(w, 112, 110);
	point(w, 10, 10);
	expect(w, "a:enter@5,5 a:point@5,5 a:leave@55,55 b:enter@5,5 b:point@5,5 b:point@6,5 "
		  "b:leave@-45,-45 a:enter@5,5 a:point@5,5");
}

static void a_pressed_button_holds_the_pointer(void **state)
{
	struct world *w = *state;

	point(w, 110, 110);
	w->said[0] = '\0';
	button(w, BTN_LEFT, true, 110, 110);
	point(w, 10, 10);
	button(w, BTN_RIGHT, true, 10, 10);
	button(w, BTN_LEFT, false, 10, 10);
	point(w, 12, 10);
	expect(w, "focus:b b:button+110(1)@5,5 b:point@-45,-45 b:button+111(3)@-45,-45 "
		  "b:button-110(2)@-45,-45 b:point@-44,-45");
	button(w, BTN_RIGHT, false, 12, 10);
	expect(w, "b:button-111(0)@-44,-45 b:leave@-44,-45 a:enter@6,5");
	/* A release without its press is nobody's. */
	button(w, BTN_LEFT, false, 12, 10);
	button(w, BTN_LEFT + 100, true, 12, 10);
	expect(w, "");
}

static void a_wheel_counts_clicks_and_a_finger_pixels(void **state)
{
	struct world *w = *state;
	struct input_event ev = {
		.type = INPUT_POINTER_SCROLL, .output = w->output, .x = 110, .y = 110, .dy = 2
	};

	point(w, 110, 110);
	w->said[0] = '\0';
	seat_event(w->seat, &ev);
	ev.smooth = true;
	seat_event(w->seat, &ev);
	expect(w, "b:scroll0,2@5,5 b:scroll0,1@5,5");
}

static void keys_go_to_the_focus_and_their_release_to_who_saw_them_pressed(void **state)
{
	struct world *w = *state;

	key(w, 38, true, false);
	key(w, 38, false, false);
	assert_null(seat_key_output(w->seat));
	expect(w, "");
	seat_focus(w->seat, &w->a.target);
	assert_ptr_equal(seat_key_output(w->seat), w->output);
	key(w, 38, true, false);
	key(w, 38, true, true);
	seat_focus(w->seat, &w->b.target);
	key(w, 38, true, true);
	key(w, 38, false, false);
	key(w, 39, true, false);
	key(w, 39, false, false);
	expect(w, "a:key+38 a:key*38 b:key+39 b:key-39");
	/* More than anybody has fingers. */
	for (uint32_t code = 100; code < 200; code++)
		key(w, code, true, false);
	assert_true(strlen(w->said) > 0);
}

static void a_window_that_is_hidden_is_told_that_it_is_over(void **state)
{
	struct world *w = *state;

	point(w, 110, 110);
	button(w, BTN_LEFT, true, 110, 110);
	touch(w, INPUT_TOUCH_DOWN, 2, 120, 120);
	w->said[0] = '\0';
	layer_set_visible(w->b.layer, false);
	seat_release(w->seat, &w->b.target);
	expect(w, "b:cancel@10,10 b:button-110(0)@-0.5,-0.5 b:leave@-0.5,-0.5");
	touch(w, INPUT_TOUCH_MOVE, 2, 121, 120);
	touch(w, INPUT_TOUCH_UP, 2, 121, 120);
	button(w, BTN_LEFT, false, 110, 110);
	expect(w, "");
	point(w, 110, 110);
	expect(w, "a:enter@55,55 a:point@55,55");
}

static void one_that_was_hidden_without_a_word_is_told_with_the_next_event(void **state)
{
	struct world *w = *state;

	touch(w, INPUT_TOUCH_DOWN, 2, 120, 120);
	w->said[0] = '\0';
	layer_set_visible(w->b.layer, false);
	touch(w, INPUT_TOUCH_MOVE, 2, 121, 120);
	touch(w, INPUT_TOUCH_UP, 2, 121, 120);
	expect(w, "b:cancel@10,10");
}

static void a_window_may_vanish_in_any_of_its_events(void **state)
{
	static const enum input_type types[] = { INPUT_TOUCH_DOWN, INPUT_TOUCH_MOVE, INPUT_TOUCH_UP,
		INPUT_POINTER_MOVE, INPUT_POINTER_BUTTON, INPUT_POINTER_SCROLL, INPUT_KEY };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct world *w;
		struct input_event ev = { .type = types[i],
			.x = 110,
			.y = 110,
			.button = BTN_LEFT,
			.pressed = true,
			.keycode = 38 };

		setup(state);
		w = *state;
		if (types[i] != INPUT_KEY)
			ev.output = w->output;
		if (types[i] != INPUT_POINTER_MOVE)
			point(w, 110, 110);
		if (types[i] == INPUT_TOUCH_MOVE || types[i] == INPUT_TOUCH_UP)
			touch(w, INPUT_TOUCH_DOWN, 0, 110, 110);
		seat_focus(w->seat, &w->b.target);
		w->b.vanish = true;
		seat_event(w->seat, &ev);
		assert_null(w->b.layer);
		assert_null(seat_focused(w->seat));
		/* What follows goes to what is below, or nowhere. */
		w->said[0] = '\0';
		touch(w, INPUT_TOUCH_UP, 0, 110, 110);
		button(w, BTN_LEFT, false, 110, 110);
		key(w, 38, false, false);
		point(w, 110, 110);
		assert_null(strstr(w->said, "b:"));
		assert_non_null(strstr(w->said, "a:point"));
		if (i + 1 < ARRAY_SIZE(types))
			teardown(state);
	}
}

static void the_cursor_is_that_of_the_window_below_the_pointer(void **state)
{
	struct world *w = *state;

	seat_set_cursor(w->seat, &w->a.target, "text");
	point(w, 110, 110);
	assert_string_equal(w->cursor, "default");
	seat_set_cursor(w->seat, &w->b.target, "a-name-that-is-much-longer-than-css-knows-any");
	assert_string_equal(w->cursor, "a-name-that-is-much-lon");
	point(w, 10, 10);
	assert_string_equal(w->cursor, "text");
	close_window(&w->a);
	assert_string_equal(w->cursor, "default");
}

static void who_never_takes_the_keyboard_is_not_asked_to(void **state)
{
	struct world *w = *state;

	seat_focus(w->seat, &w->a.target);
	w->b.target.focus_wanted = NULL;
	touch(w, INPUT_TOUCH_DOWN, 0, 120, 120);
	touch(w, INPUT_TOUCH_UP, 0, 120, 120);
	key(w, 38, true, false);
	expect(w, "b:down@10,10 b:up@10,10 a:key+38");
}

static void a_layer_that_nobody_answers_for_gets_nothing(void **state)
{
	struct world *w = *state;

	seat_remove(w->seat, &w->b.target);
	touch(w, INPUT_TOUCH_DOWN, 0, 120, 120);
	touch(w, INPUT_TOUCH_UP, 0, 120, 120);
	point(w, 120, 120);
	expect(w, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_touch_belongs_to_the_window_where_it_began),
		TEST(the_pointer_enters_and_leaves),
		TEST(a_pressed_button_holds_the_pointer),
		TEST(a_wheel_counts_clicks_and_a_finger_pixels),
		TEST(keys_go_to_the_focus_and_their_release_to_who_saw_them_pressed),
		TEST(a_window_that_is_hidden_is_told_that_it_is_over),
		TEST(one_that_was_hidden_without_a_word_is_told_with_the_next_event),
		cmocka_unit_test_teardown(a_window_may_vanish_in_any_of_its_events, teardown),
		TEST(the_cursor_is_that_of_the_window_below_the_pointer),
		TEST(who_never_takes_the_keyboard_is_not_asked_to),
		TEST(a_layer_that_nobody_answers_for_gets_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
