/* Modes as people write them. */
#pragma once

#include <stdbool.h>

#include "screen/output.h"

/*
 * "1920x1080@59.94", "1920x1080" (any rate) and "preferred" (all zero): what an
 * output_config takes. False: it is none of them; @ret is as it was.
 */
bool mode_parse(const char *text, struct mode *ret);
