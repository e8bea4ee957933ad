#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/manifest.h"
#include "base/buf.h"
#include "ipc/caps.h"

static struct manifest *good(const char *text)
{
	struct reader_error error;
	struct manifest *m = NULL;

	if (manifest_parse(text, strlen(text), &m, &error) < 0)
		fail_msg("%s", error.text);
	return m;
}

static void bad(const char *text, const char *wanted)
{
	struct reader_error error;
	struct manifest *m = NULL;

	assert_true(manifest_parse(text, strlen(text), &m, &error) < 0);
	assert_null(m);
	assert_string_equal(error.text, wanted);
}

static bool may(const struct manifest *m, const char *window, const char *origin,
	enum caps_frame frame, enum caps_direction direction, const char *channel)
{
	struct caps_query q = { window, origin, frame, direction, channel, strlen(channel) };
	struct caps_verdict v;

	caps_check(m->caps, &q, &v);
	return v.allowed;
}

static void the_smallest_manifest_gets_safe_defaults(void **state)
{
	struct manifest *m = good("{\"id\": \"x\"}");

	assert_string_equal(m->id, "x");
	assert_string_equal(m->name, "x");
	assert_string_equal(m->main, "main.js");
	assert_true(list_empty(&m->windows));
	assert_int_equal(m->width, 1280);
	assert_int_equal(m->height, 800);
	assert_false(may(m, "main", "app://x", CAPS_MAIN, CAPS_SEND, "a"));
	manifest_free(m);
}

static void everything_that_can_be_said_is_read(void **state)
{
	struct manifest *m = good(
		"// comments are fine\n"
		"{ \"id\": \"self-checkout.v2\", \"name\": \"Self checkout\", \"main\": \"src/main.js\",\n"
		"  \"windows\": [{ \"id\": \"front\", \"url\": \"a.html\" }, { \"url\": \"b.html\" }],\n"
		"  /* and these */\n"
		"  \"capabilities\": { \"channels\": { \"allow\": [\"*\"], \"deny\": [\"x:*\"] } },\n"
		"  \"script\": { \"memoryMiB\": 8, \"timeoutMs\": 250 },\n"
		"  \"headless\": { \"width\": 800, \"height\": 480, },\n"
		"}");
	struct manifest_window *front = list_first(&m->windows, struct manifest_window, link);
	const char *self = "app://self-checkout.v2";

	assert_string_equal(m->name, "Self checkout");
	assert_string_equal(m->main, "src/main.js");
	assert_string_equal(front->id, "front");
	assert_string_equal(front->url, "a.html");
	assert_true(may(m, "front", self, CAPS_MAIN, CAPS_SEND, "y"));
	assert_false(may(m, "front", self, CAPS_MAIN, CAPS_SEND, "x:y"));
	assert_int_equal(m->script_memory, 8 << 20);
	assert_int_equal(m->script_timeout, 250000000);
	assert_int_equal(m->width, 800);
	manifest_free(m);
}

static void a_window_says_where_it_is_and_how_it_is_seen(void **state)
{
	struct manifest *m = good(
		"{ \"id\": \"x\", \"windows\": [\n"
		"  { \"url\": \"a.html\", \"output\": \"HDMI-A-1\", \"x\": -8, \"y\": 40, \"width\": 320,\n"
		"    \"height\": 0, \"z\": -3, \"visible\": false, \"transparent\": true, \"zoom\": 1.5 },\n"
		"  { \"url\": \"b.html\" } ] }");
	struct manifest_window *win = list_first(&m->windows, struct manifest_window, link);

	assert_string_equal(win->output, "HDMI-A-1");
	assert_int_equal(win->bounds.x, -8);
	assert_int_equal(win->bounds.y, 40);
	assert_int_equal(win->bounds.width, 320);
	assert_int_equal(win->bounds.height, 0);
	assert_int_equal(win->z, -3);
	assert_false(win->visible);
	assert_true(win->transparent);
	assert_true(win->zoom == 1.5);
	win = container_of(win->link.next, struct manifest_window, link);
	assert_null(win->output);
	assert_true(bounds_fullscreen(&win->bounds));
	assert_true(win->visible);
	assert_false(win->transparent);
	assert_true(win->zoom == 1);
	manifest_free(m);
}

static void a_window_beyond_reason_is_named_with_its_limits(void **state)
{
	static const struct {
		const char *member, *why;
	} vectors[] = {
		{ "\"x\": 1.5", "x: must be a whole number" },
		{ "\"x\": -16385", "x: must be a number from -16384 to 16384" },
		{ "\"y\": 1e300", "y: must be a number from -16384 to 16384" },
		{ "\"width\": -1", "width: must be a whole number from 0 to 8192" },
		{ "\"height\": 8193", "height: must be a whole number from 0 to 8192" },
		{ "\"z\": 4294967296", "z: must be a number from -1e+06 to 1e+06" },
		{ "\"zoom\": 0", "zoom: must be a number from 0.25 to 5" },
		{ "\"visible\": 1", "visible: must be a boolean, is a number" },
		{ "\"output\": \"\"", "output: must not be empty" },
		{ "\"output\": \"a-connector-with-more-than-31-bytes\"",
			"output: must be the name of a connector such as \"HDMI-A-1\"" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		char text[200], why[200];

		snprintf(text, sizeof(text), "{\"id\": \"x\", \"windows\": [{\"url\": \"a\", %s}]}",
			vectors[i].member);
		snprintf(why, sizeof(why), "kiln.json: windows[0].%s", vectors[i].why);
		bad(text, why);
	}
}

static void native_modules_are_read_by_name(void **state)
{
	struct manifest *m = good(
		"{\"id\": \"x\", \"modules\": {\"sensor\": \"native/sensor.so\", \"b-2\": \"b.so\"}}");
	const struct manifest_module *first = list_first(&m->modules, struct manifest_module, link);

	assert_string_equal(first->name, "sensor");
	assert_string_equal(first->path, "native/sensor.so");
	manifest_free(m);
	bad("{\"id\": \"x\", \"modules\": {\"Sensor\": \"a.so\"}}",
		"kiln.json: modules.Sensor: a module's name is 1 to 32 of a-z 0-9 - _ and begins with a "
		"letter");
	bad("{\"id\": \"x\", \"modules\": {\"a\": \"/lib/a.so\"}}",
		"kiln.json: modules.a: must be a path in the app's folder");
	bad("{\"id\": \"x\", \"modules\": {\"a\": \"a.so\", \"a\": \"b.so\"}}",
		"kiln.json: modules.a: is there twice");
	bad("{\"id\": \"x\", \"modules\": [\"a.so\"]}",
		"kiln.json: modules: must be an object, is an array");
}

static void an_unknown_key_is_named_with_its_path(void **state)
{
	bad("{\"id\": \"x\", \"windws\": []}",
		"kiln.json: windws: unknown key; there are: id, name, main, windows, capabilities, "
		"modules, script, headless, outputs, input, splash");
	bad("{\"id\": \"x\", \"windows\": [{\"url\": \"a\"}, {\"url\": \"a\", \"title\": 1}]}",
		"kiln.json: windows[1].title: unknown key; there are: id, url, output, x, y, width, "
		"height, z, visible, transparent, zoom, capabilities");
	bad("{\"id\": \"x\", \"capabilities\": {\"channels\": {\"allowed\": []}}}",
		"kiln.json: capabilities.channels.allowed: unknown key; there are: allow, deny");
	bad("{\"id\": \"x\", \"capabilities\": {\"channels\": {\"deny\": [\"a\", {\"channels\": 1}]}}}",
		"kiln.json: capabilities.channels.deny[1].channels: unknown key; there are: channel, "
		"direction, origins, frames");
	bad("{\"id\": \"x\", \"windows\": [{\"id\": \"a\", \"url\": \"a\", \"capabilities\": {\"chanels\": 1}}]}",
		"kiln.json: windows[0].capabilities.chanels: unknown key; there are: channels");
}

static void a_wrong_type_is_named_with_its_path(void **state)
{
	bad("[]", "kiln.json: must be an object, is an array");
	bad("{\"id\": 1}", "kiln.json: id: must be a string, is a number");
	bad("{\"id\": \"x\", \"windows\": {}}",
		"kiln.json: windows: must be an array, is an object");
	bad("{\"id\": \"x\", \"windows\": [\"a.html\"]}",
		"kiln.json: windows[0]: must be an object, is a string");
	bad("{\"id\": \"x\", \"windows\": [{\"url\": null}]}",
		"kiln.json: windows[0].url: must be a string, is null");
	bad("{\"id\": \"x\", \"headless\": {\"width\": \"800\"}}",
		"kiln.json: headless.width: must be a number, is a string");
	bad("{\"id\": \"x\", \"script\": {\"memoryMiB\": true}}",
		"kiln.json: script.memoryMiB: must be a number, is a boolean");
}

static void a_value_out_of_range_is_named_with_its_range(void **state)
{
	bad("{\"id\": \"x\", \"headless\": {\"width\": 8}}",
		"kiln.json: headless.width: must be a whole number from 16 to 8192");
	bad("{\"id\": \"x\", \"headless\": {\"width\": 99.5}}",
		"kiln.json: headless.width: must be a whole number from 16 to 8192");
	bad("{\"id\": \"x\", \"script\": {\"timeoutMs\": -1}}",
		"kiln.json: script.timeoutMs: must be a whole number from 10 to 600000");
	bad("{\"id\": \"x\", \"main\": \"/etc/passwd\"}",
		"kiln.json: main: must be a path in the app's folder");
	bad("{\"id\": \"x\", \"name\": \"\"}", "kiln.json: name: must not be empty");
	bad("{\"id\": \"x\", \"capabilities\": {\"channels\": {\"allow\": [\"a*b\"]}}}",
		"kiln.json: capabilities.channels.allow[0]: must be a channel name, a prefix that "
		"ends in \"*\", or \"*\"");
	bad("{\"id\": \"x\", \"id\": \"y\"}", "kiln.json: id: is there twice");
}

static void an_id_that_would_change_in_an_address_is_refused(void **state)
{
	static const char *const ids[] = { "", "X", "a b", "a/b", "a:1", "a@b", "-a", "a-", "1",
		"127.1", "a..b", "a.", "ü", "a\\u0000b", "xn\\n" };

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct reader_error error;
		struct manifest *m = NULL;
		char text[64];

		snprintf(text, sizeof(text), "{\"id\": \"%s\"}", ids[i]);
		assert_true(manifest_parse(text, strlen(text), &m, &error) < 0);
		assert_memory_equal(error.text, "kiln.json: id: ", 15);
	}
}

static void a_syntax_error_is_named_with_line_and_column(void **state)
{
	struct reader_error error;
	struct manifest *m = NULL;
	const char *text = "{\n  \"id\": \"x\",\n  \"name\" \"y\"\n}";

	assert_int_equal(manifest_parse(text, strlen(text), &m, &error), -EBADMSG);
	assert_memory_equal(error.text, "kiln.json:3:10: ", 16);
}

static void what_must_be_there_is_missed(void **state)
{
	bad("{}", "kiln.json: needs an \"id\", the name in app://<id>");
	bad("{\"id\": \"x\", \"windows\": [{\"id\": \"a\"}]}",
		"kiln.json: windows[0]: needs a \"url\"");
}

/* A rule in the app's allow list. */
static void bad_rule(const char *rule, const char *wanted)
{
	char text[256], error[384];

	snprintf(text, sizeof(text),
		"{\"id\": \"x\", \"capabilities\": {\"channels\": {\"allow\": [%s]}}}", rule);
	snprintf(error, sizeof(error), "kiln.json: capabilities.channels.allow[0]%s", wanted);
	bad(text, error);
}

static void a_rule_that_cannot_be_meant_is_named_with_its_path(void **state)
{
	bad_rule("1", ": must be a string or an object, is a number");
	bad_rule("\"\"", ": must not be empty");
	bad_rule("\"a\\u0000b\"", ": must not have control characters");
	bad_rule("\"a*b\"", ": must be a channel name, a prefix that ends in \"*\", or \"*\"");
	bad_rule("\"__window__\"", ": names like __x__ are the runtime's");
	bad_rule("{\"channel\": \"__a__\"}", ".channel: names like __x__ are the runtime's");
	bad_rule("{}", ": needs a \"channel\"");
	bad_rule("{\"channel\": \"a\", \"channel\": \"b\"}", ".channel: is there twice");
	bad_rule("{\"channel\": \"a\", \"direction\": \"out\"}",
		".direction: must be one of \"send\", \"receive\", \"both\"");
	bad_rule("{\"channel\": \"a\", \"direction\": true}",
		".direction: must be a string, is a boolean");
	bad_rule("{\"channel\": \"a\", \"frames\": \"sub\"}",
		".frames: must be one of \"main\", \"all\"");
	bad_rule("{\"channel\": \"a\", \"origins\": \"self\"}",
		".origins: must be an array, is a string");
	bad_rule(
		"{\"channel\": \"a\", \"origins\": []}", ".origins: must name at least one origin");
}

static void an_origin_that_is_not_canonical_says_how_to_write_it(void **state)
{
#define ORIGINS(origin) "{\"channel\": \"a\", \"origins\": [\"self\", \"" origin "\"]}"
	bad_rule(ORIGINS("https://Shop.example:443/"),
		".origins[1]: write it as \"https://shop.example\"");
	bad_rule(ORIGINS("*"), ".origins[1]: must name one origin; there are no wildcards");
	bad_rule(ORIGINS("https://*.example"),
		".origins[1]: must name one origin; there are no wildcards");
	bad_rule(ORIGINS("https://u@shop.example"),
		".origins[1]: must be \"self\" or an origin such as \"https://shop.example\"");
	bad_rule(ORIGINS("null"),
		".origins[1]: must be \"self\" or an origin such as \"https://shop.example\"");
	bad_rule(ORIGINS("https://shop.example\\u0000"),
		".origins[1]: must be \"self\" or an origin such as \"https://shop.example\"");
}

static void a_rule_means_little_when_it_allows_and_all_when_it_denies(void **state)
{
	struct manifest *m =
		good("{\"capabilities\": {\"channels\": {"
		     "\"allow\": [\"a\", \"b\", {\"channel\": \"b\", \"frames\": \"all\","
		     "  \"origins\": [\"self\", \"https://shop.example\"]}],"
		     "\"deny\": [\"b\"]}}, \"id\": \"x\"}");
	const struct caps_rule *rule = caps_next(m->caps, NULL);

	/* "self" is known although "id" came last. */
	assert_string_equal(rule->origin, "app://x");
	assert_int_equal(rule->frames, CAPS_MAIN);
	assert_true(may(m, "main", "app://x", CAPS_MAIN, CAPS_SEND, "a"));
	assert_true(may(m, "main", "app://x", CAPS_MAIN, CAPS_RECEIVE, "a"));
	assert_false(may(m, "main", "app://x", CAPS_SUB, CAPS_SEND, "a"));
	assert_false(may(m, "main", "https://shop.example", CAPS_MAIN, CAPS_SEND, "a"));
	for (unsigned frame = CAPS_MAIN; frame <= CAPS_SUB; frame++)
		for (unsigned direction = CAPS_SEND; direction <= CAPS_RECEIVE; direction++) {
			assert_false(may(m, "main", "app://x", frame, direction, "b"));
			assert_false(may(m, "main", "https://shop.example", frame, direction, "b"));
		}
	manifest_free(m);
}

static void a_rule_says_direction_origins_and_frames(void **state)
{
	struct manifest *m = good(
		"{\"id\": \"x\", \"capabilities\": {\"channels\": {\"allow\": ["
		"{\"origins\": [\"https://shop.example\"], \"frames\": \"all\", \"direction\": \"send\","
		" \"channel\": \"cart:*\"}]}}}");

	assert_true(may(m, "main", "https://shop.example", CAPS_SUB, CAPS_SEND, "cart:add"));
	assert_true(may(m, "main", "https://shop.example", CAPS_MAIN, CAPS_SEND, "cart:add"));
	assert_false(may(m, "main", "https://shop.example", CAPS_MAIN, CAPS_RECEIVE, "cart:add"));
	assert_false(may(m, "main", "app://x", CAPS_MAIN, CAPS_SEND, "cart:add"));
	manifest_free(m);
}

static void a_windows_own_list_narrows_the_apps(void **state)
{
	struct manifest *m = good(
		"{\"id\": \"x\", \"windows\": ["
		"{\"url\": \"a\", \"capabilities\": {\"channels\": {\"allow\": [\"a\", \"c\"]}}, \"id\": \"one\"},"
		"{\"id\": \"none\", \"url\": \"a\", \"capabilities\": {\"channels\": {\"allow\": []}}},"
		"{\"id\": \"less\", \"url\": \"a\", \"capabilities\": {\"channels\": {\"deny\": [\"b\"]}}},"
		"{\"id\": \"same\", \"url\": \"a\", \"capabilities\": {\"channels\": {}}}],"
		"\"capabilities\": {\"channels\": {\"allow\": [\"a\", \"b\"]}}}");
	static const struct {
		const char *window;
		bool a, b, c;
	} wanted[] = {
		{ "one", true, false, false },
		{ "none", false, false, false },
		{ "less", true, false, false },
		{ "same", true, true, false },
		{ "win-1", true, true, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		const char *window = wanted[i].window;

		assert_int_equal(may(m, window, "app://x", CAPS_MAIN, CAPS_SEND, "a"), wanted[i].a);
		assert_int_equal(may(m, window, "app://x", CAPS_MAIN, CAPS_SEND, "b"), wanted[i].b);
		assert_int_equal(may(m, window, "app://x", CAPS_MAIN, CAPS_SEND, "c"), wanted[i].c);
	}
	manifest_free(m);
	bad("{\"id\": \"x\", \"windows\": [{\"url\": \"a\", \"capabilities\": {}}]}",
		"kiln.json: windows[0].capabilities: the window needs an \"id\" to have its own");
}

static void more_rules_than_there_may_be_are_refused(void **state)
{
	struct buf text = BUF_INIT(1 << 20);
	struct reader_error error;
	struct manifest *m = NULL;
	char rule[32];

#define ADD(s) assert_int_equal(buf_append(&text, s, strlen(s)), 0)
	ADD("{\"id\": \"x\", \"capabilities\": {\"channels\": {\"deny\": [\"x\"");
	for (unsigned i = 1; i <= CAPS_RULES_MAX; i++) {
		snprintf(rule, sizeof(rule), ", \"c%u\"", i);
		ADD(rule);
	}
	ADD("]}}}");
	assert_int_equal(
		manifest_parse((char *)buf_bytes(&text), buf_len(&text), &m, &error), -EINVAL);
	assert_string_equal(error.text,
		"kiln.json: capabilities.channels.deny[4096]: there are more than 4096 rules");
	buf_fini(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_smallest_manifest_gets_safe_defaults),
		cmocka_unit_test(everything_that_can_be_said_is_read),
		cmocka_unit_test(a_window_says_where_it_is_and_how_it_is_seen),
		cmocka_unit_test(a_window_beyond_reason_is_named_with_its_limits),
		cmocka_unit_test(native_modules_are_read_by_name),
		cmocka_unit_test(an_unknown_key_is_named_with_its_path),
		cmocka_unit_test(a_wrong_type_is_named_with_its_path),
		cmocka_unit_test(a_value_out_of_range_is_named_with_its_range),
		cmocka_unit_test(an_id_that_would_change_in_an_address_is_refused),
		cmocka_unit_test(a_syntax_error_is_named_with_line_and_column),
		cmocka_unit_test(what_must_be_there_is_missed),
		cmocka_unit_test(a_rule_that_cannot_be_meant_is_named_with_its_path),
		cmocka_unit_test(an_origin_that_is_not_canonical_says_how_to_write_it),
		cmocka_unit_test(a_rule_means_little_when_it_allows_and_all_when_it_denies),
		cmocka_unit_test(a_rule_says_direction_origins_and_frames),
		cmocka_unit_test(a_windows_own_list_narrows_the_apps),
		cmocka_unit_test(more_rules_than_there_may_be_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
