/*
 * GLib's default main context as the loop's guest: it keeps its own fds and
 * timeouts, the loop polls them together with everything else.
 */
#pragma once

#include "base/macros.h"

struct loop;
struct glib_guest;

/* Owns the default context from here on. -EBUSY when another thread does, -ENOMEM. */
must_check int glib_guest_new(struct loop *l, struct glib_guest **ret);
/* No-op on null. */
void glib_guest_free(struct glib_guest *g);
