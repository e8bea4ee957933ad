/*
 * A dma-buf is known to the card by a handle, which is the same number however often
 * the buffer is imported and which one close takes away for all. So handles live only
 * within import(): the framebuffer keeps the memory by itself, and what is closed is
 * each different handle once. Nobody else imports through this card's fd.
 */
#include "screen/kms_import.h"

#include <errno.h>
#include <string.h>

#include <drm_fourcc.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "screen/buffer.h"
#include "screen/kms_card.h"
#include "screen/kms_formats.h"

static void close_handles(struct kms_card *card, const uint32_t handles[DMABUF_PLANES_MAX])
{
	for (unsigned i = 0; i < DMABUF_PLANES_MAX; i++) {
		unsigned first = 0;

		while (handles[first] != handles[i])
			first++;
		if (handles[i] && first == i)
			drmCloseBufferHandle(card->fd, handles[i]);
	}
}

static int add(struct kms_card *card, const struct buffer *b, uint32_t fourcc,
	const uint32_t handles[DMABUF_PLANES_MAX], uint32_t *ret_fb)
{
	const struct dmabuf *d = b->dmabuf;
	uint64_t modifiers[DMABUF_PLANES_MAX] = { 0 };
	bool tell = card->modifiers && d->modifier != DRM_FORMAT_MOD_INVALID;

	for (unsigned i = 0; i < d->n_planes; i++)
		modifiers[i] = d->modifier;
	if (drmModeAddFB2WithModifiers(card->fd, b->picture.width, b->picture.height, fourcc,
		    handles, d->strides, d->offsets, tell ? modifiers : NULL, ret_fb,
		    tell ? DRM_MODE_FB_MODIFIERS : 0) < 0)
		return -errno;
	return 0;
}

static int import(struct kms_card *card, const struct buffer *b, uint32_t fourcc, uint32_t *ret_fb)
{
	uint32_t handles[DMABUF_PLANES_MAX] = { 0 };
	int r = 0;

	for (unsigned i = 0; i < b->dmabuf->n_planes && r == 0; i++) {
		if (drmPrimeFDToHandle(card->fd, b->dmabuf->fds[i], &handles[i]) < 0)
			r = -errno;
	}
	if (r == 0)
		r = add(card, b, fourcc, handles, ret_fb);
	close_handles(card, handles);
	return r;
}

static void drop(struct dmabuf *d)
{
	struct kms_import *i = take_ptr(d->cache);

	drmModeRmFB(i->card->fd, i->fb);
	kms_card_unref(i->card);
	free(i);
}

/* As the plane has it: alpha that nobody looks at is no reason to refuse. */
static int choose_format(
	const struct buffer *b, const struct kms_formats *formats, uint32_t *ret_fourcc)
{
	const struct dmabuf *d = b->dmabuf;
	uint32_t opaque = kms_formats_opaque(d->format);

	if (b->opaque && kms_formats_have(formats, opaque, d->modifier))
		*ret_fourcc = opaque;
	else if (kms_formats_have(formats, d->format, d->modifier))
		*ret_fourcc = d->format;
	else
		return -ENOTSUP;
	return 0;
}

int kms_import_get(struct kms_card *card, struct buffer *b, const struct kms_formats *formats,
	struct kms_import **ret)
{
	struct dmabuf *d = b->dmabuf;
	struct kms_import *i = d->cache;
	uint32_t fourcc;
	int r;

	if (i) {
		*ret = i;
		return i->card == card ? 0 : -ENOTSUP;
	}
	if (!card->imports || d->n_planes == 0 || d->n_planes > DMABUF_PLANES_MAX)
		return -ENOTSUP;
	r = choose_format(b, formats, &fourcc);
	if (r < 0)
		return r;
	i = calloc(1, sizeof(*i));
	if (!i)
		return -ENOMEM;
	r = import(card, b, fourcc, &i->fb);
	if (r < 0) {
		free(i);
		return r;
	}
	i->card = kms_card_ref(card);
	d->cache = i;
	d->cache_free = drop;
	*ret = i;
	return 0;
}
