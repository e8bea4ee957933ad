/*
 * kiln.json: what an app is, in JSON with comments. Reading is strict: an
 * unknown key or a wrong type is an error that names the key's path.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "app/device.h"
#include "app/manifest_window.h"
#include "app/reader.h"
#include "base/list.h"
#include "base/macros.h"

#define MANIFEST_NAME "kiln.json"
#define APP_ID_MAX 64

struct caps;

struct manifest_module {
	struct list link; /* manifest's modules */
	char *name; /* owned: script says "native:" and this */
	char *path; /* owned: of the shared object, in the app's folder */
};

struct manifest {
	char *id; /* owned: lower case letters, digits, "-", "."; host part of app:// */
	char *name; /* owned: for people; the id when not given */
	char *main; /* owned: path of the host script in the app's folder */
	struct list windows; /* opened at start, in this order */
	struct list modules; /* native ones */
	struct caps *caps; /* owned: capabilities.channels, of the app and of its windows */
	uint64_t script_memory; /* bytes; 0: the default */
	uint64_t script_timeout; /* ns; 0: the default */
	uint32_t width, height; /* of the screen when headless, pixels */
	struct device device; /* what the app wants of the device it is on */
};

/* Reads kiln.json in @app_fd. -errno, with the reason in @ret_error. */
must_check int manifest_load(int app_fd, struct manifest **ret, struct reader_error *ret_error);
/* The same from text; for tests, and for whoever has read the file. */
must_check int manifest_parse(
	const char *text, size_t len, struct manifest **ret, struct reader_error *ret_error);
/* No-op on null. */
void manifest_free(struct manifest *m);
