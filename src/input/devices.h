/*
 * The devices of the seat, by libinput: found through udev, opened by ourselves (the
 * runtime's user is in the group "input"; there is no session manager), coming and going.
 * Keyboards are grabbed, see grab.h.
 */
#pragma once

#include "base/macros.h"

struct devices;
struct input;
struct loop;

/* @in is borrowed and outlives it. -EIO: no libinput or udev; the reason is logged. -ENOMEM. */
must_check int devices_new(struct loop *l, struct input *in, struct devices **ret);
/* No-op on null. */
void devices_free(struct devices *d);
