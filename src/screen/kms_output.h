/* A connector as an output of the screen: modes, targets, page flips. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "screen/kms_connector.h"
#include "screen/kms_dumb.h"
#include "screen/kms_flip.h"
#include "screen/presenter.h"

struct backlight;
struct kms;
struct kms_crtc;
struct loop_timer;

struct kms_output {
	struct output output;
	struct kms *kms; /* borrowed: outlives us */
	struct kms_connector connector; /* .id 0: there is no such connector (yet) */
	bool seen; /* while connectors are gone through: this one is still there */
	bool arriving; /* is to be lit as soon as it is its turn */
	struct backlight *backlight; /* owned; null: its panel has none */
	struct kms_crtc *crtc; /* borrowed, and ours: its .user is this; null: none */

	struct mode mode; /* that is set, or is with the next commit; width 0: none */
	uint32_t mode_blob; /* owned; 0: none */
	uint64_t setup; /* number of the mode that was set, counted from 1 */
	bool fresh; /* the next commit sets the mode */
	struct kms_dumb targets[KMS_TARGETS];
	struct kms_dumb retired[KMS_TARGETS]; /* of the mode before: lit until the next is */
	int lit, next; /* which target; -1: none */
	unsigned unshown; /* bits of targets: drawn into for a commit that was given up */
	struct buffer *lit_buffer, *next_buffer; /* owned references: scanned out; or null */

	uint32_t serial; /* of the commit that is under way; 0: none */
	uint32_t waiting_fb; /* for the card to be free to take it; 0: none */
	int waiting_fence; /* of that; -1: none */
	struct loop_timer *late; /* owned: armed while a frame is under way */
	struct loop_timer *again; /* owned: armed while one waits */
	struct loop_timer *pace; /* owned: armed between a flip and when it counts */
	bool unpaced; /* its flips do not wait for a vblank: we wait instead */
	uint64_t when; /* the last frame was lit */
	uint64_t scanned, composed; /* frames, of each kind */
	char refused[64]; /* why the last buffer was not scanned out; "" */
};

/* Absent, and joined to the screen of @kms, which frees it. */
must_check int kms_output_new(struct kms *kms, const char *name, struct kms_output **ret);
