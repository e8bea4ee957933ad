/*
 * One document's channel in the web process: its bridge, its socket, and what
 * waits to be sent. Asks the runtime for the socket; messages that the page
 * sends before it came wait here.
 */
#pragma once

#include <stdbool.h>
#include <wpe/webkit-web-process-extension.h>

struct document;

/*
 * For a new document of @window in @page, with @context and of @origin, in the
 * main frame or in one inside of it. Null when the bridge cannot be installed.
 */
struct document *document_new(WebKitWebPage *page, JSCContext *context, const char *window,
	const char *origin, bool in_frame);
/* The document went away. No-op on null; legal while page script runs. */
void document_free(struct document *d);
