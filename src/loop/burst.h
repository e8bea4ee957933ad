/*
 * Errors that may come as often as somebody likes, as lines of the log.
 *
 * An error is logged when it is new. While it comes again it is counted, and
 * told with its count after a second, after two more, and so on up to a minute;
 * an error that has not come since is new again. Beyond BURST_PER_SECOND new ones
 * in a second, or BURST_LINES known ones, they are left out, and their number is
 * told at the end of the second.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "base/macros.h"

struct loop;
struct loop_timer;

#define BURST_PER_SECOND LOG_BURST
#define BURST_LINES 24
#define BURST_TEXT 256

struct burst_line {
	uint64_t key; /* hash of what makes it the same error */
	uint64_t since, interval; /* ns: what again counts from, and for how long */
	unsigned again;
	enum log_level level;
	char text[BURST_TEXT]; /* cut */
};

struct burst {
	const char *tag, *who; /* borrowed; who is "" or ends in a space */
	struct loop_timer *timer; /* owned: armed while any line is known */
	struct burst_line lines[BURST_LINES];
	unsigned n_lines;
	uint64_t second; /* ns: when the second under way began */
	unsigned in_second; /* lines that were new in it */
	unsigned left_out; /* and those that were left out */
	enum log_level level_left_out;
};

/* @who stands in front of what is said of errors that were left out. -ENOMEM. */
must_check int burst_init(struct burst *b, struct loop *l, const char *tag, const char *who);
/* Tells what it has counted. No-op on a zeroed one. */
void burst_fini(struct burst *b);

/* Whether to log the error of this @key. If so burst_say() comes next. */
bool burst_admit(struct burst *b, enum log_level level, const void *key, size_t len);
/* Logs the line, and keeps it to be told again. */
void burst_say(struct burst *b, const char *fmt, ...) printf_like(2, 3);
