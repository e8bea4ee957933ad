/* Errors of a built app in the terms of its author, and floods of them. */
#include "harness.h"

#include <string.h>

static void errors_of_a_built_script_name_its_sources(void **state)
{
	static const char *const lines[] = {
		"error script: timer callback: OrderError: order 1 is empty \\(main.ts:19\\)$",
		"error script:     at main.ts:37$",
		/* In an async function, after an await; e.stack is the author's as well. */
		"error script: caught: OrderError: order 2 is empty \\(main.ts:19\\) [0-9]+$",
		"error script: unhandled rejection: OrderError: order 3 is empty \\(main.ts:19\\)$",
		"error script:     at main.ts:28$",
		/* By way of a package. */
		"error script: timer callback: OrderError: order 4 is empty \\(main.ts:19\\)$",
		"error script:     at emit \\(node_modules/tiny-emitter/index.js:[0-9]+\\)$",
		"error script: unhandled rejection: RangeError: no 1 \\(main.ts:44\\)$",
		"error script: unhandled rejection: RangeError: no 3 \\(main.ts:44\\)$",
	};
	struct kiln *k = kiln_start("run", APP("mapped"), NULL);

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		kiln_expect(k, 20, lines[i]);
	assert_int_equal(kiln_count(k, "script: .*main\\.js"), 0);
	kiln_stop(k);
}

static void errors_of_a_built_page_name_its_sources(void **state)
{
	static const char *const lines[] = {
		"error page: window \"main\": uncaught TypeError: .* \\(web/app.ts:11:10\\)$",
		"error page: window \"main\":     at [a-z]+ \\(web/app.ts:16:[0-9]+\\)$",
		"error page: window \"main\":     at web/app.ts:25:[0-9]+$",
		"error page: window \"main\": unhandled rejection: TypeError: .* \\(web/app.ts:11:10\\)$",
		"error page: window \"main\":     at [a-z]+ \\(web/app.ts:21:[0-9]+\\)$",
		"error page: window \"main\": seen: TypeError: .* \\(web/app.ts:11:10\\)$",
		"error page: window \"main\": uncaught RangeError: the same again \\(web/app.ts:47:[0-9]+\\)$",
	};
	struct kiln *k = kiln_start("run", APP("mapped"), NULL);

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		kiln_expect(k, 20, lines[i]);
	assert_int_equal(kiln_count(k, "app://mapped/app.js"), 0);
	kiln_stop(k);
}

static void a_page_cannot_make_a_line_that_looks_like_anothers(void **state)
{
	struct kiln *k = kiln_start("run", APP("mapped"), NULL);

	kiln_expect(k, 20,
		"error page: window \"main\": uncaught Error: forged\\\\nerror script: nothing "
		"\\(main.ts:1\\) \\(web/app.ts:42:[0-9]+\\)$");
	/* Frames of its own making are its own lines still; nobody else's files are mapped. */
	kiln_expect(k, 5,
		"error page: window \"main\":     at \\\\x1b\\[31m \\(https://elsewhere.example/app.js:1:1\\)$");
	assert_int_equal(kiln_count(k, "^[0-9:.]+ error script: nothing"), 0);
	kiln_stop(k);
}

static void a_flood_of_errors_is_a_few_lines_with_its_numbers(void **state)
{
	struct kiln *k = kiln_start("run", APP("mapped"), NULL);

	kiln_expect(k, 20, "error script: timer callback: OrderError: order 5 is empty");
	kiln_expect(k, 20,
		"error script: 299 more within [0-9.]+ s: timer callback: OrderError: order 5");
	kiln_expect(k, 20, "error script: 190 more errors were not shown$");
	assert_int_equal(kiln_count(k, "each another"), 10);
	kiln_expect(k, 20,
		"error page: [0-9]+ more within [0-9.]+ s: window \"main\": uncaught RangeError: the same again");
	kiln_read_for(k, 2.5);
	assert_uint_in_range(kiln_count(k, "the same again"), 2, 4);
	assert_uint_in_range(kiln_count(k, "order 5"), 2, 4);
	kiln_stop(k);
}

static void an_error_at_start_names_the_source(void **state)
{
	struct kiln *k = kiln_start("run", APP("mapped-start"), NULL);

	kiln_expect(k, 20, "error kiln: .*mapped-start: TypeError: cannot start \\(main.ts:6\\)$");
	kiln_expect(k, 5, "error script:     at main.ts:10$");
	assert_int_equal(kiln_end(k, 10), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_of_a_built_script_name_its_sources),
		cmocka_unit_test(errors_of_a_built_page_name_its_sources),
		cmocka_unit_test(a_page_cannot_make_a_line_that_looks_like_anothers),
		cmocka_unit_test(a_flood_of_errors_is_a_few_lines_with_its_numbers),
		cmocka_unit_test(an_error_at_start_names_the_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
