/*
 * The peer "runtime:screen": handlers of what api/screen.h declares, on the real outputs;
 * and its event for each change of one.
 */
#pragma once

#include "base/macros.h"

struct loop;
struct output;
struct router;
struct screen;
struct screen_service;

/* All are borrowed. What service_new() says. The outputs that there are are listened to. */
must_check int screen_service_new(struct loop *loop, struct router *router, struct screen *screen,
	struct screen_service **ret);
/* Before the screen goes. No-op on null. */
void screen_service_free(struct screen_service *s);
/* An output is there that was not. -ENOMEM. */
must_check int screen_service_add(struct screen_service *s, struct output *o);
