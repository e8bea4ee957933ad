/*
 * What people may do beside using the page: chords and gestures, as configured and none by
 * default; and the press on a dark screen, which wakes it and goes nowhere else.
 *
 * A state machine without clock, devices or screens of its own: who owns it passes each
 * event with what is known of the place where it happened, and calls policy_tick() when
 * policy_deadline() has come.
 *
 * hold-CORNER: a finger rests within HOLD_ZONE of the corner for HOLD_TIME. The page sees
 * the touch meanwhile; when the gesture is made, all touches of that output are cancelled
 * for it.
 * swipe-from-EDGE: a touch that begins within EDGE_ZONE of the edge is held back from the
 * page until it is clear what it is: SWIPE_LENGTH inwards is the gesture, and the page never
 * hears of it. A tap, a rest, or a move along the edge is the page's, with all that came
 * before. Only edges that have a gesture hold back.
 * Lengths are logical pixels.
 *
 * A key that was pressed as part of a chord, or on a dark screen, is taken out until it is
 * released; so is a button; and so are the touches of an output until the last finger that
 * woke it is lifted.
 */
#pragma once

#include "input/config.h"
#include "input/input.h"

#define POLICY_HOLD_ZONE 64.0
#define POLICY_HOLD_TIME 5000000000ull
#define POLICY_EDGE_ZONE 16.0
#define POLICY_SWIPE_LENGTH 64.0
/* A touch at an edge that has not moved inwards by then is the page's; and any by then. */
#define POLICY_EDGE_REST 300000000ull
#define POLICY_EDGE_TIME 1000000000ull
#define POLICY_BUTTONS 16

struct policy_place {
	double scale;
	double width, height; /* of the canvas, pixels; a key has none of these */
	bool dark;
};

struct policy_ops {
	/* Goes on to the windows. */
	void (*pass)(const struct input_event *ev, void *arg);
	void (*deed)(const struct input_deed *deed, struct output *where, void *arg);
	/* A press on a dark screen; null: a key's. */
	void (*wake)(struct output *o, void *arg);
};

enum policy_touch {
	POLICY_UP,
	POLICY_PASSED, /* the page has it */
	POLICY_HELD, /* nobody has it yet */
	POLICY_TAKEN, /* nobody will have it */
	POLICY_WOKE, /* the same, and with it all that begin on its output */
};

struct policy_slot {
	enum policy_touch state;
	struct input_event down, last;
	struct policy_place place; /* when it began */
	bool moved;
	int corner; /* gesture that it may become, or -1 */
	unsigned edges; /* bits of the gestures that it may become */
};

/* Embedded; nothing in it is to be freed. */
struct policy {
	const struct input_config *config; /* borrowed */
	const struct policy_ops *ops;
	void *arg;
	struct policy_slot slots[INPUT_SLOTS];
	uint8_t taken_keys[INPUT_KEYCODES / 8];
	uint32_t taken_buttons[POLICY_BUTTONS]; /* 0: free */
};

void policy_init(struct policy *p, const struct input_config *config, const struct policy_ops *ops,
	void *arg);
/* Whether the event went on to the windows, now. */
bool policy_event(struct policy *p, const struct input_event *ev, const struct policy_place *place);
/* The next time to call policy_tick(); UINT64_MAX: there is no need. */
uint64_t policy_deadline(const struct policy *p);
void policy_tick(struct policy *p, uint64_t now);
