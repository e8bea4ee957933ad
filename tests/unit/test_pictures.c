/* "--screenshot": which file follows which window, and for how long. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/pictures.h"
#include "loop/loop.h"
#include "screen_fixture.h"

static struct loop *loop;
static struct screen *screen;
static struct output *output;
static char dir[] = "/tmp/test_pictures.XXXXXX";

static int setup(void **state)
{
	struct screen_options opts = { 0 };

	if (!mkdtemp(dir) || chdir(dir) < 0 || loop_new(&loop) < 0)
		return -1;
	opts.loop = loop;
	if (screen_headless_new(&opts, 2, 2, 1000000, &screen) < 0)
		return -1;
	output = screen_primary(screen);
	return 0;
}

static int teardown(void **state)
{
	screen_free(screen);
	loop_free(loop);
	return rmdir(dir);
}

/* Lights one frame, so that the files that follow it have something to show, and closes. */
static void paint_and_close(struct pictures *p, const char *window)
{
	struct layer *l = fill_new(output, NULL, NULL);

	light_up(loop, l, 0xff808080);
	pictures_changed(p, loop, window, l);
	pictures_close(p, l);
	layer_free(l);
}

static void assert_written(const char *path, bool want)
{
	assert_int_equal(access(path, F_OK) == 0, want);
	unlink(path);
}

static void a_file_without_a_window_shows_the_output(void **state)
{
	struct pictures p = { 0 };

	assert_int_equal(pictures_add(&p, "plain.png"), 0);
	assert_int_equal(pictures_screen(&p, loop, output), 0);
	paint_and_close(&p, "main");
	pictures_close(&p, NULL);
	assert_written("plain.png", true);
}

static void a_file_with_a_window_follows_that_and_again_when_it_is_opened_again(void **state)
{
	struct pictures p = { 0 };

	assert_int_equal(pictures_add(&p, "wall=wall.png"), 0);
	assert_int_equal(pictures_add(&p, "wall2=wall2.png"), 0);
	paint_and_close(&p, "main");
	paint_and_close(&p, "wal");
	assert_written("wall.png", false);
	for (int i = 0; i < 2; i++) {
		paint_and_close(&p, "wall");
		assert_written("wall.png", true);
		assert_written("wall2.png", false);
	}
}

static void a_path_may_have_an_equals_sign(void **state)
{
	static const struct {
		const char *spec, *path;
	} vectors[] = {
		{ "./a=b.png", "./a=b.png" },
		{ "=b.png", "=b.png" },
		{ "a b=c.png", "a b=c.png" },
		{ "main=a=b.png", "a=b.png" },
		{ "this-is-longer-than-a-window-id-is=b.png",
			"this-is-longer-than-a-window-id-is=b.png" },
	};

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct pictures p = { 0 };

		assert_int_equal(pictures_add(&p, vectors[i].spec), 0);
		assert_string_equal(p.files[0].path, vectors[i].path);
		assert_int_equal(pictures_screen(&p, loop, output), 0);
		paint_and_close(&p, "main");
		pictures_close(&p, NULL);
		assert_written(vectors[i].path, true);
	}
}

static void there_are_so_many_and_no_more(void **state)
{
	struct pictures p = { 0 };

	for (size_t i = 0; i < PICTURES_MAX; i++)
		assert_int_equal(pictures_add(&p, "a.png"), 0);
	assert_int_equal(pictures_add(&p, "a.png"), -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_without_a_window_shows_the_output),
		cmocka_unit_test(
			a_file_with_a_window_follows_that_and_again_when_it_is_opened_again),
		cmocka_unit_test(a_path_may_have_an_equals_sign),
		cmocka_unit_test(there_are_so_many_and_no_more),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
