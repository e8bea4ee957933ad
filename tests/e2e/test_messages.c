/* Messages through the real engine: order, content, count, and who gets a bridge. */
#include "harness.h"

#include <stdio.h>

static void ten_thousand_messages_come_back_in_order_and_unchanged(void **state)
{
	struct kiln *k = kiln_start("run", APP("echo"), "--exit-after", "120", NULL);

	kiln_expect(k, 120,
		"echo: \\{\"received\":10000,\"sent\":10000,\"full\":[0-9]+,\"error\":null\\}");
	assert_int_equal(kiln_end(k, 20), 0);
}

static void a_flood_without_room_loses_nothing_that_was_accepted(void **state)
{
	struct kiln *k = kiln_start("run", APP("flood"), "--exit-after", "120", NULL);

	kiln_expect(k, 60,
		"page to host: all accepted came true, in order true, some refused true, sum 20000");
	kiln_expect(k, 60,
		"host to page: all accepted came true, in order true, some refused true, sum 8000");
	assert_int_equal(kiln_count(k, "unexpected|error page"), 0);
	assert_int_equal(kiln_end(k, 20), 0);
}

static void only_the_main_frame_of_the_app_has_a_bridge_and_pages_are_served_safely(void **state)
{
	static const char *const lines[] = {
		"bridge in same: undefined",
		"bridge in srcdoc: undefined",
		"bridge in blank: undefined",
		"bridge in sandboxed: undefined",
		"host is runtime: true",
		"frozen: true",
		"replace: TypeError",
		"redefine: TypeError",
		"delete: TypeError",
		"dispatch entry: undefined",
		"natives: $",
		"csp: true",
		"nosniff: nosniff",
		"html: 200 text/html; charset=utf-8",
		"script: 200 text/javascript; charset=utf-8",
		"percent: 200 text/html",
		"missing: 404 text/html",
		"dot dot: 404",
		"double slash: 404",
		"encoded root: 404",
		"nul: 404",
		"link out: 404",
		"other host: TypeError",
		"post: 405",
		"inline script: false",
		"eval: EvalError",
		"reserved: PermissionDenied",
		"empty channel: ChannelSend",
		"nul in channel: ChannelSend",
		"channel type: TypeError",
		"popup: true",
		"replaced globals: still here",
	};
	struct kiln *k = kiln_start("run", APP("frames"), "--exit-after", "60", NULL);
	char line[128];

	kiln_expect(k, 60, "result replaced globals");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(line, sizeof(line), "script: result %s", lines[i]);
		kiln_expect(k, 5, line);
	}
	kiln_expect(k, 5,
		"PermissionDenied: channel \"secret\", page of window \"main\" \\(app://frames\\): "
		"denied by rule \"secret\"");
	assert_int_equal(kiln_count(k, "result secret"), 0);
	assert_int_equal(kiln_end(k, 20), 0);
}

static void dialogs_are_dismissed_and_hold_nobody_up(void **state)
{
	struct kiln *k = kiln_start("run", APP("dialogs"), "--exit-after", "60", NULL);

	kiln_expect(k, 60, "script: answers \\[null,false,null\\]");
	kiln_expect(k, 10, "beats while dialogs: true");
	/* A text of the page is one line, and a burst of them is kept short. */
	kiln_expect(k, 10, "dialog of the page dismissed: b\\\\nc");
	assert_uint_in_range(kiln_count(k, "dialog of the page dismissed"), 1, 20);
	assert_int_equal(kiln_end(k, 20), 0);
}

static void what_a_page_says_and_throws_is_in_the_log_with_file_and_line(void **state)
{
	static const char *const lines[] = {
		"info  page: window \"main\": plain 1 \\{\"a\":\\[true\\]\\} undefined$",
		"warn  page: window \"main\": two\\\\nlines$",
		"error page: window \"main\": Error: shown \\(app://console/app.js:3:[0-9]+\\)",
		"error page: .*missing.*\\(app://console/app.js:4:[0-9]+\\)",
		"warn  ipc: main -> host  denied  refused, PermissionDenied: .*capabilities.channels",
		"error page: .*unhandled rejection: TypeError: nobody \\(app://console/app.js:7:[0-9]+\\)",
		"error page: .*Error: ask me \\(app://console/app.js:[0-9]+:[0-9]+\\)",
		"info  page: .*and on it goes",
		"error page: .*RangeError: late \\(app://console/app.js:9:[0-9]+\\)",
	};
	struct kiln *k = kiln_start("run", APP("console"), NULL);

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		kiln_expect(k, 20, lines[i]);
	/* A flood is kept short, and stops nobody. */
	assert_uint_in_range(kiln_count(k, "flood"), 1, 40);
	kiln_stop(k);
}

static void a_line_is_cut_between_characters_and_costs_the_page_no_channel(void **state)
{
	static const char *const lines[] = {
		"info  page: window \"main\": (漢){341}$",
		"info  page: window \"main\": (é){511}$",
		"info  page: window \"main\": y{999}�$",
		"info  page: window \"main\": lone � surrogate$",
		"script: the page is still heard",
	};
	struct kiln *k = kiln_start("run", APP("console"), NULL);

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		kiln_expect(k, 20, lines[i]);
	assert_int_equal(kiln_count(k, "the page's channel is closed"), 0);
	kiln_stop(k);
}

/* Each of these was a defect once. */
static void odd_but_honest_use_loses_nothing(void **state)
{
	static const char *const lines[] = {
		"inner send: .*a payload that is being sent cannot send in turn",
		"sending goes on",
		"tick: came",
		"const host: mine",
		"bytes: 1,2,3",
		"sent bytes transfer: true",
		"received bytes transfer: true",
		"detached: Serialization",
		"of 200 sent while leaving, 200 came",
	};
	struct kiln *k = kiln_start("run", APP("odd"), "--exit-after", "60", NULL);

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		kiln_expect(k, 20, lines[i]);
	assert_int_equal(kiln_count(k, "never came|getter"), 0);
	assert_int_equal(kiln_count(k, " error "), 0);
	assert_int_equal(kiln_end(k, 20), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_thousand_messages_come_back_in_order_and_unchanged),
		cmocka_unit_test(a_flood_without_room_loses_nothing_that_was_accepted),
		cmocka_unit_test(
			only_the_main_frame_of_the_app_has_a_bridge_and_pages_are_served_safely),
		cmocka_unit_test(what_a_page_says_and_throws_is_in_the_log_with_file_and_line),
		cmocka_unit_test(a_line_is_cut_between_characters_and_costs_the_page_no_channel),
		cmocka_unit_test(odd_but_honest_use_loses_nothing),
		cmocka_unit_test(dialogs_are_dismissed_and_hold_nobody_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
