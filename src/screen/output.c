/*
 * What all outputs have in common: pictures and damage are checked here, so that a
 * presenter sees rectangles that it can copy; one frame is pending at a time;
 * listeners are told, and may do anything meanwhile.
 */
#include "screen/output.h"

#include <errno.h>

#include "screen/presenter.h"

/* Beyond that many rectangles, or that much area, copying all is no worse. */
#define DAMAGE_MAX 16

int presenter_init(struct output *o, const struct presenter_ops *ops, uint32_t width,
	uint32_t height, uint32_t refresh_mhz)
{
	if (width == 0 || width > PICTURE_SIDE_MAX || height == 0 || height > PICTURE_SIDE_MAX ||
		refresh_mhz == 0)
		return -EINVAL;
	*o = (struct output){
		.ops = ops, .width = width, .height = height, .refresh_mhz = refresh_mhz
	};
	list_init(&o->listeners);
	list_init(&o->told_next);
	return 0;
}

static void take_off_all(struct list *listeners)
{
	struct output_listener *listener;

	while ((listener = list_first(listeners, struct output_listener, link)))
		list_remove(&listener->link);
}

void output_free(struct output *o)
{
	if (!o)
		return;
	take_off_all(&o->listeners);
	take_off_all(&o->told_next);
	if (o->telling)
		o->doomed = true;
	else
		o->ops->free(o);
}

void presenter_done(struct output *o, uint64_t when)
{
	uint64_t seq = ++o->frames;
	struct output_listener *listener;

	o->pending = false;
	o->telling = true;
	while ((listener = list_first(&o->listeners, struct output_listener, link))) {
		list_remove(&listener->link);
		list_append(&o->told_next, &listener->link);
	}
	while ((listener = list_first(&o->told_next, struct output_listener, link))) {
		list_remove(&listener->link);
		list_append(&o->listeners, &listener->link);
		listener->presented(listener->arg, seq, when);
	}
	o->telling = false;
	if (o->doomed)
		o->ops->free(o);
}

/* The part of @r within @width and @height; false when that is nothing. */
static bool clip(const struct rect *r, int32_t width, int32_t height, struct rect *ret)
{
	int64_t left = r->x > 0 ? r->x : 0, top = r->y > 0 ? r->y : 0;
	int64_t right = (int64_t)r->x + r->width, bottom = (int64_t)r->y + r->height;

	if (right > width)
		right = width;
	if (bottom > height)
		bottom = height;
	if (left >= right || top >= bottom)
		return false;
	*ret = (struct rect){ (int32_t)left, (int32_t)top, (int32_t)(right - left),
		(int32_t)(bottom - top) };
	return true;
}

/* Fills @ret with what is to be copied, and returns how many rectangles that is. */
static size_t clip_damage(const struct rect *damage, size_t n, int32_t width, int32_t height,
	struct rect ret[DAMAGE_MAX])
{
	int64_t area = 0, all = (int64_t)width * height;
	size_t kept = 0;

	for (size_t i = 0; n <= DAMAGE_MAX && i < n; i++) {
		struct rect *r = &ret[kept];

		if (!clip(&damage[i], width, height, r))
			continue;
		area += (int64_t)r->width * r->height;
		kept++;
	}
	if (n > 0 && n <= DAMAGE_MAX && area < all)
		return kept;
	ret[0] = (struct rect){ 0, 0, width, height };
	return 1;
}

int output_present(
	struct output *o, const struct picture *p, const struct rect *damage, size_t n_damage)
{
	struct rect clipped[DAMAGE_MAX];
	uint32_t width, height;
	size_t n;
	int r;

	if (o->pending)
		return -EBUSY;
	if (!picture_is_valid(p))
		return -EINVAL;
	width = p->width < o->width ? p->width : o->width;
	height = p->height < o->height ? p->height : o->height;
	n = clip_damage(damage, n_damage, (int32_t)width, (int32_t)height, clipped);
	r = o->ops->show(o, p, clipped, n);
	if (r < 0)
		return r;
	o->pending = true;
	return 0;
}

void output_add_listener(struct output *o, struct output_listener *listener)
{
	list_append(&o->listeners, &listener->link);
}

void output_remove_listener(struct output_listener *listener)
{
	list_remove(&listener->link);
}

struct picture output_picture(const struct output *o)
{
	return o->ops->picture(o);
}

uint64_t output_frames(const struct output *o)
{
	return o->frames;
}

uint32_t output_width(const struct output *o)
{
	return o->width;
}

uint32_t output_height(const struct output *o)
{
	return o->height;
}

uint32_t output_refresh_mhz(const struct output *o)
{
	return o->refresh_mhz;
}
