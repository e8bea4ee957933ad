/*
 * One atomic request: what is to change together. Filled by the functions here, which
 * remember the first error, then committed or tested, then freed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <pixman.h>
#include <xf86drmMode.h>

#include "base/macros.h"

struct kms_card;
struct kms_connector;
struct kms_crtc;
struct kms_resources;

struct kms_request {
	const struct kms_card *card; /* borrowed */
	const struct kms_resources *res; /* borrowed */
	drmModeAtomicReq *req; /* owned */
	uint32_t clips; /* owned: blob of damage; 0: none */
	int error;
};

void kms_request_init(
	struct kms_request *q, const struct kms_card *card, const struct kms_resources *res);
void kms_request_fini(struct kms_request *q);

/*
 * @crtc shows the framebuffer @fb, of its mode's size. @damage, null for all of it, is what
 * differs from what it shows.
 */
void kms_request_show(struct kms_request *q, const struct kms_crtc *crtc, uint32_t fb,
	uint32_t width, uint32_t height, const pixman_region32_t *damage);
/* The card shows it when @fence, borrowed for the commit, says that it is painted. */
void kms_request_fence(struct kms_request *q, const struct kms_crtc *crtc, int fence);
/*
 * @crtc drives @connector, and nothing else, with the mode of that blob. What was left there by
 * others (planes, colour tables) goes, and so does the picture on a CRTC that the connector
 * was on.
 */
void kms_request_mode(struct kms_request *q, const struct kms_crtc *crtc,
	const struct kms_connector *connector, uint32_t mode);
/* Keeps the mode. */
void kms_request_active(struct kms_request *q, const struct kms_crtc *crtc, bool on);
/* It drives nothing. */
void kms_request_off(struct kms_request *q, const struct kms_crtc *crtc);

/* @flags are DRM_MODE_*; @serial comes with the event of a page flip. */
must_check int kms_request_commit(struct kms_request *q, uint32_t flags, uint32_t serial);
