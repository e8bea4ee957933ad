/* Errors of a built script in the terms of its author: in the log, and in e.stack. */
#include "script_fixture.h"

#include <errno.h>
#include <sys/stat.h>

/*
 * Line 1 of main.js is nobody's; 2 is main.ts:10, 3 main.ts:20, 4 a helper's, 5 a
 * package's at 7, and from there on each is the line of main.ts that is 30 on.
 */
#define MAP                                                                               \
	"{\"version\":3,\"sources\":[\"../main.ts\",\"node_modules/tslib/tslib.es6.js\"," \
	"\"../node_modules/pkg/lib.js\",\"\\n    at forged (\\ud83d\\ude00.ts:1)\"],"     \
	"\"mappings\":\";AASA;AAUA;ACXA;ACFA;AF6BA;AACA;AACA;AACA;AGtCA\"}"

static void with_map(struct world *w)
{
	world_write(w, "main.js.map", MAP);
}

static const char *said_by(struct world *w, const char *source)
{
	world_run(w, source);
	world_spin(w, 20);
	return world_said(w);
}

/* Lines 2 to 5. */
#define HELPERS                                           \
	"// 1\n"                                          \
	"function fail() { throw new TypeError('t'); }\n" \
	"function outer() { helper(); }\n"                \
	"function helper() { fail(); }\n"                 \
	"function pkg(f) { if (f) f(); else throw new RangeError('r'); }\n"

static void an_uncaught_error_has_the_authors_file_and_line(void **state)
{
	struct world *w = *state;

	with_map(w);
	assert_string_equal(said_by(w, HELPERS "setTimeout(outer, 1);"),
		"timer callback: TypeError: t (main.ts:10)|    at outer (main.ts:20)");
	assert_string_equal(said_by(w, HELPERS "Promise.reject(new Error('lost'));"),
		"unhandled rejection: Error: lost (main.ts:36)");
	assert_string_equal(said_by(w, HELPERS "queueMicrotask(outer);"),
		"microtask: TypeError: t (main.ts:10)|    at outer (main.ts:20)");
	assert_string_equal(
		said_by(w, HELPERS "try { outer() } catch (e) { console.error('caught:', e) }"),
		"caught: TypeError: t (main.ts:10)");
}

static void an_error_in_a_package_says_who_has_called_it(void **state)
{
	struct world *w = *state;

	with_map(w);
	assert_string_equal(said_by(w, HELPERS "setTimeout(function () { pkg() }, 1);"),
		"timer callback: RangeError: r (node_modules/pkg/lib.js:7, from main.ts:36)");
	assert_string_equal(said_by(w, HELPERS "setTimeout(function () { pkg(outer) }, 1);"),
		"timer callback: TypeError: t (main.ts:10)|    at outer (main.ts:20)|"
		"    at pkg (node_modules/pkg/lib.js:7)|    at main.ts:36");
}

/* Line 1 stands for what a build tool puts in front. */
static void lines_that_nobody_wrote_are_not_where_an_error_was(void **state)
{
	struct world *w = *state;

	with_map(w);
	assert_string_equal(
		said_by(w, "function tool(f) { if (f) f(); else throw new Error('tool') }\n"
			   "function mine() { tool() }\nsetTimeout(mine, 1);"),
		"timer callback: Error: tool (main.ts:10)");
	assert_string_equal(
		said_by(w, "function tool() { throw new Error('tool') } setTimeout(tool, 1);"),
		"timer callback: Error: tool (kiln:main.js:1)");
	assert_string_equal(
		said_by(w, "function tool() { try { null.x } catch (e) { return e.stack } }\n"
			   "console.log(tool().split('\\n')[1])"),
		"    at tool (kiln:main.js:1)");
}

static void an_error_at_start_is_told_by_its_place(void **state)
{
	struct world *w = *state;
	struct script_error error = { 0 };

	with_map(w);
	assert_int_equal(world_try(w, HELPERS "outer();", &error), -ENOEXEC);
	assert_string_equal(error.message, "TypeError: t (main.ts:10)");
	assert_string_equal(error.trace, "at outer (main.ts:20)\nat main.ts:36\n");
	assert_int_equal(error.line, 0);
	w->opts.deadline = 50 * NSEC_PER_MSEC;
	script_free(w->script);
	w->script = NULL;
	assert_int_equal(world_try(w, HELPERS "\nvar x; for (;;) x = 1;", &error), -ENOEXEC);
	assert_string_equal(error.message, "stopped after 50 ms: main.ts:37");
}

static void a_script_sees_its_own_lines_in_a_stack(void **state)
{
	struct world *w = *state;

	with_map(w);
	assert_string_equal(
		said_by(w, HELPERS "try { outer() } catch (e) { console.log(e.stack) }"),
		"TypeError: t\\n    at fail (main.ts:10)\\n"
		"    at helper (node_modules/tslib/tslib.es6.js:9)\\n    at outer (main.ts:20)\\n"
		"    at [anon] (main.ts:36) preventsyield");
}

static void the_stack_is_an_ordinary_property_otherwise(void **state)
{
	struct world *w = *state;

	with_map(w);
	assert_string_equal(
		said_by(w,
			"var e = new Error('x'), d = Object.getOwnPropertyDescriptor(Error.prototype, 'stack');\n"
			"console.log(typeof d.get, typeof d.set, d.enumerable, d.configurable);\n"
			"console.log(d.get.call({}), d.get.call(1), Error.prototype.stack);\n"
			"e.stack = 'mine'; console.log(e.stack, Object.keys(e));\n"
			"var o = Object.create(new TypeError('deep')); console.log(o.stack);"),
		"function function false true|[object Object] 1 Error|mine []|TypeError: deep");
}

static void an_error_of_a_lowered_class_is_where_it_was_made(void **state)
{
	struct world *w = *state;

	with_map(w);
	/* As compilers do it: a function that is called by way of another. */
	assert_string_equal(
		said_by(w,
			"// 1\n"
			"function OrderError2(m) { var e = Object.setPrototypeOf(new Error(m), OrderError2.prototype); e.name = 'OrderError'; return e }\n"
			"function order() { throw new OrderError2('empty') }\n"
			"OrderError2.prototype = Object.create(Error.prototype); setTimeout(order, 1)"),
		"timer callback: OrderError: empty (main.ts:20)");
}

static void a_place_is_shown_however_long_the_text_is(void **state)
{
	struct world *w = *state;
	const char *said;

	with_map(w);
	said = said_by(w,
		"// 1\nsetTimeout(function () { throw new Error(new Array(1000).join('x')) }, 1)");
	assert_uint_in_range(
		strlen(said), strlen("timer callback: ") + 250, strlen("timer callback: ") + 255);
	assert_contains(said, "x (main.ts:10)");
}

static void a_name_cannot_make_a_frame_of_its_own(void **state)
{
	struct world *w = *state;

	with_map(w);
	assert_string_equal(
		said_by(w, HELPERS "\n\n\n\nsetTimeout(function () { throw new Error('e') }, 1)"),
		"timer callback: Error: e (?    at forged (\xf0\x9f\x98\x80.ts:1):1)");
}

static void without_a_map_or_with_a_bad_one_lines_are_those_of_the_file(void **state)
{
	struct world *w = *state;

	assert_string_equal(said_by(w, HELPERS "setTimeout(fail, 1);"),
		"timer callback: TypeError: t (main.js:2)");
	world_write(w, "main.js.map", "{\"version\":3,\"sources\":[],\"mappings\":\"AAAA\"}");
	world_spin(w, 1100);
	assert_string_equal(said_by(w, HELPERS "setTimeout(fail, 1);"),
		"timer callback: TypeError: t (main.js:2)");
}

static void each_module_has_its_own_map(void **state)
{
	struct world *w = *state;

	assert_int_equal(mkdirat(w->app_fd, "lib", 0700), 0);
	world_write(w, "lib/a.js", "\nexports.f = function () { missing() }");
	world_write(w, "lib/a.js.map",
		"{\"version\":3,\"sources\":[\"a.coffee\"],\"mappings\":\";AAAA\"}");
	assert_string_equal(
		said_by(w, "var f = require('./lib/a').f;\nsetTimeout(function () {\n f() }, 1)"),
		"timer callback: ReferenceError: identifier 'missing' undefined (lib/a.coffee:1)|"
		"    at main.js:3");
}

/* How many blocks are left in a full heap, from 0. Such a heap is slow under ASan: a few of them.
 */
#define BLOCKS_LEFT 60u
#ifdef __SANITIZE_ADDRESS__
#define BLOCKS_STEP 29u
#else
#define BLOCKS_STEP 1u
#endif

/* How many of the errors of a script whose heap is full are told by their text. */
static unsigned told_when_full(struct world *w, unsigned *mapped)
{
	unsigned told = 0;

	for (unsigned left = 0; left < BLOCKS_LEFT; left += BLOCKS_STEP) {
		const char *said;
		char source[1024];

		snprintf(source, sizeof(source),
			"// 1\nfunction f() { throw new Error('full ' + %u) }\n"
			"var hold = [];\n"
			"setTimeout(function () { try { for (var n = 65536; n > 16; n >>= 1) try { for (;;) hold.push(new Uint8Array(n)) } catch (e) {}\n"
			" hold.length -= %u } catch (e) {} f() }, 1);",
			left, left / 2);
		script_free(w->script);
		w->script = NULL;
		world_run(w, source);
		world_spin(w, 30);
		said = world_said(w);
		if (!strstr(said, "timer callback: "))
			fail_msg("with %u blocks free: \"%s\"", left, said);
		told += strstr(said, "Error: full") != NULL;
		*mapped += strstr(said, "(main.ts:10)") != NULL;
	}
	return told;
}

/* However full the heap is: who has a map is told no less. */
static void an_error_is_told_when_there_is_no_memory_to_map_it(void **state)
{
	struct world *w = *state;
	unsigned mapped = 0, without, with;

	w->opts.memory_max = 1 << 20;
	w->opts.deadline = 60 * NSEC_PER_SEC;
	without = told_when_full(w, &mapped);
	assert_int_equal(mapped, 0);
	with_map(w);
	with = told_when_full(w, &mapped);
	print_message("%u told without a map, %u with one, %u mapped\n", without, with, mapped);
	assert_int_equal(with, without);
	assert_true(mapped > 0);
}

static void a_script_that_fails_all_the_time_is_told_by_numbers(void **state)
{
	struct world *w = *state;
	const char *said;

	with_map(w);
	world_run(w, HELPERS
		"var n = 0, t = setInterval(function () { if (++n === 200) clearInterval(t); fail() }, 1)");
	world_spin(w, 1300);
	said = world_said(w);
	assert_contains(said,
		"timer callback: TypeError: t (main.ts:10)|    at main.ts:36|199 more within 1.0 s: "
		"timer callback: TypeError: t (main.ts:10)");
	assert_null(strstr(strstr(said, "more within") + 1, "more"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(an_uncaught_error_has_the_authors_file_and_line),
		world_test(an_error_in_a_package_says_who_has_called_it),
		world_test(lines_that_nobody_wrote_are_not_where_an_error_was),
		world_test(an_error_at_start_is_told_by_its_place),
		world_test(a_script_sees_its_own_lines_in_a_stack),
		world_test(the_stack_is_an_ordinary_property_otherwise),
		world_test(an_error_of_a_lowered_class_is_where_it_was_made),
		world_test(a_place_is_shown_however_long_the_text_is),
		world_test(a_name_cannot_make_a_frame_of_its_own),
		world_test(without_a_map_or_with_a_bad_one_lines_are_those_of_the_file),
		world_test(each_module_has_its_own_map),
		world_test(an_error_is_told_when_there_is_no_memory_to_map_it),
		world_test(a_script_that_fails_all_the_time_is_told_by_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
