#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

int file_open_beneath(int dir_fd, const char *path, off_t *ret_size)
{
	/* Not blocking: a FIFO in the folder must not hold the runtime up. */
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	auto_fd int fd = -1;
	struct stat st;

	/* EAGAIN says that something was renamed on the way, so that ".." could not be judged. */
	do
		fd = (int)syscall(SYS_openat2, dir_fd, path, &how, sizeof(how));
	while (fd < 0 && (errno == EAGAIN || errno == EINTR));
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EISDIR;
	*ret_size = st.st_size;
	return take_fd(fd);
}

/* Appends what @fd has, @left bytes or what became of them meanwhile. */
static int read_all(int fd, off_t left, size_t max, struct buf *to)
{
	uint8_t *at;
	int r;

	if ((uint64_t)left > max)
		return -EFBIG;
	r = buf_reserve(to, (size_t)left, &at);
	if (r < 0)
		return r == -EMSGSIZE ? -EFBIG : r;
	while (left > 0) {
		ssize_t n = read(fd, at, (size_t)left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		buf_grow(to, (size_t)n);
		at += n;
		left -= n;
	}
	return 0;
}

int file_read(int dir_fd, const char *path, size_t max, struct buf *to)
{
	auto_fd int fd = -1;
	off_t size = 0;

	fd = file_open_beneath(dir_fd, path, &size);
	return fd < 0 ? fd : read_all(fd, size, max, to);
}

int file_read_path(const char *path, size_t max, struct buf *to)
{
	auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) ? read_all(fd, st.st_size, max, to) : -EISDIR;
}

int file_text(int dir_fd, const char *path, char *to, size_t room)
{
	auto_fd int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0)
		return -errno;
	while (n != 0 && len < room - 1) {
		n = read(fd, to + len, room - 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		len += (size_t)n;
	}
	while (len > 0 && to[len - 1] == '\n')
		len--;
	to[len] = '\0';
	return 0;
}

int file_put(int dir_fd, const char *path, const char *text)
{
	auto_fd int fd = openat(dir_fd, path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY);
	ssize_t n;

	if (fd < 0)
		return -errno;
	/* In one call: the kernel takes each as a value of its own. */
	do
		n = write(fd, text, strlen(text));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n == strlen(text) ? 0 : -EIO;
}
