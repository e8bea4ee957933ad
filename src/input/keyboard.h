/*
 * What keys mean: a keymap from the configured layout, the state of its modifiers, and dead
 * keys. All keyboards of the seat are one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct input_config;
struct keyboard;

/*
 * A layout that does not exist is logged, and "us" taken. -ENOENT: not even that is there;
 * -ENOMEM.
 */
must_check int keyboard_new(const struct input_config *config, struct keyboard **ret);
/* No-op on null. */
void keyboard_free(struct keyboard *k);

struct keyboard_key {
	uint32_t keysym; /* with the modifiers that are held */
	uint32_t base; /* without */
	unsigned modifiers; /* INPUT_SHIFT …, with this key's change not yet in */
	bool repeats;
};

/* What the key means now. */
void keyboard_describe(const struct keyboard *k, uint32_t keycode, struct keyboard_key *ret);
/* The same, and then takes its press or release into the state. */
void keyboard_key(struct keyboard *k, uint32_t keycode, bool pressed, struct keyboard_key *ret);

/* INPUT_SHIFT …, as they are held now. */
unsigned keyboard_modifiers(const struct keyboard *k);
enum { KEYBOARD_NUM_LOCK = 1, KEYBOARD_CAPS_LOCK = 2, KEYBOARD_SCROLL_LOCK = 4 };
unsigned keyboard_leds(const struct keyboard *k);

struct keyboard_state {
	uint32_t depressed, latched, locked, group;
};
/* For who has the same keymap, and a state of its own. */
void keyboard_get_state(const struct keyboard *k, struct keyboard_state *ret);
/* In XKB's text format, version 1. To be freed; null: no memory. */
char *keyboard_keymap(const struct keyboard *k);

enum keyboard_composed {
	KEYBOARD_PLAIN, /* this key has no part in it */
	KEYBOARD_PENDING, /* more keys are to come */
	KEYBOARD_COMPOSED, /* the text is there */
	KEYBOARD_CANCELLED, /* no such sequence: this key and those before it mean nothing */
};
/* For a press where text is entered; UTF-8 that does not fit is KEYBOARD_CANCELLED. */
enum keyboard_composed keyboard_compose(
	struct keyboard *k, uint32_t keysym, char *ret_text, size_t size);
/* Forgets the keys of a sequence that was begun. */
void keyboard_compose_reset(struct keyboard *k);
