/*
 * The page bridge, js/page/bridge.js: window.runtime for one document, and the
 * way for frames into it.
 */
#pragma once

#include <jsc/jsc.h>
#include <stdbool.h>

#include "wire/frame.h"
#include "wire/status.h"

struct bridge;

/* What the bridge does for the page. Called from page script, also long after the document has
 * gone. */
struct bridge_ops {
	/* Sends @f, consuming it. */
	enum wire_status (*send)(struct frame *f, void *arg);
	/* Whether send() has room again; if not, bridge_room() is to tell. */
	bool (*has_room)(void *arg);
};

/*
 * Installs window.runtime in @context, which belongs to @window; in a sub-frame
 * it sends and calls, and has no listeners. The page's functions keep what they
 * need of the bridge alive; after bridge_free() they fail with Cancelled. Null
 * when the script does not run, which is logged.
 */
struct bridge *bridge_new(JSCContext *context, const char *window, bool in_frame,
	const struct bridge_ops *ops, void *arg);
/* No-op on null. Legal while page script runs. */
void bridge_free(struct bridge *b);

/* Page script runs in these, and may free the bridge. */
/* Hands over a frame; whether anybody in the page took it. */
bool bridge_receive(struct bridge *b, const struct frame *f);
/* There is room to send again. */
void bridge_room(struct bridge *b);
/* The channel is closed: whoever waits for an answer gets none. */
void bridge_closed(struct bridge *b);
