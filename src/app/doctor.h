/*
 * "kiln doctor": one page that says what a support engineer would ask for, and what a
 * device lacks to be a kiosk. It asks the kernel's and the system's files and nothing of a
 * runtime that is running, so that it works beside one and without one.
 *
 * Each section has a file of its own, doctor_*.c. Text from devices and files is shown
 * escaped.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/macros.h"

struct doctor {
	FILE *out; /* borrowed */
	const char *root; /* in front of every path; "" but in tests */
	unsigned faults; /* what is missing for a kiosk */
};

/* ---- the sections ---- */

void doctor_system(struct doctor *d); /* what it is, CPU, memory, disks */
void doctor_processes(struct doctor *d); /* runtimes that are running, and their memory */
void doctor_needs(struct doctor *d); /* what WebKit and the runtime look for in a system */
void doctor_screens(struct doctor *d); /* GPU, outputs, backlights */
void doctor_input(struct doctor *d); /* input devices, and whether we may read them */
/*
 * The settings in force: those of the app in the folder @app (null: none) with those of
 * @file over them (null: DEVICE_FILE, if it is there).
 */
void doctor_settings(struct doctor *d, const char *app, const char *file);

/* ---- the page ---- */

void doctor_heading(struct doctor *d, const char *title);
/* "  memory         3.8 GiB" */
void doctor_line(struct doctor *d, const char *what, const char *fmt, ...) printf_like(3, 4);
/* "  ok       fonts   …" */
void doctor_ok(struct doctor *d, const char *what, const char *fmt, ...) printf_like(3, 4);
/* What is worth knowing and keeps nothing from working. */
void doctor_note(struct doctor *d, const char *what, const char *fmt, ...) printf_like(3, 4);
/* A fault; @todo says in words what mends it. */
void doctor_fault(struct doctor *d, const char *what, const char *todo, const char *fmt, ...)
	printf_like(4, 5);

/* ---- the system's files ---- */

/* file_text() below the root. */
must_check int doctor_text(const struct doctor *d, const char *path, char *to, size_t room);
bool doctor_exists(const struct doctor *d, const char *path);
/* The last part of where a link leads, "virtio_gpu"; -errno: it is none. */
must_check int doctor_link(const struct doctor *d, const char *path, char *to, size_t room);
/*
 * Calls @fn for each entry of the folder whose name begins with @prefix, in the order of
 * the numbers in them; how many there were, at most 4096.
 */
size_t doctor_each(struct doctor *d, const char *path, const char *prefix,
	void (*fn)(struct doctor *d, const char *name, void *arg), void *arg);
/*
 * The value of the line that begins with @key, as in "MemTotal:   1024 kB" and
 * "NAME=\"Debian\"": without quotes and blanks around it. False: there is no such line.
 */
bool doctor_value(const char *text, const char *key, char *to, size_t room);
/* "3.8 GiB" */
const char *doctor_bytes(uint64_t n, char to[static 16]);
