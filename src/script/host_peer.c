#include "script/host_peer.h"

#include <errno.h>
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

static enum wire_status deliver(struct peer *peer, struct identity *from, struct frame *f)
{
	struct host_peer *i = container_of(peer, struct host_peer, peer);

	switch (f->kind) {
	case FRAME_MESSAGE:
	case FRAME_EVENT:
	case FRAME_REPLY:
	case FRAME_FAILED:
		break;
	default:
		frame_unref(f);
		return STATUS_NO_HANDLER;
	}
	if (i->jobs->heap->dead) {
		frame_unref(f);
		return STATUS_CHANNEL_RECV;
	}
	if (mailbox_put(&i->inbox, from, f) < 0)
		return STATUS_QUEUE_FULL;
	if (i->inbox.messages == 1)
		loop_timer_arm(i->pump, clock_now());
	return STATUS_OK;
}

static const struct peer_ops host_ops = { .deliver = deliver };

static void note_taken(struct host_peer *i, const struct envelope *e)
{
	struct host_peer_taken *t;

	for (t = i->taken; t < i->taken + i->n_taken; t++)
		if (t->from == e->from)
			break;
	if (t == i->taken + i->n_taken) {
		/* There are as many places as a pump takes arrivals. */
		*t = (struct host_peer_taken){ .from = identity_ref(e->from) };
		i->n_taken++;
	}
	t->messages++;
	t->bytes += e->frame->size;
}

static void release_current(struct host_peer *i)
{
	if (i->current.frame)
		envelope_fini(&i->current);
	i->current = (struct envelope){ 0 };
}

static void end_pump(struct host_peer *i)
{
	release_current(i);
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

static void push_event(
	struct host_peer *i, duk_context *ctx, const struct envelope *e, struct cursor *c)
{
	const struct frame *f = e->frame;
	const char *type;
	size_t type_len;
	uint32_t n;

	duk_push_object(ctx);
	duk_push_object(ctx);
	text_push(ctx, &i->codec.text, e->from->peer, strlen(e->from->peer));
	duk_put_prop_literal(ctx, -2, "windowId");
	text_push(ctx, &i->codec.text, f->channel, f->channel_len);
	duk_put_prop_literal(ctx, -2, "channel");
	if (f->kind == FRAME_EVENT) {
		if (cursor_array(c, &n) < 0 || n != 2 || cursor_str(c, &type, &type_len) < 0)
			(void)duk_type_error(ctx, "malformed event");
		duk_push_lstring(ctx, type, type_len);
		duk_put_prop_literal(ctx, -2, "type");
	}
	codec_push(&i->codec, ctx, c);
	duk_put_prop_literal(ctx, -2, "payload");
	duk_put_prop_literal(ctx, -2, "event");
	duk_push_number(ctx, (double)f->size);
	duk_put_prop_literal(ctx, -2, "size");
}

static duk_ret_t op_ipc_recv(duk_context *ctx)
{
	struct host_peer *i = heap_self(ctx);
	const struct envelope *e = &i->current;
	struct cursor c;

	release_current(i);
	if (i->budget == 0 || (i->budget < PUMP_EVENTS && clock_now() >= i->until))
		return 0;
	if (!mailbox_take(&i->inbox, &i->current))
		return 0;
	i->budget--;
	note_taken(i, e);
	cursor_init(&c, e->frame->payload, e->frame->payload_len);
	if (e->frame->kind == FRAME_REPLY || e->frame->kind == FRAME_FAILED)
		push_reply(i, ctx, e, &c);
	else
		push_event(i, ctx, e, &c);
	release_current(i);
	return 1;
}

/* Makes the frame of a send whose payload has been encoded; runs no script. */
static int make_frame(struct host_peer *i, duk_context *ctx, struct frame **ret)
{
	bool is_call = !duk_is_undefined(ctx, 3);
	const char *channel, *utf8;
	duk_size_t len;
	size_t utf8_len;
	int r;

	channel = duk_get_lstring(ctx, 1, &len);
	r = text_export(&i->codec.text, channel, len, &utf8, &utf8_len);
	if (r < 0)
		return r;
	return frame_new(is_call ? FRAME_CALL : FRAME_MESSAGE, is_call ? duk_get_uint(ctx, 3) : 0,
		utf8, utf8_len, buf_bytes(&i->codec.out), buf_len(&i->codec.out), ret);
}

static int send_frame(struct host_peer *i, duk_context *ctx, struct router_result *ret)
{
	const char *target;
	struct frame *f;
	duk_size_t len;
	int r;

	r = make_frame(i, ctx, &f);
	if (r < 0)
		return r;
	target = duk_get_lstring(ctx, 0, &len);
	router_send(i->router, i->self, strlen(target) == len ? target : "", f, ret);
	return 0;
}

static duk_ret_t op_ipc_send(duk_context *ctx)
{
	struct host_peer *i = heap_self(ctx);
	struct router_result result;
	int r;

	if (!duk_is_string(ctx, 0) || duk_is_symbol(ctx, 0))
		return duk_type_error(ctx, "a window id is a string");
	if (!duk_is_string(ctx, 1) || duk_is_symbol(ctx, 1))
		return duk_type_error(ctx, "a channel name is a string");
	codec_encode(&i->codec, ctx, 2);
	r = send_frame(i, ctx, &result);
	codec_reset(&i->codec);
	if (r == -EMSGSIZE)
		ipc_error_throw(
			ctx, STATUS_TOO_LARGE, "the payload is over %u MiB", PAYLOAD_MAX >> 20);
	if (r == -ENOMEM)
		ipc_error_throw(ctx, STATUS_CHANNEL_SEND, "out of memory");
	if (r < 0)
		ipc_error_throw(ctx, STATUS_CHANNEL_SEND,
			"a channel name is 1 to %u bytes of text without control characters",
			CHANNEL_MAX);
	if (result.status != STATUS_OK)
		ipc_error_throw(ctx, result.status, "%s", result.reason);
	return 0;
}

void host_peer_bind(struct host_peer *i, duk_context *ctx)
{
	heap_bind(ctx, -1, "op_ipc_send", op_ipc_send, 4, i);
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
	mailbox_init(&i->inbox, HOST_QUEUE_MESSAGES, HOST_QUEUE_BYTES);
	codec_init(&i->codec);
	list_init(&i->peer.link);
	r = identity_new(PEER_HOST, "", &i->self);
	if (r < 0)
		return r;
	return loop_timer_new(loop, "script messages", on_pump, i, &i->pump);
}

int host_peer_open(struct host_peer *i)
{
	return router_add(i->router, &i->peer, PEER_HOST);
}

void host_peer_fini(struct host_peer *i)
{
	if (!i->router)
		return;
	router_remove(i->router, &i->peer);
	if (i->pump)
		loop_timer_free(i->pump);
	end_pump(i);
	mailbox_fini(&i->inbox);
	codec_fini(&i->codec);
	identity_unref(i->self);
	*i = (struct host_peer){ 0 };
}
