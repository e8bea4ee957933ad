/* What keys and gestures of the device's configuration do to a window. */
#include "input/config.h"
#include "view/desk.h"
#include "view/window_private.h"

#define LOG_TAG "window"
#include "base/log.h"

#define ZOOM_STEP 1.1

static bool in_front_of(const struct window *a, const struct window *b)
{
	return a->z != b->z ? a->z > b->z : a->order > b->order;
}

static struct window *foremost(const struct windows *w, const struct output *o)
{
	struct window *win, *found = NULL;

	list_for_each (win, &w->all, link)
		if (win->visible && win->output == o && (!found || in_front_of(win, found)))
			found = win;
	return found;
}

static struct window *meant(const struct windows *w, const struct output *where)
{
	if (!where || (w->focused && w->focused->output == where))
		return w->focused;
	return foremost(w, where);
}

static void zoom(struct window *win, double to)
{
	if (to < WINDOW_ZOOM_MIN)
		to = WINDOW_ZOOM_MIN;
	if (to > WINDOW_ZOOM_MAX)
		to = WINDOW_ZOOM_MAX;
	if (windows_set_zoom(win, to) < 0)
		log_warn("window \"%s\": no zoom of %g", window_id(win), to);
}

/* The one opened after it, and after the last the first; of those that are seen. */
static void focus_next(struct window *win)
{
	struct windows *w = win->windows;

	for (struct list *l = win->link.next; l != &win->link; l = l->next) {
		struct window *next = container_of(l, struct window, link);

		if (l == &w->all || !next->visible)
			continue;
		desk_raise(next);
		desk_focus(next);
		return;
	}
}

static void reload(struct window *win, const char *url)
{
	int r = url ? windows_navigate(win->windows, window_id(win), url)
		    : windows_reload(win->windows, window_id(win));

	if (r < 0)
		log_warn("window \"%s\" does not load", window_id(win));
}

void windows_act(struct windows *w, const struct input_deed *deed, const struct output *where)
{
	struct window *win = meant(w, where);

	if (!win)
		return;
	switch (deed->action) {
	case INPUT_ACTION_RELOAD:
		reload(win, NULL);
		break;
	case INPUT_ACTION_HOME:
		reload(win, win->home);
		break;
	case INPUT_ACTION_BACK:
		web_view_go_back(win->view);
		break;
	case INPUT_ACTION_FORWARD:
		web_view_go_forward(win->view);
		break;
	case INPUT_ACTION_ZOOM_IN:
		zoom(win, win->zoom * ZOOM_STEP);
		break;
	case INPUT_ACTION_ZOOM_OUT:
		zoom(win, win->zoom / ZOOM_STEP);
		break;
	case INPUT_ACTION_ZOOM_RESET:
		zoom(win, win->home_zoom);
		break;
	case INPUT_ACTION_NEXT_WINDOW:
		focus_next(win);
		break;
	case INPUT_ACTION_CLOSE:
		windows_ask_to_close(win, CLOSER_ACTION);
		break;
	case INPUT_ACTION_EVENT:
		page_peer_event(win->peer, PAGE_EVENT_action,
			&(struct action_payload){ .name = deed->name });
		break;
	case INPUT_ACTION_NONE:
		break;
	}
}
