/*
 * The cold start of a host script, as "kiln run" does it, in stages; and what promises
 * cost afterwards. For tools/cold-start, which counts instructions by callgrind: each
 * stage is a dump of its own, by its name, so that what lies between does not count.
 *
 * usage: cold_start FOLDER, of the scripts. Prints "bytes NAME N" of what is allocated.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

#include "base/clock.h"
#include "base/macros.h"
#include "ipc/router.h"
#include "loop/loop.h"
#include "script/heap.h"
#include "script/modules.h"
#include "script/script.h"

#define begin() CALLGRIND_ZERO_STATS
#define end(stage) CALLGRIND_DUMP_STATS_AT(stage)

/* As in pending.js. */
#define PENDING 10000

static struct loop *loop;
static struct router *router;
static int app_fd;

static void need(int r, const char *what)
{
	if (r < 0) {
		fprintf(stderr, "cold_start: %s: %s\n", what, strerror(-r));
		exit(1);
	}
}

static size_t allocated(void)
{
	return mallinfo2().uordblks;
}

static struct script *start(void)
{
	/* Under callgrind all takes fifty times as long, and more when others work. */
	struct script_options opts = {
		.loop = loop,
		.router = router,
		.app_fd = app_fd,
		.deadline = 600 * NSEC_PER_SEC,
	};
	struct script *s;

	need(script_new(&opts, &s), "script_new");
	return s;
}

static void run(struct script *s, const char *name)
{
	struct script_error error = { 0 };
	int r = script_run(s, name, &error);

	if (r < 0)
		fprintf(stderr, "cold_start: %s\n", error.message);
	need(r, name);
}

/* What is a part of each start, alone. */
static void measure_heap(void)
{
	size_t before = allocated();
	struct heap heap;

	begin();
	need(heap_init(&heap, SCRIPT_MEMORY_MAX, SCRIPT_DEADLINE), "heap");
	end("heap");
	printf("bytes heap %zu\n", allocated() - before);
	heap_fini(&heap);
}

static void load(duk_context *ctx, void *arg)
{
	modules_push_builtin(ctx, arg);
}

/* One of our own modules, without running it. */
static void measure_load(char *name)
{
	struct script_error error;
	struct heap heap;

	need(heap_init(&heap, SCRIPT_MEMORY_MAX, SCRIPT_DEADLINE), "heap");
	begin();
	need(heap_protect(&heap, load, name, &error), name);
	end(name);
	heap_fini(&heap);
}

static void measure_start(void)
{
	size_t before = allocated();
	struct script *s;

	begin();
	s = start();
	end("start");
	printf("bytes start %zu\n", allocated() - before);
	begin();
	script_free(s);
	end("free");
}

/* The second run, when tables have grown. */
static void measure_run(const char *name, unsigned runs)
{
	size_t before = allocated();
	struct script *s = start();

	while (--runs)
		run(s, name);
	begin();
	run(s, name);
	end(name);
	printf("bytes %s %zu\n", name, allocated() - before);
	script_free(s);
}

static void measure_pending(void)
{
	struct script *s = start();
	size_t before = allocated();

	run(s, "pending.js");
	printf("bytes pending %zu\n", (allocated() - before) / PENDING);
	script_free(s);
}

int main(int argc, char **argv)
{
	static char *const builtins[] = { "runtime:promise", "runtime:error", "runtime:collections",
		"runtime:abort", "runtime:events", "runtime:ipc", "runtime:window" };
	static const char *const apps[] = { "empty.js", "ipc.js", "typescript.js" };
	static const char *const loops[] = { "then.js", "await.js", "new.js", "all.js",
		"microtask.js" };

	app_fd = open(argc > 1 ? argv[1] : "", O_DIRECTORY | O_CLOEXEC);
	need(app_fd < 0 ? -errno : 0, "the folder");
	need(loop_new(&loop), "loop");
	need(router_new(NULL, &router), "router");
	measure_heap();
	for (size_t i = 0; i < ARRAY_SIZE(builtins); i++)
		measure_load(builtins[i]);
	measure_start();
	for (size_t i = 0; i < ARRAY_SIZE(apps); i++)
		measure_run(apps[i], 1);
	for (size_t i = 0; i < ARRAY_SIZE(loops); i++)
		measure_run(loops[i], 2);
	measure_pending();
	router_free(router);
	loop_free(loop);
	close(app_fd);
	return 0;
}
