#include "loop/burst.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "loop/loop.h"

#define INTERVAL_MIN NSEC_PER_SEC
#define INTERVAL_MAX (60 * NSEC_PER_SEC)

/* FNV-1a. Who finds two texts of one hash hides a line of their own. */
static uint64_t hash(const unsigned char *s, size_t len)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ s[i]) * 0x100000001b3u;
	return h;
}

static void tell_line(const struct burst *b, const struct burst_line *line, uint64_t now)
{
	double seconds = (double)(now - line->since) / NSEC_PER_SEC;

	log_line(line->level, b->tag, "%u more within %.*f s: %s", line->again,
		seconds < 10 ? 1 : 0, seconds, line->text);
}

static void tell_left_out(struct burst *b)
{
	if (b->left_out > 0)
		log_line(b->level_left_out, b->tag, "%s%u more errors were not shown", b->who,
			b->left_out);
	b->left_out = 0;
}

static void arm(struct burst *b)
{
	uint64_t due = b->left_out ? b->second + NSEC_PER_SEC : UINT64_MAX;

	for (unsigned i = 0; i < b->n_lines; i++)
		if (b->lines[i].since + b->lines[i].interval < due)
			due = b->lines[i].since + b->lines[i].interval;
	if (due == UINT64_MAX)
		loop_timer_disarm(b->timer);
	else
		loop_timer_arm(b->timer, due);
}

/* Whether the line is still known after that. */
static bool go_on(struct burst *b, struct burst_line *line, uint64_t now)
{
	if (now - line->since < line->interval)
		return true;
	if (line->again == 0)
		return false;
	tell_line(b, line, now);
	line->again = 0;
	line->since = now;
	line->interval = line->interval * 2 > INTERVAL_MAX ? INTERVAL_MAX : line->interval * 2;
	return true;
}

static void on_timer(struct loop_timer *t, void *arg)
{
	struct burst *b = arg;
	uint64_t now = clock_now();
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n_lines; i++) {
		if (!go_on(b, &b->lines[i], now))
			continue;
		if (kept != i)
			b->lines[kept] = b->lines[i];
		kept++;
	}
	b->n_lines = kept;
	if (now - b->second >= NSEC_PER_SEC)
		tell_left_out(b);
	arm(b);
}

int burst_init(struct burst *b, struct loop *l, const char *tag, const char *who)
{
	*b = (struct burst){ .tag = tag, .who = who };
	return loop_timer_new(l, "burst", on_timer, b, &b->timer);
}

void burst_fini(struct burst *b)
{
	uint64_t now = clock_now();

	if (!b->timer)
		return;
	for (unsigned i = 0; i < b->n_lines; i++)
		if (b->lines[i].again > 0)
			tell_line(b, &b->lines[i], now);
	tell_left_out(b);
	loop_timer_free(take_ptr(b->timer));
	b->n_lines = 0;
}

bool burst_admit(struct burst *b, enum log_level level, const void *key, size_t len)
{
	uint64_t now = clock_now(), h = hash(key, len);
	struct burst_line *line;

	for (unsigned i = 0; i < b->n_lines; i++) {
		if (b->lines[i].key == h) {
			b->lines[i].again++;
			return false;
		}
	}
	if (now - b->second >= NSEC_PER_SEC) {
		tell_left_out(b);
		b->second = now;
		b->in_second = 0;
	}
	if (b->in_second == BURST_PER_SECOND || b->n_lines == BURST_LINES) {
		b->level_left_out = level;
		b->left_out++;
		if (b->left_out == 1)
			arm(b);
		return false;
	}
	b->in_second++;
	line = &b->lines[b->n_lines++];
	*line = (struct burst_line){
		.key = h,
		.since = now,
		.interval = INTERVAL_MIN,
		.level = level,
	};
	arm(b);
	return true;
}

void burst_say(struct burst *b, const char *fmt, ...)
{
	struct burst_line *line = &b->lines[b->n_lines - 1];
	char text[2048] = "";
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	memcpy(line->text, text, sizeof(line->text) - 1);
	log_line(line->level, b->tag, "%s", text);
}
