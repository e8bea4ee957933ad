#include "view/deliver.h"

#include <xkbcommon/xkbcommon-keysyms.h>

#include "base/clock.h"
#include "base/macros.h"
#include "view/seat.h"

/*
 * Milliseconds, which 32 bits have no room for when the machine is up for 49 days: from then
 * on 0, which WebKit takes for "now".
 */
static guint32 milliseconds(const struct seat_event *ev)
{
	uint64_t ms = ev->input->when / NSEC_PER_MSEC;

	return ms > G_MAXUINT32 ? 0 : (guint32)ms;
}

static guint modifiers_of(const struct seat_event *ev)
{
	static const struct {
		unsigned ours;
		WPEModifiers wpe;
	} table[] = {
		{ INPUT_SHIFT, WPE_MODIFIER_KEYBOARD_SHIFT },
		{ INPUT_CTRL, WPE_MODIFIER_KEYBOARD_CONTROL },
		{ INPUT_ALT, WPE_MODIFIER_KEYBOARD_ALT },
		{ INPUT_META, WPE_MODIFIER_KEYBOARD_META },
		{ INPUT_CAPS, WPE_MODIFIER_KEYBOARD_CAPS_LOCK },
	};
	guint modifiers = 0;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (ev->input->modifiers & table[i].ours)
			modifiers |= table[i].wpe;
	/* Left, right and middle of evdev are the first, third and second of WPE. */
	if (ev->buttons & 1)
		modifiers |= WPE_MODIFIER_POINTER_BUTTON1;
	if (ev->buttons & 2)
		modifiers |= WPE_MODIFIER_POINTER_BUTTON3;
	if (ev->buttons & 4)
		modifiers |= WPE_MODIFIER_POINTER_BUTTON2;
	return modifiers;
}

static guint button_of(const struct seat_event *ev)
{
	static const guint buttons[] = { WPE_BUTTON_PRIMARY, WPE_BUTTON_SECONDARY,
		WPE_BUTTON_MIDDLE };
	/* BTN_LEFT and those that follow; the seat sends no others. */
	unsigned n = ev->input->button & 7;

	return n < ARRAY_SIZE(buttons) ? buttons[n] : n + 1;
}

static WPEEvent *pointer_event(WPEView *view, const struct seat_event *ev, WPEEventType type)
{
	return wpe_event_pointer_move_new(type, view, WPE_INPUT_SOURCE_MOUSE, milliseconds(ev),
		(WPEModifiers)modifiers_of(ev), ev->x, ev->y, ev->dx, ev->dy);
}

/* The pointer may be above another window that lies on this one: for this one it is nowhere. */
static WPEEvent *leave_event(WPEView *view, const struct seat_event *ev)
{
	return wpe_event_pointer_move_new(WPE_EVENT_POINTER_LEAVE, view, WPE_INPUT_SOURCE_MOUSE,
		milliseconds(ev), (WPEModifiers)modifiers_of(ev), -1, -1, 0, 0);
}

static WPEEvent *button_event(WPEView *view, const struct seat_event *ev)
{
	guint32 time = (guint32)(ev->input->when / NSEC_PER_MSEC);
	guint button = button_of(ev), count = 0;

	if (ev->input->pressed)
		count = wpe_view_compute_press_count(view, ev->x, ev->y, button, time);
	return wpe_event_pointer_button_new(
		ev->input->pressed ? WPE_EVENT_POINTER_DOWN : WPE_EVENT_POINTER_UP, view,
		WPE_INPUT_SOURCE_MOUSE, milliseconds(ev), (WPEModifiers)modifiers_of(ev), button,
		ev->x, ev->y, count);
}

/* Down is positive with us and negative with WPE. */
static WPEEvent *scroll_event(WPEView *view, const struct seat_event *ev)
{
	bool smooth = ev->input->smooth, stop = smooth && ev->dx == 0 && ev->dy == 0;

	return wpe_event_scroll_new(view,
		smooth ? WPE_INPUT_SOURCE_TOUCHPAD : WPE_INPUT_SOURCE_MOUSE, milliseconds(ev),
		(WPEModifiers)modifiers_of(ev), -ev->dx, -ev->dy, smooth, stop, ev->x, ev->y);
}

static guint modifier_of_key(uint32_t keysym)
{
	switch (keysym) {
	case XKB_KEY_Shift_L:
	case XKB_KEY_Shift_R:
		return WPE_MODIFIER_KEYBOARD_SHIFT;
	case XKB_KEY_Control_L:
	case XKB_KEY_Control_R:
		return WPE_MODIFIER_KEYBOARD_CONTROL;
	case XKB_KEY_Alt_L:
	case XKB_KEY_Alt_R:
		return WPE_MODIFIER_KEYBOARD_ALT;
	case XKB_KEY_Super_L:
	case XKB_KEY_Super_R:
	case XKB_KEY_Meta_L:
	case XKB_KEY_Meta_R:
		return WPE_MODIFIER_KEYBOARD_META;
	}
	return 0;
}

static WPEEvent *key_event(WPEView *view, const struct seat_event *ev)
{
	const struct input_event *key = ev->input;
	guint modifiers = modifiers_of(ev), own = modifier_of_key(key->keysym);

	/* A page is told of a modifier's own press as held, and of its release as not. */
	modifiers = key->pressed ? modifiers | own : modifiers & ~own;
	/* WebKit's own chord: it lays numbers over the page, and the page never hears of it. */
	if ((key->keysym == XKB_KEY_G || key->keysym == XKB_KEY_g) &&
		(modifiers & WPE_MODIFIER_KEYBOARD_CONTROL) &&
		(modifiers & WPE_MODIFIER_KEYBOARD_SHIFT))
		return NULL;
	return wpe_event_keyboard_new(
		key->pressed ? WPE_EVENT_KEYBOARD_KEY_DOWN : WPE_EVENT_KEYBOARD_KEY_UP, view,
		WPE_INPUT_SOURCE_KEYBOARD, milliseconds(ev), (WPEModifiers)modifiers, key->keycode,
		key->keysym);
}

static WPEEvent *touch_event(WPEView *view, const struct seat_event *ev)
{
	static const WPEEventType types[] = {
		[SEAT_TOUCH_DOWN] = WPE_EVENT_TOUCH_DOWN,
		[SEAT_TOUCH_MOVE] = WPE_EVENT_TOUCH_MOVE,
		[SEAT_TOUCH_UP] = WPE_EVENT_TOUCH_UP,
		[SEAT_TOUCH_CANCEL] = WPE_EVENT_TOUCH_CANCEL,
	};

	/* A sequence of 0 is none for WebKit. */
	return wpe_event_touch_new(types[ev->type], view, WPE_INPUT_SOURCE_TOUCHSCREEN,
		milliseconds(ev), (WPEModifiers)modifiers_of(ev), ev->input->slot + 1, ev->x,
		ev->y);
}

static WPEEvent *event_of(WPEView *view, const struct seat_event *ev)
{
	switch (ev->type) {
	case SEAT_TOUCH_DOWN:
	case SEAT_TOUCH_MOVE:
	case SEAT_TOUCH_UP:
	case SEAT_TOUCH_CANCEL:
		return touch_event(view, ev);
	case SEAT_ENTER:
		return pointer_event(view, ev, WPE_EVENT_POINTER_ENTER);
	case SEAT_LEAVE:
		return leave_event(view, ev);
	case SEAT_MOVE:
		return pointer_event(view, ev, WPE_EVENT_POINTER_MOVE);
	case SEAT_BUTTON:
		return button_event(view, ev);
	case SEAT_SCROLL:
		return scroll_event(view, ev);
	case SEAT_KEY:
		return key_event(view, ev);
	}
	return NULL;
}

void deliver_event(WPEView *view, const struct seat_event *ev)
{
	WPEEvent *event = event_of(view, ev);

	if (!event)
		return;
	/* What the event does may free the view. */
	g_object_ref(view);
	wpe_view_event(view, event);
	wpe_event_unref(event);
	g_object_unref(view);
}
