/* Lines of pages: whose places are mapped, what of a stack is shown, and bounds. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "view/page_log.h"
#include "wire/source_maps.h"

#define APP "app://shop"

struct world {
	struct loop *loop;
	struct source_maps maps;
	struct page_log page;
	char dir[32];
	int dir_fd, log_fd, stderr_fd;
	char log[64 << 10];
};

static void put(struct world *w, const char *name, const char *text)
{
	int fd = openat(w->dir_fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/*
 * Column 1 of line 1 is line 10 of app.ts, 11 is line 7 of a package, 21 is line 20,
 * and 31 line 30 of app.ts.
 */
#define MAP                                                                           \
	"{\"version\":3,\"sources\":[\"app.ts\",\"../node_modules/react/index.js\"]," \
	"\"mappings\":\"AASA,UCHA,UDaA,UAUA\"}"

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	strcpy(w->dir, "/tmp/page.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->dir_fd = open(w->dir, O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(mkdirat(w->dir_fd, "web", 0700), 0);
	put(w, "web/app.js.map", MAP);
	put(w, "web/a b.js.map", MAP);
	source_maps_init(&w->maps, w->dir_fd);
	w->log_fd = memfd_create("log", MFD_CLOEXEC);
	w->stderr_fd = dup(STDERR_FILENO);
	dup2(w->log_fd, STDERR_FILENO);
	assert_int_equal(loop_new(&w->loop), 0);
	assert_int_equal(page_log_init(&w->page, w->loop, "main", APP, &w->maps), 0);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	char command[64];

	page_log_fini(&w->page);
	dup2(w->stderr_fd, STDERR_FILENO);
	source_maps_fini(&w->maps);
	loop_free(w->loop);
	close(w->stderr_fd);
	close(w->log_fd);
	close(w->dir_fd);
	snprintf(command, sizeof(command), "rm -rf %s", w->dir);
	free(w);
	return system(command);
}

/* What was logged since the last call, without what stands in front of each line. */
static const char *logged(struct world *w)
{
	static const char mark[] = " page: window \"main\": ";
	char *to = w->log, *from;
	ssize_t n;

	lseek(w->log_fd, 0, SEEK_SET);
	n = read(w->log_fd, w->log, sizeof(w->log) - 1);
	w->log[n > 0 ? n : 0] = '\0';
	assert_int_equal(ftruncate(w->log_fd, 0), 0);
	lseek(w->log_fd, 0, SEEK_SET);
	for (from = strstr(w->log, mark); from; from = strstr(from, mark)) {
		char *text = from + strlen(mark), *end = strchr(text, '\n') + 1;

		memmove(to, text, (size_t)(end - text));
		to += end - text;
		from = end;
	}
	*to = '\0';
	return w->log;
}

static const char *say(struct world *w, enum log_level level, const char *origin, const char *text,
	const char *stack)
{
	struct page_line line = {
		.level = level,
		.origin = origin,
		/* With a length, and no end. */
		.text = text,
		.text_len = strlen(text),
		.stack = stack,
		.stack_len = strlen(stack),
	};

	page_log_line(&w->page, &line);
	return logged(w);
}

static void places_in_a_line_are_the_authors(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "e (" APP "/app.js:1:1)", "e (web/app.ts:10:1)\n" },
		{ "e (" APP "/app.js:1:25)", "e (web/app.ts:20:1)\n" },
		{ "e (" APP "/app.js:1)", "e (web/app.ts:10)\n" },
		{ "e (" APP "/app.js?v=3:1:1)", "e (web/app.ts:10:1)\n" },
		{ "e (" APP "/a%20b.js:1:1)", "e (web/app.ts:10:1)\n" },
		{ APP "/app.js:1:1: and '" APP "/app.js:1:31'.",
			"web/app.ts:10:1: and 'web/app.ts:30:1'.\n" },
		/* Nothing to map, and nothing is lost. */
		{ "", "\n" },
		{ APP, APP "\n" },
		{ APP "/", APP "/\n" },
		{ APP "/app.js", APP "/app.js\n" },
		{ APP "/app.js:", APP "/app.js:\n" },
		{ APP "/app.js:x:1", APP "/app.js:x:1\n" },
		{ APP "/app.js:99999999999:1", APP "/app.js:99999999999:1\n" },
		{ APP "/other.js:1:1", APP "/other.js:1:1\n" },
		{ APP "/../app.js:1:1", APP "/../app.js:1:1\n" },
		{ APP "/%00.js:1:1", APP "/%00.js:1:1\n" },
		{ APP "/%zz.js:1:1", APP "/%zz.js:1:1\n" },
		{ APP ".evil/app.js:1:1", APP ".evil/app.js:1:1\n" },
		{ "app://other/app.js:1:1", "app://other/app.js:1:1\n" },
		{ "https://shop.example/app.js:1:1", "https://shop.example/app.js:1:1\n" },
		{ "two\nlines (" APP "/app.js:1:1)", "two\\nlines (web/app.ts:10:1)\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct world *w = *state;

		assert_string_equal(
			say(w, LOG_LEVEL_ERROR, APP, cases[i].text, ""), cases[i].shown);
		page_log_fini(&w->page);
		assert_int_equal(page_log_init(&w->page, w->loop, "main", APP, &w->maps), 0);
		assert_string_equal(say(w, LOG_LEVEL_WARN, APP, cases[i].text, ""), cases[i].shown);
		page_log_fini(&w->page);
		assert_int_equal(page_log_init(&w->page, w->loop, "main", APP, &w->maps), 0);
	}
}

static void pages_of_others_have_none_of_our_files(void **state)
{
	struct world *w = *state;

	assert_string_equal(say(w, LOG_LEVEL_ERROR, "https://pay.example", "e (" APP "/app.js:1:1)",
				    "f@" APP "/app.js:1:25"),
		"e (" APP "/app.js:1:1)\n    at f (" APP "/app.js:1:25)\n");
	assert_int_equal(w->maps.n, 0);
	assert_string_equal(say(w, LOG_LEVEL_WARN, "", "e (" APP "/app.js:1:1)", ""),
		"e (" APP "/app.js:1:1)\n");
	assert_string_equal(
		say(w, LOG_LEVEL_WARN, APP, "e (" APP "/app.js:1:1)", ""), "e (web/app.ts:10:1)\n");
}

#define HERE(column) "e (" APP "/app.js:1:" #column ")"
#define AT(column) "@" APP "/app.js:1:" #column "\n"

static void a_stack_is_lines_behind_the_first(void **state)
{
	static const struct {
		const char *text, *stack, *shown;
	} cases[] = {
		{ HERE(1), "f" AT(1) "g" AT(21) "global code" AT(31),
			"e (web/app.ts:10:1)\n    at g (web/app.ts:20:1)\n    at web/app.ts:30:1\n" },
		/* A package: who has called it, and one frame of it. */
		{ HERE(1), "f" AT(1) "r" AT(11) "r2" AT(12) "r3" AT(13) "g" AT(21),
			"e (web/app.ts:10:1)\n    at r (node_modules/react/index.js:7:1)\n"
			"    at g (web/app.ts:20:1)\n" },
		{ HERE(11), "r" AT(11) "r2" AT(12) "g" AT(21) "h" AT(31),
			"e (node_modules/react/index.js:7:1), from web/app.ts:20:1\n"
			"    at h (web/app.ts:30:1)\n" },
		/* Not more than five, and none twice in a row. */
		{ HERE(1),
			"a" AT(21) "a" AT(21) "a" AT(21) "b" AT(31) "c" AT(21) "d" AT(31) "e" AT(
				21) "f" AT(31),
			"e (web/app.ts:10:1)\n    at a (web/app.ts:20:1)\n    at b (web/app.ts:30:1)\n"
			"    at c (web/app.ts:20:1)\n    at d (web/app.ts:30:1)\n    at e (web/app.ts:20:1)\n" },
		/* What is no frame is none. */
		{ HERE(1),
			"forEach@[native code]\n\n@\n@:1\n@:1:1\nno place\nf@x:1\n" APP
			"/app.js:1:1",
			"e (web/app.ts:10:1)\n" },
		{ HERE(1), "f\x1b[31m@https://a.example/x.js:1:2",
			"e (web/app.ts:10:1)\n    at f\\x1b[31m (https://a.example/x.js:1:2)\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct world *w = *state;

		assert_string_equal(say(w, LOG_LEVEL_ERROR, APP, cases[i].text, cases[i].stack),
			cases[i].shown);
		page_log_fini(&w->page);
		assert_int_equal(page_log_init(&w->page, w->loop, "main", APP, &w->maps), 0);
	}
}

static void the_longest_line_is_cut_and_no_more(void **state)
{
	struct world *w = *state;
	char *text = malloc(100001);

	memset(text, 'x', 100000);
	text[100000] = '\0';
	assert_uint_in_range(strlen(say(w, LOG_LEVEL_ERROR, APP, text, text)), 2000, 2048);
	for (size_t i = 0; i + 20 < 100000; i += 20)
		memcpy(text + i, "\nf@" APP "/app.js:1:1   ", 20);
	assert_uint_in_range(strlen(say(w, LOG_LEVEL_WARN, APP, text, text)), 1000, 4096);
	free(text);
}

static void one_window_does_not_use_up_anothers_lines(void **state)
{
	struct world *w = *state;
	struct page_log other;

	assert_int_equal(page_log_init(&other, w->loop, "main", APP, NULL), 0);
	for (int i = 0; i < 100; i++) {
		char text[32];

		snprintf(text, sizeof(text), "number %d", i);
		say(w, LOG_LEVEL_ERROR, APP, text, "");
		say(w, LOG_LEVEL_INFO, APP, text, "");
	}
	assert_string_equal(say(w, LOG_LEVEL_ERROR, APP, "one more", ""), "");
	assert_string_equal(say(w, LOG_LEVEL_INFO, APP, "one more", ""), "");
	page_log_line(&other, &(struct page_line){ .level = LOG_LEVEL_ERROR,
				      .origin = APP,
				      .text = "heard",
				      .text_len = 5,
				      .stack = "" });
	page_log_line(&other, &(struct page_line){ .level = LOG_LEVEL_INFO,
				      .origin = APP,
				      .text = "heard",
				      .text_len = 5,
				      .stack = "" });
	assert_string_equal(logged(w), "heard\nheard\n");
	page_log_fini(&other);
	page_log_fini(&w->page);
	assert_string_equal(logged(w), "91 more errors were not shown\n");
	assert_int_equal(page_log_init(&w->page, w->loop, "main", APP, &w->maps), 0);
}

#define page_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		page_test(places_in_a_line_are_the_authors),
		page_test(pages_of_others_have_none_of_our_files),
		page_test(a_stack_is_lines_behind_the_first),
		page_test(the_longest_line_is_cut_and_no_more),
		page_test(one_window_does_not_use_up_anothers_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
