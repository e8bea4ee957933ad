/* Windows on outputs that come, go, turn and sleep: real pages, and the pixels of what is lit. */
#include "operator.h"

#define SCREEN "headless-1"
#define BACK 0x204060
#define SECOND 0x30a030

static double ticks(struct kiln *k, const char *window)
{
	char regex[64], what[64];

	snprintf(what, sizeof(what), "report %s [{]", window);
	tell_and_expect(k, "do event:report\n", what);
	snprintf(regex, sizeof(regex), "report %s ", window);
	return number_in(k, regex, "\"ticks\":");
}

static struct kiln *start_with_two(void)
{
	struct kiln *k = operated_start(NULL, NULL);

	kiln_expect(k, 20, "window \"back\": first frame painted");
	tell(k, "do event:second\n");
	kiln_expect(k, 20, "window \"second\": first frame painted");
	kiln_expect(k, 5, "loaded second");
	return k;
}

static void one_goes_on_when_the_other_is_unplugged_and_comes_back(void **state)
{
	struct kiln *k = start_with_two();
	double before;

	expect_pixel(k, SCREEN, 200, 150, BACK);
	expect_pixel(k, "second", 200, 150, SECOND);
	tell_and_expect(k, "unplug " SCREEN "\n",
		"event back output \\{\"count\":1,\"name\":\"headless-1\",\"state\":\"absent\"");
	/* The other one is taken: whoever is not bound waits. */
	before = ticks(k, "second");
	kiln_read_for(k, 1);
	assert_true(ticks(k, "second") > before + 20);
	tell_and_expect(k, "do event:infos\n",
		"info back .*\"output\":\"headless-1\",\"lit\":false,\"visible\":true");
	assert_int_equal(kiln_count(k, "event second output"), 0);
	tell(k, "shot " SCREEN " " OUT("none.png") "\n");
	kiln_expect(k, 5, "shot .*No data available");

	tell_and_expect(k, "plug " SCREEN "\n", "event back output .*\"state\":\"lit\"");
	expect_pixel(k, SCREEN, 200, 150, BACK);
	kiln_stop(k);
}

static void a_window_that_is_bound_waits_for_its_output_and_paints_nothing(void **state)
{
	struct kiln *k = start_with_two();
	double before;

	tell_and_expect(k, "unplug second\n", "event second output .*\"state\":\"absent\"");
	kiln_read_for(k, 0.5);
	before = ticks(k, "second");
	kiln_read_for(k, 1.5);
	assert_true(ticks(k, "second") == before);
	assert_true(kiln_count(k, "report second .*\"hidden\":true") > 0);
	expect_pixel(k, SCREEN, 200, 150, BACK);
	tell_and_expect(k, "plug second\n", "event second output .*\"state\":\"lit\"");
	expect_pixel(k, "second", 200, 150, SECOND);
	kiln_read_for(k, 0.5);
	assert_true(ticks(k, "second") > before + 10);
	kiln_stop(k);
}

static void windows_that_are_bound_to_none_go_together_where_nobody_is(void **state)
{
	struct kiln *k = start_with_two();

	tell_and_expect(k, "do event:overlap\n", "window \"left\": first frame painted");
	tell_and_expect(k, "do event:second-closes\n", "event second close ");
	tell_and_expect(
		k, "unplug " SCREEN "\n", "headless-1 shows nothing: its windows go to second");
	kiln_expect(k, 5, "event back output \\{\"count\":1,\"name\":\"second\",\"state\":\"lit\"");
	kiln_expect(k, 5, "event left output .*\"name\":\"second\"");
	expect_pixel(k, "second", 10, 290, BACK);
	expect_pixel(k, "second", 50, 50, 0xa02020);
	/* They stay there. */
	tell_and_expect(k, "plug " SCREEN "\n", "operator: plug .*: done");
	kiln_read_for(k, 0.5);
	expect_pixel(k, "second", 50, 50, 0xa02020);
	kiln_stop(k);
}

static void it_starts_without_a_screen_and_shows_the_page_on_the_one_that_comes(void **state)
{
	struct kiln *k = operated_start("unplug " SCREEN, NULL);

	kiln_expect(k, 20, "loaded back");
	kiln_read_for(k, 1);
	assert_int_equal(kiln_count(k, "first frame painted"), 0);
	tell_and_expect(k, "plug " SCREEN "\n", "event back output .*\"state\":\"lit\"");
	kiln_expect(k, 10, "window \"back\": first frame painted");
	expect_pixel(k, SCREEN, 200, 150, BACK);
	kiln_stop(k);
}

static void a_turned_output_turns_pages_and_pictures(void **state)
{
	struct kiln *k = operated_start(NULL, NULL);

	tell(k, "do event:overlap\n");
	kiln_expect(k, 20, "window \"glass\": first frame painted");
	tell_and_expect(k, "rotate " SCREEN " 90\n",
		"event back output .*\"state\":\"lit\",\"width\":300,\"height\":400,\"scale\":1");
	kiln_expect(k, 5, "event back resize \\{\"count\":1,\"width\":300,\"height\":400\\}");
	kiln_read_for(k, 0.5);
	tell_and_expect(k, "do event:report\n",
		"report back .*\"width\":300,\"height\":400,.*\"screen\":\"300x400\"");
	/* Upright, as people see it. */
	expect_pixel(k, SCREEN, 10, 390, BACK);
	expect_pixel(k, SCREEN, 50, 50, 0xa02020);
	expect_pixel(k, SCREEN, 160, 250, 0x2020c0);
	assert_int_equal(kiln_count(k, "event left resize|event left move"), 0);
	tell_and_expect(k, "rotate " SCREEN " 180\n", "event back resize .*\"width\":400");
	expect_pixel(k, SCREEN, 390, 10, BACK);
	kiln_stop(k);
}

static void a_scaled_output_scales_pages_and_places(void **state)
{
	struct kiln *k = operated_start(NULL, NULL);

	tell(k, "do event:left\n");
	kiln_expect(k, 20, "window \"left\": first frame painted");
	tell_and_expect(k, "scale " SCREEN " 1.5\n",
		"event back output .*\"width\":267,\"height\":200,\"scale\":1.5");
	kiln_expect(k, 5, "event back resize \\{\"count\":1,\"width\":267,\"height\":200\\}");
	kiln_read_for(k, 0.5);
	tell_and_expect(
		k, "do event:report\n", "report back .*\"width\":267,\"height\":200,\"ratio\":1.5");
	expect_pixel(k, SCREEN, 399, 299, BACK);
	expect_pixel(k, SCREEN, 60, 60, 0xa02020);
	expect_pixel(k, SCREEN, 59, 60, BACK);
	expect_pixel(k, SCREEN, 359, 239, 0xa02020);
	expect_pixel(k, SCREEN, 360, 239, BACK);
	kiln_stop(k);
}

static void on_one_that_sleeps_pages_paint_nothing_and_wake_with_it(void **state)
{
	struct kiln *k = start_with_two();
	double before;

	tell_and_expect(k, "sleep second\n", "event second output .*\"state\":\"asleep\"");
	kiln_read_for(k, 0.5);
	before = ticks(k, "second");
	kiln_read_for(k, 1);
	assert_true(ticks(k, "second") == before);
	tell_and_expect(k, "wake second\n", "event second output .*\"state\":\"lit\"");
	kiln_read_for(k, 0.5);
	assert_true(ticks(k, "second") > before + 10);
	kiln_stop(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_goes_on_when_the_other_is_unplugged_and_comes_back),
		cmocka_unit_test(a_window_that_is_bound_waits_for_its_output_and_paints_nothing),
		cmocka_unit_test(windows_that_are_bound_to_none_go_together_where_nobody_is),
		cmocka_unit_test(
			it_starts_without_a_screen_and_shows_the_page_on_the_one_that_comes),
		cmocka_unit_test(a_turned_output_turns_pages_and_pictures),
		cmocka_unit_test(a_scaled_output_scales_pages_and_places),
		cmocka_unit_test(on_one_that_sleeps_pages_paint_nothing_and_wake_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
