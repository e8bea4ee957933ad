/* Chords, gestures, and the press that wakes a screen: by a clock of the test's own. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/input-event-codes.h>
#include <stdio.h>
#include <string.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#include "base/clock.h"
#include "input/policy.h"

#define MS NSEC_PER_MSEC

struct world {
	struct input_config config;
	struct policy policy;
	struct policy_place place;
	uint64_t now;
	char said[4096]; /* what came out, a word each */
	struct output *woken;
	unsigned wakes;
};

/* Never looked into: the policy only compares them. */
static struct output *const left = (struct output *)0x10, *const right = (struct output *)0x20;

static void say(struct world *w, const char *text)
{
	size_t len = strlen(w->said);

	snprintf(w->said + len, sizeof(w->said) - len, "%s%s", len ? " " : "", text);
}

static void on_pass(const struct input_event *ev, void *arg)
{
	static const char *const names[] = { "down", "move", "up", "cancel", "point", "button",
		"scroll", "key" };
	char text[64];

	if (ev->type <= INPUT_TOUCH_CANCEL)
		snprintf(text, sizeof(text), "%s%u@%g,%g", names[ev->type], ev->slot, ev->x, ev->y);
	else if (ev->type == INPUT_KEY)
		snprintf(text, sizeof(text), "key%c%u", ev->pressed ? '+' : '-', ev->keycode);
	else if (ev->type == INPUT_POINTER_BUTTON)
		snprintf(text, sizeof(text), "button%c%x", ev->pressed ? '+' : '-', ev->button);
	else
		snprintf(text, sizeof(text), "%s", names[ev->type]);
	say(arg, text);
}

static void on_deed(const struct input_deed *deed, struct output *where, void *arg)
{
	char text[96];

	snprintf(text, sizeof(text), "<%s%s%s>", input_config_action_name(deed->action),
		*deed->name ? ":" : "", deed->name);
	say(arg, text);
}

static void on_wake(struct output *o, void *arg)
{
	struct world *w = arg;

	w->woken = o;
	w->wakes++;
	say(w, "WAKE");
}

static const struct policy_ops ops = { .pass = on_pass, .deed = on_deed, .wake = on_wake };

static void chord(struct world *w, const char *keys, const char *action)
{
	struct input_key_rule *rule = &w->config.keys[w->config.n_keys++];
	const char *why;

	assert_int_equal(input_config_chord(keys, &rule->chord, &why), 0);
	assert_int_equal(input_config_deed(action, &rule->deed, &why), 0);
}

static void gesture(struct world *w, enum input_gesture g, const char *action)
{
	const char *why;

	assert_int_equal(input_config_deed(action, &w->config.gestures[g], &why), 0);
}

static int setup(void **state)
{
	static struct world w;

	w = (struct world){
		.place = { .scale = 1, .width = 800, .height = 480 },
		.now = 1000 * NSEC_PER_SEC,
	};
	policy_init(&w.policy, &w.config, &ops, &w);
	*state = &w;
	return 0;
}

static void expect(struct world *w, const char *said)
{
	assert_string_equal(w->said, said);
	w->said[0] = '\0';
}

static bool touch_on(
	struct world *w, struct output *o, enum input_type type, unsigned slot, double x, double y)
{
	const struct input_event ev = {
		.type = type, .when = w->now, .output = o, .x = x, .y = y, .slot = slot
	};

	return policy_event(&w->policy, &ev, &w->place);
}

static bool down(struct world *w, unsigned slot, double x, double y)
{
	return touch_on(w, left, INPUT_TOUCH_DOWN, slot, x, y);
}

static bool move(struct world *w, unsigned slot, double x, double y)
{
	return touch_on(w, left, INPUT_TOUCH_MOVE, slot, x, y);
}

static bool up(struct world *w, unsigned slot)
{
	return touch_on(w, left, INPUT_TOUCH_UP, slot, 0, 0);
}

static bool key(
	struct world *w, bool pressed, uint32_t keycode, uint32_t keysym, unsigned modifiers)
{
	const struct input_event ev = {
		.type = INPUT_KEY,
		.when = w->now,
		.pressed = pressed,
		.keycode = keycode,
		.keysym = keysym,
		.base = keysym >= 'A' && keysym <= 'Z' ? keysym + 0x20 : keysym,
		.modifiers = modifiers,
	};

	return policy_event(&w->policy, &ev, &w->place);
}

/* Lets time pass as the loop does: no tick before its deadline. */
static void pass_time(struct world *w, uint64_t ns)
{
	uint64_t until = w->now + ns, next;

	while ((next = policy_deadline(&w->policy)) <= until) {
		w->now = next;
		policy_tick(&w->policy, next);
	}
	w->now = until;
}

static void without_rules_everything_passes_and_no_timer_is_wanted(void **state)
{
	struct world *w = *state;

	down(w, 0, 0, 0);
	assert_int_equal(policy_deadline(&w->policy), UINT64_MAX);
	pass_time(w, 60 * NSEC_PER_SEC);
	move(w, 0, 300, 0);
	up(w, 0);
	key(w, true, 71, XKB_KEY_F5, INPUT_CTRL);
	key(w, false, 71, XKB_KEY_F5, INPUT_CTRL);
	expect(w, "down0@0,0 move0@300,0 up0@300,0 key+71 key-71");
}

static void a_chord_is_swallowed_down_and_up_and_acts_once(void **state)
{
	struct world *w = *state;
	struct input_event again = { .type = INPUT_KEY,
		.pressed = true,
		.repeat = true,
		.keycode = 27,
		.keysym = XKB_KEY_r,
		.base = XKB_KEY_r,
		.modifiers = INPUT_CTRL };

	chord(w, "Ctrl+R", "reload");
	assert_true(key(w, true, 37, XKB_KEY_Control_L, 0));
	assert_false(key(w, true, 27, XKB_KEY_r, INPUT_CTRL));
	assert_false(policy_event(&w->policy, &again, &w->place));
	key(w, false, 37, XKB_KEY_Control_L, INPUT_CTRL);
	/* Released after the modifier was. */
	assert_false(key(w, false, 27, XKB_KEY_r, 0));
	expect(w, "key+37 <reload> key-37");
	/* The next time it is a letter. */
	key(w, true, 27, XKB_KEY_r, 0);
	key(w, false, 27, XKB_KEY_r, 0);
	expect(w, "key+27 key-27");
}

static void a_chord_wants_exactly_its_modifiers(void **state)
{
	struct world *w = *state;

	chord(w, "Ctrl+Shift+S", "event:service");
	chord(w, "F5", "reload");
	key(w, true, 39, XKB_KEY_s, INPUT_CTRL);
	key(w, true, 40, XKB_KEY_S, INPUT_CTRL | INPUT_SHIFT | INPUT_ALT);
	key(w, true, 71, XKB_KEY_F5, INPUT_SHIFT);
	expect(w, "key+39 key+40 key+71");
	key(w, true, 39, XKB_KEY_S, INPUT_CTRL | INPUT_SHIFT);
	key(w, true, 71, XKB_KEY_F5, INPUT_CAPS);
	expect(w, "<event:service> <reload>");
}

static void keycodes_beyond_all_bounds_are_dropped(void **state)
{
	struct world *w = *state;

	assert_false(key(w, true, INPUT_KEYCODES, XKB_KEY_a, 0));
	assert_false(key(w, true, UINT32_MAX, XKB_KEY_a, 0));
	assert_false(touch_on(w, left, INPUT_TOUCH_DOWN, INPUT_SLOTS, 1, 1));
	expect(w, "");
}

static void five_seconds_in_a_corner_act_and_cancel_the_pages_touches(void **state)
{
	struct world *w = *state;

	gesture(w, INPUT_HOLD_TOP_LEFT, "event:service");
	down(w, 3, 400, 300);
	down(w, 1, 63, 63);
	pass_time(w, 4999 * MS);
	move(w, 1, 10, 60);
	expect(w, "down3@400,300 down1@63,63 move1@10,60");
	pass_time(w, 1 * MS);
	expect(w, "cancel1@10,60 cancel3@400,300 <event:service>");
	/* What is left of them is nobody's; and the next touch is the page's again. */
	move(w, 1, 20, 60);
	up(w, 1);
	up(w, 3);
	expect(w, "");
	assert_int_equal(policy_deadline(&w->policy), UINT64_MAX);
	down(w, 1, 100, 100);
	up(w, 1);
	expect(w, "down1@100,100 up1@100,100");
}

static void a_finger_that_leaves_the_corner_holds_nothing(void **state)
{
	struct world *w = *state;

	gesture(w, INPUT_HOLD_BOTTOM_RIGHT, "reload");
	down(w, 0, 799, 479);
	pass_time(w, 2000 * MS);
	move(w, 0, 700, 479);
	move(w, 0, 799, 479);
	pass_time(w, 60000 * MS);
	expect(w, "down0@799,479 move0@700,479 move0@799,479");
	up(w, 0);
	/* Corners without a gesture want no timer. */
	down(w, 0, 1, 1);
	assert_int_equal(policy_deadline(&w->policy), UINT64_MAX);
}

static void zones_are_logical_pixels(void **state)
{
	struct world *w = *state;

	w->place = (struct policy_place){ .scale = 2, .width = 1600, .height = 960 };
	gesture(w, INPUT_HOLD_TOP_RIGHT, "reload");
	down(w, 0, 1600 - 127, 127);
	pass_time(w, 5000 * MS);
	expect(w, "down0@1473,127 cancel0@1473,127 <reload>");
	up(w, 0);
	down(w, 0, 1600 - 129, 127);
	pass_time(w, 5000 * MS);
	expect(w, "down0@1471,127");
}

static void a_swipe_from_an_edge_is_never_seen_by_the_page(void **state)
{
	static const struct {
		enum input_gesture gesture;
		double x, y, dx, dy;
	} swipes[] = {
		{ INPUT_SWIPE_FROM_LEFT, 3, 200, 1, 0 },
		{ INPUT_SWIPE_FROM_RIGHT, 797, 200, -1, 0 },
		{ INPUT_SWIPE_FROM_TOP, 300, 0, 0, 1 },
		{ INPUT_SWIPE_FROM_BOTTOM, 300, 479, 0, -1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(swipes); i++) {
		struct world *w = *state;

		setup(state);
		gesture(w, swipes[i].gesture, "back");
		for (int n = 0; n < 10; n++) {
			double way = n * 8;

			if (n == 0)
				down(w, 0, swipes[i].x, swipes[i].y);
			else
				move(w, 0, swipes[i].x + way * swipes[i].dx,
					swipes[i].y + way * swipes[i].dy);
			pass_time(w, 16 * MS);
		}
		up(w, 0);
		expect(w, "<back>");
		assert_int_equal(policy_deadline(&w->policy), UINT64_MAX);
	}
}

static void a_tap_at_an_edge_reaches_the_page(void **state)
{
	struct world *w = *state;

	gesture(w, INPUT_SWIPE_FROM_LEFT, "back");
	assert_false(down(w, 0, 5, 100));
	expect(w, "");
	pass_time(w, 80 * MS);
	move(w, 0, 6, 101);
	assert_true(up(w, 0));
	expect(w, "down0@5,100 move0@6,101 up0@6,101");
}

static void a_finger_that_rests_at_an_edge_is_the_pages(void **state)
{
	struct world *w = *state;

	gesture(w, INPUT_SWIPE_FROM_LEFT, "back");
	down(w, 0, 5, 100);
	pass_time(w, 299 * MS);
	expect(w, "");
	pass_time(w, 1 * MS);
	expect(w, "down0@5,100");
	/* And cannot become a swipe any more. */
	move(w, 0, 300, 100);
	expect(w, "move0@300,100");
}

static void a_finger_that_goes_inwards_too_slowly_is_the_pages(void **state)
{
	struct world *w = *state;

	gesture(w, INPUT_SWIPE_FROM_LEFT, "back");
	down(w, 0, 5, 100);
	move(w, 0, 30, 100);
	pass_time(w, 999 * MS);
	expect(w, "");
	pass_time(w, 1 * MS);
	expect(w, "down0@5,100 move0@30,100");
}

static void a_scroll_along_an_edge_is_the_pages_with_all_of_its_way(void **state)
{
	struct world *w = *state;

	gesture(w, INPUT_SWIPE_FROM_LEFT, "back");
	down(w, 0, 5, 100);
	move(w, 0, 6, 110);
	expect(w, "");
	assert_true(move(w, 0, 7, 130));
	move(w, 0, 200, 130);
	expect(w, "down0@5,100 move0@7,130 move0@200,130");
}

static void a_diagonal_is_no_swipe(void **state)
{
	struct world *w = *state;

	gesture(w, INPUT_SWIPE_FROM_LEFT, "back");
	down(w, 0, 5, 100);
	move(w, 0, 95, 150);
	expect(w, "");
	up(w, 0);
	expect(w, "down0@5,100 move0@95,150 up0@95,150");
}

static void edges_without_a_gesture_hold_nothing_back(void **state)
{
	struct world *w = *state;

	gesture(w, INPUT_SWIPE_FROM_LEFT, "back");
	down(w, 0, 797, 100);
	down(w, 1, 16, 100);
	expect(w, "down0@797,100 down1@16,100");
}

static void a_cancelled_touch_that_was_held_back_leaves_no_trace(void **state)
{
	struct world *w = *state;

	gesture(w, INPUT_SWIPE_FROM_LEFT, "back");
	down(w, 0, 5, 100);
	touch_on(w, left, INPUT_TOUCH_CANCEL, 0, 0, 0);
	pass_time(w, 5000 * MS);
	expect(w, "");
}

static void a_touch_whose_end_was_lost_is_cancelled_by_the_next(void **state)
{
	struct world *w = *state;

	down(w, 0, 50, 60);
	down(w, 0, 70, 80);
	up(w, 0);
	up(w, 0);
	move(w, 0, 1, 1);
	expect(w, "down0@50,60 cancel0@50,60 down0@70,80 up0@70,80");
}

static void the_touch_that_wakes_a_screen_goes_nowhere_until_all_fingers_are_up(void **state)
{
	struct world *w = *state;

	gesture(w, INPUT_HOLD_TOP_LEFT, "reload");
	gesture(w, INPUT_SWIPE_FROM_LEFT, "back");
	w->place.dark = true;
	assert_false(down(w, 0, 5, 5));
	assert_ptr_equal(w->woken, left);
	w->place.dark = false;
	move(w, 0, 200, 5);
	/* A second finger while the first still lies there; one on another screen is of no concern.
	 */
	down(w, 1, 300, 300);
	up(w, 0);
	move(w, 1, 310, 300);
	down(w, 0, 100, 100);
	pass_time(w, 10000 * MS);
	touch_on(w, right, INPUT_TOUCH_DOWN, 5, 300, 300);
	expect(w, "WAKE down5@300,300");
	up(w, 0);
	up(w, 1);
	down(w, 1, 300, 300);
	expect(w, "down1@300,300");
	assert_int_equal(w->wakes, 1);
}

static void the_key_that_wakes_a_screen_goes_nowhere_and_makes_no_chord(void **state)
{
	struct world *w = *state;

	chord(w, "F5", "reload");
	w->place.dark = true;
	assert_false(key(w, true, 71, XKB_KEY_F5, 0));
	w->place.dark = false;
	assert_false(key(w, false, 71, XKB_KEY_F5, 0));
	key(w, true, 38, XKB_KEY_a, 0);
	expect(w, "WAKE key+38");
	assert_null(w->woken);
}

static void the_click_that_wakes_a_screen_goes_nowhere(void **state)
{
	struct world *w = *state;
	struct input_event ev = { .type = INPUT_POINTER_MOVE, .output = left };

	w->place.dark = true;
	policy_event(&w->policy, &ev, &w->place);
	ev.type = INPUT_POINTER_SCROLL;
	policy_event(&w->policy, &ev, &w->place);
	expect(w, "");
	ev.type = INPUT_POINTER_BUTTON;
	ev.button = BTN_LEFT;
	ev.pressed = true;
	policy_event(&w->policy, &ev, &w->place);
	w->place.dark = false;
	ev.pressed = false;
	policy_event(&w->policy, &ev, &w->place);
	expect(w, "WAKE");
	ev.pressed = true;
	policy_event(&w->policy, &ev, &w->place);
	ev.pressed = false;
	policy_event(&w->policy, &ev, &w->place);
	expect(w, "button+110 button-110");
}

static void what_began_before_the_screen_went_dark_comes_to_its_end(void **state)
{
	struct world *w = *state;

	down(w, 0, 300, 300);
	key(w, true, 38, XKB_KEY_a, 0);
	w->place.dark = true;
	move(w, 0, 310, 300);
	up(w, 0);
	key(w, false, 38, XKB_KEY_a, 0);
	expect(w, "down0@300,300 key+38 move0@310,300 up0@310,300 key-38");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			without_rules_everything_passes_and_no_timer_is_wanted, setup),
		cmocka_unit_test_setup(a_chord_is_swallowed_down_and_up_and_acts_once, setup),
		cmocka_unit_test_setup(a_chord_wants_exactly_its_modifiers, setup),
		cmocka_unit_test_setup(keycodes_beyond_all_bounds_are_dropped, setup),
		cmocka_unit_test_setup(
			five_seconds_in_a_corner_act_and_cancel_the_pages_touches, setup),
		cmocka_unit_test_setup(a_finger_that_leaves_the_corner_holds_nothing, setup),
		cmocka_unit_test_setup(zones_are_logical_pixels, setup),
		cmocka_unit_test_setup(a_swipe_from_an_edge_is_never_seen_by_the_page, setup),
		cmocka_unit_test_setup(a_tap_at_an_edge_reaches_the_page, setup),
		cmocka_unit_test_setup(a_finger_that_rests_at_an_edge_is_the_pages, setup),
		cmocka_unit_test_setup(a_finger_that_goes_inwards_too_slowly_is_the_pages, setup),
		cmocka_unit_test_setup(
			a_scroll_along_an_edge_is_the_pages_with_all_of_its_way, setup),
		cmocka_unit_test_setup(a_diagonal_is_no_swipe, setup),
		cmocka_unit_test_setup(edges_without_a_gesture_hold_nothing_back, setup),
		cmocka_unit_test_setup(a_cancelled_touch_that_was_held_back_leaves_no_trace, setup),
		cmocka_unit_test_setup(a_touch_whose_end_was_lost_is_cancelled_by_the_next, setup),
		cmocka_unit_test_setup(
			the_touch_that_wakes_a_screen_goes_nowhere_until_all_fingers_are_up, setup),
		cmocka_unit_test_setup(
			the_key_that_wakes_a_screen_goes_nowhere_and_makes_no_chord, setup),
		cmocka_unit_test_setup(the_click_that_wakes_a_screen_goes_nowhere, setup),
		cmocka_unit_test_setup(
			what_began_before_the_screen_went_dark_comes_to_its_end, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
