/* Keymaps of real layouts, as xkbcommon has them. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/input-event-codes.h>
#include <stdio.h>
#include <string.h>
#include <xkbcommon/xkbcommon.h>

#include "input/config.h"
#include "input/input.h"
#include "input/keyboard.h"

static struct keyboard *keyboard_of(const char *layout, const char *variant)
{
	struct input_config config = { 0 };
	struct keyboard *k;

	snprintf(config.layout, sizeof(config.layout), "%s", layout);
	snprintf(config.variant, sizeof(config.variant), "%s", variant);
	assert_int_equal(keyboard_new(&config, &k), 0);
	return k;
}

static struct keyboard_key press(struct keyboard *k, uint32_t key)
{
	struct keyboard_key meaning;

	keyboard_key(k, key + 8, true, &meaning);
	return meaning;
}

static struct keyboard_key release(struct keyboard *k, uint32_t key)
{
	struct keyboard_key meaning;

	keyboard_key(k, key + 8, false, &meaning);
	return meaning;
}

static uint32_t tap(struct keyboard *k, uint32_t key)
{
	uint32_t keysym = press(k, key).keysym;

	release(k, key);
	return keysym;
}

static void the_layout_says_what_is_printed_on_a_key(void **state)
{
	static const struct {
		const char *layout;
		uint32_t y, semicolon, q;
	} layouts[] = {
		{ "", XKB_KEY_y, XKB_KEY_semicolon, XKB_KEY_q },
		{ "us", XKB_KEY_y, XKB_KEY_semicolon, XKB_KEY_q },
		{ "de", XKB_KEY_z, XKB_KEY_odiaeresis, XKB_KEY_q },
		{ "fr", XKB_KEY_y, XKB_KEY_m, XKB_KEY_a },
	};

	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		struct keyboard *k = keyboard_of(layouts[i].layout, "");

		assert_int_equal(tap(k, KEY_Y), layouts[i].y);
		assert_int_equal(tap(k, KEY_SEMICOLON), layouts[i].semicolon);
		assert_int_equal(tap(k, KEY_Q), layouts[i].q);
		keyboard_free(k);
	}
}

static void modifiers_count_from_the_next_key_on(void **state)
{
	struct keyboard *k = keyboard_of("de", "");

	assert_int_equal(press(k, KEY_LEFTSHIFT).modifiers, 0);
	assert_int_equal(keyboard_modifiers(k), INPUT_SHIFT);
	assert_int_equal(press(k, KEY_SEMICOLON).keysym, XKB_KEY_Odiaeresis);
	assert_int_equal(release(k, KEY_SEMICOLON).base, XKB_KEY_odiaeresis);
	assert_int_equal(release(k, KEY_LEFTSHIFT).modifiers, INPUT_SHIFT);
	assert_int_equal(keyboard_modifiers(k), 0);
	press(k, KEY_LEFTCTRL);
	press(k, KEY_LEFTALT);
	assert_int_equal(press(k, KEY_S).modifiers, INPUT_CTRL | INPUT_ALT);
	release(k, KEY_LEFTALT);
	release(k, KEY_LEFTCTRL);
	press(k, KEY_RIGHTALT);
	assert_int_equal(tap(k, KEY_E), XKB_KEY_EuroSign);
	keyboard_free(k);
}

static void caps_lock_lights_its_lamp(void **state)
{
	struct keyboard *k = keyboard_of("us", "");

	assert_int_equal(keyboard_leds(k), 0);
	tap(k, KEY_CAPSLOCK);
	assert_int_equal(keyboard_leds(k), KEYBOARD_CAPS_LOCK);
	assert_int_equal(press(k, KEY_A).keysym, XKB_KEY_A);
	assert_int_equal(release(k, KEY_A).modifiers, INPUT_CAPS);
	tap(k, KEY_CAPSLOCK);
	tap(k, KEY_NUMLOCK);
	assert_int_equal(keyboard_leds(k), KEYBOARD_NUM_LOCK);
	keyboard_free(k);
}

static void letters_repeat_and_modifiers_and_dead_keys_do_not(void **state)
{
	struct keyboard *k = keyboard_of("de", "");

	assert_true(press(k, KEY_A).repeats);
	assert_true(press(k, KEY_BACKSPACE).repeats);
	assert_false(press(k, KEY_LEFTSHIFT).repeats);
	release(k, KEY_LEFTSHIFT);
	assert_int_equal(press(k, KEY_EQUAL).keysym, XKB_KEY_dead_acute);
	assert_false(release(k, KEY_EQUAL).repeats);
	keyboard_free(k);
}

static void dead_keys_make_letters(void **state)
{
	struct keyboard *k = keyboard_of("de", "");
	char text[16];

	assert_int_equal(keyboard_compose(k, XKB_KEY_a, text, sizeof(text)), KEYBOARD_PLAIN);
	assert_int_equal(
		keyboard_compose(k, XKB_KEY_dead_acute, text, sizeof(text)), KEYBOARD_PENDING);
	/* The shift key for a capital has no part in it. */
	assert_int_equal(keyboard_compose(k, XKB_KEY_Shift_L, text, sizeof(text)), KEYBOARD_PLAIN);
	assert_int_equal(keyboard_compose(k, XKB_KEY_E, text, sizeof(text)), KEYBOARD_COMPOSED);
	assert_string_equal(text, "É");
	assert_int_equal(keyboard_compose(k, XKB_KEY_e, text, sizeof(text)), KEYBOARD_PLAIN);
	keyboard_free(k);
}

static void a_dead_key_without_its_letter_leaves_nothing(void **state)
{
	struct keyboard *k = keyboard_of("de", "");
	char text[16];

	assert_int_equal(
		keyboard_compose(k, XKB_KEY_dead_acute, text, sizeof(text)), KEYBOARD_PENDING);
	assert_int_equal(keyboard_compose(k, XKB_KEY_q, text, sizeof(text)), KEYBOARD_CANCELLED);
	assert_int_equal(keyboard_compose(k, XKB_KEY_e, text, sizeof(text)), KEYBOARD_PLAIN);
	assert_int_equal(
		keyboard_compose(k, XKB_KEY_dead_acute, text, sizeof(text)), KEYBOARD_PENDING);
	keyboard_compose_reset(k);
	assert_int_equal(keyboard_compose(k, XKB_KEY_e, text, sizeof(text)), KEYBOARD_PLAIN);
	/* What does not fit is not cut in the middle of a character. */
	assert_int_equal(
		keyboard_compose(k, XKB_KEY_dead_acute, text, sizeof(text)), KEYBOARD_PENDING);
	assert_int_equal(keyboard_compose(k, XKB_KEY_e, text, 2), KEYBOARD_CANCELLED);
	keyboard_free(k);
}

static void a_layout_that_is_not_there_becomes_us(void **state)
{
	static const char *const bad[] = { "xx-none", "../../../etc/passwd", "de\n", "$(x)",
		"de/" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct keyboard *k = keyboard_of(bad[i], "");

		assert_int_equal(tap(k, KEY_Y), XKB_KEY_y);
		assert_int_equal(tap(k, KEY_SEMICOLON), XKB_KEY_semicolon);
		keyboard_free(k);
	}
}

static void a_variant_and_an_option_are_taken(void **state)
{
	struct input_config config = { .layout = "de", .options = "ctrl:nocaps" };
	struct keyboard *k = keyboard_of("de", "nodeadkeys");

	assert_int_equal(tap(k, KEY_EQUAL), XKB_KEY_acute);
	keyboard_free(k);
	assert_int_equal(keyboard_new(&config, &k), 0);
	press(k, KEY_CAPSLOCK);
	assert_int_equal(keyboard_modifiers(k), INPUT_CTRL);
	keyboard_free(k);
}

static void keys_that_no_keymap_has_mean_nothing(void **state)
{
	struct keyboard *k = keyboard_of("us", "");

	assert_int_equal(press(k, 900).keysym, XKB_KEY_NoSymbol);
	assert_int_equal(press(k, UINT32_MAX - 8).base, XKB_KEY_NoSymbol);
	keyboard_free(k);
}

static void another_state_of_the_same_keymap_follows(void **state)
{
	struct keyboard *k = keyboard_of("de", "");
	struct xkb_context *context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
	char *text = keyboard_keymap(k);
	struct xkb_keymap *keymap = xkb_keymap_new_from_string(
		context, text, XKB_KEYMAP_FORMAT_TEXT_V1, XKB_KEYMAP_COMPILE_NO_FLAGS);
	struct xkb_state *other = xkb_state_new(keymap);
	struct keyboard_state now;

	press(k, KEY_LEFTSHIFT);
	keyboard_get_state(k, &now);
	xkb_state_update_mask(other, now.depressed, now.latched, now.locked, 0, 0, now.group);
	assert_int_equal(xkb_state_key_get_one_sym(other, KEY_SEMICOLON + 8), XKB_KEY_Odiaeresis);
	xkb_state_unref(other);
	xkb_keymap_unref(keymap);
	xkb_context_unref(context);
	free(text);
	keyboard_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_layout_says_what_is_printed_on_a_key),
		cmocka_unit_test(modifiers_count_from_the_next_key_on),
		cmocka_unit_test(caps_lock_lights_its_lamp),
		cmocka_unit_test(letters_repeat_and_modifiers_and_dead_keys_do_not),
		cmocka_unit_test(dead_keys_make_letters),
		cmocka_unit_test(a_dead_key_without_its_letter_leaves_nothing),
		cmocka_unit_test(a_layout_that_is_not_there_becomes_us),
		cmocka_unit_test(a_variant_and_an_option_are_taken),
		cmocka_unit_test(keys_that_no_keymap_has_mean_nothing),
		cmocka_unit_test(another_state_of_the_same_keymap_follows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
