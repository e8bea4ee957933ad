/* libinput on a machine that has, or lets us use, no devices; with devices it is the board's test.
 */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>

#include "input/config.h"
#include "input/devices.h"
#include "input/grab.h"
#include "input/input.h"
#include "screen_fixture.h"

static void on_event(const struct input_event *ev, void *arg)
{
}

static void on_deed(const struct input_deed *deed, struct output *where, void *arg)
{
}

static struct output *on_key_output(void *arg)
{
	return NULL;
}

static void on_kinds(unsigned kinds, void *arg)
{
}

static const struct input_ops ops = {
	.event = on_event,
	.deed = on_deed,
	.key_output = on_key_output,
	.kinds_changed = on_kinds,
};

static void a_machine_without_devices_waits_for_them_and_does_nothing(void **state)
{
	static const struct input_config config = {
		.no_pointer = true, .no_keyboard = true, .no_touch = true
	};
	struct screen_options screen_opts = { 0 };
	struct input_options opts = { .config = &config, .ops = &ops };
	struct loop_stats before, after;
	struct devices *devices;
	struct input *input;

	assert_int_equal(loop_new(&opts.loop), 0);
	screen_opts.loop = opts.loop;
	assert_int_equal(screen_headless_new(&screen_opts, 64, 64, 1000000, &opts.screen), 0);
	assert_int_equal(input_new(&opts, &input), 0);
	assert_int_equal(devices_new(opts.loop, input, &devices), 0);
	assert_int_equal(input_kinds(input), 0);
	loop_pass(opts.loop, clock_now() + 100 * NSEC_PER_MSEC);
	loop_pass(opts.loop, clock_now() + 100 * NSEC_PER_MSEC);
	loop_get_stats(opts.loop, &before);
	loop_pass(opts.loop, clock_now() + 200 * NSEC_PER_MSEC);
	loop_get_stats(opts.loop, &after);
	assert_int_equal(after.timers_armed, 0);
	assert_true(after.wakeups - before.wakeups <= 1);
	devices_free(devices);
	input_free(input);
	screen_free(opts.screen);
	loop_free(opts.loop);
}

static void what_is_no_keyboard_is_not_grabbed(void **state)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	assert_int_equal(grab_keyboard(fd), 0);
	close(fd);
	assert_int_equal(grab_keyboard(-1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_without_devices_waits_for_them_and_does_nothing),
		cmocka_unit_test(what_is_no_keyboard_is_not_grabbed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
