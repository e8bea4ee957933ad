#include "ipc/service.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind/decode.h"
#include "bind/encode.h"
#include "wire/cursor.h"

#define LOG_TAG "service"
#include "base/log.h"

/* Text and lists of one call's arguments. */
#define ARGUMENTS_MAX (2u * PAYLOAD_MAX)
/* What a handler's errors begin with: it is no outcome of its own. */
#define FAILED (-ECANCELED)

struct entry {
	const char *class; /* null: not a method */
	const struct kiln_op *op;
	int (*run)(struct kiln_call *call, const void *args, void *result);
};

struct service {
	struct peer peer;
	struct router *router; /* borrowed */
	const struct kiln_host *host; /* borrowed */
	void *state;
	struct identity *self; /* owned: sender of answers and events */
	struct list later; /* struct call_entry: put off */
	struct entry *entries; /* owned */
	size_t n_entries;
};

struct call_entry {
	struct kiln_call call;
	struct service *service; /* borrowed: it frees what it has */
	struct list link; /* service's later */
	const struct kiln_op *op;
	uint32_t id; /* the router's */
	bool running; /* code of the module's has it, and may end it; who runs that frees it */
	bool ended;
	enum wire_status status; /* of a failure; STATUS_OK: none was told */
	char reason[200];
};

static struct call_entry *entry_of(struct kiln_call *call)
{
	return container_of(call, struct call_entry, call);
}

static int vfail(struct kiln_call *call, enum wire_status status, const char *fmt, va_list ap)
{
	struct call_entry *c = entry_of(call);
	char text[sizeof(c->reason) + 8]; /* room for the character that is cut */
	size_t len;

	vsnprintf(text, sizeof(text), fmt, ap);
	len = utf8_cut(text, sizeof(c->reason) - 1);
	text[len] = '\0';
	/* It goes into a frame, and a module's strings are its own. */
	if (!utf8_valid((const uint8_t *)text, len))
		for (char *at = text; *at; at++)
			*at = *at & 0x80 ? '?' : *at;
	memcpy(c->reason, text, len + 1);
	c->status = status;
	return FAILED;
}

int service_fail(struct kiln_call *call, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = vfail(call, STATUS_CHANNEL_RECV, fmt, ap);
	va_end(ap);
	return r;
}

int service_fail_as(struct kiln_call *call, enum wire_status status, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = vfail(call, status, fmt, ap);
	va_end(ap);
	return r;
}

static void tell_failure(struct call_entry *c, int error)
{
	if (error != FAILED || c->status == STATUS_OK)
		(void)service_fail(&c->call, "%s", strerror(-error));
	router_settle(c->service->router, &c->service->peer, c->id, c->status, c->reason, false);
}

/* A payload is no deeper than frame.h promises, whatever JSON a module has put into its own. */
static int make_frame(enum frame_kind kind, uint32_t id, const char *channel, const struct buf *out,
	struct frame **ret)
{
	struct cursor c;

	cursor_init(&c, buf_bytes(out), buf_len(out));
	if (cursor_skip(&c) < 0)
		return -EINVAL;
	return frame_new(kind, id, channel, strlen(channel), buf_bytes(out), buf_len(out), ret);
}

/* The answer with what @result holds. */
static int tell_result(struct call_entry *c, const void *result)
{
	struct buf out = BUF_INIT(PAYLOAD_MAX);
	struct frame *f;
	struct pack pack;
	int r = -EINVAL;

	pack_init(&pack, &out);
	if (result || c->op->result->kind == KILN_KIND_VOID)
		r = encode_value(&pack, c->op->result, result);
	if (r == 0)
		r = make_frame(FRAME_REPLY, c->id, "", &out, &f);
	buf_fini(&out);
	if (r == -EINVAL || r == -EILSEQ)
		return service_fail(&c->call, "%s gave what it had not declared", c->op->name);
	if (r == -EMSGSIZE)
		return service_fail_as(&c->call, STATUS_TOO_LARGE, "%s: the result is over %u MiB",
			c->op->name, PAYLOAD_MAX >> 20);
	if (r < 0)
		return r;
	router_answer(c->service->router, c->service->self, f);
	return 0;
}

/* Nobody waits for it any more; a module that ends it once more finds it ended. */
static void forget(struct call_entry *c)
{
	list_remove(&c->link);
	c->ended = true;
	if (!c->running)
		free(c);
}

void service_finish(struct kiln_call *call, const void *result)
{
	struct call_entry *c = entry_of(call);
	int r;

	if (c->ended)
		return;
	r = tell_result(c, result);
	if (r < 0)
		tell_failure(c, r);
	forget(c);
}

void service_reject(struct kiln_call *call, const char *reason)
{
	struct call_entry *c = entry_of(call);

	if (c->ended)
		return;
	tell_failure(c, service_fail(call, "%s", reason));
	forget(c);
}

static void cancel(struct call_entry *c)
{
	bool running = c->running;

	/* Ended first, as on_cancel may do what it likes. */
	c->running = true;
	forget(c);
	if (c->call.on_cancel)
		c->call.on_cancel(&c->call);
	if (!running)
		free(c);
}

static void cancel_id(struct service *s, uint32_t id)
{
	struct call_entry *c;

	list_for_each (c, &s->later, link)
		if (c->id == id) {
			cancel(c);
			return;
		}
}

/* The channel is "createWindow", or "Window.close". */
static bool is_called(const struct entry *e, const char *name, size_t len)
{
	size_t class_len = e->class ? strlen(e->class) + 1 : 0;

	return len == class_len + strlen(e->op->name) &&
	       (!e->class || (memcmp(name, e->class, class_len - 1) == 0 &&
				     name[class_len - 1] == '.')) &&
	       memcmp(name + class_len, e->op->name, len - class_len) == 0;
}

static const struct entry *find_entry(const struct service *s, const char *name, size_t len)
{
	for (const struct entry *e = s->entries; e < s->entries + s->n_entries; e++)
		if (is_called(e, name, len))
			return e;
	return NULL;
}

/* What a handler returned. The result is read here, while what it points to is there. */
static int run(struct call_entry *c, const struct entry *e, const struct frame *f)
{
	struct arena arena = ARENA_INIT(ARGUMENTS_MAX);
	void *args = arena_alloc(&arena, 1, e->op->args->size);
	void *result = arena_alloc(&arena, 1, e->op->result->size);
	struct decode d;
	int r = -ENOMEM;

	decode_init(&d, f->payload, f->payload_len, &arena);
	if (args && result)
		r = decode_value(&d, e->op->args, args);
	if (r == -EINVAL)
		r = service_fail(&c->call, "%s: %s", e->op->name, d.error);
	if (r == 0)
		r = e->run(&c->call, args, result);
	if (r == 0 && !c->ended)
		r = tell_result(c, result);
	arena_fini(&arena);
	return r;
}

/* The handler may end anything, the call and the service itself among it. */
static enum wire_status call(struct service *s, const struct frame *f)
{
	const struct entry *e = find_entry(s, f->channel, f->channel_len);
	struct call_entry *c;
	int r;

	if (!e)
		return STATUS_NO_HANDLER;
	c = calloc(1, sizeof(*c));
	if (!c)
		return STATUS_CHANNEL_SEND;
	c->call.host = s->host;
	c->call.state = s->state;
	c->service = s;
	c->op = e->op;
	c->id = f->id;
	/* From here on we are told when nobody waits any more. */
	router_dispatch(s->router, &s->peer, f->id);
	list_append(&s->later, &c->link);
	c->running = true;
	r = run(c, e, f);
	c->running = false;
	if (c->ended) {
		free(c);
		return STATUS_OK;
	}
	if (r == KILN_LATER)
		return STATUS_OK;
	if (r > 0)
		r = service_fail(&c->call, "%s: its handler returned %d", c->op->name, r);
	if (r < 0)
		tell_failure(c, r);
	forget(c);
	return STATUS_OK;
}

static enum wire_status deliver(struct peer *peer, struct identity *from, struct frame *f)
{
	struct service *s = container_of(peer, struct service, peer);
	auto_frame struct frame *mine = f;

	/* Pages reach the host only; this is the second lock on that door. */
	if (strcmp(from->peer, PEER_HOST) != 0)
		return STATUS_PERMISSION_DENIED;
	switch (mine->kind) {
	case FRAME_CALL:
		return call(s, mine);
	case FRAME_CANCEL:
		cancel_id(s, mine->id);
		return STATUS_OK;
	default:
		/* It has no listeners: a window of this name is what there is not. */
		return STATUS_WINDOW_NOT_FOUND;
	}
}

static const struct peer_ops peer_ops = { .deliver = deliver };

int service_emit(struct service *s, const struct kiln_event *event, const void *payload)
{
	struct buf out = BUF_INIT(PAYLOAD_MAX);
	struct router_result result;
	struct frame *f;
	struct pack pack;
	int r;

	pack_init(&pack, &out);
	pack_array(&pack, 2);
	pack_cstr(&pack, event->type);
	r = encode_value(&pack, event->payload, payload);
	if (r == 0)
		r = make_frame(FRAME_MESSAGE, 0, SERVICE_CHANNEL_EVENT, &out, &f);
	buf_fini(&out);
	if (r < 0)
		return r;
	router_send(s->router, s->self, PEER_HOST, f, &result);
	return result.status == STATUS_OK ? 0 : -EAGAIN;
}

/* ---- which op has which handler ---- */

static const struct service_handler *find_handler(
	const struct service_handler *h, const struct entry *e)
{
	for (; h && h->name; h++)
		if (is_called(e, h->name, strlen(h->name)))
			return h;
	return NULL;
}

static int add_ops(struct service *s, const struct service_options *o, const char *class,
	const struct kiln_op *const *ops, size_t *handled)
{
	for (; *ops; ops++) {
		struct entry *e = &s->entries[s->n_entries];
		const struct service_handler *h;

		if ((*ops)->flags & KILN_OP_SCRIPT)
			continue;
		*e = (struct entry){ .class = class, .op = *ops, .run = (*ops)->run };
		h = e->run ? NULL : find_handler(o->handlers, e);
		if (h) {
			e->run = h->run;
			++*handled;
		}
		if (!e->run) {
			log_error("%s: %s has no handler", o->module->name, (*ops)->name);
			return -EINVAL;
		}
		s->n_entries++;
	}
	return 0;
}

static size_t count_ops(const struct kiln_op *const *ops)
{
	size_t n = 0;

	while (ops && ops[n])
		n++;
	return n;
}

static int add_entries(struct service *s, const struct service_options *o)
{
	const struct kiln_type *const *types = o->module->types;
	size_t n = count_ops(o->module->ops), handled = 0, given = 0;
	int r;

	for (size_t i = 0; types && types[i]; i++)
		n += count_ops(types[i]->methods);
	s->entries = calloc(n + 1, sizeof(*s->entries));
	if (!s->entries)
		return -ENOMEM;
	r = add_ops(s, o, NULL, o->module->ops, &handled);
	for (size_t i = 0; r == 0 && types && types[i]; i++)
		if (types[i]->methods)
			r = add_ops(s, o, types[i]->name, types[i]->methods, &handled);
	while (o->handlers && o->handlers[given].name)
		given++;
	if (r == 0 && given != handled) {
		log_error("%s: a handler has no declaration", o->module->name);
		return -EINVAL;
	}
	return r;
}

int service_new(const struct service_options *opts, struct service **ret)
{
	struct service *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	list_init(&s->later);
	list_init(&s->peer.link);
	s->peer.ops = &peer_ops;
	s->host = opts->host;
	s->state = opts->state;
	r = identity_new(opts->peer, "", 0, &s->self);
	if (r == 0)
		r = add_entries(s, opts);
	if (r == 0) {
		s->peer.self = s->self;
		r = router_add(opts->router, &s->peer);
	}
	if (r < 0) {
		free(s->entries);
		identity_unref(s->self);
		free(s);
		return r;
	}
	s->router = opts->router;
	*ret = s;
	return 0;
}

void service_free(struct service *s)
{
	struct call_entry *c;

	if (!s)
		return;
	/* The callers are told by this; what is put off learns it from us. */
	router_remove(s->router, &s->peer);
	while ((c = list_first(&s->later, struct call_entry, link)))
		cancel(c);
	identity_unref(s->self);
	free(s->entries);
	free(s);
}
