#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fuzz/caps_model.h"
#include "wire/limits.h"

#define SELF "app://x"
#define SHOP "https://shop.example"
#define BOTH (CAPS_SEND | CAPS_RECEIVE)
#define ALL_FRAMES (CAPS_MAIN | CAPS_SUB)

static int setup(void **state)
{
	return caps_new((struct caps **)state);
}

static int teardown(void **state)
{
	caps_free(*state);
	return 0;
}

static struct caps_rule rule_of(const char *window, bool deny, const char *pattern)
{
	return (struct caps_rule){
		.window = window,
		.deny = deny,
		.pattern = pattern,
		.pattern_len = strlen(pattern),
		.directions = BOTH,
		.frames = deny ? ALL_FRAMES : CAPS_MAIN,
		.origin = deny ? NULL : SELF,
	};
}

static int allow(struct caps *c, const char *window, const char *pattern)
{
	struct caps_rule rule = rule_of(window, false, pattern);

	return caps_add(c, &rule);
}

static int deny(struct caps *c, const char *window, const char *pattern)
{
	struct caps_rule rule = rule_of(window, true, pattern);

	return caps_add(c, &rule);
}

static struct caps_query query_of(const char *channel)
{
	return (struct caps_query){
		.window = "main",
		.origin = SELF,
		.frame = CAPS_MAIN,
		.direction = CAPS_SEND,
		.channel = channel,
		.channel_len = strlen(channel),
	};
}

static struct caps_verdict ask(const struct caps *c, struct caps_query q)
{
	struct caps_verdict v;

	caps_check(c, &q, &v);
	return v;
}

static bool check(const struct caps *c, const char *channel)
{
	return ask(c, query_of(channel)).allowed;
}

static void expect_rule(struct caps_verdict v, bool allowed, const char *rule, bool of_window)
{
	assert_int_equal(v.allowed, allowed);
	assert_int_equal(v.of_window, of_window);
	if (rule)
		assert_string_equal(v.rule, rule);
	else
		assert_null(v.rule);
}

static void without_rules_everything_is_denied(void **state)
{
	expect_rule(ask(*state, query_of("greet")), false, NULL, false);
}

static void an_exact_rule_allows_that_channel_only(void **state)
{
	assert_int_equal(allow(*state, NULL, "greet"), 0);
	assert_true(check(*state, "greet"));
	assert_false(check(*state, "greets"));
	assert_false(check(*state, "gree"));
	assert_false(check(*state, "Greet"));
	assert_false(check(*state, ""));
}

static void a_prefix_rule_allows_what_begins_so(void **state)
{
	assert_int_equal(allow(*state, NULL, "cart:*"), 0);
	assert_true(check(*state, "cart:add"));
	assert_true(check(*state, "cart:"));
	assert_false(check(*state, "cart"));
	assert_false(check(*state, "xcart:add"));
}

static void a_star_allows_every_name_and_no_empty_one(void **state)
{
	char longest[CHANNEL_MAX + 2];

	memset(longest, 'x', sizeof(longest));
	longest[CHANNEL_MAX] = '\0';
	assert_int_equal(allow(*state, NULL, "*"), 0);
	assert_true(check(*state, "x"));
	assert_true(check(*state, longest));
	longest[CHANNEL_MAX] = 'x';
	longest[CHANNEL_MAX + 1] = '\0';
	assert_false(check(*state, longest));
	assert_false(check(*state, ""));
}

static void the_longest_prefix_is_looked_up_too(void **state)
{
	char pattern[CHANNEL_MAX + 2] = { 0 };

	memset(pattern, 'x', CHANNEL_MAX);
	pattern[CHANNEL_MAX] = '*';
	assert_int_equal(allow(*state, NULL, pattern), 0);
	pattern[CHANNEL_MAX] = '\0';
	assert_true(check(*state, pattern));
	pattern[CHANNEL_MAX - 1] = '\0';
	assert_false(check(*state, pattern));
}

static void deny_wins_over_allow_in_any_order(void **state)
{
	assert_int_equal(deny(*state, NULL, "admin:*"), 0);
	assert_int_equal(allow(*state, NULL, "*"), 0);
	assert_int_equal(allow(*state, NULL, "admin:reboot"), 0);
	assert_true(check(*state, "anything"));
	expect_rule(ask(*state, query_of("admin:reboot")), false, "admin:*", false);
}

static void a_name_with_a_nul_matches_no_shorter_rule(void **state)
{
	struct caps_query q = query_of("greet");

	assert_int_equal(allow(*state, NULL, "greet"), 0);
	q.channel = "greet\0x";
	q.channel_len = 7;
	assert_false(ask(*state, q).allowed);
}

static void the_most_specific_rule_is_named(void **state)
{
	assert_int_equal(allow(*state, NULL, "*"), 0);
	assert_int_equal(allow(*state, NULL, "a:b"), 0);
	assert_int_equal(allow(*state, NULL, "a:*"), 0);
	expect_rule(ask(*state, query_of("x")), true, "*", false);
	expect_rule(ask(*state, query_of("a:x")), true, "a:*", false);
	expect_rule(ask(*state, query_of("a:b")), true, "a:b", false);
}

/* Direction and frame of a rule hold together: send in the main frame and receive in
 * sub-frames is not send in sub-frames. */
static void each_direction_and_frame_is_granted_on_its_own(void **state)
{
	struct caps_rule rule = rule_of(NULL, false, "a");
	struct caps_query q = query_of("a");

	rule.directions = CAPS_SEND;
	assert_int_equal(caps_add(*state, &rule), 0);
	rule.directions = CAPS_RECEIVE;
	rule.frames = CAPS_SUB;
	assert_int_equal(caps_add(*state, &rule), 0);
	for (unsigned frame = CAPS_MAIN; frame <= CAPS_SUB; frame++)
		for (unsigned direction = CAPS_SEND; direction <= CAPS_RECEIVE; direction++) {
			q.frame = frame;
			q.direction = direction;
			assert_int_equal(ask(*state, q).allowed, frame == direction);
		}
}

static void a_denied_direction_leaves_the_other(void **state)
{
	struct caps_rule rule = rule_of(NULL, true, "a*");
	struct caps_query q = query_of("ab");

	rule.directions = CAPS_RECEIVE;
	assert_int_equal(allow(*state, NULL, "*"), 0);
	assert_int_equal(caps_add(*state, &rule), 0);
	assert_true(ask(*state, q).allowed);
	q.direction = CAPS_RECEIVE;
	expect_rule(ask(*state, q), false, "a*", false);
}

static void a_grant_is_for_its_origin_only(void **state)
{
	static const char *const others[] = { "", "null", "app://y", "app://x.evil.example",
		"app://x.", "APP://x", "app://x/", "app://x:1", "https://x", "app://u@x",
		"https://shop.example.evil.example", "https://shop.example:444",
		"http://shop.example", "https://shop.example.", "https://xn--shp-hna.example" };
	struct caps_rule rule = rule_of(NULL, false, "a");
	struct caps_query q = query_of("a");

	assert_int_equal(caps_add(*state, &rule), 0);
	rule.origin = SHOP;
	assert_int_equal(caps_add(*state, &rule), 0);
	assert_true(ask(*state, q).allowed);
	q.origin = SHOP;
	assert_true(ask(*state, q).allowed);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		q.origin = others[i];
		expect_rule(ask(*state, q), false, NULL, false);
	}
	q.origin = NULL;
	expect_rule(ask(*state, q), false, NULL, false);
}

static void a_denial_may_be_for_one_origin(void **state)
{
	struct caps_rule rule = rule_of(NULL, true, "a");
	struct caps_query q = query_of("a");

	rule.origin = SHOP;
	assert_int_equal(caps_add(*state, &rule), 0);
	rule = rule_of(NULL, false, "a");
	assert_int_equal(caps_add(*state, &rule), 0);
	rule.origin = SHOP;
	assert_int_equal(caps_add(*state, &rule), 0);
	assert_true(ask(*state, q).allowed);
	q.origin = SHOP;
	expect_rule(ask(*state, q), false, "a", false);
}

static void a_window_narrows_the_apps_list(void **state)
{
	struct caps_query q = query_of("cart:add");

	assert_int_equal(allow(*state, NULL, "cart:*"), 0);
	assert_int_equal(allow(*state, NULL, "log"), 0);
	assert_int_equal(allow(*state, "main", "cart:add"), 0);
	expect_rule(ask(*state, q), true, "cart:add", true);
	expect_rule(ask(*state, query_of("cart:pay")), false, NULL, true);
	expect_rule(ask(*state, query_of("log")), false, NULL, true);
	q.window = "other";
	expect_rule(ask(*state, q), true, "cart:*", false);
	q.window = NULL;
	expect_rule(ask(*state, q), true, "cart:*", false);
}

static void a_window_never_widens(void **state)
{
	assert_int_equal(allow(*state, NULL, "a"), 0);
	assert_int_equal(allow(*state, "main", "*"), 0);
	assert_int_equal(allow(*state, "main", "b"), 0);
	assert_true(check(*state, "a"));
	expect_rule(ask(*state, query_of("b")), false, NULL, false);
	assert_int_equal(deny(*state, NULL, "a"), 0);
	expect_rule(ask(*state, query_of("a")), false, "a", false);
}

static void an_empty_list_of_a_window_leaves_it_nothing(void **state)
{
	struct caps_query q = query_of("a");

	assert_int_equal(allow(*state, NULL, "*"), 0);
	assert_int_equal(caps_narrow(*state, "main"), 0);
	expect_rule(ask(*state, q), false, NULL, true);
	q.window = "other";
	assert_true(ask(*state, q).allowed);
}

static void a_window_that_only_denies_keeps_the_apps_list(void **state)
{
	assert_int_equal(allow(*state, NULL, "*"), 0);
	assert_int_equal(deny(*state, "main", "b*"), 0);
	expect_rule(ask(*state, query_of("a")), true, "*", false);
	expect_rule(ask(*state, query_of("bc")), false, "b*", true);
}

static void a_windows_narrowing_is_of_direction_frame_and_origin_too(void **state)
{
	struct caps_rule rule = rule_of(NULL, false, "a");
	struct caps_query q = query_of("a");

	rule.frames = ALL_FRAMES;
	assert_int_equal(caps_add(*state, &rule), 0);
	rule.origin = SHOP;
	assert_int_equal(caps_add(*state, &rule), 0);
	rule = rule_of("main", false, "a");
	rule.directions = CAPS_SEND;
	assert_int_equal(caps_add(*state, &rule), 0);
	assert_true(ask(*state, q).allowed);
	q.direction = CAPS_RECEIVE;
	expect_rule(ask(*state, q), false, NULL, true);
	q.direction = CAPS_SEND;
	q.frame = CAPS_SUB;
	expect_rule(ask(*state, q), false, NULL, true);
	q.frame = CAPS_MAIN;
	q.origin = SHOP;
	expect_rule(ask(*state, q), false, NULL, true);
}

static void what_would_mislead_is_refused(void **state)
{
	struct caps_rule rule = rule_of(NULL, false, "ok");
	char pattern[CHANNEL_MAX + 3];

	assert_int_equal(allow(*state, NULL, ""), -EINVAL);
	assert_int_equal(allow(*state, NULL, "a*b"), -EINVAL);
	assert_int_equal(allow(*state, NULL, "**"), -EINVAL);
	assert_int_equal(allow(*state, NULL, "a\nb"), -EINVAL);
	assert_int_equal(allow(*state, NULL, "__window__"), -EINVAL);
	assert_int_equal(deny(*state, NULL, "\xff"), -EINVAL);
	memset(pattern, 'x', sizeof(pattern));
	pattern[CHANNEL_MAX + 1] = '*';
	pattern[CHANNEL_MAX + 2] = '\0';
	assert_int_equal(allow(*state, NULL, pattern), -EINVAL);
	rule.origin = NULL;
	assert_int_equal(caps_add(*state, &rule), -EINVAL);
	rule.origin = "null";
	assert_int_equal(caps_add(*state, &rule), -EINVAL);
	rule.origin = "https://SHOP.example";
	assert_int_equal(caps_add(*state, &rule), -EINVAL);
	rule.deny = true;
	assert_int_equal(caps_add(*state, &rule), -EINVAL);
	assert_null(caps_next(*state, NULL));
	assert_false(check(*state, "ab"));
}

static void the_number_of_rules_is_bounded(void **state)
{
	char channel[16];

	for (unsigned i = 0; i < CAPS_RULES_MAX; i++) {
		snprintf(channel, sizeof(channel), "c%u", i);
		assert_int_equal(allow(*state, NULL, channel), 0);
	}
	assert_int_equal(allow(*state, NULL, "more"), -ENOSPC);
	assert_true(check(*state, "c0"));
	assert_true(check(*state, channel));
	assert_false(check(*state, "more"));
}

static void a_pattern_is_judged_as_a_whole(void **state)
{
	struct caps_query q = query_of("cart:*");
	struct caps_verdict v;

	assert_int_equal(allow(*state, NULL, "cart:*"), 0);
	assert_int_equal(deny(*state, NULL, "cart:add"), 0);
	caps_check_pattern(*state, &q, &v);
	expect_rule(v, true, "cart:*", false);
	q.channel = "*";
	q.channel_len = 1;
	caps_check_pattern(*state, &q, &v);
	expect_rule(v, false, NULL, false);
	q = query_of("cart:a*");
	assert_int_equal(deny(*state, NULL, "cart:*"), 0);
	caps_check_pattern(*state, &q, &v);
	expect_rule(v, false, "cart:*", false);
}

static void a_document_without_any_grant_is_not_covered(void **state)
{
	struct caps *c = *state;

	assert_false(caps_covers(c, "main", SELF, CAPS_MAIN));
	assert_int_equal(allow(c, NULL, "cart:*"), 0);
	assert_true(caps_covers(c, "main", SELF, CAPS_MAIN));
	assert_false(caps_covers(c, "main", SELF, CAPS_SUB));
	assert_false(caps_covers(c, "main", SHOP, CAPS_MAIN));
	assert_false(caps_covers(c, "main", "", CAPS_MAIN));
	/* Either list may be the narrower one. */
	assert_int_equal(allow(c, "wide", "*"), 0);
	assert_true(caps_covers(c, "wide", SELF, CAPS_MAIN));
	assert_int_equal(allow(c, "narrow", "cart:add"), 0);
	assert_true(caps_covers(c, "narrow", SELF, CAPS_MAIN));
	assert_int_equal(allow(c, "elsewhere", "log"), 0);
	assert_false(caps_covers(c, "elsewhere", SELF, CAPS_MAIN));
	assert_int_equal(deny(c, "narrow", "cart:a*"), 0);
	assert_false(caps_covers(c, "narrow", SELF, CAPS_MAIN));
	assert_int_equal(caps_narrow(c, "nothing"), 0);
	assert_false(caps_covers(c, "nothing", SELF, CAPS_MAIN));
}

static void the_rules_come_in_the_order_of_their_declaration(void **state)
{
	const struct caps_rule *rule;

	assert_int_equal(allow(*state, NULL, "b*"), 0);
	assert_int_equal(deny(*state, "main", "a"), 0);
	rule = caps_next(*state, NULL);
	assert_string_equal(rule->pattern, "b*");
	assert_string_equal(rule->origin, SELF);
	assert_null(rule->window);
	rule = caps_next(*state, rule);
	assert_string_equal(rule->window, "main");
	assert_true(rule->deny);
	assert_null(rule->origin);
	assert_null(caps_next(*state, rule));
}

static void the_router_finds_the_same_behind_the_interface(void **state)
{
	const struct ipc_capability_checker *checker = caps_checker(*state);
	struct caps_query q = query_of("a");
	struct caps_verdict v;

	assert_int_equal(allow(*state, NULL, "a"), 0);
	checker->check_channel(checker, &q, &v);
	expect_rule(v, true, "a", false);
}

/*
 * One rule, or none, in each of the four lists, of every form, against one channel:
 * what decides is written out here, not computed as caps.c does.
 */
static void every_combination_of_the_lists_is_decided_as_the_design_says(void **state)
{
	static const char *const forms[] = { NULL, "a:b", "a:*", "*", "a:c", "b*" };
	unsigned seen[6] = { 0 };

	for (unsigned n = 0; n < 6 * 6 * 6 * 6 * 2; n++) {
		const char *app_allow = forms[n % 6], *app_deny = forms[n / 6 % 6];
		const char *win_allow = forms[n / 36 % 6], *win_deny = forms[n / 216 % 6];
		bool narrowed = n / 1296 || win_allow;
		struct caps_verdict v;
		struct caps *c;
		/* Of the forms, 1 to 3 have the channel. */
#define HAS(form) ((form) && (form) != forms[4] && (form) != forms[5])

		assert_int_equal(caps_new(&c), 0);
		if (narrowed)
			assert_int_equal(caps_narrow(c, "main"), 0);
		if (app_allow)
			assert_int_equal(allow(c, NULL, app_allow), 0);
		if (app_deny)
			assert_int_equal(deny(c, NULL, app_deny), 0);
		if (win_allow)
			assert_int_equal(allow(c, "main", win_allow), 0);
		if (win_deny)
			assert_int_equal(deny(c, "main", win_deny), 0);
		v = ask(c, query_of("a:b"));
		if (HAS(app_deny))
			expect_rule(v, false, app_deny, false), seen[0]++;
		else if (HAS(win_deny))
			expect_rule(v, false, win_deny, true), seen[1]++;
		else if (!HAS(app_allow))
			expect_rule(v, false, NULL, false), seen[2]++;
		else if (!narrowed)
			expect_rule(v, true, app_allow, false), seen[3]++;
		else if (!HAS(win_allow))
			expect_rule(v, false, NULL, true), seen[4]++;
		else
			expect_rule(v, true, win_allow, true), seen[5]++;
		caps_free(c);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(seen); i++)
		assert_true(seen[i] > 0);
}

static uint32_t random_below(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % n;
}

/* Names of few letters, so that rules and channels meet; null for one in @n. */
static const char *random_name(uint32_t *seed, bool pattern)
{
	static char names[64][8];
	static unsigned turn;
	char *name = names[turn++ % 64];
	unsigned len = random_below(seed, 4);

	for (unsigned i = 0; i < len; i++)
		name[i] = "ab:"[random_below(seed, 3)];
	strcpy(name + len, pattern && (len == 0 || random_below(seed, 2)) ? "*" : "");
	return name;
}

static void random_rules(uint32_t *seed, struct caps *c, struct caps_model *m, char texts[][8])
{
	static const char *const windows[] = { NULL, NULL, "main", "other" };
	static const char *const origins[] = { SELF, SHOP, NULL };

	for (unsigned n = random_below(seed, 24); n > 0; n--) {
		bool denies = random_below(seed, 4) == 0;
		struct caps_rule rule = rule_of(windows[random_below(seed, 4)], denies,
			strcpy(texts[n], random_name(seed, true)));

		rule.directions = 1 + random_below(seed, 3);
		rule.frames = 1 + random_below(seed, 3);
		rule.origin = origins[random_below(seed, denies ? 3 : 2)];
		assert_int_equal(caps_add(c, &rule), 0);
		model_add(m, &rule);
	}
}

static void any_rules_decide_as_the_naive_model_and_narrowing_never_widens(void **state)
{
	static const char *const windows[] = { NULL, "main", "other", "third" };
	static const char *const origins[] = { SELF, SHOP, "", "https://shop.example." };
	uint32_t seed = 1;
	unsigned allowed = 0;

	for (unsigned round = 0; round < 3000; round++) {
		struct caps_model model = { 0 };
		char texts[24][8];
		struct caps *c;

		assert_int_equal(caps_new(&c), 0);
		random_rules(&seed, c, &model, texts);
		for (unsigned i = 0; i < 40; i++) {
			struct caps_query q = query_of(random_name(&seed, false));
			struct caps_verdict v, of_app;

			q.window = windows[random_below(&seed, 4)];
			q.origin = origins[random_below(&seed, 4)];
			q.frame = 1 + random_below(&seed, 2);
			q.direction = 1 + random_below(&seed, 2);
			v = ask(c, q);
			/* An empty name is refused before any rule is looked at. */
			if (q.channel_len > 0)
				assert_true(model_agrees(&model, &q, &v));
			if (v.allowed)
				assert_true(caps_covers(
					c, q.window ? q.window : "third", q.origin, q.frame));
			allowed += v.allowed;
			q.window = NULL;
			of_app = ask(c, q);
			assert_true(!v.allowed || of_app.allowed);
		}
		caps_free(c);
	}
	assert_true(allowed > 1000);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_rules_everything_is_denied),
		TEST(an_exact_rule_allows_that_channel_only),
		TEST(a_prefix_rule_allows_what_begins_so),
		TEST(a_star_allows_every_name_and_no_empty_one),
		TEST(the_longest_prefix_is_looked_up_too),
		TEST(deny_wins_over_allow_in_any_order),
		TEST(a_name_with_a_nul_matches_no_shorter_rule),
		TEST(the_most_specific_rule_is_named),
		TEST(each_direction_and_frame_is_granted_on_its_own),
		TEST(a_denied_direction_leaves_the_other),
		TEST(a_grant_is_for_its_origin_only),
		TEST(a_denial_may_be_for_one_origin),
		TEST(a_window_narrows_the_apps_list),
		TEST(a_window_never_widens),
		TEST(an_empty_list_of_a_window_leaves_it_nothing),
		TEST(a_window_that_only_denies_keeps_the_apps_list),
		TEST(a_windows_narrowing_is_of_direction_frame_and_origin_too),
		TEST(what_would_mislead_is_refused),
		TEST(the_number_of_rules_is_bounded),
		TEST(a_pattern_is_judged_as_a_whole),
		TEST(a_document_without_any_grant_is_not_covered),
		TEST(the_rules_come_in_the_order_of_their_declaration),
		TEST(the_router_finds_the_same_behind_the_interface),
		cmocka_unit_test(every_combination_of_the_lists_is_decided_as_the_design_says),
		cmocka_unit_test(any_rules_decide_as_the_naive_model_and_narrowing_never_widens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
