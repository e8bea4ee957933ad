/*
 * Runtimes that are running, and what they and their web processes take: the shares that
 * add up (PSS), which the kernel tells the processes' own user and root.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/doctor.h"

#define PROCESSES_MAX 4096

struct process {
	int pid, parent;
	char name[20];
};

struct table {
	struct process all[PROCESSES_MAX];
	size_t n;
};

/* "812 (kiln) S 1 …"; a name may have blanks and parentheses of its own. */
static bool parse_stat(const char *text, struct process *ret)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	struct process p = { .pid = atoi(text) };

	if (!open || !close || close < open || sscanf(close + 1, " %*c %d", &p.parent) != 1)
		return false;
	snprintf(p.name, sizeof(p.name), "%.*s", (int)(close - open - 1), open + 1);
	*ret = p;
	return true;
}

static void note_process(struct doctor *d, const char *pid, void *arg)
{
	struct table *t = arg;
	char path[300], text[1024];

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	if (t->n < ARRAY_SIZE(t->all) && doctor_text(d, path, text, sizeof(text)) == 0 &&
		parse_stat(text, &t->all[t->n]))
		t->n++;
}

static const struct process *find(const struct table *t, int pid)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->all[i].pid == pid)
			return &t->all[i];
	return NULL;
}

/* Whether @p is @ancestor or below it. What dies while we look leaves no loop, but be sure. */
static bool is_below(const struct table *t, const struct process *p, int ancestor)
{
	for (unsigned depth = 0; p && depth < 32; depth++) {
		if (p->pid == ancestor)
			return true;
		p = find(t, p->parent);
	}
	return false;
}

static int read_pss(const struct doctor *d, int pid, uint64_t *ret)
{
	char path[64], text[2048], value[32];
	int r;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	r = doctor_text(d, path, text, sizeof(text));
	if (r < 0)
		return r;
	if (!doctor_value(text, "Pss:", value, sizeof(value)))
		return -EPROTO;
	*ret = strtoull(value, NULL, 10) << 10;
	return 0;
}

static bool is_runtime(const struct doctor *d, const struct process *p)
{
	char path[64], args[256];
	size_t first;

	if (strcmp(p->name, "kiln") != 0)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/cmdline", p->pid);
	memset(args, 0, sizeof(args));
	if (doctor_text(d, path, args, sizeof(args) - 1) < 0)
		return false;
	first = strlen(args) + 1;
	return first < sizeof(args) &&
	       (strcmp(args + first, "run") == 0 || strcmp(args + first, "dev") == 0);
}

/* The kernel cuts names to 15 characters. */
static const char *kind_of(const char *name)
{
	if (strcmp(name, "kiln") == 0)
		return "kiln";
	if (strncmp(name, "WPEWebProcess", 13) == 0)
		return "web";
	if (strncmp(name, "WPENetworkProce", 15) == 0)
		return "network";
	return "others";
}

static void show_runtime(struct doctor *d, const struct table *t, const struct process *runtime)
{
	static const char *const kinds[] = { "kiln", "network", "web", "others" };
	uint64_t sum[ARRAY_SIZE(kinds)] = { 0 }, all = 0, pss;
	unsigned n[ARRAY_SIZE(kinds)] = { 0 }, hidden = 0;
	char line[256] = "", size[16];

	for (const struct process *p = t->all; p < t->all + t->n; p++) {
		size_t kind = 0;

		if (!is_below(t, p, runtime->pid))
			continue;
		while (strcmp(kinds[kind], kind_of(p->name)) != 0)
			kind++;
		n[kind]++;
		if (read_pss(d, p->pid, &pss) < 0) {
			hidden++;
			continue;
		}
		sum[kind] += pss;
		all += pss;
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(line);

		if (n[i] > 0)
			snprintf(line + len, sizeof(line) - len, ", %u %s %s", n[i], kinds[i],
				doctor_bytes(sum[i], size));
	}
	doctor_line(d, "running", "pid %d: %s%s", runtime->pid, doctor_bytes(all, size), line);
	if (hidden)
		doctor_line(d, "", "(without %u processes that only root may look into)", hidden);
}

void doctor_processes(struct doctor *d)
{
	auto_free struct table *t = calloc(1, sizeof(*t));
	unsigned runtimes = 0;

	if (!t)
		return;
	for (char digit[] = "1"; digit[0] <= '9'; digit[0]++)
		(void)doctor_each(d, "/proc", digit, note_process, t);
	for (const struct process *p = t->all; p < t->all + t->n; p++)
		if (is_runtime(d, p)) {
			show_runtime(d, t, p);
			runtimes++;
		}
	if (runtimes == 0)
		doctor_line(d, "running", "no runtime is");
}
