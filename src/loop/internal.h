/* What the files of src/loop share. */
#pragma once

#include "base/list.h"
#include "loop/loop.h"

struct timers {
	struct loop_timer **heap; /* owned; the armed timers, the next one on top */
	size_t n, room;
	size_t n_timers; /* armed or not; never more than room */
	uint64_t n_armings; /* numbers the armings */
	struct list due; /* fire in this pass; not in the heap */
};

void timers_init(struct timers *ts);
/* Every timer must have been freed before. */
void timers_fini(struct timers *ts);
/* The first deadline, or LOOP_NEVER. */
uint64_t timers_next(const struct timers *ts);
/* Fires each timer that is due now, once. */
void timers_dispatch(struct timers *ts);

struct timers *loop_timers(struct loop *l);
/* Gives @w its turn before every other fd. */
void loop_fd_put_first(struct loop_fd *w);
/* To be called after a callback that began at @began; by name, because the watch may be gone. */
void loop_warn_if_slow(const char *name, uint64_t began);
