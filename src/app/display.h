/*
 * What a run shows itself on: the outputs of a graphics card, or outputs in memory, driven
 * as app and device want it, with the splash on each until a window is lit there.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

struct device;
struct display;
struct loop;
struct output;
struct screen;

enum display_kind {
	DISPLAY_AUTO, /* a card if there is one that can be driven, or else memory */
	DISPLAY_KMS,
	DISPLAY_HEADLESS,
};

struct display_options {
	struct loop *loop; /* borrowed */
	int app_fd; /* borrowed until display_new() returns: the app's folder */
	const struct device *wanted; /* the same: by the app */
	const char *device_file; /* null: DEVICE_FILE, if it is there */
	enum display_kind kind;
	uint32_t width, height; /* in memory */
	const char *first; /* the same: the name of the first output; null: "headless-1" */
	/* See screen_options; called in display_new(), too. May be null. */
	void (*added)(struct output *o, void *arg);
	void *arg;
};

/*
 * Failures are logged. The splash is on its way to what is plugged in when this returns. A
 * device file that is wrong ends it when it was named, and counts for nothing when not.
 */
must_check int display_new(const struct display_options *opts, struct display **ret);
/* Every layer but the splash must be gone. No-op on null. */
void display_free(struct display *d);

struct screen *display_screen(const struct display *d);
/* Whether that is a card's, and not memory. */
bool display_is_card(const struct display *d);
/* What is in force: the app's settings with the device's over them. */
const struct device *display_device(const struct display *d);
/* A frame of a window is lit on @o. */
void display_lit(struct display *d, const struct output *o);
