#include "ipc/caps.h"

#include <errno.h>
#include <string.h>

#include "base/list.h"
#include "wire/frame.h"

struct rule {
	struct list link; /* caps' allow or deny */
	size_t len; /* of the name or prefix, without the "*" */
	bool prefix;
	char pattern[]; /* as written */
};

struct caps {
	struct list allow, deny;
};

int caps_new(struct caps **ret)
{
	struct caps *c = malloc(sizeof(*c));

	if (!c)
		return -ENOMEM;
	list_init(&c->allow);
	list_init(&c->deny);
	*ret = c;
	return 0;
}

static void rules_free(struct list *rules)
{
	struct rule *rule, *next;

	list_for_each_safe (rule, next, rules, link)
		free(rule);
}

void caps_free(struct caps *c)
{
	if (!c)
		return;
	rules_free(&c->allow);
	rules_free(&c->deny);
	free(c);
}

static int add_rule(struct list *rules, const char *pattern, size_t len)
{
	bool prefix = len > 0 && pattern[len - 1] == '*';
	size_t name_len = prefix ? len - 1 : len;
	struct rule *rule;

	/* A star elsewhere would look like a wildcard and be none. */
	if (memchr(pattern, '*', name_len) || (name_len > 0 && !channel_valid(pattern, name_len)) ||
		len == 0)
		return -EINVAL;
	rule = malloc(sizeof(*rule) + len + 1);
	if (!rule)
		return -ENOMEM;
	rule->len = name_len;
	rule->prefix = prefix;
	memcpy(rule->pattern, pattern, len);
	rule->pattern[len] = '\0';
	list_append(rules, &rule->link);
	return 0;
}

int caps_allow(struct caps *c, const char *pattern, size_t len)
{
	return add_rule(&c->allow, pattern, len);
}

int caps_deny(struct caps *c, const char *pattern, size_t len)
{
	return add_rule(&c->deny, pattern, len);
}

static const char *match(const struct list *rules, const char *channel, size_t len)
{
	const struct rule *rule;

	list_for_each (rule, rules, link) {
		if (rule->prefix ? len < rule->len : len != rule->len)
			continue;
		if (memcmp(rule->pattern, channel, rule->len) == 0)
			return rule->pattern;
	}
	return NULL;
}

bool caps_check(const struct caps *c, const char *channel, size_t len, const char **ret_rule)
{
	*ret_rule = match(&c->deny, channel, len);
	if (*ret_rule)
		return false;
	*ret_rule = match(&c->allow, channel, len);
	return *ret_rule != NULL;
}
