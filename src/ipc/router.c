#include "ipc/router.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "wire/cursor.h"
#include "wire/limits.h"

#define LOG_TAG "ipc"
#include "base/log.h"

#define CALL_BUCKETS 256u

struct call {
	struct list bucket; /* router's calls, by number */
	struct list of_callee; /* callee's calls */
	struct list of_caller; /* caller's calls */
	struct identity *caller; /* owned */
	struct peer *callee; /* borrowed: its calls end before it goes */
	uint32_t id; /* the caller's */
	uint32_t number; /* ours */
	bool is_message; /* only its delivery is waited for */
	bool dispatched; /* the callee's code has it */
};

struct router {
	const struct ipc_capability_checker *checker;
	struct list peers;
	size_t n_peers;
	struct budget budget;
	struct list calls[CALL_BUCKETS];
	uint32_t last_number;
	struct router_stats stats;
};

int router_new(const struct ipc_capability_checker *checker, struct router **ret)
{
	struct router *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->checker = checker;
	r->budget.max = IPC_BUDGET;
	list_init(&r->peers);
	for (size_t i = 0; i < CALL_BUCKETS; i++)
		list_init(&r->calls[i]);
	*ret = r;
	return 0;
}

void router_free(struct router *r)
{
	if (!r)
		return;
	assert(list_empty(&r->peers));
	assert(r->stats.calls == 0);
	free(r);
}

struct budget *router_budget(struct router *r)
{
	return &r->budget;
}

int router_add(struct router *r, struct peer *peer)
{
	size_t len = strlen(peer->self->peer);

	if (len == 0 || len > PEER_NAME_MAX)
		return -ENAMETOOLONG;
	if (router_find(r, peer->self->peer))
		return -EEXIST;
	if (r->n_peers == PEERS_MAX)
		return -ENOSPC;
	list_init(&peer->calls);
	list_append(&r->peers, &peer->link);
	r->n_peers++;
	return 0;
}

struct peer *router_find(struct router *r, const char *name)
{
	struct peer *peer;

	list_for_each (peer, &r->peers, link)
		if (strcmp(peer->self->peer, name) == 0)
			return peer;
	return NULL;
}

struct peer *router_next_page(struct router *r, struct peer *after)
{
	struct list *at = after ? after->link.next : r->peers.next;

	for (; at != &r->peers; at = at->next) {
		struct peer *peer = container_of(at, struct peer, link);

		if (peer->receiver)
			return peer;
	}
	return NULL;
}

static void printf_like(3, 4)
	refuse(struct router_result *ret, enum wire_status status, const char *fmt, ...)
{
	va_list ap;

	ret->status = status;
	va_start(ap, fmt);
	vsnprintf(ret->reason, sizeof(ret->reason), fmt, ap);
	va_end(ap);
}

/* ---- who may ---- */

static void explain(
	const struct caps_query *q, const struct caps_verdict *v, struct router_result *ret)
{
	char who[96];
	int len = (int)q->channel_len;

	snprintf(who, sizeof(who), "%s of window \"%s\" (%.48s)",
		q->frame == CAPS_MAIN ? "page" : "frame", q->window,
		q->origin[0] ? q->origin : "no origin");
	if (v->rule)
		refuse(ret, STATUS_PERMISSION_DENIED,
			"channel \"%.*s\", %s: denied by %srule \"%s\"", len > 48 ? 48 : len,
			q->channel, who, v->of_window ? "the window's " : "", v->rule);
	else
		refuse(ret, STATUS_PERMISSION_DENIED,
			"channel \"%.*s\", %s: no rule of %s allows it", len > 48 ? 48 : len,
			q->channel, who,
			v->of_window ? "the window's capabilities" : "capabilities.channels");
}

/* What pages say to the host and hear from it; the rest goes between parts of the runtime. */
static bool is_subject(const struct frame *f)
{
	return f->kind == FRAME_MESSAGE || f->kind == FRAME_CALL;
}

/* Whether the grants of @page, a document of @peer's, cover @f. */
static bool allowed(struct router *r, struct peer *peer, const struct identity *page,
	enum caps_direction direction, const struct frame *f, struct router_result *ret)
{
	const struct caps_query q = {
		.window = page ? page->peer : "",
		.origin = page ? page->origin : "",
		.frame = page ? page->frame : 0,
		.direction = direction,
		.channel = f->channel,
		.channel_len = f->channel_len,
	};
	struct caps_verdict v = { .allowed = false };

	if (!page || page->frame == 0 || !is_subject(f))
		return true;
	if (channel_reserved(f->channel, f->channel_len)) {
		refuse(ret, STATUS_PERMISSION_DENIED,
			"channel \"%.*s\" of window \"%s\": names like __x__ are the runtime's",
			(int)(f->channel_len > 48 ? 48 : f->channel_len), f->channel, page->peer);
	} else {
		r->checker->check_channel(r->checker, &q, &v);
		if (v.allowed)
			return true;
		explain(&q, &v, ret);
	}
	r->stats.denied++;
	if (peer && peer->ops->denied)
		peer->ops->denied(peer, &(struct denial){
						.direction = direction,
						.channel = f->channel,
						.channel_len = f->channel_len,
						.origin = page->origin,
						.rule = v.rule,
					});
	return false;
}

bool router_allows(struct router *r, struct peer *to, const struct frame *f)
{
	struct router_result ignored;

	return allowed(r, to, to->receiver, CAPS_RECEIVE, f, &ignored);
}

/* ---- calls ---- */

static struct call *find_call(struct router *r, uint32_t number)
{
	struct call *call;

	list_for_each (call, &r->calls[number % CALL_BUCKETS], bucket)
		if (call->number == number)
			return call;
	return NULL;
}

static uint32_t next_number(struct router *r)
{
	do
		r->last_number = r->last_number == UINT32_MAX ? 1 : r->last_number + 1;
	while (find_call(r, r->last_number));
	return r->last_number;
}

static struct call *add_call(
	struct router *r, struct identity *caller, struct peer *callee, const struct frame *f)
{
	struct call *call = malloc(sizeof(*call));

	if (!call)
		return NULL;
	*call = (struct call){
		.caller = identity_ref(caller),
		.callee = callee,
		.id = f->id,
		.number = next_number(r),
		.is_message = f->kind == FRAME_MESSAGE,
	};
	list_append(&r->calls[call->number % CALL_BUCKETS], &call->bucket);
	list_append(&callee->calls, &call->of_callee);
	list_append(&caller->calls, &call->of_caller);
	caller->n_calls++;
	r->stats.calls++;
	return call;
}

static void end_call(struct router *r, struct call *call)
{
	list_remove(&call->bucket);
	list_remove(&call->of_callee);
	list_remove(&call->of_caller);
	call->caller->n_calls--;
	r->stats.calls--;
	identity_unref(call->caller);
	free(call);
}

/* The way back of an answer, under the caller's id. Consumes @f. */
static void bring_back(struct router *r, struct identity *caller, struct identity *from,
	uint32_t id, struct frame *f)
{
	struct peer *peer = router_find(r, caller->peer);
	auto_frame struct frame *answer = f;
	enum wire_status status = STATUS_CHANNEL_SEND;
	struct frame *copy = NULL;

	if (!peer || !peer->ops->answer)
		return;
	if (answer->id == id)
		copy = take_ptr(answer);
	if (copy || frame_copy(answer, id, answer->flags, &copy) == 0)
		status = peer->ops->answer(peer, caller, from, copy);
	if (status != STATUS_OK &&
		frame_new_failed(id, status, "there is no room for the answer", true, &copy) == 0)
		status = peer->ops->answer(peer, caller, from, copy);
	if (status != STATUS_OK)
		log_burst_at(LOG_LEVEL_ERROR, "an answer to \"%s\" was lost: %s", caller->peer,
			status == STATUS_QUEUE_FULL ? "it takes none" : "out of memory");
}

/* Ends @call with what @f says, and consumes that. */
static void finish(struct router *r, struct call *call, struct identity *from, struct frame *f)
{
	struct identity *caller = identity_ref(call->caller);
	uint32_t id = call->id;

	end_call(r, call);
	bring_back(r, caller, from, id, f);
	identity_unref(caller);
}

bool router_answer(struct router *r, struct identity *from, struct frame *f)
{
	struct call *call = find_call(r, f->id);

	/*
	 * A frame inside the page has the page's name, and was not asked. And that a
	 * message has arrived is for the runtime's part in the callee to say.
	 */
	if (!call || call->is_message || strcmp(call->callee->self->peer, from->peer) != 0 ||
		from->frame == CAPS_SUB) {
		frame_unref(f);
		return false;
	}
	finish(r, call, from, f);
	return true;
}

static int make_answer(uint32_t id, enum wire_status status, const char *reason, bool uncertain,
	struct frame **ret)
{
	if (status == STATUS_OK)
		return frame_new(FRAME_REPLY, id, "", 0, NULL, 0, ret);
	return frame_new_failed(id, status, reason, uncertain, ret);
}

static void settle(struct router *r, struct call *call, enum wire_status status, const char *reason,
	bool uncertain)
{
	struct frame *f;

	if (make_answer(call->id, status, reason, uncertain, &f) == 0) {
		finish(r, call, call->callee->self, f);
		return;
	}
	log_burst_at(
		LOG_LEVEL_ERROR, "an answer to \"%s\" was lost: out of memory", call->caller->peer);
	end_call(r, call);
}

void router_settle(struct router *r, struct peer *callee, uint32_t number, enum wire_status status,
	const char *reason, bool uncertain)
{
	struct call *call = find_call(r, number);

	if (call && call->callee == callee)
		settle(r, call, status, reason, uncertain);
}

/* Nobody waits for @call any more; who is at work on it is told. */
static void withdraw(struct router *r, struct call *call)
{
	struct peer *callee = call->callee;
	struct identity *caller = identity_ref(call->caller);
	uint32_t number = call->number;
	bool at_work = call->dispatched && !call->is_message;
	struct frame *f;

	end_call(r, call);
	if (at_work && frame_new(FRAME_CANCEL, number, "", 0, NULL, 0, &f) == 0)
		callee->ops->deliver(callee, caller, f);
	identity_unref(caller);
}

static struct call *find_call_of(const struct identity *caller, uint32_t id)
{
	struct call *call;

	list_for_each (call, &caller->calls, of_caller)
		if (call->id == id)
			return call;
	return NULL;
}

/* From the start each time: a callee that is told may end other calls of the same caller. */
void router_cancel(struct router *r, const struct identity *caller, uint32_t id)
{
	struct call *call;

	while ((call = find_call_of(caller, id)))
		withdraw(r, call);
}

bool router_dispatch(struct router *r, struct peer *callee, uint32_t number)
{
	struct call *call = find_call(r, number);

	if (!call || call->callee != callee)
		return false;
	call->dispatched = true;
	return true;
}

void router_undispatch(struct router *r, struct peer *callee, uint32_t number)
{
	struct call *call = find_call(r, number);

	if (call && call->callee == callee)
		call->dispatched = false;
}

void router_callee_lost(struct router *r, struct peer *callee)
{
	struct call *call, *next;

	list_for_each_safe (call, next, &callee->calls, of_callee)
		if (call->dispatched)
			settle(r, call, STATUS_CANCELLED,
				"who was called has gone, and may have acted on it or not", true);
}

void router_caller_lost(struct router *r, struct identity *caller)
{
	struct call *call;

	while ((call = list_first(&caller->calls, struct call, of_caller)))
		withdraw(r, call);
}

void router_remove(struct router *r, struct peer *peer)
{
	struct call *call, *next;

	if (!peer->self || router_find(r, peer->self->peer) != peer)
		return;
	list_remove(&peer->link);
	r->n_peers--;
	list_for_each_safe (call, next, &peer->calls, of_callee)
		settle(r, call, STATUS_CANCELLED, "who was called has gone", call->dispatched);
}

/* ---- the way ---- */

/* By peers, channel and size; never what is in it. Of an event, its type. */
static void log_delivered(const struct identity *from, const char *to, const struct frame *f)
{
	const char *type;
	struct cursor c;
	uint32_t n;
	size_t len;

	if (!log_enabled(LOG_LEVEL_DEBUG, LOG_TAG))
		return;
	cursor_init(&c, f->payload, f->payload_len);
	if (f->kind == FRAME_EVENT && cursor_array(&c, &n) == 0 && cursor_str(&c, &type, &len) == 0)
		log_debug("%s: event %.*s", from->peer, (int)len, type);
	else
		log_debug("%s -> %s  %.*s  %zu B", from->peer, to, (int)f->channel_len, f->channel,
			f->size);
}

/* A full queue is how a sender is held back; all else is somebody's mistake. */
static void log_refused(const struct identity *from, const char *to, const struct frame *f,
	const struct router_result *result)
{
	static struct log_site full, wrong;
	bool is_full = result->status == STATUS_QUEUE_FULL;

	log_burst(is_full ? &full : &wrong, is_full ? LOG_LEVEL_INFO : LOG_LEVEL_WARN, LOG_TAG,
		"%s -> %s  %.*s  refused, %s: %s", from->peer, to, (int)f->channel_len, f->channel,
		wire_status_name((int)result->status), result->reason);
}

/* The frame that the callee gets, under a number of ours, and the call to it. */
static enum wire_status open_call(struct router *r, struct identity *from, struct peer *target,
	const struct frame *f, struct call **ret_call, struct frame **ret)
{
	struct call *call;

	call = add_call(r, from, target, f);
	if (!call)
		return STATUS_CHANNEL_SEND;
	if (frame_copy(f, call->number, f->flags, ret) < 0) {
		end_call(r, call);
		return STATUS_CHANNEL_SEND;
	}
	*ret_call = call;
	return STATUS_OK;
}

static bool waits_for_answer(const struct peer *target, const struct frame *f)
{
	return f->kind == FRAME_CALL ||
	       (f->kind == FRAME_MESSAGE && f->id != 0 && target->ops->acknowledges);
}

static enum wire_status hand_over(
	struct router *r, struct identity *from, struct peer *target, struct frame *f)
{
	struct call *call = NULL;
	enum wire_status status;
	struct frame *numbered;
	uint32_t number = 0;

	if (!waits_for_answer(target, f))
		return target->ops->deliver(target, from, f);
	status = open_call(r, from, target, f, &call, &numbered);
	frame_unref(f);
	if (status != STATUS_OK)
		return status;
	number = call->number;
	status = target->ops->deliver(target, from, numbered);
	/* It may have been answered already, and be gone. */
	call = status == STATUS_OK ? NULL : find_call(r, number);
	if (call)
		end_call(r, call);
	return status;
}

/* Of a message whose sender asked: for a peer that does not acknowledge, acceptance is it. */
static void confirm(struct router *r, struct identity *from, struct peer *target, uint32_t id)
{
	struct frame *f;

	if (frame_new(FRAME_REPLY, id, "", 0, NULL, 0, &f) == 0)
		bring_back(r, from, target->self, id, f);
	else
		log_burst_at(
			LOG_LEVEL_ERROR, "an answer to \"%s\" was lost: out of memory", from->peer);
}

void router_send(struct router *r, struct identity *from, const char *to, struct frame *f,
	struct router_result *ret)
{
	struct peer *target = router_find(r, to);
	struct peer *source = from->frame ? router_find(r, from->peer) : NULL;
	auto_frame struct frame *kept = frame_ref(f); /* for what is to be said after delivery */

	ret->status = STATUS_OK;
	ret->reason[0] = '\0';
	if (!target || target->self == from) {
		refuse(ret, STATUS_WINDOW_NOT_FOUND, "there is no window \"%.64s\"", to);
		r->stats.refused++;
	} else if (!allowed(r, source, from, CAPS_SEND, f, ret) ||
		   !allowed(r, target, target->receiver, CAPS_RECEIVE, f, ret)) {
		/* It has been counted and told. */
	} else if (waits_for_answer(target, f) && from->n_calls >= CALLS_MAX) {
		refuse(ret, STATUS_QUEUE_FULL, "\"%s\" waits for %u answers already", from->peer,
			from->n_calls);
		r->stats.refused++;
	} else {
		ret->status = hand_over(r, from, target, take_ptr(f));
		if (ret->status == STATUS_OK) {
			r->stats.delivered++;
		} else {
			refuse(ret, ret->status, "\"%s\" did not take a message on \"%.*s\": %s",
				to, (int)kept->channel_len, kept->channel,
				ret->status == STATUS_QUEUE_FULL
					? "its queue is full"
					: wire_status_name((int)ret->status));
			r->stats.refused++;
		}
	}
	frame_unref(f);

	if (ret->status != STATUS_OK) {
		log_refused(from, to, kept, ret);
		return;
	}
	log_delivered(from, to, kept);
	if (kept->kind == FRAME_MESSAGE && kept->id != 0 && !target->ops->acknowledges)
		confirm(r, from, target, kept->id);
}

void router_consumed(struct router *r, const struct identity *from, unsigned messages, size_t bytes)
{
	struct peer *peer = router_find(r, from->peer);

	if (peer && peer->ops->consumed)
		peer->ops->consumed(peer, from, messages, bytes);
}

void router_note_unheard(struct router *r)
{
	r->stats.unheard++;
}

void router_note_dropped(struct router *r)
{
	r->stats.dropped++;
}

void router_get_stats(const struct router *r, struct router_stats *ret)
{
	*ret = r->stats;
}
