#include "script/builtin.h"

#include <duktape.h>
#include <string.h>

#include "base/macros.h"
#include "stamp.h"

/* Duktape does not check bytecode: that of another would run, and do anything. */
_Static_assert(BUILTIN_STAMP == KILN_DUK_STAMP,
	"js/host was compiled by another Duktape than this one, or with other options");

/* The build tells the assembler where they are. */
#define EMBED(symbol)                          \
	__asm__(".pushsection .rodata\n"       \
		"builtin_" #symbol ":\n"       \
		".incbin \"" #symbol ".bc\"\n" \
		"builtin_" #symbol "_end:\n"   \
		".popsection\n");              \
	extern const char builtin_##symbol[], builtin_##symbol##_end[]

EMBED(abort);
EMBED(app);
EMBED(collections);
EMBED(error);
EMBED(events);
EMBED(ipc);
EMBED(screen);
EMBED(window);
EMBED(promise);

/* In the order of which an error message names them; the rest is for ourselves. */
static const struct builtin builtins[] = {
	{ "runtime:app", builtin_app, builtin_app_end },
	{ "runtime:ipc", builtin_ipc, builtin_ipc_end },
	{ "runtime:screen", builtin_screen, builtin_screen_end },
	{ "runtime:window", builtin_window, builtin_window_end },
	{ "runtime:promise", builtin_promise, builtin_promise_end },
	{ "runtime:error", builtin_error, builtin_error_end },
	{ "runtime:abort", builtin_abort, builtin_abort_end },
	{ "runtime:events", builtin_events, builtin_events_end },
	{ "runtime:collections", builtin_collections, builtin_collections_end },
};

#define N_PUBLIC 4

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
