/*
 * Globals out of our own modules: they are there from the start, and the module is
 * loaded when a script first names one, so that those which do not pay nothing.
 */
#pragma once

#include <duktape.h>

struct modules;

/*
 * The global @name is what our own module @module exports under it; a script may put
 * its own in its place at any time. Throws. @m: borrowed, outlives the heap.
 */
void lazy_global(struct modules *m, duk_context *ctx, const char *name, const char *module);
