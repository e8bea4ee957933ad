/* Mailboxes with bounds and a budget, and an inbox of lanes that are read in turn. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/checker.h"
#include "ipc/inbox.h"

struct world {
	struct budget budget;
	struct inbox inbox;
	struct identity *a, *b;
	struct identity *a_again, *inside_a; /* of a's peer: another document, a frame inside */
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->budget.max = 10000;
	inbox_init(&w->inbox, &w->budget, 4, 1000);
	assert_int_equal(identity_new("a", "", 0, &w->a), 0);
	assert_int_equal(identity_new("b", "", 0, &w->b), 0);
	assert_int_equal(identity_new("a", "", 0, &w->a_again), 0);
	assert_int_equal(identity_new("a", "app://x", CAPS_SUB, &w->inside_a), 0);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	inbox_fini(&w->inbox);
	assert_int_equal(w->budget.used, 0);
	/* Nothing but these references is left. */
	assert_int_equal(w->a->refs + w->b->refs + w->a_again->refs + w->inside_a->refs, 4);
	identity_unref(w->a);
	identity_unref(w->b);
	identity_unref(w->a_again);
	identity_unref(w->inside_a);
	free(w);
	return 0;
}

/* Of @size bytes on the wire. */
static struct frame *sized(uint32_t id, size_t size)
{
	uint8_t payload[2000] = { 0xc5, (uint8_t)((size - 13) >> 8), (uint8_t)(size - 13) };
	struct frame *f;

	assert_int_equal(frame_new(FRAME_MESSAGE, id, "ok", 2, payload, size - 10, &f), 0);
	assert_int_equal(f->size, size);
	return f;
}

static struct frame *numbered(uint32_t id)
{
	return sized(id, 20);
}

static int put(struct world *w, struct identity *from, uint32_t id)
{
	return inbox_put(&w->inbox, from, numbered(id), ROOM_BOUNDED);
}

/* The ids of the next @n, as digits. */
static const char *taken(struct world *w, size_t n)
{
	static char ids[64];
	struct envelope e;

	for (size_t i = 0; i < n; i++) {
		assert_true(inbox_take(&w->inbox, &e));
		ids[i] = (char)('0' + e.frame->id);
		envelope_fini(&e);
	}
	ids[n] = '\0';
	return ids;
}

static void lanes_are_read_in_turn_and_each_in_order(void **state)
{
	struct world *w = *state;
	struct envelope e;

	for (uint32_t id = 1; id <= 4; id++)
		assert_int_equal(put(w, w->a, id), 0);
	assert_int_equal(put(w, w->b, 7), 0);
	assert_int_equal(put(w, w->b, 8), 0);
	assert_string_equal(taken(w, 6), "172834");
	assert_false(inbox_take(&w->inbox, &e));
	assert_int_equal(w->inbox.messages, 0);
}

static void who_comes_later_waits_for_one_of_each_other_only(void **state)
{
	struct world *w = *state;

	for (uint32_t id = 1; id <= 4; id++)
		assert_int_equal(put(w, w->a, id), 0);
	assert_string_equal(taken(w, 2), "12");
	assert_int_equal(put(w, w->b, 7), 0);
	assert_string_equal(taken(w, 3), "374");
}

static void documents_of_one_peer_share_a_lane_in_order(void **state)
{
	struct world *w = *state;

	assert_int_equal(put(w, w->a, 1), 0);
	assert_int_equal(put(w, w->a_again, 2), 0);
	assert_int_equal(put(w, w->a, 3), 0);
	assert_int_equal(put(w, w->b, 7), 0);
	assert_string_equal(taken(w, 4), "1723");
}

static void a_flood_of_frames_inside_a_page_takes_no_place_of_the_pages(void **state)
{
	struct identity *another_inside;
	struct world *w = *state;

	for (uint32_t id = 1; id <= 4; id++)
		assert_int_equal(put(w, w->inside_a, id), 0);
	assert_int_equal(put(w, w->inside_a, 5), -ENOBUFS);
	/* All frames of the window share the one lane. */
	assert_int_equal(identity_new("a", "app://y", CAPS_SUB, &another_inside), 0);
	assert_int_equal(put(w, another_inside, 5), -ENOBUFS);
	identity_unref(another_inside);
	assert_int_equal(put(w, w->a, 7), 0);
	assert_int_equal(put(w, w->a_again, 8), 0);
	assert_string_equal(taken(w, 6), "172834");
}

static void each_keeps_its_own_sender(void **state)
{
	struct world *w = *state;
	struct envelope e;

	assert_int_equal(put(w, w->a, 1), 0);
	assert_int_equal(put(w, w->a_again, 2), 0);
	assert_true(inbox_take(&w->inbox, &e));
	assert_ptr_equal(e.from, w->a);
	envelope_fini(&e);
	assert_true(inbox_take(&w->inbox, &e));
	assert_ptr_equal(e.from, w->a_again);
	envelope_fini(&e);
}

static void what_is_put_back_comes_first_in_its_lane(void **state)
{
	struct world *w = *state;
	struct envelope e;

	for (uint32_t id = 1; id <= 4; id++)
		assert_int_equal(put(w, w->a, id), 0);
	assert_int_equal(put(w, w->b, 7), 0);
	assert_true(inbox_take(&w->inbox, &e));
	assert_int_equal(put(w, w->a, 5), 0);
	/* Its place is taken meanwhile, and it must not be refused. */
	assert_int_equal(inbox_put_back(&w->inbox, e.from, frame_ref(e.frame)), 0);
	envelope_fini(&e);
	assert_int_equal(w->inbox.messages, 6);
	assert_string_equal(taken(w, 6), "712345");
}

static void what_is_put_back_may_be_alone(void **state)
{
	struct world *w = *state;

	w->budget.max = 0;
	assert_int_equal(inbox_put_back(&w->inbox, w->a, numbered(1)), 0);
	assert_string_equal(taken(w, 1), "1");
}

static bool is_odd(const struct frame *f)
{
	return f->id % 2 == 1;
}

static void what_is_unwanted_is_dropped_and_the_rest_stays_in_order(void **state)
{
	struct world *w = *state;
	struct envelope e;

	for (uint32_t id = 1; id <= 4; id++)
		assert_int_equal(put(w, w->a, id), 0);
	assert_int_equal(put(w, w->b, 7), 0);
	assert_int_equal(put(w, w->b, 9), 0);
	inbox_drop(&w->inbox, is_odd);
	assert_int_equal(w->inbox.messages, 2);
	assert_int_equal(w->budget.used, 40);
	assert_string_equal(taken(w, 2), "24");
	assert_false(inbox_take(&w->inbox, &e));
}

static void a_lane_is_bounded_and_no_other_with_it(void **state)
{
	struct world *w = *state;

	for (uint32_t id = 1; id <= 4; id++)
		assert_int_equal(put(w, w->a, id), 0);
	assert_int_equal(put(w, w->a, 5), -ENOBUFS);
	assert_int_equal(put(w, w->a_again, 5), -ENOBUFS);
	assert_int_equal(put(w, w->b, 7), 0);
	assert_int_equal(w->inbox.messages, 5);
	assert_string_equal(taken(w, 1), "1");
	assert_int_equal(put(w, w->a, 5), 0);
}

static void a_lane_is_bounded_in_bytes(void **state)
{
	struct world *w = *state;

	assert_int_equal(inbox_put(&w->inbox, w->a, sized(1, 600), ROOM_BOUNDED), 0);
	assert_int_equal(inbox_put(&w->inbox, w->a, sized(2, 401), ROOM_BOUNDED), -ENOBUFS);
	assert_int_equal(inbox_put(&w->inbox, w->a, sized(3, 400), ROOM_BOUNDED), 0);
	assert_int_equal(inbox_put(&w->inbox, w->b, sized(4, 1001), ROOM_BOUNDED), -ENOBUFS);
	assert_int_equal(inbox_put(&w->inbox, w->b, sized(5, 1000), ROOM_BOUNDED), 0);
	assert_int_equal(w->budget.used, 2000);
}

static void all_lanes_and_mailboxes_share_the_budget(void **state)
{
	struct world *w = *state;
	struct mailbox elsewhere;

	w->budget.max = 1000;
	mailbox_init(&elsewhere, &w->budget, 10, 10000);
	assert_int_equal(mailbox_put(&elsewhere, w->a, sized(1, 700), ROOM_BOUNDED), 0);
	assert_int_equal(inbox_put(&w->inbox, w->a, sized(2, 301), ROOM_BOUNDED), -ENOBUFS);
	assert_int_equal(inbox_put(&w->inbox, w->a, sized(3, 300), ROOM_BOUNDED), 0);
	assert_int_equal(mailbox_put(&elsewhere, w->a, sized(4, 20), ROOM_BOUNDED), -ENOBUFS);
	mailbox_fini(&elsewhere);
	assert_int_equal(w->budget.used, 300);
}

static void what_has_a_place_of_its_own_is_never_refused_and_counts(void **state)
{
	struct world *w = *state;

	w->budget.max = 80;
	for (uint32_t id = 1; id <= 4; id++)
		assert_int_equal(put(w, w->a, id), 0);
	assert_int_equal(inbox_put(&w->inbox, w->a, numbered(5), ROOM_RESERVED), 0);
	assert_int_equal(w->budget.used, 100);
	/* Over its end nothing else goes, and nothing wraps around. */
	assert_int_equal(put(w, w->b, 7), -ENOBUFS);
	assert_string_equal(taken(w, 5), "12345");
}

static void a_queue_moves_whole_in_front_of_another(void **state)
{
	struct world *w = *state;
	struct mailbox first, second;
	struct envelope e;

	mailbox_init(&first, &w->budget, 0, 0);
	mailbox_init(&second, &w->budget, 10, 1000);
	mailbox_move_before(&first, &second);
	for (uint32_t id = 1; id <= 2; id++)
		assert_int_equal(mailbox_put(&first, w->a, numbered(id), ROOM_RESERVED), 0);
	for (uint32_t id = 3; id <= 5; id++)
		assert_int_equal(mailbox_put(&second, w->b, numbered(id), ROOM_BOUNDED), 0);
	mailbox_move_before(&first, &second);
	assert_int_equal(first.messages + first.bytes, 0);
	assert_int_equal(second.messages, 5);
	assert_int_equal(second.bytes, 100);
	assert_int_equal(w->budget.used, 100);
	for (uint32_t id = 1; id <= 5; id++) {
		assert_true(mailbox_take(&second, &e));
		assert_int_equal(e.frame->id, id);
		envelope_fini(&e);
	}
	assert_null(mailbox_peek(&second));
}

int main(void)
{
#define inbox_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		inbox_test(lanes_are_read_in_turn_and_each_in_order),
		inbox_test(who_comes_later_waits_for_one_of_each_other_only),
		inbox_test(documents_of_one_peer_share_a_lane_in_order),
		inbox_test(a_flood_of_frames_inside_a_page_takes_no_place_of_the_pages),
		inbox_test(each_keeps_its_own_sender),
		inbox_test(what_is_put_back_comes_first_in_its_lane),
		inbox_test(what_is_put_back_may_be_alone),
		inbox_test(what_is_unwanted_is_dropped_and_the_rest_stays_in_order),
		inbox_test(a_lane_is_bounded_and_no_other_with_it),
		inbox_test(a_lane_is_bounded_in_bytes),
		inbox_test(all_lanes_and_mailboxes_share_the_budget),
		inbox_test(what_has_a_place_of_its_own_is_never_refused_and_counts),
		inbox_test(a_queue_moves_whole_in_front_of_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
