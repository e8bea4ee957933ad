#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "ipc/origin.h"

static const char *const valid[] = {
	"app://x",
	"app://self-checkout.v2",
	"app://shop.2",
	"https://shop.example",
	"https://shop.example.",
	"https://shop.example:444",
	"https://shop.example:80",
	"http://shop.example:443",
	"https://a_b.example",
	"https://xn--mnchen-3ya.example",
	"https://localhost:65535",
	"http://127.0.0.1:8080",
	"http://255.255.255.255",
	"https://1a.example",
	"https://1.2.3.4.example",
	"https://[::1]",
	"https://[::]:1",
	"https://[2001:db8::1]:8443",
	"https://[1:2:3:4:5:6:7:8]",
	"https://[1:0:3:4:5:6:7:8]",
	"https://[1::4:0:0:7:8]",
	"https://[::ffff:7f00:1]",
	"web+x.y-z://host",
};

static const char *const invalid[] = {
	"",
	"null",
	"self",
	"*",
	"https://*.shop.example",
	"shop.example",
	"://shop.example",
	"1a://shop.example",
	"https:/shop.example",
	"https:shop.example",
	"https://",
	"https://:444",
	"https:///",
	"https://.",
	"https://.example",
	"https://shop..example",
	"https://shop.example..",
	"https://shop.example/",
	"https://shop.example/cart",
	"https://shop.example?q",
	"https://shop.example#f",
	"https://shop.example\\",
	"https://u@shop.example",
	"https://u:p@shop.example",
	"https://@shop.example",
	"https://shop.example@evil.example",
	"https://Shop.example",
	"HTTPS://shop.example",
	"https://m\xc3\xbcnchen.example",
	"https://shop%2eexample",
	"https://shop.example ",
	" https://shop.example",
	"https://shop example",
	"https://shop.example\n",
	"https://shop.example\t",
	"https://shop.example\x7f",
	"https://shop.example:",
	"https://shop.example:443",
	"http://shop.example:80",
	"ws://shop.example:80",
	"wss://shop.example:443",
	"ftp://shop.example:21",
	"https://shop.example:0",
	"https://shop.example:0444",
	"https://shop.example:65536",
	"https://shop.example:4294967740",
	"https://shop.example:+444",
	"https://shop.example:4a4",
	"https://shop.example:444:444",
	"https://127.1",
	"https://127.0.0.1.",
	"https://127.0.0.01",
	"https://127.0.0.256",
	"https://1.2.3.4.5",
	"https://2130706433",
	"https://0x7f000001",
	"https://a.0x",
	"https://::1",
	"https://[::1",
	"https://[]",
	"https://[::1]x",
	"https://[::01]",
	"https://[0:0:0:0:0:0:0:1]",
	"https://[1:2:3:4:5:6:7::]",
	"https://[1:0:0:4::7:8]",
	"https://[::FFFF]",
	"https://[::ffff:127.0.0.1]",
	"https://[fe80::1%eth0]",
	"https://[1:2:3]",
	"https://[1111:1111:1111:1111:1111:1111:1111:1111:1111:1111]",
};

static void canonical_origins_are_valid_and_equal_themselves_only(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(valid); i++) {
		if (!origin_valid(valid[i], strlen(valid[i])))
			fail_msg("\"%s\" is valid", valid[i]);
		for (size_t j = 0; j < ARRAY_SIZE(valid); j++)
			assert_int_equal(origin_equal(valid[i], valid[j]), i == j);
	}
}

static void whatever_else_is_none_and_equals_nothing(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(invalid); i++) {
		if (origin_valid(invalid[i], strlen(invalid[i])))
			fail_msg("\"%s\" is not valid", invalid[i]);
		assert_false(origin_equal(invalid[i], invalid[i]));
		for (size_t j = 0; j < ARRAY_SIZE(valid); j++) {
			assert_false(origin_equal(invalid[i], valid[j]));
			assert_false(origin_equal(valid[j], invalid[i]));
		}
	}
}

static void a_nul_hides_nothing(void **state)
{
	static const char text[] = "https://shop.example\0.evil.example";

	assert_true(origin_valid(text, strlen(text)));
	assert_false(origin_valid(text, strlen(text) + 1));
	assert_false(origin_valid(text, sizeof(text) - 1));
	assert_false(origin_valid("https\0://a", 10));
}

static void the_length_is_bounded(void **state)
{
	char text[ORIGIN_MAX + 1], ret[ORIGIN_MAX];

	memset(text, 'a', sizeof(text));
	memcpy(text, "https://", 8);
	assert_true(origin_valid(text, ORIGIN_MAX - 1));
	assert_false(origin_valid(text, ORIGIN_MAX));
	assert_int_equal(origin_canonical(text, ORIGIN_MAX - 1, ret), 0);
	assert_int_equal(strlen(ret), ORIGIN_MAX - 1);
	assert_int_equal(origin_canonical(text, ORIGIN_MAX, ret), -EINVAL);
	text[ORIGIN_MAX - 1] = '/';
	assert_int_equal(origin_canonical(text, ORIGIN_MAX, ret), 0);
}

static void expect_canonical(const char *text, const char *wanted)
{
	char ret[ORIGIN_MAX];

	assert_int_equal(origin_canonical(text, strlen(text), ret), 0);
	assert_string_equal(ret, wanted);
}

static void what_lacks_little_has_a_canonical_form(void **state)
{
	expect_canonical("HTTPS://Shop.Example", "https://shop.example");
	expect_canonical("https://shop.example/", "https://shop.example");
	expect_canonical("https://shop.example:443", "https://shop.example");
	expect_canonical("https://shop.example:443/", "https://shop.example");
	expect_canonical("http://127.0.0.1:80", "http://127.0.0.1");
	expect_canonical("https://[::ABCD]:443", "https://[::abcd]");
	for (size_t i = 0; i < ARRAY_SIZE(valid); i++)
		expect_canonical(valid[i], valid[i]);
}

static void what_is_none_has_no_canonical_form(void **state)
{
	static const char *const texts[] = { "", "/", "null", "https://", "https:///",
		"https://shop.example//", "https://shop.example/cart", "https://u@shop.example",
		"https://shop.example:0443", "https://:443", "https://*.example",
		"https://[::443]:443:443", "https://m\xc3\x9cnchen.example" };
	char ret[ORIGIN_MAX] = "untouched";

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_int_equal(origin_canonical(texts[i], strlen(texts[i]), ret), -EINVAL);
	assert_string_equal(ret, "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_origins_are_valid_and_equal_themselves_only),
		cmocka_unit_test(whatever_else_is_none_and_equals_nothing),
		cmocka_unit_test(a_nul_hides_nothing),
		cmocka_unit_test(the_length_is_bounded),
		cmocka_unit_test(what_lacks_little_has_a_canonical_form),
		cmocka_unit_test(what_is_none_has_no_canonical_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
