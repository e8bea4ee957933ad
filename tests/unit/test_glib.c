#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <unistd.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "view/glib.h"

struct world {
	struct loop *loop;
	struct glib_guest *guest;
	struct loop_timer *timer;
	struct loop_fd *watch;
	int pipe[2];
	unsigned sources, nested, timers, reads;
};

static void on_timer(struct loop_timer *t, void *arg)
{
	struct world *w = arg;

	w->timers++;
	loop_timer_arm(t, clock_now() + NSEC_PER_MSEC);
}

static void on_readable(struct loop_fd *fd, short revents, void *arg)
{
	struct world *w = arg;
	char byte;

	if (read(w->pipe[0], &byte, 1) == 1)
		w->reads++;
}

static int setup(void **state)
{
	struct world *w = g_new0(struct world, 1);

	assert_int_equal(loop_new(&w->loop), 0);
	assert_int_equal(glib_guest_new(w->loop, &w->guest), 0);
	assert_int_equal(loop_timer_new(w->loop, "test", on_timer, w, &w->timer), 0);
	assert_int_equal(pipe(w->pipe), 0);
	assert_int_equal(
		loop_fd_new(w->loop, "test", w->pipe[0], POLLIN, on_readable, w, &w->watch), 0);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	loop_fd_free(w->watch);
	loop_timer_free(w->timer);
	glib_guest_free(w->guest);
	loop_free(w->loop);
	close(w->pipe[0]);
	close(w->pipe[1]);
	g_free(w);
	return 0;
}

static gboolean count_source(gpointer arg)
{
	((struct world *)arg)->sources++;
	return G_SOURCE_CONTINUE;
}

static gboolean count_once(gpointer arg)
{
	((struct world *)arg)->sources++;
	return G_SOURCE_REMOVE;
}

static void run_for(struct world *w, unsigned ms)
{
	uint64_t end = clock_now() + ms * NSEC_PER_MSEC;

	while (clock_now() < end)
		loop_pass(w->loop, end);
}

static void timeouts_of_glib_wake_the_loop_on_time(void **state)
{
	struct world *w = *state;
	guint id = g_timeout_add(10, count_source, w);

	run_for(w, 105);
	assert_uint_in_range(w->sources, 5, 11);
	g_source_remove(id);
}

static void an_idle_source_runs_without_waiting(void **state)
{
	struct world *w = *state;
	uint64_t start = clock_now();

	g_idle_add(count_once, w);
	while (w->sources == 0)
		loop_pass(w->loop, start + NSEC_PER_SEC);
	assert_true(clock_now() - start < 500 * NSEC_PER_MSEC);
}

static gpointer add_from_another_thread(gpointer arg)
{
	g_usleep(20000);
	g_idle_add(count_once, arg);
	return NULL;
}

static void another_thread_wakes_the_loop(void **state)
{
	struct world *w = *state;
	GThread *thread = g_thread_new("test", add_from_another_thread, w);
	uint64_t start = clock_now();

	while (w->sources == 0 && clock_now() - start < 5 * NSEC_PER_SEC)
		loop_pass(w->loop, start + 5 * NSEC_PER_SEC);
	assert_int_equal(w->sources, 1);
	assert_true(clock_now() - start < NSEC_PER_SEC);
	g_thread_join(thread);
}

/* What WebKit does from a signal handler or a synchronous call. */
static gboolean iterate_recursively(gpointer arg)
{
	struct world *w = arg;
	gint64 end = g_get_monotonic_time() + 50000;

	while (g_get_monotonic_time() < end)
		w->nested += g_main_context_iteration(NULL, FALSE);
	return G_SOURCE_REMOVE;
}

static void recursive_iteration_starves_nobody_for_longer_than_it_lasts(void **state)
{
	struct world *w = *state;
	guint id = g_timeout_add(5, count_source, w);
	unsigned sources, reads;

	loop_timer_arm(w->timer, clock_now());
	for (int round = 1; round <= 3; round++) {
		assert_int_equal(write(w->pipe[1], "x", 1), 1);
		g_timeout_add(1, iterate_recursively, w);
		run_for(w, 100);
		/* GLib's own sources went on inside, ours go on after. */
		assert_true(w->nested >= 5u * (unsigned)round);
		assert_int_equal(w->reads, round);
		assert_true(w->timers >= 10u * (unsigned)round);
	}
	sources = w->sources;
	reads = w->reads;
	assert_int_equal(write(w->pipe[1], "yz", 2), 2);
	run_for(w, 50);
	assert_true(w->sources > sources);
	assert_int_equal(w->reads, reads + 2);
	g_source_remove(id);
}

static void nothing_to_do_means_no_wake_up(void **state)
{
	struct world *w = *state;
	struct loop_stats before, after;

	run_for(w, 20);
	loop_get_stats(w->loop, &before);
	run_for(w, 200);
	loop_get_stats(w->loop, &after);
	assert_uint_in_range(after.wakeups - before.wakeups, 1, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			timeouts_of_glib_wake_the_loop_on_time, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_idle_source_runs_without_waiting, setup, teardown),
		cmocka_unit_test_setup_teardown(another_thread_wakes_the_loop, setup, teardown),
		cmocka_unit_test_setup_teardown(
			recursive_iteration_starves_nobody_for_longer_than_it_lasts, setup,
			teardown),
		cmocka_unit_test_setup_teardown(nothing_to_do_means_no_wake_up, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
