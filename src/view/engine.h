/*
 * The web engine, without a type of its own showing: pages in, frames on an
 * output and load events out. WebKit's WPEPlatform is behind it (engine.c,
 * platform.c); another engine API would be another file behind this header.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "api/events.h"
#include "base/macros.h"
#include "ipc/origin.h"
#include "screen/picture.h"

struct engine;
struct keyboard;
struct layer;
struct loop;
struct output;
struct screen;
struct seat;
struct web_view;

struct engine_options {
	const char *app_id; /* host part of the app's origin app://<id> */
	int web_fd; /* borrowed: the folder that app:// serves */
	const struct screen *screen; /* borrowed: with whose GPU pages paint; null: in memory */
	const char *webext_dir; /* holds the web process extension and nothing else */
	/*
	 * For who writes the app: pages can be inspected, views know which files they
	 * show, and text can be laid over them. Grants are the same.
	 */
	bool dev;
	/* Who tells views what people do, and what keys mean; outlive the engine. May be null. */
	struct seat *seat;
	struct keyboard *keyboard;
};

/* -EIO when the engine cannot start; the reason is logged. */
must_check int engine_new(const struct engine_options *opts, struct engine **ret);
/* Every view must have been freed. No-op on null. */
void engine_free(struct engine *e);
/* "WPE WebKit 2.54.2" */
const char *engine_version(void);

/* Kinds of devices that are there, as input/input.h has them. */
void engine_set_input_kinds(struct engine *e, unsigned kinds);

/* The editable field that text goes to. What stands in it is not told. */
struct text_focus {
	bool focused; /* there is one, and its view has the focus, too */
	enum field_purpose purpose;
	struct rect cursor; /* where text goes, CSS pixels of the view */
};

/* Callbacks may load, but not free, the view that they come from. */
struct web_view_ops {
	/*
	 * A new document took the place of the old one. @origin is the committed one,
	 * "" for a document with an opaque origin, and null when it cannot be known: the
	 * address is that of a load which is yet to come. Both are borrowed for the call.
	 */
	void (*committed)(const char *uri, const char *origin, void *arg);
	/*
	 * The committed document asks for its message socket: an fd that the callee
	 * gives away, or -errno to refuse it.
	 */
	int (*connect)(void *arg);
	/* The same for a frame inside of it, which its process says is of @origin. */
	int (*connect_frame)(const char *origin, void *arg);
	/* The load ended: @error is null, or says in words why it failed. */
	void (*loaded)(const char *uri, const char *error, void *arg);
	/* The web process is gone, and the document with it; @reason in words. */
	void (*crashed)(const char *reason, void *arg);
	/* A frame of the page has come in, and waits to be lit. */
	void (*framed)(void *arg);
	/* It is. */
	void (*painted)(void *arg);
	/* The page wants its window closed. */
	void (*closing)(void *arg);
	/* It was touched or clicked and has not the keyboard. May be null. */
	void (*focus_wanted)(void *arg);
	/* Something of @f is not what it was. May be null. */
	void (*text_focus)(const struct text_focus *f, void *arg);
};

struct web_view_options {
	const char *window; /* borrowed for the call: what its pages have as runtime.windowId */
	/*
	 * Null-terminated, borrowed for the call: the origins whose documents get a
	 * bridge, as the main frame and inside of it. Whoever asks is checked again.
	 */
	const char *const *origins, *const *frame_origins;
	const struct web_view_ops *ops; /* outlive the view */
	void *arg;
};

/*
 * A view with web processes of its own: what WebKit may share between views of
 * one context (cached and prewarmed processes) no two of ours share. -ENOMEM.
 */
must_check int web_view_new(
	struct engine *e, const struct web_view_options *opts, struct web_view **ret);
/* No-op on null. No callback comes after it. */
void web_view_free(struct web_view *v);

/* Where a view is. */
struct web_view_place {
	struct output *output; /* borrowed, outlives the view */
	const struct rect *canvas; /* borrowed for the call */
	uint32_t width, height; /* of the page, CSS pixels */
	double scale; /* pixels of the canvas for one of those */
	bool fullscreen;
};

/* To there, from wherever it was; a view that is nowhere paints nothing. -ENOMEM. */
must_check int web_view_place(struct web_view *v, const struct web_view_place *place);
/* Of the output; null before the first web_view_place(). */
struct layer *web_view_layer(const struct web_view *v);
/* Whether what it has painted can be seen, and whether its page is to paint. Neither at first. */
void web_view_show(struct web_view *v, bool visible);
void web_view_map(struct web_view *v, bool mapped);
/* Whether keys go to it, as far as the page is concerned. */
void web_view_focus(struct web_view *v, bool focused);
void web_view_set_zoom(struct web_view *v, double zoom);
/* Whether what is behind can be seen where the page has no background. Not at first. */
void web_view_set_transparent(struct web_view *v, bool transparent);
/* Of the page; "" when it has none. */
const char *web_view_title(const struct web_view *v);
/* No-op where there is no such page. */
void web_view_go_back(struct web_view *v);
void web_view_go_forward(struct web_view *v);

/*
 * Pages get to know @o, which outlives the engine: before anything is placed there, and
 * before anybody who places things there listens to it. -ENOMEM.
 */
must_check int engine_add_output(struct engine *e, struct output *o);

/*
 * The origin of an address as the web platform serialises it; "" for an opaque
 * one (about:, data:, a file) and for what does not fit.
 */
void engine_origin(const char *uri, char ret[static ORIGIN_MAX]);

/*
 * The engine's inspector listens on @port of 127.0.0.1, from the next engine_new() on;
 * 0: not at all, whatever the environment asks for.
 */
void engine_set_inspector(unsigned port);

void web_view_load(struct web_view *v, const char *uri);
void web_view_reload(struct web_view *v);
/* Whether what is shown has asked for this file, relative to web/. Always false but in dev. */
bool web_view_shows(const struct web_view *v, const char *path);
/*
 * Lays @problems over the page, JSON as js/dev/overlay.js takes it, until the next
 * call or document. In a script world of its own: no script of the page sees what
 * it says, and no policy of the page is asked.
 */
void web_view_overlay(struct web_view *v, const char *problems);
