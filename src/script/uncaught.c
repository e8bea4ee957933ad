#include "script/uncaught.h"

#include <stdio.h>
#include <string.h>

#include "script/console.h"
#include "script/heap.h"
#include "script/text.h"

#define LOG_TAG "script"
#include "base/log.h"

#define WHAT_MAX 128

int uncaught_init(struct uncaught *u, struct loop *loop)
{
	return burst_init(&u->burst, loop, LOG_TAG, "");
}

void uncaught_fini(struct uncaught *u)
{
	burst_fini(&u->burst);
}

void script_log_trace(const struct script_error *error)
{
	for (const char *s = error->trace, *end; (end = strchr(s, '\n')); s = end + 1)
		log_error("    %.*s", (int)(end - s), s);
}

void uncaught_log(struct uncaught *u, const char *what, const struct script_error *error)
{
	char text[WHAT_MAX + sizeof(error->message) + 8];
	int n;

	if (!log_enabled(LOG_LEVEL_ERROR, LOG_TAG))
		return;
	n = snprintf(text, sizeof(text), "%s: %s", what, error->message);
	if (!burst_admit(&u->burst, LOG_LEVEL_ERROR, text, strnlen(text, (size_t)n)))
		return;
	burst_say(&u->burst, "%s", text);
	script_log_trace(error);
}

/* [ ... error ] -> [ ... error ] */
static duk_ret_t describe(duk_context *ctx, void *udata)
{
	struct script_error *error = udata;

	if (duk_is_error(ctx, -1)) {
		heap_describe(ctx, -1, error);
		return 1;
	}
	/* Anything may be thrown, and is shown as the console would. */
	console_push_text(ctx);
	text_show(ctx, -1, error->message, sizeof(error->message));
	duk_pop(ctx);
	return 1;
}

/*
 * What cannot be described (its toString() throws) is told as the reason for that,
 * and what that reason is not either (there is no memory) all the same.
 */
static duk_ret_t uncaught(duk_context *ctx)
{
	struct uncaught *u = heap_self(ctx);
	struct script_error error = { 0 };
	char what[WHAT_MAX];

	text_show(ctx, 0, what, sizeof(what));
	if (duk_safe_call(ctx, describe, &error, 1, 1) != DUK_EXEC_SUCCESS &&
		duk_safe_call(ctx, describe, &error, 1, 1) != DUK_EXEC_SUCCESS)
		error = (struct script_error){ .message = "an error that cannot be shown" };
	uncaught_log(u, what, &error);
	return 0;
}

void uncaught_bind(struct uncaught *u, duk_context *ctx)
{
	heap_bind(ctx, -1, "uncaught", uncaught, 2, u);
}
