/*
 * Watches a folder and all below it for changed files, by inotify. What is told
 * comes once for changes close together: after nothing changed for WATCH_QUIET, or
 * WATCH_LATEST after the first.
 *
 * Files and folders whose name begins with ".", those named node_modules, and what
 * editors leave beside a file that is being edited are no part of it. Links are not
 * followed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/macros.h"

#define WATCH_QUIET (60 * NSEC_PER_MSEC)
#define WATCH_LATEST (500 * NSEC_PER_MSEC)
#define WATCH_FOLDERS_MAX 1024
#define WATCH_FILES_MAX 256

struct loop;
struct watch;

struct watch_changes {
	const char *const *paths; /* from the folder; borrowed for the call */
	size_t n;
	bool more; /* than could be kept: anything may have changed */
	bool gone; /* the folder itself; nothing comes any more */
};

typedef void (*watch_fn)(const struct watch_changes *changes, void *arg);

/*
 * -ENOSPC: more folders than WATCH_FOLDERS_MAX or than the kernel lets this user watch,
 * -EMFILE: more instances than it lets this user have; and what open(2) says of @folder.
 * @fn is called from the loop, and may free the watch.
 */
must_check int watch_new(
	struct loop *loop, const char *folder, watch_fn fn, void *arg, struct watch **ret);
/* No-op on null. */
void watch_free(struct watch *w);
/* What a failure of watch_new() means, and what to do. */
const char *watch_strerror(int error);
