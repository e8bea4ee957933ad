#include "screen/ladder.h"

/* Of those after the preferred mode that are tried in the order in which they are offered. */
#define NEXT_MAX 3
/* What a refresh rate may differ from the one asked for: 59.94 is 60. */
#define REFRESH_SLACK_MHZ 500

struct ladder {
	struct mode *modes;
	unsigned n;
};

static bool same(const struct mode *a, const struct mode *b)
{
	return a->width == b->width && a->height == b->height && a->refresh_mhz == b->refresh_mhz;
}

static void add(struct ladder *l, const struct mode *m)
{
	if (!m || l->n == LADDER_MAX)
		return;
	for (unsigned i = 0; i < l->n; i++)
		if (same(&l->modes[i], m))
			return;
	l->modes[l->n++] = *m;
}

static uint32_t distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/* Of this size, at the rate that is nearest; without a rate, the first that is offered. */
static const struct mode *of_size(
	const struct output_info *info, uint32_t width, uint32_t height, uint32_t refresh_mhz)
{
	const struct mode *best = NULL;

	for (const struct mode *m = info->modes; m < info->modes + info->n_modes; m++) {
		if (m->width != width || m->height != height)
			continue;
		if (!best || (refresh_mhz && distance(m->refresh_mhz, refresh_mhz) <
						     distance(best->refresh_mhz, refresh_mhz)))
			best = m;
	}
	return best;
}

static const struct mode *preferred(const struct output_info *info)
{
	for (size_t i = 0; i < info->n_modes; i++)
		if (info->modes[i].preferred)
			return &info->modes[i];
	return info->n_modes > 0 ? &info->modes[0] : NULL;
}

bool ladder_is_asked(const struct output_config *c, const struct mode *m)
{
	return c->mode.width == 0 ||
	       (m->width == c->mode.width && m->height == c->mode.height &&
		       (c->mode.refresh_mhz == 0 ||
			       distance(m->refresh_mhz, c->mode.refresh_mhz) <= REFRESH_SLACK_MHZ));
}

unsigned ladder_fill(
	const struct output_config *c, const struct output_info *info, struct mode ret[LADDER_MAX])
{
	struct ladder l = { .modes = ret };
	const struct mode *first = preferred(info);
	struct mode asked = c->mode;

	if (asked.width > 0 && info->any_mode) {
		if (asked.refresh_mhz == 0)
			asked.refresh_mhz = first ? first->refresh_mhz : 60000;
		asked.preferred = false;
		add(&l, &asked);
	} else if (asked.width > 0) {
		add(&l, of_size(info, asked.width, asked.height, asked.refresh_mhz));
	}
	add(&l, first);
	for (size_t i = 0, next = 0; i < info->n_modes && next < NEXT_MAX; i++) {
		unsigned before = l.n;

		add(&l, &info->modes[i]);
		next += l.n - before;
	}
	add(&l, of_size(info, 1280, 720, 0));
	add(&l, of_size(info, 640, 480, 0));
	return l.n;
}
