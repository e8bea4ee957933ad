/*
 * Who a frame came from: stamped by whoever read it, from the fd that it was
 * read from, and never taken from the frame. Immutable and counted, so that it
 * outlives the peer: a message that waits in a queue keeps its sender's name
 * and origin also after the window has gone.
 */
#pragma once

#include <stdint.h>

#include "base/macros.h"

struct identity {
	unsigned refs;
	uint64_t serial; /* one per document or script run, never used again */
	const char *peer; /* name of the peer: a window id, "host", "runtime:window" */
	const char *origin; /* committed origin of the document, "" for what is not a page */
};

/* -ENOMEM. Copies both texts. */
must_check int identity_new(const char *peer, const char *origin, struct identity **ret);
struct identity *identity_ref(struct identity *id);
/* No-op on null. */
void identity_unref(struct identity *id);
