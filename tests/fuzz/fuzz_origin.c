/*
 * Two texts, apart by the first newline. What is valid is its own canonical form;
 * what is made canonical is valid; two are equal only if both are valid and the
 * same bytes.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/origin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_one(const char *text, size_t len)
{
	char canonical[ORIGIN_MAX], again[ORIGIN_MAX];
	int r = origin_canonical(text, len, canonical);

	if (r < 0) {
		assert(!origin_valid(text, len));
		return;
	}
	assert(origin_valid(canonical, strlen(canonical)));
	assert(origin_canonical(canonical, strlen(canonical), again) == 0);
	assert(strcmp(canonical, again) == 0);
	assert(strlen(canonical) <= len);
	assert(origin_valid(text, len) ==
		(strlen(canonical) == len && memcmp(canonical, text, len) == 0));
	/* Nothing that another reader could take for a user, a path or another host. */
	assert(strspn(strstr(canonical, "://") + 3, "abcdefghijklmnopqrstuvwxyz0123456789-_.:[]") ==
		strlen(strstr(canonical, "://") + 3));
}

static void check_pair(const char *a, const char *b)
{
	char x[ORIGIN_MAX], y[ORIGIN_MAX];

	assert(origin_equal(a, b) == origin_equal(b, a));
	if (!origin_equal(a, b))
		return;
	assert(origin_valid(a, strlen(a)) && origin_valid(b, strlen(b)));
	assert(origin_canonical(a, strlen(a), x) == 0 && origin_canonical(b, strlen(b), y) == 0);
	assert(strcmp(x, y) == 0 && strcmp(a, x) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
	size_t len = newline ? (size_t)(newline - data) : size;
	char *a = strndup((const char *)data, len);
	char *b = newline ? strndup((const char *)newline + 1, size - len - 1) : strdup(a);

	if (!a || !b)
		abort();
	check_one((const char *)data, len);
	if (newline)
		check_one((const char *)newline + 1, size - len - 1);
	check_pair(a, b);
	assert(origin_equal(a, a) == origin_valid(a, strlen(a)));
	assert(!origin_equal(a, "") && !origin_equal(a, "null"));
	free(a);
	free(b);
	return 0;
}
