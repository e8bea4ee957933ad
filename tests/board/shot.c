#include "shot.h"

#include <png.h>
#include <stdbool.h>
#include <stdlib.h>

#include "board.h"

void shot_load(const char *path, struct shot *ret)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	uint8_t *bytes;
	size_t n;

	if (!png_image_begin_read_from_file(&image, path))
		fail_msg("%s: %s", path, image.message);
	image.format = PNG_FORMAT_RGB;
	n = (size_t)image.width * image.height;
	bytes = malloc(PNG_IMAGE_SIZE(image));
	ret->pixels = calloc(n, sizeof(*ret->pixels));
	assert_true(bytes && ret->pixels);
	if (!png_image_finish_read(&image, NULL, bytes, 0, NULL))
		fail_msg("%s: %s", path, image.message);
	ret->width = image.width;
	ret->height = image.height;
	for (size_t i = 0; i < n; i++)
		ret->pixels[i] = (uint32_t)bytes[3 * i] << 16 | (uint32_t)bytes[3 * i + 1] << 8 |
				 bytes[3 * i + 2];
	free(bytes);
}

void shot_fini(struct shot *s)
{
	free(s->pixels);
	*s = (struct shot){ 0 };
}

static bool inside(const struct shot *s, struct shot_area a)
{
	return a.width > 0 && a.height > 0 && a.x + a.width <= s->width &&
	       a.y + a.height <= s->height;
}

static bool is_near(uint32_t a, uint32_t b, unsigned near)
{
	for (unsigned shift = 0; shift < 24; shift += 8) {
		int difference = (int)(a >> shift & 0xff) - (int)(b >> shift & 0xff);

		if ((unsigned)abs(difference) > near)
			return false;
	}
	return true;
}

double shot_share(const struct shot *s, struct shot_area area, uint32_t colour, unsigned near)
{
	size_t n = 0;

	if (!inside(s, area))
		return 0;
	for (unsigned y = area.y; y < area.y + area.height; y++)
		for (unsigned x = area.x; x < area.x + area.width; x++)
			n += is_near(s->pixels[(size_t)y * s->width + x], colour, near);
	return (double)n / ((double)area.width * area.height);
}

uint32_t shot_mean(const struct shot *s, struct shot_area area)
{
	uint64_t sum[3] = { 0 }, n = (uint64_t)area.width * area.height;

	if (!inside(s, area))
		return 0;
	for (unsigned y = area.y; y < area.y + area.height; y++)
		for (unsigned x = area.x; x < area.x + area.width; x++)
			for (unsigned i = 0; i < 3; i++)
				sum[i] +=
					s->pixels[(size_t)y * s->width + x] >> (16 - 8 * i) & 0xff;
	return (uint32_t)(sum[0] / n << 16 | sum[1] / n << 8 | sum[2] / n);
}
