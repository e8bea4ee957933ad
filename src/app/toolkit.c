#include "app/toolkit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "app/command.h"
#include "app/place.h"
#include "base/buf.h"
#include "loop/loop.h"
#include "wire/cursor.h"
#include "wire/json.h"

#define LOG_TAG "toolkit"
#include "base/log.h"

/* One line of it: a list of errors. */
#define LINE_BYTES_MAX (1u << 20)
#define ERRORS_MAX 64
#define END_MS 2000

extern char **environ;

struct toolkit {
	pid_t pid;
	int in, out; /* owned: its standard input, open as long as it is to live, and its output */
	struct loop_fd *watch; /* owned, while attached */
	struct buf text; /* of what it said and has not been heard */
	const struct toolkit_ops *ops;
	void *arg;
	bool ended;
};

/* The two folders and the file that starts it. Says what is missing. */
static int find(char entry[static PATH_MAX], char sdk[static PATH_MAX])
{
	char folder[PATH_MAX], self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int n = 0;

	/* It asks "kiln sdk" what an app's native modules declare. */
	if (len > 0) {
		self[len] = '\0';
		setenv("KILN_PROGRAM", self, 1);
	}
	if (place_find(PLACE_TOOLKIT, folder) < 0 ||
		(n = snprintf(entry, PATH_MAX, "%s/kiln.mjs", folder)) >= PATH_MAX ||
		access(entry, R_OK) < 0) {
		fprintf(stderr,
			"kiln: this app has to be built, and the toolkit that does it is not "
			"installed beside this program\n"
			"  in a checkout: make toolkit\n");
		return -ENOENT;
	}
	if (place_find(PLACE_SDK, sdk) < 0) {
		fprintf(stderr,
			"kiln: the declarations for TypeScript (sdk) are not installed beside "
			"this program\n"
			"  in a checkout: make\n");
		return -ENOENT;
	}
	return 0;
}

static int start(const char *const *argv, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, pid_t *ret)
{
	int r = posix_spawnp(ret, argv[0], actions, attributes, (char *const *)argv, environ);

	if (r == 0)
		return 0;
	fprintf(stderr,
		"kiln: Node.js is needed to build this app, and \"node\" cannot be started: "
		"%s\n  install Node.js 20 or later; the device that runs the app needs none\n",
		strerror(r));
	return -r;
}

int toolkit_run(const char *command, const char *app, const char *out)
{
	char entry[PATH_MAX], sdk[PATH_MAX];
	const char *argv[10] = { "node", entry, command, app, "--sdk", sdk };
	int status;
	pid_t pid;

	if (out) {
		argv[6] = "--out";
		argv[7] = out;
	}
	if (find(entry, sdk) < 0 || start(argv, NULL, NULL, &pid) < 0)
		return COMMAND_NO_TOOLKIT;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return COMMAND_NO_TOOLKIT;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	fprintf(stderr, "kiln: the toolkit was ended by signal %d\n", WTERMSIG(status));
	return COMMAND_NO_TOOLKIT;
}

/* ---- what it says while it watches ---- */

/* Strings of one line, which end with it. */
struct line_error {
	char file[256], text[1024], hint[512], place[300];
	unsigned line, column;
};

struct line {
	char event[16];
	unsigned ms;
	struct line_error *errors; /* owned: ERRORS_MAX */
	size_t n;
};

static int read_text(struct cursor *c, char *ret, size_t room)
{
	const char *text;
	size_t len;
	int r = cursor_str(c, &text, &len);

	if (r < 0)
		return r;
	if (len >= room) {
		len = room - 1;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(ret, text, len);
	ret[len] = '\0';
	return 0;
}

static int read_number(struct cursor *c, unsigned *ret)
{
	struct value v;
	int r = cursor_next(c, &v);

	if (r == 0 && v.type == VALUE_UINT && v.u <= UINT_MAX)
		*ret = (unsigned)v.u;
	return r;
}

static int read_error(struct cursor *c, struct line_error *e)
{
	char key[16];
	uint32_t n;
	int r = cursor_map(c, &n);

	*e = (struct line_error){ 0 };
	for (; r == 0 && n > 0; n--) {
		r = read_text(c, key, sizeof(key));
		if (r < 0)
			return r;
		if (strcmp(key, "file") == 0)
			r = read_text(c, e->file, sizeof(e->file));
		else if (strcmp(key, "text") == 0)
			r = read_text(c, e->text, sizeof(e->text));
		else if (strcmp(key, "hint") == 0 && c->at < c->end && *c->at != 0xc0)
			r = read_text(c, e->hint, sizeof(e->hint));
		else if (strcmp(key, "line") == 0)
			r = read_number(c, &e->line);
		else if (strcmp(key, "column") == 0)
			r = read_number(c, &e->column);
		else
			r = cursor_skip(c);
	}
	if (e->line && e->column)
		snprintf(e->place, sizeof(e->place), "%s:%u:%u", e->file, e->line, e->column);
	else if (e->line)
		snprintf(e->place, sizeof(e->place), "%s:%u", e->file, e->line);
	else
		snprintf(e->place, sizeof(e->place), "%s", e->file);
	return r;
}

static int read_errors(struct cursor *c, struct line *line)
{
	struct line_error unused;
	uint32_t n;
	int r = cursor_array(c, &n);

	for (; r == 0 && n > 0; n--)
		r = read_error(c, line->n < ERRORS_MAX ? &line->errors[line->n++] : &unused);
	return r;
}

static int read_line(const uint8_t *value, size_t len, struct line *line)
{
	struct cursor c;
	char key[16];
	uint32_t n;
	int r;

	cursor_init(&c, value, len);
	r = cursor_map(&c, &n);
	for (; r == 0 && n > 0; n--) {
		r = read_text(&c, key, sizeof(key));
		if (r < 0)
			return r;
		if (strcmp(key, "event") == 0)
			r = read_text(&c, line->event, sizeof(line->event));
		else if (strcmp(key, "ms") == 0)
			r = read_number(&c, &line->ms);
		else if (strcmp(key, "errors") == 0)
			r = read_errors(&c, line);
		else
			r = cursor_skip(&c);
	}
	return r;
}

static void hear(struct toolkit *t, const struct line *line)
{
	struct toolkit_error errors[ERRORS_MAX];

	for (size_t i = 0; i < line->n; i++)
		errors[i] = (struct toolkit_error){
			line->errors[i].place,
			line->errors[i].text,
			line->errors[i].hint,
		};
	if (strcmp(line->event, "built") == 0)
		t->ops->built(line->ms, t->arg);
	else if (strcmp(line->event, "failed") == 0)
		t->ops->failed(errors, line->n, t->arg);
	else if (strcmp(line->event, "types") == 0)
		t->ops->types(errors, line->n, t->arg);
	else
		log_debug("event \"%s\"", line->event);
}

static void on_line(struct toolkit *t, const char *text, size_t len)
{
	struct buf value = BUF_INIT(4 * LINE_BYTES_MAX);
	struct line line = { .errors = calloc(ERRORS_MAX, sizeof(*line.errors)) };

	if (line.errors && json_to_msgpack(text, len, JSON_STRICT, NULL, 0, &value, NULL) == 0 &&
		read_line(buf_bytes(&value), buf_len(&value), &line) == 0)
		hear(t, &line);
	else
		log_warn("it said what is no event: %.*s", (int)(len > 200 ? 200 : len), text);
	free(line.errors);
	buf_fini(&value);
}

/* Takes a bounded bite; false at the end. */
static bool take(struct toolkit *t)
{
	uint8_t *at, *end;
	ssize_t n = -1;

	if (buf_reserve(&t->text, 16384, &at) == 0)
		n = read(t->out, at, 16384);
	else
		errno = EFBIG;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	buf_grow(&t->text, (size_t)n);
	while (buf_len(&t->text) > 0 &&
		(end = memchr(buf_bytes(&t->text), '\n', buf_len(&t->text)))) {
		size_t len = (size_t)(end - buf_bytes(&t->text));

		if (len > 0)
			on_line(t, (const char *)buf_bytes(&t->text), len);
		buf_consume(&t->text, len + 1);
	}
	return true;
}

bool toolkit_wait(struct toolkit *t)
{
	struct pollfd p = { .fd = t->out, .events = POLLIN };

	if (poll(&p, 1, -1) < 0)
		return errno == EINTR;
	if (!take(t))
		t->ended = true;
	return !t->ended;
}

static void on_output(struct loop_fd *w, short revents, void *arg)
{
	struct toolkit *t = arg;

	if (take(t))
		return;
	loop_fd_free(t->watch);
	t->watch = NULL;
	if (!t->ended)
		t->ops->ended(t->arg);
	t->ended = true;
}

int toolkit_attach(struct toolkit *t, struct loop *loop)
{
	return t->ended ? 0 : loop_fd_new(loop, "toolkit", t->out, POLLIN, on_output, t, &t->watch);
}

void toolkit_detach(struct toolkit *t)
{
	if (!t)
		return;
	loop_fd_free(t->watch);
	t->watch = NULL;
}

/* Spawned with one end of each pipe, the others are its owner's. */
static int start_watching(struct toolkit *t, const char *const *argv, int in, int out)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int r;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	/* An interrupt from the terminal is for us: it ends when we let go of its input. */
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	r = start(argv, &actions, &attributes, &t->pid);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

int toolkit_watch(const char *app, const char *out, const struct toolkit_ops *ops, void *arg,
	struct toolkit **ret)
{
	char entry[PATH_MAX], sdk[PATH_MAX];
	const char *const argv[] = {
		"node",
		entry,
		"watch",
		app,
		"--out",
		out,
		"--sdk",
		sdk,
		NULL,
	};
	auto_fd int in = -1, out_end = -1;
	struct toolkit *t;
	int pipes[2], r = find(entry, sdk);

	if (r < 0)
		return r;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->in = t->out = -1;
	t->ops = ops;
	t->arg = arg;
	buf_init(&t->text, LINE_BYTES_MAX);
	r = pipe2(pipes, O_CLOEXEC) < 0 ? -errno : 0;
	if (r == 0) {
		in = pipes[0];
		t->in = pipes[1];
		r = pipe2(pipes, O_CLOEXEC) < 0 ? -errno : 0;
	}
	if (r == 0) {
		t->out = pipes[0];
		out_end = pipes[1];
		r = fcntl(t->out, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
	}
	if (r == 0)
		r = start_watching(t, argv, in, out_end);
	if (r < 0) {
		toolkit_free(t);
		return r;
	}
	*ret = t;
	return 0;
}

/* It ends when its input does; one that is stuck is not waited for. */
void toolkit_free(struct toolkit *t)
{
	struct pollfd p;

	if (!t)
		return;
	toolkit_detach(t);
	cleanup_fd(&t->in);
	cleanup_fd(&t->out);
	if (t->pid > 0) {
		p = (struct pollfd){ .fd = pidfd_open(t->pid, 0), .events = POLLIN };
		if (p.fd >= 0 && poll(&p, 1, END_MS) <= 0)
			kill(t->pid, SIGKILL);
		cleanup_fd(&p.fd);
		waitpid(t->pid, NULL, 0);
	}
	buf_fini(&t->text);
	free(t);
}
