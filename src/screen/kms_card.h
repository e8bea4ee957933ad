/*
 * A DRM device that is open: what it can do, and whether we may drive it.
 *
 * Counted, because framebuffers of imported buffers live as long as those, which may
 * be longer than the screen.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "screen/kms_gpu.h"

struct kms_card {
	int fd; /* owned */
	unsigned refs;
	char path[64]; /* "/dev/dri/card0" */
	char render[KMS_GPU_PATH_MAX]; /* "/dev/dri/renderD128": of a GPU that can paint for it; "":
					  none */
	char driver[32]; /* "virtio_gpu" */
	bool monotonic; /* times of flips are CLOCK_MONOTONIC */
	bool modifiers; /* framebuffers take format modifiers */
	bool imports; /* takes dma-bufs of others */
};

/*
 * Opens @path for looking at: no claim to it. -EACCES, -ENOENT, …; -ENODEV when it is no DRM
 * device that shows pictures.
 */
must_check int kms_card_open(const char *path, struct kms_card **ret);
/*
 * Opens @path, or when that is null the first card that something is plugged into, or else
 * the first with connectors, and becomes the one who drives it. What is in the way is
 * logged: -ENODEV none, -EACCES may not be opened, -EBUSY somebody else drives it,
 * -ENOTSUP it has no atomic modesetting or no memory to draw into.
 */
must_check int kms_card_claim(const char *path, struct kms_card **ret);
/* Takes it back after somebody else had it. -EBUSY or -EACCES: not ours to take now. */
must_check int kms_card_claim_again(struct kms_card *c);

struct kms_card *kms_card_ref(struct kms_card *c);
/* No-op on null. */
void kms_card_unref(struct kms_card *c);
