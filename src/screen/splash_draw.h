/* The picture of a splash, drawn by cairo. */
#pragma once

#include <cairo.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct buffer;

struct splash_art {
	cairo_surface_t *image; /* owned; null: the runtime's own */
	uint32_t color; /* 0xrrggbb */
};

/* No-op on zeroes. */
void splash_art_fini(struct splash_art *art);

/* -EINVAL with the reason, a literal, when it is no PNG that is shown; -ENOMEM. */
must_check int splash_decode(
	const void *png, size_t len, cairo_surface_t **ret, const char **ret_why);
/* In a buffer whose reference is the caller's. -ENOMEM. */
must_check int splash_draw(const struct splash_art *art, uint32_t width, uint32_t height,
	double scale, struct buffer **ret);
