#include "ipc/caps.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/list.h"
#include "ipc/origin.h"
#include "wire/frame.h"
#include "wire/limits.h"

#define SLOTS_AT_FIRST 64u
#define WORD_BITS 64u

/* A rule as it was declared; its texts follow it. */
struct rule {
	struct list link; /* caps' rules */
	struct caps_rule as; /* its window is a window's name */
	char texts[];
};

struct window {
	struct list link; /* caps' windows */
	char name[];
};

enum entry_kind {
	ENTRY_EXACT = 1,
	ENTRY_PREFIX,
	ENTRY_WINDOW, /* a window with rules; all of @allow is set when it has a list of its own */
};

/* What a rule is about. Borrows its texts. */
struct key {
	enum entry_kind kind;
	const char *window, *origin; /* null: all of them */
	const char *name;
	size_t len; /* of the name, without a "*" */
};

/* All rules of one key. A free slot has no bits and kind 0. */
struct entry {
	uint64_t hash;
	struct key key; /* borrowed from the first rule of it */
	const char *pattern; /* likewise */
	uint8_t allow, deny; /* use_bits() */
};

struct caps {
	struct ipc_capability_checker checker;
	struct list rules, windows;
	unsigned n_rules;
	struct entry *slots; /* owned: open addressing, never more than a quarter full */
	size_t n_slots, n_entries; /* n_slots is a power of two */
	uint64_t prefix_lengths[CHANNEL_MAX / WORD_BITS + 1]; /* in use, as a bitmap */
};

static void check_channel(const struct ipc_capability_checker *checker, const struct caps_query *q,
	struct caps_verdict *ret)
{
	caps_check(container_of(checker, struct caps, checker), q, ret);
}

int caps_new(struct caps **ret)
{
	struct caps *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->checker.check_channel = check_channel;
	list_init(&c->rules);
	list_init(&c->windows);
	c->n_slots = SLOTS_AT_FIRST;
	c->slots = calloc(c->n_slots, sizeof(*c->slots));
	if (!c->slots) {
		free(c);
		return -ENOMEM;
	}
	*ret = c;
	return 0;
}

void caps_free(struct caps *c)
{
	struct rule *rule, *next_rule;
	struct window *window, *next_window;

	if (!c)
		return;
	list_for_each_safe (rule, next_rule, &c->rules, link)
		free(rule);
	list_for_each_safe (window, next_window, &c->windows, link)
		free(window);
	free(c->slots);
	free(c);
}

const struct ipc_capability_checker *caps_checker(const struct caps *c)
{
	return &c->checker;
}

/* FNV-1a: a name's hash at each of its lengths comes from one pass over it. */
#define HASH_START 0xcbf29ce484222325u

static uint64_t hash_byte(uint64_t h, char byte)
{
	return (h ^ (uint8_t)byte) * 0x100000001b3u;
}

static uint64_t hash_bytes(uint64_t h, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = hash_byte(h, s[i]);
	return h;
}

static uint64_t hash_text(uint64_t h, const char *s)
{
	return hash_byte(s ? hash_bytes(h, s, strlen(s)) : h, s ? '\0' : '\1');
}

static uint64_t hash_whose(const char *window, const char *origin)
{
	return hash_text(hash_text(HASH_START, window), origin);
}

static uint64_t hash_finish(uint64_t whose, uint64_t name, enum entry_kind kind)
{
	uint64_t h = (whose + kind) * 0x9e3779b97f4a7c15u ^ name;

	h = (h ^ h >> 32) * 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

static uint64_t hash_key(const struct key *key)
{
	return hash_finish(hash_whose(key->window, key->origin),
		hash_bytes(HASH_START, key->name, key->len), key->kind);
}

static bool same_window(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_origin(const char *a, const char *b)
{
	return a && b ? origin_equal(a, b) : a == b;
}

/* The entry of @key, or the free slot where it belongs. */
static struct entry *slot_of(const struct caps *c, const struct key *key, uint64_t hash)
{
	for (size_t i = hash;; i++) {
		struct entry *e = &c->slots[i & (c->n_slots - 1)];

		if (!e->key.kind)
			return e;
		if (e->hash == hash && e->key.kind == key->kind && e->key.len == key->len &&
			memcmp(e->key.name, key->name, key->len) == 0 &&
			same_window(e->key.window, key->window) &&
			same_origin(e->key.origin, key->origin))
			return e;
	}
}

/* Room for one entry more. */
static int reserve(struct caps *c)
{
	struct entry *old = c->slots;
	size_t n_old = c->n_slots;

	if (4 * (c->n_entries + 1) <= c->n_slots)
		return 0;
	c->slots = calloc(2 * n_old, sizeof(*c->slots));
	if (!c->slots) {
		c->slots = old;
		return -ENOMEM;
	}
	c->n_slots = 2 * n_old;
	for (size_t i = 0; i < n_old; i++)
		if (old[i].key.kind)
			*slot_of(c, &old[i].key, old[i].hash) = old[i];
	free(old);
	return 0;
}

/* There must be room for it. What @key borrows lives as long as @c. */
static struct entry *find_or_add(struct caps *c, const struct key *key)
{
	uint64_t hash = hash_key(key);
	struct entry *e = slot_of(c, key, hash);

	if (!e->key.kind) {
		*e = (struct entry){ .hash = hash, .key = *key };
		c->n_entries++;
	}
	return e;
}

static struct key window_key(const char *window)
{
	return (struct key){ .kind = ENTRY_WINDOW, .window = window, .name = "" };
}

/* Null when no rule is of it. */
static const struct entry *find_window(const struct caps *c, const char *window)
{
	struct key key = window_key(window);
	const struct entry *e = window ? slot_of(c, &key, hash_key(&key)) : NULL;

	return e && e->key.kind ? e : NULL;
}

static int add_window(struct caps *c, const char *name, struct entry **ret)
{
	struct key key = window_key(name);
	struct entry *e;
	int r = reserve(c);

	if (r < 0)
		return r;
	e = slot_of(c, &key, hash_key(&key));
	if (!e->key.kind) {
		size_t size = strlen(name) + 1;
		struct window *window = malloc(sizeof(*window) + size);

		if (!window)
			return -ENOMEM;
		memcpy(window->name, name, size);
		list_append(&c->windows, &window->link);
		key.window = window->name;
		e = find_or_add(c, &key);
	}
	*ret = e;
	return 0;
}

int caps_narrow(struct caps *c, const char *window)
{
	struct entry *e;
	int r = add_window(c, window, &e);

	if (r == 0)
		e->allow = UINT8_MAX;
	return r;
}

/* One bit for each pair of a direction and a frame. */
static uint8_t use_bits(unsigned directions, unsigned frames)
{
	return (uint8_t)((frames & CAPS_MAIN ? directions : 0) |
			 (frames & CAPS_SUB ? directions << 2 : 0));
}

/* Sets kind, name and length of @ret. */
static int split_pattern(const char *pattern, size_t len, struct key *ret)
{
	bool prefix = len > 0 && pattern[len - 1] == '*';
	size_t name_len = prefix ? len - 1 : len;

	/* A star elsewhere would look like a wildcard and be none. */
	if (len == 0 || memchr(pattern, '*', name_len) ||
		(name_len > 0 && !channel_valid(pattern, name_len)) ||
		(!prefix && channel_reserved(pattern, len)))
		return -EINVAL;
	ret->kind = prefix ? ENTRY_PREFIX : ENTRY_EXACT;
	ret->name = pattern;
	ret->len = name_len;
	return 0;
}

/* A copy, except of the window. */
static struct rule *copy_rule(const struct caps_rule *rule)
{
	size_t origin_size = rule->origin ? strlen(rule->origin) + 1 : 0;
	struct rule *copy = malloc(sizeof(*copy) + rule->pattern_len + 1 + origin_size);
	char *origin;

	if (!copy)
		return NULL;
	origin = copy->texts + rule->pattern_len + 1;
	memcpy(copy->texts, rule->pattern, rule->pattern_len);
	copy->texts[rule->pattern_len] = '\0';
	copy->as = *rule;
	copy->as.pattern = copy->texts;
	copy->as.origin = rule->origin ? memcpy(origin, rule->origin, origin_size) : NULL;
	return copy;
}

static void index_rule(struct caps *c, const struct caps_rule *rule, struct key *key)
{
	uint8_t bits = use_bits(rule->directions, rule->frames);
	struct entry *e;

	key->window = rule->window;
	key->origin = rule->origin;
	key->name = rule->pattern;
	e = find_or_add(c, key);
	if (!e->pattern)
		e->pattern = rule->pattern;
	if (rule->deny)
		e->deny |= bits;
	else
		e->allow |= bits;
	if (key->kind == ENTRY_PREFIX)
		c->prefix_lengths[key->len / WORD_BITS] |= 1ull << key->len % WORD_BITS;
}

int caps_add(struct caps *c, const struct caps_rule *rule)
{
	struct entry *window = NULL;
	struct rule *copy;
	struct key key;
	int r = split_pattern(rule->pattern, rule->pattern_len, &key);

	if (r < 0)
		return r;
	if (rule->origin ? !origin_valid(rule->origin, strlen(rule->origin)) : !rule->deny)
		return -EINVAL;
	if (c->n_rules == CAPS_RULES_MAX)
		return -ENOSPC;
	if (rule->window)
		r = add_window(c, rule->window, &window);
	if (r < 0)
		return r;
	copy = copy_rule(rule);
	if (!copy)
		return -ENOMEM;
	if (window) {
		copy->as.window = window->key.window;
		if (!rule->deny)
			window->allow = UINT8_MAX;
	}
	r = reserve(c);
	if (r < 0) {
		free(copy);
		return r;
	}
	index_rule(c, &copy->as, &key);
	list_append(&c->rules, &copy->link);
	c->n_rules++;
	return 0;
}

/* Whose rules are asked, of which origin. */
struct scope {
	const char *window, *origin;
	uint64_t hash;
	const char *allow, *deny; /* patterns found so far */
};

enum { APP_ANY, APP_ORIGIN, WINDOW_ANY, WINDOW_ORIGIN, SCOPES };

struct search {
	const struct caps *caps;
	struct scope scopes[SCOPES];
	unsigned n_scopes; /* those of the window only if it has rules */
	uint8_t use;
};

/* What is found later is more specific. */
static void search_for(
	struct search *s, enum entry_kind kind, const char *name, size_t len, uint64_t name_hash)
{
	for (struct scope *scope = s->scopes; scope < s->scopes + s->n_scopes; scope++) {
		struct key key = { kind, scope->window, scope->origin, name, len };
		const struct entry *e =
			slot_of(s->caps, &key, hash_finish(scope->hash, name_hash, kind));

		if (e->allow & s->use)
			scope->allow = e->pattern;
		if (e->deny & s->use)
			scope->deny = e->pattern;
	}
}

static void search_all(struct search *s, enum entry_kind kind, const char *name, size_t len)
{
	const uint64_t *lengths = s->caps->prefix_lengths;
	uint64_t hash = HASH_START;

	for (size_t i = 0;; i++) {
		if (lengths[i / WORD_BITS] >> i % WORD_BITS & 1)
			search_for(s, ENTRY_PREFIX, name, i, hash);
		if (i == len)
			break;
		hash = hash_byte(hash, name[i]);
	}
	if (kind == ENTRY_EXACT)
		search_for(s, ENTRY_EXACT, name, len, hash);
}

/* In the order of what wins. */
static struct caps_verdict judge(const struct scope *found, bool narrowed)
{
	const struct scope *app = &found[APP_ORIGIN], *window = &found[WINDOW_ORIGIN];

	if (app->deny || found[APP_ANY].deny)
		return (struct caps_verdict){ .rule = app->deny ? app->deny : found[APP_ANY].deny };
	if (window->deny || found[WINDOW_ANY].deny)
		return (struct caps_verdict){
			.of_window = true,
			.rule = window->deny ? window->deny : found[WINDOW_ANY].deny,
		};
	if (!app->allow || !narrowed)
		return (struct caps_verdict){ .allowed = app->allow, .rule = app->allow };
	return (struct caps_verdict){
		.allowed = window->allow,
		.of_window = true,
		.rule = window->allow,
	};
}

static void check(const struct caps *c, const struct caps_query *q, enum entry_kind kind,
	size_t len, struct caps_verdict *ret)
{
	const struct entry *window = find_window(c, q->window);
	struct search s = {
		.caps = c,
		.n_scopes = window ? SCOPES : WINDOW_ANY,
		.use = use_bits(q->direction, q->frame),
	};

	for (unsigned i = 0; i < s.n_scopes; i++) {
		struct scope *scope = &s.scopes[i];

		scope->window = i < WINDOW_ANY ? NULL : q->window;
		scope->origin = i % 2 ? q->origin : NULL;
		scope->hash = hash_whose(scope->window, scope->origin);
	}
	search_all(&s, kind, q->channel, len);
	*ret = judge(s.scopes, window && window->allow);
}

void caps_check(const struct caps *c, const struct caps_query *q, struct caps_verdict *ret)
{
	if (q->channel_len == 0 || q->channel_len > CHANNEL_MAX)
		*ret = (struct caps_verdict){ .allowed = false };
	else
		check(c, q, ENTRY_EXACT, q->channel_len, ret);
}

void caps_check_pattern(const struct caps *c, const struct caps_query *q, struct caps_verdict *ret)
{
	struct key key;

	if (split_pattern(q->channel, q->channel_len, &key) < 0)
		*ret = (struct caps_verdict){ .allowed = false };
	else
		check(c, q, key.kind, key.len, ret);
}

/* Of two patterns that have names in common, one has all names of the other. */
bool caps_covers(
	const struct caps *c, const char *window, const char *origin, enum caps_frame frame)
{
	for (const struct caps_rule *rule = NULL; (rule = caps_next(c, rule));) {
		struct caps_query q = { window, origin, frame, CAPS_SEND, rule->pattern,
			rule->pattern_len };
		struct caps_verdict send, receive;

		if (rule->deny || !(rule->frames & frame) || !origin_equal(rule->origin, origin))
			continue;
		caps_check_pattern(c, &q, &send);
		q.direction = CAPS_RECEIVE;
		caps_check_pattern(c, &q, &receive);
		if (send.allowed || receive.allowed)
			return true;
	}
	return false;
}

const struct caps_rule *caps_next(const struct caps *c, const struct caps_rule *after)
{
	const struct list *link =
		after ? container_of(after, struct rule, as)->link.next : c->rules.next;

	return link == &c->rules ? NULL : &container_of(link, struct rule, link)->as;
}

bool caps_within(const struct caps_rule *inner, const struct caps_rule *outer)
{
	bool prefix = outer->pattern[outer->pattern_len - 1] == '*';
	size_t len = prefix ? outer->pattern_len - 1 : outer->pattern_len;

	return inner->pattern_len >= len && memcmp(inner->pattern, outer->pattern, len) == 0 &&
	       (prefix || inner->pattern_len == len);
}
