/* The pass: order, fairness, freeing from callbacks, the guest, quitting. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/clock.h"
#include "loop/loop.h"

#define MS NSEC_PER_MSEC

/* A watched end of a socketpair that notes its calls. */
struct end {
	struct loop *loop;
	int fds[2]; /* ours, the other */
	struct loop_fd *watch;
	unsigned calls;
	short revents;
	struct end *victims[4]; /* watches that the callback frees */
	char letter; /* appended to the journal */
	int quit_code;
};

static char journal[64];

static void note(char letter)
{
	size_t n = strlen(journal);

	assert_true(n + 1 < sizeof(journal));
	journal[n] = letter;
}

static void on_end(struct loop_fd *w, short revents, void *arg)
{
	struct end *e = arg;

	assert_ptr_equal(w, e->watch);
	e->calls++;
	e->revents = revents;
	if (e->letter)
		note(e->letter);
	if (e->quit_code)
		loop_quit(e->loop, e->quit_code);
	for (size_t i = 0; i < ARRAY_SIZE(e->victims); i++) {
		struct end *v = e->victims[i];

		if (v) {
			loop_fd_free(v->watch);
			v->watch = NULL;
		}
	}
}

static void end_open(struct loop *l, struct end *e)
{
	*e = (struct end){ .loop = l };
	assert_return_code(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, e->fds), errno);
	assert_return_code(loop_fd_new(l, "end", e->fds[0], POLLIN, on_end, e, &e->watch), 0);
}

static void end_open_readable(struct loop *l, struct end *e)
{
	end_open(l, e);
	assert_int_equal(write(e->fds[1], "x", 1), 1);
}

static void end_close(struct end *e)
{
	loop_fd_free(e->watch);
	close(e->fds[0]);
	close(e->fds[1]);
}

static int setup(void **state)
{
	memset(journal, 0, sizeof(journal));
	return loop_new((struct loop **)state);
}

static int teardown(void **state)
{
	loop_free(*state);
	return 0;
}

static uint64_t wakeups(struct loop *l)
{
	struct loop_stats stats;

	loop_get_stats(l, &stats);
	return stats.wakeups;
}

static void each_ready_fd_is_called_once_a_pass(void **state)
{
	struct end a, b, idle;

	end_open_readable(*state, &a);
	end_open_readable(*state, &b);
	end_open(*state, &idle);
	loop_pass(*state, 0);
	assert_int_equal(a.calls, 1);
	assert_int_equal(b.calls, 1);
	assert_int_equal(a.revents, POLLIN);
	loop_pass(*state, 0);
	assert_int_equal(a.calls, 2);
	assert_int_equal(idle.calls, 0);
	end_close(&a);
	end_close(&b);
	end_close(&idle);
}

static void hang_up_comes_unasked(void **state)
{
	struct end a;

	end_open(*state, &a);
	loop_fd_set_events(a.watch, 0);
	close(a.fds[1]);
	a.fds[1] = dup(a.fds[0]);
	loop_pass(*state, 0);
	assert_int_equal(a.calls, 1);
	assert_true(a.revents & POLLHUP);
	assert_false(a.revents & POLLIN);
	end_close(&a);
}

static void events_can_be_changed(void **state)
{
	struct end a;

	end_open_readable(*state, &a);
	loop_fd_set_events(a.watch, POLLOUT);
	loop_pass(*state, 0);
	assert_int_equal(a.revents, POLLOUT);
	loop_fd_set_events(a.watch, 0);
	loop_pass(*state, 0);
	assert_int_equal(a.calls, 1);
	loop_fd_set_events(a.watch, POLLIN | POLLOUT);
	loop_pass(*state, 0);
	assert_int_equal(a.revents, POLLIN | POLLOUT);
	end_close(&a);
}

static void deafen_other(struct loop_fd *w, short revents, void *arg)
{
	struct end *other = arg;

	loop_fd_set_events(other->watch, 0);
}

static void what_is_no_longer_asked_for_is_not_delivered_in_the_same_pass(void **state)
{
	struct end a, b;
	struct loop_fd *first;

	end_open_readable(*state, &a);
	loop_fd_free(a.watch);
	assert_return_code(
		loop_fd_new(*state, "first", a.fds[0], POLLIN, deafen_other, &b, &first), 0);
	a.watch = first;
	end_open_readable(*state, &b);
	loop_pass(*state, 0);
	assert_int_equal(b.calls, 0);
	end_close(&a);
	end_close(&b);
}

static void a_callback_may_free_its_own_watch(void **state)
{
	struct end a;

	end_open_readable(*state, &a);
	a.victims[0] = &a;
	loop_pass(*state, 0);
	loop_pass(*state, 0);
	assert_int_equal(a.calls, 1);
	end_close(&a);
}

static void a_freed_watch_is_not_called_any_more(void **state)
{
	struct end ends[3];

	for (size_t i = 0; i < 3; i++)
		end_open_readable(*state, &ends[i]);
	ends[1].victims[0] = &ends[0];
	ends[1].victims[1] = &ends[2];
	loop_pass(*state, 0);
	assert_int_equal(ends[0].calls, 1);
	assert_int_equal(ends[1].calls, 1);
	assert_int_equal(ends[2].calls, 0);
	loop_pass(*state, 0);
	assert_int_equal(ends[0].calls, 1);
	assert_int_equal(ends[1].calls, 2);
	assert_int_equal(ends[2].calls, 0);
	for (size_t i = 0; i < 3; i++)
		end_close(&ends[i]);
}

static void a_callback_may_free_all_watches(void **state)
{
	for (size_t killer = 0; killer < 4; killer++) {
		struct end ends[4];

		for (size_t i = 0; i < 4; i++)
			end_open_readable(*state, &ends[i]);
		for (size_t i = 0; i < 4; i++)
			ends[killer].victims[i] = &ends[i];
		loop_pass(*state, 0);
		loop_pass(*state, 0);
		for (size_t i = 0; i < 4; i++) {
			assert_int_equal(ends[i].calls, i <= killer);
			end_close(&ends[i]);
		}
	}
}

/* Frees the other's watch, closes it, and opens its own under the same number. */
struct successor {
	struct end *old;
	struct end new;
};

static void replace(struct loop_fd *w, short revents, void *arg)
{
	struct successor *s = arg;

	if (!s->old)
		return;
	end_close(s->old);
	end_open_readable(s->new.loop, &s->new);
	/* Otherwise this would not show that an old event cannot reach a new watch. */
	assert_int_equal(s->new.fds[0], s->old->fds[0]);
	s->old = NULL;
}

static void a_watch_made_in_a_pass_waits_for_the_next_one(void **state)
{
	struct end a, b;
	struct successor s = { .old = &b, .new = { .loop = *state } };

	end_open_readable(*state, &a);
	loop_fd_free(a.watch);
	assert_return_code(loop_fd_new(*state, "a", a.fds[0], POLLIN, replace, &s, &a.watch), 0);
	end_open_readable(*state, &b);
	loop_pass(*state, 0);
	assert_null(s.old);
	assert_int_equal(b.calls, 0);
	assert_int_equal(s.new.calls, 0);
	loop_pass(*state, 0);
	assert_int_equal(s.new.calls, 1);
	end_close(&a);
	end_close(&s.new);
}

struct maker {
	struct loop *loop;
	struct end made[100];
	size_t n;
};

static void make_many(struct loop_fd *w, short revents, void *arg)
{
	struct maker *m = arg;

	while (m->n < ARRAY_SIZE(m->made))
		end_open_readable(m->loop, &m->made[m->n++]);
}

static void many_watches_made_in_a_callback_all_get_their_turn(void **state)
{
	static struct maker m;
	struct end a, b;

	m = (struct maker){ .loop = *state };
	end_open_readable(*state, &a);
	loop_fd_free(a.watch);
	assert_return_code(loop_fd_new(*state, "a", a.fds[0], POLLIN, make_many, &m, &a.watch), 0);
	end_open_readable(*state, &b);
	loop_pass(*state, 0);
	assert_int_equal(b.calls, 1);
	loop_pass(*state, 0);
	for (size_t i = 0; i < m.n; i++) {
		assert_int_equal(m.made[i].calls, 1);
		end_close(&m.made[i]);
	}
	end_close(&a);
	end_close(&b);
}

static void on_timer(struct loop_timer *t, void *arg)
{
	*(uint64_t *)arg = clock_now();
	note('T');
}

static void a_flood_starves_neither_fds_nor_timers(void **state)
{
	struct end flood, modest;
	struct loop_timer *t;
	uint64_t fired = 0, deadline;
	unsigned passes = 0;

	end_open_readable(*state, &flood);
	end_open(*state, &modest);
	assert_return_code(loop_timer_new(*state, "timer", on_timer, &fired, &t), 0);
	deadline = clock_now() + 20 * MS;
	loop_timer_arm(t, deadline);
	while (!fired && passes < 10000000) {
		if (passes == 10)
			assert_int_equal(write(modest.fds[1], "x", 1), 1);
		loop_pass(*state, LOOP_NEVER);
		passes++;
	}
	assert_true(fired >= deadline);
	assert_true(fired < deadline + 20 * MS);
	assert_int_equal(flood.calls, passes);
	assert_int_equal(modest.calls, passes - 10);
	loop_timer_free(t);
	end_close(&flood);
	end_close(&modest);
}

static void on_signal(struct loop_signal *s, int signo, void *arg)
{
	note('S');
}

static size_t prepare_none(void *arg, struct pollfd *fds, size_t room, uint64_t *deadline)
{
	return 0;
}

static void dispatch_note(void *arg, const struct pollfd *fds, size_t n)
{
	note('G');
}

static void the_order_is_signals_fds_guest_timers(void **state)
{
	static const struct loop_foreign guest = { prepare_none, dispatch_note };
	struct loop_timer *t;
	struct loop_signal *s;
	struct end a, b;
	uint64_t fired;

	loop_set_foreign(*state, &guest, NULL);
	assert_return_code(loop_timer_new(*state, "timer", on_timer, &fired, &t), 0);
	loop_timer_arm(t, 0);
	end_open_readable(*state, &a);
	a.letter = 'a';
	assert_return_code(loop_signal_new(*state, "signal", SIGUSR1, on_signal, NULL, &s), 0);
	end_open_readable(*state, &b);
	b.letter = 'b';
	raise(SIGUSR1);
	loop_pass(*state, 0);
	assert_string_equal(journal, "SabGT");
	loop_set_foreign(*state, NULL, NULL);
	loop_timer_free(t);
	loop_signal_free(s);
	end_close(&a);
	end_close(&b);
}

static void an_idle_loop_does_not_wake_up(void **state)
{
	struct end a;
	struct loop_timer *t;
	struct loop_signal *s;
	uint64_t fired = 0, deadline = clock_now() + 60 * MS;

	end_open(*state, &a);
	assert_return_code(loop_timer_new(*state, "timer", on_timer, &fired, &t), 0);
	assert_return_code(loop_signal_new(*state, "signal", SIGUSR1, on_signal, NULL, &s), 0);
	loop_pass(*state, deadline);
	assert_true(clock_now() >= deadline);
	assert_int_equal(wakeups(*state), 1);
	assert_int_equal(fired, 0);
	loop_signal_free(s);
	loop_timer_free(t);
	end_close(&a);
}

static void ignore(int signo)
{
}

static void an_interrupted_wait_goes_on_to_its_deadline(void **state)
{
	struct sigaction sa = { .sa_handler = ignore }, former;
	struct itimerval every_5_ms = { { 0, 5000 }, { 0, 5000 } }, off = { 0 };
	uint64_t deadline = clock_now() + 40 * MS;

	assert_return_code(sigaction(SIGALRM, &sa, &former), errno);
	assert_return_code(setitimer(ITIMER_REAL, &every_5_ms, NULL), errno);
	loop_pass(*state, deadline);
	setitimer(ITIMER_REAL, &off, NULL);
	sigaction(SIGALRM, &former, NULL);
	assert_true(clock_now() >= deadline);
	assert_int_equal(wakeups(*state), 1);
}

static void run_returns_the_first_quit_code(void **state)
{
	struct end a, b;

	end_open_readable(*state, &a);
	end_open_readable(*state, &b);
	a.quit_code = 42;
	b.quit_code = 43;
	assert_int_equal(loop_run(*state), 42);
	assert_int_equal(a.calls, 1);
	assert_int_equal(b.calls, 1);
	assert_int_equal(wakeups(*state), 1);
	end_close(&a);
	end_close(&b);
}

static void run_returns_at_once_when_told_to_quit_before(void **state)
{
	loop_quit(*state, 7);
	assert_int_equal(loop_run(*state), 7);
	assert_int_equal(wakeups(*state), 0);
}

/* A guest with many fds, of which some are readable. */
struct guest {
	struct loop *loop;
	struct end ends[40];
	size_t n;
	unsigned prepared, dispatched, short_of_room, ready;
	uint64_t deadline;
	bool leave;
};

static size_t guest_prepare(void *arg, struct pollfd *fds, size_t room, uint64_t *deadline)
{
	struct guest *g = arg;

	g->prepared++;
	if (g->deadline < *deadline)
		*deadline = g->deadline;
	if (room < g->n) {
		g->short_of_room++;
		return g->n;
	}
	for (size_t i = 0; i < g->n; i++)
		fds[i] = (struct pollfd){ g->ends[i].fds[0], POLLIN, 0x7f };
	return g->n;
}

static void guest_dispatch(void *arg, const struct pollfd *fds, size_t n)
{
	struct guest *g = arg;
	static struct end made[30];

	g->dispatched++;
	assert_int_equal(n, g->n);
	/* The loop's memory moves for these; what we read must not. */
	for (size_t i = 0; i < ARRAY_SIZE(made); i++)
		end_open(g->loop, &made[i]);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(fds[i].fd, g->ends[i].fds[0]);
		assert_int_equal(fds[i].revents & ~POLLIN, 0);
		if (fds[i].revents)
			g->ready++;
	}
	for (size_t i = 0; i < ARRAY_SIZE(made); i++)
		end_close(&made[i]);
	if (g->leave)
		loop_set_foreign(g->loop, NULL, NULL);
}

static const struct loop_foreign guest_ops = { guest_prepare, guest_dispatch };

static void guest_open(struct loop *l, struct guest *g)
{
	*g = (struct guest){ .loop = l, .deadline = LOOP_NEVER };
	for (size_t i = 0; i < ARRAY_SIZE(g->ends); i++) {
		end_open(l, &g->ends[i]);
		loop_fd_free(g->ends[i].watch);
		g->ends[i].watch = NULL;
	}
}

static void guest_close(struct guest *g)
{
	for (size_t i = 0; i < ARRAY_SIZE(g->ends); i++)
		end_close(&g->ends[i]);
}

static void a_guest_gets_as_much_room_as_it_needs(void **state)
{
	static struct guest g;
	struct end a;

	guest_open(*state, &g);
	end_open_readable(*state, &a);
	loop_set_foreign(*state, &guest_ops, &g);
	g.n = 3;
	assert_int_equal(write(g.ends[2].fds[1], "x", 1), 1);
	loop_pass(*state, LOOP_NEVER);
	assert_int_equal(g.short_of_room, 1);
	assert_int_equal(g.ready, 1);
	g.n = ARRAY_SIZE(g.ends);
	assert_int_equal(write(g.ends[39].fds[1], "x", 1), 1);
	loop_pass(*state, LOOP_NEVER);
	assert_int_equal(g.short_of_room, 2);
	assert_int_equal(g.ready, 3);
	loop_pass(*state, LOOP_NEVER);
	assert_int_equal(g.short_of_room, 2);
	assert_int_equal(g.dispatched, 3);
	assert_int_equal(a.calls, 3);
	loop_set_foreign(*state, NULL, NULL);
	guest_close(&g);
	end_close(&a);
}

static void a_guest_lowers_the_deadline_and_is_dispatched_every_pass(void **state)
{
	static struct guest g;
	uint64_t start = clock_now();

	guest_open(*state, &g);
	g.deadline = start + 20 * MS;
	loop_set_foreign(*state, &guest_ops, &g);
	loop_pass(*state, start + 5000 * MS);
	assert_true(clock_now() >= start + 20 * MS);
	assert_true(clock_now() < start + 2000 * MS);
	assert_int_equal(g.dispatched, 1);
	/* The caller's own deadline stands when it is earlier. */
	g.deadline = clock_now() + 5000 * MS;
	loop_pass(*state, 0);
	assert_true(clock_now() < start + 2000 * MS);
	assert_int_equal(g.dispatched, 2);
	loop_set_foreign(*state, NULL, NULL);
	guest_close(&g);
}

static void a_guest_may_leave_in_its_dispatch(void **state)
{
	static struct guest g;

	guest_open(*state, &g);
	g.leave = true;
	loop_set_foreign(*state, &guest_ops, &g);
	loop_pass(*state, 0);
	loop_pass(*state, 0);
	assert_int_equal(g.dispatched, 1);
	assert_int_equal(g.prepared, 1);
	guest_close(&g);
}

static void turn_away(struct loop_fd *w, short revents, void *arg)
{
	struct guest *g = arg;

	loop_set_foreign(g->loop, NULL, NULL);
}

static void a_guest_that_is_turned_away_in_a_pass_is_not_dispatched(void **state)
{
	static struct guest g;
	struct end a;

	guest_open(*state, &g);
	end_open_readable(*state, &a);
	loop_fd_free(a.watch);
	assert_return_code(loop_fd_new(*state, "a", a.fds[0], POLLIN, turn_away, &g, &a.watch), 0);
	loop_set_foreign(*state, &guest_ops, &g);
	loop_pass(*state, 0);
	assert_int_equal(g.prepared, 1);
	assert_int_equal(g.dispatched, 0);
	guest_close(&g);
	end_close(&a);
}

static void invite(struct loop_fd *w, short revents, void *arg)
{
	struct guest *g = arg;

	loop_set_foreign(g->loop, &guest_ops, g);
}

static void a_guest_that_comes_in_a_pass_is_prepared_before_it_is_dispatched(void **state)
{
	static struct guest g;
	struct end a;

	guest_open(*state, &g);
	end_open_readable(*state, &a);
	loop_fd_free(a.watch);
	assert_return_code(loop_fd_new(*state, "a", a.fds[0], POLLIN, invite, &g, &a.watch), 0);
	loop_pass(*state, 0);
	assert_int_equal(g.dispatched, 0);
	loop_fd_free(a.watch);
	a.watch = NULL;
	loop_pass(*state, 0);
	assert_int_equal(g.prepared, 1);
	assert_int_equal(g.dispatched, 1);
	loop_set_foreign(*state, NULL, NULL);
	guest_close(&g);
	end_close(&a);
}

static void dawdle(struct loop_fd *w, short revents, void *arg)
{
	uint64_t until = clock_now() + LOOP_SLOW_NS + 10 * MS;

	while (clock_now() < until)
		;
	/* The name is logged although the watch is gone. */
	loop_fd_free(*(struct loop_fd **)arg);
}

static void a_slow_callback_is_logged_by_name(void **state)
{
	int p[2], err = dup(STDERR_FILENO);
	struct end a;
	struct loop_fd *slow;
	char text[256] = "";

	end_open_readable(*state, &a);
	assert_return_code(
		loop_fd_new(*state, "slowcoach", a.fds[0], POLLIN, dawdle, &slow, &slow), 0);
	assert_return_code(pipe2(p, O_CLOEXEC | O_NONBLOCK), errno);
	dup2(p[1], STDERR_FILENO);
	loop_pass(*state, 0);
	dup2(err, STDERR_FILENO);
	assert_true(read(p[0], text, sizeof(text) - 1) > 0);
	assert_non_null(strstr(text, "slowcoach"));
	assert_non_null(strstr(text, "warn"));
	/* The one beside it was quick. */
	assert_null(strstr(text, "end kept"));
	close(err);
	close(p[0]);
	close(p[1]);
	end_close(&a);
}

static void freeing_nothing_does_nothing(void **state)
{
	loop_free(NULL);
	loop_fd_free(NULL);
	loop_timer_free(NULL);
	loop_signal_free(NULL);
	loop_child_free(NULL);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_ready_fd_is_called_once_a_pass),
		TEST(hang_up_comes_unasked),
		TEST(events_can_be_changed),
		TEST(what_is_no_longer_asked_for_is_not_delivered_in_the_same_pass),
		TEST(a_callback_may_free_its_own_watch),
		TEST(a_freed_watch_is_not_called_any_more),
		TEST(a_callback_may_free_all_watches),
		TEST(a_watch_made_in_a_pass_waits_for_the_next_one),
		TEST(many_watches_made_in_a_callback_all_get_their_turn),
		TEST(a_flood_starves_neither_fds_nor_timers),
		TEST(the_order_is_signals_fds_guest_timers),
		TEST(an_idle_loop_does_not_wake_up),
		TEST(an_interrupted_wait_goes_on_to_its_deadline),
		TEST(run_returns_the_first_quit_code),
		TEST(run_returns_at_once_when_told_to_quit_before),
		TEST(a_guest_gets_as_much_room_as_it_needs),
		TEST(a_guest_lowers_the_deadline_and_is_dispatched_every_pass),
		TEST(a_guest_may_leave_in_its_dispatch),
		TEST(a_guest_that_is_turned_away_in_a_pass_is_not_dispatched),
		TEST(a_guest_that_comes_in_a_pass_is_prepared_before_it_is_dispatched),
		TEST(a_slow_callback_is_logged_by_name),
		TEST(freeing_nothing_does_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
