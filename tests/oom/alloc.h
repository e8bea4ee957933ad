/*
 * An allocator that can run out of memory on demand: stands in front of the real
 * one for the whole program, shared libraries included, and counts.
 */
#pragma once

#include <stddef.h>

/* From now on @n allocations work, and then @times fail. */
void alloc_fail_after(size_t n, size_t times);
/* There is memory again. */
void alloc_relent(void);

/* Since alloc_fail_after(). */
size_t alloc_asked(void);
size_t alloc_failed(void);

/* Blocks that are not freed. */
size_t alloc_live(void);

/*
 * Notes who asks, from the next alloc_fail_after() on: @who[n] is the address that the
 * allocation after @n others returns to. Null ends it.
 */
void alloc_trace(const void **who, size_t room);
