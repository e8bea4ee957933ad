/* What there is of cards, connectors and planes, for "kiln doctor" and who reads it. */
#pragma once

#include <stdio.h>

#include "base/macros.h"

/*
 * Writes about @card ("/dev/dri/card0"), null for all there are. It takes nothing from a
 * runtime that drives it meanwhile. -ENODEV when there is none; -errno of opening the one that
 * was named.
 */
must_check int kms_describe(FILE *out, const char *card);
