/*
 * A bounded queue of frames with their senders, in the order of arrival.
 * Bounded in messages and in bytes on the wire, and together with all others in
 * the bytes of one budget.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/list.h"
#include "ipc/identity.h"
#include "wire/frame.h"

struct envelope {
	struct identity *from; /* owned */
	struct frame *frame; /* owned */
};

/* What all mailboxes of a process may hold together. */
struct budget {
	size_t used, max; /* bytes */
};

struct mailbox {
	struct list entries;
	struct budget *budget; /* borrowed */
	size_t messages, bytes;
	size_t messages_max, bytes_max;
};

enum mailbox_room {
	ROOM_BOUNDED,
	/* Beyond the bounds: for what has a place of its own, whose number is bounded elsewhere. */
	ROOM_RESERVED,
};

void mailbox_init(struct mailbox *m, struct budget *budget, size_t messages_max, size_t bytes_max);
/* Drops what is left. */
void mailbox_fini(struct mailbox *m);
/*
 * Appends. Consumes @f, on success and on failure; takes its own reference to
 * @from. -ENOBUFS when full, -ENOMEM.
 */
must_check int mailbox_put(
	struct mailbox *m, struct identity *from, struct frame *f, enum mailbox_room room);
/* The first; false when empty. The caller owns both members: envelope_fini(). */
bool mailbox_take(struct mailbox *m, struct envelope *ret);
/* The first, left in place; null when empty. Valid until the mailbox changes. */
const struct envelope *mailbox_peek(const struct mailbox *m);
/* Moves the first of @from, which is not empty, to the end of @to; cannot fail, nor be refused. */
void mailbox_move(struct mailbox *from, struct mailbox *to);
/* Moves all of @from in front of what @to has; as mailbox_move(). */
void mailbox_move_before(struct mailbox *from, struct mailbox *to);
void envelope_fini(struct envelope *e);
