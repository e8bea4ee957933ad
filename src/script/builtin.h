/* The scripts of js/host, held in the program. */
#pragma once

#include <stddef.h>

struct builtin {
	const char *name; /* as in require() and in stack traces */
	const char *start, *end;
};

/* Null when there is none of that name. */
const struct builtin *builtin_find(const char *name);
/* The @i-th that an app may require; null behind the last. */
const struct builtin *builtin_public(size_t i);
