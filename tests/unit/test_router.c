#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ipc/mailbox.h"
#include "ipc/router.h"
#include "wire/limits.h"

/* A peer that keeps what it gets. */
struct keeper {
	struct peer peer;
	struct mailbox box;
	unsigned consumed;
};

static enum wire_status keep(struct peer *to, struct identity *from, struct frame *f)
{
	struct keeper *k = container_of(to, struct keeper, peer);

	return mailbox_put(&k->box, from, f) == 0 ? STATUS_OK : STATUS_QUEUE_FULL;
}

static void count_consumed(
	struct peer *peer, const struct identity *sender, unsigned messages, size_t bytes)
{
	container_of(peer, struct keeper, peer)->consumed += messages;
}

static const struct peer_ops keeper_ops = { .deliver = keep, .consumed = count_consumed };

struct world {
	struct router *router;
	struct keeper host, page;
	struct caps *caps;
	struct identity *host_id, *page_id;
};

static void allow(struct caps *c, const char *pattern)
{
	struct caps_rule rule = {
		.pattern = pattern,
		.pattern_len = strlen(pattern),
		.directions = CAPS_SEND | CAPS_RECEIVE,
		.frames = CAPS_MAIN,
		.origin = "app://x",
	};

	assert_int_equal(caps_add(c, &rule), 0);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_int_equal(router_new(&w->router), 0);
	assert_int_equal(caps_new(&w->caps), 0);
	allow(w->caps, "ok*");
	mailbox_init(&w->host.box, 2, 1 << 20);
	mailbox_init(&w->page.box, 2, 1 << 20);
	w->host.peer.ops = w->page.peer.ops = &keeper_ops;
	w->page.peer.caps = w->caps;
	w->page.peer.origin = "app://x";
	assert_int_equal(router_add(w->router, &w->host.peer, PEER_HOST), 0);
	assert_int_equal(router_add(w->router, &w->page.peer, "main"), 0);
	assert_int_equal(identity_new(PEER_HOST, "", &w->host_id), 0);
	assert_int_equal(identity_new("main", "app://x", &w->page_id), 0);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	router_remove(w->router, &w->page.peer);
	router_remove(w->router, &w->host.peer);
	router_free(w->router);
	mailbox_fini(&w->host.box);
	mailbox_fini(&w->page.box);
	identity_unref(w->host_id);
	identity_unref(w->page_id);
	caps_free(w->caps);
	free(w);
	return 0;
}

static struct frame *message(const char *channel)
{
	struct frame *f;

	assert_int_equal(frame_new(FRAME_MESSAGE, 0, channel, strlen(channel), "\x07", 1, &f), 0);
	return f;
}

static enum wire_status send(
	struct world *w, struct identity *from, const char *to, const char *channel)
{
	struct router_result result;

	router_send(w->router, from, to, message(channel), &result);
	return result.status;
}

static void a_message_arrives_with_the_identity_it_was_stamped_with(void **state)
{
	struct world *w = *state;
	struct envelope e;

	assert_int_equal(send(w, w->page_id, PEER_HOST, "ok"), STATUS_OK);
	assert_true(mailbox_take(&w->host.box, &e));
	assert_ptr_equal(e.from, w->page_id);
	assert_string_equal(e.from->origin, "app://x");
	assert_memory_equal(e.frame->channel, "ok", 2);
	envelope_fini(&e);
}

static void an_unknown_peer_is_reported(void **state)
{
	struct world *w = *state;
	struct router_result result;

	router_send(w->router, w->host_id, "gone", message("ok"), &result);
	assert_int_equal(result.status, STATUS_WINDOW_NOT_FOUND);
	assert_string_equal(result.reason, "there is no window \"gone\"");
}

static void grants_hold_in_both_directions(void **state)
{
	struct world *w = *state;
	struct router_stats stats;

	assert_int_equal(send(w, w->page_id, PEER_HOST, "no"), STATUS_PERMISSION_DENIED);
	assert_int_equal(send(w, w->host_id, "main", "no"), STATUS_PERMISSION_DENIED);
	assert_int_equal(send(w, w->host_id, "main", "okay"), STATUS_OK);
	assert_null(mailbox_peek(&w->host.box));
	router_get_stats(w->router, &stats);
	assert_int_equal(stats.denied, 2);
	assert_int_equal(stats.delivered, 1);
}

static void reserved_channels_are_denied_to_pages_whatever_is_allowed(void **state)
{
	struct world *w = *state;
	struct router_result result;

	allow(w->caps, "*");
	router_send(w->router, w->page_id, PEER_HOST, message("__window__"), &result);
	assert_int_equal(result.status, STATUS_PERMISSION_DENIED);
	assert_non_null(strstr(result.reason, "runtime's"));
}

static void a_full_queue_is_reported_and_the_next_message_is_not_lost_with_it(void **state)
{
	struct world *w = *state;
	struct envelope e;

	assert_int_equal(send(w, w->page_id, PEER_HOST, "ok1"), STATUS_OK);
	assert_int_equal(send(w, w->page_id, PEER_HOST, "ok2"), STATUS_OK);
	assert_int_equal(send(w, w->page_id, PEER_HOST, "ok3"), STATUS_QUEUE_FULL);
	assert_true(mailbox_take(&w->host.box, &e));
	envelope_fini(&e);
	assert_int_equal(send(w, w->page_id, PEER_HOST, "ok4"), STATUS_OK);
}

static void a_sender_that_has_gone_gets_no_credit(void **state)
{
	struct world *w = *state;

	router_consumed(w->router, w->page_id, 1, 10);
	assert_int_equal(w->page.consumed, 1);
	router_remove(w->router, &w->page.peer);
	router_consumed(w->router, w->page_id, 1, 10);
	assert_int_equal(w->page.consumed, 1);
}

static void names_are_unique_and_bounded(void **state)
{
	struct world *w = *state;
	struct keeper other = { .peer.ops = &keeper_ops };
	char name[PEER_NAME_MAX + 2];

	assert_int_equal(router_add(w->router, &other.peer, "main"), -EEXIST);
	memset(name, 'x', sizeof(name));
	name[PEER_NAME_MAX + 1] = '\0';
	assert_int_equal(router_add(w->router, &other.peer, name), -ENAMETOOLONG);
	assert_int_equal(router_add(w->router, &other.peer, ""), -ENAMETOOLONG);
	/* It was never added: must leave the real "main" alone. */
	router_remove(w->router, &other.peer);
	assert_non_null(router_find(w->router, "main"));
}

static void the_number_of_peers_is_bounded(void **state)
{
	struct world *w = *state;
	static struct keeper many[PEERS_MAX];
	size_t n = 0;
	int r = 0;

	for (; n < PEERS_MAX && r == 0; n++) {
		char name[16];

		many[n].peer.ops = &keeper_ops;
		snprintf(name, sizeof(name), "peer-%zu", n);
		r = router_add(w->router, &many[n].peer, name);
	}
	assert_int_equal(r, -ENOSPC);
	assert_int_equal(n, PEERS_MAX - 2 + 1);
	while (n-- > 0)
		router_remove(w->router, &many[n].peer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_message_arrives_with_the_identity_it_was_stamped_with, setup, teardown),
		cmocka_unit_test_setup_teardown(an_unknown_peer_is_reported, setup, teardown),
		cmocka_unit_test_setup_teardown(grants_hold_in_both_directions, setup, teardown),
		cmocka_unit_test_setup_teardown(
			reserved_channels_are_denied_to_pages_whatever_is_allowed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_full_queue_is_reported_and_the_next_message_is_not_lost_with_it, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			a_sender_that_has_gone_gets_no_credit, setup, teardown),
		cmocka_unit_test_setup_teardown(names_are_unique_and_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(the_number_of_peers_is_bounded, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
