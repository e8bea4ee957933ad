/* Keeps a PNG file current with what is lit: "what does the screen show?", also for a shell. */
#pragma once

#include "base/macros.h"

struct layer;
struct loop;
struct output;
struct screenshot;

/*
 * Writes @path after screenshot_changed(), at most once in 500 ms and never while nothing
 * changes. A write that fails is logged once and tried again with the next change. Of an
 * output, whose frames it listens to by itself, or of a layer. Free it before what it is of.
 */
must_check int screenshot_of_output(
	struct loop *l, struct output *o, const char *path, struct screenshot **ret);
must_check int screenshot_of_layer(
	struct loop *l, struct layer *layer, const char *path, struct screenshot **ret);
/* There is a new frame. */
void screenshot_changed(struct screenshot *s);
/* Writes a last time if the file lags behind. No-op on null. */
void screenshot_free(struct screenshot *s);
