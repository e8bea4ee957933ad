#include "oom/scenario.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "ipc/caps.h"
#include "ipc/identity.h"
#include "ipc/inbox.h"
#include "ipc/link.h"
#include "ipc/mailbox.h"
#include "ipc/router.h"
#include "loop/loop.h"

#define PAYLOAD_LARGE (100u << 10)

static int message(struct frame **ret)
{
	static const uint8_t payload[PAYLOAD_LARGE] = { 0xc6, 0, (PAYLOAD_LARGE - 5) >> 16,
		(uint8_t)((PAYLOAD_LARGE - 5) >> 8), (uint8_t)(PAYLOAD_LARGE - 5) };

	return frame_new(FRAME_MESSAGE, 0, "c", 1, payload, sizeof(payload), ret);
}

static int add_rule(struct caps *c, const char *pattern, bool deny)
{
	const struct caps_rule rule = {
		.deny = deny,
		.pattern = pattern,
		.pattern_len = strlen(pattern),
		.directions = CAPS_SEND,
		.frames = CAPS_MAIN,
		.origin = deny ? NULL : "app://test",
	};

	return caps_add(c, &rule);
}

static bool may_send(const struct caps *c, const char *channel)
{
	const struct caps_query q = {
		.window = "main",
		.origin = "app://test",
		.frame = CAPS_MAIN,
		.direction = CAPS_SEND,
		.channel = channel,
		.channel_len = strlen(channel),
	};
	struct caps_verdict v;

	caps_check(c, &q, &v);
	return v.allowed;
}

static int add_rules(struct caps *c)
{
	int r;

	scenario_try(add_rule(c, "cart:*", false));
	r = add_rule(c, "cart:secret", true);
	assert_int_equal(may_send(c, "cart:add"), true);
	assert_int_equal(may_send(c, "cart:secret"), r < 0);
	return r;
}

static int caps_has_a_whole_rule_or_none(void)
{
	struct caps *c = NULL;
	int r = caps_new(&c);

	if (r == 0)
		r = add_rules(c);
	caps_free(c);
	return r;
}

static int put_message(struct mailbox *m, struct identity *from)
{
	struct frame *f;

	scenario_try(message(&f));
	return mailbox_put(m, from, f, ROOM_BOUNDED);
}

static int fill_mailbox(struct mailbox *m)
{
	struct identity *from = NULL;
	int r = identity_new("main", "app://test", CAPS_MAIN, &from);

	while (r == 0 && m->messages < 3)
		r = put_message(m, from);
	if (from && r < 0) {
		size_t n = m->messages;

		assert_int_equal(m->bytes, n ? n * mailbox_peek(m)->frame->size : 0);
		alloc_relent();
		assert_int_equal(put_message(m, from), 0);
		assert_int_equal(m->messages, n + 1);
	}
	identity_unref(from);
	return r;
}

static int mailbox_stays_as_it_was(void)
{
	struct budget budget = { .max = 1 << 20 };
	struct mailbox m;
	int r;

	mailbox_init(&m, &budget, 8, 1 << 20);
	r = fill_mailbox(&m);
	mailbox_fini(&m);
	assert_int_equal(budget.used, 0);
	return r;
}

static int put_into_inbox(struct inbox *i, struct identity *from)
{
	size_t n = i->messages;
	struct frame *f;
	int r;

	scenario_try(message(&f));
	r = inbox_put(i, from, f, ROOM_BOUNDED);
	assert_int_equal(i->messages, r == 0 ? n + 1 : n);
	return r;
}

static int use_inbox(struct inbox *i, struct identity *a, struct identity *b)
{
	struct envelope e;
	int r;

	scenario_try(put_into_inbox(i, a));
	scenario_try(put_into_inbox(i, b));
	scenario_try(put_into_inbox(i, a));
	assert_true(inbox_take(i, &e));
	assert_ptr_equal(e.from, a);
	r = inbox_put_back(i, e.from, frame_ref(e.frame));
	envelope_fini(&e);
	assert_int_equal(i->messages, r == 0 ? 3 : 2);
	return r;
}

static int inbox_stays_as_it_was(void)
{
	struct budget budget = { .max = 1 << 20 };
	struct identity *a = NULL, *b = NULL;
	struct inbox i;
	int r = identity_new("a", "", CAPS_MAIN, &a);

	inbox_init(&i, &budget, 8, 1 << 20);
	if (r == 0)
		r = identity_new("b", "", CAPS_MAIN, &b);
	if (r == 0)
		r = use_inbox(&i, a, b);
	inbox_fini(&i);
	assert_int_equal(budget.used, 0);
	identity_unref(a);
	identity_unref(b);
	return r;
}

/* A peer that keeps what it is sent. */
struct receiver {
	struct peer peer;
	struct identity *self;
	struct mailbox inbox, answers;
};

static enum wire_status status_of(int r)
{
	return r == 0 ? STATUS_OK : STATUS_CHANNEL_SEND;
}

static enum wire_status on_deliver(struct peer *to, struct identity *from, struct frame *f)
{
	struct receiver *r = container_of(to, struct receiver, peer);

	return status_of(mailbox_put(&r->inbox, from, f, ROOM_BOUNDED));
}

static enum wire_status on_answer(
	struct peer *to, const struct identity *caller, struct identity *from, struct frame *f)
{
	struct receiver *r = container_of(to, struct receiver, peer);

	return status_of(mailbox_put(&r->answers, from, f, ROOM_RESERVED));
}

static const struct peer_ops receiver_ops = { .deliver = on_deliver, .answer = on_answer };

static int receiver_start(struct receiver *r, struct router *router, const char *name)
{
	r->peer.ops = &receiver_ops;
	mailbox_init(&r->inbox, router_budget(router), 8, 1 << 20);
	mailbox_init(&r->answers, router_budget(router), 8, 1 << 20);
	scenario_try(identity_new(name, "", 0, &r->self));
	r->peer.self = r->self;
	return router_add(router, &r->peer);
}

static void receiver_stop(struct receiver *r, struct router *router)
{
	if (!r->self)
		return;
	router_caller_lost(router, r->self);
	router_remove(router, &r->peer);
	mailbox_fini(&r->inbox);
	mailbox_fini(&r->answers);
	identity_unref(r->self);
}

struct two {
	struct router *router;
	struct receiver host, main;
};

static int send_twice(struct two *t)
{
	struct router_result result;
	struct router_stats stats;
	struct frame *f;

	for (unsigned i = 0; i < 2; i++) {
		scenario_try(message(&f));
		router_send(t->router, t->host.self, "main", f, &result);
		router_get_stats(t->router, &stats);
		assert_int_equal(stats.delivered, t->main.inbox.messages);
		assert_int_equal(stats.delivered + stats.refused, i + 1);
		if (result.status != STATUS_OK) {
			assert_int_equal(result.status, STATUS_CHANNEL_SEND);
			return -ENOMEM;
		}
	}
	return 0;
}

static int call(struct two *t, uint32_t id)
{
	struct router_result result;
	struct router_stats stats;
	struct frame *f;

	scenario_try(frame_new(FRAME_CALL, id, "c", 1, NULL, 0, &f));
	router_send(t->router, t->host.self, "main", f, &result);
	router_get_stats(t->router, &stats);
	assert_int_equal(stats.calls, t->main.inbox.messages);
	assert_int_equal(t->host.self->n_calls, stats.calls);
	return result.status == STATUS_OK ? 0 : -ENOMEM;
}

/*
 * An answer finds memory, or a short one that says so does, or, with none at all,
 * it is lost with a line in the log: its caller has a deadline. The call is over.
 */
static int answer_calls(struct two *t)
{
	struct router_stats stats;
	struct envelope e;
	struct frame *f;
	int r = 0;

	scenario_try(call(t, 7));
	scenario_try(call(t, 8));
	mailbox_take(&t->main.inbox, &e);
	assert_true(router_dispatch(t->router, &t->main.peer, e.frame->id));
	r = frame_new(FRAME_REPLY, e.frame->id, "", 0, NULL, 0, &f);
	envelope_fini(&e);
	scenario_try(r);
	scenario_excuse();
	assert_true(router_answer(t->router, t->main.self, f));
	router_cancel(t->router, t->host.self, 8);
	scenario_excuse_end();
	router_get_stats(t->router, &stats);
	assert_int_equal(stats.calls, 0);
	assert_true(t->host.answers.messages <= 1);
	return 0;
}

static int with_two_peers(int (*fn)(struct two *t))
{
	struct two t = { 0 };
	struct caps *caps = NULL;
	int r = caps_new(&caps);

	if (r == 0)
		r = router_new(caps_checker(caps), &t.router);
	if (r == 0) {
		r = receiver_start(&t.host, t.router, "host");
		if (r == 0)
			r = receiver_start(&t.main, t.router, "main");
		if (r == 0)
			r = fn(&t);
		/* Calls that are open end with their callee, as answers above. */
		scenario_excuse();
		receiver_stop(&t.main, t.router);
		receiver_stop(&t.host, t.router);
		scenario_excuse_end();
		assert_int_equal(router_budget(t.router)->used, 0);
	}
	router_free(t.router);
	caps_free(caps);
	return r;
}

static int router_says_that_a_message_was_not_taken(void)
{
	return with_two_peers(send_twice);
}

static int router_leaves_no_call_open(void)
{
	return with_two_peers(answer_calls);
}

struct ends {
	struct loop *loop;
	struct link *near, *far;
	unsigned frames;
	int error;
};

static void on_frame(struct link *k, struct frame *f, void *arg)
{
	((struct ends *)arg)->frames++;
	frame_unref(f);
}

static void on_ended(struct link *k, int error, void *arg)
{
	struct ends *e = arg;

	e->error = error;
	link_free(k == e->near ? take_ptr(e->near) : take_ptr(e->far));
}

static const struct link_ops link_ops = { .frame = on_frame, .ended = on_ended };

static int connect_ends(struct ends *e, int pair[2])
{
	scenario_try(loop_new(&e->loop));
	scenario_try(link_new(e->loop, "near", take_fd(pair[0]), &link_ops, e, &e->near));
	return link_new(e->loop, "far", take_fd(pair[1]), &link_ops, e, &e->far);
}

static int send_message(struct link *k)
{
	struct frame *f;

	scenario_try(message(&f));
	return link_send(k, f);
}

static int send_and_receive(struct ends *e)
{
	uint64_t until = clock_now() + 5 * NSEC_PER_SEC;
	int r = send_message(e->near);

	if (r < 0) {
		alloc_relent();
		assert_int_equal(send_message(e->near), 0);
	}
	while (e->far && e->frames == 0 && clock_now() < until)
		loop_pass(e->loop, until);
	assert_int_equal(e->frames, e->error < 0 ? 0 : 1);
	return r < 0 ? r : e->error;
}

/* What cannot be read ends the link that reads it, and not the other one. */
static int link_reports_at_either_end(void)
{
	struct ends e = { 0 };
	int pair[2], r;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	r = connect_ends(&e, pair);
	if (r == 0) {
		r = send_and_receive(&e);
		assert_non_null(e.near);
	}
	link_free(e.near);
	link_free(e.far);
	loop_free(e.loop);
	for (int i = 0; i < 2; i++)
		if (pair[i] >= 0)
			close(pair[i]);
	return r;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scenario_test(caps_has_a_whole_rule_or_none),
		scenario_test(mailbox_stays_as_it_was),
		scenario_test(inbox_stays_as_it_was),
		scenario_test(router_says_that_a_message_was_not_taken),
		scenario_test(router_leaves_no_call_open),
		scenario_test(link_reports_at_either_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
