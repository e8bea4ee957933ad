/* Memory of the card's that we draw into and that it scans out. */
#pragma once

#include <stdint.h>

#include <pixman.h>

#include "base/macros.h"

struct kms_card;

struct kms_dumb {
	struct kms_card *card; /* counted; null: there is none */
	uint32_t handle, fb;
	size_t size;
	void *memory; /* mapped */
	pixman_image_t *image; /* owned, of that memory; x8r8g8b8 */
};

/* Black. -ENOMEM, or what the device says. */
must_check int kms_dumb_init(
	struct kms_card *card, uint32_t width, uint32_t height, struct kms_dumb *ret);
/* What is scanned out now goes dark with it. No-op on a zeroed one, and after it is one. */
void kms_dumb_fini(struct kms_dumb *d);
