/* What the host is told of a window: one event of a type is on its way, and none is lost. */
#include "page_fixture.h"

#include "view/page_peer.h"

static void tell(struct world *w, enum page_event type, const char *reason)
{
	page_peer_event(
		w->page, type, &(struct page_event_member){ "reason", reason }, reason ? 1 : 0);
}

/* The next that the host finds, which it does not take out of the count yet. */
static const char *seen(struct world *w, struct identity **ret_from)
{
	const char *text;
	struct envelope e;

	if (!mailbox_take(&w->box, &e))
		return "nothing";
	text = frame_text(e.frame);
	assert_int_equal(e.frame->kind, FRAME_EVENT);
	*ret_from = identity_ref(e.from);
	envelope_fini(&e);
	return text;
}

static void they_carry_the_window_and_no_origin(void **state)
{
	struct world *w = *state;
	struct envelope e;

	tell(w, PAGE_CRASH, "it broke");
	assert_true(mailbox_take(&w->box, &e));
	assert_int_equal(e.frame->kind, FRAME_EVENT);
	assert_string_equal(e.from->peer, "main");
	assert_string_equal(e.from->origin, "");
	assert_int_equal(e.from->frame, 0);
	assert_string_equal(frame_text(e.frame),
		"event __window__ [\"crash\",{\"count\":1,\"reason\":\"it broke\"}]");
	envelope_fini(&e);
}

static void of_one_type_one_is_on_its_way_and_the_next_tells_the_rest(void **state)
{
	struct world *w = *state;
	struct identity *from;

	tell(w, PAGE_LOAD, "1");
	for (int i = 2; i <= 9; i++)
		tell(w, PAGE_LOAD, (char[]){ (char)('0' + i), '\0' });
	assert_int_equal(w->box.messages, 1);
	assert_string_equal(
		seen(w, &from), "event __window__ [\"load\",{\"count\":1,\"reason\":\"1\"}]");
	assert_int_equal(w->box.messages, 0);
	router_consumed(w->router, from, 1, 10);
	identity_unref(from);
	assert_string_equal(
		host_got(w), "event __window__ [\"load\",{\"count\":8,\"reason\":\"9\"}]");
	assert_string_equal(host_got(w), "nothing");
	tell(w, PAGE_LOAD, "a");
	assert_string_equal(
		host_got(w), "event __window__ [\"load\",{\"count\":1,\"reason\":\"a\"}]");
}

static void types_do_not_wait_for_each_other_and_keep_their_order(void **state)
{
	struct world *w = *state;

	tell(w, PAGE_CRASH, NULL);
	tell(w, PAGE_LOAD_FAILED, NULL);
	tell(w, PAGE_CRASH, NULL);
	tell(w, PAGE_LOAD, NULL);
	assert_string_equal(host_got(w), "event __window__ [\"crash\",{\"count\":1}]");
	assert_string_equal(host_got(w), "event __window__ [\"load-failed\",{\"count\":1}]");
	assert_string_equal(host_got(w), "event __window__ [\"load\",{\"count\":1}]");
	assert_string_equal(host_got(w), "event __window__ [\"crash\",{\"count\":1}]");
	assert_string_equal(host_got(w), "nothing");
}

static void taken_together_or_one_by_one_the_counts_are_the_same(void **state)
{
	struct world *w = *state;
	struct identity *from;

	for (int i = 0; i < 5; i++) {
		tell(w, PAGE_CRASH, NULL);
		tell(w, PAGE_LOAD, NULL);
	}
	(void)seen(w, &from);
	identity_unref(from);
	(void)seen(w, &from);
	router_consumed(w->router, from, 2, 10);
	identity_unref(from);
	assert_string_equal(host_got(w), "event __window__ [\"crash\",{\"count\":4}]");
	assert_string_equal(host_got(w), "event __window__ [\"load\",{\"count\":4}]");
	assert_string_equal(host_got(w), "nothing");
}

static void what_could_not_be_told_comes_with_the_next(void **state)
{
	struct world *w = *state;

	router_remove(w->router, &w->host);
	tell(w, PAGE_CRASH, "unheard");
	assert_int_equal(router_add(w->router, &w->host), 0);
	assert_string_equal(host_got(w), "nothing");
	tell(w, PAGE_CRASH, "heard");
	assert_string_equal(
		host_got(w), "event __window__ [\"crash\",{\"count\":2,\"reason\":\"heard\"}]");
}

static void a_detail_that_is_too_long_is_left_out(void **state)
{
	static char text[10000];
	struct world *w = *state;

	memset(text, 'x', sizeof(text) - 1);
	tell(w, PAGE_LOAD, text);
	assert_string_equal(host_got(w), "event __window__ [\"load\",{\"count\":1}]");
	tell(w, PAGE_LOAD, "short");
	assert_string_equal(
		host_got(w), "event __window__ [\"load\",{\"count\":1,\"reason\":\"short\"}]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		page_test(they_carry_the_window_and_no_origin),
		page_test(of_one_type_one_is_on_its_way_and_the_next_tells_the_rest),
		page_test(types_do_not_wait_for_each_other_and_keep_their_order),
		page_test(taken_together_or_one_by_one_the_counts_are_the_same),
		page_test(what_could_not_be_told_comes_with_the_next),
		page_test(a_detail_that_is_too_long_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
