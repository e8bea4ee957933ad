/* A native module, built against the installed header only, in a host script. */
#include "harness.h"

#include <signal.h>
#include <string.h>

#define NATIVE_APP "build/dev/e2e/native"

static struct kiln *native;

static void said(const char *line)
{
	kiln_expect(native, 20, line);
}

static void its_functions_are_those_that_it_declares(void **state)
{
	said("native: sensor: two sensors$");
	said("script: exports read readAll calibrate wait watch on events$");
}

static void structs_enums_lists_bytes_and_json_go_both_ways(void **state)
{
	said("script: read \\{\"sensor\":\"oven\",\"value\":21.5,\"unit\":\"celsius\"\\}$");
	said("script: kelvin \\{\"sensor\":\"oven\",\"value\":294.65,\"unit\":\"kelvin\"\\}$");
	said("script: all \\[\\{\"sensor\":\"oven\",\"value\":21.5,\"unit\":\"celsius\"\\},"
	     "\\{\"sensor\":\"room\",\"value\":20,\"unit\":\"celsius\","
	     "\"takenAt\":\"2026-11-22T12:00:00Z\"\\}\\]$");
	said("script: calibrate \\{\"by\":\\[\"me\",null\\]\\}$");
	said("script: calibrated \\{\"sensor\":\"oven\",\"value\":22,\"unit\":\"celsius\"\\}$");
}

static void what_it_refuses_rejects(void **state)
{
	said("script: cellar ChannelRecv: \\[7001\\] there is no sensor \"cellar\"$");
	said("script: nul ChannelRecv: .*must not have a NUL character$");
}

static void arguments_are_checked_before_it_is_called(void **state)
{
	said("script: nothing TypeError: read: sensor: must be a string, is undefined$");
	said("script: furlong TypeError: read: options.unit: must be one of \"celsius\", \"kelvin\"$");
	said("script: units TypeError: read: options: has no member \"units\"; there are: unit$");
	said("script: half TypeError: calibrate: offset: must be a whole number");
}

static void its_events_reach_callbacks_and_iterators(void **state)
{
	said("script: on \\{\"sensor\":\"oven\",\"value\":1,\"unit\":\"celsius\"\\}$");
	said("script: watch true$");
	said("script: events \\{\"value\":\\{\"type\":\"changed\",\"payload\":\\{\"sensor\":\"oven\",\"value\":0,");
	assert_int_equal(kiln_count(native, "script: on .*\"value\":2"), 0);
}

static void an_answer_may_come_later(void **state)
{
	said("script: second ChannelRecv: \\[7001\\] somebody waits already$");
	said("script: waited undefined$");
}

static void a_flood_of_its_events_is_bounded(void **state)
{
	said("native: sensor: an event \"changed\" is lost: ");
	said("script: flood false$");
}

static void a_restart_of_the_script_cancels_what_it_waited_for(void **state)
{
	said("script: waiting for the end$");
	kill(kiln_pid(native), SIGHUP);
	said("native: sensor: nobody waits any more$");
	said("the host script has been started again");
	kiln_stop(native);
}

static void in_typescript_it_has_the_types_that_it_declares(void **state)
{
	struct kiln *k = kiln_start("run", "build/dev/e2e/native-ts", NULL);

	kiln_expect(k, 20, "script: typed 294.65 kelvin at no time$");
	kiln_expect(k, 20, "script: typed changed 0$");
	kiln_expect(k, 20, "script: typed changed 1$");
	assert_int_equal(kiln_end(k, 10), 0);
}

static int setup(void **state)
{
	native = kiln_start("run", NATIVE_APP, NULL);
	return 0;
}

static void refuses(const char *app, const char *why)
{
	struct kiln *k = kiln_start("run", app, NULL);

	kiln_expect(k, 10, why);
	assert_int_equal(kiln_end(k, 10), 1);
}

static void one_that_is_not_there_or_not_right_is_refused_by_name(void **state)
{
	refuses("build/dev/e2e/native-bad/missing",
		"native/none.so: the native module \"none\": No such file");
	refuses("build/dev/e2e/native-bad/name", "it calls itself \"sensor\"");
	refuses("build/dev/e2e/native-bad/old", "it was built for version 9999 of kiln/module.h");
	refuses("build/dev/e2e/native-bad/none", "it has no symbol kiln_module");
	refuses("build/dev/e2e/native-bad/outside", "it is not inside the app's folder");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_functions_are_those_that_it_declares),
		cmocka_unit_test(structs_enums_lists_bytes_and_json_go_both_ways),
		cmocka_unit_test(what_it_refuses_rejects),
		cmocka_unit_test(arguments_are_checked_before_it_is_called),
		cmocka_unit_test(its_events_reach_callbacks_and_iterators),
		cmocka_unit_test(an_answer_may_come_later),
		cmocka_unit_test(a_flood_of_its_events_is_bounded),
		cmocka_unit_test(a_restart_of_the_script_cancels_what_it_waited_for),
		cmocka_unit_test(in_typescript_it_has_the_types_that_it_declares),
		cmocka_unit_test(one_that_is_not_there_or_not_right_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
