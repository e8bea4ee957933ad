/* Errors that come often: the first, how often again, and how many were left out. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "loop/burst.h"
#include "loop/loop.h"

struct world {
	struct loop *loop;
	struct burst burst;
	int log_fd, stderr_fd;
	char log[64 << 10];
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->log_fd = memfd_create("log", MFD_CLOEXEC);
	w->stderr_fd = dup(STDERR_FILENO);
	assert_int_equal(loop_new(&w->loop), 0);
	assert_int_equal(burst_init(&w->burst, w->loop, "test", "somebody: "), 0);
	dup2(w->log_fd, STDERR_FILENO);
	*state = w;
	return 0;
}

/* What was logged since the last call, without times and levels, each with its end. */
static const char *logged(struct world *w)
{
	static const char mark[] = " test: ";
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

static int teardown(void **state)
{
	struct world *w = *state;

	dup2(w->stderr_fd, STDERR_FILENO);
	burst_fini(&w->burst);
	loop_free(w->loop);
	close(w->stderr_fd);
	close(w->log_fd);
	free(w);
	return 0;
}

static void say(struct world *w, const char *text)
{
	if (burst_admit(&w->burst, LOG_LEVEL_ERROR, text, strlen(text)))
		burst_say(&w->burst, "<%s>", text);
}

static void spin(struct world *w, unsigned ms)
{
	uint64_t until = clock_now() + ms * NSEC_PER_MSEC;

	while (clock_now() < until)
		loop_pass(w->loop, until);
}

static void an_error_that_comes_again_is_told_once_and_then_by_its_number(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 1000; i++)
		say(w, "same");
	say(w, "other");
	assert_string_equal(logged(w), "<same>\n<other>\n");
	spin(w, 1050);
	assert_string_equal(logged(w), "999 more within 1.0 s: <same>\n");
	/* It goes on, and is told less often. */
	for (int i = 0; i < 5; i++)
		say(w, "same");
	spin(w, 1050);
	assert_string_equal(logged(w), "");
	spin(w, 1050);
	assert_string_equal(logged(w), "5 more within 2.0 s: <same>\n");
}

static void an_error_that_has_not_come_since_is_new_again(void **state)
{
	struct world *w = *state;
	struct loop_stats stats;

	say(w, "same");
	spin(w, 1050);
	/* Nothing is left to be told, and no timer is armed. */
	loop_get_stats(w->loop, &stats);
	assert_int_equal(stats.timers_armed, 0);
	say(w, "same");
	assert_string_equal(logged(w), "<same>\n<same>\n");
}

static void errors_that_differ_are_bounded_in_a_second(void **state)
{
	struct world *w = *state;
	char text[32], expected[512] = "";

	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "number %d", i);
		say(w, text);
		if (i < BURST_PER_SECOND)
			sprintf(expected + strlen(expected), "<%s>\n", text);
	}
	assert_string_equal(logged(w), expected);
	spin(w, 1050);
	assert_string_equal(logged(w), "somebody: 990 more errors were not shown\n");
	say(w, "another");
	assert_string_equal(logged(w), "<another>\n");
}

static void what_was_counted_is_told_at_the_end(void **state)
{
	struct world *w = *state;
	char text[32];

	for (int i = 0; i < 12; i++) {
		snprintf(text, sizeof(text), "%d", i);
		say(w, text);
		say(w, text);
	}
	logged(w);
	burst_fini(&w->burst);
	logged(w);
	assert_non_null(strstr(w->log, "1 more within 0.0 s: <9>\n"));
	assert_non_null(strstr(w->log, "somebody: 4 more errors were not shown\n"));
}

static void a_long_line_is_cut_where_it_is_told_again(void **state)
{
	struct world *w = *state;
	char text[4000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	say(w, text);
	say(w, text);
	assert_int_equal(strlen(logged(w)), 2048);
	spin(w, 1050);
	assert_int_equal(strlen(logged(w)), strlen("1 more within 1.0 s: ") + BURST_TEXT);
}

static void no_more_lines_are_known_than_there_is_room_for(void **state)
{
	struct world *w = *state;
	char text[32];

	/* All come again in each second, so that none is forgotten. */
	for (int second = 0; second < 4; second++) {
		for (int i = 0; i < 40; i++) {
			snprintf(text, sizeof(text), "number %d", i);
			say(w, text);
			say(w, text);
		}
		spin(w, 1020);
	}
	assert_true(w->burst.n_lines <= BURST_LINES);
	assert_non_null(strstr(logged(w), "<number 23>"));
	assert_null(strstr(w->log, "<number 24>"));
	say(w, "one more");
	assert_string_equal(logged(w), "");
}

#define burst_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		burst_test(an_error_that_comes_again_is_told_once_and_then_by_its_number),
		burst_test(an_error_that_has_not_come_since_is_new_again),
		burst_test(errors_that_differ_are_bounded_in_a_second),
		burst_test(what_was_counted_is_told_at_the_end),
		burst_test(a_long_line_is_cut_where_it_is_told_again),
		burst_test(no_more_lines_are_known_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
