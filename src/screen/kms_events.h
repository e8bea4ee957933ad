/* What a card tells of commits, read from its fd. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct kms_event {
	uint32_t crtc;
	uint32_t serial; /* that the commit was given */
	uint64_t when; /* ns, of the card's clock */
};

/* As many as the kernel has room for in one read. */
#define KMS_EVENTS_SIZE 4096

/*
 * Calls @flipped for each page flip that the @len bytes at @data tell of. -EBADMSG when
 * they are no events; those before it have been told.
 */
must_check int kms_events_parse(const void *data, size_t len,
	void (*flipped)(const struct kms_event *e, void *arg), void *arg);
