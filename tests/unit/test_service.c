/* A declared module as a peer: what its handlers are given, and what becomes of what they do. */
#include "router_fixture.h"

#include <math.h>

#include "bind/declare.h"
#include "ipc/service.h"
#include "wire/cursor.h"
#include "wire/json.h"

#define ECHO(MEMBER, OPTIONAL)  \
	MEMBER(STRING, text, 0) \
	OPTIONAL(UINT, how_often, 0)
KILN_OP(echo, "echo", ECHO, STRING, 0, NULL)
/* Whatever the test has it do. */
KILN_OP(act, "act", KILN_NONE, NUMBER, 0, NULL)
KILN_OP(hold, "hold", KILN_NONE, VOID, 0, NULL)
KILN_OP(give, "give", KILN_NONE, STRING_OR_NULL, 0, NULL)
KILN_OP(pack_bytes, "packBytes", KILN_NONE, BYTES, 0, NULL)
#define NOTE(MEMBER, OPTIONAL) MEMBER(JSON, note, 0)
KILN_STRUCT(note, "Note", NOTE, 0)
KILN_OP(noted, "noted", KILN_NONE, STRUCT(note), 0, NULL)

#define POKE(MEMBER, OPTIONAL) MEMBER(INT, strength, 0)
KILN_METHOD_ARGS(thing_poke, "poke", POKE, INT, 0, NULL)
KILN_SERVICE_METHOD(thing_poke, "poke", POKE, INT, 0, NULL)
KILN_SCRIPT_OP(thing_look, "look", KILN_NONE, VOID, 0, 0, NULL)
#define THING_OPS(OP) OP(thing_poke) OP(thing_look)
KILN_CLASS(thing, "Thing", KILN_NONE, THING_OPS, 0)

KILN_EVENT(noted, "noted", STRUCT(note), 0)

static const struct kiln_op *const ops[] = { &echo_op, &act_op, &hold_op, &give_op, &pack_bytes_op,
	&noted_op, NULL };
static const struct kiln_type *const types[] = { &thing_type, NULL };
static const struct kiln_module module = {
	.abi = KILN_ABI, .name = "test", .ops = ops, .types = types
};

static int (*handler)(struct kiln_call *call, void *result);
/* Put off, and how many were told that nobody waits. */
static struct kiln_call *put_off[4];
static unsigned n_put_off, n_cancelled;
static struct service *service;

static int echo(struct kiln_call *call, const struct echo_args *args, const char **result)
{
	assert_string_equal(call->state, "state");
	*result = args->has_how_often && args->how_often > 1 ? "often" : args->text;
	return 0;
}

static int act(struct kiln_call *call, const struct act_args *args, double *result)
{
	return handler(call, result);
}

static int hold(struct kiln_call *call, const struct hold_args *args, void *result)
{
	return handler(call, result);
}

static int give(struct kiln_call *call, const struct give_args *args, const char **result)
{
	return handler(call, result);
}

static int pack_bytes(
	struct kiln_call *call, const struct pack_bytes_args *args, struct kiln_bytes *result)
{
	return handler(call, result);
}

static int noted(struct kiln_call *call, const struct noted_args *args, struct note *result)
{
	return handler(call, result);
}

static int poke(struct kiln_call *call, const void *data, void *result)
{
	const struct thing_poke_args *args = data;

	assert_string_equal(args->self, "it");
	*(int32_t *)result = 2 * args->strength;
	return 0;
}

static const struct service_handler handlers[] = { { "Thing.poke", poke }, { 0 } };

static struct service_options options_of(struct world *w)
{
	return (struct service_options){
		.router = w->router,
		.module = &module,
		.peer = "native:test",
		.handlers = handlers,
		.state = "state",
	};
}

static int setup(void **state)
{
	struct service_options opts;

	router_setup(state);
	opts = options_of(*state);
	n_put_off = n_cancelled = 0;
	assert_int_equal(service_new(&opts, &service), 0);
	return 0;
}

static int teardown(void **state)
{
	service_free(service);
	service = NULL;
	return router_teardown(state);
}

static enum wire_status call_json(
	struct world *w, struct identity *from, uint32_t id, const char *method, const char *json)
{
	struct buf payload = BUF_INIT(1 << 20);
	struct router_result result;
	struct frame *f;

	assert_int_equal(
		json_to_msgpack(json, strlen(json), JSON_STRICT, NULL, 0, &payload, NULL), 0);
	assert_int_equal(frame_new(FRAME_CALL, id, method, strlen(method), buf_bytes(&payload),
				 buf_len(&payload), &f),
		0);
	buf_fini(&payload);
	router_send(w->router, from, "native:test", f, &result);
	return result.status;
}

/* The answer under @id that the host has got, as "reply json" or "failed json". */
static const char *answer(struct world *w, uint32_t id)
{
	static char text[1024];
	struct buf json = BUF_INIT(1 << 20);
	struct envelope e;

	if (!mailbox_take(&w->host.answers, &e))
		return "nothing";
	assert_int_equal(e.frame->id, id);
	assert_string_equal(e.from->peer, "native:test");
	assert_int_equal(
		json_from_msgpack(e.frame->payload, e.frame->payload_len, NULL, NULL, &json), 0);
	snprintf(text, sizeof(text), "%s %.*s", e.frame->kind == FRAME_REPLY ? "reply" : "failed",
		(int)buf_len(&json), (char *)buf_bytes(&json));
	buf_fini(&json);
	envelope_fini(&e);
	return text;
}

static unsigned calls(struct world *w)
{
	struct router_stats stats;

	router_get_stats(w->router, &stats);
	return stats.calls;
}

/* It is answered at once, and nobody waits after that. */
static const char *asked(struct world *w, const char *method, const char *json)
{
	static uint32_t id = 10;
	const char *text;

	assert_int_equal(call_json(w, w->host.id, ++id, method, json), STATUS_OK);
	text = answer(w, id);
	assert_int_equal(w->host.answers.messages, 0);
	assert_int_equal(calls(w), 0);
	return text;
}

static const char *acted(
	struct world *w, const char *method, int (*fn)(struct kiln_call *call, void *result))
{
	handler = fn;
	return asked(w, method, "{}");
}

/* ---- answers ---- */

static void a_call_is_answered_with_what_its_handler_left(void **state)
{
	assert_string_equal(asked(*state, "echo", "{\"text\":\"hi\"}"), "reply \"hi\"");
	assert_string_equal(
		asked(*state, "echo", "{\"howOften\":2,\"text\":\"hi\"}"), "reply \"often\"");
	assert_string_equal(
		asked(*state, "Thing.poke", "{\"self\":\"it\",\"strength\":21}"), "reply 42");
}

static void arguments_that_do_not_fit_are_the_callers_error(void **state)
{
	assert_string_equal(
		asked(*state, "echo", "{}"), "failed [7001,\"echo: needs \\\"text\\\"\",false]");
	assert_string_equal(asked(*state, "echo", "{\"text\":\"a\",\"howOften\":-1}"),
		"failed [7001,\"echo: howOften: must be a whole number from 0 to 4294967295\",false]");
	assert_string_equal(
		asked(*state, "echo", "null"), "failed [7001,\"echo: must be an object\",false]");
	assert_string_equal(asked(*state, "Thing.poke", "{\"strength\":1}"),
		"failed [7001,\"poke: needs \\\"self\\\"\",false]");
}

static int fails(struct kiln_call *call, void *result)
{
	return service_fail(call, "no %s", "way");
}

static int fails_as(struct kiln_call *call, void *result)
{
	return service_fail_as(call, STATUS_WINDOW_NOT_FOUND, "gone");
}

static int has_errno(struct kiln_call *call, void *result)
{
	return -ENODEV;
}

/* A number that libraries return, too. */
static int is_cancelled(struct kiln_call *call, void *result)
{
	return -ECANCELED;
}

static int returns_what_means_nothing(struct kiln_call *call, void *result)
{
	return 7;
}

static void what_a_handler_returns_is_told(void **state)
{
	assert_string_equal(acted(*state, "act", fails), "failed [7001,\"no way\",false]");
	assert_string_equal(acted(*state, "act", fails_as), "failed [7002,\"gone\",false]");
	assert_string_equal(
		acted(*state, "act", has_errno), "failed [7001,\"No such device\",false]");
	assert_string_equal(
		acted(*state, "act", is_cancelled), "failed [7001,\"Operation canceled\",false]");
	assert_string_equal(acted(*state, "act", returns_what_means_nothing),
		"failed [7001,\"act: its handler returned 7\",false]");
}

static int speaks_latin_1(struct kiln_call *call, void *result)
{
	return service_fail(call, "f\xfcnf \xf0");
}

/* More than there is room for, so that the cut falls into a character. */
static int speaks_long(struct kiln_call *call, void *result)
{
	char text[300];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "\xf0\x9f\x98\x80"[i % 4];
	return service_fail(call, "a%.*s", (int)sizeof(text), text);
}

/* frame.h promises it to all who read: what is not UTF-8 goes no further. */
static void a_reason_is_text_whatever_the_handler_wrote(void **state)
{
	const char *text;

	assert_string_equal(acted(*state, "act", speaks_latin_1), "failed [7001,\"f?nf ?\",false]");
	text = acted(*state, "act", speaks_long);
	assert_true(utf8_valid((const uint8_t *)text, strlen(text)));
	assert_non_null(strstr(text, "a\xf0\x9f\x98\x80"));
	assert_non_null(strstr(text, "\xf0\x9f\x98\x80\",false]"));
}

static int gives_nan(struct kiln_call *call, void *result)
{
	*(double *)result = NAN;
	return 0;
}

static int gives_latin_1(struct kiln_call *call, void *result)
{
	*(const char **)result = "\xfc";
	return 0;
}

static int gives_too_much(struct kiln_call *call, void *result)
{
	static uint8_t much[PAYLOAD_MAX];

	*(struct kiln_bytes *)result = (struct kiln_bytes){ much, sizeof(much) };
	return 0;
}

static int gives_too_deep(struct kiln_call *call, void *result)
{
	static uint8_t deep[DEPTH_MAX];

	memset(deep, 0x91, sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = 0x90;
	*(struct kiln_bytes *)result = (struct kiln_bytes){ deep, sizeof(deep) };
	return 0;
}

static void a_result_that_is_not_as_declared_is_a_failure(void **state)
{
	assert_string_equal(acted(*state, "act", gives_nan),
		"failed [7001,\"act gave what it had not declared\",false]");
	assert_string_equal(acted(*state, "give", gives_latin_1),
		"failed [7001,\"give gave what it had not declared\",false]");
	assert_string_equal(acted(*state, "packBytes", gives_too_much),
		"failed [7009,\"packBytes: the result is over 16 MiB\",false]");
	assert_string_equal(acted(*state, "noted", gives_too_deep),
		"failed [7001,\"noted gave what it had not declared\",false]");
}

/* ---- later ---- */

static void on_cancel(struct kiln_call *call)
{
	n_cancelled++;
	free(call->data);
}

static int puts_off(struct kiln_call *call, void *result)
{
	/* Its own; whoever ends it gives it back. */
	call->data = malloc(1);
	call->on_cancel = on_cancel;
	put_off[n_put_off++] = call;
	return KILN_LATER;
}

static void put_off_call(struct world *w, uint32_t id, const char *method)
{
	handler = puts_off;
	assert_int_equal(call_json(w, w->host.id, id, method, "{}"), STATUS_OK);
	assert_string_equal(answer(w, id), "nothing");
}

static void finish(struct kiln_call *call, const void *result)
{
	free(call->data);
	service_finish(call, result);
}

static void an_answer_may_come_later_and_out_of_order(void **state)
{
	struct world *w = *state;

	put_off_call(w, 1, "act");
	put_off_call(w, 2, "hold");
	put_off_call(w, 3, "act");
	assert_int_equal(calls(w), 3);
	finish(put_off[2], &(double){ 1.5 });
	assert_string_equal(answer(w, 3), "reply 1.5");
	finish(put_off[1], NULL);
	assert_string_equal(answer(w, 2), "reply null");
	free(put_off[0]->data);
	service_reject(put_off[0], "it broke");
	assert_string_equal(answer(w, 1), "failed [7001,\"it broke\",false]");
	assert_int_equal(calls(w), 0);
	assert_int_equal(n_cancelled, 0);
}

static void a_late_result_that_is_not_as_declared_is_a_failure(void **state)
{
	struct world *w = *state;

	put_off_call(w, 1, "act");
	finish(put_off[0], &(double){ INFINITY });
	assert_string_equal(
		answer(w, 1), "failed [7001,\"act gave what it had not declared\",false]");
	put_off_call(w, 2, "act");
	finish(put_off[1], NULL);
	assert_string_equal(
		answer(w, 2), "failed [7001,\"act gave what it had not declared\",false]");
}

static int finishes_at_once(struct kiln_call *call, void *result)
{
	service_finish(call, &(double){ 5 });
	return KILN_LATER;
}

static int rejects_at_once(struct kiln_call *call, void *result)
{
	service_reject(call, "at once");
	return KILN_LATER;
}

static int finishes_and_returns(struct kiln_call *call, void *result)
{
	service_finish(call, &(double){ 5 });
	*(double *)result = 6;
	return 0;
}

static int finishes_and_fails(struct kiln_call *call, void *result)
{
	service_finish(call, &(double){ 5 });
	return -EIO;
}

static int finishes_twice(struct kiln_call *call, void *result)
{
	service_finish(call, &(double){ 5 });
	service_finish(call, &(double){ 6 });
	service_reject(call, "and again");
	return service_fail(call, "and failed");
}

static void a_call_that_ends_in_its_own_handler_ends_once(void **state)
{
	assert_string_equal(acted(*state, "act", finishes_at_once), "reply 5");
	assert_string_equal(
		acted(*state, "act", rejects_at_once), "failed [7001,\"at once\",false]");
	/* The rest are mistakes of the handler's, and not ours. */
	assert_string_equal(acted(*state, "act", finishes_and_returns), "reply 5");
	assert_string_equal(acted(*state, "act", finishes_and_fails), "reply 5");
	assert_string_equal(acted(*state, "act", finishes_twice), "reply 5");
}

static void a_handler_is_told_when_nobody_waits_any_more(void **state)
{
	struct world *w = *state;

	put_off_call(w, 1, "act");
	put_off_call(w, 2, "act");
	put_off_call(w, 3, "act");
	router_cancel(w->router, w->host.id, 2);
	assert_int_equal(n_cancelled, 1);
	router_caller_lost(w->router, w->host.id);
	assert_int_equal(n_cancelled, 3);
	assert_int_equal(calls(w), 0);
	assert_string_equal(answer(w, 0), "nothing");
}

static void the_end_of_a_service_ends_what_is_under_way(void **state)
{
	struct world *w = *state;

	put_off_call(w, 1, "act");
	put_off_call(w, 2, "hold");
	service_free(take_ptr(service));
	assert_int_equal(n_cancelled, 2);
	assert_string_equal(answer(w, 1), "failed [7007,\"who was called has gone\",true]");
	assert_string_equal(answer(w, 2), "failed [7007,\"who was called has gone\",true]");
	assert_int_equal(call_json(w, w->host.id, 3, "act", "{}"), STATUS_WINDOW_NOT_FOUND);
}

/* All that it may think of: its own call, which is as good as gone, and another one. */
static void on_cancel_of_a_muddle(struct kiln_call *call)
{
	n_cancelled++;
	service_finish(call, &(double){ 1 });
	service_reject(call, "too late");
	if (put_off[1])
		service_finish(take_ptr(put_off[1]), &(double){ 2 });
}

static int puts_off_a_muddle(struct kiln_call *call, void *result)
{
	call->on_cancel = on_cancel_of_a_muddle;
	put_off[n_put_off++] = call;
	return KILN_LATER;
}

static void on_cancel_may_end_other_calls(void **state)
{
	struct world *w = *state;

	handler = puts_off_a_muddle;
	assert_int_equal(call_json(w, w->host.id, 1, "act", "{}"), STATUS_OK);
	assert_int_equal(call_json(w, w->host.id, 2, "act", "{}"), STATUS_OK);
	assert_int_equal(call_json(w, w->host.id, 3, "act", "{}"), STATUS_OK);
	router_cancel(w->router, w->host.id, 1);
	assert_int_equal(n_cancelled, 1);
	assert_string_equal(answer(w, 2), "reply 2");
	assert_int_equal(calls(w), 1);
	service_free(take_ptr(service));
	assert_int_equal(n_cancelled, 2);
	assert_string_equal(answer(w, 3), "failed [7007,\"who was called has gone\",true]");
}

static int ends_the_service(struct kiln_call *call, void *result)
{
	service_free(take_ptr(service));
	*(double *)result = 1;
	return 0;
}

static int ends_the_caller(struct kiln_call *call, void *result)
{
	struct world *w = call->data;

	call->data = NULL;
	*(double *)result = 1;
	router_caller_lost(w->router, w->host.id);
	return 0;
}

static struct world *the_world;

static int ends_the_caller_of_the_world(struct kiln_call *call, void *result)
{
	call->data = the_world;
	return ends_the_caller(call, result);
}

static void either_side_may_end_inside_of_a_handler(void **state)
{
	struct world *w = *state;

	the_world = w;
	handler = ends_the_caller_of_the_world;
	assert_int_equal(call_json(w, w->host.id, 1, "act", "{}"), STATUS_OK);
	assert_string_equal(answer(w, 1), "nothing");
	handler = ends_the_service;
	assert_int_equal(call_json(w, w->host.id, 2, "act", "{}"), STATUS_OK);
	assert_string_equal(answer(w, 2), "failed [7007,\"who was called has gone\",true]");
	assert_int_equal(calls(w), 0);
}

/* ---- who and what ---- */

static void only_the_host_may_call(void **state)
{
	struct world *w = *state;

	handler = fails;
	assert_int_equal(call_json(w, w->page.id, 1, "ok", "{}"), STATUS_PERMISSION_DENIED);
	assert_int_equal(call_json(w, w->page.id, 1, "act", "{}"), STATUS_PERMISSION_DENIED);
	assert_int_equal(calls(w), 0);
	assert_int_equal(send_frame(w, w->host.id, "native:test", FRAME_MESSAGE, 0, "act"),
		STATUS_WINDOW_NOT_FOUND);
	assert_int_equal(send_frame(w, w->host.id, "native:test", FRAME_MESSAGE, 1, "act"),
		STATUS_WINDOW_NOT_FOUND);
}

static void a_method_that_is_not_declared_has_no_handler(void **state)
{
	static const char *const names[] = { "ac", "acts", "Act", "poke", "Thing", "Thing.",
		"Thing.pok", "Thing.pokes", "Thing:poke", "Thingpoke", "thing.poke", "Thing.look",
		".act", "look" };
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(call_json(w, w->host.id, 1, names[i], "{}"), STATUS_NO_HANDLER);
	assert_int_equal(calls(w), 0);
}

static int made(struct service_options *opts)
{
	struct service *s = NULL;
	int r;

	opts->peer = "native:other";
	r = service_new(opts, &s);
	service_free(s);
	return r;
}

static void each_op_has_a_handler_and_each_handler_an_op(void **state)
{
	static const struct service_handler more[] = { { "Thing.poke", poke }, { "more", poke },
		{ 0 } };
	static const struct service_handler twice[] = { { "Thing.poke", poke },
		{ "Thing.poke", poke }, { 0 } };
	static const struct service_handler owned[] = { { "Thing.poke", poke }, { "echo", poke },
		{ 0 } };
	struct service_options opts = options_of(*state);

	assert_int_equal(made(&opts), 0);
	opts.handlers = NULL;
	assert_int_equal(made(&opts), -EINVAL);
	opts.handlers = more;
	assert_int_equal(made(&opts), -EINVAL);
	opts.handlers = twice;
	assert_int_equal(made(&opts), -EINVAL);
	/* It brings its own. */
	opts.handlers = owned;
	assert_int_equal(made(&opts), -EINVAL);
}

static void two_services_do_not_have_one_name(void **state)
{
	struct service_options opts = options_of(*state);
	struct service *s = NULL;

	assert_int_equal(service_new(&opts, &s), -EEXIST);
	assert_null(s);
	opts.peer = "native:a-name-that-is-longer-than-any-peer-of-a-router-may-have-in-the-end";
	assert_int_equal(service_new(&opts, &s), -ENAMETOOLONG);
}

/* ---- events ---- */

static void an_event_arrives_at_the_host(void **state)
{
	struct world *w = *state;
	const struct note n = { .note = { (const uint8_t *)"\x07", 1 } };
	struct envelope e;

	assert_int_equal(service_emit(service, &noted_event, &n), 0);
	e = taken(&w->host.box);
	assert_int_equal(e.frame->kind, FRAME_MESSAGE);
	assert_string_equal(e.from->peer, "native:test");
	assert_memory_equal(e.frame->channel, SERVICE_CHANNEL_EVENT, e.frame->channel_len);
	assert_int_equal(e.frame->payload_len, 14);
	assert_memory_equal(e.frame->payload, "\x92\xa5noted\x81\xa4note\x07", 14);
	envelope_fini(&e);
}

static void an_event_that_cannot_go_is_told_to_its_module(void **state)
{
	static uint8_t deep[DEPTH_MAX - 1];
	struct world *w = *state;
	struct note n = { .note = { (const uint8_t *)"\xc1", 1 } };

	assert_int_equal(service_emit(service, &noted_event, &n), -EINVAL);
	/* In its place it would be deeper than a payload is. */
	memset(deep, 0x91, sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = 0x90;
	n.note = (struct kiln_bytes){ deep, sizeof(deep) };
	assert_int_equal(service_emit(service, &noted_event, &n), -EINVAL);
	n.note = (struct kiln_bytes){ deep + 1, sizeof(deep) - 1 };
	assert_int_equal(service_emit(service, &noted_event, &n), 0);
	n.note.size = 0;
	for (unsigned i = 1; i < 100; i++)
		assert_int_equal(service_emit(service, &noted_event, &n), 0);
	assert_int_equal(service_emit(service, &noted_event, &n), -EAGAIN);
	router_remove(w->router, &w->host.peer);
	assert_int_equal(service_emit(service, &noted_event, &n), -EAGAIN);
}

#define service_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		service_test(a_call_is_answered_with_what_its_handler_left),
		service_test(arguments_that_do_not_fit_are_the_callers_error),
		service_test(what_a_handler_returns_is_told),
		service_test(a_reason_is_text_whatever_the_handler_wrote),
		service_test(a_result_that_is_not_as_declared_is_a_failure),
		service_test(an_answer_may_come_later_and_out_of_order),
		service_test(a_late_result_that_is_not_as_declared_is_a_failure),
		service_test(a_call_that_ends_in_its_own_handler_ends_once),
		service_test(a_handler_is_told_when_nobody_waits_any_more),
		service_test(the_end_of_a_service_ends_what_is_under_way),
		service_test(on_cancel_may_end_other_calls),
		service_test(either_side_may_end_inside_of_a_handler),
		service_test(only_the_host_may_call),
		service_test(a_method_that_is_not_declared_has_no_handler),
		service_test(each_op_has_a_handler_and_each_handler_an_op),
		service_test(two_services_do_not_have_one_name),
		service_test(an_event_arrives_at_the_host),
		service_test(an_event_that_cannot_go_is_told_to_its_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
