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

static void wait_for_app(double seconds)
{
	board_expect(board, seconds, "kiln: window \"main\": first frame painted");
}

static void the_image_boots_to_the_app(void **state)
{
	board_expect(board, BOOT_SECONDS, "initramfs: root is /dev/vda2 \\(root-a\\), read-only");
	wait_for_app(BOOT_SECONDS);
	print_message("# %s\n", board_last_line(board, "first frame painted"));
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

static void a_killed_runtime_comes_back(void **state)
{
	long before = number("pidof kiln");

	board_mark(board);
	board_do(board, "kill -9 %ld", before);
	wait_for_app(60);
	assert_int_not_equal(number("pidof kiln"), before);
	board_do(board, "systemctl is-active --quiet kiln.service");
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

static void screens_can_be_plugged_in_and_unplugged(void **state)
{
	char said[64];

	wait_for_connector("Virtual-1", "connected");
	wait_for_connector("Virtual-2", "disconnected");
	board_plug(board, 1, 640, 480);
	wait_for_connector("Virtual-2", "connected");
	assert_int_equal(board_run(board, said, sizeof(said),
				 "head -n 1 /sys/class/drm/card0-Virtual-2/modes"),
		0);
	assert_string_equal(said, "640x480");
	board_plug(board, 1, 0, 0);
	wait_for_connector("Virtual-2", "disconnected");
	board_plug(board, 0, 0, 0);
	wait_for_connector("Virtual-1", "disconnected");
	board_plug(board, 0, 800, 480);
	wait_for_connector("Virtual-1", "connected");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_image_boots_to_the_app),
		cmocka_unit_test(no_unit_failed),
		cmocka_unit_test(nothing_writes_to_the_root),
		cmocka_unit_test(the_data_partition_is_the_runtimes_to_write),
		cmocka_unit_test(the_runtime_has_no_rights_but_the_seats_devices),
		cmocka_unit_test(screens_can_be_plugged_in_and_unplugged),
		cmocka_unit_test(a_killed_runtime_comes_back),
	};

	return cmocka_run_group_tests(tests, boot, leave);
}
