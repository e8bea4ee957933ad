/*
 * The peer "runtime:window": handlers of what api/window.h declares, which is what
 * the host script's module of that name calls.
 */
#pragma once

#include "base/macros.h"

struct router;
struct window_service;
struct windows;

/* Both are borrowed. What service_new() says. */
must_check int window_service_new(
	struct router *router, struct windows *windows, struct window_service **ret);
/* No-op on null. */
void window_service_free(struct window_service *s);
