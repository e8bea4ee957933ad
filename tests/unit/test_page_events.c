/* What the host is told of a window: one event of a type is on its way, and none is lost. */
#include "page_fixture.h"

#include "view/page_peer.h"

static void tell(struct world *w, enum page_event type, const char *reason)
{
	const struct load_failed_payload load_failed = { .url = "x:", .reason = reason };
	const struct reason_payload with_reason = { .reason = reason };
	const struct load_payload load = { .url = reason };

	page_peer_event(w->page, type,
		type == PAGE_EVENT_load          ? (const void *)&load
		: type == PAGE_EVENT_load_failed ? (const void *)&load_failed
						 : (const void *)&with_reason);
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

	tell(w, PAGE_EVENT_crash, "it broke");
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

	tell(w, PAGE_EVENT_load, "1");
	for (int i = 2; i <= 9; i++)
		tell(w, PAGE_EVENT_load, (char[]){ (char)('0' + i), '\0' });
	assert_int_equal(w->box.messages, 1);
	assert_string_equal(
		seen(w, &from), "event __window__ [\"load\",{\"count\":1,\"url\":\"1\"}]");
	assert_int_equal(w->box.messages, 0);
	router_consumed(w->router, from, 1, 10);
	identity_unref(from);
	assert_string_equal(host_got(w), "event __window__ [\"load\",{\"count\":8,\"url\":\"9\"}]");
	assert_string_equal(host_got(w), "nothing");
	tell(w, PAGE_EVENT_load, "a");
	assert_string_equal(host_got(w), "event __window__ [\"load\",{\"count\":1,\"url\":\"a\"}]");
}

static void types_do_not_wait_for_each_other_and_keep_their_order(void **state)
{
	struct world *w = *state;

	tell(w, PAGE_EVENT_crash, "c");
	tell(w, PAGE_EVENT_load_failed, "f");
	tell(w, PAGE_EVENT_crash, "c");
	tell(w, PAGE_EVENT_load, "l");
	assert_string_equal(
		host_got(w), "event __window__ [\"crash\",{\"count\":1,\"reason\":\"c\"}]");
	assert_string_equal(host_got(w),
		"event __window__ [\"load-failed\",{\"count\":1,\"url\":\"x:\",\"reason\":\"f\"}]");
	assert_string_equal(host_got(w), "event __window__ [\"load\",{\"count\":1,\"url\":\"l\"}]");
	assert_string_equal(
		host_got(w), "event __window__ [\"crash\",{\"count\":1,\"reason\":\"c\"}]");
	assert_string_equal(host_got(w), "nothing");
}

static void taken_together_or_one_by_one_the_counts_are_the_same(void **state)
{
	struct world *w = *state;
	struct identity *from;

	for (int i = 0; i < 5; i++) {
		tell(w, PAGE_EVENT_crash, "c");
		tell(w, PAGE_EVENT_load, "l");
	}
	(void)seen(w, &from);
	identity_unref(from);
	(void)seen(w, &from);
	router_consumed(w->router, from, 2, 10);
	identity_unref(from);
	assert_string_equal(
		host_got(w), "event __window__ [\"crash\",{\"count\":4,\"reason\":\"c\"}]");
	assert_string_equal(host_got(w), "event __window__ [\"load\",{\"count\":4,\"url\":\"l\"}]");
	assert_string_equal(host_got(w), "nothing");
}

static void what_could_not_be_told_comes_with_the_next(void **state)
{
	struct world *w = *state;

	router_remove(w->router, &w->host);
	tell(w, PAGE_EVENT_crash, "unheard");
	assert_int_equal(router_add(w->router, &w->host), 0);
	assert_string_equal(host_got(w), "nothing");
	tell(w, PAGE_EVENT_crash, "heard");
	assert_string_equal(
		host_got(w), "event __window__ [\"crash\",{\"count\":2,\"reason\":\"heard\"}]");
}

static void text_that_is_too_long_is_cut_and_not_inside_a_character(void **state)
{
	static char text[10000];
	struct world *w = *state;
	struct envelope e;

	/* The limit is in the middle of one. */
	memset(text, 'x', PAGE_EVENT_TEXT_MAX - 1);
	strcpy(text + PAGE_EVENT_TEXT_MAX - 1, "\u00e9 and more");
	tell(w, PAGE_EVENT_load, text);
	assert_true(mailbox_take(&w->box, &e));
	/* 21 bytes are around the text. */
	assert_null(memmem(e.frame->payload, e.frame->payload_len, "\u00e9", 1));
	assert_int_equal(e.frame->payload_len, 21 + PAGE_EVENT_TEXT_MAX - 1);
	router_consumed(w->router, e.from, 1, 10);
	envelope_fini(&e);
	tell(w, PAGE_EVENT_load, "short");
	assert_string_equal(
		host_got(w), "event __window__ [\"load\",{\"count\":1,\"url\":\"short\"}]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		page_test(they_carry_the_window_and_no_origin),
		page_test(of_one_type_one_is_on_its_way_and_the_next_tells_the_rest),
		page_test(types_do_not_wait_for_each_other_and_keep_their_order),
		page_test(taken_together_or_one_by_one_the_counts_are_the_same),
		page_test(what_could_not_be_told_comes_with_the_next),
		page_test(text_that_is_too_long_is_cut_and_not_inside_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
