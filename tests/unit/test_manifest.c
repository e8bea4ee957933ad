#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/manifest.h"
#include "ipc/caps.h"

static struct manifest *good(const char *text)
{
	struct manifest_error error;
	struct manifest *m = NULL;

	if (manifest_parse(text, strlen(text), &m, &error) < 0)
		fail_msg("%s", error.text);
	return m;
}

static void bad(const char *text, const char *wanted)
{
	struct manifest_error error;
	struct manifest *m = NULL;

	assert_true(manifest_parse(text, strlen(text), &m, &error) < 0);
	assert_null(m);
	assert_string_equal(error.text, wanted);
}

static void the_smallest_manifest_gets_safe_defaults(void **state)
{
	struct manifest *m = good("{\"id\": \"x\"}");
	const char *rule;

	assert_string_equal(m->id, "x");
	assert_string_equal(m->name, "x");
	assert_string_equal(m->main, "main.js");
	assert_true(list_empty(&m->windows));
	assert_int_equal(m->width, 1280);
	assert_int_equal(m->height, 800);
	assert_false(caps_check(m->caps, "a", 1, &rule));
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
	const char *rule;

	assert_string_equal(m->name, "Self checkout");
	assert_string_equal(m->main, "src/main.js");
	assert_string_equal(front->id, "front");
	assert_string_equal(front->url, "a.html");
	assert_true(caps_check(m->caps, "y", 1, &rule));
	assert_false(caps_check(m->caps, "x:y", 3, &rule));
	assert_int_equal(m->script_memory, 8 << 20);
	assert_int_equal(m->script_timeout, 250000000);
	assert_int_equal(m->width, 800);
	manifest_free(m);
}

static void an_unknown_key_is_named_with_its_path(void **state)
{
	bad("{\"id\": \"x\", \"windws\": []}",
		"kiln.json: windws: unknown key; there are: id, name, main, windows, capabilities, "
		"script, headless");
	bad("{\"id\": \"x\", \"windows\": [{\"url\": \"a\"}, {\"url\": \"a\", \"title\": 1}]}",
		"kiln.json: windows[1].title: unknown key; there are: id, url");
	bad("{\"id\": \"x\", \"capabilities\": {\"channels\": {\"allowed\": []}}}",
		"kiln.json: capabilities.channels.allowed: unknown key; there are: allow, deny");
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
		struct manifest_error error;
		struct manifest *m = NULL;
		char text[64];

		snprintf(text, sizeof(text), "{\"id\": \"%s\"}", ids[i]);
		assert_true(manifest_parse(text, strlen(text), &m, &error) < 0);
		assert_memory_equal(error.text, "kiln.json: id: ", 15);
	}
}

static void a_syntax_error_is_named_with_line_and_column(void **state)
{
	struct manifest_error error;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_smallest_manifest_gets_safe_defaults),
		cmocka_unit_test(everything_that_can_be_said_is_read),
		cmocka_unit_test(an_unknown_key_is_named_with_its_path),
		cmocka_unit_test(a_wrong_type_is_named_with_its_path),
		cmocka_unit_test(a_value_out_of_range_is_named_with_its_range),
		cmocka_unit_test(an_id_that_would_change_in_an_address_is_refused),
		cmocka_unit_test(a_syntax_error_is_named_with_line_and_column),
		cmocka_unit_test(what_must_be_there_is_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
