/* Files of an app: opened under a folder, with the kernel keeping the path inside it. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/macros.h"

/*
 * Opens a regular file below @dir_fd for reading, by openat2(2) with
 * RESOLVE_BENEATH: "..", absolute paths and links that lead out are -EXDEV.
 * -EISDIR for what is no regular file. The caller owns the fd.
 */
must_check int file_open_beneath(int dir_fd, const char *path, off_t *ret_size);

/*
 * Appends such a file's content to @to. -EFBIG when it is over @max bytes or does
 * not fit under the buffer's ceiling. After a failure @to may hold a part.
 */
must_check int file_read(int dir_fd, const char *path, size_t max, struct buf *to);
