/*
 * What an output is and how it gets there: plugged in and out, configured, put to sleep,
 * and down the ladder of modes. What it shows is paint.c's.
 */
#include "screen/output.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "screen/compose.h"
#include "screen/ladder.h"
#include "screen/paint.h"

#define LOG_TAG "screen"
#include "base/log.h"

#define SCALE_MIN 0.5
#define SCALE_MAX 4.0
#define MODE_TEXT 32

const char *output_state_name(enum output_state s)
{
	static const char *const names[] = {
		[OUTPUT_ABSENT] = "absent",
		[OUTPUT_PRESENT] = "present",
		[OUTPUT_LIT] = "lit",
		[OUTPUT_ASLEEP] = "asleep",
		[OUTPUT_FAILED] = "failed",
	};

	return names[s];
}

/* ---- listeners ---- */

/*
 * Who is told may do anything to the list, so each time it is looked through for one that
 * was not told yet. Who comes meanwhile is told the next time.
 */
void output_tell_changed(struct output *o)
{
	uint64_t change = ++o->changes;
	struct output_listener *l;

again:
	list_for_each (l, &o->listeners, link) {
		if (l->told_change >= change)
			continue;
		l->told_change = change;
		if (l->changed)
			l->changed(o, l->arg);
		goto again;
	}
}

void output_tell_presented(struct output *o, uint64_t when)
{
	uint64_t frame = o->frames;
	struct output_listener *l;

again:
	list_for_each (l, &o->listeners, link) {
		if (l->told_frame >= frame)
			continue;
		l->told_frame = frame;
		if (l->presented)
			l->presented(o, frame, when, l->arg);
		goto again;
	}
}

void output_add_listener(struct output *o, struct output_listener *listener)
{
	listener->told_change = o->changes;
	listener->told_frame = o->frames;
	list_append(&o->listeners, &listener->link);
}

void output_remove_listener(struct output_listener *listener)
{
	list_remove(&listener->link);
}

/* ---- states ---- */

static const char *mode_text(const struct mode *m, char text[MODE_TEXT])
{
	int n = snprintf(text, MODE_TEXT, "%ux%u", m->width, m->height);

	if (m->refresh_mhz)
		snprintf(text + n, MODE_TEXT - (size_t)n, "@%g", m->refresh_mhz / 1000.0);
	return text;
}

static void changed(struct output *o)
{
	o->changed = true;
	paint_schedule(o);
}

static void log_state(const struct output *o)
{
	char mode[MODE_TEXT], turned[24] = "", why[OUTPUT_REASON_MAX + 4] = "";

	if (o->reason[0])
		snprintf(why, sizeof(why), " (%s)", o->reason);
	if (o->rotation != ROTATE_0)
		snprintf(turned, sizeof(turned), ", turned by %u", 90u * o->rotation);
	if (o->state == OUTPUT_LIT)
		log_info("output %s: lit, %s%s%s", o->name, mode_text(&o->mode, mode), turned, why);
	else
		log_info("output %s: %s%s", o->name, output_state_name(o->state), why);
}

static void set_state(struct output *o, enum output_state state)
{
	bool same = state == o->state;

	o->state = state;
	if (!same || state == OUTPUT_LIT)
		log_state(o);
	changed(o);
}

static void apply_turn(struct output *o)
{
	o->rotation = o->config.rotation;
	o->scale = o->config.scale > 0 ? o->config.scale : 1;
}

/* ---- the ladder ---- */

static void note_failure(struct output *o, const struct mode *m, int error)
{
	char mode[MODE_TEXT];

	mode_text(m, mode);
	log_warn("output %s: the mode %s cannot be set: %s", o->name, mode, strerror(-error));
	/* The first one is what people asked for. */
	if (!o->reason[0])
		snprintf(o->reason, sizeof(o->reason), "%s cannot be set: %s", mode,
			strerror(-error));
}

static void note_not_offered(struct output *o, const struct mode *first)
{
	char mode[MODE_TEXT];

	if (ladder_is_asked(&o->config, first))
		return;
	mode_text(&o->config.mode, mode);
	snprintf(o->reason, sizeof(o->reason), "%s is not offered", mode);
	log_warn("output %s: the configured mode %s", o->name, o->reason);
}

static void give_up(struct output *o, enum output_state state)
{
	o->ops->unset_mode(o);
	paint_dropped(o);
	o->proven = false;
	set_state(o, state);
}

static void set_mode(struct output *o, const struct mode *m, unsigned rung)
{
	o->mode = *m;
	o->rung = rung;
	o->proven = false;
	o->reconfigure = false;
	apply_turn(o);
	paint_reset(o);
	set_state(o, OUTPUT_LIT);
}

/* Sets the first mode from @rung on that the device takes; @error is why not the one before. */
static void light(struct output *o, unsigned rung)
{
	struct mode modes[LADDER_MAX];
	unsigned n = ladder_fill(&o->config, &o->info, modes);

	if (rung == 0) {
		o->reason[0] = '\0';
		o->retried = false;
		if (n > 0)
			note_not_offered(o, &modes[0]);
		else
			snprintf(o->reason, sizeof(o->reason), "it offers no mode");
	}
	for (; rung < n; rung++) {
		int r = o->ops->set_mode(o, &modes[rung]);

		if (r == 0) {
			set_mode(o, &modes[rung], rung);
			return;
		}
		if (r == -EBUSY) {
			snprintf(o->reason, sizeof(o->reason), "nothing is free to drive it");
			give_up(o, OUTPUT_PRESENT);
			return;
		}
		note_failure(o, &modes[rung], r);
	}
	give_up(o, OUTPUT_FAILED);
}

static void light_or_not(struct output *o)
{
	if (!o->config.off) {
		light(o, 0);
		return;
	}
	snprintf(o->reason, sizeof(o->reason), "switched off by configuration");
	give_up(o, OUTPUT_PRESENT);
}

static bool is_driven(const struct output *o)
{
	return o->state == OUTPUT_LIT || o->state == OUTPUT_ASLEEP;
}

void presenter_lost(struct output *o, int error)
{
	paint_dropped(o);
	if (!is_driven(o))
		return;
	if (o->proven && !o->retried) {
		log_error("output %s: %s: setting the mode anew", o->name, strerror(-error));
		o->retried = true;
		if (o->ops->set_mode(o, &o->mode) == 0) {
			set_mode(o, &o->mode, o->rung);
			return;
		}
	}
	note_failure(o, &o->mode, error);
	light(o, o->rung + 1);
}

void presenter_done(struct output *o, uint64_t when)
{
	if (!o->in_flight)
		return;
	o->proven = true;
	o->retried = false;
	paint_done(o, when);
}

/* ---- plugging ---- */

static void forget_info(struct output_info *info)
{
	free((void *)info->make);
	free((void *)info->model);
	free((void *)info->serial);
	free((void *)info->modes);
	*info = (struct output_info){ 0 };
}

static char *copy_text(const char *s)
{
	return strdup(s ? s : "");
}

static int copy_info(const struct output_info *from, struct output_info *ret)
{
	struct mode *modes = calloc(from->n_modes + 1, sizeof(*modes));

	*ret = (struct output_info){
		.make = copy_text(from->make),
		.model = copy_text(from->model),
		.serial = copy_text(from->serial),
		.mm_width = from->mm_width,
		.mm_height = from->mm_height,
		.modes = modes,
		.n_modes = from->n_modes,
		.any_mode = from->any_mode,
	};
	if (!ret->make || !ret->model || !ret->serial || !modes) {
		forget_info(ret);
		return -ENOMEM;
	}
	if (from->n_modes > 0)
		memcpy(modes, from->modes, from->n_modes * sizeof(*modes));
	return 0;
}

int presenter_init(
	struct output *o, struct screen *s, const struct presenter_ops *ops, const char *name)
{
	struct output_info info;
	int r;

	if (!name[0] || strlen(name) > SCREEN_NAME_MAX)
		return -EINVAL;
	r = copy_info(&(struct output_info){ 0 }, &info);
	if (r < 0)
		return r;
	*o = (struct output){ .ops = ops, .screen = s, .info = info, .scale = 1 };
	strcpy(o->name, name);
	list_init(&o->link);
	list_init(&o->listeners);
	r = paint_init(o, s->opts.loop);
	if (r < 0)
		forget_info(&o->info);
	return r;
}

void presenter_fini(struct output *o)
{
	struct output_listener *l;

	if (!o->listeners.next)
		return;
	while ((l = list_first(&o->listeners, struct output_listener, link)))
		list_remove(&l->link);
	list_remove(&o->link);
	paint_fini(o);
	forget_info(&o->info);
}

void presenter_ready(struct output *o)
{
	struct screen *s = o->screen;
	struct output_config config = { 0 };

	list_append(&s->outputs, &o->link);
	if (s->opts.configure)
		s->opts.configure(o->name, &config, s->opts.arg);
	if (output_configure(o, &config) < 0)
		log_error("output %s: its configuration is not valid: left as found", o->name);
	if (s->opts.added)
		s->opts.added(o, s->opts.arg);
}

int presenter_plugged(struct output *o, const struct output_info *info)
{
	struct output_info copy;
	int r = copy_info(info, &copy);

	if (r < 0)
		return r;
	forget_info(&o->info);
	o->info = copy;
	light_or_not(o);
	return 0;
}

void presenter_unplugged(struct output *o)
{
	if (o->state == OUTPUT_ABSENT)
		return;
	o->reason[0] = '\0';
	give_up(o, OUTPUT_ABSENT);
}

/* ---- what others ask ---- */

enum output_state output_state(const struct output *o)
{
	return o->state;
}

const char *output_name(const struct output *o)
{
	return o->name;
}

void output_get_info(const struct output *o, struct output_info *ret)
{
	*ret = o->info;
	ret->name = o->name;
	ret->reason = o->reason;
}

const struct output_config *output_config(const struct output *o)
{
	return &o->config;
}

const struct mode *output_mode(const struct output *o)
{
	return &o->mode;
}

enum rotation output_rotation(const struct output *o)
{
	return o->rotation;
}

double output_scale(const struct output *o)
{
	return o->scale;
}

static bool is_across(const struct output *o)
{
	return o->rotation == ROTATE_90 || o->rotation == ROTATE_270;
}

uint32_t output_width(const struct output *o)
{
	return is_across(o) ? o->mode.height : o->mode.width;
}

uint32_t output_height(const struct output *o)
{
	return is_across(o) ? o->mode.width : o->mode.height;
}

uint64_t output_frames(const struct output *o)
{
	return o->frames;
}

static bool same_mode(const struct mode *a, const struct mode *b)
{
	return a->width == b->width && a->height == b->height && a->refresh_mhz == b->refresh_mhz;
}

/* What has changed against @former, for one that is lit. */
static void apply(struct output *o, const struct output_config *former)
{
	if (!same_mode(&o->config.mode, &former->mode)) {
		light(o, 0);
		return;
	}
	if (o->config.rotation == former->rotation && o->config.scale == former->scale)
		return;
	apply_turn(o);
	/* What is in flight still comes, and only then the next can go. */
	paint_anew(o);
	set_state(o, OUTPUT_LIT);
}

int output_configure(struct output *o, const struct output_config *c)
{
	struct output_config former = o->config;

	if (c->rotation > ROTATE_270 ||
		(c->scale != 0 && !(c->scale >= SCALE_MIN && c->scale <= SCALE_MAX)))
		return -EINVAL;
	o->config = *c;
	if (o->state == OUTPUT_ABSENT)
		return 0;
	if (c->off || former.off || !is_driven(o))
		light_or_not(o);
	else if (o->state == OUTPUT_ASLEEP)
		o->reconfigure = true;
	else
		apply(o, &former);
	return 0;
}

int output_sleep(struct output *o)
{
	int r;

	if (o->state == OUTPUT_ASLEEP)
		return 0;
	if (o->state != OUTPUT_LIT)
		return -ENODEV;
	r = o->ops->set_power(o, false);
	if (r < 0)
		return r;
	paint_dropped(o);
	set_state(o, OUTPUT_ASLEEP);
	return 0;
}

int output_wake(struct output *o)
{
	int r;

	if (o->state == OUTPUT_LIT)
		return 0;
	if (o->state != OUTPUT_ASLEEP)
		return -ENODEV;
	r = o->ops->set_power(o, true);
	if (r < 0)
		return r;
	if (o->reconfigure) {
		light(o, 0);
		return 0;
	}
	set_state(o, OUTPUT_LIT);
	return 0;
}

int output_set_brightness(struct output *o, double level)
{
	if (!(level >= 0 && level <= 1))
		return -EINVAL;
	return o->ops->set_brightness ? o->ops->set_brightness(o, level) : -ENOTSUP;
}

int output_brightness(struct output *o, double *ret)
{
	return o->ops->brightness ? o->ops->brightness(o, ret) : -ENOTSUP;
}

int output_read(struct output *o, struct picture *ret)
{
	const struct turn t = paint_turn(o);
	pixman_image_t *lit;

	if (o->state != OUTPUT_LIT || !o->proven)
		return -ENODATA;
	lit = o->ops->lit(o);
	return lit ? compose_read(lit, &t, ret) : paint_read(o, ret);
}

void output_from_panel(const struct output *o, double u, double v, double *ret_x, double *ret_y)
{
	double w = output_width(o), h = output_height(o);

	switch (o->rotation) {
	case ROTATE_90:
		*ret_x = v * w;
		*ret_y = (1 - u) * h;
		break;
	case ROTATE_180:
		*ret_x = (1 - u) * w;
		*ret_y = (1 - v) * h;
		break;
	case ROTATE_270:
		*ret_x = (1 - v) * w;
		*ret_y = u * h;
		break;
	case ROTATE_0:
	default:
		*ret_x = u * w;
		*ret_y = v * h;
	}
}
