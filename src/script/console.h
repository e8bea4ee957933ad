/* console.log() and its kin: one line of our log, tagged "script". Objects are shown as JSON. */
#pragma once

#include <duktape.h>

/* Makes the global; throws. */
void console_setup(duk_context *ctx);
/*
 * Pushes how console.log() shows the value at the top of the stack. Throws what its own
 * toJSON or toString does.
 */
void console_push_text(duk_context *ctx);
