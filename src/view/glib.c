/*
 * One pass of GLib is prepare, query, poll, check, dispatch; the loop does the
 * poll. WebKit may iterate the context from inside a dispatch: that is GLib's
 * own, complete pass, and leaves nothing of ours to restore, because nothing
 * is kept from prepare() to dispatch() but the priority.
 */
#include "view/glib.h"

#include <assert.h>
#include <errno.h>
#include <glib.h>

#include "base/clock.h"
#include "loop/loop.h"

/* So that the loop's array can be handed to GLib as it is. */
static_assert(sizeof(GPollFD) == sizeof(struct pollfd), "GPollFD is struct pollfd");
static_assert(offsetof(GPollFD, revents) == offsetof(struct pollfd, revents), "");

struct glib_guest {
	struct loop *loop; /* borrowed */
	GMainContext *context; /* the default one, acquired */
	gint priority;
};

static size_t prepare(void *arg, struct pollfd *fds, size_t room, uint64_t *deadline)
{
	struct glib_guest *g = arg;
	gint timeout_ms, n;
	uint64_t due;

	g_main_context_prepare(g->context, &g->priority);
	n = g_main_context_query(g->context, g->priority, &timeout_ms, (GPollFD *)fds, (gint)room);
	if (timeout_ms >= 0) {
		due = timeout_ms ? clock_now() + (uint64_t)timeout_ms * NSEC_PER_MSEC : 0;
		if (due < *deadline)
			*deadline = due;
	}
	return (size_t)n;
}

static void dispatch(void *arg, const struct pollfd *fds, size_t n)
{
	struct glib_guest *g = arg;

	if (g_main_context_check(g->context, g->priority, (GPollFD *)fds, (gint)n))
		g_main_context_dispatch(g->context);
}

static const struct loop_foreign guest_ops = { .prepare = prepare, .dispatch = dispatch };

int glib_guest_new(struct loop *l, struct glib_guest **ret)
{
	struct glib_guest *g = calloc(1, sizeof(*g));

	if (!g)
		return -ENOMEM;
	g->loop = l;
	g->context = g_main_context_default();
	if (!g_main_context_acquire(g->context)) {
		free(g);
		return -EBUSY;
	}
	loop_set_foreign(l, &guest_ops, g);
	*ret = g;
	return 0;
}

void glib_guest_free(struct glib_guest *g)
{
	if (!g)
		return;
	loop_set_foreign(g->loop, NULL, NULL);
	g_main_context_release(g->context);
	free(g);
}
