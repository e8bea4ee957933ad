/* Private to the KMS screen: what its outputs share. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "screen/kms_resources.h"
#include "screen/presenter.h"

struct kms_card;
struct kms_hotplug;
struct kms_output;
struct loop_fd;
struct loop_timer;

struct kms {
	struct screen screen;
	struct kms_card *card; /* counted */
	struct kms_resources res;
	struct loop_fd *events; /* owned */
	struct kms_hotplug *hotplug; /* owned; null: nobody tells us */
	struct loop_timer *rescan; /* owned: armed while something may have changed */
	struct loop_timer *reclaim; /* owned: armed while somebody else drives the card */
	uint64_t scanned; /* when connectors were asked last */
	uint32_t changed; /* the connector that is to be asked; 0: all */
	bool changed_many;
	uint32_t serial; /* of the last commit */
	bool away; /* somebody else drives the card */
	bool gone; /* it was taken out */
	char description[128];
};

/* ---- kms_scan.c ---- */

/* @prev null: the first. Null after the last. */
struct kms_output *kms_next_output(const struct kms *kms, struct kms_output *prev);
#define kms_for_each_output(k, kms) \
	for (k = kms_next_output(kms, NULL); k; k = kms_next_output(kms, k))

/* Looks what is plugged in; @which is the connector that is asked anew, 0 all of them. */
void kms_scan(struct kms *kms, uint32_t which);
/* All that is plugged in is lit anew. */
void kms_plug_again(struct kms *kms);
void kms_unplug(struct kms_output *k);
/* What others left lit and we have no use for, a console, say, goes dark. */
void kms_darken_unused(struct kms *kms);
/* For @k, which has none. -EBUSY: none is free that can drive its connector. */
must_check int kms_take_crtc(struct kms *kms, struct kms_output *k);
/* No-op when it has none. */
void kms_give_crtc(struct kms *kms, struct kms_output *k);

/* ---- kms.c ---- */

/* Never 0, and not soon again. */
uint32_t kms_next_serial(struct kms *kms);
/* The card said -EACCES: somebody else drives it. Tries to get it back, now and then. */
void kms_taken_away(struct kms *kms);
