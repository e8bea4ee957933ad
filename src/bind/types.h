/* The named types that a module's declaration leads to, each once, in the order in which it names
 * them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"
#include "bind/module.h"

#define TYPES_MAX 128

struct types {
	const struct kiln_type *list[TYPES_MAX];
	size_t count;
};

/*
 * -ENOSPC beyond TYPES_MAX; -EINVAL when two different types have one name; -ELOOP for a list
 * of itself.
 */
must_check int types_collect(struct types *t, const struct kiln_module *module);
/* By its name in TypeScript. */
bool types_has(const struct types *t, const char *name);
