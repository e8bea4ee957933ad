#include "view/window_service.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/window.h"
#include "ipc/service.h"
#include "view/window.h"

struct window_service {
	struct service *service; /* owned */
	struct windows *windows; /* borrowed */
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
	default:
		return service_fail_as(call, STATUS_CHANNEL_SEND, "%s", strerror(-error));
	}
}

static struct windows *windows_of(const struct kiln_call *call)
{
	const struct window_service *s = call->state;

	return s->windows;
}

static int window_create(
	struct kiln_call *call, const struct window_create_args *args, const char **result)
{
	const struct window_options *o = &args->options;

	return explain(call,
		windows_create(windows_of(call), o->has_id ? o->id : NULL, o->has_url ? o->url : "",
			result),
		o->has_id ? o->id : "");
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
	free(s);
}
