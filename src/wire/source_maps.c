#include "wire/source_maps.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"

#define LOG_TAG "maps"
#include "base/log.h"

#define ENDING ".map"
#define PATH_BYTES_MAX 1024u

/* Files that are known, with a map or to have none. */
#define ENTRIES_MAX 64u
/* Of all maps together, as they are kept. */
#define SIZE_MAX_TOTAL (32u << 20)
/* Within a second, so that errors in turn from more maps than are kept cannot hold the loop up. */
#define READ_MAX (2 * SOURCE_MAP_MAX)
/* How long what is known of a file is taken for true. */
#define FRESH NSEC_PER_SEC

struct entry {
	struct list link; /* source_maps' all */
	struct source_map *map; /* owned; null: there is none */
	size_t size;
	uint64_t looked; /* ns, at the file */
	struct {
		ino_t inode;
		off_t size;
		struct timespec changed;
	} file; /* that it was read from; all zero: there is none */
	char path[]; /* of the map */
};

void source_maps_init(struct source_maps *m, int dir_fd)
{
	*m = (struct source_maps){ .dir_fd = dir_fd };
	list_init(&m->all);
}

static void clear(struct source_maps *m, struct entry *e)
{
	source_map_free(take_ptr(e->map));
	m->size -= e->size;
	e->size = 0;
}

static void forget(struct source_maps *m, struct entry *e)
{
	clear(m, e);
	list_remove(&e->link);
	m->n--;
	free(e);
}

void source_maps_fini(struct source_maps *m)
{
	struct entry *e;

	while (m->n > 0 && (e = list_first(&m->all, struct entry, link)))
		forget(m, e);
}

static void make_room(struct source_maps *m, const struct entry *keep)
{
	while (m->n > ENTRIES_MAX || m->size > SIZE_MAX_TOTAL) {
		struct entry *first = list_first(&m->all, struct entry, link);

		if (first == keep)
			break;
		forget(m, first);
	}
}

/* The entry of the map at @path, now the last one; null without memory. */
static struct entry *get_entry(struct source_maps *m, const char *path, size_t len)
{
	struct entry *e;

	list_for_each (e, &m->all, link) {
		if (strcmp(e->path, path) == 0) {
			list_remove(&e->link);
			list_append(&m->all, &e->link);
			return e;
		}
	}
	e = calloc(1, sizeof(*e) + len + 1);
	if (!e)
		return NULL;
	memcpy(e->path, path, len + 1);
	list_append(&m->all, &e->link);
	m->n++;
	make_room(m, e);
	return e;
}

/* Whether the file is another one than the one that was read. */
static bool has_changed(struct source_maps *m, struct entry *e)
{
	struct stat st = { 0 };
	off_t size;
	auto_fd int fd = file_open_beneath(m->dir_fd, e->path, &size);
	__typeof__(e->file) now = { 0 };

	if (fd >= 0 && fstat(fd, &st) == 0) {
		now.inode = st.st_ino;
		now.size = st.st_size;
		now.changed = st.st_mtim;
	}
	if (now.inode == e->file.inode && now.size == e->file.size &&
		now.changed.tv_sec == e->file.changed.tv_sec &&
		now.changed.tv_nsec == e->file.changed.tv_nsec)
		return false;
	e->file = now;
	return true;
}

static bool may_read(struct source_maps *m, uint64_t now, size_t bytes)
{
	if (now - m->read.since >= NSEC_PER_SEC) {
		m->read.since = now;
		m->read.bytes = 0;
	}
	if (m->read.bytes > 0 && bytes > READ_MAX - m->read.bytes)
		return false;
	m->read.bytes += bytes;
	return true;
}

static int read_map(struct source_maps *m, struct entry *e, const char **ret_why)
{
	struct buf text = BUF_INIT(SOURCE_MAP_MAX + 64);
	int r = file_read(m->dir_fd, e->path, SOURCE_MAP_MAX, &text);

	if (r == 0) {
		char path[PATH_BYTES_MAX + 1] = "";

		memcpy(path, e->path, strlen(e->path) - strlen(ENDING));
		r = source_map_parse(&text, path, &e->map, ret_why);
	} else {
		*ret_why = r == -EFBIG ? "it is over 16 MiB" : strerror(-r);
	}
	buf_fini(&text);
	return r;
}

/* What cannot be read now, for want of memory or time, is tried again by who asks next. */
static void load(struct source_maps *m, struct entry *e, uint64_t now)
{
	const char *why = "";
	int r;

	clear(m, e);
	if (e->file.inode == 0)
		return;
	r = e->file.size <= SOURCE_MAP_MAX && !may_read(m, now, (size_t)e->file.size)
		    ? -EAGAIN
		    : read_map(m, e, &why);
	if (r == -EAGAIN || r == -ENOMEM) {
		memset(&e->file, 0, sizeof(e->file));
		e->looked = 0;
	}
	if (r == 0) {
		e->size = source_map_size(e->map);
		m->size += e->size;
		make_room(m, e);
	} else if (r != -EAGAIN) {
		log_burst_at(LOG_LEVEL_WARN,
			"%s is of no use: %s; errors are shown with lines of the built file",
			e->path, why);
	}
}

/* The map of a file as it is on the disk, or was a short time ago; null when there is none. */
static const struct source_map *get_map(struct source_maps *m, const char *path, size_t path_len)
{
	char name[PATH_BYTES_MAX];
	uint64_t now = clock_now();
	struct entry *e;

	if (m->dir_fd < 0 || path_len == 0 || path_len + sizeof(ENDING) > sizeof(name) ||
		memchr(path, '\0', path_len))
		return NULL;
	memcpy(name, path, path_len);
	memcpy(name + path_len, ENDING, sizeof(ENDING));
	e = get_entry(m, name, path_len + strlen(ENDING));
	if (!e)
		return NULL;
	if (e->looked == 0 || now - e->looked >= FRESH) {
		e->looked = now;
		if (has_changed(m, e))
			load(m, e, now);
	}
	return e->map;
}

bool source_maps_find(struct source_maps *m, const char *path, size_t path_len, unsigned line,
	unsigned column, struct source_place *ret)
{
	const struct source_map *map = get_map(m, path, path_len);

	return map && source_map_find(map, line, column, ret);
}

bool source_maps_has(struct source_maps *m, const char *path, size_t path_len)
{
	return get_map(m, path, path_len);
}
