/*
 * A router with real grants between three peers that only keep what they get:
 * the host, and the pages of the windows "main" and "other".
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

#include "ipc/caps.h"
#include "ipc/mailbox.h"
#include "ipc/router.h"
#include "wire/limits.h"

struct keeper {
	struct peer peer;
	struct identity *id; /* as which its page or script sends */
	struct mailbox box; /* delivered */
	struct mailbox answers;
	unsigned consumed;
	unsigned n_denied;
	char denied[128];
};

struct world {
	struct caps *caps;
	struct router *router;
	struct keeper host, page, other;
};

static inline enum wire_status keep(struct mailbox *m, struct identity *from, struct frame *f)
{
	return mailbox_put(m, from, f, ROOM_BOUNDED) == 0 ? STATUS_OK : STATUS_QUEUE_FULL;
}

static inline enum wire_status keeper_deliver(
	struct peer *to, struct identity *from, struct frame *f)
{
	return keep(&container_of(to, struct keeper, peer)->box, from, f);
}

static inline enum wire_status keeper_answer(
	struct peer *to, const struct identity *caller, struct identity *from, struct frame *f)
{
	struct keeper *k = container_of(to, struct keeper, peer);

	assert_ptr_equal(caller, k->id);
	return keep(&k->answers, from, f);
}

static inline void keeper_consumed(
	struct peer *peer, const struct identity *sender, unsigned messages, size_t bytes)
{
	container_of(peer, struct keeper, peer)->consumed += messages;
}

static inline void keeper_denied(struct peer *peer, const struct denial *d)
{
	struct keeper *k = container_of(peer, struct keeper, peer);

	k->n_denied++;
	snprintf(k->denied, sizeof(k->denied), "%s %.*s %s %s",
		d->direction == CAPS_SEND ? "send" : "receive", (int)d->channel_len, d->channel,
		d->origin, d->rule ? d->rule : "-");
}

/* As a page when @frame is one of enum caps_frame. */
static inline void keeper_init(struct keeper *k, struct world *w, const char *name, unsigned frame)
{
	static const struct peer_ops host_ops = {
		.deliver = keeper_deliver,
		.answer = keeper_answer,
	};
	static const struct peer_ops page_ops = {
		.deliver = keeper_deliver,
		.answer = keeper_answer,
		.consumed = keeper_consumed,
		.denied = keeper_denied,
		.acknowledges = true,
	};

	*k = (struct keeper){ .peer.ops = frame ? &page_ops : &host_ops };
	list_init(&k->peer.link);
	mailbox_init(&k->box, router_budget(w->router), 100, 1 << 20);
	mailbox_init(&k->answers, router_budget(w->router), 2000, 1 << 20);
	assert_int_equal(identity_new(name, frame ? "app://x" : "", frame, &k->id), 0);
	k->peer.self = k->id;
	k->peer.receiver = frame ? k->id : NULL;
}

static inline void keeper_fini(struct keeper *k, struct world *w)
{
	router_remove(w->router, &k->peer);
	mailbox_fini(&k->box);
	mailbox_fini(&k->answers);
	identity_unref(k->id);
}

static inline void add_rule(struct caps *c, const char *pattern, bool deny)
{
	struct caps_rule rule = {
		.deny = deny,
		.pattern = pattern,
		.pattern_len = strlen(pattern),
		.directions = CAPS_SEND | CAPS_RECEIVE,
		.frames = CAPS_MAIN,
		.origin = "app://x",
	};

	assert_int_equal(caps_add(c, &rule), 0);
}

static inline void allow(struct caps *c, const char *pattern)
{
	add_rule(c, pattern, false);
}

static inline int router_setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	assert_int_equal(caps_new(&w->caps), 0);
	allow(w->caps, "ok*");
	add_rule(w->caps, "ok:never", true);
	assert_int_equal(router_new(caps_checker(w->caps), &w->router), 0);
	keeper_init(&w->host, w, PEER_HOST, 0);
	keeper_init(&w->page, w, "main", CAPS_MAIN);
	keeper_init(&w->other, w, "other", CAPS_MAIN);
	assert_int_equal(router_add(w->router, &w->page.peer), 0);
	assert_int_equal(router_add(w->router, &w->host.peer), 0);
	assert_int_equal(router_add(w->router, &w->other.peer), 0);
	*state = w;
	return 0;
}

/* Nobody is left with a call, and no queue with a byte. */
static inline int router_teardown(void **state)
{
	struct world *w = *state;

	keeper_fini(&w->page, w);
	keeper_fini(&w->other, w);
	keeper_fini(&w->host, w);
	assert_int_equal(router_budget(w->router)->used, 0);
	router_free(w->router);
	caps_free(w->caps);
	free(w);
	return 0;
}

static inline struct frame *frame_of(enum frame_kind kind, uint32_t id, const char *channel)
{
	struct frame *f;

	assert_int_equal(frame_new(kind, id, channel, strlen(channel), "\x07", 1, &f), 0);
	return f;
}

static inline enum wire_status send_frame(struct world *w, struct identity *from, const char *to,
	enum frame_kind kind, uint32_t id, const char *channel)
{
	struct router_result result;

	router_send(w->router, from, to, frame_of(kind, id, channel), &result);
	return result.status;
}

/* The next in @m, owned by the caller. */
static inline struct envelope taken(struct mailbox *m)
{
	struct envelope e;

	assert_true(mailbox_take(m, &e));
	return e;
}

#define router_test(f) cmocka_unit_test_setup_teardown(f, router_setup, router_teardown)
