/* What "kiln doctor" makes of a system: directories of the shapes of /proc, /sys, /run. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/doctor.h"

static char root[64];
static struct doctor d;
static char *page;
static size_t page_len;

static void shell(const char *command)
{
	char line[4096];

	snprintf(line, sizeof(line), "cd %s && %s", root, command);
	assert_int_equal(system(line), 0);
}

static int setup(void **state)
{
	strcpy(root, "/tmp/test_doctor.XXXXXX");
	if (!mkdtemp(root))
		return -1;
	d = (struct doctor){ .out = open_memstream(&page, &page_len), .root = root };
	shell("mkdir -p proc sys/class/drm sys/class/input sys/class/backlight run/udev/data "
	      "dev/input dev/dri");
	return d.out ? 0 : -1;
}

static int teardown(void **state)
{
	char line[96];

	fclose(d.out);
	free(page);
	snprintf(line, sizeof(line), "rm -rf %s", root);
	return system(line);
}

static const char *shown(void)
{
	fflush(d.out);
	return page;
}

static void says(const char *text)
{
	if (!strstr(shown(), text))
		fail_msg("\"%s\" is not in\n%s", text, page);
}

static void says_not(const char *text)
{
	if (strstr(shown(), text))
		fail_msg("\"%s\" is in\n%s", text, page);
}

static void a_value_is_found_by_the_begin_of_its_line(void **state)
{
	static const char text[] = "VERSION_NAME=\"x\"\nNAME=\"Debian GNU\"\nMemTotal:    12 kB\n"
				   "Last:";
	char value[16];

	assert_true(doctor_value(text, "NAME=", value, sizeof(value)));
	assert_string_equal(value, "Debian GNU");
	assert_true(doctor_value(text, "MemTotal:", value, sizeof(value)));
	assert_string_equal(value, "12 kB");
	assert_true(doctor_value(text, "Last:", value, sizeof(value)));
	assert_string_equal(value, "");
	assert_false(doctor_value(text, "Total:", value, sizeof(value)));
	assert_true(doctor_value(text, "NAME=", value, 4));
	assert_string_equal(value, "Deb");
	assert_false(doctor_value("", "NAME=", value, sizeof(value)));
}

static void bytes_are_told_in_units_that_people_read(void **state)
{
	char text[16];

	assert_string_equal(doctor_bytes(0, text), "0 KiB");
	assert_string_equal(doctor_bytes(999 << 10, text), "999 KiB");
	assert_string_equal(doctor_bytes(1536 << 10, text), "1.5 MiB");
	assert_string_equal(doctor_bytes(280ull << 20, text), "280 MiB");
	assert_string_equal(doctor_bytes(4096ull << 20, text), "4.0 GiB");
	assert_string_equal(doctor_bytes(UINT64_MAX, text), "16777216 TiB");
}

static void memory_and_machine_are_told(void **state)
{
	shell("mkdir -p etc proc/device-tree && "
	      "printf 'MemTotal: 2097152 kB\\nMemFree: 1 kB\\nMemAvailable: 1048576 kB\\n"
	      "SwapTotal: 1048576 kB\\nSwapFree: 524288 kB\\n' >proc/meminfo && "
	      "printf 'PRETTY_NAME=\"Kiosk OS 1\"\\n' >etc/os-release && "
	      "printf 'Raspberry Pi 4 Model B\\0' >proc/device-tree/model && "
	      "echo '0.10 0.20 0.30 1/99 1234' >proc/loadavg && echo '90061.5 1.0' >proc/uptime");
	doctor_system(&d);
	says("memory         2.0 GiB, 1.0 GiB available\n");
	says("swap           1.0 GiB, 512 MiB used\n");
	says("system         Kiosk OS 1, Linux ");
	says("machine        Raspberry Pi 4 Model B\n");
	says("up             1 days 01:01 h, load 0.10 0.20 0.30\n");
	assert_int_equal(d.faults, 0);
}

static void process(int pid, const char *name, int parent, const char *args, int pss)
{
	char line[1024];

	snprintf(line, sizeof(line),
		"mkdir proc/%d && echo '%d (%s) S %d 1 1' >proc/%d/stat && "
		"printf '%s' >proc/%d/cmdline && "
		"printf 'Rss: 99999 kB\\nPss: %d kB\\nPss_Dirty: 5 kB\\n' >proc/%d/smaps_rollup",
		pid, pid, name, parent, pid, args, pid, pss, pid);
	shell(line);
}

static void a_runtime_s_memory_is_that_of_all_its_processes(void **state)
{
	process(1, "init", 0, "init", 1000);
	process(10, "kiln", 1, "kiln\\0run\\0/app\\0", 31 << 10);
	process(11, "bwrap", 10, "bwrap", 1 << 10);
	process(12, "WPEWebProcess", 11, "x", 200 << 10);
	process(13, "WPEWebProcess", 11, "x", 12 << 10);
	process(14, "WPENetworkProce", 10, "x", 28 << 10);
	process(20, "WPEWebProcess", 1, "of another", 999 << 10);
	process(21, "kiln", 1, "kiln\\0doctor\\0", 7 << 10);
	doctor_processes(&d);
	says("running        pid 10: 272 MiB, 1 kiln 31 MiB, 1 network 28 MiB, 2 web 212 MiB, 1 "
	     "others 1.0 MiB\n");
	says_not("pid 21");
	says_not("only root");
}

static void what_may_not_be_looked_into_is_counted(void **state)
{
	process(10, "kiln", 1, "kiln\\0dev\\0/app\\0", 31 << 10);
	process(12, "WPEWebProcess", 10, "x", 200 << 10);
	shell("rm proc/12/smaps_rollup");
	doctor_processes(&d);
	says("pid 10: 31 MiB, 1 kiln 31 MiB, 1 web 0 KiB\n");
	says("(without 1 processes that only root may look into)\n");
}

static void processes_with_odd_names_and_parents_do_no_harm(void **state)
{
	process(10, "kiln) S 1 (", 11, "kiln\\0run\\0", 1);
	process(11, "a", 10, "x", 1);
	process(12, "kiln", 13, "kiln\\0run\\0", 1 << 10);
	process(13, "b", 12, "x", 1 << 10);
	process(14, "kiln", 1, "kiln", 1);
	shell("echo junk >proc/11/stat && mkdir proc/15 proc/16 && echo '16 kiln S' >proc/16/stat");
	doctor_processes(&d);
	says("running        pid 12: 2.0 MiB, 1 kiln 1.0 MiB, 1 others 1.0 MiB\n");
	says_not("pid 10:");
	says_not("pid 14");
}

static void no_runtime_is_told(void **state)
{
	doctor_processes(&d);
	says("running        no runtime is\n");
}

static void device(int n, const char *name, const char *properties)
{
	char line[1024];

	snprintf(line, sizeof(line),
		"mkdir -p sys/class/input/event%d/device/id && cd sys/class/input/event%d && "
		"echo '13:%d' >dev && printf '%s\\n' >device/name && echo 0627 >device/id/vendor && "
		"echo 0003 >device/id/product && cd ../../../.. && "
		"printf 'I:1\\nE:ID_INPUT=1\\n%s' >run/udev/data/c13:%d && touch dev/input/event%d",
		n, n, 64 + n, name, properties, 64 + n, n);
	shell(line);
}

static void input_devices_have_the_kind_that_udev_has_found(void **state)
{
	device(10, "Virtio MultiTouch", "E:ID_INPUT_TOUCHSCREEN=1\\n");
	device(2, "AT keyboard", "E:ID_INPUT_KEY=1\\nE:ID_INPUT_KEYBOARD=1\\n");
	device(3, "Power Button", "E:ID_INPUT_KEY=1");
	device(4, "Accelerometer", "E:ID_INPUT_ACCELEROMETER=1\\n");
	device(5, "Not asked", "");
	shell("rm run/udev/data/c13:69");
	doctor_input(&d);
	says("event2         AT keyboard (0627:0003): keyboard\n  event3         Power Button "
	     "(0627:0003): keys\n");
	says("event4         Accelerometer (0627:0003): of no kind\n");
	says("event5         Not asked (0627:0003): udev does not know it\n  event10        Virtio "
	     "MultiTouch (0627:0003): touch screen\n");
	says("ok       devices          this user may read all 5\n");
	assert_int_equal(d.faults, 0);
}

static void a_device_that_cannot_be_read_is_a_fault(void **state)
{
	device(1, "Touch", "E:ID_INPUT_TOUCHSCREEN=1\\n");
	device(2, "Gone", "E:ID_INPUT_KEY=1\\n");
	shell("rm dev/input/event2");
	doctor_input(&d);
	says("event2         Gone (0627:0003): keys; NOT READABLE: No such file or directory\n");
	says("MISSING  devices          1 of 2 cannot be read by this user\n");
	says("-> put the runtime's user into the group \"input\"\n");
	assert_int_equal(d.faults, 1);
}

static void a_name_from_a_device_cannot_write_to_the_terminal(void **state)
{
	device(1, "\\033[2Jx\\nfake line", "E:ID_INPUT_KEY=1\\n");
	doctor_input(&d);
	says("event1         \\x1b[2Jx\\nfake line (0627:0003): keys\n");
}

static void without_a_card_that_is_a_fault_and_without_a_device_it_is_none(void **state)
{
	doctor_screens(&d);
	doctor_input(&d);
	says("MISSING  screens          no graphics card\n");
	says("note     devices          none: nothing to touch or type on\n");
	says("backlight      none\n");
	assert_int_equal(d.faults, 1);
}

static void cards_and_what_is_plugged_in_are_told(void **state)
{
	shell("cd sys/class/drm && mkdir -p card0/device card0-HDMI-A-1 card0-eDP-1 "
	      "renderD128/device && "
	      "ln -s ../../../bus/pci/drivers/virtio_gpu card0/device/driver && "
	      "ln -s ../../../bus/pci/drivers/virtio_gpu renderD128/device/driver && "
	      "echo disconnected >card0-HDMI-A-1/status && echo connected >card0-eDP-1/status && "
	      "touch version ../../../dev/dri/card0 && mkdir ../backlight/panel && "
	      "cd ../backlight/panel && ln -s ../../card0-eDP-1 device && echo raw >type && "
	      "echo 255 >max_brightness && echo 51 >brightness && echo 51 >actual_brightness && "
	      "echo 0 >bl_power");
	doctor_screens(&d);
	says("ok       card0            driver virtio_gpu, this user may open it\n");
	says("MISSING  renderD128       driver virtio_gpu, ");
	says("ok       screens          1 of 2 connectors have one\n");
	says("backlight      panel of eDP-1, raw: 51 of 255\n");
	says_not("OpenGL");
	assert_int_equal(d.faults, 1);
}

static void what_a_kiosk_needs_is_looked_for(void **state)
{
	unsigned before;

	doctor_needs(&d);
	says("MISSING  sandbox          no /usr/bin/bwrap: WebKit ends without it\n");
	says("MISSING  MIME types ");
	says("MISSING  fonts ");
	says("MISSING  udev ");
	says("note     certificates     none");
	before = d.faults;
	assert_true(before >= 7);
	d.faults = 0;
	shell("mkdir -p usr/bin usr/share/mime usr/share/fonts/truetype usr/share/X11/xkb/rules "
	      "etc/ssl/certs dev/shm && touch usr/bin/bwrap usr/bin/xdg-dbus-proxy "
	      "usr/share/mime/mime.cache usr/share/fonts/truetype/a.TTF "
	      "usr/share/X11/xkb/rules/evdev run/udev/control "
	      "etc/ssl/certs/ca-certificates.crt");
	doctor_needs(&d);
	says("ok       MIME types       /usr/share/mime/mime.cache\n");
	says("ok       fonts            /usr/share/fonts\n");
	assert_true(before - d.faults == 7);
}

static void write_file(const char *name, const char *text, char path[static 128])
{
	FILE *f;

	snprintf(path, 128, "%s/%s", root, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void the_settings_in_force_are_the_device_s_over_the_app_s(void **state)
{
	char path[128], app[128];

	write_file("kiln.json",
		"{ \"id\": \"x\", \"outputs\": { \"A\": { \"rotation\": 90 }, \"*\": { \"scale\": 2 } "
		"}, \"input\": { \"layout\": \"de\", \"gestures\": { \"hold-top-left\": "
		"\"event:service\" } } }",
		app);
	*strrchr(app, '/') = '\0';
	write_file("device.json",
		"{ \"outputs\": { \"A\": { \"mode\": \"800x480@59.94\" }, \"B\": { \"off\": true } }, "
		"\"splash\": { \"image\": \"/none.png\" } }",
		path);
	doctor_settings(&d, app, path);
	says("app            x (app://x)\n");
	says("A              800x480@59.94, rotated by 90 degrees, scale 2\n  B              off\n  "
	     "other outputs  preferred mode, rotated by 0 degrees, scale 2\n");
	says("keyboard       layout de\n");
	says("gesture        hold-top-left: event:service\n");
	says("splash         /none.png: CANNOT BE READ\n");
	assert_int_equal(d.faults, 0);
}

static void settings_that_are_wrong_are_a_fault(void **state)
{
	char path[128];

	write_file("device.json", "{ \"outputs\": { \"A\": { \"rotation\": 91 } } }", path);
	doctor_settings(&d, NULL, path);
	says("outputs.A.rotation: must be 0, 90, 180 or 270, clockwise\n");
	assert_int_equal(d.faults, 1);
	unlink(path);
	doctor_settings(&d, NULL, path);
	assert_int_equal(d.faults, 2);
	doctor_settings(&d, "/tmp/test_doctor.none", path);
	says("/tmp/test_doctor.none: No such file or directory\n");
	assert_int_equal(d.faults, 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_found_by_the_begin_of_its_line),
		cmocka_unit_test(bytes_are_told_in_units_that_people_read),
		TEST(memory_and_machine_are_told),
		TEST(a_runtime_s_memory_is_that_of_all_its_processes),
		TEST(what_may_not_be_looked_into_is_counted),
		TEST(processes_with_odd_names_and_parents_do_no_harm),
		TEST(no_runtime_is_told),
		TEST(input_devices_have_the_kind_that_udev_has_found),
		TEST(a_device_that_cannot_be_read_is_a_fault),
		TEST(a_name_from_a_device_cannot_write_to_the_terminal),
		TEST(without_a_card_that_is_a_fault_and_without_a_device_it_is_none),
		TEST(cards_and_what_is_plugged_in_are_told),
		TEST(what_a_kiosk_needs_is_looked_for),
		TEST(the_settings_in_force_are_the_device_s_over_the_app_s),
		TEST(settings_that_are_wrong_are_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
