/* Properties of KMS objects: looked up by name once, then used by their ids. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

enum kms_connector_prop {
	CONNECTOR_CRTC_ID,
	CONNECTOR_EDID,
	CONNECTOR_LINK_STATUS,
	CONNECTOR_NON_DESKTOP,
	CONNECTOR_PROPS,
};

enum kms_crtc_prop {
	CRTC_ACTIVE,
	CRTC_MODE_ID,
	CRTC_GAMMA_LUT,
	CRTC_DEGAMMA_LUT,
	CRTC_CTM,
	CRTC_PROPS,
};

enum kms_plane_prop {
	PLANE_TYPE,
	PLANE_FB_ID,
	PLANE_CRTC_ID,
	PLANE_SRC_X,
	PLANE_SRC_Y,
	PLANE_SRC_W,
	PLANE_SRC_H,
	PLANE_CRTC_X,
	PLANE_CRTC_Y,
	PLANE_CRTC_W,
	PLANE_CRTC_H,
	PLANE_IN_FORMATS,
	PLANE_FB_DAMAGE_CLIPS,
	PLANE_IN_FENCE_FD,
	PLANE_ROTATION,
	PLANE_ALPHA,
	PLANE_PROPS,
};

/* "CRTC_ID", …, in the order of the enums. */
extern const char *const kms_connector_props[CONNECTOR_PROPS];
extern const char *const kms_crtc_props[CRTC_PROPS];
extern const char *const kms_plane_props[PLANE_PROPS];

struct kms_prop {
	uint32_t id; /* 0: the object has none of that name */
	uint64_t value; /* when it was read */
};

/* @type is DRM_MODE_OBJECT_*; fills @ret, one for each of @names. */
must_check int kms_props_read(int fd, uint32_t object, uint32_t type, const char *const *names,
	size_t n, struct kms_prop *ret);
/* The blob in memory of the caller's. -ENOENT when there is none, -EFBIG over @max bytes. */
must_check int kms_props_blob(int fd, uint64_t blob, size_t max, void **ret, size_t *ret_len);
