/* The byte buffer: content, ceiling, reuse of room. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

/* AddressSanitizer would rather abort than refuse memory. */
const char *__asan_default_options(void);
__attribute__((visibility("default"))) const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static int setup(void **state)
{
	static struct buf b;

	buf_init(&b, 1000);
	*state = &b;
	return 0;
}

static int teardown(void **state)
{
	buf_fini(*state);
	return 0;
}

static void assert_content(const struct buf *b, const char *expected)
{
	assert_int_equal(buf_len(b), strlen(expected));
	assert_memory_equal(buf_bytes(b), expected, strlen(expected));
}

static void append(struct buf *b, const char *text)
{
	assert_return_code(buf_append(b, text, strlen(text)), 0);
}

static void a_new_buffer_is_empty_and_holds_no_memory(void **state)
{
	struct buf zero = { 0 };
	struct buf b = BUF_INIT(16);

	assert_int_equal(buf_len(&b), 0);
	assert_null(b.data);
	buf_consume(&b, 0);
	buf_truncate(&b, 0);
	buf_reset(&b, 0);
	/* Something that writes out the content gets a pointer also when there is none. */
	assert_int_equal(fwrite(buf_bytes(&b), 1, buf_len(&b), stdout), 0);
	buf_fini(&b);
	buf_fini(&zero);
}

static void appended_bytes_come_out_in_order(void **state)
{
	struct buf *b = *state;

	append(b, "one ");
	append(b, "");
	append(b, "two ");
	assert_return_code(buf_append_byte(b, '3'), 0);
	assert_content(b, "one two 3");
	buf_consume(b, 4);
	assert_content(b, "two 3");
	buf_truncate(b, 3);
	assert_content(b, "two");
	append(b, "!");
	assert_content(b, "two!");
	buf_consume(b, 4);
	assert_int_equal(buf_len(b), 0);
	append(b, "again");
	assert_content(b, "again");
}

static void the_ceiling_is_reached_and_not_passed(void **state)
{
	static const size_t ceilings[] = { 0, 1, 15, 255, 256, 257, 4096, 5000 };
	static uint8_t bytes[5001];

	for (size_t i = 0; i < ARRAY_SIZE(ceilings); i++) {
		struct buf whole = BUF_INIT(ceilings[i]), single = BUF_INIT(ceilings[i]);

		assert_int_equal(buf_append(&whole, bytes, ceilings[i] + 1), -EMSGSIZE);
		assert_int_equal(buf_len(&whole), 0);
		assert_return_code(buf_append(&whole, bytes, ceilings[i]), 0);
		assert_int_equal(buf_append_byte(&whole, 0), -EMSGSIZE);
		for (size_t n = 0; n < ceilings[i]; n++)
			assert_return_code(buf_append_byte(&single, (uint8_t)n), 0);
		assert_int_equal(buf_append_byte(&single, 0), -EMSGSIZE);
		assert_int_equal(buf_len(&single), ceilings[i]);
		for (size_t n = 0; n < ceilings[i]; n++)
			assert_int_equal(buf_bytes(&single)[n], (uint8_t)n);
		/* Without consuming, the memory keeps to it as well. */
		assert_true(single.room <= ceilings[i]);
		buf_fini(&whole);
		buf_fini(&single);
	}
}

static void hostile_lengths_are_refused(void **state)
{
	static const size_t lengths[] = { 1001, 0x7fffffff, 0x80000000u, 0xffffffffu, SIZE_MAX / 2,
		SIZE_MAX - 3, SIZE_MAX };
	/* Volatile, or the compiler objects to what is to be refused. */
	const char *volatile one = "x";
	struct buf *b = *state;
	uint8_t *at = NULL;

	append(b, "abcd");
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		assert_int_equal(buf_append(b, one, lengths[i]), -EMSGSIZE);
		assert_int_equal(buf_reserve(b, lengths[i], &at), -EMSGSIZE);
		assert_null(at);
	}
	assert_content(b, "abcd");
}

static void a_huge_ceiling_does_not_overflow(void **state)
{
	struct buf b = BUF_INIT(SIZE_MAX);
	uint8_t *at = NULL;

	append(&b, "abcd");
	assert_int_equal(buf_reserve(&b, SIZE_MAX - 4, &at), -ENOMEM);
	assert_int_equal(buf_reserve(&b, SIZE_MAX / 2 + 2, &at), -ENOMEM);
	assert_null(at);
	assert_content(&b, "abcd");
	buf_consume(&b, 1);
	assert_int_equal(buf_reserve(&b, SIZE_MAX / 2 + 2, &at), -ENOMEM);
	assert_content(&b, "bcd");
	buf_fini(&b);
}

static void reserved_bytes_count_when_grown(void **state)
{
	struct buf *b = *state;
	uint8_t *at;

	append(b, "a");
	assert_return_code(buf_reserve(b, 100, &at), 0);
	assert_int_equal(buf_len(b), 1);
	memcpy(at, "bc", 2);
	buf_grow(b, 2);
	assert_content(b, "abc");
}

static void consumed_room_is_used_again(void **state)
{
	struct buf *b = *state;
	uint8_t bytes[100] = { 0 };
	size_t room;

	assert_return_code(buf_append(b, bytes, sizeof(bytes)), 0);
	room = b->room;
	for (int i = 0; i < 10000; i++) {
		buf_consume(b, sizeof(bytes));
		assert_return_code(buf_append(b, bytes, sizeof(bytes)), 0);
	}
	assert_int_equal(b->room, room);
}

/* Bytes moved are counted by watching where the content lies. */
static void nibbling_at_a_full_buffer_costs_linear_time(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	static uint8_t bytes[1 << 20];
	size_t moved = 0, appended = 0;
	uint8_t next_in = 0, next_out = 0;

	assert_return_code(buf_append(&b, bytes, b.ceiling - 64), 0);
	buf_consume(&b, b.ceiling - 64);
	for (size_t i = 0; i < b.ceiling; i++)
		bytes[i] = next_in++;
	assert_return_code(buf_append(&b, bytes, b.ceiling), 0);
	while (appended < 4 * b.ceiling) {
		uint8_t *front;

		for (int i = 0; i < 64; i++)
			assert_int_equal(buf_bytes(&b)[i], next_out++);
		buf_consume(&b, 64);
		front = buf_bytes(&b);
		for (int i = 0; i < 64; i++)
			assert_return_code(buf_append_byte(&b, next_in++), 0);
		if (buf_bytes(&b) != front)
			moved += buf_len(&b);
		appended += 64;
		assert_int_equal(buf_len(&b), b.ceiling);
	}
	assert_true(moved <= 2 * appended);
	assert_true(b.room <= 2 * b.ceiling);
	buf_fini(&b);
}

static void random_use_matches_a_plain_array(void **state)
{
	struct buf *b = *state;
	uint8_t model[1000];
	size_t len = 0;
	uint32_t seed = 7;

	for (int step = 0; step < 20000; step++) {
		size_t n;

		seed = seed * 1664525 + 1013904223;
		n = (seed >> 8) % 400;
		switch (seed >> 30) {
		case 0:
			n = n > len ? len : n;
			buf_consume(b, n);
			len -= n;
			memmove(model, model + n, len);
			break;
		case 1:
			n = n > len ? len : n;
			buf_truncate(b, n);
			len = n;
			break;
		default:
			if (n > sizeof(model) - len) {
				assert_int_equal(buf_append(b, model, n), -EMSGSIZE);
				break;
			}
			memset(model + len, step, n);
			assert_return_code(buf_append(b, model + len, n), 0);
			len += n;
		}
		assert_int_equal(buf_len(b), len);
		if (len)
			assert_memory_equal(buf_bytes(b), model, len);
	}
}

static void reset_keeps_a_little_memory_only(void **state)
{
	struct buf *b = *state;
	uint8_t bytes[600] = { 0 };

	append(b, "small");
	buf_reset(b, 256);
	assert_int_equal(buf_len(b), 0);
	assert_non_null(b->data);
	assert_return_code(buf_append(b, bytes, sizeof(bytes)), 0);
	buf_reset(b, 256);
	assert_int_equal(buf_len(b), 0);
	assert_null(b->data);
	append(b, "usable");
	assert_content(b, "usable");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_buffer_is_empty_and_holds_no_memory),
		TEST(appended_bytes_come_out_in_order),
		TEST(the_ceiling_is_reached_and_not_passed),
		TEST(hostile_lengths_are_refused),
		TEST(a_huge_ceiling_does_not_overflow),
		TEST(reserved_bytes_count_when_grown),
		TEST(consumed_room_is_used_again),
		TEST(nibbling_at_a_full_buffer_costs_linear_time),
		TEST(random_use_matches_a_plain_array),
		TEST(reset_keeps_a_little_memory_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
