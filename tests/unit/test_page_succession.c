/* Documents come and go: what the next one gets, and what is settled as lost. */
#include "page_fixture.h"

#include "view/page_peer.h"

static void a_reload_gives_the_next_document_what_the_last_had_not_dispatched(void **state)
{
	struct world *w = *state;

	connect_page(w);
	for (unsigned i = 1; i <= 4; i++)
		assert_int_equal(host_sends(w, "ok", i), STATUS_OK);
	host_calls(w, 5, 5);
	host_asks(w, 6, 6, 0);
	assert_string_equal(heard(w), "message ok 1");
	page_acks(w, 2, true);
	page_closes(w);
	pass(w);
	assert_int_equal(host_sends(w, "ok", 7), STATUS_OK);
	page_peer_commit(w->page, APP);
	assert_int_equal(host_sends(w, "ok", 8), STATUS_OK);
	play(w, page_peer_connect(w->page));
	assert_int_equal(host_sends(w, "ok", 9), STATUS_OK);
	page_sends(w, FRAME_READY, "");
	assert_string_equal(heard(w), "message ok 3");
	assert_string_equal(heard(w), "message ok 4");
	assert_string_equal(heard(w), "call ok 5");
	assert_string_equal(heard(w), "message ok 6");
	assert_string_equal(heard(w), "message ok 7");
	assert_string_equal(heard(w), "message ok 8");
	assert_string_equal(heard(w), "message ok 9");
	assert_string_equal(heard(w), "nothing");
	assert_string_equal(host_answered(w), "nothing");
	page_acks(w, 4, true);
	assert_string_equal(host_answered(w), "6 reply null");
	assert_string_equal(host_got(w), "nothing");
}

static void an_ack_on_its_way_when_the_page_goes_still_counts(void **state)
{
	struct world *w = *state;

	connect_page(w);
	host_asks(w, 1, 1, 0);
	host_asks(w, 2, 2, 0);
	pass(w);
	page_says(w, FRAME_ACK, 1, "", "true");
	page_peer_commit(w->page, APP);
	/* Between the commit and the connection of the next its last words come. */
	page_says(w, FRAME_ACK, 1, "", "true");
	page_closes(w);
	play(w, page_peer_connect(w->page));
	page_sends(w, FRAME_READY, "");
	assert_string_equal(heard(w), "nothing");
	assert_string_equal(host_answered(w), "1 reply null");
	assert_string_equal(host_answered(w), "2 reply null");
}

static void the_last_words_of_a_page_are_its_own(void **state)
{
	struct world *w = *state;
	struct envelope e;

	connect_page(w);
	page_says(w, FRAME_MESSAGE, 0, "ok", "1");
	page_peer_commit(w->page, APP);
	/* After the commit it is not heard any more. */
	page_says(w, FRAME_MESSAGE, 0, "ok", "2");
	pass(w);
	assert_true(mailbox_take(&w->box, &e));
	assert_string_equal(e.from->origin, APP);
	assert_string_equal(frame_text(e.frame), "message ok 1");
	envelope_fini(&e);
	assert_string_equal(host_got(w), "nothing");
	page_peer_commit(w->page, PAY);
	assert_true(page_is_closed(w));
}

static void what_a_page_that_did_not_close_may_have_seen_is_uncertain(void **state)
{
	struct world *w = *state;
	int old;

	connect_page(w);
	host_asks(w, 1, 1, 0);
	host_asks(w, 2, 2, FRAME_RETRY);
	assert_int_equal(host_sends(w, "ok", 3), STATUS_OK);
	pass(w);
	old = take_fd(w->fd);
	connect_page(w);
	assert_string_equal(host_answered(w), "1 failed 7007 uncertain");
	assert_string_equal(host_answered(w), "nothing");
	assert_string_equal(heard(w), "message again ok 2");
	assert_string_equal(heard(w), "nothing");
	assert_non_null(strstr(host_got(w), "[\"dropped\",{\"count\":1,"));
	page_acks(w, 1, true);
	assert_string_equal(host_answered(w), "2 reply null");
	close(old);
}

static void answers_die_with_the_document_that_asked(void **state)
{
	struct world *w = *state;
	struct envelope e;
	struct frame *f;

	connect_origin(w, APP);
	page_says(w, FRAME_CALL, 1, "ok", "1");
	page_says(w, FRAME_MESSAGE, 2, "ok", "2");
	pass(w);
	assert_true(mailbox_take(&w->box, &e));
	assert_true(router_dispatch(w->router, &w->host, e.frame->id));
	connect_page(w);
	/* It has the answer to 2 unread, and asked for 1 once. */
	assert_int_equal(frame_new(FRAME_REPLY, e.frame->id, "", 0, NULL, 0, &f), 0);
	assert_false(router_answer(w->router, w->host_id, f));
	envelope_fini(&e);
	assert_string_equal(heard(w), "nothing");
	assert_string_equal(host_got(w), "message ok 2");
	assert_string_equal(host_got(w), "cancel null");
}

static void answers_that_waited_for_room_are_not_for_the_next_document(void **state)
{
	struct world *w = *state;

	connect_page(w);
	for (unsigned i = 0; i < CREDIT_MESSAGES; i++)
		assert_int_equal(host_sends(w, "ok", 1), STATUS_OK);
	page_says(w, FRAME_MESSAGE, 2, "ok", "2");
	pass(w);
	assert_int_equal(host_sends(w, "ok", 3), STATUS_OK);
	while (strcmp(heard(w), "nothing") != 0)
		;
	page_acks(w, 1, true);
	assert_string_equal(heard(w), "reply null");
	page_says(w, FRAME_MESSAGE, 3, "ok", "2");
	pass(w);
	page_acks(w, CREDIT_MESSAGES - 1, true);
	page_closes(w);
	connect_page(w);
	assert_string_equal(heard(w), "message ok 3");
	assert_string_equal(heard(w), "nothing");
}

static void nothing_reaches_a_document_of_another_origin(void **state)
{
	struct world *w = *state;

	add_rule(w->caps, "ok", PAY, CAPS_MAIN, false);
	connect_page(w);
	host_asks(w, 1, 1, FRAME_RETRY);
	pass(w);
	page_closes(w);
	pass(w);
	host_asks(w, 2, 2, FRAME_RETRY);
	host_calls(w, 3, 3);
	assert_int_equal(host_sends(w, "ok", 4), STATUS_OK);
	connect_origin(w, PAY);
	page_sends(w, FRAME_READY, "");
	assert_string_equal(heard(w), "nothing");
	assert_string_equal(host_answered(w), "1 failed 7007");
	assert_string_equal(host_answered(w), "2 failed 7007");
	assert_string_equal(host_answered(w), "3 failed 7007");
	assert_non_null(strstr(host_got(w), "[\"dropped\",{\"count\":1,"));
	assert_int_equal(host_sends(w, "ok", 5), STATUS_OK);
	assert_string_equal(heard(w), "message ok 5");
	/* Nor does it come back with the origin. */
	page_acks(w, 1, true);
	connect_page(w);
	assert_string_equal(heard(w), "nothing");
}

static bool host_got_soon(struct world *w, const char *part)
{
	const char *got;

	do
		got = host_got(w);
	while (!strstr(got, part) && strcmp(got, "nothing") != 0);
	return strcmp(got, "nothing") != 0;
}

static void a_queue_that_went_with_its_origin_has_room_again_and_says_so(void **state)
{
	struct world *w = *state;

	while (host_sends(w, "ok", 1) == STATUS_OK)
		;
	assert_false(host_got_soon(w, "[\"drain\""));
	page_peer_commit(w->page, PAY);
	assert_true(host_got_soon(w, "[\"drain\""));
}

/* In flight, in the queue, and sent when nobody knows what the window shows. */
static void host_asks_around_a_page_of_no_known_origin(struct world *w)
{
	connect_page(w);
	host_asks(w, 1, 1, 0);
	pass(w);
	page_closes(w);
	pass(w);
	host_asks(w, 2, 2, 0);
	page_peer_commit(w->page, NULL);
	host_asks(w, 3, 3, 0);
}

static void what_waits_outlasts_a_page_of_no_known_origin(void **state)
{
	struct world *w = *state;

	host_asks_around_a_page_of_no_known_origin(w);
	page_peer_commit(w->page, NULL);
	assert_int_equal(page_peer_connect(w->page), -EEXIST);
	assert_int_equal(page_peer_connect_frame(w->page, APP), -EACCES);
	assert_string_equal(host_answered(w), "nothing");
	connect_page(w);
	assert_string_equal(heard(w), "message ok 1");
	assert_string_equal(heard(w), "message ok 2");
	assert_string_equal(heard(w), "message ok 3");
	assert_string_equal(heard(w), "nothing");
	assert_string_equal(host_answered(w), "nothing");
}

static void a_page_of_no_known_origin_makes_nothing_anothers(void **state)
{
	struct world *w = *state;

	add_rule(w->caps, "ok", PAY, CAPS_MAIN, false);
	host_asks_around_a_page_of_no_known_origin(w);
	connect_origin(w, PAY);
	page_sends(w, FRAME_READY, "");
	assert_string_equal(heard(w), "nothing");
	assert_string_equal(host_answered(w), "1 failed 7007");
	assert_string_equal(host_answered(w), "2 failed 7007");
	assert_string_equal(host_answered(w), "3 failed 7007");
}

static void a_page_of_no_known_origin_takes_the_socket_of_the_last(void **state)
{
	struct world *w = *state;

	connect_page(w);
	page_peer_commit(w->page, NULL);
	page_sends(w, FRAME_MESSAGE, "ok");
	pass(w);
	assert_string_equal(host_got(w), "nothing");
	connect_origin(w, PAY);
	page_sends(w, FRAME_MESSAGE, "pay");
	assert_string_equal(host_got(w), "message pay 7");
}

static void what_a_dead_process_may_have_seen_is_uncertain(void **state)
{
	struct world *w = *state;

	connect_page(w);
	host_asks(w, 1, 1, 0);
	host_asks(w, 2, 2, FRAME_RETRY);
	host_calls(w, 3, 3);
	assert_int_equal(host_sends(w, "ok", 4), STATUS_OK);
	pass(w);
	page_peer_lost(w->page);
	assert_string_equal(host_answered(w), "1 failed 7007 uncertain");
	assert_string_equal(host_answered(w), "3 failed 7007 uncertain");
	assert_non_null(strstr(host_got(w), "[\"dropped\",{\"count\":1,"));
	assert_int_equal(host_sends(w, "ok", 5), STATUS_OK);
	assert_int_equal(page_peer_connect(w->page), -EEXIST);
	connect_page(w);
	assert_string_equal(heard(w), "message again ok 2");
	assert_string_equal(heard(w), "message ok 5");
	assert_string_equal(heard(w), "nothing");
	page_acks(w, 2, true);
	assert_string_equal(host_answered(w), "2 reply null");
}

static void a_call_that_was_acknowledged_and_not_answered_is_uncertain_too(void **state)
{
	struct world *w = *state;

	connect_page(w);
	host_calls(w, 1, 1);
	pass(w);
	page_acks(w, 1, true);
	page_closes(w);
	connect_page(w);
	assert_string_equal(host_answered(w), "1 failed 7007 uncertain");
	assert_string_equal(heard(w), "nothing");
}

/* Numbered ones that ask, of which a page that does not read gets only the first. */
static void host_asks_more_than_a_socket_holds(struct world *w, unsigned n)
{
	static uint8_t payload[60000] = { 0xc5, (sizeof(payload) - 3) >> 8,
		(sizeof(payload) - 3) & 0xff };

	for (uint32_t id = 1; id <= n; id++) {
		struct router_result result;
		struct frame *f;

		assert_int_equal(
			frame_new(FRAME_MESSAGE, id, "ok", 2, payload, sizeof(payload), &f), 0);
		router_send(w->router, w->host_id, "main", f, &result);
		assert_int_equal(result.status, STATUS_OK);
	}
	pass(w);
}

/* The first of them are lost, the others come, each one or the other. */
static void some_are_uncertain_and_the_rest_comes(struct world *w, unsigned n)
{
	char expected[32];
	unsigned lost = 0, came = 0;
	struct frame *f;

	for (; w->answers.messages > 0; lost++) {
		snprintf(expected, sizeof(expected), "%u failed 7007 uncertain", lost + 1);
		assert_string_equal(host_answered(w), expected);
	}
	connect_page(w);
	for (; (f = page_receives(w)); came++) {
		assert_int_equal(f->flags, 0);
		frame_unref(f);
		page_acks(w, 1, true);
		snprintf(expected, sizeof(expected), "%u reply null", lost + came + 1);
		assert_string_equal(host_answered(w), expected);
	}
	assert_int_equal(lost + came, n);
	assert_true(lost > 0);
	/* Some stood in our queue, and not in the socket. */
	assert_uint_in_range(lost, 1, n - 2);
}

static void what_was_not_written_yet_a_dead_process_cannot_have_seen(void **state)
{
	struct world *w = *state;

	connect_page(w);
	host_asks_more_than_a_socket_holds(w, 7);
	page_peer_lost(w->page);
	some_are_uncertain_and_the_rest_comes(w, 7);
}

static void the_same_when_its_socket_ends_before_the_death_is_known(void **state)
{
	struct world *w = *state;

	connect_page(w);
	host_asks_more_than_a_socket_holds(w, 7);
	page_closes(w);
	pass(w);
	page_peer_lost(w->page);
	some_are_uncertain_and_the_rest_comes(w, 7);
}

static void an_order_of_two_deaths_is_kept(void **state)
{
	struct world *w = *state;

	connect_page(w);
	for (uint32_t id = 1; id <= 3; id++)
		host_asks(w, id, id, FRAME_RETRY);
	pass(w);
	page_peer_lost(w->page);
	host_asks(w, 4, 4, FRAME_RETRY);
	connect_page(w);
	pass(w);
	page_peer_lost(w->page);
	connect_page(w);
	assert_string_equal(heard(w), "message again ok 1");
	assert_string_equal(heard(w), "message again ok 2");
	assert_string_equal(heard(w), "message again ok 3");
	assert_string_equal(heard(w), "message again ok 4");
	assert_string_equal(heard(w), "nothing");
	assert_string_equal(host_answered(w), "nothing");
}

static void a_successor_gets_only_what_is_allowed_now(void **state)
{
	struct world *w = *state;

	connect_origin(w, APP);
	host_asks(w, 1, 1, 0);
	assert_int_equal(host_sends(w, "ok", 2), STATUS_OK);
	add_rule(w->caps, "ok", NULL, CAPS_MAIN, true);
	connect_page(w);
	assert_string_equal(heard(w), "nothing");
	assert_string_equal(host_answered(w), "1 failed 7007");
	assert_non_null(strstr(host_got(w), "[\"denied\",{\"count\":1,\"direction\":\"receive\""));
	assert_non_null(strstr(host_got(w), "[\"dropped\",{\"count\":1,"));
}

static void a_document_that_broke_a_rule_leaves_the_window_to_the_next(void **state)
{
	struct world *w = *state;

	connect_page(w);
	host_asks(w, 1, 1, FRAME_RETRY);
	pass(w);
	page_says(w, FRAME_CREDIT, 1, "", "1");
	assert_true(page_is_closed(w));
	host_asks(w, 2, 2, 0);
	connect_page(w);
	assert_string_equal(heard(w), "message again ok 1");
	assert_string_equal(heard(w), "message ok 2");
}

static void a_page_may_not_say_that_something_comes_again(void **state)
{
	struct world *w = *state;
	struct frame *plain, *f;

	connect_page(w);
	assert_int_equal(frame_new(FRAME_MESSAGE, 0, "ok", 2, NULL, 0, &plain), 0);
	assert_int_equal(frame_copy(plain, 0, FRAME_RETRY, &f), 0);
	assert_int_equal(send(w->fd, f->bytes, f->size, 0), f->size);
	frame_unref(f);
	assert_false(page_is_closed(w));
	assert_string_equal(host_got(w), "message ok null");
	assert_int_equal(frame_copy(plain, 0, FRAME_AGAIN, &f), 0);
	assert_int_equal(send(w->fd, f->bytes, f->size, 0), f->size);
	assert_true(page_is_closed(w));
	assert_string_equal(host_got(w), "nothing");
	frame_unref(f);
	frame_unref(plain);
}

static void when_a_window_closes_everything_settles_and_close_is_last(void **state)
{
	struct world *w = *state;

	connect_page(w);
	host_asks(w, 1, 1, FRAME_RETRY);
	host_calls(w, 2, 2);
	pass(w);
	page_acks(w, 1, true);
	for (unsigned i = 0; i < CREDIT_MESSAGES + 2; i++)
		assert_int_equal(host_sends(w, "ok", 3), STATUS_OK);
	host_asks(w, 4, 4, FRAME_RETRY);
	host_calls(w, 5, 5);
	page_peer_close(w->page);
	assert_string_equal(host_answered(w), "1 reply null");
	assert_string_equal(host_answered(w), "2 failed 7007 uncertain");
	assert_string_equal(host_answered(w), "4 failed 7007");
	assert_string_equal(host_answered(w), "5 failed 7007");
	assert_string_equal(host_answered(w), "nothing");
}

static void what_a_closed_window_had_to_tell_comes_before_its_close(void **state)
{
	struct world *w = *state;
	char expected[64];

	connect_origin(w, APP);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(host_sends(w, "ok", 3), STATUS_OK);
	assert_int_equal(host_sends(w, "no", 3), STATUS_PERMISSION_DENIED);
	assert_int_equal(host_sends(w, "no", 3), STATUS_PERMISSION_DENIED);
	page_peer_close(w->page);
	assert_non_null(strstr(host_got(w), "[\"denied\",{\"count\":1,"));
	assert_non_null(strstr(host_got(w), "[\"dropped\",{\"count\":1,"));
	for (unsigned i = 0; i < 2; i++) {
		const char *got = host_got(w);

		snprintf(expected, sizeof(expected), "[\"%s\",{\"count\":%u,",
			strstr(got, "denied") ? "denied" : "dropped",
			strstr(got, "denied") ? 1u : 4u);
		assert_non_null(strstr(got, expected));
	}
	assert_string_equal(host_got(w), "event __window__ [\"close\",{\"count\":1}]");
	assert_string_equal(host_got(w), "nothing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		page_test(a_reload_gives_the_next_document_what_the_last_had_not_dispatched),
		page_test(an_ack_on_its_way_when_the_page_goes_still_counts),
		page_test(the_last_words_of_a_page_are_its_own),
		page_test(what_a_page_that_did_not_close_may_have_seen_is_uncertain),
		page_test(answers_die_with_the_document_that_asked),
		page_test(answers_that_waited_for_room_are_not_for_the_next_document),
		page_test(nothing_reaches_a_document_of_another_origin),
		page_test(a_queue_that_went_with_its_origin_has_room_again_and_says_so),
		page_test(what_waits_outlasts_a_page_of_no_known_origin),
		page_test(a_page_of_no_known_origin_makes_nothing_anothers),
		page_test(a_page_of_no_known_origin_takes_the_socket_of_the_last),
		page_test(what_a_dead_process_may_have_seen_is_uncertain),
		page_test(a_call_that_was_acknowledged_and_not_answered_is_uncertain_too),
		page_test(what_was_not_written_yet_a_dead_process_cannot_have_seen),
		page_test(the_same_when_its_socket_ends_before_the_death_is_known),
		page_test(an_order_of_two_deaths_is_kept),
		page_test(a_successor_gets_only_what_is_allowed_now),
		page_test(a_document_that_broke_a_rule_leaves_the_window_to_the_next),
		page_test(a_page_may_not_say_that_something_comes_again),
		page_test(when_a_window_closes_everything_settles_and_close_is_last),
		page_test(what_a_closed_window_had_to_tell_comes_before_its_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
