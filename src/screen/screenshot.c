/*
 * Each frame arms the timer for the same moment, the earliest at which the next write
 * may be; the timer writes. So the first frame after a rest is written at once, and a
 * last one is never missed.
 */
#include "screen/screenshot.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/output.h"
#include "screen/png.h"

#define LOG_TAG "screen"
#include "base/log.h"

#define INTERVAL_NS (500 * NSEC_PER_MSEC)

struct screenshot {
	struct output *output; /* borrowed: outlives us */
	struct output_listener listener;
	struct loop_timer *timer; /* owned */
	char *path; /* owned */
	uint64_t written; /* the frame that the file shows */
	uint64_t next; /* no write before this; ns */
	bool failing;
};

static void write_file(struct screenshot *s)
{
	struct picture p = output_picture(s->output);
	uint64_t frame = output_frames(s->output);
	int r;

	r = png_write_file(s->path, &p);
	s->next = clock_now() + INTERVAL_NS;
	if (r == 0)
		s->written = frame;
	else if (!s->failing)
		log_error("cannot write %s: %s", s->path, strerror(-r));
	s->failing = r < 0;
}

static void on_timer(struct loop_timer *t, void *arg)
{
	write_file(arg);
}

static void on_presented(void *arg, uint64_t seq, uint64_t when)
{
	struct screenshot *s = arg;

	loop_timer_arm(s->timer, s->next);
}

int screenshot_new(struct loop *l, struct output *o, const char *path, struct screenshot **ret)
{
	auto_free struct screenshot *s = calloc(1, sizeof(*s));
	auto_free char *copy = strdup(path);
	int r;

	if (!s || !copy)
		return -ENOMEM;
	r = loop_timer_new(l, "screenshot", on_timer, s, &s->timer);
	if (r < 0)
		return r;
	s->output = o;
	s->path = take_ptr(copy);
	s->listener.presented = on_presented;
	s->listener.arg = s;
	output_add_listener(o, &s->listener);
	*ret = take_ptr(s);
	return 0;
}

void screenshot_free(struct screenshot *s)
{
	if (!s)
		return;
	output_remove_listener(&s->listener);
	if (output_frames(s->output) > s->written)
		write_file(s);
	loop_timer_free(s->timer);
	free(s->path);
	free(s);
}
