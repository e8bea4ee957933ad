/* What a plane can scan out: pairs of format and modifier, as its IN_FORMATS property lists them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "screen/screen.h"

/* Drivers with many tilings list a few hundred. */
#define KMS_FORMATS_MAX 4096

struct kms_formats {
	struct screen_format *list; /* owned */
	size_t n;
};

/* -EBADMSG when the blob contradicts itself, -E2BIG over KMS_FORMATS_MAX pairs, -ENOMEM. */
must_check int kms_formats_parse(const void *blob, size_t len, struct kms_formats *ret);
/* Of a plane that names no modifiers. */
must_check int kms_formats_plain(const uint32_t *fourccs, size_t n, struct kms_formats *ret);
bool kms_formats_have(const struct kms_formats *f, uint32_t fourcc, uint64_t modifier);
/* How many different fourccs there are. */
size_t kms_formats_fourccs(const struct kms_formats *f);
/* The same format with its alpha channel not looked at; itself when it has none. */
uint32_t kms_formats_opaque(uint32_t fourcc);
/* No-op on a zeroed one. */
void kms_formats_fini(struct kms_formats *f);
