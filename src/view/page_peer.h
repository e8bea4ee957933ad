/*
 * A window's page as a peer of the router: what waits for the page, the sockets
 * of its documents, and the identities that their messages get.
 *
 * Documents come and go, the peer stays. Each commit makes a new identity, and
 * the new document may then connect once. What waits is meant for documents of
 * one origin: it goes to the next one of that origin, and to no other.
 *
 * What a document was sent and has not acknowledged, when it goes:
 * - a reload or a navigation within the origin: it has not been dispatched, or
 *   there would be an ACK; so the next document gets it, as if nothing had been;
 * - the web process died: what was written to its socket may have been
 *   dispatched. A message sent with FRAME_RETRY is delivered again, marked
 *   FRAME_AGAIN; for any other whoever waits for its answer is told that it is
 *   uncertain, and who does not wait gets an event, "dropped".
 */
#pragma once

#include "base/macros.h"
#include "ipc/router.h"
#include "view/page_events.h"

struct caps;
struct loop;
struct page_peer;
struct source_maps;

struct page_peer_options {
	struct loop *loop; /* borrowed */
	struct router *router; /* borrowed */
	const struct caps *caps; /* borrowed: which documents get a socket at all */
	const char *app_origin; /* borrowed: its main frame always gets one */
	struct source_maps *maps; /* borrowed: for lines of the log; may be null */
};

/*
 * Adds itself to the router as @window; what router_add() says, or -ENOMEM. What
 * is sent to it before its first document is meant for @origin.
 */
must_check int page_peer_new(const struct page_peer_options *opts, const char *window,
	const char *origin, struct page_peer **ret);
/* What waits settles as cancelled, and the host is told of the end: the event is the last. */
void page_peer_close(struct page_peer *p);
/* No-op on null. */
void page_peer_free(struct page_peer *p);

const char *page_peer_name(const struct page_peer *p);

/*
 * A document of @origin was committed. Null: nobody knows of which; it gets no
 * socket, and what waits goes on waiting for one that is known.
 */
void page_peer_commit(struct page_peer *p, const char *origin);
/* The document is gone and none has taken its place: the web process died. */
void page_peer_lost(struct page_peer *p);
/*
 * The page's end of a new socket for the committed document, owned by the
 * caller. -EACCES when its origin gets none, -EEXIST when it has had one.
 */
must_check int page_peer_connect(struct page_peer *p);
/*
 * The same for a frame inside of it, which says that it is of @origin. Nobody but
 * its process knows, so the page around it must be the app's own or of the same
 * origin: then the claim gives that process nothing which it does not have.
 */
must_check int page_peer_connect_frame(struct page_peer *p, const char *origin);

/* Tells the host; @payload as of page_events_tell(). */
void page_peer_event(struct page_peer *p, enum page_event type, const void *payload);
