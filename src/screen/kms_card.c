#include "screen/kms_card.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <xf86drm.h>
#include <xf86drmMode.h>

#define LOG_TAG "kms"
#include "base/log.h"

/* Minor numbers of primary nodes. */
#define CARDS_MAX 64

/* What is known of a card before it is chosen. */
enum { CARD_BARE, CARD_HAS_CONNECTORS, CARD_HAS_SCREEN };

static bool has(int fd, uint64_t cap)
{
	uint64_t value = 0;

	return drmGetCap(fd, cap, &value) == 0 && value != 0;
}

static void read_abilities(struct kms_card *c)
{
	drmVersion *version = drmGetVersion(c->fd);
	uint64_t prime = 0;

	snprintf(c->driver, sizeof(c->driver), "%s", version ? version->name : "unknown");
	drmFreeVersion(version);
	kms_gpu_find(c->fd, c->driver, c->render);
	c->monotonic = has(c->fd, DRM_CAP_TIMESTAMP_MONOTONIC);
	c->modifiers = has(c->fd, DRM_CAP_ADDFB2_MODIFIERS);
	drmGetCap(c->fd, DRM_CAP_PRIME, &prime);
	c->imports = prime & DRM_PRIME_CAP_IMPORT;
}

int kms_card_open(const char *path, struct kms_card **ret)
{
	struct kms_card *c;
	auto_fd int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	if (drmGetNodeTypeFromFd(fd) != DRM_NODE_PRIMARY)
		return -ENODEV;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->fd = take_fd(fd);
	c->refs = 1;
	snprintf(c->path, sizeof(c->path), "%s", path);
	read_abilities(c);
	*ret = c;
	return 0;
}

struct kms_card *kms_card_ref(struct kms_card *c)
{
	c->refs++;
	return c;
}

void kms_card_unref(struct kms_card *c)
{
	if (!c || --c->refs > 0)
		return;
	close(c->fd);
	free(c);
}

static bool is_plugged(int fd, uint32_t connector)
{
	drmModeConnector *c = drmModeGetConnector(fd, connector);
	bool plugged = c && c->connection == DRM_MODE_CONNECTED;

	drmModeFreeConnector(c);
	return plugged;
}

static int rate(int fd)
{
	drmModeRes *res = drmModeGetResources(fd);
	int rating = CARD_BARE;

	if (res && res->count_connectors > 0 && res->count_crtcs > 0)
		rating = CARD_HAS_CONNECTORS;
	for (int i = 0; rating == CARD_HAS_CONNECTORS && i < res->count_connectors; i++) {
		if (is_plugged(fd, res->connectors[i]))
			rating = CARD_HAS_SCREEN;
	}
	drmModeFreeResources(res);
	return rating;
}

static const char *what_to_do(int error)
{
	if (error == -EACCES || error == -EPERM)
		return ": the runtime's user has to be in the group that owns it (video)";
	return "";
}

/* Who opens a card while nobody drives it drives it. */
static int find(struct kms_card **ret)
{
	struct kms_card *best = NULL;
	int rating = CARD_BARE, error = -ENODEV;

	for (int i = 0; i < CARDS_MAX && rating < CARD_HAS_SCREEN; i++) {
		struct kms_card *c;
		char path[32];
		int r, is;

		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		r = kms_card_open(path, &c);
		if (r < 0) {
			if (r != -ENOENT) {
				error = r;
				log_info("%s: %s%s", path, strerror(-r), what_to_do(r));
			}
			continue;
		}
		is = rate(c->fd);
		if (is <= rating) {
			kms_card_unref(c);
			continue;
		}
		kms_card_unref(best);
		best = c;
		rating = is;
	}
	if (!best)
		return error;
	*ret = best;
	return 0;
}

int kms_card_claim_again(struct kms_card *c)
{
	if (drmIsMaster(c->fd) || drmSetMaster(c->fd) == 0)
		return 0;
	return errno == EACCES || errno == EPERM ? -EACCES : -EBUSY;
}

static int prepare(struct kms_card *c)
{
	if (rate(c->fd) == CARD_BARE) {
		log_warn("%s (%s) has no connectors: it renders and shows nothing", c->path,
			c->driver);
		return -ENODEV;
	}
	if (kms_card_claim_again(c) < 0) {
		log_warn("%s (%s) is driven by somebody else: end the compositor, the X "
			 "server or the other kiln that does",
			c->path, c->driver);
		return -EBUSY;
	}
	if (drmSetClientCap(c->fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1) < 0 ||
		drmSetClientCap(c->fd, DRM_CLIENT_CAP_ATOMIC, 1) < 0) {
		log_warn("%s (%s) has no atomic modesetting, which the runtime needs", c->path,
			c->driver);
		return -ENOTSUP;
	}
	if (!has(c->fd, DRM_CAP_DUMB_BUFFER)) {
		log_warn("%s (%s) has no memory that can be drawn into (dumb buffers)", c->path,
			c->driver);
		return -ENOTSUP;
	}
	return 0;
}

int kms_card_claim(const char *path, struct kms_card **ret)
{
	struct kms_card *c = NULL;
	int r = path ? kms_card_open(path, &c) : find(&c);

	if (r < 0) {
		if (path)
			log_warn("%s: %s%s", path, strerror(-r), what_to_do(r));
		return r == -EPERM ? -EACCES : r;
	}
	r = prepare(c);
	if (r < 0) {
		kms_card_unref(c);
		return r;
	}
	*ret = c;
	return 0;
}
