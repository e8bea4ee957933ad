/*
 * A real script, and others that it talks to: pages of windows and native
 * services that keep what they get until the test looks.
 */
#pragma once

#include "script_fixture.h"

#include "ipc/mailbox.h"
#include "wire/json.h"
#include "wire/limits.h"

struct other {
	struct list link; /* others */
	struct peer peer;
	struct identity *id;
	struct mailbox inbox; /* delivered */
	struct mailbox answers;
	enum wire_status verdict; /* on what is delivered */
	unsigned consumed, consumed_calls;
	size_t consumed_bytes;
};

static inline enum wire_status other_keep(
	struct other *o, struct mailbox *m, struct identity *from, struct frame *f)
{
	return mailbox_put(m, from, f, ROOM_BOUNDED) < 0 ? STATUS_QUEUE_FULL : STATUS_OK;
}

static inline enum wire_status other_deliver(
	struct peer *peer, struct identity *from, struct frame *f)
{
	struct other *o = container_of(peer, struct other, peer);

	if (o->verdict != STATUS_OK) {
		frame_unref(f);
		return o->verdict;
	}
	return other_keep(o, &o->inbox, from, f);
}

static inline enum wire_status other_answer(
	struct peer *peer, const struct identity *caller, struct identity *from, struct frame *f)
{
	struct other *o = container_of(peer, struct other, peer);

	assert_ptr_equal(caller, o->id);
	return other_keep(o, &o->answers, from, f);
}

static inline void other_consumed(
	struct peer *peer, const struct identity *sender, unsigned messages, size_t bytes)
{
	struct other *o = container_of(peer, struct other, peer);

	assert_ptr_equal(sender, o->id);
	o->consumed += messages;
	o->consumed_bytes += bytes;
	o->consumed_calls++;
}

static struct list others = LIST_INIT(others);

/* The page of a window; with a ":" in its name a service. */
static inline struct other *other_open(struct world *w, const char *name)
{
	static const struct peer_ops ops = {
		.deliver = other_deliver,
		.answer = other_answer,
		.consumed = other_consumed,
		.acknowledges = true,
	};
	struct other *o = calloc(1, sizeof(*o));
	bool page = !strchr(name, ':');

	assert_non_null(o);
	mailbox_init(&o->inbox, router_budget(w->router), 70000, 64 << 20);
	mailbox_init(&o->answers, router_budget(w->router), 70000, 64 << 20);
	assert_int_equal(
		identity_new(name, page ? "app://test" : "", page ? CAPS_MAIN : 0, &o->id), 0);
	o->peer.ops = &ops;
	o->peer.self = o->id;
	o->peer.receiver = page ? o->id : NULL;
	assert_int_equal(router_add(w->router, &o->peer), 0);
	list_append(&others, &o->link);
	return o;
}

static inline void other_close(struct other *o, struct world *w)
{
	list_remove(&o->link);
	router_remove(w->router, &o->peer);
	mailbox_fini(&o->inbox);
	mailbox_fini(&o->answers);
	identity_unref(o->id);
	free(o);
}

static inline int host_teardown(void **state)
{
	struct other *o, *next;

	list_for_each_safe (o, next, &others, link)
		other_close(o, *state);
	return world_teardown(state);
}

static inline struct frame *json_frame(
	enum frame_kind kind, uint32_t id, const char *channel, const char *json)
{
	struct buf payload = BUF_INIT(PAYLOAD_MAX);
	struct frame *f;

	assert_int_equal(
		json_to_msgpack(json, strlen(json), JSON_STRICT, NULL, 0, &payload, NULL), 0);
	assert_int_equal(frame_new(kind, id, channel, strlen(channel), buf_bytes(&payload),
				 buf_len(&payload), &f),
		0);
	buf_fini(&payload);
	return f;
}

static inline enum wire_status send_kind(struct other *o, struct world *w, enum frame_kind kind,
	uint32_t id, const char *channel, const char *json)
{
	struct router_result result;

	router_send(w->router, o->id, PEER_HOST, json_frame(kind, id, channel, json), &result);
	return result.status;
}

static inline void send_json(
	struct other *o, struct world *w, const char *channel, const char *json)
{
	assert_int_equal(send_kind(o, w, FRAME_MESSAGE, 0, channel, json), STATUS_OK);
}

static inline void send_event(struct other *o, struct world *w, const char *json)
{
	assert_int_equal(send_kind(o, w, FRAME_EVENT, 0, CHANNEL_WINDOW, json), STATUS_OK);
}

static inline const char *taken_from(struct mailbox *m)
{
	static const char *const kinds[FRAME_KIND_END] = {
		[FRAME_MESSAGE] = "",
		[FRAME_CALL] = "call ",
		[FRAME_REPLY] = "reply",
		[FRAME_FAILED] = "failed",
		[FRAME_CANCEL] = "cancel",
	};
	static char text[1024];
	struct buf json = BUF_INIT(1 << 20);
	struct envelope e;

	if (!mailbox_take(m, &e))
		return "nothing";
	assert_int_equal(
		json_from_msgpack(e.frame->payload, e.frame->payload_len, NULL, NULL, &json), 0);
	snprintf(text, sizeof(text), "%s%.*s%s %.*s", kinds[e.frame->kind],
		(int)e.frame->channel_len, e.frame->channel,
		e.frame->flags & FRAME_RETRY ? " retry" : "", (int)buf_len(&json),
		(char *)buf_bytes(&json));
	buf_fini(&json);
	envelope_fini(&e);
	return text;
}

/* The next that @o has got, as "channel json", of a call "call channel json". */
static inline const char *taken(struct other *o)
{
	return taken_from(&o->inbox);
}

/* The next answer that @o has got: "reply json" or "failed [code,reason,uncertain]". */
static inline const char *answered(struct other *o)
{
	return taken_from(&o->answers);
}

/* As the runtime's part in @o does: [code, reason, uncertain], or null for STATUS_OK. */
static inline void settle(struct other *o, struct world *w, uint32_t number, const char *json)
{
	int code = STATUS_OK;
	char reason[64] = "", uncertain[8] = "";

	sscanf(json, "[%d,\"%63[^\"]\",%7[a-z]]", &code, reason, uncertain);
	router_settle(w->router, &o->peer, number, (enum wire_status)code, reason,
		strcmp(uncertain, "true") == 0);
}

/* Answers the next that @o has got; returns the number that it had. */
static inline uint32_t answer(
	struct other *o, struct world *w, enum frame_kind kind, const char *json)
{
	struct envelope e;
	uint32_t number;

	assert_true(mailbox_take(&o->inbox, &e));
	assert_true(e.frame->kind == FRAME_CALL || e.frame->kind == FRAME_MESSAGE);
	number = e.frame->id;
	assert_int_not_equal(number, 0);
	assert_true(router_dispatch(w->router, &o->peer, number));
	if (e.frame->kind == FRAME_MESSAGE)
		settle(o, w, number, json);
	else
		assert_true(router_answer(w->router, o->id, json_frame(kind, number, "", json)));
	envelope_fini(&e);
	return number;
}

static inline void wait_for(struct world *w, const struct other *o, unsigned consumed)
{
	for (int i = 0; i < 1000 && o->consumed < consumed; i++)
		world_spin(w, 10);
	assert_int_equal(o->consumed, consumed);
}

static inline const char *said_soon(struct world *w)
{
	world_spin(w, 20);
	return world_said(w);
}

/* For what takes longer under sanitizers on a busy machine; the next that is said. */
static inline const char *said_in_time(struct world *w)
{
	const char *said = "";

	for (int i = 0; i < 100 && !*said; i++)
		said = said_soon(w);
	return said;
}

#define WITH_IPC "var ipc = require('runtime:ipc'), log = console.log;\n"

#define host_test(f) cmocka_unit_test_setup_teardown(f, world_setup, host_teardown)
