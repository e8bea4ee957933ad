/*
 * What caps.h says, written as naively as it reads: every rule is held against
 * every name, one after the other. The real one is compared with it.
 */
#pragma once

#include <string.h>

#include "ipc/caps.h"

#define MODEL_RULES 512
#define MODEL_WINDOWS 16

struct caps_model {
	struct caps_rule rules[MODEL_RULES];
	size_t n_rules;
	const char *narrowed[MODEL_WINDOWS];
	size_t n_narrowed;
};

static inline bool model_narrowed(const struct caps_model *m, const char *window)
{
	for (size_t i = 0; i < m->n_narrowed; i++)
		if (strcmp(m->narrowed[i], window) == 0)
			return true;
	return false;
}

static inline void model_narrow(struct caps_model *m, const char *window)
{
	if (!model_narrowed(m, window))
		m->narrowed[m->n_narrowed++] = window;
}

static inline void model_add(struct caps_model *m, const struct caps_rule *rule)
{
	m->rules[m->n_rules++] = *rule;
	if (rule->window && !rule->deny)
		model_narrow(m, rule->window);
}

static inline bool model_names(
	const char *pattern, size_t pattern_len, const char *channel, size_t len)
{
	if (pattern[pattern_len - 1] == '*')
		return len >= pattern_len - 1 && memcmp(pattern, channel, pattern_len - 1) == 0;
	return len == pattern_len && memcmp(pattern, channel, len) == 0;
}

/* Whether @rule is of this list and says anything of @q. */
static inline bool model_matches(
	const struct caps_rule *rule, const struct caps_query *q, bool deny, bool of_window)
{
	if (rule->deny != deny || !rule->window == of_window)
		return false;
	if (of_window && (!q->window || strcmp(rule->window, q->window) != 0))
		return false;
	if (rule->origin && strcmp(rule->origin, q->origin) != 0)
		return false;
	return rule->directions & q->direction && rule->frames & q->frame &&
	       model_names(rule->pattern, rule->pattern_len, q->channel, q->channel_len);
}

static inline bool model_any(
	const struct caps_model *m, const struct caps_query *q, bool deny, bool of_window)
{
	for (size_t i = 0; i < m->n_rules; i++)
		if (model_matches(&m->rules[i], q, deny, of_window))
			return true;
	return false;
}

/* Whether the rule that a verdict names is there, and in the list that it says. */
static inline bool model_has(
	const struct caps_model *m, const struct caps_query *q, const struct caps_verdict *v)
{
	for (size_t i = 0; i < m->n_rules; i++) {
		const struct caps_rule *rule = &m->rules[i];

		if (model_matches(rule, q, !v->allowed, v->of_window) &&
			rule->pattern_len == strlen(v->rule) &&
			memcmp(rule->pattern, v->rule, rule->pattern_len) == 0)
			return true;
	}
	return false;
}

enum model_verdict {
	MODEL_APP_DENIES,
	MODEL_WINDOW_DENIES,
	MODEL_APP_LACKS,
	MODEL_WINDOW_LACKS,
	MODEL_APP_ALLOWS,
	MODEL_WINDOW_ALLOWS,
};

static inline enum model_verdict model_check(const struct caps_model *m, const struct caps_query *q)
{
	if (model_any(m, q, true, false))
		return MODEL_APP_DENIES;
	if (model_any(m, q, true, true))
		return MODEL_WINDOW_DENIES;
	if (q->channel_len == 0 || !model_any(m, q, false, false))
		return MODEL_APP_LACKS;
	if (!q->window || !model_narrowed(m, q->window))
		return MODEL_APP_ALLOWS;
	return model_any(m, q, false, true) ? MODEL_WINDOW_ALLOWS : MODEL_WINDOW_LACKS;
}

/* Whether @v is what the model says, and names a rule that says so. */
static inline bool model_agrees(
	const struct caps_model *m, const struct caps_query *q, const struct caps_verdict *v)
{
	enum model_verdict wanted = model_check(m, q);
	bool of_window = wanted == MODEL_WINDOW_DENIES || wanted == MODEL_WINDOW_LACKS ||
			 wanted == MODEL_WINDOW_ALLOWS;
	bool lacks = wanted == MODEL_APP_LACKS || wanted == MODEL_WINDOW_LACKS;

	if (v->allowed != (wanted == MODEL_APP_ALLOWS || wanted == MODEL_WINDOW_ALLOWS) ||
		v->of_window != of_window || !v->rule != lacks)
		return false;
	return lacks || model_has(m, q, v);
}
