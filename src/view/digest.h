/* SHA-256, by GLib, which nobody above this folder uses. */
#pragma once

#include <stddef.h>

#include "base/macros.h"

#define DIGEST_TEXT 65 /* in hexadecimal, terminated */

void digest_bytes(const void *data, size_t len, char ret[static DIGEST_TEXT]);
/* Of all that can be read from @fd, from where it stands. -errno. */
must_check int digest_fd(int fd, char ret[static DIGEST_TEXT]);
