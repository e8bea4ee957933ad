/* Host to page, while the document stays: order, the window in flight, ACKs, calls, sub-frames. */
#include "page_fixture.h"

#include "view/page_peer.h"

static void messages_wait_for_the_first_listener(void **state)
{
	struct world *w = *state;

	assert_int_equal(host_sends(w, "ok", 1), STATUS_OK);
	connect_origin(w, APP);
	assert_int_equal(host_sends(w, "ok", 2), STATUS_OK);
	assert_string_equal(heard(w), "nothing");
	page_sends(w, FRAME_READY, "");
	assert_string_equal(heard(w), "message ok 1");
	assert_string_equal(heard(w), "message ok 2");
	assert_string_equal(heard(w), "nothing");
}

static void what_is_sent_before_the_first_document_is_for_the_windows_origin(void **state)
{
	struct world *w = *state;

	assert_int_equal(host_sends(w, "ok", 1), STATUS_OK);
	assert_int_equal(host_sends(w, "pay", 1), STATUS_PERMISSION_DENIED);
	connect_origin(w, PAY);
	page_sends(w, FRAME_READY, "");
	assert_string_equal(heard(w), "nothing");
	assert_int_equal(host_sends(w, "ok", 1), STATUS_PERMISSION_DENIED);
	assert_int_equal(host_sends(w, "pay", 2), STATUS_OK);
	assert_string_equal(heard(w), "message pay 2");
}

static void an_ack_settles_the_oldest_first(void **state)
{
	struct world *w = *state;

	connect_page(w);
	for (uint32_t id = 1; id <= 4; id++)
		host_asks(w, id, id, 0);
	assert_string_equal(heard(w), "message ok 1");
	assert_string_equal(host_answered(w), "nothing");
	page_acks(w, 2, true);
	assert_string_equal(host_answered(w), "1 reply null");
	assert_string_equal(host_answered(w), "2 reply null");
	page_acks(w, 1, false);
	assert_string_equal(host_answered(w), "3 failed 7008");
	assert_string_equal(host_answered(w), "nothing");
}

static void a_message_that_nobody_asked_about_is_done_without_a_word(void **state)
{
	struct world *w = *state;

	connect_page(w);
	assert_int_equal(host_sends(w, "ok", 1), STATUS_OK);
	assert_int_equal(host_sends(w, "ok", 1), STATUS_OK);
	page_acks(w, 1, true);
	page_acks(w, 1, false);
	assert_string_equal(host_answered(w), "nothing");
	assert_string_equal(host_got(w), "nothing");
	assert_int_equal(router_budget(w->router)->used, 0);
}

static void only_so_many_are_on_their_way_and_each_ack_makes_room(void **state)
{
	struct world *w = *state;
	unsigned n = 0;

	connect_page(w);
	for (unsigned i = 0; i < CREDIT_MESSAGES + 10; i++)
		assert_int_equal(host_sends(w, "ok", i % 100), STATUS_OK);
	while (strcmp(heard(w), "nothing") != 0)
		n++;
	assert_int_equal(n, CREDIT_MESSAGES);
	page_acks(w, 3, true);
	for (n = 0; strcmp(heard(w), "nothing") != 0;)
		n++;
	assert_int_equal(n, 3);
	page_acks(w, CREDIT_MESSAGES, true);
	for (n = 0; strcmp(heard(w), "nothing") != 0;)
		n++;
	assert_int_equal(n, 7);
}

static void host_sends_large(struct world *w, uint32_t id, uint32_t size)
{
	uint8_t *payload = calloc(1, size);
	struct router_result result;
	struct frame *f;

	assert_non_null(payload);
	payload[0] = 0xc6;
	for (unsigned i = 0; i < 4; i++)
		payload[1 + i] = (uint8_t)((size - 5) >> (24 - 8 * i));
	assert_int_equal(frame_new(FRAME_MESSAGE, id, "ok", 2, payload, size, &f), 0);
	router_send(w->router, w->host_id, "main", f, &result);
	assert_int_equal(result.status, STATUS_OK);
	free(payload);
}

static unsigned frames_at_page(struct world *w)
{
	unsigned n = 0;
	struct frame *f;

	for (; (f = page_receives(w)); n++)
		frame_unref(f);
	return n;
}

static void only_so_many_bytes_are_on_their_way(void **state)
{
	struct world *w = *state;

	connect_page(w);
	for (unsigned i = 0; i < 8; i++)
		host_sends_large(w, 0, CREDIT_BYTES / 4);
	/* Their heads count too: the fourth is beyond, and below the limit one more goes. */
	assert_int_equal(frames_at_page(w), 4);
	page_acks(w, 1, true);
	assert_int_equal(frames_at_page(w), 1);
	page_acks(w, 4, true);
	assert_int_equal(frames_at_page(w), 3);
	/* One that is larger than all credit goes when there is none before it. */
	page_acks(w, 3, true);
	host_sends_large(w, 0, 2 * CREDIT_BYTES);
	host_sends_large(w, 0, 100);
	assert_int_equal(frames_at_page(w), 1);
	page_acks(w, 1, true);
	assert_int_equal(frames_at_page(w), 1);
}

static void an_ack_of_what_was_not_sent_ends_the_document(void **state)
{
	static const struct {
		uint32_t n;
		const char *payload;
	} acks[] = { { 3, "true" }, { 0, "true" }, { UINT32_MAX, "true" }, { 1, "1" },
		{ 1, "null" }, { 1, "[true]" } };
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(acks); i++) {
		connect_page(w);
		host_asks(w, 1, 1, 0);
		host_asks(w, 2, 2, 0);
		pass(w);
		page_says(w, FRAME_ACK, acks[i].n, "", acks[i].payload);
		assert_true(page_is_closed(w));
		assert_string_equal(host_answered(w), "1 failed 7007 uncertain");
		assert_string_equal(host_answered(w), "2 failed 7007 uncertain");
		connect_page(w);
		assert_string_equal(heard(w), "nothing");
	}
}

static void a_call_is_answered_by_the_page(void **state)
{
	struct world *w = *state;
	uint32_t number = 0;

	connect_page(w);
	host_calls(w, 4, 9);
	assert_string_equal(heard_under(w, &number), "call ok 9");
	page_acks(w, 1, true);
	assert_string_equal(host_answered(w), "nothing");
	page_says(w, FRAME_REPLY, number, "", "{\"a\":1}");
	assert_string_equal(host_answered(w), "4 reply {\"a\":1}");
	host_calls(w, 5, 9);
	(void)heard_under(w, &number);
	page_says(w, FRAME_FAILED, number, "", "[7001,\"no\",false]");
	assert_string_equal(host_answered(w), "5 failed 7001");
	assert_false(page_is_closed(w));
}

static void an_answer_to_a_call_that_nobody_made_ends_the_document(void **state)
{
	struct world *w = *state;

	connect_page(w);
	page_says(w, FRAME_REPLY, 77, "", "1");
	assert_true(page_is_closed(w));
	connect_page(w);
	page_says(w, FRAME_FAILED, 77, "", "1");
	assert_true(page_is_closed(w));
}

static void an_answer_to_a_message_is_not_the_pages_to_give(void **state)
{
	struct world *w = *state;
	uint32_t number = 0;

	connect_page(w);
	host_asks(w, 1, 1, 0);
	assert_string_equal(heard_under(w, &number), "message ok 1");
	page_says(w, FRAME_REPLY, number, "", "1");
	assert_true(page_is_closed(w));
	assert_string_equal(host_answered(w), "1 failed 7007 uncertain");
	assert_string_equal(host_answered(w), "nothing");
}

static void a_second_answer_to_one_call_ends_the_document(void **state)
{
	struct world *w = *state;
	uint32_t number = 0;

	connect_page(w);
	host_calls(w, 4, 9);
	(void)heard_under(w, &number);
	page_says(w, FRAME_REPLY, number, "", "1");
	page_says(w, FRAME_REPLY, number, "", "2");
	assert_true(page_is_closed(w));
	assert_string_equal(host_answered(w), "4 reply 1");
	assert_string_equal(host_answered(w), "nothing");
}

static void an_answer_that_crosses_its_cancel_is_late_and_no_offence(void **state)
{
	struct world *w = *state;
	uint32_t number = 0, cancelled = 0;

	connect_page(w);
	host_calls(w, 4, 9);
	(void)heard_under(w, &number);
	router_cancel(w->router, w->host_id, 4);
	assert_string_equal(heard_under(w, &cancelled), "cancel null");
	assert_int_equal(cancelled, number);
	page_says(w, FRAME_REPLY, number, "", "1");
	assert_false(page_is_closed(w));
	assert_string_equal(host_answered(w), "nothing");
	page_says(w, FRAME_REPLY, number, "", "1");
	assert_true(page_is_closed(w));
}

static void a_call_that_is_cancelled_before_it_went_never_goes_and_a_message_does(void **state)
{
	struct world *w = *state;

	connect_origin(w, APP);
	host_calls(w, 1, 1);
	host_asks(w, 2, 2, 0);
	host_calls(w, 3, 3);
	router_cancel(w->router, w->host_id, 1);
	router_cancel(w->router, w->host_id, 2);
	page_sends(w, FRAME_READY, "");
	assert_string_equal(heard(w), "message ok 2");
	assert_string_equal(heard(w), "call ok 3");
	assert_string_equal(heard(w), "nothing");
}

static void the_page_calls_and_cancels(void **state)
{
	struct world *w = *state;
	struct envelope e;
	struct frame *f;

	connect_page(w);
	page_says(w, FRAME_CALL, 8, "ok", "1");
	page_says(w, FRAME_CALL, 9, "ok", "2");
	pass(w);
	assert_true(mailbox_take(&w->box, &e));
	assert_int_equal(frame_new(FRAME_REPLY, e.frame->id, "", 0, "\x2a", 1, &f), 0);
	assert_true(router_answer(w->router, w->host_id, f));
	envelope_fini(&e);
	assert_string_equal(heard(w), "reply 42");
	assert_true(mailbox_take(&w->box, &e));
	assert_true(router_dispatch(w->router, &w->host, e.frame->id));
	envelope_fini(&e);
	page_says(w, FRAME_CANCEL, 9, "", "null");
	assert_string_equal(host_got(w), "cancel null");
	/* One for each that was asked, answered or not; then it is only to keep us busy. */
	page_says(w, FRAME_CANCEL, 8, "", "null");
	assert_false(page_is_closed(w));
	page_says(w, FRAME_CANCEL, 8, "", "null");
	assert_true(page_is_closed(w));
}

static void an_answer_waits_for_no_listener(void **state)
{
	struct world *w = *state;
	uint32_t id = 0;

	connect_origin(w, APP);
	assert_int_equal(host_sends(w, "ok", 1), STATUS_OK);
	page_says(w, FRAME_MESSAGE, 8, "ok", "1");
	assert_string_equal(heard_under(w, &id), "reply null");
	assert_int_equal(id, 8);
	assert_string_equal(heard(w), "nothing");
}

static void a_refusal_of_what_was_asked_names_it(void **state)
{
	struct world *w = *state;
	uint32_t id = 0;

	connect_page(w);
	page_says(w, FRAME_CALL, 8, "no", "1");
	assert_non_null(strstr(heard_under(w, &id), "failed [7004,\"channel \\\"no\\\""));
	assert_int_equal(id, 8);
	page_says(w, FRAME_MESSAGE, 9, "no", "1");
	assert_non_null(strstr(heard_under(w, &id), "failed [7004,"));
	assert_int_equal(id, 9);
}

static void a_window_whose_queue_was_full_says_when_there_is_room(void **state)
{
	struct world *w = *state;

	connect_page(w);
	while (host_sends(w, "ok", 1) == STATUS_OK)
		;
	(void)frames_at_page(w);
	for (unsigned taken = 0; taken < WINDOW_QUEUE_MESSAGES / 2; taken += CREDIT_MESSAGES) {
		assert_string_equal(host_got(w), "nothing");
		page_acks(w, CREDIT_MESSAGES, true);
		(void)frames_at_page(w);
	}
	assert_string_equal(host_got(w), "event __window__ [\"drain\",{\"count\":1}]");
	page_acks(w, CREDIT_MESSAGES, true);
	assert_string_equal(host_got(w), "nothing");
}

static void a_frame_inside_gets_a_socket_only_where_its_claim_gives_nothing_new(void **state)
{
	static const struct {
		const char *around, *origin;
		int expected; /* 0: it gets one */
	} cases[] = {
		{ APP, APP, 0 },
		{ APP, PAY, -EACCES }, /* no grant for frames */
		{ APP, "", -EACCES },
		{ APP, "app://shop.", -EACCES },
		{ PAY, APP, -EACCES },
		{ PAY, PAY, -EACCES },
		{ "", APP, -EACCES },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int r;

		page_peer_commit(w->page, cases[i].around);
		r = page_peer_connect_frame(w->page, cases[i].origin);
		if (cases[i].expected == 0 ? r < 0 : r != cases[i].expected)
			fail_msg("%zu: %d", i, r);
		if (r >= 0)
			close(r);
	}
	page_peer_commit(w->page, APP);
	for (unsigned i = 0; i < SUBFRAMES_MAX; i++) {
		int fd = page_peer_connect_frame(w->page, APP);

		assert_true(fd >= 0);
		/* Left open: closed with the test's process, as of a page that stays. */
	}
	assert_int_equal(page_peer_connect_frame(w->page, APP), -ENOSPC);
}

static void a_frame_inside_gets_its_answers_and_no_messages(void **state)
{
	struct world *w = *state;
	struct envelope e;
	int page;

	connect_page(w);
	page = take_fd(w->fd);
	play(w, page_peer_connect_frame(w->page, APP));
	page_sends(w, FRAME_READY, "");
	assert_int_equal(host_sends(w, "ok", 1), STATUS_OK);
	assert_string_equal(heard(w), "nothing");
	page_says(w, FRAME_MESSAGE, 5, "ok", "1");
	pass(w);
	assert_true(mailbox_take(&w->box, &e));
	assert_int_equal(e.from->frame, CAPS_SUB);
	assert_string_equal(e.from->peer, "main");
	envelope_fini(&e);
	assert_string_equal(heard(w), "reply null");
	page_acks(w, 1, true);
	/* What it does wrong is not the page's end. */
	page_says(w, FRAME_REPLY, 1, "", "1");
	assert_true(page_is_closed(w));
	page_closes(w);
	play(w, page);
	assert_string_equal(heard(w), "message ok 1");
}

static void frames_inside_go_with_the_page_around_them(void **state)
{
	struct world *w = *state;
	int frame, page;

	connect_page(w);
	page = take_fd(w->fd);
	frame = page_peer_connect_frame(w->page, APP);
	page_peer_commit(w->page, APP);
	close(page);
	play(w, frame);
	assert_true(page_is_closed(w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		page_test(messages_wait_for_the_first_listener),
		page_test(what_is_sent_before_the_first_document_is_for_the_windows_origin),
		page_test(an_ack_settles_the_oldest_first),
		page_test(a_message_that_nobody_asked_about_is_done_without_a_word),
		page_test(only_so_many_are_on_their_way_and_each_ack_makes_room),
		page_test(only_so_many_bytes_are_on_their_way),
		page_test(an_ack_of_what_was_not_sent_ends_the_document),
		page_test(a_call_is_answered_by_the_page),
		page_test(an_answer_to_a_call_that_nobody_made_ends_the_document),
		page_test(an_answer_to_a_message_is_not_the_pages_to_give),
		page_test(a_second_answer_to_one_call_ends_the_document),
		page_test(an_answer_that_crosses_its_cancel_is_late_and_no_offence),
		page_test(a_call_that_is_cancelled_before_it_went_never_goes_and_a_message_does),
		page_test(the_page_calls_and_cancels),
		page_test(an_answer_waits_for_no_listener),
		page_test(a_refusal_of_what_was_asked_names_it),
		page_test(a_window_whose_queue_was_full_says_when_there_is_room),
		page_test(a_frame_inside_gets_a_socket_only_where_its_claim_gives_nothing_new),
		page_test(a_frame_inside_gets_its_answers_and_no_messages),
		page_test(frames_inside_go_with_the_page_around_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
