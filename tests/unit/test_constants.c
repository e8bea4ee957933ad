/*
 * What JavaScript repeats of C's numbers and names, held against them: each constant of
 * the scripts that has the form NAME = literal is one of C's, or is known as their own.
 */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/macros.h"
#include "ipc/router.h"
#include "ipc/service.h"
#include "wire/frame.h"
#include "wire/limits.h"
#include "wire/status.h"

struct number {
	const char *name;
	long long value;
};

#define STATUS_NUMBERS(constant_, code_, ...) \
	{ "STATUS_" #constant_, STATUS_##constant_ }, { #constant_, STATUS_##constant_ },
#define COUNT_ONE(...) +1

static const struct number numbers[] = {
	{ "MESSAGE", FRAME_MESSAGE },
	{ "READY", FRAME_READY },
	{ "CREDIT", FRAME_CREDIT },
	{ "REFUSED", FRAME_REFUSED },
	{ "CALL", FRAME_CALL },
	{ "REPLY", FRAME_REPLY },
	{ "FAILED", FRAME_FAILED },
	{ "EVENT", FRAME_EVENT },
	{ "LOG", FRAME_LOG },
	{ "ACK", FRAME_ACK },
	{ "CANCEL", FRAME_CANCEL },
	{ "RETRY", FRAME_RETRY },
	{ "AGAIN", FRAME_AGAIN },
	WIRE_STATUSES(STATUS_NUMBERS)
	/* They are in a row. */
	{ "STATUS_LAST", STATUS_CHANNEL_SEND + (0 WIRE_STATUSES(COUNT_ONE)) - 1 },
	{ "CHANNEL_MAX", CHANNEL_MAX },
	{ "DEPTH_MAX", DEPTH_MAX },
	{ "CALLS_MAX", CALLS_MAX },
	{ "ERROR", LOG_LEVEL_ERROR },
	{ "WARN", LOG_LEVEL_WARN },
	{ "INFO", LOG_LEVEL_INFO },
	{ "DEBUG", LOG_LEVEL_DEBUG },
};

static const struct {
	const char *name, *value;
} texts[] = {
	{ "CHANNEL", CHANNEL_WINDOW }, /* of window.js */
	{ "CHANNEL_WINDOW", CHANNEL_WINDOW },
	{ "CHANNEL_MODULE", SERVICE_CHANNEL_EVENT },
};

/* Limits and texts that are nobody else's. */
static const char *const own[] = { "DEPTH_SHOWN", "EARLY_BYTES", "EARLY_EVENTS", "LINE_MAX",
	"STACK_MAX", "LONE", "BIGINT", "LONE_KEY", "QUEUE_BYTES", "QUEUE_EVENTS", "TIMEOUT_MAX_MS",
	"TIMEOUT_MS", "WAITING_MAX" };

static const char *const files[] = { "js/host/ipc.js", "js/host/events.js", "js/host/window.js",
	"js/page/bridge.js" };

static char *read_text(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 18);

	assert_non_null(f);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 18) - 1, f) > 0);
	fclose(f);
	return text;
}

static bool is(const char *name, size_t len, const char *known)
{
	return strlen(known) == len && memcmp(name, known, len) == 0;
}

/* Whether @name is one of C's; fails when its value is another. */
static bool check(const char *path, const char *name, size_t len, const char *literal)
{
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (is(name, len, own[i]))
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (is(name, len, texts[i].name)) {
			size_t n = strlen(texts[i].value);

			if (strncmp(literal + 1, texts[i].value, n) != 0 || literal[n + 1] != '\'')
				fail_msg(
					"%s: %s is '%s' in C", path, texts[i].name, texts[i].value);
			return true;
		}
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (is(name, len, numbers[i].name)) {
			if (strtoll(literal, NULL, 0) != numbers[i].value)
				fail_msg("%s: %s is %lld in C", path, numbers[i].name,
					numbers[i].value);
			return true;
		}
	fail_msg("%s: %.*s is not known in C: name it in this test", path, (int)len, name);
	return false;
}

static bool is_constant_char(char c)
{
	return isupper((unsigned char)c) || isdigit((unsigned char)c) || c == '_';
}

static void a_constant_of_a_script_is_the_one_of_c(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char *text = read_text(files[i]);
		unsigned n = 0;

		for (const char *at = text; (at = strstr(at, " = ")); at++) {
			const char *name = at;

			while (name > text && is_constant_char(name[-1]))
				name--;
			/* The literal is a number or a text. */
			if (at - name > 2 && name[-1] == ' ' &&
				(isdigit((unsigned char)at[3]) || at[3] == '\''))
				n += check(files[i], name, (size_t)(at - name), at + 3);
		}
		assert_true(n > 0);
		free(text);
	}
}

static void has(const char *path, const char *fmt, unsigned limit)
{
	char *text = read_text(path), part[80];

	snprintf(part, sizeof(part), fmt, limit);
	if (!strstr(text, part))
		fail_msg("%s has no \"%s\"", path, part);
	free(text);
}

/* Where they stand inside of a sentence or an expression. */
static void limits_in_texts_are_those_of_c(void **state)
{
	has("js/host/events.js", "a channel name is 1 to %u bytes of text", CHANNEL_MAX);
	has("js/host/events.js", "]{1,%u}$/", CHANNEL_MAX);
	has("js/page/bridge.js", "a channel name is 1 to %u bytes of text", CHANNEL_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_constant_of_a_script_is_the_one_of_c),
		cmocka_unit_test(limits_in_texts_are_those_of_c),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
