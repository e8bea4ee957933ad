/* What a host script may do with the functions that are made of a declaration. */
#include "host_fixture.h"

#include <errno.h>

#include "bind/declare.h"
#include "ipc/service.h"

#define MODE(VALUE)            \
	VALUE(FAST, "fast", 0) \
	VALUE(SLOW, "slow", 0)
KILN_ENUM(mode, "Mode", MODE, 0)
#define OPTIONS(MEMBER, OPTIONAL) OPTIONAL(STRING, url_text, 0) OPTIONAL(ENUM(mode), mode, 0)
KILN_STRUCT(options, "Options", OPTIONS, 0)
KILN_LIST(strings, STRING)
KILN_LIST(values, JSON)

#define KINDS(MEMBER, OPTIONAL)           \
	MEMBER(BOOL, flag, 0)             \
	MEMBER(INT, whole, 0)             \
	MEMBER(UINT, natural, 0)          \
	MEMBER(NUMBER, number, 0)         \
	MEMBER(STRING, text, 0)           \
	MEMBER(STRING_OR_NULL, may_be, 0) \
	MEMBER(BYTES, bytes, 0)           \
	MEMBER(ENUM(mode), mode, 0)       \
	MEMBER(STRUCT(options), opts, 0)  \
	MEMBER(LIST(strings), names, 0)   \
	MEMBER(JSON, any, 0)
KILN_OP(kinds, "kinds", KINDS, STRING, 0, NULL)
#define ONE(MEMBER, OPTIONAL) MEMBER(STRING, text, 0) OPTIONAL(STRUCT(options), options, 0)
KILN_OP(one, "one", ONE, STRING, 0, NULL)
#define MANY(MEMBER, OPTIONAL) MEMBER(LIST(values), list, 0)
KILN_OP(many, "many", MANY, UINT, 0, NULL)
#define NAMES(MEMBER, OPTIONAL) MEMBER(LIST(strings), list, 0)
KILN_OP(names, "names", NAMES, UINT, 0, NULL)
KILN_OP(nothing, "nothing", KILN_NONE, VOID, 0, NULL)

struct node;
static const struct kiln_type node_type;
struct nodes {
	struct node *items;
	size_t count;
};
static const struct kiln_type nodes_type = {
	.kind = KILN_KIND_LIST, .size = sizeof(struct nodes), .of = &node_type
};
#define NODE(MEMBER, OPTIONAL) OPTIONAL(LIST(nodes), nodes, 0)
KILN_STRUCT(node, "Node", NODE, 0)
#define TREE(MEMBER, OPTIONAL) MEMBER(STRUCT(node), root, 0)
KILN_OP(tree, "tree", TREE, UINT, 0, NULL)

#define WIDE_8(M, p)     \
	M(UINT, p##0, 0) \
	M(UINT, p##1, 0) \
	M(UINT, p##2, 0) \
	M(UINT, p##3, 0) M(UINT, p##4, 0) M(UINT, p##5, 0) M(UINT, p##6, 0) M(UINT, p##7, 0)
#define WIDE(MEMBER, OPTIONAL) \
	WIDE_8(MEMBER, a)      \
	WIDE_8(MEMBER, b)      \
	WIDE_8(MEMBER, c)      \
	WIDE_8(MEMBER, d) WIDE_8(MEMBER, e) WIDE_8(MEMBER, f) WIDE_8(MEMBER, g) WIDE_8(MEMBER, h)
KILN_OP(wide, "wide", WIDE, UINT, 0, NULL)

#define OPS(OP) OP(kinds) OP(one) OP(many) OP(names) OP(nothing) OP(tree) OP(wide)
static const struct kiln_op *const ops[] = { OPS(KILN_D_OP) NULL };
static const struct kiln_event *const events[] = { NULL };
static const struct kiln_module module = {
	.abi = KILN_ABI, .name = "test", .doc = "", .ops = ops, .events = events
};
static const struct kiln_module *const natives[] = { &module, NULL };

static unsigned n_calls;

static int kinds(struct kiln_call *call, const struct kinds_args *args, const char **result)
{
	n_calls++;
	*result = "fine";
	return 0;
}

static int one(struct kiln_call *call, const struct one_args *args, const char **result)
{
	n_calls++;
	*result = args->has_options && args->options.has_url_text ? args->options.url_text
								  : args->text;
	return 0;
}

static int many(struct kiln_call *call, const struct many_args *args, uint32_t *result)
{
	*result = (uint32_t)args->list.count;
	return 0;
}

static int names(struct kiln_call *call, const struct names_args *args, uint32_t *result)
{
	*result = (uint32_t)args->list.count;
	return 0;
}

static int nothing(struct kiln_call *call, const struct nothing_args *args, void *result)
{
	return 0;
}

static int tree(struct kiln_call *call, const struct tree_args *args, uint32_t *result)
{
	*result = (uint32_t)args->root.nodes.count;
	return 0;
}

static int wide(struct kiln_call *call, const struct wide_args *args, uint32_t *result)
{
	*result = args->a0 + args->h7;
	return 0;
}

static struct service *service;

static int setup(void **state)
{
	struct world *w;

	world_setup(state);
	w = *state;
	w->opts.natives = natives;
	n_calls = 0;
	assert_int_equal(service_new(&(struct service_options){ .router = w->router,
					     .module = &module,
					     .peer = "native:test" },
				 &service),
		0);
	return 0;
}

static int teardown(void **state)
{
	service_free(take_ptr(service));
	return host_teardown(state);
}

/* show(promise) says what it has come to; thrown(f) what f throws at once. */
#define HEAD                                                                                         \
	"var m = require('native:test'), log = console.log;\n"                                       \
	"function show(p) { p.then(function (v) { log(v); }, function (e) { log(String(e)); }); }\n" \
	"function thrown(f) { try { f(); log('nothing'); } catch (e) { log(String(e)); } }\n"

#define said(w, source, expected)                            \
	do {                                                 \
		world_run(w, HEAD source);                   \
		assert_string_equal(said_soon(w), expected); \
	} while (0)

#define GOOD "true, -1, 1, 1.5, 't', null, new Uint8Array(2), 'fast', {}, ['a'], {any: 1}"

static void each_kind_of_argument_is_checked_before_the_call(void **state)
{
	static const struct {
		const char *args, *error;
	} cases[] = {
		{ "1", "flag: must be a boolean" },
		{ "true, 1.5", "whole: must be a whole number from -2147483648 to 2147483647" },
		{ "true, 2147483648",
			"whole: must be a whole number from -2147483648 to 2147483647" },
		{ "true, '1'",
			"whole: must be a whole number from -2147483648 to 2147483647, is a string" },
		{ "true, -1, -1", "natural: must be a whole number from 0 to 4294967295" },
		{ "true, -1, NaN", "natural: must be a whole number from 0 to 4294967295" },
		{ "true, -1, 1, NaN", "number: must be a number" },
		{ "true, -1, 1, Infinity", "number: must be a finite number" },
		{ "true, -1, 1, null", "number: must be a number, is null" },
		{ "true, -1, 1, 1, new String('t')", "text: must be a string, is an object" },
		{ "true, -1, 1, 1, Symbol('t')", "text: must be a string, is a symbol" },
		{ "true, -1, 1, 1, 't', 1", "mayBe: must be a string or null" },
		{ "true, -1, 1, 1, 't', undefined",
			"mayBe: must be a string or null, is undefined" },
		{ "true, -1, 1, 1, 't', null, [1]", "bytes: must be a Uint8Array, is an array" },
		{ "true, -1, 1, 1, 't', null, 't'", "bytes: must be a Uint8Array, is a string" },
		{ "true, -1, 1, 1, 't', null, new Uint8Array(1), 'quick'",
			"mode: must be one of \"fast\", \"slow\"" },
		{ "true, -1, 1, 1, 't', null, new Uint8Array(1), 'fast\\0'",
			"mode: must be one of \"fast\", \"slow\"" },
		{ "true, -1, 1, 1, 't', null, new Uint8Array(1), 'fast', []",
			"opts: must be an object, is an array" },
		{ "true, -1, 1, 1, 't', null, new Uint8Array(1), 'fast', log",
			"opts: must be an object, is a function" },
		{ "true, -1, 1, 1, 't', null, new Uint8Array(1), 'fast', {urlText: 1}",
			"opts.urlText: must be a string" },
		{ "true, -1, 1, 1, 't', null, new Uint8Array(1), 'fast', {url_text: 'a'}",
			"opts: has no member \"url_text\"; there are: urlText, mode" },
		{ "true, -1, 1, 1, 't', null, new Uint8Array(1), 'fast', {}, 'abc'",
			"names: must be an array, is a string" },
		{ "true, -1, 1, 1, 't', null, new Uint8Array(1), 'fast', {}, ['a',, 'c']",
			"names[1]: must be a string, is undefined" },
	};
	struct world *w = *state;
	char source[512], expected[256];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(source, sizeof(source), HEAD "show(m.kinds(%s));", cases[i].args);
		snprintf(expected, sizeof(expected), "TypeError: kinds: %s", cases[i].error);
		world_run(w, source);
		world_said(w);
		assert_contains(w->log, expected);
	}
	assert_int_equal(n_calls, 0);
	said(w, "show(m.kinds(" GOOD "));", "fine");
	assert_int_equal(n_calls, 1);
}

static void an_async_function_rejects_and_another_throws(void **state)
{
	struct world *w = *state;

	said(w, "thrown(function () { show(m.one(1)); });",
		"nothing|TypeError: one: text: must be a string, is a number");
	said(w, "thrown(function () { require('runtime:app').exit('a'); });",
		"TypeError: exit: code: must be a whole number from -2147483648 to 2147483647, is a string");
	assert_int_equal(w->exit_code, -1);
}

static void arguments_too_many_are_left_out(void **state)
{
	said(*state,
		"show(m.one('a', undefined, log, 7)); show(m.nothing(1, 2)); m.one.apply(m, ['c'].concat(new Array(5000)));",
		"a|undefined");
}

static void null_stands_for_no_options_and_for_no_member(void **state)
{
	said(*state, "show(m.one('a', null)); show(m.one('b', {urlText: undefined}));", "a|b");
	said(*state, "show(m.one('b', {urlText: null}));",
		"TypeError: one: options.urlText: must be a string, is null");
}

/* As a payload that is undefined is null. */
static void a_value_that_json_does_not_have_is_null(void **state)
{
	said(*state,
		"function all(v) { return m.kinds(true, -1, 1, 1.5, 't', null, new Uint8Array(2), 'fast', {}, [], v); }\n"
		"show(all()); show(all(log)); show(all(Symbol('s'))); show(all(null));",
		"fine|fine|fine|fine");
}

static void what_a_getter_throws_is_the_rejection(void **state)
{
	said(*state,
		"show(m.one('a', {get urlText() { throw new RangeError('mine'); }}));\n"
		"show(m.one('a', new Proxy({}, {ownKeys: function () { throw new RangeError('keys'); }})));",
		"RangeError: mine|RangeError: keys");
}

/* What it says when it is looked at again is looked at again, in C. */
static void an_object_that_says_another_thing_each_time_gains_nothing(void **state)
{
	said(*state,
		"var n = 0, o = {get urlText() { return n++ ? 7 : 'a'; }};\n"
		"show(m.one('a', o));",
		"ChannelRecv: [7001] one: options.urlText: must be a string");
	said(*state,
		"var seen = 0, target = {}, p = new Proxy(target, {ownKeys: function () {\n"
		"  if (seen++) target[new Array(63).join('k') + '\\ud83d\\ude00'] = 1;\n"
		"  return Object.keys(target); }});\n"
		"m.one('a', p).then(log, function (e) { log(e.name, /no such member/.test(e.message)); });",
		"ChannelRecv true");
}

static void an_array_that_changes_while_it_is_looked_at_is_looked_at_again(void **state)
{
	said(*state,
		"var a = ['x', 'y'];\n"
		"Object.defineProperty(a, 0, {get: function () { a.push('z'); return 'x'; }, enumerable: true});\n"
		"show(m.names(a));\n"
		"var b = ['x', 'y'];\n"
		"Object.defineProperty(b, 0, {get: function () { b.length = 1; return 'x'; }, enumerable: true});\n"
		"show(m.names(b));",
		"TypeError: names: list[1]: must be a string, is undefined|3");
}

static void a_cycle_is_nested_too_deeply(void **state)
{
	said(*state,
		"var o = {}; o.nodes = [o];\n"
		"m.tree(o).then(log, function (e) { log(e.name, /is nested too deeply/.test(e.message)); });\n"
		"var deep = {}, i; for (i = 0; i < 100000; i++) deep = {nodes: [deep]};\n"
		"m.tree(deep).then(log, function (e) { log(e.name, /is nested too deeply/.test(e.message)); });\n"
		"deep = {}; for (i = 0; i < 60; i++) deep = {nodes: [deep]};\n"
		"m.tree(deep).then(log, log);",
		"TypeError true|TypeError true|1");
}

static void as_many_arguments_as_a_struct_has_members_are_no_trouble(void **state)
{
	said(*state,
		"var a = []; while (a.length < 64) a.push(a.length);\n"
		"show(m.wide.apply(null, a)); show(m.wide());",
		"TypeError: wide: a0: must be a whole number from 0 to 4294967295, is undefined|63");
}

/* Nothing of the script's runs between the items, where the deadline is looked at. */
static void is_stopped(struct world *w, const char *source)
{
	struct script_error error = { 0 };
	uint64_t start = clock_now();

	assert_int_equal(world_try(w, source, &error), -ENOEXEC);
	assert_contains(error.message, "stopped after 300 ms");
	assert_true(clock_now() - start < 5 * NSEC_PER_SEC);
}

static void a_list_without_end_is_stopped_by_the_deadline(void **state)
{
	struct world *w = *state;

	w->opts.deadline = 300 * NSEC_PER_MSEC;
	is_stopped(w, HEAD "var a = []; a.length = 4294967295; m.many(a); for (;;) ;");
	is_stopped(w, HEAD "m.names(new Proxy(['4294967295'], {get: String})); for (;;) ;");
	is_stopped(w, HEAD "m.one('a', {get urlText() { for (;;) ; }});");
	world_said(w);
	said(w, "show(m.one('on it goes'));", "on it goes");
}

/* Before the modules are there, so that they are made under it. */
#define SPOILED                                                                                                                           \
	"var seen = 0;\n"                                                                                                                 \
	"['text', 'options', 'self', 'one', 'createWindow', 'windows', 'signal', 'retry', 'timeout', 'list'].forEach(function (name) {\n" \
	"  Object.defineProperty(Object.prototype, name, {configurable: true,\n"                                                          \
	"    get: function () { return undefined; }, set: function () { seen++; }});\n"                                                   \
	"});\n"                                                                                                                           \
	"Object.prototype.toJSON = function () { seen++; return 7; };\n"

static void prototypes_of_the_apps_making_are_not_in_the_way_of_a_call(void **state)
{
	struct world *w = *state;
	struct other *windows = other_open(w, "runtime:window");

	world_run(w, SPOILED
		"var m = require('native:test'), create = require('runtime:window').createWindow;\n"
		"m.one('a').then(function (v) { console.log(v); }, function (e) { console.log(String(e)); });\n"
		"create();\n");
	assert_string_equal(taken(windows), "call createWindow {}");
	assert_string_equal(said_soon(w), "a");
}

static void what_an_app_puts_into_object_prototype_is_no_implementation(void **state)
{
	struct world *w = *state;

	world_run(w,
		"Object.prototype.createWindow = Object.prototype.evil = function () { console.log('mine'); };\n"
		"var w = require('runtime:window');\n"
		"console.log(Object.keys(w).join(), w.hasOwnProperty('createWindow'), w.hasOwnProperty('evil'),\n"
		"  w.evil === Object.prototype.evil);\n"
		"console.log(w.getWindow('a').hasOwnProperty('id'));");
	assert_string_equal(said_soon(w),
		"Window,createWindow,getWindow,windows,windowEvents true false true|true");
}

static void a_method_knows_what_it_is_called_on(void **state)
{
	struct world *w = *state;
	struct other *windows = other_open(w, "runtime:window");

	world_run(w, HEAD
		"var close = require('runtime:window').Window.prototype.close;\n"
		"[undefined, null, 7, 'main', {}, {id: 7}, {id: Symbol('id')}].forEach(function (o) { show(close.call(o)); });\n"
		"show(close.call({get id() { throw new Error('mine'); }}));\n"
		"close.call({id: 'main'});\n");
	assert_string_equal(taken(windows), "call Window.close {\"self\":\"main\"}");
#define FOREIGN "TypeError: close: must be called on the object that it is a method of|"
	assert_string_equal(said_soon(w),
		FOREIGN FOREIGN FOREIGN FOREIGN FOREIGN FOREIGN FOREIGN "Error: mine");
}

static void a_literal_is_the_whole_text(void **state)
{
	struct world *w = *state;

	world_run(w,
		"var ipc = require('runtime:ipc');\n"
		"ipc.broadcast('*\\0', 'c', 1).then(console.log, function (e) { console.log(String(e)); });\n"
		"ipc.broadcast('*', 'c', 1).then(console.log, function (e) { console.log(String(e)); });");
	assert_contains(said_soon(w), "TypeError: broadcast: windowIds: must be ");
	assert_contains(w->log, "|undefined");
}

#define binding_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		binding_test(each_kind_of_argument_is_checked_before_the_call),
		binding_test(an_async_function_rejects_and_another_throws),
		binding_test(arguments_too_many_are_left_out),
		binding_test(null_stands_for_no_options_and_for_no_member),
		binding_test(a_value_that_json_does_not_have_is_null),
		binding_test(what_a_getter_throws_is_the_rejection),
		binding_test(an_object_that_says_another_thing_each_time_gains_nothing),
		binding_test(an_array_that_changes_while_it_is_looked_at_is_looked_at_again),
		binding_test(a_cycle_is_nested_too_deeply),
		binding_test(as_many_arguments_as_a_struct_has_members_are_no_trouble),
		binding_test(a_list_without_end_is_stopped_by_the_deadline),
		binding_test(prototypes_of_the_apps_making_are_not_in_the_way_of_a_call),
		binding_test(what_an_app_puts_into_object_prototype_is_no_implementation),
		binding_test(a_method_knows_what_it_is_called_on),
		binding_test(a_literal_is_the_whole_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
