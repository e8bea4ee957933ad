#include "board.h"

#include <errno.h>
#include <limits.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "line.h"

#define HEADS 2
#define COMMAND_SECONDS 60
#define LOG_MAX (8u << 20)
/* Lossless on the way; WebKit rounds. */
#define NEAR 2
#define ENOUGH 0.97

struct board {
	char dir[64];
	struct qmp *qmp;
	struct line_socket *shell;
	struct plug *plugs[HEADS]; /* opened when first used */
	FILE *console;
	char *log; /* what was read of it, terminated */
	size_t len, mark;
	unsigned commands;
	struct shot_area size; /* of the first output, when it was last looked at */
};

double now_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static void path_of(const struct board *b, const char *name, char ret[static 128])
{
	snprintf(ret, 128, "%s/%s", b->dir, name);
}

struct board *board_open(void)
{
	const char *dir = getenv("KILN_BOARD_LIVE");
	struct board *b = calloc(1, sizeof(*b));
	char path[128];

	assert_non_null(b);
	if (!dir)
		fail_msg("no board: start this by tools/board test");
	snprintf(b->dir, sizeof(b->dir), "%s", dir);
	b->log = calloc(1, LOG_MAX + 1);
	assert_non_null(b->log);
	path_of(b, "serial.log", path);
	b->console = fopen(path, "re");
	assert_non_null(b->console);
	path_of(b, "qmp", path);
	b->qmp = qmp_open(path);
	path_of(b, "shell", path);
	b->shell = line_open(path, 20);
	return b;
}

void board_close(struct board *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < HEADS; i++)
		plug_close(b->plugs[i]);
	line_close(b->shell);
	qmp_close(b->qmp);
	fclose(b->console);
	free(b->log);
	free(b);
}

struct qmp *board_qmp(struct board *b)
{
	return b->qmp;
}

static void read_console(struct board *b)
{
	clearerr(b->console);
	b->len += fread(b->log + b->len, 1, LOG_MAX - b->len, b->console);
	b->log[b->len] = '\0';
}

void board_mark(struct board *b)
{
	read_console(b);
	b->mark = b->len;
}

const char *board_last_line(struct board *b, const char *regex)
{
	static char last[1024];
	bool found = false;
	regex_t re;

	read_console(b);
	assert_int_equal(regcomp(&re, regex, REG_EXTENDED | REG_NOSUB), 0);
	for (char *line = b->log + b->mark, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (regexec(&re, line, 0, NULL, 0) == 0) {
			snprintf(last, sizeof(last), "%.*s", (int)strcspn(line, "\r"), line);
			found = true;
		}
		*end = '\n';
	}
	regfree(&re);
	return found ? last : NULL;
}

void board_expect(struct board *b, double seconds, const char *regex)
{
	double deadline = now_seconds() + seconds;

	while (!board_last_line(b, regex)) {
		if (now_seconds() > deadline)
			fail_msg("no line of the console matches /%s/ in %.0f s; it said:\n%s",
				regex, seconds, b->log + b->mark);
		usleep(200000);
	}
}

/* The output comes back by lines, and last one with our mark and the exit status. */
static int read_result(struct board *b, const char *mark, char *ret, size_t size)
{
	double deadline = now_seconds() + COMMAND_SECONDS;
	size_t used = 0, mark_len = strlen(mark);
	const char *line;

	ret[0] = '\0';
	while ((line = line_read(b->shell, deadline - now_seconds()))) {
		if (strncmp(line, mark, mark_len) == 0 && line[mark_len] == ' ') {
			while (used > 0 && ret[used - 1] == '\n')
				ret[--used] = '\0';
			return atoi(line + mark_len);
		}
		if (used + strlen(line) + 2 < size)
			used += (size_t)snprintf(ret + used, size - used, "%s\n", line);
	}
	return -ETIMEDOUT;
}

static int run(struct board *b, char *ret, size_t size, const char *fmt, va_list ap)
{
	char command[2048], mark[32];
	int n, status;

	snprintf(mark, sizeof(mark), "test-%d-%u", (int)getpid(), b->commands++);
	n = snprintf(command, sizeof(command), "%s ", mark);
	n += vsnprintf(command + n, sizeof(command) - (size_t)n, fmt, ap);
	assert_int_in_range(n, 1, sizeof(command) - 1);
	assert_null(strchr(command, '\n'));
	line_write(b->shell, command, (size_t)n);
	line_write(b->shell, "\n", 1);
	status = read_result(b, mark, ret, size);
	if (status < 0)
		fail_msg("the board did not end in %d s: %s\n%s", COMMAND_SECONDS, command, ret);
	return status;
}

int board_run(struct board *b, char *ret, size_t size, const char *fmt, ...)
{
	va_list ap;
	int status;

	va_start(ap, fmt);
	status = run(b, ret, size, fmt, ap);
	va_end(ap);
	return status;
}

void board_do(struct board *b, const char *fmt, ...)
{
	char said[2048];
	va_list ap;
	int status;

	va_start(ap, fmt);
	status = run(b, said, sizeof(said), fmt, ap);
	va_end(ap);
	if (status != 0)
		fail_msg("on the board: %s: exit status %d: %s", fmt, status, said);
}

void board_shot(struct board *b, unsigned head, const char *name, struct shot *ret)
{
	char path[192];

	snprintf(path, sizeof(path), "%s/../check-%s.png", b->dir, name);
	qmp_screendump(b->qmp, head, path);
	shot_load(path, ret);
	if (head == 0)
		b->size = (struct shot_area){ 0, 0, ret->width, ret->height };
}

void board_expect_colour(struct board *b, double seconds, unsigned head, struct shot_area area,
	uint32_t colour, const char *name)
{
	double deadline = now_seconds() + seconds, share;
	struct shot shot;

	for (;;) {
		uint32_t mean;
		unsigned width, height;

		board_shot(b, head, name, &shot);
		share = shot_share(&shot, area, colour, NEAR);
		mean = shot_mean(&shot, area);
		width = shot.width;
		height = shot.height;
		shot_fini(&shot);
		if (share >= ENOUGH)
			return;
		if (now_seconds() > deadline)
			fail_msg("%s: %ux%u at %u,%u of output %u (%ux%u) is #%06x in the mean and "
				 "%.0f %% of it #%06x; look at check-%s.png",
				name, area.width, area.height, area.x, area.y, head, width, height,
				mean, share * 100, colour, name);
		usleep(300000);
	}
}

void board_tap(struct board *b, unsigned x, unsigned y)
{
	assert_true(b->size.width > 0);
	qmp_touch(b->qmp, (struct qmp_point){ x, y, b->size.width, b->size.height });
	qmp_release(b->qmp);
}

void board_plug(struct board *b, unsigned head, unsigned width, unsigned height)
{
	char name[16], path[128];

	assert_uint_in_range(head, 0, HEADS - 1);
	snprintf(name, sizeof(name), "vnc%u", head);
	path_of(b, name, path);
	/* What is unplugged first was plugged in before. */
	if (!b->plugs[head])
		b->plugs[head] = plug_open(
			path, width ? width : b->size.width, height ? height : b->size.height);
	plug_set(b->plugs[head], width, height);
}
