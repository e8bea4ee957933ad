#include "app/place.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
	const char *beside, *installed; /* from the program's folder */
} places[] = {
	[PLACE_WEBEXT] = { "webext", "../lib/kiln/webext" },
	[PLACE_TEMPLATES] = { "templates", "../share/kiln/templates" },
	[PLACE_TOOLKIT] = { "../toolkit", "../lib/kiln/toolkit" },
	[PLACE_SDK] = { "sdk", "../share/kiln/sdk" },
};

/* A path that does not fit is none. */
static int printf_like(2, 3) write_path(char ret[static PATH_MAX], const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(ret, PATH_MAX, fmt, ap);
	va_end(ap);
	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

int place_find(enum place place, char ret[static PATH_MAX])
{
	char exe[PATH_MAX], path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	const char *const at[] = { places[place].beside, places[place].installed };

	if (n < 0)
		return -errno;
	exe[n] = '\0';
	*strrchr(exe, '/') = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(at); i++)
		if (write_path(path, "%s/%s", exe, at[i]) == 0 && realpath(path, ret))
			return 0;
	return -ENOENT;
}

/* Ours alone: where others could write, they could put an app in the place of ours. */
static int make_private(const char *path)
{
	struct stat st;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -errno;
	if (lstat(path, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH)) ? 0 : -EPERM;
}

static int make_below(char path[static PATH_MAX], const char *const *names, size_t n)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		size_t len = strlen(path);

		if (len + strlen(names[i]) + 2 > PATH_MAX)
			return -ENAMETOOLONG;
		snprintf(path + len, PATH_MAX - len, "/%s", names[i]);
		r = make_private(path);
	}
	return r;
}

/* FNV-1a: two apps whose folders have the same name are told apart by where they are. */
static uint64_t hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3;
	return h;
}

int place_for_build(const char *app, const char *purpose, char ret[static PATH_MAX])
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME"), *base;
	char folder[PATH_MAX], name[NAME_MAX], user[32];
	const char *const in_home[] = { ".cache", "kiln", "apps", name };
	const char *const in_tmp[] = { user, "apps", name };
	int r = -ENOENT;

	if (!realpath(app, folder))
		return -errno;
	base = strrchr(folder, '/') + 1;
	snprintf(name, sizeof(name), "%.64s-%016llx-%s", base, (unsigned long long)hash(folder),
		purpose);
	snprintf(user, sizeof(user), "kiln-%u", geteuid());
	/* Relative paths in the environment are to be ignored, says the standard. */
	if (cache && *cache == '/' && write_path(ret, "%s", cache) == 0)
		r = make_below(ret, in_home + 1, ARRAY_SIZE(in_home) - 1);
	else if (home && *home == '/' && write_path(ret, "%s", home) == 0)
		r = make_below(ret, in_home, ARRAY_SIZE(in_home));
	if (r == 0)
		return 0;
	strcpy(ret, "/tmp");
	return make_below(ret, in_tmp, ARRAY_SIZE(in_tmp));
}
