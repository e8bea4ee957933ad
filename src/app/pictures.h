/*
 * "--screenshot [WINDOW=]FILE": PNG files that are kept current with windows. One
 * without a window's id shows what is lit on the first output.
 */
#pragma once

#include <stddef.h>

#include "base/macros.h"

#define PICTURES_MAX 8

struct layer;
struct loop;
struct output;
struct screenshot;

struct picture_file {
	const char *path; /* borrowed */
	const char *window; /* borrowed, @window_len long; null: the first output */
	size_t window_len;
	struct layer *layer; /* borrowed while there is a screenshot of it; or null */
	struct screenshot *screenshot; /* owned */
};

struct pictures {
	struct picture_file files[PICTURES_MAX];
	size_t n;
};

/* What the command line says; @spec outlives us. -E2BIG: there are PICTURES_MAX already. */
must_check int pictures_add(struct pictures *p, const char *spec);
/* Files without a window show what is lit on @o from here on. */
must_check int pictures_screen(struct pictures *p, struct loop *l, struct output *o);
/* There is a frame of @window, which has @layer; files that are to show it do so from here on. */
void pictures_changed(struct pictures *p, struct loop *l, const char *window, struct layer *layer);
/* @layer is about to go; null: the output is. Its files are written a last time. */
void pictures_close(struct pictures *p, const struct layer *layer);
