#include "screen/kms_hotplug.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libudev.h>

#include "loop/loop.h"

/* Messages that one wake-up takes, so that a flood starves nobody. */
#define MESSAGES_PER_WAKE 16

struct kms_hotplug {
	char *card; /* owned */
	const struct kms_hotplug_ops *ops;
	void *arg;
	struct udev *udev; /* owned */
	struct udev_monitor *monitor; /* owned */
	struct loop_fd *watch; /* owned, of the monitor's fd */
	bool told_gone;
};

static void take(struct kms_hotplug *h, struct udev_device *d)
{
	const char *node = udev_device_get_devnode(d);
	const char *action = udev_device_get_action(d);
	const char *connector = udev_device_get_property_value(d, "CONNECTOR");

	if (!node || strcmp(node, h->card) != 0 || h->told_gone)
		return;
	if (action && strcmp(action, "remove") == 0) {
		h->told_gone = true;
		h->ops->gone(h->arg);
	} else if (udev_device_get_property_value(d, "HOTPLUG")) {
		h->ops->changed(connector ? (uint32_t)strtoul(connector, NULL, 10) : 0, h->arg);
	}
}

static void on_messages(struct loop_fd *w, short revents, void *arg)
{
	struct kms_hotplug *h = arg;
	struct udev_device *d;

	for (int i = 0; i < MESSAGES_PER_WAKE; i++) {
		d = udev_monitor_receive_device(h->monitor);
		if (!d)
			break;
		take(h, d);
		udev_device_unref(d);
	}
}

/* Where no udevd runs, the kernel's own messages say as much. */
static const char *source(void)
{
	return access("/run/udev/control", F_OK) == 0 ? "udev" : "kernel";
}

static int listen_to(struct kms_hotplug *h)
{
	h->udev = udev_new();
	if (!h->udev)
		return -ENOMEM;
	h->monitor = udev_monitor_new_from_netlink(h->udev, source());
	if (!h->monitor)
		return -EIO;
	if (udev_monitor_filter_add_match_subsystem_devtype(h->monitor, "drm", NULL) < 0 ||
		udev_monitor_enable_receiving(h->monitor) < 0)
		return -EIO;
	return 0;
}

int kms_hotplug_new(struct loop *l, const char *card, const struct kms_hotplug_ops *ops, void *arg,
	struct kms_hotplug **ret)
{
	struct kms_hotplug *h = calloc(1, sizeof(*h));
	int r;

	if (!h)
		return -ENOMEM;
	h->ops = ops;
	h->arg = arg;
	h->card = strdup(card);
	r = h->card ? listen_to(h) : -ENOMEM;
	if (r == 0)
		r = loop_fd_new(l, "hotplug", udev_monitor_get_fd(h->monitor), POLLIN, on_messages,
			h, &h->watch);
	if (r < 0) {
		kms_hotplug_free(h);
		return r;
	}
	*ret = h;
	return 0;
}

void kms_hotplug_free(struct kms_hotplug *h)
{
	if (!h)
		return;
	loop_fd_free(h->watch);
	udev_monitor_unref(h->monitor);
	udev_unref(h->udev);
	free(h->card);
	free(h);
}
