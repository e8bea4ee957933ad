/*
 * Each output has a picture of its own, in the size of its canvas, which is drawn when that
 * is known and again when it changes; rotation is the output's affair.
 */
#include "screen/splash.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/list.h"
#include "screen/layer.h"
#include "screen/output.h"
#include "screen/splash_draw.h"

#define LOG_TAG "screen"
#include "base/log.h"

struct splash {
	struct splash_art art; /* owned */
	struct list places; /* struct place, one for each output that has had it */
};

struct place {
	struct list link; /* splash's places */
	struct splash *splash; /* borrowed: frees us */
	struct output *output; /* borrowed: outlives us */
	struct output_listener listener;
	struct layer *layer; /* owned; null: gone for good */
	uint32_t width, height; /* of what is shown; 0: nothing yet */
	double scale;
};

static void draw(struct place *p)
{
	uint32_t width = output_width(p->output), height = output_height(p->output);
	const struct rect all = { 0, 0, (int32_t)width, (int32_t)height };
	double scale = output_scale(p->output);
	struct buffer *b;
	int r;

	if (width == 0 || height == 0 ||
		(width == p->width && height == p->height && scale == p->scale))
		return;
	r = splash_draw(&p->splash->art, width, height, scale, &b);
	if (r == 0) {
		/* A frame on its way has the former size. */
		layer_clear(p->layer);
		layer_place(p->layer, &all);
		layer_set_visible(p->layer, true);
		r = layer_show(p->layer, b, NULL, 0);
	}
	if (r < 0) {
		log_error("output %s: no splash: %s", output_name(p->output), strerror(-r));
		return;
	}
	p->width = width;
	p->height = height;
	p->scale = scale;
}

static void on_changed(struct output *o, void *arg)
{
	draw(arg);
}

static void take_off(struct place *p)
{
	output_remove_listener(&p->listener);
	layer_free(take_ptr(p->layer));
}

int splash_add(struct splash *s, struct output *o)
{
	struct place *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return -ENOMEM;
	r = layer_new(o, LAYER_SPLASH, NULL, NULL, &p->layer);
	if (r < 0) {
		free(p);
		return r;
	}
	p->splash = s;
	p->output = o;
	p->listener.changed = on_changed;
	p->listener.arg = p;
	output_add_listener(o, &p->listener);
	list_append(&s->places, &p->link);
	draw(p);
	return 0;
}

void splash_hide(struct splash *s, const struct output *o)
{
	struct place *p;

	list_for_each (p, &s->places, link)
		if (p->output == o && p->layer)
			take_off(p);
}

int splash_new(
	const void *png, size_t len, uint32_t color, struct splash **ret, const char **ret_why)
{
	struct splash *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	*ret_why = NULL;
	list_init(&s->places);
	s->art.color = color;
	if (png && splash_decode(png, len, &s->art.image, ret_why) == -ENOMEM)
		*ret_why = "out of memory";
	*ret = s;
	return 0;
}

void splash_free(struct splash *s)
{
	struct place *p, *next;

	if (!s)
		return;
	list_for_each_safe (p, next, &s->places, link) {
		take_off(p);
		free(p);
	}
	splash_art_fini(&s->art);
	free(s);
}

int splash_check(const void *png, size_t len, const char **ret_why)
{
	struct splash_art art = { 0 };
	int r = splash_decode(png, len, &art.image, ret_why);

	splash_art_fini(&art);
	return r;
}
