/*
 * require(): CommonJS modules out of the app's folder, and "runtime:" modules
 * out of the program.
 *
 * A path is relative to the module that names it, and is opened beneath the
 * app's folder by the kernel's own rule (RESOLVE_BENEATH), so that neither ".."
 * nor a link leads out. Without its own ending ".js" is tried. Paths in stack
 * traces are relative to the app's folder.
 *
 * "native:" modules are the app's own shared objects, of which only the declaration
 * is known here (script/binding.h).
 *
 * Our own modules get two more arguments, which no app ever sees: their natives,
 * and an object that they share.
 */
#pragma once

#include <duktape.h>
#include <limits.h>
#include <stddef.h>

#include "base/buf.h"
#include "bind/module.h"

#define MODULE_MAX (4u << 20)

struct modules {
	int app_fd; /* borrowed; -1: no app */
	const struct kiln_module *const
		*natives; /* borrowed, up to a null: "native:" modules; may be null */
	struct buf source; /* of the module that is being compiled */
	struct buf text; /* of a name under conversion */
};

void modules_init(struct modules *m, int app_fd, const struct kiln_module *const *natives);
void modules_fini(struct modules *m);

/* Before the first use of the heap; throws, as all below that take a context. */
void modules_setup(struct modules *m, duk_context *ctx);
/* Pushes the object that becomes the natives of our own module @name. */
void modules_push_natives(duk_context *ctx, const char *name);
/* Pushes what our own modules share. */
void modules_push_internal(duk_context *ctx);

/* Pushes the function that is our own module @name. */
void modules_push_builtin(duk_context *ctx, const char *name);
/* Pushes the exports of our own module @name. */
void modules_load_builtin(struct modules *m, duk_context *ctx, const char *name);

/*
 * The path in the app's folder, without "." and "..", of what the module @from
 * calls @name. It is also what the module is known by. -EXDEV when it leads out.
 */
must_check int modules_resolve(const char *from, const char *name, char path[PATH_MAX]);
/* Reads a module; -ENOENT, -EXDEV (out of the folder), -EFBIG, -EILSEQ (not UTF-8) ... */
must_check int modules_read(struct modules *m, const char *path);
/* Runs what modules_read() has read. */
void modules_run(struct modules *m, duk_context *ctx, const char *path);

/* Takes @text as if it had been read; -EFBIG, -EILSEQ, -ENOMEM. */
must_check int modules_set_source(struct modules *m, const char *text, size_t len);
/* Pushes a function that returns the module's. */
void modules_compile(struct modules *m, duk_context *ctx, const char *name);

/* What went wrong with reading, for people. */
const char *modules_strerror(int error);
