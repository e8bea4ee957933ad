/*
 * Duktape's stack traces as text: their frames, and those in the author's terms.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct source_maps;

/* "    at name (file:line) flags"; what points into the trace is not terminated. */
struct stack_frame {
	const char *name, *file;
	size_t name_len, file_len;
	unsigned line;
	bool support; /* of ours, or of what a compiler adds: nobody looks for an error there */
	bool package; /* of an npm package */
};

struct stack_walk {
	const char *at, *end;
};

/* @stack is not terminated. */
void stack_begin(struct stack_walk *w, const char *stack, size_t len);
/* The next frame that is in a file; false at the end. */
bool stack_next(struct stack_walk *w, struct stack_frame *ret);

/*
 * Writes the trace to @out with each place that a map knows in the author's terms: 1,
 * or 0 when there is none, -EMSGSIZE or -ENOMEM of @out; only with 1 it is whole.
 */
must_check int stack_map(struct source_maps *maps, const char *stack, size_t len, struct buf *out);

/*
 * The frame where an error came about: the first that is of somebody's code, and not
 * of the constructor of the error's own class. False when there is none.
 * *@w goes on behind it.
 */
bool stack_place(const char *stack, size_t len, struct stack_walk *w, struct stack_frame *ret);
