/*
 * Timers: a binary heap of those that are armed, ordered by deadline and, among
 * equal ones, by the time of arming. Each timer knows its place in the heap, so
 * that moving and disarming cost O(log n); room for all is made when a timer is
 * made, so that arming cannot fail.
 *
 * What is due leaves the heap for a list before the first callback runs. A timer
 * that a callback arms again goes back to the heap even when its deadline has
 * passed: it fires in the next pass, after the fds have had their turn.
 */
#include <assert.h>
#include <errno.h>

#include "base/clock.h"
#include "loop/internal.h"

#define NOWHERE SIZE_MAX

struct loop_timer {
	struct timers *timers; /* borrowed: outlives us */
	const char *name;
	loop_timer_fn fn;
	void *arg;
	uint64_t deadline;
	uint64_t arming; /* number of it; valid while in the heap */
	size_t place; /* in the heap, or NOWHERE */
	struct list due; /* timers' due */
};

static int before(const struct loop_timer *a, const struct loop_timer *b)
{
	if (a->deadline != b->deadline)
		return a->deadline < b->deadline;
	return a->arming < b->arming;
}

static void put(struct timers *ts, struct loop_timer *t, size_t place)
{
	ts->heap[place] = t;
	t->place = place;
}

/* Puts @t where it belongs on the way from @place, which is free, to the top. */
static void sift_up(struct timers *ts, struct loop_timer *t, size_t place)
{
	while (place > 0) {
		size_t parent = (place - 1) / 2;

		if (!before(t, ts->heap[parent]))
			break;
		put(ts, ts->heap[parent], place);
		place = parent;
	}
	put(ts, t, place);
}

/* Likewise on the way down. */
static void sift_down(struct timers *ts, struct loop_timer *t, size_t place)
{
	for (;;) {
		size_t child = 2 * place + 1;

		if (child >= ts->n)
			break;
		if (child + 1 < ts->n && before(ts->heap[child + 1], ts->heap[child]))
			child++;
		if (!before(ts->heap[child], t))
			break;
		put(ts, ts->heap[child], place);
		place = child;
	}
	put(ts, t, place);
}

static void heap_add(struct timers *ts, struct loop_timer *t)
{
	sift_up(ts, t, ts->n++);
}

/* The last one fills the gap; it may belong above it or below. */
static void heap_remove(struct timers *ts, struct loop_timer *t)
{
	struct loop_timer *last = ts->heap[--ts->n];
	size_t gap = t->place;

	t->place = NOWHERE;
	if (last == t)
		return;
	if (gap > 0 && before(last, ts->heap[(gap - 1) / 2]))
		sift_up(ts, last, gap);
	else
		sift_down(ts, last, gap);
}

void timers_init(struct timers *ts)
{
	*ts = (struct timers){ 0 };
	list_init(&ts->due);
}

void timers_fini(struct timers *ts)
{
	assert(ts->n_timers == 0);
	free(ts->heap);
}

uint64_t timers_next(const struct timers *ts)
{
	return ts->n > 0 ? ts->heap[0]->deadline : LOOP_NEVER;
}

void timers_dispatch(struct timers *ts)
{
	uint64_t now = clock_now();
	struct loop_timer *t;

	while (timers_next(ts) <= now) {
		t = ts->heap[0];
		heap_remove(ts, t);
		list_append(&ts->due, &t->due);
	}
	while ((t = list_first(&ts->due, struct loop_timer, due))) {
		const char *name = t->name;
		uint64_t began = clock_now();

		list_remove(&t->due);
		t->fn(t, t->arg);
		loop_warn_if_slow(name, began);
	}
}

int loop_timer_new(
	struct loop *l, const char *name, loop_timer_fn fn, void *arg, struct loop_timer **ret)
{
	struct timers *ts = loop_timers(l);
	struct loop_timer *t;

	if (ts->n_timers == ts->room) {
		size_t room = ts->room ? 2 * ts->room : 16;
		struct loop_timer **heap = reallocarray(ts->heap, room, sizeof(*heap));

		if (!heap)
			return -ENOMEM;
		ts->heap = heap;
		ts->room = room;
	}
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->timers = ts;
	t->name = name;
	t->fn = fn;
	t->arg = arg;
	t->place = NOWHERE;
	list_init(&t->due);
	ts->n_timers++;
	*ret = t;
	return 0;
}

void loop_timer_arm(struct loop_timer *t, uint64_t deadline)
{
	loop_timer_disarm(t);
	if (deadline == LOOP_NEVER)
		return;
	t->deadline = deadline;
	t->arming = t->timers->n_armings++;
	heap_add(t->timers, t);
}

void loop_timer_disarm(struct loop_timer *t)
{
	list_remove(&t->due);
	if (t->place != NOWHERE)
		heap_remove(t->timers, t);
}

void loop_timer_free(struct loop_timer *t)
{
	if (!t)
		return;
	loop_timer_disarm(t);
	t->timers->n_timers--;
	free(t);
}
