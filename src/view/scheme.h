/*
 * app:// serves the files under an app's web/ folder, and nothing else.
 * Private to src/view.
 */
#pragma once

#include <stddef.h>
#include <wpe/webkit.h>

#include "base/macros.h"

struct scheme;

/* Registers app:// for @app_id with @context. @web_fd is borrowed and outlives the context. */
must_check int scheme_new(
	WebKitWebContext *context, const char *app_id, int web_fd, struct scheme **ret);
/* After the context has gone. No-op on null. */
void scheme_free(struct scheme *s);
