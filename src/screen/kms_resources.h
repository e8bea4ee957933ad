/* A card's CRTCs and planes: they stay the same as long as the card is there. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "screen/kms_assign.h"
#include "screen/kms_formats.h"
#include "screen/kms_props.h"

/* Overlays and cursors among them, which we only switch off. */
#define KMS_PLANES_MAX 128

struct kms_output;

struct kms_plane {
	uint32_t id;
	uint32_t possible_crtcs; /* mask */
	struct kms_prop props[PLANE_PROPS];
	struct kms_formats formats;
};

struct kms_crtc {
	uint32_t id;
	unsigned index; /* its bit in masks */
	struct kms_prop props[CRTC_PROPS];
	struct kms_plane *primary; /* borrowed; null: it can show nothing */
	struct kms_output *user; /* borrowed; null: free */
};

struct kms_resources {
	struct kms_crtc crtcs[KMS_ASSIGN_MAX];
	size_t n_crtcs;
	struct kms_plane *planes; /* owned */
	size_t n_planes;
};

must_check int kms_resources_read(int fd, struct kms_resources *ret);
/* Planes that show something on @crtc, now. Fills @ret and returns how many; not the primary. */
size_t kms_resources_planes_on(const struct kms_resources *res, int fd, const struct kms_crtc *crtc,
	const struct kms_plane **ret, size_t room);
/* No-op on a zeroed one. */
void kms_resources_fini(struct kms_resources *res);
