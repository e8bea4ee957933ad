#include "view/window_service.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ipc/router.h"
#include "view/window.h"
#include "wire/cursor.h"
#include "wire/limits.h"
#include "wire/pack.h"

#define SERVICE "runtime:window"

struct window_service {
	struct peer peer;
	struct router *router; /* borrowed */
	struct windows *windows; /* borrowed */
	struct identity *self; /* owned: sender of the answers */
};

struct arguments {
	bool has_id, has_url;
	char id[WINDOW_ID_MAX + 1];
	char url[WINDOW_URL_MAX];
};

/* A string that does not fit, or has a NUL inside, is no id and no address. */
static int copy_text(struct cursor *c, char *to, size_t room)
{
	const char *text;
	size_t len;

	if (cursor_str(c, &text, &len) < 0 || len >= room || memchr(text, '\0', len))
		return -EINVAL;
	memcpy(to, text, len);
	to[len] = '\0';
	return 0;
}

static int parse_arguments(const struct frame *call, struct arguments *ret)
{
	struct cursor c;
	uint32_t n;
	int r = 0;

	*ret = (struct arguments){ 0 };
	cursor_init(&c, call->payload, call->payload_len);
	if (cursor_map(&c, &n) < 0)
		return -EINVAL;
	for (; r == 0 && n > 0; n--) {
		char key[4];

		r = copy_text(&c, key, sizeof(key));
		if (r == 0 && strcmp(key, "id") == 0) {
			ret->has_id = true;
			r = copy_text(&c, ret->id, sizeof(ret->id));
		} else if (r == 0 && strcmp(key, "url") == 0) {
			ret->has_url = true;
			r = copy_text(&c, ret->url, sizeof(ret->url));
		} else {
			r = -EINVAL;
		}
	}
	return r;
}

static int do_create(struct windows *w, const struct arguments *a, struct pack *result)
{
	const char *id = NULL;
	int r = windows_open(w, a->has_id ? a->id : NULL, a->url, &id);

	if (r < 0)
		return r;
	pack_map(result, 1);
	pack_cstr(result, "id");
	pack_cstr(result, id);
	return 0;
}

static int do_close(struct windows *w, const struct arguments *a, struct pack *result)
{
	pack_bool(result, windows_close(w, a->id) == 0);
	return 0;
}

static int do_reload(struct windows *w, const struct arguments *a, struct pack *result)
{
	pack_nil(result);
	return windows_reload(w, a->id);
}

static int do_navigate(struct windows *w, const struct arguments *a, struct pack *result)
{
	pack_nil(result);
	return a->has_url ? windows_navigate(w, a->id, a->url) : -EINVAL;
}

static void pack_id(const char *id, void *arg)
{
	pack_cstr(arg, id);
}

static int do_list(struct windows *w, const struct arguments *a, struct pack *result)
{
	pack_array(result, windows_count(w));
	windows_each(w, pack_id, result);
	return 0;
}

static const struct method {
	const char *name;
	int (*run)(struct windows *w, const struct arguments *a, struct pack *result);
} methods[] = {
	{ "create", do_create },
	{ "close", do_close },
	{ "reload", do_reload },
	{ "navigate", do_navigate },
	{ "list", do_list },
};

/* -ENOSYS when there is no such method. */
static int run_method(
	struct windows *w, const struct frame *call, struct arguments *a, struct pack *result)
{
	int r = parse_arguments(call, a);

	if (r < 0)
		return r;
	for (const struct method *m = methods; m < methods + ARRAY_SIZE(methods); m++)
		if (strlen(m->name) == call->channel_len &&
			memcmp(m->name, call->channel, call->channel_len) == 0)
			return m->run(w, a, result);
	return -ENOSYS;
}

/* For whoever called. */
static enum wire_status explain(int error, const struct arguments *a, char ret[static 128])
{
	switch (error) {
	case -ENOENT:
		snprintf(ret, 128, "there is no window \"%s\"", a->id);
		return STATUS_WINDOW_NOT_FOUND;
	case -EEXIST:
		snprintf(ret, 128, "there is a window \"%s\" already", a->id);
		break;
	case -EINVAL:
		snprintf(ret, 128,
			"a window id is 1 to %d of a-z A-Z 0-9 - _ . and a url is text without spaces",
			WINDOW_ID_MAX);
		break;
	case -ENOSYS:
		snprintf(ret, 128, SERVICE " has no such method");
		return STATUS_NO_HANDLER;
	default:
		snprintf(ret, 128, "%s", strerror(-error));
	}
	return STATUS_CHANNEL_SEND;
}

static enum wire_status deliver(struct peer *peer, struct identity *from, struct frame *f)
{
	struct window_service *s = container_of(peer, struct window_service, peer);
	auto_frame struct frame *call = f;
	struct buf result = BUF_INIT(PAYLOAD_MAX);
	struct frame *answer;
	struct arguments a;
	struct pack pack;
	char reason[128];
	enum wire_status status;
	int r;

	/* Pages reach the host only; this is the second lock on that door. */
	if (strcmp(from->peer, PEER_HOST) != 0)
		return STATUS_PERMISSION_DENIED;
	/* It has no listeners: a window of this name is what there is not. */
	if (call->kind != FRAME_CALL)
		return STATUS_WINDOW_NOT_FOUND;
	pack_init(&pack, &result);
	r = run_method(s->windows, call, &a, &pack);
	if (r == 0)
		r = pack.error;
	if (r == 0)
		r = frame_new(FRAME_REPLY, call->id, "", 0, buf_bytes(&result), buf_len(&result),
			&answer);
	buf_fini(&result);
	if (r == 0) {
		router_answer(s->router, s->self, answer);
		return STATUS_OK;
	}
	status = explain(r, &a, reason);
	router_settle(s->router, peer, call->id, status, reason, false);
	return STATUS_OK;
}

static const struct peer_ops peer_ops = { .deliver = deliver };

int window_service_new(struct router *router, struct windows *windows, struct window_service **ret)
{
	auto_free struct window_service *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->peer.ops = &peer_ops;
	s->router = router;
	s->windows = windows;
	r = identity_new(SERVICE, "", 0, &s->self);
	if (r < 0)
		return r;
	s->peer.self = s->self;
	r = router_add(router, &s->peer);
	if (r < 0) {
		identity_unref(s->self);
		return r;
	}
	*ret = take_ptr(s);
	return 0;
}

void window_service_free(struct window_service *s)
{
	if (!s)
		return;
	router_remove(s->router, &s->peer);
	identity_unref(s->self);
	free(s);
}
