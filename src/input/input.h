/*
 * What people do: touches, pointers and keys from the devices of a seat, as events on the
 * canvas of an output. On the way each device is mapped to an output (mapping.h), and the
 * policy (policy.h) takes out what is a chord, a gesture or the touch that wakes a screen.
 *
 * Devices come from libinput (devices.h); tests and remote hands add their own and take the
 * same path from there on.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct input;
struct input_config;
struct input_deed;
struct input_device;
struct keyboard;
struct loop;
struct output;
struct screen;

enum input_type {
	INPUT_TOUCH_DOWN,
	INPUT_TOUCH_MOVE,
	INPUT_TOUCH_UP,
	INPUT_TOUCH_CANCEL,
	INPUT_POINTER_MOVE,
	INPUT_POINTER_BUTTON,
	INPUT_POINTER_SCROLL,
	INPUT_KEY,
};

enum { INPUT_SHIFT = 1, INPUT_CTRL = 2, INPUT_ALT = 4, INPUT_META = 8, INPUT_CAPS = 16 };

#define INPUT_SLOTS 16
/* XKB's codes of evdev's keys are below it. */
#define INPUT_KEYCODES 1024

struct input_event {
	enum input_type type;
	uint64_t when; /* clock_now() */
	struct output *output; /* null for keys */
	double x, y; /* on its canvas, pixels */
	unsigned slot; /* of a touch, below INPUT_SLOTS */
	uint32_t button; /* BTN_LEFT … */
	bool pressed; /* button, key */
	bool repeat; /* key: pressed since long, and so pressed again */
	double dx, dy; /* move: pixels; scroll: pixels, or clicks of a wheel when !smooth */
	bool smooth;
	uint32_t keycode; /* XKB: evdev + 8 */
	uint32_t keysym;
	uint32_t base; /* the keysym of that key when no modifier is held */
	unsigned modifiers; /* INPUT_SHIFT …, with this key's change not yet in */
};

/* Kinds of devices; a device may be several. */
enum { INPUT_KIND_POINTER = 1, INPUT_KIND_KEYBOARD = 2, INPUT_KIND_TOUCH = 4 };

struct input_ops {
	void (*event)(const struct input_event *ev, void *arg);
	/* A chord or a gesture; @where it was made, null for a key. */
	void (*deed)(const struct input_deed *deed, struct output *where, void *arg);
	/* The output on which keys are seen, so that a key wakes it; null: none. */
	struct output *(*key_output)(void *arg);
	/* Kinds of devices that are there are not what they were. */
	void (*kinds_changed)(unsigned kinds, void *arg);
};

struct input_options {
	struct loop *loop; /* borrowed, as is all else */
	struct screen *screen;
	const struct input_config *config; /* for the call */
	const struct input_ops *ops;
	void *arg;
};

/* -ENOMEM. A keymap that cannot be had is logged, and "us" taken. */
must_check int input_new(const struct input_options *opts, struct input **ret);
/* Removes the devices that are left. Not from its own callbacks. No-op on null. */
void input_free(struct input *in);

/* Of the devices that are there, less those that are switched off. */
unsigned input_kinds(const struct input *in);
/* That are not switched off by configuration. */
unsigned input_kinds_wanted(const struct input *in);
/* Null when there is no keymap on this machine: then there are no key events. Borrowed. */
struct keyboard *input_keyboard(const struct input *in);
/* The cursor that what is below the pointer asks for, as CSS calls it. */
void input_set_cursor(struct input *in, const char *name);

/* ---- for devices ---- */

struct input_device_info {
	const char *name;
	unsigned vendor, product;
	const char *output; /* that the system ties it to; null: none */
	unsigned kinds;
};

/*
 * @ret_matrix: what its coordinates have to be corrected by, null when by nothing; whoever
 * has a better way than input_device_correct() applies it there. -ENOMEM.
 */
must_check int input_device_add(struct input *in, const struct input_device_info *info,
	struct input_device **ret, const float **ret_matrix);
/* The matrix is applied here. */
void input_device_correct(struct input_device *d);
/* What is still touched by it is cancelled; keys and buttons are the caller's to release. */
void input_device_remove(struct input_device *d);
/* Sets its lights; borrowed until the device is removed. @leds as keyboard_leds(). */
void input_device_on_leds(struct input_device *d, void (*fn)(unsigned leds, void *arg), void *arg);

/* @u and @v are 0..1 of the panel; up and cancel need none. */
void input_touch(struct input_device *d, enum input_type type, unsigned slot, double u, double v,
	uint64_t when);
/* In pixels of a display of 96 dots per inch. */
void input_move(struct input_device *d, double dx, double dy, uint64_t when);
void input_move_to(struct input_device *d, double u, double v, uint64_t when);
void input_button(struct input_device *d, uint32_t button, bool pressed, uint64_t when);
void input_scroll(struct input_device *d, double dx, double dy, bool smooth, uint64_t when);
/* @key as evdev has it. */
void input_key(struct input_device *d, uint32_t key, bool pressed, uint64_t when);
