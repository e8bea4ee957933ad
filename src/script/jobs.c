#include "script/jobs.h"

#include <errno.h>

#include "base/clock.h"
#include "loop/loop.h"

/*
 * Before the rest of the jobs is tried: what has stopped them, a job without end
 * or a heap that is full, would stop them again and leave the loop no time.
 */
#define PAUSE (100 * NSEC_PER_MSEC)

static void drain(duk_context *ctx, void *arg)
{
	struct jobs *j = arg;

	promise_drain(&j->promises, ctx);
}

static void run_jobs(struct jobs *j)
{
	struct script_error error;
	int r = heap_protect(j->heap, drain, j, &error);

	if (r == -ENOEXEC)
		uncaught_log(&j->uncaught, "promise job", &error);
	if (r < 0)
		loop_timer_arm(j->rest, clock_now() + (j->heap->dead ? 0 : PAUSE));
}

static void on_rest(struct loop_timer *t, void *arg)
{
	struct jobs *j = arg;

	if (!j->heap->dead)
		run_jobs(j);
	else if (j->on_dead)
		j->on_dead(j->arg);
}

int jobs_init(
	struct jobs *j, struct heap *heap, struct loop *loop, void (*on_dead)(void *arg), void *arg)
{
	int r;

	*j = (struct jobs){ .heap = heap, .on_dead = on_dead, .arg = arg };
	r = uncaught_init(&j->uncaught, loop);
	return r < 0 ? r : loop_timer_new(loop, "script jobs", on_rest, j, &j->rest);
}

void jobs_fini(struct jobs *j)
{
	if (j->rest)
		loop_timer_free(j->rest);
	j->rest = NULL;
	uncaught_fini(&j->uncaught);
}

void jobs_setup(struct jobs *j, duk_context *ctx, struct modules *modules)
{
	promise_setup(&j->promises, ctx, j->heap, modules);
}

int jobs_turn(
	struct jobs *j, const char *what, heap_fn fn, void *arg, struct script_error *ret_error)
{
	struct script_error error;
	int r;

	if (j->heap->dead)
		return -ENOTRECOVERABLE;
	r = heap_protect(j->heap, fn, arg, &error);
	if (r == -ENOEXEC && !ret_error)
		uncaught_log(&j->uncaught, what, &error);
	if (r < 0 && ret_error)
		*ret_error = error;
	run_jobs(j);
	return r;
}
