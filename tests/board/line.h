/*
 * A UNIX socket of the emulated board, read by lines and with a deadline; or by bytes, before
 * anything was read by lines. Failures end the test.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct line_socket;

struct line_socket *line_open(const char *path, double seconds);
void line_close(struct line_socket *s);
void line_write(struct line_socket *s, const void *bytes, size_t len);
/* The next line without its end, borrowed until the next call; NULL when none came in time. */
const char *line_read(struct line_socket *s, double seconds);
void line_read_bytes(struct line_socket *s, void *ret, size_t len, double seconds);
