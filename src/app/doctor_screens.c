/* Graphics cards and whether they can be driven, what is plugged in, and backlights. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "app/doctor.h"
#include "screen/backlight.h"
#include "screen/kms_describe.h"

#define BACKLIGHTS_MAX 16

struct cards {
	unsigned cards, connectors, plugged, closed, renderers;
};

static void may_open(struct doctor *d, const char *name, struct cards *cards)
{
	char path[PATH_MAX], driver[64] = "no driver";

	snprintf(path, sizeof(path), "/sys/class/drm/%s/device/driver", name);
	(void)!doctor_link(d, path, driver, sizeof(driver));
	snprintf(path, sizeof(path), "%s/dev/dri/%s", d->root, name);
	if (access(path, R_OK | W_OK) == 0) {
		doctor_ok(d, name, "driver %s, this user may open it", driver);
		return;
	}
	doctor_fault(d, name, "put the runtime's user into the groups \"video\" and \"render\"",
		"driver %s, %s: %s", driver, path, strerror(errno));
	cards->closed++;
}

/* "card0" is a card, "card0-HDMI-A-1" one of its connectors, "renderD128" for OpenGL. */
static void note_drm(struct doctor *d, const char *name, void *arg)
{
	struct cards *cards = arg;
	char path[320], status[32];

	if (strncmp(name, "render", 6) == 0) {
		cards->renderers++;
		may_open(d, name, cards);
		return;
	}
	if (!strchr(name, '-')) {
		cards->cards++;
		may_open(d, name, cards);
		return;
	}
	snprintf(path, sizeof(path), "/sys/class/drm/%s/status", name);
	if (doctor_text(d, path, status, sizeof(status)) < 0)
		return;
	cards->connectors++;
	cards->plugged += strcmp(status, "connected") == 0;
}

static void show_cards(struct doctor *d)
{
	struct cards cards = { 0 };

	(void)doctor_each(d, "/sys/class/drm", "card", note_drm, &cards);
	(void)doctor_each(d, "/sys/class/drm", "renderD", note_drm, &cards);
	if (cards.connectors == 0)
		doctor_fault(d, "screens", "load the graphics driver (/sys/class/drm has it then)",
			"%s", cards.cards ? "the card has no connectors" : "no graphics card");
	else if (cards.plugged == 0)
		doctor_note(
			d, "screens", "nothing is plugged in (%u connectors)", cards.connectors);
	else
		doctor_ok(d, "screens", "%u of %u connectors have one", cards.plugged,
			cards.connectors);
	if (cards.renderers == 0)
		doctor_note(d, "OpenGL", "no render node: the processor draws (llvmpipe)");
}

static void show_backlights(struct doctor *d)
{
	struct backlight_info all[BACKLIGHTS_MAX];
	char root[PATH_MAX];
	int n;

	snprintf(root, sizeof(root), "%s" BACKLIGHT_ROOT, d->root);
	n = backlight_list(root, all, ARRAY_SIZE(all));
	if (n <= 0)
		doctor_line(d, "backlight", "none");
	for (int i = 0; i < n; i++)
		doctor_line(d, "backlight", "%s%s%s, %s: %u of %u%s%s", all[i].name,
			all[i].connector[0] ? " of " : "", all[i].connector, all[i].type,
			all[i].actual, all[i].max, all[i].powered ? "" : ", off",
			all[i].writable ? ""
					: "; NOT WRITABLE by this user (udev rule for \"video\")");
}

void doctor_screens(struct doctor *d)
{
	doctor_heading(d, "Screens");
	show_cards(d);
	show_backlights(d);
	/* Devices, which are no files of a directory that a test has made. */
	if (!d->root[0])
		(void)!kms_describe(d->out, NULL);
}
