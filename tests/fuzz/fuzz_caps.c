/*
 * Rules and questions, one a line, against the naive model. Of a line, the first
 * four bytes say what it is, and the rest up to the newline is the pattern or the
 * channel:
 *
 *	+ allow, - deny, ! the window has a list of its own, = asks whether such a
 *	document has any grant, anything else whether it may use the channel
 *	the window: 0 for the app, a to o
 *	the origin: h for any, a to d, and e to g, which are none
 *	directions and frames, in the lowest two bits and the next two: 7 is both
 *	directions in main frames, o is everything; to ask, 1 sends from a main frame
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "fuzz/caps_model.h"
#include "ipc/origin.h"
#include "wire/limits.h"

#define HEAD 4u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
	struct caps *caps;
	struct caps_model model;
};

static const char *window_of(uint8_t byte)
{
	static const char *const windows[MODEL_WINDOWS] = { NULL, "a", "b", "c", "d", "e", "f", "g",
		"h", "i", "j", "k", "l", "m", "n", "o" };

	return windows[byte % MODEL_WINDOWS];
}

static const char *origin_of(uint8_t byte)
{
	static const char *const origins[] = { NULL, "app://x", "https://shop.example",
		"https://shop.example.", "https://shop.example:444", "", "null",
		"https://Shop.example" };

	return origins[byte % ARRAY_SIZE(origins)];
}

static bool may_be_added(const struct caps_rule *rule)
{
	return rule->origin ? origin_valid(rule->origin, strlen(rule->origin)) : rule->deny;
}

static void add(struct world *w, const uint8_t *head, const char *text, size_t len)
{
	struct caps_rule rule = {
		.window = window_of(head[1]),
		.deny = head[0] == '-',
		.pattern = text,
		.pattern_len = len,
		.directions = head[3] & 3,
		.frames = head[3] >> 2 & 3,
		.origin = origin_of(head[2]),
	};
	int r;

	if (w->model.n_rules == MODEL_RULES)
		return;
	r = caps_add(w->caps, &rule);
	assert(r == 0 || r == -EINVAL);
	assert(r < 0 || may_be_added(&rule));
	if (r == 0)
		model_add(&w->model, &rule);
}

/* What two lists have in common is a pattern of either: tries one name of each. */
static bool model_covers(const struct caps_model *m, const struct caps_query *document)
{
	for (size_t i = 0; i < 2 * m->n_rules; i++) {
		const struct caps_rule *rule = &m->rules[i / 2];
		struct caps_query q = *document;
		char name[CHANNEL_MAX + 1];
		enum model_verdict v;

		q.direction = i % 2 ? CAPS_SEND : CAPS_RECEIVE;
		q.channel = rule->pattern;
		q.channel_len = rule->pattern_len;
		if (rule->deny)
			continue;
		if (rule->pattern[rule->pattern_len - 1] == '*') {
			/* That no exact rule has, nor a longer prefix. */
			memcpy(name, rule->pattern, rule->pattern_len - 1);
			name[rule->pattern_len - 1] = '\n';
			q.channel = name;
		}
		v = model_check(m, &q);
		if (v == MODEL_APP_ALLOWS || v == MODEL_WINDOW_ALLOWS)
			return true;
	}
	return false;
}

static void ask(const struct world *w, const uint8_t *head, const char *text, size_t len)
{
	const char *origin = origin_of(head[2]);
	struct caps_query q = {
		.window = window_of(head[1]),
		.origin = origin ? origin : "",
		.frame = head[3] & 4 ? CAPS_SUB : CAPS_MAIN,
		.direction = head[3] & 1 ? CAPS_SEND : CAPS_RECEIVE,
		.channel = text,
		.channel_len = len,
	};
	const struct ipc_capability_checker *checker = caps_checker(w->caps);
	struct caps_verdict v;

	if (head[0] == '=') {
		assert(caps_covers(w->caps, q.window, q.origin, q.frame) ==
			model_covers(&w->model, &q));
		return;
	}
	checker->check_channel(checker, &q, &v);
	if (len > 0 && len <= CHANNEL_MAX)
		assert(model_agrees(&w->model, &q, &v));
	else
		assert(!v.allowed && !v.rule);
	if (!v.allowed)
		return;
	assert(origin_equal(q.origin, q.origin));
	assert(caps_covers(w->caps, q.window, q.origin, q.frame));
	/* What a window may, the app may. */
	q.window = NULL;
	caps_check(w->caps, &q, &v);
	assert(v.allowed);
}

static void run_line(struct world *w, const uint8_t *line, size_t len)
{
	const char *text = (const char *)line + HEAD, *window;

	if (len < HEAD)
		return;
	window = window_of(line[1]);
	if (line[0] == '+' || line[0] == '-') {
		add(w, line, text, len - HEAD);
	} else if (line[0] == '!' && window) {
		if (caps_narrow(w->caps, window) < 0)
			abort();
		model_narrow(&w->model, window);
	} else {
		ask(w, line, text, len - HEAD);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world *w = calloc(1, sizeof(*w));
	const uint8_t *end = data + size;
	const struct caps_rule *rule = NULL;
	size_t n = 0;

	if (!w || caps_new(&w->caps) < 0)
		abort();
	while (data < end) {
		const uint8_t *newline = memchr(data, '\n', (size_t)(end - data));
		const uint8_t *line_end = newline ? newline : end;

		run_line(w, data, (size_t)(line_end - data));
		data = line_end + 1;
	}
	for (; (rule = caps_next(w->caps, rule)); n++)
		assert(strlen(rule->pattern) == w->model.rules[n].pattern_len &&
			rule->deny == w->model.rules[n].deny);
	assert(n == w->model.n_rules);
	caps_free(w->caps);
	free(w);
	return 0;
}
