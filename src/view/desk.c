#include "view/desk.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/layer.h"
#include "screen/screen.h"
#include "view/refuge.h"
#include "view/window_private.h"

#define LOG_TAG "window"
#include "base/log.h"

/*
 * A hidden page paints until it has something to be shown with: a moment after its load,
 * and in any case not longer than this after its document came.
 */
#define SETTLE (300 * NSEC_PER_MSEC)
#define READY_MAX (10 * NSEC_PER_SEC)

struct desk_output {
	struct list link; /* windows' outputs */
	struct windows *windows;
	struct output *output; /* borrowed: outlives us */
	struct output_listener listener;
};

/* ---- what the script is told ---- */

static void tell(struct window *win, enum page_event type, const void *payload)
{
	page_peer_event(win->peer, type, payload);
}

static void tell_nothing_but(struct window *win, enum page_event type)
{
	tell(win, type, &(struct count_payload){ 0 });
}

static void tell_place(struct window *win)
{
	struct bounds was = win->told, is = desk_bounds(win);

	win->told = is;
	if (is.width != was.width || is.height != was.height)
		tell(win, PAGE_EVENT_resize,
			&(struct size_payload){ .width = is.width, .height = is.height });
	if (is.x != was.x || is.y != was.y)
		tell(win, PAGE_EVENT_move, &(struct place_payload){ .x = is.x, .y = is.y });
}

static enum shown_state shown(enum output_state s)
{
	static const enum shown_state states[] = {
		[OUTPUT_ABSENT] = SHOWN_ABSENT,
		[OUTPUT_PRESENT] = SHOWN_PRESENT,
		[OUTPUT_LIT] = SHOWN_LIT,
		[OUTPUT_ASLEEP] = SHOWN_ASLEEP,
		[OUTPUT_FAILED] = SHOWN_FAILED,
	};

	return states[s];
}

/* What the script knows from here on; whether that is news. */
static bool note_output(struct window *win)
{
	const struct output *o = win->output;
	bool news = win->told_output.output != o || win->told_output.state != output_state(o) ||
		    win->told_output.width != output_width(o) ||
		    win->told_output.height != output_height(o) ||
		    win->told_output.scale != output_scale(o);

	win->told_output.output = o;
	win->told_output.state = output_state(o);
	win->told_output.width = output_width(o);
	win->told_output.height = output_height(o);
	win->told_output.scale = output_scale(o);
	return news;
}

static void tell_output(struct window *win)
{
	const struct output *o = win->output;
	const struct canvas c = { output_width(o), output_height(o), output_scale(o) };
	const struct rect all = { 0, 0, (int32_t)c.width, (int32_t)c.height };
	struct output_payload payload = {
		.name = output_name(o),
		.state = shown(output_state(o)),
		.scale = c.scale,
	};

	if (!note_output(win))
		return;
	bounds_page_size(&all, c.scale, &payload.width, &payload.height);
	tell(win, PAGE_EVENT_output, &payload);
}

/* ---- one window ---- */

static struct canvas canvas_of(const struct window *win)
{
	const struct output *o = win->output;

	return o ? (struct canvas){ output_width(o), output_height(o), output_scale(o) }
		 : (struct canvas){ .scale = 1 };
}

/* Its page paints when that is seen, or is what it will be shown with. */
static void update_map(struct window *win)
{
	bool lit = win->output && output_state(win->output) == OUTPUT_LIT;

	web_view_map(win->view, lit && (win->visible || !win->ready));
}

/* Where it is to be, by its bounds and its output as they are now. */
static void put(struct window *win)
{
	const struct canvas c = canvas_of(win);
	struct rect canvas = bounds_to_canvas(&win->bounds, &c);
	struct web_view_place place = {
		.output = win->output,
		.canvas = &canvas,
		.scale = c.scale,
		.fullscreen = desk_fullscreen(win),
	};
	struct layer *layer;
	int r;

	if (!win->output)
		return;
	bounds_page_size(&canvas, c.scale, &place.width, &place.height);
	r = web_view_place(win->view, &place);
	if (r < 0) {
		log_error("window \"%s\" cannot be shown: %s", window_id(win), strerror(-r));
		return;
	}
	layer = web_view_layer(win->view);
	layer_set_z(layer, win->z);
	layer_set_visible(layer, win->visible);
	update_map(win);
}

struct bounds desk_bounds(const struct window *win)
{
	const struct canvas c = canvas_of(win);

	return bounds_resolve(&win->bounds, &c);
}

struct bounds desk_wanted(const struct window *win)
{
	return win->bounds;
}

const struct output *desk_output(const struct window *win)
{
	return win->output;
}

int32_t desk_z(const struct window *win)
{
	return win->z;
}

bool desk_fullscreen(const struct window *win)
{
	return bounds_fullscreen(&win->bounds);
}

void desk_place(struct window *win, const struct bounds *b)
{
	if (!bounds_fullscreen(b))
		win->before = *b;
	win->bounds = *b;
	bounds_clamp(&win->bounds);
	put(win);
	tell_place(win);
}

void desk_set_fullscreen(struct window *win, bool fullscreen)
{
	const struct bounds all = { 0 };

	if (fullscreen != desk_fullscreen(win))
		desk_place(win, fullscreen ? &all : &win->before);
}

bool desk_visible(const struct window *win)
{
	return win->visible;
}

/* ---- hidden pages ---- */

static void become_ready(struct window *win)
{
	loop_timer_disarm(win->ready_timer);
	win->settling = false;
	win->ready = true;
	update_map(win);
}

/* Without a frame there is nothing to show yet: the next one will do. */
static void on_ready_due(struct loop_timer *t, void *arg)
{
	struct window *win = arg;

	win->settling = false;
	if (win->framed)
		become_ready(win);
}

static void settle(struct window *win, uint64_t time)
{
	if (win->visible || win->ready)
		return;
	win->settling = true;
	loop_timer_arm(win->ready_timer, clock_now() + time);
}

void desk_committed(struct window *win)
{
	win->ready = win->framed = false;
	settle(win, READY_MAX);
	update_map(win);
}

void desk_framed(struct window *win)
{
	win->framed = true;
	if (!win->visible && !win->ready && !win->settling)
		become_ready(win);
}

void desk_loaded(struct window *win)
{
	settle(win, SETTLE);
}

void desk_painted(struct window *win)
{
	if (!win->ready)
		become_ready(win);
}

/* ---- order ---- */

static bool in_front(const struct window *a, const struct window *b)
{
	return a->z != b->z ? a->z > b->z : a->order > b->order;
}

/* The layers in the order of their windows. */
static void restack(struct windows *w)
{
	struct window *win, *next;
	int64_t done = INT64_MIN;

	for (size_t i = 0; i < w->count; i++) {
		next = NULL;
		list_for_each (win, &w->all, link)
			if (win->order > done && (!next || win->order < next->order))
				next = win;
		if (!next)
			return;
		done = next->order;
		if (web_view_layer(next->view))
			layer_raise(web_view_layer(next->view));
	}
}

void desk_raise(struct window *win)
{
	win->order = ++win->windows->top;
	if (web_view_layer(win->view))
		layer_raise(web_view_layer(win->view));
}

void desk_lower(struct window *win)
{
	win->order = --win->windows->bottom;
	restack(win->windows);
}

void desk_set_z(struct window *win, int32_t z)
{
	if (z > WINDOW_Z_MAX)
		z = WINDOW_Z_MAX;
	win->z = z < -WINDOW_Z_MAX ? -WINDOW_Z_MAX : z;
	if (web_view_layer(win->view))
		layer_set_z(web_view_layer(win->view), win->z);
	desk_raise(win);
}

/* ---- the keyboard ---- */

static void give_focus(struct windows *w, struct window *win)
{
	struct window *was = w->focused;

	if (win == was)
		return;
	w->focused = win;
	if (was) {
		web_view_focus(was->view, false);
		tell_nothing_but(was, PAGE_EVENT_blur);
	}
	if (win) {
		web_view_focus(win->view, true);
		tell_nothing_but(win, PAGE_EVENT_focus);
	}
}

/* Whoever has lost it leaves it to the one in front, on the same output if there is one. */
static struct window *heir(const struct window *win)
{
	struct window *other, *best = NULL;
	bool near, best_near = false;

	list_for_each (other, &win->windows->all, link) {
		if (other == win || !other->visible)
			continue;
		near = other->output == win->output;
		if (!best || near > best_near || (near == best_near && in_front(other, best))) {
			best = other;
			best_near = near;
		}
	}
	return best;
}

void desk_focus(struct window *win)
{
	if (win->visible)
		give_focus(win->windows, win);
}

bool desk_focused(const struct window *win)
{
	return win->windows->focused == win;
}

struct window *desk_focus_of(const struct windows *w)
{
	return w->focused;
}

struct window *desk_window_of(const struct windows *w, const struct layer *l)
{
	struct window *win;

	list_for_each (win, &w->all, link)
		if (l && web_view_layer(win->view) == l)
			return win;
	return NULL;
}

void desk_show(struct window *win, bool visible)
{
	if (win->visible == visible)
		return;
	win->visible = visible;
	web_view_show(win->view, visible);
	update_map(win);
	settle(win, READY_MAX);
	tell_nothing_but(win, visible ? PAGE_EVENT_show : PAGE_EVENT_hide);
	if (!visible && desk_focused(win))
		give_focus(win->windows, heir(win));
	else if (visible && !win->windows->focused)
		give_focus(win->windows, win);
}

/* ---- outputs ---- */

static void move_to(struct window *win, struct output *o)
{
	win->output = o;
	put(win);
	restack(win->windows);
}

static bool occupied(const struct output *o, void *arg)
{
	const struct windows *w = arg;
	const struct window *win;

	list_for_each (win, &w->all, link)
		if (win->output == o)
			return true;
	return false;
}

/* All that are on @from go together, so what lay over each other does so there. */
static void evacuate(struct windows *w, const struct output *from, struct output *to)
{
	struct window *win;

	log_info("%s shows nothing: its windows go to %s", output_name(from), output_name(to));
	list_for_each (win, &w->all, link)
		if (win->output == from && !win->bound)
			move_to(win, to);
	list_for_each (win, &w->all, link)
		if (win->output == to) {
			tell_place(win);
			tell_output(win);
		}
}

static bool has_unbound(const struct windows *w, const struct output *o)
{
	const struct window *win;

	list_for_each (win, &w->all, link)
		if (win->output == o && !win->bound)
			return true;
	return false;
}

static void rehome(struct windows *w)
{
	struct desk_output *d;
	struct output *to;

	list_for_each (d, &w->outputs, link) {
		if (!has_unbound(w, d->output))
			continue;
		to = refuge_find(w->opts.screen, d->output, occupied, w);
		if (to)
			evacuate(w, d->output, to);
	}
}

static void on_changed(struct output *o, void *arg)
{
	struct windows *w = arg;
	struct window *win;

	list_for_each (win, &w->all, link)
		if (win->output == o) {
			put(win);
			tell_place(win);
			tell_output(win);
		}
	rehome(w);
}

static bool is_known(const struct windows *w, const struct output *o)
{
	const struct desk_output *d;

	list_for_each (d, &w->outputs, link)
		if (d->output == o)
			return true;
	return false;
}

static int add_output(struct windows *w, struct output *o)
{
	struct desk_output *d;
	int r;

	if (is_known(w, o))
		return 0;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	r = engine_add_output(w->opts.engine, o);
	if (r < 0) {
		free(d);
		return r;
	}
	d->windows = w;
	d->output = o;
	d->listener = (struct output_listener){ .changed = on_changed, .arg = w };
	output_add_listener(o, &d->listener);
	list_append(&w->outputs, &d->link);
	return 0;
}

void desk_add_output(struct windows *w, struct output *o)
{
	struct output *primary;
	struct window *win;
	int r = add_output(w, o);

	if (r < 0)
		log_error("%s: no window can be there: %s", output_name(o), strerror(-r));
	primary = screen_primary(w->opts.screen);
	list_for_each (win, &w->all, link)
		if (!win->output && primary && is_known(w, primary)) {
			move_to(win, primary);
			tell_place(win);
			tell_output(win);
		}
	rehome(w);
}

int desk_bind(struct window *win, const char *output)
{
	struct windows *w = win->windows;
	struct output *o = win->output;
	int r = 0;

	if (output)
		r = screen_output(w->opts.screen, output, &o);
	else if (!o || win->bound)
		o = screen_primary(w->opts.screen);
	if (r == 0 && o)
		r = add_output(w, o);
	if (r < 0)
		return r;
	win->bound = output != NULL;
	if (o != win->output)
		move_to(win, o);
	return 0;
}

int desk_open(struct window *win, const struct window_setup *setup)
{
	int r = loop_timer_new(
		win->windows->opts.loop, "ready", on_ready_due, win, &win->ready_timer);

	if (r < 0)
		return r;
	win->bounds = win->before = setup->bounds;
	bounds_clamp(&win->bounds);
	win->visible = !setup->hidden;
	win->z = setup->z;
	r = desk_bind(win, setup->output);
	if (r < 0)
		return r;
	desk_raise(win);
	/* What it has from the start is no news. */
	win->told = desk_bounds(win);
	if (win->output)
		note_output(win);
	return 0;
}

void desk_leave(struct window *win)
{
	loop_timer_free(win->ready_timer);
	win->ready_timer = NULL;
	if (!desk_focused(win))
		return;
	/* Nobody is told that a window lost it which is no more. */
	win->windows->focused = NULL;
	give_focus(win->windows, heir(win));
}

int desk_init(struct windows *w)
{
	struct output *o = NULL;
	int r = 0;

	list_init(&w->outputs);
	while (r == 0 && (o = screen_next(w->opts.screen, o)))
		r = add_output(w, o);
	return r;
}

void desk_fini(struct windows *w)
{
	struct desk_output *d, *next;

	list_for_each_safe (d, next, &w->outputs, link) {
		output_remove_listener(&d->listener);
		list_remove(&d->link);
		free(d);
	}
}
