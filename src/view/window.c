#include "view/window.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/output.h"
#include "view/engine.h"
#include "view/page_peer.h"
#include "wire/cursor.h"
#include "wire/limits.h"
#include "wire/pack.h"

#define LOG_TAG "window"
#include "base/log.h"

#define SERVICE "runtime:window"
#define URL_MAX 2048

/* A page that dies again soon after its reload waits longer each time. */
#define RELOAD_DELAY_MIN (250 * NSEC_PER_MSEC)
#define RELOAD_DELAY_MAX (30 * NSEC_PER_SEC)
#define STABLE_AFTER (60 * NSEC_PER_SEC)

struct windows {
	struct windows_options opts;
	char origin[80];
	struct peer service;
	struct identity *self; /* owned: sender of the service's answers */
	struct list all;
	size_t count;
	unsigned last_number; /* of "win-N" */
};

struct window {
	struct windows *windows;
	struct list link; /* windows' all */
	struct output *output; /* owned, outlives the view */
	struct web_view *view; /* owned */
	struct page_peer *peer; /* owned */
	struct loop_timer *reload_timer; /* owned: armed between a crash and the reload */
	uint64_t reload_delay;
	uint64_t crashed_at;
	char url[URL_MAX]; /* to be shown: where a reload after a crash goes */
	bool painted;
};

static void window_free(struct window *win)
{
	loop_timer_free(win->reload_timer);
	web_view_free(win->view);
	page_peer_free(win->peer);
	if (win->output && win->windows->opts.output_gone)
		win->windows->opts.output_gone(win->output, win->windows->opts.arg);
	output_free(win->output);
	free(win);
}

static const char *window_id(const struct window *win)
{
	return page_peer_name(win->peer);
}

/* An event whose detail is {@key: @text}; without a key, {}. */
static void emit(struct window *win, const char *type, const char *key, const char *text)
{
	struct buf detail = BUF_INIT(2 * URL_MAX);
	struct pack pack;

	pack_init(&pack, &detail);
	pack_map(&pack, key ? 1 : 0);
	if (key) {
		pack_cstr(&pack, key);
		pack_cstr(&pack, text);
	}
	if (pack.error == 0)
		page_peer_event(win->peer, type, buf_bytes(&detail), buf_len(&detail));
	else
		log_error("window \"%s\": the event \"%s\" is lost", window_id(win), type);
	buf_fini(&detail);
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
}

static int on_connect(void *arg)
{
	struct window *win = arg;

	return page_peer_connect(win->peer);
}

static void on_loaded(const char *uri, const char *error, void *arg)
{
	struct window *win = arg;

	if (error) {
		log_error("window \"%s\": %s: %s", window_id(win), uri, error);
		emit(win, "load-failed", "reason", error);
	} else {
		emit(win, "load", "url", uri);
	}
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
	emit(win, "crash", "reason", reason);
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

	if (!win->painted && opts->on_first_paint)
		opts->on_first_paint(window_id(win), opts->arg);
	win->painted = true;
}

static const struct web_view_ops view_ops = {
	.committed = on_committed,
	.connect = on_connect,
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

static struct window *find(struct windows *w, const char *id, size_t len)
{
	struct window *win;

	list_for_each (win, &w->all, link)
		if (strlen(window_id(win)) == len && memcmp(window_id(win), id, len) == 0)
			return win;
	return NULL;
}

/* Fills @win; on failure the caller frees what there is. */
static int window_start(struct window *win, const char *id, const char *url)
{
	struct windows *w = win->windows;
	const struct page_peer_options peer_opts = {
		.loop = w->opts.loop,
		.router = w->opts.router,
		.caps = w->opts.caps,
		.origin = w->origin,
	};
	int r = windows_resolve_url(w->opts.app_id, url, win->url, sizeof(win->url));

	if (r < 0)
		return r;
	r = page_peer_new(&peer_opts, id, &win->peer);
	if (r < 0)
		return r;
	r = loop_timer_new(w->opts.loop, "reload", on_reload_due, win, &win->reload_timer);
	if (r < 0)
		return r;
	r = w->opts.output_new(id, &win->output, w->opts.arg);
	if (r < 0)
		return r;
	return web_view_new(w->opts.engine, win->output, &view_ops, win, &win->view);
}

int windows_open(struct windows *w, const char *id, const char *url)
{
	char made_up[WINDOW_ID_MAX];
	struct window *win;
	int r;

	if (!id) {
		do
			snprintf(made_up, sizeof(made_up), "win-%u", ++w->last_number);
		while (find(w, made_up, strlen(made_up)));
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
	return 0;
}

static void window_close(struct window *win)
{
	emit(win, "close", NULL, NULL);
	list_remove(&win->link);
	win->windows->count--;
	window_free(win);
}

size_t windows_count(const struct windows *w)
{
	return w->count;
}

/* ---- the service: methods that the host script calls ---- */

struct arguments {
	const char *id, *url; /* null when not given; not terminated */
	size_t id_len, url_len;
};

struct failure {
	enum wire_status status;
	char text[128];
};

static int failure(struct failure *f, enum wire_status status, const char *text)
{
	f->status = status;
	snprintf(f->text, sizeof(f->text), "%s", text);
	return -1;
}

static int parse_arguments(const struct frame *call, struct arguments *ret)
{
	struct cursor c;
	uint32_t n;

	*ret = (struct arguments){ 0 };
	cursor_init(&c, call->payload, call->payload_len);
	if (cursor_map(&c, &n) < 0)
		return -EINVAL;
	while (n-- > 0) {
		const char *key, **value;
		size_t key_len, *len;

		if (cursor_str(&c, &key, &key_len) < 0)
			return -EINVAL;
		if (key_len == 2 && memcmp(key, "id", 2) == 0) {
			value = &ret->id;
			len = &ret->id_len;
		} else if (key_len == 3 && memcmp(key, "url", 3) == 0) {
			value = &ret->url;
			len = &ret->url_len;
		} else {
			return -EINVAL;
		}
		if (cursor_str(&c, value, len) < 0)
			return -EINVAL;
	}
	return 0;
}

static int do_create(
	struct windows *w, const struct arguments *a, struct pack *result, struct failure *fail)
{
	char id[WINDOW_ID_MAX + 1], url[URL_MAX];
	int r;

	if (a->id_len >= sizeof(id) || a->url_len >= sizeof(url))
		return failure(fail, STATUS_CHANNEL_SEND, "the id or the url is too long");
	snprintf(id, sizeof(id), "%.*s", (int)a->id_len, a->id ? a->id : "");
	snprintf(url, sizeof(url), "%.*s", (int)a->url_len, a->url ? a->url : "");
	r = windows_open(w, a->id ? id : NULL, url);
	if (r == -EINVAL)
		return failure(fail, STATUS_CHANNEL_SEND,
			"a window id is 1 to 32 of a-z A-Z 0-9 - _ . and a url has no spaces");
	if (r == -EEXIST)
		return failure(fail, STATUS_CHANNEL_SEND, "there is a window with this id already");
	if (r < 0)
		return failure(fail, STATUS_CHANNEL_SEND, strerror(-r));
	pack_map(result, 1);
	pack_cstr(result, "id");
	pack_cstr(result, window_id(container_of(w->all.prev, struct window, link)));
	return 0;
}

static int do_list(
	struct windows *w, const struct arguments *a, struct pack *result, struct failure *fail)
{
	struct window *win;

	pack_array(result, w->count);
	list_for_each (win, &w->all, link)
		pack_cstr(result, window_id(win));
	return 0;
}

static int do_close(
	struct windows *w, const struct arguments *a, struct pack *result, struct failure *fail)
{
	struct window *win = a->id ? find(w, a->id, a->id_len) : NULL;

	if (win)
		window_close(win);
	pack_bool(result, win != NULL);
	return 0;
}

/* For the methods that need a window which exists. */
static struct window *window_of(struct windows *w, const struct arguments *a, struct failure *fail)
{
	struct window *win = a->id ? find(w, a->id, a->id_len) : NULL;

	if (!win) {
		fail->status = STATUS_WINDOW_NOT_FOUND;
		snprintf(fail->text, sizeof(fail->text), "there is no window \"%.*s\"",
			(int)(a->id_len > WINDOW_ID_MAX ? WINDOW_ID_MAX : a->id_len),
			a->id ? a->id : "");
	}
	return win;
}

static int do_reload(
	struct windows *w, const struct arguments *a, struct pack *result, struct failure *fail)
{
	struct window *win = window_of(w, a, fail);

	if (!win)
		return -1;
	loop_timer_disarm(win->reload_timer);
	web_view_reload(win->view);
	pack_nil(result);
	return 0;
}

static int do_navigate(
	struct windows *w, const struct arguments *a, struct pack *result, struct failure *fail)
{
	struct window *win = window_of(w, a, fail);
	char url[URL_MAX], resolved[URL_MAX];

	if (!win)
		return -1;
	if (!a->url || a->url_len >= sizeof(url))
		return failure(fail, STATUS_CHANNEL_SEND, "navigate needs a url");
	snprintf(url, sizeof(url), "%.*s", (int)a->url_len, a->url);
	if (windows_resolve_url(w->opts.app_id, url, resolved, sizeof(resolved)) < 0)
		return failure(fail, STATUS_CHANNEL_SEND, "the url has spaces or is too long");
	loop_timer_disarm(win->reload_timer);
	web_view_load(win->view, resolved);
	pack_nil(result);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct windows *w, const struct arguments *a, struct pack *result,
		struct failure *fail);
} methods[] = {
	{ "create", do_create },
	{ "close", do_close },
	{ "reload", do_reload },
	{ "navigate", do_navigate },
	{ "list", do_list },
};

static int run_method(
	struct windows *w, const struct frame *call, struct pack *result, struct failure *fail)
{
	struct arguments a;

	if (parse_arguments(call, &a) < 0)
		return failure(fail, STATUS_SERIALIZATION, "takes {id, url}, both strings");
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
		if (strlen(methods[i].name) == call->channel_len &&
			memcmp(methods[i].name, call->channel, call->channel_len) == 0)
			return methods[i].run(w, &a, result, fail);
	return failure(fail, STATUS_NO_HANDLER, "runtime:window has no such method");
}

static enum wire_status service_deliver(struct peer *peer, struct identity *from, struct frame *f)
{
	struct windows *w = container_of(peer, struct windows, service);
	auto_frame struct frame *call = f;
	enum frame_kind kind = FRAME_REPLY;
	struct failure fail = { 0 };
	struct buf result = BUF_INIT(PAYLOAD_MAX);
	struct router_result sent;
	struct frame *reply;
	struct pack pack;
	int r;

	/* Pages reach the host only; this is the second lock on that door. */
	if (call->kind != FRAME_CALL || strcmp(from->peer, PEER_HOST) != 0)
		return STATUS_PERMISSION_DENIED;
	pack_init(&pack, &result);
	if (run_method(w, call, &pack, &fail) < 0) {
		buf_truncate(&result, 0);
		kind = FRAME_FAILED;
		pack_array(&pack, 2);
		pack_int(&pack, fail.status);
		pack_cstr(&pack, fail.text);
	}
	r = pack.error ? pack.error
		       : frame_new(kind, call->id, "", 0, buf_bytes(&result), buf_len(&result),
				 &reply);
	buf_fini(&result);
	if (r < 0)
		return STATUS_CHANNEL_SEND;
	router_send(w->opts.router, w->self, from->peer, reply, &sent);
	return sent.status;
}

static const struct peer_ops service_ops = { .deliver = service_deliver };

int windows_new(const struct windows_options *opts, struct windows **ret)
{
	auto_free struct windows *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return -ENOMEM;
	w->opts = *opts;
	w->service.ops = &service_ops;
	list_init(&w->all);
	snprintf(w->origin, sizeof(w->origin), "app://%s", opts->app_id);
	r = identity_new(SERVICE, "", &w->self);
	if (r < 0)
		return r;
	r = router_add(opts->router, &w->service, SERVICE);
	if (r < 0) {
		identity_unref(w->self);
		return r;
	}
	*ret = take_ptr(w);
	return 0;
}

void windows_free(struct windows *w)
{
	struct window *win, *next;

	if (!w)
		return;
	list_for_each_safe (win, next, &w->all, link)
		window_free(win);
	router_remove(w->opts.router, &w->service);
	identity_unref(w->self);
	free(w);
}
