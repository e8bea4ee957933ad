/*
 * A scenario runs real code and returns 0 when all of it worked, or -ENOMEM as
 * soon as a call has reported that. It is run over and over, and its first, its
 * second, ... allocation fails, until it is through: once that one alone, and once
 * with all that follow. Each time
 *
 * - a failure is reported, unless it is excused;
 * - blocks and fds are balanced at its end.
 *
 * A scenario takes down what it has made, whatever happened, and checks by itself
 * that what a failed call was given is as the header says: after alloc_relent()
 * there is memory again, which cmocka needs for its message too. To see which
 * allocation it is that failed, set a breakpoint on refuse() in alloc.c.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "oom/alloc.h"
#include <cmocka.h>

typedef int (*scenario_fn)(void);

/*
 * Between the two, code keeps failures to itself on purpose: the scenario says beside
 * it why. Reporting them is fine as well.
 */
void scenario_excuse(void);
void scenario_excuse_end(void);

/* Returns the failure of a call; what has to be taken down is the caller's. */
#define scenario_try(call)           \
	do {                         \
		int try_ = (call);   \
		if (try_ < 0)        \
			return try_; \
	} while (0)

/* For cmocka. */
void scenario_run(void **state);
/*
 * For a scenario with thousands of allocations, most of them by Duktape: each caller
 * is refused at first, and then now and again: once, for a while, for good.
 */
void scenario_run_sampled(void **state);
/* One run with all the memory there is; what it returned. Blocks and fds are balanced. */
int scenario_once(scenario_fn scenario);
int scenario_teardown(void **state);

#define scenario_test_by(run, fn)                   \
	{ .name = #fn,                              \
		.test_func = (run),                 \
		.teardown_func = scenario_teardown, \
		.initial_state = (void *)(fn) }
#define scenario_test(fn) scenario_test_by(scenario_run, fn)
#define scenario_test_sampled(fn) scenario_test_by(scenario_run_sampled, fn)
