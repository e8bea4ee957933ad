/*
 * Signals: a handler writes to an eventfd that the loop watches before all else.
 *
 * The signal is caught and not blocked for signalfd(2): exec resets handlers by
 * itself, but a blocked signal would stay blocked in every program that WebKit
 * starts without asking us.
 *
 * The eventfd of a signal is made once and stays for the life of the process: a
 * thread of WebKit may still be in the handler when the watch is freed, and must
 * not find a stranger's fd under the number.
 */
#include <errno.h>
#include <stdbool.h>
#include <sys/eventfd.h>

#include "loop/internal.h"

struct loop_signal {
	struct loop_fd *watch; /* owned */
	int signo;
	struct sigaction former;
	loop_signal_fn fn;
	void *arg;
};

static struct {
	volatile sig_atomic_t eventfd; /* -1: never watched */
	bool watched;
} slots[NSIG] = { [0 ... NSIG - 1] = { .eventfd = -1 } };

static volatile sig_atomic_t our_pid;

/* A child of ours between fork and exec shares the eventfd, but its signals are not ours. */
static void handler(int signo)
{
	int saved = errno;

	if (getpid() == our_pid)
		eventfd_write(slots[signo].eventfd, 1);
	errno = saved;
}

/* Nothing may be touched after the callback, which may have freed @arg. */
static void on_eventfd(struct loop_fd *w, short revents, void *arg)
{
	struct loop_signal *s = arg;
	eventfd_t count;

	if (eventfd_read(slots[s->signo].eventfd, &count) == 0)
		s->fn(s, s->signo, s->arg);
}

/* What arrived for a watch that is gone is none of the next one's business. */
static int open_slot(int signo)
{
	eventfd_t count;
	int fd;

	if (slots[signo].eventfd >= 0) {
		eventfd_read(slots[signo].eventfd, &count);
		return 0;
	}
	fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	slots[signo].eventfd = fd;
	return 0;
}

int loop_signal_new(struct loop *l, const char *name, int signo, loop_signal_fn fn, void *arg,
	struct loop_signal **ret)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_RESTART };
	auto_free struct loop_signal *s = NULL;
	int r;

	if (signo <= 0 || signo >= NSIG)
		return -EINVAL;
	if (slots[signo].watched)
		return -EBUSY;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->signo = signo;
	s->fn = fn;
	s->arg = arg;
	r = open_slot(signo);
	if (r < 0)
		return r;
	r = loop_fd_new(l, name, slots[signo].eventfd, POLLIN, on_eventfd, s, &s->watch);
	if (r < 0)
		return r;
	loop_fd_put_first(s->watch);
	our_pid = getpid();
	if (sigaction(signo, &sa, &s->former) < 0) {
		r = -errno;
		loop_fd_free(s->watch);
		return r;
	}
	slots[signo].watched = true;
	*ret = take_ptr(s);
	return 0;
}

void loop_signal_free(struct loop_signal *s)
{
	if (!s)
		return;
	sigaction(s->signo, &s->former, NULL);
	slots[s->signo].watched = false;
	loop_fd_free(s->watch);
	free(s);
}
