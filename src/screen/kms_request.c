#include "screen/kms_request.h"

#include <errno.h>

#include <xf86drm.h>

#include "screen/kms_card.h"
#include "screen/kms_connector.h"
#include "screen/kms_resources.h"

/* More rectangles than that are given as one around them. */
#define CLIPS_MAX 32
#define ROTATE_NONE 1u
#define OPAQUE 0xffffu

void kms_request_init(
	struct kms_request *q, const struct kms_card *card, const struct kms_resources *res)
{
	*q = (struct kms_request){ .card = card, .res = res, .req = drmModeAtomicAlloc() };
	if (!q->req)
		q->error = -ENOMEM;
}

void kms_request_fini(struct kms_request *q)
{
	drmModeAtomicFree(q->req);
	if (q->clips)
		drmModeDestroyPropertyBlob(q->card->fd, q->clips);
}

static void set(struct kms_request *q, uint32_t object, const struct kms_prop *prop, uint64_t value)
{
	int r;

	if (q->error)
		return;
	if (prop->id == 0) {
		q->error = -ENOTSUP;
		return;
	}
	r = drmModeAtomicAddProperty(q->req, object, prop->id, value);
	if (r < 0)
		q->error = r;
}

/* A property that not every driver has, and that matters only where others changed it. */
static void reset(
	struct kms_request *q, uint32_t object, const struct kms_prop *prop, uint64_t value)
{
	if (prop->id != 0 && prop->value != value)
		set(q, object, prop, value);
}

static void set_clips(
	struct kms_request *q, const struct kms_plane *p, const pixman_region32_t *damage)
{
	struct drm_mode_rect clips[CLIPS_MAX];
	const pixman_box32_t *boxes = NULL;
	int n = 0;

	if (p->props[PLANE_FB_DAMAGE_CLIPS].id == 0)
		return;
	if (damage)
		boxes = pixman_region32_rectangles((pixman_region32_t *)damage, &n);
	if (n > CLIPS_MAX) {
		boxes = pixman_region32_extents((pixman_region32_t *)damage);
		n = 1;
	}
	for (int i = 0; i < n; i++)
		clips[i] = (struct drm_mode_rect){ boxes[i].x1, boxes[i].y1, boxes[i].x2,
			boxes[i].y2 };
	/* Without the blob all of it counts as damaged: slower, and right. */
	if (n > 0 && drmModeCreatePropertyBlob(
			     q->card->fd, clips, (size_t)n * sizeof(*clips), &q->clips) < 0)
		q->clips = 0;
	set(q, p->id, &p->props[PLANE_FB_DAMAGE_CLIPS], q->clips);
}

void kms_request_show(struct kms_request *q, const struct kms_crtc *crtc, uint32_t fb,
	uint32_t width, uint32_t height, const pixman_region32_t *damage)
{
	const struct kms_plane *p = crtc->primary;

	set(q, p->id, &p->props[PLANE_CRTC_ID], crtc->id);
	set(q, p->id, &p->props[PLANE_FB_ID], fb);
	set(q, p->id, &p->props[PLANE_SRC_X], 0);
	set(q, p->id, &p->props[PLANE_SRC_Y], 0);
	set(q, p->id, &p->props[PLANE_SRC_W], (uint64_t)width << 16);
	set(q, p->id, &p->props[PLANE_SRC_H], (uint64_t)height << 16);
	set(q, p->id, &p->props[PLANE_CRTC_X], 0);
	set(q, p->id, &p->props[PLANE_CRTC_Y], 0);
	set(q, p->id, &p->props[PLANE_CRTC_W], width);
	set(q, p->id, &p->props[PLANE_CRTC_H], height);
	set_clips(q, p, damage);
}

void kms_request_fence(struct kms_request *q, const struct kms_crtc *crtc, int fence)
{
	const struct kms_plane *p = crtc->primary;

	set(q, p->id, &p->props[PLANE_IN_FENCE_FD], (uint64_t)fence);
}

static void hide_plane(struct kms_request *q, const struct kms_plane *p)
{
	set(q, p->id, &p->props[PLANE_FB_ID], 0);
	set(q, p->id, &p->props[PLANE_CRTC_ID], 0);
}

static void hide_other_planes(struct kms_request *q, const struct kms_crtc *crtc)
{
	const struct kms_plane *planes[KMS_PLANES_MAX];
	size_t n = kms_resources_planes_on(q->res, q->card->fd, crtc, planes, ARRAY_SIZE(planes));

	for (size_t i = 0; i < n; i++)
		hide_plane(q, planes[i]);
}

/* Takes all connectors off @crtc but @keep, of which 0 is none. */
static void detach_connectors(struct kms_request *q, const struct kms_crtc *crtc, uint32_t keep)
{
	drmModeRes *all = drmModeGetResources(q->card->fd);
	struct kms_prop props[CONNECTOR_PROPS];

	for (int i = 0; all && i < all->count_connectors; i++) {
		uint32_t id = all->connectors[i];

		if (id == keep || kms_props_read(q->card->fd, id, DRM_MODE_OBJECT_CONNECTOR,
					  kms_connector_props, CONNECTOR_PROPS, props) < 0)
			continue;
		if (props[CONNECTOR_CRTC_ID].value == crtc->id)
			set(q, id, &props[CONNECTOR_CRTC_ID], 0);
	}
	drmModeFreeResources(all);
}

static void stop(struct kms_request *q, const struct kms_crtc *crtc)
{
	if (crtc->primary)
		hide_plane(q, crtc->primary);
	hide_other_planes(q, crtc);
	set(q, crtc->id, &crtc->props[CRTC_ACTIVE], 0);
	set(q, crtc->id, &crtc->props[CRTC_MODE_ID], 0);
}

void kms_request_off(struct kms_request *q, const struct kms_crtc *crtc)
{
	detach_connectors(q, crtc, 0);
	stop(q, crtc);
}

void kms_request_mode(struct kms_request *q, const struct kms_crtc *crtc,
	const struct kms_connector *connector, uint32_t mode)
{
	const struct kms_plane *p = crtc->primary;
	int former = connector->crtc;

	if (former >= 0 && former != (int)crtc->index && (size_t)former < q->res->n_crtcs &&
		!q->res->crtcs[former].user) {
		detach_connectors(q, &q->res->crtcs[former], connector->id);
		stop(q, &q->res->crtcs[former]);
	}
	detach_connectors(q, crtc, connector->id);
	hide_other_planes(q, crtc);
	reset(q, p->id, &p->props[PLANE_ROTATION], ROTATE_NONE);
	reset(q, p->id, &p->props[PLANE_ALPHA], OPAQUE);
	reset(q, crtc->id, &crtc->props[CRTC_GAMMA_LUT], 0);
	reset(q, crtc->id, &crtc->props[CRTC_DEGAMMA_LUT], 0);
	reset(q, crtc->id, &crtc->props[CRTC_CTM], 0);
	if (connector->failing)
		set(q, connector->id, &connector->props[CONNECTOR_LINK_STATUS],
			DRM_MODE_LINK_STATUS_GOOD);
	set(q, connector->id, &connector->props[CONNECTOR_CRTC_ID], crtc->id);
	set(q, crtc->id, &crtc->props[CRTC_MODE_ID], mode);
	set(q, crtc->id, &crtc->props[CRTC_ACTIVE], 1);
}

void kms_request_active(struct kms_request *q, const struct kms_crtc *crtc, bool on)
{
	set(q, crtc->id, &crtc->props[CRTC_ACTIVE], on);
}

int kms_request_commit(struct kms_request *q, uint32_t flags, uint32_t serial)
{
	int r;

	if (q->error)
		return q->error;
	r = drmModeAtomicCommit(q->card->fd, q->req, flags, (void *)(uintptr_t)serial);
	/* Told for the same thing by different kernels: we are not the one who drives it. */
	return r == -EPERM ? -EACCES : r;
}
