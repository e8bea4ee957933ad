#include "view/page_peer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ipc/caps.h"
#include "ipc/mailbox.h"
#include "ipc/origin.h"
#include "loop/loop.h"
#include "view/page_document.h"
#include "view/page_log.h"
#include "wire/limits.h"
#include "wire/pack.h"

#define LOG_TAG "ipc"
#include "base/log.h"

struct page_peer {
	struct peer peer;
	struct page_peer_options opts;
	struct identity *self; /* owned: the window itself, sender of its events */
	struct identity *document; /* owned: the committed one, or the one expected or lost */
	struct page_document *main; /* owned: null while the document has no socket */
	struct page_document *left; /* owned: the one before, until the next has connected */
	struct list frames; /* page_documents of sub-frames, owned */
	unsigned n_frames;
	bool live; /* document is the committed one */
	bool may_connect; /* and has not had its socket */
	struct mailbox waiting; /* for the document's listeners, in order */
	size_t carried; /* the first of waiting: accepted while another document was there */
	bool was_full; /* somebody was refused since there was room */
	struct page_events events;
	struct page_log log;
};

static struct page_peer *page_peer_of(struct peer *peer)
{
	return container_of(peer, struct page_peer, peer);
}

static bool is_answer(const struct frame *f)
{
	return f->kind == FRAME_REPLY || f->kind == FRAME_FAILED;
}

void page_peer_event(struct page_peer *p, enum page_event type, const void *payload)
{
	page_events_tell(&p->events, type, payload, 1);
}

/* ---- what becomes of messages that nobody will get ---- */

/* Consumes @e; answers die with who asked. */
static void settle_lost(struct page_peer *p, struct envelope *e, const char *reason, bool uncertain)
{
	const struct frame *f = e->frame;

	if (!is_answer(f) && f->id != 0) {
		router_settle(p->opts.router, &p->peer, f->id, STATUS_CANCELLED, reason, uncertain);
	} else if (f->kind == FRAME_MESSAGE) {
		router_note_dropped(p->opts.router);
		page_peer_event(
			p, PAGE_EVENT_dropped, &(struct reason_payload){ .reason = reason });
	}
	envelope_fini(e);
}

static void settle_all(struct page_peer *p, struct mailbox *m, const char *reason, bool uncertain)
{
	struct envelope e;

	while (mailbox_take(m, &e))
		settle_lost(p, &e, reason, uncertain);
}

/* ---- to the page ---- */

/* Listeners are waited for, who asked is not. */
static struct mailbox *next_to_send(struct page_peer *p, struct page_document *d)
{
	if (d->answers.messages > 0)
		return &d->answers;
	return d == p->main && d->ready && p->waiting.messages > 0 ? &p->waiting : NULL;
}

/* Takes the first of what waits out of it. */
static struct envelope take_waiting(struct page_peer *p)
{
	struct envelope e;

	mailbox_take(&p->waiting, &e);
	p->carried -= p->carried > 0;
	return e;
}

/* Whether the first of what waits may still go to this document, and is still wanted. */
static bool still_goes(struct page_peer *p)
{
	const struct frame *f = mailbox_peek(&p->waiting)->frame;
	struct envelope e;

	if (is_answer(f))
		return true;
	if (p->carried > 0 && !router_allows(p->opts.router, &p->peer, f)) {
		e = take_waiting(p);
		settle_lost(p, &e, "the new page may not receive this channel", false);
		return false;
	}
	/* A message that was accepted goes also when nobody waits for its answer any more. */
	if (f->id == 0 || router_dispatch(p->opts.router, &p->peer, f->id) ||
		f->kind == FRAME_MESSAGE)
		return true;
	e = take_waiting(p);
	envelope_fini(&e);
	return false;
}

static void tell_room(struct page_peer *p)
{
	if (!p->was_full || p->waiting.messages > WINDOW_QUEUE_MESSAGES / 2 ||
		p->waiting.bytes > WINDOW_QUEUE_BYTES / 2)
		return;
	p->was_full = false;
	page_peer_event(p, PAGE_EVENT_drain, &(struct count_payload){ 0 });
}

static void flush(struct page_peer *p, struct page_document *d)
{
	struct mailbox *from;

	while (d && (from = next_to_send(p, d)) &&
		page_document_has_room(d, mailbox_peek(from)->frame->size)) {
		if (from == &p->waiting && !still_goes(p))
			continue;
		if (page_document_send(d, from) < 0) {
			log_burst_at(LOG_LEVEL_ERROR,
				"window \"%s\": out of memory; its messages wait", p->self->peer);
			break;
		}
		if (from == &p->waiting)
			p->carried -= p->carried > 0;
	}
	tell_room(p);
}

static enum wire_status deliver(struct peer *peer, struct identity *from, struct frame *f)
{
	struct page_peer *p = page_peer_of(peer);
	int r;

	if (f->kind == FRAME_CANCEL) {
		/* Only what the document has been handed is cancelled. */
		if (p->main) {
			p->main->cancelled++;
			page_document_control(p->main, f);
		} else {
			frame_unref(f);
		}
		return STATUS_OK;
	}
	r = mailbox_put(&p->waiting, from, f, ROOM_BOUNDED);
	if (r == -ENOBUFS) {
		/*
		 * When it was the common budget there is room here, and whoever asks
		 * may try again.
		 */
		p->was_full = true;
		tell_room(p);
		return STATUS_QUEUE_FULL;
	}
	if (r < 0)
		return STATUS_CHANNEL_SEND;
	flush(p, p->main);
	return STATUS_OK;
}

static struct page_document *find_document(struct page_peer *p, const struct identity *who)
{
	struct page_document *d;

	if (p->main && p->main->self == who)
		return p->main;
	list_for_each (d, &p->frames, link)
		if (d->self == who)
			return d;
	return NULL;
}

/*
 * A small answer has a place of its own, a large one takes part in the bounds of
 * bytes. A document that acknowledges what it gets never has ANSWERS_MAX of them
 * waiting; one that does not loses the rest.
 */
static enum wire_status answer(
	struct peer *peer, const struct identity *caller, struct identity *from, struct frame *f)
{
	struct page_peer *p = page_peer_of(peer);
	struct page_document *d = find_document(p, caller);
	struct mailbox *box;
	int r;

	if (!d) {
		frame_unref(f);
		return STATUS_OK;
	}
	box = d == p->main && d->ready ? &p->waiting : &d->answers;
	if (box->messages >= WINDOW_QUEUE_MESSAGES + ANSWERS_MAX) {
		frame_unref(f);
		return STATUS_QUEUE_FULL;
	}
	r = mailbox_put(box, from, f, f->size <= ANSWER_RESERVED ? ROOM_RESERVED : ROOM_BOUNDED);
	if (r < 0)
		return r == -ENOBUFS ? STATUS_QUEUE_FULL : STATUS_CHANNEL_SEND;
	flush(p, d);
	return STATUS_OK;
}

static void consumed(
	struct peer *peer, const struct identity *sender, unsigned messages, size_t bytes)
{
	struct page_peer *p = page_peer_of(peer);
	struct page_document *d = find_document(p, sender);

	/* What an older document sent is nobody's credit now. */
	if (sender == p->self)
		page_events_taken(&p->events, messages);
	else if (d)
		page_document_give_back(d, messages, bytes);
}

static void denied(struct peer *peer, const struct denial *denial)
{
	char channel[CHANNEL_MAX + 1];
	const struct denied_payload payload = {
		.direction = denial->direction == CAPS_SEND ? DIRECTION_SEND : DIRECTION_RECEIVE,
		.channel = channel,
		.origin = denial->origin,
		.rule = denial->rule,
	};

	memcpy(channel, denial->channel, denial->channel_len);
	channel[denial->channel_len] = '\0';
	page_peer_event(page_peer_of(peer), PAGE_EVENT_denied, &payload);
}

static const struct peer_ops peer_ops = {
	.deliver = deliver,
	.answer = answer,
	.consumed = consumed,
	.denied = denied,
	.acknowledges = true,
};

/* ---- documents come and go ---- */

/* What it was sent and cannot have seen goes first in the line for the next one. */
static void requeue(struct page_peer *p, struct mailbox *unseen)
{
	struct mailbox again;
	struct envelope e;

	mailbox_init(&again, router_budget(p->opts.router), 0, 0);
	while (unseen->messages > 0) {
		const struct frame *f = mailbox_peek(unseen)->frame;

		if (is_answer(f)) {
			mailbox_take(unseen, &e);
			envelope_fini(&e);
			continue;
		}
		if (f->id != 0)
			router_undispatch(p->opts.router, &p->peer, f->id);
		mailbox_move(unseen, &again);
		p->carried++;
	}
	mailbox_move_before(&again, &p->waiting);
}

/* The first of @seen may have been dispatched. True when it stays there, to be sent again. */
static bool may_go_again(struct page_peer *p, struct mailbox *seen, struct mailbox *again)
{
	const struct envelope *first = mailbox_peek(seen);
	struct frame *f;

	return first->frame->flags & FRAME_RETRY &&
	       frame_copy(first->frame, first->frame->id, FRAME_RETRY | FRAME_AGAIN, &f) == 0 &&
	       mailbox_put(again, first->from, f, ROOM_RESERVED) == 0;
}

/*
 * Says what becomes of what the document that has left was sent. Not before it
 * must be said: until the next one connects, an ACK may still be on its way.
 */
static void settle_left(struct page_peer *p, bool crashed, bool same_origin)
{
	struct page_document *d = take_ptr(p->left);
	struct mailbox again;
	struct envelope e;

	if (!d)
		return;
	if (!crashed && page_document_left_in_order(d))
		d->unsent = (unsigned)d->in_flight.messages;
	mailbox_init(&again, router_budget(p->opts.router), 0, 0);
	while (d->in_flight.messages > d->unsent) {
		bool kept = same_origin && may_go_again(p, &d->in_flight, &again);

		mailbox_take(&d->in_flight, &e);
		if (kept)
			envelope_fini(&e);
		else
			settle_lost(p, &e, "the page went while it had this message", true);
	}
	if (same_origin) {
		mailbox_move_before(&again, &d->in_flight);
		requeue(p, &d->in_flight);
	} else {
		settle_all(p, &d->in_flight, "the page went before it had this message", false);
	}
	router_callee_lost(p->opts.router, &p->peer);
	page_document_free(d);
}

static void frame_gone(struct page_peer *p, struct page_document *d)
{
	router_caller_lost(p->opts.router, d->self);
	page_document_free(d);
	p->n_frames--;
}

/* What the document wrote before it went still counts as its own. */
static void leave(struct page_peer *p)
{
	struct page_document *d, *next;
	struct mailbox kept;

	list_for_each_safe (d, next, &p->frames, link) {
		page_document_leave(d);
		frame_gone(p, d);
	}
	if (!p->main)
		return;
	settle_left(p, false, true);
	p->left = take_ptr(p->main);
	page_document_leave(p->left);
	router_caller_lost(p->opts.router, p->left->self);
	/* Answers die with who asked; what else waits was accepted for this one, and goes to the
	 * next. */
	mailbox_init(&kept, router_budget(p->opts.router), 0, 0);
	mailbox_move_before(&p->waiting, &kept);
	p->carried = 0;
	requeue(p, &kept);
}

void page_peer_commit(struct page_peer *p, const char *origin)
{
	struct identity *next = NULL;

	leave(p);
	p->live = p->may_connect = false;
	if (!origin)
		return;
	if (!origin_equal(p->document->origin, origin)) {
		settle_left(p, false, false);
		settle_all(p, &p->waiting, "the window went to a page of another origin", false);
		p->carried = 0;
		tell_room(p);
	}
	if (identity_new(p->self->peer, origin, CAPS_MAIN, &next) < 0) {
		log_error("window \"%s\": out of memory, the page gets no channel", p->self->peer);
		return;
	}
	identity_unref(p->document);
	p->document = next;
	p->peer.receiver = next;
	p->live = p->may_connect = true;
}

void page_peer_lost(struct page_peer *p)
{
	leave(p);
	settle_left(p, true, true);
	p->live = p->may_connect = false;
}

/* ---- from the page ---- */

/* Tells the document what became of a message that it sent. */
static void refuse(struct page_peer *p, struct page_document *d, const struct frame *f,
	const struct router_result *result)
{
	struct buf reason = BUF_INIT(sizeof(result->reason) + 8);
	struct frame *notice;
	struct pack pack;
	int r;

	if (f->id != 0) {
		r = frame_new_failed(f->id, result->status, result->reason, false, &notice);
		if (r == 0 && answer(&p->peer, d->self, p->self, notice) != STATUS_OK)
			r = -ENOBUFS;
	} else {
		pack_init(&pack, &reason);
		pack_cstr(&pack, result->reason);
		r = pack.error ? pack.error
			       : frame_new(FRAME_REFUSED, (uint32_t)result->status, f->channel,
					 f->channel_len, buf_bytes(&reason), buf_len(&reason),
					 &notice);
		if (r == 0)
			page_document_control(d, notice);
	}
	buf_fini(&reason);
	if (r < 0)
		log_burst_at(LOG_LEVEL_WARN, "window \"%s\": a notice to the page was lost: %s",
			d->self->peer, strerror(-r));
}

static void on_message(struct page_peer *p, struct page_document *d, struct frame *f)
{
	struct router_result result;

	router_send(p->opts.router, d->self, PEER_HOST, frame_ref(f), &result);
	if (result.status == STATUS_OK)
		return;
	refuse(p, d, f, &result);
	page_document_give_back(d, 1, frame_cost(f));
}

/* To a call that has been cancelled meanwhile, an answer is late; to no call, it is a lie. */
static void on_answer(struct page_peer *p, struct page_document *d, struct frame *f)
{
	if (router_answer(p->opts.router, d->self, frame_ref(f)))
		return;
	if (d->cancelled > 0)
		d->cancelled--;
	else
		page_document_end(d, "it answered a call that it was not sent");
}

/* The answer may have crossed it; but more of them than were asked for only keep us busy. */
static void on_cancel(struct page_peer *p, struct page_document *d, const struct frame *f)
{
	if (d->asked == 0) {
		page_document_end(d, "it cancelled what it had not asked for");
		return;
	}
	d->asked--;
	router_cancel(p->opts.router, d->self, f->id);
}

static void on_frame(struct page_document *d, struct frame *f, void *arg)
{
	struct page_peer *p = arg;

	switch (f->kind) {
	case FRAME_MESSAGE:
	case FRAME_CALL:
		d->asked += f->id != 0;
		on_message(p, d, f);
		break;
	case FRAME_CANCEL:
		on_cancel(p, d, f);
		break;
	default:
		on_answer(p, d, f);
	}
}

static void on_done(struct page_document *d, struct envelope *e, bool heard, void *arg)
{
	struct page_peer *p = arg;
	const struct frame *f = e->frame;

	if (f->kind == FRAME_MESSAGE && !heard) {
		router_note_unheard(p->opts.router);
		log_burst_at(LOG_LEVEL_DEBUG, "window \"%s\": nobody listens to \"%.*s\"",
			p->self->peer, (int)f->channel_len, f->channel);
	}
	if (f->kind == FRAME_MESSAGE && f->id != 0)
		router_settle(p->opts.router, &p->peer, f->id,
			heard ? STATUS_OK : STATUS_NO_HANDLER,
			"the page has no listener for this channel", false);
	envelope_fini(e);
}

static void on_room(struct page_document *d, void *arg)
{
	flush(arg, d);
}

/* A main document that closed its socket is about to be replaced, or has broken a rule. */
static void on_ended(struct page_document *d, void *arg)
{
	struct page_peer *p = arg;

	if (d != p->main) {
		frame_gone(p, d);
		return;
	}
	leave(p);
	if (d->broken)
		settle_left(p, true, true);
}

static void on_log(struct page_document *d, struct page_line *line, void *arg)
{
	struct page_peer *p = arg;

	page_log_line(&p->log, line);
}

static const struct page_document_ops document_ops = {
	.frame = on_frame,
	.log = on_log,
	.ready = on_room,
	.done = on_done,
	.room = on_room,
	.ended = on_ended,
};

/* ---- life ---- */

/* Whether documents of @origin have anything to say or hear in this window. */
static bool has_grants(const struct page_peer *p, const char *origin, enum caps_frame frame)
{
	return (frame == CAPS_MAIN && origin_equal(origin, p->opts.app_origin)) ||
	       caps_covers(p->opts.caps, p->self->peer, origin, frame);
}

int page_peer_connect(struct page_peer *p)
{
	struct page_document *d;
	int page_end, r;

	if (!has_grants(p, p->document->origin, CAPS_MAIN))
		return -EACCES;
	if (!p->may_connect) {
		log_burst_at(LOG_LEVEL_WARN,
			"window \"%s\": a second socket for the same document was refused",
			p->self->peer);
		return -EEXIST;
	}
	r = page_document_new(p->opts.loop, router_budget(p->opts.router),
		identity_ref(p->document), &document_ops, p, &page_end, &d);
	if (r < 0)
		return r;
	p->may_connect = false;
	settle_left(p, false, true);
	p->main = d;
	return page_end;
}

int page_peer_connect_frame(struct page_peer *p, const char *origin)
{
	const char *around = p->document->origin;
	struct page_document *d;
	struct identity *id;
	int page_end, r;

	if (!p->live ||
		!(origin_equal(around, p->opts.app_origin) || origin_equal(around, origin)) ||
		!has_grants(p, origin, CAPS_SUB))
		return -EACCES;
	if (p->n_frames == SUBFRAMES_MAX)
		return -ENOSPC;
	r = identity_new(p->self->peer, origin, CAPS_SUB, &id);
	if (r < 0)
		return r;
	r = page_document_new(
		p->opts.loop, router_budget(p->opts.router), id, &document_ops, p, &page_end, &d);
	if (r < 0)
		return r;
	list_append(&p->frames, &d->link);
	p->n_frames++;
	return page_end;
}

static int start(struct page_peer *p, const char *window, const char *origin)
{
	int r = identity_new(window, "", 0, &p->self);

	if (r == 0)
		r = identity_new(window, origin, CAPS_MAIN, &p->document);
	if (r == 0)
		r = page_log_init(
			&p->log, p->opts.loop, p->self->peer, p->opts.app_origin, p->opts.maps);
	if (r < 0)
		return r;
	page_events_init(&p->events, p->opts.router, p->self);
	p->peer.self = p->self;
	p->peer.receiver = p->document;
	return router_add(p->opts.router, &p->peer);
}

int page_peer_new(const struct page_peer_options *opts, const char *window, const char *origin,
	struct page_peer **ret)
{
	struct page_peer *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return -ENOMEM;
	p->peer.ops = &peer_ops;
	p->opts = *opts;
	list_init(&p->frames);
	mailbox_init(&p->waiting, router_budget(opts->router), WINDOW_QUEUE_MESSAGES,
		WINDOW_QUEUE_BYTES);
	r = start(p, window, origin);
	if (r < 0) {
		page_peer_free(p);
		return r;
	}
	*ret = p;
	return 0;
}

void page_peer_close(struct page_peer *p)
{
	leave(p);
	settle_left(p, false, false);
	settle_all(p, &p->waiting, "the window was closed", false);
	page_events_close(&p->events);
}

void page_peer_free(struct page_peer *p)
{
	if (!p)
		return;
	leave(p);
	page_document_free(p->left);
	router_remove(p->opts.router, &p->peer);
	mailbox_fini(&p->waiting);
	page_events_fini(&p->events);
	page_log_fini(&p->log);
	identity_unref(p->document);
	identity_unref(p->self);
	free(p);
}

const char *page_peer_name(const struct page_peer *p)
{
	return p->self->peer;
}
