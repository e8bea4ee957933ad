/*
 * What is wrong with an app that is being written, until it is mended: told in the
 * terminal by dev.c, and in the windows as js/dev/overlay.js draws it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/macros.h"

#define PROBLEMS_MAX 24

enum problem_kind {
	PROBLEM_BUILD, /* the toolkit could not build: what runs is what there was before */
	PROBLEM_TYPES,
	PROBLEM_MANIFEST,
	PROBLEM_SCRIPT, /* the host script did not start, or cannot go on */
	PROBLEM_HOST, /* it goes on after an error that nobody caught */
	PROBLEM_PAGE, /* the same of a page; of one window */
};

struct problem {
	enum problem_kind kind;
	char *window; /* owned; null: shown in all */
	char *place; /* owned: "main.js:7:3", or "" */
	char *text; /* owned */
	char *hint; /* owned: what to do, or "" */
	char *stack; /* owned: lines of where it went through; or null */
	unsigned count; /* how often it came */
};

struct problems {
	struct problem *last; /* borrowed, in all: what was added last, if it was new */
	struct problem all[PROBLEMS_MAX]; /* of each kind the first ones: the rest often follows
					     from them */
	size_t n;
};

/*
 * Copies. A text that begins or ends with a place, as lines of the log do, has it
 * taken out when @place is null. @window and @hint may be null.
 */
void problems_add(struct problems *p, enum problem_kind kind, const char *window, const char *place,
	const char *text, const char *hint);
/* One more line of the stack of what was added last, if that was of this kind and window. */
void problems_add_frame(
	struct problems *p, enum problem_kind kind, const char *window, const char *frame);
/* All of a kind, with @window of that window only. Whether there were any. */
bool problems_clear(struct problems *p, enum problem_kind kind, const char *window);
/* Appends the JSON of what @window is to show, terminated. -ENOMEM, -EMSGSIZE. */
must_check int problems_show(const struct problems *p, const char *window, struct buf *out);
