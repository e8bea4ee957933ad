#include "app/check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/built.h"
#include "app/kind.h"
#include "app/manifest.h"
#include "app/matrix.h"
#include "base/file.h"
#include "base/log.h"
#include "screen/splash.h"
#include "script/script.h"
#include "view/path.h"
#include "view/window.h"

#define SCRIPT_BYTES_MAX (4u << 20)
#define FOLDER_DEPTH_MAX 16

struct checker {
	const char *app; /* as the user wrote it, for the messages */
	int dir_fd;
	unsigned findings, scripts;
};

static void printf_like(2, 3) finding(struct checker *c, const char *fmt, ...)
{
	char text[1024], shown[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* Keys and file names are whatever the app's folder has. */
	log_escape(shown, sizeof(shown), text);
	fprintf(stderr, "%s/%s\n", c->app, shown);
	c->findings++;
}

static void check_script(struct checker *c, const char *path)
{
	struct buf text = BUF_INIT(SCRIPT_BYTES_MAX);
	struct script_error error;
	int r = file_read(c->dir_fd, path, SCRIPT_BYTES_MAX, &text);

	c->scripts++;
	if (r < 0)
		finding(c, "%s: %s", path, strerror(-r));
	else if (script_check_syntax(path, (const char *)buf_bytes(&text), buf_len(&text), &error) <
		 0)
		finding(c, "%s:%u: %s; host scripts are ES5 (\"kiln build\" lowers newer syntax)",
			path, error.line, error.message);
	buf_fini(&text);
}

/* web/ holds the page's scripts, which another engine runs. */
static bool is_host_folder(const char *path, const char *name)
{
	return name[0] != '.' && strcmp(name, "node_modules") != 0 &&
	       !(path[0] == '\0' && strcmp(name, "web") == 0);
}

/* What "kiln build" wrote into the app's folder; built_verify() is for that. */
static bool is_build(const struct checker *c, const char *path)
{
	char file[1024 + sizeof(BUILD_NAME) + 1];

	snprintf(file, sizeof(file), "%s/" BUILD_NAME, path);
	return path[0] != '\0' && faccessat(c->dir_fd, file, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void check_folder(struct checker *c, const char *path, unsigned depth)
{
	int fd = openat(
		c->dir_fd, path[0] ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir || depth > FOLDER_DEPTH_MAX) {
		finding(c, "%s: %s", path, dir ? "too deep" : strerror(errno));
		if (dir)
			closedir(dir);
		return;
	}
	while ((entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);
		char child[1024];
		struct stat st;

		snprintf(child, sizeof(child), "%s%s%s", path, path[0] ? "/" : "", entry->d_name);
		if (fstatat(c->dir_fd, child, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && is_host_folder(path, entry->d_name)) {
			if (!is_build(c, child))
				check_folder(c, child, depth + 1);
		} else if (S_ISREG(st.st_mode) && len > 3 &&
			   strcmp(entry->d_name + len - 3, ".js") == 0)
			check_script(c, child);
	}
	closedir(dir);
}

/* A page of the app's own must be there. */
static void check_page(struct checker *c, const struct manifest *m, const char *url, unsigned index)
{
	char resolved[2048], path[PATH_BYTES_MAX], file[PATH_BYTES_MAX + 8];
	size_t prefix = strlen("app://") + strlen(m->id);
	off_t size;
	int fd;

	if (windows_resolve_url(m->id, url, resolved, sizeof(resolved)) < 0) {
		finding(c, MANIFEST_NAME ": windows[%u].url: \"%s\" is no address", index, url);
		return;
	}
	if (strncmp(resolved, "app://", strlen("app://")) != 0)
		return;
	if (path_decode(resolved + prefix, path) < 0) {
		finding(c, MANIFEST_NAME ": windows[%u].url: \"%s\" is no path in web/", index,
			url);
		return;
	}
	snprintf(file, sizeof(file), "web/%s", path);
	fd = file_open_beneath(c->dir_fd, file, &size);
	if (fd < 0)
		finding(c, MANIFEST_NAME ": windows[%u].url: %s: %s", index, file, strerror(-fd));
	cleanup_fd(&fd);
}

static void check_windows(struct checker *c, const struct manifest *m)
{
	const struct manifest_window *win, *other;
	unsigned index = 0;

	list_for_each (win, &m->windows, link) {
		check_page(c, m, win->url, index);
		if (win->id && !windows_id_valid(win->id))
			finding(c,
				MANIFEST_NAME ": windows[%u].id: \"%s\" is not 1 to %d of "
					      "a-z A-Z 0-9 - _ .",
				index, win->id, WINDOW_ID_MAX);
		list_for_each (other, &m->windows, link) {
			if (other == win)
				break;
			if (win->id && other->id && strcmp(win->id, other->id) == 0)
				finding(c,
					MANIFEST_NAME ": windows[%u].id: there is a window "
						      "\"%s\" already",
					index, win->id);
		}
		index++;
	}
}

static void check_splash(struct checker *c, const struct manifest *m)
{
	struct buf image = BUF_INIT(SPLASH_BYTES_MAX);
	const char *path = m->device.splash.image, *why = NULL;
	int r;

	if (!path[0])
		return;
	r = file_read(c->dir_fd, path, SPLASH_BYTES_MAX, &image);
	if (r < 0)
		why = r == -EXDEV || r == -ELOOP ? "it is not inside the app's folder"
						 : strerror(-r);
	else if (splash_check(buf_bytes(&image), buf_len(&image), &why) == 0)
		why = NULL;
	if (why)
		finding(c, MANIFEST_NAME ": splash.image: %s: %s", path, why);
	buf_fini(&image);
}

static void check_modules(struct checker *c, const struct manifest *m)
{
	const struct manifest_module *module;

	list_for_each (module, &m->modules, link) {
		off_t size;
		int fd = file_open_beneath(c->dir_fd, module->path, &size);

		if (fd < 0)
			finding(c, MANIFEST_NAME ": modules.%s: %s: %s", module->name, module->path,
				strerror(-fd));
		cleanup_fd(&fd);
	}
}

static void on_fault(const char *text, void *arg)
{
	finding(arg, "%s", text);
}

static void print_order(const struct checker *c, const struct manifest *m, enum app_kind kind,
	const struct built *built)
{
	printf("%s: %sapp://%s is in order", c->app, kind == APP_SOURCE ? "the manifest of " : "",
		m->id);
	if (kind == APP_PLAIN)
		printf(" (%u script%s)", c->scripts, c->scripts == 1 ? "" : "s");
	else if (kind == APP_BUILT)
		printf(" (%u files, %.1f KiB, %s)", built->files, (double)built->bytes / 1024,
			built->hash);
	putchar('\n');
}

int check(const char *app, bool brief)
{
	struct checker c = { .app = app };
	enum app_kind kind = app_kind(app);
	struct built built = { 0 };
	struct manifest *m = NULL;
	struct reader_error error;

	c.dir_fd = open(app, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c.dir_fd < 0) {
		fprintf(stderr, "%s: %s\n", app, strerror(errno));
		return 1;
	}
	if (manifest_load(c.dir_fd, &m, &error) < 0) {
		finding(&c, "%s", error.text);
	} else {
		off_t size;
		int fd = file_open_beneath(c.dir_fd, m->main, &size);

		if (fd < 0)
			finding(&c, MANIFEST_NAME ": main: %s: %s", m->main, strerror(-fd));
		cleanup_fd(&fd);
		check_windows(&c, m);
		check_modules(&c, m);
		check_splash(&c, m);
	}
	/* What is to be lowered to ES5 is the toolkit's to judge. */
	if (kind != APP_SOURCE)
		check_folder(&c, "", 0);
	if (kind == APP_BUILT && built_verify(c.dir_fd, on_fault, &c, &built) < 0)
		c.findings += c.findings == 0;
	if (c.findings == 0)
		print_order(&c, m, kind, &built);
	if (m && !brief) {
		matrix_warn(m, app, stderr);
		matrix_print(m, stdout);
	}
	manifest_free(m);
	cleanup_fd(&c.dir_fd);
	return c.findings ? 1 : 0;
}
