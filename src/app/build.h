/* Source apps become such that run: the toolkit does it, and what it made is checked. */
#pragma once

#include <limits.h>

/* Builds @app into the folder @out and checks that. Returns a status of command.h. */
int build(const char *app, const char *out);
/* Builds @app into the user's cache folder @ret_out, to be run from there. The same. */
int build_for_run(const char *app, char ret_out[static PATH_MAX]);
