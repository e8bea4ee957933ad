/*
 * A source map, version 3: from a place in a built file to the author's.
 *
 * It is kept as the text of its mappings, which is most compact, with a point to
 * begin from every few mappings, so that an answer reads a few hundred bytes. All
 * of it is checked when it is parsed; whatever a hostile file claims, memory is of
 * the order of its own size, and names have no control characters in them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/macros.h"

/* Of the text of a map. */
#define SOURCE_MAP_MAX (16u << 20)
#define SOURCE_MAP_SOURCES_MAX 65536u
/* Of a source's name. */
#define SOURCE_NAME_MAX 255u

struct source_map;

struct source_place {
	const char *name; /* borrowed from the map */
	unsigned line, column; /* from 1 */
};

/*
 * Parses @text, in place: what it holds then is of no use. @path is the built
 * file's in the app's folder; names in the map are relative to it, as if the
 * folder with the sources were the app's: "main.ts", "web/app.ts", and
 * "node_modules/..." wherever that lies. -EBADMSG, -E2BIG (a bound is passed) or
 * -ENOMEM, with the reason in @ret_why, which is static.
 */
must_check int source_map_parse(
	struct buf *text, const char *path, struct source_map **ret, const char **ret_why);
/* No-op on null. */
void source_map_free(struct source_map *m);
/* Bytes that it occupies. */
size_t source_map_size(const struct source_map *m);

/*
 * Where @line and @column (both from 1) come from. Column 0 is for who knows the
 * line only: the first mapping on it counts that is not what the line before it has
 * ended with, or the nearest before it when there is none. False when nobody wrote that place: it
 * is a build tool's.
 */
bool source_map_find(
	const struct source_map *m, unsigned line, unsigned column, struct source_place *ret);
