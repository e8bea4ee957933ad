/* Frames of a KMS output on their way to its panel. Private to it. */
#pragma once

#include <stdint.h>

#include <pixman.h>

#include "base/macros.h"
#include "screen/kms_dumb.h"

struct kms_output;
struct loop;

#define KMS_TARGETS 2

/* What is to be shown. */
struct kms_frame {
	uint32_t fb;
	int fence; /* borrowed: of a dma-buf that may still be painted; -1 */
};

/* Timers alone. */
must_check int kms_flip_init(struct kms_output *k, struct loop *l);
void kms_flip_fini(struct kms_output *k);
/*
 * Starts to show @frame; kms_flip_settle() and presenter_done() follow, or presenter_lost().
 * -EBUSY: another one is under way.
 */
must_check int kms_flip_start(
	struct kms_output *k, struct kms_frame frame, const pixman_region32_t *damage);
/* One commit, with the mode if that is still to be set. @flags are DRM_MODE_*. */
must_check int kms_flip_commit(struct kms_output *k, struct kms_frame frame,
	const pixman_region32_t *damage, uint32_t flags, uint32_t serial);
/* Commit @serial is lit since @when. */
void kms_flip_done(struct kms_output *k, uint32_t serial, uint64_t when);
/* What was to be shown next is lit, and what was before is not read any more. */
void kms_flip_settle(struct kms_output *k);
/* Nothing is under way any more; an event that still comes means nothing. */
void kms_flip_forget(struct kms_output *k);
void kms_flip_free_dumbs(struct kms_dumb dumbs[KMS_TARGETS]);
