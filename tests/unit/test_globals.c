/* js/host/globals.d.ts, which is written by hand, against the globals of a fresh heap. */
#include "script_fixture.h"

#include <ctype.h>

/*
 * What ECMAScript 5, and what there is of its successors, which TypeScript's own lib declares.
 */
#define LANGUAGE                                                                                            \
	"AggregateError Array ArrayBuffer Boolean DataView Date Error EvalError Float32Array Float64Array " \
	"Function Infinity Int16Array Int32Array Int8Array JSON Map Math NaN Number Object Promise "        \
	"Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError "           \
	"URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet decodeURI "          \
	"decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN "            \
	"parseFloat parseInt undefined unescape"

#define NAMES_MAX 64

struct names {
	char list[NAMES_MAX][40];
	size_t count;
};

static char *read_declarations(void)
{
	FILE *f = fopen("js/host/globals.d.ts", "r");
	char *text = calloc(1, 1 << 16);

	assert_non_null(f);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 16) - 1, f) > 0);
	fclose(f);
	return text;
}

static void add(struct names *n, const char *name)
{
	size_t len = 0;

	while (isalnum((unsigned char)name[len]) || name[len] == '_')
		len++;
	assert_true(len > 0 && len < sizeof(n->list[0]));
	assert_true(n->count < NAMES_MAX);
	memcpy(n->list[n->count++], name, len);
}

static bool has(const struct names *n, const char *name, size_t len)
{
	for (size_t i = 0; i < n->count; i++)
		if (strlen(n->list[i]) == len && memcmp(n->list[i], name, len) == 0)
			return true;
	return false;
}

/* What follows @word at the start of a line. */
static void find(struct names *n, const char *text, const char *word)
{
	const char *at = text;

	for (; (at = strstr(at, word)); at += strlen(word))
		if (at == text || at[-1] == '\n')
			add(n, at + strlen(word));
}

/* The members between the braces behind @head; comments begin with a slash or a star. */
static void find_members(struct names *n, const char *text, const char *head)
{
	const char *at = strstr(text, head);

	assert_non_null(at);
	for (at = strchr(at, '\n'); at && at[1] != '}'; at = strchr(at + 1, '\n')) {
		const char *name = at + 1 + strspn(at + 1, " ");

		if (strncmp(name, "readonly ", 9) == 0)
			name += 9;
		if (isalpha((unsigned char)*name) && strncmp(name, "new ", 4) != 0)
			add(n, name);
	}
}

static void run_check(struct world *w, const char *what, const char *source, const char *expected)
{
	world_run(w, source);
	world_said(w);
	if (strcmp(w->log, expected) != 0)
		fail_msg("%s: \"%s\" and not \"%s\"", what, w->log, expected);
}

static void each_declared_global_is_there(void **state)
{
	struct names values = { .count = 0 }, functions = { .count = 0 };
	char *text = read_declarations(), source[200];

	find(&values, text, "declare var ");
	find(&functions, text, "declare function ");
	assert_true(values.count >= 6 && functions.count >= 5);
	for (size_t i = 0; i < values.count; i++) {
		snprintf(source, sizeof(source), "console.log(typeof %s !== 'undefined');",
			values.list[i]);
		run_check(*state, values.list[i], source, "true");
	}
	for (size_t i = 0; i < functions.count; i++) {
		snprintf(source, sizeof(source), "console.log(typeof %s);", functions.list[i]);
		run_check(*state, functions.list[i], source, "function");
	}
	free(text);
}

/*
 * Of an instance: of the object itself, or of what its constructor makes. A signal comes
 * from a controller.
 */
static void each_member_of_a_declared_interface_is_there(void **state)
{
	struct names interfaces = { .count = 0 };
	char *text = read_declarations(), source[512], head[60];

	find(&interfaces, text, "interface ");
	assert_true(interfaces.count >= 6);
	for (size_t i = 0; i < interfaces.count; i++) {
		const char *name = interfaces.list[i];
		struct names members = { .count = 0 };

		snprintf(head, sizeof(head), "interface %s {", name);
		find_members(&members, text, head);
		assert_true(members.count > 0);
		for (size_t j = 0; j < members.count; j++) {
			snprintf(source, sizeof(source),
				"var all = {Console: console, Performance: performance,\n"
				"  AbortSignal: new AbortController().signal};\n"
				"console.log('%s' in (all.%s || new %s()));",
				members.list[j], name, name);
			run_check(*state, members.list[j], source, "true");
		}
	}
	free(text);
}

/* The other way round: what is there and not declared nobody finds, or finds out why it is. */
static void each_global_of_the_runtime_is_declared(void **state)
{
	struct names declared = { .count = 0 };
	char *text = read_declarations(), *name, *rest;
	struct world *w = *state;

	find(&declared, text, "declare var ");
	find(&declared, text, "declare function ");
	world_run(w, "var known = '" LANGUAGE "'.split(' ');\n"
		     "console.log(Object.getOwnPropertyNames(new Function('return this')())\n"
		     "  .filter(function (n) { return known.indexOf(n) < 0; }).sort().join(' '));");
	world_said(w);
	rest = w->log;
	while ((name = strsep(&rest, " ")))
		if (!has(&declared, name, strlen(name)))
			fail_msg("\"%s\" is a global and not in js/host/globals.d.ts", name);
	free(text);
}

/* And of theirs: what an app may call and no author is told of. */
static void each_member_that_is_there_is_declared(void **state)
{
	static const struct {
		const char *name, *object;
	} objects[] = {
		{ "Console", "console" },
		{ "Performance", "performance" },
		{ "AbortSignal", "AbortSignal.prototype" },
		{ "AbortController", "AbortController.prototype" },
		{ "TextEncoder", "TextEncoder.prototype" },
		{ "TextDecoder", "TextDecoder.prototype" },
	};
	char *text = read_declarations(), *name, *rest, source[200], head[60];
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
		struct names members = { .count = 0 };

		snprintf(head, sizeof(head), "interface %s {", objects[i].name);
		find_members(&members, text, head);
		snprintf(source, sizeof(source),
			"console.log(Object.getOwnPropertyNames(%s).join(' '));",
			objects[i].object);
		world_run(w, source);
		world_said(w);
		rest = w->log;
		while ((name = strsep(&rest, " ")))
			if (*name && strcmp(name, "constructor") != 0 &&
				!has(&members, name, strlen(name)))
				fail_msg("\"%s\" of %s is not in js/host/globals.d.ts", name,
					objects[i].object);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(each_declared_global_is_there),
		world_test(each_member_of_a_declared_interface_is_there),
		world_test(each_global_of_the_runtime_is_declared),
		world_test(each_member_that_is_there_is_declared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
