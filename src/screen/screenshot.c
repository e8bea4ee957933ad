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
#include "screen/layer.h"
#include "screen/output.h"
#include "screen/png.h"

#define LOG_TAG "screen"
#include "base/log.h"

#define INTERVAL_NS (500 * NSEC_PER_MSEC)

struct screenshot {
	struct output *output; /* borrowed: outlives us; or null */
	struct layer *layer; /* likewise */
	struct output_listener listener;
	struct loop_timer *timer; /* owned */
	char *path; /* owned */
	uint64_t next; /* no write before this; ns */
	bool behind; /* there is something that the file does not show */
	bool failing;
};

static int write_output(const struct screenshot *s)
{
	struct picture p;
	int r = output_read(s->output, &p);

	if (r < 0)
		return r;
	r = png_write_file(s->path, &p);
	picture_free(&p);
	return r;
}

static int write_layer(const struct screenshot *s)
{
	struct picture p;
	int r = layer_picture(s->layer, &p);

	return r < 0 ? r : png_write_file(s->path, &p);
}

static void write_file(struct screenshot *s)
{
	int r = s->output ? write_output(s) : write_layer(s);

	s->next = clock_now() + INTERVAL_NS;
	/* What has gone dark since has nothing to show, and the file stays. */
	if (r == 0 || r == -ENODATA)
		s->behind = false;
	else if (!s->failing)
		log_error("cannot write %s: %s", s->path, strerror(-r));
	s->failing = r < 0 && r != -ENODATA;
}

static void on_timer(struct loop_timer *t, void *arg)
{
	write_file(arg);
}

static void on_presented(struct output *o, uint64_t seq, uint64_t when, void *arg)
{
	screenshot_changed(arg);
}

void screenshot_changed(struct screenshot *s)
{
	s->behind = true;
	loop_timer_arm(s->timer, s->next);
}

static int screenshot_new(struct loop *l, const char *path, struct screenshot **ret)
{
	auto_free struct screenshot *s = calloc(1, sizeof(*s));
	auto_free char *copy = strdup(path);
	int r;

	if (!s || !copy)
		return -ENOMEM;
	r = loop_timer_new(l, "screenshot", on_timer, s, &s->timer);
	if (r < 0)
		return r;
	s->path = take_ptr(copy);
	s->listener.presented = on_presented;
	s->listener.arg = s;
	list_init(&s->listener.link);
	*ret = take_ptr(s);
	return 0;
}

int screenshot_of_output(
	struct loop *l, struct output *o, const char *path, struct screenshot **ret)
{
	int r = screenshot_new(l, path, ret);

	if (r < 0)
		return r;
	(*ret)->output = o;
	output_add_listener(o, &(*ret)->listener);
	return 0;
}

int screenshot_of_layer(
	struct loop *l, struct layer *layer, const char *path, struct screenshot **ret)
{
	int r = screenshot_new(l, path, ret);

	if (r == 0)
		(*ret)->layer = layer;
	return r;
}

void screenshot_free(struct screenshot *s)
{
	if (!s)
		return;
	output_remove_listener(&s->listener);
	if (s->behind)
		write_file(s);
	loop_timer_free(s->timer);
	free(s->path);
	free(s);
}
