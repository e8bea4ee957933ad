/* Who is driven by which CRTC. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "screen/kms_assign.h"

#define WANTED KMS_ASSIGN_WANTED
#define UNWANTED KMS_ASSIGN_UNWANTED

static void each_gets_one_of_its_own(void **state)
{
	struct kms_assign list[] = { { 3, -1, WANTED }, { 3, -1, WANTED } };

	kms_assign(list, 2);
	assert_int_equal(list[0].assigned, 0);
	assert_int_equal(list[1].assigned, 1);
}

static void who_has_no_choice_is_not_beaten_to_it(void **state)
{
	struct kms_assign list[] = { { 7, -1, WANTED }, { 3, -1, WANTED }, { 1, -1, WANTED } };

	kms_assign(list, 3);
	assert_int_equal(list[2].assigned, 0);
	assert_int_equal(list[1].assigned, 1);
	assert_int_equal(list[0].assigned, 2);
}

static void where_it_is_lit_already_it_stays(void **state)
{
	struct kms_assign list[] = { { 7, 2, WANTED }, { 7, 0, WANTED } };

	kms_assign(list, 2);
	assert_int_equal(list[0].assigned, 2);
	assert_int_equal(list[1].assigned, 0);
}

static void what_was_assigned_is_never_moved(void **state)
{
	/* The first could go to 1, and so make place for the second: it would flash. */
	struct kms_assign list[] = { { 3, -1, 0 }, { 1, 0, WANTED } };

	kms_assign(list, 2);
	assert_int_equal(list[0].assigned, 0);
	assert_int_equal(list[1].assigned, WANTED);
}

static void who_wants_none_gets_none(void **state)
{
	struct kms_assign list[] = { { 1, 0, UNWANTED }, { 1, -1, WANTED } };

	kms_assign(list, 2);
	assert_int_equal(list[0].assigned, UNWANTED);
	assert_int_equal(list[1].assigned, 0);
}

static void who_can_have_none_waits(void **state)
{
	struct kms_assign list[] = { { 0, 5, WANTED }, { 1u << 31, 99, WANTED },
		{ 1u << 31, -7, WANTED } };

	kms_assign(list, 3);
	assert_int_equal(list[0].assigned, WANTED);
	assert_int_equal(list[1].assigned, 31);
	assert_int_equal(list[2].assigned, WANTED);
}

/* ---- against all the ways there are ---- */

enum { MANY = 5 };

static unsigned bits(uint32_t mask)
{
	return (unsigned)__builtin_popcount(mask);
}

/* The most that can get one, by trying everything. */
static unsigned most(const uint32_t *possible, size_t n, uint32_t taken)
{
	unsigned best;

	if (n == 0)
		return 0;
	best = most(possible + 1, n - 1, taken);
	for (uint32_t left = possible[0] & ~taken; left; left &= left - 1) {
		unsigned with = 1 + most(possible + 1, n - 1, taken | (left & -left));

		best = with > best ? with : best;
	}
	return best;
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static void as_many_as_can_get_one(void **state)
{
	uint32_t seed = 7;

	for (unsigned round = 0; round < 2000; round++) {
		struct kms_assign list[MANY];
		uint32_t possible[MANY], taken = 0;
		unsigned got = 0;

		for (size_t i = 0; i < MANY; i++) {
			possible[i] = next_random(&seed) & next_random(&seed) & 31;
			list[i] = (struct kms_assign){ possible[i],
				(int)(next_random(&seed) % 6) - 1, WANTED };
		}
		kms_assign(list, MANY);
		for (size_t i = 0; i < MANY; i++) {
			if (list[i].assigned < 0)
				continue;
			assert_true(possible[i] & 1u << list[i].assigned);
			taken |= 1u << list[i].assigned;
			got++;
		}
		assert_int_equal(bits(taken), got);
		assert_int_equal(got, most(possible, MANY, 0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_gets_one_of_its_own),
		cmocka_unit_test(who_has_no_choice_is_not_beaten_to_it),
		cmocka_unit_test(where_it_is_lit_already_it_stays),
		cmocka_unit_test(what_was_assigned_is_never_moved),
		cmocka_unit_test(who_wants_none_gets_none),
		cmocka_unit_test(who_can_have_none_waits),
		cmocka_unit_test(as_many_as_can_get_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
