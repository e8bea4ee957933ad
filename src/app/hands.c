#include "app/hands.h"

#include <errno.h>
#include <string.h>

#include "input/devices.h"
#include "input/input.h"
#include "view/engine.h"
#include "view/seat.h"
#include "view/window.h"

#define LOG_TAG "input"
#include "base/log.h"

struct hands {
	struct seat *seat; /* owned, as the next two */
	struct input *input;
	struct devices *devices; /* or null */
	struct engine *engine; /* borrowed, or null */
	struct windows *windows; /* borrowed, or null */
};

static void on_event(const struct input_event *ev, void *arg)
{
	struct hands *h = arg;

	seat_event(h->seat, ev);
}

static void on_deed(const struct input_deed *deed, struct output *where, void *arg)
{
	struct hands *h = arg;

	if (h->windows)
		windows_act(h->windows, deed, where);
}

static struct output *on_key_output(void *arg)
{
	struct hands *h = arg;

	return seat_key_output(h->seat);
}

static void on_kinds_changed(unsigned kinds, void *arg)
{
	struct hands *h = arg;

	if (h->engine)
		engine_set_input_kinds(h->engine, kinds);
}

static const struct input_ops input_ops = {
	.event = on_event,
	.deed = on_deed,
	.key_output = on_key_output,
	.kinds_changed = on_kinds_changed,
};

static void on_cursor(const char *name, void *arg)
{
	struct hands *h = arg;

	if (h->input)
		input_set_cursor(h->input, name);
}

static const struct seat_ops seat_ops = { .cursor = on_cursor };

static int start(struct hands *h, struct loop *l, struct screen *s,
	const struct input_config *config, bool devices)
{
	const struct input_options opts = {
		.loop = l, .screen = s, .config = config, .ops = &input_ops, .arg = h
	};
	int r = seat_new(&seat_ops, h, &h->seat);

	if (r == 0)
		r = input_new(&opts, &h->input);
	if (r == 0 && devices)
		r = devices_new(l, h->input, &h->devices);
	/* Nothing can be touched then, and all else goes on; why is in the log. */
	return r == -EIO ? 0 : r;
}

int hands_new(struct loop *l, struct screen *s, const struct input_config *config, bool devices,
	struct hands **ret)
{
	struct hands *h = calloc(1, sizeof(*h));
	int r;

	if (!h)
		return -ENOMEM;
	r = start(h, l, s, config, devices);
	if (r < 0) {
		hands_free(h);
		return r;
	}
	*ret = h;
	return 0;
}

void hands_free(struct hands *h)
{
	if (!h)
		return;
	devices_free(h->devices);
	input_free(h->input);
	h->input = NULL;
	seat_free(h->seat);
	free(h);
}

struct seat *hands_seat(const struct hands *h)
{
	return h->seat;
}

struct keyboard *hands_keyboard(const struct hands *h)
{
	return input_keyboard(h->input);
}

struct input *hands_input(const struct hands *h)
{
	return h->input;
}

void hands_serve(struct hands *h, struct engine *e, struct windows *w)
{
	h->engine = e;
	h->windows = w;
	if (e)
		engine_set_input_kinds(e, input_kinds(h->input));
}
