/* Which modes are tried, and in which order. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "screen/ladder.h"

/* "800x600@60 …", a preferred one with a star. */
static size_t read_modes(const char *text, struct mode *ret, size_t room)
{
	size_t n = 0;
	int used;

	for (; *text; text += used) {
		struct mode *m = &ret[n++];

		assert_true(n <= room);
		*m = (struct mode){ 0 };
		assert_int_equal(
			sscanf(text, "%ux%u@%u%n", &m->width, &m->height, &m->refresh_mhz, &used),
			3);
		m->refresh_mhz *= 1000;
		m->preferred = text[used] == '*';
		used += m->preferred;
		used += text[used] == ' ';
	}
	return n;
}

static const struct {
	const char *asked, *offered, *tried;
	bool any_mode;
} vectors[] = {
	/* The preferred one, wherever it is, then the others in their order. */
	{ "", "1024x768@60 800x600@60* 640x480@60", "800x600@60 1024x768@60 640x480@60", false },
	/* None is preferred: the first. */
	{ "", "1024x768@60 800x600@60", "1024x768@60 800x600@60", false },
	/* Not all of a long list, but the last resorts are. */
	{ "", "9x9@60* 8x8@60 7x7@60 6x6@60 5x5@60 640x480@60 1280x720@60 4x4@60",
		"9x9@60 8x8@60 7x7@60 6x6@60 1280x720@60 640x480@60", false },
	/* Asked for: of that size at the nearest rate. */
	{ "800x600@0", "1024x768@60* 800x600@75 800x600@60", "800x600@75 1024x768@60 800x600@60",
		false },
	{ "800x600@61", "1024x768@60* 800x600@75 800x600@60", "800x600@60 1024x768@60 800x600@75",
		false },
	/* What is not offered is not tried, unless any mode is taken. */
	{ "123x45@0", "1024x768@60*", "1024x768@60", false },
	{ "123x45@0", "1024x768@50*", "123x45@50 1024x768@50", true },
	{ "123x45@0", "", "123x45@60", true },
	{ "123x45@30", "1024x768@50*", "123x45@30 1024x768@50", true },
	/* Hostile lists. */
	{ "", "1x1@60 1x1@60 1x1@60 1x1@60", "1x1@60", false },
	{ "", "", "", false },
};

static void modes_are_tried_in_this_order(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		struct mode offered[16], tried[16], got[LADDER_MAX], asked[1] = { { 0 } };
		struct output_config c = { 0 };
		struct output_info info = { .modes = offered, .any_mode = vectors[i].any_mode };
		size_t n = read_modes(vectors[i].tried, tried, ARRAY_SIZE(tried));

		info.n_modes = read_modes(vectors[i].offered, offered, ARRAY_SIZE(offered));
		read_modes(vectors[i].asked, asked, 1);
		c.mode = asked[0];
		assert_int_equal(ladder_fill(&c, &info, got), n);
		for (size_t k = 0; k < n; k++) {
			assert_int_equal(got[k].width, tried[k].width);
			assert_int_equal(got[k].height, tried[k].height);
			assert_int_equal(got[k].refresh_mhz, tried[k].refresh_mhz);
		}
	}
}

static void there_are_never_more_than_fit(void **state)
{
	struct mode offered[100], got[LADDER_MAX];
	struct output_info info = { .modes = offered, .n_modes = ARRAY_SIZE(offered) };
	const struct output_config c = { .mode = { .width = 50, .height = 50 } };

	for (uint32_t i = 0; i < ARRAY_SIZE(offered); i++)
		offered[i] = (struct mode){ i + 1, i + 1, i, false };
	assert_int_equal(ladder_fill(&c, &info, got), 5);
	assert_int_equal(got[0].width, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes_are_tried_in_this_order),
		cmocka_unit_test(there_are_never_more_than_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
