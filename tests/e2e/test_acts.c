/*
 * What keys and gestures of the configuration do to windows, and what the script hears of
 * it: the parts of a run but for the script, which is a mailbox here.
 */
#include "harness.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/input-event-codes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/hands.h"
#include "base/clock.h"
#include "input/config.h"
#include "input/input.h"
#include "ipc/caps.h"
#include "ipc/mailbox.h"
#include "ipc/router.h"
#include "loop/loop.h"
#include "screen/screen.h"
#include "view/desk.h"
#include "view/engine.h"
#include "view/glib.h"
#include "view/window.h"

#define WIDTH 480
#define HEIGHT 400

struct world {
	struct loop *loop;
	struct glib_guest *guest;
	struct screen *screen;
	struct hands *hands;
	struct input_device *keys, *panel;
	struct caps *caps;
	struct router *router;
	struct peer host;
	struct identity *host_id;
	struct mailbox box;
	struct engine *engine;
	struct windows *windows;
	unsigned loads;
	char *webext;
	int web_fd;
};

static enum wire_status host_deliver(struct peer *to, struct identity *from, struct frame *f)
{
	struct world *w = container_of(to, struct world, host);

	return mailbox_put(&w->box, from, f, ROOM_BOUNDED) == 0 ? STATUS_OK : STATUS_QUEUE_FULL;
}

static void on_loaded(const char *window, const char *error, void *arg)
{
	assert_null(error);
	((struct world *)arg)->loads++;
}

static void rule(struct input_config *c, const char *keys, const char *action)
{
	struct input_key_rule *r = &c->keys[c->n_keys++];
	const char *why;

	assert_int_equal(input_config_chord(keys, &r->chord, &why), 0);
	assert_int_equal(input_config_deed(action, &r->deed, &why), 0);
}

static void start_hands(struct world *w)
{
	const struct input_device_info keys = { .name = "keys", .kinds = INPUT_KIND_KEYBOARD };
	const struct input_device_info panel = { .name = "panel", .kinds = INPUT_KIND_TOUCH };
	struct input_config c = { .layout = "us" };
	const char *why;

	rule(&c, "F1", "event:service");
	rule(&c, "F2", "zoom-in");
	rule(&c, "F3", "zoom-out");
	rule(&c, "F4", "zoom-reset");
	rule(&c, "F5", "reload");
	rule(&c, "F6", "next-window");
	rule(&c, "F7", "home");
	rule(&c, "F8", "back");
	rule(&c, "F9", "forward");
	rule(&c, "F10", "close");
	assert_int_equal(
		input_config_deed("event:menu", &c.gestures[INPUT_SWIPE_FROM_TOP], &why), 0);
	assert_int_equal(hands_new(w->loop, w->screen, &c, false, &w->hands), 0);
	assert_int_equal(input_device_add(hands_input(w->hands), &keys, &w->keys, NULL), 0);
	assert_int_equal(input_device_add(hands_input(w->hands), &panel, &w->panel, NULL), 0);
}

static void start_router(struct world *w)
{
	static const struct peer_ops host_ops = { .deliver = host_deliver };

	assert_int_equal(caps_new(&w->caps), 0);
	assert_int_equal(router_new(caps_checker(w->caps), &w->router), 0);
	assert_int_equal(identity_new(PEER_HOST, "", 0, &w->host_id), 0);
	w->host.ops = &host_ops;
	w->host.self = w->host_id;
	mailbox_init(&w->box, router_budget(w->router), 1000, 1 << 20);
	assert_int_equal(router_add(w->router, &w->host), 0);
}

static int setup(void **state)
{
	static struct world w;
	struct screen_options screen_opts = { 0 };
	struct engine_options opts = { .app_id = "input" };
	struct windows_options windows_opts = {
		.app_id = "input", .app_fd = -1, .on_loaded = on_loaded
	};

	w.webext = realpath("build/dev/webext", NULL);
	w.web_fd = open(APP("input/web"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(loop_new(&w.loop), 0);
	assert_int_equal(glib_guest_new(w.loop, &w.guest), 0);
	screen_opts.loop = w.loop;
	assert_int_equal(screen_headless_new(&screen_opts, WIDTH, HEIGHT, 60000, &w.screen), 0);
	start_hands(&w);
	start_router(&w);
	opts.web_fd = w.web_fd;
	opts.webext_dir = w.webext;
	opts.seat = hands_seat(w.hands);
	opts.keyboard = hands_keyboard(w.hands);
	assert_int_equal(engine_new(&opts, &w.engine), 0);
	windows_opts.loop = w.loop;
	windows_opts.router = w.router;
	windows_opts.caps = w.caps;
	windows_opts.engine = w.engine;
	windows_opts.screen = w.screen;
	windows_opts.arg = &w;
	assert_int_equal(windows_new(&windows_opts, &w.windows), 0);
	hands_serve(w.hands, w.engine, w.windows);
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	hands_serve(w->hands, NULL, NULL);
	windows_free(w->windows);
	engine_free(w->engine);
	hands_free(w->hands);
	screen_free(w->screen);
	router_remove(w->router, &w->host);
	mailbox_fini(&w->box);
	identity_unref(w->host_id);
	router_free(w->router);
	caps_free(w->caps);
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

static void wait_for_loads(struct world *w, unsigned loads)
{
	uint64_t deadline = clock_now() + 10 * NSEC_PER_SEC;

	while (w->loads < loads && clock_now() < deadline)
		loop_pass(w->loop, deadline);
	assert_int_equal(w->loads, loads);
	run_for(w, 100);
}

static struct window *open_window(struct world *w, const char *id, struct bounds bounds)
{
	const struct window_setup setup = {
		.id = id, .url = "index.html?none", .bounds = bounds, .zoom = 1.25
	};
	unsigned loads = w->loads;

	assert_int_equal(windows_open(w->windows, &setup, NULL), 0);
	wait_for_loads(w, loads + 1);
	/* It is shown, and can be touched, when it has painted. */
	for (int i = 0; i < 100 && windows_frames(windows_find(w->windows, id)) == 0; i++)
		run_for(w, 50);
	run_for(w, 200);
	return windows_find(w->windows, id);
}

static void type(struct world *w, uint32_t code)
{
	input_key(w->keys, code, true, clock_now());
	run_for(w, 20);
	input_key(w->keys, code, false, clock_now());
	run_for(w, 50);
}

static void touch(struct world *w, enum input_type kind, double x, double y)
{
	input_touch(w->panel, kind, 0, x / WIDTH, y / HEIGHT, clock_now());
	run_for(w, 30);
}

static void tap(struct world *w, double x, double y)
{
	touch(w, INPUT_TOUCH_DOWN, x, y);
	touch(w, INPUT_TOUCH_UP, 0, 0);
	run_for(w, 200);
}

/* The script is told of @type with @word in it, by window @from; all before it is let go. */
static void expect_event(struct world *w, const char *from, const char *event, const char *word)
{
	uint64_t deadline = clock_now() + 5 * NSEC_PER_SEC;
	struct envelope e;
	bool found = false;

	while (!found && clock_now() < deadline) {
		if (!mailbox_take(&w->box, &e)) {
			loop_pass(w->loop, deadline);
			continue;
		}
		found = strcmp(e.from->peer, from) == 0 &&
			memmem(e.frame->payload, e.frame->payload_len, event, strlen(event)) &&
			memmem(e.frame->payload, e.frame->payload_len, word, strlen(word));
		router_consumed(w->router, e.from, 1, e.frame->payload_len);
		envelope_fini(&e);
	}
	if (!found)
		fail_msg("no event \"%s\" with \"%s\" of \"%s\"", event, word, from);
}

static void keys_act_on_the_window_that_has_the_keyboard(void **state)
{
	struct world *w = *state;
	struct window *a = open_window(w, "a", (struct bounds){ 0 });
	struct window *b =
		open_window(w, "b", (struct bounds){ .x = 240, .width = 240, .height = 400 });
	unsigned loads;

	assert_true(desk_focused(b));
	type(w, KEY_F1);
	expect_event(w, "b", "action", "service");
	type(w, KEY_F2);
	type(w, KEY_F2);
	assert_true(fabs(windows_zoom(b) - 1.25 * 1.21) < 1e-6);
	type(w, KEY_F3);
	assert_true(fabs(windows_zoom(b) - 1.25 * 1.1) < 1e-6);
	type(w, KEY_F4);
	assert_true(windows_zoom(b) == 1.25 && windows_zoom(a) == 1.25);
	for (int i = 0; i < 40; i++)
		type(w, KEY_F2);
	assert_true(windows_zoom(b) == WINDOW_ZOOM_MAX);
	type(w, KEY_F4);
	/* The next one, and around to the first again; then by a finger. */
	type(w, KEY_F6);
	assert_true(desk_focused(a));
	type(w, KEY_F6);
	assert_true(desk_focused(b));
	expect_event(w, "a", "blur", "");
	tap(w, 400, 300);
	assert_true(desk_focused(b));
	tap(w, 20, 300);
	assert_true(desk_focused(a));
	expect_event(w, "a", "focus", "");

	loads = w->loads;
	type(w, KEY_F5);
	wait_for_loads(w, loads + 1);
	assert_int_equal(windows_navigate(w->windows, "a", "index.html?touch"), 0);
	wait_for_loads(w, loads + 2);
	type(w, KEY_F8);
	wait_for_loads(w, loads + 3);
	assert_string_equal(windows_url(a), "app://input/index.html?none");
	type(w, KEY_F9);
	wait_for_loads(w, loads + 4);
	assert_string_equal(windows_url(a), "app://input/index.html?touch");
	type(w, KEY_F7);
	wait_for_loads(w, loads + 5);
	assert_string_equal(windows_url(a), "app://input/index.html?none");

	type(w, KEY_F10);
	expect_event(w, "a", "close-requested", "action");
	assert_null(windows_find(w->windows, "a"));
	assert_non_null(windows_find(w->windows, "b"));
	assert_int_equal(windows_close(w->windows, "b"), 0);
}

static void a_gesture_is_for_the_foremost_window_of_its_screen(void **state)
{
	struct world *w = *state;

	open_window(w, "a", (struct bounds){ 0 });
	open_window(w, "b", (struct bounds){ .x = 100, .width = 240, .height = 400 });
	touch(w, INPUT_TOUCH_DOWN, 50, 2);
	touch(w, INPUT_TOUCH_MOVE, 50, 50);
	touch(w, INPUT_TOUCH_MOVE, 50, 120);
	touch(w, INPUT_TOUCH_UP, 0, 0);
	expect_event(w, "b", "action", "menu");
	assert_int_equal(windows_close(w->windows, "b"), 0);
	/* Nobody has the keyboard. */
	touch(w, INPUT_TOUCH_DOWN, 50, 2);
	touch(w, INPUT_TOUCH_MOVE, 50, 120);
	touch(w, INPUT_TOUCH_UP, 0, 0);
	expect_event(w, "a", "action", "menu");
	assert_int_equal(windows_close(w->windows, "a"), 0);
	type(w, KEY_F1);
	type(w, KEY_F6);
}

static void the_script_hears_which_field_has_the_focus(void **state)
{
	struct world *w = *state;

	open_window(w, "a", (struct bounds){ 0 });
	/* All of the page is a quarter larger. */
	tap(w, 150, 170);
	expect_event(w, "a", "input-focus", "text");
	tap(w, 150, 230);
	expect_event(w, "a", "input-focus", "number");
	assert_int_equal(windows_close(w->windows, "a"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_act_on_the_window_that_has_the_keyboard),
		cmocka_unit_test(a_gesture_is_for_the_foremost_window_of_its_screen),
		cmocka_unit_test(the_script_hears_which_field_has_the_focus),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
