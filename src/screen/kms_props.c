#include "screen/kms_props.h"

#include <errno.h>
#include <string.h>

#include <xf86drm.h>
#include <xf86drmMode.h>

const char *const kms_connector_props[CONNECTOR_PROPS] = {
	[CONNECTOR_CRTC_ID] = "CRTC_ID",
	[CONNECTOR_EDID] = "EDID",
	[CONNECTOR_LINK_STATUS] = "link-status",
	[CONNECTOR_NON_DESKTOP] = "non-desktop",
};

const char *const kms_crtc_props[CRTC_PROPS] = {
	[CRTC_ACTIVE] = "ACTIVE",
	[CRTC_MODE_ID] = "MODE_ID",
	[CRTC_GAMMA_LUT] = "GAMMA_LUT",
	[CRTC_DEGAMMA_LUT] = "DEGAMMA_LUT",
	[CRTC_CTM] = "CTM",
};

const char *const kms_plane_props[PLANE_PROPS] = {
	[PLANE_TYPE] = "type",
	[PLANE_FB_ID] = "FB_ID",
	[PLANE_CRTC_ID] = "CRTC_ID",
	[PLANE_SRC_X] = "SRC_X",
	[PLANE_SRC_Y] = "SRC_Y",
	[PLANE_SRC_W] = "SRC_W",
	[PLANE_SRC_H] = "SRC_H",
	[PLANE_CRTC_X] = "CRTC_X",
	[PLANE_CRTC_Y] = "CRTC_Y",
	[PLANE_CRTC_W] = "CRTC_W",
	[PLANE_CRTC_H] = "CRTC_H",
	[PLANE_IN_FORMATS] = "IN_FORMATS",
	[PLANE_FB_DAMAGE_CLIPS] = "FB_DAMAGE_CLIPS",
	[PLANE_IN_FENCE_FD] = "IN_FENCE_FD",
	[PLANE_ROTATION] = "rotation",
	[PLANE_ALPHA] = "alpha",
};

static void read_one(int fd, uint32_t id, uint64_t value, const char *const *names, size_t n,
	struct kms_prop *ret)
{
	drmModePropertyRes *p = drmModeGetProperty(fd, id);

	for (size_t i = 0; p && i < n; i++) {
		if (strcmp(p->name, names[i]) == 0)
			ret[i] = (struct kms_prop){ id, value };
	}
	drmModeFreeProperty(p);
}

int kms_props_read(int fd, uint32_t object, uint32_t type, const char *const *names, size_t n,
	struct kms_prop *ret)
{
	drmModeObjectProperties *all = drmModeObjectGetProperties(fd, object, type);

	if (!all)
		return errno ? -errno : -EIO;
	for (size_t i = 0; i < n; i++)
		ret[i] = (struct kms_prop){ 0, 0 };
	for (uint32_t i = 0; i < all->count_props; i++)
		read_one(fd, all->props[i], all->prop_values[i], names, n, ret);
	drmModeFreeObjectProperties(all);
	return 0;
}

int kms_props_blob(int fd, uint64_t blob, size_t max, void **ret, size_t *ret_len)
{
	drmModePropertyBlobRes *b;
	int r = -ENOMEM;

	if (blob == 0 || blob > UINT32_MAX)
		return -ENOENT;
	b = drmModeGetPropertyBlob(fd, (uint32_t)blob);
	if (!b)
		return -ENOENT;
	if (b->length == 0 || b->length > max) {
		r = -EFBIG;
	} else if ((*ret = malloc(b->length))) {
		memcpy(*ret, b->data, b->length);
		*ret_len = b->length;
		r = 0;
	}
	drmModeFreePropertyBlob(b);
	return r;
}
