/* All outputs of one device, real or in memory. */
#pragma once

#include "screen/output.h"

/* Beyond that many outputs no more are made by name. */
#define SCREEN_OUTPUTS_MAX 32
#define SCREEN_NAME_MAX 32

struct loop;
struct screen;

struct screen_options {
	struct loop *loop; /* borrowed */
	const char *first; /* of a headless screen: its first output; null: "headless-1" */
	/*
	 * How an output is configured, asked once, when it is first seen; after that it is
	 * output_configure()'s. Null: as found.
	 */
	void (*configure)(const char *name, struct output_config *ret, void *arg);
	/* An output is there that was not: the set grows and never shrinks. Null: nobody asks. */
	void (*added)(struct output *o, void *arg);
	void *arg;
};

/*
 * One output of that mode, lit: opts->first. More by screen_output(): any name makes
 * one of the same size. -EINVAL, -ENOMEM.
 */
must_check int screen_headless_new(const struct screen_options *opts, uint32_t width,
	uint32_t height, uint32_t refresh_mhz, struct screen **ret);
/*
 * For tests and remote hands: plugs an output of a headless screen in or out. -ENOTSUP on
 * a real one, -ENOENT, -ENOMEM.
 */
must_check int screen_headless_plug(struct screen *s, const char *name, bool plugged);
/*
 * The outputs of a graphics card: @card "/dev/dri/card0"; null: the first that has a screen,
 * or else the first with connectors. The reason is logged when there is one: -ENODEV none,
 * -EACCES it may not be opened, -EBUSY somebody else drives it, -ENOTSUP it cannot do what
 * the runtime needs.
 */
must_check int screen_kms_new(
	const struct screen_options *opts, const char *card, struct screen **ret);
/* Every layer must be gone. Not from a callback of an output. No-op on null. */
void screen_free(struct screen *s);

/*
 * By name. On a real device a name that no connector has (yet) gives an absent output,
 * so that windows can wait for it. -EINVAL: no name; -ENOSPC: too many; -ENOMEM.
 */
must_check int screen_output(struct screen *s, const char *name, struct output **ret);
/* In the order of the device; @prev null: the first. Null after the last. */
struct output *screen_next(const struct screen *s, const struct output *prev);
/*
 * Where a window goes that names none: the first that is lit, or else the first that is
 * not absent, or else the first. Null: there is none at all (yet).
 */
struct output *screen_primary(const struct screen *s);
/* A way to lay out pixels; DRM's numbers. */
struct screen_format {
	uint32_t fourcc;
	uint64_t modifier; /* DRM_FORMAT_MOD_INVALID: the driver's own choice, not told */
};

/* Borrowed, as long as the screen. */
struct screen_gpu {
	const char *card; /* "/dev/dri/card0": shows */
	const char *render; /* "/dev/dri/renderD128": paints */
	const struct screen_format *formats; /* that outputs can show without a copy */
	size_t n_formats;
};

/* What pages may paint with. -ENOTSUP: nothing, they paint in memory. */
must_check int screen_gpu(const struct screen *s, struct screen_gpu *ret);
/* "KMS /dev/dri/card0 (virtio_gpu)" or "headless", for people. */
const char *screen_describe(const struct screen *s);
