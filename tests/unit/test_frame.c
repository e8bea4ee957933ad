/* Frames: what is made, what is accepted, and everything that is not. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/frame.h"
#include "wire/limits.h"
#include "wire/status.h"

/* A string literal as bytes, without its terminator; NUL bytes inside are fine. */
#define BYTES(s) (const uint8_t *)(s), sizeof(s) - 1

static struct frame *message(const char *channel, const void *payload, size_t len)
{
	struct frame *f;

	assert_int_equal(
		frame_new(FRAME_MESSAGE, 0, channel, strlen(channel), payload, len, &f), 0);
	return f;
}

static int parse(const uint8_t *body, size_t len)
{
	struct frame *f = NULL;
	int r = frame_parse(body, len, &f);

	assert_int_equal(f != NULL, r == 0);
	frame_unref(f);
	return r;
}

static void holds_the_bytes_that_go_over_a_socket(void **state)
{
	static const uint8_t wire[] = "\0\0\0\x0e\x94\x01\x00\xa8"
				      "cart:add\x91\x07";
	struct frame *f = message("cart:add", "\x91\x07", 2);

	assert_int_equal(f->size, sizeof(wire) - 1);
	assert_memory_equal(f->bytes, wire, f->size);
	assert_int_equal(f->kind, FRAME_MESSAGE);
	assert_int_equal(f->channel_len, 8);
	assert_memory_equal(f->channel, "cart:add", 8);
	assert_int_equal(f->payload_len, 2);
	assert_memory_equal(f->payload, "\x91\x07", 2);
	frame_unref(f);
}

static void a_payload_may_be_left_out_for_nil(void **state)
{
	struct frame *f;

	assert_int_equal(frame_new(FRAME_READY, 0, "", 0, NULL, 0, &f), 0);
	assert_int_equal(f->payload_len, 1);
	assert_int_equal(f->payload[0], 0xc0);
	assert_int_equal(f->channel_len, 0);
	frame_unref(f);
}

static void what_is_made_parses_to_the_same(void **state)
{
	static const uint32_t ids[] = { 0, 1, 127, 128, 65535, 65536, UINT32_MAX };
	char channel[CHANNEL_MAX];

	memset(channel, 'c', sizeof(channel));
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		for (size_t len = 1; len <= CHANNEL_MAX; len++) {
			struct frame *made, *parsed;

			assert_int_equal(
				frame_new(FRAME_CALL, ids[i], channel, len, "\xa1x", 2, &made), 0);
			assert_int_equal(frame_parse(made->bytes + FRAME_PREFIX,
						 made->size - FRAME_PREFIX, &parsed),
				0);
			assert_int_equal(parsed->kind, FRAME_CALL);
			assert_true(parsed->id == ids[i]);
			assert_int_equal(parsed->channel_len, len);
			assert_memory_equal(parsed->channel, channel, len);
			assert_int_equal(parsed->payload_len, 2);
			assert_memory_equal(parsed->payload, "\xa1x", 2);
			assert_int_equal(parsed->size, made->size);
			assert_memory_equal(parsed->bytes, made->bytes, made->size);
			frame_unref(made);
			frame_unref(parsed);
		}
	}
}

static void a_parsed_frame_outlives_its_source(void **state)
{
	static const uint8_t body[] = "\x94\x01\x00\xa1"
				      "c\xa2hi";
	uint8_t *source = malloc(sizeof(body) - 1);
	struct frame *f;

	assert_non_null(source);
	memcpy(source, body, sizeof(body) - 1);
	assert_int_equal(frame_parse(source, sizeof(body) - 1, &f), 0);
	free(source);
	assert_memory_equal(f->channel, "c", 1);
	assert_memory_equal(f->payload, "\xa2hi", 3);
	frame_unref(f);
}

static void other_encodings_of_the_head_are_as_good(void **state)
{
	assert_int_equal(parse(BYTES("\xdc\x00\x04\x01\x00\xa1k\xc0")), 0);
	assert_int_equal(parse(BYTES("\xdd\x00\x00\x00\x04\xcc\x01\xd3\0\0\0\0\0\0\0\0"
				     "\xd9\x01k\xc0")),
		0);
}

static void refuses_what_is_not_exactly_one_frame(void **state)
{
	static const struct {
		const char *why;
		const uint8_t *body;
		size_t len;
	} cases[] = {
		{ "empty", BYTES("") },
		{ "three members", BYTES("\x93\x01\x00\xa1k") },
		{ "five announced, four there", BYTES("\x95\x01\x00\xa1k\xc0") },
		{ "five members", BYTES("\x95\x01\x00\xa1k\xc0\xc0") },
		{ "a map", BYTES("\x84\xa0\x01\xa0\x00\xa0\xa1k\xa0\xc0") },
		{ "kind 0", BYTES("\x94\x00\x00\xa1k\xc0") },
		{ "unknown kind", BYTES("\x94\x0c\x00\xa0\xc0") },
		{ "unknown flag", BYTES("\x94\x21\x00\xa1k\xc0") },
		{ "flag of a call", BYTES("\x94\x45\x01\xa1k\xc0") },
		{ "flag of a reply", BYTES("\x94\xcc\x86\x01\xa0\xc0") },
		{ "flag of no kind", BYTES("\x94\x40\x01\xa1k\xc0") },
		{ "kind over 8 bits", BYTES("\x94\xcd\x01\x01\x00\xa1k\xc0") },
		{ "kind over 32 bits", BYTES("\x94\xcf\0\0\0\1\0\0\0\1\x00\xa1k\xc0") },
		{ "negative kind", BYTES("\x94\xff\x00\xa1k\xc0") },
		{ "kind is a float", BYTES("\x94\xca\x3f\x80\x00\x00\x00\xa1k\xc0") },
		{ "id over 32 bits", BYTES("\x94\x05\xcf\0\0\0\1\0\0\0\0\xa1k\xc0") },
		{ "negative id", BYTES("\x94\x05\xff\xa1k\xc0") },
		{ "channel is bytes", BYTES("\x94\x01\x00\xc4\x01k\xc0") },
		{ "channel is nil", BYTES("\x94\x01\x00\xc0\xc0") },
		{ "no channel", BYTES("\x94\x01\x00\xa0\xc0") },
		{ "channel not UTF-8", BYTES("\x94\x01\x00\xa1\xff\xc0") },
		{ "control character in channel", BYTES("\x94\x01\x00\xa1\n\xc0") },
		{ "reply with a channel", BYTES("\x94\x06\x01\xa1k\xc0") },
		{ "ready with a channel", BYTES("\x94\x02\x00\xa1k\xc0") },
		{ "ack with a channel", BYTES("\x94\x0a\x01\xa1k\xc3") },
		{ "cancel with a channel", BYTES("\x94\x0b\x01\xa1k\xc0") },
		{ "no payload", BYTES("\x94\x01\x00\xa1k") },
		{ "two payloads", BYTES("\x94\x01\x00\xa1k\xc0\xc0") },
		{ "extension in payload", BYTES("\x94\x01\x00\xa1k\x91\xd4\x00\x00") },
		{ "timestamp as payload", BYTES("\x94\x01\x00\xa1k\xd6\xff\0\0\0\0") },
		{ "number as key", BYTES("\x94\x01\x00\xa1k\x81\x01\x01") },
		{ "bad UTF-8 in payload", BYTES("\x94\x01\x00\xa1k\xa2\xed\xa0") },
		{ "payload cut off", BYTES("\x94\x01\x00\xa1k\x92\x01") },
		{ "count bomb", BYTES("\x94\x01\x00\xa1k\xdd\xff\xff\xff\xff") },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (parse(cases[i].body, cases[i].len) != -EBADMSG)
			fail_msg("%s", cases[i].why);
}

static void refuses_every_truncation_and_every_trailing_byte(void **state)
{
	static const uint8_t body[] = "\x94\x05\xcd\x01\x02\xa3"
				      "abc\x82\xa1x\x01\xa1y\x92\xc3\xc0!";
	size_t len = sizeof(body) - 2;

	assert_int_equal(parse(body, len), 0);
	for (size_t n = 0; n < len; n++)
		assert_int_equal(parse(body, n), -EBADMSG);
	assert_int_equal(parse(body, len + 1), -EBADMSG);
}

static void each_kind_has_a_channel_or_has_none(void **state)
{
	static const bool has[FRAME_KIND_END] = {
		[FRAME_MESSAGE] = true,
		[FRAME_REFUSED] = true,
		[FRAME_CALL] = true,
		[FRAME_EVENT] = true,
	};

	for (int kind = 1; kind < FRAME_KIND_END; kind++) {
		struct frame *f = NULL;

		assert_int_equal(frame_new(kind, 0, "c", 1, NULL, 0, &f), has[kind] ? 0 : -EINVAL);
		frame_unref(f);
		f = NULL;
		assert_int_equal(frame_new(kind, 0, "", 0, NULL, 0, &f), has[kind] ? -EINVAL : 0);
		frame_unref(f);
	}
}

static void the_flags_of_a_message_go_over_the_wire(void **state)
{
	static const unsigned flags[] = { 0, FRAME_RETRY, FRAME_AGAIN, FRAME_RETRY | FRAME_AGAIN };
	struct frame *plain = message("cart:add", "\x91\x07", 2);

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		struct frame *copy, *parsed;

		assert_int_equal(frame_copy(plain, UINT32_MAX, flags[i], &copy), 0);
		assert_int_equal(
			frame_parse(copy->bytes + FRAME_PREFIX, copy->size - FRAME_PREFIX, &parsed),
			0);
		assert_int_equal(copy->flags, flags[i]);
		assert_int_equal(parsed->kind, FRAME_MESSAGE);
		assert_int_equal(parsed->flags, flags[i]);
		assert_int_equal(parsed->id, UINT32_MAX);
		assert_int_equal(parsed->channel_len, 8);
		assert_memory_equal(parsed->channel, "cart:add", 8);
		assert_int_equal(parsed->payload_len, 2);
		assert_memory_equal(parsed->payload, "\x91\x07", 2);
		frame_unref(parsed);
		frame_unref(copy);
	}
	assert_int_equal(plain->id, 0);
	frame_unref(plain);
}

static void a_failure_says_how_and_a_long_reason_is_cut_between_characters(void **state)
{
	char reason[1024];
	struct frame *f, *parsed;

	assert_int_equal(frame_new_failed(7, STATUS_TIMEOUT, "late", true, &f), 0);
	assert_int_equal(f->kind, FRAME_FAILED);
	assert_int_equal(f->id, 7);
	assert_int_equal(f->payload_len, 10);
	assert_memory_equal(f->payload, "\x93\xcd\x1b\x5e\xa4late\xc3", 10);
	frame_unref(f);

	for (size_t i = 0; i + 1 < sizeof(reason); i += 3)
		memcpy(reason + i, "\xe2\x82\xac", 3);
	reason[sizeof(reason) - 1] = '\0';
	assert_int_equal(frame_new_failed(7, STATUS_TIMEOUT, reason, false, &f), 0);
	assert_int_equal(frame_parse(f->bytes + FRAME_PREFIX, f->size - FRAME_PREFIX, &parsed), 0);
	assert_uint_in_range(f->payload_len, 500, 530);
	frame_unref(parsed);
	frame_unref(f);
}

static void what_credit_and_acknowledgement_count_is_no_control(void **state)
{
	static const bool counts[FRAME_KIND_END] = {
		[FRAME_MESSAGE] = true,
		[FRAME_CALL] = true,
		[FRAME_REPLY] = true,
		[FRAME_FAILED] = true,
		[FRAME_EVENT] = true,
	};

	for (int kind = 1; kind < FRAME_KIND_END; kind++)
		assert_int_equal(frame_is_control(&(struct frame){ .kind = kind }), !counts[kind]);
}

static void makes_nothing_that_would_not_parse(void **state)
{
	struct frame *f = NULL;
	char name[CHANNEL_MAX + 1];

	memset(name, 'c', sizeof(name));
	assert_int_equal(frame_new(0, 0, "c", 1, NULL, 0, &f), -EINVAL);
	assert_int_equal(frame_new(FRAME_KIND_END, 0, "c", 1, NULL, 0, &f), -EINVAL);
	assert_int_equal(frame_new(FRAME_MESSAGE | FRAME_RETRY, 0, "c", 1, NULL, 0, &f), -EINVAL);
	assert_int_equal(frame_new(FRAME_CALL, 1, "\xff", 1, NULL, 0, &f), -EINVAL);
	assert_int_equal(frame_new(FRAME_CALL, 1, name, sizeof(name), NULL, 0, &f), -EINVAL);
	assert_null(f);
}

static void the_largest_payload_passes_and_one_byte_more_does_not(void **state)
{
	uint8_t *payload = calloc(1, PAYLOAD_MAX + 1), *body;
	uint32_t n = PAYLOAD_MAX - 5;
	struct frame *f, *none = NULL;

	assert_non_null(payload);
	payload[0] = 0xc6;
	for (unsigned i = 0; i < 4; i++)
		payload[1 + i] = (uint8_t)(n >> (24 - 8 * i));
	f = message("c", payload, PAYLOAD_MAX);
	assert_true(f->size - FRAME_PREFIX <= FRAME_BODY_MAX);
	assert_int_equal(parse(f->bytes + FRAME_PREFIX, f->size - FRAME_PREFIX), 0);
	assert_int_equal(
		frame_new(FRAME_MESSAGE, 0, "c", 1, payload, PAYLOAD_MAX + 1, &none), -EMSGSIZE);
	assert_null(none);

	/* The same frame with a payload of one byte more, which its length includes. */
	body = calloc(1, f->size + 1);
	assert_non_null(body);
	memcpy(body, f->bytes + FRAME_PREFIX, f->size - FRAME_PREFIX);
	body[f->size - FRAME_PREFIX - PAYLOAD_MAX + 4]++;
	assert_int_equal(parse(body, f->size - FRAME_PREFIX + 1), -EBADMSG);
	free(body);
	frame_unref(f);
	free(payload);
}

static void lives_as_long_as_its_last_reference(void **state)
{
	struct frame *f = message("c", NULL, 0);

	assert_ptr_equal(frame_ref(f), f);
	frame_unref(f);
	assert_memory_equal(f->channel, "c", 1);
	{
		auto_frame struct frame *last = f;

		assert_int_equal(last->refs, 1);
	}
	frame_unref(NULL);
}

static void knows_a_channel_name(void **state)
{
	char name[CHANNEL_MAX + 1];

	memset(name, 'c', sizeof(name));
	assert_true(channel_valid("a", 1));
	assert_true(channel_valid("cart:add item/*", 15));
	assert_true(channel_valid("caf\xc3\xa9", 5));
	assert_true(channel_valid("\xc2\xa0", 2));
	assert_true(channel_valid(name, CHANNEL_MAX));
	assert_false(channel_valid(name, CHANNEL_MAX + 1));
	assert_false(channel_valid("", 0));
	assert_false(channel_valid("a\0b", 3));
	assert_false(channel_valid("a\x1f", 2));
	assert_false(channel_valid("a\x7f", 2));
	assert_false(channel_valid("a\xc2\x80", 3)); /* U+0080 */
	assert_false(channel_valid("a\xc2\x9f", 3));
	assert_false(channel_valid("a\xc3", 2));
	assert_false(channel_valid("\xed\xa0\x80", 3));
}

static void knows_a_reserved_channel(void **state)
{
	assert_true(channel_reserved("__window__", 10));
	assert_true(channel_reserved("____", 4));
	assert_false(channel_reserved("___", 3));
	assert_false(channel_reserved("", 0));
	assert_false(channel_reserved("__window", 8));
	assert_false(channel_reserved("window__", 8));
	assert_false(channel_reserved("_window_", 8));
}

static void every_status_has_its_name(void **state)
{
	for (int status = STATUS_CHANNEL_SEND; status <= STATUS_TOO_LARGE; status++)
		assert_string_not_equal(wire_status_name(status), "Unknown");
	assert_string_equal(wire_status_name(STATUS_OK), "Ok");
	assert_string_equal(wire_status_name(STATUS_PERMISSION_DENIED), "PermissionDenied");
	assert_string_equal(wire_status_name(STATUS_TOO_LARGE + 1), "Unknown");
	assert_string_equal(wire_status_name(-1), "Unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_the_bytes_that_go_over_a_socket),
		cmocka_unit_test(a_payload_may_be_left_out_for_nil),
		cmocka_unit_test(what_is_made_parses_to_the_same),
		cmocka_unit_test(a_parsed_frame_outlives_its_source),
		cmocka_unit_test(other_encodings_of_the_head_are_as_good),
		cmocka_unit_test(refuses_what_is_not_exactly_one_frame),
		cmocka_unit_test(refuses_every_truncation_and_every_trailing_byte),
		cmocka_unit_test(each_kind_has_a_channel_or_has_none),
		cmocka_unit_test(the_flags_of_a_message_go_over_the_wire),
		cmocka_unit_test(a_failure_says_how_and_a_long_reason_is_cut_between_characters),
		cmocka_unit_test(what_credit_and_acknowledgement_count_is_no_control),
		cmocka_unit_test(makes_nothing_that_would_not_parse),
		cmocka_unit_test(the_largest_payload_passes_and_one_byte_more_does_not),
		cmocka_unit_test(lives_as_long_as_its_last_reference),
		cmocka_unit_test(knows_a_channel_name),
		cmocka_unit_test(knows_a_reserved_channel),
		cmocka_unit_test(every_status_has_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
