/* "kiln run": an app from its folder to its end. */
#pragma once

#include <stdint.h>

struct run_options {
	const char *app; /* the app's folder */
	const char *screenshot; /* a PNG kept current, or null */
	const char *webext_dir; /* null: beside the program, or where it was installed */
	uint64_t exit_after; /* ns; 0: never */
	uint32_t width, height; /* of the headless screen; 0: as the manifest says */
};

/* Returns the exit status: what the app's script gave, 0 after a signal, 1 when it cannot start. */
int run(const struct run_options *opts);
