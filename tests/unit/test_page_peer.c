/* A page's socket: who gets one, what may come over it, credit. Delivery is in
 * test_page_delivery.c. */
#include "page_fixture.h"

#include "view/page_peer.h"

static void only_a_committed_document_of_the_app_gets_a_socket(void **state)
{
	static const char *const foreign[] = { "", "app://shop.evil", "app://shopping",
		"https://shop", "app://SHOP", "app://shop:1", "app://shop." };
	struct world *w = *state;

	assert_int_equal(page_peer_connect(w->page), -EEXIST);
	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++) {
		page_peer_commit(w->page, foreign[i]);
		assert_int_equal(page_peer_connect(w->page), -EACCES);
	}
	connect_page(w);
}

static void one_document_gets_one_socket(void **state)
{
	struct world *w = *state;

	connect_page(w);
	assert_int_equal(page_peer_connect(w->page), -EEXIST);
	page_sends(w, FRAME_MESSAGE, "ok");
	pass(w);
	assert_int_equal(w->box.messages, 1);
	/* Nor another one after it closed its own. */
	close(take_fd(w->fd));
	pass(w);
	assert_int_equal(page_peer_connect(w->page), -EEXIST);
}

static void a_commit_closes_the_old_documents_socket(void **state)
{
	struct world *w = *state;
	int old;

	connect_page(w);
	old = take_fd(w->fd);
	connect_page(w);
	page_closes(w);
	play(w, old);
	assert_true(page_is_closed(w));
}

static void identity_is_that_of_the_committed_document(void **state)
{
	struct world *w = *state;
	struct envelope first, second;

	connect_page(w);
	page_sends(w, FRAME_MESSAGE, "ok");
	pass(w);
	connect_page(w);
	page_sends(w, FRAME_MESSAGE, "ok");
	pass(w);
	assert_true(mailbox_take(&w->box, &first));
	assert_true(mailbox_take(&w->box, &second));
	assert_string_equal(first.from->peer, "main");
	assert_string_equal(first.from->origin, APP);
	assert_true(first.from->serial != second.from->serial);
	envelope_fini(&first);
	envelope_fini(&second);
}

static void the_queue_of_a_window_is_bounded(void **state)
{
	struct world *w = *state;
	unsigned sent = 0;

	while (host_sends(w, "ok", 1) == STATUS_OK)
		sent++;
	assert_int_equal(sent, WINDOW_QUEUE_MESSAGES);
	assert_int_equal(host_sends(w, "ok", 1), STATUS_QUEUE_FULL);
}

static void a_denied_message_is_told_to_the_page_and_costs_it_no_credit(void **state)
{
	struct world *w = *state;
	struct frame *f;

	connect_page(w);
	for (unsigned i = 0; i < 2 * CREDIT_MESSAGES; i++) {
		page_sends(w, FRAME_MESSAGE, "no");
		f = page_receives(w);
		assert_non_null(f);
		if (f->kind == FRAME_CREDIT) {
			frame_unref(f);
			f = page_receives(w);
		}
		assert_int_equal(f->kind, FRAME_REFUSED);
		assert_int_equal(f->id, STATUS_PERMISSION_DENIED);
		assert_memory_equal(f->channel, "no", 2);
		frame_unref(f);
	}
	assert_string_equal(host_got(w),
		"event __window__ [\"denied\",{\"count\":1,\"direction\":\"send\","
		"\"channel\":\"no\",\"origin\":\"app://shop\",\"rule\":null}]");
	assert_string_equal(host_got(w),
		"event __window__ [\"denied\",{\"count\":2047,\"direction\":\"send\","
		"\"channel\":\"no\",\"origin\":\"app://shop\",\"rule\":null}]");
	assert_string_equal(host_got(w), "nothing");
}

static void credit_comes_back_when_messages_leave_the_hosts_queue(void **state)
{
	struct world *w = *state;
	unsigned returned = 0;
	struct frame *f;

	connect_page(w);
	for (unsigned i = 0; i < CREDIT_MESSAGES; i++)
		page_sends(w, FRAME_MESSAGE, "ok");
	assert_null(page_receives(w));
	for (unsigned i = 0; i < CREDIT_MESSAGES; i++) {
		struct envelope e;

		assert_true(mailbox_take(&w->box, &e));
		router_consumed(w->router, e.from, 1, e.frame->size);
		envelope_fini(&e);
	}
	while ((f = page_receives(w))) {
		assert_int_equal(f->kind, FRAME_CREDIT);
		returned += f->id;
		frame_unref(f);
	}
	assert_int_equal(returned, CREDIT_MESSAGES);
}

static void an_overrun_of_the_credit_ends_the_document_and_keeps_what_was_within(void **state)
{
	struct world *w = *state;

	connect_page(w);
	for (unsigned i = 0; i <= CREDIT_MESSAGES; i++)
		page_sends(w, FRAME_MESSAGE, "ok");
	assert_true(page_is_closed(w));
	assert_int_equal(w->box.messages, CREDIT_MESSAGES);
	/* The window is not lost with it. */
	connect_page(w);
	page_sends(w, FRAME_MESSAGE, "ok");
	pass(w);
	assert_int_equal(w->box.messages, CREDIT_MESSAGES + 1);
}

static void an_older_documents_messages_give_the_new_one_no_credit(void **state)
{
	struct world *w = *state;
	struct envelope e;

	connect_page(w);
	for (unsigned i = 0; i < CREDIT_MESSAGES; i++)
		page_sends(w, FRAME_MESSAGE, "ok");
	pass(w);
	connect_page(w);
	while (mailbox_take(&w->box, &e)) {
		router_consumed(w->router, e.from, 1, e.frame->size);
		envelope_fini(&e);
	}
	assert_null(page_receives(w));
}

static void frames_that_only_the_runtime_sends_end_the_document(void **state)
{
	static const struct {
		enum frame_kind kind;
		const char *channel;
	} vectors[] = {
		{ FRAME_CREDIT, "" },
		{ FRAME_REFUSED, "ok" },
		{ FRAME_EVENT, "ok" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		connect_page(w);
		page_sends(w, vectors[i].kind, vectors[i].channel);
		assert_true(page_is_closed(w));
	}
	assert_int_equal(w->box.messages, 0);
}

static void page_logs(struct world *w, uint32_t level, const char *json)
{
	page_says(w, FRAME_LOG, level, "", json);
	pass(w);
}

static void lines_for_the_log_go_nowhere_else_and_cost_no_credit(void **state)
{
	static const char *const odd[] = { "[]", "[\"line\"]", "[\"line\",7]", "[7,\"\"]",
		"[\"line\",\"\",\"\"]", "{\"line\":\"\"}", "null" };
	struct world *w = *state;

	connect_page(w);
	for (unsigned i = 0; i < 2 * CREDIT_MESSAGES; i++)
		page_logs(w, 3, "\"line\"");
	page_sends(w, FRAME_MESSAGE, "ok");
	assert_string_equal(host_got(w), "message ok 7");
	assert_string_equal(host_got(w), "nothing");
	page_logs(w, 4, "\"line\"");
	assert_true(page_is_closed(w));
	connect_page(w);
	page_logs(w, 0, "7");
	assert_true(page_is_closed(w));
	/* With a stack, and what looks like one. */
	connect_page(w);
	page_logs(w, 3, "[\"line\",\"f@app://shop/app.js:1:1\"]");
	page_sends(w, FRAME_MESSAGE, "ok");
	assert_string_equal(host_got(w), "message ok 7");
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		connect_page(w);
		page_logs(w, 3, odd[i]);
		assert_true(page_is_closed(w));
	}
}

static void junk_ends_the_document_only(void **state)
{
	struct world *w = *state;

	connect_page(w);
	assert_int_equal(send(w->fd, "\xff\xff\xff\xffjunk", 8, 0), 8);
	assert_true(page_is_closed(w));
	connect_page(w);
	assert_int_equal(host_sends(w, "ok", 1), STATUS_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		page_test(only_a_committed_document_of_the_app_gets_a_socket),
		page_test(one_document_gets_one_socket),
		page_test(a_commit_closes_the_old_documents_socket),
		page_test(identity_is_that_of_the_committed_document),
		page_test(the_queue_of_a_window_is_bounded),
		page_test(a_denied_message_is_told_to_the_page_and_costs_it_no_credit),
		page_test(credit_comes_back_when_messages_leave_the_hosts_queue),
		page_test(an_overrun_of_the_credit_ends_the_document_and_keeps_what_was_within),
		page_test(an_older_documents_messages_give_the_new_one_no_credit),
		page_test(frames_that_only_the_runtime_sends_end_the_document),
		page_test(lines_for_the_log_go_nowhere_else_and_cost_no_credit),
		page_test(junk_ends_the_document_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
