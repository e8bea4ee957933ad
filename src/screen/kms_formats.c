/*
 * The IN_FORMATS blob: a list of formats, and for each modifier a window of 64 bits
 * that says which of them it goes with.
 *
 * libdrm's iterator believes every offset and count in it; a driver's mistake, or a
 * device that is told what to say, must not be a read out of bounds here.
 */
#include "screen/kms_formats.h"

#include <errno.h>
#include <string.h>

#include <drm_fourcc.h>
#include <drm_mode.h>

/* Whether @count items of @size bytes lie at @offset. */
static bool lies_within(size_t len, uint32_t offset, uint32_t count, size_t size)
{
	return offset <= len && count <= (len - offset) / size;
}

static int append(struct kms_formats *f, uint32_t fourcc, uint64_t modifier)
{
	if (f->n == KMS_FORMATS_MAX)
		return -E2BIG;
	f->list[f->n++] = (struct screen_format){ fourcc, modifier };
	return 0;
}

static int append_modifier(struct kms_formats *f, const struct drm_format_modifier *m,
	const uint8_t *formats, uint32_t n_formats)
{
	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t index = (uint64_t)m->offset + bit;
		uint32_t fourcc;
		int r;

		if (!(m->formats >> bit & 1))
			continue;
		if (index >= n_formats)
			return -EBADMSG;
		memcpy(&fourcc, formats + 4 * index, 4);
		r = append(f, fourcc, m->modifier);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Room for the most there may be; given back as far as it is not needed. */
static int allocate(struct kms_formats *f)
{
	*f = (struct kms_formats){ .list = calloc(KMS_FORMATS_MAX, sizeof(*f->list)) };
	return f->list ? 0 : -ENOMEM;
}

static void finish(struct kms_formats *f, struct kms_formats *ret)
{
	struct screen_format *fitting = NULL;

	if (f->n > 0)
		fitting = realloc(f->list, f->n * sizeof(*f->list));
	if (fitting)
		f->list = fitting;
	*ret = *f;
}

int kms_formats_parse(const void *blob, size_t len, struct kms_formats *ret)
{
	const uint8_t *bytes = blob;
	struct drm_format_modifier_blob head;
	struct drm_format_modifier m;
	struct kms_formats f;
	int r;

	if (len < sizeof(head))
		return -EBADMSG;
	memcpy(&head, bytes, sizeof(head));
	if (head.version != FORMAT_BLOB_CURRENT ||
		!lies_within(len, head.formats_offset, head.count_formats, 4) ||
		!lies_within(len, head.modifiers_offset, head.count_modifiers, sizeof(m)))
		return -EBADMSG;
	r = allocate(&f);
	for (uint32_t i = 0; r == 0 && i < head.count_modifiers; i++) {
		memcpy(&m, bytes + head.modifiers_offset + i * sizeof(m), sizeof(m));
		r = append_modifier(&f, &m, bytes + head.formats_offset, head.count_formats);
	}
	if (r < 0) {
		free(f.list);
		return r;
	}
	finish(&f, ret);
	return 0;
}

int kms_formats_plain(const uint32_t *fourccs, size_t n, struct kms_formats *ret)
{
	struct kms_formats f;
	int r = allocate(&f);

	for (size_t i = 0; r == 0 && i < n; i++)
		r = append(&f, fourccs[i], DRM_FORMAT_MOD_INVALID);
	if (r < 0) {
		free(f.list);
		return r;
	}
	finish(&f, ret);
	return 0;
}

bool kms_formats_have(const struct kms_formats *f, uint32_t fourcc, uint64_t modifier)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->list[i].fourcc == fourcc && f->list[i].modifier == modifier)
			return true;
	}
	return false;
}

size_t kms_formats_fourccs(const struct kms_formats *f)
{
	size_t different = 0;

	for (size_t i = 0; i < f->n; i++) {
		size_t first = 0;

		while (f->list[first].fourcc != f->list[i].fourcc)
			first++;
		different += first == i;
	}
	return different;
}

uint32_t kms_formats_opaque(uint32_t fourcc)
{
	switch (fourcc) {
	case DRM_FORMAT_ARGB8888:
		return DRM_FORMAT_XRGB8888;
	case DRM_FORMAT_ABGR8888:
		return DRM_FORMAT_XBGR8888;
	case DRM_FORMAT_RGBA8888:
		return DRM_FORMAT_RGBX8888;
	case DRM_FORMAT_BGRA8888:
		return DRM_FORMAT_BGRX8888;
	case DRM_FORMAT_ARGB2101010:
		return DRM_FORMAT_XRGB2101010;
	case DRM_FORMAT_ABGR2101010:
		return DRM_FORMAT_XBGR2101010;
	default:
		return fourcc;
	}
}

void kms_formats_fini(struct kms_formats *f)
{
	free(f->list);
	*f = (struct kms_formats){ 0 };
}
