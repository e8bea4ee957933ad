/* console.log() and its kin: one line of our log, tagged "script". Objects are shown as JSON. */
#pragma once

#include <duktape.h>

/* Makes the global; throws. */
void console_setup(duk_context *ctx);
