/*
 * How input is configured: section "input" of kiln.json and of the device file. A plain
 * value: copied by assignment, nothing in it is to be freed. Also the words that the
 * section uses (chords, gestures, actions), so that whoever reads it can say at its place
 * what is wrong.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

#define INPUT_NAME_MAX 128
#define INPUT_DEVICES_MAX 16
#define INPUT_KEYS_MAX 64

/* What goes to the window that has the focus, or to the script ("event:NAME"). */
enum input_action {
	INPUT_ACTION_NONE,
	INPUT_ACTION_RELOAD,
	INPUT_ACTION_BACK,
	INPUT_ACTION_FORWARD,
	INPUT_ACTION_HOME,
	INPUT_ACTION_ZOOM_IN,
	INPUT_ACTION_ZOOM_OUT,
	INPUT_ACTION_ZOOM_RESET,
	INPUT_ACTION_NEXT_WINDOW,
	INPUT_ACTION_CLOSE,
	INPUT_ACTION_EVENT,
};

#define INPUT_EVENT_NAME_MAX 64

struct input_deed {
	enum input_action action;
	char name[INPUT_EVENT_NAME_MAX]; /* of INPUT_ACTION_EVENT; "" else */
};

enum input_gesture {
	INPUT_HOLD_TOP_LEFT,
	INPUT_HOLD_TOP_RIGHT,
	INPUT_HOLD_BOTTOM_LEFT,
	INPUT_HOLD_BOTTOM_RIGHT,
	INPUT_SWIPE_FROM_LEFT,
	INPUT_SWIPE_FROM_RIGHT,
	INPUT_SWIPE_FROM_TOP,
	INPUT_SWIPE_FROM_BOTTOM,
	INPUT_GESTURES,
};

struct input_chord {
	unsigned modifiers; /* INPUT_SHIFT, _CTRL, _ALT, _META: exactly these */
	uint32_t keysym; /* lower case */
};

struct input_key_rule {
	struct input_chord chord;
	struct input_deed deed;
};

/* A device that is tied to an output, or that has to be corrected. */
struct input_binding {
	char match[INPUT_NAME_MAX]; /* a glob over its name, or "1a86:e5e3" */
	char output[INPUT_NAME_MAX]; /* a connector; "": as if unbound */
	bool calibrated;
	float calibration[6]; /* of 0..1 coordinates: x' = ax + by + c, y' = dx + ey + f */
};

struct input_config {
	/* For xkbcommon; "" is its default. */
	char layout[INPUT_NAME_MAX], variant[INPUT_NAME_MAX], model[INPUT_NAME_MAX],
		options[INPUT_NAME_MAX];
	bool no_pointer, no_keyboard, no_touch; /* so that zero is: all of them */
	struct input_binding devices[INPUT_DEVICES_MAX]; /* the first that matches */
	size_t n_devices;
	struct input_key_rule keys[INPUT_KEYS_MAX];
	size_t n_keys;
	struct input_deed gestures[INPUT_GESTURES]; /* action none: no gesture */
};

/*
 * The words: "Ctrl+Alt+S", "F5", "Shift++"; "event:service", "zoom-in"; "hold-top-left".
 * On -EINVAL *@ret_why says in words what is wrong, a literal.
 */
must_check int input_config_chord(const char *text, struct input_chord *ret, const char **ret_why);
must_check int input_config_deed(const char *text, struct input_deed *ret, const char **ret_why);
must_check int input_config_gesture(
	const char *text, enum input_gesture *ret, const char **ret_why);
/* "zoom-in"; "event" for INPUT_ACTION_EVENT. */
const char *input_config_action_name(enum input_action a);
const char *input_config_gesture_name(enum input_gesture g);
/* Whether @c is a matrix to be used: finite, of sane size, and not all onto one line. */
bool input_config_calibration_valid(const float c[static 6]);
