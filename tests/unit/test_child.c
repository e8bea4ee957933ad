/* Children: how they ended, and freeing in all states. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "loop/loop.h"

#define MS NSEC_PER_MSEC

struct end {
	struct loop_child *watch;
	unsigned calls;
	int code, status;
	pid_t pid;
	struct end *victims[2];
};

static void on_child(struct loop_child *c, const siginfo_t *status, void *arg)
{
	struct end *e = arg;

	assert_ptr_equal(c, e->watch);
	e->calls++;
	e->code = status->si_code;
	e->status = status->si_status;
	for (size_t i = 0; i < ARRAY_SIZE(e->victims); i++) {
		struct end *v = e->victims[i];

		if (v) {
			loop_child_free(v->watch);
			v->watch = NULL;
		}
	}
}

/* A child that waits for a signal, or exits at once with @code if that is not negative. */
static pid_t start(int code)
{
	pid_t pid = fork();

	assert_return_code(pid, errno);
	if (pid == 0) {
		while (code < 0)
			pause();
		_exit(code);
	}
	return pid;
}

static void end_new(struct loop *l, int code, struct end *e)
{
	*e = (struct end){ .pid = start(code) };
	assert_return_code(loop_child_new(l, "child", e->pid, on_child, e, &e->watch), 0);
}

static void wait_for(struct loop *l, struct end *e)
{
	uint64_t deadline = clock_now() + 5000 * MS;

	while (!e->calls && clock_now() < deadline)
		loop_pass(l, deadline);
	assert_int_equal(e->calls, 1);
}

static void assert_reaped(pid_t pid)
{
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static int setup(void **state)
{
	return loop_new((struct loop **)state);
}

static int teardown(void **state)
{
	loop_free(*state);
	return 0;
}

static void an_exit_code_is_told(void **state)
{
	struct end e;

	end_new(*state, 23, &e);
	wait_for(*state, &e);
	assert_int_equal(e.code, CLD_EXITED);
	assert_int_equal(e.status, 23);
	assert_reaped(e.pid);
	loop_child_free(e.watch);
}

static void a_killing_signal_is_told(void **state)
{
	struct end e;

	end_new(*state, -1, &e);
	loop_pass(*state, 0);
	assert_int_equal(e.calls, 0);
	kill(e.pid, SIGKILL);
	wait_for(*state, &e);
	assert_int_equal(e.code, CLD_KILLED);
	assert_int_equal(e.status, SIGKILL);
	assert_reaped(e.pid);
	loop_child_free(e.watch);
}

static void a_child_that_ended_before_it_was_watched_is_told(void **state)
{
	struct end e = { .pid = start(3) };
	siginfo_t si;

	assert_return_code(waitid(P_PID, (id_t)e.pid, &si, WEXITED | WNOWAIT), errno);
	assert_return_code(loop_child_new(*state, "child", e.pid, on_child, &e, &e.watch), 0);
	wait_for(*state, &e);
	assert_int_equal(e.status, 3);
	loop_child_free(e.watch);
}

static void the_end_is_told_once(void **state)
{
	struct loop_stats before, after;
	struct end e;

	end_new(*state, 0, &e);
	wait_for(*state, &e);
	loop_get_stats(*state, &before);
	loop_pass(*state, clock_now() + 20 * MS);
	loop_get_stats(*state, &after);
	assert_int_equal(e.calls, 1);
	assert_int_equal(after.wakeups, before.wakeups + 1);
	loop_child_free(e.watch);
}

static void other_children_are_left_alone(void **state)
{
	pid_t other = start(9);
	int status;
	struct end e;

	end_new(*state, 0, &e);
	wait_for(*state, &e);
	loop_child_free(e.watch);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(WEXITSTATUS(status), 9);
}

static void callbacks_may_free_their_own_and_other_watches(void **state)
{
	struct end a, b;
	siginfo_t si;

	end_new(*state, 1, &a);
	end_new(*state, 2, &b);
	a.victims[0] = b.victims[0] = &a;
	a.victims[1] = b.victims[1] = &b;
	/* Both are ready in the same pass. */
	assert_return_code(waitid(P_PID, (id_t)a.pid, &si, WEXITED | WNOWAIT), errno);
	assert_return_code(waitid(P_PID, (id_t)b.pid, &si, WEXITED | WNOWAIT), errno);
	loop_pass(*state, LOOP_NEVER);
	assert_int_equal(a.calls, 1);
	assert_int_equal(b.calls, 0);
	assert_null(a.watch);
	assert_null(b.watch);
	assert_int_equal(waitpid(b.pid, NULL, 0), b.pid);
}

static void freeing_does_not_kill(void **state)
{
	struct end e;

	end_new(*state, -1, &e);
	loop_child_free(e.watch);
	assert_int_equal(waitpid(e.pid, NULL, WNOHANG), 0);
	kill(e.pid, SIGKILL);
	assert_int_equal(waitpid(e.pid, NULL, 0), e.pid);
}

static void a_child_that_another_reaped_is_told_without_a_status(void **state)
{
	struct end e;

	end_new(*state, 5, &e);
	assert_int_equal(waitpid(e.pid, NULL, 0), e.pid);
	wait_for(*state, &e);
	assert_int_equal(e.code, 0);
	loop_child_free(e.watch);
}

static void who_is_not_our_child_is_refused(void **state)
{
	struct loop_child *c = NULL;
	pid_t gone = start(0);

	assert_int_equal(waitpid(gone, NULL, 0), gone);
	assert_int_equal(loop_child_new(*state, "gone", gone, on_child, NULL, &c), -ESRCH);
	assert_int_equal(loop_child_new(*state, "parent", getppid(), on_child, NULL, &c), -ECHILD);
	assert_int_equal(loop_child_new(*state, "self", getpid(), on_child, NULL, &c), -ECHILD);
	assert_int_equal(loop_child_new(*state, "any", -1, on_child, NULL, &c), -EINVAL);
	assert_int_equal(loop_child_new(*state, "group", 0, on_child, NULL, &c), -EINVAL);
	assert_null(c);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_exit_code_is_told),
		TEST(a_killing_signal_is_told),
		TEST(a_child_that_ended_before_it_was_watched_is_told),
		TEST(the_end_is_told_once),
		TEST(other_children_are_left_alone),
		TEST(callbacks_may_free_their_own_and_other_watches),
		TEST(freeing_does_not_kill),
		TEST(a_child_that_another_reaped_is_told_without_a_status),
		TEST(who_is_not_our_child_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
