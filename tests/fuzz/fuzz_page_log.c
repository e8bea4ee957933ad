/*
 * The input is a line that a page sends for the log, up to a NUL, and the stack behind
 * it. Whatever it is, the log gets a bounded number of lines, each with the window's
 * name in front and no control character in it.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "loop/loop.h"
#include "view/page_log.h"
#include "wire/source_maps.h"

#define APP "app://mapped"
#define LINES_MAX 6

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *text, size_t len)
{
	static const char mark[] = " page: window \"main\": ";
	unsigned lines = 0;

	for (const char *s = text, *end; s < text + len; s = end + 1) {
		end = memchr(s, '\n', (size_t)(text + len - s));
		assert(end && memmem(s, (size_t)(end - s), mark, strlen(mark)) == s + 18);
		for (const char *c = s; c < end; c++)
			assert((unsigned char)*c >= 0x20 && *c != 0x7f);
		lines++;
	}
	assert(lines <= LINES_MAX);
}

static void log_it(struct page_log *l, const struct page_line *line)
{
	FILE *real = stderr;
	char *text = NULL;
	size_t len;

	stderr = open_memstream(&text, &len);
	page_log_line(l, line);
	fclose(stderr);
	stderr = real;
	check(text, len);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct source_maps maps;
	static struct loop *loop;
	const uint8_t *nul = memchr(data, '\0', size);
	struct page_line line = { .origin = APP, .text = (const char *)data, .text_len = size };
	struct page_log l;

	if (!loop) {
		if (loop_new(&loop) < 0)
			abort();
		source_maps_init(&maps, open("tests/e2e/apps/mapped", O_DIRECTORY | O_CLOEXEC));
	}
	line.stack = (const char *)data + size;
	if (nul) {
		line.text_len = (size_t)(nul - data);
		line.stack = (const char *)nul + 1;
		line.stack_len = size - line.text_len - 1;
	}
	for (line.level = LOG_LEVEL_ERROR; line.level <= LOG_LEVEL_INFO; line.level++) {
		if (page_log_init(&l, loop, "main", APP, &maps) < 0)
			abort();
		log_it(&l, &line);
		page_log_fini(&l);
	}
	return 0;
}
