/*
 * The app's windows: each one view in a layer that fills an output, the page as a peer, and what
 * happens when its web process dies. The host script reaches them through
 * window_service.h.
 *
 * A window's id is its name in the manifest, the one that the script chose, or
 * "win-N". A window has the app's grants, less what the manifest's rules for its
 * id take away; windows never share a web process, so that none gets another's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "ipc/router.h"

struct engine;
struct layer;
struct loop;
struct output;
struct windows;

#define WINDOW_ID_MAX 32
#define WINDOW_URL_MAX 2048

struct windows_options {
	struct loop *loop; /* all borrowed */
	struct router *router;
	struct engine *engine;
	const struct caps *caps;
	const char *app_id;
	int app_fd; /* the app's folder, for the source maps of its pages; -1: none */
	/* The output that a new window fills. */
	int (*output_for)(const char *window, struct output **ret, void *arg);
	/* A window has its layer, and is about to free it. Both or neither may be null. */
	int (*opened)(const char *window, struct layer *layer, void *arg);
	void (*closing)(struct layer *layer, void *arg);
	/* A frame of a window is lit; @frame counts from 1. May be null. */
	void (*on_painted)(const char *window, struct layer *layer, uint64_t frame, void *arg);
	/* A window shows a new document. May be null. */
	void (*on_committed)(const char *window, void *arg);
	/* A load of a window ended, @error as in engine.h. May be null. */
	void (*on_loaded)(const char *window, const char *error, void *arg);
	void *arg;
};

must_check int windows_new(const struct windows_options *opts, struct windows **ret);
/* Closes all windows without events. No-op on null. */
void windows_free(struct windows *w);

/*
 * Opens a window. @id null: "win-N". @url may be a path in the app's web/
 * folder, app://index.html, or an absolute address. -EINVAL: bad id or url;
 * -EEXIST: the id is taken; -ENOSPC: too many; or what output_for() says.
 * @ret_id may be null; what it gets lives as long as the window.
 */
must_check int windows_open(
	struct windows *w, const char *id, const char *url, const char **ret_id);
/*
 * The same for the host script. A window that an earlier run of the script opened under
 * this id, or without one for this address, is still there, and becomes this run's: it goes
 * to @url if it was opened for another. @ret_id may not be null.
 */
must_check int windows_create(
	struct windows *w, const char *id, const char *url, const char **ret_id);
/* A run of the script is over. Its windows stay. */
void windows_script_ended(struct windows *w);
/* Emits "close" and frees the window and its web process. -ENOENT. */
must_check int windows_close(struct windows *w, const char *id);
must_check int windows_reload(struct windows *w, const char *id);
/* @url as for windows_open(). -ENOENT, -EINVAL. */
must_check int windows_navigate(struct windows *w, const char *id, const char *url);
/* Whether the window shows the file @path, relative to web/. Known in dev only, see engine.h. */
bool windows_shows(const struct windows *w, const char *id, const char *path);
/* Lays @problems over the page, see engine.h. -ENOENT. */
must_check int windows_overlay(struct windows *w, const char *id, const char *problems);
size_t windows_count(const struct windows *w);
/* In the order of their opening; @fn leaves them as they are. */
void windows_each(const struct windows *w, void (*fn)(const char *id, void *arg), void *arg);

/* 1 to WINDOW_ID_MAX of letters, digits, "-", "_" and "."; and not the host's own name. */
bool windows_id_valid(const char *id);

/*
 * Writes the address that @url means for the app: "", a bare path and
 * app://<page> are the app's own pages, anything else with a scheme is left as
 * it is. -EINVAL when it is too long or has control characters or spaces.
 */
must_check int windows_resolve_url(const char *app_id, const char *url, char *ret, size_t size);
