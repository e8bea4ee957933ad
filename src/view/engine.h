/*
 * The web engine, without a type of its own showing: pages in, frames on an
 * output and load events out. WebKit's WPEPlatform is behind it (engine.c,
 * platform.c); another engine API would be another file behind this header.
 */
#pragma once

#include <stdbool.h>

#include "base/macros.h"

struct engine;
struct loop;
struct output;
struct web_view;

struct engine_options {
	const char *app_id; /* host part of the app's origin app://<id> */
	int web_fd; /* borrowed: the folder that app:// serves */
	const char *webext_dir; /* holds the web process extension and nothing else */
};

/* -EIO when the engine cannot start; the reason is logged. */
must_check int engine_new(const struct engine_options *opts, struct engine **ret);
/* Every view must have been freed. No-op on null. */
void engine_free(struct engine *e);
/* "WPE WebKit 2.54.2" */
const char *engine_version(void);

/* Callbacks may load, but not free, the view that they come from. */
struct web_view_ops {
	/*
	 * A new document took the place of the old one. @origin is the committed one,
	 * "" for a document with an opaque origin. Both are borrowed for the call.
	 */
	void (*committed)(const char *uri, const char *origin, void *arg);
	/*
	 * The committed document asks for its message socket: an fd that the callee
	 * gives away, or -errno to refuse it.
	 */
	int (*connect)(void *arg);
	/* The load ended: @error is null, or says in words why it failed. */
	void (*loaded)(const char *uri, const char *error, void *arg);
	/* The web process is gone, and the document with it; @reason in words. */
	void (*crashed)(const char *reason, void *arg);
	/* A frame of the page is lit. */
	void (*painted)(void *arg);
};

/* A view on @output, which it borrows and fills. -ENOMEM. @ops and @arg outlive the view. */
must_check int web_view_new(struct engine *e, struct output *output, const struct web_view_ops *ops,
	void *arg, struct web_view **ret);
/* No-op on null. No callback comes after it. */
void web_view_free(struct web_view *v);

void web_view_load(struct web_view *v, const char *uri);
void web_view_reload(struct web_view *v);
