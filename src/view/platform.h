/*
 * Our WPE platform: each view's frames go to a layer of src/screen, and the output's
 * vsync, by which they are lit, paces WebKit.
 *
 *   platform.c         the display, which makes the others, and toplevels
 *   platform_screen.c  outputs, as pages see them in window.screen
 *   platform_gpu.c     what frames may be painted with, and how
 *   platform_view.c    views: frames in, layer and pace
 *   platform_input.c   what people do: keymap, cursor, input methods, views as targets
 *
 * Private to src/view: the only header there with WPE types.
 */
#pragma once

#include <wpe/wpe-platform.h>

#include "base/macros.h"
#include "screen/layer.h"

struct keyboard;
struct screen;
struct seat;
struct text_focus;

/*
 * A connected display, whose pages paint with the GPU of @screen if it has one; null: they
 * do not. Unref it after the last view. Null and *@ret_error on failure. @seat and @keyboard
 * outlive it, or are null.
 */
WPEDisplay *platform_display_new(const struct screen *screen, struct seat *seat,
	struct keyboard *keyboard, GError **ret_error);

/* ---- outputs ---- */

/*
 * Makes @o known to pages, as long as it is there and lit; once. It must stay
 * until platform_outputs_forget(). Whoever listens to @o after this finds its screen up to date.
 * -ENOMEM.
 */
must_check int platform_output_add(WPEDisplay *display, struct output *o);
/* None is known any more: they may go before the display does, which WebKit may hold. */
void platform_outputs_forget(WPEDisplay *display);
/* The screen that stands for it, borrowed; null while it shows nothing. */
WPEScreen *platform_output_screen(WPEDisplay *display, const struct output *o);

/* ---- views ---- */

struct platform_view_ops {
	/* A frame has come in. */
	void (*framed)(void *arg);
	/* It is lit. */
	void (*painted)(void *arg);
	/* It was touched or clicked and has not the keyboard. */
	void (*focus_wanted)(void *arg);
	void (*text_focus)(const struct text_focus *f, void *arg);
};

/* Where a view is. */
struct platform_place {
	struct output *output; /* borrowed, outlives the view */
	struct rect canvas;
	int width, height; /* of the page, logical */
	double scale;
	bool fullscreen;
};

/* Before anything else is done with the view. */
void platform_view_init(WPEView *view, const struct platform_view_ops *ops, void *arg);
/* Whether the alpha of the frames to come is looked at. */
void platform_view_set_transparent(WPEView *view, bool transparent);
/* No callback and no frame comes after it. No-op on one that was detached. */
void platform_view_detach(WPEView *view);
/* Makes its layer, or moves it. -ENOMEM. */
must_check int platform_view_place(WPEView *view, const struct platform_place *place);
/* Null before the first platform_view_place(). */
struct layer *platform_view_layer(WPEView *view);
/* Whether its layer can be seen. */
void platform_view_show(WPEView *view, bool visible);
/* Whether its page is to paint. */
void platform_view_map(WPEView *view, bool mapped);

/* ---- input ---- */

/* Kinds of devices that are there, INPUT_KIND_...: what pages ask their media queries for. */
void platform_input_set_kinds(WPEDisplay *display, unsigned kinds);
/* Whether keys go to it. */
void platform_input_focus(WPEView *view, bool focused);

/* Private to these files. */
void platform_input_init(WPEDisplay *display, struct seat *seat, struct keyboard *keyboard);
void platform_input_display_class(WPEDisplayClass *klass);
void platform_input_view_class(WPEViewClass *klass);
/* The view has got its layer; it is hidden; it has none any more. */
void platform_input_place(WPEView *view, struct layer *layer);
void platform_input_hidden(WPEView *view);
void platform_input_detach(WPEView *view);
void platform_view_focus_wanted(WPEView *view);
void platform_view_text_focus(WPEView *view, const struct text_focus *f);
struct platform_gpu;
/* Null: there is none. */
struct platform_gpu *platform_gpu_new(const struct screen *screen);
void platform_gpu_free(struct platform_gpu *g); /* no-op on null */
WPEDRMDevice *platform_gpu_device(const struct platform_gpu *g); /* borrowed */
/*
 * What a view had best paint into: @alone, what an output shows as it is; otherwise what is
 * quick to copy. The caller's to unref.
 */
WPEBufferFormats *platform_gpu_formats(const struct platform_gpu *g, bool alone);
GType kiln_view_get_type(void);
WPEToplevel *platform_toplevel_new(WPEDisplay *display, guint max_views);
void platform_toplevel_place(WPEToplevel *toplevel, const struct platform_place *place);
struct platform_screens *platform_screens_of(WPEDisplay *display);
struct platform_screens *platform_screens_new(void);
void platform_screens_free(struct platform_screens *s); /* when none is known */
guint platform_screens_count(const struct platform_screens *s);
WPEScreen *platform_screens_nth(const struct platform_screens *s, guint n);
