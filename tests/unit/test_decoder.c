/* The stream: frames in pieces, frames in bunches, and peers that lie about length. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "wire/decoder.h"

/* A message on "ab" with 7, and a ready; where the first one ends, and both. */
static const uint8_t two[] = "\0\0\0\x07\x94\x01\x00\xa2"
			     "ab\x07"
			     "\0\0\0\x05\x94\x02\x00\xa0\xc0";
#define FIRST 11u
#define BOTH 20u

static void feed(struct decoder *d, const uint8_t *data, size_t len)
{
	uint8_t *at;

	assert_int_equal(decoder_reserve(d, len, &at), 0);
	memcpy(at, data, len);
	decoder_fed(d, len);
}

static void takes(struct decoder *d, enum frame_kind kind, const char *channel)
{
	struct frame *f = NULL;

	assert_int_equal(decoder_next(d, &f), 1);
	assert_int_equal(f->kind, kind);
	assert_int_equal(f->channel_len, strlen(channel));
	assert_memory_equal(f->channel, channel, f->channel_len);
	frame_unref(f);
}

static void fails(struct decoder *d, int error)
{
	struct frame *f = NULL;

	assert_int_equal(decoder_next(d, &f), error);
	assert_null(f);
}

static int setup(void **state)
{
	struct decoder *d = malloc(sizeof(*d));

	if (!d)
		return -1;
	decoder_init(d);
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	decoder_fini(*state);
	free(*state);
	return 0;
}

static void an_empty_stream_has_no_frame(void **state)
{
	fails(*state, 0);
}

static void coalesced_frames_come_one_by_one(void **state)
{
	feed(*state, two, BOTH);
	takes(*state, FRAME_MESSAGE, "ab");
	takes(*state, FRAME_READY, "");
	fails(*state, 0);
}

static void a_frame_comes_with_its_last_byte(void **state)
{
	for (size_t i = 0; i < BOTH; i++) {
		fails(*state, 0);
		feed(*state, two + i, 1);
		if (i + 1 == FIRST)
			takes(*state, FRAME_MESSAGE, "ab");
	}
	takes(*state, FRAME_READY, "");
	fails(*state, 0);
}

static void a_split_at_any_place_changes_nothing(void **state)
{
	for (size_t at = 1; at < BOTH; at++) {
		feed(*state, two, at);
		if (at >= FIRST)
			takes(*state, FRAME_MESSAGE, "ab");
		fails(*state, 0);
		feed(*state, two + at, BOTH - at);
		if (at < FIRST)
			takes(*state, FRAME_MESSAGE, "ab");
		takes(*state, FRAME_READY, "");
		fails(*state, 0);
	}
}

static void an_empty_body_is_refused(void **state)
{
	feed(*state, (const uint8_t *)"\0\0\0\0", 4);
	fails(*state, -EBADMSG);
}

static void a_long_prefix_is_refused_before_its_body_comes(void **state)
{
	static const uint32_t lengths[] = { FRAME_BODY_MAX + 1, 0x7fffffff, 0x80000000,
		0xffffffff };
	struct decoder *d = *state;

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		for (unsigned shift = 32; shift > 0;) {
			uint8_t byte;

			fails(d, 0);
			shift -= 8;
			byte = (uint8_t)(lengths[i] >> shift);
			feed(d, &byte, 1);
		}
		fails(d, -EMSGSIZE);
		assert_true(d->in.room <= DECODER_CHUNK);
		decoder_fini(d);
		decoder_init(d);
	}
}

static void the_longest_prefix_is_waited_for(void **state)
{
	uint32_t n = FRAME_BODY_MAX;
	uint8_t prefix[] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
		(uint8_t)n };

	feed(*state, prefix, sizeof(prefix));
	fails(*state, 0);
}

static void frames_before_an_error_come_and_none_after_it(void **state)
{
	feed(*state, two, FIRST);
	feed(*state, (const uint8_t *)"\0\0\0\x01\xc0", 5);
	feed(*state, two, BOTH);
	takes(*state, FRAME_MESSAGE, "ab");
	for (int i = 0; i < 3; i++)
		fails(*state, -EBADMSG);
}

static void a_frame_outlives_the_decoder(void **state)
{
	struct frame *f;

	feed(*state, two, FIRST);
	assert_int_equal(decoder_next(*state, &f), 1);
	feed(*state, two, BOTH);
	decoder_fini(*state);
	assert_memory_equal(f->bytes, two, FIRST);
	frame_unref(f);
}

/* A message on "c" whose payload is @n bytes. */
static struct frame *large(size_t n)
{
	uint8_t *payload = calloc(1, n);
	uint32_t len = (uint32_t)n - 5;
	struct frame *f;

	assert_non_null(payload);
	payload[0] = 0xc6;
	for (unsigned i = 0; i < 4; i++)
		payload[1 + i] = (uint8_t)(len >> (24 - 8 * i));
	assert_int_equal(frame_new(FRAME_MESSAGE, 0, "c", 1, payload, n, &f), 0);
	free(payload);
	return f;
}

static void feed_all(struct decoder *d, const uint8_t *data, size_t len)
{
	for (size_t at = 0; at < len; at += DECODER_CHUNK) {
		fails(d, 0);
		feed(d, data + at, len - at < DECODER_CHUNK ? len - at : DECODER_CHUNK);
	}
}

static void the_largest_frame_passes_in_bounded_memory(void **state)
{
	struct frame *f = large(PAYLOAD_MAX), *back;
	struct decoder *d = *state;

	feed_all(d, f->bytes, f->size - 1);
	fails(d, 0);
	/* Its last byte comes in one read with the start of what follows. */
	feed(d, f->bytes + f->size - 1, 1);
	assert_true(d->in.room <= FRAME_PREFIX + FRAME_BODY_MAX + DECODER_CHUNK);
	assert_int_equal(decoder_next(d, &back), 1);
	assert_int_equal(back->size, f->size);
	assert_memory_equal(back->bytes, f->bytes, f->size);
	frame_unref(back);
	frame_unref(f);
}

static void a_full_chunk_fits_behind_an_unfinished_frame(void **state)
{
	struct frame *f = large(PAYLOAD_MAX), *back;
	struct decoder *d = *state;
	uint8_t *at;

	feed_all(d, f->bytes, f->size - 1);
	fails(d, 0);
	assert_int_equal(decoder_reserve(d, DECODER_CHUNK, &at), 0);
	at[0] = f->bytes[f->size - 1];
	memcpy(at + 1, two, BOTH);
	decoder_fed(d, 1 + BOTH);
	assert_int_equal(decoder_next(d, &back), 1);
	frame_unref(back);
	takes(d, FRAME_MESSAGE, "ab");
	takes(d, FRAME_READY, "");
	frame_unref(f);
}

static void memory_goes_once_a_large_frame_is_through(void **state)
{
	struct frame *f = large(1u << 20), *back;
	struct decoder *d = *state;

	/* With the first bytes of the next frame behind it, which must not get lost. */
	feed_all(d, f->bytes, f->size);
	feed(d, two, 5);
	assert_true(d->in.room >= f->size);
	assert_int_equal(decoder_next(d, &back), 1);
	frame_unref(back);
	fails(d, 0);
	assert_true(d->in.room <= 2 * DECODER_CHUNK);
	feed(d, two + 5, BOTH - 5);
	takes(d, FRAME_MESSAGE, "ab");
	takes(d, FRAME_READY, "");
	fails(d, 0);
	assert_true(d->in.room <= 2 * DECODER_CHUNK);
	frame_unref(f);
}

/* Were it read anew with every byte, this would take hours. */
static void a_dribbled_frame_costs_no_more_than_its_length(void **state)
{
	struct frame *f = large(2u << 20);
	struct decoder *d = *state;

	feed(d, two, FIRST);
	takes(d, FRAME_MESSAGE, "ab");
	for (size_t i = 0; i < f->size; i++) {
		struct frame *none;
		uint8_t *at;

		if (decoder_next(d, &none) != 0 || decoder_reserve(d, 1, &at) < 0)
			fail();
		*at = f->bytes[i];
		decoder_fed(d, 1);
	}
	takes(d, FRAME_MESSAGE, "c");
	frame_unref(f);
}

static void reads_from_a_socket(void **state)
{
	struct frame *f = large(200000), *back;
	struct decoder *d = *state;
	size_t sent = 0, wire = 0;
	unsigned frames = 0;
	int fds[2];

	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), errno);
	while (frames < 3) {
		uint8_t *at;
		ssize_t n;
		int r;

		if (sent < 3 * f->size) {
			n = send(fds[0], f->bytes + sent % f->size, f->size - sent % f->size, 0);
			sent += n > 0 ? (size_t)n : 0;
		}
		assert_int_equal(decoder_reserve(d, 7919, &at), 0);
		n = recv(fds[1], at, 7919, 0);
		assert_true(n > 0);
		decoder_fed(d, (size_t)n);
		wire += (size_t)n;
		while ((r = decoder_next(d, &back)) > 0) {
			assert_memory_equal(back->bytes, f->bytes, f->size);
			frame_unref(back);
			frames++;
		}
		assert_int_equal(r, 0);
	}
	assert_int_equal(wire, 3 * f->size);
	close(fds[0]);
	close(fds[1]);
	frame_unref(f);
}

int main(void)
{
#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		test(an_empty_stream_has_no_frame),
		test(coalesced_frames_come_one_by_one),
		test(a_frame_comes_with_its_last_byte),
		test(a_split_at_any_place_changes_nothing),
		test(an_empty_body_is_refused),
		test(a_long_prefix_is_refused_before_its_body_comes),
		test(the_longest_prefix_is_waited_for),
		test(frames_before_an_error_come_and_none_after_it),
		test(a_frame_outlives_the_decoder),
		test(the_largest_frame_passes_in_bounded_memory),
		test(a_full_chunk_fits_behind_an_unfinished_frame),
		test(memory_goes_once_a_large_frame_is_through),
		test(a_dribbled_frame_costs_no_more_than_its_length),
		test(reads_from_a_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
