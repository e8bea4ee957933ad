/*
 * What becomes of messages when the document, its process or the script goes away: the app "lives"
 * says so part by part, and this kills what it asks to have killed.
 */
#include "harness.h"
#include "site.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define PARTS(X)                                                                       \
	X(reload_and_what_was_not_dispatched_goes_to_the_next_document_once)           \
	X(navigation_within_the_origin_and_the_same_holds)                             \
	X(crash_is_an_event_and_what_was_in_flight_is_uncertain_or_comes_again_marked) \
	X(navigation_to_another_origin_and_nothing_reaches_a_page_that_it_was_not_meant_for)

static struct kiln *lives;
static struct site *site;

static void expect_part(const char *name)
{
	char regex[160], line[512];

	if (strncmp(name, "crash", 5) == 0) {
		pid_t web;

		kiln_expect(lives, 30, "script: kill the page now");
		assert_int_equal(descendants(kiln_pid(lives), "WPEWebProcess", &web, 1), 1);
		kill(web, SIGKILL);
	}
	snprintf(regex, sizeof(regex), "script: (not )?ok %s(:|$)", name);
	kiln_expect(lives, 30, regex);
	assert_true(kiln_last(lives, regex, line, sizeof(line)));
	if (strstr(line, "script: not ok"))
		fail_msg("%s", line);
}

#define DEFINE(name)                   \
	static void name(void **state) \
	{                              \
		expect_part(#name);    \
	}
PARTS(DEFINE)

static void a_restart_of_the_script_loses_no_message_and_fails_its_calls_as_uncertain(void **state)
{
	char line[64];

	kiln_expect(lives, 30, "script: restart the script now");
	kill(kiln_pid(lives), SIGHUP);
	kiln_expect(lives, 30, "the host script has been started again");
	kiln_expect(lives, 30, "script: page: the call was Cancelled, uncertain true");
	kiln_expect(lives, 30, "script: page: the call of the last run was aborted");
	kiln_expect(lives, 30, "script: counted all$");
	for (int n = 0; n < 200; n++) {
		snprintf(line, sizeof(line), "script: counted %d$", n);
		assert_int_equal(kiln_count(lives, line), 1);
	}
}

static void a_message_that_the_script_died_over_comes_again_if_sent_with_retry(void **state)
{
	kiln_expect(lives, 60, "the host script cannot go on");
	kiln_expect(lives, 30, "script: ok a_message_that_the_script_died_over_comes_again");
	kiln_expect(lives, 30, "script: counted after the poison");
	assert_int_equal(kiln_count(lives, "the page's channel is closed"), 0);
}

static int start(void **state)
{
	site = site_start();
	site_make_app(site, APP("lives"), OUT("lives"));
	lives = kiln_start("run", OUT("lives"), "--exit-after", "120", NULL);
	return 0;
}

static int end(void **state)
{
	kiln_stop(lives);
	site_stop(site);
	return 0;
}

int main(void)
{
#define ENTRY(name) cmocka_unit_test(name),
	const struct CMUnitTest tests[] = {
		PARTS(ENTRY) cmocka_unit_test(
			a_restart_of_the_script_loses_no_message_and_fails_its_calls_as_uncertain),
		cmocka_unit_test(
			a_message_that_the_script_died_over_comes_again_if_sent_with_retry),
	};

	return cmocka_run_group_tests(tests, start, end);
}
