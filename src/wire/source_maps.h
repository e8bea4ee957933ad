/*
 * The source maps of an app: "main.js.map" for "main.js", each loaded when the
 * first place in its file is asked for.
 *
 * Who asks is about to log an error, so nothing here fails: without a map, and
 * without memory for one, the answer is that there is none. Maps are kept within
 * a bound together, and a file that has changed on the disk is read again.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "wire/source_map.h"

struct source_maps {
	int dir_fd; /* borrowed: the app's folder; -1: no app, and no maps */
	struct list all; /* of those that were asked for, in the order of the last time */
	unsigned n;
	size_t size; /* of all maps */
	struct {
		uint64_t since; /* ns */
		size_t bytes;
	} read; /* what was read of late */
};

void source_maps_init(struct source_maps *m, int dir_fd);
/* No-op on a zeroed one. */
void source_maps_fini(struct source_maps *m);

/*
 * Where @line and @column (as for source_map_find()) of the built file @path, in the
 * app's folder, come from. What @ret gets is valid until the next call. False when
 * that is not known.
 */
bool source_maps_find(struct source_maps *m, const char *path, size_t path_len, unsigned line,
	unsigned column, struct source_place *ret);
/* Whether @path has a map; then a place that is not found is a build tool's. */
bool source_maps_has(struct source_maps *m, const char *path, size_t path_len);
