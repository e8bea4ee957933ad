#include "line.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "board.h"

#define LINE_MAX_BYTES (4u << 20)

struct line_socket {
	int fd;
	char *bytes;
	size_t at, len; /* what was read and not yet given out is bytes[at..len) */
};

struct line_socket *line_open(const char *path, double seconds)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct line_socket *s = calloc(1, sizeof(*s));
	double deadline = now_seconds() + seconds;

	assert_non_null(s);
	assert_true(strlen(path) < sizeof(to.sun_path));
	strcpy(to.sun_path, path);
	s->bytes = malloc(LINE_MAX_BYTES + 1);
	assert_non_null(s->bytes);
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(s->fd >= 0);
	while (connect(s->fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		if (now_seconds() > deadline)
			fail_msg("cannot connect to %s: %s", path, strerror(errno));
		usleep(100000);
	}
	return s;
}

void line_close(struct line_socket *s)
{
	if (!s)
		return;
	close(s->fd);
	free(s->bytes);
	free(s);
}

void line_write(struct line_socket *s, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = send(s->fd, at, len, MSG_NOSIGNAL);

		if (n < 0)
			fail_msg("the board hears nothing: %s", strerror(errno));
		at += n;
		len -= (size_t)n;
	}
}

static bool fill(struct line_socket *s, double deadline)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	double left = deadline - now_seconds();
	ssize_t n;

	if (s->at > 0) {
		memmove(s->bytes, s->bytes + s->at, s->len - s->at);
		s->len -= s->at;
		s->at = 0;
	}
	assert_true(s->len < LINE_MAX_BYTES);
	if (left < 0 || poll(&p, 1, (int)(left * 1000) + 1) <= 0)
		return false;
	n = read(s->fd, s->bytes + s->len, LINE_MAX_BYTES - s->len);
	if (n > 0)
		s->len += (size_t)n;
	return n > 0;
}

const char *line_read(struct line_socket *s, double seconds)
{
	double deadline = now_seconds() + seconds;
	char *line, *end;

	while (!(end = memchr(s->bytes + s->at, '\n', s->len - s->at)))
		if (!fill(s, deadline))
			return NULL;
	line = s->bytes + s->at;
	s->at = (size_t)(end + 1 - s->bytes);
	if (end > line && end[-1] == '\r')
		end--;
	*end = '\0';
	return line;
}

void line_read_bytes(struct line_socket *s, void *ret, size_t len, double seconds)
{
	double deadline = now_seconds() + seconds;

	while (s->len - s->at < len)
		if (!fill(s, deadline))
			fail_msg("the board said too little in %.0f s", seconds);
	memcpy(ret, s->bytes + s->at, len);
	s->at += len;
}
