/*
 * Map, Set, WeakMap and WeakSet, which Duktape lacks: js/host/collections.js, compiled
 * when a script first names one of them, and what only C can do for it.
 */
#pragma once

#include <duktape.h>

struct modules;

/* Makes the four globals. Throws. @m: borrowed, outlives the heap. */
void collections_setup(struct modules *m, duk_context *ctx);
