#include "script_fixture.h"

#include <errno.h>

#include "script/codec.h"
#include "script/heap.h"
#include "script/ipc_error.h"
#include "script/text.h"
#include "wire/json.h"

struct bench {
	struct heap heap;
	struct codec codec;
};

/* What stands for runtime:ipc's class. */
static const char error_class[] =
	"(function (code, reason) { this.toString = function () { return code + ' ' + reason } })";

static void set_class(duk_context *ctx, void *arg)
{
	duk_eval_string(ctx, error_class);
	ipc_error_set_class(ctx);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct script_error error;

	assert_non_null(b);
	assert_int_equal(heap_init(&b->heap, 256 << 20, 20 * NSEC_PER_SEC), 0);
	codec_init(&b->codec);
	assert_int_equal(heap_protect(&b->heap, set_class, NULL, &error), 0);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	codec_fini(&b->codec);
	heap_fini(&b->heap);
	free(b);
	return 0;
}

struct task {
	struct bench *b;
	const char *source;
	const uint8_t *bytes;
	size_t len;
	char result[512];
};

static void encode(duk_context *ctx, void *arg)
{
	struct task *t = arg;

	duk_eval_string(ctx, t->source);
	codec_encode(&t->b->codec, ctx, -1);
}

static int encode_source(struct bench *b, const char *source, struct script_error *error)
{
	struct task t = { .b = b, .source = source };

	return heap_protect(&b->heap, encode, &t, error);
}

static void show_hex(const struct buf *b, char *to, size_t room)
{
	*to = '\0';
	for (size_t i = 0; i < buf_len(b) && 2 * i + 2 < room; i++)
		sprintf(to + 2 * i, "%02x", buf_bytes(b)[i]);
}

static void decode(duk_context *ctx, void *arg)
{
	struct task *t = arg;
	struct cursor c;

	cursor_init(&c, t->bytes, t->len);
	duk_push_global_object(ctx);
	codec_push(&t->b->codec, ctx, &c);
	duk_put_prop_string(ctx, -2, "v");
	duk_eval_string(ctx, t->source);
	text_show(ctx, -1, t->result, sizeof(t->result));
}

static const char *decode_hex(struct bench *b, const char *hex, const char *source)
{
	static struct task t;
	struct script_error error = { 0 };
	uint8_t bytes[256];

	t = (struct task){ .b = b, .source = source, .bytes = bytes, .len = strlen(hex) / 2 };
	for (size_t i = 0; i < t.len; i++)
		sscanf(hex + 2 * i, "%2hhx", &bytes[i]);
	if (heap_protect(&b->heap, decode, &t, &error) < 0)
		snprintf(t.result, sizeof(t.result), "%s", error.message);
	return t.result;
}

static void values_go_out_as_json_says(void **state)
{
	static const struct {
		const char *source, *hex;
	} cases[] = {
		{ "undefined", "c0" },
		{ "null", "c0" },
		{ "(function () {})", "c0" },
		{ "Symbol('x')", "c0" },
		{ "Math.cos", "c0" },
		{ "true", "c3" },
		{ "false", "c2" },
		{ "0", "00" },
		{ "-0", "00" },
		{ "127", "7f" },
		{ "-1", "ff" },
		{ "65536", "ce00010000" },
		{ "9007199254740991", "cf001fffffffffffff" },
		{ "1.5", "cb3ff8000000000000" },
		{ "NaN", "c0" },
		{ "-Infinity", "c0" },
		{ "''", "a0" },
		{ "'h\\u00e9'", "a368c3a9" },
		{ "'a\\u0000b'", "a3610062" },
		{ "'\\ud83d\\ude00'", "a4f09f9880" },
		{ "'\\u{1f600}'", "a4f09f9880" },
		{ "'\xf0\x9f\x98\x80'", "a4f09f9880" },
		{ "'\\ud7ff\\ue000'", "a6ed9fbfee8080" },
		{ "'\\udbff\\udfff!'", "a5f48fbfbf21" },
		{ "[]", "90" },
		{ "[1, , 3]", "9301c003" },
		{ "[undefined, function () {}, Symbol()]", "93c0c0c0" },
		{ "({})", "80" },
		{ "({a: 1, b: undefined, c: function () {}, d: Symbol(), e: null})",
			"82a16101a165c0" },
		{ "({b: 1, a: 2, 1: 3})", "83a13103a16201a16102" },
		{ "(function () { var o = {a: 1}; o[Symbol('s')] = 2; return o })()", "81a16101" },
		{ "Object.create({a: 1}, {b: {value: 2, enumerable: true}, c: {value: 3}})",
			"81a16202" },
		{ "new Number(3)", "03" },
		{ "new String('x')", "a178" },
		{ "[new Boolean(false)]", "91c2" },
		{ "new Date(0)", "b8313937302d30312d30315430303a30303a30302e3030305a" },
		{ "new Date(NaN)", "c0" },
		{ "({toJSON: function (k) { return 'k' + k }})", "a16b" },
		{ "({m: {toJSON: function (k) { return 'k' + k }}})", "81a16da26b6d" },
		{ "[0, {toJSON: function (k) { return typeof k + k }}]", "9200a7737472696e6731" },
		{ "({a: {toJSON: function () {}}, b: 1})", "81a16201" },
		{ "({toJSON: 1})", "81a6746f4a534f4e01" },
		{ "({toJSON: function () { return {toJSON: function () { return 1 }} }})", "80" },
		{ "new Uint8Array([1, 2, 255])", "c4030102ff" },
		{ "new Uint8Array([1, 2, 3, 4]).subarray(1, 3)", "c4020203" },
		{ "new Uint8Array(0)", "c400" },
		{ "new ArrayBuffer(2)", "c4020000" },
		{ "new DataView(new ArrayBuffer(3), 1)", "80" },
		{ "new Int8Array([-1])", "81a130ff" },
		{ "({b: new Uint8Array([7])})", "81a162c40107" },
		{ "new Uint16Array([1, 2])", "82a13001a13102" },
		{ "new Error('x')", "80" },
		{ "/x/", "80" },
		{ "({get a() { return [1] }})", "81a1619101" },
		{ "({'__proto__x': 1})", "81aa5f5f70726f746f5f5f7801" },
		{ "(function () { var o = [1]; return {a: o, b: o} })()", "82a1619101a1629101" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench *b = *state;
		struct script_error error = { 0 };
		char hex[256];

		if (encode_source(b, cases[i].source, &error) < 0)
			fail_msg("%s: %s", cases[i].source, error.message);
		show_hex(&b->codec.out, hex, sizeof(hex));
		if (strcmp(hex, cases[i].hex) != 0)
			fail_msg("%s: %s instead of %s", cases[i].source, hex, cases[i].hex);
	}
}

static void what_cannot_be_sent_is_refused_with_its_path(void **state)
{
	static const struct {
		const char *source, *message;
	} cases[] = {
		{ "(function () { var o = {a: {b: [1, 2]}}; o.a.b.push(o.a); return o })()",
			"7003 payload.a.b[2]: a cycle cannot be sent" },
		{ "(function () { var a = []; a[0] = a; return a })()",
			"7003 payload[0]: a cycle cannot be sent" },
		{ "(function () { var o = []; for (var i = 0; i < 128; i++) o = [o]; return o })()",
			NULL },
		{ "(function () { var o = {}; for (var i = 0; i < 128; i++) o = {'a b': o}; return o })()",
			NULL },
		{ "'\\ud800'", "7003 payload: half of a surrogate pair cannot be sent" },
		{ "['x', '\\udc00\\ud800']",
			"7003 payload[1]: half of a surrogate pair cannot be sent" },
		{ "({x: {'\\ud800': 1}})", NULL },
		{ "({'a b': '\\ud800'})",
			"7003 payload[\"a b\"]: half of a surrogate pair cannot be sent" },
		{ "new Uint8Array(16 << 20)", "7009 the payload is over 16 MiB" },
		{ "new Array(4294967295)", "7009 the payload is over 16 MiB" },
		{ "[new Uint8Array(9 << 20), new Uint8Array(9 << 20)]",
			"7009 the payload is over 16 MiB" },
		{ "(function () { var s = 'abcd'; while (s.length < 20 << 20) s += s; return {s: s} })()",
			"7009 the payload is over 16 MiB" },
		{ "({get a() { throw 'mine' }})", "7003 payload: mine" },
		{ "({a: {toJSON: function () { throw 'his' }}})", NULL },
	};
	struct bench *b = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct script_error error = { 0 };

		assert_int_equal(encode_source(b, cases[i].source, &error), -ENOEXEC);
		if (cases[i].message)
			assert_string_equal(error.message, cases[i].message);
		else
			assert_contains(error.message, "7003 payload");
		/* The next one is not affected. */
		assert_int_equal(encode_source(b, "[1]", &error), 0);
		assert_int_equal(buf_len(&b->codec.out), 2);
		codec_reset(&b->codec);
	}
}

static void the_deepest_that_is_allowed_goes_out_and_in(void **state)
{
	struct bench *b = *state;
	struct script_error error = { 0 };
	struct cursor c;

	assert_int_equal(
		encode_source(b, "var o = []; for (var i = 0; i < 127; i++) o = [o]; o", &error),
		0);
	cursor_init(&c, buf_bytes(&b->codec.out), buf_len(&b->codec.out));
	assert_int_equal(cursor_skip(&c), 0);
	struct task t = { .b = b,
		.source = "var n = 0; while (v) { v = v[0]; n++ } '' + n",
		.bytes = buf_bytes(&b->codec.out),
		.len = buf_len(&b->codec.out) };
	assert_int_equal(heap_protect(&b->heap, decode, &t, &error), 0);
	assert_string_equal(t.result, "128");
}

static void large_objects_have_a_header_that_counts(void **state)
{
	static const unsigned counts[] = { 0, 1, 15, 16, 17, 255, 256, 65535, 65536 };
	struct bench *b = *state;

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		struct script_error error = { 0 };
		char source[128];
		struct cursor c;
		uint32_t n;

		snprintf(source, sizeof(source),
			"var o = {}; for (var i = 0; i < %u; i++) o['k' + i] = i; o.last = undefined; o",
			counts[i]);
		assert_int_equal(encode_source(b, source, &error), 0);
		cursor_init(&c, buf_bytes(&b->codec.out), buf_len(&b->codec.out));
		assert_int_equal(cursor_map(&c, &n), 0);
		assert_int_equal(n, counts[i]);
		cursor_init(&c, buf_bytes(&b->codec.out), buf_len(&b->codec.out));
		assert_int_equal(cursor_skip(&c), 0);
		assert_true(cursor_done(&c));
	}
}

static void values_come_in(void **state)
{
	static const struct {
		const char *hex, *source, *result;
	} cases[] = {
		{ "c0", "'' + v", "null" },
		{ "c3", "'' + v", "true" },
		{ "7f", "'' + v", "127" },
		{ "d3ffdfffffffffffff", "'' + v", "-9007199254740992" },
		{ "cf001fffffffffffff", "'' + v", "9007199254740991" },
		{ "cfffffffffffffffff", "'' + v", "18446744073709552000" },
		{ "cb3ff8000000000000", "'' + v", "1.5" },
		{ "cb7ff8000000000000", "'' + v", "NaN" },
		{ "cb8000000000000000", "'' + 1 / v", "-Infinity" },
		{ "a0", "typeof v + v.length", "string0" },
		{ "a368c3a9", "v", "h\xc3\xa9" },
		{ "a4f09f9880",
			"v.length + ' ' + v.charCodeAt(0).toString(16) + v.charCodeAt(1).toString(16)",
			"2 d83dde00" },
		{ "a5f48fbfbf21", "v", "\xf4\x8f\xbf\xbf!" },
		{ "a3610062", "'' + v.length", "3" },
		{ "9301c003", "JSON.stringify(v) + Array.isArray(v) + v.map(String).length",
			"[1,null,3]true3" },
		{ "82a16101a16290", "JSON.stringify(v) + (v instanceof Object)",
			"{\"a\":1,\"b\":[]}true" },
		{ "c4030102ff",
			"[v instanceof Uint8Array, v[0], v[2], v.length, v.buffer.byteLength].join()",
			"true,1,255,3,3" },
		{ "c400", "[v instanceof Uint8Array, v.length].join()", "true,0" },
		{ "81a95f5f70726f746f5f5f81a16101",
			"Object.keys(v).join() + (Object.getPrototypeOf(v) === Object.prototype) + v.a + v.__proto__.a",
			"__proto__trueundefined1" },
		{ "82a13001a16102", "v[0] + v['a'] + Object.keys(v).join()", "30,a" },
		{ "81a16181a16291c0", "JSON.stringify(v)", "{\"a\":{\"b\":[null]}}" },
		/* Nobody's JavaScript makes such a map; of a key that is twice the last one counts.
		 */
		{ "82a16101a16102", "JSON.stringify(v)", "{\"a\":2}" },
		{ "81a4f09f988001", "Object.keys(v)[0].length + ''", "2" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *result = decode_hex(*state, cases[i].hex, cases[i].source);

		if (strcmp(result, cases[i].result) != 0)
			fail_msg("%s: %s instead of %s", cases[i].hex, result, cases[i].result);
	}
}

static void no_setter_of_the_script_runs_for_what_comes_in(void **state)
{
	assert_string_equal(
		decode_hex(*state, "90",
			"Object.defineProperty(Object.prototype, 'a', {set: function () { throw 1 }, configurable: true});"
			"Object.defineProperty(Array.prototype, '0', {set: function () { throw 1 }, configurable: true}); 'set'"),
		"set");
	assert_string_equal(decode_hex(*state, "9181a16101", "'' + v[0].a"), "1");
}

static void malformed_bytes_are_an_error(void **state)
{
	assert_contains(decode_hex(*state, "92", "'none'"), "malformed");
	assert_contains(decode_hex(*state, "a5", "'none'"), "malformed");
	assert_contains(decode_hex(*state, "d40000", "'none'"), "malformed");
}

static void text_is_cut_between_characters(void **state)
{
	static const struct {
		const char *text;
		size_t whole;
	} cases[] = {
		{ "", 0 },
		{ "abc", 3 },
		{ "a\xc3", 1 },
		{ "a\xc3\xa9", 3 },
		{ "a\xe2\x82", 1 },
		{ "a\xe2\x82\xac", 4 },
		{ "\xf0\x9f\x98", 0 },
		{ "\xf0\x9f\x98\x80", 4 },
		{ "\x80\x80", 2 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_uint_equal(text_cut(cases[i].text, strlen(cases[i].text)), cases[i].whole);
}

static void a_long_path_is_cut_between_characters(void **state)
{
	struct bench *b = *state;
	struct script_error error = { 0 };

	for (int i = 0; i < 3; i++) {
		char source[256];

		snprintf(source, sizeof(source),
			"var o = {}, k = '%.*s' + new Array(100).join('\\u20ac'); o[k] = o; o", i,
			"ab");
		assert_int_equal(encode_source(b, source, &error), -ENOEXEC);
		assert_contains(error.message, ": a cycle cannot be sent");
		assert_true(utf8_valid((const uint8_t *)error.message, strlen(error.message)));
	}
}

/* Both ways to JSON text, through the codec and through JSON.stringify, agree. */
static void the_walk_agrees_with_json_stringify(void **state)
{
	static const char *const sources[] = {
		"({a: [1, 2.5, -3, 12345678901, 'x\\n\\u00e9\\ud83d\\ude00'], b: {c: {d: null}}, e: true})",
		"[new Date(1e12), new Number(1.25), new String('s'), [[[]]], {}, undefined, NaN]",
		"({toJSON: function () { return {n: [this.x, this.y]} }, x: 1, y: undefined})",
		"({z: 1, a: 2, 10: 3, 9: 4, '-1': 5})",
		"new Proxy({a: 1, b: {c: 2}}, {get: function (t, k) { return k === 'a' ? 9 : t[k] }})",
		"(function () { function P() { this.own = 1 } P.prototype.inherited = 2; return new P() })()",
		"Object.assign([1, 2], {named: 3})",
		"(function () { return arguments })(1, 'two')",
		"Object.create(null, {a: {value: 1, enumerable: true}, hidden: {value: 2}})",
		"(function () { var o = {a: 1}; o[Symbol('s')] = 2; return o })()",
		"({get a() { return this.b }, b: {c: 5}})",
		/* What is changed on the way. */
		"(function () { var o = {a: {toJSON: function () { delete o.b; o.d = 1; return 1 }},"
		" b: 2, c: 3}; return o })()",
		"({get a() { delete this.b; return 1 }, b: 2, c: 3})",
		"(function () { var o = {a: {toJSON: function () { for (var i = 0; i < 99; i++)"
		" o['n' + i] = i; return {} }}, b: 2, c: 3}; return o })()",
		"(function () { var o = {a: {toJSON: function () { for (var i = 0; i < 9; i++)"
		" o[i] = i; delete o.a; return {} }}, b: [2], c: 3}; return o })()",
	};
	struct bench *b = *state;

	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		struct task t = { .b = b, .bytes = (const uint8_t *)"\xc0", .len = 1 };
		struct buf json = BUF_INIT(1 << 20);
		struct script_error error = { 0 };
		char source[512];

		assert_int_equal(encode_source(b, sources[i], &error), 0);
		assert_int_equal(json_from_msgpack(buf_bytes(&b->codec.out), buf_len(&b->codec.out),
					 NULL, NULL, &json),
			0);
		assert_int_equal(buf_append_byte(&json, 0), 0);
		snprintf(source, sizeof(source), "JSON.stringify(%s)", sources[i]);
		t.source = source;
		assert_int_equal(heap_protect(&b->heap, decode, &t, &error), 0);
		assert_string_equal((char *)buf_bytes(&json), t.result);
		buf_fini(&json);
	}
}

int main(void)
{
#define codec_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		codec_test(values_go_out_as_json_says),
		codec_test(what_cannot_be_sent_is_refused_with_its_path),
		codec_test(the_deepest_that_is_allowed_goes_out_and_in),
		codec_test(large_objects_have_a_header_that_counts),
		codec_test(values_come_in),
		codec_test(no_setter_of_the_script_runs_for_what_comes_in),
		codec_test(malformed_bytes_are_an_error),
		codec_test(text_is_cut_between_characters),
		codec_test(a_long_path_is_cut_between_characters),
		codec_test(the_walk_agrees_with_json_stringify),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
