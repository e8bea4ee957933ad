/*
 * What one capability check costs with 10 rules and with 1,000: of a channel that
 * an exact rule has, of one that a prefix has, and of one that none has.
 *
 * usage: caps; prints a line "caps KIND NS NS" for each, with few and with many rules.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ipc/caps.h"

#define FEW 10u
#define MANY 1000u
#define RUNS 41
#define CHECKS 50000u
#define ORIGIN "app://bench"

static void add(struct caps *c, const char *pattern)
{
	struct caps_rule rule = {
		.pattern = pattern,
		.pattern_len = strlen(pattern),
		.directions = CAPS_SEND | CAPS_RECEIVE,
		.frames = CAPS_MAIN,
		.origin = ORIGIN,
	};

	if (caps_add(c, &rule) < 0)
		exit(1);
}

/* Nine exact rules for each prefix, as names of one app look. */
static struct caps *rules_of(unsigned n)
{
	struct caps *c;

	if (caps_new(&c) < 0)
		exit(1);
	for (unsigned i = 0; i < n; i++) {
		char pattern[32];

		snprintf(pattern, sizeof(pattern), i % 10 ? "part%03u:call" : "group%03u:*", i);
		add(c, pattern);
	}
	return c;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double time_checks(const struct caps *c, char channels[8][32], bool allowed)
{
	uint64_t start = clock_now();

	for (unsigned i = 0; i < CHECKS; i++) {
		struct caps_query q = { "main", ORIGIN, CAPS_MAIN, CAPS_SEND, channels[i % 8],
			strlen(channels[i % 8]) };
		struct caps_verdict v;

		caps_check(c, &q, &v);
		if (v.allowed != allowed)
			exit(1);
	}
	return (double)(clock_now() - start) / CHECKS;
}

/*
 * Channels of the first ten rules, so that both have them. The two take turns, so
 * that whatever else the machine does is shared fairly; the median of each counts.
 */
static void measure(const struct caps *few, const struct caps *many, const char *kind,
	const char *format, bool allowed)
{
	double times_few[RUNS], times_many[RUNS];
	char channels[8][32];

	for (unsigned i = 0; i < 8; i++)
		snprintf(channels[i], sizeof(channels[i]), format, i + 1);
	for (unsigned run = 0; run < RUNS; run++) {
		times_few[run] = time_checks(few, channels, allowed);
		times_many[run] = time_checks(many, channels, allowed);
	}
	qsort(times_few, RUNS, sizeof(times_few[0]), compare);
	qsort(times_many, RUNS, sizeof(times_many[0]), compare);
	printf("caps %s %.1f %.1f\n", kind, times_few[RUNS / 2], times_many[RUNS / 2]);
}

int main(void)
{
	struct caps *few = rules_of(FEW), *many = rules_of(MANY);

	measure(few, many, "exact", "part%03u:call", true);
	measure(few, many, "prefix", "group000:x%u", true);
	measure(few, many, "miss", "part%03u:calls", false);
	caps_free(few);
	caps_free(many);
	return 0;
}
