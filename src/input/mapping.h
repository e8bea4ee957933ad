/*
 * Which output a device belongs to, and where on it its coordinates are. No devices and no
 * libraries in here: screens, numbers and names.
 *
 * A device that nothing ties to an output belongs to the first one that is lit or asleep, in
 * the order of the device: so it stays where it is when a screen goes to sleep.
 *
 * The pointer is on one output. Those that are lit or asleep stand side by side, in that same
 * order; it goes over the left and right edges into the next one, at the same height in
 * proportion, and stops at all others.
 */
#pragma once

#include <stdbool.h>

#include "base/macros.h"

struct input_binding;
struct input_config;
struct input_device_info;
struct output;
struct screen;

/* The first of @config that is for this device, or null. */
const struct input_binding *mapping_binding(
	const struct input_config *config, const struct input_device_info *info);
/*
 * @name: of the output that it is tied to; "" or null: none. Null when that is neither lit
 * nor asleep: then what it sends goes nowhere.
 */
struct output *mapping_output(const struct screen *s, const char *name);
/* x' = ax + by + c, y' = dx + ey + f, in 0..1, and cut to it. */
void mapping_calibrate(const float matrix[static 6], double *u, double *v);

struct mapping_pointer {
	struct output *output; /* borrowed of the screen; null: nowhere yet */
	double x, y; /* on its canvas, pixels */
};

/* On an output that can be seen: where it is, or else in the middle of the first. False: there is
 * none. */
bool mapping_pointer_place(struct mapping_pointer *p, const struct screen *s);
/* @dx and @dy in logical pixels. After mapping_pointer_place(). */
void mapping_pointer_move(struct mapping_pointer *p, const struct screen *s, double dx, double dy);
