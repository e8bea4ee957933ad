#include "screen/screen.h"

#include <errno.h>
#include <string.h>

#include "screen/presenter.h"

void screen_init(struct screen *s, const struct screen_ops *ops, const struct screen_options *opts)
{
	*s = (struct screen){ .ops = ops, .opts = *opts };
	list_init(&s->outputs);
}

void screen_free(struct screen *s)
{
	struct output *o, *next;

	if (!s)
		return;
	list_for_each_safe (o, next, &s->outputs, link)
		o->ops->free(o);
	s->ops->free(s);
}

static struct output *find(const struct screen *s, const char *name)
{
	struct output *o;

	list_for_each (o, &s->outputs, link)
		if (strcmp(o->name, name) == 0)
			return o;
	return NULL;
}

int screen_output(struct screen *s, const char *name, struct output **ret)
{
	struct output *o = find(s, name);
	unsigned n = 0;

	if (o) {
		*ret = o;
		return 0;
	}
	list_for_each (o, &s->outputs, link)
		n++;
	return n < SCREEN_OUTPUTS_MAX ? s->ops->output_new(s, name, ret) : -ENOSPC;
}

struct output *screen_next(const struct screen *s, const struct output *prev)
{
	const struct list *at = prev ? prev->link.next : s->outputs.next;

	return at == &s->outputs ? NULL : container_of(at, struct output, link);
}

struct output *screen_primary(const struct screen *s)
{
	struct output *o, *best = NULL;

	list_for_each (o, &s->outputs, link) {
		if (o->state == OUTPUT_LIT)
			return o;
		if (!best || (best->state == OUTPUT_ABSENT && o->state != OUTPUT_ABSENT))
			best = o;
	}
	return best;
}

int screen_gpu(const struct screen *s, struct screen_gpu *ret)
{
	return s->ops->gpu ? s->ops->gpu(s, ret) : -ENOTSUP;
}

const char *screen_describe(const struct screen *s)
{
	return s->ops->describe(s);
}

int screen_headless_plug(struct screen *s, const char *name, bool plugged)
{
	struct output *o = find(s, name);

	if (!s->ops->plug)
		return -ENOTSUP;
	return o ? s->ops->plug(s, o, plugged) : -ENOENT;
}
