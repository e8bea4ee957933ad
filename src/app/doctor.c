#include "app/doctor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"

#define ENTRIES_MAX 4096
#define LINE_BYTES 512

/* ---- the page ---- */

void doctor_heading(struct doctor *d, const char *title)
{
	fprintf(d->out, "\n%s\n", title);
}

static void print(struct doctor *d, const char *head, const char *fmt, va_list ap)
{
	char text[LINE_BYTES], shown[LINE_BYTES];

	vsnprintf(text, sizeof(text), fmt, ap);
	log_escape(shown, sizeof(shown), text);
	fprintf(d->out, "  %s%s\n", head, shown);
}

void doctor_line(struct doctor *d, const char *what, const char *fmt, ...)
{
	char head[48];
	va_list ap;

	snprintf(head, sizeof(head), "%-14s ", what);
	va_start(ap, fmt);
	print(d, head, fmt, ap);
	va_end(ap);
}

static void print_status(
	struct doctor *d, const char *status, const char *what, const char *fmt, va_list ap)
{
	char head[64];

	snprintf(head, sizeof(head), "%-7s  %-16s ", status, what);
	print(d, head, fmt, ap);
}

void doctor_ok(struct doctor *d, const char *what, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_status(d, "ok", what, fmt, ap);
	va_end(ap);
}

void doctor_note(struct doctor *d, const char *what, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_status(d, "note", what, fmt, ap);
	va_end(ap);
}

void doctor_fault(struct doctor *d, const char *what, const char *todo, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_status(d, "MISSING", what, fmt, ap);
	va_end(ap);
	fprintf(d->out, "  %-7s  %-16s -> %s\n", "", "", todo);
	d->faults++;
}

/* ---- the system's files ---- */

static void path_below(const struct doctor *d, const char *path, char ret[static PATH_MAX])
{
	snprintf(ret, PATH_MAX, "%s%s", d->root, path);
}

int doctor_text(const struct doctor *d, const char *path, char *to, size_t room)
{
	char full[PATH_MAX];

	path_below(d, path, full);
	return file_text(AT_FDCWD, full, to, room);
}

bool doctor_exists(const struct doctor *d, const char *path)
{
	char full[PATH_MAX];

	path_below(d, path, full);
	return access(full, F_OK) == 0;
}

int doctor_link(const struct doctor *d, const char *path, char *to, size_t room)
{
	char full[PATH_MAX], target[PATH_MAX];
	const char *name;
	ssize_t n;

	path_below(d, path, full);
	n = readlink(full, target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	name = strrchr(target, '/');
	snprintf(to, room, "%s", name ? name + 1 : target);
	return 0;
}

size_t doctor_each(struct doctor *d, const char *path, const char *prefix,
	void (*fn)(struct doctor *d, const char *name, void *arg), void *arg)
{
	char full[PATH_MAX];
	struct dirent **names;
	size_t found = 0;
	int n;

	path_below(d, path, full);
	n = scandir(full, &names, NULL, versionsort);
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		if (name[0] != '.' && strncmp(name, prefix, strlen(prefix)) == 0 &&
			found < ENTRIES_MAX) {
			fn(d, name, arg);
			found++;
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return found;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '"';
}

bool doctor_value(const char *text, const char *key, char *to, size_t room)
{
	size_t key_len = strlen(key), len;

	while (strncmp(text, key, key_len) != 0) {
		text = strchr(text, '\n');
		if (!text)
			return false;
		text++;
	}
	text += key_len;
	while (is_blank(*text))
		text++;
	len = strcspn(text, "\n");
	while (len > 0 && is_blank(text[len - 1]))
		len--;
	snprintf(to, room, "%.*s", (int)len, text);
	return true;
}

const char *doctor_bytes(uint64_t n, char to[static 16])
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double size = (double)n / 1024;
	size_t unit = 0;

	while (size >= 1000 && unit + 1 < ARRAY_SIZE(units)) {
		size /= 1024;
		unit++;
	}
	snprintf(to, 16, size < 9.95 && unit > 0 ? "%.1f %s" : "%.0f %s", size, units[unit]);
	return to;
}
