#include "view/seat.h"

#include <errno.h>
#include <linux/input-event-codes.h>
#include <stdio.h>
#include <string.h>

#include "screen/layer.h"
#include "screen/output.h"

/* Keys that are held at once; more are not sent. */
#define KEYS_MAX 32

struct held_key {
	uint32_t keycode; /* 0: free */
	struct seat_target *target;
};

struct seat {
	const struct seat_ops *ops;
	void *arg;
	struct list targets;
	/* All borrowed, and null when there is none. */
	struct seat_target *focus, *hover, *grab;
	unsigned buttons; /* that @grab was told of: bits as in seat_event */
	struct seat_target *touches[INPUT_SLOTS];
	struct input_event last_touches[INPUT_SLOTS];
	struct held_key keys[KEYS_MAX];
};

int seat_new(const struct seat_ops *ops, void *arg, struct seat **ret)
{
	struct seat *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->ops = ops;
	s->arg = arg;
	list_init(&s->targets);
	*ret = s;
	return 0;
}

void seat_free(struct seat *s)
{
	struct seat_target *t, *tmp;

	if (!s)
		return;
	list_for_each_safe (t, tmp, &s->targets, link)
		list_remove(&t->link);
	free(s);
}

/* ---- targets ---- */

static bool is_there(const struct seat *s, const struct seat_target *t)
{
	const struct seat_target *other;

	list_for_each (other, &s->targets, link)
		if (other == t)
			return true;
	return false;
}

static void set_hover(struct seat *s, struct seat_target *t)
{
	s->hover = t;
	s->ops->cursor(t && *t->cursor ? t->cursor : "default", s->arg);
}

/* Whether anything of it is pressed is not asked any more. */
static void forget(struct seat *s, const struct seat_target *t)
{
	for (size_t i = 0; i < INPUT_SLOTS; i++)
		if (s->touches[i] == t)
			s->touches[i] = NULL;
	for (size_t i = 0; i < KEYS_MAX; i++)
		if (s->keys[i].target == t)
			s->keys[i] = (struct held_key){ 0 };
	if (s->grab == t) {
		s->grab = NULL;
		s->buttons = 0;
	}
}

void seat_add(struct seat *s, struct seat_target *t)
{
	t->cursor[0] = '\0';
	list_append(&s->targets, &t->link);
}

void seat_remove(struct seat *s, struct seat_target *t)
{
	if (!is_there(s, t))
		return;
	list_remove(&t->link);
	forget(s, t);
	if (s->focus == t)
		s->focus = NULL;
	if (s->hover == t)
		set_hover(s, NULL);
}

static struct seat_target *find(const struct seat *s, const struct layer *layer)
{
	struct seat_target *t;

	list_for_each (t, &s->targets, link)
		if (t->layer == layer)
			return t;
	return NULL;
}

static struct seat_target *target_at(const struct seat *s, const struct input_event *ev)
{
	struct layer *layer = layer_at(ev->output, (int32_t)ev->x, (int32_t)ev->y);

	return layer ? find(s, layer) : NULL;
}

/* ---- sending ---- */

/* False: the target has removed itself. */
static bool send(struct seat *s, struct seat_target *t, enum seat_event_type type,
	const struct input_event *ev)
{
	const struct output *o = layer_output(t->layer);
	const struct rect r = layer_rect(t->layer);
	double scale = output_scale(o);
	bool clicks = type == SEAT_SCROLL && !ev->smooth;
	const struct seat_event out = {
		.type = type,
		.x = (ev->x - r.x) / scale,
		.y = (ev->y - r.y) / scale,
		.dx = clicks ? ev->dx : ev->dx / scale,
		.dy = clicks ? ev->dy : ev->dy / scale,
		.buttons = s->buttons,
		.input = ev,
	};

	t->event(t, &out);
	return is_there(s, t);
}

/* Somewhere on its output where it is not, so that letting go there is no click. */
static struct input_event outside(const struct seat_target *t, enum input_type type)
{
	const struct rect r = layer_rect(t->layer);

	return (struct input_event){
		.type = type,
		.output = layer_output(t->layer),
		.x = r.x - 1,
		.y = r.y - 1,
	};
}

static bool release_buttons(struct seat *s, struct seat_target *t)
{
	for (unsigned i = 0; s->grab == t && s->buttons; i++) {
		struct input_event up = outside(t, INPUT_POINTER_BUTTON);

		if (!(s->buttons & 1u << i))
			continue;
		s->buttons &= ~(1u << i);
		up.button = BTN_LEFT + i;
		if (!send(s, t, SEAT_BUTTON, &up))
			return false;
	}
	return true;
}

static bool cancel_touches(struct seat *s, struct seat_target *t)
{
	for (size_t i = 0; i < INPUT_SLOTS; i++) {
		if (s->touches[i] != t)
			continue;
		s->touches[i] = NULL;
		s->last_touches[i].type = INPUT_TOUCH_CANCEL;
		if (!send(s, t, SEAT_TOUCH_CANCEL, &s->last_touches[i]))
			return false;
	}
	return true;
}

void seat_release(struct seat *s, struct seat_target *t)
{
	struct input_event away = outside(t, INPUT_POINTER_MOVE);

	if (!cancel_touches(s, t) || !release_buttons(s, t))
		return;
	forget(s, t);
	if (s->hover != t)
		return;
	set_hover(s, NULL);
	send(s, t, SEAT_LEAVE, &away);
}

/* The target, unless it was hidden while it had this. */
static struct seat_target *still_seen(struct seat *s, struct seat_target *t)
{
	if (!t || layer_visible(t->layer))
		return t;
	seat_release(s, t);
	return NULL;
}

/* ---- the keyboard ---- */

void seat_focus(struct seat *s, struct seat_target *t)
{
	s->focus = t;
}

struct seat_target *seat_focused(const struct seat *s)
{
	return s->focus;
}

struct output *seat_key_output(const struct seat *s)
{
	return s->focus ? layer_output(s->focus->layer) : NULL;
}

static struct held_key *find_key(struct seat *s, uint32_t keycode)
{
	for (size_t i = 0; i < KEYS_MAX; i++)
		if (s->keys[i].keycode == keycode)
			return &s->keys[i];
	return NULL;
}

/* A release or a repeat is of use only to who saw the press. */
static void on_key(struct seat *s, const struct input_event *ev)
{
	struct held_key *key = find_key(s, ev->keycode);
	struct seat_target *t = s->focus;

	if (ev->pressed && !ev->repeat) {
		if (!key)
			key = find_key(s, 0);
		if (!t || !key)
			return;
		*key = (struct held_key){ ev->keycode, t };
	} else if (!key) {
		return;
	} else if (key->target != t) {
		t = NULL;
	}
	if (!ev->pressed)
		*key = (struct held_key){ 0 };
	if (t)
		send(s, t, SEAT_KEY, ev);
}

/* ---- touches ---- */

static void want_focus(struct seat *s, struct seat_target *t)
{
	if (t->focus_wanted && s->focus != t)
		t->focus_wanted(t);
}

static void on_touch_down(struct seat *s, const struct input_event *ev)
{
	struct seat_target *t = target_at(s, ev);

	s->touches[ev->slot] = t;
	s->last_touches[ev->slot] = *ev;
	if (!t)
		return;
	/* First, so that what the touch does in the page finds it focused. */
	want_focus(s, t);
	if (s->touches[ev->slot] == t)
		send(s, t, SEAT_TOUCH_DOWN, ev);
}

static void on_touch(struct seat *s, const struct input_event *ev)
{
	struct seat_target *t;

	if (ev->slot >= INPUT_SLOTS)
		return;
	t = still_seen(s, s->touches[ev->slot]);
	if (ev->type == INPUT_TOUCH_DOWN) {
		on_touch_down(s, ev);
		return;
	}
	s->last_touches[ev->slot] = *ev;
	if (ev->type != INPUT_TOUCH_MOVE)
		s->touches[ev->slot] = NULL;
	if (t)
		send(s, t,
			ev->type == INPUT_TOUCH_MOVE ? SEAT_TOUCH_MOVE
			: ev->type == INPUT_TOUCH_UP ? SEAT_TOUCH_UP
						     : SEAT_TOUCH_CANCEL,
			ev);
}

/* ---- the pointer ---- */

/* Goes over into what is there now; returns it. */
static struct seat_target *hover_at(struct seat *s, const struct input_event *ev)
{
	struct seat_target *t = target_at(s, ev), *before = s->hover;

	if (t == before)
		return t;
	set_hover(s, t);
	if (before)
		send(s, before, SEAT_LEAVE, ev);
	/* Either may go away meanwhile. */
	if (s->hover == t && t)
		send(s, t, SEAT_ENTER, ev);
	return s->hover;
}

static struct seat_target *pointed_at(struct seat *s, const struct input_event *ev)
{
	struct seat_target *t = still_seen(s, s->grab);

	return t ? t : hover_at(s, ev);
}

static void on_press(struct seat *s, const struct input_event *ev, unsigned bit)
{
	struct seat_target *t = pointed_at(s, ev);

	if (!t)
		return;
	s->grab = t;
	s->buttons |= bit;
	want_focus(s, t);
	if (s->grab == t)
		send(s, t, SEAT_BUTTON, ev);
}

static void on_button(struct seat *s, const struct input_event *ev)
{
	unsigned bit = ev->button >= BTN_LEFT && ev->button <= BTN_TASK
			       ? 1u << (ev->button - BTN_LEFT)
			       : 0;
	struct seat_target *t;

	if (!bit)
		return;
	if (ev->pressed) {
		on_press(s, ev, bit);
		return;
	}
	t = still_seen(s, s->grab);
	if (!(s->buttons & bit))
		return;
	s->buttons &= ~bit;
	if (!s->buttons)
		s->grab = NULL;
	if (t)
		send(s, t, SEAT_BUTTON, ev);
	if (!s->grab)
		hover_at(s, ev);
}

void seat_set_cursor(struct seat *s, struct seat_target *t, const char *name)
{
	snprintf(t->cursor, sizeof(t->cursor), "%s", name);
	if (s->hover == t)
		s->ops->cursor(t->cursor, s->arg);
}

void seat_event(struct seat *s, const struct input_event *ev)
{
	struct seat_target *t;

	switch (ev->type) {
	case INPUT_TOUCH_DOWN:
	case INPUT_TOUCH_MOVE:
	case INPUT_TOUCH_UP:
	case INPUT_TOUCH_CANCEL:
		on_touch(s, ev);
		break;
	case INPUT_POINTER_MOVE:
		if ((t = pointed_at(s, ev)))
			send(s, t, SEAT_MOVE, ev);
		break;
	case INPUT_POINTER_SCROLL:
		if ((t = pointed_at(s, ev)))
			send(s, t, SEAT_SCROLL, ev);
		break;
	case INPUT_POINTER_BUTTON:
		on_button(s, ev);
		break;
	case INPUT_KEY:
		on_key(s, ev);
		break;
	}
}
