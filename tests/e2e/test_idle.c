/*
 * A static page costs nothing: held for a minute against the least program that
 * can show it, in the same run.
 */
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* WebKit itself is busy with its own start for half a minute. */
#define SETTLE_SECONDS 40
#define IDLE_SECONDS 60

static unsigned long number(const char *line, const char *name)
{
	const char *at = strstr(line, name);

	assert_non_null(at);
	return strtoul(at + strlen(name), NULL, 10);
}

struct sample {
	unsigned long wakeups, frames, timers;
};

static struct sample sample(struct kiln *k, bool timers)
{
	unsigned before = kiln_count(k, "status: ");
	struct sample s = { 0 };
	char line[256];

	kill(kiln_pid(k), SIGUSR2);
	for (int i = 0; i < 50 && kiln_count(k, "status: ") == before; i++)
		kiln_read_for(k, 0.1);
	assert_true(kiln_last(k, "status: ", line, sizeof(line)));
	assert_int_equal(kiln_count(k, "status: "), before + 1);
	s.wakeups = number(line, "wakeups=");
	s.frames = number(line, "frames=");
	if (timers)
		s.timers = number(line, "timers=");
	return s;
}

static void a_static_page_arms_no_timer_shows_no_frame_and_wakes_no_more_than_webkit(void **state)
{
	struct kiln *ours =
		kiln_start("run", "js/apps/welcome", "--screenshot", OUT("idle.png"), NULL);
	struct kiln *least =
		program_start("build/dev/e2e/minimal", "js/apps/welcome/web/index.html", NULL);
	struct sample a0, a1, b0, b1;

	kiln_expect(ours, 30, "first frame painted");
	kiln_expect(least, 30, "first frame");
	kiln_read_for(ours, SETTLE_SECONDS);
	a0 = sample(ours, true);
	b0 = sample(least, false);
	kiln_read_for(ours, IDLE_SECONDS);
	a1 = sample(ours, true);
	b1 = sample(least, false);
	print_message("wake-ups in %d s: kiln %lu, minimal %lu; frames: kiln %lu\n", IDLE_SECONDS,
		a1.wakeups - a0.wakeups, b1.wakeups - b0.wakeups, a1.frames - a0.frames);
	assert_int_equal(a0.timers, 0);
	assert_int_equal(a1.timers, 0);
	assert_int_equal(a1.frames - a0.frames, 0);
	assert_true(a1.wakeups - a0.wakeups <= b1.wakeups - b0.wakeups);
	kiln_stop(ours);
	kiln_stop(least);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_static_page_arms_no_timer_shows_no_frame_and_wakes_no_more_than_webkit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
