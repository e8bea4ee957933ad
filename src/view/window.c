#include "view/window.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ipc/caps.h"
#include "loop/loop.h"
#include "screen/layer.h"
#include "view/desk.h"
#include "view/window_private.h"
#include "wire/cursor.h"

#define LOG_TAG "window"
#include "base/log.h"

/* A page that dies again soon after its reload waits longer each time. */
#define RELOAD_DELAY_MIN (250 * NSEC_PER_MSEC)
#define RELOAD_DELAY_MAX (30 * NSEC_PER_SEC)
#define STABLE_AFTER (60 * NSEC_PER_SEC)
/* Origins that have a bridge in a window, beyond which grants bring none. */
#define ORIGINS_MAX 64

/* For the script's answer to whether a window may be closed. */
#define CLOSE_WAIT (5 * NSEC_PER_SEC)

static void window_free(struct window *win)
{
	desk_leave(win);
	loop_timer_free(win->close_timer);
	loop_timer_free(win->reload_timer);
	web_view_free(win->view);
	page_peer_free(win->peer);
	free(win);
}

static void on_committed(const char *uri, const char *origin, void *arg)
{
	struct window *win = arg;

	/* Whatever is shown now, by whose wish ever, is not to be loaded over. */
	loop_timer_disarm(win->reload_timer);
	page_peer_commit(win->peer, origin);
	/* A longer address is not one to come back to after a crash: the last one stays. */
	if (strlen(uri) < sizeof(win->url))
		strcpy(win->url, uri);
	log_debug("window \"%s\": showing %s", window_id(win), uri);
	desk_committed(win);
	if (win->windows->opts.on_committed)
		win->windows->opts.on_committed(window_id(win), win->windows->opts.arg);
}

static int on_connect(void *arg)
{
	struct window *win = arg;

	return page_peer_connect(win->peer);
}

static int on_connect_frame(const char *origin, void *arg)
{
	struct window *win = arg;

	return page_peer_connect_frame(win->peer, origin);
}

static void on_loaded(const char *uri, const char *error, void *arg)
{
	struct window *win = arg;

	if (error) {
		log_error("window \"%s\": %s: %s", window_id(win), uri, error);
		page_peer_event(win->peer, PAGE_EVENT_load_failed,
			&(struct load_failed_payload){ .url = uri, .reason = error });
	} else {
		page_peer_event(win->peer, PAGE_EVENT_load, &(struct load_payload){ .url = uri });
	}
	desk_loaded(win);
	if (win->windows->opts.on_loaded)
		win->windows->opts.on_loaded(window_id(win), error, win->windows->opts.arg);
}

static void on_crashed(const char *reason, void *arg)
{
	struct window *win = arg;
	uint64_t now = clock_now();

	page_peer_lost(win->peer);
	if (win->crashed_at && now - win->crashed_at < STABLE_AFTER)
		win->reload_delay = win->reload_delay * 2 > RELOAD_DELAY_MAX
					    ? RELOAD_DELAY_MAX
					    : win->reload_delay * 2;
	else
		win->reload_delay = RELOAD_DELAY_MIN;
	win->crashed_at = now;
	log_error("window \"%s\": %s; loading %s again in %.2f s", window_id(win), reason, win->url,
		(double)win->reload_delay / NSEC_PER_SEC);
	page_peer_event(win->peer, PAGE_EVENT_crash, &(struct reason_payload){ .reason = reason });
	loop_timer_arm(win->reload_timer, now + win->reload_delay);
}

static void on_reload_due(struct loop_timer *t, void *arg)
{
	struct window *win = arg;

	web_view_load(win->view, win->url);
}

static void on_framed(void *arg)
{
	struct window *win = arg;
	const struct windows_options *opts = &win->windows->opts;

	desk_framed(win);
	if (opts->on_framed)
		opts->on_framed(window_id(win), web_view_layer(win->view), opts->arg);
}

static void on_painted(void *arg)
{
	struct window *win = arg;
	const struct windows_options *opts = &win->windows->opts;
	struct layer *layer = web_view_layer(win->view);

	desk_painted(win);
	if (opts->on_painted)
		opts->on_painted(window_id(win), layer, layer_frames(layer), opts->arg);
}

static void on_closing(void *arg)
{
	windows_ask_to_close(arg, CLOSER_PAGE);
}

static void on_focus_wanted(void *arg)
{
	desk_focus(arg);
}

static void on_text_focus(const struct text_focus *f, void *arg)
{
	struct window *win = arg;

	page_peer_event(win->peer, PAGE_EVENT_input_focus,
		&(struct input_focus_payload){
			.focused = f->focused,
			.purpose = f->purpose,
			.x = f->cursor.x,
			.y = f->cursor.y,
			.width = f->cursor.width > 0 ? (uint32_t)f->cursor.width : 0,
			.height = f->cursor.height > 0 ? (uint32_t)f->cursor.height : 0,
		});
}

static const struct web_view_ops view_ops = {
	.committed = on_committed,
	.connect = on_connect,
	.connect_frame = on_connect_frame,
	.loaded = on_loaded,
	.crashed = on_crashed,
	.framed = on_framed,
	.painted = on_painted,
	.closing = on_closing,
	.focus_wanted = on_focus_wanted,
	.text_focus = on_text_focus,
};

bool windows_id_valid(const char *id)
{
	size_t len =
		strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

	return len > 0 && len <= WINDOW_ID_MAX && id[len] == '\0' && strcmp(id, PEER_HOST) != 0;
}

int windows_resolve_url(const char *app_id, const char *url, char *ret, size_t size)
{
	const char *path = url;
	size_t scheme;
	int n;

	for (const char *s = url; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f)
			return -EINVAL;
	scheme = strcspn(url, ":/?#");
	if (strncmp(url, "app://", 6) == 0) {
		size_t host = strcspn(url + 6, "/?#");

		/* app://index.html is a page; app://<id> is the origin itself. */
		if (strlen(app_id) == host && strncmp(url + 6, app_id, host) == 0)
			path = url + 6 + host;
		else
			path = url + 6;
	} else if (url[scheme] == ':') {
		path = NULL;
	}
	if (path)
		n = snprintf(ret, size, "app://%s/%s", app_id, path + (*path == '/'));
	else
		n = snprintf(ret, size, "%s", url);
	return n < 0 || (size_t)n >= size ? -EINVAL : 0;
}

struct window *windows_find(const struct windows *w, const char *id)
{
	struct window *win;

	list_for_each (win, &w->all, link)
		if (strcmp(window_id(win), id) == 0)
			return win;
	return NULL;
}

struct origins {
	const char *main[ORIGINS_MAX + 1], *frames[ORIGINS_MAX + 1];
	unsigned n_main, n_frames;
};

static bool has(const char *const *list, const char *origin)
{
	while (*list && strcmp(*list, origin) != 0)
		list++;
	return *list;
}

/* Whose documents have grants in this window. The app's own page always has a bridge. */
static void collect_origins(const struct windows *w, const char *id, struct origins *ret)
{
	const struct caps_rule *rule = NULL;

	*ret = (struct origins){ .main = { w->origin }, .n_main = 1 };
	while ((rule = caps_next(w->opts.caps, rule))) {
		if (rule->deny)
			continue;
		if (!has(ret->main, rule->origin) && ret->n_main < ORIGINS_MAX &&
			caps_covers(w->opts.caps, id, rule->origin, CAPS_MAIN))
			ret->main[ret->n_main++] = rule->origin;
		if (!has(ret->frames, rule->origin) && ret->n_frames < ORIGINS_MAX &&
			caps_covers(w->opts.caps, id, rule->origin, CAPS_SUB))
			ret->frames[ret->n_frames++] = rule->origin;
	}
}

static int start_view(struct window *win, const char *id)
{
	struct windows *w = win->windows;
	struct origins origins;
	const struct web_view_options opts = {
		.window = id,
		.origins = origins.main,
		.frame_origins = origins.frames,
		.ops = &view_ops,
		.arg = win,
	};

	collect_origins(w, id, &origins);
	return web_view_new(w->opts.engine, &opts, &win->view);
}

static void tell_closing(struct window *win)
{
	const struct windows_options *opts = &win->windows->opts;

	if (opts->on_closing)
		opts->on_closing(window_id(win), web_view_layer(win->view), opts->arg);
}

/* Nobody has kept it. */
static void on_close_due(struct loop_timer *t, void *arg)
{
	struct window *win = arg;
	int r;

	if (win->asks)
		log_warn("window \"%s\": the script has not said whether it may be closed: closing "
			 "it",
			window_id(win));
	win->close_wanted = false;
	r = windows_close(win->windows, window_id(win));
	if (r < 0)
		log_error("window \"%s\": %s", window_id(win), strerror(-r));
}

static bool in_range(const struct window_setup *s)
{
	return (s->zoom == 0 || (s->zoom >= WINDOW_ZOOM_MIN && s->zoom <= WINDOW_ZOOM_MAX)) &&
	       s->z >= -WINDOW_Z_MAX && s->z <= WINDOW_Z_MAX;
}

static void dress(struct window *win, const struct window_setup *setup)
{
	win->transparent = setup->transparent;
	web_view_set_transparent(win->view, win->transparent);
	win->zoom = win->home_zoom = setup->zoom == 0 ? 1 : setup->zoom;
	web_view_set_zoom(win->view, win->zoom);
}

/* Fills @win; on failure the caller frees what there is. */
static int window_start(struct window *win, const char *id, const struct window_setup *setup)
{
	struct windows *w = win->windows;
	const struct page_peer_options peer_opts = {
		.loop = w->opts.loop,
		.router = w->opts.router,
		.caps = w->opts.caps,
		.app_origin = w->origin,
		.maps = &w->maps,
	};
	char origin[ORIGIN_MAX];
	int r = windows_resolve_url(w->opts.app_id, setup->url, win->url, sizeof(win->url));

	if (r < 0)
		return r;
	memcpy(win->home, win->url, sizeof(win->home));
	engine_origin(win->url, origin);
	r = page_peer_new(&peer_opts, id, origin, &win->peer);
	if (r == 0)
		r = loop_timer_new(w->opts.loop, "reload", on_reload_due, win, &win->reload_timer);
	if (r == 0)
		r = loop_timer_new(w->opts.loop, "close", on_close_due, win, &win->close_timer);
	if (r == 0)
		r = start_view(win, id);
	if (r < 0)
		return r;
	dress(win, setup);
	return desk_open(win, setup);
}

int windows_open(struct windows *w, const struct window_setup *setup, const char **ret_id)
{
	char made_up[WINDOW_ID_MAX];
	const char *id = setup->id;
	struct window *win;
	int r;

	if (!id) {
		do
			snprintf(made_up, sizeof(made_up), "win-%u", ++w->last_number);
		while (windows_find(w, made_up));
		id = made_up;
	}
	if (!windows_id_valid(id))
		return -EINVAL;
	if (!in_range(setup))
		return -ERANGE;
	win = calloc(1, sizeof(*win));
	if (!win)
		return -ENOMEM;
	win->windows = w;
	r = window_start(win, id, setup);
	if (r < 0) {
		window_free(win);
		return r;
	}
	list_append(&w->all, &win->link);
	w->count++;
	if (!setup->unfocused)
		desk_focus(win);
	web_view_load(win->view, win->url);
	if (ret_id)
		*ret_id = window_id(win);
	return 0;
}

/* The window that an earlier run of the script opened by the same words. */
static struct window *find_adoptable(const struct windows *w, const char *id, const char *opened)
{
	struct window *win;

	list_for_each (win, &w->all, link)
		if (win->of_last_run && (id ? strcmp(window_id(win), id) == 0
					    : !win->named && strcmp(win->opened, opened) == 0))
			return win;
	return NULL;
}

/* Where it is to be now is said by this run's words. */
static int adopt(struct window *win, const struct window_setup *setup, const char *opened)
{
	int r = desk_bind(win, setup->output);

	if (r < 0)
		return r;
	win->of_last_run = false;
	/* What the last run was asked, and has not answered, this one wants to be there. */
	windows_keep(win);
	dress(win, setup);
	desk_place(win, &setup->bounds);
	desk_set_z(win, setup->z);
	desk_show(win, !setup->hidden);
	if (!setup->unfocused)
		desk_focus(win);
	if (strcmp(win->opened, opened) == 0)
		return 0;
	snprintf(win->opened, sizeof(win->opened), "%s", opened);
	snprintf(win->home, sizeof(win->home), "%s", opened);
	return windows_navigate(win->windows, window_id(win), opened);
}

int windows_create(struct windows *w, const struct window_setup *setup, const char **ret_id)
{
	char opened[WINDOW_URL_MAX];
	struct window *win;
	int r = windows_resolve_url(w->opts.app_id, setup->url, opened, sizeof(opened));

	if (r < 0)
		return r;
	if (!in_range(setup))
		return -ERANGE;
	win = find_adoptable(w, setup->id, opened);
	if (win) {
		*ret_id = window_id(win);
		return adopt(win, setup, opened);
	}
	if (setup->id && windows_find(w, setup->id))
		return -EEXIST;
	r = windows_open(w, setup, ret_id);
	if (r < 0)
		return r;
	win = windows_find(w, *ret_id);
	win->named = setup->id != NULL;
	memcpy(win->opened, opened, sizeof(opened));
	return 0;
}

void windows_script_ended(struct windows *w)
{
	struct window *win;

	list_for_each (win, &w->all, link) {
		win->of_last_run = win->opened[0] != '\0';
		win->asks = false;
	}
}

int windows_close(struct windows *w, const char *id)
{
	struct window *win = windows_find(w, id);

	if (!win)
		return -ENOENT;
	tell_closing(win);
	page_peer_close(win->peer);
	list_remove(&win->link);
	w->count--;
	window_free(win);
	return 0;
}

void windows_ask_to_close(struct window *win, enum closer by)
{
	if (win->close_wanted)
		return;
	win->close_wanted = true;
	page_peer_event(win->peer, PAGE_EVENT_close_requested,
		&(struct close_requested_payload){ .by = by });
	loop_timer_arm(win->close_timer, clock_now() + (win->asks ? CLOSE_WAIT : 0));
}

void windows_set_asks(struct window *win, bool asks)
{
	win->asks = asks;
}

void windows_keep(struct window *win)
{
	win->close_wanted = false;
	loop_timer_disarm(win->close_timer);
}

const char *windows_url(const struct window *win)
{
	return win->url;
}

const char *windows_title(const struct window *win)
{
	return win->title[0] ? win->title : web_view_title(win->view);
}

void windows_set_title(struct window *win, const char *title)
{
	snprintf(win->title, sizeof(win->title), "%.*s", (int)utf8_cut(title, WINDOW_TITLE_MAX),
		title);
}

bool windows_transparent(const struct window *win)
{
	return win->transparent;
}

double windows_zoom(const struct window *win)
{
	return win->zoom;
}

int windows_set_zoom(struct window *win, double zoom)
{
	if (!(zoom >= WINDOW_ZOOM_MIN && zoom <= WINDOW_ZOOM_MAX))
		return -ERANGE;
	win->zoom = zoom;
	web_view_set_zoom(win->view, zoom);
	return 0;
}

uint64_t windows_frames(const struct window *win)
{
	const struct layer *layer = web_view_layer(win->view);

	return layer ? layer_frames(layer) : 0;
}

int windows_picture(const struct window *win, struct picture *ret)
{
	struct layer *layer = web_view_layer(win->view);

	return layer ? layer_picture(layer, ret) : -ENODATA;
}

int windows_reload(struct windows *w, const char *id)
{
	struct window *win = windows_find(w, id);

	if (!win)
		return -ENOENT;
	loop_timer_disarm(win->reload_timer);
	web_view_reload(win->view);
	return 0;
}

int windows_navigate(struct windows *w, const char *id, const char *url)
{
	struct window *win = windows_find(w, id);
	char resolved[WINDOW_URL_MAX];
	int r;

	if (!win)
		return -ENOENT;
	r = windows_resolve_url(w->opts.app_id, url, resolved, sizeof(resolved));
	if (r < 0)
		return r;
	/* Also when its process dies on the way. */
	memcpy(win->url, resolved, sizeof(win->url));
	loop_timer_disarm(win->reload_timer);
	web_view_load(win->view, resolved);
	return 0;
}

bool windows_shows(const struct windows *w, const char *id, const char *path)
{
	const struct window *win = windows_find(w, id);

	return win && web_view_shows(win->view, path);
}

int windows_overlay(struct windows *w, const char *id, const char *problems)
{
	struct window *win = windows_find(w, id);

	if (!win)
		return -ENOENT;
	web_view_overlay(win->view, problems);
	return 0;
}

size_t windows_count(const struct windows *w)
{
	return w->count;
}

void windows_each(const struct windows *w, void (*fn)(const char *id, void *arg), void *arg)
{
	const struct window *win;

	list_for_each (win, &w->all, link)
		fn(window_id(win), arg);
}

int windows_new(const struct windows_options *opts, struct windows **ret)
{
	struct windows *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return -ENOMEM;
	w->opts = *opts;
	list_init(&w->all);
	source_maps_init(&w->maps, opts->app_fd);
	snprintf(w->origin, sizeof(w->origin), "app://%s", opts->app_id);
	r = desk_init(w);
	if (r < 0) {
		windows_free(w);
		return r;
	}
	*ret = w;
	return 0;
}

void windows_free(struct windows *w)
{
	struct window *win;

	if (!w)
		return;
	/* Nobody inherits the keyboard now. */
	w->focused = NULL;
	while ((win = list_first(&w->all, struct window, link))) {
		tell_closing(win);
		list_remove(&win->link);
		window_free(win);
	}
	desk_fini(w);
	source_maps_fini(&w->maps);
	free(w);
}
