/*
 * An app's native module: a shared object that kiln.json names, with one symbol,
 * kiln_module (bind/module.h). It is a peer like any other, "native:<name>", which
 * the host script calls; its code runs in the runtime's process with the runtime's
 * rights, and is as trusted as the runtime is.
 */
#pragma once

#include "base/macros.h"
#include "bind/module.h"

struct loop;
struct native;
struct router;

#define NATIVE_PREFIX "native:"
#define NATIVE_NAME_MAX 32

struct native_error {
	char text[256];
};

/* 1 to NATIVE_NAME_MAX of a-z 0-9 - _, beginning with a letter. */
bool native_name_valid(const char *name);

/*
 * Loads the shared object at @path, beneath @app_fd when that is one and anywhere
 * when it is -1, and checks what it declares; runs nothing of it but its
 * constructors. @name is what it must call itself, null for any. -errno with the reason
 * in @ret_error.
 */
must_check int native_load(int app_fd, const char *path, const char *name, struct native **ret,
	struct native_error *ret_error);
/* Starts it and makes it a peer; both are borrowed. -errno with the reason in @ret_error. */
must_check int native_start(
	struct native *n, struct loop *loop, struct router *router, struct native_error *ret_error);
/* Stops it: its watches, timers and calls end first. It stays mapped. No-op on null. */
void native_free(struct native *n);

const struct kiln_module *native_module(const struct native *n);
