/* One boot of the emulated board, looked at from outside. The order counts: they share it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board.h"

/* Of firmware, boot loader, kernel, systemd and WebKit, all emulated on a machine in use. */
#define BOOT_SECONDS 240

static struct board *board;

static int boot(void **state)
{
	board = board_open();
	return 0;
}

static int leave(void **state)
{
	board_close(board);
	return 0;
}

/* A number of a command's output. */
static long number(const char *command)
{
	char said[256];

	assert_int_equal(board_run(board, said, sizeof(said), "%s", command), 0);
	return strtol(said, NULL, 10);
}

/* tests/board/app/web/style.css, on a screen of 800x480 whose upper edge is up. */
static const struct shot_area corner = { 0, 0, 80, 80 }, touch = { 0, 240, 400, 240 },
			      light = { 400, 240, 400, 240 }, field = { 600, 30, 160, 40 },
			      side = { 0, 0, 640, 480 };
enum colour {
	SPLASH = 0x101418,
	YELLOW = 0xffd000,
	BLUE = 0x204060,
	RED = 0xc04020,
	GREY = 0x606060,
	GREEN = 0x10a040,
	PURPLE = 0x8030a0,
	TEAL = 0x30a080,
	WHITE = 0xffffff,
};

/* A page that is up, and what it paints, arrives in seconds; many, when others use the machine. */
#define PAINT_SECONDS 60

static void expect_main(struct shot_area area, enum colour colour, const char *name)
{
	board_expect_colour(board, PAINT_SECONDS, 0, area, colour, name);
}

static void expect_side(enum colour colour, const char *name)
{
	board_expect_colour(board, PAINT_SECONDS, 1, side, colour, name);
}

/* Before each test of the page: upright, not touched, its field empty and not in focus. */
static int as_at_the_start(void **state)
{
	qmp_keys(board_qmp(board), "f1", NULL);
	qmp_keys(board_qmp(board), "f8", NULL);
	expect_main(corner, YELLOW, "start");
	expect_main(touch, BLUE, "start");
	return 0;
}

static void wait_for_app(double seconds)
{
	board_expect(board, seconds, "kiln: window \"main\": first frame painted");
}

static void the_image_boots_to_the_app(void **state)
{
	board_expect(board, BOOT_SECONDS, "initramfs: root is /dev/vda2 \\(root-a\\), read-only");
	board_expect(board, BOOT_SECONDS, "screen: output Virtual-1: lit");
}

/*
 * From the first mode on each picture is the splash or the page. The output is said to be lit
 * just before the mode is set with the first frame, which holds up the runtime; what it does
 * next is to open the input devices. Until then QEMU says that nothing is shown.
 */
static void a_splash_is_shown_until_the_page_is(void **state)
{
	double deadline = now_seconds() + BOOT_SECONDS;
	unsigned splashes = 0, dark = 0;
	bool page = false;

	board_expect(board, BOOT_SECONDS, "input: keyboard");
	while (!page) {
		struct shot shot;
		bool splash, black;

		board_shot(board, 0, splashes ? "after-splash" : "splash", &shot);
		splash = shot_share(&shot, corner, SPLASH, 0) == 1 &&
			 shot_mean(&shot, (struct shot_area){ 300, 140, 200, 200 }) != SPLASH;
		/* WebKit may paint the sheet before what is on it. */
		page = shot_share(&shot, corner, YELLOW, 0) == 1 ||
		       shot_share(&shot, corner, WHITE, 0) == 1;
		black = shot_mean(&shot, (struct shot_area){ 0, 0, 800, 480 }) == 0;
		shot_fini(&shot);
		if (black && splashes == 0 && dark++ < 3)
			continue;
		if (!splash && !page)
			fail_msg("neither splash nor page after %u pictures of the splash; look at "
				 "check-%ssplash.png",
				splashes, splashes ? "after-" : "");
		splashes += splash;
		assert_true(now_seconds() < deadline);
		/* Each picture costs the emulated processors their time. */
		usleep(250000);
	}
	assert_true(splashes > 0);
	wait_for_app(BOOT_SECONDS);
	print_message("# %s, %u pictures of the splash\n",
		board_last_line(board, "first frame painted"), splashes);
}

static void no_unit_failed(void **state)
{
	char said[2048];

	board_do(board, "systemctl is-system-running --wait --quiet");
	assert_int_equal(board_run(board, said, sizeof(said),
				 "systemctl list-units --failed --plain --no-legend"),
		0);
	assert_string_equal(said, "");
}

static void nothing_writes_to_the_root(void **state)
{
	char said[512];

	/* A squashfs takes the option, and has no way to write. */
	board_run(board, said, sizeof(said), "mount -o remount,rw /");
	assert_int_not_equal(
		board_run(board, said, sizeof(said), "touch /usr/share/kiln/app/x"), 0);
	assert_non_null(strstr(said, "Read-only file system"));
}

static void the_data_partition_is_the_runtimes_to_write(void **state)
{
	char said[512];

	board_do(board, "test $(findmnt -no FSTYPE /data) = ext4");
	board_do(board, "setpriv --reuid kiln --regid kiln --init-groups touch /data/kiln/x");
	assert_int_not_equal(
		board_run(board, said, sizeof(said),
			"setpriv --reuid kiln --regid kiln --init-groups touch /data/x"),
		0);
}

static void the_runtime_has_no_rights_but_the_seats_devices(void **state)
{
	char said[1024];

	assert_int_equal(number("stat -c %u /proc/$(pidof kiln)"), 990);
	board_do(board, "grep -q '^CapBnd:.0000000000000000$' /proc/$(pidof kiln)/status");
	board_do(board, "grep -q '^NoNewPrivs:.1$' /proc/$(pidof kiln)/status");
	assert_int_equal(
		board_run(board, said, sizeof(said),
			"for g in $(grep ^Groups: /proc/$(pidof kiln)/status | cut -d: -f2);"
			" do getent group $g | cut -d: -f1; done | sort | paste -sd' '"),
		0);
	assert_string_equal(said, "input kiln render video");
	/* WebKit's sandbox stands inside of the unit's. */
	board_do(board, "test $(readlink /proc/$(pidof WPEWebProcess | cut -d' ' -f1)/ns/pid) !="
			" $(readlink /proc/1/ns/pid)");
}

static void the_page_is_on_the_screen(void **state)
{
	expect_main(corner, YELLOW, "page");
	expect_main(touch, BLUE, "page");
	expect_main(light, GREY, "page");
	/* No other picture than the page's, and no letter of a console. */
	expect_main((struct shot_area){ 100, 0, 300, 240 }, 0x101820, "page");
}

static void a_touch_changes_the_page(void **state)
{
	board_tap(board, 200, 360);
	expect_main(touch, RED, "touch");
	expect_main(light, GREY, "touch");
	/* Beside the area that listens. */
	board_tap(board, 200, 120);
	board_tap(board, 200, 360);
	expect_main(touch, BLUE, "touch-again");
}

static void keys_fill_a_field(void **state)
{
	board_tap(board, 620, 50);
	expect_main(field, WHITE, "focus");
	qmp_type(board_qmp(board), "kiln42");
	expect_main(light, GREEN, "keys");
	qmp_keys(board_qmp(board), "backspace", NULL);
	expect_main(light, GREY, "keys-deleted");
}

static void a_static_page_costs_no_flip(void **state)
{
	const char *regex = "status: .* frames=[0-9]+ ";
	char before[1024];

	sleep(3);
	board_mark(board);
	board_do(board, "kill -USR2 $(pidof kiln)");
	board_expect(board, 20, regex);
	snprintf(before, sizeof(before), "%s", strstr(board_last_line(board, regex), " frames="));
	sleep(5);
	board_mark(board);
	board_do(board, "kill -USR2 $(pidof kiln)");
	board_expect(board, 20, regex);
	*strchr(before + 1, ' ') = '\0';
	if (!strstr(board_last_line(board, regex), before))
		fail_msg("%s before, and now: %s", before, board_last_line(board, regex));
}

static void wait_for_connector(const char *name, const char *status)
{
	double deadline = now_seconds() + 60;
	char said[64];

	do {
		board_run(board, said, sizeof(said), "cat /sys/class/drm/card0-%s/status", name);
		if (strcmp(said, status) == 0)
			return;
		usleep(500000);
	} while (now_seconds() < deadline);
	fail_msg("%s is %s and not %s", name, said, status);
}

static void a_second_screen_shows_the_second_window(void **state)
{
	wait_for_connector("Virtual-2", "disconnected");
	board_mark(board);
	board_plug(board, 1, 640, 480);
	wait_for_connector("Virtual-2", "connected");
	board_expect(board, PAINT_SECONDS, "script: output Virtual-2 is lit");
	expect_side(PURPLE, "two-outputs-2");
	expect_main(touch, BLUE, "two-outputs-1");
}

static void a_touch_on_one_screen_is_seen_on_the_other(void **state)
{
	board_tap(board, 200, 360);
	expect_main(touch, RED, "two-touch-1");
	expect_side(TEAL, "two-touch-2");
}

static void an_unplugged_screen_leaves_the_other_going(void **state)
{
	board_mark(board);
	board_plug(board, 1, 0, 0);
	wait_for_connector("Virtual-2", "disconnected");
	board_expect(board, PAINT_SECONDS, "script: output Virtual-2 is absent");
	board_tap(board, 200, 360);
	expect_main(touch, RED, "unplugged-1");
	board_plug(board, 1, 640, 480);
	wait_for_connector("Virtual-2", "connected");
	/* What it was told while nobody could see it. */
	expect_side(TEAL, "replugged-2");
	board_tap(board, 200, 360);
	expect_main(touch, BLUE, "replugged-touch-1");
	expect_side(PURPLE, "replugged-touch-2");
}

static void the_first_screen_can_be_unplugged_too(void **state)
{
	board_mark(board);
	board_plug(board, 0, 0, 0);
	wait_for_connector("Virtual-1", "disconnected");
	board_expect(board, PAINT_SECONDS, "script: output Virtual-1 is absent");
	expect_side(PURPLE, "first-unplugged-2");
	board_plug(board, 0, 800, 480);
	wait_for_connector("Virtual-1", "connected");
	expect_main(touch, BLUE, "first-replugged-1");
	board_tap(board, 200, 360);
	expect_main(touch, RED, "first-replugged-touch-1");
	expect_side(TEAL, "first-replugged-touch-2");
}

/* Clockwise: the page's upper edge is at the right of the panel, its left edge at the top. */
static void a_quarter_turn_turns_picture_and_touch_alike(void **state)
{
	const struct shot_area turned_corner = { 720, 0, 80, 80 },
			       turned_touch = { 0, 0, 400, 240 },
			       turned_light = { 0, 240, 400, 240 };

	qmp_keys(board_qmp(board), "f2", NULL);
	expect_main(turned_corner, YELLOW, "turned");
	expect_main(turned_touch, BLUE, "turned");
	expect_main(turned_light, GREY, "turned");
	board_tap(board, 200, 120);
	expect_main(turned_touch, RED, "turned-touch");
	/* Where it was before. */
	board_tap(board, 200, 360);
	sleep(2);
	expect_main(turned_touch, RED, "turned-touch");
	qmp_keys(board_qmp(board), "f1", NULL);
	expect_main(corner, YELLOW, "upright");
	expect_main(touch, RED, "upright");
}

static void a_touch_wakes_a_dark_screen_and_goes_nowhere_else(void **state)
{
	struct shot shot;

	board_mark(board);
	qmp_keys(board_qmp(board), "f7", NULL);
	board_expect(board, PAINT_SECONDS, "output Virtual-1 is asleep");
	board_shot(board, 0, "dark", &shot);
	assert_true(shot_share(&shot, corner, YELLOW, 32) == 0);
	shot_fini(&shot);
	board_tap(board, 200, 360);
	board_expect(board, PAINT_SECONDS, "output Virtual-1 is lit");
	expect_main(corner, YELLOW, "awake");
	sleep(2);
	expect_main(touch, BLUE, "awake");
	board_tap(board, 200, 360);
	expect_main(touch, RED, "awake-touch");
}

static void the_doctor_tells_what_there_is(void **state)
{
	static const char *const facts[] = {
		"WPE WebKit 2.54",
		"driver virtio_gpu",
		"Virtual-1: plugged in, \"Red Hat, Inc. QEMU Monitor\"",
		"800x480@",
		"plane ",
		"QEMU Virtio MultiTouch",
		"touch screen",
		"memory ",
		"nothing is missing",
	};
	static char said[16384];

	assert_int_equal(board_run(board, said, sizeof(said), "runuser -u kiln -- kiln doctor"), 0);
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (!strstr(said, facts[i]))
			fail_msg("kiln doctor says nothing of \"%s\":\n%s", facts[i], said);
	/* A console's line ends are its own. */
	assert_null(strstr(said, " \n"));
	assert_null(strstr(said, " \r\n"));
}

static void a_killed_runtime_comes_back_with_its_page(void **state)
{
	long before = number("pidof kiln");

	board_mark(board);
	board_do(board, "kill -9 %ld", before);
	wait_for_app(BOOT_SECONDS);
	assert_int_not_equal(number("pidof kiln"), before);
	/* The page is a new one. */
	expect_main(touch, BLUE, "restarted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_image_boots_to_the_app),
		cmocka_unit_test(a_splash_is_shown_until_the_page_is),
		cmocka_unit_test(no_unit_failed),
		cmocka_unit_test(nothing_writes_to_the_root),
		cmocka_unit_test(the_data_partition_is_the_runtimes_to_write),
		cmocka_unit_test(the_runtime_has_no_rights_but_the_seats_devices),
		cmocka_unit_test(the_page_is_on_the_screen),
		cmocka_unit_test_setup(a_touch_changes_the_page, as_at_the_start),
		cmocka_unit_test_setup(keys_fill_a_field, as_at_the_start),
		cmocka_unit_test_setup(a_static_page_costs_no_flip, as_at_the_start),
		cmocka_unit_test_setup(a_second_screen_shows_the_second_window, as_at_the_start),
		cmocka_unit_test_setup(a_touch_on_one_screen_is_seen_on_the_other, as_at_the_start),
		cmocka_unit_test_setup(an_unplugged_screen_leaves_the_other_going, as_at_the_start),
		cmocka_unit_test_setup(the_first_screen_can_be_unplugged_too, as_at_the_start),
		cmocka_unit_test_setup(
			a_quarter_turn_turns_picture_and_touch_alike, as_at_the_start),
		cmocka_unit_test_setup(
			a_touch_wakes_a_dark_screen_and_goes_nowhere_else, as_at_the_start),
		cmocka_unit_test(the_doctor_tells_what_there_is),
		cmocka_unit_test(a_killed_runtime_comes_back_with_its_page),
	};

	return cmocka_run_group_tests(tests, boot, leave);
}
