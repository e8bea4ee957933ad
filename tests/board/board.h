/*
 * The emulated board as tests see it: its serial console, a root shell on it, its screens and
 * what fingers and keys do. tools/board boots it and starts the tests beside it, at the top of
 * the checkout; its sockets are in the folder that KILN_BOARD_LIVE names, and each picture
 * that a check looks at stays in the folder above. Failures end the test.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "plug.h"
#include "qmp.h"
#include "shot.h"

struct board;

struct board *board_open(void);
void board_close(struct board *b);
struct qmp *board_qmp(struct board *b);

/* From now on board_expect() looks at what the console says after this call. */
void board_mark(struct board *b);
/* Waits until a line of the console since the last mark matches; fails the test when late. */
void board_expect(struct board *b, double seconds, const char *regex);
/* The last such line so far, borrowed until the next call; NULL when there is none. */
const char *board_last_line(struct board *b, const char *regex);

/* A command of the board's root shell, by printf. Its exit status; its output, cut to fit,
 * without the last line's end, into @ret. */
int board_run(struct board *b, char *ret, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The same, which must succeed. */
void board_do(struct board *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Waits until an area of an output has a colour, and leaves the picture as check-NAME.png. */
void board_expect_colour(struct board *b, double seconds, unsigned head, struct shot_area area,
	uint32_t colour, const char *name);
/* What an output shows now, left as check-NAME.png. The caller ends it with shot_fini(). */
void board_shot(struct board *b, unsigned head, const char *name, struct shot *ret);
/* A finger there and gone, in pixels of the first output. */
void board_tap(struct board *b, unsigned x, unsigned y);
/* Plugs a screen of that size into an output; unplugs it when the size is none. */
void board_plug(struct board *b, unsigned head, unsigned width, unsigned height);

double now_seconds(void);
