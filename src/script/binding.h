/*
 * What a module exports, made from its declaration (bind/module.h): each function
 * checks its arguments before anything else runs, and then calls the script that
 * implements it or the native service that does. A declaration without an
 * implementation, or the other way round, is an error.
 */
#pragma once

#include <duktape.h>

#include "bind/module.h"

/*
 * [ … exports ] -> [ … exports ]: the ones of script are replaced by the declared ones.
 * @service is the name of the peer that implements the others. Throws.
 */
void binding_seal(duk_context *ctx, const struct kiln_module *module, const char *service);
