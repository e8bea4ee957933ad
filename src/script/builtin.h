/*
 * The scripts of js/host, held in the program as what tools/compile-host makes of
 * them: Duktape's bytecode, which loads in a tenth of the time that compiling takes.
 */
#pragma once

#include <stddef.h>

#define BUILTIN_PREFIX "runtime:"
/* Each is the body of such a function. */
#define BUILTIN_HEAD "(function (exports, require, module, __filename, native, internal) {"

struct builtin {
	const char *name; /* as in require() and in stack traces */
	const char *start, *end;
};

/* Null when there is none of that name. */
const struct builtin *builtin_find(const char *name);
/* The @i-th that an app may require; null behind the last. */
const struct builtin *builtin_public(size_t i);
