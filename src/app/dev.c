#include "app/dev.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "app/command.h"
#include "app/kind.h"
#include "app/manifest.h"
#include "app/place.h"
#include "app/problems.h"
#include "app/run.h"
#include "app/toolkit.h"
#include "app/watch.h"
#include "base/clock.h"
#include "loop/loop.h"
#include "view/window.h"

#define LOG_TAG "dev"
#include "base/log.h"

/* Where the inspector is when nobody else is there: the same address after each start. */
#define INSPECTOR_PORT 9322
#define WINDOWS_MAX 32
#define OVERLAY_MAX (1u << 20)

struct dev {
	const char *source; /* borrowed: the app's folder as the author wrote it */
	const char *folder; /* borrowed: of the app that runs, the same or what was built of it */
	unsigned port; /* of the inspector */
	bool colours;
	struct toolkit *toolkit; /* owned; null for an app that runs as it is */
	bool built; /* at least once */
	struct problems problems;

	/* While it runs. */
	struct app *app; /* borrowed */
	struct run_parts parts;
	struct watch *watch; /* owned */
	struct loop_timer *draw; /* owned: armed when windows do not show what is wrong */
	bool script_down;
	bool again; /* the manifest has changed */
	struct {
		char window[WINDOW_ID_MAX + 1];
		uint64_t since;
	} loading[WINDOWS_MAX]; /* by us */
	unsigned n_loading;
};

enum tone { PLAIN, GOOD, BAD, QUIET };

/* ---- the terminal ---- */

static void printf_like(3, 4) say(const struct dev *d, enum tone tone, const char *fmt, ...)
{
	static const char *const colours[] = { "", "\033[32m", "\033[31m", "\033[2m" };
	char text[2048], shown[4096], clock[16];
	time_t now = time(NULL);
	struct tm tm;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_escape(shown, sizeof(shown), text);
	strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&now, &tm));
	if (d->colours)
		fprintf(stderr, "\033[2m%s\033[0m %s%s\033[0m\n", clock, colours[tone], shown);
	else
		fprintf(stderr, "%s %s\n", clock, shown);
}

static double ms_since(uint64_t then)
{
	return (double)(clock_now() - then) / NSEC_PER_MSEC;
}

static void draw_soon(struct dev *d)
{
	if (d->draw)
		loop_timer_arm(d->draw, clock_now());
}

/* What the terminal says once a window shows as well, until it is mended. */
static void complain(struct dev *d, enum problem_kind kind, const char *place, const char *text,
	const char *hint)
{
	say(d, BAD, "error: %s%s%s", place ? place : "", place && *place ? ": " : "", text);
	if (hint && *hint)
		say(d, PLAIN, "       %s", hint);
	problems_add(&d->problems, kind, NULL, place, text, hint);
	draw_soon(d);
}

/* A line of a page begins with whose it is; an id has no quotes inside. */
static const char *split_window(const char *text, char window[static WINDOW_ID_MAX + 1])
{
	static const char begin[] = "window \"";
	const char *id = text + strlen(begin);
	size_t len;

	if (strncmp(text, begin, strlen(begin)) != 0)
		return NULL;
	len = strcspn(id, "\"");
	if (len > WINDOW_ID_MAX || strncmp(id + len, "\": ", 3) != 0)
		return NULL;
	memcpy(window, id, len);
	window[len] = '\0';
	return id + len + 3;
}

static bool is_uncaught(const char *text)
{
	return strncmp(text, "uncaught ", 9) == 0 || strncmp(text, "unhandled ", 10) == 0;
}

/* A line that goes on with the error before it. */
static bool is_frame(const char *text)
{
	return strncmp(text, "    at ", 7) == 0;
}

static void on_page_line(struct dev *d, enum log_level level, const char *text)
{
	char window[WINDOW_ID_MAX + 1];
	const char *said = split_window(text, window);

	if (!said) {
		say(d, PLAIN, "page: %s", text);
		return;
	}
	say(d, level == LOG_LEVEL_ERROR ? BAD : PLAIN, "page %s: %s", window, said);
	if (level == LOG_LEVEL_ERROR && is_frame(said)) {
		problems_add_frame(&d->problems, PROBLEM_PAGE, window, said);
	} else if (level == LOG_LEVEL_ERROR && is_uncaught(said)) {
		problems_add(&d->problems, PROBLEM_PAGE, window, NULL, said, NULL);
		draw_soon(d);
	}
}

/* What loop/burst.h says of errors that came again, or were too many, is none of its own. */
static bool is_count(const char *text)
{
	unsigned n;
	int end = 0;

	return sscanf(text, "%u more %n", &n, &end) == 1 && end > 0;
}

/* Every line of the log; called from anywhere, so windows are drawn later. */
static void on_log(enum log_level level, const char *tag, const char *text, void *arg)
{
	struct dev *d = arg;

	if (strcmp(tag, "page") == 0) {
		on_page_line(d, level, text);
		return;
	}
	say(d, level == LOG_LEVEL_ERROR ? BAD : PLAIN, "%s: %s", tag, text);
	if (level != LOG_LEVEL_ERROR || strcmp(tag, "script") != 0 || is_count(text))
		return;
	if (is_frame(text)) {
		problems_add_frame(&d->problems, PROBLEM_HOST, NULL, text);
	} else {
		problems_add(&d->problems, PROBLEM_HOST, NULL, NULL, text, NULL);
		draw_soon(d);
	}
}

/* ---- the windows ---- */

static void draw_one(const char *window, void *arg)
{
	struct dev *d = arg;
	struct buf text = BUF_INIT(OVERLAY_MAX);
	int r = problems_show(&d->problems, window, &text);

	if (r == 0)
		r = windows_overlay(d->parts.windows, window, (const char *)buf_bytes(&text));
	if (r < 0)
		log_warn("window \"%s\" does not show what is wrong: %s", window, strerror(-r));
	buf_fini(&text);
}

static void on_draw(struct loop_timer *t, void *arg)
{
	struct dev *d = arg;

	windows_each(d->parts.windows, draw_one, d);
}

static void on_window_committed(const char *window, void *arg)
{
	struct dev *d = arg;

	problems_clear(&d->problems, PROBLEM_PAGE, window);
}

/* Its failure is in the log. */
static void on_window_loaded(const char *window, const char *error, void *arg)
{
	struct dev *d = arg;

	for (unsigned i = 0; i < d->n_loading; i++) {
		if (strcmp(d->loading[i].window, window) != 0)
			continue;
		if (!error)
			say(d, GOOD, "%s loaded again (%.0f ms)", window,
				ms_since(d->loading[i].since));
		d->loading[i] = d->loading[--d->n_loading];
		break;
	}
	/* The page is new, and has nothing laid over it. */
	if (d->problems.n > 0)
		draw_soon(d);
}

/* ---- changes ---- */

struct change {
	struct dev *dev;
	const struct watch_changes *files;
	char names[512]; /* of the files that matter, for people */
	unsigned n_names;
	bool manifest, script, native;
	char windows[WINDOWS_MAX][WINDOW_ID_MAX + 1]; /* to be loaded again */
	unsigned n_windows;
};

static bool ends_with(const char *path, const char *end)
{
	size_t len = strlen(path), n = strlen(end);

	return len > n && strcmp(path + len - n, end) == 0;
}

static void name(struct change *c, const char *path)
{
	size_t len = strlen(c->names);

	if (c->n_names++ < 3)
		snprintf(c->names + len, sizeof(c->names) - len, "%s%s", len ? ", " : "", path);
}

static bool is_page_file(const char *path)
{
	return strncmp(path, "web/", 4) == 0;
}

/* What was built of the app in its own folder is another app. */
static void look_at(struct change *c, const char *path)
{
	bool *what = NULL;

	if (is_page_file(path) || strncmp(path, "dist/", 5) == 0)
		return;
	if (strcmp(path, MANIFEST_NAME) == 0)
		what = &c->manifest;
	else if (ends_with(path, ".js"))
		what = &c->script;
	else if (ends_with(path, ".so"))
		what = &c->native;
	if (what)
		name(c, path);
	if (what)
		*what = true;
}

static void look_at_window(const char *window, void *arg)
{
	struct change *c = arg;
	const struct watch_changes *files = c->files;
	bool shows = files->more;

	for (size_t i = 0; i < files->n && !shows; i++)
		shows = is_page_file(files->paths[i]) &&
			windows_shows(c->dev->parts.windows, window, files->paths[i] + 4);
	if (shows && c->n_windows < WINDOWS_MAX)
		snprintf(c->windows[c->n_windows++], sizeof(c->windows[0]), "%s", window);
}

static bool any_shows(const struct change *c, const char *path)
{
	for (unsigned i = 0; i < c->n_windows; i++)
		if (windows_shows(c->dev->parts.windows, c->windows[i], path + 4))
			return true;
	return false;
}

static void restart_script(struct dev *d, const char *names)
{
	uint64_t began = clock_now();

	problems_clear(&d->problems, PROBLEM_SCRIPT, NULL);
	problems_clear(&d->problems, PROBLEM_HOST, NULL);
	draw_soon(d);
	say(d, PLAIN, "%s changed: starting the host script again", names);
	run_restart_script(d->app);
	if (!d->script_down)
		say(d, GOOD, "host script started (%.0f ms), windows kept", ms_since(began));
}

static void reload_windows(struct dev *d, const struct change *c)
{
	for (unsigned i = 0; i < c->n_windows; i++) {
		say(d, PLAIN, "%s changed: loading %s again", c->names, c->windows[i]);
		if (windows_reload(d->parts.windows, c->windows[i]) < 0)
			continue;
		for (unsigned k = 0; k < d->n_loading; k++)
			if (strcmp(d->loading[k].window, c->windows[i]) == 0)
				d->loading[k] = d->loading[--d->n_loading];
		if (d->n_loading == WINDOWS_MAX)
			continue;
		strcpy(d->loading[d->n_loading].window, c->windows[i]);
		d->loading[d->n_loading++].since = clock_now();
	}
}

/* What it says of windows and grants is read once: so all is started anew, if it can be read. */
static void take_manifest(struct dev *d)
{
	auto_fd int fd = open(d->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct manifest *m = NULL;
	struct reader_error error;
	int r = fd < 0 ? -errno : manifest_load(fd, &m, &error);

	problems_clear(&d->problems, PROBLEM_MANIFEST, NULL);
	draw_soon(d);
	manifest_free(m);
	if (fd < 0) {
		complain(d, PROBLEM_MANIFEST, d->source, strerror(-r), NULL);
	} else if (r < 0) {
		complain(d, PROBLEM_MANIFEST, NULL, error.text, NULL);
	} else {
		say(d, PLAIN, MANIFEST_NAME " changed: starting anew");
		d->again = true;
		loop_quit(d->parts.loop, 0);
	}
}

static void on_changes(const struct watch_changes *files, void *arg)
{
	struct dev *d = arg;
	struct change c = { .dev = d, .files = files };

	if (files->gone) {
		complain(d, PROBLEM_BUILD, d->folder, "the folder has gone",
			"start kiln dev again when it is there");
		return;
	}
	for (size_t i = 0; i < files->n; i++)
		look_at(&c, files->paths[i]);
	if (files->more) {
		name(&c, "many files");
		c.script = true;
	}
	if (c.manifest) {
		take_manifest(d);
		return;
	}
	/* A library stays loaded as long as the program. */
	if (c.native) {
		say(d, PLAIN, "%s changed: starting anew", c.names);
		d->again = true;
		loop_quit(d->parts.loop, 0);
		return;
	}
	if (c.script)
		restart_script(d, c.names);
	windows_each(d->parts.windows, look_at_window, &c);
	c.names[0] = '\0';
	c.n_names = 0;
	for (size_t i = 0; i < files->n; i++)
		if (is_page_file(files->paths[i]) && any_shows(&c, files->paths[i]))
			name(&c, files->paths[i]);
	if (c.n_names == 0)
		name(&c, "many files");
	reload_windows(d, &c);
}

/* ---- the toolkit ---- */

static void complain_of_all(
	struct dev *d, enum problem_kind kind, const struct toolkit_error *errors, size_t n)
{
	problems_clear(&d->problems, kind, NULL);
	draw_soon(d);
	for (size_t i = 0; i < n; i++)
		complain(d, kind, errors[i].place, errors[i].text, errors[i].hint);
}

static void on_built(unsigned ms, void *arg)
{
	struct dev *d = arg;

	complain_of_all(d, PROBLEM_BUILD, NULL, 0);
	d->built = true;
	say(d, QUIET, "built in %u ms", ms);
}

/* What the types were wrong about before is about another text. */
static void on_build_failed(const struct toolkit_error *errors, size_t n, void *arg)
{
	complain_of_all(arg, PROBLEM_TYPES, NULL, 0);
	complain_of_all(arg, PROBLEM_BUILD, errors, n);
}

static void on_types(const struct toolkit_error *errors, size_t n, void *arg)
{
	complain_of_all(arg, PROBLEM_TYPES, errors, n);
}

static void on_toolkit_ended(void *arg)
{
	complain(arg, PROBLEM_BUILD, NULL, "the toolkit has ended: changes are not built any more",
		"start kiln dev again");
}

static const struct toolkit_ops toolkit_ops = {
	.built = on_built,
	.failed = on_build_failed,
	.types = on_types,
	.ended = on_toolkit_ended,
};

/* ---- the run ---- */

static int address_of(unsigned port, struct sockaddr_in *ret)
{
	*ret = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* @port, or for 0 any that is free: nobody can hold it for WebKit, but who would take it? */
static unsigned free_port(unsigned port)
{
	struct sockaddr_in address;
	socklen_t len = sizeof(address);
	auto_fd int fd = address_of(port, &address);
	int on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
		bind(fd, (struct sockaddr *)&address, len) < 0 ||
		getsockname(fd, (struct sockaddr *)&address, &len) < 0)
		return 0;
	return ntohs(address.sin_port);
}

static bool listens(unsigned port)
{
	struct sockaddr_in address;
	auto_fd int fd = address_of(port, &address);

	return fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

static void greet(const struct dev *d)
{
	const struct manifest *m = d->parts.manifest;

	say(d, GOOD, "%s (app://%s) is running; changes in %s show by themselves, Ctrl-C ends it",
		m->name, m->id, d->source);
	if (d->port && listens(d->port))
		say(d, PLAIN, "inspector: http://127.0.0.1:%u", d->port);
	else
		say(d, BAD, "the inspector could not be started: its port is taken");
}

static int on_started(struct app *app, const struct run_parts *parts, void *arg)
{
	struct dev *d = arg;
	int r;

	d->app = app;
	d->parts = *parts;
	r = watch_new(parts->loop, d->folder, on_changes, d, &d->watch);
	if (r < 0) {
		say(d, BAD, "error: %s cannot be watched: %s", d->folder, watch_strerror(r));
		return r;
	}
	r = loop_timer_new(parts->loop, "overlay", on_draw, d, &d->draw);
	if (r == 0 && d->toolkit)
		r = toolkit_attach(d->toolkit, parts->loop);
	if (r < 0) {
		log_error("the event loop: %s", strerror(-r));
		return r;
	}
	greet(d);
	return 0;
}

static void on_ending(void *arg)
{
	struct dev *d = arg;

	toolkit_detach(d->toolkit);
	loop_timer_free(d->draw);
	d->draw = NULL;
	watch_free(d->watch);
	d->watch = NULL;
}

static void on_script_started(void *arg)
{
	struct dev *d = arg;

	d->script_down = false;
}

static void on_script_failed(const char *why, void *arg)
{
	struct dev *d = arg;

	d->script_down = true;
	complain(d, PROBLEM_SCRIPT, NULL, why ? why : "the host script cannot go on",
		"It starts again when a file of it changes; messages wait for it.");
}

static const struct run_hooks hooks = {
	.started = on_started,
	.ending = on_ending,
	.script_started = on_script_started,
	.script_failed = on_script_failed,
	.window_committed = on_window_committed,
	.window_loaded = on_window_loaded,
};

/* Waits until there is something to run. */
static int first_build(struct dev *d, char out[static PATH_MAX])
{
	int r = place_for_build(d->source, "dev", out);

	if (r < 0) {
		say(d, BAD, "error: no place to build in: %s: %s", out, strerror(-r));
		return COMMAND_FAULTS;
	}
	r = toolkit_watch(d->source, out, &toolkit_ops, d, &d->toolkit);
	if (r < 0)
		return r == -ENOENT ? COMMAND_NO_TOOLKIT : COMMAND_FAULTS;
	say(d, QUIET, "building %s", d->source);
	while (!d->built)
		if (!toolkit_wait(d->toolkit))
			return COMMAND_NO_TOOLKIT;
	d->folder = out;
	return COMMAND_OK;
}

int dev(struct run_options *opts, char **argv)
{
	struct dev d = {
		.source = opts->app,
		.folder = opts->app,
		.colours = isatty(STDERR_FILENO),
	};
	char out[PATH_MAX];
	int status = COMMAND_OK;

	if (run_refused())
		return COMMAND_FAULTS;
	log_set_sink(on_log, &d);
	if (app_kind(d.source) == APP_SOURCE)
		status = first_build(&d, out);
	d.port = free_port(INSPECTOR_PORT);
	if (!d.port)
		d.port = free_port(0);
	if (status == COMMAND_OK) {
		opts->app = d.folder;
		opts->hooks = &hooks;
		opts->hooks_arg = &d;
		opts->inspector_port = d.port;
		status = run(opts);
	}
	toolkit_free(d.toolkit);
	for (int kind = PROBLEM_BUILD; kind <= PROBLEM_PAGE; kind++)
		problems_clear(&d.problems, (enum problem_kind)kind, NULL);
	log_set_sink(NULL, NULL);
	if (d.again) {
		execv("/proc/self/exe", argv);
		log_error("it cannot be started anew: %s", strerror(errno));
		status = COMMAND_FAULTS;
	}
	return status;
}
