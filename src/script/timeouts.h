/*
 * setTimeout and setInterval over one timer of the loop, which is armed only
 * while the script has timers; and performance.now(). The functions and their
 * arguments live in the heap, C holds numbers only.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "script/jobs.h"

#define TIMEOUTS_MAX 1024

struct timeout {
	uint64_t id; /* ascending, never used again */
	uint64_t deadline, interval; /* ns; an interval of 0 fires once */
};

struct timeouts {
	struct jobs *jobs; /* borrowed */
	struct loop_timer *next; /* owned; at the earliest deadline */
	uint64_t started, last_id;
	size_t n;
	struct timeout all[TIMEOUTS_MAX];
};

must_check int timeouts_init(struct timeouts *t, struct jobs *jobs, struct loop *loop);
/* No-op on a zeroed one. */
void timeouts_fini(struct timeouts *t);
/* Makes the globals; throws. */
void timeouts_setup(struct timeouts *t, duk_context *ctx);
