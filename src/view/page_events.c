#include "view/page_events.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "bind/encode.h"
#include "wire/cursor.h"

#define LOG_TAG "window"
#include "base/log.h"

#define TEXTS 4
#define PAYLOAD_ROOM (8192 + TEXTS * PAGE_EVENT_TEXT_MAX)

#define EVENT_DECLARATION(name_, ...) [PAGE_EVENT_##name_] = &window_##name_##_event,
static const struct kiln_event *const events[PAGE_EVENTS] = { WINDOW_EVENTS(EVENT_DECLARATION) };

/* One payload of any event, with the count in front. */
union payload {
	uint32_t count;
#define PAYLOAD_FORM(name_, text_, payload_, ...) KILN_C_##payload_ name_;
	WINDOW_EVENTS(PAYLOAD_FORM)
};
#define COUNT_IS_FIRST(name_, text_, payload_, ...) \
	_Static_assert(offsetof(KILN_C_##payload_, count) == 0, "count is the first member");
WINDOW_EVENTS(COUNT_IS_FIRST)

void page_events_init(struct page_events *e, struct router *router, struct identity *self)
{
	*e = (struct page_events){ .router = router, .self = self };
	for (unsigned i = 0; i < PAGE_EVENTS; i++)
		buf_init(&e->types[i].payload, PAYLOAD_ROOM);
}

void page_events_fini(struct page_events *e)
{
	for (unsigned i = 0; i < PAGE_EVENTS; i++)
		buf_fini(&e->types[i].payload);
}

static void send_off(struct page_events *e, enum page_event type)
{
	struct buf event = BUF_INIT(PAYLOAD_ROOM + 64);
	const struct buf *payload = &e->types[type].payload;
	struct router_result result = { .status = STATUS_CHANNEL_SEND };
	struct frame *f;
	struct pack pack;

	pack_init(&pack, &event);
	pack_array(&pack, 2);
	pack_cstr(&pack, events[type]->type);
	if (pack.error == 0 && buf_len(payload) > 0 &&
		buf_append(&event, buf_bytes(payload), buf_len(payload)) == 0 &&
		frame_new(FRAME_EVENT, 0, CHANNEL_WINDOW, strlen(CHANNEL_WINDOW), buf_bytes(&event),
			buf_len(&event), &f) == 0)
		router_send(e->router, e->self, PEER_HOST, f, &result);
	buf_fini(&event);
	/* With the next of its kind, if there is one: the count stays. */
	if (result.status != STATUS_OK)
		return;
	e->types[type].on_its_way = true;
	e->types[type].count = 0;
	e->order[e->n++] = (uint8_t)type;
}

/* Addresses and reasons come from outside. Cuts those that are too long, in copies. */
static void cut_texts(const struct kiln_type *type, union payload *p,
	char copies[static TEXTS][PAGE_EVENT_TEXT_MAX + 1])
{
	unsigned n = 0;

	for (const struct kiln_member *m = type->members(); m->name; m++) {
		const char **text = (const char **)((char *)p + m->offset);

		if (m->type->kind != KILN_KIND_STRING || strlen(*text) <= PAGE_EVENT_TEXT_MAX ||
			n == TEXTS)
			continue;
		snprintf(copies[n], sizeof(copies[n]), "%.*s",
			(int)utf8_cut(*text, PAGE_EVENT_TEXT_MAX), *text);
		*text = copies[n++];
	}
}

void page_events_tell(
	struct page_events *e, enum page_event type, const void *payload, uint32_t count)
{
	const struct kiln_type *declared = events[type]->payload;
	char copies[TEXTS][PAGE_EVENT_TEXT_MAX + 1];
	struct buf *out = &e->types[type].payload;
	union payload p;
	struct pack pack;
	int r;

	memcpy(&p, payload, declared->size);
	e->types[type].count += count;
	p.count = e->types[type].count;
	cut_texts(declared, &p, copies);
	buf_truncate(out, 0);
	pack_init(&pack, out);
	r = encode_value(&pack, declared, &p);
	if (r < 0) {
		buf_truncate(out, 0);
		log_burst_at(LOG_LEVEL_ERROR, "the event \"%s\" of window \"%s\": %s",
			events[type]->type, e->self->peer, strerror(-r));
	}
	if (!e->types[type].on_its_way)
		send_off(e, type);
}

void page_events_close(struct page_events *e)
{
	for (unsigned type = 0; type < PAGE_EVENTS; type++)
		if (e->types[type].count > 0)
			send_off(e, (enum page_event)type);
	page_events_tell(e, PAGE_EVENT_close, &(struct count_payload){ 0 }, 1);
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
