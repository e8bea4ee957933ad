/*
 * The script as the peer "host": what arrives waits in a bounded inbox until
 * the loop pumps it into runtime:ipc, a bounded bite a pass; what the script
 * sends goes straight to the router. The peer outlives the heap: what was not
 * yet handed to one run of the script goes to the next.
 *
 * The two natives of runtime:ipc:
 *
 *	op_ipc_send(kind, target, channel, payload, id, retry) throws IpcError
 *		MESSAGE to a window id; with an id a reply to it comes
 *			to an array of them, or to "*": throws for the payload only, and
 *			returns [[windowId, code, reason], ...], code 0 for accepted
 *		CALL of the method or channel, under an id; a reply comes
 *		REPLY to the call id with the payload, FAILED with [code, reason, uncertain]
 *		CANCEL of the call id
 *	op_ipc_recv() -> the next arrival, or undefined when there is none or this
 *		pump has had enough:
 *		{event: {windowId, channel, payload, type}, size} (type of events only;
 *			of messages origin, inFrame: true when a frame inside of the page sent
 *			it, redelivered: true when it may have come before)
 *		{call: id, event: {windowId, channel, payload, origin, inFrame}, size}
 *		{reply: id, from, failed, payload} (failed: payload as of FAILED, unchecked)
 *		{cancel: id}
 *
 * Kinds are those of wire/frame.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/inbox.h"
#include "ipc/router.h"
#include "script/codec.h"
#include "script/jobs.h"

#define PUMP_EVENTS 64
#define PUMP_NS 8000000ull

/* What one sender gets back after a pump. */
struct host_peer_taken {
	struct identity *from; /* owned */
	unsigned messages;
	size_t bytes;
};

struct host_peer {
	struct jobs *jobs; /* borrowed */
	struct router *router; /* borrowed */
	struct peer peer; /* router's "host" */
	struct identity *self; /* owned */
	struct inbox inbox;
	struct loop_timer *pump; /* owned; armed while something waits */
	struct codec codec;

	struct frame *broadcast; /* owned: the last one to several windows; no throw may leak it */

	/* Of the pump under way. */
	unsigned budget; /* arrivals */
	uint64_t until; /* ns, absolute */
	struct envelope current; /* owned: the one that the script is at; members null when none */
	struct host_peer_taken taken[PUMP_EVENTS];
	unsigned n_taken;
};

must_check int host_peer_init(
	struct host_peer *i, struct jobs *jobs, struct loop *loop, struct router *router);
/* Becomes reachable as PEER_HOST; what router_add() says. */
must_check int host_peer_open(struct host_peer *i);
/*
 * The run of the script is over, and its heap about to go: what it was called
 * for fails, what it waits for is forgotten, and the next run has an identity of
 * its own. -ENOMEM when there is no memory for that.
 */
must_check int host_peer_renew(struct host_peer *i);
/* Leaves the router and drops what waits. No-op on a zeroed one. */
void host_peer_fini(struct host_peer *i);

/* Puts the natives into the object at the top of the stack; throws. */
void host_peer_bind(struct host_peer *i, duk_context *ctx);
/* The function at the top of the stack takes arrivals until there are none. Pops it; throws. */
void host_peer_set_pump(duk_context *ctx);
