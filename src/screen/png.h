/*
 * Pictures as PNG files.
 *
 * Written is what a screen shows: the picture over black, opaque. Premultiplied
 * colours over black are the stored ones, so nothing is divided.
 */
#pragma once

#include "base/buf.h"
#include "base/macros.h"
#include "screen/picture.h"

/*
 * Replaces @path as one step: who reads it sees the old file or the new one. Uses
 * "<path>.part" beside it meanwhile. On failure (-errno) the old file stays.
 */
must_check int png_write_file(const char *path, const struct picture *p);
/* Appends it to @out, the same bytes. -EMSGSIZE when it does not fit; @out is then as it was. */
must_check int png_write_buf(struct buf *out, const struct picture *p);
