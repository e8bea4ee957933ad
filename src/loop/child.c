/*
 * Children by pidfd: exactly the one process is waited for, so libraries may have
 * children of their own, and SIGCHLD plays no part.
 */
#include <errno.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "loop/internal.h"

#define LOG_TAG "loop"
#include "base/log.h"

struct loop_child {
	int pidfd; /* owned */
	struct loop_fd *watch; /* owned; null once the child was reaped */
	loop_child_fn fn;
	void *arg;
};

/* Nothing may be touched after the callback, which may have freed @arg. */
static void on_pidfd(struct loop_fd *w, short revents, void *arg)
{
	struct loop_child *c = arg;
	siginfo_t status = { 0 };

	if (waitid(P_PIDFD, (id_t)c->pidfd, &status, WEXITED | WNOHANG) < 0) {
		log_error("a child was reaped behind our back: %s", strerror(errno));
		status = (siginfo_t){ 0 };
	} else if (status.si_pid == 0) {
		return;
	}
	/* The pidfd stays readable from now on. */
	loop_fd_free(c->watch);
	c->watch = NULL;
	c->fn(c, &status, c->arg);
}

int loop_child_new(struct loop *l, const char *name, pid_t pid, loop_child_fn fn, void *arg,
	struct loop_child **ret)
{
	auto_free struct loop_child *c = NULL;
	auto_fd int pidfd = -1;
	siginfo_t status;
	int r;

	pidfd = pidfd_open(pid, 0);
	if (pidfd < 0)
		return -errno;
	if (waitid(P_PIDFD, (id_t)pidfd, &status, WEXITED | WNOHANG | WNOWAIT) < 0)
		return -errno;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	r = loop_fd_new(l, name, pidfd, POLLIN, on_pidfd, c, &c->watch);
	if (r < 0)
		return r;
	c->pidfd = take_fd(pidfd);
	c->fn = fn;
	c->arg = arg;
	*ret = take_ptr(c);
	return 0;
}

void loop_child_free(struct loop_child *c)
{
	if (!c)
		return;
	loop_fd_free(c->watch);
	close(c->pidfd);
	free(c);
}
