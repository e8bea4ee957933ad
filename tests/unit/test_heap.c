#include "script_fixture.h"

#include "script/heap.h"

#include <errno.h>

struct source {
	const char *text;
	char result[64];
};

static void evaluate(duk_context *ctx, void *arg)
{
	struct source *s = arg;

	duk_push_string(ctx, "t.js");
	duk_compile_string_filename(ctx, 0, s->text);
	duk_call(ctx, 0);
	snprintf(s->result, sizeof(s->result), "%s", duk_safe_to_string(ctx, -1));
}

static int run(struct heap *h, const char *text, struct source *s, struct script_error *error)
{
	s->text = text;
	s->result[0] = '\0';
	return heap_protect(h, evaluate, s, error);
}

static struct heap heap_of(size_t ceiling, unsigned ms)
{
	return (struct heap){ .ceiling = ceiling, .limit = ms * NSEC_PER_MSEC };
}

static void check_stopped(const char *text, const char *expected)
{
	struct heap h, wanted = heap_of(4 << 20, 50);
	struct script_error error = { 0 };
	struct source s;
	uint64_t began;

	assert_int_equal(heap_init(&h, wanted.ceiling, wanted.limit), 0);
	began = clock_now();
	assert_int_equal(run(&h, text, &s, &error), -ENOEXEC);
	assert_uint_in_range((clock_now() - began) / NSEC_PER_MSEC, 45, 2000);
	assert_string_equal(error.message, expected);

	/* The heap is as good as before. */
	assert_int_equal(run(&h, "6 * 7", &s, &error), 0);
	assert_string_equal(s.result, "42");
	heap_fini(&h);
}

static void a_value_comes_back(void **state)
{
	struct script_error error;
	struct source s;
	struct heap h;

	assert_int_equal(heap_init(&h, 1 << 20, NSEC_PER_SEC), 0);
	assert_int_equal(run(&h, "'a' + 1", &s, &error), 0);
	assert_string_equal(s.result, "a1");
	heap_fini(&h);
	heap_fini(&h);
}

static void an_error_tells_what_and_where(void **state)
{
	static const struct {
		const char *text, *message;
		unsigned line;
	} cases[] = {
		{ "\n\nundefinedThing",
			"ReferenceError: identifier 'undefinedThing' undefined (t.js:3)", 3 },
		{ "\nvar o = {}; o.f()",
			"TypeError: undefined not callable (property 'f' of [object Object]) (t.js:2)",
			2 },
		{ "\n\n\nthrow new Error('mine')", "Error: mine (t.js:4)", 4 },
		{ "throw 'text'", "text", 0 },
		{ "throw undefined", "undefined", 0 },
		{ "throw null", "null", 0 },
		{ "[1].forEach(function () {\nthrow new RangeError('in') })",
			"RangeError: in (t.js:2)", 2 },
		{ "throw { toString: function () { throw 1 } }", "an error that cannot be shown",
			0 },
		{ "var e = new Error('x'); Object.defineProperty(e, 'stack', { get: function () { throw 1 } }); throw e",
			"an error that cannot be shown", 0 },
		{ "'\\ud83d\\ude00'.repeat(-1)", "RangeError: invalid args (t.js:1)", 1 },
	};
	struct source s;
	struct heap h;

	assert_int_equal(heap_init(&h, 1 << 20, NSEC_PER_SEC), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct script_error error = { .line = 77 };

		assert_int_equal(run(&h, cases[i].text, &s, &error), -ENOEXEC);
		assert_string_equal(error.message, cases[i].message);
		assert_int_equal(error.line, cases[i].line);
	}
	heap_fini(&h);
}

static void the_deadline_stops_a_loop(void **state)
{
	check_stopped("\nfor (;;);", "stopped after 50 ms: t.js:2");
}

static void no_catch_and_no_finally_escapes_the_deadline(void **state)
{
	check_stopped("for (;;) { try { for (;;); } catch (e) { } finally { for (;;); } }",
		"stopped after 50 ms: t.js:1");
	check_stopped("function f() { try { for (;;); } finally { f(); } }\nf()",
		"stopped after 50 ms: t.js:1");
	check_stopped("function g() { try { for (;;); } catch (e) { return 1; } }\n"
		      "for (;;) { [1].map(g); [2, 1].sort(g); 'a'.replace(/a/, g); }",
		"stopped after 50 ms: t.js:1");
}

static void the_deadline_holds_while_the_place_of_a_stop_is_sought(void **state)
{
	check_stopped(
		"function f() {\n for (;;); }\n"
		"Object.defineProperty(f, 'fileName', { get: function () { for (;;); } });\nf()",
		"stopped after 50 ms");
	check_stopped(
		"Object.defineProperty(Error.prototype, 'stack', { get: function () { for (;;); } });\nfor (;;);",
		"stopped after 50 ms");
}

static void slow_instructions_do_not_hide_the_deadline(void **state)
{
	check_stopped("var s = 'ab'; while (s.length < 65536) s += s;\nfor (;;) s.toUpperCase();",
		"stopped after 50 ms: t.js:2");
}

static void test_an_endless_toString_of_an_error_is_stopped(void **state)
{
	struct script_error error = { 0 };
	struct source s;
	struct heap h;

	assert_int_equal(heap_init(&h, 1 << 20, 50 * NSEC_PER_MSEC), 0);
	assert_int_equal(
		run(&h, "throw { toString: function () { for (;;); } }", &s, &error), -ENOEXEC);
	assert_int_equal(run(&h, "1", &s, &error), 0);
	heap_fini(&h);
}

static void the_deadline_is_of_the_outermost_entry(void **state)
{
	struct script_error error = { 0 };
	struct source s;
	struct heap h;

	assert_int_equal(heap_init(&h, 1 << 20, 200 * NSEC_PER_MSEC), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(
			run(&h, "var t = Date.now(); while (Date.now() - t < 80);", &s, &error), 0);
	heap_fini(&h);
}

static void beyond_the_ceiling_script_gets_an_error(void **state)
{
	struct script_error error = { 0 };
	struct source s;
	struct heap h;

	assert_int_equal(heap_init(&h, 2 << 20, 10 * NSEC_PER_SEC), 0);
	assert_int_equal(run(&h, "var s = 'x'; for (;;) s += s;", &s, &error), -ENOEXEC);
	assert_contains(error.message, "Error");
	assert_true(h.used <= h.ceiling);
	assert_int_equal(
		run(&h, "var r; try { new Uint8Array(1e8) } catch (e) { r = e instanceof Error } r",
			&s, &error),
		0);
	assert_string_equal(s.result, "true");
	assert_int_equal(run(&h, "var a = []; for (;;) a.push([a.length]);", &s, &error), -ENOEXEC);
	assert_true(h.used <= h.ceiling);
	assert_int_equal(run(&h, "a = s = null; 1", &s, &error), 0);
	heap_fini(&h);
}

static void a_loop_that_catches_every_refusal_is_stopped(void **state)
{
	struct script_error error = { 0 };
	struct source s;
	struct heap h;
	int r;

	assert_int_equal(heap_init(&h, 4 << 20, 100 * NSEC_PER_MSEC), 0);
	r = run(&h, "var c; for (;;) { try { for (;;) c = { c: c }; } catch (e) { } }", &s, &error);
	assert_true(r == -ENOEXEC || r == -ENOTRECOVERABLE);
	heap_fini(&h);
}

static void ask_long_after_the_deadline(duk_context *ctx, void *arg)
{
	struct heap *h = arg;

	h->deadline = 0;
	duk_push_fixed_buffer(ctx, h->ceiling);
}

static void who_asks_for_memory_long_after_the_deadline_loses_the_heap(void **state)
{
	struct world *w = *state;
	struct script_error error = { 0 };
	struct source s;
	struct heap h;

	assert_int_equal(heap_init(&h, 1 << 20, NSEC_PER_SEC), 0);
	assert_int_equal(
		heap_protect(&h, ask_long_after_the_deadline, &h, &error), -ENOTRECOVERABLE);
	assert_contains(
		world_log(w), "the script's heap is beyond use: out of memory past the deadline");
	assert_int_equal(run(&h, "1", &s, &error), -ENOTRECOVERABLE);
	assert_string_equal(error.message, "the script's heap is beyond use");
	assert_int_equal(h.depth, 0);
	heap_fini(&h);
}

static void fail_fatally(duk_context *ctx, void *arg)
{
	(void)duk_fatal(ctx, "made up");
}

static void a_fatal_error_ends_the_heap_and_not_the_process(void **state)
{
	struct world *w = *state;
	struct script_error error = { 0 };
	struct heap h;

	assert_int_equal(heap_init(&h, 1 << 20, NSEC_PER_SEC), 0);
	assert_int_equal(heap_protect(&h, fail_fatally, NULL, &error), -ENOTRECOVERABLE);
	assert_contains(world_log(w), "the script's heap is beyond use: made up");
	assert_int_equal(heap_protect(&h, fail_fatally, NULL, &error), -ENOTRECOVERABLE);
	heap_fini(&h);
}

static void a_heap_that_does_not_fit_is_not_made(void **state)
{
	size_t ceiling = 0;
	struct heap h;

	while (heap_init(&h, ceiling, NSEC_PER_SEC) == -ENOMEM) {
		assert_true(list_empty(&h.blocks));
		ceiling += 512;
	}
	assert_uint_in_range(ceiling, 64 << 10, 512 << 10);
	heap_fini(&h);
}

static void runaway_recursion_is_an_error(void **state)
{
	struct script_error error = { 0 };
	struct source s;
	struct heap h;

	assert_int_equal(heap_init(&h, 32 << 20, 5 * NSEC_PER_SEC), 0);
	assert_int_equal(run(&h, "function f() { f(); } f()", &s, &error), -ENOEXEC);
	assert_contains(error.message, "RangeError");
	assert_int_equal(run(&h, "function g() { [1].forEach(g); } g()", &s, &error), -ENOEXEC);
	assert_contains(error.message, "RangeError");
	heap_fini(&h);
}

static void dangerous_globals_are_not_there(void **state)
{
	struct script_error error = { 0 };
	struct source s;
	struct heap h;

	assert_int_equal(heap_init(&h, 1 << 20, NSEC_PER_SEC), 0);
	assert_int_equal(
		run(&h,
			"[typeof Duktape, typeof CBOR, typeof String.fromBufferRaw, String.fromCharCode(0x1F600).length, "
			"String.fromCharCode(0x1F600).charCodeAt(0)].join()",
			&s, &error),
		0);
	assert_string_equal(s.result, "undefined,undefined,undefined,1,62976");
	heap_fini(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(dangerous_globals_are_not_there),
		world_test(a_value_comes_back),
		world_test(an_error_tells_what_and_where),
		world_test(the_deadline_stops_a_loop),
		world_test(no_catch_and_no_finally_escapes_the_deadline),
		world_test(the_deadline_holds_while_the_place_of_a_stop_is_sought),
		world_test(slow_instructions_do_not_hide_the_deadline),
		world_test(test_an_endless_toString_of_an_error_is_stopped),
		world_test(the_deadline_is_of_the_outermost_entry),
		world_test(beyond_the_ceiling_script_gets_an_error),
		world_test(a_loop_that_catches_every_refusal_is_stopped),
		world_test(who_asks_for_memory_long_after_the_deadline_loses_the_heap),
		world_test(a_fatal_error_ends_the_heap_and_not_the_process),
		world_test(a_heap_that_does_not_fit_is_not_made),
		world_test(runaway_recursion_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
