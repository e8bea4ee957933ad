#include "script_fixture.h"

#include <errno.h>
#include <sys/stat.h>

/* What @source logs until nothing is left to do for some 20 ms. */
static const char *said_by(struct world *w, const char *source)
{
	world_run(w, source);
	world_spin(w, 20);
	return world_said(w);
}

static void console_shows_values_on_one_line(void **state)
{
	static const struct {
		const char *source, *shown;
	} cases[] = {
		{ "console.log()", "" },
		{ "console.log('a', 1, true, null, undefined)", "a 1 true null undefined" },
		{ "console.info({a: [1, 'x']}, [])", "{\"a\":[1,\"x\"]} []" },
		{ "console.log('two\\nlines')", "two\\nlines" },
		{ "console.log('\\ud83d\\ude00 \\ud800')", "\xf0\x9f\x98\x80 \xef\xbf\xbd" },
		{ "var o = {}; o.o = o; console.log(o)", "TypeError: cyclic input" },
		{ "console.log({toJSON: function () { throw new Error('mine') }})", "Error: mine" },
		{ "console.log(Symbol('s'), function f() {} instanceof Function)", "Symbol true" },
		{ "console.error(new Error('here'))", "Error: here (main.js:1)" },
		{ "console.debug('not at this level')", "" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(said_by(w, cases[i].source), cases[i].shown);
	world_run(w, "console.warn('w'); console.error('e')");
	assert_contains(world_log(w), " warn  script: w\n");
}

static void jobs_run_in_order_after_the_entry(void **state)
{
	assert_string_equal(
		said_by(*state,
			"var log = console.log;\n"
			"setTimeout(function () { log('timeout') }, 1);\n"
			"Promise.resolve().then(function () { log('a1') }).then(function () { log('a2') });\n"
			"queueMicrotask(function () { log('b') });\n"
			"new Promise(function (r) { log('now'); r() }).then(function () { log('c1'); queueMicrotask(function () { log('c2') }) });\n"
			"log('end');"),
		"now|end|a1|b|c1|a2|c2|timeout");
}

static void promises_settle_as_the_standard_has_it(void **state)
{
	static const struct {
		const char *source, *said;
	} cases[] = {
		/* A thenable takes two more jobs to be adopted. */
		{ "var p = Promise.resolve(1); p.then(function () { return Promise.resolve() }).then(log.bind(null, 'adopted'));"
		  "p.then(l('1')).then(l('2')).then(l('3')).then(l('4'))",
			"1|2|3|adopted undefined|4" },
		{ "log(Promise.resolve(P) === P)", "true" },
		{ "new Promise(function (r, j) { r(1); j(2); r(3) }).then(log, l('no'))", "1" },
		{ "new Promise(function (r) { r(1); throw 2 }).then(log, l('no'))", "1" },
		{ "new Promise(function () { throw 2 }).then(l('no'), log)", "2" },
		{ "var p = new Promise(function (r) { setTimeout(function () { r(p) }, 1) }); p.catch(function (e) { log(e.name) })",
			"TypeError" },
		{ "Promise.resolve({then: function (r) { r(7); throw 8 }}).then(log)", "7" },
		{ "Promise.resolve({get then() { throw 9 }}).catch(log)", "9" },
		{ "Promise.reject(1).then(l('no')).catch(log)", "1" },
		{ "Promise.resolve(1).then().then(log)", "1" },
		{ "Promise.reject(1).catch(function (e) { return e + 1 }).then(log)", "2" },
		{ "Promise.resolve(1).finally(function () { return 2 }).then(log)", "1" },
		{ "Promise.reject(1).finally(function () { return 2 }).catch(log)", "1" },
		{ "Promise.resolve(1).finally(function () { throw 3 }).catch(log)", "3" },
		{ "Promise.resolve(1).finally(function () { return Promise.reject(4) }).catch(log)",
			"4" },
		{ "Promise.all([1, Promise.resolve(2), late(3)]).then(log)", "[1,2,3]" },
		{ "Promise.all([]).then(log)", "[]" },
		{ "Promise.all([late(1), Promise.reject(2), Promise.reject(3)]).catch(log)", "2" },
		{ "Promise.all('ab').then(log)", "[\"a\",\"b\"]" },
		{ "Promise.all(5).catch(function (e) { log(e.name) })", "TypeError" },
		{ "Promise.allSettled([1, Promise.reject(2)]).then(log)",
			"[{\"status\":\"fulfilled\",\"value\":1},{\"status\":\"rejected\",\"reason\":2}]" },
		{ "Promise.race([late(1), Promise.resolve(2)]).then(log)", "2" },
		{ "Promise.race([late(1), Promise.reject(2)]).catch(log)", "2" },
		{ "Promise.any([Promise.reject(1), late(2)]).then(log)", "2" },
		{ "Promise.any([Promise.reject(1), Promise.reject(2)]).catch(function (e) { log(e instanceof AggregateError, e.errors, e.message) })",
			"true [1,2] all promises were rejected" },
		{ "Promise.any([]).catch(function (e) { log(e.name, e.errors.length) })",
			"AggregateError 0" },
		{ "try { Promise() } catch (e) { log(e.name) }", "TypeError" },
		{ "try { new Promise(1) } catch (e) { log(e.name) }", "TypeError" },
		{ "try { Promise.prototype.then.call({}) } catch (e) { log(e.name) }",
			"TypeError" },
		{ "log(Object.prototype.toString.call(P), Promise.length, Promise.prototype.then.length, typeof Promise.prototype['finally'])",
			"[object Promise] 1 2 function" },
		/* A subclass, as TypeScript lowers it. */
		{ "function Q(f) { return Promise.call(this, f) || this } Q.prototype = Object.create(Promise.prototype, {constructor: {value: Q}}); Object.setPrototypeOf(Q, Promise);"
		  "var q = Q.resolve(1); log(q instanceof Q, q.then() instanceof Q); q.then(log)",
			"true true|1" },
		{ "var i = 0, it = {}; it[Symbol.iterator] = function () { return {next: function () { return {done: i === 2, value: i++}; }} }; Promise.all(it).then(log)",
			"[0,1]" },
		/* Only one pair of functions counts at a time, and each once. */
		{ "var r; new Promise(function (f) { r = f }).then(log); r(late(1)); r(2)", "1" },
		{ "var r, t = {then: function (f) { r = f; f(late(1)) }}; Promise.resolve(t).then(log); queueMicrotask(function () { r(2) })",
			"1" },
		{ "var p = late(1); log(Object.isFrozen(Object.freeze(p))); p.then(log)",
			"true|1" },
		{ "try { P.then.call(Object.create(P)) } catch (e) { log(e.message) }",
			"not a Promise" },
		{ "try { Promise.call(P, l('no')) } catch (e) { log(e.message) }",
			"Promise needs new" },
		{ "function Q(f) { return Promise.call(this, f) || this } Q.prototype = Object.create(Promise.prototype, {constructor: {value: Q}});"
		  "Q.prototype.then = function (a, b) { log('then'); return Promise.prototype.then.call(this, a, b) };"
		  "Promise.resolve(Promise.resolve.call(Q, 5)).then(log)",
			"then|5" },
		{ "function Q(f) { f(l('f'), l('r')) } var q = Promise.resolve.call(Q, 1); Promise.reject.call(Q, 1); log(q instanceof Q)",
			"f|r|true" },
		{ "function Q(f) { f(l('f')) } try { Promise.resolve.call(Q, 1) } catch (e) { log(e.message) }",
			"the executor was not called with functions" },
		{ "function Q(f) { f(1, 2); f(3, 4) } try { Promise.reject.call(Q, 1) } catch (e) { log(e.message) }",
			"the executor was called twice" },
		{ "var p = Promise.resolve(1); p.constructor = {}; log(p.then() instanceof Promise); p.constructor = 1; try { p.then() } catch (e) { log(e.message) }",
			"true|constructor is not an object" },
		{ "log(Promise.name, Promise.all.name, Promise.all.length, P.then.name, Object.keys(Promise), Promise.propertyIsEnumerable('prototype'), Object.keys(P))",
			"Promise all 1 then [] false []" },
		{ "log(AggregateError.name, typeof AggregateError, new AggregateError([1], 'm').errors)",
			"AggregateError function [1]" },
		{ "AggregateError = 1; log(AggregateError); Promise.any([]).catch(function (e) { log(e.name, AggregateError) })",
			"1|AggregateError 1" },
		{ "log(typeof Symbol.asyncIterator, Symbol.asyncIterator === Symbol.asyncIterator)",
			"symbol true" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct world *w = *state;
		char source[2048];
		const char *said;

		snprintf(source, sizeof(source),
			"var log = console.log, P = Promise.resolve(0);\n"
			"function l(t) { return function () { log(t) } }\n"
			"function late(v) { return new Promise(function (r) { setTimeout(r, 2, v) }) }\n%s",
			cases[i].source);
		said = said_by(w, source);
		if (strcmp(said, cases[i].said) != 0)
			fail_msg("%s: \"%s\" instead of \"%s\"", cases[i].source, said,
				cases[i].said);
	}
}

static void unhandled_rejections_are_logged_with_their_place(void **state)
{
	struct world *w = *state;

	assert_string_equal(said_by(w, "\nPromise.reject(new Error('lost'));"),
		"unhandled rejection: Error: lost (main.js:2)");
	assert_string_equal(said_by(w, "new Promise(function () {\n undefinedThing })"),
		"unhandled rejection: ReferenceError: identifier 'undefinedThing' undefined (main.js:2)");
	/* Handled within the same turn: nobody has missed anything. */
	assert_string_equal(
		said_by(w,
			"var p = Promise.reject(1); Promise.resolve().then(function () { p.catch(function () {}) })"),
		"");
	/* Showing one may make another: that one waits for the next turn. */
	assert_string_equal(
		said_by(w,
			"var n = 0; function again() { Promise.reject({toJSON: function () { if (++n < 2) again(); return 'shown ' + n }}) } again(); Promise.reject(2); setTimeout(console.log, 1, 'turn')"),
		"unhandled rejection: \"shown 1\"|unhandled rejection: 2|turn|unhandled rejection: \"shown 2\"");
	assert_string_equal(
		said_by(w,
			"queueMicrotask(function () { throw new Error('job') }); queueMicrotask(function () { console.log('next') })"),
		"microtask: Error: job (main.js:1)|next");
}

static void timers_fire_in_the_order_of_their_deadlines(void **state)
{
	struct world *w = *state;

	assert_string_equal(
		said_by(w,
			"var log = console.log;\n"
			"setTimeout(log, 9, 'third', 3); setTimeout(log, 5, 'second'); setTimeout(log, 0, 'first'); setTimeout(log);\n"
			"clearTimeout(setTimeout(log, 2, 'never')); clearTimeout(undefined); clearTimeout(-1); clearTimeout({}); clearInterval(12345);"),
		"first||second|third 3");
	assert_string_equal(
		said_by(w,
			"var n = 0, i = setInterval(function (a) { console.log(a + n); if (++n === 3) clearInterval(i) }, 1, 'x')"),
		"x0|x1|x2");
	assert_string_equal(
		said_by(w, "try { setTimeout('code') } catch (e) { console.log(e.message) }"),
		"a timer needs a function");
}

static void a_timer_that_throws_does_not_stop_others(void **state)
{
	struct world *w = *state;

	assert_string_equal(
		said_by(w,
			"setTimeout(function () {\n throw new Error('t') }, 1); setTimeout(console.log, 1, 'next');\n"
			"var n = 0, i = setInterval(function () { if (++n === 2) { clearInterval(i); console.log('end') } throw 'i' }, 2)"),
		"timer callback: Error: t (main.js:2)|next|timer callback: i|end");
}

static void timers_are_bounded_and_cost_nothing_when_there_are_none(void **state)
{
	struct world *w = *state;
	struct loop_stats stats;

	assert_string_equal(
		said_by(w,
			"var ids = []; try { for (;;) ids.push(setTimeout(function () {}, 1e6)) } catch (e) { console.log(ids.length, e.message) }\n"
			"ids.forEach(clearTimeout); clearTimeout(setTimeout(function () {}, 1e9))"),
		"1024 more than 1024 timers");
	loop_get_stats(w->loop, &stats);
	assert_int_equal(stats.timers_armed, 0);
}

static void performance_now_is_monotonic_ms(void **state)
{
	assert_string_equal(
		said_by(*state,
			"var a = performance.now(); setTimeout(function () { var b = performance.now();\n"
			"console.log(a >= 0 && a < 5000, b - a >= 4.9 && b - a < 1000, b % 1 !== 0 || a % 1 !== 0) }, 5)"),
		"true true true");
}

static void the_deadline_stops_every_kind_of_entry(void **state)
{
	struct world *w = *state;
	struct script_error error = { 0 };

	w->opts.deadline = 50 * NSEC_PER_MSEC;
	assert_int_equal(
		world_try(w, "\n\ntry { for (;;); } catch (e) { for (;;); } finally { for (;;); }",
			&error),
		-ENOEXEC);
	assert_string_equal(error.message, "stopped after 50 ms: main.js:3");
	assert_int_equal(error.line, 3);

	world_run(w,
		"setTimeout(function () {\n for (;;); }, 1); setTimeout(console.log, 1, 'other timer')");
	world_spin(w, 150);
	assert_string_equal(
		world_said(w), "timer callback: stopped after 50 ms: main.js:2|other timer");

	world_run(w,
		"var p = Promise.resolve(); p.then(function () {\n\n for (;;); }); p.then(console.log.bind(null, 'other job'))");
	world_spin(w, 300);
	assert_string_equal(
		world_said(w), "promise job: stopped after 50 ms: main.js:3|other job undefined");

	world_run(w, "(function again() { Promise.resolve().then(again) })()");
	assert_contains(world_said(w), "promise job: stopped after 50 ms");
	script_free(w->script);
	w->script = NULL;
	/* Without an instruction of JavaScript's in it. */
	world_run(w, "var o = {}; o.then = Promise.resolve.bind(Promise, o); Promise.resolve(o)");
	assert_contains(world_said(w), "promise job: stopped after 50 ms");
	script_free(w->script);
	w->script = NULL;

	assert_int_equal(world_try(w, "require('./loop')", &error), -ENOEXEC);
	world_write(w, "loop.js", "\nfor (;;);");
	assert_int_equal(world_try(w, "try { require('./loop') } catch (e) { }", &error), -ENOEXEC);
	assert_string_equal(error.message, "stopped after 50 ms: loop.js:2");
}

static void memory_is_bounded_and_the_script_goes_on(void **state)
{
	struct world *w = *state;
	struct script_error error = { 0 };

	w->opts.memory_max = 2 << 20;
	world_start(w);
	assert_int_equal(
		world_try(w, "var a = []; for (;;) a.push(new Array(1000).join('x') + a.length)",
			&error),
		-ENOEXEC);
	assert_contains(error.message, "Error");
	assert_string_equal(
		said_by(w,
			"try { new Uint8Array(1 << 30) } catch (e) { console.log(e instanceof Error) }"),
		"true");
	assert_string_equal(
		said_by(w,
			"Promise.resolve().then(function () { var s = 'x'; for (;;) s += s }).catch(function (e) { console.log('caught') })"),
		"caught");
	/* What many jobs have taken is given back. */
	assert_string_equal(
		said_by(w,
			"var n = 0; function job() { n++ } for (var i = 0; i < 8000; i++) queueMicrotask(job);\n"
			"setTimeout(function () { console.log(n, new Uint8Array(1400000).length) }, 1)"),
		"8000 1400000");
	assert_int_equal(w->deaths, 0);
}

static void free_when_dead(void *arg)
{
	struct world *w = arg;

	w->deaths++;
	script_free(w->script);
	w->script = NULL;
}

/*
 * Is refused memory long after the deadline, most of the time: the deadline may
 * be looked at between the calls.
 */
#define LATE_REQUEST                                                   \
	"function late() { var a = new Array(2e6), t = Date.now(); \n" \
	"while (Date.now() - t < 1200) a.indexOf(1); new Uint8Array(1e9) }\n"

static void a_heap_beyond_use_is_told_once_and_can_be_replaced(void **state)
{
	struct world *w = *state;

	w->opts.deadline = 50 * NSEC_PER_MSEC;
	w->opts.on_dead = free_when_dead;
	world_run(w, LATE_REQUEST "setInterval(late, 1); setInterval(console.log, 1, 'alive')");
	for (int i = 0; i < 50 && w->deaths == 0; i++)
		world_spin(w, 20);
	assert_int_equal(w->deaths, 1);
	assert_null(w->script);
	world_said(w);
	world_spin(w, 20);
	assert_string_equal(world_said(w), "");
	assert_string_equal(said_by(w, "console.log('anew')"), "anew");
}

static void a_main_module_that_ends_the_heap_is_told_at_once(void **state)
{
	struct world *w = *state;
	struct script_error error = { 0 };
	int r = 0;

	w->opts.deadline = 50 * NSEC_PER_MSEC;
	for (int i = 0; i < 50 && r != -ENOTRECOVERABLE; i++)
		r = world_try(w, LATE_REQUEST "late()", &error);
	assert_int_equal(r, -ENOTRECOVERABLE);
	assert_int_equal(script_run(w->script, "main.js", &error), -ENOTRECOVERABLE);
	assert_int_equal(w->deaths, 0);
	world_spin(w, 20);
	assert_int_equal(w->deaths, 1);
}

static void a_script_needs_memory_to_start(void **state)
{
	struct world *w = *state;

	for (w->opts.memory_max = 1; w->opts.memory_max < 200 << 10; w->opts.memory_max += 4 << 10)
		assert_int_equal(script_new(&w->opts, &w->script), -ENOMEM);
}

static void modules_are_relative_to_who_requires_them(void **state)
{
	struct world *w = *state;

	assert_int_equal(mkdirat(w->app_fd, "lib", 0700), 0);
	world_write(w, "lib/a.js",
		"exports.name = __filename + ' ' + require('./b').name + ' ' + require('b.js').name; exports.same = require('./b') === require('../lib/./b.js')");
	world_write(w, "lib/b.js", "module.exports = {name: module.id}");
	world_write(
		w, "two.js", "console.log('once'); exports.n = 2; exports.self = this === exports");
	assert_string_equal(
		said_by(w,
			"var a = require('./lib/a.js'), b = require('lib/a'); console.log(a === b, a.name, a.same, require('./two').n + require('./two').n, require('two').self, __filename)"),
		"once|true lib/a.js lib/b.js lib/b.js true 4 true main.js");
	assert_string_equal(
		said_by(w,
			"console.log(typeof require, typeof exports, typeof module, typeof native, typeof internal, this === exports, arguments.length)"),
		"function object object undefined undefined true 4");
	assert_string_equal(
		said_by(w, "console.log(require('runtime:ipc') === require('runtime:ipc'))"),
		"true");
}

/* From 1; of the first line of @file that has @text. */
static unsigned line_of(const char *file, const char *text)
{
	char line[256];
	unsigned n = 0;
	bool found = false;
	FILE *f = fopen(file, "r");

	assert_non_null(f);
	while (!found && fgets(line, sizeof(line), f)) {
		n++;
		found = strstr(line, text) != NULL;
	}
	fclose(f);
	assert_true(found);
	return n;
}

/* They are compiled at build time. */
static void our_own_modules_are_in_a_stack_by_name_and_line(void **state)
{
	char frame[64];
	const char *said = said_by(*state,
		"try { require('runtime:ipc').onChannel('', console.log) } catch (e) { console.log(e.stack) }");

	snprintf(frame, sizeof(frame), "at needChannel (runtime:events:%u)",
		line_of("js/host/events.js", "'a channel name is 1 to 128"));
	assert_contains(said, frame);
	assert_contains(said, "at onChannel (runtime:events:");
	assert_contains(said, "(main.js:1)");
}

static void of_our_own_functions_only_constructors_are_some(void **state)
{
	assert_string_equal(
		said_by(*state,
			"var ipc = require('runtime:ipc'), e = new ipc.IpcError(7008, 'r');\n"
			"console.log(e instanceof ipc.IpcError, new AbortController().signal instanceof AbortSignal, new AggregateError([]).name);\n"
			"console.log(typeof ipc.IpcError.prototype, 'prototype' in ipc.invoke, 'prototype' in Promise.all);\n"
			"try { new (new AbortController().abort)() } catch (e) { console.log(e.name) }"),
		"true true AggregateError|object false false|TypeError");
}

static void globals_that_are_loaded_later_are_like_others(void **state)
{
	assert_string_equal(
		said_by(*state,
			"var global = new Function('return this')(), log = console.log;\n"
			"function is(name) { return Object.getOwnPropertyNames(global).indexOf(name) >= 0 }\n"
			"log(is('AbortSignal'), is('AggregateError'), Object.keys(global).indexOf('AbortSignal'));\n"
			"log(AbortController.name, new AbortController().signal instanceof AbortSignal);\n"
			"var d = Object.getOwnPropertyDescriptor(global, 'AbortSignal'); log(typeof d.value, d.writable, d.enumerable, d.configurable);\n"
			"AggregateError = 5; log(AggregateError); delete global.AbortSignal; log(typeof AbortSignal)"),
		"true true -1|AbortController true|function true false true|5|undefined");
}

static void a_cycle_gets_what_is_exported_so_far(void **state)
{
	struct world *w = *state;

	world_write(w, "a.js", "exports.before = 1; exports.b = require('./b'); exports.after = 1");
	world_write(w, "b.js", "var a = require('./a'); exports.seen = Object.keys(a)");
	assert_string_equal(said_by(w, "console.log(require('./a'))"),
		"{\"before\":1,\"b\":{\"seen\":[\"before\"]},\"after\":1}");
}

static void require_tells_what_is_wrong(void **state)
{
	static const struct {
		const char *name, *message;
	} cases[] = {
		{ "./x.js", "cannot find module \"./x.js\" (from main.js): there is no such file" },
		{ "./d", "cannot find module \"./d\" (from main.js): it is not a file" },
		{ "./file.js/x",
			"cannot find module \"./file.js/x\" (from main.js): there is no such file" },
		{ "fs", "cannot find module \"fs\" (from main.js): there is no such file; Node's own "
			"modules are not here, and npm packages only in an app that is built" },
		{ "", "cannot find module \"\" (from main.js): it is not a file" },
		{ ".", "cannot find module \".\" (from main.js): it is not a file" },
		{ "..", "cannot find module \"..\" (from main.js): it is not inside the app's folder" },
		{ "../../etc/passwd",
			"cannot find module \"../../etc/passwd\" (from main.js): it is not inside the app's folder" },
		{ "d/../../main.js",
			"cannot find module \"d/../../main.js\" (from main.js): it is not inside the app's folder" },
		{ "/etc/passwd",
			"cannot find module \"/etc/passwd\" (from main.js): it is not inside the app's folder" },
		{ "./out.js",
			"cannot find module \"./out.js\" (from main.js): it is not inside the app's folder" },
		{ "./outdir/passwd",
			"cannot find module \"./outdir/passwd\" (from main.js): it is not inside the app's folder" },
		{ "./abs.js",
			"cannot find module \"./abs.js\" (from main.js): it is not inside the app's folder" },
		{ "./loop.js",
			"cannot find module \"./loop.js\" (from main.js): it is not inside the app's folder" },
		{ "./fifo.js",
			"cannot find module \"./fifo.js\" (from main.js): it is not a file" },
		{ "./big.js", "cannot find module \"./big.js\" (from main.js): it is over 4 MiB" },
		{ "./latin1.js",
			"cannot find module \"./latin1.js\" (from main.js): it is not UTF-8" },
		{ "file.js\\u0000x", "cannot find module \"file.js" },
		{ "\\ud800", "it is not UTF-8" },
		{ "runtime:nope",
			"there is no module \"runtime:nope\" (from main.js), only runtime:app, runtime:ipc, runtime:screen, runtime:window" },
		{ "runtime:promise", "there is no module \"runtime:promise\"" },
		{ "./runtime:promise", "cannot find module \"./runtime:promise\"" },
	};
	struct world *w = *state;
	int fd;

	assert_int_equal(mkdirat(w->app_fd, "d", 0700), 0);
	assert_int_equal(symlinkat("/etc/passwd", w->app_fd, "abs.js"), 0);
	assert_int_equal(symlinkat("../../etc/passwd", w->app_fd, "out.js"), 0);
	assert_int_equal(symlinkat("/etc", w->app_fd, "outdir"), 0);
	assert_int_equal(symlinkat("loop.js", w->app_fd, "loop.js"), 0);
	assert_int_equal(mkfifoat(w->app_fd, "fifo.js", 0600), 0);
	world_write(w, "file.js", "");
	world_write(w, "latin1.js", "'\xe9'");
	world_write(w, "runtime:promise", "console.log(typeof arguments[4])");
	fd = openat(w->app_fd, "big.js", O_WRONLY | O_CREAT, 0600);
	assert_int_equal(ftruncate(fd, (4 << 20) + 1), 0);
	close(fd);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char source[256];

		snprintf(source, sizeof(source),
			"try { require('%s'); console.log('found') } catch (e) { console.log(e.message) }",
			cases[i].name);
		assert_contains(said_by(w, source), cases[i].message);
	}
}

static void a_link_that_stays_inside_is_fine(void **state)
{
	struct world *w = *state;

	world_write(w, "real.js", "exports.ok = 'inside'");
	assert_int_equal(symlinkat("real.js", w->app_fd, "link.js"), 0);
	assert_string_equal(said_by(w, "console.log(require('./link').ok)"), "inside");
}

static void a_module_that_throws_was_never_there(void **state)
{
	struct world *w = *state;

	world_write(w, "bad.js", "\n\nthrow new Error('bad ' + (bad = typeof bad))\nvar bad");
	world_write(w, "syntax.js", "\nvar x = ;");
	assert_string_equal(
		said_by(w,
			"for (var i = 0; i < 2; i++) try { require('./bad') } catch (e) { console.log(e) }\n"
			"try { require('./syntax') } catch (e) { console.log(e) }"),
		"Error: bad undefined (bad.js:3)|Error: bad undefined (bad.js:3)|"
		"SyntaxError: empty expression not allowed (line 2) (syntax.js:2)");
}

static void the_main_module_must_be_there_and_compile(void **state)
{
	struct world *w = *state;
	struct script_error error = { 0 };

	world_start(w);
	assert_int_equal(script_run(w->script, "none.js", &error), -ENOENT);
	assert_string_equal(error.message, "cannot read none.js: there is no such file");
	assert_int_equal(script_run(w->script, "../../etc/passwd", &error), -EXDEV);
	assert_int_equal(world_try(w, "var a;\nvar b = (;\n", &error), -ENOEXEC);
	assert_int_equal(error.line, 2);
	assert_string_equal(error.message, "SyntaxError: empty expression not allowed");
	assert_int_equal(world_try(w, "\n\n\nnull.x", &error), -ENOEXEC);
	assert_int_equal(error.line, 4);
	assert_string_equal(error.message, "TypeError: cannot read property 'x' of null");
	/* An error of another file has no line in this one, and names its own place. */
	world_write(w, "lib.js", "\n\nthrow new Error('there');");
	assert_int_equal(world_try(w, "require('./lib.js')", &error), -ENOEXEC);
	assert_int_equal(error.line, 0);
	assert_string_equal(error.message, "Error: there (lib.js:3)");
}

static void syntax_is_checked_without_running(void **state)
{
	struct script_error error = { 0 };
	struct world *w = *state;

	assert_int_equal(script_check_syntax("a.js", "console.log('ran'); return", 26, &error), 0);
	assert_int_equal(script_check_syntax("a.js", "// comment at the end", 21, &error), 0);
	assert_int_equal(script_check_syntax("a.js", "ok();\n\nlet x = 1;", 17, &error), -ENOEXEC);
	assert_int_equal(error.line, 3);
	assert_contains(error.message, "SyntaxError");
	assert_null(strstr(error.message, "line 3"));
	assert_int_equal(script_check_syntax("a.js", "'\xff'", 3, &error), -ENOEXEC);
	assert_string_equal(error.message, "it is not UTF-8");
	assert_int_equal(script_check_syntax("a.js", "f();\n}\n", 7, &error), -ENOEXEC);
	assert_int_equal(
		script_check_syntax("a.js", "}); console.log('out'); (function () {", 38, &error),
		0);
	assert_string_equal(world_said(w), "");
}

static void the_app_can_exit(void **state)
{
	struct world *w = *state;

	world_run(w, "require('runtime:app').exit()");
	assert_int_equal(w->exit_code, 0);
	world_run(w, "require('runtime:app').exit(7)");
	assert_int_equal(w->exit_code, 7);
}

/* As tsc lowers an async function with a for-await loop. */
static void lowered_typescript_runs(void **state)
{
	assert_string_equal(
		said_by(*state,
			"var __awaiter = function (thisArg, _arguments, P, generator) { return new (P || (P = Promise))(function (resolve, reject) {\n"
			"function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }\n"
			"function rejected(value) { try { step(generator['throw'](value)); } catch (e) { reject(e); } }\n"
			"function step(result) { result.done ? resolve(result.value) : new P(function (r) { r(result.value) }).then(fulfilled, rejected); }\n"
			"step(generator.next()); }) };\n"
			"function count(n) { var i = 0; return {next: function () { return i < n ? {value: Promise.resolve(i++), done: false} : {value: 'sum', done: true} }} }\n"
			"__awaiter(void 0, void 0, void 0, count(3)).then(console.log)"),
		"sum");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(console_shows_values_on_one_line),
		world_test(jobs_run_in_order_after_the_entry),
		world_test(promises_settle_as_the_standard_has_it),
		world_test(unhandled_rejections_are_logged_with_their_place),
		world_test(timers_fire_in_the_order_of_their_deadlines),
		world_test(a_timer_that_throws_does_not_stop_others),
		world_test(timers_are_bounded_and_cost_nothing_when_there_are_none),
		world_test(performance_now_is_monotonic_ms),
		world_test(the_deadline_stops_every_kind_of_entry),
		world_test(memory_is_bounded_and_the_script_goes_on),
		world_test(a_heap_beyond_use_is_told_once_and_can_be_replaced),
		world_test(a_main_module_that_ends_the_heap_is_told_at_once),
		world_test(a_script_needs_memory_to_start),
		world_test(modules_are_relative_to_who_requires_them),
		world_test(our_own_modules_are_in_a_stack_by_name_and_line),
		world_test(of_our_own_functions_only_constructors_are_some),
		world_test(globals_that_are_loaded_later_are_like_others),
		world_test(a_cycle_gets_what_is_exported_so_far),
		world_test(require_tells_what_is_wrong),
		world_test(a_link_that_stays_inside_is_fine),
		world_test(a_module_that_throws_was_never_there),
		world_test(the_main_module_must_be_there_and_compile),
		world_test(syntax_is_checked_without_running),
		world_test(the_app_can_exit),
		world_test(lowered_typescript_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
