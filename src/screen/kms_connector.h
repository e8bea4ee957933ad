/* A connector, and what it says is plugged into it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xf86drmMode.h>

#include "base/macros.h"
#include "screen/edid.h"
#include "screen/kms_modes.h"
#include "screen/kms_props.h"

#define KMS_NAME_MAX 32

struct kms_connector {
	uint32_t id;
	char name[KMS_NAME_MAX]; /* "HDMI-A-1" */
	uint32_t possible_crtcs; /* mask */
	int crtc; /* index of the CRTC that the kernel has it on; -1: none */
	struct kms_prop props[CONNECTOR_PROPS];
	bool plugged; /* something is plugged in that shows pictures */
	bool failing; /* the link to it has broken down and wants a new modeset */
	struct edid edid;
	drmModeModeInfo modes[KMS_MODES_MAX];
	size_t n_modes;
	uint64_t fingerprint; /* of what is plugged in */
};

/*
 * Asks connector @id; @probe: asks the screen, too, which may take its time, otherwise what
 * the kernel knows already. -ENOENT: there is no such connector (any more).
 */
must_check int kms_connector_read(int fd, uint32_t id, bool probe, struct kms_connector *ret);
