#include "input/grab.h"

#include <errno.h>
#include <linux/input.h>
#include <stdbool.h>
#include <sys/ioctl.h>

#define BITS (8 * sizeof(unsigned long))

static bool has_key(const unsigned long *keys, unsigned key)
{
	return keys[key / BITS] & 1ul << key % BITS;
}

/* A mouse or a power button cannot; that one stays for who else listens to it. */
static bool makes_combinations(int fd)
{
	unsigned long keys[KEY_CNT / BITS + 1] = { 0 };

	if (ioctl(fd, EVIOCGBIT(EV_KEY, sizeof(keys)), keys) < 0)
		return false;
	return has_key(keys, KEY_LEFTALT) || has_key(keys, KEY_RIGHTALT) ||
	       has_key(keys, KEY_SYSRQ);
}

int grab_keyboard(int fd)
{
	if (!makes_combinations(fd))
		return 0;
	return ioctl(fd, EVIOCGRAB, 1) < 0 ? -errno : 0;
}
