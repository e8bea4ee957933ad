/*
 * One frame at a time. A pass over the layers from the top finds where each is seen, takes
 * the frames that wait where they are, and joins what changed against the last frame. Each
 * target of the presenter has its own list of what it lacks; that much is drawn into the
 * next one, and it is committed. A layer's .presented comes when it is lit.
 *
 * What is not seen is not taken: its frame waits, and nothing is drawn or armed for it.
 */
#include "screen/paint.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/compose.h"
#include "screen/lent.h"

#define LOG_TAG "screen"
#include "base/log.h"

/* A device that has not lit a frame by then will not do it. */
#define LATE_NS (10 * NSEC_PER_SEC)
/* Beyond that many rectangles their extents are drawn. */
#define RECTS_MAX 64

static void paint_now(struct output *o);

struct turn paint_turn(const struct output *o)
{
	return (struct turn){
		.rotation = o->rotation,
		.width = (int32_t)output_width(o),
		.height = (int32_t)output_height(o),
	};
}

static void on_turn(struct loop_timer *t, void *arg)
{
	struct output *o = arg;

	if (o->changed) {
		o->changed = false;
		output_tell_changed(o);
	}
	paint_now(o);
}

static void on_late(struct loop_timer *t, void *arg)
{
	presenter_lost(arg, -ETIMEDOUT);
}

int paint_init(struct output *o, struct loop *l)
{
	int r;

	list_init(&o->layers);
	list_init(&o->flying);
	pixman_region32_init(&o->damage);
	for (size_t i = 0; i < PRESENTER_TARGETS_MAX; i++)
		pixman_region32_init(&o->stale[i]);
	r = loop_timer_new(l, "screen turn", on_turn, o, &o->turn);
	if (r == 0)
		r = loop_timer_new(l, "screen late", on_late, o, &o->late);
	if (r < 0)
		paint_fini(o);
	return r;
}

void paint_fini(struct output *o)
{
	if (!o->layers.next)
		return;
	assert(list_empty(&o->layers));
	loop_timer_free(take_ptr(o->turn));
	loop_timer_free(take_ptr(o->late));
	pixman_region32_fini(&o->damage);
	for (size_t i = 0; i < PRESENTER_TARGETS_MAX; i++)
		pixman_region32_fini(&o->stale[i]);
}

/*
 * Layers that were in the last frame are about to show their next ones; what is committed
 * without them keeps them off the screen for a whole frame more. So they are waited for,
 * for half a frame: two animated windows both keep the full rate.
 */
static uint64_t patience(const struct output *o)
{
	uint64_t refresh_mhz = o->mode.refresh_mhz ? o->mode.refresh_mhz : 60000;

	return o->expected > 0 ? o->last + 500 * NSEC_PER_SEC / refresh_mhz : 0;
}

void paint_schedule(struct output *o)
{
	uint64_t now = clock_now(), until = patience(o);

	o->dirty = true;
	if (o->changed)
		loop_timer_arm(o->turn, now);
	else if (o->state == OUTPUT_LIT && !o->in_flight)
		loop_timer_arm(o->turn, until > now ? until : now);
}

void paint_expect(struct layer *l, bool expected)
{
	if (expected == l->expected)
		return;
	l->expected = expected;
	if (expected)
		l->output->expected++;
	else
		l->output->expected--;
}

static void set_all(struct output *o, pixman_region32_t *region)
{
	pixman_region32_fini(region);
	pixman_region32_init_rect(region, 0, 0, output_width(o), output_height(o));
}

void paint_reset(struct output *o)
{
	paint_dropped(o);
	paint_anew(o);
}

void paint_anew(struct output *o)
{
	struct layer *l;

	set_all(o, &o->damage);
	for (size_t i = 0; i < PRESENTER_TARGETS_MAX; i++)
		set_all(o, &o->stale[i]);
	list_for_each (l, &o->layers, link) {
		pixman_region32_clear(&l->seen);
		l->refused.width = 0;
	}
	paint_schedule(o);
}

void paint_dropped(struct output *o)
{
	struct layer *l;

	while ((l = list_first(&o->flying, struct layer, flight))) {
		list_remove(&l->flight);
		l->owed = true;
	}
	list_for_each (l, &o->layers, link)
		paint_expect(l, false);
	loop_timer_disarm(o->late);
	o->in_flight = false;
}

/* Where @l is drawn if nothing covers it; false: nowhere. */
static bool extent(const struct layer *l, pixman_box32_t *ret)
{
	const struct buffer *b = l->waiting ? l->waiting : l->buffer;
	int32_t width = (int32_t)output_width(l->output),
		height = (int32_t)output_height(l->output);
	const struct rect *r = &l->rect;

	if (!l->visible || !b)
		return false;
	ret->x1 = r->x > 0 ? r->x : 0;
	ret->y1 = r->y > 0 ? r->y : 0;
	ret->x2 = r->x +
		  (r->width < (int32_t)b->picture.width ? r->width : (int32_t)b->picture.width);
	ret->y2 = r->y +
		  (r->height < (int32_t)b->picture.height ? r->height : (int32_t)b->picture.height);
	if (ret->x2 > width)
		ret->x2 = width;
	if (ret->y2 > height)
		ret->y2 = height;
	return ret->x1 < ret->x2 && ret->y1 < ret->y2;
}

static bool same_kind(const struct buffer *a, const struct buffer *b)
{
	return a && a->picture.width == b->picture.width &&
	       a->picture.height == b->picture.height && a->opaque == b->opaque;
}

/* The frame that waits is the layer's from here on; its damage goes to @ret, canvas. */
static void take(struct layer *l, pixman_region32_t *ret)
{
	struct buffer *former = l->buffer;

	if (l->waiting) {
		l->moved |= !same_kind(former, l->waiting);
		l->buffer = take_ptr(l->waiting);
		pixman_region32_copy(ret, &l->damage);
		pixman_region32_translate(ret, l->rect.x, l->rect.y);
		buffer_unref(former);
	}
	l->owed = false;
	list_append(&l->output->flying, &l->flight);
}

/*
 * Joins to the output's damage what of @l differs from the last frame, now that it is seen
 * at @seen, and keeps that. Where it comes out from below another layer, or goes there, the
 * other one has moved; but a smaller frame may wait for it, all covered, and is not taken.
 */
static void join_damage(struct layer *l, const pixman_region32_t *seen, pixman_region32_t *fresh)
{
	pixman_region32_t *damage = &l->output->damage;

	if (l->moved) {
		pixman_region32_union(damage, damage, &l->seen);
		pixman_region32_union(damage, damage, seen);
	} else {
		pixman_region32_intersect(fresh, fresh, seen);
		pixman_region32_union(damage, damage, fresh);
		pixman_region32_subtract(fresh, &l->seen, seen);
		pixman_region32_union(damage, damage, fresh);
	}
	l->moved = false;
	pixman_region32_copy(&l->seen, seen);
}

/* Sees to one layer, below those that cover @covered. Whether it has a frame in this. */
static bool look(struct layer *l, pixman_region32_t *covered)
{
	pixman_region32_t seen, fresh;
	pixman_box32_t box;
	bool taken = false;

	pixman_region32_init(&seen);
	pixman_region32_init(&fresh);
	if (extent(l, &box)) {
		pixman_region32_init_with_extents(&seen, &box);
		pixman_region32_subtract(&seen, &seen, covered);
	}
	if (pixman_region32_not_empty(&seen)) {
		taken = l->waiting || l->owed;
		if (taken)
			take(l, &fresh);
		if (l->buffer->opaque)
			pixman_region32_union(covered, covered, &seen);
	}
	join_damage(l, &seen, &fresh);
	pixman_region32_fini(&seen);
	pixman_region32_fini(&fresh);
	return taken;
}

/* Whether there is anything for a frame. */
static bool look_at_all(struct output *o, pixman_region32_t *covered)
{
	bool any = false;

	for (struct list *at = o->layers.prev; at != &o->layers; at = at->prev)
		any |= look(container_of(at, struct layer, link), covered);
	return any || pixman_region32_not_empty(&o->damage);
}

static void simplify(pixman_region32_t *r)
{
	pixman_box32_t box = *pixman_region32_extents(r);

	if (pixman_region32_n_rects(r) <= RECTS_MAX)
		return;
	pixman_region32_reset(r, &box);
}

static void draw_layer(
	struct layer *l, pixman_image_t *target, const struct turn *t, pixman_region32_t *where)
{
	const struct picture *p = &l->buffer->picture;
	int r = buffer_map(l->buffer);

	if (r < 0 && !l->unreadable)
		log_error("output %s: a picture of %ux%u cannot be read: %s", l->output->name,
			p->width, p->height, strerror(-r));
	l->unreadable = r < 0;
	if (r < 0) {
		/* Not what the target held before, which may be another window's; and anew. */
		if (l->buffer->opaque)
			compose_clear(target, t, where);
		l->moved = true;
		return;
	}
	lent_begin(p);
	compose_draw(target, t, p, l->rect.x, l->rect.y, l->buffer->opaque, where);
	if (lent_end())
		log_burst_at(LOG_LEVEL_ERROR,
			"output %s: the memory of a picture of %ux%u is not there any more: black",
			l->output->name, p->width, p->height);
}

/* Brings @what of the canvas up to date, from the bottom up. */
static void draw(struct output *o, pixman_image_t *target, const struct turn *t,
	const pixman_region32_t *what, const pixman_region32_t *covered)
{
	pixman_region32_t part;
	struct layer *l;

	pixman_region32_init(&part);
	pixman_region32_subtract(&part, what, covered);
	compose_clear(target, t, &part);
	list_for_each (l, &o->layers, link) {
		pixman_region32_intersect(&part, what, &l->seen);
		if (pixman_region32_not_empty(&part))
			draw_layer(l, target, t, &part);
	}
	pixman_region32_fini(&part);
}

static int commit(struct output *o, const pixman_region32_t *covered)
{
	const struct turn t = paint_turn(o);
	pixman_image_t *target;
	pixman_region32_t turned;
	unsigned i;
	int r = o->ops->target(o, &i, &target);

	if (r < 0)
		return r;
	simplify(&o->stale[i]);
	draw(o, target, &t, &o->stale[i], covered);
	pixman_region32_init(&turned);
	if (turn_region(&t, &o->stale[i], &turned))
		r = o->ops->commit(o, &turned);
	else
		r = -ENOMEM;
	pixman_region32_fini(&turned);
	if (r == 0)
		pixman_region32_clear(&o->stale[i]);
	return r;
}

/* ---- a buffer that is shown itself ---- */

/* The one layer that is seen, when it is all that is seen, as it is; or null. */
static struct layer *sole(struct output *o)
{
	struct layer *l, *only = NULL;
	const struct picture *p;

	if (!o->ops->scan_out || o->rotation != ROTATE_0)
		return NULL;
	list_for_each (l, &o->layers, link) {
		if (!pixman_region32_not_empty(&l->seen))
			continue;
		if (only)
			return NULL;
		only = l;
	}
	if (!only || !only->buffer->dmabuf || !only->buffer->opaque || only->rect.x != 0 ||
		only->rect.y != 0)
		return NULL;
	p = &only->buffer->picture;
	if (p->width != o->mode.width || p->height != o->mode.height ||
		(uint32_t)only->rect.width < p->width || (uint32_t)only->rect.height < p->height)
		return NULL;
	return only;
}

static bool was_refused(const struct layer *l)
{
	const struct buffer *b = l->buffer;

	return l->refused.width == b->picture.width && l->refused.height == b->picture.height &&
	       l->refused.format == b->dmabuf->format && l->refused.modifier == b->dmabuf->modifier;
}

/* Others of its kind would be refused as well: they are not tried. */
static void refuse(struct layer *l, int error)
{
	const struct buffer *b = l->buffer;

	l->refused.width = b->picture.width;
	l->refused.height = b->picture.height;
	l->refused.format = b->dmabuf->format;
	l->refused.modifier = b->dmabuf->modifier;
	log_info("output %s: buffers of %ux%u %.4s, modifier %#llx, are composed: %s",
		l->output->name, b->picture.width, b->picture.height,
		(const char *)&b->dmabuf->format, (unsigned long long)b->dmabuf->modifier,
		strerror(-error));
}

/* False: it is to be composed. */
static bool scan_out(struct output *o, const pixman_region32_t *damage)
{
	struct layer *l = sole(o);
	int r;

	if (!l || was_refused(l))
		return false;
	r = o->ops->scan_out(o, l->buffer, damage);
	if (r < 0)
		refuse(l, r);
	else
		l->unreadable = false;
	return r == 0;
}

/* ---- frames ---- */

static void paint_now(struct output *o)
{
	pixman_region32_t covered;
	int r = 0;

	if (o->state != OUTPUT_LIT || o->in_flight || !o->dirty)
		return;
	o->dirty = false;
	pixman_region32_init(&covered);
	if (look_at_all(o, &covered)) {
		for (size_t i = 0; i < PRESENTER_TARGETS_MAX; i++)
			pixman_region32_union(&o->stale[i], &o->stale[i], &o->damage);
		r = scan_out(o, &o->damage) ? 0 : commit(o, &covered);
		pixman_region32_clear(&o->damage);
		o->in_flight = r == 0;
	}
	pixman_region32_fini(&covered);
	if (o->in_flight)
		loop_timer_arm(o->late, clock_now() + LATE_NS);
	if (r < 0)
		presenter_lost(o, r);
}

void paint_done(struct output *o, uint64_t when)
{
	struct layer *l;

	loop_timer_disarm(o->late);
	o->in_flight = false;
	o->frames++;
	o->last = when;
	while ((l = list_first(&o->flying, struct layer, flight))) {
		list_remove(&l->flight);
		l->frames += !l->unreadable;
		paint_expect(l, true);
		if (l->ops && l->ops->presented)
			l->ops->presented(l, when, l->arg);
	}
	output_tell_presented(o, when);
	if (o->dirty)
		paint_schedule(o);
}

int paint_read(struct output *o, struct picture *ret)
{
	struct turn upright = paint_turn(o);
	pixman_region32_t all, none;
	pixman_image_t *image;
	int r = -ENOMEM;

	upright.rotation = ROTATE_0;
	image = pixman_image_create_bits(PIXMAN_x8r8g8b8, upright.width, upright.height, NULL, 0);
	if (!image)
		return r;
	pixman_region32_init(&none);
	pixman_region32_init_rect(&all, 0, 0, output_width(o), output_height(o));
	draw(o, image, &upright, &all, &none);
	r = compose_read(image, &upright, ret);
	pixman_region32_fini(&all);
	pixman_image_unref(image);
	return r;
}
