/* For those who implement an output; everybody else includes screen/output.h. */
#pragma once

#include <stdbool.h>

#include "screen/output.h"

struct presenter_ops {
	/*
	 * Copies @damage of @p and calls presenter_done() at the next vsync, not before it
	 * returns. @damage lies within picture and output; none when nothing changed.
	 */
	int (*show)(struct output *o, const struct picture *p, const struct rect *damage, size_t n);
	struct picture (*picture)(const struct output *o);
	void (*free)(struct output *o);
};

/* Embedded in the presenter. */
struct output {
	const struct presenter_ops *ops;
	uint32_t width, height, refresh_mhz;
	uint64_t frames;
	struct list listeners;
	struct list told_next; /* the listeners that are still to be told of this frame */
	bool pending; /* a frame waits for its vsync */
	bool telling, doomed; /* listeners are being told; freed meanwhile */
};

/* -EINVAL when that is no size or no rate. */
must_check int presenter_init(struct output *o, const struct presenter_ops *ops, uint32_t width,
	uint32_t height, uint32_t refresh_mhz);
/* The pending frame is lit since @when. @o may be gone afterwards. */
void presenter_done(struct output *o, uint64_t when);
