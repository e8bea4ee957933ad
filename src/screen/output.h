/*
 * An output: a connector and what is plugged into it, whether or not anything is; or
 * its like in memory. Outputs live as long as their screen: one that is unplugged is
 * absent, its layers stay and wait.
 *
 *   absent    nothing is plugged in
 *   present   something is, and is not driven: switched off by configuration, or
 *             nothing of the device is free to drive it
 *   lit       a mode is set and frames are shown
 *   asleep    the mode is kept, the panel is dark because somebody said so
 *   failed    no mode of it could be set; tried again when it is plugged in anew or
 *             configured
 */
#pragma once

#include "base/list.h"
#include "base/macros.h"
#include "screen/picture.h"

struct output;

enum output_state {
	OUTPUT_ABSENT,
	OUTPUT_PRESENT,
	OUTPUT_LIT,
	OUTPUT_ASLEEP,
	OUTPUT_FAILED,
};

const char *output_state_name(enum output_state s); /* "lit" */

struct mode {
	uint32_t width, height; /* framebuffer */
	uint32_t refresh_mhz; /* thousandths of a hertz */
	bool preferred;
};

/* As configured; zero: as found. */
struct output_config {
	bool off;
	struct mode mode; /* width 0: the preferred one; refresh 0: any */
	enum rotation rotation;
	double scale; /* 0.5 to 4; 0: 1 */
};

/* All borrowed, valid until the loop runs. */
struct output_info {
	const char *name; /* "HDMI-A-1" */
	const char *make, *model, *serial; /* of the EDID; "" when not told */
	uint32_t mm_width, mm_height; /* of the panel as mounted unrotated; 0: not told */
	const char *reason; /* why it failed or which fall-back it is on, for people; "" */
	const struct mode *modes; /* that it offers */
	size_t n_modes;
	bool any_mode; /* takes others too */
};

/* Embedded in who wants to know. Both may do anything but free the screen. */
struct output_listener {
	/*
	 * State, mode, rotation, scale or size are not what they were. Told from the loop,
	 * once for all changes of a turn and before the first frame that they are in. Null:
	 * nobody asks.
	 */
	void (*changed)(struct output *o, void *arg);
	/*
	 * Frame @seq of the output, counted from 1, is lit since @when (clock_now()). Null:
	 * nobody asks.
	 */
	void (*presented)(struct output *o, uint64_t seq, uint64_t when, void *arg);
	void *arg;
	struct list link; /* output's, as is the next one */
	uint64_t told_change, told_frame; /* number of the last one that it was told of */
};

void output_add_listener(struct output *o, struct output_listener *listener);
/* No-op on one that was taken off. */
void output_remove_listener(struct output_listener *listener);

enum output_state output_state(const struct output *o);
const char *output_name(const struct output *o); /* "HDMI-A-1", "headless-1" */
void output_get_info(const struct output *o, struct output_info *ret);
const struct output_config *output_config(const struct output *o); /* as configured */
/* The one that is set, or was last; width 0: never. */
const struct mode *output_mode(const struct output *o);
enum rotation output_rotation(const struct output *o);
double output_scale(const struct output *o);
/* Of the canvas, in pixels; 0 before the first mode. */
uint32_t output_width(const struct output *o);
uint32_t output_height(const struct output *o);
uint64_t output_frames(const struct output *o); /* lit so far */

/*
 * Takes effect at once where it can, and when it is woken where it sleeps. A mode that
 * fails falls down the ladder (asked for, preferred, next ones, 1280x720, 640x480) with
 * the reason logged. -EINVAL: there is no such rotation or scale.
 */
must_check int output_configure(struct output *o, const struct output_config *c);
/* Dark, and back. -ENODEV when it is not lit (asleep); or what the device says. Idempotent. */
must_check int output_sleep(struct output *o);
must_check int output_wake(struct output *o);
/*
 * 0 to 1, through the backlight class; -ENOTSUP when it has none, -EINVAL. What is read
 * is what the device says it is.
 */
must_check int output_set_brightness(struct output *o, double level);
must_check int output_brightness(struct output *o, double *ret);
/*
 * What is lit, upright, opaque, in memory that is the caller's: picture_free(). -ENODATA
 * when nothing is lit, -ENOMEM.
 */
must_check int output_read(struct output *o, struct picture *ret);
/* From the panel's own coordinates, in 0..1 of it (touch), to canvas pixels. */
void output_from_panel(const struct output *o, double u, double v, double *ret_x, double *ret_y);
