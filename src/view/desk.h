/*
 * Where windows are: on which output and where on it, which of them are seen, in which
 * order, and which has the keyboard. What changes is told as the window's event.
 *
 * A window that was bound to an output waits there for it. Any other is where the first
 * lit output was when it was opened; when that one shows nothing any more, and another
 * does that has no windows, all of its unbound ones go there together.
 */
#pragma once

#include "base/macros.h"
#include "screen/output.h"
#include "view/bounds.h"

struct layer;
struct window;
struct window_setup;
struct windows;

/* -ENOMEM. */
must_check int desk_init(struct windows *w);
void desk_fini(struct windows *w);
/* An output that was not there before; failures are logged. No-op on one that is known. */
void desk_add_output(struct windows *w, struct output *o);

/*
 * Puts a new window where it is to be, once it has its view. -EINVAL: no such name for an
 * output; -ENOSPC: too many of them; -ENOMEM. desk_leave() is due then, too.
 */
must_check int desk_open(struct window *win, const struct window_setup *setup);
/* The window is about to be freed: it is in no list any more, and its view is still there. */
void desk_leave(struct window *win);

/* @output null: unbound. Fails as desk_open() does; the window stays where it was. */
must_check int desk_bind(struct window *win, const char *output);

void desk_place(struct window *win, const struct bounds *b);
/* Whether it fills its output; false gives it the bounds back that it had. */
void desk_set_fullscreen(struct window *win, bool fullscreen);
/* Its sides are those that it has, also where it follows the output's. */
struct bounds desk_bounds(const struct window *win);
/* The same as it was asked for: sides of 0 follow. */
struct bounds desk_wanted(const struct window *win);
bool desk_fullscreen(const struct window *win);
/* Borrowed; null: there is none yet. */
const struct output *desk_output(const struct window *win);
int32_t desk_z(const struct window *win);
void desk_show(struct window *win, bool visible);
bool desk_visible(const struct window *win);
/* @z is cut off at WINDOW_Z_MAX. */
void desk_set_z(struct window *win, int32_t z);
void desk_raise(struct window *win);
void desk_lower(struct window *win);

/* A hidden one cannot have it: no-op. */
void desk_focus(struct window *win);
bool desk_focused(const struct window *win);
/* The one that has the keyboard, and the one that is behind a layer; null: none. */
struct window *desk_focus_of(const struct windows *w);
struct window *desk_window_of(const struct windows *w, const struct layer *l);

/* From the view: a new document, a frame of it, the end of its load, a frame that is lit. */
void desk_committed(struct window *win);
void desk_framed(struct window *win);
void desk_loaded(struct window *win);
void desk_painted(struct window *win);
