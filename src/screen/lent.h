/*
 * Pictures in memory that a less trusted process shares: it can cut the file behind it at
 * any time, and who reads there then gets SIGBUS. Between begin and end such a read gives
 * zeroes instead, from there on until the memory is unmapped.
 */
#pragma once

#include <stdbool.h>

#include "screen/picture.h"

/* Not nested; one thread. */
void lent_begin(const struct picture *p);
/* Whether it was taken back meanwhile. */
bool lent_end(void);
