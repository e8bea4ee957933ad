/*
 * The router sees peers and knows no kinds of them: a page, the host script and a
 * native service differ only in the grants that they come with. So there is one
 * place that decides, and one set of errors.
 *
 * A message travels by router_send() and in no other way. A call, and a message
 * that has an id, waits for an answer, and the router keeps what it takes to bring
 * it back: towards the callee the frame gets a number of the router's own, so that
 * no caller can meet another's calls, and only whom the call went to can answer.
 * Every call ends once: by an answer, by its caller's cancel, or by the end of
 * either side, which the other is told.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "ipc/checker.h"
#include "ipc/identity.h"
#include "ipc/mailbox.h"
#include "wire/frame.h"
#include "wire/limits.h"
#include "wire/status.h"

/* The peer that pages talk to. */
#define PEER_HOST "host"
/* The channel of events that the runtime itself makes. */
#define CHANNEL_WINDOW "__window__"

struct peer;
struct router;

struct denial {
	enum caps_direction direction;
	const char *channel; /* not terminated */
	size_t channel_len;
	const char *origin; /* of the document */
	const char *rule; /* that decided, null when none has the channel */
};

struct peer_ops {
	/*
	 * A message, call, event or cancel of @from arrives at @to. Consumes @f in
	 * every case; anything but STATUS_OK means that the peer has not taken it. A
	 * peer that runs code of others only queues here, and runs it later.
	 */
	enum wire_status (*deliver)(struct peer *to, struct identity *from, struct frame *f);
	/*
	 * The answer of @from, REPLY or FAILED, to what @to sent as @caller. Consumes @f.
	 * Anything but STATUS_OK: there is no room for it, and a shorter one comes, which
	 * must find some. May be null for a peer that never asks.
	 */
	enum wire_status (*answer)(struct peer *to, const struct identity *caller,
		struct identity *from, struct frame *f);
	/*
	 * @messages and @bytes that @peer had sent as @sender have left their queue.
	 * May be null for a peer without credit.
	 */
	void (*consumed)(
		struct peer *peer, const struct identity *sender, unsigned messages, size_t bytes);
	/* Something of or for the page that @peer stands for was denied. May be null. */
	void (*denied)(struct peer *peer, const struct denial *d);
	/* A message with an id is answered by the peer itself, and not when it was accepted. */
	bool acknowledges;
};

/* Embedded in what it stands for. */
struct peer {
	const struct peer_ops *ops;
	/* Borrowed: its name, and the sender of what the runtime says in its place. */
	struct identity *self;
	/* Borrowed: the document that what is sent here is meant for; null for what is no page. */
	const struct identity *receiver;
	struct list link; /* router's peers */
	struct list calls; /* the router's: calls to it that are under way */
};

/* @checker decides for pages and is borrowed. */
must_check int router_new(const struct ipc_capability_checker *checker, struct router **ret);
/* Every peer must have been removed. No-op on null. */
void router_free(struct router *r);

/* For every mailbox on a message's way. */
struct budget *router_budget(struct router *r);

/*
 * Adds it under the name in its self, which later identities there must have
 * too. -EEXIST, -ENAMETOOLONG, -ENOSPC beyond PEERS_MAX.
 */
must_check int router_add(struct router *r, struct peer *peer);
/* Calls to it fail as cancelled. No-op when it was never added. */
void router_remove(struct router *r, struct peer *peer);
/* Null when there is none. */
struct peer *router_find(struct router *r, const char *name);
/* The peers that are pages, in the order of router_add(): from null on to null. */
struct peer *router_next_page(struct router *r, struct peer *after);

struct router_result {
	enum wire_status status;
	/* For people, as in "there is no window \"x\""; empty on STATUS_OK. */
	char reason[192];
};

/*
 * Sends @f, stamped as coming from @from, to the peer named @to: looks the peer
 * up, asks the capability rules of the page at either end, delivers. Consumes
 * @f in every case. @ret says what became of it and may not be null; when it is
 * not STATUS_OK no answer will come.
 */
void router_send(struct router *r, struct identity *from, const char *to, struct frame *f,
	struct router_result *ret);
/* Whether a frame that was accepted for another document may be delivered to @to's now. */
bool router_allows(struct router *r, struct peer *to, const struct frame *f);

/*
 * @f, a REPLY or FAILED, is the answer of @from to the call whose number it has.
 * Consumes @f. False when there is no such call, or none that @from may answer.
 */
bool router_answer(struct router *r, struct identity *from, struct frame *f);
/* The same for the runtime's part in a peer: STATUS_OK is a REPLY without a result. */
void router_settle(struct router *r, struct peer *callee, uint32_t number, enum wire_status status,
	const char *reason, bool uncertain);
/* @caller does not wait any more for what it sent under @id. */
void router_cancel(struct router *r, const struct identity *caller, uint32_t id);
/* @callee hands a call over to its code now. False: it was cancelled, drop it. */
bool router_dispatch(struct router *r, struct peer *callee, uint32_t number);
/* The code behind it never saw it, and may get it another time. */
void router_undispatch(struct router *r, struct peer *callee, uint32_t number);
/* The code behind @callee is gone: calls that it was handed fail, whether they had run or not. */
void router_callee_lost(struct router *r, struct peer *callee);
/* The document or script run is gone: nobody waits for its answers. */
void router_caller_lost(struct router *r, struct identity *caller);

/* A receiver says that it has taken a message of @from out of its queue. */
void router_consumed(
	struct router *r, const struct identity *from, unsigned messages, size_t bytes);

/* What a peer knows of messages that it had accepted. */
void router_note_unheard(struct router *r); /* they came where nobody listens */
void router_note_dropped(struct router *r); /* they will reach nobody */

struct router_stats {
	uint64_t delivered, denied, refused, unheard, dropped; /* messages since the start */
	unsigned calls; /* under way */
};

void router_get_stats(const struct router *r, struct router_stats *ret);
