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
#include "ipc/service.h"
#include "loop/loop.h"
#include "native/declaration.h"

#define LOG_TAG "native"
#include "base/log.h"

#define SYMBOL "kiln_module"

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

static int check_module(const struct kiln_module *m, const char *name, struct native_error *e)
{
	int r;

	/* Behind it nothing need be where it is in this version. */
	if (m->abi != KILN_ABI)
		return refuse(e, -EINVAL,
			"it was built for version %u of kiln/module.h, this is %u", m->abi,
			KILN_ABI);
	r = declaration_check(m, e);
	if (r == 0 && name && strcmp(m->name, name) != 0)
		return refuse(e, -EINVAL, "it calls itself \"%s\"", m->name);
	return r;
}

/*
 * The path of what was opened: dlopen() knows objects by the names that it was given, and
 * /proc/self/fd/7 is that of many, one after the other.
 */
static int path_of_fd(int fd, char ret[static PATH_MAX])
{
	char link[32];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, ret, PATH_MAX - 1);
	if (n < 0)
		return -errno;
	ret[n] = '\0';
	return 0;
}

static int open_object(int app_fd, const char *path, void **ret, struct native_error *e)
{
	char real[PATH_MAX];
	off_t size;
	int r = 0;

	if (app_fd < 0) {
		if (!realpath(path, real))
			r = -errno;
	} else {
		auto_fd int fd = file_open_beneath(app_fd, path, &size);

		r = fd < 0 ? fd : path_of_fd(fd, real);
	}
	if (r < 0)
		return refuse(e, r, "%s",
			app_fd >= 0 && (r == -EXDEV || r == -ELOOP)
				? "it is not inside the app's folder"
				: strerror(-r));
	*ret = dlopen(real, RTLD_NOW | RTLD_LOCAL);
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
