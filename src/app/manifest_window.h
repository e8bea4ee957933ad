/* One of kiln.json's "windows": what it says, and how it is read. */
#pragma once

#include "app/reader.h"
#include "base/list.h"
#include "view/bounds.h"

struct manifest_window {
	struct list link; /* manifest's windows */
	char *id; /* owned; null: "win-N" */
	char *url; /* owned */
	char *output; /* owned; null: the first that is lit */
	struct bounds bounds; /* all zero: fullscreen */
	int32_t z;
	bool visible; /* true when not given */
	bool transparent;
	double zoom; /* 1 when not given */
};

/*
 * Reads one and appends it to @windows, which has it also after a failure. @grants reads
 * its "capabilities", and gets the window as its @out.
 */
must_check int manifest_window_parse(struct reader *r, struct list *windows, reader_fn grants);
/* All of them. */
void manifest_windows_free(struct list *windows);
