#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "ipc/link.h"
#include "loop/loop.h"
#include "wire/limits.h"

struct world {
	struct loop *loop;
	struct link *link;
	int far; /* the other end, read and written by the test */
	unsigned frames, drained, ended;
	int error;
	uint32_t last_id;
	bool free_on_frame, in_order;
};

static void on_frame(struct link *k, struct frame *f, void *arg)
{
	struct world *w = arg;

	w->in_order = w->in_order && (w->frames == 0 || f->id == w->last_id + 1);
	w->last_id = f->id;
	w->frames++;
	frame_unref(f);
	if (w->free_on_frame)
		link_free(take_ptr(w->link));
}

static void on_ended(struct link *k, int error, void *arg)
{
	struct world *w = arg;

	w->ended++;
	w->error = error;
	link_free(take_ptr(w->link));
}

static void on_drained(struct link *k, void *arg)
{
	((struct world *)arg)->drained++;
}

static const struct link_ops ops = { .frame = on_frame, .ended = on_ended, .drained = on_drained };

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	int pair[2];

	w->in_order = true;
	assert_int_equal(loop_new(&w->loop), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	w->far = pair[1];
	assert_int_equal(link_new(w->loop, "test", pair[0], &ops, w, &w->link), 0);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	link_free(w->link);
	loop_free(w->loop);
	if (w->far >= 0)
		close(w->far);
	free(w);
	return 0;
}

static struct frame *message(uint32_t id, size_t payload)
{
	uint8_t *bytes = malloc(payload + 5);
	struct frame *f;

	/* msgpack bin 32 */
	bytes[0] = 0xc6;
	bytes[1] = (uint8_t)(payload >> 24);
	bytes[2] = (uint8_t)(payload >> 16);
	bytes[3] = (uint8_t)(payload >> 8);
	bytes[4] = (uint8_t)payload;
	memset(bytes + 5, 'x', payload);
	assert_int_equal(frame_new(FRAME_CALL, id, "c", 1, bytes, payload + 5, &f), 0);
	free(bytes);
	return f;
}

static void pass(struct world *w)
{
	loop_pass(w->loop, clock_now() + NSEC_PER_SEC);
}

static void frames_arrive_whole_however_they_are_cut(void **state)
{
	struct world *w = *state;

	for (uint32_t id = 1; id <= 20; id++) {
		struct frame *f = message(id, 10);

		for (size_t i = 0; i < f->size; i++) {
			assert_int_equal(write(w->far, f->bytes + i, 1), 1);
			pass(w);
		}
		frame_unref(f);
	}
	assert_int_equal(w->frames, 20);
	assert_true(w->in_order);
}

static void what_was_written_before_the_end_is_read_before_the_end(void **state)
{
	struct world *w = *state;

	/* The far end goes while we have something to write: that failure must not come first. */
	assert_int_equal(link_send(w->link, message(1, 100)), 0);
	for (uint32_t id = 1; id <= 50; id++) {
		struct frame *f = message(id, 50);

		assert_int_equal(write(w->far, f->bytes, f->size), f->size);
		frame_unref(f);
	}
	close(take_fd(w->far));
	for (int i = 0; i < 5 && !w->ended; i++)
		pass(w);
	assert_int_equal(w->frames, 50);
	assert_int_equal(w->ended, 1);
}

static void the_regular_end_is_no_error(void **state)
{
	struct world *w = *state;

	close(take_fd(w->far));
	pass(w);
	assert_int_equal(w->ended, 1);
	assert_int_equal(w->error, 0);
}

static void what_is_no_frame_ends_the_link_once(void **state)
{
	static const char *const junk[] = { "\xff\xff\xff\xff", "GET / HTTP/1.1\r\n\r\n",
		"\0\0\0\1\xc1", "\0\0\0\0" };
	static const size_t lengths[] = { 4, 18, 5, 4 };

	for (size_t i = 0; i < ARRAY_SIZE(junk); i++) {
		struct world *w;
		void *own;

		setup(&own);
		w = own;
		assert_int_equal(write(w->far, junk[i], lengths[i]), lengths[i]);
		pass(w);
		assert_int_equal(w->ended, 1);
		assert_true(w->error == -EBADMSG || w->error == -EMSGSIZE);
		assert_int_equal(w->frames, 0);
		teardown(&own);
	}
}

static void freeing_the_link_in_its_callback_is_legal(void **state)
{
	struct world *w = *state;

	w->free_on_frame = true;
	for (uint32_t id = 1; id <= 3; id++) {
		struct frame *f = message(id, 10);

		assert_int_equal(write(w->far, f->bytes, f->size), f->size);
		frame_unref(f);
	}
	pass(w);
	assert_int_equal(w->frames, 1);
	assert_int_equal(w->ended, 0);
}

static void the_queue_is_bounded_but_one_large_frame_passes(void **state)
{
	struct world *w = *state;
	size_t sent = 0;
	int r;

	assert_int_equal(link_send(w->link, message(0, PAYLOAD_MAX - 16)), 0);
	assert_int_equal(link_send(w->link, message(1, 10)), -ENOBUFS);
	link_free(take_ptr(w->link));

	void *own;
	setup(&own);
	struct world *v = own;
	while ((r = link_send(v->link, message((uint32_t)sent, 1000))) == 0)
		sent++;
	assert_int_equal(r, -ENOBUFS);
	/* Our queue, and what the kernel takes before it. */
	assert_uint_in_range(sent, 200, 800);
	teardown(&own);
}

/* What frame_is_control() says is one. */
static struct frame *control(uint32_t id, size_t payload)
{
	struct frame *large = message(id, payload), *f;

	assert_int_equal(
		frame_new(FRAME_REFUSED, id, "c", 1, large->payload, large->payload_len, &f), 0);
	assert_true(frame_is_control(f));
	frame_unref(large);
	return f;
}

/* As many control frames as there is room for, of that payload; returns their size together. */
static size_t fill_with_control(struct world *w, size_t payload)
{
	size_t total = 0, size;

	while (total < 8 << 20) {
		struct frame *f = control(1, payload);

		size = f->size;
		if (link_send(w->link, f) < 0)
			break;
		total += size;
	}
	return total;
}

static void control_frames_go_behind_a_large_one_up_to_a_bound_of_their_own(void **state)
{
	struct world *w = *state;

	/* More than the socket takes at once, so that it stands in the queue. */
	assert_int_equal(link_send(w->link, message(0, 4 << 20)), 0);
	assert_int_equal(link_send(w->link, message(1, 10)), -ENOBUFS);
	assert_uint_in_range(fill_with_control(w, 1000), (1 << 20) - 1100, 1 << 20);
	assert_int_equal(link_send(w->link, message(1, 10)), -ENOBUFS);
}

static void a_reader_that_stops_gets_all_in_order_when_it_goes_on(void **state)
{
	struct world *w = *state;
	uint32_t sent = 0, received = 0;
	uint8_t buf[65536];
	size_t have = 0;

	assert_int_equal(fcntl(w->far, F_SETFL, O_NONBLOCK), 0);
	while (received < 2000) {
		while (sent < 2000 && link_has_room(w->link, 1100))
			assert_int_equal(link_send(w->link, message(sent++, 1000)), 0);
		loop_pass(w->loop, clock_now() + NSEC_PER_MSEC);
		for (;;) {
			ssize_t n = read(w->far, buf + have, sizeof(buf) - have);
			size_t at = 0;

			if (n <= 0)
				break;
			have += (size_t)n;
			while (have - at >= 4) {
				size_t len = (size_t)buf[at + 2] << 8 | buf[at + 3];
				struct frame *f;

				if (have - at < 4 + len)
					break;
				assert_int_equal(frame_parse(buf + at + 4, len, &f), 0);
				assert_int_equal(f->id, received++);
				frame_unref(f);
				at += 4 + len;
			}
			memmove(buf, buf + at, have -= at);
		}
	}
	assert_true(w->drained > 0);
}

static void only_a_stream_socket_is_taken(void **state)
{
	struct world *w = *state;
	struct link *k = NULL;
	int pair[2], fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(link_new(w->loop, "pipe", fds[0], &ops, w, &k), -ENOTSOCK);
	/* It was taken over, so it is closed. */
	assert_int_equal(fcntl(fds[0], F_GETFD), -1);
	close(fds[1]);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(link_new(w->loop, "packets", pair[0], &ops, w, &k), -EPROTOTYPE);
	close(pair[1]);
	assert_null(k);
}

static void an_fd_that_comes_along_is_closed(void **state)
{
	struct world *w = *state;
	struct frame *f = message(1, 10);
	struct iovec iov = { f->bytes, f->size };
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int fds[2];
	char byte;

	assert_int_equal(pipe(fds), 0);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fds[1], sizeof(int));
	assert_int_equal(sendmsg(w->far, &msg, 0), f->size);
	close(fds[1]);
	pass(w);
	assert_int_equal(w->frames, 1);
	/* Nobody has the write end any more: the pipe is at its end. */
	assert_int_equal(read(fds[0], &byte, 1), 0);
	close(fds[0]);
	frame_unref(f);
}

static void far_writes(struct world *w, uint32_t from, uint32_t to)
{
	for (uint32_t id = from; id <= to; id++) {
		struct frame *f = message(id, 10);

		assert_int_equal(write(w->far, f->bytes, f->size), f->size);
		frame_unref(f);
	}
}

static void what_has_arrived_can_be_had_without_the_loop(void **state)
{
	struct world *w = *state;

	assert_int_equal(link_read_rest(w->link), 1);
	far_writes(w, 1, 200);
	assert_int_equal(link_read_rest(w->link), 1);
	assert_int_equal(w->frames, 200);
	far_writes(w, 201, 202);
	close(take_fd(w->far));
	assert_int_equal(link_read_rest(w->link), 0);
	assert_int_equal(w->frames, 202);
	assert_true(w->in_order);
	assert_int_equal(w->ended, 0);
}

static void the_rest_may_be_no_frame(void **state)
{
	struct world *w = *state;

	assert_int_equal(write(w->far, "\0\0\0\1\xc0", 5), 5);
	assert_int_equal(link_read_rest(w->link), -EBADMSG);
	assert_int_equal(w->ended, 0);
}

static void the_rest_may_free_the_link(void **state)
{
	struct world *w = *state;

	w->free_on_frame = true;
	far_writes(w, 1, 3);
	assert_int_equal(link_read_rest(w->link), -ECANCELED);
	assert_null(w->link);
	assert_int_equal(w->frames, 1);
}

static void note_id(const struct frame *f, void *arg)
{
	uint32_t *ids = arg;

	ids[++ids[0]] = f->id;
}

static void a_muted_link_tells_what_it_never_wrote(void **state)
{
	struct world *w = *state;
	uint32_t ids[64] = { 0 }, sent = 0;
	size_t whole, got = 0;
	struct frame *one = message(1, 20000);
	char bytes[4096];
	ssize_t n;

	whole = one->size;
	frame_unref(one);
	while (link_has_room(w->link, whole))
		assert_int_equal(link_send(w->link, message(++sent, 20000)), 0);
	link_mute(w->link, note_id, ids);
	assert_true(ids[0] > 0);
	/* Those are the last, in order, and none of them is at the other side. */
	for (uint32_t i = 1; i <= ids[0]; i++)
		assert_int_equal(ids[i], sent - ids[0] + i);
	for (int i = 0; i < 5; i++)
		loop_pass(w->loop, clock_now());
	while ((n = recv(w->far, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
		got += (size_t)n;
	assert_true(got <= (sent - ids[0]) * whole);
	assert_true(got > (sent - ids[0] - 1) * whole);
	assert_true(link_has_room(w->link, whole));
	/* It reads on. */
	far_writes(w, 1, 1);
	pass(w);
	assert_int_equal(w->frames, 1);
}

static void control_frames_that_went_or_were_dropped_count_no_more(void **state)
{
	static uint8_t bytes[1 << 20];
	struct world *w = *state;
	uint32_t ids[64] = { 0 };

	assert_int_equal(link_send(w->link, message(0, 4 << 20)), 0);
	for (unsigned round = 0; round < 3; round++) {
		fill_with_control(w, 60000);
		for (int idle = 0; idle < 3; idle++) {
			while (recv(w->far, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
				idle = 0;
			loop_pass(w->loop, clock_now());
		}
		assert_true(link_has_room(w->link, 60000));
		assert_int_equal(link_send(w->link, control(1, 60000)), 0);
	}
	fill_with_control(w, 60000);
	link_mute(w->link, note_id, ids);
	assert_true(ids[0] > 0);
	assert_int_equal(link_send(w->link, control(1, 1000000)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			frames_arrive_whole_however_they_are_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_was_written_before_the_end_is_read_before_the_end, setup, teardown),
		cmocka_unit_test_setup_teardown(the_regular_end_is_no_error, setup, teardown),
		cmocka_unit_test(what_is_no_frame_ends_the_link_once),
		cmocka_unit_test_setup_teardown(
			freeing_the_link_in_its_callback_is_legal, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_queue_is_bounded_but_one_large_frame_passes, setup, teardown),
		cmocka_unit_test_setup_teardown(
			control_frames_go_behind_a_large_one_up_to_a_bound_of_their_own, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			control_frames_that_went_or_were_dropped_count_no_more, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_reader_that_stops_gets_all_in_order_when_it_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(only_a_stream_socket_is_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(an_fd_that_comes_along_is_closed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_has_arrived_can_be_had_without_the_loop, setup, teardown),
		cmocka_unit_test_setup_teardown(the_rest_may_be_no_frame, setup, teardown),
		cmocka_unit_test_setup_teardown(the_rest_may_free_the_link, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_muted_link_tells_what_it_never_wrote, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
