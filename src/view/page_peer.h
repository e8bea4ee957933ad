/*
 * A window's page as a peer of the router: the socket of its current document,
 * what waits for that document, and the identity that its messages get.
 *
 * Documents come and go, the peer stays. Each commit closes the old document's
 * socket and makes a new identity; the new document may then connect once.
 */
#pragma once

#include "base/macros.h"
#include "ipc/router.h"

struct loop;
struct page_peer;

struct page_peer_options {
	struct loop *loop; /* borrowed */
	struct router *router; /* borrowed */
	const struct caps *caps; /* borrowed: what its pages may send and receive */
	const char *origin; /* borrowed: the only origin that gets a socket */
};

/* Adds itself to the router as @window; what router_add() says, or -ENOMEM. */
must_check int page_peer_new(
	const struct page_peer_options *opts, const char *window, struct page_peer **ret);
/* No-op on null. */
void page_peer_free(struct page_peer *p);

const char *page_peer_name(const struct page_peer *p);

/* A document of @origin was committed. */
void page_peer_commit(struct page_peer *p, const char *origin);
/* The document is gone and none has taken its place: the web process died. */
void page_peer_lost(struct page_peer *p);
/*
 * The page's end of a new socket for the committed document, owned by the
 * caller. -EACCES when its origin gets none, -EEXIST when it has had one.
 */
must_check int page_peer_connect(struct page_peer *p);

/* An event of the runtime about this window, to the host; @detail is a msgpack value. */
void page_peer_event(struct page_peer *p, const char *type, const void *detail, size_t len);
