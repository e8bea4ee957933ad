/*
 * Properties of plain objects, as fast as Duktape itself has them. By its API a walk over
 * them takes an enumerator, an object with a property for each key, and filling an object
 * that has members moves it several times: half of what a payload cost.
 */
#pragma once

#include <duktape.h>
#include <stdbool.h>

/* What props_push_keys() leaves on the value stack at most. */
#define PROPS_MAX 64

/*
 * Pushes the own enumerable keys of the object at @at, in the order of duk_enum(), and
 * returns how many. -1, and nothing is pushed, when there are more than PROPS_MAX, or when it
 * takes duk_enum(): some are indices, or it is a Proxy, an array, a string or a buffer.
 */
duk_idx_t props_push_keys(duk_context *ctx, duk_idx_t at);
/*
 * Pushes the member of the object at @at whose key props_push_keys() has left at @key; its
 * getter is run. False, and nothing is pushed, when it has been deleted since.
 */
bool props_get(duk_context *ctx, duk_idx_t at, duk_idx_t key);
/* Makes room in the fresh object at @at for @n members. Throws. */
void props_reserve(duk_context *ctx, duk_idx_t at, duk_uint_t n);
