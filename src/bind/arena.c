#include "bind/arena.h"

#include <stdalign.h>
#include <stdlib.h>

struct arena_block {
	struct arena_block *next; /* of the arena */
	alignas(max_align_t) unsigned char bytes[];
};

void *arena_alloc(struct arena *a, size_t n, size_t size)
{
	struct arena_block *b;
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes) ||
		__builtin_add_overflow(bytes, sizeof(*b), &bytes) || bytes > a->ceiling - a->used)
		return NULL;
	b = calloc(1, bytes);
	if (!b)
		return NULL;
	b->next = a->blocks;
	a->blocks = b;
	a->used += bytes;
	return b->bytes;
}

void arena_fini(struct arena *a)
{
	struct arena_block *b, *next;

	for (b = a->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	*a = (struct arena){ .ceiling = a->ceiling };
}
