/* Time as the runtime sees it: CLOCK_MONOTONIC in nanoseconds, absolute. */
#pragma once

#include <stdint.h>

#define NSEC_PER_USEC 1000ull
#define NSEC_PER_MSEC 1000000ull
#define NSEC_PER_SEC 1000000000ull

uint64_t clock_now(void);
