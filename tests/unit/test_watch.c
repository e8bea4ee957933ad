/* A folder that is watched: real files, real inotify. */
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

#include "app/watch.h"
#include "loop/loop.h"

struct fixture {
	struct loop *loop;
	struct watch *watch;
	char dir[64];
	char seen[4096]; /* "path path " of the last call, sorted by arrival */
	unsigned calls;
	bool more, gone, free_it;
};

static void on_changes(const struct watch_changes *changes, void *arg)
{
	struct fixture *f = arg;

	f->calls++;
	f->more = changes->more;
	f->gone = changes->gone;
	f->seen[0] = '\0';
	for (size_t i = 0; i < changes->n; i++) {
		size_t len = strlen(f->seen);

		snprintf(f->seen + len, sizeof(f->seen) - len, "%s ", changes->paths[i]);
	}
	if (f->free_it) {
		watch_free(f->watch);
		f->watch = NULL;
	}
}

static void shell(struct fixture *f, const char *command)
{
	char line[1024];

	snprintf(line, sizeof(line), "cd %s && %s", f->dir, command);
	assert_int_equal(system(line), 0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->dir, "/tmp/kiln-watch-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	shell(f, "mkdir -p web/deep .git node_modules/x && touch main.js web/app.js");
	assert_int_equal(loop_new(&f->loop), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char line[256];

	watch_free(f->watch);
	loop_free(f->loop);
	snprintf(line, sizeof(line), "rm -rf %s %s.moved", f->dir, f->dir);
	assert_int_equal(system(line), 0);
	free(f);
	return 0;
}

static void start(struct fixture *f)
{
	assert_int_equal(watch_new(f->loop, f->dir, on_changes, f, &f->watch), 0);
}

static void run_for(struct fixture *f, uint64_t ns)
{
	uint64_t end = clock_now() + ns;

	while (clock_now() < end)
		loop_pass(f->loop, end);
}

/* What one call tells after @command; "" when there is none. */
static const char *after(struct fixture *f, const char *command)
{
	unsigned before = f->calls;

	shell(f, command);
	run_for(f, 4 * WATCH_QUIET);
	assert_true(f->calls <= before + 1);
	return f->calls == before ? "" : f->seen;
}

static void a_file_that_is_written_or_replaced_or_deleted_is_told_once(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_string_equal(after(f, "echo 1 > main.js"), "main.js ");
	assert_string_equal(after(f, "echo 1 > main.js; echo 2 > main.js"), "main.js ");
	assert_string_equal(
		after(f, "echo 1 > .main.js.swp && mv .main.js.swp main.js"), "main.js ");
	assert_string_equal(after(f, "echo 1 > web/deep/x.css"), "web/deep/x.css ");
	assert_string_equal(after(f, "rm web/app.js"), "web/app.js ");
	assert_string_equal(after(f, "ln main.js web/app.js"), "web/app.js ");
	assert_string_equal(after(f, "ln -s ../main.js web/link.js"), "web/link.js ");
}

static void changes_close_together_come_together(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_string_equal(after(f, "echo 1 > main.js; sleep 0.03; echo 1 > web/app.js"),
		"main.js web/app.js ");
}

static void changes_without_end_are_told_all_the_same(void **state)
{
	struct fixture *f = *state;
	uint64_t end;

	start(f);
	end = clock_now() + 2 * WATCH_LATEST;
	while (clock_now() < end) {
		shell(f, "echo 1 > main.js");
		loop_pass(f->loop, clock_now() + WATCH_QUIET / 4);
	}
	assert_true(f->calls >= 1 && f->calls <= 4);
}

static void what_is_no_part_of_an_app_is_not_told(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_string_equal(after(f, "echo 1 > .git/index"), "");
	assert_string_equal(after(f, "echo 1 > node_modules/x/index.js"), "");
	assert_string_equal(after(f, "echo 1 > 'main.js~'; touch .hidden '#main.js#' 4913"), "");
	assert_string_equal(after(f, "mkdir web/new .cache; cat main.js > /dev/null"), "");
}

static void new_folders_are_watched_with_what_is_in_them(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_string_equal(after(f, "mkdir -p web/a/b && echo 1 > web/a/b/c.js"), "web/a/b/c.js ");
	assert_string_equal(after(f, "echo 2 > web/a/b/c.js"), "web/a/b/c.js ");
	assert_string_equal(after(f, "mv web/a web/z"), "web/a web/z/b/c.js ");
	assert_string_equal(after(f, "echo 3 > web/z/b/c.js"), "web/z/b/c.js ");
	assert_non_null(strstr(after(f, "rm -r web/z"), "web/z "));
	assert_string_equal(after(f, "mkdir -p web/z/b && echo 4 > web/z/b/c.js"), "web/z/b/c.js ");
}

static void a_folder_that_was_moved_out_is_no_part_any_more(void **state)
{
	struct fixture *f = *state;
	char line[256];

	start(f);
	snprintf(line, sizeof(line), "mv web %s.moved", f->dir);
	assert_string_equal(after(f, line), "web ");
	snprintf(line, sizeof(line), "echo 1 > %s.moved/app.js", f->dir);
	assert_string_equal(after(f, line), "");
}

static void more_files_than_can_be_kept_are_told_as_that(void **state)
{
	struct fixture *f = *state;

	start(f);
	shell(f, "i=0; while [ $i -lt 400 ]; do echo 1 > web/$i.js; i=$((i + 1)); done");
	run_for(f, WATCH_LATEST);
	assert_true(f->calls >= 1);
	assert_true(f->more);
	assert_string_equal(after(f, "echo 1 > main.js"), "main.js ");
	assert_false(f->more);
}

static void too_many_folders_are_an_error_that_says_what_to_do(void **state)
{
	struct fixture *f = *state;
	int r;

	shell(f, "i=0; while [ $i -lt 1100 ]; do echo web/f$i; i=$((i + 1)); done | xargs mkdir");
	r = watch_new(f->loop, f->dir, on_changes, f, &f->watch);
	assert_int_equal(r, -ENOSPC);
	assert_non_null(strstr(watch_strerror(r), "1024"));
	assert_non_null(strstr(watch_strerror(r), "max_user_watches"));
	assert_int_equal(watch_new(f->loop, "/nowhere/at/all", on_changes, f, &f->watch), -ENOENT);
}

static void a_folder_that_goes_is_told_and_nothing_comes_after(void **state)
{
	struct fixture *f = *state;
	char line[256];

	start(f);
	snprintf(line, sizeof(line), "mv %s %s.moved", f->dir, f->dir);
	assert_int_equal(system(line), 0);
	run_for(f, 3 * WATCH_QUIET);
	assert_true(f->gone);
	assert_int_equal(f->calls, 1);
	snprintf(line, sizeof(line), "echo 1 > %s.moved/main.js", f->dir);
	assert_int_equal(system(line), 0);
	run_for(f, 3 * WATCH_QUIET);
	assert_int_equal(f->calls, 1);
}

static void it_may_be_freed_when_it_tells(void **state)
{
	struct fixture *f = *state;

	start(f);
	f->free_it = true;
	assert_string_equal(
		after(f, "echo 1 > main.js; echo 1 > web/app.js"), "main.js web/app.js ");
	assert_null(f->watch);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_that_is_written_or_replaced_or_deleted_is_told_once),
		TEST(changes_close_together_come_together),
		TEST(changes_without_end_are_told_all_the_same),
		TEST(what_is_no_part_of_an_app_is_not_told),
		TEST(new_folders_are_watched_with_what_is_in_them),
		TEST(a_folder_that_was_moved_out_is_no_part_any_more),
		TEST(more_files_than_can_be_kept_are_told_as_that),
		TEST(too_many_folders_are_an_error_that_says_what_to_do),
		TEST(a_folder_that_goes_is_told_and_nothing_comes_after),
		TEST(it_may_be_freed_when_it_tells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
