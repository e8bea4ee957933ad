/* Pictures of screens, and how much of an area has a colour. Failures end the test. */
#pragma once

#include <stdint.h>

struct shot {
	unsigned width, height;
	uint32_t *pixels; /* owned; 0xRRGGBB */
};

struct shot_area {
	unsigned x, y, width, height;
};

void shot_load(const char *path, struct shot *ret);
void shot_fini(struct shot *s);
/* The share, 0 to 1, of an area's pixels that differ from a colour by no more than @near in
 * red, green and blue each. An area that is not wholly in the picture has none. */
double shot_share(const struct shot *s, struct shot_area area, uint32_t colour, unsigned near);
/* Of an area, for messages. */
uint32_t shot_mean(const struct shot *s, struct shot_area area);
