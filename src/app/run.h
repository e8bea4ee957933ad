/* "kiln run": an app from its folder to its end. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "app/display.h"
#include "app/pictures.h"
#include "base/macros.h"

struct app;
struct loop;
struct manifest;
struct screen;
struct windows;

struct run_parts {
	struct loop *loop; /* all borrowed, until ending() */
	struct screen *screen;
	struct windows *windows;
	const struct manifest *manifest;
};

/*
 * For who looks after a run while its app is being written: a script that fails is
 * told of and stays as it is, where a device's run would end or start it again.
 */
struct run_hooks {
	/* The windows are open and the script is not yet run; -errno ends all. */
	int (*started)(struct app *app, const struct run_parts *parts, void *arg);
	/* The parts are about to go. Comes only after started(). */
	void (*ending)(void *arg);
	/* The script runs: at the start, and again after each run_restart_script(). */
	void (*script_started)(void *arg);
	/* It could not start, or cannot go on. Null: it was logged. What comes for it waits. */
	void (*script_failed)(const char *why, void *arg);
	/* A window shows a new document. */
	void (*window_committed)(const char *window, void *arg);
	/* A load of a window ended; @error in words, or null. */
	void (*window_loaded)(const char *window, const char *error, void *arg);
};

struct run_options {
	const char *app; /* the app's folder */
	struct pictures pictures; /* which to keep current; run() works on a copy */
	const char *webext_dir; /* null: beside the program, or where it was installed */
	uint64_t exit_after; /* ns; 0: never */
	enum display_kind display;
	const char *device_file; /* null: DEVICE_FILE, if it is there */
	uint32_t width, height; /* of the headless screen; 0: as the manifest says */
	const struct run_hooks *hooks; /* null: on a device */
	void *hooks_arg;
	unsigned inspector_port; /* of the engine's inspector; 0: none */
};

/* Whether this user may not run apps, which is logged then. */
bool run_refused(void);
/* Returns the exit status: what the app's script gave, 0 after a signal, 1 when it cannot start. */
int run(const struct run_options *opts);

/* The script anew, as it is on the disk now; the windows stay. Not from inside the script. */
void run_restart_script(struct app *app);
