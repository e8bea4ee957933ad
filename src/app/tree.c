#include "app/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/place.h"
#include "base/file.h"

#define FILE_MAX (1u << 20)
#define DEPTH_MAX 8

int tree_is_empty(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int empty = 1;

	if (!dir)
		return errno == ENOENT ? 1 : errno == ENOTDIR ? 0 : -errno;
	while (empty && (entry = readdir(dir)))
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	closedir(dir);
	return empty;
}

/* A new file: what is there may be a FIFO, which would hold us up, or another name of a file. */
static int write_file(int dir_fd, const char *name, const struct buf *text)
{
	const uint8_t *at = buf_bytes(text);
	size_t left = buf_len(text);
	auto_fd int fd = -1;

	if (unlinkat(dir_fd, name, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return -errno;
	while (left > 0) {
		ssize_t n = write(fd, at, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		left -= (size_t)n;
	}
	return 0;
}

static int copy_file(int from_fd, int to_fd, const char *name, tree_fill_fn fill, const void *arg)
{
	struct buf text = BUF_INIT(FILE_MAX), filled = BUF_INIT(2 * FILE_MAX);
	int r = file_read(from_fd, name, FILE_MAX, &text);

	if (r == 0 && fill)
		r = fill((const char *)buf_bytes(&text), buf_len(&text), arg, &filled);
	if (r == 0)
		r = write_file(to_fd, name, fill ? &filled : &text);
	buf_fini(&text);
	buf_fini(&filled);
	return r;
}

/* An app's folder may come from anywhere: no link in it is followed. */
static int open_made(int dir_fd, const char *name)
{
	int fd;

	if (mkdirat(dir_fd, name, 0777) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

static int copy(int from_fd, int to_fd, unsigned depth, tree_fill_fn fill, const void *arg);

static int copy_folder(int from_fd, int to_fd, const char *name, unsigned depth, tree_fill_fn fill,
	const void *arg)
{
	auto_fd int from = -1, to = -1;

	if (depth == DEPTH_MAX)
		return -ELOOP;
	from = openat(from_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (from < 0)
		return -errno;
	to = open_made(to_fd, name);
	return to < 0 ? to : copy(from, to, depth + 1, fill, arg);
}

static int copy(int from_fd, int to_fd, unsigned depth, tree_fill_fn fill, const void *arg)
{
	int fd = openat(from_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	struct stat st;

	if (!dir) {
		r = -errno;
		cleanup_fd(&fd);
		return r;
	}
	while (r == 0 && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (fstatat(from_fd, entry->d_name, &st, 0) < 0)
			r = -errno;
		else if (S_ISDIR(st.st_mode))
			r = copy_folder(from_fd, to_fd, entry->d_name, depth, fill, arg);
		else
			r = copy_file(from_fd, to_fd, entry->d_name, fill, arg);
	}
	closedir(dir);
	return r;
}

int tree_copy(const char *from, const char *to, tree_fill_fn fill, const void *arg)
{
	auto_fd int from_fd = -1, to_fd = -1;

	from_fd = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (from_fd < 0 || (mkdir(to, 0777) < 0 && errno != EEXIST))
		return -errno;
	to_fd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return to_fd < 0 ? -errno : copy(from_fd, to_fd, 0, fill, arg);
}

void tree_copy_sdk(const char *app)
{
	auto_fd int app_fd = -1, own_fd = -1, to_fd = -1, from_fd = -1;
	char sdk[PATH_MAX];

	if (place_find(PLACE_SDK, sdk) < 0)
		return;
	app_fd = open(app, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	from_fd = open(sdk, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (app_fd < 0 || from_fd < 0)
		return;
	own_fd = open_made(app_fd, ".kiln");
	if (own_fd >= 0)
		to_fd = open_made(own_fd, "sdk");
	if (to_fd < 0 || copy(from_fd, to_fd, 0, NULL, NULL) < 0)
		return;
}
