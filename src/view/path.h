/*
 * From the path of an app:// address to a file's name and type. That the file
 * lies in the folder is not decided here but when it is opened.
 */
#pragma once

#include <stddef.h>

#include "base/macros.h"

#define PATH_BYTES_MAX 1024u

/*
 * Percent-decodes the path of an address (from "/" up to "?" or "#") into
 * @ret_path, relative and ready to be opened; a path that ends in "/" gets
 * "index.html". -EINVAL: a malformed escape, a NUL, an empty or "." or ".."
 * segment; -ENAMETOOLONG. On failure @ret_path is undefined.
 */
must_check int path_decode(const char *url_path, char ret_path[static PATH_BYTES_MAX]);

/* By the file name's extension; "application/octet-stream" for an unknown one. */
const char *path_mime_type(const char *path);
