/* Frames of others, in their GPU's memory, as framebuffers of ours. */
#pragma once

#include <stdint.h>

#include "base/macros.h"

struct buffer;
struct kms_card;
struct kms_formats;

/* Kept with the dma-buf that it is of, as its .cache. */
struct kms_import {
	struct kms_card *card; /* counted */
	uint32_t fb;
	uint64_t tested; /* kms_output's .setup for which the device took it; 0: none */
	uint64_t refused; /* and for which it did not */
};

/*
 * The framebuffer of @b, which is in a dma-buf; made when there is none yet. -ENOTSUP: it is
 * of a format that @formats do not have; -errno of the device otherwise.
 */
must_check int kms_import_get(struct kms_card *card, struct buffer *b,
	const struct kms_formats *formats, struct kms_import **ret);
