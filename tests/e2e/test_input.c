/*
 * From a finger, a mouse or a key to what a page hears of it: devices as libinput would tell
 * of them, through all of the real parts, to pages in WebKit. Pages say in their titles what
 * they have heard.
 */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/input-event-codes.h>
#include <pixman.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "input/config.h"
#include "input/input.h"
#include "loop/loop.h"
#include "screen/layer.h"
#include "screen/output.h"
#include "screen/presenter.h"
#include "screen/screen.h"
#include "view/engine.h"
#include "view/glib.h"
#include "view/seat.h"

#define WIDTH 480
#define HEIGHT 400

struct world;

struct window {
	struct world *world;
	struct web_view *view;
	unsigned loads;
	size_t heard; /* of its title */
	struct text_focus field;
	unsigned fields; /* times that it was told */
};

struct world {
	struct loop *loop;
	struct glib_guest *guest;
	struct screen *screen;
	struct output *output;
	struct engine *engine;
	struct seat *seat;
	struct input *input;
	struct input_device *panel, *mouse, *keys;
	struct window main, second;
	char *webext;
	int web_fd;
	char cursor[32];
	unsigned deeds;
};

/* ---- windows, as the desk has them ---- */

static void on_committed(const char *uri, const char *origin, void *arg)
{
}

static int on_connect(void *arg)
{
	return -EACCES;
}

static void on_loaded(const char *uri, const char *error, void *arg)
{
	assert_null(error);
	((struct window *)arg)->loads++;
}

static void on_crashed(const char *reason, void *arg)
{
	fail_msg("%s", reason);
}

static void on_nothing(void *arg)
{
}

static void on_focus_wanted(void *arg)
{
	struct window *win = arg;
	struct world *w = win->world;

	if (w->second.view)
		web_view_focus(win == &w->main ? w->second.view : w->main.view, false);
	web_view_focus(win->view, true);
}

static void on_text_focus(const struct text_focus *f, void *arg)
{
	struct window *win = arg;

	win->field = *f;
	win->fields++;
}

static const struct web_view_ops view_ops = {
	.committed = on_committed,
	.connect = on_connect,
	.loaded = on_loaded,
	.crashed = on_crashed,
	.framed = on_nothing,
	.painted = on_nothing,
	.closing = on_nothing,
	.focus_wanted = on_focus_wanted,
	.text_focus = on_text_focus,
};

/* ---- the parts, wired as the app wires them ---- */

static void on_event(const struct input_event *ev, void *arg)
{
	seat_event(((struct world *)arg)->seat, ev);
}

static void on_deed(const struct input_deed *deed, struct output *where, void *arg)
{
	((struct world *)arg)->deeds++;
}

static struct output *on_key_output(void *arg)
{
	return seat_key_output(((struct world *)arg)->seat);
}

static void on_kinds(unsigned kinds, void *arg)
{
	struct world *w = arg;

	if (w->engine)
		engine_set_input_kinds(w->engine, kinds);
}

static const struct input_ops input_ops = {
	.event = on_event,
	.deed = on_deed,
	.key_output = on_key_output,
	.kinds_changed = on_kinds,
};

static void on_cursor(const char *name, void *arg)
{
	struct world *w = arg;

	snprintf(w->cursor, sizeof(w->cursor), "%s", name);
	if (w->input)
		input_set_cursor(w->input, name);
}

static const struct seat_ops seat_ops = { .cursor = on_cursor };

static struct input_device *plug(struct world *w, const char *name, unsigned kinds)
{
	const struct input_device_info info = { .name = name, .kinds = kinds };
	struct input_device *d;

	assert_int_equal(input_device_add(w->input, &info, &d, NULL), 0);
	return d;
}

static void start_input(struct world *w)
{
	struct input_config config = { .layout = "de" };
	struct input_options opts = {
		.loop = w->loop, .screen = w->screen, .config = &config, .ops = &input_ops, .arg = w
	};
	const char *why;

	assert_int_equal(input_config_chord("F5", &config.keys[0].chord, &why), 0);
	assert_int_equal(input_config_deed("reload", &config.keys[0].deed, &why), 0);
	config.n_keys = 1;
	assert_int_equal(
		input_config_deed("event:menu", &config.gestures[INPUT_SWIPE_FROM_LEFT], &why), 0);
	assert_int_equal(input_new(&opts, &w->input), 0);
	w->panel = plug(w, "panel", INPUT_KIND_TOUCH);
	w->mouse = plug(w, "mouse", INPUT_KIND_POINTER);
	w->keys = plug(w, "keys", INPUT_KIND_KEYBOARD);
}

static int setup(void **state)
{
	static struct world w;
	struct screen_options screen_opts = { 0 };
	struct engine_options opts = { .app_id = "input" };

	w.webext = realpath("build/dev/webext", NULL);
	w.web_fd = open(APP("input/web"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(loop_new(&w.loop), 0);
	assert_int_equal(glib_guest_new(w.loop, &w.guest), 0);
	screen_opts.loop = w.loop;
	assert_int_equal(screen_headless_new(&screen_opts, WIDTH, HEIGHT, 60000, &w.screen), 0);
	assert_int_equal(screen_output(w.screen, "headless-1", &w.output), 0);
	assert_int_equal(seat_new(&seat_ops, &w, &w.seat), 0);
	start_input(&w);
	opts.web_fd = w.web_fd;
	opts.webext_dir = w.webext;
	opts.seat = w.seat;
	opts.keyboard = input_keyboard(w.input);
	assert_int_equal(engine_new(&opts, &w.engine), 0);
	engine_set_input_kinds(w.engine, input_kinds(w.input));
	assert_int_equal(engine_add_output(w.engine, w.output), 0);
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	input_free(w->input);
	engine_free(w->engine);
	seat_free(w->seat);
	screen_free(w->screen);
	glib_guest_free(w->guest);
	loop_free(w->loop);
	close(w->web_fd);
	free(w->webext);
	return 0;
}

static void run_for(struct world *w, uint64_t ms)
{
	uint64_t until = clock_now() + ms * NSEC_PER_MSEC;

	while (clock_now() < until)
		loop_pass(w->loop, until);
}

static const char *unheard(struct window *win)
{
	const char *title = web_view_title(win->view);

	return strlen(title) > win->heard ? title + win->heard : "";
}

/* What the page has heard since the last call is exactly @words. */
static void expect(struct window *win, const char *words)
{
	uint64_t deadline = clock_now() + 5 * NSEC_PER_SEC;

	while (strlen(unheard(win)) < strlen(words) && clock_now() < deadline)
		loop_pass(win->world->loop, deadline);
	/* What must not come has a moment to come. */
	run_for(win->world, 60);
	assert_string_equal(unheard(win), words);
	win->heard = strlen(web_view_title(win->view));
}

/* Where nobody has asked for it to be exact: @word comes. */
static void expect_some(struct window *win, const char *word)
{
	uint64_t deadline = clock_now() + 5 * NSEC_PER_SEC;

	while (!strstr(unheard(win), word) && clock_now() < deadline)
		loop_pass(win->world->loop, deadline);
	if (!strstr(unheard(win), word))
		fail_msg("no \"%s\" in \"%s\"", word, unheard(win));
	run_for(win->world, 60);
	win->heard = strlen(web_view_title(win->view));
}

static void place(struct window *win, struct rect canvas)
{
	struct output *o = win->world->output;
	double scale = output_scale(o);
	const struct web_view_place p = {
		.output = o,
		.canvas = &canvas,
		.width = (uint32_t)(canvas.width / scale),
		.height = (uint32_t)(canvas.height / scale),
		.scale = scale,
	};

	assert_int_equal(web_view_place(win->view, &p), 0);
}

static void open_window(struct world *w, struct window *win, const char *query, struct rect canvas)
{
	static const char *const none[] = { NULL };
	const struct web_view_options opts = { .window = "main",
		.origins = none,
		.frame_origins = none,
		.ops = &view_ops,
		.arg = win };
	char uri[128];

	*win = (struct window){ .world = w };
	assert_int_equal(web_view_new(w->engine, &opts, &win->view), 0);
	place(win, canvas);
	web_view_show(win->view, true);
	web_view_map(win->view, true);
	on_focus_wanted(win);
	snprintf(uri, sizeof(uri), "app://input/index.html?%s", query);
	web_view_load(win->view, uri);
	expect_some(win, "ready");
	while (layer_frames(web_view_layer(win->view)) == 0)
		loop_pass(w->loop, clock_now() + NSEC_PER_SEC);
	run_for(w, 100);
	win->heard = strlen(web_view_title(win->view));
}

/* Until it has painted nothing for a while: WebKit shows and fades scroll bars after a load. */
static void rest(struct window *win)
{
	uint64_t frames, deadline = clock_now() + 15 * NSEC_PER_SEC;

	do {
		frames = layer_frames(web_view_layer(win->view));
		run_for(win->world, 2500);
		assert_true(clock_now() < deadline);
	} while (layer_frames(web_view_layer(win->view)) != frames);
}

static struct rect whole(const struct world *w)
{
	return (struct rect){ 0, 0, (int32_t)output_width(w->output),
		(int32_t)output_height(w->output) };
}

static void close_windows(struct world *w)
{
	web_view_free(w->main.view);
	web_view_free(w->second.view);
	w->main = w->second = (struct window){ 0 };
}

static void configure(struct world *w, enum rotation rotation, double scale)
{
	const struct output_config c = { .rotation = rotation, .scale = scale };

	assert_int_equal(output_configure(w->output, &c), 0);
	run_for(w, 50);
}

/* ---- hands ---- */

static void touch(struct world *w, enum input_type type, unsigned slot, double x, double y)
{
	input_touch(w->panel, type, slot, x / WIDTH, y / HEIGHT, clock_now());
}

static void tap(struct world *w, double x, double y)
{
	touch(w, INPUT_TOUCH_DOWN, 0, x, y);
	run_for(w, 30);
	touch(w, INPUT_TOUCH_UP, 0, x, y);
}

static void point(struct world *w, double x, double y)
{
	input_move_to(w->mouse, x / WIDTH, y / HEIGHT, clock_now());
}

static void click(struct world *w, uint32_t button)
{
	input_button(w->mouse, button, true, clock_now());
	run_for(w, 20);
	input_button(w->mouse, button, false, clock_now());
	run_for(w, 20);
}

static void key(struct world *w, uint32_t code, bool pressed)
{
	input_key(w->keys, code, pressed, clock_now());
}

static void type(struct world *w, uint32_t code)
{
	key(w, code, true);
	key(w, code, false);
}

/* After each test, also one that failed. */
static int tidy(void **state)
{
	struct world *w = *state;

	touch(w, INPUT_TOUCH_CANCEL, 0, 0, 0);
	close_windows(w);
	configure(w, ROTATE_0, 1);
	return 0;
}

/* ---- tests ---- */

/* The middle of what is red in the panel's own picture: where somebody would point at. */
static bool find_red(struct world *w, double *ret_u, double *ret_v)
{
	pixman_image_t *image = w->output->ops->lit(w->output);
	int width = pixman_image_get_width(image), height = pixman_image_get_height(image);
	const uint8_t *data = (const uint8_t *)pixman_image_get_data(image);
	double sum_x = 0, sum_y = 0, n = 0;

	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			uint32_t pixel;

			memcpy(&pixel, data + y * pixman_image_get_stride(image) + 4 * x, 4);
			if ((pixel & 0xffffff) != 0xff0000)
				continue;
			sum_x += x;
			sum_y += y;
			n++;
		}
	if (n < 100)
		return false;
	*ret_u = (sum_x / n + 0.5) / width;
	*ret_v = (sum_y / n + 0.5) / height;
	return true;
}

static void a_finger_hits_what_is_seen_below_it_however_the_panel_is_mounted(void **state)
{
	static const double scales[] = { 1, 2, 1, 1.5 };
	struct world *w = *state;

	for (int r = ROTATE_0; r <= ROTATE_270; r++) {
		double u, v;

		configure(w, (enum rotation)r, scales[r]);
		open_window(w, &w->main, "hit", whole(w));
		for (int i = 0; i < 100 && !find_red(w, &u, &v); i++)
			run_for(w, 50);
		assert_true(find_red(w, &u, &v));
		input_touch(w->panel, INPUT_TOUCH_DOWN, 0, u, v, clock_now());
		run_for(w, 30);
		input_touch(w->panel, INPUT_TOUCH_UP, 0, 0, 0, clock_now());
		expect(&w->main, " touchstart:box touchend:box click:box");
		close_windows(w);
	}
}

static void two_fingers_are_two_touches(void **state)
{
	struct world *w = *state;

	open_window(w, &w->main, "touch", whole(w));
	touch(w, INPUT_TOUCH_DOWN, 0, 70, 50);
	run_for(w, 30);
	touch(w, INPUT_TOUCH_DOWN, 1, 210, 50);
	run_for(w, 30);
	touch(w, INPUT_TOUCH_MOVE, 1, 220, 60);
	run_for(w, 30);
	touch(w, INPUT_TOUCH_UP, 0, 0, 0);
	run_for(w, 30);
	touch(w, INPUT_TOUCH_UP, 1, 0, 0);
	expect_some(&w->main, " touchstart:box@70,50(1) touchstart:other@210,50(2) "
			      "touchmove:other@220,60(2) touchend:box@70,50(1) "
			      "touchend:other@220,60(0)");
}

static void a_drag_stays_with_its_window_when_it_leaves_it(void **state)
{
	struct world *w = *state;

	open_window(w, &w->main, "touch", whole(w));
	open_window(w, &w->second, "touch", (struct rect){ 100, 100, 300, 200 });
	touch(w, INPUT_TOUCH_DOWN, 0, 170, 150);
	run_for(w, 30);
	touch(w, INPUT_TOUCH_MOVE, 0, 50, 50);
	run_for(w, 30);
	touch(w, INPUT_TOUCH_UP, 0, 0, 0);
	expect(&w->second, " touchstart:box@70,50(1) touchmove:box@-50,-50(1) "
			   "touchend:box@-50,-50(0)");
	expect(&w->main, "");
	/* A window that is hidden below a finger hears that it is over. */
	touch(w, INPUT_TOUCH_DOWN, 0, 170, 150);
	expect_some(&w->second, "touchstart");
	web_view_show(w->second.view, false);
	expect_some(&w->second, "touchcancel");
	touch(w, INPUT_TOUCH_UP, 0, 0, 0);
	/* And one that is closed leaves what is below to the next touch. */
	web_view_show(w->second.view, true);
	touch(w, INPUT_TOUCH_DOWN, 0, 170, 150);
	web_view_free(w->second.view);
	w->second.view = NULL;
	touch(w, INPUT_TOUCH_MOVE, 0, 175, 150);
	touch(w, INPUT_TOUCH_UP, 0, 0, 0);
	expect(&w->main, "");
	tap(w, 90, 70);
	expect(&w->main, " touchstart:box@90,70(1) touchend:box@90,70(0) click:box@90,70");
}

static void a_swipe_that_is_a_gesture_is_not_seen_and_a_tap_there_is(void **state)
{
	struct world *w = *state;

	open_window(w, &w->main, "touch", whole(w));
	w->deeds = 0;
	touch(w, INPUT_TOUCH_DOWN, 0, 3, 200);
	for (int x = 10; x < 120; x += 10) {
		touch(w, INPUT_TOUCH_MOVE, 0, x, 200);
		run_for(w, 10);
	}
	touch(w, INPUT_TOUCH_UP, 0, 0, 0);
	expect(&w->main, "");
	assert_int_equal(w->deeds, 1);
	tap(w, 3, 200);
	expect(&w->main, " touchstart:page@3,200(1) touchend:page@3,200(0) click:page@3,200");
}

static void the_first_touch_on_a_dark_screen_wakes_it_and_the_page_sees_the_second(void **state)
{
	struct world *w = *state;

	open_window(w, &w->main, "touch", whole(w));
	assert_int_equal(output_sleep(w->output), 0);
	run_for(w, 50);
	tap(w, 90, 70);
	expect(&w->main, "");
	assert_int_equal(output_state(w->output), OUTPUT_LIT);
	tap(w, 90, 70);
	expect(&w->main, " touchstart:box@90,70(1) touchend:box@90,70(0) click:box@90,70");
}

static void text_is_typed_with_umlauts_and_accents(void **state)
{
	struct world *w = *state;

	open_window(w, &w->main, "value", whole(w));
	tap(w, 120, 135);
	run_for(w, 200);
	type(w, KEY_Y);
	type(w, KEY_APOSTROPHE);
	key(w, KEY_LEFTSHIFT, true);
	type(w, KEY_SEMICOLON);
	key(w, KEY_LEFTSHIFT, false);
	type(w, KEY_MINUS);
	expect(&w->main, " [z] [zä] [zäÖ] [zäÖß]");
	/* A dead key and its letter; AltGr. */
	type(w, KEY_EQUAL);
	type(w, KEY_E);
	key(w, KEY_RIGHTALT, true);
	type(w, KEY_E);
	key(w, KEY_RIGHTALT, false);
	type(w, KEY_BACKSPACE);
	expect(&w->main, " [zäÖßé] [zäÖßé€] [zäÖßé]");
}

static void a_page_hears_of_keys_as_they_are_on_the_keyboard(void **state)
{
	struct world *w = *state;

	open_window(w, &w->main, "keys", whole(w));
	type(w, KEY_Z);
	key(w, KEY_LEFTCTRL, true);
	type(w, KEY_K);
	key(w, KEY_LEFTCTRL, false);
	type(w, KEY_F6);
	expect(&w->main, " +KeyZ=y -KeyZ=y +ControlLeft=Control(Ctrl) +KeyK=k(Ctrl) -KeyK=k(Ctrl) "
			 "-ControlLeft=Control +F6=F6 -F6=F6");
	/* A chord of the configuration is not the page's. */
	w->deeds = 0;
	type(w, KEY_F5);
	expect(&w->main, "");
	assert_int_equal(w->deeds, 1);
	key(w, KEY_DOWN, true);
	run_for(w, 550);
	key(w, KEY_DOWN, false);
	expect_some(&w->main, " +ArrowDown=ArrowDown +ArrowDown=ArrowDown* ");
}

/* What WebKit would do by itself, and what the page would not be asked for. */
static void no_key_and_no_button_leaves_the_page(void **state)
{
	struct world *w = *state;
	uint64_t frames;

	open_window(w, &w->main, "history", whole(w));
	w->main.heard = 0;
	expect_some(&w->main, "second");
	assert_int_equal(w->main.loads, 2);
	run_for(w, 200);
	key(w, KEY_LEFTALT, true);
	type(w, KEY_LEFT);
	key(w, KEY_LEFTALT, false);
	type(w, KEY_BACKSPACE);
	type(w, KEY_BACK);
	type(w, KEY_REFRESH);
	type(w, KEY_HOMEPAGE);
	key(w, KEY_LEFTCTRL, true);
	type(w, KEY_R);
	type(w, KEY_KPPLUS);
	type(w, KEY_W);
	type(w, KEY_N);
	key(w, KEY_LEFTCTRL, false);
	point(w, 300, 200);
	click(w, BTN_SIDE);
	click(w, BTN_EXTRA);
	click(w, BTN_BACK);
	run_for(w, 300);
	assert_int_equal(w->main.loads, 2);
	/* WebKit's overlay of numbers, which would be counted. */
	rest(&w->main);
	frames = layer_frames(web_view_layer(w->main.view));
	key(w, KEY_LEFTCTRL, true);
	key(w, KEY_LEFTSHIFT, true);
	type(w, KEY_G);
	key(w, KEY_LEFTSHIFT, false);
	key(w, KEY_LEFTCTRL, false);
	run_for(w, 1500);
	assert_int_equal(layer_frames(web_view_layer(w->main.view)), frames);
}

static void a_double_click_is_two_clicks_at_one_place(void **state)
{
	struct world *w = *state;

	open_window(w, &w->main, "mouse", whole(w));
	point(w, 90, 70);
	click(w, BTN_LEFT);
	click(w, BTN_LEFT);
	expect(&w->main, " mousedown:box@90,70(0,1,1) mouseup:box@90,70(0,0,1) click:box@90,70 "
			 "mousedown:box@90,70(0,1,2) mouseup:box@90,70(0,0,2) click:box@90,70 "
			 "dblclick:box@90,70");
	run_for(w, 600);
	/* WebKit hears nothing of the mouse until it has been told that there is no menu. */
	input_button(w->mouse, BTN_RIGHT, true, clock_now());
	run_for(w, 300);
	input_button(w->mouse, BTN_RIGHT, false, clock_now());
	run_for(w, 20);
	click(w, BTN_MIDDLE);
	expect(&w->main, " mousedown:box@90,70(2,2,1) mouseup:box@90,70(2,0,1) "
			 "mousedown:box@90,70(1,4,1) mouseup:box@90,70(1,0,1)");
}

static void the_pointer_leaves_one_window_for_another_and_shows_what_each_wants(void **state)
{
	struct world *w = *state;

	open_window(w, &w->main, "mouse", whole(w));
	open_window(w, &w->second, "mouse", (struct rect){ 250, 0, 200, 400 });
	point(w, 90, 335);
	run_for(w, 200);
	assert_string_equal(w->cursor, "pointer");
	point(w, 90, 135);
	run_for(w, 200);
	assert_string_equal(w->cursor, "text");
	point(w, 350, 30);
	expect_some(&w->main, "out");
	run_for(w, 100);
	assert_string_equal(w->cursor, "default");
	expect(&w->second, "");
}

static void a_wheel_and_a_finger_scroll_the_same_way(void **state)
{
	struct world *w = *state;

	open_window(w, &w->main, "wheel", whole(w));
	point(w, 250, 350);
	run_for(w, 50);
	input_scroll(w->mouse, 0, 1, false, clock_now());
	expect_some(&w->main, " wheel:0,1 scrolled");
	run_for(w, 300);
	w->main.heard = strlen(web_view_title(w->main.view));
	input_scroll(w->mouse, 0, 12, true, clock_now());
	input_scroll(w->mouse, 0, 0, true, clock_now());
	expect_some(&w->main, "wheel:0,1");
	input_scroll(w->mouse, 0, -1, false, clock_now());
	expect_some(&w->main, "wheel:0,-1");
}

/* What is told comes in pieces, the cursor last: in the field whose upper edge is @y. */
static bool is_field(const struct window *win, enum field_purpose purpose, int y)
{
	const struct text_focus *f = &win->field;

	return f->focused && f->purpose == purpose && f->cursor.x >= 60 && f->cursor.x <= 70 &&
	       f->cursor.y >= y && f->cursor.height > 0 && f->cursor.y + f->cursor.height <= y + 30;
}

static void expect_field(struct window *win, enum field_purpose purpose, int y)
{
	uint64_t deadline = clock_now() + 5 * NSEC_PER_SEC;

	while (!is_field(win, purpose, y) && clock_now() < deadline)
		loop_pass(win->world->loop, deadline);
	run_for(win->world, 100);
	if (!is_field(win, purpose, y))
		fail_msg("told %u times: focused %d, purpose %d, cursor %d,%d %dx%d", win->fields,
			win->field.focused, win->field.purpose, win->field.cursor.x,
			win->field.cursor.y, win->field.cursor.width, win->field.cursor.height);
}

static void expect_no_field(struct window *win)
{
	uint64_t deadline = clock_now() + 5 * NSEC_PER_SEC;

	while (win->field.focused && clock_now() < deadline)
		loop_pass(win->world->loop, deadline);
	run_for(win->world, 100);
	assert_false(win->field.focused);
}

static void the_focus_of_fields_is_told_and_what_they_are_for(void **state)
{
	struct world *w = *state;
	unsigned told;

	open_window(w, &w->main, "none", whole(w));
	assert_false(w->main.field.focused);
	tap(w, 120, 135);
	expect_field(&w->main, FIELD_FREE_FORM, 120);
	/* Straight from the one to the other. */
	tap(w, 120, 185);
	expect_field(&w->main, FIELD_NUMBER, 170);
	tap(w, 120, 235);
	expect_field(&w->main, FIELD_NONE, 220);
	tap(w, 400, 100);
	expect_no_field(&w->main);
	/* The same is not told twice. */
	told = w->main.fields;
	tap(w, 410, 100);
	run_for(w, 200);
	assert_int_equal(w->main.fields, told);
	/* A window without the keyboard has no field that text goes to. */
	tap(w, 120, 135);
	expect_field(&w->main, FIELD_FREE_FORM, 120);
	web_view_focus(w->main.view, false);
	expect_no_field(&w->main);
	web_view_focus(w->main.view, true);
	expect_field(&w->main, FIELD_FREE_FORM, 120);
}

static void pages_know_whether_there_is_a_mouse(void **state)
{
	struct world *w = *state;

	input_device_remove(w->mouse);
	open_window(w, &w->main, "media", whole(w));
	assert_non_null(strstr(web_view_title(w->main.view), "pointer:coarse"));
	assert_null(strstr(web_view_title(w->main.view), "hover:hover"));
	w->mouse = plug(w, "mouse", INPUT_KIND_POINTER);
	run_for(w, 300);
	web_view_reload(w->main.view);
	expect_some(&w->main, "any-pointer:fine");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			a_finger_hits_what_is_seen_below_it_however_the_panel_is_mounted, tidy),
		cmocka_unit_test_teardown(two_fingers_are_two_touches, tidy),
		cmocka_unit_test_teardown(a_drag_stays_with_its_window_when_it_leaves_it, tidy),
		cmocka_unit_test_teardown(
			a_swipe_that_is_a_gesture_is_not_seen_and_a_tap_there_is, tidy),
		cmocka_unit_test_teardown(
			the_first_touch_on_a_dark_screen_wakes_it_and_the_page_sees_the_second,
			tidy),
		cmocka_unit_test_teardown(text_is_typed_with_umlauts_and_accents, tidy),
		cmocka_unit_test_teardown(a_page_hears_of_keys_as_they_are_on_the_keyboard, tidy),
		cmocka_unit_test_teardown(no_key_and_no_button_leaves_the_page, tidy),
		cmocka_unit_test_teardown(a_double_click_is_two_clicks_at_one_place, tidy),
		cmocka_unit_test_teardown(
			the_pointer_leaves_one_window_for_another_and_shows_what_each_wants, tidy),
		cmocka_unit_test_teardown(a_wheel_and_a_finger_scroll_the_same_way, tidy),
		cmocka_unit_test_teardown(the_focus_of_fields_is_told_and_what_they_are_for, tidy),
		cmocka_unit_test_teardown(pages_know_whether_there_is_a_mouse, tidy),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
