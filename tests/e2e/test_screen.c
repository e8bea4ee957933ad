/* Outputs, their settings and the splash, with real pages on the headless screen. */
#include "harness.h"

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_device(const char *text)
{
	FILE *f = fopen(OUT("device.json"), "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void a_script_turns_scales_darkens_and_wakes_the_output_and_its_page_follows(void **state)
{
	struct kiln *k = kiln_start("run", APP("screen"), "--size", "640x400", "--display",
		"headless", "--screenshot", OUT("screen-turned.png"), NULL);

	kiln_expect(k, 20, "page 640x400");
	kiln_expect(k, 10, "output lit 90 1 400x640");
	kiln_expect(k, 10, "page 400x640");
	kiln_expect(k, 10, "output lit 90 2 200x320");
	kiln_expect(k, 10, "page 200x320");
	kiln_expect(k, 10, "picture 400x640");
	kiln_expect(k, 10, "output asleep 90 2 200x320");
	kiln_expect(k, 10, "asleep 0 frames");
	kiln_expect(k, 10, "awake paints");
	assert_int_equal(kiln_end(k, 20), 0);
	assert_int_equal(png_pixel(OUT("screen-turned.png"), 399, 639), 0x00ff00);
}

static void the_device_s_file_wins_over_the_app(void **state)
{
	struct kiln *k;

	write_device(
		"{ \"outputs\": { \"headless-1\": { \"rotation\": 270 }, \"*\": { \"scale\": 2, "
		"\"mode\": \"800x600@50\" } } }");
	k = kiln_start("run", APP("screen"), "--size", "640x400", "--device", OUT("device.json"),
		"--display", "headless", NULL);
	kiln_expect(k, 20, "settings of the device: build/check/device.json");
	kiln_expect(k, 20, "output headless-1: lit, 800x600@50, turned by 270");
	kiln_expect(k, 20, "page 300x400");
	kiln_stop(k);
}

static void a_device_s_file_that_is_wrong_ends_the_run_at_its_place(void **state)
{
	struct kiln *k;

	write_device("{ \"outputs\": { \"*\": { \"rotation\": 91 } } }");
	k = kiln_start("run", APP("screen"), "--device", OUT("device.json"), NULL);
	kiln_expect(
		k, 10, "build/check/device.json: outputs.\\*.rotation: must be 0, 90, 180 or 270");
	assert_int_equal(kiln_end(k, 10), 1);
	k = kiln_start("run", APP("screen"), "--device", OUT("none.json"), NULL);
	kiln_expect(k, 10, "build/check/none.json: No such file or directory");
	assert_int_equal(kiln_end(k, 10), 1);
}

static void the_splash_is_lit_until_there_is_a_window(void **state)
{
	struct kiln *k = kiln_start("run", APP("splash"), "--size", "640x400", "--display",
		"headless", "--exit-after", "1", "--screenshot", OUT("splash.png"), NULL);

	assert_int_equal(kiln_end(k, 20), 0);
	assert_int_equal(png_pixel(OUT("splash.png"), 320, 200), 0xff0000);
	assert_int_equal(png_pixel(OUT("splash.png"), 271, 171), 0xff0000);
	assert_int_equal(png_pixel(OUT("splash.png"), 268, 168), 0x102030);
	assert_int_equal(png_pixel(OUT("splash.png"), 0, 0), 0x102030);
}

static void the_splash_turns_with_its_output(void **state)
{
	struct kiln *k;

	write_device("{ \"outputs\": { \"*\": { \"rotation\": 90, \"scale\": 2 } }, \"splash\": { "
		     "\"color\": \"#405060\" } }");
	k = kiln_start("run", APP("splash"), "--size", "640x400", "--display", "headless",
		"--device", OUT("device.json"), "--exit-after", "1", "--screenshot",
		OUT("splash-turned.png"), NULL);
	assert_int_equal(kiln_end(k, 20), 0);
	assert_int_equal(png_pixel(OUT("splash-turned.png"), 101, 320), 0xff0000);
	assert_int_equal(png_pixel(OUT("splash-turned.png"), 200, 261), 0xff0000);
	assert_int_equal(png_pixel(OUT("splash-turned.png"), 200, 258), 0x405060);
	assert_int_equal(png_pixel(OUT("splash-turned.png"), 399, 639), 0x405060);
}

static void a_splash_that_cannot_be_shown_is_told_and_the_runtime_s_own_stands_in(void **state)
{
	struct kiln *k;

	write_device("{ \"splash\": { \"image\": \"/etc/passwd\" } }");
	k = kiln_start("run", APP("splash"), "--size", "640x400", "--display", "headless",
		"--device", OUT("device.json"), "--exit-after", "1", "--screenshot",
		OUT("splash-own.png"), NULL);
	kiln_expect(k, 10, "splash /etc/passwd: it is no PNG: the runtime's own is shown");
	assert_int_equal(kiln_end(k, 20), 0);
	/* The fire is where the other one's red would be, and is no such red. */
	assert_true(png_pixel(OUT("splash-own.png"), 320, 204) >> 16 > 0xd0);
	assert_int_not_equal(png_pixel(OUT("splash-own.png"), 320, 204), 0xff0000);
	assert_int_equal(png_pixel(OUT("splash-own.png"), 0, 0), 0x102030);
}

static void in_memory_there_are_the_outputs_that_the_windows_name_and_no_other(void **state)
{
	struct kiln *k = kiln_start("run", APP("sides"), "--size", "640x400", "--display",
		"headless", "--exit-after", "4", "--screenshot", OUT("sides.png"), NULL);

	kiln_expect(k, 20, "outputs HDMI-A-1,HDMI-A-2, else HDMI-A-1");
	assert_int_equal(kiln_end(k, 20), 0);
	/* The picture is of the first, and not of one with nothing but the splash. */
	assert_int_equal(png_pixel(OUT("sides.png"), 320, 200), 0x00ff00);
}

static void a_card_that_is_not_there_is_an_error_when_it_was_asked_for(void **state)
{
	struct kiln *k;

	if (access("/dev/dri/card0", F_OK) == 0)
		skip();
	k = kiln_start("run", APP("splash"), "--display", "kms", NULL);
	kiln_expect(k, 10, "error kiln: --display kms: no graphics card can be driven: .*doctor");
	assert_int_equal(kiln_end(k, 10), 1);
	k = kiln_start("run", APP("splash"), "--exit-after", "0.3", NULL);
	kiln_expect(k, 10, "no screen in use: headless at 1280x800");
	assert_int_equal(kiln_end(k, 10), 0);
}

static void check_looks_at_the_sections_and_at_the_splash(void **state)
{
	struct kiln *k = kiln_start("check", APP("splash"), NULL);

	kiln_expect(k, 10, "app://splash is in order");
	assert_int_equal(kiln_end(k, 10), 0);
	k = kiln_start("check", APP("splash-bad"), NULL);
	kiln_expect(k, 10, "splash-bad/kiln.json: splash.image: main.js: it is no PNG");
	assert_int_equal(kiln_end(k, 10), 1);
	k = kiln_start("check", APP("splash-outside"), NULL);
	kiln_expect(k, 10, "splash.image: ../splash/logo.png: it is not inside the app's folder");
	assert_int_equal(kiln_end(k, 10), 1);
	k = kiln_start("check", APP("keys-bad"), NULL);
	kiln_expect(
		k, 10, "keys-bad/kiln.json: input.keys.Ctrl\\+Foo: no key has this name: \"F5\"");
	assert_int_equal(kiln_end(k, 10), 1);
}

static void doctor_fits_on_a_page_and_says_what_is_missing(void **state)
{
	struct kiln *k = kiln_start("doctor", APP("screen"), NULL);
	bool missing;

	kiln_expect(k, 10, "^Kiln .*, WPE WebKit 2\\.");
	kiln_expect(k, 10, "^  memory  ");
	kiln_expect(k, 10, "^  ok       MIME types ");
	kiln_expect(k, 10, "^Screens");
	kiln_expect(k, 10, "^Input devices");
	kiln_expect(k, 10, "^  app            screen \\(app://screen\\)");
	assert_int_equal(kiln_count(k, "^.{101,}"), 0);
	if (access("/dev/dri/card0", F_OK) < 0)
		kiln_expect(k, 10, "^  MISSING  screens          no graphics card");
	kiln_expect(k, 10, "^[0-9]+ things? (is|are) missing|^nothing is missing");
	missing = kiln_count(k, "^  MISSING ") > 0;
	assert_int_equal(kiln_end(k, 10), missing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_script_turns_scales_darkens_and_wakes_the_output_and_its_page_follows),
		cmocka_unit_test(the_device_s_file_wins_over_the_app),
		cmocka_unit_test(a_device_s_file_that_is_wrong_ends_the_run_at_its_place),
		cmocka_unit_test(the_splash_is_lit_until_there_is_a_window),
		cmocka_unit_test(the_splash_turns_with_its_output),
		cmocka_unit_test(
			a_splash_that_cannot_be_shown_is_told_and_the_runtime_s_own_stands_in),
		cmocka_unit_test(
			in_memory_there_are_the_outputs_that_the_windows_name_and_no_other),
		cmocka_unit_test(a_card_that_is_not_there_is_an_error_when_it_was_asked_for),
		cmocka_unit_test(check_looks_at_the_sections_and_at_the_splash),
		cmocka_unit_test(doctor_fits_on_a_page_and_says_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
