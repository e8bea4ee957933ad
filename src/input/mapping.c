#include "input/mapping.h"

#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "input/config.h"
#include "input/input.h"
#include "screen/output.h"
#include "screen/screen.h"

const struct input_binding *mapping_binding(
	const struct input_config *config, const struct input_device_info *info)
{
	char id[16];

	snprintf(id, sizeof(id), "%04x:%04x", info->vendor & 0xffff, info->product & 0xffff);
	for (size_t i = 0; i < config->n_devices; i++) {
		const struct input_binding *b = &config->devices[i];

		if (fnmatch(b->match, info->name, FNM_CASEFOLD) == 0 ||
			fnmatch(b->match, id, FNM_CASEFOLD) == 0)
			return b;
	}
	return NULL;
}

static bool can_be_seen(const struct output *o)
{
	enum output_state state = output_state(o);

	return (state == OUTPUT_LIT || state == OUTPUT_ASLEEP) && output_width(o) > 0 &&
	       output_height(o) > 0;
}

static struct output *next(const struct screen *s, const struct output *prev)
{
	struct output *o = screen_next(s, prev);

	while (o && !can_be_seen(o))
		o = screen_next(s, o);
	return o;
}

static struct output *previous(const struct screen *s, const struct output *of)
{
	struct output *found = NULL;

	for (struct output *o = next(s, NULL); o && o != of; o = next(s, o))
		found = o;
	return found;
}

struct output *mapping_output(const struct screen *s, const char *name)
{
	struct output *o = next(s, NULL);

	if (!name || !*name)
		return o;
	while (o && strcmp(output_name(o), name) != 0)
		o = next(s, o);
	return o;
}

static double clamp(double value, double max)
{
	return isnan(value) || value < 0 ? 0 : value > max ? max : value;
}

void mapping_calibrate(const float matrix[static 6], double *u, double *v)
{
	double x = *u, y = *v;

	*u = clamp((double)matrix[0] * x + (double)matrix[1] * y + (double)matrix[2], 1);
	*v = clamp((double)matrix[3] * x + (double)matrix[4] * y + (double)matrix[5], 1);
}

/* The pointer stays on a pixel: what is at the edge can be pointed at. */
static double last(uint32_t size)
{
	return size - 1.0;
}

bool mapping_pointer_place(struct mapping_pointer *p, const struct screen *s)
{
	if (!p->output || !can_be_seen(p->output)) {
		p->output = next(s, NULL);
		if (!p->output)
			return false;
		p->x = output_width(p->output) / 2.0;
		p->y = output_height(p->output) / 2.0;
	}
	p->x = clamp(p->x, last(output_width(p->output)));
	p->y = clamp(p->y, last(output_height(p->output)));
	return true;
}

static void go_over(struct mapping_pointer *p, struct output *to, double x)
{
	p->y = p->y / output_height(p->output) * output_height(to);
	p->output = to;
	p->x = x;
}

void mapping_pointer_move(struct mapping_pointer *p, const struct screen *s, double dx, double dy)
{
	double scale = output_scale(p->output);
	struct output *to;

	p->x += dx * scale;
	p->y += dy * scale;
	if (p->x < 0 && (to = previous(s, p->output)))
		go_over(p, to, output_width(to) + p->x);
	else if (p->x >= output_width(p->output) && (to = next(s, p->output)))
		go_over(p, to, p->x - output_width(p->output));
	p->x = clamp(p->x, last(output_width(p->output)));
	p->y = clamp(p->y, last(output_height(p->output)));
}
