/* Writing msgpack: read back by the cursor, and failures that stick. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wire/cursor.h"
#include "wire/pack.h"

static void packs(const struct buf *b, const char *expected, size_t len)
{
	assert_int_equal(buf_len(b), len);
	assert_memory_equal(buf_bytes(b), expected, len);
}
#define assert_packed(b, s) packs((b), (s), sizeof(s) - 1)

static void a_structure_reads_back(void **state)
{
	struct buf b = BUF_INIT(256);
	struct pack p;

	pack_init(&p, &b);
	pack_array(&p, 7);
	pack_nil(&p);
	pack_bool(&p, true);
	pack_int(&p, -7);
	pack_uint(&p, 300);
	pack_cstr(&p, "caf\xc3\xa9");
	pack_bin(&p, "\xff\x00", 2);
	pack_map(&p, 1);
	pack_str(&p, "a\0b", 3);
	pack_number(&p, 0.5);
	assert_int_equal(p.error, 0);
	assert_packed(&b, "\x97\xc0\xc3\xf9\xcd\x01\x2c\xa5"
			  "caf\xc3\xa9\xc4\x02\xff\x00\x81\xa3"
			  "a\0b\xcb\x3f\xe0\0\0\0\0\0\0");
	buf_fini(&b);
}

static void numbers_become_integers_where_that_loses_nothing(void **state)
{
	static const struct {
		double number;
		enum value_type type;
	} cases[] = {
		{ 0, VALUE_UINT },
		{ -0.0, VALUE_FLOAT },
		{ 21, VALUE_UINT },
		{ -1, VALUE_INT },
		{ 0.5, VALUE_FLOAT },
		{ 1732284000123, VALUE_UINT },
		{ 9007199254740992, VALUE_UINT },
		{ -9007199254740992, VALUE_INT },
		{ 9007199254740994, VALUE_FLOAT },
		{ 1e300, VALUE_FLOAT },
		{ INFINITY, VALUE_FLOAT },
		{ -INFINITY, VALUE_FLOAT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf b = BUF_INIT(16);
		struct cursor c;
		struct pack p;
		struct value v;
		double back;

		pack_init(&p, &b);
		pack_number(&p, cases[i].number);
		assert_int_equal(p.error, 0);
		cursor_init(&c, buf_bytes(&b), buf_len(&b));
		assert_int_equal(cursor_next(&c, &v), 0);
		assert_int_equal(v.type, cases[i].type);
		back = v.type == VALUE_UINT ? (double)v.u : v.type == VALUE_INT ? (double)v.i : v.d;
		assert_true(back == cases[i].number);
		assert_int_equal(signbit(back) != 0, signbit(cases[i].number) != 0);
		buf_fini(&b);
	}
}

static void not_a_number_stays_one(void **state)
{
	struct buf b = BUF_INIT(16);
	struct pack p;

	pack_init(&p, &b);
	pack_number(&p, NAN);
	assert_int_equal(p.error, 0);
	assert_int_equal(buf_bytes(&b)[0], 0xcb);
	buf_fini(&b);
}

static void the_first_failure_sticks(void **state)
{
	struct buf b = BUF_INIT(4);
	struct pack p;

	pack_init(&p, &b);
	pack_cstr(&p, "abc");
	assert_int_equal(p.error, 0);
	pack_cstr(&p, "d");
	assert_int_equal(p.error, -EMSGSIZE);
	buf_reset(&b, 0);
	pack_nil(&p);
	assert_int_equal(p.error, -EMSGSIZE);
	assert_int_equal(buf_len(&b), 0);
	buf_fini(&b);
}

/* Where there are such lengths. */
#if SIZE_MAX > UINT32_MAX
static void lengths_over_32_bits_are_refused(void **state)
{
	struct buf b = BUF_INIT(64);
	struct pack p;

	pack_init(&p, &b);
	pack_array(&p, (size_t)UINT32_MAX + 1);
	assert_int_equal(p.error, -EMSGSIZE);
	assert_int_equal(buf_len(&b), 0);
	pack_init(&p, &b);
	pack_str(&p, "", (size_t)UINT32_MAX + 1);
	assert_int_equal(p.error, -EMSGSIZE);
	assert_int_equal(buf_len(&b), 0);
	buf_fini(&b);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_structure_reads_back),
		cmocka_unit_test(numbers_become_integers_where_that_loses_nothing),
		cmocka_unit_test(not_a_number_stays_one),
		cmocka_unit_test(the_first_failure_sticks),
#if SIZE_MAX > UINT32_MAX
		cmocka_unit_test(lengths_over_32_bits_are_refused),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
