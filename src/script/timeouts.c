#include "script/timeouts.h"

#include "base/clock.h"
#include "loop/loop.h"

#define KEY_TIMERS "timers" /* in the stash: id -> [function, arguments...] */

#define DELAY_MAX_MS 2147483647.0

static struct timeout *earliest(struct timeouts *t)
{
	struct timeout *first = NULL;

	/* In the order of their ids when deadlines are equal, as removal keeps the order. */
	for (size_t i = 0; i < t->n; i++)
		if (!first || t->all[i].deadline < first->deadline)
			first = &t->all[i];
	return first;
}

static void arm(struct timeouts *t)
{
	const struct timeout *first = earliest(t);

	if (first)
		loop_timer_arm(t->next, first->deadline);
	else
		loop_timer_disarm(t->next);
}

static void drop(struct timeouts *t, uint64_t id)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->all[i].id != id)
			continue;
		for (t->n--; i < t->n; i++)
			t->all[i] = t->all[i + 1];
		return;
	}
}

static void push_table(duk_context *ctx)
{
	duk_push_heap_stash(ctx);
	duk_get_prop_literal(ctx, -1, KEY_TIMERS);
	duk_remove(ctx, -2);
}

static void forget(duk_context *ctx, uint64_t id)
{
	push_table(ctx);
	duk_push_number(ctx, (double)id);
	duk_del_prop(ctx, -2);
	duk_pop(ctx);
}

/* Of a timer that has just been taken out of the list, or put off when it is an interval. */
static void fire(duk_context *ctx, void *arg)
{
	const struct timeout *due = arg;
	duk_idx_t callback, n;

	push_table(ctx);
	duk_push_number(ctx, (double)due->id);
	duk_get_prop(ctx, -2);
	if (!due->interval)
		forget(ctx, due->id);
	callback = duk_get_top_index(ctx);
	n = (duk_idx_t)duk_get_length(ctx, callback);
	duk_require_stack(ctx, n + 2);
	for (duk_idx_t i = 0; i < n; i++)
		duk_get_prop_index(ctx, callback, (duk_uarridx_t)i);
	duk_call(ctx, n - 1);
}

/* The next of the raster of an interval; what a busy loop has missed is left out. */
static uint64_t next_deadline(const struct timeout *t, uint64_t now)
{
	uint64_t next = t->deadline + t->interval;

	return next > now ? next : now + t->interval;
}

static void on_due(struct loop_timer *w, void *arg)
{
	struct timeouts *t = arg;
	uint64_t now = clock_now();
	struct timeout *first, due;

	/* What the callbacks start is due after now, by the least delay. */
	while (!t->jobs->heap->dead && (first = earliest(t)) && first->deadline <= now) {
		due = *first;
		if (due.interval)
			first->deadline = next_deadline(first, now);
		else
			drop(t, due.id);
		jobs_turn(t->jobs, "timer callback", fire, &due, NULL);
	}
	if (!t->jobs->heap->dead)
		arm(t);
}

static uint64_t delay_ns(double ms)
{
	if (!(ms >= 1))
		ms = 1;
	if (ms > DELAY_MAX_MS)
		ms = DELAY_MAX_MS;
	return (uint64_t)(ms * NSEC_PER_MSEC);
}

/* [ values... ] -> [ array ] */
static void gather(duk_context *ctx)
{
	duk_idx_t n = duk_get_top(ctx);

	duk_push_array(ctx);
	duk_insert(ctx, 0);
	while (n-- > 0)
		duk_put_prop_index(ctx, 0, (duk_uarridx_t)n);
}

/* [ function delay arguments... ] -> id */
static duk_ret_t start(duk_context *ctx, bool repeat)
{
	struct timeouts *t = heap_self(ctx);
	uint64_t id, delay;

	if (duk_get_top(ctx) < 2)
		duk_set_top(ctx, 2);
	delay = delay_ns(duk_to_number(ctx, 1));
	if (!duk_is_function(ctx, 0))
		return duk_type_error(ctx, "a timer needs a function");
	if (t->n == TIMEOUTS_MAX)
		return duk_range_error(ctx, "more than %d timers", TIMEOUTS_MAX);
	duk_remove(ctx, 1);
	gather(ctx);
	id = ++t->last_id;
	push_table(ctx);
	duk_push_number(ctx, (double)id);
	duk_dup(ctx, 0);
	duk_put_prop(ctx, -3);
	t->all[t->n++] = (struct timeout){ id, clock_now() + delay, repeat ? delay : 0 };
	arm(t);
	duk_push_number(ctx, (double)id);
	return 1;
}

static duk_ret_t set_timeout(duk_context *ctx)
{
	return start(ctx, false);
}

static duk_ret_t set_interval(duk_context *ctx)
{
	return start(ctx, true);
}

/* Anything that is not the id of a timer is fine, and clears none. */
static duk_ret_t clear(duk_context *ctx)
{
	struct timeouts *t = heap_self(ctx);
	double id = duk_get_number_default(ctx, 0, 0);

	if (!(id >= 1 && id <= (double)t->last_id))
		return 0;
	forget(ctx, (uint64_t)id);
	drop(t, (uint64_t)id);
	arm(t);
	return 0;
}

static duk_ret_t performance_now(duk_context *ctx)
{
	struct timeouts *t = heap_self(ctx);

	duk_push_number(ctx, (double)(clock_now() - t->started) / NSEC_PER_MSEC);
	return 1;
}

int timeouts_init(struct timeouts *t, struct jobs *jobs, struct loop *loop)
{
	*t = (struct timeouts){ .jobs = jobs, .started = clock_now() };
	return loop_timer_new(loop, "script timers", on_due, t, &t->next);
}

void timeouts_fini(struct timeouts *t)
{
	if (t->next)
		loop_timer_free(t->next);
	t->next = NULL;
}

void timeouts_setup(struct timeouts *t, duk_context *ctx)
{
	duk_push_heap_stash(ctx);
	duk_push_bare_object(ctx);
	duk_put_prop_literal(ctx, -2, KEY_TIMERS);
	duk_pop(ctx);

	duk_push_global_object(ctx);
	heap_bind(ctx, -1, "setTimeout", set_timeout, DUK_VARARGS, t);
	heap_bind(ctx, -1, "setInterval", set_interval, DUK_VARARGS, t);
	heap_bind(ctx, -1, "clearTimeout", clear, 1, t);
	heap_bind(ctx, -1, "clearInterval", clear, 1, t);
	duk_push_object(ctx);
	heap_bind(ctx, -1, "now", performance_now, 0, t);
	duk_put_prop_literal(ctx, -2, "performance");
	duk_pop(ctx);
}
