/* The screenshot file: when it is written, and when not. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <png.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/screenshot.h"
#include "screen_fixture.h"

#define MS NSEC_PER_MSEC

struct desk {
	struct loop *loop;
	struct screen *screen;
	struct output *output;
	struct layer *layer;
	struct screenshot *shot;
	char dir[64], path[96];
};

static int setup(void **state)
{
	static struct desk d;
	struct screen_options opts = { 0 };

	d = (struct desk){ .dir = "/tmp/test_screenshot.XXXXXX" };
	*state = &d;
	if (!mkdtemp(d.dir) || loop_new(&d.loop) < 0)
		return -1;
	opts.loop = d.loop;
	if (screen_headless_new(&opts, 2, 2, 1000000, &d.screen) < 0)
		return -1;
	d.output = screen_primary(d.screen);
	/* An output is black before anything else. */
	while (output_frames(d.output) == 0)
		loop_pass(d.loop, LOOP_NEVER);
	d.layer = fill_new(d.output, NULL, NULL);
	snprintf(d.path, sizeof(d.path), "%s/screen.png", d.dir);
	return screenshot_of_output(d.loop, d.output, d.path, &d.shot);
}

static int teardown(void **state)
{
	struct desk *d = *state;

	screenshot_free(d->shot);
	layer_free(d->layer);
	screen_free(d->screen);
	loop_free(d->loop);
	unlink(d->path);
	return rmdir(d->dir);
}

static void run_for(struct desk *d, uint64_t ns)
{
	uint64_t deadline = clock_now() + ns;

	do
		loop_pass(d->loop, deadline);
	while (clock_now() < deadline);
}

/* Presents a picture of this grey and waits until it is lit, not longer. */
static void show(struct desk *d, uint8_t grey)
{
	light_up(d->loop, d->layer, 0xff000000 | grey * 0x010101u);
}

/* The grey that the file shows; -1 when there is no file. */
static int shown(struct desk *d)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	uint8_t rgb[12];

	if (access(d->path, F_OK) < 0)
		return -1;
	assert_true(png_image_begin_read_from_file(&image, d->path));
	image.format = PNG_FORMAT_RGB;
	assert_int_equal(PNG_IMAGE_SIZE(image), sizeof(rgb));
	assert_true(png_image_finish_read(&image, NULL, rgb, 0, NULL));
	return rgb[0];
}

static ino_t inode(struct desk *d)
{
	struct stat st = { 0 };

	stat(d->path, &st);
	return st.st_ino;
}

static void nothing_is_written_before_the_first_frame(void **state)
{
	struct desk *d = *state;
	struct loop_stats before, after;

	loop_get_stats(d->loop, &before);
	run_for(d, 20 * MS);
	loop_get_stats(d->loop, &after);
	assert_int_equal(after.wakeups, before.wakeups + 1);
	screenshot_free(d->shot);
	d->shot = NULL;
	assert_int_equal(shown(d), -1);
}

static void the_first_frame_is_written_at_once(void **state)
{
	struct desk *d = *state;

	show(d, 10);
	run_for(d, 20 * MS);
	assert_int_equal(shown(d), 10);
}

static void many_frames_are_written_at_most_twice_a_second(void **state)
{
	struct desk *d = *state;
	uint64_t start, stop;
	unsigned writes = 0;
	ino_t last = 0;
	uint8_t grey = 0;

	start = clock_now();
	stop = start + 1200 * MS;
	while (clock_now() < stop) {
		show(d, ++grey);
		if (inode(d) != last) {
			last = inode(d);
			writes++;
		}
	}
	/* At 0, 500 and 1000 ms. */
	assert_int_equal(writes, 3);
	show(d, 200);
	run_for(d, 600 * MS);
	assert_int_equal(shown(d), 200);
}

static void nothing_is_written_while_nothing_changes(void **state)
{
	struct desk *d = *state;
	struct loop_stats before, after;
	ino_t written;

	show(d, 10);
	run_for(d, 20 * MS);
	written = inode(d);
	loop_get_stats(d->loop, &before);
	assert_int_equal(before.timers_armed, 0);
	run_for(d, 700 * MS);
	loop_get_stats(d->loop, &after);
	assert_int_equal(after.wakeups, before.wakeups + 1);
	assert_int_equal(inode(d), written);
}

static void the_last_frame_is_written_at_the_end(void **state)
{
	struct desk *d = *state;

	show(d, 10);
	run_for(d, 20 * MS);
	show(d, 20);
	assert_int_equal(shown(d), 10);
	screenshot_free(d->shot);
	d->shot = NULL;
	assert_int_equal(shown(d), 20);
}

static void a_current_file_is_not_written_at_the_end(void **state)
{
	struct desk *d = *state;

	show(d, 10);
	run_for(d, 20 * MS);
	unlink(d->path);
	screenshot_free(d->shot);
	d->shot = NULL;
	assert_int_equal(shown(d), -1);
}

static void a_failed_write_is_logged_once_and_tried_again(void **state)
{
	struct desk *d = *state;
	int p[2], err = dup(STDERR_FILENO);
	char text[1024] = "", *first;

	assert_return_code(pipe2(p, O_CLOEXEC | O_NONBLOCK), errno);
	dup2(p[1], STDERR_FILENO);
	assert_return_code(rmdir(d->dir), errno);
	for (uint8_t i = 0; i < 3; i++) {
		show(d, i);
		run_for(d, 520 * MS);
	}
	assert_return_code(mkdir(d->dir, 0700), errno);
	dup2(err, STDERR_FILENO);
	assert_true(read(p[0], text, sizeof(text) - 1) > 0);
	close(err);
	close(p[0]);
	close(p[1]);
	first = strstr(text, "cannot write");
	assert_non_null(first);
	assert_non_null(strstr(first, "No such file"));
	assert_null(strstr(first + 1, "cannot write"));

	assert_int_equal(shown(d), -1);
	show(d, 77);
	run_for(d, 20 * MS);
	assert_int_equal(shown(d), 77);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_written_before_the_first_frame),
		TEST(the_first_frame_is_written_at_once),
		TEST(many_frames_are_written_at_most_twice_a_second),
		TEST(nothing_is_written_while_nothing_changes),
		TEST(the_last_frame_is_written_at_the_end),
		TEST(a_current_file_is_not_written_at_the_end),
		TEST(a_failed_write_is_logged_once_and_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
