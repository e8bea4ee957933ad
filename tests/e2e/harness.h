/*
 * Runs the real kiln on an app and reads what it says. Programs under
 * build/dev/e2e are started from the top of the checkout by tools/check, as the
 * unprivileged user, with build/check to write to.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>
#include <sys/types.h>

struct kiln;

#define APP(name) "tests/e2e/apps/" name
#define OUT(file) "build/check/" file

/* Starts build/dev/kiln with these arguments, up to a null. */
struct kiln *kiln_start(const char *arg, ...) __attribute__((sentinel));
/* Any other program of the build, the same way; @program first. */
struct kiln *program_start(const char *program, ...) __attribute__((sentinel));
/* Waits until some line since the start matches the extended regular expression; fails the test. */
void kiln_expect(struct kiln *k, double seconds, const char *regex);
/* How many lines so far match. */
unsigned kiln_count(struct kiln *k, const char *regex);
/* The last line that matches, copied into @ret; false when there is none. */
bool kiln_last(struct kiln *k, const char *regex, char *ret, size_t size);
/* Reads on for this long. */
void kiln_read_for(struct kiln *k, double seconds);
/* Waits for its end and gives the exit status, 128 + n after signal n. Frees. Fails the test when
 * late. */
int kiln_end(struct kiln *k, double seconds);
/* SIGTERM, then kiln_end(), which must be 0. */
void kiln_stop(struct kiln *k);
pid_t kiln_pid(const struct kiln *k);

/* Processes below @root whose name is @comm; writes up to @room of their ids, oldest first. */
size_t descendants(pid_t root, const char *comm, pid_t *ret, size_t room);

/* Colour 0xRRGGBB of a pixel in a PNG; fails the test when there is no such picture. */
uint32_t png_pixel(const char *path, unsigned x, unsigned y);
double now_seconds(void);
