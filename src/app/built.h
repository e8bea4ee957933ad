/*
 * What a build says of itself in build.json: {"hash": "sha256:...", "files": {path: sum}},
 * the sum followed by " x" for a file that is executable, and the hash over the text of
 * "files". So one line tells whether a device has what was built.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct built {
	char hash[80]; /* "sha256:..." */
	unsigned files;
	uint64_t bytes;
};

/*
 * Holds the app in @app_fd against its build.json: every file that differs, is missing
 * or was not built is told to @fault, as "path: what". Returns 0 or -errno, when
 * build.json cannot be read, which has been told as well.
 */
must_check int built_verify(
	int app_fd, void (*fault)(const char *text, void *arg), void *arg, struct built *ret);
