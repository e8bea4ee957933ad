/*
 * A framed stream socket in the loop: whole frames out of a queue, checked
 * frames in. Each wake-up takes at most READ_BUDGET and WRITE_BUDGET.
 *
 * Reading never stops: what a peer may have under way is bounded by its credit,
 * and a peer that breaks a rule is ended by its owner.
 */
#pragma once

#include <stddef.h>

#include "base/macros.h"
#include "wire/frame.h"

struct link;
struct loop;

struct link_ops {
	/* A checked frame, owned by the callee. It may free the link. */
	void (*frame)(struct link *k, struct frame *f, void *arg);
	/*
	 * The stream is over: @error is 0 at its regular end, else -errno (-EBADMSG
	 * and -EMSGSIZE: the peer broke the protocol). Comes once, and nothing after
	 * it. The callee frees the link.
	 */
	void (*ended)(struct link *k, int error, void *arg);
	/* Something was written: there is room again. May be null. */
	void (*drained)(struct link *k, void *arg);
};

/*
 * Takes over @fd, also on failure. -ENOTSOCK or -EPROTOTYPE when it is not a
 * connected stream socket, -ENOMEM. @name is borrowed, for log lines.
 */
must_check int link_new(struct loop *l, const char *name, int fd, const struct link_ops *ops,
	void *arg, struct link **ret);
/*
 * Closes the socket; frames that are still queued are dropped. No-op on null, legal in
 * callbacks.
 */
void link_free(struct link *k);

/* Queues; consumes @f on success and on failure. -ENOBUFS beyond the queue's bounds, -ENOMEM. */
must_check int link_send(struct link *k, struct frame *f);
/*
 * Takes what has arrived and was not read yet, before the owner frees the link;
 * frames come as ever, the end of the stream is not told: 0 when it has been
 * reached, 1 when not, or -errno; -ECANCELED when a callback freed the link. Not
 * from a callback of the link.
 */
int link_read_rest(struct link *k);
/*
 * Writes nothing any more: drops what is queued, and calls @fn for each frame of
 * which no byte has been written, in order.
 */
void link_mute(struct link *k, void (*fn)(const struct frame *f, void *arg), void *arg);
/* Whether link_send() would find room for @size bytes. */
bool link_has_room(const struct link *k, size_t size);
