/*
 * A module of bind/module.h as a peer: what the host script calls arrives as a
 * CALL frame with the arguments as one map, is decoded into the declared struct,
 * goes to its handler, and what that leaves in the result goes back. So a handler
 * sees neither frames nor script.
 *
 * Only the host may call. A call that the handler puts off is the service's until
 * it is finished, rejected or cancelled.
 */
#pragma once

#include "base/list.h"
#include "bind/module.h"
#include "ipc/router.h"

#define SERVICE_CHANNEL_EVENT "__module__" /* of a module's own events: [type, payload] */

/* Of an op whose declaration has no handler of its own. */
struct service_handler {
	const char *name; /* "createWindow", or "Window.close" for a method */
	int (*run)(struct kiln_call *call, const void *args, void *result);
};

struct service_options {
	struct router *router; /* borrowed */
	const struct kiln_module *module; /* borrowed */
	const char *peer; /* its name on the router */
	const struct service_handler *handlers; /* up to one without a name; null: none */
	const struct kiln_host *host; /* borrowed: what the handlers are given */
	void *state; /* the same */
};

struct service;

/*
 * -EINVAL: an op of the module has no handler, or a handler no op; or what router_add()
 * says. The peer is there when it returns.
 */
must_check int service_new(const struct service_options *opts, struct service **ret);
/* Calls that are under way fail as cancelled, their handlers' on_cancel is called. No-op on null.
 */
void service_free(struct service *s);

/* Parts of kiln_host. */
int service_fail(struct kiln_call *call, const char *fmt, ...) printf_like(2, 3);
void service_finish(struct kiln_call *call, const void *result);
void service_reject(struct kiln_call *call, const char *reason);
/* -EAGAIN: the host's queue is full; -ENOMEM; what encode_value() says. */
must_check int service_emit(struct service *s, const struct kiln_event *event, const void *payload);
/* service_fail() with a code of its own. */
int service_fail_as(struct kiln_call *call, enum wire_status status, const char *fmt, ...)
	printf_like(3, 4);
