/* What machine this is. */
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "app/doctor.h"

/* A disk that has less than this is about to make trouble. */
#define DISK_LOW (64u << 20)

static void show_time(struct doctor *d)
{
	time_t now = time(NULL);
	char text[64];
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %Z", &tm);
	doctor_line(d, "time", "%s", text);
}

static void show_system(struct doctor *d)
{
	char text[4096], name[128] = "unknown";
	struct utsname uts;

	if (doctor_text(d, "/etc/os-release", text, sizeof(text)) == 0)
		(void)doctor_value(text, "PRETTY_NAME=", name, sizeof(name));
	if (uname(&uts) == 0)
		doctor_line(
			d, "system", "%s, %s %s (%s)", name, uts.sysname, uts.release, uts.machine);
}

/* The board's own name, from its device tree or its firmware. */
static void show_machine(struct doctor *d)
{
	char vendor[128] = "", model[128];

	/* The device tree's strings end with a NUL of their own. */
	if (doctor_text(d, "/proc/device-tree/model", model, sizeof(model)) < 0) {
		if (doctor_text(d, "/sys/class/dmi/id/product_name", model, sizeof(model)) < 0)
			return;
		if (doctor_text(d, "/sys/class/dmi/id/sys_vendor", vendor, sizeof(vendor)) < 0)
			vendor[0] = '\0';
	}
	doctor_line(d, "machine", "%s%s%s", vendor, vendor[0] ? " " : "", model);
}

static void show_cpu(struct doctor *d)
{
	char text[16384], model[128] = "", millidegrees[16];
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	if (doctor_text(d, "/proc/cpuinfo", text, sizeof(text)) == 0 &&
		doctor_value(text, "model name\t:", model, sizeof(model)))
		doctor_line(d, "CPU", "%ld x %s", n, model);
	else
		doctor_line(d, "CPU", "%ld cores", n);
	if (doctor_text(d, "/sys/class/thermal/thermal_zone0/temp", millidegrees,
		    sizeof(millidegrees)) == 0)
		doctor_line(d, "temperature", "%ld C", strtol(millidegrees, NULL, 10) / 1000);
}

static void show_load(struct doctor *d)
{
	char load[64], uptime[64];
	double up, loads[3];

	if (doctor_text(d, "/proc/loadavg", load, sizeof(load)) < 0 ||
		doctor_text(d, "/proc/uptime", uptime, sizeof(uptime)) < 0 ||
		sscanf(load, "%lf %lf %lf", &loads[0], &loads[1], &loads[2]) != 3)
		return;
	up = strtod(uptime, NULL);
	if (!(up >= 0 && up < 1e10))
		return;
	doctor_line(d, "up", "%ld days %02ld:%02ld h, load %.2f %.2f %.2f", (long)up / 86400,
		(long)up / 3600 % 24, (long)up / 60 % 60, loads[0], loads[1], loads[2]);
}

static bool kib_of(const char *meminfo, const char *key, uint64_t *ret_bytes)
{
	char value[32];

	if (!doctor_value(meminfo, key, value, sizeof(value)))
		return false;
	*ret_bytes = strtoull(value, NULL, 10) << 10;
	return true;
}

static void show_memory(struct doctor *d)
{
	uint64_t total, available, swap = 0, swap_free = 0;
	char text[8192], a[16], b[16];

	if (doctor_text(d, "/proc/meminfo", text, sizeof(text)) < 0 ||
		!kib_of(text, "MemTotal:", &total) || !kib_of(text, "MemAvailable:", &available))
		return;
	doctor_line(d, "memory", "%s, %s available", doctor_bytes(total, a),
		doctor_bytes(available, b));
	if (kib_of(text, "SwapTotal:", &swap) && kib_of(text, "SwapFree:", &swap_free) && swap > 0)
		doctor_line(d, "swap", "%s, %s used", doctor_bytes(swap, a),
			doctor_bytes(swap > swap_free ? swap - swap_free : 0, b));
	else
		doctor_line(d, "swap", "none");
}

static void show_disk(struct doctor *d, const char *path)
{
	struct statvfs fs;
	char a[16], b[16];
	uint64_t available;

	if (statvfs(path, &fs) < 0)
		return;
	available = (uint64_t)fs.f_bavail * fs.f_frsize;
	doctor_line(d, path, "%s, %s available%s%s",
		doctor_bytes((uint64_t)fs.f_blocks * fs.f_frsize, a), doctor_bytes(available, b),
		fs.f_flag & ST_RDONLY ? ", read only" : "",
		!(fs.f_flag & ST_RDONLY) && available < DISK_LOW ? ": ALMOST FULL" : "");
}

static void show_user(struct doctor *d)
{
	const struct passwd *user = getpwuid(geteuid());
	char groups[256] = "";
	gid_t ids[64];
	int n = getgroups(ARRAY_SIZE(ids), ids);

	for (int i = 0; i < n; i++) {
		const struct group *g = getgrgid(ids[i]);
		size_t len = strlen(groups);

		if (g)
			snprintf(groups + len, sizeof(groups) - len, " %s", g->gr_name);
	}
	doctor_line(d, "asked by", "%s (uid %u)%s%s", user ? user->pw_name : "?", geteuid(),
		groups[0] ? ", groups" : "", groups);
}

void doctor_system(struct doctor *d)
{
	doctor_heading(d, "System");
	show_time(d);
	show_system(d);
	show_machine(d);
	show_cpu(d);
	show_load(d);
	show_memory(d);
	show_disk(d, "/");
	show_disk(d, "/data");
	show_disk(d, "/tmp");
	show_user(d);
}
