/*
 * Logging: one line per event on standard error, "time level tag: text".
 *
 * A file that logs defines LOG_TAG (the name of its part) before including
 * this. Text that came from a page or a file is safe to pass: control
 * characters are escaped, so an event can never look like two. Long text is cut.
 * errno is kept.
 */
#pragma once

#include <stdint.h>

#include "base/macros.h"

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
};

/* Lines of one call site within a second, beyond which they are counted and not printed. */
#define LOG_BURST 10

struct log_site {
	uint64_t window_start; /* ns, monotonic */
	unsigned printed, suppressed;
};

/*
 * Writes @from with control characters escaped, as lines have it, for text that
 * goes to a terminal in another way. Terminated, and cut to @room >= 6 bytes;
 * returns the length.
 */
size_t log_escape(char *to, size_t room, const char *from);

/*
 * Sets levels from "info", "warn,ipc=debug" and the like: a level for all, and
 * exceptions by tag, of which the last counts. -EINVAL when the text is not of that
 * form; nothing changes then.
 */
must_check int log_configure(const char *spec);
int log_enabled(enum log_level level, const char *tag);
/*
 * Lines go to @fn, their text escaped, instead of standard error; null: as before.
 * It is called from wherever something is logged, so it may print and remember,
 * and nothing else.
 */
void log_set_sink(
	void (*fn)(enum log_level level, const char *tag, const char *text, void *arg), void *arg);
void log_line(enum log_level level, const char *tag, const char *fmt, ...) printf_like(3, 4);
/*
 * Like log_line(), but lets only LOG_BURST lines a second through and says later how
 * many it kept.
 */
void log_burst(struct log_site *site, enum log_level level, const char *tag, const char *fmt, ...)
	printf_like(4, 5);

#define log_at(level, ...)                                     \
	do {                                                   \
		if (log_enabled(level, LOG_TAG))               \
			log_line(level, LOG_TAG, __VA_ARGS__); \
	} while (0)

#define log_error(...) log_at(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...) log_at(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...) log_at(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* For what a peer can cause as often as it likes. */
#define log_burst_at(level, ...)                                        \
	do {                                                            \
		static struct log_site site_;                           \
		if (log_enabled(level, LOG_TAG))                        \
			log_burst(&site_, level, LOG_TAG, __VA_ARGS__); \
	} while (0)
