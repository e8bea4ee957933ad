#include "app/watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "loop/loop.h"

#define LOG_TAG "watch"
#include "base/log.h"

#define DEPTH_MAX 32
#define EVENTS                                                                                   \
	(IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | \
		IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK)

struct folder {
	int wd;
	char *path; /* owned: from the folder watched, "" for itself */
};

struct watch {
	int fd; /* owned: inotify */
	int dir_fd; /* owned: the folder */
	char *root; /* owned: its path, absolute */
	struct loop_fd *events; /* owned; null once the folder has gone */
	struct loop_timer *quiet; /* owned: armed while something is to be told */
	struct folder folders[WATCH_FOLDERS_MAX];
	size_t n_folders;
	char *changed[WATCH_FILES_MAX]; /* owned */
	size_t n_changed;
	uint64_t first_change;
	bool more, gone;
	watch_fn fn;
	void *arg;
};

/* Vim writes "4913" to see whether it can, and most leave a "~" behind. */
static bool is_left_out(const char *name)
{
	size_t len = strlen(name);

	return name[0] == '.' || name[0] == '#' || name[len - 1] == '~' ||
	       strcmp(name, "node_modules") == 0 || strcmp(name, "4913") == 0;
}

static void tell_soon(struct watch *w)
{
	uint64_t now = clock_now(), quiet = now + WATCH_QUIET;

	if (w->n_changed == 0 && !w->more && !w->gone)
		w->first_change = now;
	loop_timer_arm(w->quiet,
		quiet < w->first_change + WATCH_LATEST ? quiet : w->first_change + WATCH_LATEST);
}

static void note(struct watch *w, const char *path)
{
	tell_soon(w);
	for (size_t i = 0; i < w->n_changed; i++)
		if (strcmp(w->changed[i], path) == 0)
			return;
	if (w->n_changed < WATCH_FILES_MAX)
		w->changed[w->n_changed] = strdup(path);
	if (w->n_changed == WATCH_FILES_MAX || !w->changed[w->n_changed])
		w->more = true;
	else
		w->n_changed++;
}

static int join(char ret[static PATH_MAX], const char *folder, const char *name)
{
	int n = snprintf(ret, PATH_MAX, "%s%s%s", folder, folder[0] ? "/" : "", name);

	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static struct folder *find(struct watch *w, int wd)
{
	for (size_t i = 0; i < w->n_folders; i++)
		if (w->folders[i].wd == wd)
			return &w->folders[i];
	return NULL;
}

static void forget(struct watch *w, struct folder *f)
{
	free(f->path);
	*f = w->folders[--w->n_folders];
}

/* A folder that has gone, with all below it: whatever it is called now, it is elsewhere. */
static void forget_below(struct watch *w, const char *path)
{
	size_t len = strlen(path);

	for (size_t i = w->n_folders; i-- > 0;) {
		struct folder *f = &w->folders[i];

		if (strncmp(f->path, path, len) == 0 &&
			(f->path[len] == '/' || f->path[len] == '\0')) {
			inotify_rm_watch(w->fd, f->wd);
			forget(w, f);
		}
	}
}

static int add(struct watch *w, const char *path)
{
	char full[PATH_MAX];
	struct folder *known;
	char *copy;
	int wd;

	if (w->n_folders == WATCH_FOLDERS_MAX)
		return -ENOSPC;
	if (join(full, w->root, path) < 0)
		return -ENAMETOOLONG;
	copy = strdup(path);
	if (!copy)
		return -ENOMEM;
	wd = inotify_add_watch(w->fd, full, EVENTS);
	if (wd < 0) {
		free(copy);
		return -errno;
	}
	known = find(w, wd);
	if (known)
		free(known->path);
	else
		known = &w->folders[w->n_folders++];
	*known = (struct folder){ wd, copy };
	return 0;
}

/*
 * Watches @path and all below it; with @tell its files are new. First the watch and then the
 * look inside: what is made in between is seen twice and not never.
 */
static int add_tree(struct watch *w, const char *path, unsigned depth, bool tell)
{
	int r = add(w, path), fd;
	struct dirent *entry;
	struct stat st;
	char child[PATH_MAX];
	DIR *dir;

	if (r < 0)
		return r;
	fd = openat(
		w->dir_fd, path[0] ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		r = -errno;
		if (fd >= 0)
			close(fd);
		return r;
	}
	while (r == 0 && (entry = readdir(dir))) {
		if (is_left_out(entry->d_name) || join(child, path, entry->d_name) < 0 ||
			fstatat(w->dir_fd, child, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (!S_ISDIR(st.st_mode)) {
			if (tell)
				note(w, child);
		} else if (depth < DEPTH_MAX) {
			r = add_tree(w, child, depth + 1, tell);
			/* It went while we looked. */
			if (r == -ENOENT || r == -ENOTDIR)
				r = 0;
		}
	}
	closedir(dir);
	return r;
}

static void add_later(struct watch *w, const char *path)
{
	int r = add_tree(w, path, 0, true);

	if (r < 0 && r != -ENOENT && r != -ENOTDIR)
		log_warn("changes in the new folder %s are not seen: %s", path, watch_strerror(r));
}

/*
 * A file that is made is looked at when it has been written and closed; one that is
 * complete from the start, another name or a link, is there at once.
 */
static bool is_complete(const struct watch *w, const char *path)
{
	struct stat st;

	return fstatat(w->dir_fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       (S_ISLNK(st.st_mode) || st.st_nlink > 1);
}

static void on_folder_event(struct watch *w, uint32_t mask, const char *path)
{
	if (mask & (IN_MOVED_FROM | IN_DELETE)) {
		forget_below(w, path);
		note(w, path);
	} else if (mask & (IN_CREATE | IN_MOVED_TO)) {
		add_later(w, path);
	}
}

static void on_event(struct watch *w, const struct inotify_event *e)
{
	const struct folder *f = find(w, e->wd);
	char path[PATH_MAX];

	if (e->mask & IN_Q_OVERFLOW) {
		w->more = true;
		tell_soon(w);
	} else if (!f) {
		return;
	} else if (e->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) {
		if (f->path[0])
			return;
		tell_soon(w);
		w->gone = true;
	} else if (e->len == 0 || is_left_out(e->name) || join(path, f->path, e->name) < 0) {
		return;
	} else if (e->mask & IN_ISDIR) {
		on_folder_event(w, e->mask, path);
	} else if (!(e->mask & IN_CREATE) || is_complete(w, path)) {
		note(w, path);
	}
}

/* One buffer a pass: the rest keeps the fd readable. */
static void on_events(struct loop_fd *fd, short revents, void *arg)
{
	char events[16384] __attribute__((aligned(__alignof__(struct inotify_event))));
	struct watch *w = arg;
	ssize_t n = read(w->fd, events, sizeof(events));

	for (char *at = events; n > 0 && at < events + n;) {
		const struct inotify_event *e = (const struct inotify_event *)at;

		on_event(w, e);
		at += sizeof(*e) + e->len;
	}
	if (w->gone) {
		loop_fd_free(w->events);
		w->events = NULL;
	}
}

/* After the callback there may be no watch: what it was told of is taken out before. */
static void on_quiet(struct loop_timer *t, void *arg)
{
	struct watch *w = arg;
	char *paths[WATCH_FILES_MAX];
	const struct watch_changes changes = {
		.paths = (const char *const *)paths,
		.n = w->n_changed,
		.more = w->more,
		.gone = w->gone,
	};

	memcpy(paths, w->changed, w->n_changed * sizeof(paths[0]));
	w->n_changed = 0;
	w->more = false;
	w->fn(&changes, w->arg);
	for (size_t i = 0; i < changes.n; i++)
		free(paths[i]);
}

int watch_new(struct loop *loop, const char *folder, watch_fn fn, void *arg, struct watch **ret)
{
	struct watch *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return -ENOMEM;
	w->fn = fn;
	w->arg = arg;
	w->fd = w->dir_fd = -1;
	w->root = realpath(folder, NULL);
	r = w->root ? 0 : -errno;
	if (r == 0) {
		w->dir_fd = open(w->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		r = w->dir_fd < 0 ? -errno : 0;
	}
	if (r == 0) {
		w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
		r = w->fd < 0 ? -errno : 0;
	}
	if (r == 0)
		r = add_tree(w, "", 0, false);
	if (r == 0)
		r = loop_timer_new(loop, "watch", on_quiet, w, &w->quiet);
	if (r == 0)
		r = loop_fd_new(loop, "watch", w->fd, POLLIN, on_events, w, &w->events);
	if (r < 0) {
		watch_free(w);
		return r;
	}
	*ret = w;
	return 0;
}

void watch_free(struct watch *w)
{
	if (!w)
		return;
	loop_fd_free(w->events);
	loop_timer_free(w->quiet);
	while (w->n_folders > 0)
		forget(w, w->folders);
	for (size_t i = 0; i < w->n_changed; i++)
		free(w->changed[i]);
	free(w->root);
	cleanup_fd(&w->dir_fd);
	cleanup_fd(&w->fd);
	free(w);
}

const char *watch_strerror(int error)
{
	switch (error) {
	case -ENOSPC:
		return "there are more folders than can be watched (1024, or what "
		       "fs.inotify.max_user_watches leaves to this user); a folder that is no part "
		       "of the app can have a name that begins with \".\"";
	case -EMFILE:
		return "this user watches too many things already; raise "
		       "fs.inotify.max_user_instances";
	default:
		return strerror(-error);
	}
}
