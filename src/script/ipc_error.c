#include "script/ipc_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "script/text.h"

#define KEY_CLASS "IpcError"
#define REASON_MAX 320

void ipc_error_set_class(duk_context *ctx)
{
	duk_push_heap_stash(ctx);
	duk_pull(ctx, -2);
	duk_put_prop_literal(ctx, -2, KEY_CLASS);
	duk_pop(ctx);
}

void ipc_error_push_names(duk_context *ctx)
{
	duk_push_object(ctx);
	for (int i = STATUS_CHANNEL_SEND; i <= STATUS_TOO_LARGE; i++) {
		duk_push_string(ctx, wire_status_name(i));
		duk_put_prop_index(ctx, -2, (duk_uarridx_t)i);
	}
}

void ipc_error_throw(duk_context *ctx, enum wire_status status, const char *fmt, ...)
{
	char reason[REASON_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	duk_push_heap_stash(ctx);
	duk_get_prop_literal(ctx, -1, KEY_CLASS);
	duk_push_int(ctx, status);
	/* It may also have been cut before it came here. */
	duk_push_lstring(ctx, reason, text_cut(reason, strlen(reason)));
	duk_new(ctx, 2);
	(void)duk_throw(ctx);
	__builtin_unreachable();
}
