#include "oom/scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

#define LOG_TAG "test"
#include "base/log.h"

/* A few steps of growth, each with the content checked after a failure. */
static int fill(struct buf *b)
{
	static const char text[] = "sixteen bytes ..";
	size_t n = 0;
	int r;

	for (; n < 4096; n += 16) {
		r = buf_append(b, text, 16);
		if (r < 0)
			break;
	}
	assert_int_equal(buf_len(b), n);
	for (size_t i = 0; i < n; i += 16)
		assert_memory_equal(buf_bytes(b) + i, text, 16);
	if (n == 4096)
		return 0;
	alloc_relent();
	assert_int_equal(buf_append(b, text, 16), 0);
	assert_int_equal(buf_len(b), n + 16);
	return r;
}

static int buf_keeps_its_content(void)
{
	struct buf b = BUF_INIT(1 << 20);
	int r = fill(&b);

	buf_fini(&b);
	return r;
}

static int file_read_closes_what_it_opened(void)
{
	auto_fd int dir = open(".", O_DIRECTORY | O_CLOEXEC);
	struct buf b = BUF_INIT(1 << 20);
	int r = buf_append(&b, "before", 6);

	if (r == 0) {
		r = file_read(dir, "README.md", 1 << 20, &b);
		assert_memory_equal(buf_bytes(&b), "before", 6);
		assert_true(r == 0 ? buf_len(&b) > 6 : buf_len(&b) == 6);
	}
	buf_fini(&b);
	return r;
}

/* So it can say that there is none. */
static void a_line_of_the_log_needs_no_memory(void **state)
{
	auto_fd int to = memfd_create("log", MFD_CLOEXEC), stderr_fd = dup(STDERR_FILENO);
	char text[128] = "";
	size_t failed;

	/* The time zone is read once in a process. */
	log_warn("first");
	dup2(to, STDERR_FILENO);
	alloc_fail_after(0, SIZE_MAX);
	log_warn("out of memory, %d", 5);
	log_burst_at(LOG_LEVEL_ERROR, "%s", "again");
	failed = alloc_failed();
	alloc_relent();
	dup2(stderr_fd, STDERR_FILENO);
	assert_int_equal(failed, 0);
	assert_true(pread(to, text, sizeof(text) - 1, 0) > 0);
	assert_non_null(strstr(text, "test: out of memory, 5\n"));
	assert_non_null(strstr(text, "test: again\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scenario_test(buf_keeps_its_content),
		scenario_test(file_read_closes_what_it_opened),
		cmocka_unit_test(a_line_of_the_log_needs_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
