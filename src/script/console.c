#include "script/console.h"

#include "script/heap.h"
#include "script/text.h"

#define LOG_TAG "script"
#include "base/log.h"

/* A line of the log is cut there anyway. */
#define SHOWN_MAX 2048

/* An error by its place; one that has none is shown as any text. */
static void push_error(duk_context *ctx, duk_idx_t at)
{
	struct script_error error;

	heap_describe(ctx, at, &error);
	duk_push_string(ctx, error.message);
}

void console_push_text(duk_context *ctx)
{
	if (duk_is_error(ctx, -1)) {
		push_error(ctx, duk_get_top_index(ctx));
	} else if (duk_is_symbol(ctx, -1)) {
		duk_push_literal(ctx, "Symbol");
	} else if (duk_is_object(ctx, -1) && !duk_is_function(ctx, -1)) {
		duk_dup_top(ctx);
		/* Undefined when a toJSON says so. */
		duk_json_encode(ctx, -1);
		duk_safe_to_string(ctx, -1);
	} else {
		duk_dup_top(ctx);
		duk_to_string(ctx, -1);
	}
}

/* [ ... value ] -> [ ... text ] */
static duk_ret_t show(duk_context *ctx, void *unused)
{
	console_push_text(ctx);
	return 1;
}

/* What cannot be shown (a cycle, a toString that throws) is shown as the reason for that. */
static duk_ret_t print(duk_context *ctx)
{
	enum log_level level = (enum log_level)duk_get_current_magic(ctx);
	duk_idx_t n = duk_get_top(ctx);
	char text[SHOWN_MAX];

	if (!log_enabled(level, LOG_TAG))
		return 0;
	duk_require_stack(ctx, n + 4);
	duk_push_literal(ctx, " ");
	for (duk_idx_t i = 0; i < n; i++) {
		duk_dup(ctx, i);
		if (duk_safe_call(ctx, show, NULL, 1, 1) != DUK_EXEC_SUCCESS)
			duk_safe_to_string(ctx, -1);
	}
	duk_join(ctx, n);
	text_show(ctx, -1, text, sizeof(text));
	log_line(level, LOG_TAG, "%s", text);
	return 0;
}

void console_setup(duk_context *ctx)
{
	static const struct {
		const char *name;
		enum log_level level;
	} functions[] = {
		{ "log", LOG_LEVEL_INFO },
		{ "info", LOG_LEVEL_INFO },
		{ "warn", LOG_LEVEL_WARN },
		{ "error", LOG_LEVEL_ERROR },
		{ "debug", LOG_LEVEL_DEBUG },
	};

	duk_push_global_object(ctx);
	duk_push_object(ctx);
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		heap_push_function(ctx, functions[i].name, print, DUK_VARARGS, NULL);
		duk_set_magic(ctx, -1, functions[i].level);
		duk_put_prop_string(ctx, -2, functions[i].name);
	}
	duk_put_prop_literal(ctx, -2, "console");
	duk_pop(ctx);
}
