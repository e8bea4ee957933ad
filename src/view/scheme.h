/*
 * app:// serves the files under an app's web/ folder, and nothing else.
 * Private to src/view.
 */
#pragma once

#include <stddef.h>
#include <wpe/webkit.h>

#include "base/macros.h"

struct asked;
struct scheme;

/* For @app_id. @web_fd is borrowed and outlives every context that it is registered with. */
must_check int scheme_new(const char *app_id, int web_fd, struct scheme **ret);
/* What is asked for is noted in @asked, of which it keeps a reference; null: nobody wants to know.
 */
void scheme_register(struct scheme *s, WebKitWebContext *context, struct asked *asked);
/* After the contexts have gone. No-op on null. */
void scheme_free(struct scheme *s);
