/* The sections "outputs", "input" and "splash": of an app, of the device, and both. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/device.h"
#include "app/manifest.h"
#include "input/input.h"

static struct device d;

static void device_says(const char *text)
{
	struct reader_error error;

	if (device_parse("device.json", text, strlen(text), &d, &error) < 0)
		fail_msg("%s", error.text);
}

static void app_says(const char *sections)
{
	struct reader_error error;
	struct manifest *m;
	char text[4096];

	snprintf(text, sizeof(text), "{\"id\": \"x\", %s}", sections);
	if (manifest_parse(text, strlen(text), &m, &error) < 0)
		fail_msg("%s", error.text);
	d = m->device;
	manifest_free(m);
}

static int setup(void **state)
{
	memset(&d, 0, sizeof(d));
	return 0;
}

static void bad(const char *text, const char *wanted)
{
	struct device before = d;
	struct reader_error error;
	char line[sizeof(error.text)];

	assert_true(device_parse("device.json", text, strlen(text), &d, &error) < 0);
	snprintf(line, sizeof(line), "device.json%s", wanted);
	assert_string_equal(error.text, line);
	assert_memory_equal(&d, &before, sizeof(d));
}

static struct output_config config_of(const char *name)
{
	struct output_config c;

	device_output_config(&d, name, &c);
	return c;
}

static void nothing_said_is_as_found(void **state)
{
	struct output_config c;

	device_says("{}");
	c = config_of("HDMI-A-1");
	assert_false(c.off);
	assert_int_equal(c.mode.width, 0);
	assert_int_equal(c.rotation, ROTATE_0);
	assert_float_equal(c.scale, 0, 0);
	assert_string_equal(d.input.layout, "");
	assert_false(d.input.no_touch);
	assert_int_equal(d.input.n_keys, 0);
	assert_string_equal(d.splash.image, "");
}

static void all_that_can_be_said_of_an_output_is_read(void **state)
{
	struct output_config c;

	device_says(
		"// of the shop's wall\n"
		"{ \"outputs\": { \"HDMI-A-1\": { \"mode\": \"1920x1080@59.94\", \"rotation\": 90, "
		"\"scale\": 1.5, \"off\": false }, \"DP-2\": { \"off\": true, \"mode\": "
		"\"800x480\" } } }");
	c = config_of("HDMI-A-1");
	assert_int_equal(c.mode.width, 1920);
	assert_int_equal(c.mode.height, 1080);
	assert_int_equal(c.mode.refresh_mhz, 59940);
	assert_int_equal(c.rotation, ROTATE_90);
	assert_float_equal(c.scale, 1.5, 0);
	assert_false(c.off);
	c = config_of("DP-2");
	assert_true(c.off);
	assert_int_equal(c.mode.refresh_mhz, 0);
	assert_int_equal(config_of("DP-1").mode.width, 0);
}

static void a_name_wins_over_the_star_wherever_it_stands(void **state)
{
	device_says("{ \"outputs\": { \"A\": { \"rotation\": 180 }, \"*\": { \"rotation\": 90, "
		    "\"scale\": 2 } } }");
	assert_int_equal(config_of("A").rotation, ROTATE_180);
	assert_float_equal(config_of("A").scale, 2, 0);
	assert_int_equal(config_of("B").rotation, ROTATE_90);
}

static void the_device_wins_member_by_member(void **state)
{
	app_says("\"outputs\": { \"A\": { \"rotation\": 180, \"scale\": 2 }, \"*\": { \"mode\": "
		 "\"640x480\" } }");
	device_says(
		"{ \"outputs\": { \"*\": { \"rotation\": 270 }, \"B\": { \"mode\": \"preferred\" "
		"} } }");
	assert_int_equal(config_of("A").rotation, ROTATE_270);
	assert_float_equal(config_of("A").scale, 2, 0);
	assert_int_equal(config_of("A").mode.width, 640);
	assert_int_equal(config_of("B").mode.width, 0);
}

static void wrong_outputs_are_named_with_their_path(void **state)
{
	static const char *const modes[] = { "1920", "1920x", "x1080", "15x480", "1920x1080@",
		"1920x1080@0", "1920x1080@60.", "1920x1080@60.1234", "1920x1080@1001", "1920x1080 ",
		"-1x480", "99999999999x480", "1920x1080i", "16385x480", "0x0" };
	char text[256];

	bad("[]", ": must be an object, is an array");
	bad("{ \"outputs\": { \"A\": { \"mod\": 1 } } }",
		": outputs.A.mod: unknown key; there are: mode, rotation, scale, off");
	bad("{ \"outputs\": { \"A B\": {} } }",
		": outputs.A B: must be the name of a connector such as \"HDMI-A-1\" (\"kiln doctor\" "
		"lists them), or \"*\" for all");
	bad("{ \"outputs\": { \"A\": {}, \"A\": {} } }", ": outputs.A: is there twice");
	bad("{ \"outputs\": { \"A\": { \"rotation\": 45 } } }",
		": outputs.A.rotation: must be 0, 90, 180 or 270, clockwise");
	bad("{ \"outputs\": { \"A\": { \"rotation\": -90 } } }",
		": outputs.A.rotation: must be a whole number from 0 to 270");
	bad("{ \"outputs\": { \"A\": { \"scale\": 1e300 } } }",
		": outputs.A.scale: must be a number from 0.5 to 4");
	bad("{ \"outputs\": { \"A\": { \"scale\": -1 } } }",
		": outputs.A.scale: must be a number from 0.5 to 4");
	bad("{ \"outputs\": { \"A\": { \"off\": 1 } } }",
		": outputs.A.off: must be a boolean, is a number");
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		snprintf(text, sizeof(text), "{ \"outputs\": { \"A\": { \"mode\": \"%s\" } } }",
			modes[i]);
		bad(text, ": outputs.A.mode: must be \"WIDTHxHEIGHT\", \"WIDTHxHEIGHT@HZ\" or "
			  "\"preferred\", such as \"1920x1080@60\"");
	}
	bad("{\n  \"outputs\": {]\n}", ":2:15: unexpected character, expected a string key");
}

static void there_is_a_bound_on_outputs(void **state)
{
	char text[4096] = "{ \"outputs\": {", *at = text + strlen(text);

	for (int i = 0; i < DEVICE_OUTPUTS_MAX; i++)
		at += sprintf(at, "%s\"A%d\": {}", i ? "," : "", i);
	strcpy(at, "} }");
	device_says(text);
	assert_int_equal(d.n_outputs, DEVICE_OUTPUTS_MAX);
	bad("{ \"outputs\": { \"B\": {} } }",
		": outputs.B: there are more than 32, with those of the app");
}

static void all_that_can_be_said_of_input_is_read(void **state)
{
	device_says("{ \"input\": { \"layout\": \"de,us\", \"variant\": \"nodeadkeys\", \"model\": "
		    "\"pc105\", \"options\": \"\", \"pointer\": false, \"touch\": true, "
		    "\"devices\": [ { \"match\": \"ILITEK*\", \"output\": \"HDMI-A-1\", "
		    "\"calibration\": [0, -1, 1, 1, 0, 0.5] }, { \"match\": \"1a86:e5e3\" } ], "
		    "\"keys\": { \"Ctrl+R\": \"reload\", \"F5\": \"reload\", \"Ctrl+Alt+S\": "
		    "\"event:service\" }, \"gestures\": { \"swipe-from-right\": \"back\" } } }");
	assert_string_equal(d.input.layout, "de,us");
	assert_string_equal(d.input.variant, "nodeadkeys");
	assert_true(d.input.no_pointer);
	assert_false(d.input.no_touch || d.input.no_keyboard);
	assert_int_equal(d.input.n_devices, 2);
	assert_string_equal(d.input.devices[0].match, "ILITEK*");
	assert_true(d.input.devices[0].calibrated);
	assert_float_equal(d.input.devices[0].calibration[5], 0.5, 0);
	assert_false(d.input.devices[1].calibrated);
	assert_int_equal(d.input.n_keys, 3);
	assert_int_equal(d.input.keys[2].chord.modifiers, INPUT_CTRL | INPUT_ALT);
	assert_int_equal(d.input.keys[2].deed.action, INPUT_ACTION_EVENT);
	assert_string_equal(d.input.keys[2].deed.name, "service");
	assert_int_equal(d.input.gestures[INPUT_SWIPE_FROM_RIGHT].action, INPUT_ACTION_BACK);
	assert_int_equal(d.input.gestures[INPUT_SWIPE_FROM_LEFT].action, INPUT_ACTION_NONE);
}

static void the_device_replaces_and_takes_away_what_the_app_wants_of_keys(void **state)
{
	app_says(
		"\"input\": { \"layout\": \"us\", \"pointer\": false, \"devices\": [ { \"match\": "
		"\"a\" }, { \"match\": \"b\" } ], \"keys\": { \"Ctrl+R\": \"reload\", \"F5\": "
		"\"reload\", \"F6\": \"home\" }, \"gestures\": { \"hold-top-left\": \"close\" } }");
	device_says(
		"{ \"input\": { \"layout\": \"fr\", \"devices\": [ { \"match\": \"c\" } ], \"keys\": "
		"{ \"ctrl+r\": null, \"F5\": \"home\", \"F9\": null }, \"gestures\": { "
		"\"hold-top-left\": null } } }");
	assert_string_equal(d.input.layout, "fr");
	assert_true(d.input.no_pointer);
	assert_int_equal(d.input.n_devices, 1);
	assert_string_equal(d.input.devices[0].match, "c");
	assert_int_equal(d.input.n_keys, 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(d.input.keys[i].deed.action, INPUT_ACTION_HOME);
	assert_int_equal(d.input.gestures[INPUT_HOLD_TOP_LEFT].action, INPUT_ACTION_NONE);
}

static void wrong_input_is_named_with_its_path(void **state)
{
	bad("{ \"input\": { \"layout\": 1 } }", ": input.layout: must be a string, is a number");
	bad("{ \"input\": { \"keys\": { \"Ctrl+Foo\": \"reload\" } } }",
		": input.keys.Ctrl+Foo: no key has this name: \"F5\", \"Escape\", \"Left\", \"a\" are");
	bad("{ \"input\": { \"keys\": { \"Ctrl+R\": \"reload\", \"CTRL+r\": \"home\" } } }",
		": input.keys.CTRL+r: is there twice");
	bad("{ \"input\": { \"keys\": { \"F5\": \"refresh\" } } }",
		": input.keys.F5: actions are reload, back, forward, home, zoom-in, zoom-out, "
		"zoom-reset, next-window, close and event:NAME");
	bad("{ \"input\": { \"keys\": { \"F5\\u0000\": \"reload\" } } }",
		": input.keys.F5: no key");
	bad("{ \"input\": { \"gestures\": { \"hold-left\": \"reload\" } } }",
		": input.gestures.hold-left: gestures are hold-top-left, -top-right, -bottom-left, "
		"-bottom-right and swipe-from-left, -right, -top, -bottom");
	bad("{ \"input\": { \"devices\": [ { \"output\": \"A\" } ] } }",
		": input.devices[0]: needs a \"match\": the device's name (\"kiln doctor\" lists "
		"them), with * for any text, or \"VENDOR:PRODUCT\" in hex");
	bad("{ \"input\": { \"devices\": [ { \"match\": \"a\", \"calibration\": [1, 0, 0, 0, 1] } ] } }",
		": input.devices[0].calibration: must be six numbers: [a, b, c, d, e, f] for x' = ax "
		"+ by + c, y' = dx + ey + f");
	bad("{ \"input\": { \"devices\": [ { \"match\": \"a\", \"calibration\": [1, 1, 0, 1, 1, 0] } ] "
	    "} }",
		": input.devices[0].calibration: puts all of the panel onto one line");
	bad("{ \"input\": { \"devices\": [ { \"match\": \"a\", \"calibration\": [1e9, 0, 0, 0, 1, 0] } "
	    "] } }",
		": input.devices[0].calibration[0]: must be a number from -100 to 100");
}

static void words_that_are_too_long_are_refused(void **state)
{
	char text[512], wanted[128];

	snprintf(text, sizeof(text), "{ \"input\": { \"layout\": \"%0*d\" } }", INPUT_NAME_MAX, 0);
	snprintf(wanted, sizeof(wanted), ": input.layout: is longer than %d bytes",
		INPUT_NAME_MAX - 1);
	bad(text, wanted);
}

static void there_is_a_bound_on_keys_and_devices(void **state)
{
	char text[8192], *at = text + sprintf(text, "{ \"input\": { \"devices\": [");

	for (int i = 0; i < INPUT_DEVICES_MAX + 1; i++)
		at += sprintf(at, "%s{ \"match\": \"a\" }", i ? "," : "");
	strcpy(at, "] } }");
	bad(text, ": input.devices[16]: there are more than 16");
	at = text + sprintf(text, "\"input\": { \"keys\": {");
	for (int i = 0; i < INPUT_KEYS_MAX; i++)
		at += sprintf(at, "%s\"%s%c\": \"home\"", i ? "," : "",
			i < 26   ? ""
			: i < 52 ? "Ctrl+"
				 : "Alt+",
			'a' + i % 26);
	strcpy(at, "} }");
	app_says(text);
	bad("{ \"input\": { \"keys\": { \"F1\": \"home\" } } }",
		": input.keys.F1: there are more than 64, with those of the app");
	device_says("{ \"input\": { \"keys\": { \"a\": null, \"F1\": \"home\" } } }");
}

static void a_splash_is_the_app_s_or_the_device_s(void **state)
{
	app_says("\"splash\": { \"image\": \"img/splash.png\", \"color\": \"#102030\" }");
	assert_string_equal(d.splash.image, "img/splash.png");
	assert_true(d.splash.in_app);
	assert_int_equal(d.splash.color, 0x102030);
	device_says("{ \"splash\": { \"color\": \"#FFFFFF\" } }");
	assert_true(d.splash.in_app);
	assert_int_equal(d.splash.color, 0xffffff);
	device_says("{ \"splash\": { \"image\": \"/data/logo.png\" } }");
	assert_false(d.splash.in_app);
	bad("{ \"splash\": { \"image\": \"logo.png\" } }",
		": splash.image: must be a path that begins with \"/\"");
	bad("{ \"splash\": { \"color\": \"#fff\" } }",
		": splash.color: must be a colour such as \"#101418\"");
	bad("{ \"splash\": { \"color\": \"#12345g\" } }",
		": splash.color: must be a colour such as \"#101418\"");
}

static void an_app_is_told_its_own_file(void **state)
{
	static const char text[] = "{\"id\": \"x\", \"splash\": {\"image\": \"/etc/x.png\"}}";
	struct reader_error error;
	struct manifest *m = NULL;

	assert_int_equal(manifest_parse(text, strlen(text), &m, &error), -EINVAL);
	assert_string_equal(
		error.text, "kiln.json: splash.image: must be a path in the app's folder");
}

static void a_file_is_read_and_one_that_is_not_there_is_told(void **state)
{
	char path[] = "/tmp/test_device.XXXXXX", line[128];
	struct reader_error error;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_true(dprintf(fd, "{ \"outputs\": { \"*\": { \"scale\": 2 } } }") > 0);
	close(fd);
	assert_int_equal(device_load(path, &d, &error), 0);
	assert_float_equal(config_of("A").scale, 2, 0);
	unlink(path);
	assert_int_equal(device_load(path, &d, &error), -ENOENT);
	snprintf(line, sizeof(line), "%s: No such file or directory", path);
	assert_string_equal(error.text, line);
	assert_int_equal(device_load("/dev/zero", &d, &error), -EISDIR);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(device_load(path, &d, &error), -EISDIR);
	unlink(path);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_said_is_as_found),
		TEST(all_that_can_be_said_of_an_output_is_read),
		TEST(a_name_wins_over_the_star_wherever_it_stands),
		TEST(the_device_wins_member_by_member),
		TEST(wrong_outputs_are_named_with_their_path),
		TEST(there_is_a_bound_on_outputs),
		TEST(all_that_can_be_said_of_input_is_read),
		TEST(the_device_replaces_and_takes_away_what_the_app_wants_of_keys),
		TEST(wrong_input_is_named_with_its_path),
		TEST(words_that_are_too_long_are_refused),
		TEST(there_is_a_bound_on_keys_and_devices),
		TEST(a_splash_is_the_app_s_or_the_device_s),
		TEST(an_app_is_told_its_own_file),
		TEST(a_file_is_read_and_one_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
