/* What a card's fd gives to read. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <xf86drm.h>

#include "screen/kms_events.h"

struct seen {
	struct kms_event events[8];
	size_t n;
};

static void on_flipped(const struct kms_event *e, void *arg)
{
	struct seen *s = arg;

	assert_true(s->n < 8);
	s->events[s->n++] = *e;
}

static struct drm_event_vblank flip(uint32_t serial)
{
	return (struct drm_event_vblank){
		.base = { .type = DRM_EVENT_FLIP_COMPLETE,
			.length = sizeof(struct drm_event_vblank) },
		.user_data = serial,
		.tv_sec = 3,
		.tv_usec = 25,
		.crtc_id = 40,
	};
}

static int parse(const void *data, size_t len, struct seen *s)
{
	void *copy = malloc(len ? len : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, data, len);
	*s = (struct seen){ .n = 0 };
	r = kms_events_parse(copy, len, on_flipped, s);
	free(copy);
	return r;
}

static void flips_of_one_read_come_in_their_order(void **state)
{
	const struct drm_event_vblank list[] = { flip(7), flip(UINT32_MAX) };
	struct seen s;

	assert_int_equal(parse(list, sizeof(list), &s), 0);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.events[0].serial, 7);
	assert_int_equal(s.events[0].crtc, 40);
	assert_int_equal(s.events[0].when, 3000025000ull);
	assert_int_equal(s.events[1].serial, UINT32_MAX);
}

static void events_of_other_kinds_are_passed_over(void **state)
{
	struct drm_event_vblank list[] = { flip(1), flip(2), flip(3) };
	struct seen s;

	list[0].base.type = DRM_EVENT_VBLANK;
	list[1].base.type = 0x80000000;
	assert_int_equal(parse(list, sizeof(list), &s), 0);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.events[0].serial, 3);
}

static void what_is_cut_off_is_refused_and_what_came_before_counts(void **state)
{
	const struct drm_event_vblank list[] = { flip(1), flip(2) };
	struct seen s;

	for (size_t len = 1; len < sizeof(list); len++) {
		if (len == sizeof(list[0]))
			continue;
		assert_int_equal(parse(list, len, &s), -EBADMSG);
		assert_int_equal(s.n, len > sizeof(list[0]));
	}
	assert_int_equal(parse(list, 0, &s), 0);
}

static void a_length_that_does_not_move_on_is_refused(void **state)
{
	struct drm_event_vblank one = flip(1);
	struct seen s;

	one.base.length = 0;
	assert_int_equal(parse(&one, sizeof(one), &s), -EBADMSG);
	one.base.length = 7;
	assert_int_equal(parse(&one, sizeof(one), &s), -EBADMSG);
	one.base.length = UINT32_MAX;
	assert_int_equal(parse(&one, sizeof(one), &s), -EBADMSG);
	assert_int_equal(s.n, 0);
}

static void a_flip_that_is_too_short_to_say_which_is_passed_over(void **state)
{
	struct drm_event head = { .type = DRM_EVENT_FLIP_COMPLETE, .length = sizeof(head) };
	struct seen s;

	assert_int_equal(parse(&head, sizeof(head), &s), 0);
	assert_int_equal(s.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flips_of_one_read_come_in_their_order),
		cmocka_unit_test(events_of_other_kinds_are_passed_over),
		cmocka_unit_test(what_is_cut_off_is_refused_and_what_came_before_counts),
		cmocka_unit_test(a_length_that_does_not_move_on_is_refused),
		cmocka_unit_test(a_flip_that_is_too_short_to_say_which_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
