/*
 * The peer "runtime:window": the methods that the host script's module of that
 * name calls. Each takes {id, url}, both strings, as far as it needs them:
 *
 *	create    id?, url?   {id}    opens a window
 *	close     id          bool    whether there was one
 *	reload    id
 *	navigate  id, url
 *	list                  [id]
 */
#pragma once

#include "base/macros.h"

struct router;
struct window_service;
struct windows;

/* Both are borrowed. What router_add() says, or -ENOMEM. */
must_check int window_service_new(
	struct router *router, struct windows *windows, struct window_service **ret);
/* No-op on null. */
void window_service_free(struct window_service *s);
