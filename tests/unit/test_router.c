/* Peers, grants and messages; calls are in test_router_calls.c. */
#include "router_fixture.h"

static enum wire_status send(
	struct world *w, struct identity *from, const char *to, const char *channel)
{
	return send_frame(w, from, to, FRAME_MESSAGE, 0, channel);
}

static void a_message_arrives_with_the_identity_it_was_stamped_with(void **state)
{
	struct world *w = *state;
	struct envelope e;

	assert_int_equal(send(w, w->page.id, PEER_HOST, "ok"), STATUS_OK);
	assert_true(mailbox_take(&w->host.box, &e));
	assert_ptr_equal(e.from, w->page.id);
	assert_string_equal(e.from->origin, "app://x");
	assert_memory_equal(e.frame->channel, "ok", 2);
	envelope_fini(&e);
}

static void an_unknown_peer_is_reported(void **state)
{
	struct world *w = *state;
	struct router_result result;

	router_send(w->router, w->host.id, "gone", frame_of(FRAME_MESSAGE, 0, "ok"), &result);
	assert_int_equal(result.status, STATUS_WINDOW_NOT_FOUND);
	assert_string_equal(result.reason, "there is no window \"gone\"");
}

static void grants_hold_in_both_directions(void **state)
{
	struct world *w = *state;
	struct router_stats stats;

	assert_int_equal(send(w, w->page.id, PEER_HOST, "no"), STATUS_PERMISSION_DENIED);
	assert_int_equal(send(w, w->host.id, "main", "no"), STATUS_PERMISSION_DENIED);
	assert_int_equal(send(w, w->host.id, "main", "okay"), STATUS_OK);
	assert_null(mailbox_peek(&w->host.box));
	router_get_stats(w->router, &stats);
	assert_int_equal(stats.denied, 2);
	assert_int_equal(stats.delivered, 1);
}

static void grants_hold_for_calls_and_not_for_what_the_runtime_says(void **state)
{
	struct world *w = *state;
	struct router_stats stats;

	assert_int_equal(send_frame(w, w->page.id, PEER_HOST, FRAME_CALL, 1, "no"),
		STATUS_PERMISSION_DENIED);
	assert_int_equal(
		send_frame(w, w->host.id, "main", FRAME_CALL, 1, "no"), STATUS_PERMISSION_DENIED);
	assert_int_equal(
		send_frame(w, w->page.id, PEER_HOST, FRAME_EVENT, 0, CHANNEL_WINDOW), STATUS_OK);
	router_get_stats(w->router, &stats);
	assert_int_equal(stats.denied, 2);
	assert_int_equal(stats.calls, 0);
}

static void a_denial_is_told_to_the_page_that_it_is_of(void **state)
{
	struct world *w = *state;
	struct router_result result;

	router_send(
		w->router, w->page.id, PEER_HOST, frame_of(FRAME_MESSAGE, 0, "ok:never"), &result);
	assert_int_equal(result.status, STATUS_PERMISSION_DENIED);
	assert_non_null(strstr(result.reason, "denied by rule \"ok:never\""));
	assert_string_equal(w->page.denied, "send ok:never app://x ok:never");
	assert_int_equal(send(w, w->host.id, "main", "no"), STATUS_PERMISSION_DENIED);
	assert_string_equal(w->page.denied, "receive no app://x -");
	assert_int_equal(w->page.n_denied, 2);
	assert_int_equal(w->host.n_denied + w->other.n_denied, 0);
}

static void reserved_channels_are_denied_to_pages_whatever_is_allowed(void **state)
{
	struct world *w = *state;
	struct router_result result;

	allow(w->caps, "*");
	router_send(w->router, w->page.id, PEER_HOST, frame_of(FRAME_MESSAGE, 0, "__window__"),
		&result);
	assert_int_equal(result.status, STATUS_PERMISSION_DENIED);
	assert_non_null(strstr(result.reason, "runtime's"));
	assert_int_equal(send(w, w->host.id, "main", "__x__"), STATUS_PERMISSION_DENIED);
	assert_int_equal(w->page.n_denied, 2);
}

static void whether_a_document_may_have_what_waits_is_asked_again(void **state)
{
	struct world *w = *state;
	struct frame *good = frame_of(FRAME_MESSAGE, 0, "ok"), *bad = frame_of(FRAME_CALL, 1, "no");

	assert_true(router_allows(w->router, &w->page.peer, good));
	assert_false(router_allows(w->router, &w->page.peer, bad));
	assert_int_equal(w->page.n_denied, 1);
	frame_unref(good);
	frame_unref(bad);
}

static void a_full_queue_is_reported_and_the_next_message_is_not_lost_with_it(void **state)
{
	struct world *w = *state;
	struct envelope e;

	w->host.box.messages_max = 2;
	assert_int_equal(send(w, w->page.id, PEER_HOST, "ok1"), STATUS_OK);
	assert_int_equal(send(w, w->page.id, PEER_HOST, "ok2"), STATUS_OK);
	assert_int_equal(send(w, w->page.id, PEER_HOST, "ok3"), STATUS_QUEUE_FULL);
	assert_true(mailbox_take(&w->host.box, &e));
	envelope_fini(&e);
	assert_int_equal(send(w, w->page.id, PEER_HOST, "ok4"), STATUS_OK);
}

static void a_sender_that_has_gone_gets_no_credit(void **state)
{
	struct world *w = *state;

	router_consumed(w->router, w->page.id, 1, 10);
	assert_int_equal(w->page.consumed, 1);
	router_remove(w->router, &w->page.peer);
	router_consumed(w->router, w->page.id, 1, 10);
	assert_int_equal(w->page.consumed, 1);
}

static void names_are_unique_and_bounded(void **state)
{
	static const struct {
		size_t len;
		int expected;
	} lengths[] = { { PEER_NAME_MAX + 1, -ENAMETOOLONG }, { 0, -ENAMETOOLONG },
		{ PEER_NAME_MAX, 0 } };
	struct world *w = *state;
	char name[PEER_NAME_MAX + 2] = "";
	struct keeper k;

	keeper_init(&k, w, "main", 0);
	assert_int_equal(router_add(w->router, &k.peer), -EEXIST);
	/* It was never added: must leave the real "main" alone. */
	keeper_fini(&k, w);
	assert_ptr_equal(router_find(w->router, "main"), &w->page.peer);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		memset(name, 'x', lengths[i].len);
		name[lengths[i].len] = '\0';
		keeper_init(&k, w, name, 0);
		assert_int_equal(router_add(w->router, &k.peer), lengths[i].expected);
		keeper_fini(&k, w);
		assert_null(router_find(w->router, name));
	}
}

static void the_number_of_peers_is_bounded(void **state)
{
	struct world *w = *state;
	static struct keeper many[PEERS_MAX];
	size_t n = 0;
	int r = 0;

	for (; n < PEERS_MAX && r == 0; n++) {
		char name[16];

		snprintf(name, sizeof(name), "peer-%zu", n);
		keeper_init(&many[n], w, name, 0);
		r = router_add(w->router, &many[n].peer);
	}
	assert_int_equal(r, -ENOSPC);
	assert_int_equal(n, PEERS_MAX - 3 + 1);
	while (n-- > 0)
		keeper_fini(&many[n], w);
}

static void pages_are_walked_in_the_order_they_came_and_nobody_else(void **state)
{
	struct world *w = *state;
	struct peer *page = router_next_page(w->router, NULL);

	assert_ptr_equal(page, &w->page.peer);
	page = router_next_page(w->router, page);
	assert_ptr_equal(page, &w->other.peer);
	assert_null(router_next_page(w->router, page));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		router_test(a_message_arrives_with_the_identity_it_was_stamped_with),
		router_test(an_unknown_peer_is_reported),
		router_test(grants_hold_in_both_directions),
		router_test(grants_hold_for_calls_and_not_for_what_the_runtime_says),
		router_test(a_denial_is_told_to_the_page_that_it_is_of),
		router_test(reserved_channels_are_denied_to_pages_whatever_is_allowed),
		router_test(whether_a_document_may_have_what_waits_is_asked_again),
		router_test(a_full_queue_is_reported_and_the_next_message_is_not_lost_with_it),
		router_test(a_sender_that_has_gone_gets_no_credit),
		router_test(names_are_unique_and_bounded),
		router_test(the_number_of_peers_is_bounded),
		router_test(pages_are_walked_in_the_order_they_came_and_nobody_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
