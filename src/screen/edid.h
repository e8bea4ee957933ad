/* What a screen says of itself. EDIDs are often wrong, and may be made to harm. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

/* A base block and 255 extensions. */
#define EDID_SIZE_MAX (256u * 128u)
#define EDID_NAME_MAX 64

struct edid {
	/* Printable ASCII, terminated; "" when not told. */
	char make[EDID_NAME_MAX], model[EDID_NAME_MAX], serial[EDID_NAME_MAX];
	uint32_t mm_width, mm_height; /* 0: not told */
};

/* -EBADMSG when it is none: @ret says nothing then. -ENOMEM. */
must_check int edid_parse(const void *data, size_t len, struct edid *ret);
