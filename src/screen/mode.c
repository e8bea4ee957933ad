#include "screen/mode.h"

#include <stdint.h>
#include <string.h>

#define SIDE_MIN 16
#define REFRESH_HZ_MAX 1000

/* Up to @max, of as many digits at most as it has; moves @at behind them. */
static bool take_number(const char **at, uint32_t max, uint32_t *ret)
{
	const char *start = *at;
	uint64_t n = 0;

	while (**at >= '0' && **at <= '9' && *at - start < 9)
		n = n * 10 + (uint64_t)(*(*at)++ - '0');
	*ret = (uint32_t)n;
	return *at > start && n <= max;
}

static bool take_character(const char **at, char c)
{
	if (**at != c)
		return false;
	++*at;
	return true;
}

/* "59.94" in thousandths: 59940. */
static bool take_refresh(const char **at, uint32_t *ret_mhz)
{
	uint32_t hz, digit, scale = 100;

	if (!take_number(at, REFRESH_HZ_MAX, &hz) || hz == 0)
		return false;
	*ret_mhz = hz * 1000;
	if (!take_character(at, '.'))
		return true;
	for (; **at >= '0' && **at <= '9' && scale > 0; scale /= 10) {
		digit = (uint32_t)(*(*at)++ - '0');
		*ret_mhz += digit * scale;
	}
	return scale < 100;
}

bool mode_parse(const char *text, struct mode *ret)
{
	struct mode m = { 0 };

	if (strcmp(text, "preferred") == 0) {
		*ret = m;
		return true;
	}
	if (!take_number(&text, PICTURE_SIDE_MAX, &m.width) || !take_character(&text, 'x') ||
		!take_number(&text, PICTURE_SIDE_MAX, &m.height) || m.width < SIDE_MIN ||
		m.height < SIDE_MIN)
		return false;
	if (take_character(&text, '@') && !take_refresh(&text, &m.refresh_mhz))
		return false;
	*ret = m;
	return *text == '\0';
}
