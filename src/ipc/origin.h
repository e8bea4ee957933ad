/*
 * Origins as the web platform serialises them: scheme "://" host [":" port].
 * Only the canonical spelling counts: lower case, the host in ASCII (punycode),
 * no user, no path, no default port. So two origins are the same when their
 * bytes are, and whatever else looks like one is none.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

/* Of an origin, with its terminator. */
#define ORIGIN_MAX 512u

bool origin_valid(const char *text, size_t len);

/* What is opaque or malformed ("", "null") equals nothing, not even itself. */
bool origin_equal(const char *a, const char *b);

/*
 * Writes the canonical spelling of what lacks only lower case, or has a slash at
 * its end or its scheme's own port. -EINVAL for anything else.
 */
must_check int origin_canonical(const char *text, size_t len, char ret[static ORIGIN_MAX]);
