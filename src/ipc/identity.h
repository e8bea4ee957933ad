/*
 * Who a frame came from: stamped by whoever read it, from the fd that it was
 * read from, and never taken from the frame. Counted, so that it outlives the
 * peer: a message that waits in a queue keeps its sender's name and origin also
 * after the window has gone.
 */
#pragma once

#include <stdint.h>

#include "base/list.h"
#include "base/macros.h"

struct identity {
	unsigned refs;
	uint64_t serial; /* one per document or script run, never used again */
	const char *peer; /* name of the peer: a window id, "host", "runtime:window" */
	const char *origin; /* committed origin of a document, "" when opaque or not a page */
	unsigned frame; /* enum caps_frame of a document; 0: no page, not subject to grants */
	struct list calls; /* the router's: those that wait for an answer */
	unsigned n_calls;
};

/* -ENOMEM. Copies both texts. */
must_check int identity_new(
	const char *peer, const char *origin, unsigned frame, struct identity **ret);
struct identity *identity_ref(struct identity *id);
/* No-op on null. */
void identity_unref(struct identity *id);
