/*
 * Our WPE platform: WebKit hands finished frames to its view, the view hands
 * them to a layer of src/screen, and its output's vsync paces WebKit.
 *
 * Private to src/view: the only header there with WPE types.
 */
#pragma once

#include <wpe/wpe-platform.h>

#include "screen/layer.h"
#include "screen/output.h"

/* A connected display; unref it after the last view. Null and *@ret_error on failure. */
WPEDisplay *platform_display_new(GError **ret_error);

/*
 * Shows @view on @output, borrowed until platform_view_detach(): in a layer that fills it,
 * mapped and focused. @on_painted comes each time a frame has been lit. -ENOMEM.
 */
must_check int platform_view_attach(
	WPEView *view, struct output *output, void (*on_painted)(void *arg), void *arg);
/* After this the view has no layer, touches no output, and does not call back. */
void platform_view_detach(WPEView *view);
/* Null while it is detached. */
struct layer *platform_view_layer(WPEView *view);
