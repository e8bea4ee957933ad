/* Keeps a PNG file current with an output: "what does the screen show?", also for a shell. */
#pragma once

#include "base/macros.h"

struct loop;
struct output;
struct screenshot;

/*
 * Writes @path after frames were presented, at most once in 500 ms and never while
 * nothing changes. A write that fails is logged once and tried again with the next
 * frame. Free this before @o.
 */
must_check int screenshot_new(
	struct loop *l, struct output *o, const char *path, struct screenshot **ret);
/* Writes a last time if the output is ahead of the file. No-op on null. */
void screenshot_free(struct screenshot *s);
