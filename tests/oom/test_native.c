/* Loading and starting a native module, a real one, when memory runs out. */
#include "oom/scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipc/router.h"
#include "loop/loop.h"
#include "native/native.h"

#define MODULE                                                                                   \
	"#include <bind/module.h>\n"                                                             \
	"static struct kiln_timer *t; static struct kiln_watch *k;\n"                            \
	"static void on_timer(void *arg) { }\n"                                                  \
	"static void on_fd(short revents, void *arg) { }\n"                                      \
	"static int start(const struct kiln_host *h, void **state) {\n"                          \
	"  int r = h->timer_new(h, on_timer, 0, &t);\n"                                          \
	"  return r < 0 ? r : h->watch_new(h, 0, 1, on_fd, 0, &k); }\n"                          \
	"#define ARGS(MEMBER, OPTIONAL) MEMBER(STRING, text, 0)\n"                               \
	"KILN_OP(say, \"say\", ARGS, VOID, 0, 0)\n"                                              \
	"static int say(struct kiln_call *c, const struct say_args *a, void *r) { return 0; }\n" \
	"#define OPS(OP) OP(say)\n#define EVENTS(EVENT)\n"                                       \
	"KILN_MODULE(\"oom\", 0, OPS, EVENTS, start, 0)\n"

static char dir[32];

static int load_and_start(struct native **n, struct loop **l, struct router **r, int app_fd)
{
	struct native_error error = { .text = "" };
	int result;

	scenario_try(loop_new(l));
	scenario_try(router_new(NULL, r));
	result = native_load(app_fd, "oom.so", "oom", n, &error);
	if (result == 0)
		result = native_start(*n, *l, *r, &error);
	/* Whoever could not be loaded or started is told why. */
	assert_true(result == 0 || error.text[0] != '\0');
	/* The linker has words of its own for it. */
	return result == -ENOEXEC && alloc_failed() > 0 ? -ENOMEM : result;
}

static int a_module_starts_or_leaves_nothing(void)
{
	auto_fd int app_fd = open(dir, O_DIRECTORY | O_CLOEXEC);
	struct router *router = NULL;
	struct native *n = NULL;
	struct loop *l = NULL;
	int r = load_and_start(&n, &l, &router, app_fd);

	native_free(n);
	router_free(router);
	loop_free(l);
	return r;
}

static int setup(void **state)
{
	char command[160], path[64];
	FILE *f;

	strcpy(dir, "/tmp/native.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/oom.c", dir);
	f = fopen(path, "w");
	if (!f)
		return -1;
	fputs(MODULE, f);
	fclose(f);
	snprintf(command, sizeof(command), "cc -std=gnu11 -fPIC -shared -Isrc -o %s/oom.so %s", dir,
		path);
	return system(command);
}

static int teardown(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scenario_test(a_module_starts_or_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
