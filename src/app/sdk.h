/* kiln sdk: what an app's author is given to write against. */
#pragma once

#include "base/macros.h"

/*
 * Writes the .d.ts of the runtime's modules, of the globals and of a page into the folder
 * @dir, which is made; with @modules, up to a null, those of these native modules instead.
 * Exit status.
 */
must_check int sdk_write(const char *dir, char *const *modules);
