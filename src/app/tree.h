/* Folders of small text files, copied: templates, and the declarations for TypeScript. */
#pragma once

#include <stddef.h>

#include "base/macros.h"

struct buf;

/* Appends to @out what a file that reads @text is to become. */
typedef int (*tree_fill_fn)(const char *text, size_t len, const void *arg, struct buf *out);

/* 1: an empty folder, or nothing at all; 0: something else; -errno. */
must_check int tree_is_empty(const char *path);
/*
 * Copies the files below @from to @to, which is made if need be; files that are there
 * are replaced. @fill may be null. -errno.
 */
must_check int tree_copy(const char *from, const char *to, tree_fill_fn fill, const void *arg);
/*
 * The declarations of this program into the app's .kiln/sdk, where the author's editor
 * finds them. A folder that cannot be written has none, and nothing is said.
 */
void tree_copy_sdk(const char *app);
