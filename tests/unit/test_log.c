/* Log lines, read back from a pipe in place of standard error. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define LOG_TAG "test"
#include "base/log.h"

static struct {
	int stderr_was, pipe[2];
	char text[32768];
} captured;

static int setup(void **state)
{
	captured.stderr_was = dup(STDERR_FILENO);
	if (captured.stderr_was < 0 || pipe2(captured.pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	dup2(captured.pipe[1], STDERR_FILENO);
	return log_configure("info");
}

static int teardown(void **state)
{
	dup2(captured.stderr_was, STDERR_FILENO);
	close(captured.stderr_was);
	close(captured.pipe[0]);
	close(captured.pipe[1]);
	return 0;
}

/* What was logged since the last call. */
static const char *lines(void)
{
	ssize_t n = read(captured.pipe[0], captured.text, sizeof(captured.text) - 1);

	captured.text[n > 0 ? n : 0] = '\0';
	return captured.text;
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static void assert_ends(const char *text, const char *end)
{
	size_t n = strlen(end);

	assert_true(strlen(text) >= n);
	assert_string_equal(text + strlen(text) - n, end);
}

static void a_line_says_time_level_tag_and_text(void **state)
{
	unsigned h, m, s, ms;
	const char *text;
	int at = 0;

	log_warn("%s is %d", "six", 6);
	text = lines();
	assert_int_equal(sscanf(text, "%2u:%2u:%2u.%3u %n", &h, &m, &s, &ms, &at), 4);
	assert_true(h < 24 && m < 60 && s < 61);
	assert_string_equal(text + at, "warn  test: six is 6\n");
}

static void levels_below_the_configured_are_dropped(void **state)
{
	static const struct {
		const char *spec;
		size_t expected;
	} cases[] = { { "error", 1 }, { "warn", 2 }, { "info", 3 }, { "debug", 4 } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_return_code(log_configure(cases[i].spec), 0);
		log_error("e");
		log_warn("w");
		log_info("i");
		log_debug("d");
		assert_int_equal(count(lines(), "\n"), cases[i].expected);
	}
}

static void keep_line(enum log_level level, const char *tag, const char *text, void *arg)
{
	size_t len = strlen(arg);

	snprintf((char *)arg + len, 256 - len, "%d %s %s|", level, tag, text);
}

static void lines_can_go_elsewhere_and_come_back(void **state)
{
	char kept[256] = "";

	log_set_sink(keep_line, kept);
	errno = ENOTTY;
	log_warn("two\nlines");
	assert_int_equal(errno, ENOTTY);
	log_debug("below the level");
	for (int i = 0; i < 3; i++)
		log_burst_at(LOG_LEVEL_ERROR, "often");
	log_set_sink(NULL, NULL);
	log_info("here again");
	assert_string_equal(kept, "1 test two\\nlines|0 test often|0 test often|0 test often|");
	assert_ends(lines(), "info  test: here again\n");
}

static void arguments_of_a_dropped_line_are_not_evaluated(void **state)
{
	int evaluated = 0;

	log_debug("%d", ++evaluated);
	assert_int_equal(evaluated, 0);
	log_info("%d", ++evaluated);
	assert_int_equal(evaluated, 1);
}

static void a_tag_may_have_a_level_of_its_own(void **state)
{
	assert_return_code(log_configure("warn,ipc=debug,view=error"), 0);
	assert_true(log_enabled(LOG_LEVEL_DEBUG, "ipc"));
	assert_true(log_enabled(LOG_LEVEL_WARN, "script"));
	assert_false(log_enabled(LOG_LEVEL_INFO, "script"));
	assert_false(log_enabled(LOG_LEVEL_WARN, "view"));
	assert_false(log_enabled(LOG_LEVEL_INFO, "ip"));
	assert_false(log_enabled(LOG_LEVEL_INFO, "ipcx"));
	/* The order does not matter, the last word counts, and a new text replaces the old one. */
	assert_return_code(log_configure("ipc=debug,error,ipc=warn"), 0);
	assert_true(log_enabled(LOG_LEVEL_WARN, "ipc"));
	assert_false(log_enabled(LOG_LEVEL_INFO, "ipc"));
	assert_true(log_enabled(LOG_LEVEL_ERROR, "view"));
	assert_false(log_enabled(LOG_LEVEL_WARN, "view"));
}

static void a_bad_text_is_refused_and_changes_nothing(void **state)
{
	static const char seventeen_tags[] =
		"a=info,b=info,c=info,d=info,e=info,f=info,g=info,h=info,i=info,j=info,k=info,"
		"l=info,m=info,n=info,o=info,p=info,q=info";
	static const char *const bad[] = { "", ",", "loud", "debug,", ",debug", "debug,,info",
		"=debug", "ipc=", "ipc=loud", "ipc=debug=info", "debugx", "debu", "debug, ipc=info",
		"DEBUG", "tag-of-16-bytes-=info", seventeen_tags };

	assert_return_code(log_configure("error,ipc=warn"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(log_configure(bad[i]), -EINVAL);
		assert_false(log_enabled(LOG_LEVEL_WARN, "test"));
		assert_true(log_enabled(LOG_LEVEL_WARN, "ipc"));
		assert_false(log_enabled(LOG_LEVEL_INFO, "ipc"));
	}
	assert_return_code(log_configure("tag-of-15-bytes=debug"), 0);
	assert_true(log_enabled(LOG_LEVEL_DEBUG, "tag-of-15-bytes"));
}

static void an_event_cannot_look_like_two(void **state)
{
	const char *text;

	log_info("a\n00:00:00.000 error test: forged");
	text = lines();
	assert_int_equal(count(text, "\n"), 1);
	assert_ends(text, "test: a\\n00:00:00.000 error test: forged\n");
}

static void control_characters_are_escaped(void **state)
{
	for (unsigned c = 1; c < 0x20; c++) {
		const char *text;
		size_t n;

		log_info("%c", (int)c);
		text = lines();
		n = strlen(text);
		for (size_t i = 0; i + 1 < n; i++)
			assert_true(text[i] >= 0x20);
		assert_int_equal(text[n - 1], '\n');
	}
	log_info("\x1b[2J\r\x7f\ttab");
	assert_ends(lines(), "test: \\x1b[2J\\x0d\\x7f tab\n");
	/* U+009B starts a control sequence, too; its neighbours do not. */
	log_info("\xc2\x9b"
		 "2J \xc2\x80 \xc2\xa0 \xc3\x9b \xe2\x82\xac \xc2");
	assert_ends(lines(), "test: \\x9b2J \\x80 \xc2\xa0 \xc3\x9b \xe2\x82\xac \xc2\n");
}

static void a_long_text_is_cut_and_still_one_line(void **state)
{
	static char huge[100000];
	const char *text;

	memset(huge, 'x', sizeof(huge) - 1);
	log_info("%s", huge);
	text = lines();
	assert_true(strlen(text) > 1000 && strlen(text) < 4096);
	assert_ends(text, "xx\n");
	/* Each byte becomes four: the cut comes earlier, and in the same place. */
	memset(huge, '\1', sizeof(huge) - 1);
	log_info("%s", huge);
	text = lines();
	assert_true(strlen(text) > 1000 && strlen(text) < 4096);
	assert_ends(text, "\\x01\\x01\n");
}

static void a_long_tag_is_cut(void **state)
{
	static char tag[10000];

	memset(tag, 't', sizeof(tag) - 1);
	log_line(LOG_LEVEL_INFO, tag, "text");
	assert_ends(lines(), " ttttttttttttttt: text\n");
}

static void errno_is_kept(void **state)
{
	close(captured.pipe[0]);
	captured.pipe[0] = -1;
	signal(SIGPIPE, SIG_IGN);
	errno = ENOTTY;
	log_info("nobody reads this");
	assert_int_equal(errno, ENOTTY);
	signal(SIGPIPE, SIG_DFL);
	clearerr(stderr);
}

static void complain(int i)
{
	log_burst_at(LOG_LEVEL_WARN, "complaint %d.", i);
}

static void a_burst_is_limited_and_counted(void **state)
{
	const char *text;

	for (int i = 0; i < 1000; i++)
		complain(i);
	text = lines();
	assert_int_equal(count(text, "\n"), LOG_BURST);
	assert_non_null(strstr(text, "complaint 0."));
	assert_null(strstr(text, "complaint 10."));
	/* Another place has a count of its own. */
	log_burst_at(LOG_LEVEL_WARN, "elsewhere");
	assert_int_equal(count(lines(), "\n"), 1);
	usleep(1010000);
	complain(1000);
	text = lines();
	assert_int_equal(count(text, "\n"), 2);
	assert_non_null(strstr(text, "990 more"));
	assert_ends(text, "complaint 1000.\n");
	complain(1001);
	text = lines();
	assert_int_equal(count(text, "\n"), 1);
	assert_null(strstr(text, "more"));
}

static void exactly_the_allowed_number_is_not_a_burst(void **state)
{
	struct log_site site = { 0 };

	for (unsigned i = 0; i < LOG_BURST; i++)
		log_burst(&site, LOG_LEVEL_INFO, LOG_TAG, "x");
	assert_int_equal(count(lines(), "\n"), LOG_BURST);
	assert_int_equal(site.suppressed, 0);
	log_burst(&site, LOG_LEVEL_INFO, LOG_TAG, "x");
	assert_int_equal(site.suppressed, 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_says_time_level_tag_and_text),
		TEST(levels_below_the_configured_are_dropped),
		TEST(lines_can_go_elsewhere_and_come_back),
		TEST(arguments_of_a_dropped_line_are_not_evaluated),
		TEST(a_tag_may_have_a_level_of_its_own),
		TEST(a_bad_text_is_refused_and_changes_nothing),
		TEST(an_event_cannot_look_like_two),
		TEST(control_characters_are_escaped),
		TEST(a_long_text_is_cut_and_still_one_line),
		TEST(a_long_tag_is_cut),
		TEST(errno_is_kept),
		TEST(a_burst_is_limited_and_counted),
		TEST(exactly_the_allowed_number_is_not_a_burst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
