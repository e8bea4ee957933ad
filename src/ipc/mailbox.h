/*
 * A bounded queue of frames with their senders, in the order of arrival.
 * Bounded in messages and in bytes on the wire.
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

struct mailbox {
	struct list entries;
	size_t messages, bytes;
	size_t messages_max, bytes_max;
};

void mailbox_init(struct mailbox *m, size_t messages_max, size_t bytes_max);
/* Drops what is left. */
void mailbox_fini(struct mailbox *m);
/*
 * Appends. Consumes @f, on success and on failure; takes its own reference to
 * @from. -ENOBUFS when full, -ENOMEM.
 */
must_check int mailbox_put(struct mailbox *m, struct identity *from, struct frame *f);
/* The first; false when empty. The caller owns both members: envelope_fini(). */
bool mailbox_take(struct mailbox *m, struct envelope *ret);
/* The first, left in place; null when empty. Valid until the mailbox changes. */
const struct envelope *mailbox_peek(const struct mailbox *m);
void envelope_fini(struct envelope *e);
