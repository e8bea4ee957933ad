#include "input/policy.h"

#include <math.h>
#include <string.h>

/* Movement that is not yet a direction. */
#define SLACK 16.0

void policy_init(struct policy *p, const struct input_config *config, const struct policy_ops *ops,
	void *arg)
{
	*p = (struct policy){ .config = config, .ops = ops, .arg = arg };
}

static bool pass(struct policy *p, const struct input_event *ev)
{
	p->ops->pass(ev, p->arg);
	return true;
}

/* ---- keys ---- */

static bool key_taken(const struct policy *p, uint32_t keycode)
{
	return p->taken_keys[keycode / 8] & 1u << keycode % 8;
}

static void take_key(struct policy *p, uint32_t keycode, bool taken)
{
	uint8_t bit = (uint8_t)(1u << keycode % 8);

	if (taken)
		p->taken_keys[keycode / 8] |= bit;
	else
		p->taken_keys[keycode / 8] &= (uint8_t)~bit;
}

static const struct input_key_rule *find_chord(const struct policy *p, const struct input_event *ev)
{
	unsigned modifiers = ev->modifiers & (INPUT_SHIFT | INPUT_CTRL | INPUT_ALT | INPUT_META);

	for (size_t i = 0; i < p->config->n_keys; i++) {
		const struct input_key_rule *rule = &p->config->keys[i];

		if (rule->chord.modifiers == modifiers &&
			(rule->chord.keysym == ev->keysym || rule->chord.keysym == ev->base))
			return rule;
	}
	return NULL;
}

static bool on_key(struct policy *p, const struct input_event *ev, bool dark)
{
	const struct input_key_rule *rule;

	if (ev->keycode >= INPUT_KEYCODES)
		return false;
	if (ev->repeat || !ev->pressed) {
		bool taken = key_taken(p, ev->keycode);

		if (!ev->pressed)
			take_key(p, ev->keycode, false);
		return !taken && pass(p, ev);
	}
	rule = find_chord(p, ev);
	if (!dark && !rule)
		return pass(p, ev);
	take_key(p, ev->keycode, true);
	if (dark)
		p->ops->wake(NULL, p->arg);
	else
		p->ops->deed(&rule->deed, NULL, p->arg);
	return false;
}

/* ---- the pointer ---- */

static uint32_t *find_button(struct policy *p, uint32_t button)
{
	for (size_t i = 0; i < POLICY_BUTTONS; i++)
		if (p->taken_buttons[i] == button)
			return &p->taken_buttons[i];
	return NULL;
}

static bool on_button(struct policy *p, const struct input_event *ev, bool dark)
{
	uint32_t *taken = ev->button ? find_button(p, ev->button) : NULL;

	if (!ev->pressed && taken) {
		*taken = 0;
		return false;
	}
	if (!ev->pressed || !dark)
		return pass(p, ev);
	if (!taken && (taken = find_button(p, 0)))
		*taken = ev->button;
	p->ops->wake(ev->output, p->arg);
	return false;
}

/* ---- touches ---- */

static int corner_of(
	const struct policy *p, const struct input_event *ev, const struct policy_place *place)
{
	double zone = POLICY_HOLD_ZONE * place->scale;
	bool left = ev->x < zone, right = ev->x >= place->width - zone;
	bool top = ev->y < zone, bottom = ev->y >= place->height - zone;
	int corner = left && top       ? INPUT_HOLD_TOP_LEFT
		     : right && top    ? INPUT_HOLD_TOP_RIGHT
		     : left && bottom  ? INPUT_HOLD_BOTTOM_LEFT
		     : right && bottom ? INPUT_HOLD_BOTTOM_RIGHT
				       : -1;

	return corner >= 0 && p->config->gestures[corner].action ? corner : -1;
}

static unsigned edges_of(
	const struct policy *p, const struct input_event *ev, const struct policy_place *place)
{
	double zone = POLICY_EDGE_ZONE * place->scale;
	const bool at[INPUT_GESTURES] = {
		[INPUT_SWIPE_FROM_LEFT] = ev->x < zone,
		[INPUT_SWIPE_FROM_RIGHT] = ev->x >= place->width - zone,
		[INPUT_SWIPE_FROM_TOP] = ev->y < zone,
		[INPUT_SWIPE_FROM_BOTTOM] = ev->y >= place->height - zone,
	};
	unsigned edges = 0;

	for (unsigned g = INPUT_SWIPE_FROM_LEFT; g < INPUT_GESTURES; g++)
		if (at[g] && p->config->gestures[g].action)
			edges |= 1u << g;
	return edges;
}

/* How far the finger has gone from its edge, logical pixels; and along it. */
static double inwards(const struct policy_slot *s, unsigned gesture, double *ret_along)
{
	double dx = (s->last.x - s->down.x) / s->place.scale;
	double dy = (s->last.y - s->down.y) / s->place.scale;
	bool sideways = gesture == INPUT_SWIPE_FROM_LEFT || gesture == INPUT_SWIPE_FROM_RIGHT;
	double in = sideways ? dx : dy;

	*ret_along = fabs(sideways ? dy : dx);
	return gesture == INPUT_SWIPE_FROM_RIGHT || gesture == INPUT_SWIPE_FROM_BOTTOM ? -in : in;
}

/* The touch is the page's after all, with what came before. */
static void release(struct policy *p, struct policy_slot *s)
{
	s->state = POLICY_PASSED;
	pass(p, &s->down);
	/* The callback may have ended this touch. */
	if (s->state == POLICY_PASSED && s->moved)
		pass(p, &s->last);
}

/* Cancels, for the page, what it has of this output. */
static void take_all(struct policy *p, const struct output *o, uint64_t now)
{
	for (size_t i = 0; i < INPUT_SLOTS; i++) {
		struct policy_slot *s = &p->slots[i];
		bool passed = s->state == POLICY_PASSED;
		struct input_event cancel = s->last;

		if ((!passed && s->state != POLICY_HELD) || s->last.output != o)
			continue;
		s->state = POLICY_TAKEN;
		cancel.type = INPUT_TOUCH_CANCEL;
		cancel.when = now;
		if (passed)
			pass(p, &cancel);
	}
}

/* True: it is decided, and @s is no longer held. */
static bool decide_swipe(struct policy *p, struct policy_slot *s)
{
	bool hopeful = false;

	for (unsigned g = INPUT_SWIPE_FROM_LEFT; g < INPUT_GESTURES; g++) {
		double along, in;

		if (!(s->edges & 1u << g))
			continue;
		in = inwards(s, g, &along);
		if (in >= POLICY_SWIPE_LENGTH && in >= 2 * along) {
			s->state = POLICY_TAKEN;
			p->ops->deed(&p->config->gestures[g], s->last.output, p->arg);
			return true;
		}
		hopeful = hopeful || in >= along || along < SLACK;
	}
	if (!hopeful)
		release(p, s);
	return !hopeful;
}

static bool waking(const struct policy *p, const struct output *o)
{
	for (size_t i = 0; i < INPUT_SLOTS; i++)
		if (p->slots[i].state == POLICY_WOKE && p->slots[i].down.output == o)
			return true;
	return false;
}

static bool on_touch_down(struct policy *p, struct policy_slot *s, const struct input_event *ev,
	const struct policy_place *place)
{
	bool woke = place->dark || waking(p, ev->output);

	*s = (struct policy_slot){
		.state = woke ? POLICY_WOKE : POLICY_PASSED,
		.down = *ev,
		.last = *ev,
		.place = *place,
		.corner = woke ? -1 : corner_of(p, ev, place),
		.edges = woke ? 0 : edges_of(p, ev, place),
	};
	if (place->dark)
		p->ops->wake(ev->output, p->arg);
	if (woke)
		return false;
	if (s->edges) {
		s->state = POLICY_HELD;
		return false;
	}
	return pass(p, ev);
}

static bool on_touch_move(struct policy *p, struct policy_slot *s, const struct input_event *ev)
{
	if (s->state == POLICY_UP)
		return false;
	s->last = *ev;
	s->moved = true;
	if (s->corner >= 0 && corner_of(p, ev, &s->place) != s->corner)
		s->corner = -1;
	if (s->state == POLICY_HELD)
		return decide_swipe(p, s) && s->state == POLICY_PASSED;
	return s->state == POLICY_PASSED && pass(p, ev);
}

static bool on_touch_end(struct policy *p, struct policy_slot *s, const struct input_event *ev)
{
	struct input_event end = *ev;

	end.x = s->last.x;
	end.y = s->last.y;
	if (s->state == POLICY_HELD && ev->type == INPUT_TOUCH_UP)
		release(p, s);
	if (s->state != POLICY_PASSED) {
		s->state = POLICY_UP;
		return false;
	}
	s->state = POLICY_UP;
	return pass(p, &end);
}

static bool on_touch(
	struct policy *p, const struct input_event *ev, const struct policy_place *place)
{
	struct policy_slot *s = &p->slots[ev->slot];

	if (ev->type == INPUT_TOUCH_MOVE)
		return on_touch_move(p, s, ev);
	if (ev->type != INPUT_TOUCH_DOWN)
		return on_touch_end(p, s, ev);
	/* Its end was lost. */
	if (s->state != POLICY_UP) {
		struct input_event cancel = s->last;

		cancel.type = INPUT_TOUCH_CANCEL;
		on_touch_end(p, s, &cancel);
	}
	return on_touch_down(p, s, ev, place);
}

bool policy_event(struct policy *p, const struct input_event *ev, const struct policy_place *place)
{
	switch (ev->type) {
	case INPUT_TOUCH_DOWN:
	case INPUT_TOUCH_MOVE:
	case INPUT_TOUCH_UP:
	case INPUT_TOUCH_CANCEL:
		return ev->slot < INPUT_SLOTS && on_touch(p, ev, place);
	case INPUT_POINTER_BUTTON:
		return on_button(p, ev, place->dark);
	case INPUT_KEY:
		return on_key(p, ev, place->dark);
	case INPUT_POINTER_MOVE:
	case INPUT_POINTER_SCROLL:
		break;
	}
	return !place->dark && pass(p, ev);
}

static uint64_t edge_deadline(const struct policy_slot *s)
{
	bool moved = false;
	double along;

	for (unsigned g = INPUT_SWIPE_FROM_LEFT; g < INPUT_GESTURES; g++)
		if (s->edges & 1u << g)
			moved = moved || inwards(s, g, &along) >= SLACK;
	return s->down.when + (moved ? POLICY_EDGE_TIME : POLICY_EDGE_REST);
}

static uint64_t hold_deadline(const struct policy_slot *s)
{
	bool down = s->state == POLICY_PASSED || s->state == POLICY_HELD;

	return down && s->corner >= 0 ? s->down.when + POLICY_HOLD_TIME : UINT64_MAX;
}

uint64_t policy_deadline(const struct policy *p)
{
	uint64_t first = UINT64_MAX;

	for (size_t i = 0; i < INPUT_SLOTS; i++) {
		const struct policy_slot *s = &p->slots[i];
		uint64_t hold = hold_deadline(s);

		if (hold < first)
			first = hold;
		if (s->state == POLICY_HELD && edge_deadline(s) < first)
			first = edge_deadline(s);
	}
	return first;
}

void policy_tick(struct policy *p, uint64_t now)
{
	for (size_t i = 0; i < INPUT_SLOTS; i++) {
		struct policy_slot *s = &p->slots[i];
		struct output *where = s->last.output;

		if (hold_deadline(s) <= now) {
			const struct input_deed *deed = &p->config->gestures[s->corner];

			take_all(p, where, now);
			p->ops->deed(deed, where, p->arg);
		} else if (s->state == POLICY_HELD && edge_deadline(s) <= now) {
			release(p, s);
		}
	}
}
