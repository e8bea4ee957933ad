#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

#define TAGS_MAX 16
#define TAG_MAX_BYTES 15
#define LINE_MAX_BYTES 2048

static const char *const level_names[] = { "error", "warn", "info", "debug" };

static struct {
	enum log_level level;
	struct {
		char tag[TAG_MAX_BYTES + 1];
		enum log_level level;
	} tags[TAGS_MAX];
	size_t n_tags;
} config = { .level = LOG_LEVEL_INFO };

static struct {
	void (*fn)(enum log_level level, const char *tag, const char *text, void *arg);
	void *arg;
} sink;

static int parse_level(const char *s, size_t len, enum log_level *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(level_names); i++) {
		if (strlen(level_names[i]) == len && strncmp(level_names[i], s, len) == 0) {
			*ret = (enum log_level)i;
			return 0;
		}
	}
	return -EINVAL;
}

int log_configure(const char *spec)
{
	__typeof__(config) next = config;
	const char *s = spec;

	next.n_tags = 0;
	for (;;) {
		size_t len = strcspn(s, ","), tag_len = strcspn(s, "=");
		enum log_level level;
		int r;

		if (tag_len < len) {
			r = parse_level(s + tag_len + 1, len - tag_len - 1, &level);
			if (r < 0 || tag_len == 0 || tag_len > TAG_MAX_BYTES ||
				strcspn(s, " ") < tag_len || next.n_tags == TAGS_MAX)
				return -EINVAL;
			memcpy(next.tags[next.n_tags].tag, s, tag_len);
			next.tags[next.n_tags].tag[tag_len] = '\0';
			next.tags[next.n_tags++].level = level;
		} else {
			r = parse_level(s, len, &next.level);
			if (r < 0)
				return r;
		}
		if (s[len] == '\0')
			break;
		s += len + 1;
	}
	config = next;
	return 0;
}

int log_enabled(enum log_level level, const char *tag)
{
	for (size_t i = config.n_tags; i-- > 0;)
		if (strcmp(config.tags[i].tag, tag) == 0)
			return level <= config.tags[i].level;
	return level <= config.level;
}

void log_set_sink(
	void (*fn)(enum log_level level, const char *tag, const char *text, void *arg), void *arg)
{
	sink.fn = fn;
	sink.arg = arg;
}

/*
 * Text is UTF-8: its bytes pass, and half a character at the cut does no harm.
 * U+0080 to U+009F are controls as well; a terminal may obey them.
 */
size_t log_escape(char *to, size_t room, const char *from)
{
	size_t n = 0;

	for (; *from && n + 5 <= room; from++) {
		unsigned char c = (unsigned char)*from, next = (unsigned char)from[1];

		if (c == '\n')
			n += (size_t)snprintf(to + n, room - n, "\\n");
		else if (c == '\t')
			to[n++] = ' ';
		else if (c < 0x20 || c == 0x7f)
			n += (size_t)snprintf(to + n, room - n, "\\x%02x", c);
		else if (c == 0xc2 && next >= 0x80 && next < 0xa0)
			n += (size_t)snprintf(to + n, room - n, "\\x%02x", (unsigned char)*++from);
		else
			to[n++] = (char)c;
	}
	to[n] = '\0';
	return n;
}

static void write_line(enum log_level level, const char *tag, const char *fmt, va_list ap)
{
	char text[LINE_MAX_BYTES], line[LINE_MAX_BYTES + 64];
	int saved = errno;
	struct timespec now;
	struct tm tm;
	size_t n;

	vsnprintf(text, sizeof(text), fmt, ap);
	if (sink.fn) {
		log_escape(line, sizeof(line), text);
		sink.fn(level, tag, line, sink.arg);
		errno = saved;
		return;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	n = strftime(line, sizeof(line), "%H:%M:%S", &tm);
	n += (size_t)snprintf(line + n, sizeof(line) - n,
		".%03ld %-5s %.*s: ", now.tv_nsec / 1000000, level_names[level], TAG_MAX_BYTES,
		tag);
	n += log_escape(line + n, sizeof(line) - n - 1, text);
	line[n++] = '\n';
	/* One write a line, so that lines of several processes do not mix. */
	fwrite(line, 1, n, stderr);
	errno = saved;
}

void log_line(enum log_level level, const char *tag, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_line(level, tag, fmt, ap);
	va_end(ap);
}

void log_burst(struct log_site *site, enum log_level level, const char *tag, const char *fmt, ...)
{
	uint64_t now = clock_now();
	va_list ap;

	if (now - site->window_start >= NSEC_PER_SEC) {
		if (site->suppressed)
			log_line(level, tag, "%u more like the next line were not shown",
				site->suppressed);
		site->window_start = now;
		site->printed = site->suppressed = 0;
	}
	if (site->printed >= LOG_BURST) {
		site->suppressed++;
		return;
	}
	site->printed++;
	va_start(ap, fmt);
	write_line(level, tag, fmt, ap);
	va_end(ap);
}
