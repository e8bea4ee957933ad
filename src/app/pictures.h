/*
 * "--screenshot [WINDOW=]FILE": PNG files that are kept current with windows. One
 * without a window's id shows the first window that there is.
 */
#pragma once

#include <stddef.h>

#include "base/macros.h"

#define PICTURES_MAX 8

struct loop;
struct output;
struct screenshot;

struct picture_file {
	const char *path; /* borrowed */
	const char *window; /* borrowed, @window_len long; null: whichever is the first */
	size_t window_len;
	struct output *output; /* borrowed while there is a screenshot of it */
	struct screenshot *screenshot; /* owned */
};

struct pictures {
	struct picture_file files[PICTURES_MAX];
	size_t n;
};

/* What the command line says; @spec outlives us. -E2BIG: there are PICTURES_MAX already. */
must_check int pictures_add(struct pictures *p, const char *spec);
/* @window opens on @o: files that are to show it do so from here on. */
must_check int pictures_open(
	struct pictures *p, struct loop *l, const char *window, struct output *o);
/* @o is about to go: its files are written a last time. */
void pictures_close(struct pictures *p, const struct output *o);
