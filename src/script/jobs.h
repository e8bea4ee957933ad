/*
 * Turns: each entry into the script from the loop, followed by the promise jobs
 * that it has left, each protected on its own. If the jobs are stopped by the
 * deadline the rest of them goes on from the loop.
 */
#pragma once

#include "script/heap.h"
#include "script/promise.h"
#include "script/uncaught.h"

struct loop;
struct loop_timer;

struct jobs {
	struct heap *heap; /* borrowed */
	struct promises promises;
	struct loop_timer *rest; /* owned */
	struct uncaught uncaught;
	void (*on_dead)(void *arg); /* the heap is beyond use; called from the loop */
	void *arg;
};

must_check int jobs_init(struct jobs *j, struct heap *heap, struct loop *loop,
	void (*on_dead)(void *arg), void *arg);
/* No-op on a zeroed one. */
void jobs_fini(struct jobs *j);

/* Gives the heap its promises, with which the jobs come; throws. */
void jobs_setup(struct jobs *j, duk_context *ctx, struct modules *modules);

/* One turn; as heap_protect(), and without @ret_error a failure is logged as one of @what. */
int jobs_turn(
	struct jobs *j, const char *what, heap_fn fn, void *arg, struct script_error *ret_error);
