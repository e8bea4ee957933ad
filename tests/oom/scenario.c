#include "oom/scenario.h"

#include <dirent.h>
#include <errno.h>
#include <time.h>

#include "base/macros.h"
#include "oom/alloc.h"

/* More allocations than any scenario has. */
#define ALLOCATIONS_MAX 100000
/* Of a sampled scenario: how often one caller is refused in a row, and which of the others are. */
#define SAMPLES_IN_A_ROW 16
/*
 * How many refusals there are then. Duktape collects garbage ten times over before it
 * takes one, and asks for memory all the while; under ASan for good takes a second.
 */
#ifdef __SANITIZE_ADDRESS__
#define STRIDE 53
#define SAMPLED_TIMES { 1, 500 }
#else
#define STRIDE 11
#define SAMPLED_TIMES { 1, 500, SIZE_MAX }
#endif
#define CALLERS_MAX 256

/* In this run; failed_before is alloc_failed() at the begin of an excuse. */
static size_t excused, failed_before;

void scenario_excuse(void)
{
	failed_before = alloc_failed();
}

void scenario_excuse_end(void)
{
	excused += alloc_failed() - failed_before;
}

int scenario_teardown(void **state)
{
	alloc_relent();
	alloc_trace(NULL, 0);
	return 0;
}

static unsigned open_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* @after allocations work, and then @times fail. */
static int run_balanced(scenario_fn scenario, size_t after, size_t times)
{
	unsigned fds = open_fds();
	size_t live = alloc_live();
	int r;

	alloc_fail_after(after, times);
	r = scenario();
	alloc_relent();
	if (alloc_live() != live)
		fail_msg("after %zu allocations: %zd blocks leaked", after,
			(ssize_t)(alloc_live() - live));
	assert_int_equal(open_fds(), fds);
	return r;
}

int scenario_once(scenario_fn scenario)
{
	return run_balanced(scenario, 0, 0);
}

/* Whether memory ran out at all. */
static bool refuse(scenario_fn scenario, size_t after, size_t times)
{
	int r;

	excused = 0;
	r = run_balanced(scenario, after, times);
	if (r != 0 && (r != -ENOMEM || alloc_failed() == 0))
		fail_msg("after %zu allocations: returned %d", after, r);
	if (r == 0 && alloc_failed() > excused)
		fail_msg("after %zu allocations: a failure was not reported", after);
	return alloc_failed() > 0;
}

/* What libraries keep for the life of the process is made in the first run. */
static void warm_up(scenario_fn scenario)
{
	tzset(); /* for lines of the log */
	alloc_fail_after(0, 0);
	assert_int_equal(scenario(), 0);
	assert_int_equal(scenario_once(scenario), 0);
}

void scenario_run(void **state)
{
	static const size_t times[] = { 1, SIZE_MAX };
	scenario_fn scenario = (scenario_fn)*state;

	warm_up(scenario);
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		size_t after = 0;

		while (refuse(scenario, after, times[i]))
			assert_true(++after < ALLOCATIONS_MAX);
		/* Otherwise it has allocated nothing. */
		assert_true(after > 0);
	}
}

static size_t trace(scenario_fn scenario, const void **who)
{
	alloc_trace(who, ALLOCATIONS_MAX);
	alloc_fail_after(0, 0);
	assert_int_equal(scenario(), 0);
	alloc_trace(NULL, 0);
	assert_true(alloc_asked() > 0 && alloc_asked() <= ALLOCATIONS_MAX);
	return alloc_asked();
}

struct caller {
	const void *address;
	size_t times;
};

/* How many times @address has asked, this one included. */
static size_t count(struct caller callers[CALLERS_MAX], const void *address)
{
	size_t i = 0;

	while (callers[i].address && callers[i].address != address)
		assert_true(++i < CALLERS_MAX);
	callers[i].address = address;
	return ++callers[i].times;
}

void scenario_run_sampled(void **state)
{
	static const void *who[ALLOCATIONS_MAX];
	static const size_t times[] = SAMPLED_TIMES;
	struct caller callers[CALLERS_MAX] = { 0 };
	scenario_fn scenario = (scenario_fn)*state;
	size_t n_asked;

	warm_up(scenario);
	n_asked = trace(scenario, who);
	for (size_t after = 0; after < n_asked; after++) {
		if (count(callers, who[after]) > SAMPLES_IN_A_ROW) {
			if (after % STRIDE == 0)
				refuse(scenario, after, times[after / STRIDE % ARRAY_SIZE(times)]);
			continue;
		}
		for (size_t i = 0; i < ARRAY_SIZE(times); i++)
			refuse(scenario, after, times[i]);
	}
}
