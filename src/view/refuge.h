/* Where windows go that are bound to no output, when theirs shows nothing any more. */
#pragma once

#include <stdbool.h>

struct output;
struct screen;

/* Whether what is on it is seen, or would be if it were woken. */
bool refuge_serves(const struct output *o);
/*
 * Where those on @from are to go now: the first lit output on which @occupied() finds no
 * window. Null: they stay, because @from serves or there is no such output.
 */
struct output *refuge_find(const struct screen *s, const struct output *from,
	bool (*occupied)(const struct output *o, void *arg), void *arg);
