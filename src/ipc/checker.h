/*
 * What the router asks before it passes a message on, so that another policy can
 * stand in the place of the manifest's (caps.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* As the page sees it. One bit each. */
enum caps_direction {
	CAPS_SEND = 1, /* page to host */
	CAPS_RECEIVE = 2,
};

enum caps_frame {
	CAPS_MAIN = 1,
	CAPS_SUB = 2,
};

/* A document, and what it wants to do. All borrowed for the call. */
struct caps_query {
	const char *window; /* null: one that has no rules of its own */
	const char *origin; /* committed; an opaque one is granted nothing */
	enum caps_frame frame;
	enum caps_direction direction;
	const char *channel;
	size_t channel_len;
};

struct caps_verdict {
	bool allowed;
	bool of_window; /* decided, or found missing, in the window's own list */
	const char *rule; /* the pattern that decided, null when none matched; the checker's */
};

struct ipc_capability_checker {
	void (*check_channel)(const struct ipc_capability_checker *c, const struct caps_query *q,
		struct caps_verdict *ret);
};
