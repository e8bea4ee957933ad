/*
 * An event says how an output is, and the last one must not be lost: one that the script's
 * queue has no room for is told again later, as the output is by then.
 */
#include "view/screen_service.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/screen.h"
#include "base/clock.h"
#include "ipc/service.h"
#include "loop/loop.h"
#include "screen/mode.h"
#include "screen/png.h"
#include "screen/screen.h"
#include "view/bounds.h"
#include "wire/cursor.h"
#include "wire/limits.h"

#define LOG_TAG "screen"
#include "base/log.h"

#define RETRY_NS (100 * NSEC_PER_MSEC)
/* Room for what stands around the picture in its frame. */
#define PNG_MAX (PAYLOAD_MAX - 1024u)

struct screen_service {
	struct service *service; /* owned */
	struct screen *screen; /* borrowed */
	struct list watches; /* struct watched */
	struct loop_timer *retry; /* owned: armed while an event could not be told */
	/* Of the answer in hand; owned. */
	struct screen_output outputs[SCREEN_OUTPUTS_MAX];
	struct screen_mode *modes;
	size_t n_modes, room_modes;
};

/* An output that is listened to. */
struct watched {
	struct list link; /* service's watches */
	struct screen_service *service; /* borrowed: frees us */
	struct output *output; /* borrowed: outlives us */
	struct output_listener listener;
	bool changed; /* since the script was told */
};

SCREEN_SERVICE_OPS(KILN_OP_HANDLER)

#define OP_ENTRY(name_, text_, ...) { text_, name_##_run },
static const struct service_handler handlers[] = { SCREEN_SERVICE_OPS(OP_ENTRY){ 0 } };

static struct screen_service *service_of(const struct kiln_call *call)
{
	return call->state;
}

/* ---- how an output is ---- */

/* A display says of itself what it likes. */
static const char *text(const char *s)
{
	return utf8_valid((const uint8_t *)s, strlen(s)) ? s : "?";
}

static struct screen_mode mode_of(const struct mode *m)
{
	return (struct screen_mode){
		.width = m->width,
		.height = m->height,
		.refresh = m->refresh_mhz / 1000.0,
		.preferred = m->preferred,
	};
}

static int reserve_modes(struct screen_service *s, size_t n)
{
	struct screen_mode *modes;

	s->n_modes = 0;
	if (n <= s->room_modes)
		return 0;
	modes = realloc(s->modes, n * sizeof(*modes));
	if (!modes)
		return -ENOMEM;
	s->modes = modes;
	s->room_modes = n;
	return 0;
}

/* reserve_modes() has made the room. */
static struct screen_modes take_modes(struct screen_service *s, const struct output_info *info)
{
	struct screen_modes list = { s->modes + s->n_modes, info->n_modes };

	for (size_t i = 0; i < info->n_modes; i++)
		s->modes[s->n_modes++] = mode_of(&info->modes[i]);
	return list;
}

/* As a window that fills the output has it: with 800 pixels at a scale of 1.5, that is 534. */
static void set_size(struct screen_output *to, const struct output *o)
{
	const struct rect all = { .width = (int32_t)output_width(o),
		.height = (int32_t)output_height(o) };

	bounds_page_size(&all, output_scale(o), &to->width, &to->height);
}

static void set_panel(struct screen_output *to, const struct output *o, const struct output_info *i)
{
	bool across = output_rotation(o) == ROTATE_90 || output_rotation(o) == ROTATE_270;

	to->has_mm_width = to->has_mm_height = i->mm_width > 0 && i->mm_height > 0;
	to->mm_width = across ? i->mm_height : i->mm_width;
	to->mm_height = across ? i->mm_width : i->mm_height;
}

static void describe(struct screen_service *s, struct output *o, struct screen_output *ret)
{
	struct output_info info;

	output_get_info(o, &info);
	*ret = (struct screen_output){
		.name = text(info.name),
		.state = (enum shown_state)output_state(o),
		.reason = text(info.reason),
		.make = text(info.make),
		.model = text(info.model),
		.serial = text(info.serial),
		.has_mode = output_mode(o)->width > 0,
		.mode = mode_of(output_mode(o)),
		.modes = take_modes(s, &info),
		.rotation = 90u * output_rotation(o),
		.scale = output_scale(o),
		.frames = (double)output_frames(o),
	};
	set_size(ret, o);
	set_panel(ret, o, &info);
	ret->has_brightness = output_brightness(o, &ret->brightness) == 0;
}

_Static_assert((int)SHOWN_FAILED == (int)OUTPUT_FAILED && (int)SHOWN_LIT == (int)OUTPUT_LIT,
	"the states are told by their order");

static int describe_one(struct screen_service *s, struct output *o, struct screen_output *ret)
{
	struct output_info info;
	int r;

	output_get_info(o, &info);
	r = reserve_modes(s, info.n_modes);
	if (r == 0)
		describe(s, o, ret);
	return r;
}

/* ---- operations ---- */

static int explain(struct kiln_call *call, int error, const char *name)
{
	const char *why = strerror(-error);

	switch (error) {
	case 0:
		return 0;
	case -ENOENT:
		return service_fail_as(
			call, STATUS_CHANNEL_SEND, "there is no output \"%s\"", name);
	case -ENODEV:
		why = "it is not lit";
		break;
	case -ENODATA:
		why = "nothing is lit on it";
		break;
	case -ENOTSUP:
		why = "it has no backlight";
		break;
	case -EACCES:
	case -EPERM:
		why = "the runtime's user may not write to its backlight; a udev rule gives it to "
		      "the group \"video\"";
		break;
	case -EMSGSIZE:
		return service_fail_as(
			call, STATUS_TOO_LARGE, "the picture of %s is over 16 MiB", name);
	}
	return service_fail(call, "the output %s: %s", name, why);
}

static struct output *find(const struct screen_service *s, const char *name)
{
	struct output *o = NULL;

	while ((o = screen_next(s->screen, o)))
		if (strcmp(output_name(o), name) == 0)
			break;
	return o;
}

static int screen_outputs(struct kiln_call *call, const struct screen_outputs_args *args,
	struct screen_output_list *result)
{
	struct screen_service *s = service_of(call);
	struct output *o = NULL;
	struct output_info info;
	size_t n = 0, n_modes = 0;
	int r;

	while ((o = screen_next(s->screen, o))) {
		output_get_info(o, &info);
		n_modes += info.n_modes;
	}
	r = reserve_modes(s, n_modes);
	if (r < 0)
		return r;
	while (n < ARRAY_SIZE(s->outputs) && (o = screen_next(s->screen, o)))
		describe(s, o, &s->outputs[n++]);
	*result = (struct screen_output_list){ s->outputs, n };
	return 0;
}

static int refuse(struct kiln_call *call, const char *why)
{
	return service_fail_as(call, STATUS_CHANNEL_SEND, "%s", why);
}

/* What is not given stays. */
static int merge(
	struct kiln_call *call, const struct screen_settings *from, struct output_config *to)
{
	if (from->has_mode && !mode_parse(from->mode, &to->mode))
		return refuse(call, "a mode is \"WIDTHxHEIGHT\", \"WIDTHxHEIGHT@HZ\" or "
				    "\"preferred\"");
	if (from->has_rotation && (from->rotation % 90 || from->rotation > 270))
		return refuse(call, "a rotation is 0, 90, 180 or 270");
	if (from->has_scale && !(from->scale >= 0.5 && from->scale <= 4))
		return refuse(call, "a scale is 0.5 to 4");
	if (from->has_rotation)
		to->rotation = (enum rotation)(from->rotation / 90);
	if (from->has_scale)
		to->scale = from->scale;
	if (from->has_off)
		to->off = from->off;
	return 0;
}

static int screen_configure(struct kiln_call *call, const struct screen_configure_args *args,
	struct screen_output *result)
{
	struct screen_service *s = service_of(call);
	struct output *o = find(s, args->name);
	struct output_config config;
	int r;

	if (!o)
		return explain(call, -ENOENT, args->name);
	config = *output_config(o);
	r = merge(call, &args->settings, &config);
	if (r < 0)
		return r;
	r = output_configure(o, &config);
	return r < 0 ? explain(call, r, args->name) : describe_one(s, o, result);
}

/* One by its name, or all that are in the state @from. */
static int set_power(struct kiln_call *call, const char *name, enum output_state from,
	int (*set)(struct output *))
{
	struct screen_service *s = service_of(call);
	struct output *o = NULL;
	int r = 0;

	if (name) {
		o = find(s, name);
		return explain(call, o ? set(o) : -ENOENT, name);
	}
	while (r == 0 && (o = screen_next(s->screen, o)))
		if (output_state(o) == from)
			r = explain(call, set(o), output_name(o));
	return r;
}

static int screen_sleep(struct kiln_call *call, const struct screen_sleep_args *args, void *result)
{
	return set_power(call, args->has_name ? args->name : NULL, OUTPUT_LIT, output_sleep);
}

static int screen_wake(struct kiln_call *call, const struct screen_wake_args *args, void *result)
{
	return set_power(call, args->has_name ? args->name : NULL, OUTPUT_ASLEEP, output_wake);
}

static int screen_set_brightness(
	struct kiln_call *call, const struct screen_set_brightness_args *args, double *result)
{
	struct output *o = find(service_of(call), args->name);
	int r = o ? 0 : -ENOENT;

	if (!(args->level >= 0 && args->level <= 1))
		return refuse(call, "a brightness is 0 to 1");
	if (r == 0)
		r = output_set_brightness(o, args->level);
	if (r == 0)
		r = output_brightness(o, result);
	return explain(call, r, args->name);
}

static int write_png(struct output *o, struct buf *png)
{
	struct picture p;
	int r = output_read(o, &p);

	if (r < 0)
		return r;
	r = png_write_buf(png, &p);
	picture_free(&p);
	return r;
}

/* Told from here, so that nothing of the picture is kept. */
static int screen_screenshot(struct kiln_call *call, const struct screen_screenshot_args *args,
	struct kiln_bytes *result)
{
	struct screen_service *s = service_of(call);
	struct output *o = args->has_name ? find(s, args->name) : screen_primary(s->screen);
	struct buf png = BUF_INIT(PNG_MAX);
	int r = o ? write_png(o, &png) : -ENOENT;

	if (r == 0) {
		service_finish(call, &(struct kiln_bytes){ buf_bytes(&png), buf_len(&png) });
		r = KILN_LATER;
	} else {
		r = explain(call, r, o ? output_name(o) : args->has_name ? args->name : "");
	}
	buf_fini(&png);
	return r;
}

/* ---- events ---- */

static void tell(struct watched *w)
{
	struct screen_service *s = w->service;
	struct screen_output now;
	int r = describe_one(s, w->output, &now);

	if (r == 0)
		r = service_emit(s->service, &screen_changed_event, &now);
	w->changed = r == -EAGAIN || r == -ENOMEM;
	if (w->changed)
		loop_timer_arm(s->retry, clock_now() + RETRY_NS);
	else if (r < 0)
		log_error("output %s: the script cannot be told: %s", output_name(w->output),
			strerror(-r));
}

static void on_retry(struct loop_timer *t, void *arg)
{
	struct screen_service *s = arg;
	struct watched *w;

	list_for_each (w, &s->watches, link)
		if (w->changed)
			tell(w);
}

static void on_changed(struct output *o, void *arg)
{
	tell(arg);
}

int screen_service_add(struct screen_service *s, struct output *o)
{
	struct watched *w = calloc(1, sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->service = s;
	w->output = o;
	w->listener.changed = on_changed;
	w->listener.arg = w;
	output_add_listener(o, &w->listener);
	list_append(&s->watches, &w->link);
	return 0;
}

/* ---- construction ---- */

static int start(struct screen_service *s, struct loop *loop, struct router *router)
{
	const struct service_options opts = {
		.router = router,
		.module = &api_screen,
		.peer = api_screen.name,
		.handlers = handlers,
		.state = s,
	};
	struct output *o = NULL;
	int r = loop_timer_new(loop, "screen events", on_retry, s, &s->retry);

	if (r == 0)
		r = service_new(&opts, &s->service);
	while (r == 0 && (o = screen_next(s->screen, o)))
		r = screen_service_add(s, o);
	return r;
}

int screen_service_new(struct loop *loop, struct router *router, struct screen *screen,
	struct screen_service **ret)
{
	struct screen_service *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	list_init(&s->watches);
	s->screen = screen;
	r = start(s, loop, router);
	if (r < 0)
		screen_service_free(s);
	else
		*ret = s;
	return r;
}

void screen_service_free(struct screen_service *s)
{
	struct watched *w, *next;

	if (!s)
		return;
	list_for_each_safe (w, next, &s->watches, link) {
		output_remove_listener(&w->listener);
		free(w);
	}
	service_free(s->service);
	loop_timer_free(s->retry);
	free(s->modes);
	free(s);
}
