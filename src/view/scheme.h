/*
 * app:// serves the files under an app's web/ folder, and nothing else.
 * Private to src/view.
 */
#pragma once

#include <stddef.h>
#include <wpe/webkit.h>

#include "base/macros.h"

struct scheme;

/* For @app_id. @web_fd is borrowed and outlives every context that it is registered with. */
must_check int scheme_new(const char *app_id, int web_fd, struct scheme **ret);
void scheme_register(struct scheme *s, WebKitWebContext *context);
/* After the contexts have gone. No-op on null. */
void scheme_free(struct scheme *s);
