/*
 * The manifest's grants: which channels a document may send and receive on.
 *
 * Default deny. A document is known by its window, its committed origin and
 * whether it is the main frame's. It may use a channel when no deny rule has it,
 * an allow rule of the app has it, and, where the window has an allow list of its
 * own, a rule of that list has it too: a window narrows and never widens.
 *
 * A pattern is an exact name, a prefix ending in "*", or "*". All rules are
 * entries of one hash table, found by the name and by those of its beginnings
 * whose length some prefix has; what a check costs does not depend on how many
 * rules there are.
 */
#pragma once

#include "base/macros.h"
#include "ipc/checker.h"

#define CAPS_RULES_MAX 4096u

struct caps;

struct caps_rule {
	const char *window; /* null: of the whole app */
	bool deny;
	const char *pattern;
	size_t pattern_len;
	unsigned directions; /* of enum caps_direction */
	unsigned frames; /* of enum caps_frame */
	const char *origin; /* null: any; an allow rule always names one */
};

must_check int caps_new(struct caps **ret);
/* No-op on null. */
void caps_free(struct caps *c);

/*
 * Copies @rule. -EINVAL for a pattern that is none or has a reserved name, for an
 * origin that is not canonical, and for an allow rule without one; -ENOSPC beyond
 * CAPS_RULES_MAX.
 */
must_check int caps_add(struct caps *c, const struct caps_rule *rule);
/*
 * @window has an allow list of its own, even if no rule follows. An allow rule of it
 * says so too.
 */
must_check int caps_narrow(struct caps *c, const char *window);

/* The one place that says yes. Of several rules that match, the most specific is named. */
void caps_check(const struct caps *c, const struct caps_query *q, struct caps_verdict *ret);
/*
 * The same of all names at once that the pattern @q->channel stands for: allowed
 * when single rules have all of them, denied by a rule when that has all of them.
 */
void caps_check_pattern(const struct caps *c, const struct caps_query *q, struct caps_verdict *ret);
/* Whether there is any channel that such a document may use: no grant, no bridge. */
bool caps_covers(
	const struct caps *c, const char *window, const char *origin, enum caps_frame frame);

/* As part of @c, and living as long. */
const struct ipc_capability_checker *caps_checker(const struct caps *c);

/* The rules in the order of their declaration, from null on to null; the texts are terminated. */
const struct caps_rule *caps_next(const struct caps *c, const struct caps_rule *after);
/* Whether each name that @inner stands for is one of @outer's. */
bool caps_within(const struct caps_rule *inner, const struct caps_rule *outer);
