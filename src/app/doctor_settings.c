/* The settings of outputs, input and splash that are in force, and what is wrong with them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "app/device.h"
#include "app/doctor.h"
#include "app/manifest.h"

static void show_output(struct doctor *d, const struct device *device, const char *name)
{
	struct output_config c;
	char mode[64] = "preferred mode", head[48];

	device_output_config(device, name, &c);
	if (c.mode.width)
		snprintf(mode, sizeof(mode), "%ux%u", c.mode.width, c.mode.height);
	if (c.mode.refresh_mhz)
		snprintf(mode + strlen(mode), sizeof(mode) - strlen(mode), "@%.6g",
			(double)c.mode.refresh_mhz / 1000);
	snprintf(head, sizeof(head), "%s", strcmp(name, "*") == 0 ? "other outputs" : name);
	if (c.off)
		doctor_line(d, head, "off");
	else
		doctor_line(d, head, "%s, rotated by %u degrees, scale %g", mode,
			90 * (unsigned)c.rotation, c.scale > 0 ? c.scale : 1.0);
}

/* Each name once, whoever has it; the rest last. */
static void show_outputs(struct doctor *d, const struct device *device)
{
	for (size_t i = 0; i < device->n_outputs; i++) {
		const char *name = device->outputs[i].name;
		bool again = strcmp(name, "*") == 0;

		for (size_t j = 0; j < i; j++)
			again |= strcmp(device->outputs[j].name, name) == 0;
		if (!again)
			show_output(d, device, name);
	}
	show_output(d, device, "*");
}

static void show_input(struct doctor *d, const struct input_config *in)
{
	doctor_line(d, "keyboard", "layout %s%s%s%s%s", in->layout[0] ? in->layout : "us",
		in->variant[0] ? ", " : "", in->variant, in->options[0] ? ", " : "", in->options);
	if (in->no_pointer || in->no_keyboard || in->no_touch)
		doctor_line(d, "not used", "%s%s%s", in->no_pointer ? "pointers " : "",
			in->no_keyboard ? "keyboards " : "", in->no_touch ? "touch" : "");
	for (size_t i = 0; i < in->n_devices; i++)
		doctor_line(d, "device", "%s%s%s%s", in->devices[i].match,
			in->devices[i].output[0] ? " on " : "", in->devices[i].output,
			in->devices[i].calibrated ? ", calibrated" : "");
	for (size_t i = 0; i < INPUT_GESTURES; i++)
		if (in->gestures[i].action != INPUT_ACTION_NONE)
			doctor_line(d, "gesture", "%s: %s%s%s",
				input_config_gesture_name((enum input_gesture)i),
				input_config_action_name(in->gestures[i].action),
				in->gestures[i].name[0] ? ":" : "", in->gestures[i].name);
	if (in->n_keys > 0)
		doctor_line(d, "key chords", "%zu", in->n_keys);
}

static void show_splash(struct doctor *d, const struct device_splash *splash)
{
	doctor_line(d, "splash", "%s%s%s", splash->image[0] ? splash->image : "the runtime's own",
		splash->image[0] && splash->in_app ? " (in the app)" : "",
		splash->image[0] && !splash->in_app && access(splash->image, R_OK) < 0
			? ": CANNOT BE READ"
			: "");
}

static void read_app(struct doctor *d, const char *app, struct device *device)
{
	auto_fd int fd = open(app, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct reader_error error;
	struct manifest *m;

	if (fd < 0) {
		doctor_fault(d, "app", "name the app's folder", "%s: %s", app, strerror(errno));
		return;
	}
	if (manifest_load(fd, &m, &error) < 0) {
		doctor_fault(d, "app", "\"kiln check\" tells all that is wrong with it", "%s/%s",
			app, error.text);
		return;
	}
	doctor_line(d, "app", "%s (app://%s)", m->name, m->id);
	*device = m->device;
	manifest_free(m);
}

static void read_file(struct doctor *d, const char *file, struct device *device)
{
	struct reader_error error;
	int r = device_load(file ? file : DEVICE_FILE, device, &error);

	if (r == 0)
		doctor_line(d, "device file", "%s", file ? file : DEVICE_FILE);
	else if (r == -ENOENT && !file)
		doctor_line(d, "device file", "none (" DEVICE_FILE ")");
	else
		doctor_fault(d, "device file", "mend it; until then it counts for nothing", "%s",
			error.text);
}

void doctor_settings(struct doctor *d, const char *app, const char *file)
{
	auto_free struct device *device = calloc(1, sizeof(*device));

	doctor_heading(d, "Settings in force");
	if (!device)
		return;
	if (app)
		read_app(d, app, device);
	read_file(d, file, device);
	show_outputs(d, device);
	show_input(d, &device->input);
	show_splash(d, &device->splash);
}
