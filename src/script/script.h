/*
 * The host script: one Duktape heap with a memory ceiling and an execution
 * deadline, its modules, timers and promises, and the peer "host" that it is to
 * the router.
 *
 * C enters JavaScript only through script/heap.c's protected call. Whatever a
 * callback of the app throws is logged with file and line, and the app goes on.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct kiln_module;
struct loop;
struct router;
struct script;

struct script_options {
	struct loop *loop; /* borrowed */
	struct router *router; /* borrowed; the script adds itself as PEER_HOST */
	int app_fd; /* borrowed: the app's folder, which modules come from */
	/* Borrowed, up to a null: what require("native:…") may find; may be null. */
	const struct kiln_module *const *natives;
	size_t memory_max; /* bytes of heap; 0: SCRIPT_MEMORY_MAX */
	uint64_t deadline; /* ns of one entry into the script; 0: SCRIPT_DEADLINE */
	/* The script called exit() of runtime:app, and is still running: do not free it here. */
	void (*on_exit)(int code, void *arg);
	/*
	 * The heap is beyond use (heap.h says when) and the script does nothing any
	 * more: free it, here or later. From the loop, once. May be null.
	 */
	void (*on_dead)(void *arg);
	void *arg;
};

#define SCRIPT_MEMORY_MAX (32u << 20)
#define SCRIPT_DEADLINE 5000000000ull

struct script_error {
	unsigned line; /* from 1; 0 when unknown */
	char message[256]; /* with its place at its end */
	char file[128]; /* that line is of, as the author knows it; "" when unknown */
	char trace[512]; /* further frames, each a line with its end */
};

/* Makes the heap with all built-in modules; -ENOMEM, or what router_add() says. */
must_check int script_new(const struct script_options *opts, struct script **ret);
/* Removes the peer, drops what is queued. No-op on null. */
void script_free(struct script *s);

/* Logs the further frames of an error whose line has been logged. */
void script_log_trace(const struct script_error *error);

/*
 * Runs the app's main module, a path inside the app's folder. -ENOENT and the
 * like when it cannot be read; -ENOEXEC when it has a syntax error or throws,
 * with the reason in @ret_error; -ENOTRECOVERABLE when the heap is beyond use
 * after that. All are logged by the caller, not here.
 */
must_check int script_run(struct script *s, const char *main, struct script_error *ret_error);

/*
 * Puts a new heap in the place of the old one, dead or not; script_run() comes
 * next. Messages that wait for the script go on waiting, those that it was at are
 * lost to it unless their sender allowed a second time. Not from inside the script;
 * -ENOMEM, and then it can only be freed.
 */
must_check int script_restart(struct script *s);

/*
 * The script does nothing any more, and what comes for it waits, until
 * script_restart(). Not from inside the script; on_dead() is not called for it.
 */
void script_halt(struct script *s);

/* Compiles without running: 0, or -ENOEXEC with the line and the reason in @ret_error; -ENOMEM. */
must_check int script_check_syntax(
	const char *name, const char *text, size_t len, struct script_error *ret_error);

/*
 * Loads every built-in module: 0, or -ENOEXEC with the reason in @ret_error when one of them and
 * its declaration are not of one mind; -ENOMEM. For the build.
 */
must_check int script_check_modules(struct script_error *ret_error);
