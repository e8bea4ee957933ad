/*
 * A mailbox with one lane for each sending peer, read in turn: whoever sends
 * much waits behind his own, and nobody else does. What one peer sends stays in
 * order, its older documents and its events included.
 */
#pragma once

#include "ipc/mailbox.h"

struct inbox {
	struct list lanes; /* those with something in them; the first is read next */
	struct budget *budget; /* borrowed */
	size_t messages; /* in all lanes */
	size_t lane_messages_max, lane_bytes_max;
};

void inbox_init(
	struct inbox *i, struct budget *budget, size_t lane_messages_max, size_t lane_bytes_max);
/* Drops what is left. No-op on a zeroed one. */
void inbox_fini(struct inbox *i);
/* As mailbox_put(). */
must_check int inbox_put(
	struct inbox *i, struct identity *from, struct frame *f, enum mailbox_room room);
/* The next of the lane whose turn it is; false when all are empty. As mailbox_take(). */
bool inbox_take(struct inbox *i, struct envelope *ret);
/* Puts back in front of its lane what was taken. As mailbox_put(). */
must_check int inbox_put_back(struct inbox *i, struct identity *from, struct frame *f);
/* Drops all that @unwanted says; the rest stays in order. */
void inbox_drop(struct inbox *i, bool (*unwanted)(const struct frame *f));
