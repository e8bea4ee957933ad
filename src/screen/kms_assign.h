/* Which connector is driven by which CRTC, and which CRTC's primary plane is which. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Bits of a mask of CRTCs, as the kernel has them. */
#define KMS_ASSIGN_MAX 32

enum {
	KMS_ASSIGN_WANTED = -1, /* has none and wants one */
	KMS_ASSIGN_UNWANTED = -2, /* is to have none */
};

struct kms_assign {
	uint32_t possible; /* mask of those that can serve it */
	int hint; /* the one it would like best; negative: none */
	int assigned; /* index, or KMS_ASSIGN_* */
};

/*
 * Gives one each to as many of @n that want one as there is a way to; what is assigned
 * already stays as it is. Who gets none stays WANTED.
 */
void kms_assign(struct kms_assign *list, size_t n);
