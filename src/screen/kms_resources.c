#include "screen/kms_resources.h"

#include <errno.h>

#include <drm_mode.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

/* Far more than any driver lists. */
#define IN_FORMATS_SIZE_MAX (64u << 10)

static int read_crtcs(int fd, struct kms_resources *res)
{
	drmModeRes *all = drmModeGetResources(fd);
	int r = 0;

	if (!all)
		return -errno;
	for (int i = 0; i < all->count_crtcs && i < KMS_ASSIGN_MAX && r == 0; i++) {
		struct kms_crtc *c = &res->crtcs[res->n_crtcs++];

		c->id = all->crtcs[i];
		c->index = (unsigned)i;
		r = kms_props_read(
			fd, c->id, DRM_MODE_OBJECT_CRTC, kms_crtc_props, CRTC_PROPS, c->props);
	}
	drmModeFreeResources(all);
	return r;
}

static int read_formats(int fd, const drmModePlane *from, struct kms_plane *p)
{
	auto_free void *blob = NULL;
	size_t len;
	int r = kms_props_blob(
		fd, p->props[PLANE_IN_FORMATS].value, IN_FORMATS_SIZE_MAX, &blob, &len);

	if (r == 0)
		r = kms_formats_parse(blob, len, &p->formats);
	if (r < 0 && r != -ENOMEM)
		r = kms_formats_plain(from->formats, from->count_formats, &p->formats);
	return r;
}

static int read_plane(int fd, uint32_t id, struct kms_plane *ret)
{
	drmModePlane *from = drmModeGetPlane(fd, id);
	int r;

	if (!from)
		return -errno;
	ret->id = id;
	ret->possible_crtcs = from->possible_crtcs;
	r = kms_props_read(fd, id, DRM_MODE_OBJECT_PLANE, kms_plane_props, PLANE_PROPS, ret->props);
	if (r == 0)
		r = read_formats(fd, from, ret);
	drmModeFreePlane(from);
	return r;
}

static int read_planes(int fd, struct kms_resources *res)
{
	drmModePlaneRes *all = drmModeGetPlaneResources(fd);
	int r = 0;

	if (!all)
		return -errno;
	res->planes = calloc(KMS_PLANES_MAX, sizeof(*res->planes));
	if (!res->planes)
		r = -ENOMEM;
	for (uint32_t i = 0; i < all->count_planes && i < KMS_PLANES_MAX && r == 0; i++)
		r = read_plane(fd, all->planes[i], &res->planes[res->n_planes++]);
	drmModeFreePlaneResources(all);
	return r;
}

/* A primary plane each: who can serve only one CRTC must not be beaten to it. */
static void match_primaries(struct kms_resources *res)
{
	struct kms_assign list[KMS_PLANES_MAX];

	for (size_t i = 0; i < res->n_planes; i++) {
		bool primary = res->planes[i].props[PLANE_TYPE].value == DRM_PLANE_TYPE_PRIMARY;

		list[i] = (struct kms_assign){
			.possible = res->planes[i].possible_crtcs,
			.hint = -1,
			.assigned = primary ? KMS_ASSIGN_WANTED : KMS_ASSIGN_UNWANTED,
		};
	}
	kms_assign(list, res->n_planes);
	for (size_t i = 0; i < res->n_planes; i++) {
		if (list[i].assigned >= 0 && (size_t)list[i].assigned < res->n_crtcs)
			res->crtcs[list[i].assigned].primary = &res->planes[i];
	}
}

int kms_resources_read(int fd, struct kms_resources *ret)
{
	struct kms_resources res = { .n_crtcs = 0 };
	int r = read_crtcs(fd, &res);

	if (r == 0)
		r = read_planes(fd, &res);
	if (r < 0) {
		kms_resources_fini(&res);
		return r;
	}
	*ret = res;
	match_primaries(ret);
	return 0;
}

size_t kms_resources_planes_on(const struct kms_resources *res, int fd, const struct kms_crtc *crtc,
	const struct kms_plane **ret, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < res->n_planes && n < room; i++) {
		const struct kms_plane *p = &res->planes[i];
		drmModePlane *now = p == crtc->primary ? NULL : drmModeGetPlane(fd, p->id);

		if (now && now->crtc_id == crtc->id)
			ret[n++] = p;
		drmModeFreePlane(now);
	}
	return n;
}

void kms_resources_fini(struct kms_resources *res)
{
	for (size_t i = 0; i < res->n_planes; i++)
		kms_formats_fini(&res->planes[i].formats);
	free(res->planes);
	*res = (struct kms_resources){ .n_crtcs = 0 };
}
