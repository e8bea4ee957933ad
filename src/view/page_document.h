/*
 * One document's socket in the runtime: the identity that its frames get, its
 * credit, and what was sent to it and not acknowledged yet. What the frames mean
 * is its owner's business.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "ipc/mailbox.h"

struct link;
struct loop;
struct page_document;
struct page_line;

struct page_document_ops {
	/* A frame within the document's credit; borrowed for the call. Not READY, ACK or LOG. */
	void (*frame)(struct page_document *d, struct frame *f, void *arg);
	/* A line for the log, of which level and lengths are checked. */
	void (*log)(struct page_document *d, struct page_line *line, void *arg);
	/* It has its first listener. */
	void (*ready)(struct page_document *d, void *arg);
	/* The first of in_flight is done: whether a listener ran for it. Owned by the callee. */
	void (*done)(struct page_document *d, struct envelope *e, bool heard, void *arg);
	/* There may be room to send again. */
	void (*room)(struct page_document *d, void *arg);
	/*
	 * The socket of a live document is closed, by the page or for what it did
	 * (logged); nothing comes any more.
	 */
	void (*ended)(struct page_document *d, void *arg);
};

struct page_document {
	struct list link; /* its owner's, for sub-frames */
	struct identity *self; /* owned */
	struct link *socket; /* owned; null once it has ended */
	const struct page_document_ops *ops;
	void *arg;
	bool ready; /* has a listener */
	enum {
		DOCUMENT_LIVE,
		DOCUMENT_GOING, /* what it wrote is read, and is the last */
		DOCUMENT_LEFT, /* only its ACKs count */
	} state;
	bool broken; /* it was ended for what it did */
	unsigned unsent; /* of in_flight, the last: never written, and its socket takes no more */
	struct mailbox in_flight; /* sent, in order, and not acknowledged */
	struct mailbox answers; /* the owner's: to what it asked, as far as they wait for room */
	struct {
		unsigned messages;
		size_t bytes;
	} used, /* of its credit, as the document counts it */
		freed; /* part of used that has left its queue */
	unsigned cancelled; /* calls to it whose answer may still come */
	uint64_t asked; /* what it has sent under an id and not cancelled */
};

/*
 * Takes over @identity; makes a socketpair, whose other end is @ret_page_end, the
 * caller's. -ENOMEM, -EMFILE and the like.
 */
must_check int page_document_new(struct loop *l, struct budget *budget, struct identity *identity,
	const struct page_document_ops *ops, void *arg, int *ret_page_end,
	struct page_document **ret);
/* Legal in its callbacks. What is in flight or waits is dropped without a word. No-op on null. */
void page_document_free(struct page_document *d);

/* Whether page_document_send() would take a frame of this size now. */
bool page_document_has_room(const struct page_document *d, size_t size);
/*
 * Sends the first of @from, which is not empty, and keeps it in flight. -ENOMEM:
 * it stays where it is.
 */
must_check int page_document_send(struct page_document *d, struct mailbox *from);
/* A control frame; consumes @f. When there is no room for it, it is lost, which is logged. */
void page_document_control(struct page_document *d, struct frame *f);
/* A part of what it has sent is out of its queue. */
void page_document_give_back(struct page_document *d, unsigned messages, size_t bytes);
/* Ends the socket of a document that broke the rules, and logs @why. */
void page_document_end(struct page_document *d, const char *why);
/*
 * The document goes: takes what it had written so far, and sends it nothing
 * more. Its owner is not told of its end.
 */
void page_document_leave(struct page_document *d);
/* Whether it went in order: it has closed its end, and every ACK of it has been read. */
bool page_document_left_in_order(struct page_document *d);
