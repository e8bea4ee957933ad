/*
 * Files of an app: opened under a folder, with the kernel keeping the path inside it. And
 * the kernel's own small ones.
 */
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

/*
 * The same of a file of the system's, by its path; links are followed. Not for paths that
 * an app names.
 */
must_check int file_read_path(const char *path, size_t max, struct buf *to);

/*
 * What a small file of /sys or /proc says, without the line end: as much of it as fits,
 * terminated. @path is relative to @dir_fd, which may be AT_FDCWD. Nothing is kept inside
 * of anything: not for paths that others name.
 */
must_check int file_text(int dir_fd, const char *path, char *to, size_t room);
/* Replaces the content of such a file, which must be there. -EIO: not all of it was taken. */
must_check int file_put(int dir_fd, const char *path, const char *text);
