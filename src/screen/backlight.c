#include "screen/backlight.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

#define LOG_TAG "screen"
#include "base/log.h"

#define DEVICES_MAX 16
/* fb_blank()'s word for a light that is on. */
#define POWER_ON "0"

struct backlight {
	int dir_fd; /* owned: the device's directory */
	unsigned max;
	char name[BACKLIGHT_NAME_MAX];
};

static int read_number(int dir_fd, const char *file, unsigned *ret)
{
	char text[32], *end;
	unsigned long value;
	int r = file_text(dir_fd, file, text, sizeof(text));

	if (r < 0)
		return r;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || text[0] == '-' || value > INT_MAX)
		return -EPROTO;
	*ret = (unsigned)value;
	return 0;
}

/* What the device does, or what it was told where the driver cannot say that. */
static int read_actual(int dir_fd, unsigned *ret)
{
	int r = read_number(dir_fd, "actual_brightness", ret);

	return r == -ENOENT ? read_number(dir_fd, "brightness", ret) : r;
}

static bool read_powered(int dir_fd)
{
	char text[16];

	return file_text(dir_fd, "bl_power", text, sizeof(text)) < 0 || strcmp(text, POWER_ON) == 0;
}

/* "../../card0-eDP-1" is the connector eDP-1's; anything else is none. */
static void read_connector(int dir_fd, char ret[static BACKLIGHT_NAME_MAX])
{
	char target[PATH_MAX];
	const char *name, *dash;
	ssize_t n = readlinkat(dir_fd, "device", target, sizeof(target) - 1);

	ret[0] = '\0';
	if (n < 0)
		return;
	target[n] = '\0';
	name = strrchr(target, '/');
	name = name ? name + 1 : target;
	dash = strchr(name, '-');
	if (strncmp(name, "card", 4) != 0 || !dash || name[4] < '0' || name[4] > '9' ||
		strlen(dash + 1) >= BACKLIGHT_NAME_MAX)
		return;
	strcpy(ret, dash + 1);
}

/* -errno: it is no backlight that can be used. */
static int read_info(int dir_fd, const char *name, struct backlight_info *ret)
{
	struct backlight_info info = { 0 };
	int r;

	if (strlen(name) >= sizeof(info.name))
		return -ENAMETOOLONG;
	strcpy(info.name, name);
	r = read_number(dir_fd, "max_brightness", &info.max);
	if (r == 0 && info.max == 0)
		r = -EPROTO;
	if (r == 0)
		r = read_actual(dir_fd, &info.actual);
	if (r < 0)
		return r;
	if (file_text(dir_fd, "type", info.type, sizeof(info.type)) < 0)
		info.type[0] = '\0';
	read_connector(dir_fd, info.connector);
	info.powered = read_powered(dir_fd);
	info.writable = faccessat(dir_fd, "brightness", W_OK, AT_EACCESS) == 0;
	*ret = info;
	return 0;
}

static int open_device(const char *root, const char *name)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", root ? root : BACKLIGHT_ROOT, name);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int add_device(
	const char *root, const char *name, struct backlight_info *ret, size_t n, size_t *found)
{
	auto_fd int fd = open_device(root, name);
	int r = fd < 0 ? fd : 0;

	if (r == 0 && *found == n)
		r = -ENOSPC;
	if (r == 0)
		r = read_info(fd, name, &ret[*found]);
	if (r == 0)
		++*found;
	return r;
}

int backlight_list(const char *root, struct backlight_info *ret, size_t n)
{
	struct dirent **names;
	size_t found = 0;
	int count, r;

	count = scandir(root ? root : BACKLIGHT_ROOT, &names, NULL, alphasort);
	if (count < 0)
		return errno == ENOENT ? 0 : -errno;
	for (int i = 0; i < count; i++) {
		if (names[i]->d_name[0] != '.') {
			r = add_device(root, names[i]->d_name, ret, n, &found);
			if (r < 0)
				log_warn("the backlight %s cannot be used: %s", names[i]->d_name,
					strerror(-r));
		}
		free(names[i]);
	}
	free(names);
	return (int)found;
}

/* What is built in, and so may have a light that says nothing of a connector. */
static bool is_internal(const char *connector)
{
	static const char *const kinds[] = { "eDP-", "LVDS-", "DSI-", "DPI-" };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strncmp(connector, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

/* The order in which the kernel's documentation would have them tried. */
static unsigned rank(const struct backlight_info *info)
{
	static const char *const types[] = { "firmware", "platform", "raw" };
	unsigned i = 0;

	while (i < ARRAY_SIZE(types) && strcmp(info->type, types[i]) != 0)
		i++;
	return i;
}

static const struct backlight_info *choose(
	const struct backlight_info *all, size_t n, const char *connector)
{
	const struct backlight_info *own = NULL, *free_one = NULL;
	size_t n_free = 0;

	for (const struct backlight_info *b = all; b < all + n; b++) {
		if (strcmp(b->connector, connector) == 0 && (!own || rank(b) < rank(own)))
			own = b;
		if (b->connector[0] == '\0') {
			free_one = b;
			n_free++;
		}
	}
	if (!own && n_free == 1 && is_internal(connector))
		own = free_one;
	return own;
}

int backlight_new(const char *root, const char *connector, struct backlight **ret)
{
	struct backlight_info all[DEVICES_MAX];
	const struct backlight_info *info;
	int n = backlight_list(root, all, ARRAY_SIZE(all)), fd;
	struct backlight *b;

	if (n < 0)
		return n;
	info = choose(all, (size_t)n, connector);
	if (!info)
		return -ENODEV;
	fd = open_device(root, info->name);
	if (fd < 0)
		return fd;
	b = calloc(1, sizeof(*b));
	if (!b) {
		close(fd);
		return -ENOMEM;
	}
	b->dir_fd = fd;
	b->max = info->max;
	strcpy(b->name, info->name);
	*ret = b;
	return 0;
}

void backlight_free(struct backlight *b)
{
	if (!b)
		return;
	close(b->dir_fd);
	free(b);
}

const char *backlight_name(const struct backlight *b)
{
	return b->name;
}

int backlight_set(struct backlight *b, double level)
{
	char text[16];
	unsigned raw;
	int r;

	if (!(level >= 0 && level <= 1))
		return -EINVAL;
	raw = (unsigned)lround(level * b->max);
	/* What is not none must not become none by rounding. */
	if (raw == 0 && level > 0)
		raw = 1;
	snprintf(text, sizeof(text), "%u", raw);
	r = file_put(b->dir_fd, "brightness", text);
	/* Not every driver has this one, and most users may not write it; it is rarely off. */
	if (r == 0 && raw > 0 && !read_powered(b->dir_fd))
		r = file_put(b->dir_fd, "bl_power", POWER_ON);
	return r;
}

int backlight_get(struct backlight *b, double *ret)
{
	unsigned raw;
	int r;

	if (!read_powered(b->dir_fd)) {
		*ret = 0;
		return 0;
	}
	r = read_actual(b->dir_fd, &raw);
	if (r == 0)
		*ret = raw >= b->max ? 1 : (double)raw / b->max;
	return r;
}
