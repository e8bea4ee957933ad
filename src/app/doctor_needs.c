/*
 * What WebKit and the runtime look for in a system and, when it is not there, miss without
 * a word, or end over.
 */
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/doctor.h"
#include "app/place.h"

static void need_file(
	struct doctor *d, const char *what, const char *path, const char *why, const char *todo)
{
	if (doctor_exists(d, path))
		doctor_ok(d, what, "%s", path);
	else
		doctor_fault(d, what, todo, "no %s: %s", path, why);
}

static void check_extension(struct doctor *d)
{
	char path[PATH_MAX];

	if (place_find(PLACE_WEBEXT, path) == 0)
		doctor_ok(d, "web extension", "%s", path);
	else
		doctor_fault(d, "web extension", "install all of Kiln (\"make install\")",
			"kiln-webext.so is not where it was installed");
}

/* In a child, which is all that it may change. */
static int try_user_namespace(void)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 ? 0 : errno & 0xff);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

static void check_namespaces(struct doctor *d)
{
	int r = try_user_namespace();

	if (r < 0)
		doctor_fault(d, "namespaces",
			"allow them: sysctl kernel.unprivileged_userns_clone, "
			"user.max_user_namespaces",
			"no user namespace for the sandbox: %s", strerror(-r));
	else if (geteuid() == 0)
		doctor_note(d, "namespaces", "root may make them; ask as the runtime's user, too");
	else
		doctor_ok(d, "namespaces", "this user may make them");
}

static int is_font(const char *path, const struct stat *st, int type, struct FTW *at)
{
	static const char *const kinds[] = { ".ttf", ".otf", ".ttc", ".pfb" };
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && type == FTW_F && i < ARRAY_SIZE(kinds); i++)
		if (strcasecmp(dot, kinds[i]) == 0)
			return 1;
	return 0;
}

static void check_fonts(struct doctor *d)
{
	static const char *const folders[] = { "/usr/share/fonts", "/usr/local/share/fonts" };
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(path, sizeof(path), "%s%s", d->root, folders[i]);
		if (nftw(path, is_font, 16, FTW_PHYS) == 1) {
			doctor_ok(d, "fonts", "%s", folders[i]);
			return;
		}
	}
	doctor_fault(d, "fonts", "install some, such as fonts-dejavu-core",
		"none in /usr/share/fonts: pages would have no text");
}

static void check_shared_memory(struct doctor *d)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/dev/shm", d->root);
	if (access(path, W_OK) == 0)
		doctor_ok(d, "/dev/shm", "can be written to");
	else
		doctor_fault(d, "/dev/shm", "mount a tmpfs there, mode 1777",
			"%s: frames go through it", strerror(errno));
}

static void check_https(struct doctor *d)
{
	if (doctor_exists(d, "/etc/ssl/certs/ca-certificates.crt"))
		doctor_ok(d, "certificates", "/etc/ssl/certs/ca-certificates.crt");
	else
		doctor_note(d, "certificates",
			"none: https pages will not load (ca-certificates); app:// does");
}

static void check_udev(struct doctor *d)
{
	if (doctor_exists(d, "/run/udev/control"))
		doctor_ok(d, "udev", "is running");
	else
		doctor_fault(d, "udev", "start systemd-udevd (or eudev) before the runtime",
			"is not running: input devices and plugging in are not seen");
}

void doctor_needs(struct doctor *d)
{
	doctor_heading(d, "What a kiosk needs");
	check_extension(d);
	need_file(d, "sandbox", "/usr/bin/bwrap", "WebKit ends without it", "install bubblewrap");
	need_file(d, "sandbox's bus", "/usr/bin/xdg-dbus-proxy", "WebKit's sandbox starts it",
		"install xdg-dbus-proxy");
	check_namespaces(d);
	need_file(d, "MIME types", "/usr/share/mime/mime.cache",
		"scripts and pages would be plain text, silently",
		"install shared-mime-info and run update-mime-database /usr/share/mime");
	check_fonts(d);
	check_shared_memory(d);
	need_file(d, "keyboard layouts", "/usr/share/X11/xkb/rules/evdev",
		"keyboards have no layout", "install xkb-data");
	check_udev(d);
	check_https(d);
}
