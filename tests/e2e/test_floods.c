/*
 * A million messages each way, faster than they are taken: order, count, and how much memory the
 * runtime and the page's process take for it. The floods run one after the other in one run.
 */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#define COUNT 1000000u
#define LATE 120.0 /* s */

/*
 * What a flood may add to what a process holds, in MiB; about twice what was measured (9, 8, 10
 * and 37 in the runtime; 90, 186, 70 and 49 in the web process). A million messages that are kept
 * would be 200 and more. In the runtime it is a window's queue, the host's lane, and the script's
 * heap, where each refusal is an error and a promise. In the web process the bridge's 1 MiB and
 * the credit are little beside what JavaScriptCore leaves to its collector: there, too, the
 * refusals that nobody heeds take the most.
 */
struct bounds {
	long runtime, web;
};

struct flood {
	unsigned sent, accepted, delivered, refused;
	char in_order[8];
	long runtime_growth, web_growth; /* KiB */
};

static struct kiln *floods;

/* A value of /proc/PID/status in KiB. */
static long status_value(pid_t pid, const char *key)
{
	char path[64], line[128];
	long value = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	assert_non_null(f);
	while (value < 0 && fgets(line, sizeof(line), f))
		if (strncmp(line, key, strlen(key)) == 0)
			sscanf(line + strlen(key), ": %ld", &value);
	fclose(f);
	assert_true(value > 0);
	return value;
}

/* The process of the window: the one before has ended, or does so now. */
static pid_t web_process(void)
{
	pid_t pids[8];
	size_t n;

	for (int i = 0; i < 20; i++) {
		n = descendants(kiln_pid(floods), "WPEWebProcess", pids, 8);
		if (n == 1)
			return pids[0];
		kiln_read_for(floods, 0.02);
	}
	fail_msg("%zu web processes", n);
	return 0;
}

static void run_flood(const char *name, struct flood *ret)
{
	long runtime_before, web_before;
	char regex[64], line[512];
	const char *at;
	pid_t web;

	snprintf(regex, sizeof(regex), "script: %s begins", name);
	kiln_expect(floods, LATE, regex);
	web = web_process();
	runtime_before = status_value(kiln_pid(floods), "VmRSS");
	web_before = status_value(web, "VmRSS");
	snprintf(regex, sizeof(regex), "script: %s ended", name);
	kiln_expect(floods, LATE, regex);
	ret->runtime_growth = status_value(kiln_pid(floods), "VmHWM") - runtime_before;
	ret->web_growth = status_value(web, "VmHWM") - web_before;
	assert_true(kiln_last(floods, regex, line, sizeof(line)));
	at = strstr(line, "sent");
	print_message("%s: %s; runtime +%ld KiB, web process +%ld KiB\n", name, at,
		ret->runtime_growth, ret->web_growth);
	assert_int_equal(
		sscanf(at, "sent %u accepted %u delivered %u refused %u in order %7s", &ret->sent,
			&ret->accepted, &ret->delivered, &ret->refused, ret->in_order),
		5);
}

static void check(const char *name, bool awaits_room, struct bounds bounds)
{
	struct flood f;

	run_flood(name, &f);
	assert_string_equal(f.in_order, "true");
	assert_int_equal(f.delivered, f.accepted);
	assert_int_equal(f.delivered + f.refused, f.sent);
	assert_true(f.refused > 0);
	assert_int_equal(awaits_room ? f.delivered : f.sent, COUNT);
	assert_int_in_range(f.runtime_growth, 0, bounds.runtime << 10);
	assert_int_in_range(f.web_growth, 0, bounds.web << 10);
}

static void a_page_that_awaits_room_gets_a_million_messages_to_a_slow_host(void **state)
{
	check("up-awaiting", true, (struct bounds){ .runtime = 24, .web = 180 });
}

static void of_a_page_that_never_awaits_room_all_that_was_accepted_arrives(void **state)
{
	check("up-heedless", false, (struct bounds){ .runtime = 24, .web = 380 });
}

static void a_host_that_awaits_room_gets_a_million_messages_to_a_busy_page(void **state)
{
	check("down-awaiting", true, (struct bounds){ .runtime = 24, .web = 180 });
}

static void of_a_host_that_never_awaits_room_all_that_was_accepted_arrives(void **state)
{
	check("down-heedless", false, (struct bounds){ .runtime = 64, .web = 120 });
}

static int start(void **state)
{
	floods = kiln_start("run", APP("floods"), "--exit-after", "280", NULL);
	return 0;
}

static int end(void **state)
{
	return kiln_end(floods, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_that_awaits_room_gets_a_million_messages_to_a_slow_host),
		cmocka_unit_test(of_a_page_that_never_awaits_room_all_that_was_accepted_arrives),
		cmocka_unit_test(a_host_that_awaits_room_gets_a_million_messages_to_a_busy_page),
		cmocka_unit_test(of_a_host_that_never_awaits_room_all_that_was_accepted_arrives),
	};

	return cmocka_run_group_tests(tests, start, end);
}
