/*
 * kiln.json of any bytes, and the device's own file: read, or refused with one line that
 * says why.
 */
#include <assert.h>
#include <string.h>

#include "app/device.h"
#include "app/manifest.h"
#include "ipc/caps.h"
#include "ipc/origin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_device(const struct device *d)
{
	struct output_config c;

	assert(d->n_outputs <= DEVICE_OUTPUTS_MAX);
	assert(d->input.n_devices <= INPUT_DEVICES_MAX && d->input.n_keys <= INPUT_KEYS_MAX);
	for (size_t i = 0; i < d->n_outputs; i++) {
		device_output_config(d, d->outputs[i].name, &c);
		assert(c.scale == 0 || (c.scale >= 0.5 && c.scale <= 4));
		assert(c.rotation <= ROTATE_270);
		assert(c.mode.width <= PICTURE_SIDE_MAX && c.mode.height <= PICTURE_SIDE_MAX);
	}
	for (size_t i = 0; i < d->input.n_devices; i++)
		assert(!d->input.devices[i].calibrated ||
			input_config_calibration_valid(d->input.devices[i].calibration));
	for (size_t i = 0; i < d->input.n_keys; i++)
		assert(d->input.keys[i].deed.action != INPUT_ACTION_NONE);
	assert(d->splash.color <= 0xffffff);
}

static void check_error(const struct reader_error *error, const char *file)
{
	assert(strncmp(error->text, file, strlen(file)) == 0);
	assert(error->text[strlen(file)] == ':');
	assert(strlen(error->text) > strlen(file) + 2);
	assert(strlen(error->text) < sizeof(error->text));
}

static void read_device(const uint8_t *data, size_t size)
{
	static struct device d;
	struct reader_error error;

	/* Over the settings of an app, which has some of each. */
	d = (struct device){ .n_outputs = 1, .outputs = { { .name = "A", .has_off = true } } };
	d.input.n_keys = 1;
	d.input.keys[0] = (struct input_key_rule){ { 0, 'a' }, { INPUT_ACTION_HOME, "" } };
	if (device_parse("device.json", (const char *)data, size, &d, &error) == 0)
		check_device(&d);
	else
		check_error(&error, "device.json");
}

static void check_manifest(const struct manifest *m)
{
	const struct manifest_window *win;
	const struct caps_rule *rule = NULL;
	char self[sizeof("app://") + APP_ID_MAX] = "app://";

	assert(m->id && m->name && m->main && m->caps);
	strcat(self, m->id);
	assert(origin_valid(self, strlen(self)));
	check_device(&m->device);
	list_for_each (win, &m->windows, link)
		assert(win->url);
	while ((rule = caps_next(m->caps, rule))) {
		struct caps_query q = { rule->window, rule->origin ? rule->origin : self, CAPS_MAIN,
			CAPS_SEND, rule->pattern, rule->pattern_len };
		struct caps_verdict v;

		assert(rule->deny || rule->origin);
		assert(rule->directions && rule->frames);
		caps_check_pattern(m->caps, &q, &v);
		/* A rule that denies does so. */
		if (rule->deny && rule->directions & CAPS_SEND)
			assert(!v.allowed && v.rule);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader_error error;
	struct manifest *m = NULL;
	int r = manifest_parse((const char *)data, size, &m, &error);

	if (r == 0) {
		check_manifest(m);
		manifest_free(m);
	} else {
		assert(!m);
		check_error(&error, MANIFEST_NAME);
	}
	read_device(data, size);
	return 0;
}
