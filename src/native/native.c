#include "native/native.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/list.h"
#include "bind/types.h"
#include "ipc/service.h"
#include "loop/loop.h"

#define LOG_TAG "native"
#include "base/log.h"

#define SYMBOL "kiln_module"
#define MEMBERS_MAX 64 /* of one struct, as bind/decode.c counts them */

struct native {
	struct kiln_host host;
	const struct kiln_module *module;
	void *state; /* the module's */
	struct service *service; /* owned; null until it is started */
	struct loop *loop; /* borrowed */
	struct list watches, timers; /* what it has not freed */
	bool started;
};

struct kiln_watch {
	struct list link; /* native's watches */
	struct loop_fd *fd; /* owned */
	void (*fn)(short revents, void *arg);
	void *arg;
};

struct kiln_timer {
	struct list link; /* native's timers */
	struct loop_timer *timer; /* owned */
	void (*fn)(void *arg);
	void *arg;
};

static struct native *native_of(const struct kiln_host *host)
{
	return container_of(host, struct native, host);
}

/* ---- what it is given ---- */

static int host_emit(
	const struct kiln_host *host, const struct kiln_event *event, const void *payload)
{
	struct native *n = native_of(host);
	int r = n->service ? service_emit(n->service, event, payload) : -EAGAIN;

	if (r < 0)
		log_burst_at(LOG_LEVEL_WARN, "%s: an event \"%s\" is lost: %s", n->module->name,
			event->type, strerror(-r));
	return r;
}

static void printf_like(3, 4)
	host_log(const struct kiln_host *host, int level, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (level < LOG_LEVEL_ERROR || level > LOG_LEVEL_DEBUG)
		level = LOG_LEVEL_INFO;
	log_at((enum log_level)level, "%s: %s", native_of(host)->module->name, line);
}

static void on_fd(struct loop_fd *fd, short revents, void *arg)
{
	struct kiln_watch *w = arg;

	w->fn(revents, w->arg);
}

static int host_watch_new(const struct kiln_host *host, int fd, short events,
	void (*fn)(short revents, void *arg), void *arg, struct kiln_watch **ret)
{
	struct native *n = native_of(host);
	struct kiln_watch *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return -ENOMEM;
	w->fn = fn;
	w->arg = arg;
	r = loop_fd_new(n->loop, n->module->name, fd, events, on_fd, w, &w->fd);
	if (r < 0) {
		free(w);
		return r;
	}
	list_append(&n->watches, &w->link);
	*ret = w;
	return 0;
}

static void host_watch_free(struct kiln_watch *w)
{
	if (!w)
		return;
	list_remove(&w->link);
	loop_fd_free(w->fd);
	free(w);
}

static void on_timer(struct loop_timer *timer, void *arg)
{
	struct kiln_timer *t = arg;

	t->fn(t->arg);
}

static int host_timer_new(
	const struct kiln_host *host, void (*fn)(void *arg), void *arg, struct kiln_timer **ret)
{
	struct native *n = native_of(host);
	struct kiln_timer *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return -ENOMEM;
	t->fn = fn;
	t->arg = arg;
	r = loop_timer_new(n->loop, n->module->name, on_timer, t, &t->timer);
	if (r < 0) {
		free(t);
		return r;
	}
	list_append(&n->timers, &t->link);
	*ret = t;
	return 0;
}

static void host_timer_arm(struct kiln_timer *t, uint32_t ms)
{
	loop_timer_arm(t->timer, clock_now() + ms * NSEC_PER_MSEC);
}

static void host_timer_free(struct kiln_timer *t)
{
	if (!t)
		return;
	list_remove(&t->link);
	loop_timer_free(t->timer);
	free(t);
}

static const struct kiln_host host_functions = {
	.fail = service_fail,
	.finish = service_finish,
	.reject = service_reject,
	.emit = host_emit,
	.log = host_log,
	.watch_new = host_watch_new,
	.watch_free = host_watch_free,
	.timer_new = host_timer_new,
	.timer_arm = host_timer_arm,
	.timer_free = host_timer_free,
};

/* ---- loading ---- */

bool native_name_valid(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= NATIVE_NAME_MAX && name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == len;
}

static int printf_like(3, 4) refuse(struct native_error *e, int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return error;
}

static int check_struct(const struct kiln_type *type, struct native_error *e)
{
	unsigned n = 0;

	for (const struct kiln_member *m = type->members(); m->name; m++)
		if (m->type && m->type->kind > KILN_KIND_LIST)
			return refuse(e, -EINVAL,
				"%s has a member \"%s\" of a type that is script's",
				type->name ? type->name : "an operation", m->name);
		else
			n++;
	return n > MEMBERS_MAX ? refuse(e, -EINVAL, "%s has more than %d members",
					 type->name ? type->name : "an operation", MEMBERS_MAX)
			       : 0;
}

static int check_op(const struct kiln_op *op, struct native_error *e)
{
	if (!op->name || !op->run || !op->args || !op->result || op->flags != KILN_OP_ASYNC)
		return refuse(e, -EINVAL, "operation \"%s\" is not made by KILN_OP",
			op->name ? op->name : "?");
	if (strcmp(op->name, "on") == 0 || strcmp(op->name, "events") == 0)
		return refuse(
			e, -EINVAL, "\"%s\" is the name of every module's own function", op->name);
	return check_struct(op->args, e);
}

/* A mistake of its author's must not become one of ours. */
static int check_module(const struct kiln_module *m, const char *name, struct native_error *e)
{
	struct types types;
	int r = 0;

	if (m->abi != KILN_ABI)
		return refuse(e, -EINVAL,
			"it was built for version %u of kiln/module.h, this is %u", m->abi,
			KILN_ABI);
	if (!m->name || !native_name_valid(m->name))
		return refuse(
			e, -EINVAL, "its name is not 1 to %d of a-z 0-9 - _", NATIVE_NAME_MAX);
	if (name && strcmp(m->name, name) != 0)
		return refuse(e, -EINVAL, "it calls itself \"%s\"", m->name);
	if (!m->ops || !m->events)
		return refuse(e, -EINVAL, "it is not made by KILN_MODULE");
	for (const struct kiln_op *const *op = m->ops; r == 0 && *op; op++)
		r = check_op(*op, e);
	if (r < 0)
		return r;
	r = types_collect(&types, m);
	if (r < 0)
		return refuse(e, r, "%s",
			r == -EINVAL ? "two of its types have one name" : "it has too many types");
	for (size_t i = 0; r == 0 && i < types.count; i++)
		if (types.list[i]->kind == KILN_KIND_STRUCT)
			r = check_struct(types.list[i], e);
	return r;
}

static int open_object(int app_fd, const char *path, void **ret, struct native_error *e)
{
	char by_fd[PATH_MAX];
	off_t size;
	int fd = -1;

	if (app_fd < 0) {
		if (!realpath(path, by_fd))
			return refuse(e, -errno, "%s", strerror(errno));
	} else {
		fd = file_open_beneath(app_fd, path, &size);
		if (fd < 0)
			return refuse(e, fd, "%s",
				fd == -EXDEV || fd == -ELOOP ? "it is not inside the app's folder"
							     : strerror(-fd));
		snprintf(by_fd, sizeof(by_fd), "/proc/self/fd/%d", fd);
	}
	*ret = dlopen(by_fd, RTLD_NOW | RTLD_LOCAL);
	cleanup_fd(&fd);
	return *ret ? 0 : refuse(e, -ENOEXEC, "%s", dlerror());
}

int native_load(int app_fd, const char *path, const char *name, struct native **ret,
	struct native_error *ret_error)
{
	auto_free struct native *n = calloc(1, sizeof(*n));
	void *object;
	int r;

	*ret_error = (struct native_error){ .text = "out of memory" };
	if (!n)
		return -ENOMEM;
	r = open_object(app_fd, path, &object, ret_error);
	if (r < 0)
		return r;
	/* Never closed: what it has registered with libraries of its own would point into nothing.
	 */
	n->module = dlsym(object, SYMBOL);
	if (!n->module)
		return refuse(
			ret_error, -ENOEXEC, "it has no symbol " SYMBOL ": KILN_MODULE makes it");
	r = check_module(n->module, name, ret_error);
	if (r < 0)
		return r;
	n->host = host_functions;
	list_init(&n->watches);
	list_init(&n->timers);
	*ret = take_ptr(n);
	return 0;
}

int native_start(
	struct native *n, struct loop *loop, struct router *router, struct native_error *ret_error)
{
	char peer[sizeof(NATIVE_PREFIX) + NATIVE_NAME_MAX];
	struct service_options opts = {
		.router = router,
		.module = n->module,
		.peer = peer,
		.host = &n->host,
	};
	int r = 0;

	n->loop = loop;
	snprintf(peer, sizeof(peer), NATIVE_PREFIX "%s", n->module->name);
	if (n->module->start)
		r = n->module->start(&n->host, &n->state);
	if (r < 0)
		return refuse(ret_error, r, "it does not start: %s", strerror(-r));
	n->started = true;
	opts.state = n->state;
	r = service_new(&opts, &n->service);
	return r < 0 ? refuse(ret_error, r, "%s", strerror(-r)) : 0;
}

void native_free(struct native *n)
{
	struct kiln_watch *w;
	struct kiln_timer *t;

	if (!n)
		return;
	service_free(take_ptr(n->service));
	if (n->started && n->module->stop)
		n->module->stop(n->state);
	/* What it forgot. */
	while ((w = list_first(&n->watches, struct kiln_watch, link)))
		host_watch_free(w);
	while ((t = list_first(&n->timers, struct kiln_timer, link)))
		host_timer_free(t);
	free(n);
}

const struct kiln_module *native_module(const struct native *n)
{
	return n->module;
}
