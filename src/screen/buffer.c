#include "screen/buffer.h"

#include <assert.h>
#include <errno.h>

void buffer_init(struct buffer *b, const struct buffer_ops *ops)
{
	*b = (struct buffer){ .ops = ops, .refs = 1 };
}

void buffer_ref(struct buffer *b)
{
	assert(b->refs > 0);
	b->refs++;
}

void buffer_unref(struct buffer *b)
{
	if (!b || --b->refs > 0)
		return;
	b->ops->release(b);
}

void buffer_forget_dmabuf(struct dmabuf *d)
{
	if (d->cache)
		d->cache_free(d);
	d->cache = NULL;
}

/* Rows are read in whole pixels, and pictures come from elsewhere. */
static bool is_readable(const struct picture *p)
{
	return picture_is_valid(p) && p->stride % 4 == 0 && p->stride <= 8 * PICTURE_SIDE_MAX &&
	       (uintptr_t)p->data % 4 == 0;
}

int buffer_map(struct buffer *b)
{
	struct picture former = b->picture;
	int r;

	if (!b->picture.data) {
		if (!b->ops->map)
			return -ENOTSUP;
		r = b->ops->map(b);
		if (r < 0)
			return r;
		if (b->picture.width != former.width || b->picture.height != former.height)
			b->picture = former;
	}
	return is_readable(&b->picture) ? 0 : -EINVAL;
}
