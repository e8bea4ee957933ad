/* Which modes are tried on an output, one after another. */
#pragma once

#include "screen/output.h"

#define LADDER_MAX 8

/*
 * Fills @ret: asked for, preferred, the next ones in the output's order, 1280x720, 640x480;
 * each once, and none that is not offered. Returns how many; 0 when nothing is offered.
 */
unsigned ladder_fill(
	const struct output_config *c, const struct output_info *info, struct mode ret[LADDER_MAX]);
/* Whether @m is what @c asks for; true when it asks for nothing. */
bool ladder_is_asked(const struct output_config *c, const struct mode *m);
