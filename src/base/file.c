#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>

int file_open_beneath(int dir_fd, const char *path, off_t *ret_size)
{
	/* Not blocking: a FIFO in the folder must not hold the runtime up. */
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	auto_fd int fd = (int)syscall(SYS_openat2, dir_fd, path, &how, sizeof(how));
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EISDIR;
	*ret_size = st.st_size;
	return take_fd(fd);
}

int file_read(int dir_fd, const char *path, size_t max, char **ret_text, size_t *ret_len)
{
	auto_free char *text = NULL;
	auto_fd int fd = -1;
	size_t len = 0;
	off_t size;

	fd = file_open_beneath(dir_fd, path, &size);
	if (fd < 0)
		return fd;
	if ((uintmax_t)size > max)
		return -EFBIG;
	text = malloc((size_t)size + 1);
	if (!text)
		return -ENOMEM;
	while (len < (size_t)size) {
		ssize_t n = read(fd, text + len, (size_t)size - len);

		if (n < 0)
			return -errno;
		if (n == 0)
			break; /* it became shorter meanwhile */
		len += (size_t)n;
	}
	text[len] = '\0';
	*ret_text = take_ptr(text);
	*ret_len = len;
	return 0;
}
