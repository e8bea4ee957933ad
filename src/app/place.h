/*
 * Where the parts are that the program comes with: beside it in the build tree, or in
 * lib/kiln and share/kiln of an installation; and where it keeps what it makes itself.
 */
#pragma once

#include <limits.h>

#include "base/macros.h"

enum place {
	PLACE_WEBEXT, /* the web process extension */
	PLACE_TEMPLATES, /* of "kiln new" */
	PLACE_TOOLKIT, /* what needs Node */
	PLACE_SDK, /* declarations for TypeScript */
};

/* -ENOENT when it is at neither. */
must_check int place_find(enum place place, char ret[static PATH_MAX]);

/*
 * The user's folder for the build of the app in the folder @app that is for @purpose, made
 * if need be. -errno when it cannot be made, or when it is somebody else's.
 */
must_check int place_for_build(const char *app, const char *purpose, char ret[static PATH_MAX]);
