#include "view/window.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ipc/caps.h"
#include "loop/loop.h"
#include "screen/layer.h"
#include "view/engine.h"
#include "view/page_peer.h"
#include "wire/source_maps.h"

#define LOG_TAG "window"
#include "base/log.h"

/* A page that dies again soon after its reload waits longer each time. */
#define RELOAD_DELAY_MIN (250 * NSEC_PER_MSEC)
#define RELOAD_DELAY_MAX (30 * NSEC_PER_SEC)
#define STABLE_AFTER (60 * NSEC_PER_SEC)
/* Origins that have a bridge in a window, beyond which grants bring none. */
#define ORIGINS_MAX 64

struct windows {
	struct windows_options opts;
	char origin[80];
	struct source_maps maps; /* of the pages' scripts */
	struct list all;
	size_t count;
	unsigned last_number; /* of "win-N" */
};

struct window {
	struct windows *windows;
	struct list link; /* windows' all */
	struct web_view *view; /* owned */
	struct page_peer *peer; /* owned */
	struct loop_timer *reload_timer; /* owned: armed between a crash and the reload */
	uint64_t reload_delay;
	uint64_t crashed_at;
	char url[WINDOW_URL_MAX]; /* to be shown: where a reload after a crash goes */
	char opened[WINDOW_URL_MAX]; /* by the script; empty: by the manifest */
	bool named; /* by who opened it */
	bool of_last_run; /* of the script, and not asked for by this one yet */
	bool opened_told; /* opts.opened was called */
};

static void window_free(struct window *win)
{
	loop_timer_free(win->reload_timer);
	if (win->opened_told)
		win->windows->opts.closing(web_view_layer(win->view), win->windows->opts.arg);
	web_view_free(win->view);
	page_peer_free(win->peer);
	free(win);
}

static const char *window_id(const struct window *win)
{
	return page_peer_name(win->peer);
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

static void on_painted(void *arg)
{
	struct window *win = arg;
	const struct windows_options *opts = &win->windows->opts;
	struct layer *layer = web_view_layer(win->view);

	if (opts->on_painted)
		opts->on_painted(window_id(win), layer, layer_frames(layer), opts->arg);
}

static const struct web_view_ops view_ops = {
	.committed = on_committed,
	.connect = on_connect,
	.connect_frame = on_connect_frame,
	.loaded = on_loaded,
	.crashed = on_crashed,
	.painted = on_painted,
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

static struct window *find(const struct windows *w, const char *id)
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
	struct web_view_options opts = {
		.window = id,
		.origins = origins.main,
		.frame_origins = origins.frames,
		.ops = &view_ops,
		.arg = win,
	};
	int r = w->opts.output_for(id, &opts.output, w->opts.arg);

	if (r < 0)
		return r;
	collect_origins(w, id, &origins);
	r = web_view_new(w->opts.engine, &opts, &win->view);
	if (r < 0 || !w->opts.opened)
		return r;
	r = w->opts.opened(id, web_view_layer(win->view), w->opts.arg);
	win->opened_told = r == 0;
	return r;
}

/* Fills @win; on failure the caller frees what there is. */
static int window_start(struct window *win, const char *id, const char *url)
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
	int r = windows_resolve_url(w->opts.app_id, url, win->url, sizeof(win->url));

	if (r < 0)
		return r;
	engine_origin(win->url, origin);
	r = page_peer_new(&peer_opts, id, origin, &win->peer);
	if (r < 0)
		return r;
	r = loop_timer_new(w->opts.loop, "reload", on_reload_due, win, &win->reload_timer);
	if (r < 0)
		return r;
	return start_view(win, id);
}

int windows_open(struct windows *w, const char *id, const char *url, const char **ret_id)
{
	char made_up[WINDOW_ID_MAX];
	struct window *win;
	int r;

	if (!id) {
		do
			snprintf(made_up, sizeof(made_up), "win-%u", ++w->last_number);
		while (find(w, made_up));
		id = made_up;
	}
	if (!windows_id_valid(id))
		return -EINVAL;
	win = calloc(1, sizeof(*win));
	if (!win)
		return -ENOMEM;
	win->windows = w;
	r = window_start(win, id, url);
	if (r < 0) {
		window_free(win);
		return r;
	}
	list_append(&w->all, &win->link);
	w->count++;
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

static int adopt(struct window *win, const char *opened)
{
	int r = 0;

	win->of_last_run = false;
	if (strcmp(win->opened, opened) != 0) {
		r = windows_navigate(win->windows, window_id(win), opened);
		snprintf(win->opened, sizeof(win->opened), "%s", opened);
	}
	return r;
}

int windows_create(struct windows *w, const char *id, const char *url, const char **ret_id)
{
	char opened[WINDOW_URL_MAX];
	struct window *win;
	int r = windows_resolve_url(w->opts.app_id, url, opened, sizeof(opened));

	if (r < 0)
		return r;
	win = find_adoptable(w, id, opened);
	if (win) {
		*ret_id = window_id(win);
		return adopt(win, opened);
	}
	if (id && find(w, id))
		return -EEXIST;
	r = windows_open(w, id, url, ret_id);
	if (r < 0)
		return r;
	win = find(w, *ret_id);
	win->named = id != NULL;
	memcpy(win->opened, opened, sizeof(opened));
	return 0;
}

void windows_script_ended(struct windows *w)
{
	struct window *win;

	list_for_each (win, &w->all, link)
		win->of_last_run = win->opened[0] != '\0';
}

int windows_close(struct windows *w, const char *id)
{
	struct window *win = find(w, id);

	if (!win)
		return -ENOENT;
	page_peer_close(win->peer);
	list_remove(&win->link);
	w->count--;
	window_free(win);
	return 0;
}

int windows_reload(struct windows *w, const char *id)
{
	struct window *win = find(w, id);

	if (!win)
		return -ENOENT;
	loop_timer_disarm(win->reload_timer);
	web_view_reload(win->view);
	return 0;
}

int windows_navigate(struct windows *w, const char *id, const char *url)
{
	struct window *win = find(w, id);
	char resolved[WINDOW_URL_MAX];
	int r;

	if (!win)
		return -ENOENT;
	r = windows_resolve_url(w->opts.app_id, url, resolved, sizeof(resolved));
	if (r < 0)
		return r;
	loop_timer_disarm(win->reload_timer);
	web_view_load(win->view, resolved);
	return 0;
}

bool windows_shows(const struct windows *w, const char *id, const char *path)
{
	const struct window *win = find(w, id);

	return win && web_view_shows(win->view, path);
}

int windows_overlay(struct windows *w, const char *id, const char *problems)
{
	struct window *win = find(w, id);

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

	if (!w)
		return -ENOMEM;
	w->opts = *opts;
	list_init(&w->all);
	source_maps_init(&w->maps, opts->app_fd);
	snprintf(w->origin, sizeof(w->origin), "app://%s", opts->app_id);
	*ret = w;
	return 0;
}

void windows_free(struct windows *w)
{
	struct window *win, *next;

	if (!w)
		return;
	list_for_each_safe (win, next, &w->all, link)
		window_free(win);
	source_maps_fini(&w->maps);
	free(w);
}
