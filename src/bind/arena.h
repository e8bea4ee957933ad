/* Memory that is given back all at once, with a ceiling. */
#pragma once

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks; /* owned */
	size_t used, ceiling; /* bytes, what each block costs included */
};

#define ARENA_INIT(max) { .ceiling = (max) }

/* Zeroed memory for @n things of @size bytes; null beyond the ceiling or when there is none. */
void *arena_alloc(struct arena *a, size_t n, size_t size);
/* No-op on a zeroed one. */
void arena_fini(struct arena *a);
