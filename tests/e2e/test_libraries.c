/*
 * Built apps that say what the language does and what npm packages do. The build has let
 * Node say it too, of the same files: every line has to be the same.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUILT(name) "build/dev/e2e/" name

/* The line without its end; null behind the last. */
static char *next_line(FILE *f, char **line, size_t *size)
{
	ssize_t n = getline(line, size, f);

	if (n <= 0)
		return NULL;
	(*line)[strcspn(*line, "\n")] = '\0';
	return *line;
}

static void says_what_node_says(const char *app, const char *expected, unsigned at_least)
{
	struct kiln *k = kiln_start("run", app, NULL);
	FILE *f = fopen(expected, "r");
	char *line = NULL, said[8192], regex[64];
	unsigned cases = 0, differ = 0;
	size_t size = 0;

	assert_non_null(f);
	kiln_expect(k, 30, "script: cases [0-9]+");
	while (next_line(f, &line, &size)) {
		const char *text;
		unsigned number;

		if (sscanf(line, "case %u", &number) != 1)
			continue;
		cases++;
		snprintf(regex, sizeof(regex), "script: case %u ", number);
		text = kiln_last(k, regex, said, sizeof(said)) ? strstr(said, "script: ") : NULL;
		if (text && strcmp(text + strlen("script: "), line) == 0)
			continue;
		differ++;
		print_message("in Node: %s\n   here: %s\n", line, text ? text : "nothing");
	}
	free(line);
	fclose(f);
	assert_int_equal(differ, 0);
	assert_true(cases >= at_least);
	assert_int_equal(kiln_end(k, 10), 0);
}

static void modern_typescript_runs_as_in_node(void **state)
{
	says_what_node_says(BUILT("language"), BUILT("language.expected"), 90);
}

static void packages_from_npm_work_as_in_node(void **state)
{
	says_what_node_says(BUILT("libraries"), BUILT("libraries.expected"), 65);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modern_typescript_runs_as_in_node),
		cmocka_unit_test(packages_from_npm_work_as_in_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
