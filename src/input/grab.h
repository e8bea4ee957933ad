/*
 * Taking a keyboard from the kernel: while somebody has grabbed it, the console does not hear
 * its keys, so that none switches consoles, reboots, calls the magic SysRq, or reaches a
 * login prompt below. Takes no more rights than reading the device does, and no console.
 */
#pragma once

#include "base/macros.h"

/* On a device that could make such combinations, and until @fd is closed. -errno. */
must_check int grab_keyboard(int fd);
