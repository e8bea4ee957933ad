/*
 * The app's windows: each one view in a rectangle of an output, the page as a peer, and
 * what happens when its web process dies. Where they are, which of them are seen and
 * which has the keyboard is desk.h's. The host script reaches them through
 * window_service.h.
 *
 * A window's id is its name in the manifest, the one that the script chose, or
 * "win-N". A window has the app's grants, less what the manifest's rules for its
 * id take away; windows never share a web process, so that none gets another's.
 */
#pragma once

#include <stdbool.h>

#include "api/events.h"
#include "base/macros.h"
#include "ipc/router.h"
#include "screen/picture.h"
#include "view/bounds.h"

struct engine;
struct input_deed;
struct layer;
struct loop;
struct output;
struct screen;
struct window;
struct windows;

#define WINDOW_ID_MAX 32
#define WINDOW_URL_MAX 2048
#define WINDOW_OUTPUT_MAX 31
#define WINDOW_TITLE_MAX 256
#define WINDOW_Z_MAX 1000000
#define WINDOW_ZOOM_MIN 0.25
#define WINDOW_ZOOM_MAX 5

struct windows_options {
	struct loop *loop; /* all borrowed */
	struct router *router;
	struct engine *engine;
	const struct caps *caps;
	const char *app_id;
	int app_fd; /* the app's folder, for the source maps of its pages; -1: none */
	struct screen *screen; /* outlives the windows and the engine */
	/* A frame of the window has come in; whether it can be seen is another matter. May be null.
	 */
	void (*on_framed)(const char *window, struct layer *layer, void *arg);
	/* Frame @frame of the window is lit, the first one ever being 1. May be null. */
	void (*on_painted)(const char *window, struct layer *layer, uint64_t frame, void *arg);
	/* The window is about to go; @layer may be null. May be null. */
	void (*on_closing)(const char *window, struct layer *layer, void *arg);
	/* A window shows a new document. May be null. */
	void (*on_committed)(const char *window, void *arg);
	/* A load of a window ended, @error as in engine.h. May be null. */
	void (*on_loaded)(const char *window, const char *error, void *arg);
	void *arg;
};

must_check int windows_new(const struct windows_options *opts, struct windows **ret);
/* Closes all windows without events. No-op on null. */
void windows_free(struct windows *w);

/* How a window is opened; all zero but the url: fullscreen, seen, with the keyboard. */
struct window_setup {
	const char *id; /* null: "win-N" */
	const char *url; /* a path in web/, app://index.html, or an absolute address */
	const char *output; /* null: the first that is lit */
	struct bounds bounds; /* numbers beyond reason are cut off */
	int32_t z;
	double zoom; /* 0: 1 */
	bool hidden, transparent;
	bool unfocused; /* does not take the keyboard */
};

/*
 * -EINVAL: bad id, url or output; -ERANGE: zoom or z beyond their limits; -EEXIST: the id is
 * taken; -ENOSPC: too many windows, or outputs. @ret_id may be null; what it gets lives as
 * long as the window.
 */
must_check int windows_open(
	struct windows *w, const struct window_setup *setup, const char **ret_id);
/*
 * The same for the host script. A window that an earlier run of the script opened under
 * this id, or without one for this address, is still there, and becomes this run's: it is
 * put where @setup says and goes to its url if it was opened for another. @ret_id may not
 * be null.
 */
must_check int windows_create(
	struct windows *w, const struct window_setup *setup, const char **ret_id);
/* A run of the script is over. Its windows stay. */
void windows_script_ended(struct windows *w);
/* Null: there is none. Not to be kept while the loop runs. */
struct window *windows_find(const struct windows *w, const char *id);
/* Emits "close" and frees the window and its web process. -ENOENT. */
must_check int windows_close(struct windows *w, const char *id);
/*
 * Somebody who may be refused wants it closed: the script is told, and has a while to
 * keep it if it has said that it wants to be asked. Not in this turn of the loop, in any case.
 */
void windows_ask_to_close(struct window *win, enum closer by);
/* Whether the script wants to be asked; and its answer. */
void windows_set_asks(struct window *win, bool asks);
void windows_keep(struct window *win);
/*
 * A key or a gesture of the device's configuration: for the window that has the keyboard, or,
 * when it was made on an output @where that one is not on, for the foremost there. No-op
 * when there is no such window.
 */
void windows_act(struct windows *w, const struct input_deed *deed, const struct output *where);
must_check int windows_reload(struct windows *w, const char *id);
/* @url as for windows_open(). -ENOENT, -EINVAL. */
must_check int windows_navigate(struct windows *w, const char *id, const char *url);
/* Whether the window shows the file @path, relative to web/. Known in dev only, see engine.h. */
bool windows_shows(const struct windows *w, const char *id, const char *path);
/* Lays @problems over the page, see engine.h. -ENOENT. */
must_check int windows_overlay(struct windows *w, const char *id, const char *problems);
const char *windows_url(const struct window *win);
/* What people know it by: windows_set_title()'s, or else its page's. Borrowed, for a moment. */
const char *windows_title(const struct window *win);
void windows_set_title(struct window *win, const char *title); /* "": the page's again */
bool windows_transparent(const struct window *win);
double windows_zoom(const struct window *win);
must_check int windows_set_zoom(struct window *win, double zoom); /* -ERANGE */
uint64_t windows_frames(const struct window *win); /* that were lit */
/* What it shows, valid until the loop runs. -ENODATA: it has painted nothing yet. */
must_check int windows_picture(const struct window *win, struct picture *ret);
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
