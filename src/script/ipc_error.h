/* IpcError, the class of runtime:ipc, thrown from C. */
#pragma once

#include <duktape.h>

#include "base/macros.h"
#include "wire/status.h"

/*
 * Takes the constructor at the top of the stack, IpcError(code, reason), for all
 * later throws. Pops it.
 */
void ipc_error_set_class(duk_context *ctx);
/* Pushes an object of every status' name by its number, which the class gives its instances. */
void ipc_error_push_names(duk_context *ctx);
__attribute__((noreturn)) void ipc_error_throw(
	duk_context *ctx, enum wire_status status, const char *fmt, ...) printf_like(3, 4);
