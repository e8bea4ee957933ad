/* JSON and msgpack: both ways, bytes beside the text, and what is refused where. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/cursor.h"
#include "wire/json.h"
#include "wire/limits.h"
#include "wire/pack.h"

#define CEILING (1u << 20)
/* A string literal and its length, without its terminator; NUL bytes inside are fine. */
#define BYTES(s) (s), sizeof(s) - 1

struct both {
	const char *text;
	const char *value;
	size_t len;
};

static void reads(const char *text, size_t text_len, const char *value, size_t len)
{
	struct buf out = BUF_INIT(CEILING);
	struct json_error e;

	if (json_to_msgpack(text, text_len, JSON_STRICT, NULL, 0, &out, &e) < 0)
		fail_msg("%s: %s", text, e.message);
	if (buf_len(&out) != len || memcmp(buf_bytes(&out), value, len) != 0)
		fail_msg("%s reads as something else", text);
	buf_fini(&out);
}

static void writes(const char *value, size_t len, const char *text)
{
	struct buf out = BUF_INIT(CEILING);

	assert_int_equal(json_from_msgpack((const uint8_t *)value, len, NULL, NULL, &out), 0);
	assert_int_equal(buf_append_byte(&out, '\0'), 0);
	assert_string_equal((char *)buf_bytes(&out), text);
	buf_fini(&out);
}

static int refuses(const char *text, size_t len, enum json_flags flags, struct json_error *ret)
{
	struct buf out = BUF_INIT(CEILING);
	int r;

	assert_int_equal(buf_append(&out, "kept", 4), 0);
	r = json_to_msgpack(text, len, flags, NULL, 0, &out, ret);
	if (r == 0)
		fail_msg("%s was accepted", text);
	assert_int_equal(buf_len(&out), 4);
	buf_fini(&out);
	return r;
}

static void converts_both_ways(void **state)
{
	static const struct both cases[] = {
		{ "null", BYTES("\xc0") },
		{ "true", BYTES("\xc3") },
		{ "false", BYTES("\xc2") },
		{ "0", BYTES("\x00") },
		{ "127", BYTES("\x7f") },
		{ "128", BYTES("\xcc\x80") },
		{ "-1", BYTES("\xff") },
		{ "-33", BYTES("\xd0\xdf") },
		{ "18446744073709551615", BYTES("\xcf\xff\xff\xff\xff\xff\xff\xff\xff") },
		{ "-9223372036854775808", BYTES("\xd3\x80\0\0\0\0\0\0\0") },
		{ "0.5", BYTES("\xcb\x3f\xe0\0\0\0\0\0\0") },
		{ "-0.0", BYTES("\xcb\x80\0\0\0\0\0\0\0") },
		{ "0.1", BYTES("\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a") },
		{ "1e300", BYTES("\xcb\x7e\x37\xe4\x3c\x88\x00\x75\x9c") },
		{ "5e-324", BYTES("\xcb\0\0\0\0\0\0\0\1") },
		{ "\"\"", BYTES("\xa0") },
		{ "\"caf\xc3\xa9\"", BYTES("\xa5"
					   "caf\xc3\xa9") },
		{ "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\x7f/\"",
			BYTES("\xab\"\\\b\f\n\r\t\0\x1f\x7f/") },
		/* Legal in JSON, though once not in JavaScript: left as it is. */
		{ "\"\xe2\x80\xa8\xe2\x80\xa9\"", BYTES("\xa6\xe2\x80\xa8\xe2\x80\xa9") },
		{ "[]", BYTES("\x90") },
		{ "{}", BYTES("\x80") },
		{ "[[],{},[0]]", BYTES("\x93\x90\x80\x91\x00") },
		{ "{\"a\":{\"b\":[1,{}]},\"c\":null}", BYTES("\x82\xa1"
							     "a\x81\xa1"
							     "b\x92\x01\x80\xa1"
							     "c\xc0") },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		reads(cases[i].text, strlen(cases[i].text), cases[i].value, cases[i].len);
		writes(cases[i].value, cases[i].len, cases[i].text);
	}
}

static void reads_what_is_written_otherwise(void **state)
{
	static const struct both cases[] = {
		{ " [ 1 ,\t2\r\n] ", BYTES("\x92\x01\x02") },
		{ "-0", BYTES("\xcb\x80\0\0\0\0\0\0\0") },
		{ "1.0", BYTES("\x01") },
		{ "1e3", BYTES("\xcd\x03\xe8") },
		/* Beyond 64 bits an integer is the nearest double. */
		{ "18446744073709551616", BYTES("\xcb\x43\xf0\0\0\0\0\0\0") },
		{ "-9223372036854775809", BYTES("\xcb\xc3\xe0\0\0\0\0\0\0") },
		{ "1e-999", BYTES("\x00") },
		{ "\"\\u00e9\\ud83d\\ude00\\/\"", BYTES("\xa7\xc3\xa9\xf0\x9f\x98\x80/") },
		{ "{\"a\":1,\"a\":2}", BYTES("\x82\xa1"
					     "a\x01\xa1"
					     "a\x02") },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		reads(cases[i].text, strlen(cases[i].text), cases[i].value, cases[i].len);
}

static void what_json_cannot_say_becomes_null(void **state)
{
	writes(BYTES("\xcb\x7f\xf8\0\0\0\0\0\0"), "null");
	writes(BYTES("\x92\xca\x7f\x80\0\0\xca\xff\x80\0\0"), "[null,null]");
	writes(BYTES("\x81\xa1"
		     "a\xc4\x02\x01\x02"),
		"{\"a\":null}");
}

/* As JSON.parse() then has it: the last one. */
static void a_key_that_is_twice_stays_so(void **state)
{
	writes("\x82\xa1"
	       "a\x01\xa1"
	       "a\x02",
		7, "{\"a\":1,\"a\":2}");
	reads("{\"a\":1,\"a\":2}", 13,
		"\x82\xa1"
		"a\x01\xa1"
		"a\x02",
		7);
}

static void says_where_the_text_is_wrong(void **state)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *message;
	} cases[] = {
		{ "", 1, 1, "the text is empty" },
		{ "  ", 1, 1, "empty" },
		{ "[1,]", 1, 3, "trailing comma" },
		{ "{\n  \"a\": 1,\n  \"b\" 2\n}\n", 3, 7, "expected ':'" },
		{ "[\n1,\n", 3, 1, "end of data" },
		{ "[\"\xc3\xa9\xc3\xa9\", x]", 1, 8, "unexpected character" },
		{ "[1]\n\n2", 3, 1, "after document" },
		{ "\"\\ud800\"", 1, 2, "surrogate" },
		{ "\"\\udc00\\ud800\"", 1, 2, "surrogate" },
		{ "{\n\"a\":\"\xff\"\n}", 2, 6, "UTF-8" },
		{ "\"\xed\xa0\x80\"", 1, 2, "UTF-8" },
		{ "\"\x01\"", 1, 2, "control character" },
		{ "[// no\n1]", 1, 2, "unexpected character" },
		{ "{1:2}", 1, 2, "key" },
		{ "01", 1, 1, "leading zero" },
		{ "1e999", 1, 1, "infinity" },
		{ "NaN", 1, 1, "unexpected character" },
		{ "\xef\xbb\xbf{}", 1, 1, "BOM" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct json_error e = { 77, 77, "" };

		assert_int_equal(
			refuses(cases[i].text, strlen(cases[i].text), JSON_STRICT, &e), -EBADMSG);
		if (e.line != cases[i].line || e.column != cases[i].column ||
			!strstr(e.message, cases[i].message))
			fail_msg("%s: %u:%u: %s", cases[i].text, e.line, e.column, e.message);
	}
	assert_int_equal(refuses("x", 1, JSON_STRICT, NULL), -EBADMSG);
	assert_int_equal(refuses("1\0", 2, JSON_STRICT, NULL), -EBADMSG);
}

static void refuses_every_truncation(void **state)
{
	static const char text[] = "{\"a\":[1.5e3,\"\\u20ac\",true],\"b\":null}";

	for (size_t len = 0; len < sizeof(text) - 1; len++)
		assert_int_equal(refuses(text, len, JSON_STRICT, NULL), -EBADMSG);
}

static void comments_and_trailing_commas_only_where_asked_for(void **state)
{
	static const char text[] = "// first\n{\n\"a\": [1, 2,], /* why\n*/\n\"b\": \"//\",\n}\n";
	struct buf out = BUF_INIT(CEILING);
	struct json_error e;

	assert_int_equal(refuses(text, sizeof(text) - 1, JSON_STRICT, &e), -EBADMSG);
	assert_int_equal(
		json_to_msgpack(text, sizeof(text) - 1, JSON_COMMENTS, NULL, 0, &out, &e), 0);
	writes((const char *)buf_bytes(&out), buf_len(&out), "{\"a\":[1,2],\"b\":\"//\"}");
	buf_fini(&out);
	assert_int_equal(refuses(BYTES("[1] /* open"), JSON_COMMENTS, &e), -EBADMSG);
	assert_int_equal(refuses(BYTES("[1,,]"), JSON_COMMENTS, &e), -EBADMSG);
	assert_int_equal(refuses(BYTES("{a:1}"), JSON_COMMENTS, &e), -EBADMSG);
	assert_int_equal(refuses(BYTES("# no\n1"), JSON_COMMENTS, &e), -EBADMSG);
}

static void as_deep_as_the_limit_and_no_deeper(void **state)
{
	char text[2 * DEPTH_MAX + 8], value[DEPTH_MAX + 3];
	struct json_error e;

	memset(text, '[', DEPTH_MAX);
	memset(text + DEPTH_MAX, ']', DEPTH_MAX);
	text[2 * DEPTH_MAX] = '\0';
	memset(value, 0x91, sizeof(value));
	value[DEPTH_MAX - 1] = (char)0x90;
	reads(text, 2 * DEPTH_MAX, value, DEPTH_MAX);
	writes(value, DEPTH_MAX, text);

	memset(text, '[', DEPTH_MAX + 1);
	memset(text + DEPTH_MAX + 1, ']', DEPTH_MAX + 1);
	assert_int_equal(refuses(text, 2 * DEPTH_MAX + 2, JSON_STRICT, &e), -E2BIG);
	assert_string_equal(e.message, "nested deeper than 128 levels");
	assert_int_equal(e.line, 0);
	/* Deep to the end of the text is a syntax error, and no crash. */
	memset(text, '[', sizeof(text));
	assert_int_equal(refuses(text, sizeof(text), JSON_STRICT, &e), -EBADMSG);
}

/* A frame's body goes over as one value: the deepest payload, one level down. */
static void writes_the_body_around_the_deepest_payload(void **state)
{
	uint8_t value[DEPTH_MAX + 2];
	struct buf out = BUF_INIT(CEILING);

	memset(value, 0x91, sizeof(value));
	value[DEPTH_MAX] = 0x90;
	assert_int_equal(json_from_msgpack(value, DEPTH_MAX + 1, NULL, NULL, &out), 0);
	assert_int_equal(buf_len(&out), 2 * DEPTH_MAX + 2);
	value[DEPTH_MAX] = 0x91;
	value[DEPTH_MAX + 1] = 0x90;
	assert_int_equal(json_from_msgpack(value, DEPTH_MAX + 2, NULL, NULL, &out), -EBADMSG);
	assert_int_equal(buf_len(&out), 2 * DEPTH_MAX + 2);
	buf_fini(&out);
}

static void bytes_take_the_place_of_nulls(void **state)
{
	/* Ordinals:          0   1     2       3   4       5 6       7 */
	static const char text[] = "{\"k\":null,\"null\":[null,null],\"m\":{\"n\":7},\"o\":null}";
	static const struct json_blob blobs[] = { { 1, "\xff", 1 }, { 4, "", 0 }, { 7, "ab", 2 } };
	static const char expected[] = "\x84\xa1k\xc4\x01\xff\xa4null\x92\xc0\xc4\x00\xa1m\x81\xa1n"
				       "\x07\xa1o\xc4\x02"
				       "ab";
	struct buf out = BUF_INIT(CEILING);
	struct json_error e;

	assert_int_equal(json_to_msgpack(text, sizeof(text) - 1, JSON_STRICT, blobs,
				 ARRAY_SIZE(blobs), &out, &e),
		0);
	assert_int_equal(buf_len(&out), sizeof(expected) - 1);
	assert_memory_equal(buf_bytes(&out), expected, sizeof(expected) - 1);
	buf_fini(&out);
}

static void bytes_may_be_the_outermost_value(void **state)
{
	static const struct json_blob blob = { 0, "xyz", 3 };
	struct buf out = BUF_INIT(CEILING);

	assert_int_equal(json_to_msgpack("null", 4, JSON_STRICT, &blob, 1, &out, NULL), 0);
	assert_int_equal(buf_len(&out), 5);
	assert_memory_equal(buf_bytes(&out), "\xc4\x03xyz", 5);
	buf_fini(&out);
}

static void bytes_in_a_wrong_place_are_refused(void **state)
{
	static const struct {
		struct json_blob blobs[2];
		size_t n;
		const char *message;
	} cases[] = {
		{ { { 0, "x", 1 } }, 1, "value 0, which is not null" },
		{ { { 1, "x", 1 } }, 1, "value 1, which is not null" },
		{ { { 3, "x", 1 } }, 1, "value 3, which is not there" },
		{ { { UINT32_MAX, "x", 1 } }, 1, "not there" },
		{ { { 2, "x", 1 }, { 2, "x", 1 } }, 2, "value 2, which is not there" },
		{ { { 2, "x", 1 }, { 0, "x", 1 } }, 2, "value 0, which is not there" },
	};
	struct buf out = BUF_INIT(CEILING);
	struct json_error e;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(json_to_msgpack(BYTES("[\"null\",null]"), JSON_STRICT,
					 cases[i].blobs, cases[i].n, &out, &e),
			-EBADMSG);
		if (!strstr(e.message, cases[i].message))
			fail_msg("%zu: %s", i, e.message);
		assert_int_equal(buf_len(&out), 0);
	}
	/* A key is not a value, so there is no ordinal for it. */
	assert_int_equal(json_to_msgpack(BYTES("{\"null\":1}"), JSON_STRICT,
				 &(struct json_blob){ 1, "x", 1 }, 1, &out, &e),
		-EBADMSG);
	buf_fini(&out);
}

struct told {
	char text[512];
	size_t used;
	int answer;
};

static int on_bytes(const char *path, size_t path_len, const uint8_t *data, size_t len, void *arg)
{
	struct told *t = arg;

	t->used += (size_t)snprintf(t->text + t->used, sizeof(t->text) - t->used, "%.*s=%.*s;",
		(int)path_len, path, (int)len, (const char *)data);
	return t->answer;
}

static void bytes_are_told_with_their_path(void **state)
{
	static const uint8_t value[] = "\x93\xc4\x01"
				       "a\x82\xa1k\x92\x07\xc4\x01"
				       "b\xa4\"\\\x01z\xc4\x00\x91\x91\xc4\x01"
				       "c";
	struct buf out = BUF_INIT(CEILING);
	struct told t = { .answer = 0 };

	assert_int_equal(json_from_msgpack(value, sizeof(value) - 1, on_bytes, &t, &out), 0);
	assert_string_equal(t.text, "[0]=a;"
				    "[1,\"k\",1]=b;"
				    "[1,\"\\\"\\\\\\u0001z\"]=;"
				    "[2,0,0]=c;");
	assert_int_equal(buf_append_byte(&out, 0), 0);
	assert_string_equal((char *)buf_bytes(&out),
		"[null,{\"k\":[7,null],\"\\\"\\\\\\u0001z\":null},[[null]]]");
	buf_fini(&out);
}

static void the_path_of_the_outermost_value_is_empty(void **state)
{
	struct buf out = BUF_INIT(CEILING);
	struct told t = { .answer = 0 };

	assert_int_equal(
		json_from_msgpack((const uint8_t *)"\xc4\x02hi", 4, on_bytes, &t, &out), 0);
	assert_string_equal(t.text, "[]=hi;");
	buf_fini(&out);
}

static void a_callback_ends_the_conversion(void **state)
{
	struct buf out = BUF_INIT(CEILING);
	struct told t = { .answer = -ECANCELED };

	assert_int_equal(buf_append(&out, "kept", 4), 0);
	assert_int_equal(
		json_from_msgpack((const uint8_t *)"\x92\xc4\x00\xc4\x00", 5, on_bytes, &t, &out),
		-ECANCELED);
	assert_string_equal(t.text, "[0]=;");
	assert_int_equal(buf_len(&out), 4);
	buf_fini(&out);
}

static int count_bytes(
	const char *path, size_t path_len, const uint8_t *data, size_t len, void *arg)
{
	*(size_t *)arg += path_len;
	return 0;
}

/* A key of 1 MiB around 1000 empty bytes: 3 KiB more of input must not make 1 GiB of paths. */
static void paths_together_are_bounded(void **state)
{
	struct buf value = BUF_INIT(4u << 20), out = BUF_INIT(4u << 20);
	char *key = malloc(1u << 20);
	size_t told = 0;
	struct pack p;

	assert_non_null(key);
	memset(key, 'k', 1u << 20);
	pack_init(&p, &value);
	pack_map(&p, 1);
	pack_str(&p, key, 1u << 20);
	pack_array(&p, 1000);
	for (int i = 0; i < 1000; i++)
		pack_bin(&p, "", 0);
	assert_int_equal(p.error, 0);
	assert_int_equal(
		json_from_msgpack(buf_bytes(&value), buf_len(&value), count_bytes, &told, &out),
		-EMSGSIZE);
	assert_true(told <= JSON_TEXT_MAX);
	assert_int_equal(buf_len(&out), 0);
	free(key);
	buf_fini(&value);
	buf_fini(&out);
}

static void the_ceiling_is_exact_both_ways(void **state)
{
	static const char text[] = "{\"k\":[1,2.5,\"\\n\\u0001\",null,true]}";
	struct buf value = BUF_INIT(CEILING);
	struct json_error e;

	assert_int_equal(
		json_to_msgpack(text, sizeof(text) - 1, JSON_STRICT, NULL, 0, &value, &e), 0);
	for (size_t ceiling = 0; ceiling <= sizeof(text) - 1; ceiling++) {
		struct buf out = BUF_INIT(ceiling);
		int r = json_from_msgpack(buf_bytes(&value), buf_len(&value), NULL, NULL, &out);

		assert_int_equal(r, ceiling < sizeof(text) - 1 ? -EMSGSIZE : 0);
		assert_int_equal(buf_len(&out), r < 0 ? 0 : sizeof(text) - 1);
		buf_fini(&out);
	}
	for (size_t ceiling = 0; ceiling <= buf_len(&value); ceiling++) {
		struct buf out = BUF_INIT(ceiling);
		int r = json_to_msgpack(text, sizeof(text) - 1, JSON_STRICT, NULL, 0, &out, &e);

		assert_int_equal(r, ceiling < buf_len(&value) ? -EMSGSIZE : 0);
		assert_int_equal(buf_len(&out), r < 0 ? 0 : buf_len(&value));
		if (r < 0)
			assert_non_null(strstr(e.message, "larger than"));
		buf_fini(&out);
	}
	buf_fini(&value);
}

static void text_over_its_limit_is_not_even_parsed(void **state)
{
	struct json_error e;
	struct buf out = BUF_INIT(16);

	/* The length decides: what is behind the text is never read. */
	assert_int_equal(
		json_to_msgpack("1", (size_t)JSON_TEXT_MAX + 1, JSON_STRICT, NULL, 0, &out, &e),
		-EMSGSIZE);
	assert_non_null(strstr(e.message, "larger than"));
	buf_fini(&out);
}

/* Across the edges of whatever chunks the writer uses, with an escape at every place. */
static void strings_of_all_lengths_survive(void **state)
{
	struct buf value = BUF_INIT(CEILING), text = BUF_INIT(CEILING), back = BUF_INIT(CEILING);
	char s[1200];

	for (size_t len = 0; len < sizeof(s); len++) {
		struct json_error e;
		struct pack p;

		memset(s, 'x', len);
		if (len > 0)
			s[len * 7919 % len] = "\"\\\x01\x1f\n"[len % 5];
		if (len > 1)
			s[len - 1 - len / 3] = '"';
		buf_reset(&value, CEILING);
		buf_reset(&text, CEILING);
		buf_reset(&back, CEILING);
		pack_init(&p, &value);
		pack_array(&p, 2);
		pack_str(&p, s, len);
		pack_str(&p, s, len / 2);
		assert_int_equal(p.error, 0);
		assert_int_equal(
			json_from_msgpack(buf_bytes(&value), buf_len(&value), NULL, NULL, &text),
			0);
		assert_int_equal(json_to_msgpack((char *)buf_bytes(&text), buf_len(&text),
					 JSON_STRICT, NULL, 0, &back, &e),
			0);
		assert_int_equal(buf_len(&back), buf_len(&value));
		assert_memory_equal(buf_bytes(&back), buf_bytes(&value), buf_len(&value));
	}
	buf_fini(&value);
	buf_fini(&text);
	buf_fini(&back);
}

static void every_byte_needs_the_escape_that_it_gets(void **state)
{
	for (unsigned c = 0; c < 0x80; c++) {
		/* Behind eight and more plain bytes, where they are looked at together. */
		uint8_t value[] = { 0xaa, 'a', 'b', 'c', (uint8_t)c, 'd', 'e', 'f', 'g', 'h', 'i' };
		struct buf out = BUF_INIT(64);
		bool escaped = c < 0x20 || c == '"' || c == '\\';

		assert_int_equal(json_from_msgpack(value, sizeof(value), NULL, NULL, &out), 0);
		assert_int_equal(buf_len(&out) > 12, escaped);
		reads((char *)buf_bytes(&out), buf_len(&out), (char *)value, sizeof(value));
		buf_fini(&out);
	}
}

static void every_double_reads_back_as_itself(void **state)
{
	uint64_t seed = 88172645463325252ull;

	for (unsigned i = 0; i < 20000; i++) {
		struct buf value = BUF_INIT(16), text = BUF_INIT(64), back = BUF_INIT(16);
		struct pack p;
		double d;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		memcpy(&d, &seed, sizeof(d));
		if (!isfinite(d))
			continue;
		pack_init(&p, &value);
		pack_number(&p, d);
		assert_int_equal(p.error, 0);
		assert_int_equal(
			json_from_msgpack(buf_bytes(&value), buf_len(&value), NULL, NULL, &text),
			0);
		assert_int_equal(json_to_msgpack((char *)buf_bytes(&text), buf_len(&text),
					 JSON_STRICT, NULL, 0, &back, NULL),
			0);
		assert_int_equal(buf_len(&back), buf_len(&value));
		assert_memory_equal(buf_bytes(&back), buf_bytes(&value), buf_len(&value));
		buf_fini(&value);
		buf_fini(&text);
		buf_fini(&back);
	}
}

/* Not promised for unchecked values, but no reason to fall over. */
static void a_broken_value_is_an_error_too(void **state)
{
	static const struct {
		const char *value;
		size_t len;
	} cases[] = {
		{ BYTES("") },
		{ BYTES("\x92\x01") },
		{ BYTES("\x01\x02") },
		{ BYTES("\x81\x01\x02") },
		{ BYTES("\xc1") },
		{ BYTES("\xd4\x00\x00") },
		{ BYTES("\xdf\xff\xff\xff\xff\xa0") },
	};
	struct buf out = BUF_INIT(CEILING);

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(json_from_msgpack((const uint8_t *)cases[i].value, cases[i].len,
					 NULL, NULL, &out),
			-EBADMSG);
		assert_int_equal(buf_len(&out), 0);
	}
	buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(converts_both_ways),
		cmocka_unit_test(reads_what_is_written_otherwise),
		cmocka_unit_test(what_json_cannot_say_becomes_null),
		cmocka_unit_test(a_key_that_is_twice_stays_so),
		cmocka_unit_test(says_where_the_text_is_wrong),
		cmocka_unit_test(refuses_every_truncation),
		cmocka_unit_test(comments_and_trailing_commas_only_where_asked_for),
		cmocka_unit_test(as_deep_as_the_limit_and_no_deeper),
		cmocka_unit_test(writes_the_body_around_the_deepest_payload),
		cmocka_unit_test(bytes_take_the_place_of_nulls),
		cmocka_unit_test(bytes_may_be_the_outermost_value),
		cmocka_unit_test(bytes_in_a_wrong_place_are_refused),
		cmocka_unit_test(bytes_are_told_with_their_path),
		cmocka_unit_test(the_path_of_the_outermost_value_is_empty),
		cmocka_unit_test(a_callback_ends_the_conversion),
		cmocka_unit_test(paths_together_are_bounded),
		cmocka_unit_test(the_ceiling_is_exact_both_ways),
		cmocka_unit_test(text_over_its_limit_is_not_even_parsed),
		cmocka_unit_test(strings_of_all_lengths_survive),
		cmocka_unit_test(every_byte_needs_the_escape_that_it_gets),
		cmocka_unit_test(every_double_reads_back_as_itself),
		cmocka_unit_test(a_broken_value_is_an_error_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
