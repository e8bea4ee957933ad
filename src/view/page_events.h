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

#include "api/events.h"
#include "base/buf.h"
#include "ipc/router.h"

/* PAGE_EVENT_load, PAGE_EVENT_load_failed …: what api/events.h declares. */
#define PAGE_EVENT_CONSTANT(name_, ...) PAGE_EVENT_##name_,
enum page_event { WINDOW_EVENTS(PAGE_EVENT_CONSTANT) PAGE_EVENTS };

/* Text in a payload is cut to this, bytes. */
#define PAGE_EVENT_TEXT_MAX 4096

struct page_events {
	struct router *router; /* borrowed */
	struct identity *self; /* borrowed: sender of the events */
	struct {
		bool on_its_way;
		struct buf payload; /* of the latest, packed, with the count */
		uint32_t count; /* that nobody has been told of */
	} types[PAGE_EVENTS];
	/* Those on their way, in order; at the end there may be two of each type. */
	uint8_t order[2 * PAGE_EVENTS];
	unsigned n;
};

void page_events_init(struct page_events *e, struct router *router, struct identity *self);
void page_events_fini(struct page_events *e);
/*
 * It has happened @count times. @payload is the struct that api/events.h has for it; its
 * count is filled in here.
 */
void page_events_tell(
	struct page_events *e, enum page_event type, const void *payload, uint32_t count);
/* Tells what still waits to be told, as there is no later, and then "close". Once. */
void page_events_close(struct page_events *e);
/* The host has taken this many of them. */
void page_events_taken(struct page_events *e, unsigned n);
