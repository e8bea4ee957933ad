#include "harness.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <png.h>
#include <poll.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARGS_MAX 32
#define OUTPUT_MAX (8u << 20)

struct kiln {
	pid_t pid;
	int fd;
	char *text; /* all output, terminated */
	size_t len;
	bool eof;
};

double now_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static struct kiln *start(const char *const *argv)
{
	struct kiln *k = calloc(1, sizeof(*k));
	int fds[2];

	assert_non_null(k);
	k->text = calloc(1, OUTPUT_MAX + 1);
	assert_non_null(k->text);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	k->pid = fork();
	assert_true(k->pid >= 0);
	if (k->pid == 0) {
		/* What a failed test leaves behind goes with the program. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(fds[1]);
	k->fd = fds[0];
	return k;
}

static void collect(const char **argv, va_list ap)
{
	size_t n = 1;

	while (n < ARGS_MAX - 1 && (argv[n] = va_arg(ap, const char *)))
		n++;
	argv[n] = NULL;
}

struct kiln *program_start(const char *program, ...)
{
	const char *argv[ARGS_MAX] = { program };
	va_list ap;

	va_start(ap, program);
	collect(argv, ap);
	va_end(ap);
	return start(argv);
}

struct kiln *kiln_start(const char *arg, ...)
{
	const char *argv[ARGS_MAX] = { "build/dev/kiln", arg };
	va_list ap;

	va_start(ap, arg);
	collect(argv + 1, ap);
	va_end(ap);
	return start(argv);
}

static void read_until(struct kiln *k, double deadline)
{
	struct pollfd p = { .fd = k->fd, .events = POLLIN };
	double left = deadline - now_seconds();
	ssize_t n;

	if (left < 0 || poll(&p, 1, (int)(left * 1000) + 1) <= 0)
		return;
	n = read(k->fd, k->text + k->len, OUTPUT_MAX - k->len);
	if (n <= 0)
		k->eof = true;
	else
		k->len += (size_t)n;
	k->text[k->len] = '\0';
}

/* Calls @each for every whole line that matches. */
static unsigned matches(
	const struct kiln *k, const char *regex, const char **ret_last, size_t *ret_len)
{
	unsigned n = 0;
	regex_t re;

	assert_int_equal(regcomp(&re, regex, REG_EXTENDED | REG_NOSUB), 0);
	for (char *line = k->text, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (regexec(&re, line, 0, NULL, 0) == 0) {
			n++;
			*ret_last = line;
			*ret_len = (size_t)(end - line);
		}
		*end = '\n';
	}
	regfree(&re);
	return n;
}

unsigned kiln_count(struct kiln *k, const char *regex)
{
	const char *last;
	size_t len;

	return matches(k, regex, &last, &len);
}

bool kiln_last(struct kiln *k, const char *regex, char *ret, size_t size)
{
	const char *last;
	size_t len;

	if (matches(k, regex, &last, &len) == 0)
		return false;
	snprintf(ret, size, "%.*s", (int)len, last);
	return true;
}

void kiln_expect(struct kiln *k, double seconds, const char *regex)
{
	double deadline = now_seconds() + seconds;

	while (kiln_count(k, regex) == 0) {
		if (k->eof || now_seconds() > deadline) {
			print_error("no line matches /%s/ %s; the output was:\n%s\n", regex,
				k->eof ? "up to the end" : "in time", k->text);
			kill(k->pid, SIGKILL);
			fail();
		}
		read_until(k, deadline);
	}
}

void kiln_read_for(struct kiln *k, double seconds)
{
	double deadline = now_seconds() + seconds;

	while (!k->eof && now_seconds() < deadline)
		read_until(k, deadline);
}

int kiln_end(struct kiln *k, double seconds)
{
	double deadline = now_seconds() + seconds;
	int status;

	while (!k->eof && now_seconds() < deadline)
		read_until(k, deadline);
	while (waitpid(k->pid, &status, WNOHANG) == 0) {
		if (now_seconds() > deadline) {
			print_error("it did not end in time; the output was:\n%s\n", k->text);
			kill(k->pid, SIGKILL);
			fail();
		}
		usleep(10000);
	}
	status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (getenv("KILN_TEST_VERBOSE"))
		print_message("%s", k->text);
	close(k->fd);
	free(k->text);
	free(k);
	return status;
}

void kiln_stop(struct kiln *k)
{
	kill(k->pid, SIGTERM);
	assert_int_equal(kiln_end(k, 10), 0);
}

pid_t kiln_pid(const struct kiln *k)
{
	return k->pid;
}

/* Parent and name of a process; the name in /proc/pid/stat stands in parentheses. */
static bool process(pid_t pid, pid_t *ret_parent, char comm[static 32])
{
	char path[64], line[512], *open_at, *close_at;
	FILE *f;
	bool ok;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	ok = fgets(line, sizeof(line), f);
	fclose(f);
	open_at = ok ? strchr(line, '(') : NULL;
	close_at = ok ? strrchr(line, ')') : NULL;
	if (!open_at || !close_at)
		return false;
	snprintf(comm, 32, "%.*s", (int)(close_at - open_at - 1), open_at + 1);
	return sscanf(close_at + 1, " %*c %d", ret_parent) == 1;
}

static bool descends(pid_t pid, pid_t root)
{
	char comm[32];
	pid_t parent;

	while (pid > 1 && process(pid, &parent, comm)) {
		if (parent == root)
			return true;
		pid = parent;
	}
	return false;
}

size_t descendants(pid_t root, const char *comm, pid_t *ret, size_t room)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	size_t n = 0;

	assert_non_null(dir);
	while (n < room && (entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name), parent;
		char name[32];

		if (pid > 0 && process(pid, &parent, name) && strcmp(name, comm) == 0 &&
			descends(pid, root))
			ret[n++] = pid;
	}
	closedir(dir);
	return n;
}

uint32_t png_pixel(const char *path, unsigned x, unsigned y)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	png_bytep pixels, p;
	uint32_t colour;

	if (!png_image_begin_read_from_file(&image, path))
		fail_msg("%s: %s", path, image.message);
	image.format = PNG_FORMAT_RGB;
	pixels = malloc(PNG_IMAGE_SIZE(image));
	assert_non_null(pixels);
	assert_true(x < image.width && y < image.height);
	assert_true(png_image_finish_read(&image, NULL, pixels, 0, NULL));
	p = pixels + ((size_t)y * image.width + x) * 3;
	colour = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
	free(pixels);
	return colour;
}
