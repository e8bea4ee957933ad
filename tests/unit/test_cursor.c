/* Reading msgpack: every form of it, and everything that is not msgpack. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wire/cursor.h"
#include "wire/limits.h"
#include "wire/pack.h"

/* A string literal as bytes, without its terminator; NUL bytes inside are fine. */
#define BYTES(s) (const uint8_t *)(s), sizeof(s) - 1

static int read_one(const uint8_t *data, size_t len, struct value *ret)
{
	struct cursor c;
	int r;

	cursor_init(&c, data, len);
	r = cursor_next(&c, ret);
	assert_ptr_equal(c.at, r < 0 ? data : data + len);
	return r;
}

static int skip_all(const uint8_t *data, size_t len)
{
	struct cursor c;
	int r;

	cursor_init(&c, data, len);
	r = cursor_skip(&c);
	if (r < 0)
		assert_ptr_equal(c.at, data);
	return r < 0 || cursor_done(&c) ? r : -E2BIG;
}

static void reads_every_form_of_an_unsigned_integer(void **state)
{
	static const struct {
		const uint8_t *data;
		size_t len;
		uint64_t u;
	} cases[] = {
		{ BYTES("\x00"), 0 },
		{ BYTES("\x7f"), 127 },
		{ BYTES("\xcc\xff"), 255 },
		{ BYTES("\xcd\x01\x02"), 0x0102 },
		{ BYTES("\xce\x01\x02\x03\x04"), 0x01020304 },
		{ BYTES("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"), UINT64_MAX },
		{ BYTES("\xd0\x05"), 5 },
		{ BYTES("\xd1\x7f\xff"), 0x7fff },
		{ BYTES("\xd2\x00\x00\x00\x00"), 0 },
		{ BYTES("\xd3\x7f\xff\xff\xff\xff\xff\xff\xff"), INT64_MAX },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct value v;

		assert_int_equal(read_one(cases[i].data, cases[i].len, &v), 0);
		assert_int_equal(v.type, VALUE_UINT);
		assert_true(v.u == cases[i].u);
	}
}

static void reads_every_form_of_a_negative_integer(void **state)
{
	static const struct {
		const uint8_t *data;
		size_t len;
		int64_t i;
	} cases[] = {
		{ BYTES("\xff"), -1 },
		{ BYTES("\xe0"), -32 },
		{ BYTES("\xd0\x80"), -128 },
		{ BYTES("\xd1\xff\xfe"), -2 },
		{ BYTES("\xd2\x80\x00\x00\x00"), INT32_MIN },
		{ BYTES("\xd3\x80\x00\x00\x00\x00\x00\x00\x00"), INT64_MIN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct value v;

		assert_int_equal(read_one(cases[i].data, cases[i].len, &v), 0);
		assert_int_equal(v.type, VALUE_INT);
		assert_true(v.i == cases[i].i);
	}
}

static void reads_floats_of_both_widths(void **state)
{
	static const struct {
		const uint8_t *data;
		size_t len;
		double d;
	} cases[] = {
		{ BYTES("\xca\x3f\xc0\x00\x00"), 1.5 },
		{ BYTES("\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"), 1.5 },
		{ BYTES("\xcb\x7f\xef\xff\xff\xff\xff\xff\xff"), DBL_MAX },
		{ BYTES("\xca\xff\x80\x00\x00"), -INFINITY },
	};
	struct value v;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(read_one(cases[i].data, cases[i].len, &v), 0);
		assert_int_equal(v.type, VALUE_FLOAT);
		assert_true(v.d == cases[i].d);
	}
	assert_int_equal(read_one(BYTES("\xcb\x80\x00\x00\x00\x00\x00\x00\x00"), &v), 0);
	assert_true(v.d == 0 && signbit(v.d));
	assert_int_equal(read_one(BYTES("\xca\x7f\xc0\x00\x00"), &v), 0);
	assert_true(isnan(v.d));
}

static void reads_nil_and_booleans(void **state)
{
	struct value v;

	assert_int_equal(read_one(BYTES("\xc0"), &v), 0);
	assert_int_equal(v.type, VALUE_NIL);
	assert_int_equal(read_one(BYTES("\xc2"), &v), 0);
	assert_true(v.type == VALUE_BOOL && !v.boolean);
	assert_int_equal(read_one(BYTES("\xc3"), &v), 0);
	assert_true(v.type == VALUE_BOOL && v.boolean);
}

static void reads_strings_and_bytes_of_every_length_form(void **state)
{
	static const struct {
		const uint8_t *data;
		size_t len;
		enum value_type type;
	} cases[] = {
		{ BYTES("\xa3xyz"), VALUE_STR },
		{ BYTES("\xd9\x03xyz"), VALUE_STR },
		{ BYTES("\xda\x00\x03xyz"), VALUE_STR },
		{ BYTES("\xdb\x00\x00\x00\x03xyz"), VALUE_STR },
		{ BYTES("\xc4\x03xyz"), VALUE_BIN },
		{ BYTES("\xc5\x00\x03xyz"), VALUE_BIN },
		{ BYTES("\xc6\x00\x00\x00\x03xyz"), VALUE_BIN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct value v;

		assert_int_equal(read_one(cases[i].data, cases[i].len, &v), 0);
		assert_int_equal(v.type, cases[i].type);
		assert_int_equal(v.bytes.len, 3);
		assert_ptr_equal(v.bytes.data, cases[i].data + cases[i].len - 3);
		/* One byte short, at the end or anywhere before. */
		for (size_t len = 0; len < cases[i].len; len++)
			assert_int_equal(read_one(cases[i].data, len, &v), -EBADMSG);
	}
}

static void reads_containers_of_every_count_form(void **state)
{
	static const struct {
		const uint8_t *data;
		size_t len, header;
		enum value_type type;
	} cases[] = {
		{ BYTES("\x92\xc0\xc0"), 1, VALUE_ARRAY },
		{ BYTES("\xdc\x00\x02\xc0\xc0"), 3, VALUE_ARRAY },
		{ BYTES("\xdd\x00\x00\x00\x02\xc0\xc0"), 5, VALUE_ARRAY },
		{ BYTES("\x82\xa0\xc0\xa0\xc0"), 1, VALUE_MAP },
		{ BYTES("\xde\x00\x02\xa0\xc0\xa0\xc0"), 3, VALUE_MAP },
		{ BYTES("\xdf\x00\x00\x00\x02\xa0\xc0\xa0\xc0"), 5, VALUE_MAP },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cursor c;
		struct value v;

		cursor_init(&c, cases[i].data, cases[i].len);
		assert_int_equal(cursor_next(&c, &v), 0);
		assert_int_equal(v.type, cases[i].type);
		assert_int_equal(v.count, 2);
		assert_ptr_equal(c.at, cases[i].data + cases[i].header);
		for (size_t len = 0; len < cases[i].len; len++) {
			assert_int_equal(skip_all(cases[i].data, len), -EBADMSG);
			/* Too few bytes are left for the members: no need to read on. */
			assert_int_equal(read_one(cases[i].data, len, &v), -EBADMSG);
		}
		assert_int_equal(skip_all(cases[i].data, cases[i].len), 0);
	}
}

static void refuses_extensions_and_the_unused_tag(void **state)
{
	static const uint8_t tags[] = { 0xc1, 0xc7, 0xc8, 0xc9, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8 };
	uint8_t data[32] = { 0 };
	struct cursor c;
	struct value v;

	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		data[0] = tags[i];
		cursor_init(&c, data, sizeof(data));
		assert_int_equal(cursor_next(&c, &v), -EBADMSG);
		assert_int_equal(cursor_skip(&c), -EBADMSG);
		assert_ptr_equal(c.at, data);
	}
}

static void counts_and_lengths_beyond_the_end_are_refused(void **state)
{
	static const uint8_t tags[] = { 0xc6, 0xdb, 0xdd, 0xdf };
	static const uint32_t counts[] = { 0xffffffff, 0x80000000, 0x7fffffff, 4, 3 };

	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(counts); j++) {
			uint32_t n = counts[j];
			uint8_t data[] = { tags[i], (uint8_t)(n >> 24), (uint8_t)(n >> 16),
				(uint8_t)(n >> 8), (uint8_t)n, 0xa0, 0xa0 };
			struct value v;

			assert_int_equal(read_one(data, sizeof(data), &v), -EBADMSG);
			assert_int_equal(skip_all(data, sizeof(data)), -EBADMSG);
		}
	}
}

static void skip_passes_exactly_one_value(void **state)
{
	static const uint8_t data[] = "\x82\xa1x\x93\x01\x02\xc0\xa1y\x80\x05";
	struct cursor c;

	cursor_init(&c, data, sizeof(data) - 1);
	assert_int_equal(cursor_skip(&c), 0);
	assert_ptr_equal(c.at, data + sizeof(data) - 2);
	assert_false(cursor_done(&c));
	assert_int_equal(cursor_skip(&c), 0);
	assert_true(cursor_done(&c));
	assert_int_equal(cursor_skip(&c), -EBADMSG);
}

static void skip_refuses_every_truncation(void **state)
{
	static const uint8_t data[] =
		"\x83\xa1x\x93\x01\xcd\x02\x03\xc0\xa1y\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00\xa3\xe2\x82\xac\xc4\x01z";

	assert_int_equal(skip_all(data, sizeof(data) - 1), 0);
	for (size_t len = 0; len < sizeof(data) - 1; len++)
		assert_int_equal(skip_all(data, len), -EBADMSG);
}

static void skip_wants_keys_to_be_strings(void **state)
{
	assert_int_equal(skip_all(BYTES("\x81\xa1x\x01")), 0);
	assert_int_equal(skip_all(BYTES("\x81\x01\x01")), -EBADMSG);
	assert_int_equal(skip_all(BYTES("\x81\xc4\x01x\x01")), -EBADMSG);
	assert_int_equal(skip_all(BYTES("\x81\x80\x01")), -EBADMSG);
	/* The second pair, and one that stands behind a container. */
	assert_int_equal(skip_all(BYTES("\x82\xa1x\x01\xc0\x01")), -EBADMSG);
	assert_int_equal(skip_all(BYTES("\x82\xa1x\x91\x01\xc0\x01")), -EBADMSG);
}

static void skip_wants_strings_to_be_utf8(void **state)
{
	assert_int_equal(skip_all(BYTES("\xa2\xc3\xa9")), 0);
	assert_int_equal(skip_all(BYTES("\xa2\xc3\x28")), -EBADMSG);
	assert_int_equal(skip_all(BYTES("\x81\xa1\xff\x01")), -EBADMSG);
	assert_int_equal(skip_all(BYTES("\xc4\x01\xff")), 0);
	/* A sequence must not run on into the next value. */
	assert_int_equal(skip_all(BYTES("\x92\xa1\xc3\xa9")), -EBADMSG);
}

/* @depth levels of arrays or of maps around a nil. */
static size_t nest(uint8_t *data, size_t depth, bool maps)
{
	size_t n = 0;

	for (size_t i = 0; i < depth; i++) {
		data[n++] = maps ? 0x81 : 0x91;
		if (maps)
			data[n++] = 0xa0;
	}
	data[n++] = 0xc0;
	return n;
}

static void skip_goes_as_deep_as_the_limit_and_no_deeper(void **state)
{
	uint8_t data[2 * DEPTH_MAX + 8], wide[3 + 200];

	for (int maps = 0; maps <= 1; maps++) {
		assert_int_equal(skip_all(data, nest(data, DEPTH_MAX, maps)), 0);
		assert_int_equal(skip_all(data, nest(data, DEPTH_MAX + 1, maps)), -EBADMSG);
	}
	/* An empty container is a level too. */
	data[nest(data, DEPTH_MAX, false) - 1] = 0x90;
	assert_int_equal(skip_all(data, DEPTH_MAX + 1), -EBADMSG);
	/* Depth is nesting, not the number of containers. */
	memset(wide, 0x90, sizeof(wide));
	memcpy(wide, "\xdc\x00\xc8", 3);
	assert_int_equal(skip_all(wide, sizeof(wide)), 0);
}

static void typed_reads_refuse_other_types_and_stay_where_they_are(void **state)
{
	static const uint8_t data[] = { 0xcd, 0x01, 0x00, 0xa1, 'x', 0x91, 0xc0, 0x81, 0xa0, 0xc0 };
	const char *s = NULL;
	uint32_t count = 77;
	uint64_t u = 77;
	size_t len = 77;
	struct cursor c;

	cursor_init(&c, data, sizeof(data));
	assert_int_equal(cursor_str(&c, &s, &len), -EBADMSG);
	assert_int_equal(cursor_array(&c, &count), -EBADMSG);
	assert_int_equal(cursor_uint(&c, 255, &u), -EBADMSG);
	assert_true(s == NULL && len == 77 && count == 77 && u == 77);
	assert_ptr_equal(c.at, data);

	assert_int_equal(cursor_uint(&c, 256, &u), 0);
	assert_int_equal(u, 256);
	assert_int_equal(cursor_uint(&c, UINT64_MAX, &u), -EBADMSG);
	assert_int_equal(cursor_str(&c, &s, &len), 0);
	assert_memory_equal(s, "x", 1);
	assert_int_equal(len, 1);
	assert_int_equal(cursor_map(&c, &count), -EBADMSG);
	assert_int_equal(cursor_array(&c, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(cursor_skip(&c), 0);
	assert_int_equal(cursor_map(&c, &count), 0);
	assert_int_equal(count, 1);
	assert_false(cursor_done(&c));
}

static void knows_utf8_at_its_edges(void **state)
{
	static const struct {
		const uint8_t *data;
		size_t len;
		bool valid;
	} cases[] = {
		{ BYTES(""), true },
		{ BYTES("\x00\x7f"), true },
		{ BYTES("\xc2\x80"), true },
		{ BYTES("\xdf\xbf"), true },
		{ BYTES("\xe0\xa0\x80"), true },
		{ BYTES("\xed\x9f\xbf"), true },
		{ BYTES("\xee\x80\x80"), true },
		{ BYTES("\xef\xbf\xbf"), true },
		{ BYTES("\xf0\x90\x80\x80"), true },
		{ BYTES("\xf4\x8f\xbf\xbf"), true },
		{ BYTES("\x80"), false },
		{ BYTES("\xbf\xbf"), false },
		{ BYTES("\xc0\x80"), false }, /* overlong */
		{ BYTES("\xc1\xbf"), false },
		{ BYTES("\xe0\x9f\xbf"), false },
		{ BYTES("\xf0\x8f\xbf\xbf"), false },
		{ BYTES("\xed\xa0\x80"), false }, /* surrogates */
		{ BYTES("\xed\xbf\xbf"), false },
		{ BYTES("\xf4\x90\x80\x80"), false }, /* over U+10FFFF */
		{ BYTES("\xf5\x80\x80\x80"), false },
		{ BYTES("\xf8\x88\x80\x80\x80"), false },
		{ BYTES("\xf8\x90\x80\x80"), false },
		{ BYTES("\xff\x90\x80\x80"), false },
		{ BYTES("\xff"), false },
		{ BYTES("\xc3"), false }, /* cut off */
		{ BYTES("\xe2\x82"), false },
		{ BYTES("\xf0\x9f\x98"), false },
		{ BYTES("\xc3\xc3"), false }, /* no continuation */
		{ BYTES("\xe2\x28\xa1"), false },
		{ BYTES("\xf0\x9f\x28\x80"), false },
	};

	/* Also at every place among ASCII, which is looked at eight bytes at a time. */
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t before = 0; before < 20; before++) {
			for (size_t after = 0; after < 20; after++) {
				size_t len = before + cases[i].len + after;
				uint8_t *text = malloc(len + 1);

				assert_non_null(text);
				memset(text, 'a', len);
				memcpy(text + before, cases[i].data, cases[i].len);
				assert_int_equal(utf8_valid(text, len), cases[i].valid);
				free(text);
			}
		}
	}
}

static void a_text_is_cut_between_characters_at_the_longest_that_fits(void **state)
{
	static const char text[] = "a\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80z";
	static const size_t kept[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11, 11 };

	for (size_t max = 0; max < ARRAY_SIZE(kept); max++)
		assert_int_equal(utf8_cut(text, max), kept[max]);
	assert_int_equal(utf8_cut("", 0), 0);
	assert_int_equal(utf8_cut("", 5), 0);
	/* What begins with a character that does not fit is nothing. */
	assert_int_equal(utf8_cut("\xf0\x9f\x98\x80", 3), 0);
}

/* What is passed whole is also readable piece by piece, with the same end. */
static void next_and_skip_agree_on_random_bytes(void **state)
{
	uint32_t seed = 20261122;
	unsigned passed = 0;

	for (unsigned round = 0; round < 200000; round++) {
		uint8_t data[24];
		struct cursor skipped, walked;
		uint64_t left = 1;

		for (size_t i = 0; i < sizeof(data); i++) {
			seed = seed * 1664525 + 1013904223;
			data[i] = (uint8_t)(seed >> 24);
		}
		cursor_init(&skipped, data, sizeof(data));
		walked = skipped;
		if (cursor_skip(&skipped) < 0)
			continue;
		passed++;
		while (left > 0) {
			struct value v;

			assert_int_equal(cursor_next(&walked, &v), 0);
			left--;
			if (v.type == VALUE_ARRAY)
				left += v.count;
			else if (v.type == VALUE_MAP)
				left += 2 * v.count;
		}
		assert_ptr_equal(walked.at, skipped.at);
	}
	assert_uint_in_range(passed, 50000, 200000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_form_of_an_unsigned_integer),
		cmocka_unit_test(reads_every_form_of_a_negative_integer),
		cmocka_unit_test(reads_floats_of_both_widths),
		cmocka_unit_test(reads_nil_and_booleans),
		cmocka_unit_test(reads_strings_and_bytes_of_every_length_form),
		cmocka_unit_test(reads_containers_of_every_count_form),
		cmocka_unit_test(refuses_extensions_and_the_unused_tag),
		cmocka_unit_test(counts_and_lengths_beyond_the_end_are_refused),
		cmocka_unit_test(skip_passes_exactly_one_value),
		cmocka_unit_test(skip_refuses_every_truncation),
		cmocka_unit_test(skip_wants_keys_to_be_strings),
		cmocka_unit_test(skip_wants_strings_to_be_utf8),
		cmocka_unit_test(skip_goes_as_deep_as_the_limit_and_no_deeper),
		cmocka_unit_test(typed_reads_refuse_other_types_and_stay_where_they_are),
		cmocka_unit_test(knows_utf8_at_its_edges),
		cmocka_unit_test(a_text_is_cut_between_characters_at_the_longest_that_fits),
		cmocka_unit_test(next_and_skip_agree_on_random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
