/*
 * Which channels a window's pages may use. Default deny; a deny rule wins over
 * any allow rule. A pattern is an exact name, a prefix ending in "*", or "*".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

struct caps;

must_check int caps_new(struct caps **ret);
void caps_free(struct caps *c);

/* -EINVAL when @pattern is not a channel name, optionally ending in "*". */
must_check int caps_allow(struct caps *c, const char *pattern, size_t len);
must_check int caps_deny(struct caps *c, const char *pattern, size_t len);

/*
 * The one place that says yes. *@ret_rule is the pattern that decided, or null
 * when none matched; it lives as long as @c.
 */
bool caps_check(const struct caps *c, const char *channel, size_t len, const char **ret_rule);
