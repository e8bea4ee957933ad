#include "view/window_service.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/window.h"
#include "ipc/service.h"
#include "screen/output.h"
#include "screen/png.h"
#include "view/desk.h"
#include "view/window.h"

/* A screenshot is a payload. */
#define PNG_MAX (4u << 20)

struct window_service {
	struct service *service; /* owned */
	struct windows *windows; /* borrowed */
	struct buf png; /* of the last screenshot: of the answer in hand */
	/* Of the answer in hand: the ids of a list. */
	const char *ids[PEERS_MAX];
	size_t n_ids;
};

WINDOW_SERVICE_OPS(KILN_OP_HANDLER)
WINDOW_METHODS(KILN_OP_HANDLER)

#define OP_ENTRY(name_, text_, ...) { text_, name_##_run },
#define METHOD_ENTRY(name_, text_, ...) { "Window." text_, name_##_run },
static const struct service_handler handlers[] = {
	WINDOW_SERVICE_OPS(OP_ENTRY) WINDOW_METHODS(METHOD_ENTRY){ 0 },
};

/* As the caller reads it. */
static int explain(struct kiln_call *call, int error, const char *id)
{
	switch (error) {
	case 0:
		return 0;
	case -ENOENT:
		return service_fail_as(
			call, STATUS_WINDOW_NOT_FOUND, "there is no window \"%s\"", id);
	case -EEXIST:
		return service_fail_as(
			call, STATUS_CHANNEL_SEND, "there is a window \"%s\" already", id);
	case -EINVAL:
		return service_fail_as(call, STATUS_CHANNEL_SEND,
			"a window id is 1 to %d of a-z A-Z 0-9 - _ . and a url is text without "
			"spaces",
			WINDOW_ID_MAX);
	case -ERANGE:
		return service_fail_as(call, STATUS_CHANNEL_SEND,
			"zoom is %g to %g, and z %d to %d", WINDOW_ZOOM_MIN,
			(double)WINDOW_ZOOM_MAX, -WINDOW_Z_MAX, WINDOW_Z_MAX);
	case -ENODATA:
		return service_fail_as(
			call, STATUS_CHANNEL_SEND, "the window \"%s\" has painted nothing yet", id);
	default:
		return service_fail_as(call, STATUS_CHANNEL_SEND, "%s", strerror(-error));
	}
}

static struct windows *windows_of(const struct kiln_call *call)
{
	const struct window_service *s = call->state;

	return s->windows;
}

/* Null, with the answer given: there is no such window. */
static struct window *window_of(struct kiln_call *call, const char *id, int *ret_error)
{
	struct window *win = windows_find(windows_of(call), id);

	*ret_error = win ? 0 : explain(call, -ENOENT, id);
	return win;
}

static struct window_setup setup_of(const struct window_options *o)
{
	return (struct window_setup){
		.id = o->has_id ? o->id : NULL,
		.url = o->has_url ? o->url : "",
		.output = o->has_output ? o->output : NULL,
		.bounds = {
			.x = o->has_x ? o->x : 0,
			.y = o->has_y ? o->y : 0,
			.width = o->has_width ? o->width : 0,
			.height = o->has_height ? o->height : 0,
		},
		.z = o->has_z ? o->z : 0,
		.zoom = o->has_zoom ? o->zoom : 1,
		.hidden = o->has_visible && !o->visible,
		.transparent = o->has_transparent && o->transparent,
		.unfocused = o->has_focus && !o->focus,
	};
}

static int window_create(
	struct kiln_call *call, const struct window_create_args *args, const char **result)
{
	struct window_setup setup = setup_of(&args->options);

	if (args->options.has_output &&
		(!*setup.output || strlen(setup.output) > WINDOW_OUTPUT_MAX))
		return service_fail_as(call, STATUS_CHANNEL_SEND,
			"an output is named as its connector is: \"HDMI-A-1\"");
	/* Zero is none. */
	if (setup.zoom == 0)
		return explain(call, -ERANGE, "");
	return explain(
		call, windows_create(windows_of(call), &setup, result), setup.id ? setup.id : "");
}

static int window_close(struct kiln_call *call, const struct window_close_args *args, bool *result)
{
	*result = windows_close(windows_of(call), args->self) == 0;
	return 0;
}

static int window_reload(
	struct kiln_call *call, const struct window_reload_args *args, void *result)
{
	return explain(call, windows_reload(windows_of(call), args->self), args->self);
}

static int window_navigate(
	struct kiln_call *call, const struct window_navigate_args *args, void *result)
{
	return explain(call, windows_navigate(windows_of(call), args->self, args->url), args->self);
}

/* Those that only do something. */
#define ON_WINDOW(name_, code_)                                                                 \
	static int name_(struct kiln_call *call, const struct name_##_args *args, void *result) \
	{                                                                                       \
		int r;                                                                          \
		struct window *win = window_of(call, args->self, &r);                           \
                                                                                                \
		if (win)                                                                        \
			code_;                                                                  \
		return r;                                                                       \
	}
ON_WINDOW(window_show, desk_show(win, true))
ON_WINDOW(window_hide, desk_show(win, false))
ON_WINDOW(window_set_visible, desk_show(win, args->visible))
ON_WINDOW(window_set_fullscreen, desk_set_fullscreen(win, args->fullscreen))
ON_WINDOW(window_set_z, desk_set_z(win, args->z))
ON_WINDOW(window_raise, desk_raise(win))
ON_WINDOW(window_lower, desk_lower(win))
ON_WINDOW(window_set_title, windows_set_title(win, args->title))
ON_WINDOW(window_ask_before_close, windows_set_asks(win, args->ask))
ON_WINDOW(window_keep, windows_keep(win))

static int window_focus(struct kiln_call *call, const struct window_focus_args *args, void *result)
{
	int r;
	struct window *win = window_of(call, args->self, &r);

	if (!win)
		return r;
	if (!desk_visible(win))
		return service_fail_as(call, STATUS_CHANNEL_SEND,
			"the window \"%s\" is hidden: show() it first", args->self);
	desk_focus(win);
	return 0;
}

static int window_move(struct kiln_call *call, const struct window_move_args *args, void *result)
{
	int r;
	struct window *win = window_of(call, args->self, &r);
	struct bounds b;

	if (!win)
		return r;
	/* One that filled its output keeps the size that it had there. */
	b = desk_bounds(win);
	if (!desk_fullscreen(win))
		b = desk_wanted(win);
	b.x = args->x;
	b.y = args->y;
	desk_place(win, &b);
	return 0;
}

static int window_resize(
	struct kiln_call *call, const struct window_resize_args *args, void *result)
{
	int r;
	struct window *win = window_of(call, args->self, &r);
	struct bounds b;

	if (!win)
		return r;
	b = desk_wanted(win);
	b.width = args->width;
	b.height = args->height;
	desk_place(win, &b);
	return 0;
}

static int window_set_bounds(
	struct kiln_call *call, const struct window_set_bounds_args *args, void *result)
{
	const struct window_bounds *to = &args->bounds;
	int r;
	struct window *win = window_of(call, args->self, &r);

	if (win && !args->has_bounds)
		desk_set_fullscreen(win, true);
	else if (win)
		desk_place(win, &(struct bounds){
					.x = to->has_x ? to->x : 0,
					.y = to->has_y ? to->y : 0,
					.width = to->has_width ? to->width : 0,
					.height = to->has_height ? to->height : 0,
				});
	return r;
}

static int window_set_zoom(
	struct kiln_call *call, const struct window_set_zoom_args *args, void *result)
{
	int r;
	struct window *win = window_of(call, args->self, &r);

	return win ? explain(call, windows_set_zoom(win, args->zoom), args->self) : r;
}

/* Those that only look. */
#define LOOK_AT_WINDOW(name_, type_, value_)                                                     \
	static int name_(struct kiln_call *call, const struct name_##_args *args, type_ *result) \
	{                                                                                        \
		int r;                                                                           \
		struct window *win = window_of(call, args->self, &r);                            \
                                                                                                 \
		if (win)                                                                         \
			*result = value_;                                                        \
		return r;                                                                        \
	}
LOOK_AT_WINDOW(window_is_visible, bool, desk_visible(win))
LOOK_AT_WINDOW(window_is_focused, bool, desk_focused(win))
LOOK_AT_WINDOW(window_get_zoom, double, windows_zoom(win))
LOOK_AT_WINDOW(window_get_title, const char *, windows_title(win))

static struct window_rect rect_of(const struct window *win)
{
	struct bounds b = desk_bounds(win);

	return (struct window_rect){ b.x, b.y, b.width, b.height };
}

LOOK_AT_WINDOW(window_get_bounds, struct window_rect, rect_of(win))

static struct window_info info_of(const struct window *win)
{
	const struct output *o = desk_output(win);

	return (struct window_info){
		.url = windows_url(win),
		.title = windows_title(win),
		.output = o ? output_name(o) : NULL,
		.lit = o && output_state(o) == OUTPUT_LIT,
		.visible = desk_visible(win),
		.focused = desk_focused(win),
		.fullscreen = desk_fullscreen(win),
		.transparent = windows_transparent(win),
		.bounds = rect_of(win),
		.scale = o ? output_scale(o) : 1,
		.z = desk_z(win),
		.zoom = windows_zoom(win),
		.frames = (double)windows_frames(win),
	};
}

LOOK_AT_WINDOW(window_info, struct window_info, info_of(win))

static int window_screenshot(struct kiln_call *call, const struct window_screenshot_args *args,
	struct kiln_bytes *result)
{
	struct window_service *s = call->state;
	struct picture picture;
	int r;
	struct window *win = window_of(call, args->self, &r);

	if (!win)
		return r;
	r = windows_picture(win, &picture);
	buf_truncate(&s->png, 0);
	if (r == 0)
		r = png_write_buf(&s->png, &picture);
	*result = (struct kiln_bytes){ buf_bytes(&s->png), buf_len(&s->png) };
	return explain(call, r, args->self);
}

static void note_id(const char *id, void *arg)
{
	struct window_service *s = arg;

	if (s->n_ids < ARRAY_SIZE(s->ids))
		s->ids[s->n_ids++] = id;
}

static int window_list(
	struct kiln_call *call, const struct window_list_args *args, struct window_ids *result)
{
	struct window_service *s = call->state;

	s->n_ids = 0;
	windows_each(s->windows, note_id, s);
	*result = (struct window_ids){ s->ids, s->n_ids };
	return 0;
}

int window_service_new(struct router *router, struct windows *windows, struct window_service **ret)
{
	auto_free struct window_service *s = calloc(1, sizeof(*s));
	const struct service_options opts = {
		.router = router,
		.module = &api_window,
		.peer = api_window.name,
		.handlers = handlers,
		.state = s,
	};
	int r;

	if (!s)
		return -ENOMEM;
	s->windows = windows;
	buf_init(&s->png, PNG_MAX);
	r = service_new(&opts, &s->service);
	if (r < 0)
		return r;
	*ret = take_ptr(s);
	return 0;
}

void window_service_free(struct window_service *s)
{
	if (!s)
		return;
	service_free(s->service);
	buf_fini(&s->png);
	free(s);
}
