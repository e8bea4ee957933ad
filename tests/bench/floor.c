/*
 * The floor under every message: round trips over a bare stream socketpair
 * between two processes, with poll(2) on both ends and nothing in between. Each
 * has a core of its own, as the runtime and a web process have: left to the
 * scheduler, the two share one in some runs, and the floor is five times lower.
 *
 * usage: floor BYTES...; prints a line "floor BYTES P50 P99" for each, in µs.
 */
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define WARM_UP 2000
#define ROUNDS 20000
#define BYTES_MAX 65536

static void transfer(int fd, char *buf, size_t len, short event)
{
	size_t done = 0;

	while (done < len) {
		struct pollfd p = { .fd = fd, .events = event };
		ssize_t n;

		poll(&p, 1, -1);
		n = event == POLLIN ? recv(fd, buf + done, len - done, MSG_DONTWAIT)
				    : send(fd, buf + done, len - done, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n == 0)
			exit(0);
		if (n > 0)
			done += (size_t)n;
	}
}

/* As the runtime does: write at once, and poll only to read. */
static void put(int fd, char *buf, size_t len)
{
	ssize_t n = send(fd, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < (ssize_t)len)
		transfer(fd, buf + (n > 0 ? n : 0), len - (n > 0 ? (size_t)n : 0), POLLOUT);
}

static void pin(int core)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(core, &set);
	/* On a machine with one core there is nothing to choose. */
	sched_setaffinity(0, sizeof(set), &set);
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void measure(size_t len)
{
	static char buf[BYTES_MAX];
	static uint64_t times[ROUNDS];
	int pair[2];
	pid_t echo;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		exit(1);
	echo = fork();
	if (echo == 0) {
		pin(1);
		close(pair[0]);
		for (;;) {
			transfer(pair[1], buf, len, POLLIN);
			put(pair[1], buf, len);
		}
	}
	close(pair[1]);
	pin(0);
	for (int i = -WARM_UP; i < ROUNDS; i++) {
		uint64_t start = clock_now();

		put(pair[0], buf, len);
		transfer(pair[0], buf, len, POLLIN);
		if (i >= 0)
			times[i] = clock_now() - start;
	}
	close(pair[0]);
	waitpid(echo, NULL, 0);
	qsort(times, ROUNDS, sizeof(times[0]), compare);
	printf("floor %zu %.1f %.1f\n", len, (double)times[ROUNDS / 2] / 1e3,
		(double)times[ROUNDS * 99 / 100] / 1e3);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		size_t len = strtoul(argv[i], NULL, 10);

		if (len == 0 || len > BYTES_MAX)
			return 2;
		measure(len);
	}
	return 0;
}
