/*
 * What the runtime tells the host about a window. Of each type one event is on
 * its way at most: what happens before the host has taken that one is told by
 * the next, which has the latest detail and says how many it stands for. So
 * events need no room in anybody's queue but a place each, and none is refused.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ipc/router.h"

enum page_event {
	PAGE_LOAD, /* {url} */
	PAGE_LOAD_FAILED, /* {url, reason} */
	PAGE_CRASH, /* {reason} */
	PAGE_CLOSE, /* {} */
	PAGE_DENIED, /* {direction, channel, origin, rule}: a message or call */
	PAGE_DROPPED, /* {reason}: messages whose senders had been told that they were accepted */
	PAGE_DRAIN, /* {}: the window's queue was full, and has room again */
	PAGE_EVENTS,
};

struct page_event_member {
	const char *key, *text; /* text null: nil */
};

struct page_events {
	struct router *router; /* borrowed */
	struct identity *self; /* borrowed: sender of the events */
	struct {
		bool on_its_way;
		struct buf detail; /* of one that waits: the members, packed */
		unsigned members, count;
	} types[PAGE_EVENTS];
	/* Those on their way, in order; at the end there may be two of each type. */
	uint8_t order[2 * PAGE_EVENTS];
	unsigned n;
};

void page_events_init(struct page_events *e, struct router *router, struct identity *self);
void page_events_fini(struct page_events *e);
/* @count: how many times it has happened. */
void page_events_tell(struct page_events *e, enum page_event type,
	const struct page_event_member *members, unsigned n, unsigned count);
/* Tells what still waits to be told, as there is no later, and then PAGE_CLOSE. Once. */
void page_events_close(struct page_events *e);
/* The host has taken this many of them. */
void page_events_taken(struct page_events *e, unsigned n);
