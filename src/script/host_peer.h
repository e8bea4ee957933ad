/*
 * The script as the peer "host": what arrives waits in a bounded mailbox until
 * the loop pumps it into runtime:ipc, a bounded bite a pass; what the script
 * sends goes straight to the router. The two natives of runtime:ipc:
 *
 *	op_ipc_send(target, channel, payload, callId) throws IpcError; with a call
 *		id it is a call, and the channel its method
 *	op_ipc_recv() -> the next arrival, or undefined when there is none or this
 *		pump has had enough:
 *		{event: {windowId, channel, payload, type}, size} (type of events only)
 *		{reply: callId, from, failed, payload} (failed: payload is [code, message])
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/mailbox.h"
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
	struct mailbox inbox;
	struct loop_timer *pump; /* owned; armed while something waits */
	struct codec codec;

	/* Of the pump under way. */
	unsigned budget; /* arrivals */
	uint64_t until; /* ns, absolute */
	struct envelope current; /* owned; both members null when none is being decoded */
	struct host_peer_taken taken[PUMP_EVENTS];
	unsigned n_taken;
};

must_check int host_peer_init(
	struct host_peer *i, struct jobs *jobs, struct loop *loop, struct router *router);
/* Becomes reachable as PEER_HOST; what router_add() says. */
must_check int host_peer_open(struct host_peer *i);
/* Leaves the router and drops what waits. No-op on a zeroed one. */
void host_peer_fini(struct host_peer *i);

/* Puts the natives into the object at the top of the stack; throws. */
void host_peer_bind(struct host_peer *i, duk_context *ctx);
/* The function at the top of the stack takes arrivals until there are none. Pops it; throws. */
void host_peer_set_pump(duk_context *ctx);
