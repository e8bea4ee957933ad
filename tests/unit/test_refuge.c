/* Where windows go when their output shows nothing any more, on outputs that come and go. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "screen_fixture.h"
#include "view/refuge.h"

struct world {
	struct loop *loop;
	struct screen *screen;
	struct output *first, *second, *third;
	const struct output *taken[3];
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct screen_options opts = { 0 };

	if (!w || loop_new(&w->loop) < 0)
		return -1;
	opts.loop = w->loop;
	if (screen_headless_new(&opts, 4, 4, 1000000, &w->screen) < 0 ||
		screen_output(w->screen, "second", &w->second) < 0 ||
		screen_output(w->screen, "third", &w->third) < 0)
		return -1;
	w->first = screen_primary(w->screen);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	screen_free(w->screen);
	loop_free(w->loop);
	free(w);
	return 0;
}

static void plug(struct world *w, const struct output *o, bool in)
{
	assert_int_equal(screen_headless_plug(w->screen, output_name(o), in), 0);
	assert_int_equal(output_state(o), in ? OUTPUT_LIT : OUTPUT_ABSENT);
}

static bool occupied(const struct output *o, void *arg)
{
	const struct world *w = arg;

	for (size_t i = 0; i < ARRAY_SIZE(w->taken); i++)
		if (w->taken[i] == o)
			return true;
	return false;
}

static struct output *find(struct world *w, const struct output *from)
{
	return refuge_find(w->screen, from, occupied, w);
}

static void windows_stay_where_they_are_seen(void **state)
{
	struct world *w = *state;

	assert_true(refuge_serves(w->first));
	assert_null(find(w, w->first));
}

static void they_stay_on_one_that_sleeps(void **state)
{
	struct world *w = *state;

	assert_int_equal(output_sleep(w->first), 0);
	assert_true(refuge_serves(w->first));
	assert_null(find(w, w->first));
}

static void they_go_to_the_first_lit_one_that_nobody_has(void **state)
{
	struct world *w = *state;

	plug(w, w->first, false);
	assert_ptr_equal(find(w, w->first), w->second);
	w->taken[0] = w->second;
	assert_ptr_equal(find(w, w->first), w->third);
	plug(w, w->third, false);
	assert_null(find(w, w->first));
}

static void they_wait_where_all_others_are_taken_or_gone_and_go_when_one_comes(void **state)
{
	struct world *w = *state;

	plug(w, w->first, false);
	plug(w, w->second, false);
	plug(w, w->third, false);
	assert_null(find(w, w->first));
	plug(w, w->third, true);
	assert_ptr_equal(find(w, w->first), w->third);
}

static void they_leave_one_that_is_switched_off(void **state)
{
	struct world *w = *state;
	const struct output_config off = { .off = true };

	assert_int_equal(output_configure(w->first, &off), 0);
	assert_int_equal(output_state(w->first), OUTPUT_PRESENT);
	assert_ptr_equal(find(w, w->first), w->second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(windows_stay_where_they_are_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(they_stay_on_one_that_sleeps, setup, teardown),
		cmocka_unit_test_setup_teardown(
			they_go_to_the_first_lit_one_that_nobody_has, setup, teardown),
		cmocka_unit_test_setup_teardown(
			they_wait_where_all_others_are_taken_or_gone_and_go_when_one_comes, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			they_leave_one_that_is_switched_off, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
