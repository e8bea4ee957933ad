/*
 * How a device is set up: the sections "outputs", "input" and "splash". An app says in its
 * kiln.json what it was made for, and the device's own file, written by who installs it,
 * says what it is: member by member the latter wins.
 *
 * A plain value: nothing in it is to be freed.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/reader.h"
#include "input/config.h"
#include "screen/output.h"

#define DEVICE_FILE "/etc/kiln/device.json"
#define DEVICE_OUTPUTS_MAX 32
#define DEVICE_OUTPUT_NAME_MAX 31

struct device_output {
	char name[DEVICE_OUTPUT_NAME_MAX + 1]; /* "HDMI-A-1"; "*": all */
	bool of_device; /* from the device's file */
	bool has_off, has_mode, has_rotation, has_scale;
	struct output_config config; /* what is there of it */
};

struct device_splash {
	char image[PATH_MAX]; /* "": the runtime's own */
	bool in_app; /* image is a path in the app's folder */
	uint32_t color; /* 0xrrggbb, behind the image */
	bool has_color;
};

struct device {
	bool of_device; /* what is read now is the device's file */
	struct device_output outputs[DEVICE_OUTPUTS_MAX];
	size_t n_outputs;
	struct input_config input;
	struct device_splash splash;
};

/* The sections, for a table of fields: @out is struct device *. */
int device_read_outputs(struct reader *r, void *out);
int device_read_input(struct reader *r, void *out);
int device_read_splash(struct reader *r, void *out);

/* Puts the device's file over @d. On failure @d is as it was. */
must_check int device_parse(const char *file, const char *text, size_t len, struct device *d,
	struct reader_error *ret_error);
/* The same from @path. -ENOENT: there is none. */
must_check int device_load(const char *path, struct device *d, struct reader_error *ret_error);

/* How the output of that name is to be driven. */
void device_output_config(const struct device *d, const char *name, struct output_config *ret);
