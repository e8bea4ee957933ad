/* For tests that run an app with somebody at the plugs: tests/e2e/operated.c. */
#pragma once

#include "harness.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIFO OUT("operator.fifo")

/* Who listens to commands when it returns. */
static inline struct kiln *operated_start(const char *first, const char *second)
{
	struct kiln *k =
		program_start("build/dev/e2e/operated", APP("stage"), FIFO, first, second, NULL);

	kiln_expect(k, 20, "event back focus");
	return k;
}

/* One command, or several with newlines between them. */
static inline void tell(struct kiln *k, const char *commands)
{
	int fd = open(FIFO, O_WRONLY | O_NONBLOCK);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, commands, strlen(commands)), strlen(commands));
	close(fd);
}

/* The same, and waits for a line that was not there before. */
static inline void tell_and_expect(struct kiln *k, const char *commands, const char *regex)
{
	unsigned before = kiln_count(k, regex);

	tell(k, commands);
	for (int i = 0; i < 150 && kiln_count(k, regex) == before; i++)
		kiln_read_for(k, 0.1);
	if (kiln_count(k, regex) == before)
		kiln_expect(k, 0, "after what was told: no line of that kind");
}

/* The colour of a pixel of what @output shows now. */
static inline uint32_t lit_pixel(struct kiln *k, const char *output, unsigned x, unsigned y)
{
	char command[128];

	snprintf(command, sizeof(command), "shot %s " OUT("stage.png"), output);
	tell_and_expect(k, command, "operator: shot .*: done");
	return png_pixel(OUT("stage.png"), x, y);
}

/* Waits until it is that, within 2 in each channel: WebKit's blending rounds as it likes. */
static inline void expect_pixel(
	struct kiln *k, const char *output, unsigned x, unsigned y, uint32_t colour)
{
	uint32_t is = 0;

	for (int i = 0; i < 50; i++) {
		bool near = true;

		is = lit_pixel(k, output, x, y);
		for (int shift = 0; shift < 24; shift += 8) {
			int d = (int)(is >> shift & 255) - (int)(colour >> shift & 255);

			near = near && d >= -2 && d <= 2;
		}
		if (near)
			return;
		kiln_read_for(k, 0.1);
	}
	print_error("%s: the pixel at %u,%u is %06x and not %06x\n", output, x, y, is, colour);
	kiln_expect(k, 0, "no such picture");
}

/* The number behind @name in the last line that matches. */
static inline double number_in(struct kiln *k, const char *regex, const char *name)
{
	char line[1024];
	const char *at;

	assert_true(kiln_last(k, regex, line, sizeof(line)));
	at = strstr(line, name);
	assert_non_null(at);
	return strtod(at + strlen(name), NULL);
}
