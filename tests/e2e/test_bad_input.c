/* Bad input ends in a message that a person can act on, and takes nobody else along. */
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Both commands must say the same of an app that cannot run. */
static void expect_both(const char *app, const char *line)
{
	static const char *const commands[] = { "check", "run" };

	for (size_t i = 0; i < 2; i++) {
		struct kiln *k = kiln_start(commands[i], app, NULL);

		kiln_expect(k, 10, line);
		assert_int_equal(kiln_end(k, 10), 1);
	}
}

static void a_missing_manifest_says_what_an_app_is(void **state)
{
	expect_both(APP("no-manifest"),
		"no-manifest/kiln.json: No such file or directory; an app is a folder with a kiln.json");
}

static void a_broken_manifest_names_the_place(void **state)
{
	expect_both(APP("bad-json"), "bad-json/kiln.json:1:20: ");
}

static void an_unknown_key_names_its_path(void **state)
{
	expect_both(APP("unknown-key"),
		"unknown-key/kiln.json: windows\\[0\\].hight: unknown key; there are: id, url, output, ");
}

static void a_syntax_error_names_file_and_line(void **state)
{
	struct kiln *k = kiln_start("check", APP("syntax-error"), NULL);

	kiln_expect(k, 10, "syntax-error/main.js:3: SyntaxError");
	/* Not only the first file. */
	kiln_expect(k, 10, "syntax-error/lib/other.js:2: SyntaxError");
	assert_int_equal(kiln_end(k, 10), 1);

	k = kiln_start("run", APP("syntax-error"), NULL);
	kiln_expect(k, 10, "syntax-error/main.js:3: SyntaxError");
	assert_int_equal(kiln_end(k, 10), 1);
}

static void a_script_that_throws_at_its_start_names_the_line(void **state)
{
	struct kiln *k = kiln_start("run", APP("throws"), NULL);

	kiln_expect(k, 10, "throws/main.js:2: .*cannot find module \"./missing.js\"");
	assert_int_equal(kiln_end(k, 10), 1);
}

static void a_script_that_fills_its_heap_is_sound_in_the_next_turn(void **state)
{
	struct kiln *k = kiln_start("run", APP("exhaust"), "--exit-after", "60", NULL);

	kiln_expect(k, 60, "error script: callback of channel \"fill\": .*[Ee]rror");
	kiln_expect(k, 60, "script: settled true, wrong 0");
	assert_int_equal(kiln_count(k, "microtask:"), 0);
	assert_int_equal(kiln_end(k, 20), 0);
}

static void a_good_app_is_in_order(void **state)
{
	struct kiln *k = kiln_start("check", "js/apps/welcome", NULL);

	kiln_expect(k, 10, "app://welcome is in order \\(1 script\\)");
	assert_int_equal(kiln_end(k, 10), 0);
}

static void check_shows_what_the_pages_may_say(void **state)
{
	struct kiln *k = kiln_start("check", APP("grants"), NULL);

	kiln_expect(k, 10,
		"warning: window \"kitchen\": \"till:\\*\" is allowed to no effect: the app's list");
	kiln_expect(k, 10, "app://grants is in order");
	kiln_expect(k, 10, "^  main +order:\\* +yes +yes +except \"order:refund\" \\(send\\)$");
	kiln_expect(k, 10, "^ +order:\\* +- +- +narrowed to \"order:ready\"$");
	/* Warnings are no faults. */
	assert_int_equal(kiln_end(k, 10), 0);
}

static void windows_that_cannot_be_opened_are_found_by_check(void **state)
{
	struct kiln *k = kiln_start("check", APP("bad-windows"), NULL);

	kiln_expect(k, 10, "kiln.json: windows\\[0\\].id: \"my window\" is not 1 to 32 of");
	kiln_expect(k, 10, "kiln.json: windows\\[1\\].url: \"%zz.html\" is no path in web/");
	kiln_expect(k, 10, "kiln.json: windows\\[2\\].id: there is a window \"a\" already");
	kiln_expect(k, 10, "kiln.json: windows\\[2\\].url: web/nothing.html: No such file");
	assert_int_equal(kiln_end(k, 10), 1);
}

static void a_page_that_does_not_exist_is_found_by_check_and_survived_by_run(void **state)
{
	struct kiln *k = kiln_start("check", APP("missing-page"), NULL);

	kiln_expect(k, 10, "windows\\[0\\].url: web/nothing.html: No such file");
	assert_int_equal(kiln_end(k, 10), 1);

	k = kiln_start("run", APP("missing-page"), "--screenshot", OUT("404.png"), NULL);
	kiln_expect(k, 20, "app://missing-page/nothing.html: web/nothing.html: No such file");
	kiln_expect(k, 20, "running all the same");
	kiln_expect(k, 20, "first frame painted");
	kiln_stop(k);
}

/* The last beat count of a window in the log. */
static int beats(struct kiln *k, const char *window)
{
	char regex[32], line[128];

	snprintf(regex, sizeof(regex), "beats %s [0-9]+", window);
	if (!kiln_last(k, regex, line, sizeof(line)))
		return 0;
	return atoi(strstr(line, "beats ") + 8);
}

static void a_web_process_that_dies_is_replaced_and_the_other_window_goes_on(void **state)
{
	struct kiln *k = kiln_start("run", APP("two"), NULL);
	pid_t web[4];
	int a, b;

	kiln_expect(k, 30, "beats a ");
	kiln_expect(k, 30, "beats b ");
	/* Windows never share a process. */
	assert_int_equal(descendants(kiln_pid(k), "WPEWebProcess", web, 4), 2);
	kill(web[0], SIGKILL);
	kiln_expect(k, 10,
		"window \"[ab]\": the web process crashed; loading app://two/index.html\\?[ab] again in 0.25 s");
	kiln_expect(k, 10, "script: event [ab] crash");
	a = beats(k, "a");
	b = beats(k, "b");
	kiln_read_for(k, 5);
	/* Both: one was never held up, the other one is back. */
	assert_true(beats(k, "a") > a);
	assert_true(beats(k, "b") > b);
	assert_int_equal(descendants(kiln_pid(k), "WPEWebProcess", web, 4), 2);
	assert_int_equal(kiln_count(k, "crashed"), 1);
	kiln_stop(k);
}

static void what_the_script_shows_after_a_crash_stays(void **state)
{
	struct kiln *k = kiln_start("run", APP("recover"), NULL);
	pid_t web;

	kiln_expect(k, 30, "showing /index.html");
	assert_int_equal(descendants(kiln_pid(k), "WPEWebProcess", &web, 1), 1);
	kill(web, SIGKILL);
	kiln_expect(k, 20, "showing /safe.html");
	kiln_read_for(k, 2);
	assert_int_equal(kiln_count(k, "showing /index.html"), 1);
	assert_int_equal(kiln_count(k, "showing /safe.html"), 1);
	kiln_stop(k);
}

/* A channel that is closed for what came over it. */
static void expect_closed(struct kiln *k, const char *window, const char *why)
{
	char regex[256];

	snprintf(regex, sizeof(regex),
		"error ipc: window \"%s\": the page's channel is closed: %s; reload", window, why);
	kiln_expect(k, 5, regex);
	assert_int_equal(kiln_count(k, regex), 1);
}

static void a_hostile_web_process_loses_its_channel_and_nobody_else_anything(void **state)
{
	static const char *const only_the_runtime[] = { "event", "credit", "refused", "again" };
	static const char *const false_acks[] = { "nothing-acked", "false-ack", "half-ack" };
	struct kiln *k =
		kiln_start("run", APP("hostile"), "--webext", "build/dev/e2e/hostile", NULL);

	kiln_expect(k, 120, "all attacks done, 0 beats lost, 0 times none");
	for (size_t i = 0; i < 4; i++)
		expect_closed(
			k, only_the_runtime[i], "it sent a frame that only the runtime may send");
	for (size_t i = 0; i < 3; i++)
		expect_closed(k, false_acks[i], "it acknowledged what it was not sent");
	expect_closed(k, "cancel", "it cancelled what it had not asked for");
	expect_closed(k, "random", "it sent what is not a frame");
	expect_closed(k, "overrun", "it sent more than its credit");
	expect_closed(k, "reply", "it answered a call that it was not sent");
	expect_closed(k, "failed", "it answered a call that it was not sent");
	expect_closed(k, "long-log", "it sent what is no line for the log");
	kiln_expect(
		k, 5, "reserved -> host  __window__  refused, PermissionDenied: .*the runtime's");
	/* The sender is who it is, whatever the payload says, and whatever came along. */
	kiln_expect(k, 5, "greeted by named, who says it is good");
	kiln_expect(k, 5, "greeted by fd, who says it is good");
	kiln_expect(k, 5, "greeted by fds, who says it is good");
	kiln_expect(k, 5,
		"warn  ipc: window \"second\": a second socket for the same document was refused");
	kiln_expect(k, 5, "hostile: second: got no second socket");
	kiln_expect(k, 5, "warn  view: a page's process sent file descriptors: closed");
	kiln_expect(k, 5, "hostile: stray: got a socket");
	kiln_expect(k, 5, "hostile: early: got no socket");
	kiln_expect(k, 5, "hostile: frames: got 16 sockets for 48 frames");
	kiln_expect(k, 5, "hostile: lying: got no socket");
	kiln_expect(
		k, 5, "window \"deaf\": a notice to the page was lost: No buffer space available");
	assert_int_equal(kiln_count(k, "the good window|a beat of"), 0);
	kiln_stop(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_manifest_says_what_an_app_is),
		cmocka_unit_test(a_broken_manifest_names_the_place),
		cmocka_unit_test(an_unknown_key_names_its_path),
		cmocka_unit_test(a_syntax_error_names_file_and_line),
		cmocka_unit_test(a_script_that_throws_at_its_start_names_the_line),
		cmocka_unit_test(a_script_that_fills_its_heap_is_sound_in_the_next_turn),
		cmocka_unit_test(a_good_app_is_in_order),
		cmocka_unit_test(check_shows_what_the_pages_may_say),
		cmocka_unit_test(windows_that_cannot_be_opened_are_found_by_check),
		cmocka_unit_test(a_page_that_does_not_exist_is_found_by_check_and_survived_by_run),
		cmocka_unit_test(a_web_process_that_dies_is_replaced_and_the_other_window_goes_on),
		cmocka_unit_test(what_the_script_shows_after_a_crash_stays),
		cmocka_unit_test(a_hostile_web_process_loses_its_channel_and_nobody_else_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
