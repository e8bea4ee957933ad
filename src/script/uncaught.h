/*
 * Errors that the script did not catch, as lines of the log: what was under way,
 * the error with its place, and further frames as lines behind it. The same one
 * again is counted, see loop/burst.h.
 */
#pragma once

#include <duktape.h>

#include "loop/burst.h"
#include "script/script.h"

struct uncaught {
	struct burst burst;
};

/* -ENOMEM. */
must_check int uncaught_init(struct uncaught *u, struct loop *loop);
/* No-op on a zeroed one. */
void uncaught_fini(struct uncaught *u);

void uncaught_log(struct uncaught *u, const char *what, const struct script_error *error);
/* Puts uncaught(what, error) into the object at the top of the stack; throws. */
void uncaught_bind(struct uncaught *u, duk_context *ctx);
