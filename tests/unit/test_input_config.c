/* The words of the section "input": chords, gestures, actions. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <math.h>
#include <string.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#include "input/config.h"
#include "input/input.h"

static void expect(const char *text, unsigned modifiers, uint32_t keysym)
{
	struct input_chord chord;
	const char *why = "";

	if (input_config_chord(text, &chord, &why) < 0)
		fail_msg("%s: %s", text, why);
	assert_int_equal(chord.modifiers, modifiers);
	assert_int_equal(chord.keysym, keysym);
}

static void a_chord_is_modifiers_and_a_key_in_any_case(void **state)
{
	expect("F5", 0, XKB_KEY_F5);
	expect("Ctrl+R", INPUT_CTRL, XKB_KEY_r);
	expect("ctrl+alt+s", INPUT_CTRL | INPUT_ALT, XKB_KEY_s);
	expect("Alt+CTRL+S", INPUT_CTRL | INPUT_ALT, XKB_KEY_s);
	expect("Shift+Escape", INPUT_SHIFT, XKB_KEY_Escape);
	expect("Esc", 0, XKB_KEY_Escape);
	expect("Enter", 0, XKB_KEY_Return);
	expect("Super+Left", INPUT_META, XKB_KEY_Left);
	expect("XF86Back", 0, XKB_KEY_XF86Back);
}

static void a_key_may_be_any_character_and_also_a_plus(void **state)
{
	expect("Ctrl++", INPUT_CTRL, XKB_KEY_plus);
	expect("+", 0, XKB_KEY_plus);
	expect("Ctrl+-", INPUT_CTRL, XKB_KEY_minus);
	expect("Ctrl+0", INPUT_CTRL, XKB_KEY_0);
	expect("Alt+ö", INPUT_ALT, XKB_KEY_odiaeresis);
	expect("Alt+Ö", INPUT_ALT, XKB_KEY_odiaeresis);
	expect("€", 0, XKB_KEY_EuroSign);
}

static void what_is_no_chord_is_refused_with_a_reason(void **state)
{
	static const char *const bad[] = { "", "Ctrl+", "Ctrl", "Shift+Ctrl", "Hyper+X",
		"Ctrl+Ctrl+X", "F99", "Ctrl+Nonsense", "Control_L", "Caps_Lock+", "Ctrl +R", "\xc3",
		"\xff", "\xf0\x9f", "a\xcc\x88", "Alt_R", "Shift" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct input_chord chord = { 77, 77 };
		const char *why = NULL;

		if (input_config_chord(bad[i], &chord, &why) != -EINVAL)
			fail_msg("\"%s\" is a chord", bad[i]);
		assert_non_null(why);
		assert_int_equal(chord.keysym, 77);
	}
}

static void every_action_has_a_word_and_back(void **state)
{
	struct input_deed deed;
	const char *why;

	for (int a = INPUT_ACTION_RELOAD; a < INPUT_ACTION_EVENT; a++) {
		const char *word = input_config_action_name((enum input_action)a);

		assert_int_equal(input_config_deed(word, &deed, &why), 0);
		assert_int_equal(deed.action, a);
		assert_string_equal(deed.name, "");
	}
	assert_int_equal(input_config_deed("event:service.menu", &deed, &why), 0);
	assert_int_equal(deed.action, INPUT_ACTION_EVENT);
	assert_string_equal(deed.name, "service.menu");
}

static void what_is_no_action_is_refused_with_a_reason(void **state)
{
	static const char *const bad[] = { "", "exit", "Reload", "event", "event:", "event:a b",
		"event:\xc3\xa4", "none", "reload ",
		"event:0123456789012345678901234567890123456789012345678901234567890123" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct input_deed deed;
		const char *why = NULL;

		if (input_config_deed(bad[i], &deed, &why) != -EINVAL)
			fail_msg("\"%s\" is an action", bad[i]);
		assert_non_null(why);
	}
}

static void every_gesture_has_a_word_and_back(void **state)
{
	enum input_gesture gesture;
	const char *why;

	for (int g = 0; g < INPUT_GESTURES; g++) {
		assert_int_equal(
			input_config_gesture(
				input_config_gesture_name((enum input_gesture)g), &gesture, &why),
			0);
		assert_int_equal(gesture, g);
	}
	assert_int_equal(input_config_gesture("swipe", &gesture, &why), -EINVAL);
	assert_int_equal(input_config_gesture("", &gesture, &why), -EINVAL);
}

static void a_matrix_that_would_fold_the_panel_to_a_line_is_refused(void **state)
{
	const float one[6] = { 1, 0, 0, 0, 1, 0 }, turned[6] = { 0, -1, 1, 1, 0, 0 };
	const float line[6] = { 1, 0, 0, 1, 0, 0 }, nan[6] = { NAN, 0, 0, 0, 1, 0 };
	const float huge[6] = { 1, 0, 1e9f, 0, 1, 0 };

	assert_true(input_config_calibration_valid(one));
	assert_true(input_config_calibration_valid(turned));
	assert_false(input_config_calibration_valid(line));
	assert_false(input_config_calibration_valid(nan));
	assert_false(input_config_calibration_valid(huge));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chord_is_modifiers_and_a_key_in_any_case),
		cmocka_unit_test(a_key_may_be_any_character_and_also_a_plus),
		cmocka_unit_test(what_is_no_chord_is_refused_with_a_reason),
		cmocka_unit_test(every_action_has_a_word_and_back),
		cmocka_unit_test(what_is_no_action_is_refused_with_a_reason),
		cmocka_unit_test(every_gesture_has_a_word_and_back),
		cmocka_unit_test(a_matrix_that_would_fold_the_panel_to_a_line_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
