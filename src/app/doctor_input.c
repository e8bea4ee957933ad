/*
 * Input devices, from sysfs and from what udev has found out about them: libinput takes
 * those that udev has given a kind, and no others.
 */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/doctor.h"

static const struct {
	const char *property, *word;
} kinds[] = {
	{ "E:ID_INPUT_TOUCHSCREEN=1", "touch screen" },
	{ "E:ID_INPUT_TABLET=1", "tablet" },
	{ "E:ID_INPUT_TOUCHPAD=1", "touch pad" },
	{ "E:ID_INPUT_MOUSE=1", "mouse" },
	{ "E:ID_INPUT_KEYBOARD=1", "keyboard" },
	{ "E:ID_INPUT_JOYSTICK=1", "joystick" },
	{ "E:ID_INPUT_SWITCH=1", "switch" },
	{ "E:ID_INPUT_KEY=1", "keys" },
};

static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (; text; text = strchr(text, '\n'), text += text != NULL)
		if (strncmp(text, line, len) == 0 && (text[len] == '\n' || text[len] == '\0'))
			return true;
	return false;
}

/* @number is "13:64", as in /sys/class/input/event0/dev. */
static const char *kind_of(const struct doctor *d, const char *number)
{
	char path[64], text[8192];

	snprintf(path, sizeof(path), "/run/udev/data/c%.32s", number);
	if (doctor_text(d, path, text, sizeof(text)) < 0)
		return "udev does not know it";
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (has_line(text, kinds[i].property))
			return kinds[i].word;
	return "of no kind";
}

struct devices {
	unsigned n, closed;
};

/* Who may read it: "root:input rw-rw----" and whether we may. */
static bool may_read(const struct doctor *d, const char *name, char *ret, size_t room)
{
	char path[PATH_MAX];
	const struct group *g;
	struct stat st;

	snprintf(path, sizeof(path), "%s/dev/input/%s", d->root, name);
	if (stat(path, &st) < 0) {
		snprintf(ret, room, "%s", strerror(errno));
		return false;
	}
	g = getgrgid(st.st_gid);
	snprintf(ret, room, "group %s, mode %03o", g ? g->gr_name : "?", st.st_mode & 0777);
	return access(path, R_OK) == 0;
}

static void show_device(struct doctor *d, const char *name, void *arg)
{
	struct devices *devices = arg;
	char path[320], title[128] = "?", number[32] = "", vendor[16] = "", product[16] = "";
	char permission[64];
	bool readable = may_read(d, name, permission, sizeof(permission));

	snprintf(path, sizeof(path), "/sys/class/input/%s/device/name", name);
	(void)!doctor_text(d, path, title, sizeof(title));
	snprintf(path, sizeof(path), "/sys/class/input/%s/device/id/vendor", name);
	(void)!doctor_text(d, path, vendor, sizeof(vendor));
	snprintf(path, sizeof(path), "/sys/class/input/%s/device/id/product", name);
	(void)!doctor_text(d, path, product, sizeof(product));
	snprintf(path, sizeof(path), "/sys/class/input/%s/dev", name);
	(void)!doctor_text(d, path, number, sizeof(number));
	doctor_line(d, name, "%s (%s:%s): %s%s%s", title, vendor, product, kind_of(d, number),
		readable ? "" : "; NOT READABLE: ", readable ? "" : permission);
	devices->n++;
	devices->closed += !readable;
}

void doctor_input(struct doctor *d)
{
	struct devices devices = { 0 };

	doctor_heading(d, "Input devices");
	(void)doctor_each(d, "/sys/class/input", "event", show_device, &devices);
	if (devices.n == 0)
		doctor_note(d, "devices", "none: nothing to touch or type on");
	else if (devices.closed > 0)
		doctor_fault(d, "devices", "put the runtime's user into the group \"input\"",
			"%u of %u cannot be read by this user", devices.closed, devices.n);
	else
		doctor_ok(d, "devices", "this user may read all %u", devices.n);
}
