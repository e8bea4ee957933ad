#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "ipc/caps.h"

static int setup(void **state)
{
	return caps_new((struct caps **)state);
}

static int teardown(void **state)
{
	caps_free(*state);
	return 0;
}

static int allow(struct caps *c, const char *pattern)
{
	return caps_allow(c, pattern, strlen(pattern));
}

static int deny(struct caps *c, const char *pattern)
{
	return caps_deny(c, pattern, strlen(pattern));
}

static bool check(const struct caps *c, const char *channel)
{
	const char *rule;

	return caps_check(c, channel, strlen(channel), &rule);
}

static void without_rules_everything_is_denied(void **state)
{
	const char *rule = "untouched";

	assert_false(caps_check(*state, "greet", 5, &rule));
	assert_null(rule);
}

static void an_exact_rule_allows_that_channel_only(void **state)
{
	assert_int_equal(allow(*state, "greet"), 0);
	assert_true(check(*state, "greet"));
	assert_false(check(*state, "greets"));
	assert_false(check(*state, "gree"));
	assert_false(check(*state, "Greet"));
	assert_false(check(*state, ""));
}

static void a_prefix_rule_allows_what_begins_so(void **state)
{
	assert_int_equal(allow(*state, "cart:*"), 0);
	assert_true(check(*state, "cart:add"));
	assert_true(check(*state, "cart:"));
	assert_false(check(*state, "cart"));
	assert_false(check(*state, "xcart:add"));
}

static void deny_wins_over_allow_in_any_order(void **state)
{
	const char *rule;

	assert_int_equal(deny(*state, "admin:*"), 0);
	assert_int_equal(allow(*state, "*"), 0);
	assert_int_equal(allow(*state, "admin:reboot"), 0);
	assert_true(check(*state, "anything"));
	assert_false(caps_check(*state, "admin:reboot", 12, &rule));
	assert_string_equal(rule, "admin:*");
}

static void the_deciding_rule_is_named(void **state)
{
	const char *rule;

	assert_int_equal(allow(*state, "a*"), 0);
	assert_true(caps_check(*state, "abc", 3, &rule));
	assert_string_equal(rule, "a*");
}

static void a_name_with_a_nul_matches_no_shorter_rule(void **state)
{
	const char *rule;

	assert_int_equal(allow(*state, "greet"), 0);
	assert_false(caps_check(*state, "greet\0x", 7, &rule));
}

static void patterns_that_would_mislead_are_refused(void **state)
{
	assert_int_equal(allow(*state, ""), -EINVAL);
	assert_int_equal(allow(*state, "a*b"), -EINVAL);
	assert_int_equal(allow(*state, "**"), -EINVAL);
	assert_int_equal(allow(*state, "a\nb"), -EINVAL);
	assert_int_equal(deny(*state, "\xff"), -EINVAL);
	assert_false(check(*state, "ab"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			without_rules_everything_is_denied, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_exact_rule_allows_that_channel_only, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_prefix_rule_allows_what_begins_so, setup, teardown),
		cmocka_unit_test_setup_teardown(deny_wins_over_allow_in_any_order, setup, teardown),
		cmocka_unit_test_setup_teardown(the_deciding_rule_is_named, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_name_with_a_nul_matches_no_shorter_rule, setup, teardown),
		cmocka_unit_test_setup_teardown(
			patterns_that_would_mislead_are_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
