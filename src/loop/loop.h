/*
 * The one loop: poll(2) over file descriptors, timers, signals and children,
 * with one foreign event source (GLib's context) as a guest.
 *
 * - Freeing any watch, its own or another, from any callback is legal; its
 *   callback does not run again. A watch that is made during a pass has its
 *   first turn in the next one.
 * - Deadlines are absolute, CLOCK_MONOTONIC in ns. Nothing is periodic: with no
 *   timer armed and no fd ready the loop sleeps without end.
 * - Each ready fd is called once a pass and is expected to take a bounded bite
 *   and leave the rest for the next pass; so a flood on one starves no other.
 *   Likewise a timer fires once a pass, however often it is armed.
 * - Callbacks return nothing: they end their own object, or call loop_quit().
 * - A callback that took over LOOP_SLOW_NS is logged with the name of its watch.
 *
 * Names are borrowed and must outlive the watch; use literals.
 */
#pragma once

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/macros.h"

#define LOOP_SLOW_NS 50000000ull
#define LOOP_NEVER UINT64_MAX

struct loop;
struct loop_fd;
struct loop_timer;
struct loop_signal;
struct loop_child;

typedef void (*loop_fd_fn)(struct loop_fd *w, short revents, void *arg);
typedef void (*loop_timer_fn)(struct loop_timer *t, void *arg);
typedef void (*loop_signal_fn)(struct loop_signal *s, int signo, void *arg);
/*
 * @status is what waitid(2) told: si_code and si_status; si_code is 0 when somebody
 * else reaped the child. Comes once; the watch is still to be freed.
 */
typedef void (*loop_child_fn)(struct loop_child *c, const siginfo_t *status, void *arg);

must_check int loop_new(struct loop **ret);
/* Every watch must have been freed before. No-op on null, as is each free here. */
void loop_free(struct loop *l);
/* Runs until loop_quit() and returns its code. Not from a callback. */
int loop_run(struct loop *l);
/* Ends loop_run() after this pass. The first code stands. */
void loop_quit(struct loop *l, int code);
/* One pass that waits until @deadline at most; for tests and for draining at the end. */
void loop_pass(struct loop *l, uint64_t deadline);

/* Watches @fd, borrowed: free the watch before closing it. POLLERR and POLLHUP always come. */
must_check int loop_fd_new(struct loop *l, const char *name, int fd, short events, loop_fd_fn fn,
	void *arg, struct loop_fd **ret);
/* Takes effect at once: what is no longer asked for is not delivered in this pass either. */
void loop_fd_set_events(struct loop_fd *w, short events);
void loop_fd_free(struct loop_fd *w);

/*
 * A new timer is disarmed, and so is one that has fired. Arming cannot fail and
 * moves the deadline of an armed one; LOOP_NEVER disarms. Equal deadlines fire in
 * the order of arming.
 */
must_check int loop_timer_new(
	struct loop *l, const char *name, loop_timer_fn fn, void *arg, struct loop_timer **ret);
void loop_timer_arm(struct loop_timer *t, uint64_t deadline);
void loop_timer_disarm(struct loop_timer *t);
void loop_timer_free(struct loop_timer *t);

/*
 * Calls @fn from the loop after @signo arrived, once for arrivals close together.
 * The signal is caught, never blocked, so that programs which we or WebKit start
 * inherit a clean mask; the disposition from before comes back when the watch is
 * freed. One watch per signal in a process: -EBUSY.
 */
must_check int loop_signal_new(struct loop *l, const char *name, int signo, loop_signal_fn fn,
	void *arg, struct loop_signal **ret);
void loop_signal_free(struct loop_signal *s);

/*
 * Waits for our own child @pid by pidfd and reaps it; nobody else may. -ECHILD or
 * -ESRCH when it is not ours to wait for. Freeing does not kill.
 */
must_check int loop_child_new(struct loop *l, const char *name, pid_t pid, loop_child_fn fn,
	void *arg, struct loop_child **ret);
void loop_child_free(struct loop_child *c);

/* A guest with fds and a deadline of its own. One per loop. */
struct loop_foreign {
	/*
	 * Writes up to @room entries to @fds and returns how many it has; when that is
	 * more than @room it is called again with enough. Lowers *@deadline if it must.
	 * Does not call loop_set_foreign().
	 */
	size_t (*prepare)(void *arg, struct pollfd *fds, size_t room, uint64_t *deadline);
	/* After the poll, every pass: @fds are those of prepare() with revents filled. */
	void (*dispatch)(void *arg, const struct pollfd *fds, size_t n);
};

/* @ops and @arg are borrowed until set to null. A new guest is prepared in the next pass. */
void loop_set_foreign(struct loop *l, const struct loop_foreign *ops, void *arg);

struct loop_stats {
	uint64_t wakeups; /* polls that returned */
	unsigned timers_armed; /* now */
};

void loop_get_stats(const struct loop *l, struct loop_stats *ret);
