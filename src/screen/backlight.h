/*
 * The brightness of a panel, by the kernel's backlight class. A level is linear in what
 * the driver counts in, from 0 (its darkest, which with some panels is no light at all)
 * to 1: what a level looks like is the driver's and the panel's affair.
 *
 * Every call goes to the kernel's files: they change under us (a hardware key, another
 * program), and what is read is what the device says and not what was asked for.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

#define BACKLIGHT_ROOT "/sys/class/backlight"
#define BACKLIGHT_NAME_MAX 64

struct backlight;

struct backlight_info {
	char name[BACKLIGHT_NAME_MAX]; /* "intel_backlight" */
	char type[16]; /* "raw", "platform", "firmware"; "" when the driver does not say */
	char connector[BACKLIGHT_NAME_MAX]; /* "eDP-1"; "" when it hangs on something else */
	unsigned max; /* the raw value of level 1 */
	unsigned actual; /* raw, as the device reads it back */
	bool powered; /* whether its bl_power is on */
	bool writable; /* by this user */
};

/*
 * The one that lights what is behind @connector ("eDP-1"): the device that hangs on it, the
 * firmware's before the platform's before the raw one; for the panel of a device itself
 * (eDP, LVDS, DSI, DPI) also the only one that hangs on no connector. -ENODEV: none. @root
 * null: the kernel's.
 */
must_check int backlight_new(const char *root, const char *connector, struct backlight **ret);
/* No-op on null. The panel stays as it is. */
void backlight_free(struct backlight *b);

const char *backlight_name(const struct backlight *b); /* "intel_backlight" */
/*
 * Also lights it again if it was off. -EINVAL: not from 0 to 1. -EACCES: this user may not,
 * see the rules for udev; -ENODEV and the like: what the kernel says.
 */
must_check int backlight_set(struct backlight *b, double level);
/* 0 when its power is off. -EPROTO: the kernel's file has no number. */
must_check int backlight_get(struct backlight *b, double *ret);

/*
 * Those that there are, by their names; at most 16. How many, 0 when there is no such
 * class, or -errno. @root null: the kernel's.
 */
int backlight_list(const char *root, struct backlight_info *ret, size_t n);
