#include "screen/kms_modes.h"

#include <stdbool.h>

#include "screen/picture.h"

/* In thousandths of a hertz: the kernel's own vrefresh is rounded to hertz. */
static uint32_t refresh_mhz(const drmModeModeInfo *m)
{
	uint64_t mhz = (uint64_t)m->clock * 1000000;
	uint64_t pixels = (uint64_t)m->htotal * m->vtotal;

	if (pixels == 0)
		return m->vrefresh * 1000;
	if (m->flags & DRM_MODE_FLAG_INTERLACE)
		mhz *= 2;
	if (m->flags & DRM_MODE_FLAG_DBLSCAN)
		pixels *= 2;
	if (m->vscan > 1)
		pixels *= m->vscan;
	mhz = (mhz + pixels / 2) / pixels;
	return mhz <= UINT32_MAX ? (uint32_t)mhz : UINT32_MAX;
}

void kms_modes_describe(const drmModeModeInfo *from, struct mode *ret)
{
	*ret = (struct mode){
		.width = from->hdisplay,
		.height = from->vdisplay,
		.refresh_mhz = refresh_mhz(from),
		.preferred = from->type & DRM_MODE_TYPE_PREFERRED,
	};
}

static bool is_interlaced(const drmModeModeInfo *m)
{
	return m->flags & DRM_MODE_FLAG_INTERLACE;
}

static bool can_be_offered(const drmModeModeInfo *m)
{
	return m->hdisplay > 0 && m->hdisplay <= PICTURE_SIDE_MAX && m->vdisplay > 0 &&
	       m->vdisplay <= PICTURE_SIDE_MAX && !(m->flags & DRM_MODE_FLAG_3D_MASK);
}

static bool is_same(const struct mode *a, const struct mode *b)
{
	return a->width == b->width && a->height == b->height && a->refresh_mhz == b->refresh_mhz;
}

static size_t list(
	const drmModeModeInfo *from, size_t n, bool interlaced, struct mode ret[KMS_MODES_MAX])
{
	size_t kept = 0;

	for (size_t i = 0; i < n && kept < KMS_MODES_MAX; i++) {
		size_t same = 0;

		if (!can_be_offered(&from[i]) || is_interlaced(&from[i]) != interlaced)
			continue;
		kms_modes_describe(&from[i], &ret[kept]);
		while (same < kept && !is_same(&ret[same], &ret[kept]))
			same++;
		if (same < kept)
			ret[same].preferred |= ret[kept].preferred;
		else
			kept++;
	}
	return kept;
}

size_t kms_modes_list(const drmModeModeInfo *from, size_t n, struct mode *ret)
{
	size_t kept = list(from, n, false, ret);

	return kept > 0 ? kept : list(from, n, true, ret);
}

const drmModeModeInfo *kms_modes_find(const drmModeModeInfo *from, size_t n, const struct mode *m)
{
	for (int interlaced = 0; interlaced <= 1; interlaced++) {
		for (size_t i = 0; i < n; i++) {
			struct mode described;

			kms_modes_describe(&from[i], &described);
			if (is_interlaced(&from[i]) == interlaced && can_be_offered(&from[i]) &&
				is_same(&described, m))
				return &from[i];
		}
	}
	return NULL;
}
