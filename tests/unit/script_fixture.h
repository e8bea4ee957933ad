/*
 * A script with a real loop, a real router and an app's folder of its own. What
 * it logs is caught, and shown at the end of each test.
 */
#pragma once

#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "ipc/router.h"
#include "loop/loop.h"
#include "script/script.h"

struct world {
	struct loop *loop;
	struct router *router;
	struct script *script;
	struct script_options opts;
	char dir[32];
	int app_fd, log_fd, stderr_fd;
	char log[256 << 10];
	int exit_code;
	unsigned deaths;
};

/* Stands for the grants: all channels but "denied". */
static inline void world_check_channel(const struct ipc_capability_checker *c,
	const struct caps_query *q, struct caps_verdict *ret)
{
	ret->allowed = q->channel_len != 6 || memcmp(q->channel, "denied", 6) != 0;
	ret->rule = ret->allowed ? "*" : "denied";
}

static inline void world_on_exit(int code, void *arg)
{
	((struct world *)arg)->exit_code = code;
}

static inline void world_on_dead(void *arg)
{
	((struct world *)arg)->deaths++;
}

static inline int world_setup(void **state)
{
	static const struct ipc_capability_checker checker = { world_check_channel };
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	strcpy(w->dir, "/tmp/script.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->app_fd = open(w->dir, O_DIRECTORY | O_CLOEXEC);
	w->log_fd = memfd_create("log", MFD_CLOEXEC);
	w->stderr_fd = dup(STDERR_FILENO);
	dup2(w->log_fd, STDERR_FILENO);
	w->exit_code = -1;
	assert_int_equal(loop_new(&w->loop), 0);
	assert_int_equal(router_new(&checker, &w->router), 0);
	w->opts = (struct script_options){
		.loop = w->loop,
		.router = w->router,
		.app_fd = w->app_fd,
		.on_exit = world_on_exit,
		.on_dead = world_on_dead,
		.arg = w,
	};
	*state = w;
	return 0;
}

static inline void world_write(struct world *w, const char *name, const char *text)
{
	int fd = openat(w->app_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* All that was logged since the last call. */
static inline const char *world_log(struct world *w)
{
	ssize_t n;

	lseek(w->log_fd, 0, SEEK_SET);
	n = read(w->log_fd, w->log, sizeof(w->log) - 1);
	w->log[n > 0 ? n : 0] = '\0';
	if (write(w->stderr_fd, w->log, strlen(w->log)) < 0)
		fail();
	assert_int_equal(ftruncate(w->log_fd, 0), 0);
	lseek(w->log_fd, 0, SEEK_SET);
	return w->log;
}

/* What the script logged since the last call, without times and levels, joined by "|". */
static inline const char *world_said(struct world *w)
{
	static const char mark[] = " script: ";
	char *from, *to = w->log;

	world_log(w);
	from = strstr(w->log, mark);
	while (from) {
		char *text = from + sizeof(mark) - 1, *end = strchr(text, '\n');
		size_t len = (size_t)(end - text);

		from = strstr(end, mark);
		if (to > w->log)
			*to++ = '|';
		memmove(to, text, len);
		to += len;
	}
	*to = '\0';
	return w->log;
}

static inline int world_teardown(void **state)
{
	struct world *w = *state;
	char command[64];

	/* First, as a test that failed may have left what makes the rest abort. */
	world_log(w);
	dup2(w->stderr_fd, STDERR_FILENO);
	script_free(w->script);
	router_free(w->router);
	loop_free(w->loop);
	close(w->stderr_fd);
	close(w->log_fd);
	close(w->app_fd);
	snprintf(command, sizeof(command), "rm -rf %s", w->dir);
	if (system(command) != 0)
		return -1;
	free(w);
	return 0;
}

static inline void world_start(struct world *w)
{
	assert_int_equal(script_new(&w->opts, &w->script), 0);
}

/* Runs @source as main.js in a new script. */
static inline int world_try(struct world *w, const char *source, struct script_error *error)
{
	if (!w->script)
		world_start(w);
	world_write(w, "main.js", source);
	return script_run(w->script, "main.js", error);
}

static inline void world_run(struct world *w, const char *source)
{
	struct script_error error = { 0 };
	int r = world_try(w, source, &error);

	if (r < 0)
		print_error("%d: %s\n", r, error.message);
	assert_int_equal(r, 0);
}

static inline void world_spin(struct world *w, unsigned ms)
{
	uint64_t until = clock_now() + ms * NSEC_PER_MSEC;

	while (clock_now() < until)
		loop_pass(w->loop, until);
}

#define world_test(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

#define assert_contains(text, part)                                       \
	do {                                                              \
		const char *text_ = (text);                               \
		if (!strstr(text_, (part))) {                             \
			print_error("no \"%s\" in: %s\n", (part), text_); \
			fail();                                           \
		}                                                         \
	} while (0)
