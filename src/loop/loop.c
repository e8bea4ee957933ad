/*
 * The pass: what it waits for, and who has a turn when.
 *
 * Signals come first, so that a request to stop does not queue behind a flood;
 * then the other fds in the order of their creation, children among them; then
 * the guest. Timers come last, so that an answer which has arrived beats the
 * timeout that waits for it.
 *
 * What is ready is collected in a list, and a watch is taken off it before its
 * callback runs. So no pointer to a watch is held across a callback: a watch may
 * be freed on the spot wherever it is, and one that was made meanwhile is not in
 * the list.
 */
#include "loop/loop.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "loop/internal.h"

#define LOG_TAG "loop"
#include "base/log.h"

/* How soon to try again when the guest's fds found no memory. */
#define GUEST_RETRY_NS (100 * NSEC_PER_MSEC)

struct loop_fd {
	struct loop *loop; /* borrowed: outlives us */
	const char *name;
	loop_fd_fn fn;
	void *arg;
	int fd; /* borrowed */
	short events, revents;
	struct list link; /* loop's fds */
	struct list ready; /* loop's ready */
};

struct guest {
	const struct loop_foreign *ops; /* borrowed; null: no guest */
	void *arg;
	/* Owned. Apart from the loop's own, so that it stays in place while the guest reads it. */
	struct pollfd *fds;
	size_t n, room;
	bool prepared; /* in this pass */
};

struct loop {
	struct list fds;
	struct list ready; /* those whose turn is still to come in this pass */
	size_t n_fds;
	struct pollfd *pollfds; /* owned; meaningful in wait_ready() only */
	size_t room; /* never less than n_fds + guest.room */
	struct guest guest;
	struct timers timers;
	uint64_t wakeups;
	int code;
	bool quit, in_pass;
};

int loop_new(struct loop **ret)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	list_init(&l->fds);
	list_init(&l->ready);
	timers_init(&l->timers);
	*ret = l;
	return 0;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	assert(!l->in_pass);
	assert(list_empty(&l->fds));
	timers_fini(&l->timers);
	free(l->guest.fds);
	free(l->pollfds);
	free(l);
}

struct timers *loop_timers(struct loop *l)
{
	return &l->timers;
}

void loop_warn_if_slow(const char *name, uint64_t began)
{
	uint64_t took = clock_now() - began;

	if (took > LOOP_SLOW_NS)
		log_burst_at(LOG_LEVEL_WARN, "%s kept the loop for %llu ms", name,
			(unsigned long long)(took / NSEC_PER_MSEC));
}

static int reserve(struct loop *l, size_t n)
{
	struct pollfd *p;

	if (n <= l->room)
		return 0;
	n += n / 2 + 8;
	p = reallocarray(l->pollfds, n, sizeof(*p));
	if (!p)
		return -ENOMEM;
	l->pollfds = p;
	l->room = n;
	return 0;
}

int loop_fd_new(struct loop *l, const char *name, int fd, short events, loop_fd_fn fn, void *arg,
	struct loop_fd **ret)
{
	struct loop_fd *w;
	int r;

	assert(fd >= 0);
	r = reserve(l, l->n_fds + 1 + l->guest.room);
	if (r < 0)
		return r;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->loop = l;
	w->name = name;
	w->fn = fn;
	w->arg = arg;
	w->fd = fd;
	w->events = events;
	list_append(&l->fds, &w->link);
	list_init(&w->ready);
	l->n_fds++;
	*ret = w;
	return 0;
}

void loop_fd_set_events(struct loop_fd *w, short events)
{
	w->events = events;
}

void loop_fd_put_first(struct loop_fd *w)
{
	list_remove(&w->link);
	list_append(w->loop->fds.next, &w->link);
}

void loop_fd_free(struct loop_fd *w)
{
	if (!w)
		return;
	list_remove(&w->ready);
	list_remove(&w->link);
	w->loop->n_fds--;
	free(w);
}

void loop_set_foreign(struct loop *l, const struct loop_foreign *ops, void *arg)
{
	l->guest.ops = ops;
	l->guest.arg = arg;
	l->guest.n = 0;
	l->guest.prepared = false;
}

static int grow_guest(struct loop *l, size_t n)
{
	struct pollfd *p;
	int r;

	r = reserve(l, l->n_fds + n);
	if (r < 0)
		return r;
	p = reallocarray(l->guest.fds, n, sizeof(*p));
	if (!p)
		return -ENOMEM;
	l->guest.fds = p;
	l->guest.room = n;
	return 0;
}

/* Lowers *@deadline if the guest wants that. */
static void prepare_guest(struct loop *l, uint64_t *deadline)
{
	struct guest *g = &l->guest;
	uint64_t until;

	if (!g->ops)
		return;
	for (;;) {
		until = *deadline;
		g->n = g->ops->prepare(g->arg, g->fds, g->room, &until);
		if (g->n <= g->room)
			break;
		if (grow_guest(l, g->n) < 0) {
			uint64_t retry = clock_now() + GUEST_RETRY_NS;

			log_burst_at(LOG_LEVEL_ERROR, "no memory for %zu fds of the guest", g->n);
			g->n = g->room;
			if (retry < until)
				until = retry;
			break;
		}
	}
	g->prepared = true;
	*deadline = until;
}

static void dispatch_guest(struct loop *l)
{
	struct guest *g = &l->guest;
	uint64_t began;

	if (!g->prepared)
		return;
	g->prepared = false;
	began = clock_now();
	g->ops->dispatch(g->arg, g->fds, g->n);
	loop_warn_if_slow("guest", began);
}

/* A handler that runs while we wait has written to an eventfd, so waiting on returns at once. */
static int poll_until(struct pollfd *fds, size_t n, uint64_t deadline)
{
	struct timespec ts, *timeout = NULL;
	int r;

	do {
		if (deadline != LOOP_NEVER) {
			uint64_t now = clock_now(), left = deadline > now ? deadline - now : 0;

			ts.tv_sec = (time_t)(left / NSEC_PER_SEC);
			ts.tv_nsec = (long)(left % NSEC_PER_SEC);
			timeout = &ts;
		}
		r = ppoll(fds, n, timeout, NULL);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : r;
}

/* Polls, and collects what is ready. No callback runs in here, so the list stays as it is. */
static void wait_ready(struct loop *l, uint64_t deadline)
{
	struct guest *g = &l->guest;
	struct pollfd *p = l->pollfds;
	struct loop_fd *w;
	int r;

	list_for_each (w, &l->fds, link)
		*p++ = (struct pollfd){ .fd = w->fd, .events = w->events };
	for (size_t i = 0; i < g->n; i++)
		*p++ = (struct pollfd){ .fd = g->fds[i].fd, .events = g->fds[i].events };

	r = poll_until(l->pollfds, l->n_fds + g->n, deadline);
	l->wakeups++;
	if (r < 0)
		log_burst_at(LOG_LEVEL_ERROR, "poll: %s", strerror(-r));

	p = l->pollfds;
	list_for_each (w, &l->fds, link) {
		w->revents = (p++)->revents;
		/* An fd that was closed before its watch was freed. */
		assert(!(w->revents & POLLNVAL));
		if (w->revents)
			list_append(&l->ready, &w->ready);
	}
	for (size_t i = 0; i < g->n; i++)
		g->fds[i].revents = (p++)->revents;
}

static void dispatch_fds(struct loop *l)
{
	struct loop_fd *w;

	while ((w = list_first(&l->ready, struct loop_fd, ready))) {
		short revents = (short)(w->revents & (w->events | POLLERR | POLLHUP));
		const char *name = w->name;
		uint64_t began;

		list_remove(&w->ready);
		if (!revents)
			continue;
		began = clock_now();
		w->fn(w, revents, w->arg);
		loop_warn_if_slow(name, began);
	}
}

void loop_pass(struct loop *l, uint64_t deadline)
{
	uint64_t next;

	assert(!l->in_pass);
	l->in_pass = true;
	prepare_guest(l, &deadline);
	next = timers_next(&l->timers);
	wait_ready(l, next < deadline ? next : deadline);
	dispatch_fds(l);
	dispatch_guest(l);
	timers_dispatch(&l->timers);
	l->in_pass = false;
}

int loop_run(struct loop *l)
{
	while (!l->quit)
		loop_pass(l, LOOP_NEVER);
	return l->code;
}

void loop_quit(struct loop *l, int code)
{
	if (l->quit)
		return;
	l->quit = true;
	l->code = code;
}

void loop_get_stats(const struct loop *l, struct loop_stats *ret)
{
	*ret = (struct loop_stats){
		.wakeups = l->wakeups,
		.timers_armed = (unsigned)l->timers.n,
	};
}
