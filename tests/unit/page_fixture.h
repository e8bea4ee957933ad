/*
 * A window's page without a web process: the host is a mailbox here, and the
 * test plays the page's documents, over their real sockets.
 */
#pragma once

#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "ipc/caps.h"
#include "ipc/mailbox.h"
#include "loop/loop.h"
#include "view/page_peer.h"
#include "wire/decoder.h"
#include "wire/json.h"
#include "wire/limits.h"

#define APP "app://shop"
#define PAY "https://pay.example"

struct world {
	struct loop *loop;
	struct router *router;
	struct caps *caps;
	struct page_peer *page;
	struct peer host;
	struct identity *host_id;
	struct mailbox box; /* delivered to the host */
	struct mailbox answers; /* to the host's calls */
	int fd; /* the page's end */
	struct decoder decoder;
};

static inline enum wire_status host_deliver(struct peer *to, struct identity *from, struct frame *f)
{
	struct world *w = container_of(to, struct world, host);

	return mailbox_put(&w->box, from, f, ROOM_BOUNDED) == 0 ? STATUS_OK : STATUS_QUEUE_FULL;
}

static inline enum wire_status host_answer(
	struct peer *to, const struct identity *caller, struct identity *from, struct frame *f)
{
	struct world *w = container_of(to, struct world, host);

	return mailbox_put(&w->answers, from, f, ROOM_BOUNDED) == 0 ? STATUS_OK : STATUS_QUEUE_FULL;
}

static inline void add_rule(
	struct caps *c, const char *pattern, const char *origin, unsigned frames, bool deny)
{
	struct caps_rule rule = {
		.deny = deny,
		.pattern = pattern,
		.pattern_len = strlen(pattern),
		.directions = CAPS_SEND | CAPS_RECEIVE,
		.frames = frames,
		.origin = origin,
	};

	assert_int_equal(caps_add(c, &rule), 0);
}

/* The app's pages may say "ok", also in frames; those of PAY "pay". */
static inline int page_setup(void **state)
{
	static const struct peer_ops host_ops = { .deliver = host_deliver, .answer = host_answer };
	struct world *w = calloc(1, sizeof(*w));
	struct page_peer_options opts = { .app_origin = APP };

	assert_non_null(w);
	w->fd = -1;
	decoder_init(&w->decoder);
	assert_int_equal(loop_new(&w->loop), 0);
	assert_int_equal(caps_new(&w->caps), 0);
	add_rule(w->caps, "ok", APP, CAPS_MAIN | CAPS_SUB, false);
	add_rule(w->caps, "pay", PAY, CAPS_MAIN, false);
	assert_int_equal(router_new(caps_checker(w->caps), &w->router), 0);
	opts.loop = w->loop;
	opts.router = w->router;
	opts.caps = w->caps;
	assert_int_equal(page_peer_new(&opts, "main", APP, &w->page), 0);
	assert_int_equal(identity_new(PEER_HOST, "", 0, &w->host_id), 0);
	w->host.ops = &host_ops;
	w->host.self = w->host_id;
	mailbox_init(&w->box, router_budget(w->router), 100000, 64 << 20);
	mailbox_init(&w->answers, router_budget(w->router), 100000, 64 << 20);
	assert_int_equal(router_add(w->router, &w->host), 0);
	*state = w;
	return 0;
}

/* Nothing is left in any queue, and no call. */
static inline int page_teardown(void **state)
{
	struct world *w = *state;

	page_peer_free(w->page);
	router_remove(w->router, &w->host);
	mailbox_fini(&w->box);
	mailbox_fini(&w->answers);
	identity_unref(w->host_id);
	assert_int_equal(router_budget(w->router)->used, 0);
	router_free(w->router);
	caps_free(w->caps);
	loop_free(w->loop);
	decoder_fini(&w->decoder);
	if (w->fd >= 0)
		close(w->fd);
	free(w);
	return 0;
}

static inline void pass(struct world *w)
{
	for (int i = 0; i < 4; i++)
		loop_pass(w->loop, clock_now());
}

/* ---- the page ---- */

/* From now on the test plays the document behind @fd; the old end stays as it is. */
static inline void play(struct world *w, int fd)
{
	assert_true(fd >= 0);
	decoder_fini(&w->decoder);
	decoder_init(&w->decoder);
	w->fd = fd;
}

static inline void page_closes(struct world *w)
{
	if (w->fd >= 0)
		close(take_fd(w->fd));
}

static inline void connect_origin(struct world *w, const char *origin)
{
	page_peer_commit(w->page, origin);
	page_closes(w);
	play(w, page_peer_connect(w->page));
}

static inline void page_says(
	struct world *w, enum frame_kind kind, uint32_t id, const char *channel, const char *json)
{
	struct buf payload = BUF_INIT(PAYLOAD_MAX);
	struct frame *f;

	assert_int_equal(
		json_to_msgpack(json, strlen(json), JSON_STRICT, NULL, 0, &payload, NULL), 0);
	assert_int_equal(frame_new(kind, id, channel, strlen(channel), buf_bytes(&payload),
				 buf_len(&payload), &f),
		0);
	/* A frame this small goes whole or not at all. */
	while (send(w->fd, f->bytes, f->size, MSG_NOSIGNAL) != (ssize_t)f->size) {
		assert_int_equal(errno, EAGAIN);
		pass(w);
	}
	frame_unref(f);
	buf_fini(&payload);
}

static inline void page_sends(struct world *w, enum frame_kind kind, const char *channel)
{
	page_says(w, kind, 0, channel, "7");
}

/* A document of the app that has a listener. */
static inline void connect_page(struct world *w)
{
	connect_origin(w, APP);
	page_sends(w, FRAME_READY, "");
	pass(w);
}

static inline void page_acks(struct world *w, uint32_t n, bool heard)
{
	page_says(w, FRAME_ACK, n, "", heard ? "true" : "false");
	pass(w);
}

/* The next frame at the page, or null; a large one comes in several parts. */
static inline struct frame *page_receives(struct world *w)
{
	struct frame *f = NULL;
	uint8_t *at;
	ssize_t n;

	for (int idle = 0; idle < 3 && decoder_next(&w->decoder, &f) == 0;) {
		assert_int_equal(decoder_reserve(&w->decoder, 4096, &at), 0);
		n = recv(w->fd, at, 4096, MSG_DONTWAIT);
		if (n > 0) {
			decoder_fed(&w->decoder, (size_t)n);
			idle = 0;
		} else {
			pass(w);
			idle++;
		}
	}
	return f;
}

static inline const char *frame_text(const struct frame *f)
{
	static const char *const kinds[FRAME_KIND_END] = {
		[FRAME_MESSAGE] = "message",
		[FRAME_CREDIT] = "credit",
		[FRAME_REFUSED] = "refused",
		[FRAME_CALL] = "call",
		[FRAME_REPLY] = "reply",
		[FRAME_FAILED] = "failed",
		[FRAME_EVENT] = "event",
		[FRAME_CANCEL] = "cancel",
	};
	static char text[1024];
	struct buf json = BUF_INIT(1 << 16);

	assert_int_equal(json_from_msgpack(f->payload, f->payload_len, NULL, NULL, &json), 0);
	snprintf(text, sizeof(text), "%s%s%s%.*s %.*s", kinds[f->kind],
		f->flags & FRAME_AGAIN ? " again" : "", f->channel_len ? " " : "",
		(int)f->channel_len, f->channel, (int)buf_len(&json), (char *)buf_bytes(&json));
	buf_fini(&json);
	return text;
}

/* The next at the page, as "message ok 7" or "message again ok 7"; its id in @ret_id. */
static inline const char *heard_under(struct world *w, uint32_t *ret_id)
{
	struct frame *f = page_receives(w);
	const char *text = f ? frame_text(f) : "nothing";

	if (f)
		*ret_id = f->id;
	frame_unref(f);
	return text;
}

static inline const char *heard(struct world *w)
{
	uint32_t ignored;

	return heard_under(w, &ignored);
}

static inline bool page_is_closed(struct world *w)
{
	char bytes[4096];
	ssize_t n;

	pass(w);
	while ((n = recv(w->fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
		;
	return n == 0 || errno == ECONNRESET;
}

/* ---- the host ---- */

static inline enum wire_status host_says(struct world *w, enum frame_kind kind, uint32_t id,
	const char *channel, unsigned number, unsigned flags)
{
	struct router_result result;
	struct frame *plain, *f;
	uint8_t payload = (uint8_t)number;

	assert_int_equal(frame_new(kind, id, channel, strlen(channel), &payload, 1, &plain), 0);
	assert_int_equal(frame_copy(plain, id, flags, &f), 0);
	frame_unref(plain);
	router_send(w->router, w->host_id, "main", f, &result);
	return result.status;
}

static inline enum wire_status host_sends(struct world *w, const char *channel, unsigned number)
{
	return host_says(w, FRAME_MESSAGE, 0, channel, number, 0);
}

/* @id is to be acknowledged. */
static inline void host_asks(struct world *w, uint32_t id, unsigned number, unsigned flags)
{
	assert_int_equal(host_says(w, FRAME_MESSAGE, id, "ok", number, flags), STATUS_OK);
}

static inline void host_calls(struct world *w, uint32_t id, unsigned number)
{
	assert_int_equal(host_says(w, FRAME_CALL, id, "ok", number, 0), STATUS_OK);
}

/* The next answer that the host has got, as "5 reply null" or "5 failed [7007,uncertain]". */
static inline const char *host_answered(struct world *w)
{
	static char text[64];
	struct envelope e;
	const char *json;

	pass(w);
	if (!mailbox_take(&w->answers, &e))
		return "nothing";
	json = frame_text(e.frame);
	if (e.frame->kind == FRAME_FAILED)
		snprintf(text, sizeof(text), "%u failed %.4s%s", e.frame->id,
			json + strlen("failed ["), strstr(json, ",true]") ? " uncertain" : "");
	else
		snprintf(text, sizeof(text), "%u %.48s", e.frame->id, json);
	envelope_fini(&e);
	return text;
}

/* The next that the host has got; what it was charged goes back to the page. */
static inline const char *host_got(struct world *w)
{
	const char *text = "nothing";
	struct envelope e;

	pass(w);
	if (!mailbox_take(&w->box, &e))
		return text;
	text = frame_text(e.frame);
	if (e.frame->kind != FRAME_CANCEL)
		router_consumed(w->router, e.from, 1, e.frame->size);
	envelope_fini(&e);
	return text;
}

#define page_test(f) cmocka_unit_test_setup_teardown(f, page_setup, page_teardown)
