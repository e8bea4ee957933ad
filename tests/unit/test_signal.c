/* Signals: delivery, disposition, and what children inherit. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>

#include "loop/loop.h"

struct ear {
	struct loop *loop;
	struct loop_signal *watch;
	unsigned heard;
	int quit_code;
	struct ear *victims[2];
};

static void on_signal(struct loop_signal *s, int signo, void *arg)
{
	struct ear *e = arg;

	assert_ptr_equal(s, e->watch);
	e->heard++;
	if (e->quit_code)
		loop_quit(e->loop, e->quit_code + signo);
	for (size_t i = 0; i < ARRAY_SIZE(e->victims); i++) {
		struct ear *v = e->victims[i];

		if (v) {
			loop_signal_free(v->watch);
			v->watch = NULL;
		}
	}
}

static void ear_new(struct loop *l, int signo, struct ear *e)
{
	*e = (struct ear){ .loop = l };
	assert_return_code(loop_signal_new(l, "ear", signo, on_signal, e, &e->watch), 0);
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

static void a_signal_calls_back_from_the_loop(void **state)
{
	struct ear usr1, usr2;

	ear_new(*state, SIGUSR1, &usr1);
	ear_new(*state, SIGUSR2, &usr2);
	raise(SIGUSR1);
	assert_int_equal(usr1.heard, 0);
	loop_pass(*state, LOOP_NEVER);
	assert_int_equal(usr1.heard, 1);
	assert_int_equal(usr2.heard, 0);
	loop_pass(*state, 0);
	assert_int_equal(usr1.heard, 1);
	loop_signal_free(usr1.watch);
	loop_signal_free(usr2.watch);
}

static void arrivals_close_together_call_back_once(void **state)
{
	struct ear e;

	ear_new(*state, SIGUSR1, &e);
	for (int i = 0; i < 5; i++)
		raise(SIGUSR1);
	loop_pass(*state, LOOP_NEVER);
	loop_pass(*state, 0);
	assert_int_equal(e.heard, 1);
	loop_signal_free(e.watch);
}

static void *signal_later(void *arg)
{
	pthread_t *to = arg;

	usleep(20000);
	pthread_kill(*to, SIGTERM);
	return NULL;
}

static void a_signal_wakes_a_loop_that_sleeps_without_end(void **state)
{
	pthread_t self = pthread_self(), other;
	struct loop_stats stats;
	struct ear e;

	ear_new(*state, SIGTERM, &e);
	e.quit_code = 100;
	assert_int_equal(pthread_create(&other, NULL, signal_later, &self), 0);
	assert_int_equal(loop_run(*state), 100 + SIGTERM);
	pthread_join(other, NULL);
	loop_get_stats(*state, &stats);
	assert_int_equal(stats.wakeups, 1);
	loop_signal_free(e.watch);
}

static void callbacks_may_free_their_own_and_other_watches(void **state)
{
	struct ear a, b;

	ear_new(*state, SIGUSR1, &a);
	ear_new(*state, SIGUSR2, &b);
	a.victims[0] = b.victims[0] = &a;
	a.victims[1] = b.victims[1] = &b;
	raise(SIGUSR1);
	raise(SIGUSR2);
	loop_pass(*state, LOOP_NEVER);
	assert_int_equal(a.heard + b.heard, 1);
	assert_null(a.watch);
	assert_null(b.watch);
}

static void on_former(int signo)
{
}

static void the_former_disposition_comes_back(void **state)
{
	void (*const formers[])(int) = { SIG_DFL, SIG_IGN, on_former };

	for (size_t i = 0; i < ARRAY_SIZE(formers); i++) {
		struct sigaction sa = { .sa_handler = formers[i] }, now;
		struct ear e;

		sigaction(SIGUSR1, &sa, NULL);
		ear_new(*state, SIGUSR1, &e);
		sigaction(SIGUSR1, NULL, &now);
		assert_true(now.sa_handler != formers[i]);
		loop_signal_free(e.watch);
		sigaction(SIGUSR1, NULL, &now);
		assert_true(now.sa_handler == formers[i]);
	}
	signal(SIGUSR1, SIG_DFL);
}

static void one_watch_per_signal(void **state)
{
	struct ear e;
	struct loop_signal *untouched = (void *)&e;

	ear_new(*state, SIGUSR1, &e);
	assert_int_equal(
		loop_signal_new(*state, "second", SIGUSR1, on_signal, NULL, &untouched), -EBUSY);
	assert_ptr_equal(untouched, &e);
	loop_signal_free(e.watch);
	ear_new(*state, SIGUSR1, &e);
	loop_signal_free(e.watch);
}

static void signals_that_cannot_be_caught_are_refused(void **state)
{
	static const int bad[] = { -1, 0, SIGKILL, SIGSTOP, NSIG, NSIG + 1000, INT32_MIN };
	struct loop_signal *s = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(
			loop_signal_new(*state, "bad", bad[i], on_signal, NULL, &s), -EINVAL);
		assert_null(s);
	}
}

static void what_arrived_for_an_old_watch_is_not_delivered_to_a_new_one(void **state)
{
	struct ear e;

	ear_new(*state, SIGUSR1, &e);
	raise(SIGUSR1);
	loop_signal_free(e.watch);
	ear_new(*state, SIGUSR1, &e);
	loop_pass(*state, 0);
	assert_int_equal(e.heard, 0);
	raise(SIGUSR1);
	loop_pass(*state, 0);
	assert_int_equal(e.heard, 1);
	loop_signal_free(e.watch);
}

static void a_spawned_program_has_a_clean_mask_and_default_dispositions(void **state)
{
	unsigned long long blocked = 1, ignored = ~0ull, caught = 1, bit;
	char line[128];
	struct ear term, usr1;
	FILE *status;

	ear_new(*state, SIGTERM, &term);
	ear_new(*state, SIGUSR1, &usr1);
	status = popen("exec cat /proc/self/status", "r");
	assert_non_null(status);
	while (fgets(line, sizeof(line), status)) {
		sscanf(line, "SigBlk: %llx", &blocked);
		sscanf(line, "SigIgn: %llx", &ignored);
		sscanf(line, "SigCgt: %llx", &caught);
	}
	pclose(status);
	bit = 1ull << (SIGTERM - 1) | 1ull << (SIGUSR1 - 1);
	assert_int_equal(blocked, 0);
	assert_int_equal(ignored & bit, 0);
	assert_int_equal(caught & bit, 0);
	loop_signal_free(term.watch);
	loop_signal_free(usr1.watch);
}

static void a_signal_to_a_child_before_exec_is_not_taken_for_ours(void **state)
{
	struct ear e;
	int status;
	pid_t pid;

	ear_new(*state, SIGUSR1, &e);
	pid = fork();
	if (pid == 0) {
		raise(SIGUSR1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	loop_pass(*state, 0);
	assert_int_equal(e.heard, 0);
	loop_signal_free(e.watch);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_signal_calls_back_from_the_loop),
		TEST(arrivals_close_together_call_back_once),
		TEST(a_signal_wakes_a_loop_that_sleeps_without_end),
		TEST(callbacks_may_free_their_own_and_other_watches),
		TEST(the_former_disposition_comes_back),
		TEST(one_watch_per_signal),
		TEST(signals_that_cannot_be_caught_are_refused),
		TEST(what_arrived_for_an_old_watch_is_not_delivered_to_a_new_one),
		TEST(a_spawned_program_has_a_clean_mask_and_default_dispositions),
		TEST(a_signal_to_a_child_before_exec_is_not_taken_for_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
