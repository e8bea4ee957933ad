#include "view/window_action.h"

#include <string.h>

#include "view/desk.h"
#include "view/window_private.h"

#define LOG_TAG "window"
#include "base/log.h"

#define ZOOM_STEP 1.2

static void reload(struct window *win)
{
	if (windows_reload(win->windows, window_id(win)) < 0)
		log_warn("window \"%s\": cannot be loaded again", window_id(win));
}

static void go_home(struct window *win)
{
	if (windows_navigate(win->windows, window_id(win), win->home) < 0)
		log_warn("window \"%s\": cannot go to %s", window_id(win), win->home);
}

static void zoom_to(struct window *win, double zoom)
{
	if (zoom < WINDOW_ZOOM_MIN)
		zoom = WINDOW_ZOOM_MIN;
	if (zoom > WINDOW_ZOOM_MAX)
		zoom = WINDOW_ZOOM_MAX;
	if (windows_set_zoom(win, zoom) < 0)
		log_warn("window \"%s\": no zoom %g", window_id(win), zoom);
}

/* The one that was opened after @win, among those that are seen, comes to the front. */
static void next_window(struct window *win)
{
	struct windows *w = win->windows;
	struct window *other, *first = NULL, *next = NULL;
	bool after = false;

	list_for_each (other, &w->all, link) {
		if (other == win) {
			after = true;
			continue;
		}
		if (!desk_visible(other))
			continue;
		if (!first)
			first = other;
		if (after && !next)
			next = other;
	}
	if (!next)
		next = first;
	if (!next)
		return;
	desk_raise(next);
	desk_focus(next);
}

static void tell(struct window *win, const char *name)
{
	page_peer_event(win->peer, PAGE_EVENT_action, &(struct action_payload){ .name = name });
}

void window_action_do(struct windows *w, const struct input_deed *deed)
{
	struct window *win = desk_focus_of(w);

	if (!win)
		win = list_first(&w->all, struct window, link);
	if (!win)
		return;
	switch (deed->action) {
	case INPUT_ACTION_NONE:
		break;
	case INPUT_ACTION_RELOAD:
		reload(win);
		break;
	case INPUT_ACTION_BACK:
		web_view_go_back(win->view);
		break;
	case INPUT_ACTION_FORWARD:
		web_view_go_forward(win->view);
		break;
	case INPUT_ACTION_HOME:
		go_home(win);
		break;
	case INPUT_ACTION_ZOOM_IN:
		zoom_to(win, windows_zoom(win) * ZOOM_STEP);
		break;
	case INPUT_ACTION_ZOOM_OUT:
		zoom_to(win, windows_zoom(win) / ZOOM_STEP);
		break;
	case INPUT_ACTION_ZOOM_RESET:
		zoom_to(win, 1);
		break;
	case INPUT_ACTION_NEXT_WINDOW:
		next_window(win);
		break;
	case INPUT_ACTION_CLOSE:
		windows_ask_to_close(win, CLOSER_ACTION);
		break;
	case INPUT_ACTION_EVENT:
		tell(win, deed->name);
		break;
	}
}
