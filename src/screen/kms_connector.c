#include "screen/kms_connector.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <xf86drm.h>

static void read_name(const drmModeConnector *from, struct kms_connector *c)
{
	const char *type = drmModeGetConnectorTypeName(from->connector_type);

	snprintf(c->name, sizeof(c->name), "%s-%u", type ? type : "Unknown",
		from->connector_type_id);
}

/* Where the kernel has it now: what it shows there stays without a flash. */
static int current_crtc(int fd, const struct kms_connector *c)
{
	drmModeRes *res = drmModeGetResources(fd);
	int index = -1;

	for (int i = 0; res && i < res->count_crtcs; i++) {
		if (res->crtcs[i] == c->props[CONNECTOR_CRTC_ID].value)
			index = i;
	}
	drmModeFreeResources(res);
	return index;
}

static uint64_t mix(uint64_t hash, const void *data, size_t len)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3;
	return hash;
}

static int read_edid(int fd, struct kms_connector *c)
{
	auto_free void *blob = NULL;
	size_t len;
	int r = kms_props_blob(fd, c->props[CONNECTOR_EDID].value, EDID_SIZE_MAX, &blob, &len);

	if (r == 0) {
		c->fingerprint = mix(c->fingerprint, blob, len);
		r = edid_parse(blob, len, &c->edid);
	}
	return r == -ENOMEM ? r : 0;
}

static int read_plugged(int fd, const drmModeConnector *from, struct kms_connector *c)
{
	size_t n = from->count_modes > 0 ? (size_t)from->count_modes : 0;

	if (n > KMS_MODES_MAX)
		n = KMS_MODES_MAX;
	memcpy(c->modes, from->modes, n * sizeof(*c->modes));
	c->n_modes = n;
	c->fingerprint = mix(0xcbf29ce484222325, c->modes, n * sizeof(*c->modes));
	if (read_edid(fd, c) < 0)
		return -ENOMEM;
	if (from->mmWidth > 0 && from->mmHeight > 0) {
		c->edid.mm_width = from->mmWidth;
		c->edid.mm_height = from->mmHeight;
	}
	return 0;
}

int kms_connector_read(int fd, uint32_t id, bool probe, struct kms_connector *ret)
{
	drmModeConnector *from =
		probe ? drmModeGetConnector(fd, id) : drmModeGetConnectorCurrent(fd, id);
	int r;

	if (!from)
		return errno ? -errno : -ENOENT;
	memset(ret, 0, sizeof(*ret));
	ret->id = id;
	read_name(from, ret);
	ret->possible_crtcs = drmModeConnectorGetPossibleCrtcs(fd, from);
	r = kms_props_read(fd, id, DRM_MODE_OBJECT_CONNECTOR, kms_connector_props, CONNECTOR_PROPS,
		ret->props);
	if (r == 0) {
		ret->crtc = current_crtc(fd, ret);
		ret->plugged = from->connection != DRM_MODE_DISCONNECTED && from->count_modes > 0 &&
			       !ret->props[CONNECTOR_NON_DESKTOP].value;
		ret->failing = ret->props[CONNECTOR_LINK_STATUS].value == DRM_MODE_LINK_STATUS_BAD;
	}
	if (r == 0 && ret->plugged)
		r = read_plugged(fd, from, ret);
	drmModeFreeConnector(from);
	return r;
}
