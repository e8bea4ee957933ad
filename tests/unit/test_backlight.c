/* The backlight class: real files in a directory of the kernel's shape. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "screen/backlight.h"

static char dir[64], class[96];

static void shell(const char *command)
{
	char line[2048];

	snprintf(line, sizeof(line), "cd %s && %s", dir, command);
	assert_int_equal(system(line), 0);
}

static int setup(void **state)
{
	strcpy(dir, "/tmp/test_backlight.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(class, sizeof(class), "%s/class", dir);
	shell("mkdir class devices");
	return 0;
}

static int teardown(void **state)
{
	char line[96];

	snprintf(line, sizeof(line), "rm -rf %s", dir);
	return system(line);
}

/*
 * As the kernel has it: class/NAME leads to the device's directory, and device in there to
 * what it hangs on.
 */
static void add(const char *name, const char *type, const char *parent, const char *max)
{
	char line[1024];

	snprintf(line, sizeof(line),
		"mkdir -p devices/%s/%s && cd devices/%s/%s && ln -s ../../%s device && "
		"echo %s >type && echo '%s' >max_brightness && echo 40 >brightness && "
		"echo 40 >actual_brightness && echo 0 >bl_power && "
		"ln -s ../devices/%s/%s ../../../class/%s",
		parent, name, parent, name, parent, type, max, parent, name, name);
	shell(line);
}

static void says(const char *name, const char *file, const char *wanted)
{
	char path[256], text[32];

	snprintf(path, sizeof(path), "%s/%s/%s", class, name, file);
	assert_int_equal(file_text(AT_FDCWD, path, text, sizeof(text)), 0);
	assert_string_equal(text, wanted);
}

static struct backlight *of(const char *connector)
{
	struct backlight *b = NULL;

	assert_int_equal(backlight_new(class, connector, &b), 0);
	return b;
}

static void none_for(const char *connector)
{
	struct backlight *b = NULL;

	assert_int_equal(backlight_new(class, connector, &b), -ENODEV);
	assert_null(b);
}

static void a_machine_without_the_class_has_none(void **state)
{
	struct backlight_info info;
	struct backlight *b;

	assert_int_equal(backlight_list("/tmp/test_backlight.none", &info, 1), 0);
	assert_int_equal(backlight_new("/tmp/test_backlight.none", "eDP-1", &b), -ENODEV);
	none_for("eDP-1");
}

static void a_connector_gets_the_one_that_hangs_on_it(void **state)
{
	struct backlight *b;

	add("intel_backlight", "raw", "card0-eDP-1", "100");
	add("ddcci5", "raw", "card0-HDMI-A-1", "100");
	b = of("HDMI-A-1");
	assert_string_equal(backlight_name(b), "ddcci5");
	backlight_free(b);
	b = of("eDP-1");
	assert_string_equal(backlight_name(b), "intel_backlight");
	backlight_free(b);
	none_for("HDMI-A-2");
}

static void of_several_on_one_connector_the_firmware_s_is_taken(void **state)
{
	struct backlight *b;

	add("a_raw", "raw", "card0-eDP-1", "100");
	add("b_platform", "platform", "card0-eDP-1", "100");
	add("c_firmware", "firmware", "card0-eDP-1", "100");
	b = of("eDP-1");
	assert_string_equal(backlight_name(b), "c_firmware");
	backlight_free(b);
}

static void the_only_one_is_the_built_in_panel_s_and_no_monitor_s(void **state)
{
	struct backlight *b;

	add("10-0045", "raw", "10-0045-i2c", "255");
	b = of("DSI-1");
	assert_string_equal(backlight_name(b), "10-0045");
	backlight_free(b);
	none_for("HDMI-A-1");
	add("pwm", "platform", "pwm-backlight", "255");
	none_for("DSI-1");
}

static void a_level_is_linear_and_what_is_not_none_stays_so(void **state)
{
	static const struct {
		double level;
		const char *raw;
	} cases[] = { { 0, "0" }, { 0.001, "1" }, { 0.25, "50" }, { 0.5, "100" }, { 1, "200" } };
	struct backlight *b;

	add("panel", "raw", "card0-eDP-1", "200");
	b = of("eDP-1");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(backlight_set(b, cases[i].level), 0);
		says("panel", "brightness", cases[i].raw);
	}
	backlight_free(b);
}

static void a_level_that_is_none_changes_nothing(void **state)
{
	static const double bad[] = { -0.1, 1.001, 1e300, -1e300, 0.0 / 0.0 };
	struct backlight *b;

	add("panel", "raw", "card0-eDP-1", "200");
	b = of("eDP-1");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(backlight_set(b, bad[i]), -EINVAL);
	says("panel", "brightness", "40");
	backlight_free(b);
}

static void what_is_read_is_what_the_device_does(void **state)
{
	struct backlight *b;
	double level = -1;

	add("panel", "raw", "card0-eDP-1", "200");
	b = of("eDP-1");
	assert_int_equal(backlight_set(b, 1), 0);
	assert_int_equal(backlight_get(b, &level), 0);
	assert_float_equal(level, 0.2, 1e-9);
	shell("echo 900 >class/panel/actual_brightness");
	assert_int_equal(backlight_get(b, &level), 0);
	assert_float_equal(level, 1, 0);
	/* A driver that cannot read back. */
	shell("rm class/panel/actual_brightness && echo 50 >class/panel/brightness");
	assert_int_equal(backlight_get(b, &level), 0);
	assert_float_equal(level, 0.25, 1e-9);
	backlight_free(b);
}

static void a_light_that_is_off_is_dark_and_setting_it_lights_it(void **state)
{
	struct backlight *b;
	double level = -1;

	add("panel", "raw", "card0-eDP-1", "200");
	shell("echo 4 >class/panel/bl_power");
	b = of("eDP-1");
	assert_int_equal(backlight_get(b, &level), 0);
	assert_float_equal(level, 0, 0);
	assert_int_equal(backlight_set(b, 0), 0);
	says("panel", "bl_power", "4");
	assert_int_equal(backlight_set(b, 0.5), 0);
	says("panel", "bl_power", "0");
	backlight_free(b);
}

static void a_device_whose_numbers_are_none_is_passed_over(void **state)
{
	static const char *const bad[] = { "0", "-5", "99999999999999999999", "4294967295", "12x",
		"", "0x10" };
	struct backlight_info info[2];
	struct backlight *b;

	add("good", "raw", "card0-eDP-1", "100");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		add("aaa", "firmware", "card0-eDP-1", bad[i]);
		assert_int_equal(backlight_list(class, info, 2), 1);
		b = of("eDP-1");
		assert_string_equal(backlight_name(b), "good");
		backlight_free(b);
		shell("rm -rf class/aaa devices/card0-eDP-1/aaa");
	}
	shell("echo x >class/good/actual_brightness");
	assert_int_equal(backlight_list(class, info, 2), 0);
}

static void a_device_that_goes_is_an_error_and_no_more(void **state)
{
	struct backlight *b;
	double level;

	add("panel", "raw", "card0-eDP-1", "200");
	b = of("eDP-1");
	shell("rm -r class/panel devices/card0-eDP-1");
	assert_int_equal(backlight_set(b, 0.5), -ENOENT);
	assert_int_equal(backlight_get(b, &level), -ENOENT);
	backlight_free(b);
}

static void without_the_right_to_write_it_says_so(void **state)
{
	struct backlight_info info;
	struct backlight *b;

	/* As all tests here do; root may write to anything. */
	assert_int_not_equal(geteuid(), 0);
	add("panel", "raw", "card0-eDP-1", "200");
	shell("chmod a-w class/panel/brightness");
	assert_int_equal(backlight_list(class, &info, 1), 1);
	assert_false(info.writable);
	b = of("eDP-1");
	assert_int_equal(backlight_set(b, 0.5), -EACCES);
	says("panel", "brightness", "40");
	backlight_free(b);
}

static void the_list_says_what_each_is(void **state)
{
	struct backlight_info info[3];

	add("acpi_video0", "firmware", "0000:00:02.0", "15");
	add("intel_backlight", "raw", "card1-eDP-1", "4000");
	shell("echo 4 >class/intel_backlight/bl_power");
	assert_int_equal(backlight_list(class, info, 3), 2);
	assert_string_equal(info[0].name, "acpi_video0");
	assert_string_equal(info[0].type, "firmware");
	assert_string_equal(info[0].connector, "");
	assert_int_equal(info[0].max, 15);
	assert_true(info[0].powered && info[0].writable);
	assert_string_equal(info[1].connector, "eDP-1");
	assert_int_equal(info[1].actual, 40);
	assert_false(info[1].powered);
	assert_int_equal(backlight_list(class, info, 1), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_machine_without_the_class_has_none),
		TEST(a_connector_gets_the_one_that_hangs_on_it),
		TEST(of_several_on_one_connector_the_firmware_s_is_taken),
		TEST(the_only_one_is_the_built_in_panel_s_and_no_monitor_s),
		TEST(a_level_is_linear_and_what_is_not_none_stays_so),
		TEST(a_level_that_is_none_changes_nothing),
		TEST(what_is_read_is_what_the_device_does),
		TEST(a_light_that_is_off_is_dark_and_setting_it_lights_it),
		TEST(a_device_whose_numbers_are_none_is_passed_over),
		TEST(a_device_that_goes_is_an_error_and_no_more),
		TEST(without_the_right_to_write_it_says_so),
		TEST(the_list_says_what_each_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
