#include "screen/kms_dumb.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include <drm_fourcc.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "screen/kms_card.h"

static int map(struct kms_dumb *d)
{
	uint64_t offset;
	void *memory;

	if (drmModeMapDumbBuffer(d->card->fd, d->handle, &offset) < 0)
		return -errno;
	memory =
		mmap(NULL, d->size, PROT_READ | PROT_WRITE, MAP_SHARED, d->card->fd, (off_t)offset);
	if (memory == MAP_FAILED)
		return -errno;
	d->memory = memory;
	/* The kernel promises zeroes, not every driver keeps it; and what was there is secret. */
	memset(memory, 0, d->size);
	return 0;
}

static int create(struct kms_dumb *d, uint32_t width, uint32_t height)
{
	uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 };
	uint64_t size;
	int r;

	if (drmModeCreateDumbBuffer(
		    d->card->fd, width, height, 32, 0, &d->handle, &pitches[0], &size) < 0)
		return -errno;
	d->size = (size_t)size;
	handles[0] = d->handle;
	if (drmModeAddFB2(d->card->fd, width, height, DRM_FORMAT_XRGB8888, handles, pitches,
		    offsets, &d->fb, 0) < 0)
		return -errno;
	r = map(d);
	if (r < 0)
		return r;
	d->image = pixman_image_create_bits_no_clear(
		PIXMAN_x8r8g8b8, (int)width, (int)height, d->memory, (int)pitches[0]);
	return d->image ? 0 : -ENOMEM;
}

int kms_dumb_init(struct kms_card *card, uint32_t width, uint32_t height, struct kms_dumb *ret)
{
	struct kms_dumb d = { .card = kms_card_ref(card) };
	int r = create(&d, width, height);

	if (r < 0) {
		kms_dumb_fini(&d);
		return r;
	}
	*ret = d;
	return 0;
}

void kms_dumb_fini(struct kms_dumb *d)
{
	if (d->image)
		pixman_image_unref(d->image);
	if (d->memory)
		munmap(d->memory, d->size);
	if (d->fb)
		drmModeRmFB(d->card->fd, d->fb);
	if (d->handle)
		drmModeDestroyDumbBuffer(d->card->fd, d->handle);
	kms_card_unref(d->card);
	*d = (struct kms_dumb){ .card = NULL };
}
