#include "script/script.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "loop/loop.h"
#include "script/builtin.h"
#include "script/collections.h"
#include "script/console.h"
#include "script/heap.h"
#include "script/host_peer.h"
#include "script/ipc_error.h"
#include "script/jobs.h"
#include "script/lazy.h"
#include "script/modules.h"
#include "script/timeouts.h"
#include "wire/source_maps.h"

#define LOG_TAG "script"
#include "base/log.h"

struct script {
	struct script_options opts;
	struct heap heap;
	struct source_maps maps;
	struct modules modules;
	struct jobs jobs;
	struct timeouts timeouts;
	struct host_peer ipc;
};

static duk_ret_t app_exit(duk_context *ctx)
{
	struct script *s = heap_self(ctx);
	int code = duk_to_int(ctx, 0);

	if (s->opts.on_exit)
		s->opts.on_exit(code, s->opts.arg);
	return 0;
}

/* Takes the property @name of what our own modules share. */
static void get_shared(duk_context *ctx, const char *name)
{
	modules_push_internal(ctx);
	duk_get_prop_string(ctx, -1, name);
	duk_remove(ctx, -2);
}

/* Each uses those before it. */
static const char *const parts_of_ipc[] = {
	"runtime:error",
	"runtime:events",
	"runtime:ipc",
};

static void setup(duk_context *ctx, void *arg)
{
	struct script *s = arg;

	modules_setup(&s->modules, ctx);
	console_setup(ctx);
	timeouts_setup(&s->timeouts, ctx);
	collections_setup(&s->modules, ctx);
	lazy_global(&s->modules, ctx, "AbortController", "runtime:abort");
	lazy_global(&s->modules, ctx, "AbortSignal", "runtime:abort");

	modules_push_internal(ctx);
	uncaught_bind(&s->jobs.uncaught, ctx);
	ipc_error_push_names(ctx);
	duk_put_prop_literal(ctx, -2, "statusNames");
	modules_push_natives(ctx, "runtime:ipc");
	host_peer_bind(&s->ipc, ctx);
	modules_push_natives(ctx, "runtime:app");
	heap_bind(ctx, -1, "exit", app_exit, 1, s);

	jobs_setup(&s->jobs, ctx, &s->modules);
	modules_push_internal(ctx);
	promise_push_drain(ctx);
	duk_put_prop_literal(ctx, -2, "drain");
	for (size_t i = 0; i < ARRAY_SIZE(parts_of_ipc); i++)
		modules_load_builtin(&s->modules, ctx, parts_of_ipc[i]);
	get_shared(ctx, "IpcError");
	ipc_error_set_class(ctx);
	get_shared(ctx, "pump");
	host_peer_set_pump(ctx);
}

static void on_dead(void *arg)
{
	struct script *s = arg;

	if (s->opts.on_dead)
		s->opts.on_dead(s->opts.arg);
}

static int start(struct script *s)
{
	const struct script_options *o = &s->opts;
	struct script_error error;
	int r;

	modules_init(&s->modules, o->app_fd, o->natives);
	r = heap_init(&s->heap, o->memory_max ? o->memory_max : SCRIPT_MEMORY_MAX, SCRIPT_DEADLINE);
	if (r < 0)
		return r;
	source_maps_init(&s->maps, o->app_fd);
	s->heap.maps = &s->maps;
	r = jobs_init(&s->jobs, &s->heap, o->loop, on_dead, s);
	if (r < 0)
		return r;
	r = timeouts_init(&s->timeouts, &s->jobs, o->loop);
	if (r < 0)
		return r;
	r = heap_protect(&s->heap, setup, s, &error);
	if (r < 0) {
		/* Our own modules cannot fail but for want of memory. */
		log_error("built-in modules: %s", error.message);
		return -ENOMEM;
	}
	/* The app's deadline is for the app's code. */
	if (o->deadline)
		s->heap.limit = o->deadline;
	return 0;
}

static void stop(struct script *s)
{
	timeouts_fini(&s->timeouts);
	jobs_fini(&s->jobs);
	modules_fini(&s->modules);
	heap_fini(&s->heap);
	source_maps_fini(&s->maps);
}

int script_new(const struct script_options *opts, struct script **ret)
{
	struct script *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->opts = *opts;
	r = host_peer_init(&s->ipc, &s->jobs, opts->loop, opts->router);
	if (r == 0)
		r = start(s);
	if (r == 0)
		r = host_peer_open(&s->ipc);
	if (r < 0) {
		script_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

void script_free(struct script *s)
{
	if (!s)
		return;
	host_peer_fini(&s->ipc);
	stop(s);
	free(s);
}

int script_restart(struct script *s)
{
	int r;

	stop(s);
	r = host_peer_renew(&s->ipc);
	return r < 0 ? r : start(s);
}

void script_halt(struct script *s)
{
	/* Timers and jobs first: they are watches of the loop. */
	timeouts_fini(&s->timeouts);
	jobs_fini(&s->jobs);
	s->heap.dead = true;
}

struct main_module {
	struct modules *modules;
	const char *path;
};

static void run_main(duk_context *ctx, void *arg)
{
	const struct main_module *m = arg;

	modules_run(m->modules, ctx, m->path);
}

/*
 * The caller shows file and line in front, so they go from the text; an error from
 * another file, as the author knows files, keeps its own, and has no line in this one.
 */
static void split_place(struct script_error *error, const char *name)
{
	char *text = error->message, *twice = strstr(text, " (line ");
	char place[sizeof(error->file) + 16];
	size_t len = strlen(text), n;

	n = (size_t)snprintf(place, sizeof(place), " (%s:%u)", error->file, error->line);
	if (strcmp(error->file, name) != 0)
		error->line = 0;
	else if (n <= len && strcmp(text + len - n, place) == 0)
		text[len - n] = '\0';
	if (twice && error->line && strncmp(text, "SyntaxError", strlen("SyntaxError")) == 0)
		*twice = '\0';
}

int script_run(struct script *s, const char *main, struct script_error *ret_error)
{
	char path[PATH_MAX];
	struct main_module m = { &s->modules, path };
	int r;

	r = modules_resolve("", main, path);
	if (r == 0)
		r = modules_read(&s->modules, path);
	if (r < 0) {
		*ret_error = (struct script_error){ .line = 0 };
		snprintf(ret_error->message, sizeof(ret_error->message), "cannot read %.100s: %s",
			main, modules_strerror(r));
		return r;
	}
	r = jobs_turn(&s->jobs, path, run_main, &m, ret_error);
	if (r == -ENOEXEC)
		split_place(ret_error, path);
	return r;
}

static void load_all(duk_context *ctx, void *arg)
{
	struct modules *m = arg;
	const struct builtin *b;

	for (size_t i = 0; (b = builtin_public(i)); i++)
		modules_load_builtin(m, ctx, b->name);
}

int script_check_modules(struct script_error *ret_error)
{
	struct script_options opts = { .app_fd = -1 };
	struct script *s = NULL;
	int r = loop_new(&opts.loop);

	*ret_error = (struct script_error){ .message = "they cannot be loaded" };
	if (r == 0)
		r = router_new(NULL, &opts.router);
	if (r == 0)
		r = script_new(&opts, &s);
	if (r == 0)
		r = heap_protect(&s->heap, load_all, &s->modules, ret_error);
	script_free(s);
	router_free(opts.router);
	loop_free(opts.loop);
	return r;
}

struct check {
	struct modules *modules;
	const char *name;
};

static void compile(duk_context *ctx, void *arg)
{
	const struct check *c = arg;

	modules_compile(c->modules, ctx, c->name);
}

int script_check_syntax(
	const char *name, const char *text, size_t len, struct script_error *ret_error)
{
	struct modules modules;
	struct check c = { &modules, name };
	struct heap heap;
	int r;

	r = heap_init(&heap, SCRIPT_MEMORY_MAX, SCRIPT_DEADLINE);
	if (r < 0)
		return r;
	modules_init(&modules, -1, NULL);
	r = modules_set_source(&modules, text, len);
	if (r < 0) {
		*ret_error = (struct script_error){ .line = 0 };
		snprintf(ret_error->message, sizeof(ret_error->message), "%s", modules_strerror(r));
		r = r == -ENOMEM ? r : -ENOEXEC;
	} else {
		r = heap_protect(&heap, compile, &c, ret_error);
		if (r == -ENOEXEC)
			split_place(ret_error, name);
	}
	modules_fini(&modules);
	heap_fini(&heap);
	return r;
}
