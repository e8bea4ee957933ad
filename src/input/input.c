#include "input/input.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/list.h"
#include "input/config.h"
#include "input/keyboard.h"
#include "input/mapping.h"
#include "input/pointer.h"
#include "input/policy.h"
#include "loop/loop.h"
#include "screen/output.h"
#include "screen/screen.h"

#define LOG_TAG "input"
#include "base/log.h"

#define REPEAT_DELAY (400 * NSEC_PER_MSEC)
#define REPEAT_INTERVAL (40 * NSEC_PER_MSEC)
/* evdev's codes, in which XKB counts from 8 on. */
#define XKB_OFFSET 8

struct touch {
	struct input_device *device; /* borrowed; null: not touched */
	struct output *output; /* where it began, borrowed; null: nowhere */
};

struct input {
	struct loop *loop; /* borrowed */
	struct screen *screen; /* borrowed */
	const struct input_ops *ops;
	void *arg;
	struct input_config config;
	struct list devices;
	unsigned kinds;
	struct policy policy;
	struct loop_timer *policy_timer; /* owned */
	struct keyboard *keyboard; /* owned, or null */
	struct loop_timer *repeat_timer; /* owned */
	uint32_t repeat_key; /* keycode, while armed */
	uint8_t pressed[INPUT_KEYCODES]; /* on how many devices */
	struct pointer *pointer; /* owned: its picture */
	struct mapping_pointer at;
	struct touch touches[INPUT_SLOTS];
};

struct input_device {
	struct input *input;
	struct list link; /* input's devices */
	unsigned kinds;
	char name[INPUT_NAME_MAX];
	char output[INPUT_NAME_MAX]; /* that it is tied to; "": none */
	const struct input_binding *binding; /* in input's configuration, or null */
	bool correct;
	void (*on_leds)(unsigned leds, void *arg);
	void *leds_arg;
};

/* ---- the policy's wishes ---- */

static void on_pass(const struct input_event *ev, void *arg)
{
	struct input *in = arg;

	in->ops->event(ev, in->arg);
}

static void on_deed(const struct input_deed *deed, struct output *where, void *arg)
{
	struct input *in = arg;

	log_burst_at(LOG_LEVEL_INFO, "%s%s%s", input_config_action_name(deed->action),
		*deed->name ? ":" : "", deed->name);
	in->ops->deed(deed, where, in->arg);
}

/* Where keys go. With nobody to have them they are still good for waking what is asleep. */
static struct output *key_output(struct input *in)
{
	struct output *o = in->ops->key_output(in->arg);

	if (o)
		return o;
	while ((o = screen_next(in->screen, o)))
		if (output_state(o) == OUTPUT_ASLEEP)
			return o;
	return NULL;
}

static void on_wake(struct output *o, void *arg)
{
	struct input *in = arg;
	int r;

	if (!o)
		o = key_output(in);
	if (!o)
		return;
	log_info("waking %s", output_name(o));
	r = output_wake(o);
	if (r < 0)
		log_burst_at(LOG_LEVEL_ERROR, "%s does not wake: %s", output_name(o), strerror(-r));
}

static const struct policy_ops policy_ops = {
	.pass = on_pass,
	.deed = on_deed,
	.wake = on_wake,
};

static void arm_policy(struct input *in)
{
	loop_timer_arm(in->policy_timer, policy_deadline(&in->policy));
}

static void on_policy_due(struct loop_timer *t, void *arg)
{
	struct input *in = arg;

	policy_tick(&in->policy, clock_now());
	arm_policy(in);
}

static bool send(struct input *in, const struct input_event *ev)
{
	const struct output *o = ev->output ? ev->output : key_output(in);
	struct policy_place place = { .scale = 1 };
	bool passed;

	if (o) {
		place.scale = output_scale(o);
		place.width = output_width(o);
		place.height = output_height(o);
		place.dark = output_state(o) == OUTPUT_ASLEEP;
	}
	passed = policy_event(&in->policy, ev, &place);
	arm_policy(in);
	return passed;
}

/* ---- keys ---- */

static unsigned modifiers(const struct input *in)
{
	return in->keyboard ? keyboard_modifiers(in->keyboard) : 0;
}

static void show_leds(struct input *in)
{
	unsigned leds = keyboard_leds(in->keyboard);
	struct input_device *d;

	list_for_each (d, &in->devices, link)
		if (d->on_leds)
			d->on_leds(leds, d->leds_arg);
}

static struct input_event key_event(
	uint32_t keycode, const struct keyboard_key *key, bool pressed, uint64_t when)
{
	return (struct input_event){
		.type = INPUT_KEY,
		.when = when,
		.pressed = pressed,
		.keycode = keycode,
		.keysym = key->keysym,
		.base = key->base,
		.modifiers = key->modifiers,
	};
}

static void on_repeat_due(struct loop_timer *t, void *arg)
{
	struct input *in = arg;
	struct input_event ev;
	struct keyboard_key key;
	uint64_t now = clock_now();

	/* First, because the event may end it. What is late is not made up for. */
	loop_timer_arm(t, now + REPEAT_INTERVAL);
	keyboard_describe(in->keyboard, in->repeat_key, &key);
	ev = key_event(in->repeat_key, &key, true, now);
	ev.repeat = true;
	send(in, &ev);
}

static void repeat(struct input *in, uint32_t keycode, bool pressed, bool repeats)
{
	if (pressed && repeats) {
		in->repeat_key = keycode;
		loop_timer_arm(in->repeat_timer, clock_now() + REPEAT_DELAY);
	} else if (keycode == in->repeat_key) {
		loop_timer_disarm(in->repeat_timer);
	}
}

void input_key(struct input_device *d, uint32_t key, bool pressed, uint64_t when)
{
	struct input *in = d->input;
	uint32_t keycode = key + XKB_OFFSET;
	struct keyboard_key meaning;
	struct input_event ev;

	if (!in->keyboard || key >= INPUT_KEYCODES - XKB_OFFSET ||
		!(d->kinds & INPUT_KIND_KEYBOARD))
		return;
	/* The same key on two keyboards is one key. */
	if (pressed ? in->pressed[keycode] == UINT8_MAX : in->pressed[keycode] == 0)
		return;
	in->pressed[keycode] += pressed ? 1 : -1;
	if (in->pressed[keycode] != (pressed ? 1 : 0))
		return;
	keyboard_key(in->keyboard, keycode, pressed, &meaning);
	show_leds(in);
	ev = key_event(keycode, &meaning, pressed, when);
	repeat(in, keycode, pressed, send(in, &ev) && meaning.repeats);
}

/* ---- the pointer ---- */

static bool pointer_event(
	struct input_device *d, enum input_type type, uint64_t when, struct input_event *ret)
{
	struct input *in = d->input;

	if (!(d->kinds & INPUT_KIND_POINTER) || !mapping_pointer_place(&in->at, in->screen))
		return false;
	*ret = (struct input_event){
		.type = type,
		.when = when,
		.output = in->at.output,
		.x = in->at.x,
		.y = in->at.y,
		.modifiers = modifiers(in),
	};
	return true;
}

static void moved(struct input_device *d, uint64_t when, double dx, double dy)
{
	struct input *in = d->input;
	struct input_event ev;

	if (!pointer_event(d, INPUT_POINTER_MOVE, when, &ev))
		return;
	ev.dx = dx;
	ev.dy = dy;
	pointer_move(in->pointer, in->at.output, in->at.x, in->at.y);
	send(in, &ev);
}

void input_move(struct input_device *d, double dx, double dy, uint64_t when)
{
	struct input *in = d->input;

	if (!(d->kinds & INPUT_KIND_POINTER) || !mapping_pointer_place(&in->at, in->screen))
		return;
	mapping_pointer_move(&in->at, in->screen, dx, dy);
	moved(d, when, dx, dy);
}

static struct output *place_on_output(
	const struct input_device *d, double u, double v, double *ret_x, double *ret_y)
{
	struct output *o = mapping_output(d->input->screen, d->output);

	if (!o)
		return NULL;
	if (d->correct && d->binding)
		mapping_calibrate(d->binding->calibration, &u, &v);
	output_from_panel(o, u, v, ret_x, ret_y);
	return o;
}

void input_move_to(struct input_device *d, double u, double v, uint64_t when)
{
	struct mapping_pointer at, *before = &d->input->at;
	double dx, dy;

	at.output = place_on_output(d, u, v, &at.x, &at.y);
	if (!at.output)
		return;
	dx = at.output == before->output ? at.x - before->x : 0;
	dy = at.output == before->output ? at.y - before->y : 0;
	*before = at;
	moved(d, when, dx, dy);
}

void input_button(struct input_device *d, uint32_t button, bool pressed, uint64_t when)
{
	struct input_event ev;

	if (!pointer_event(d, INPUT_POINTER_BUTTON, when, &ev))
		return;
	ev.button = button;
	ev.pressed = pressed;
	send(d->input, &ev);
}

void input_scroll(struct input_device *d, double dx, double dy, bool smooth, uint64_t when)
{
	struct input_event ev;

	if (!isfinite(dx) || !isfinite(dy) || !pointer_event(d, INPUT_POINTER_SCROLL, when, &ev))
		return;
	ev.dx = dx;
	ev.dy = dy;
	ev.smooth = smooth;
	send(d->input, &ev);
}

void input_set_cursor(struct input *in, const char *name)
{
	pointer_set_shape(in->pointer, name);
}

/* ---- touches ---- */

void input_touch(struct input_device *d, enum input_type type, unsigned slot, double u, double v,
	uint64_t when)
{
	struct input *in = d->input;
	struct input_event ev = { .type = type, .when = when, .slot = slot };
	struct touch *t = &in->touches[slot < INPUT_SLOTS ? slot : 0];

	if (slot >= INPUT_SLOTS || !(d->kinds & INPUT_KIND_TOUCH))
		return;
	if (type == INPUT_TOUCH_DOWN) {
		t->device = d;
		t->output = place_on_output(d, u, v, &ev.x, &ev.y);
		pointer_hide(in->pointer);
	} else if (t->device != d) {
		return;
	} else if (type == INPUT_TOUCH_MOVE && t->output) {
		struct output *now = place_on_output(d, u, v, &ev.x, &ev.y);

		/* Its screen went away below the finger: nothing can be said of where it is. */
		if (now != t->output)
			return;
	}
	ev.output = t->output;
	ev.modifiers = modifiers(in);
	if (type == INPUT_TOUCH_UP || type == INPUT_TOUCH_CANCEL)
		t->device = NULL;
	if (ev.output)
		send(in, &ev);
}

/* ---- devices ---- */

static const char *kind_name(unsigned kinds)
{
	return kinds & INPUT_KIND_TOUCH     ? "touch screen"
	       : kinds & INPUT_KIND_POINTER ? "pointer"
					    : "keyboard";
}

static void count_kinds(struct input *in)
{
	unsigned kinds = 0;
	struct input_device *d;

	list_for_each (d, &in->devices, link)
		kinds |= d->kinds;
	if (kinds == in->kinds)
		return;
	in->kinds = kinds;
	in->ops->kinds_changed(kinds, in->arg);
}

static void report_device(const struct input_device *d)
{
	const struct output *o = mapping_output(d->input->screen, d->output);

	if (d->kinds == INPUT_KIND_KEYBOARD)
		log_info("keyboard \"%s\"", d->name);
	else if (o)
		log_info("%s \"%s\" → %s", kind_name(d->kinds), d->name, output_name(o));
	else
		log_info("%s \"%s\" waits for output %s", kind_name(d->kinds), d->name,
			*d->output ? d->output : "that is lit");
}

int input_device_add(struct input *in, const struct input_device_info *info,
	struct input_device **ret, const float **ret_matrix)
{
	struct input_device *d = calloc(1, sizeof(*d));
	const char *output;

	if (!d)
		return -ENOMEM;
	d->input = in;
	d->kinds = info->kinds & input_kinds_wanted(in);
	d->binding = mapping_binding(&in->config, info);
	output = d->binding && *d->binding->output ? d->binding->output
		 : info->output                    ? info->output
						   : "";
	snprintf(d->name, sizeof(d->name), "%s", info->name);
	snprintf(d->output, sizeof(d->output), "%s", output);
	list_append(&in->devices, &d->link);
	if (ret_matrix)
		*ret_matrix = d->binding && d->binding->calibrated ? d->binding->calibration : NULL;
	*ret = d;
	report_device(d);
	count_kinds(in);
	return 0;
}

void input_device_correct(struct input_device *d)
{
	d->correct = d->binding && d->binding->calibrated;
}

void input_device_remove(struct input_device *d)
{
	struct input *in = d->input;

	for (unsigned slot = 0; slot < INPUT_SLOTS; slot++)
		if (in->touches[slot].device == d)
			input_touch(d, INPUT_TOUCH_CANCEL, slot, 0, 0, clock_now());
	log_info("%s \"%s\" is gone", kind_name(d->kinds), d->name);
	list_remove(&d->link);
	free(d);
	count_kinds(in);
}

void input_device_on_leds(struct input_device *d, void (*fn)(unsigned leds, void *arg), void *arg)
{
	d->on_leds = fn;
	d->leds_arg = arg;
	if (fn && d->input->keyboard)
		fn(keyboard_leds(d->input->keyboard), arg);
}

/* ---- all of it ---- */

unsigned input_kinds(const struct input *in)
{
	return in->kinds;
}

unsigned input_kinds_wanted(const struct input *in)
{
	return (in->config.no_pointer ? 0 : INPUT_KIND_POINTER) |
	       (in->config.no_keyboard ? 0 : INPUT_KIND_KEYBOARD) |
	       (in->config.no_touch ? 0 : INPUT_KIND_TOUCH);
}

struct keyboard *input_keyboard(const struct input *in)
{
	return in->keyboard;
}

static int start(struct input *in)
{
	int r = loop_timer_new(in->loop, "input policy", on_policy_due, in, &in->policy_timer);

	if (r < 0)
		return r;
	r = loop_timer_new(in->loop, "key repeat", on_repeat_due, in, &in->repeat_timer);
	if (r < 0)
		return r;
	r = pointer_new(&in->pointer);
	if (r < 0)
		return r;
	r = keyboard_new(&in->config, &in->keyboard);
	return r == -ENOENT ? 0 : r;
}

int input_new(const struct input_options *opts, struct input **ret)
{
	struct input *in = calloc(1, sizeof(*in));
	int r;

	if (!in)
		return -ENOMEM;
	in->loop = opts->loop;
	in->screen = opts->screen;
	in->ops = opts->ops;
	in->arg = opts->arg;
	in->config = *opts->config;
	list_init(&in->devices);
	policy_init(&in->policy, &in->config, &policy_ops, in);
	r = start(in);
	if (r < 0) {
		input_free(in);
		return r;
	}
	*ret = in;
	return 0;
}

void input_free(struct input *in)
{
	struct input_device *d, *tmp;

	if (!in)
		return;
	list_for_each_safe (d, tmp, &in->devices, link)
		input_device_remove(d);
	keyboard_free(in->keyboard);
	pointer_free(in->pointer);
	loop_timer_free(in->repeat_timer);
	loop_timer_free(in->policy_timer);
	free(in);
}
