/* Members are snake_case in C and camelCase in JavaScript. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define NAME_MAX_BYTES 64

/* Writes @name in camelCase; returns its length. What does not fit is cut off. */
size_t name_to_camel(const char *name, char ret[static NAME_MAX_BYTES]);
/* Whether @camel, not terminated, is what @name becomes. */
bool name_is(const char *name, const char *camel, size_t len);
