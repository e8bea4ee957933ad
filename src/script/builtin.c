#include "script/builtin.h"

#include <string.h>

#include "base/macros.h"

/* The path is relative to the top of the checkout, where the compiler is run. */
#define EMBED(symbol, file)                      \
	__asm__(".pushsection .rodata\n"         \
		"builtin_" #symbol ":\n"         \
		".incbin \"js/host/" file "\"\n" \
		"builtin_" #symbol "_end:\n"     \
		".popsection\n");                \
	extern const char builtin_##symbol[], builtin_##symbol##_end[]

EMBED(abort, "abort.js");
EMBED(app, "app.js");
EMBED(error, "error.js");
EMBED(events, "events.js");
EMBED(ipc, "ipc.js");
EMBED(window, "window.js");
EMBED(promise, "promise.js");

/* In the order of which an error message names them; the rest is for ourselves. */
static const struct builtin builtins[] = {
	{ "runtime:app", builtin_app, builtin_app_end },
	{ "runtime:ipc", builtin_ipc, builtin_ipc_end },
	{ "runtime:window", builtin_window, builtin_window_end },
	{ "runtime:promise", builtin_promise, builtin_promise_end },
	{ "runtime:error", builtin_error, builtin_error_end },
	{ "runtime:abort", builtin_abort, builtin_abort_end },
	{ "runtime:events", builtin_events, builtin_events_end },
};

#define N_PUBLIC 3

const struct builtin *builtin_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(builtins); i++)
		if (strcmp(builtins[i].name, name) == 0)
			return &builtins[i];
	return NULL;
}

const struct builtin *builtin_public(size_t i)
{
	return i < N_PUBLIC ? &builtins[i] : NULL;
}
