/*
 * Screens that are plugged in and unplugged. QEMU connects an output of its graphics card when
 * somebody who looks at it asks for a size, and unplugs it when the size is none; who looks
 * here is a client of VNC, one for each output, that never asks for a picture.
 */
#pragma once

struct plug;

/* To the socket of the VNC server that shows one output; plugs a screen of that size in. */
struct plug *plug_open(const char *path, unsigned width, unsigned height);
void plug_close(struct plug *p);
/* In, with a screen that prefers this size; out, when both are 0. */
void plug_set(struct plug *p, unsigned width, unsigned height);
