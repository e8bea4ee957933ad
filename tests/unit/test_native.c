/*
 * Native modules: which declarations are refused, and what becomes of the real ones,
 * which are compiled here as a stranger compiles them.
 */
#include "script_fixture.h"

#include <errno.h>

#include "native/declaration.h"
#include "native/native.h"

/* ---- declarations ---- */

#define VALUES(VALUE) VALUE(ONE, "one", 0)
KILN_ENUM(numeral, "Numeral", VALUES, 0)
static const struct kiln_member *no_members(void)
{
	static const struct kiln_member none = { .name = NULL };

	return &none;
}
#define PAIR(MEMBER, OPTIONAL) MEMBER(INT, a, 0) OPTIONAL(ENUM(numeral), b_c, 0)
KILN_STRUCT(pair, "Pair", PAIR, 0)
KILN_LIST(pairs, STRUCT(pair))
#define GOOD(MEMBER, OPTIONAL) MEMBER(LIST(pairs), all, 0) OPTIONAL(STRUCT(pair), one, 0)
KILN_STRUCT(good_args, NULL, GOOD, 0)

static int run(struct kiln_call *call, const void *args, void *result)
{
	return 0;
}

static const struct kiln_op good = { .name = "good",
	.args = &good_args_type,
	.result = &pair_type,
	.flags = KILN_OP_ASYNC,
	.run = run };
static const struct kiln_event told = { .type = "told", .payload = &pair_type };
static const struct kiln_op *const good_ops[] = { &good, NULL };
static const struct kiln_event *const good_events[] = { &told, NULL };
static const struct kiln_module good_module = {
	.abi = KILN_ABI, .name = "good", .ops = good_ops, .events = good_events
};

static void refused(const struct kiln_module *m, const char *why)
{
	struct native_error e = { .text = "" };

	assert_true(declaration_check(m, &e) < 0);
	assert_string_equal(e.text, why);
}

static void refused_op(const struct kiln_op *op, const char *why)
{
	const struct kiln_op *const ops[] = { &good, op, NULL };
	struct kiln_module m = good_module;

	m.ops = ops;
	refused(&m, why);
}

static void a_declaration_of_the_macros_is_taken(void **state)
{
	struct native_error e = { .text = "" };

	assert_int_equal(declaration_check(&good_module, &e), 0);
	assert_string_equal(e.text, "");
}

static void a_module_has_a_name_and_lists(void **state)
{
	static const char *const names[] = { "", "Good", "a b", "1", "../x", NULL,
		"a-name-of-more-than-32-characters" };
	struct kiln_module m = good_module;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		m.name = names[i];
		refused(&m, "its name is not 1 to 32 of a-z 0-9 - _");
	}
	m = good_module;
	m.ops = NULL;
	refused(&m, "it is not made by KILN_MODULE");
	m = good_module;
	m.events = NULL;
	refused(&m, "it is not made by KILN_MODULE");
}

static void an_operation_has_a_name_that_javascript_takes(void **state)
{
	struct kiln_op op = good;

	op.name = "delete";
	refused_op(&op, "operation \"delete\": this is no name of a function");
	op.name = "a-b";
	refused_op(&op, "operation \"a-b\": this is no name of a function");
	op.name = "1st";
	refused_op(&op, "operation \"1st\": this is no name of a function");
	op.name = "events";
	refused_op(&op, "operation \"events\": every module has a function of that name");
	op.name = "on";
	refused_op(&op, "operation \"on\": every module has a function of that name");
	op.name = "good";
	refused_op(&op, "operation \"good\" is there twice");
	op.name = NULL;
	refused_op(&op, "operation \"?\" is not made by KILN_OP");
}

static void an_operation_is_one_that_c_implements(void **state)
{
	struct kiln_op op = good;

	op.name = "bad";
	op.run = NULL;
	refused_op(&op, "operation \"bad\" is not made by KILN_OP");
	op.run = run;
	op.flags = 0;
	refused_op(&op, "operation \"bad\" is not made by KILN_OP");
	op.flags = KILN_OP_ASYNC | KILN_OP_METHOD;
	refused_op(&op, "operation \"bad\" is not made by KILN_OP");
	op.flags = KILN_OP_ASYNC;
	op.args = &kiln_int_type;
	refused_op(&op, "operation \"bad\" is not made by KILN_OP");
	op.args = &good_args_type;
	op.result = NULL;
	refused_op(&op, "operation \"bad\": its result has no form in C");
	op.result = &(const struct kiln_type){ .kind = KILN_KIND_CLASS, .name = "C" };
	refused_op(&op, "operation \"bad\": its result has no form in C");
	op.result = &(const struct kiln_type){ .kind = KILN_KIND_STRUCT, .name = "S" };
	refused_op(&op, "operation \"bad\": its result has no form in C");
	op.result = &(const struct kiln_type){ .kind = (enum kiln_kind)99 };
	refused_op(&op, "operation \"bad\": its result has no form in C");
}

#define CLASH(MEMBER, OPTIONAL) MEMBER(INT, a_b, 0) MEMBER(INT, aB, 0)
KILN_STRUCT(clash, NULL, CLASH, 0)
#define LATE(MEMBER, OPTIONAL) OPTIONAL(INT, a, 0) MEMBER(INT, b, 0)
KILN_STRUCT(late, NULL, LATE, 0)
#define WORD(MEMBER, OPTIONAL) MEMBER(INT, function, 0)
KILN_STRUCT(word, NULL, WORD, 0)
#define LONG(MEMBER, OPTIONAL) \
	MEMBER(INT, a_name_that_is_one_byte_longer_than_all_that_is_kept_of_a_name_1, 0)
KILN_STRUCT(lengthy, NULL, LONG, 0)
#define NINE(M, p)      \
	M(INT, p##1, 0) \
	M(INT, p##2, 0) \
	M(INT, p##3, 0) \
	M(INT, p##4, 0) \
	M(INT, p##5, 0) M(INT, p##6, 0) M(INT, p##7, 0) M(INT, p##8, 0) M(INT, p##9, 0)
#define MANY(MEMBER, OPTIONAL) \
	NINE(MEMBER, a)        \
	NINE(MEMBER, b)        \
	NINE(MEMBER, c)        \
	NINE(MEMBER, d)        \
	NINE(MEMBER, e) NINE(MEMBER, f) NINE(MEMBER, g) MEMBER(INT, h1, 0) MEMBER(INT, h2, 0)
KILN_STRUCT(many, NULL, MANY, 0)

static const struct kiln_member *callback_members(void)
{
	static const struct kiln_type callback = { .kind = KILN_KIND_CALLBACK, .name = "F" };
	static const struct kiln_member list[] = { { .name = "f", .type = &callback }, { 0 } };

	return list;
}

static const struct kiln_member *untyped_members(void)
{
	static const struct kiln_member list[] = { { .name = "x" }, { 0 } };

	return list;
}

static void arguments_can_be_told_apart_and_left_out(void **state)
{
	struct kiln_type args = { .kind = KILN_KIND_STRUCT, .members = callback_members };
	struct kiln_op op = good;

	op.name = "bad";
	op.args = &clash_type;
	refused_op(
		&op, "operation \"bad\": its arguments: \"a_b\" and \"aB\" are one in JavaScript");
	op.args = &late_type;
	refused_op(&op, "operation \"bad\": \"b\" is behind one that is optional");
	op.args = &word_type;
	refused_op(&op, "operation \"bad\": \"function\" is a word of JavaScript's");
	op.args = &lengthy_type;
	refused_op(&op,
		"operation \"bad\": its arguments: \"a_name_that_is_one_byte_longer_than_all_\" is no "
		"name of a member, or over 63 bytes");
	op.args = &many_type;
	refused_op(&op, "operation \"bad\": its arguments: more than 64 members");
	op.args = &args;
	refused_op(&op, "operation \"bad\": its arguments: the type of \"f\" has no form in C");
	args.members = untyped_members;
	refused_op(&op, "operation \"bad\": its arguments: the type of \"x\" has no form in C");
}

static void types_have_names_of_their_own(void **state)
{
	static const char *const names[] = { "Promise", "Event", "class", "A B", "" };
	struct kiln_type type = pair_type, list = pairs_type;
	struct kiln_op op = good;
	char why[80];

	op.name = "bad";
	op.result = &type;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		type.name = names[i];
		snprintf(why, sizeof(why), "\"%s\" cannot be the name of a type", names[i]);
		refused_op(&op, why);
	}
	type = pair_type;
	type.size++;
	refused_op(&op, "two of its types have one name");
	type = (struct kiln_type){
		.kind = KILN_KIND_ENUM, .name = "E", .size = 4, .members = no_members
	};
	refused_op(&op, "E: it has no values");
	type = (struct kiln_type){
		.kind = KILN_KIND_STRUCT, .name = "S", .size = 4, .members = callback_members
	};
	refused_op(&op, "S: the type of \"f\" has no form in C");
	list.of = &list;
	op.result = &list;
	refused_op(&op, "operation \"bad\": its result has no form in C");
}

static void events_have_structs_for_payloads_and_one_name_each(void **state)
{
	struct kiln_event event = told;
	const struct kiln_event *const events[] = { &told, &event, NULL };
	struct kiln_module m = good_module;

	m.events = events;
	refused(&m, "event \"told\" is there twice");
	event.type = "other";
	event.payload = &kiln_int_type;
	refused(&m, "event \"other\": its payload is no struct");
	event.payload = NULL;
	refused(&m, "event \"other\": its payload is no struct");
	event = (struct kiln_event){ .payload = &pair_type };
	refused(&m, "event \"?\": its payload is no struct");
}

/* ---- real ones ---- */

#define NOTHING "#define OPS(OP)\n#define EVENTS(EVENT)\n"
#define HEAD "#include <bind/module.h>\n#include <unistd.h>\n#include <stdlib.h>\n"

static void compile(struct world *w, const char *name, const char *source)
{
	char command[200], file[64];
	int status;

	snprintf(file, sizeof(file), "%s.c", name);
	world_write(w, file, source);
	snprintf(command, sizeof(command), "cc -std=gnu11 -fPIC -shared -Isrc -o %s/%s %s/%s",
		w->dir, name, w->dir, file);
	status = system(command);
	assert_int_equal(status, 0);
}

static struct native *loaded(struct world *w, const char *path, const char *name)
{
	struct native_error e;
	struct native *n;

	if (native_load(w->app_fd, path, name, &n, &e) < 0)
		fail_msg("%s: %s", path, e.text);
	return n;
}

static void is_not_loaded(struct world *w, const char *path, int error, const char *why)
{
	struct native_error e;
	struct native *n = NULL;

	assert_int_equal(native_load(w->app_fd, path, "x", &n, &e), error);
	assert_null(n);
	assert_contains(e.text, why);
}

static void what_is_no_module_is_refused_with_the_reason(void **state)
{
	struct world *w = *state;

	world_write(w, "text.so", "no object");
	compile(w, "none.so", "int nothing;\n");
	compile(w, "y.so", HEAD NOTHING "KILN_MODULE(\"y\", 0, OPS, EVENTS, 0, 0)\n");
	compile(w, "future.so",
		HEAD NOTHING
		"#undef KILN_ABI\n#define KILN_ABI 7u\nKILN_MODULE(\"x\", 0, OPS, EVENTS, 0, 0)\n");
	is_not_loaded(w, "missing.so", -ENOENT, "No such file");
	is_not_loaded(w, "../y.so", -EXDEV, "it is not inside the app's folder");
	is_not_loaded(w, "text.so", -ENOEXEC, "text.so: ");
	is_not_loaded(w, "none.so", -ENOEXEC, "it has no symbol kiln_module");
	is_not_loaded(w, "y.so", -EINVAL, "it calls itself \"y\"");
	is_not_loaded(
		w, "future.so", -EINVAL, "it was built for version 7 of kiln/module.h, this is 1");
}

/* dlopen() knows objects by name, and the number of a descriptor is that of one file after the
 * other. */
static void each_file_is_a_module_of_its_own(void **state)
{
	struct world *w = *state;
	struct native *a, *b;

	compile(w, "a.so", HEAD NOTHING "KILN_MODULE(\"a\", 0, OPS, EVENTS, 0, 0)\n");
	compile(w, "b.so", HEAD NOTHING "KILN_MODULE(\"b\", 0, OPS, EVENTS, 0, 0)\n");
	a = loaded(w, "a.so", "a");
	b = loaded(w, "b.so", "b");
	assert_ptr_not_equal(native_module(a), native_module(b));
	native_free(a);
	native_free(b);
}

static void start(struct world *w, struct native *n)
{
	struct native_error e;

	if (native_start(n, w->loop, w->router, &e) < 0)
		fail_msg("%s", e.text);
}

/* A pipe and a timer, which free themselves, and more of both, which it forgets. */
#define BUSY                                                                                                                                   \
	HEAD "#include <poll.h>\n"                                                                                                             \
	     "static const struct kiln_host *h; static struct kiln_timer *t, *t2; static struct kiln_watch *k, *k2; static int p[2];\n"        \
	     "static void on_fd(short revents, void *arg) { h->log(h, 2, \"fd %d %s\", revents == POLLIN, (char *)arg); h->watch_free(k); }\n" \
	     "static void on_timer(void *arg) { h->log(h, 9, \"timer\"); h->timer_free(t); write(p[1], \"x\", 1); }\n"                         \
	     "static int start(const struct kiln_host *host, void **state) { h = host;\n"                                                      \
	     "  if (pipe(p) || h->timer_new(h, on_timer, 0, &t) || h->timer_new(h, on_timer, 0, &t2)) return -5;\n"                            \
	     "  if (h->watch_new(h, p[0], POLLIN, on_fd, \"arg\", &k) || h->watch_new(h, p[1], 0, on_fd, 0, &k2)) return -5;\n"                \
	     "  h->timer_arm(t, 1); h->timer_arm(t2, 1000000); h->timer_free(0); h->watch_free(0); return FAILS; }\n"                          \
	     "static void stop(void *state) { h->log(h, 1, \"stop\"); close(p[0]); close(p[1]); }\n" NOTHING                                   \
	     "KILN_MODULE(\"busy\", 0, OPS, EVENTS, start, stop)\n"

static void its_watches_and_timers_run_and_end_with_it(void **state)
{
	struct world *w = *state;
	struct native *n;

	compile(w, "busy.so", "#define FAILS 0\n" BUSY);
	n = loaded(w, "busy.so", "busy");
	start(w, n);
	for (int i = 0; i < 100 && !strstr(world_log(w), "fd 1 arg"); i++)
		world_spin(w, 10);
	assert_contains(w->log, "native: busy: fd 1 arg");
	native_free(n);
	assert_contains(world_log(w), "warn  native: busy: stop");
}

static void one_that_does_not_start_leaves_nothing(void **state)
{
	struct world *w = *state;
	struct native_error e;
	struct native *n;

	compile(w, "busy.so", "#define FAILS -19\n" BUSY);
	n = loaded(w, "busy.so", "busy");
	assert_int_equal(native_start(n, w->loop, w->router, &e), -19);
	assert_string_equal(e.text, "it does not start: No such device");
	native_free(n);
	assert_null(strstr(world_log(w), "stop"));
	world_spin(w, 20);
	assert_string_equal(world_log(w), "");
	native_free(NULL);
}

#define EAGER                                                                                         \
	HEAD "#define P(MEMBER, OPTIONAL) MEMBER(STRING, text, 0)\n"                                  \
	     "KILN_STRUCT(p, \"P\", P, 0)\nKILN_EVENT(told, \"told\", STRUCT(p), 0)\n"                \
	     "#define S(MEMBER, OPTIONAL) MEMBER(STRING, text, 0)\n"                                  \
	     "KILN_OP(say, \"say\", S, BOOL, 0, 0)\n"                                                 \
	     "static int say(struct kiln_call *c, const struct say_args *a, bool *r)\n"               \
	     "{ *r = c->host->emit(c->host, &told_event, &(struct p){ a->text }) == 0; return 0; }\n" \
	     "static int start(const struct kiln_host *h, void **state)\n"                            \
	     "{ return h->emit(h, &told_event, &(struct p){ \"early\" }) == -11 ? 0 : -5; }\n"        \
	     "#define OPS(OP) OP(say)\n#define EVENTS(EVENT) EVENT(told)\n"                           \
	     "KILN_MODULE(\"eager\", 0, OPS, EVENTS, start, 0)\n"

static void its_events_go_to_the_script_once_it_has_started(void **state)
{
	const struct kiln_module *natives[2] = { NULL };
	struct world *w = *state;
	struct native *n;

	compile(w, "eager.so", EAGER);
	n = loaded(w, "eager.so", "eager");
	natives[0] = native_module(n);
	w->opts.natives = natives;
	start(w, n);
	assert_contains(world_log(w), "eager: an event \"told\" is lost");
	world_run(w, "var m = require('native:eager');\n"
		     "console.log(m === require('native:eager'), Object.keys(m).join());\n"
		     "m.on('told', function (p) { console.log('told', p.text); });\n"
		     "m.say('hi').then(console.log);\n"
		     "try { require('native:other'); } catch (e) { console.log(e.message); }");
	world_spin(w, 30);
	assert_string_equal(world_said(w),
		"true say,on,events|there is no native module \"other\" (from main.js): name it in the "
		"\"modules\" of kiln.json|told hi|true");
	native_free(n);
	world_run(w,
		"require('native:eager').say('x').then(null, function (e) { console.log(e.name); });");
	world_spin(w, 30);
	assert_contains(world_said(w), "WindowNotFound");
}

static void two_of_one_name_are_not_started(void **state)
{
	struct world *w = *state;
	struct native_error e;
	struct native *a, *b;

	compile(w, "a.so", HEAD NOTHING "KILN_MODULE(\"a\", 0, OPS, EVENTS, 0, 0)\n");
	a = loaded(w, "a.so", NULL);
	b = loaded(w, "a.so", NULL);
	start(w, a);
	assert_int_equal(native_start(b, w->loop, w->router, &e), -EEXIST);
	assert_string_equal(e.text, "File exists");
	native_free(b);
	native_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_declaration_of_the_macros_is_taken),
		cmocka_unit_test(a_module_has_a_name_and_lists),
		cmocka_unit_test(an_operation_has_a_name_that_javascript_takes),
		cmocka_unit_test(an_operation_is_one_that_c_implements),
		cmocka_unit_test(arguments_can_be_told_apart_and_left_out),
		cmocka_unit_test(types_have_names_of_their_own),
		cmocka_unit_test(events_have_structs_for_payloads_and_one_name_each),
		world_test(what_is_no_module_is_refused_with_the_reason),
		world_test(each_file_is_a_module_of_its_own),
		world_test(its_watches_and_timers_run_and_end_with_it),
		world_test(one_that_does_not_start_leaves_nothing),
		world_test(its_events_go_to_the_script_once_it_has_started),
		world_test(two_of_one_name_are_not_started),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
