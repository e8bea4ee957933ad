/*
 * WebKit's main context iterated from inside one of WebKit's own callbacks, as
 * an embedder's synchronous dialog or a nested loop of a library does it: two
 * real views go on loading in there, and our loop goes on afterwards.
 */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/screen.h"
#include "view/engine.h"
#include "view/glib.h"

struct world {
	struct loop *loop;
	struct screen *screen;
	struct output *outputs[2];
	struct web_view *views[2];
	struct engine *engine;
	unsigned loads[2], ticks;
	bool nested;
};

struct view_arg {
	struct world *world;
	unsigned index;
};

static void on_committed(const char *uri, const char *origin, void *arg)
{
}

static int on_connect(void *arg)
{
	return -EACCES;
}

/* The first view's load ends while the second one's is under way: finish that in here. */
static void on_loaded(const char *uri, const char *error, void *arg)
{
	struct view_arg *v = arg;
	struct world *w = v->world;
	uint64_t deadline = clock_now() + 20 * NSEC_PER_SEC;

	assert_null(error);
	w->loads[v->index]++;
	if (v->index != 0 || w->nested)
		return;
	w->nested = true;
	web_view_load(w->views[1], "app://paint/index.html");
	while (w->loads[1] == 0 && clock_now() < deadline)
		g_main_context_iteration(NULL, TRUE);
	assert_int_equal(w->loads[1], 1);
}

static void on_crashed(const char *reason, void *arg)
{
	fail_msg("%s", reason);
}

static void on_nothing(void *arg)
{
}

static const struct web_view_ops ops = {
	.committed = on_committed,
	.connect = on_connect,
	.loaded = on_loaded,
	.crashed = on_crashed,
	.framed = on_nothing,
	.painted = on_nothing,
	.closing = on_nothing,
};

static void on_tick(struct loop_timer *t, void *arg)
{
	struct world *w = arg;

	w->ticks++;
	loop_timer_arm(t, clock_now() + 10 * NSEC_PER_MSEC);
}

static void run_until(struct world *w, const unsigned *counter, unsigned wanted)
{
	uint64_t deadline = clock_now() + 20 * NSEC_PER_SEC;

	while (*counter < wanted && clock_now() < deadline)
		loop_pass(w->loop, deadline);
	assert_true(*counter >= wanted);
}

static void the_loop_goes_on_after_webkit_was_iterated_inside_its_callback(void **state)
{
	struct world w = { 0 };
	struct view_arg args[2] = { { &w, 0 }, { &w, 1 } };
	char *webext = realpath("build/dev/webext", NULL);
	const struct engine_options options = {
		.app_id = "paint",
		.web_fd = open(APP("paint/web"), O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.webext_dir = webext,
	};
	struct screen_options screen_options = { 0 };
	const struct rect all = { 0, 0, 320, 240 };
	struct web_view_place place = {
		.canvas = &all, .width = 320, .height = 240, .scale = 1, .fullscreen = true
	};
	struct glib_guest *guest;
	struct loop_timer *timer;
	unsigned ticks;

	assert_int_equal(loop_new(&w.loop), 0);
	assert_int_equal(glib_guest_new(w.loop, &guest), 0);
	assert_int_equal(loop_timer_new(w.loop, "tick", on_tick, &w, &timer), 0);
	assert_int_equal(engine_new(&options, &w.engine), 0);
	screen_options.loop = w.loop;
	assert_int_equal(screen_headless_new(&screen_options, 320, 240, 60000, &w.screen), 0);
	for (int i = 0; i < 2; i++) {
		const char *const none[] = { NULL };
		struct web_view_options view_options = {
			.window = "main",
			.origins = none,
			.frame_origins = none,
			.ops = &ops,
			.arg = &args[i],
		};

		assert_int_equal(
			screen_output(w.screen, i ? "second" : "headless-1", &w.outputs[i]), 0);
		assert_int_equal(engine_add_output(w.engine, w.outputs[i]), 0);
		assert_int_equal(web_view_new(w.engine, &view_options, &w.views[i]), 0);
		place.output = w.outputs[i];
		assert_int_equal(web_view_place(w.views[i], &place), 0);
		web_view_show(w.views[i], true);
		web_view_map(w.views[i], true);
	}
	loop_timer_arm(timer, clock_now());
	web_view_load(w.views[0], "app://paint/index.html");
	run_until(&w, &w.loads[0], 1);
	assert_true(w.nested);

	/* Timers tick, frames come, and both views load once more. */
	ticks = w.ticks;
	web_view_load(w.views[0], "app://paint/index.html?again");
	web_view_load(w.views[1], "app://paint/index.html?again");
	run_until(&w, &w.loads[0], 2);
	run_until(&w, &w.loads[1], 2);
	run_until(&w, &w.ticks, ticks + 10);
	for (int i = 0; i < 2; i++)
		for (int n = 0; n < 200 && output_frames(w.outputs[i]) == 0; n++)
			loop_pass(w.loop, clock_now() + 100 * NSEC_PER_MSEC);
	assert_true(output_frames(w.outputs[0]) > 0);
	assert_true(output_frames(w.outputs[1]) > 0);

	for (int i = 0; i < 2; i++)
		web_view_free(w.views[i]);
	engine_free(w.engine);
	screen_free(w.screen);
	loop_timer_free(timer);
	glib_guest_free(guest);
	loop_free(w.loop);
	close(options.web_fd);
	free(webext);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_loop_goes_on_after_webkit_was_iterated_inside_its_callback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
