/*
 * The part of the program that needs Node, js/toolkit: what turns a source app into
 * one that runs. It is a program of its own, and this starts it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

struct loop;
struct toolkit;

/*
 * Runs "kiln.mjs COMMAND APP [--out OUT] --sdk DIR", with its output on ours, and
 * waits for it. Returns its exit status, one of command.h: COMMAND_NO_TOOLKIT with a
 * message when it, or Node, is not there. @out may be null.
 */
int toolkit_run(const char *command, const char *app, const char *out);

/* Borrowed for the call; strings are never null. */
struct toolkit_error {
	const char *place; /* "main.ts:3:7", from the app's folder */
	const char *text, *hint;
};

struct toolkit_ops {
	/* The output folder is up to date again. */
	void (*built)(unsigned ms, void *arg);
	/* It could not be built, and is as it was. */
	void (*failed)(const struct toolkit_error *errors, size_t n, void *arg);
	/* What the types are wrong about, after it was built; none when all is well. */
	void (*types)(const struct toolkit_error *errors, size_t n, void *arg);
	/* It has ended, which it does not do by itself. */
	void (*ended)(void *arg);
};

/*
 * Starts "kiln.mjs watch", which lives as long as this. -ENOENT, with a message, when
 * it is not there.
 */
must_check int toolkit_watch(const char *app, const char *out, const struct toolkit_ops *ops,
	void *arg, struct toolkit **ret);
/* Waits for what it says next and calls back; before there is a loop. False: it has ended. */
bool toolkit_wait(struct toolkit *t);
/* From here on the loop does that. */
must_check int toolkit_attach(struct toolkit *t, struct loop *loop);
/* Before the loop goes. No-op on null. */
void toolkit_detach(struct toolkit *t);
/* Ends it, and waits for that a moment. No-op on null. */
void toolkit_free(struct toolkit *t);
