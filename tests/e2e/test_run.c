/* The command itself: start, first frame, picture, end. */
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void the_welcome_page_is_painted_and_talks_with_its_script(void **state)
{
	struct kiln *k = kiln_start("run", "js/apps/welcome", "--log", "info,ipc=debug",
		"--exit-after", "20", "--screenshot", OUT("welcome.png"), NULL);

	kiln_expect(k, 20, "no screen in use: headless at 1280x800");
	kiln_expect(k, 20, "window \"main\": first frame painted after [0-9]+ ms");
	kiln_expect(k, 20, "ipc: main -> host  greet ");
	kiln_expect(k, 20, "ipc: host -> main  greet ");
	/* Payloads are not for logs. */
	assert_int_equal(kiln_count(k, "World"), 0);
	kiln_stop(k);
	assert_int_equal(png_pixel(OUT("welcome.png"), 1270, 790), 0xf6f1ea);
}

static void what_the_script_sends_is_in_the_picture(void **state)
{
	struct kiln *k;

	unlink(OUT("paint.png"));
	k = kiln_start("run", APP("paint"), "--screenshot", OUT("paint.png"), NULL);
	kiln_expect(k, 20, "painted app://paint/index.html\\?x=1#top");
	kiln_expect(k, 20, "headless at 640x360");
	/* The file follows by itself, while the app runs. */
	for (int i = 0; i < 100; i++) {
		kiln_read_for(k, 0.1);
		if (access(OUT("paint.png"), F_OK) == 0 &&
			png_pixel(OUT("paint.png"), 320, 180) == 0xc86432)
			break;
	}
	assert_int_equal(png_pixel(OUT("paint.png"), 320, 180), 0xc86432);
	kiln_stop(k);
}

static void it_ends_by_itself_after_the_time_given(void **state)
{
	struct kiln *k = kiln_start("run", APP("paint"), "--exit-after", "1.5", NULL);
	double start = now_seconds(), took;

	assert_int_equal(kiln_end(k, 20), 0);
	took = now_seconds() - start;
	assert_true(took > 1.3 && took < 10);
}

static void an_interrupt_ends_it_cleanly_and_leaves_no_process(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM };
	pid_t web[4];

	for (size_t i = 0; i < 2; i++) {
		struct kiln *k = kiln_start("run", APP("paint"), NULL);

		kiln_expect(k, 20, "first frame painted");
		assert_int_equal(descendants(kiln_pid(k), "WPEWebProcess", web, 4), 1);
		kill(kiln_pid(k), signals[i]);
		assert_int_equal(kiln_end(k, 10), 0);
		for (int wait = 0; wait < 50 && kill(web[0], 0) == 0; wait++)
			usleep(100000);
		assert_int_equal(kill(web[0], 0), -1);
	}
}

static void status_is_one_line_on_request(void **state)
{
	struct kiln *k = kiln_start("run", APP("paint"), NULL);

	kiln_expect(k, 20, "painted app://");
	kill(kiln_pid(k), SIGUSR2);
	kiln_expect(k, 5,
		"status: wakeups=[0-9]+ timers=[0-9]+ frames=[0-9]+ windows=1 delivered=[0-9]+ "
		"denied=0 refused=0 .* painted=main:[0-9]+$");
	kiln_stop(k);
}

static void root_is_refused(void **state)
{
	struct kiln *k = program_start(
		"/usr/bin/unshare", "-r", "build/dev/kiln", "run", APP("paint"), NULL);

	kiln_expect(k, 10, "refusing to run as root: start it as an unprivileged user");
	assert_int_equal(kiln_end(k, 10), 1);
}

static void the_sandbox_is_on_whatever_the_environment_says(void **state)
{
	char ours[64], theirs[64], path[64];
	struct kiln *k;
	pid_t web;

	setenv("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1", 1);
	k = kiln_start("run", APP("paint"), NULL);
	unsetenv("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS");
	kiln_expect(k, 20, "first frame painted");
	assert_int_equal(descendants(kiln_pid(k), "WPEWebProcess", &web, 1), 1);
	snprintf(path, sizeof(path), "/proc/%d/ns/user", web);
	ours[readlink("/proc/self/ns/user", ours, sizeof(ours) - 1)] = '\0';
	memset(theirs, 0, sizeof(theirs));
	assert_true(readlink(path, theirs, sizeof(theirs) - 1) > 0);
	assert_string_not_equal(ours, theirs);
	kiln_stop(k);
}

static void windows_open_and_close_and_take_their_processes_along(void **state)
{
	struct kiln *k = kiln_start("run", APP("windows"), NULL);
	pid_t web[8];

	kiln_expect(k, 30, "bad id: ChannelSend .*a window id is 1 to 32");
	kiln_expect(k, 30, "taken id: ChannelSend .*there is a window \"main\" already");
	kiln_expect(k, 30, "bad url: ChannelSend .*url is text without spaces");
	kiln_expect(k, 30, "navigate: WindowNotFound .*there is no window \"none\"");
	kiln_expect(k, 30, "close: false");
	kiln_expect(k, 30, "open: main$");
	for (int i = 0; i < 50 && descendants(kiln_pid(k), "WPEWebProcess", web, 8) > 1; i++)
		kiln_read_for(k, 0.1);
	assert_int_equal(descendants(kiln_pid(k), "WPEWebProcess", web, 8), 1);
	kiln_stop(k);
}

static void help_and_version_are_there_and_wrong_usage_says_so(void **state)
{
	static const struct {
		const char *args[3], *line;
		int status;
	} vectors[] = {
		{ { "--help" }, "usage: kiln COMMAND", 0 },
		{ { "new", "--help" }, "usage: kiln new ", 0 },
		{ { "dev", "--help" }, "usage: kiln dev ", 0 },
		{ { "run", "--help" }, "exit-after SECONDS", 0 },
		{ { "check", "--help" }, "usage: kiln check ", 0 },
		{ { "build", "--help" }, "usage: kiln build ", 0 },
		{ { "help", "build" }, "exit status: .* 3 ", 0 },
		{ { "--version" }, "^kiln [0-9]+\\.[0-9]+\\.[0-9]+$", 0 },
		{ { "dance" }, "no such command: dance", 2 },
		{ { "run" }, "kiln run: takes one app", 2 },
		{ { "run", "--exit-after", "soon" }, "takes seconds.*: soon", 2 },
		{ { "run", "--log", "loud" }, "takes levels.*: loud", 2 },
		{ { "run", "--size", "wide" }, "takes pixels.*: wide", 2 },
		{ { "check" }, "kiln check: takes one app", 2 },
		{ { "check", "--fast", "x" }, "kiln check: takes one app", 2 },
		{ { "build" }, "kiln build: takes one app", 2 },
		{ { "build", "--quick" }, "unknown or incomplete option", 2 },
		{ { "dev" }, "kiln dev: takes one app", 2 },
		{ { "run", "/nowhere" }, "/nowhere: No such file or directory", 1 },
	};

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct kiln *k = kiln_start(
			vectors[i].args[0], vectors[i].args[1], vectors[i].args[2], NULL);

		kiln_expect(k, 5, vectors[i].line);
		assert_int_equal(kiln_end(k, 5), vectors[i].status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_welcome_page_is_painted_and_talks_with_its_script),
		cmocka_unit_test(what_the_script_sends_is_in_the_picture),
		cmocka_unit_test(it_ends_by_itself_after_the_time_given),
		cmocka_unit_test(an_interrupt_ends_it_cleanly_and_leaves_no_process),
		cmocka_unit_test(status_is_one_line_on_request),
		cmocka_unit_test(root_is_refused),
		cmocka_unit_test(the_sandbox_is_on_whatever_the_environment_says),
		cmocka_unit_test(windows_open_and_close_and_take_their_processes_along),
		cmocka_unit_test(help_and_version_are_there_and_wrong_usage_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
