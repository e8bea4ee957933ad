/* The kernel's modes, and how the rest of src/screen sees them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <xf86drmMode.h>

#include "base/macros.h"
#include "screen/output.h"

/* Of one connector; what is beyond is not offered. */
#define KMS_MODES_MAX 128

void kms_modes_describe(const drmModeModeInfo *from, struct mode *ret);
/*
 * Those of @from that can be offered, at most KMS_MODES_MAX, in the same order: what cannot be
 * told apart is offered once, and interlaced ones only where there are no others.
 */
size_t kms_modes_list(const drmModeModeInfo *from, size_t n, struct mode *ret);
/* The one that was offered as @m; null: none. */
const drmModeModeInfo *kms_modes_find(const drmModeModeInfo *from, size_t n, const struct mode *m);
