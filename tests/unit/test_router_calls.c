/* Calls and acknowledged messages: each ends once, and only whom it went to can answer. */
#include "router_fixture.h"

#include "wire/cursor.h"

static unsigned calls(struct world *w)
{
	struct router_stats stats;

	router_get_stats(w->router, &stats);
	return stats.calls;
}

static enum wire_status call(struct world *w, struct identity *from, const char *to, uint32_t id)
{
	return send_frame(w, from, to, FRAME_CALL, id, "ok");
}

/* The number under which the next in @k's queue came. */
static uint32_t arrived(struct keeper *k, enum frame_kind kind)
{
	struct envelope e = taken(&k->box);
	uint32_t number = e.frame->id;

	assert_int_equal(e.frame->kind, kind);
	envelope_fini(&e);
	return number;
}

static bool reply(struct world *w, struct identity *from, uint32_t number)
{
	return router_answer(w->router, from, frame_of(FRAME_REPLY, number, ""));
}

static void has_reply(struct keeper *k, uint32_t id, const char *from)
{
	struct envelope e = taken(&k->answers);

	assert_int_equal(e.frame->kind, FRAME_REPLY);
	assert_int_equal(e.frame->id, id);
	assert_string_equal(e.from->peer, from);
	envelope_fini(&e);
}

static void has_failure(struct keeper *k, uint32_t id, enum wire_status status, bool uncertain)
{
	struct envelope e = taken(&k->answers);
	struct value last;
	const char *reason;
	struct cursor c;
	uint64_t code;
	uint32_t n;
	size_t len;

	assert_int_equal(e.frame->kind, FRAME_FAILED);
	assert_int_equal(e.frame->id, id);
	cursor_init(&c, e.frame->payload, e.frame->payload_len);
	assert_int_equal(cursor_array(&c, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(cursor_uint(&c, UINT32_MAX, &code), 0);
	assert_int_equal(code, status);
	assert_int_equal(cursor_str(&c, &reason, &len), 0);
	assert_true(len > 0);
	assert_int_equal(cursor_next(&c, &last), 0);
	assert_int_equal(last.boolean, uncertain);
	envelope_fini(&e);
}

static void a_call_is_answered_once(void **state)
{
	struct world *w = *state;
	uint32_t number;

	assert_int_equal(call(w, w->host.id, "main", 7), STATUS_OK);
	number = arrived(&w->page, FRAME_CALL);
	assert_int_equal(calls(w), 1);
	assert_true(reply(w, w->page.id, number));
	assert_false(reply(w, w->page.id, number));
	has_reply(&w->host, 7, "main");
	assert_int_equal(w->host.answers.messages, 0);
	assert_int_equal(calls(w), 0);
}

static void nobody_but_whom_it_went_to_can_answer(void **state)
{
	struct world *w = *state;
	struct identity *frame_inside;
	uint32_t number;

	assert_int_equal(identity_new("main", "app://x", CAPS_SUB, &frame_inside), 0);
	assert_int_equal(call(w, w->host.id, "main", 7), STATUS_OK);
	number = arrived(&w->page, FRAME_CALL);
	assert_false(reply(w, w->other.id, number));
	assert_false(reply(w, frame_inside, number));
	assert_false(reply(w, w->host.id, number));
	assert_false(reply(w, w->page.id, number + 1));
	assert_int_equal(w->host.answers.messages, 0);
	assert_true(reply(w, w->page.id, number));
	has_reply(&w->host, 7, "main");
	identity_unref(frame_inside);
}

static void the_same_id_of_two_callers_is_two_calls(void **state)
{
	struct world *w = *state;
	uint32_t first, second;

	assert_int_equal(call(w, w->page.id, PEER_HOST, 5), STATUS_OK);
	assert_int_equal(call(w, w->other.id, PEER_HOST, 5), STATUS_OK);
	first = arrived(&w->host, FRAME_CALL);
	second = arrived(&w->host, FRAME_CALL);
	assert_int_not_equal(first, second);
	assert_true(reply(w, w->host.id, second));
	assert_int_equal(w->page.answers.messages, 0);
	has_reply(&w->other, 5, PEER_HOST);
	assert_true(reply(w, w->host.id, first));
	has_reply(&w->page, 5, PEER_HOST);
}

static void a_cancel_reaches_the_callee_only_when_it_has_the_call(void **state)
{
	struct world *w = *state;
	uint32_t queued, running;

	assert_int_equal(call(w, w->host.id, "main", 1), STATUS_OK);
	assert_int_equal(call(w, w->host.id, "main", 2), STATUS_OK);
	queued = arrived(&w->page, FRAME_CALL);
	running = arrived(&w->page, FRAME_CALL);
	assert_true(router_dispatch(w->router, &w->page.peer, running));
	router_cancel(w->router, w->host.id, 1);
	assert_int_equal(w->page.box.messages, 0);
	assert_false(router_dispatch(w->router, &w->page.peer, queued));
	router_cancel(w->router, w->host.id, 2);
	assert_int_equal(arrived(&w->page, FRAME_CANCEL), running);
	assert_false(reply(w, w->page.id, running));
	router_cancel(w->router, w->host.id, 2);
	router_cancel(w->router, w->host.id, 3);
	assert_int_equal(w->page.box.messages, 0);
	assert_int_equal(w->host.answers.messages, 0);
	assert_int_equal(calls(w), 0);
}

static void a_cancel_of_one_caller_is_none_of_another(void **state)
{
	struct world *w = *state;
	uint32_t number;

	assert_int_equal(call(w, w->page.id, PEER_HOST, 5), STATUS_OK);
	number = arrived(&w->host, FRAME_CALL);
	router_cancel(w->router, w->other.id, 5);
	assert_true(router_dispatch(w->router, &w->host.peer, number));
	assert_false(router_dispatch(w->router, &w->page.peer, number));
	assert_true(reply(w, w->host.id, number));
	has_reply(&w->page, 5, PEER_HOST);
}

static void a_message_to_many_under_one_id_is_cancelled_for_all(void **state)
{
	struct world *w = *state;

	assert_int_equal(send_frame(w, w->host.id, "main", FRAME_MESSAGE, 9, "ok"), STATUS_OK);
	assert_int_equal(send_frame(w, w->host.id, "other", FRAME_MESSAGE, 9, "ok"), STATUS_OK);
	assert_int_equal(calls(w), 2);
	router_cancel(w->router, w->host.id, 9);
	assert_int_equal(calls(w), 0);
}

static void a_caller_that_is_lost_gets_no_answer_and_its_calls_are_cancelled(void **state)
{
	struct world *w = *state;
	uint32_t number;

	assert_int_equal(call(w, w->page.id, PEER_HOST, 1), STATUS_OK);
	number = arrived(&w->host, FRAME_CALL);
	assert_true(router_dispatch(w->router, &w->host.peer, number));
	assert_int_equal(call(w, w->page.id, PEER_HOST, 2), STATUS_OK);
	(void)arrived(&w->host, FRAME_CALL);
	router_caller_lost(w->router, w->page.id);
	assert_int_equal(arrived(&w->host, FRAME_CANCEL), number);
	assert_int_equal(w->host.box.messages, 0);
	assert_false(reply(w, w->host.id, number));
	assert_int_equal(w->page.answers.messages, 0);
	assert_int_equal(calls(w), 0);
}

static void of_a_callee_that_is_lost_only_what_it_was_handed_fails(void **state)
{
	struct world *w = *state;
	uint32_t handed, queued, returned;

	assert_int_equal(call(w, w->host.id, "main", 1), STATUS_OK);
	assert_int_equal(call(w, w->host.id, "main", 2), STATUS_OK);
	assert_int_equal(call(w, w->host.id, "main", 3), STATUS_OK);
	handed = arrived(&w->page, FRAME_CALL);
	queued = arrived(&w->page, FRAME_CALL);
	returned = arrived(&w->page, FRAME_CALL);
	assert_true(router_dispatch(w->router, &w->page.peer, handed));
	assert_true(router_dispatch(w->router, &w->page.peer, returned));
	router_undispatch(w->router, &w->page.peer, returned);
	router_callee_lost(w->router, &w->page.peer);
	has_failure(&w->host, 1, STATUS_CANCELLED, true);
	assert_int_equal(w->host.answers.messages, 0);
	assert_true(reply(w, w->page.id, queued));
	assert_true(reply(w, w->page.id, returned));
	has_reply(&w->host, 2, "main");
	has_reply(&w->host, 3, "main");
}

static void calls_to_a_peer_that_is_removed_fail(void **state)
{
	struct world *w = *state;

	assert_int_equal(call(w, w->host.id, "main", 1), STATUS_OK);
	assert_int_equal(call(w, w->host.id, "main", 2), STATUS_OK);
	assert_true(router_dispatch(w->router, &w->page.peer, arrived(&w->page, FRAME_CALL)));
	router_remove(w->router, &w->page.peer);
	has_failure(&w->host, 1, STATUS_CANCELLED, true);
	has_failure(&w->host, 2, STATUS_CANCELLED, false);
	assert_int_equal(calls(w), 0);
}

static void an_answer_to_a_caller_that_was_removed_goes_nowhere(void **state)
{
	struct world *w = *state;
	uint32_t number;

	assert_int_equal(call(w, w->page.id, PEER_HOST, 1), STATUS_OK);
	number = arrived(&w->host, FRAME_CALL);
	router_remove(w->router, &w->page.peer);
	assert_true(reply(w, w->host.id, number));
	assert_int_equal(w->page.answers.messages, 0);
	assert_int_equal(calls(w), 0);
}

static void one_caller_has_a_bounded_number_of_calls(void **state)
{
	struct router_result result;
	struct world *w = *state;

	w->page.box.messages_max = 2 * CALLS_MAX;
	for (uint32_t id = 1; id <= CALLS_MAX; id++)
		assert_int_equal(call(w, w->host.id, "main", id), STATUS_OK);
	router_send(
		w->router, w->host.id, "main", frame_of(FRAME_CALL, CALLS_MAX + 1, "ok"), &result);
	assert_int_equal(result.status, STATUS_QUEUE_FULL);
	assert_string_equal(result.reason, "\"host\" waits for 1024 answers already");
	assert_int_equal(w->page.box.messages, CALLS_MAX);
	/* Nobody else pays for it, and a message that nobody waits for is none. */
	assert_int_equal(call(w, w->page.id, PEER_HOST, 1), STATUS_OK);
	assert_int_equal(send_frame(w, w->host.id, "main", FRAME_MESSAGE, 0, "ok"), STATUS_OK);
	assert_true(reply(w, w->page.id, arrived(&w->page, FRAME_CALL)));
	assert_int_equal(call(w, w->host.id, "main", CALLS_MAX + 1), STATUS_OK);
}

static void a_call_that_is_refused_leaves_nothing_behind(void **state)
{
	struct world *w = *state;

	w->page.box.messages_max = 0;
	assert_int_equal(call(w, w->host.id, "main", 1), STATUS_QUEUE_FULL);
	assert_int_equal(call(w, w->host.id, "gone", 1), STATUS_WINDOW_NOT_FOUND);
	assert_int_equal(
		send_frame(w, w->host.id, "main", FRAME_CALL, 1, "no"), STATUS_PERMISSION_DENIED);
	assert_int_equal(calls(w), 0);
	assert_int_equal(w->host.id->n_calls, 0);
	assert_int_equal(w->host.answers.messages, 0);
}

static void an_answer_without_room_becomes_a_short_failure(void **state)
{
	static const uint8_t large[1000] = { 0xc5, 0x03, 0xe5 };
	struct world *w = *state;
	struct frame *f;
	uint32_t number;

	w->host.answers.bytes_max = 200;
	assert_int_equal(call(w, w->host.id, "main", 3), STATUS_OK);
	number = arrived(&w->page, FRAME_CALL);
	assert_int_equal(frame_new(FRAME_REPLY, number, "", 0, large, sizeof(large), &f), 0);
	assert_true(router_answer(w->router, w->page.id, f));
	has_failure(&w->host, 3, STATUS_QUEUE_FULL, true);
}

static void the_part_of_the_runtime_settles_only_what_went_to_it(void **state)
{
	struct world *w = *state;
	uint32_t number;

	assert_int_equal(send_frame(w, w->host.id, "main", FRAME_MESSAGE, 4, "ok"), STATUS_OK);
	number = arrived(&w->page, FRAME_MESSAGE);
	router_settle(w->router, &w->other.peer, number, STATUS_OK, NULL, false);
	assert_int_equal(w->host.answers.messages, 0);
	router_settle(w->router, &w->page.peer, number, STATUS_OK, NULL, false);
	router_settle(w->router, &w->page.peer, number, STATUS_OK, NULL, false);
	has_reply(&w->host, 4, "main");
	assert_int_equal(send_frame(w, w->host.id, "main", FRAME_MESSAGE, 5, "ok"), STATUS_OK);
	number = arrived(&w->page, FRAME_MESSAGE);
	router_settle(w->router, &w->page.peer, number, STATUS_NO_HANDLER, "nobody", false);
	has_failure(&w->host, 5, STATUS_NO_HANDLER, false);
	assert_int_equal(w->host.answers.messages, 0);
}

static void the_page_cannot_say_itself_that_a_message_has_arrived(void **state)
{
	struct world *w = *state;
	uint32_t number;

	assert_int_equal(send_frame(w, w->host.id, "main", FRAME_MESSAGE, 4, "ok"), STATUS_OK);
	number = arrived(&w->page, FRAME_MESSAGE);
	assert_false(reply(w, w->page.id, number));
	assert_int_equal(w->host.answers.messages, 0);
	router_settle(w->router, &w->page.peer, number, STATUS_OK, NULL, false);
	has_reply(&w->host, 4, "main");
}

static void a_message_keeps_its_flags_under_its_number(void **state)
{
	struct world *w = *state;
	struct frame *plain = frame_of(FRAME_MESSAGE, 4, "ok"), *f;
	struct router_result result;
	struct envelope e;

	assert_int_equal(frame_copy(plain, 4, FRAME_RETRY, &f), 0);
	frame_unref(plain);
	router_send(w->router, w->host.id, "main", f, &result);
	assert_int_equal(result.status, STATUS_OK);
	e = taken(&w->page.box);
	assert_int_equal(e.frame->flags, FRAME_RETRY);
	envelope_fini(&e);
}

static void where_nobody_acknowledges_acceptance_is_the_answer(void **state)
{
	struct world *w = *state;

	assert_int_equal(send_frame(w, w->page.id, PEER_HOST, FRAME_MESSAGE, 6, "ok"), STATUS_OK);
	has_reply(&w->page, 6, PEER_HOST);
	assert_int_equal(calls(w), 0);
	w->host.box.messages_max = 1;
	assert_int_equal(
		send_frame(w, w->page.id, PEER_HOST, FRAME_MESSAGE, 7, "ok"), STATUS_QUEUE_FULL);
	assert_int_equal(w->page.answers.messages, 0);
}

static void a_message_without_an_id_has_no_answer(void **state)
{
	struct world *w = *state;

	assert_int_equal(send_frame(w, w->page.id, PEER_HOST, FRAME_MESSAGE, 0, "ok"), STATUS_OK);
	assert_int_equal(send_frame(w, w->host.id, "main", FRAME_MESSAGE, 0, "ok"), STATUS_OK);
	assert_int_equal(arrived(&w->page, FRAME_MESSAGE), 0);
	assert_int_equal(w->page.answers.messages + w->host.answers.messages, 0);
	assert_int_equal(calls(w), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		router_test(a_call_is_answered_once),
		router_test(nobody_but_whom_it_went_to_can_answer),
		router_test(the_same_id_of_two_callers_is_two_calls),
		router_test(a_cancel_reaches_the_callee_only_when_it_has_the_call),
		router_test(a_cancel_of_one_caller_is_none_of_another),
		router_test(a_message_to_many_under_one_id_is_cancelled_for_all),
		router_test(a_caller_that_is_lost_gets_no_answer_and_its_calls_are_cancelled),
		router_test(of_a_callee_that_is_lost_only_what_it_was_handed_fails),
		router_test(calls_to_a_peer_that_is_removed_fail),
		router_test(an_answer_to_a_caller_that_was_removed_goes_nowhere),
		router_test(one_caller_has_a_bounded_number_of_calls),
		router_test(a_call_that_is_refused_leaves_nothing_behind),
		router_test(an_answer_without_room_becomes_a_short_failure),
		router_test(the_part_of_the_runtime_settles_only_what_went_to_it),
		router_test(the_page_cannot_say_itself_that_a_message_has_arrived),
		router_test(a_message_keeps_its_flags_under_its_number),
		router_test(where_nobody_acknowledges_acceptance_is_the_answer),
		router_test(a_message_without_an_id_has_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
