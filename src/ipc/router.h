/*
 * The router sees peers and knows no kinds of them: a page, the host script and a
 * native service differ only in the grants that they come with. So there is one
 * place that decides, and one set of errors.
 *
 * A message travels by router_send() and in no other way.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "ipc/caps.h"
#include "ipc/identity.h"
#include "wire/frame.h"
#include "wire/limits.h"
#include "wire/status.h"

/* The peer that pages talk to. */
#define PEER_HOST "host"
/* The channel of events that the runtime itself makes. */
#define CHANNEL_WINDOW "__window__"

struct peer;
struct router;

struct peer_ops {
	/*
	 * @f from @from arrives at @to. Consumes @f in every case; anything but
	 * STATUS_OK means that the peer has not taken it. A peer that runs code of
	 * others only queues here, and runs it later.
	 */
	enum wire_status (*deliver)(struct peer *to, struct identity *from, struct frame *f);
	/*
	 * @messages and @bytes that @peer had sent as @sender have left their queue.
	 * May be null for a peer without credit.
	 */
	void (*consumed)(
		struct peer *peer, const struct identity *sender, unsigned messages, size_t bytes);
};

/* Embedded in what it stands for. */
struct peer {
	const struct peer_ops *ops;
	const struct caps
		*caps; /* borrowed; null: not subject to channel grants (host, services) */
	const char *origin; /* borrowed: of its documents, for the grants */
	char name[PEER_NAME_MAX + 1]; /* set by router_add() */
	struct list link; /* router's peers */
};

must_check int router_new(struct router **ret);
/* Every peer must have been removed. No-op on null. */
void router_free(struct router *r);

/* Adds under @name (copied). -EEXIST, -ENAMETOOLONG, -ENOSPC beyond PEERS_MAX. */
must_check int router_add(struct router *r, struct peer *peer, const char *name);
/* No-op when it was never added. */
void router_remove(struct router *r, struct peer *peer);
/* Null when there is none. */
struct peer *router_find(struct router *r, const char *name);

struct router_result {
	enum wire_status status;
	char reason[192]; /* for people, empty on STATUS_OK: "channel \"x\" ... no rule allows it"
			   */
};

/*
 * Sends @f, stamped as coming from @from, to the peer named @to: looks the peer
 * up, asks the capability rules of the page at either end, delivers. Consumes
 * @f in every case. @ret says what became of it and may not be null.
 */
void router_send(struct router *r, struct identity *from, const char *to, struct frame *f,
	struct router_result *ret);

/* A receiver says that it has taken a message of @from out of its queue. */
void router_consumed(
	struct router *r, const struct identity *from, unsigned messages, size_t bytes);

struct router_stats {
	uint64_t delivered, denied, refused; /* messages since the start */
};

void router_get_stats(const struct router *r, struct router_stats *ret);
