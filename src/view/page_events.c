#include "view/page_events.h"

#include <string.h>

#include "wire/pack.h"

#define LOG_TAG "window"
#include "base/log.h"

/* Room for an address and what stands around it. */
#define DETAIL_MAX 8192

static const char *const names[PAGE_EVENTS] = {
	[PAGE_LOAD] = "load",
	[PAGE_LOAD_FAILED] = "load-failed",
	[PAGE_CRASH] = "crash",
	[PAGE_CLOSE] = "close",
	[PAGE_DENIED] = "denied",
	[PAGE_DROPPED] = "dropped",
	[PAGE_DRAIN] = "drain",
};

void page_events_init(struct page_events *e, struct router *router, struct identity *self)
{
	*e = (struct page_events){ .router = router, .self = self };
	for (unsigned i = 0; i < PAGE_EVENTS; i++)
		buf_init(&e->types[i].detail, DETAIL_MAX);
}

void page_events_fini(struct page_events *e)
{
	for (unsigned i = 0; i < PAGE_EVENTS; i++)
		buf_fini(&e->types[i].detail);
}

static void send_off(struct page_events *e, enum page_event type)
{
	struct buf payload = BUF_INIT(2 * DETAIL_MAX);
	const struct buf *detail = &e->types[type].detail;
	struct router_result result = { .status = STATUS_CHANNEL_SEND };
	struct frame *f;
	struct pack pack;

	pack_init(&pack, &payload);
	pack_array(&pack, 2);
	pack_cstr(&pack, names[type]);
	pack_map(&pack, e->types[type].members + 1);
	pack_cstr(&pack, "count");
	pack_uint(&pack, e->types[type].count);
	if (pack.error == 0 && buf_append(&payload, buf_bytes(detail), buf_len(detail)) == 0 &&
		frame_new(FRAME_EVENT, 0, CHANNEL_WINDOW, strlen(CHANNEL_WINDOW),
			buf_bytes(&payload), buf_len(&payload), &f) == 0)
		router_send(e->router, e->self, PEER_HOST, f, &result);
	buf_fini(&payload);
	/* With the next of its kind, if there is one: count and detail stay. */
	if (result.status != STATUS_OK)
		return;
	e->types[type].on_its_way = true;
	e->types[type].count = 0;
	e->order[e->n++] = (uint8_t)type;
}

void page_events_tell(struct page_events *e, enum page_event type,
	const struct page_event_member *members, unsigned n, unsigned count)
{
	struct buf *detail = &e->types[type].detail;
	struct pack pack;

	buf_truncate(detail, 0);
	pack_init(&pack, detail);
	for (unsigned i = 0; i < n; i++) {
		pack_cstr(&pack, members[i].key);
		if (members[i].text)
			pack_cstr(&pack, members[i].text);
		else
			pack_nil(&pack);
	}
	e->types[type].members = n;
	e->types[type].count += count;
	if (pack.error) {
		/* Better without its detail than not at all. */
		buf_truncate(detail, 0);
		e->types[type].members = 0;
	}
	if (!e->types[type].on_its_way)
		send_off(e, type);
}

void page_events_close(struct page_events *e)
{
	for (unsigned type = 0; type < PAGE_EVENTS; type++)
		if (e->types[type].count > 0)
			send_off(e, (enum page_event)type);
	page_events_tell(e, PAGE_CLOSE, NULL, 0, 1);
}

void page_events_taken(struct page_events *e, unsigned n)
{
	enum page_event type;

	for (; n > 0 && e->n > 0; n--) {
		type = e->order[0];
		memmove(e->order, e->order + 1, --e->n);
		e->types[type].on_its_way = false;
		if (e->types[type].count > 0)
			send_off(e, type);
	}
}
