/*
 * The example apps, and a program that was written against the seed's API, as the toolkit builds
 * them. Pages are used by drivers (apps/NAME-driver.js): one script more in the page, which says on
 * the console what it sees.
 */
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define BUILT(name) "build/dev/e2e/apps/" name
#define PAGE "page: window \"[a-z]+\": driver: "

/* A picture follows its window within half a second. */
static void expect_pixel(struct kiln *k, const char *picture, unsigned x, unsigned y, uint32_t want)
{
	uint32_t have = ~0u;

	for (int i = 0; i < 100; i++) {
		if (access(picture, F_OK) == 0)
			have = png_pixel(picture, x, y);
		if (have == want)
			return;
		kiln_read_for(k, 0.1);
	}
	kill(kiln_pid(k), SIGKILL);
	fail_msg("%s: %u,%u is %06x and not %06x", picture, x, y, have, want);
}

static pid_t only_web_process(struct kiln *k)
{
	pid_t web[4];

	assert_int_equal(descendants(kiln_pid(k), "WPEWebProcess", web, 4), 1);
	return web[0];
}

#define TODOS                                                                                    \
	"2 / 5: \\+Wipe the tables, -Refill the beans, -Bake 40 croissants, \\+Count the till, " \
	"-Call the dairy about Friday$"

static void todo_shows_what_its_script_holds_and_keeps_it_when_the_page_goes(void **state)
{
	struct kiln *k;

	unlink(OUT("todo.png"));
	k = kiln_start("run", BUILT("todo"), "--screenshot", OUT("todo.png"), NULL);
	kiln_expect(k, 30, PAGE "empty: 0 / 0: $");
	kiln_expect(k, 30, PAGE "refused: A task has 1 to 60 characters\\.$");
	kiln_expect(k, 30, PAGE "one: 1 / 1: \\+<i>Old</i> news$");
	kiln_expect(k, 30, PAGE "cleared: 0 / 0: $");
	kiln_expect(k, 30, PAGE "done: " TODOS);

	kiln_expect(k, 30, PAGE "kept: " TODOS);
	assert_int_equal(kiln_count(k, PAGE "kept"), 1);
	/* The panel, and the round mark of a task that is done and of one that is not. */
	expect_pixel(k, OUT("todo.png"), 20, 400, 0x231915);
	expect_pixel(k, OUT("todo.png"), 460, 260, 0x8c3b1e);
	expect_pixel(k, OUT("todo.png"), 474, 352, 0xfffdfa);

	assert_int_equal(kiln_count(k, " error "), 0);
	kill(only_web_process(k), SIGKILL);
	for (int i = 0; i < 300 && kiln_count(k, PAGE "kept: " TODOS) < 2; i++)
		kiln_read_for(k, 0.1);
	assert_int_equal(kiln_count(k, PAGE "kept: " TODOS), 2);

	/* A script that is started anew has no list, but finds its window. */
	kill(kiln_pid(k), SIGHUP);
	kiln_expect(k, 30, PAGE "the script is new: 0 / 0: $");
	kiln_expect(k, 30, PAGE "it goes on: 0 / 1: -Begin again$");
	kiln_stop(k);
}

static void status_board_is_two_windows_of_one_script(void **state)
{
	struct kiln *k;
	pid_t web[4];

	unlink(OUT("board.png"));
	unlink(OUT("control.png"));
	k = kiln_start("run", BUILT("status-board"), "--screenshot", "board=" OUT("board.png"),
		"--screenshot", "control=" OUT("control.png"), NULL);
	kiln_expect(k, 30, PAGE "states: Soaking, [HO][a-z ]+, Cooling, [RH][a-z ]+$");
	kiln_expect(k, 30, PAGE "curves: 3$");
	kiln_expect(k, 30, PAGE "Clara cools$");
	kiln_expect(k, 30, PAGE "refused: The mains carry 2 kilns\\. Hold or stop one first\\.$");
	kiln_expect(k, 30, PAGE "Bruno waits and Dora heats$");
	kiln_expect(k, 30, PAGE "nonsense: \\[7001\\] TypeError: an order names a kiln$");
	kiln_expect(
		k, 30, PAGE "the wall orders: \\[7004\\] .*no rule of the window's capabilities");
	kiln_expect(k, 30, PAGE "the notice is on the wall$");
	kiln_expect(k, 30, PAGE "the orders are on the wall$");

	/* Each window has an output of its own: the wall's notice, and the panel's. */
	expect_pixel(k, OUT("board.png"), 1200, 60, 0xf2a03d);
	expect_pixel(k, OUT("control.png"), 1200, 298, 0xf2a03d);

	/* Pages that come back are told how things stand. */
	assert_int_equal(descendants(kiln_pid(k), "WPEWebProcess", web, 4), 2);
	kill(web[0], SIGKILL);
	kill(web[1], SIGKILL);
	kiln_expect(k, 30, PAGE "states: [A-Z][a-z]+, On hold, Cooling, Heating$");
	kiln_stop(k);
}

static void the_seeds_program_runs_as_it_is(void **state)
{
	struct kiln *k = kiln_start("run", BUILT("seed"), NULL);

	kiln_expect(k, 30, "script: recvWindowEvent ");
	kiln_expect(k, 30, "script: onEvent saw ready$");
	kiln_expect(k, 30, "script: onChannel greet Ada from main$");
	kiln_expect(k, 30, "script: onChannel greet Ada from second$");
	kiln_expect(k, 30, "script: windowEventsFor second: line Seed$");
	kiln_expect(k, 30, "script: windowEventsFor ended$");
	kiln_expect(k, 30, "script: channelEvents add 2: ");
	kiln_expect(k, 30, "script: greeted by main and second$");
	for (const char *const *window = (const char *const[]){ "main", "second", NULL }; *window;
		window++) {
		char line[64];

		snprintf(line, sizeof(line), "window \"%s\": theme dark$", *window);
		kiln_expect(k, 30, line);
		snprintf(line, sizeof(line), "window \"%s\": items 2$", *window);
		kiln_expect(k, 30, line);
		snprintf(line, sizeof(line), "window \"%s\": Hello, Ada!$", *window);
		kiln_expect(k, 30, line);
		snprintf(line, sizeof(line), "window \"%s\": theme ", *window);
		assert_int_equal(kiln_count(k, line), 1);
	}
	assert_int_equal(kiln_count(k, "script: onEvent saw ready"), 1);
	/* A machine at its limit may say so; nothing else may be wrong. */
	assert_int_equal(kiln_count(k, " (warn|error) +(script|page|ipc|window):"), 0);
	kiln_stop(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(todo_shows_what_its_script_holds_and_keeps_it_when_the_page_goes),
		cmocka_unit_test(status_board_is_two_windows_of_one_script),
		cmocka_unit_test(the_seeds_program_runs_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
