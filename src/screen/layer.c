#include "screen/layer.h"

#include <errno.h>

#include "screen/paint.h"

/* Beyond that many rectangles drawing all is no worse. */
#define DAMAGE_MAX 16
/* Farther away than any canvas and any picture reach. */
#define PLACE_MAX 0x7fff

static int32_t clamp(int64_t v, int64_t low, int64_t high)
{
	return (int32_t)(v < low ? low : v > high ? high : v);
}

/* Above all that are not above it by band or z. */
static void put_in(struct layer *l)
{
	struct output *o = l->output;
	struct layer *other;
	struct list *above = &o->layers;

	list_for_each (other, &o->layers, link) {
		if (other->band > l->band || (other->band == l->band && other->z > l->z)) {
			above = &other->link;
			break;
		}
	}
	/* Before @above: as list_append() does it to a head. */
	list_append(above, &l->link);
}

/* Its place in the picture changes, now or when it is seen again. */
static void moved(struct layer *l)
{
	l->moved = true;
	if (l->buffer || l->waiting || pixman_region32_not_empty(&l->seen))
		paint_schedule(l->output);
}

/* What is there of it is to go with the next frame. */
static void rub_out(struct layer *l)
{
	struct output *o = l->output;

	pixman_region32_union(&o->damage, &o->damage, &l->seen);
	pixman_region32_clear(&l->seen);
	paint_schedule(o);
}

static void take_out(struct layer *l)
{
	list_remove(&l->link);
	list_remove(&l->flight);
	paint_expect(l, false);
	if (pixman_region32_not_empty(&l->seen))
		rub_out(l);
}

int layer_new(struct output *o, enum layer_band band, const struct layer_ops *ops, void *arg,
	struct layer **ret)
{
	struct layer *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->output = o;
	l->band = band;
	l->ops = ops;
	l->arg = arg;
	list_init(&l->link);
	list_init(&l->flight);
	pixman_region32_init(&l->damage);
	pixman_region32_init(&l->seen);
	put_in(l);
	*ret = l;
	return 0;
}

void layer_free(struct layer *l)
{
	if (!l)
		return;
	take_out(l);
	buffer_unref(l->waiting);
	buffer_unref(l->buffer);
	pixman_region32_fini(&l->damage);
	pixman_region32_fini(&l->seen);
	free(l);
}

/* Into l->damage; what is out of memory, or too much, is all of it. */
static void take_damage(struct layer *l, const struct rect *damage, size_t n)
{
	int32_t width = (int32_t)l->waiting->picture.width;
	int32_t height = (int32_t)l->waiting->picture.height;
	bool ok = n > 0 && n <= DAMAGE_MAX && l->buffer;

	pixman_region32_clear(&l->damage);
	for (size_t i = 0; ok && i < n; i++) {
		const struct rect *r = &damage[i];
		int32_t x1 = clamp(r->x, 0, width), x2 = clamp((int64_t)r->x + r->width, 0, width);
		int32_t y1 = clamp(r->y, 0, height);
		int32_t y2 = clamp((int64_t)r->y + r->height, 0, height);

		if (x1 < x2 && y1 < y2)
			ok = pixman_region32_union_rect(&l->damage, &l->damage, x1, y1,
				(unsigned)(x2 - x1), (unsigned)(y2 - y1));
	}
	if (ok)
		return;
	pixman_region32_fini(&l->damage);
	pixman_region32_init_rect(&l->damage, 0, 0, (unsigned)width, (unsigned)height);
}

static bool is_showable(const struct buffer *b)
{
	const struct picture *p = &b->picture;

	return (p->data ? picture_is_valid(p)
			: p->width > 0 && p->width <= PICTURE_SIDE_MAX && p->height > 0 &&
				       p->height <= PICTURE_SIDE_MAX) &&
	       (p->data || b->dmabuf || b->ops->map);
}

int layer_show(struct layer *l, struct buffer *b, const struct rect *damage, size_t n_damage)
{
	int r = layer_pending(l) ? -EBUSY : is_showable(b) ? 0 : -EINVAL;

	if (r == 0 && b->picture.data)
		r = buffer_map(b);
	if (r < 0) {
		buffer_unref(b);
		return r;
	}
	l->waiting = b;
	take_damage(l, damage, n_damage);
	paint_expect(l, false);
	if (l->visible)
		paint_schedule(l->output);
	return 0;
}

void layer_clear(struct layer *l)
{
	struct buffer *waiting = take_ptr(l->waiting), *buffer = take_ptr(l->buffer);

	list_remove(&l->flight);
	l->owed = false;
	if (pixman_region32_not_empty(&l->seen))
		rub_out(l);
	buffer_unref(waiting);
	buffer_unref(buffer);
}

void layer_place(struct layer *l, const struct rect *canvas)
{
	const struct rect r = {
		clamp(canvas->x, -PLACE_MAX, PLACE_MAX),
		clamp(canvas->y, -PLACE_MAX, PLACE_MAX),
		clamp(canvas->width, 0, PLACE_MAX),
		clamp(canvas->height, 0, PLACE_MAX),
	};

	if (r.x == l->rect.x && r.y == l->rect.y && r.width == l->rect.width &&
		r.height == l->rect.height)
		return;
	l->rect = r;
	moved(l);
}

void layer_set_visible(struct layer *l, bool visible)
{
	if (visible == l->visible)
		return;
	l->visible = visible;
	paint_expect(l, false);
	moved(l);
}

void layer_set_z(struct layer *l, int z)
{
	if (z == l->z)
		return;
	l->z = z;
	layer_raise(l);
}

void layer_raise(struct layer *l)
{
	list_remove(&l->link);
	put_in(l);
	moved(l);
}

void layer_move_to(struct layer *l, struct output *o)
{
	if (o == l->output)
		return;
	l->owed |= !list_empty(&l->flight);
	take_out(l);
	l->output = o;
	put_in(l);
	moved(l);
}

struct output *layer_output(const struct layer *l)
{
	return l->output;
}

struct rect layer_rect(const struct layer *l)
{
	return l->rect;
}

bool layer_visible(const struct layer *l)
{
	return l->visible;
}

bool layer_pending(const struct layer *l)
{
	return l->waiting || l->owed || !list_empty(&l->flight);
}

void *layer_arg(const struct layer *l)
{
	return l->arg;
}

uint64_t layer_frames(const struct layer *l)
{
	return l->frames;
}

int layer_picture(struct layer *l, struct picture *ret)
{
	bool seen = pixman_region32_not_empty(&l->seen);
	struct buffer *b = l->waiting && !(seen && l->buffer) ? l->waiting : l->buffer;
	int r;

	if (!b)
		return -ENODATA;
	r = buffer_map(b);
	if (r < 0)
		return r;
	*ret = b->picture;
	/* Beyond its rectangle nothing is lit, however large a web process makes it. */
	if (ret->width > (uint32_t)l->rect.width)
		ret->width = (uint32_t)l->rect.width;
	if (ret->height > (uint32_t)l->rect.height)
		ret->height = (uint32_t)l->rect.height;
	return ret->width > 0 && ret->height > 0 ? 0 : -ENODATA;
}

static bool is_at(const struct layer *l, int32_t x, int32_t y)
{
	const struct buffer *b = l->waiting ? l->waiting : l->buffer;
	const struct rect *r = &l->rect;

	return l->visible && b && x >= r->x && y >= r->y && x - r->x < r->width &&
	       y - r->y < r->height && x - r->x < (int32_t)b->picture.width &&
	       y - r->y < (int32_t)b->picture.height;
}

struct layer *layer_at(struct output *o, int32_t x, int32_t y)
{
	struct layer *l, *top = NULL;

	/* Canvas points are small; what is not lies in no layer, and must not overflow above. */
	if (x < 0 || y < 0 || x > PLACE_MAX || y > PLACE_MAX)
		return NULL;
	list_for_each (l, &o->layers, link)
		if ((l->band == LAYER_WINDOWS || l->band == LAYER_OVERLAYS) && is_at(l, x, y))
			top = l;
	return top;
}
