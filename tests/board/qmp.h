/*
 * QEMU's own protocol: what it shows, and what it is told of keys and fingers. Positions are
 * pixels of a picture of @size. Failures end the test.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

struct qmp;

struct qmp *qmp_open(const char *path);
void qmp_close(struct qmp *q);
/* One command, as JSON by printf; the test fails when it is refused. */
void qmp_execute(struct qmp *q, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What an output of the graphics card shows, into a file of PNG. */
void qmp_screendump(struct qmp *q, unsigned head, const char *path);

struct qmp_point {
	unsigned x, y, width, height;
};
void qmp_touch(struct qmp *q, struct qmp_point at);
void qmp_release(struct qmp *q);
void qmp_move_pointer(struct qmp *q, struct qmp_point to);
/* Keys by their names in QEMU's QKeyCode, pressed together, up to a null. */
void qmp_keys(struct qmp *q, const char *key, ...) __attribute__((sentinel));
/* Lower-case letters, digits and blanks. */
void qmp_type(struct qmp *q, const char *text);
