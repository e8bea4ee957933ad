#include "oom/scenario.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "loop/loop.h"

/* More than the first room for each. */
#define N_FDS 12
#define N_TIMERS 20

struct world {
	struct loop *loop;
	int fd;
	struct loop_fd *fds[N_FDS];
	struct loop_timer *timers[N_TIMERS];
	struct loop_signal *signal;
	pid_t pid;
	struct loop_child *child;
	unsigned n_fds, n_timers, fds_called, timers_called, signals, children;
};

static void on_fd(struct loop_fd *w, short revents, void *arg)
{
	((struct world *)arg)->fds_called++;
}

static void on_timer(struct loop_timer *t, void *arg)
{
	((struct world *)arg)->timers_called++;
}

static void on_signal(struct loop_signal *s, int signo, void *arg)
{
	((struct world *)arg)->signals++;
}

static void on_child(struct loop_child *c, const siginfo_t *status, void *arg)
{
	struct world *w = arg;

	assert_int_equal(status->si_status, 7);
	w->children++;
	w->pid = 0;
}

static int build(struct world *w)
{
	scenario_try(loop_new(&w->loop));
	for (; w->n_fds < N_FDS; w->n_fds++)
		scenario_try(
			loop_fd_new(w->loop, "fd", w->fd, POLLIN, on_fd, w, &w->fds[w->n_fds]));
	for (; w->n_timers < N_TIMERS; w->n_timers++) {
		scenario_try(
			loop_timer_new(w->loop, "timer", on_timer, w, &w->timers[w->n_timers]));
		loop_timer_arm(w->timers[w->n_timers], 1);
	}
	scenario_try(loop_signal_new(w->loop, "signal", SIGUSR1, on_signal, w, &w->signal));
	raise(SIGUSR1);
	w->pid = fork();
	if (w->pid == 0)
		_exit(7);
	return loop_child_new(w->loop, "child", w->pid, on_child, w, &w->child);
}

/* What could be made works, whatever could not. */
static void check(struct world *w)
{
	uint64_t until = clock_now() + 5 * NSEC_PER_SEC;

	loop_pass(w->loop, 0);
	while (w->child && w->children == 0 && clock_now() < until)
		loop_pass(w->loop, until);
	assert_true(w->fds_called >= w->n_fds);
	assert_int_equal(w->timers_called, w->n_timers);
	assert_int_equal(w->signals, w->signal ? 1 : 0);
	assert_int_equal(w->children, w->child ? 1 : 0);
}

static void take_down(struct world *w)
{
	loop_child_free(w->child);
	/* Still ours when nobody waits for it. */
	if (w->pid > 0)
		assert_int_equal(waitpid(w->pid, NULL, 0), w->pid);
	loop_signal_free(w->signal);
	for (unsigned i = 0; i < N_TIMERS; i++)
		loop_timer_free(w->timers[i]);
	for (unsigned i = 0; i < N_FDS; i++)
		loop_fd_free(w->fds[i]);
	loop_free(w->loop);
	close(w->fd);
}

static int loop_keeps_what_it_has(void)
{
	struct world w = { .fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK) };
	int r = build(&w);

	assert_null(w.n_fds < N_FDS ? w.fds[w.n_fds] : NULL);
	assert_null(w.n_timers < N_TIMERS ? w.timers[w.n_timers] : NULL);
	if (w.loop)
		check(&w);
	else
		assert_int_equal(r, -ENOMEM);
	take_down(&w);
	return r;
}

struct guest {
	int fd;
	unsigned ready; /* of the last dispatch */
};

static size_t on_prepare(void *arg, struct pollfd *fds, size_t room, uint64_t *deadline)
{
	for (size_t i = 0; i < room && i < N_FDS; i++)
		fds[i] = (struct pollfd){ .fd = ((struct guest *)arg)->fd, .events = POLLIN };
	return N_FDS;
}

static void on_dispatch(void *arg, const struct pollfd *fds, size_t n)
{
	struct guest *g = arg;

	g->ready = 0;
	for (size_t i = 0; i < n; i++)
		g->ready += fds[i].revents == POLLIN;
}

static const struct loop_foreign guest_ops = { on_prepare, on_dispatch };

/* Its fds have a turn as soon as there is memory. */
static int loop_tries_again_for_the_fds_of_its_guest(void)
{
	struct guest g = { .fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK) };
	struct loop *l = NULL;
	int r = loop_new(&l);

	if (r == 0) {
		loop_set_foreign(l, &guest_ops, &g);
		scenario_excuse();
		loop_pass(l, LOOP_NEVER);
		scenario_excuse_end();
		assert_int_equal(g.ready, alloc_failed() > 0 ? 0 : N_FDS);
		alloc_relent();
		loop_pass(l, LOOP_NEVER);
		assert_int_equal(g.ready, N_FDS);
	}
	loop_free(l);
	close(g.fd);
	return r;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scenario_test(loop_keeps_what_it_has),
		scenario_test(loop_tries_again_for_the_fds_of_its_guest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
