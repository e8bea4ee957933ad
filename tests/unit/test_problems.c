/* What is wrong with an app, as its windows are told. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include "app/problems.h"

static struct problems problems;

static const char *shown(const char *window)
{
	static char text[64 << 10];
	struct buf json = BUF_INIT(sizeof(text));

	assert_int_equal(problems_show(&problems, window, &json), 0);
	memcpy(text, buf_bytes(&json), buf_len(&json));
	buf_fini(&json);
	return text;
}

static int clear(void **state)
{
	for (int kind = PROBLEM_BUILD; kind <= PROBLEM_PAGE; kind++)
		problems_clear(&problems, (enum problem_kind)kind, NULL);
	assert_int_equal(problems.n, 0);
	return 0;
}

static void add(const char *text)
{
	problems_add(&problems, PROBLEM_HOST, NULL, NULL, text, NULL);
}

static void a_place_is_taken_out_of_a_line_of_the_log(void **state)
{
	static const struct {
		const char *line, *place, *text;
	} vectors[] = {
		{ "timer callback: TypeError: bad (main.js:20)", "main.js:20",
			"timer callback: TypeError: bad" },
		{ "uncaught Error: x (app://a/b.js:3:14)", "app://a/b.js:3:14",
			"uncaught Error: x" },
		{ "main.js:7: SyntaxError: empty (really)", "main.js:7",
			"SyntaxError: empty (really)" },
		{ "src/main.ts:7:2: Error: x", "src/main.ts:7:2", "Error: x" },
		{ "kiln.json: windowz: unknown key", "", "kiln.json: windowz: unknown key" },
		{ "at 12:30: late", "", "at 12:30: late" },
		{ "no place (at all)", "", "no place (at all)" },
		{ "(main.js:1)", "", "(main.js:1)" },
		{ ":1: x", "", ":1: x" },
		{ "", "", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		add(vectors[i].line);
		assert_string_equal(problems.all[0].place, vectors[i].place);
		assert_string_equal(problems.all[0].text, vectors[i].text);
		clear(state);
	}
}

static void the_same_again_is_counted(void **state)
{
	for (int i = 0; i < 100; i++)
		add("Error: again (main.js:1)");
	add("Error: again (main.js:2)");
	assert_int_equal(problems.n, 2);
	assert_non_null(strstr(shown("main"), "\"count\":100"));
}

static void the_lines_of_a_stack_belong_to_the_error_before_them(void **state)
{
	add("Error: deep (main.ts:1)");
	problems_add_frame(&problems, PROBLEM_HOST, NULL, "    at a.ts:2");
	problems_add_frame(&problems, PROBLEM_HOST, NULL, "    at b.ts:3");
	problems_add_frame(&problems, PROBLEM_PAGE, "main", "    at nobody.ts:4");
	assert_non_null(strstr(shown("main"), "\"stack\":\"    at a.ts:2\\n    at b.ts:3\""));
	/* The same again has its stack already. */
	add("Error: deep (main.ts:1)");
	problems_add_frame(&problems, PROBLEM_HOST, NULL, "    at a.ts:2");
	assert_int_equal(problems.n, 1);
	assert_null(strstr(shown("main"), "b.ts:3\\n"));
	add("Error: deeper (main.ts:1)");
	for (int i = 0; i < 10000; i++)
		problems_add_frame(&problems, PROBLEM_HOST, NULL, "    at c.ts:5");
	assert_true(strlen(problems.all[1].stack) < 5000);
	clear(state);
	problems_add_frame(&problems, PROBLEM_HOST, NULL, "    at gone.ts:6");
}

static void a_window_is_shown_what_is_its_own_and_what_is_all_of_theirs(void **state)
{
	problems_add(&problems, PROBLEM_PAGE, "main", "a.js:1", "of main", NULL);
	problems_add(&problems, PROBLEM_PAGE, "board", "a.js:1", "of board", NULL);
	problems_add(&problems, PROBLEM_BUILD, NULL, "main.ts:1:1", "of all", "do \"this\"");
	assert_non_null(strstr(shown("main"), "of main"));
	assert_null(strstr(shown("main"), "of board"));
	assert_non_null(strstr(shown("main"), "do \\\"this\\\""));
	assert_non_null(strstr(shown("other"), "of all"));
	assert_true(problems_clear(&problems, PROBLEM_PAGE, "main"));
	assert_false(problems_clear(&problems, PROBLEM_PAGE, "main"));
	assert_null(strstr(shown("main"), "of main"));
	assert_non_null(strstr(shown("board"), "of board"));
	clear(state);
	assert_string_equal(shown("main"), "[]");
}

static void there_are_no_more_than_a_window_has_room_for(void **state)
{
	char text[64];

	for (unsigned i = 0; i < 10 * PROBLEMS_MAX; i++) {
		snprintf(text, sizeof(text), "Error: number %u", i);
		add(text);
	}
	assert_int_equal(problems.n, PROBLEMS_MAX);
	assert_non_null(strstr(shown("main"), "number 0\""));
}

#define TEST(fn) cmocka_unit_test_teardown(fn, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_place_is_taken_out_of_a_line_of_the_log),
		TEST(the_same_again_is_counted),
		TEST(the_lines_of_a_stack_belong_to_the_error_before_them),
		TEST(a_window_is_shown_what_is_its_own_and_what_is_all_of_theirs),
		TEST(there_are_no_more_than_a_window_has_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
