/*
 * What is seen on an output from its first mode on, until there is something better: a
 * picture on a colour, in the lowest layer of each. It goes for good, and its memory with
 * it, when the first frame of a window is lit there; an output without windows keeps it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

/* Of a picture that others bring: pixels of a side, bytes of the file. */
#define SPLASH_SIDE_MAX 4096
#define SPLASH_BYTES_MAX (16u << 20)
#define SPLASH_COLOR 0x101418u

struct output;
struct splash;

/*
 * @png is a PNG file's content, read before this returns; null: the runtime's own picture,
 * which also stands in for one that cannot be shown. @color is 0xrrggbb. @ret_why says why
 * not when it cannot, a literal, and is null otherwise. -ENOMEM.
 */
must_check int splash_new(
	const void *png, size_t len, uint32_t color, struct splash **ret, const char **ret_why);
/* Before the outputs go. No-op on null. */
void splash_free(struct splash *s);

/*
 * On @o, from the next frame on, in whatever mode it has or gets. Legal in
 * screen_options.added. -ENOMEM.
 */
must_check int splash_add(struct splash *s, struct output *o);
/* A frame of a window is lit on @o. No-op where it is gone. */
void splash_hide(struct splash *s, const struct output *o);

/* Whether such a file can be shown: 0, or -EINVAL with the reason, a literal; -ENOMEM. */
must_check int splash_check(const void *png, size_t len, const char **ret_why);
