#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "ipc/mailbox.h"
#include "loop/loop.h"
#include "view/page_peer.h"
#include "wire/decoder.h"
#include "wire/limits.h"

#define APP "app://shop"

/* The host is a mailbox here; the test plays the page, over the real socket. */
struct world {
	struct loop *loop;
	struct router *router;
	struct caps *caps;
	struct page_peer *page;
	struct peer host;
	struct mailbox box;
	struct identity *host_id;
	int fd; /* the page's end */
	struct decoder decoder;
};

static enum wire_status keep(struct peer *to, struct identity *from, struct frame *f)
{
	struct world *w = container_of(to, struct world, host);

	return mailbox_put(&w->box, from, f) == 0 ? STATUS_OK : STATUS_QUEUE_FULL;
}

static const struct peer_ops host_ops = { .deliver = keep };

static void allow(struct caps *c, const char *pattern)
{
	struct caps_rule rule = {
		.pattern = pattern,
		.pattern_len = strlen(pattern),
		.directions = CAPS_SEND | CAPS_RECEIVE,
		.frames = CAPS_MAIN,
		.origin = APP,
	};

	assert_int_equal(caps_add(c, &rule), 0);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct page_peer_options opts = { .origin = APP };

	w->fd = -1;
	decoder_init(&w->decoder);
	assert_int_equal(loop_new(&w->loop), 0);
	assert_int_equal(router_new(&w->router), 0);
	assert_int_equal(caps_new(&w->caps), 0);
	allow(w->caps, "ok");
	opts.loop = w->loop;
	opts.router = w->router;
	opts.caps = w->caps;
	assert_int_equal(page_peer_new(&opts, "main", &w->page), 0);
	w->host.ops = &host_ops;
	mailbox_init(&w->box, 100000, 64 << 20);
	assert_int_equal(router_add(w->router, &w->host, PEER_HOST), 0);
	assert_int_equal(identity_new(PEER_HOST, "", &w->host_id), 0);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	page_peer_free(w->page);
	router_remove(w->router, &w->host);
	mailbox_fini(&w->box);
	identity_unref(w->host_id);
	caps_free(w->caps);
	router_free(w->router);
	loop_free(w->loop);
	decoder_fini(&w->decoder);
	if (w->fd >= 0)
		close(w->fd);
	free(w);
	return 0;
}

static void connect_page(struct world *w)
{
	page_peer_commit(w->page, APP);
	if (w->fd >= 0)
		close(w->fd);
	w->fd = page_peer_connect(w->page);
	assert_true(w->fd >= 0);
}

static void pass(struct world *w)
{
	for (int i = 0; i < 4; i++)
		loop_pass(w->loop, clock_now() + NSEC_PER_MSEC);
}

static void page_sends(struct world *w, enum frame_kind kind, const char *channel)
{
	struct frame *f;

	assert_int_equal(frame_new(kind, 0, channel, strlen(channel), "\x07", 1, &f), 0);
	/* A frame this small goes whole or not at all. */
	while (send(w->fd, f->bytes, f->size, MSG_NOSIGNAL) != (ssize_t)f->size) {
		assert_int_equal(errno, EAGAIN);
		pass(w);
	}
	frame_unref(f);
}

static enum wire_status host_sends(struct world *w, const char *channel)
{
	struct router_result result;
	struct frame *f;

	assert_int_equal(frame_new(FRAME_MESSAGE, 0, channel, strlen(channel), "\x07", 1, &f), 0);
	router_send(w->router, w->host_id, "main", f, &result);
	return result.status;
}

/* The next frame at the page, or null. */
static struct frame *page_receives(struct world *w)
{
	struct frame *f = NULL;
	uint8_t *at;
	ssize_t n;

	pass(w);
	while (decoder_next(&w->decoder, &f) == 0) {
		assert_int_equal(decoder_reserve(&w->decoder, 4096, &at), 0);
		n = recv(w->fd, at, 4096, MSG_DONTWAIT);
		if (n <= 0)
			return NULL;
		decoder_fed(&w->decoder, (size_t)n);
	}
	return f;
}

static bool page_is_closed(struct world *w)
{
	char byte;

	pass(w);
	while (recv(w->fd, &byte, 1, MSG_DONTWAIT) > 0)
		;
	return recv(w->fd, &byte, 1, MSG_DONTWAIT) == 0 || errno == ECONNRESET;
}

static void only_a_committed_document_of_the_app_gets_a_socket(void **state)
{
	static const char *const foreign[] = { "", "app://shop.evil", "app://shopping",
		"https://shop", "app://SHOP", "app://shop:1", "app://shop." };
	struct world *w = *state;

	assert_int_equal(page_peer_connect(w->page), -EACCES);
	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++) {
		page_peer_commit(w->page, foreign[i]);
		assert_int_equal(page_peer_connect(w->page), -EACCES);
	}
	connect_page(w);
}

static void one_document_gets_one_socket(void **state)
{
	struct world *w = *state;

	connect_page(w);
	assert_int_equal(page_peer_connect(w->page), -EEXIST);
	page_sends(w, FRAME_MESSAGE, "ok");
	pass(w);
	assert_int_equal(w->box.messages, 1);
	/* Nor another one after it closed its own. */
	close(take_fd(w->fd));
	pass(w);
	assert_int_equal(page_peer_connect(w->page), -EEXIST);
}

static void a_commit_closes_the_old_documents_socket(void **state)
{
	struct world *w = *state;
	int old;

	connect_page(w);
	old = take_fd(w->fd);
	connect_page(w);
	w->fd = (close(w->fd), old);
	assert_true(page_is_closed(w));
}

static void identity_is_that_of_the_committed_document(void **state)
{
	struct world *w = *state;
	struct envelope first, second;

	connect_page(w);
	page_sends(w, FRAME_MESSAGE, "ok");
	pass(w);
	connect_page(w);
	page_sends(w, FRAME_MESSAGE, "ok");
	pass(w);
	assert_true(mailbox_take(&w->box, &first));
	assert_true(mailbox_take(&w->box, &second));
	assert_string_equal(first.from->peer, "main");
	assert_string_equal(first.from->origin, APP);
	assert_true(first.from->serial != second.from->serial);
	envelope_fini(&first);
	envelope_fini(&second);
}

static void messages_wait_for_the_first_listener_and_for_the_next_document(void **state)
{
	struct world *w = *state;
	struct frame *f;

	assert_int_equal(host_sends(w, "ok"), STATUS_OK);
	connect_page(w);
	assert_null(page_receives(w));
	connect_page(w);
	page_sends(w, FRAME_READY, "");
	f = page_receives(w);
	assert_non_null(f);
	assert_int_equal(f->kind, FRAME_MESSAGE);
	frame_unref(f);
}

static void what_waits_goes_to_no_document_of_another_origin(void **state)
{
	struct world *w = *state;

	connect_page(w);
	assert_int_equal(host_sends(w, "ok"), STATUS_OK);
	page_peer_commit(w->page, "https://example.org");
	connect_page(w);
	page_sends(w, FRAME_READY, "");
	assert_null(page_receives(w));
}

static void what_waits_survives_a_crash(void **state)
{
	struct world *w = *state;
	struct frame *f;

	connect_page(w);
	assert_int_equal(host_sends(w, "ok"), STATUS_OK);
	page_peer_lost(w->page);
	assert_int_equal(page_peer_connect(w->page), -EEXIST);
	connect_page(w);
	page_sends(w, FRAME_READY, "");
	f = page_receives(w);
	assert_non_null(f);
	frame_unref(f);
}

static void the_queue_of_a_window_is_bounded(void **state)
{
	struct world *w = *state;
	unsigned sent = 0;

	while (host_sends(w, "ok") == STATUS_OK)
		sent++;
	assert_int_equal(sent, WINDOW_QUEUE_MESSAGES);
	assert_int_equal(host_sends(w, "ok"), STATUS_QUEUE_FULL);
}

static void a_denied_message_is_told_to_the_page_and_costs_it_no_credit(void **state)
{
	struct world *w = *state;
	struct frame *f;

	connect_page(w);
	for (unsigned i = 0; i < 2 * CREDIT_MESSAGES; i++) {
		page_sends(w, FRAME_MESSAGE, "no");
		f = page_receives(w);
		assert_non_null(f);
		if (f->kind == FRAME_CREDIT) {
			frame_unref(f);
			f = page_receives(w);
		}
		assert_int_equal(f->kind, FRAME_REFUSED);
		assert_int_equal(f->id, STATUS_PERMISSION_DENIED);
		assert_memory_equal(f->channel, "no", 2);
		frame_unref(f);
	}
	assert_int_equal(w->box.messages, 0);
}

static void credit_comes_back_when_messages_leave_the_hosts_queue(void **state)
{
	struct world *w = *state;
	unsigned returned = 0;
	struct frame *f;

	connect_page(w);
	for (unsigned i = 0; i < CREDIT_MESSAGES; i++)
		page_sends(w, FRAME_MESSAGE, "ok");
	assert_null(page_receives(w));
	for (unsigned i = 0; i < CREDIT_MESSAGES; i++) {
		struct envelope e;

		assert_true(mailbox_take(&w->box, &e));
		router_consumed(w->router, e.from, 1, e.frame->size);
		envelope_fini(&e);
	}
	while ((f = page_receives(w))) {
		assert_int_equal(f->kind, FRAME_CREDIT);
		returned += f->id;
		frame_unref(f);
	}
	assert_int_equal(returned, CREDIT_MESSAGES);
}

static void an_overrun_of_the_credit_ends_the_document_and_keeps_what_was_within(void **state)
{
	struct world *w = *state;

	connect_page(w);
	for (unsigned i = 0; i <= CREDIT_MESSAGES; i++)
		page_sends(w, FRAME_MESSAGE, "ok");
	assert_true(page_is_closed(w));
	assert_int_equal(w->box.messages, CREDIT_MESSAGES);
	/* The window is not lost with it. */
	connect_page(w);
	page_sends(w, FRAME_MESSAGE, "ok");
	pass(w);
	assert_int_equal(w->box.messages, CREDIT_MESSAGES + 1);
}

static void an_older_documents_messages_give_the_new_one_no_credit(void **state)
{
	struct world *w = *state;
	struct envelope e;

	connect_page(w);
	for (unsigned i = 0; i < CREDIT_MESSAGES; i++)
		page_sends(w, FRAME_MESSAGE, "ok");
	pass(w);
	connect_page(w);
	while (mailbox_take(&w->box, &e)) {
		router_consumed(w->router, e.from, 1, e.frame->size);
		envelope_fini(&e);
	}
	assert_null(page_receives(w));
}

static void frames_that_only_the_runtime_sends_end_the_document(void **state)
{
	static const struct {
		enum frame_kind kind;
		const char *channel;
	} vectors[] = {
		{ FRAME_CREDIT, "" },
		{ FRAME_REFUSED, "ok" },
		{ FRAME_CALL, "ok" },
		{ FRAME_REPLY, "" },
		{ FRAME_FAILED, "" },
		{ FRAME_EVENT, "ok" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		connect_page(w);
		page_sends(w, vectors[i].kind, vectors[i].channel);
		assert_true(page_is_closed(w));
	}
	assert_int_equal(w->box.messages, 0);
}

static void page_logs(struct world *w, uint32_t level, const char *payload, size_t len)
{
	struct frame *f;

	assert_int_equal(frame_new(FRAME_LOG, level, "", 0, payload, len, &f), 0);
	assert_int_equal(send(w->fd, f->bytes, f->size, MSG_NOSIGNAL), f->size);
	frame_unref(f);
	pass(w);
}

static void lines_for_the_log_go_nowhere_else_and_cost_no_credit(void **state)
{
	struct world *w = *state;

	connect_page(w);
	for (unsigned i = 0; i < 2 * CREDIT_MESSAGES; i++)
		page_logs(w, 3, "\xa4line", 5);
	page_sends(w, FRAME_MESSAGE, "ok");
	pass(w);
	assert_int_equal(w->box.messages, 1);
	page_logs(w, 4, "\xa4line", 5);
	assert_true(page_is_closed(w));
	connect_page(w);
	page_logs(w, 0, "\x07", 1);
	assert_true(page_is_closed(w));
}

static void junk_ends_the_document_only(void **state)
{
	struct world *w = *state;

	connect_page(w);
	assert_int_equal(send(w->fd, "\xff\xff\xff\xffjunk", 8, 0), 8);
	assert_true(page_is_closed(w));
	connect_page(w);
	assert_int_equal(host_sends(w, "ok"), STATUS_OK);
}

static void events_carry_the_window_and_no_origin(void **state)
{
	struct world *w = *state;
	struct envelope e;

	page_peer_event(w->page, "load", "\x80", 1);
	assert_true(mailbox_take(&w->box, &e));
	assert_int_equal(e.frame->kind, FRAME_EVENT);
	assert_string_equal(e.from->peer, "main");
	assert_memory_equal(e.frame->payload, "\x92\xa4load\x80", 7);
	envelope_fini(&e);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(only_a_committed_document_of_the_app_gets_a_socket),
		TEST(one_document_gets_one_socket),
		TEST(a_commit_closes_the_old_documents_socket),
		TEST(identity_is_that_of_the_committed_document),
		TEST(messages_wait_for_the_first_listener_and_for_the_next_document),
		TEST(what_waits_goes_to_no_document_of_another_origin),
		TEST(what_waits_survives_a_crash),
		TEST(the_queue_of_a_window_is_bounded),
		TEST(a_denied_message_is_told_to_the_page_and_costs_it_no_credit),
		TEST(credit_comes_back_when_messages_leave_the_hosts_queue),
		TEST(an_overrun_of_the_credit_ends_the_document_and_keeps_what_was_within),
		TEST(an_older_documents_messages_give_the_new_one_no_credit),
		TEST(frames_that_only_the_runtime_sends_end_the_document),
		TEST(lines_for_the_log_go_nowhere_else_and_cost_no_credit),
		TEST(junk_ends_the_document_only),
		TEST(events_carry_the_window_and_no_origin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
