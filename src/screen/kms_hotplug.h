/* What udev tells of a card: something was plugged in or out, or the card itself was. */
#pragma once

#include <stdint.h>

#include "base/macros.h"

struct loop;
struct kms_hotplug;

struct kms_hotplug_ops {
	/* Something about @connector may have changed; 0: about any. */
	void (*changed)(uint32_t connector, void *arg);
	/* The card is not there any more. Comes once. */
	void (*gone)(void *arg);
};

/* @card "/dev/dri/card0". -EIO: udev cannot be listened to; -ENOMEM. */
must_check int kms_hotplug_new(struct loop *l, const char *card, const struct kms_hotplug_ops *ops,
	void *arg, struct kms_hotplug **ret);
/* Not from its callbacks. No-op on null. */
void kms_hotplug_free(struct kms_hotplug *h);
