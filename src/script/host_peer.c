#include "script/host_peer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "script/ipc_error.h"
#include "script/text.h"
#include "wire/limits.h"

#define LOG_TAG "script"
#include "base/log.h"

#define KEY_PUMP "pump"

/*
 * After a pump that was stopped or found no memory. Callbacks cannot make it
 * fail in another way, and the loop needs its time in between.
 */
#define PAUSE (100 * NSEC_PER_MSEC)

static enum wire_status put(
	struct host_peer *i, struct identity *from, struct frame *f, enum mailbox_room room)
{
	int r = inbox_put(&i->inbox, from, f, room);

	if (r < 0)
		return r == -ENOBUFS ? STATUS_QUEUE_FULL : STATUS_CHANNEL_SEND;
	if (i->inbox.messages == 1)
		loop_timer_arm(i->pump, clock_now());
	return STATUS_OK;
}

static enum wire_status deliver(struct peer *peer, struct identity *from, struct frame *f)
{
	struct host_peer *i = container_of(peer, struct host_peer, peer);

	switch (f->kind) {
	case FRAME_MESSAGE:
	case FRAME_CALL:
		return put(i, from, f, ROOM_BOUNDED);
	case FRAME_EVENT: /* page_events.h bounds them, and the number of calls these */
	case FRAME_CANCEL:
		return put(i, from, f, ROOM_RESERVED);
	default:
		frame_unref(f);
		return STATUS_NO_HANDLER;
	}
}

static enum wire_status answer(
	struct peer *peer, const struct identity *caller, struct identity *from, struct frame *f)
{
	struct host_peer *i = container_of(peer, struct host_peer, peer);

	if (caller != i->self) {
		frame_unref(f);
		return STATUS_OK;
	}
	return put(i, from, f, f->size <= ANSWER_RESERVED ? ROOM_RESERVED : ROOM_BOUNDED);
}

static const struct peer_ops host_ops = { .deliver = deliver, .answer = answer };

/* Meant for one run of the script: it asked, or was asked and told. */
static bool is_of_run(const struct frame *f)
{
	return f->kind == FRAME_REPLY || f->kind == FRAME_FAILED || f->kind == FRAME_CANCEL;
}

/* What its sender was charged for, and has not been given back when the last run had it. */
static bool counts(const struct frame *f)
{
	return !is_of_run(f) && !(f->flags & FRAME_AGAIN);
}

static void note_taken(struct host_peer *i, const struct envelope *e)
{
	struct host_peer_taken *t;

	if (!counts(e->frame))
		return;
	for (t = i->taken; t < i->taken + i->n_taken; t++)
		if (t->from == e->from)
			break;
	if (t == i->taken + i->n_taken) {
		/* There are as many places as a pump takes arrivals. */
		*t = (struct host_peer_taken){ .from = identity_ref(e->from) };
		i->n_taken++;
	}
	t->messages++;
	t->bytes += frame_cost(e->frame);
}

static void release_current(struct host_peer *i)
{
	if (i->current.frame)
		envelope_fini(&i->current);
	i->current = (struct envelope){ 0 };
}

static void release_broadcast(struct host_peer *i)
{
	frame_unref(take_ptr(i->broadcast));
}

static void end_pump(struct host_peer *i)
{
	for (unsigned n = 0; n < i->n_taken; n++) {
		struct host_peer_taken *t = &i->taken[n];

		router_consumed(i->router, t->from, t->messages, t->bytes);
		identity_unref(t->from);
	}
	i->n_taken = 0;
}

static void run_pump(duk_context *ctx, void *arg)
{
	duk_push_heap_stash(ctx);
	duk_get_prop_literal(ctx, -1, KEY_PUMP);
	duk_call(ctx, 0);
}

static void on_pump(struct loop_timer *t, void *arg)
{
	struct host_peer *i = arg;
	int r;

	i->budget = PUMP_EVENTS;
	i->until = clock_now() + PUMP_NS;
	r = jobs_turn(i->jobs, "runtime:ipc", run_pump, NULL, NULL);
	/* Whoever called what was stopped need not wait for an answer. */
	if (r == -ENOEXEC && i->current.frame && i->current.frame->kind == FRAME_CALL)
		router_settle(i->router, &i->peer, i->current.frame->id, STATUS_CANCELLED,
			"the handler was stopped", true);
	/* A run that died over it still has it: host_peer_renew(). */
	if (r != -ENOTRECOVERABLE)
		release_current(i);
	end_pump(i);
	if (i->inbox.messages > 0 && r != -ENOTRECOVERABLE)
		loop_timer_arm(i->pump, clock_now() + (r < 0 ? PAUSE : 0));
}

static void push_reply(
	struct host_peer *i, duk_context *ctx, const struct envelope *e, struct cursor *c)
{
	duk_push_object(ctx);
	duk_push_uint(ctx, e->frame->id);
	duk_put_prop_literal(ctx, -2, "reply");
	duk_push_string(ctx, e->from->peer);
	duk_put_prop_literal(ctx, -2, "from");
	duk_push_boolean(ctx, e->frame->kind == FRAME_FAILED);
	duk_put_prop_literal(ctx, -2, "failed");
	codec_push(&i->codec, ctx, c);
	duk_put_prop_literal(ctx, -2, "payload");
}

/* Of a document: whose it is, into the event at the top of the stack. */
static void push_sender(struct host_peer *i, duk_context *ctx, const struct identity *from)
{
	if (from->frame == 0)
		return;
	text_push(ctx, &i->codec.text, from->origin, strlen(from->origin));
	duk_put_prop_literal(ctx, -2, "origin");
	if (from->frame == CAPS_SUB) {
		duk_push_true(ctx);
		duk_put_prop_literal(ctx, -2, "inFrame");
	}
}

static void push_event(
	struct host_peer *i, duk_context *ctx, const struct envelope *e, struct cursor *c)
{
	const struct frame *f = e->frame;
	const char *type;
	size_t type_len;
	uint32_t n;

	duk_push_object(ctx);
	if (f->kind == FRAME_CALL) {
		duk_push_uint(ctx, f->id);
		duk_put_prop_literal(ctx, -2, "call");
	}
	duk_push_object(ctx);
	text_push(ctx, &i->codec.text, e->from->peer, strlen(e->from->peer));
	duk_put_prop_literal(ctx, -2, "windowId");
	text_push(ctx, &i->codec.text, f->channel, f->channel_len);
	duk_put_prop_literal(ctx, -2, "channel");
	if (f->kind != FRAME_EVENT) {
		push_sender(i, ctx, e->from);
	} else {
		if (cursor_array(c, &n) < 0 || n != 2 || cursor_str(c, &type, &type_len) < 0)
			(void)duk_type_error(ctx, "malformed event");
		duk_push_lstring(ctx, type, type_len);
		duk_put_prop_literal(ctx, -2, "type");
	}
	codec_push(&i->codec, ctx, c);
	duk_put_prop_literal(ctx, -2, "payload");
	if (f->flags & FRAME_AGAIN) {
		duk_push_true(ctx);
		duk_put_prop_literal(ctx, -2, "redelivered");
	}
	duk_put_prop_literal(ctx, -2, "event");
	duk_push_number(ctx, (double)f->size);
	duk_put_prop_literal(ctx, -2, "size");
}

static void push_cancel(duk_context *ctx, const struct envelope *e)
{
	duk_push_object(ctx);
	duk_push_uint(ctx, e->frame->id);
	duk_put_prop_literal(ctx, -2, "cancel");
}

/* The next that is still wanted; false when there is none or this pump has had enough. */
static bool take_next(struct host_peer *i)
{
	const struct frame *f;

	do {
		release_current(i);
		if (i->budget == 0 || (i->budget < PUMP_EVENTS && clock_now() >= i->until) ||
			!inbox_take(&i->inbox, &i->current))
			return false;
		i->budget--;
		note_taken(i, &i->current);
		f = i->current.frame;
	} while (f->kind == FRAME_CALL && !router_dispatch(i->router, &i->peer, f->id));
	return true;
}

static duk_ret_t push_arrival(duk_context *ctx, void *arg)
{
	struct host_peer *i = arg;
	const struct envelope *e = &i->current;
	struct cursor c;

	cursor_init(&c, e->frame->payload, e->frame->payload_len);
	switch (e->frame->kind) {
	case FRAME_REPLY:
	case FRAME_FAILED:
		push_reply(i, ctx, e, &c);
		break;
	case FRAME_CANCEL:
		push_cancel(ctx, e);
		break;
	default:
		push_event(i, ctx, e, &c);
	}
	return 1;
}

/*
 * The heap has no room for what @i->current has become as values. Others' messages
 * go on; of this one its sender is told, or, when it was an answer, who waits for it.
 */
static void refuse_current(struct host_peer *i)
{
	static const char reason[] = "the script's memory has no room for it";
	const struct frame *f = i->current.frame;

	log_burst_at(LOG_LEVEL_ERROR, "what came from \"%s\" on \"%.*s\" is dropped: %s",
		i->current.from->peer, (int)f->channel_len, f->channel, reason);
	if (f->kind == FRAME_CALL)
		router_settle(i->router, &i->peer, f->id, STATUS_TOO_LARGE, reason, false);
	else
		router_note_dropped(i->router);
}

static bool is_answer(const struct frame *f)
{
	return f->kind == FRAME_REPLY || f->kind == FRAME_FAILED;
}

static duk_ret_t op_ipc_recv(duk_context *ctx)
{
	struct host_peer *i = heap_self(ctx);

	while (take_next(i)) {
		if (duk_safe_call(ctx, push_arrival, i, 0, 1) == DUK_EXEC_SUCCESS)
			return 1;
		if (i->jobs->heap->expired)
			return duk_throw(ctx);
		duk_pop(ctx);
		refuse_current(i);
		if (is_answer(i->current.frame)) {
			/* Without its payload it is a failure that says nothing. */
			duk_push_object(ctx);
			duk_push_uint(ctx, i->current.frame->id);
			duk_put_prop_literal(ctx, -2, "reply");
			duk_push_string(ctx, i->current.from->peer);
			duk_put_prop_literal(ctx, -2, "from");
			duk_push_true(ctx);
			duk_put_prop_literal(ctx, -2, "failed");
			return 1;
		}
	}
	return 0;
}

/* Of op_ipc_send(). */
enum { ARG_KIND, ARG_TARGET, ARG_CHANNEL, ARG_PAYLOAD, ARG_ID, ARG_RETRY, ARG_COUNT };

static bool has_channel(enum frame_kind kind)
{
	return kind == FRAME_MESSAGE || kind == FRAME_CALL;
}

/* Makes the frame of a send whose payload has been encoded; runs no script. */
static int make_frame(
	struct host_peer *i, duk_context *ctx, enum frame_kind kind, struct frame **ret)
{
	uint32_t id = duk_is_undefined(ctx, ARG_ID) ? 0 : duk_get_uint(ctx, ARG_ID);
	struct frame *plain;
	const char *channel, *utf8 = "";
	duk_size_t len;
	size_t utf8_len = 0;
	int r = 0;

	if (has_channel(kind)) {
		channel = duk_get_lstring(ctx, ARG_CHANNEL, &len);
		r = text_export(&i->codec.text, channel, len, &utf8, &utf8_len);
	}
	if (r == 0)
		r = frame_new(kind, id, utf8, utf8_len, buf_bytes(&i->codec.out),
			buf_len(&i->codec.out), ret);
	if (r < 0 || !duk_get_boolean(ctx, ARG_RETRY))
		return r;
	plain = *ret;
	r = frame_copy(plain, id, FRAME_RETRY, ret);
	frame_unref(plain);
	return r;
}

static __attribute__((noreturn)) void throw_local(duk_context *ctx, int error)
{
	if (error == -EMSGSIZE)
		ipc_error_throw(
			ctx, STATUS_TOO_LARGE, "the payload is over %u MiB", PAYLOAD_MAX >> 20);
	if (error == -ENOMEM)
		ipc_error_throw(ctx, STATUS_CHANNEL_SEND, "out of memory");
	ipc_error_throw(ctx, STATUS_CHANNEL_SEND,
		"a channel name is 1 to %u bytes of text without control characters", CHANNEL_MAX);
}

/* A name with a NUL inside is nobody's. */
static const char *target_name(duk_context *ctx, duk_idx_t at)
{
	duk_size_t len;
	const char *name = duk_get_lstring(ctx, at, &len);

	return name && strlen(name) == len ? name : "";
}

/* [ window ] -> [ ] */
static void add_outcome(duk_context *ctx, duk_idx_t list, const struct router_result *result)
{
	duk_push_array(ctx);
	duk_pull(ctx, -2);
	duk_put_prop_index(ctx, -2, 0);
	duk_push_int(ctx, (int)result->status);
	duk_put_prop_index(ctx, -2, 1);
	duk_push_lstring(ctx, result->reason, text_cut(result->reason, strlen(result->reason)));
	duk_put_prop_index(ctx, -2, 2);
	duk_put_prop_index(ctx, list, (duk_uarridx_t)duk_get_length(ctx, list));
}

/* i->broadcast to each of the names in the array, or to all windows; pushes the outcomes. */
static void send_to_each(struct host_peer *i, duk_context *ctx)
{
	struct router_result result;
	duk_idx_t list = duk_push_array(ctx);
	char window[PEER_NAME_MAX + 1];

	if (duk_is_array(ctx, ARG_TARGET)) {
		duk_size_t n = duk_get_length(ctx, ARG_TARGET);

		for (duk_uarridx_t k = 0; k < n; k++) {
			duk_get_prop_index(ctx, ARG_TARGET, k);
			router_send(i->router, i->self, target_name(ctx, -1),
				frame_ref(i->broadcast), &result);
			add_outcome(ctx, list, &result);
		}
		return;
	}
	for (struct peer *page = NULL; (page = router_next_page(i->router, page));) {
		snprintf(window, sizeof(window), "%s", page->self->peer);
		router_send(i->router, i->self, window, frame_ref(i->broadcast), &result);
		duk_push_string(ctx, window);
		add_outcome(ctx, list, &result);
	}
}

static duk_ret_t op_ipc_send(duk_context *ctx)
{
	struct host_peer *i = heap_self(ctx);
	enum frame_kind kind = (enum frame_kind)duk_require_uint(ctx, ARG_KIND);
	struct router_result result = { .status = STATUS_OK };
	struct frame *f;
	int r;

	release_broadcast(i);
	if (kind == FRAME_CANCEL) {
		router_cancel(i->router, i->self, duk_require_uint(ctx, ARG_ID));
		return 0;
	}
	if (has_channel(kind) &&
		(!duk_is_string(ctx, ARG_CHANNEL) || duk_is_symbol(ctx, ARG_CHANNEL)))
		return duk_type_error(ctx, "a channel name is a string");
	codec_encode(&i->codec, ctx, ARG_PAYLOAD);
	r = make_frame(i, ctx, kind, &f);
	codec_reset(&i->codec);
	if (r < 0)
		throw_local(ctx, r);
	if (!has_channel(kind)) {
		router_answer(i->router, i->self, f);
		return 0;
	}
	if (duk_is_array(ctx, ARG_TARGET) || strcmp(target_name(ctx, ARG_TARGET), "*") == 0) {
		i->broadcast = f;
		send_to_each(i, ctx);
		release_broadcast(i);
		return 1;
	}
	router_send(i->router, i->self, target_name(ctx, ARG_TARGET), f, &result);
	if (result.status != STATUS_OK)
		ipc_error_throw(ctx, result.status, "%s", result.reason);
	return 0;
}

void host_peer_bind(struct host_peer *i, duk_context *ctx)
{
	heap_bind(ctx, -1, "op_ipc_send", op_ipc_send, ARG_COUNT, i);
	heap_bind(ctx, -1, "op_ipc_recv", op_ipc_recv, 0, i);
}

void host_peer_set_pump(duk_context *ctx)
{
	duk_push_heap_stash(ctx);
	duk_pull(ctx, -2);
	duk_put_prop_literal(ctx, -2, KEY_PUMP);
	duk_pop(ctx);
}

int host_peer_init(struct host_peer *i, struct jobs *jobs, struct loop *loop, struct router *router)
{
	int r;

	*i = (struct host_peer){ .jobs = jobs, .router = router, .peer.ops = &host_ops };
	inbox_init(&i->inbox, router_budget(router), HOST_LANE_MESSAGES, HOST_LANE_BYTES);
	codec_init(&i->codec);
	list_init(&i->peer.link);
	r = identity_new(PEER_HOST, "", 0, &i->self);
	if (r < 0)
		return r;
	i->peer.self = i->self;
	return loop_timer_new(loop, "script messages", on_pump, i, &i->pump);
}

int host_peer_open(struct host_peer *i)
{
	return router_add(i->router, &i->peer);
}

/* What the last run died over: it may have been done or not. */
static void settle_current(struct host_peer *i)
{
	const struct frame *f = i->current.frame;
	struct frame *again;

	if (!f)
		return;
	if (f->flags & FRAME_RETRY &&
		frame_copy(f, f->id, FRAME_RETRY | FRAME_AGAIN, &again) == 0 &&
		inbox_put_back(&i->inbox, i->current.from, again) == 0)
		log_info("a message of window \"%s\" on \"%.*s\" goes to the script again",
			i->current.from->peer, (int)f->channel_len, f->channel);
	else if (f->kind == FRAME_MESSAGE)
		log_warn("the script ended over a message of window \"%s\" on \"%.*s\"",
			i->current.from->peer, (int)f->channel_len, f->channel);
	release_current(i);
}

int host_peer_renew(struct host_peer *i)
{
	struct identity *next;
	int r = identity_new(PEER_HOST, "", 0, &next);

	if (r < 0)
		return r;
	settle_current(i);
	router_caller_lost(i->router, i->self);
	router_callee_lost(i->router, &i->peer);
	inbox_drop(&i->inbox, is_of_run);
	release_broadcast(i);
	/* The run may have died while it was at work. */
	codec_fini(&i->codec);
	codec_init(&i->codec);
	identity_unref(i->self);
	i->self = i->peer.self = next;
	if (i->inbox.messages > 0)
		loop_timer_arm(i->pump, clock_now());
	return 0;
}

void host_peer_fini(struct host_peer *i)
{
	if (!i->router)
		return;
	router_remove(i->router, &i->peer);
	if (i->pump)
		loop_timer_free(i->pump);
	release_current(i);
	release_broadcast(i);
	end_pump(i);
	inbox_fini(&i->inbox);
	codec_fini(&i->codec);
	identity_unref(i->self);
	*i = (struct host_peer){ 0 };
}
