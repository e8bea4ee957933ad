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
};

/*
 * Installs window.runtime in @context. The page's functions keep what they need
 * of the bridge alive; after bridge_free() they fail with Cancelled. Null when
 * the script does not run, which is logged.
 */
struct bridge *bridge_new(JSCContext *context, const struct bridge_ops *ops, void *arg);
/* No-op on null. Legal while page script runs. */
void bridge_free(struct bridge *b);
/* Hands a frame to the page's listeners; page script runs and may free the bridge. */
void bridge_receive(struct bridge *b, const struct frame *f);
