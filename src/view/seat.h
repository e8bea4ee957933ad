/*
 * Who gets what people do: the window below a finger or the pointer, or the one that has the
 * keyboard. Events come in on the canvas of an output and go out in the logical pixels of a
 * target.
 *
 * A touch belongs to the target where it began until it is lifted, wherever it goes; the
 * pointer likewise while a button is pressed. A target that is hidden meanwhile is told that
 * its touches are cancelled, and one that goes away is forgotten.
 *
 * Knows layers and no engine: deliver.h makes WebKit's events of these.
 */
#pragma once

#include "base/list.h"
#include "input/input.h"

struct layer;
struct seat;

enum seat_event_type {
	SEAT_TOUCH_DOWN,
	SEAT_TOUCH_MOVE,
	SEAT_TOUCH_UP,
	SEAT_TOUCH_CANCEL,
	SEAT_ENTER,
	SEAT_LEAVE,
	SEAT_MOVE,
	SEAT_BUTTON,
	SEAT_SCROLL,
	SEAT_KEY,
};

struct seat_event {
	enum seat_event_type type;
	double x, y; /* logical pixels of the target; keys have none */
	double dx, dy; /* the same; or clicks of a wheel */
	unsigned buttons; /* that are pressed with this event in: bit 0 for BTN_LEFT, and so on */
	const struct input_event *input; /* for the rest; borrowed for the call */
};

/* Embedded in who is to get events. */
struct seat_target {
	struct layer *layer; /* borrowed; of LAYER_WINDOWS or LAYER_OVERLAYS */
	/*
	 * It was touched or clicked and has not the keyboard: seat_focus() is for who owns it.
	 * Null: never takes it, as an on-screen keyboard.
	 */
	void (*focus_wanted)(struct seat_target *t);
	/* May remove this and other targets. */
	void (*event)(struct seat_target *t, const struct seat_event *ev);
	char cursor[24]; /* seat's */
	struct list link; /* seat's */
};

struct seat_ops {
	/* The cursor for what the pointer is over, as CSS calls it. */
	void (*cursor)(const char *name, void *arg);
};

/* @ops are borrowed. -ENOMEM. */
must_check int seat_new(const struct seat_ops *ops, void *arg, struct seat **ret);
/* Forgets the targets that are left. No-op on null. */
void seat_free(struct seat *s);

void seat_add(struct seat *s, struct seat_target *t);
/* Nothing is sent to it any more. No-op on one that is not there. */
void seat_remove(struct seat *s, struct seat_target *t);
/* It is hidden: what it was in the middle of is ended for it. */
void seat_release(struct seat *s, struct seat_target *t);

/* Keys go there from now on; null: nowhere. Keys that are held are not pressed there. */
void seat_focus(struct seat *s, struct seat_target *t);
struct seat_target *seat_focused(const struct seat *s);
/* Where keys are seen; null: nowhere. */
struct output *seat_key_output(const struct seat *s);
/* What @t wants as its cursor. */
void seat_set_cursor(struct seat *s, struct seat_target *t, const char *name);

void seat_event(struct seat *s, const struct input_event *ev);
