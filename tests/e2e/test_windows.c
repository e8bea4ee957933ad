/* Several windows of one app on one output: real pages, and the pixels of what is lit. */
#include "operator.h"

#include <signal.h>

#define SCREEN "headless-1"
#define BACK 0x204060
#define LEFT 0xa02020
#define SOLID 0x2020c0
#define GLASS_OVER_LEFT 0x501010
#define GLASS_OVER_BACK 0x102030

static struct kiln *start(void)
{
	struct kiln *k = operated_start(NULL, NULL);

	kiln_expect(k, 20, "window \"back\": first frame painted");
	kiln_expect(k, 20, "loaded late");
	return k;
}

static void assert_no_failure(struct kiln *k)
{
	assert_int_equal(kiln_count(k, "uncaught|\\[[0-9]{4}\\]|Error"), 0);
	kiln_stop(k);
}

static void windows_overlap_and_what_is_behind_a_transparent_one_is_seen(void **state)
{
	struct kiln *k = start();

	tell(k, "do event:overlap\n");
	kiln_expect(k, 20, "window \"left\": first frame painted");
	kiln_expect(k, 20, "window \"glass\": first frame painted");
	expect_pixel(k, SCREEN, 10, 10, BACK);
	expect_pixel(k, SCREEN, 40, 40, LEFT);
	expect_pixel(k, SCREEN, 39, 39, BACK);
	expect_pixel(k, SCREEN, 160, 120, SOLID);
	expect_pixel(k, SCREEN, 220, 120, GLASS_OVER_LEFT);
	expect_pixel(k, SCREEN, 220, 220, GLASS_OVER_BACK);
	/* Where it has painted nothing. */
	expect_pixel(k, SCREEN, 300, 200, BACK);

	tell(k, "do event:left-up\n");
	expect_pixel(k, SCREEN, 160, 120, LEFT);
	tell(k, "do event:glass-hide\n");
	kiln_expect(k, 5, "event glass hide \\{\"count\":1\\}");
	expect_pixel(k, SCREEN, 220, 220, BACK);
	tell(k, "do event:glass-show\n");
	kiln_expect(k, 5, "event glass show \\{\"count\":1\\}");
	expect_pixel(k, SCREEN, 220, 220, GLASS_OVER_BACK);
	/* A part of it is outside. */
	tell(k, "do event:glass-move\n");
	kiln_expect(k, 5, "event glass move \\{\"count\":1,\"x\":300,\"y\":-40\\}");
	expect_pixel(k, SCREEN, 320, 0, SOLID);
	expect_pixel(k, SCREEN, 320, 121, BACK);
	expect_pixel(k, SCREEN, 220, 220, BACK);
	assert_no_failure(k);
}

static void of_one_z_the_one_is_in_front_that_was_raised_last(void **state)
{
	struct kiln *k = start();

	tell(k, "do event:overlap\n");
	kiln_expect(k, 20, "window \"glass\": first frame painted");
	tell(k, "do event:left-same\n");
	expect_pixel(k, SCREEN, 160, 120, LEFT);
	tell(k, "do event:left-down\n");
	expect_pixel(k, SCREEN, 160, 120, SOLID);
	tell(k, "do event:left-raise\n");
	expect_pixel(k, SCREEN, 160, 120, LEFT);
	assert_no_failure(k);
}

static double ticks(struct kiln *k, const char *window)
{
	char regex[64], what[64];

	snprintf(what, sizeof(what), "report %s [{]", window);
	tell_and_expect(k, "do event:report\n", what);
	snprintf(regex, sizeof(regex), "report %s ", window);
	return number_in(k, regex, "\"ticks\":");
}

static void a_hidden_window_paints_nothing_and_is_shown_within_a_frame(void **state)
{
	struct kiln *k = start();
	double before, after;

	/* It has been painted once, and settles. */
	kiln_read_for(k, 1);
	before = ticks(k, "late");
	kiln_read_for(k, 2);
	after = ticks(k, "late");
	assert_true(after == before);
	assert_int_equal(kiln_count(k, "report late .*\"hidden\":true"), 2);
	tell_and_expect(k, "frames late\n", "operator: frames late 0");
	expect_pixel(k, SCREEN, 100, 60, BACK);

	tell(k, "show late\n");
	kiln_expect(k, 5, "operator: shown: lit after [0-9.]+ ms and 1 frames");
	/* Of 17 ms each, and this machine has other things to do. */
	assert_true(number_in(k, "operator: shown:", "lit after ") < 60);
	assert_int_equal(lit_pixel(k, SCREEN, 100, 60), 0xc06020);
	before = ticks(k, "late");
	kiln_read_for(k, 1);
	assert_true(ticks(k, "late") > before + 20);
	assert_no_failure(k);
}

static void it_is_where_and_as_large_as_it_was_told_and_says_so(void **state)
{
	struct kiln *k = start();

	tell(k, "do event:left\n");
	kiln_expect(k, 20, "window \"left\": first frame painted");
	tell(k, "do event:left-place\n");
	kiln_expect(k, 5, "bounds \\{\"x\":10,\"y\":20,\"width\":160,\"height\":280\\}");
	kiln_expect(k, 5, "event left move \\{\"count\":1,\"x\":10,\"y\":20\\}");
	kiln_expect(k, 5, "event left resize \\{\"count\":1,\"width\":160,\"height\":280\\}");
	expect_pixel(k, SCREEN, 10, 299, LEFT);
	expect_pixel(k, SCREEN, 169, 20, LEFT);
	expect_pixel(k, SCREEN, 170, 20, BACK);
	tell_and_expect(k, "do event:report\n", "report left .*\"width\":160,\"height\":280,");

	/* The other names do the same, and what does not change is no event. */
	tell(k, "do event:left-twice\n");
	tell_and_expect(k, "do event:left-full\n", "fullscreen true");
	expect_pixel(k, SCREEN, 399, 0, LEFT);
	tell_and_expect(k, "do event:report\n", "report left .*\"width\":400,\"height\":300,");
	tell_and_expect(k, "do event:left-back\n", "size \\{\"width\":160,\"height\":280\\}");
	expect_pixel(k, SCREEN, 399, 0, BACK);
	assert_int_equal(kiln_count(k, "event left move"), 3);
	assert_int_equal(kiln_count(k, "event left resize"), 3);
	assert_no_failure(k);
}

static void one_window_has_the_keyboard_and_its_page_knows(void **state)
{
	struct kiln *k = start();

	kiln_expect(k, 5, "event back focus");
	tell(k, "do event:overlap\n");
	kiln_expect(k, 20, "made glass");
	kiln_expect(k, 20, "loaded glass");
	kiln_expect(k, 5, "event back blur");
	tell_and_expect(k, "do event:report\n", "report glass .*\"focus\":true");
	assert_int_equal(kiln_count(k, "report .*\"focus\":true"), 1);
	tell_and_expect(k, "do event:left-focus\n", "event left focus");
	kiln_read_for(k, 0.3);
	tell_and_expect(k, "do event:report\n", "report left .*\"focus\":true");
	/* Who is hidden leaves it to the one in front. */
	tell_and_expect(k, "do event:left-hide\n", "event glass focus");
	kiln_read_for(k, 0.3);
	tell_and_expect(k, "do event:report\n", "report glass .*\"focus\":true");
	/* A hidden one cannot have it. */
	tell(k, "do event:left-focus\n");
	kiln_expect(k, 5,
		"focus refused: ChannelSend: the window \"left\" is hidden: show\\(\\) it first");
	kiln_read_for(k, 0.3);
	assert_int_equal(kiln_count(k, "event glass blur"), 1);
	assert_no_failure(k);
}

static void a_page_that_closes_its_window_may_be_kept(void **state)
{
	struct kiln *k = start();

	tell(k, "do event:left\n");
	kiln_expect(k, 20, "loaded left");
	tell(k, "do event:guard\n");
	kiln_read_for(k, 0.3);
	tell(k, "do event:left-asks\n");
	kiln_expect(k, 5, "event left close-requested \\{\"count\":1,\"by\":\"page\"\\}");
	kiln_expect(k, 5, "asked left stay");
	kiln_read_for(k, 6);
	assert_int_equal(kiln_count(k, "event left close "), 0);
	/* And once more, now by a key. */
	tell_and_expect(k, "do close\n", "event left close-requested .*\"by\":\"action\"");
	kiln_expect(k, 5, "asked left stay");
	tell(k, "do event:allow\n");
	kiln_read_for(k, 0.5);
	tell_and_expect(k, "do close\n", "event left close \\{\"count\":1\\}");
	kiln_expect(k, 5, "event back focus");
	assert_no_failure(k);
}

static void a_page_closes_its_window_when_the_script_has_no_say_or_does_not_use_it(void **state)
{
	struct kiln *k = start();
	double asked;

	tell(k, "do event:left\n");
	kiln_expect(k, 20, "loaded left");
	tell_and_expect(k, "do event:left-asks\n", "event left close \\{\"count\":1\\}");
	assert_int_equal(kiln_count(k, "event left close-requested"), 1);

	tell(k, "do event:left\n");
	for (int i = 0; i < 200 && kiln_count(k, "loaded left") < 2; i++)
		kiln_read_for(k, 0.1);
	tell(k, "do event:deaf\n");
	kiln_read_for(k, 0.3);
	asked = now_seconds();
	tell_and_expect(k, "do event:left-asks\n", "event left close ");
	assert_true(now_seconds() - asked > 4.5);
	assert_int_equal(kiln_count(k, "warn .*\"left\": the script has not said"), 1);
	kiln_stop(k);
}

static void zoom_title_and_screenshot_are_the_windows(void **state)
{
	struct kiln *k = start();

	tell(k, "do event:left\n");
	kiln_expect(k, 20, "window \"left\": first frame painted");
	tell_and_expect(k, "do event:left-png\n", "png 137,80,78,71,13,10,26,10 true");
	kiln_expect(k, 5, "said back 200x120 160,32,32");
	tell_and_expect(k, "do event:left-zoom\n", "zoom 2$");
	kiln_expect(k, 5, "zoom failed: .*zoom is 0.25 to 5");
	kiln_read_for(k, 0.5);
	tell_and_expect(k, "do event:report\n", "report left .*\"width\":100,\"height\":60,");
	tell_and_expect(k, "do zoom-reset\n", "operator: do zoom-reset: done");
	tell_and_expect(k, "do event:left-title\n", "title \"a page\"");
	kiln_expect(k, 5, "title \"till 4\"");
	tell_and_expect(k, "do event:left-info\n",
		"info \\{\"url\":\"app://stage/page.html\\?color=a02020\",\"title\":\"till 4\","
		"\"output\":\"headless-1\",\"lit\":true,\"visible\":true,\"focused\":true,"
		"\"fullscreen\":false,\"transparent\":false,\"bounds\":\\{\"x\":40,\"y\":40,"
		"\"width\":200,\"height\":120\\},\"scale\":1,\"z\":0,\"zoom\":1,\"frames\":[0-9]+\\}");
	kiln_stop(k);
}

static void what_cannot_be_is_refused_or_cut_off(void **state)
{
	struct kiln *k = start();

	tell(k, "do event:wrong\n");
	kiln_expect(k, 5, "zoom failed: \\[7000\\] .*zoom is 0.25 to 5");
	kiln_expect(k, 5, "z failed: \\[7000\\] .*z -1000000 to 1000000");
	kiln_expect(k, 5, "output failed: \\[7000\\] .*as its connector is");
	kiln_expect(k, 5, "clamped \\{\"x\":-16384,\"y\":0,\"width\":8192,\"height\":300\\}");
	kiln_stop(k);
}

static void the_next_run_of_the_script_puts_its_windows_where_it_wants_them(void **state)
{
	struct kiln *k = start();

	tell(k, "do event:left\n");
	kiln_expect(k, 20, "window \"left\": first frame painted");
	tell_and_expect(k, "do event:left-place\n", "event left resize");
	kill(kiln_pid(k), SIGHUP);
	kiln_expect(k, 10, "event back focus|event left focus");
	kiln_read_for(k, 1);
	tell_and_expect(k, "do event:left\n", "event left resize .*\"width\":200,\"height\":120");
	kiln_expect(k, 5, "event left move .*\"x\":40,\"y\":40");
	expect_pixel(k, SCREEN, 239, 159, LEFT);
	expect_pixel(k, SCREEN, 20, 60, BACK);
	/* It was there all the time. */
	assert_int_equal(kiln_count(k, "loaded left"), 1);
	kiln_stop(k);
}

static void a_page_that_keeps_going_elsewhere_goes_where_it_is_told_and_stays(void **state)
{
	struct kiln *k = kiln_start("run", APP("restless"), NULL);

	kiln_expect(k, 40, "arrived 5");
	kiln_read_for(k, 1);
	assert_int_equal(kiln_count(k, "error"), 0);
	kiln_stop(k);
}

static void a_window_that_the_next_run_takes_over_does_not_close_for_the_last_one(void **state)
{
	struct kiln *k = start();

	tell(k, "do event:left\n");
	kiln_expect(k, 20, "loaded left");
	tell(k, "do event:deaf\n");
	kiln_read_for(k, 0.3);
	tell_and_expect(k, "do event:left-asks\n", "event left close-requested");
	kill(kiln_pid(k), SIGHUP);
	kiln_read_for(k, 1.5);
	tell(k, "do event:left\n");
	kiln_read_for(k, 6);
	assert_int_equal(kiln_count(k, "event left close "), 0);
	tell_and_expect(k, "do event:left-title\n", "title \"till 4\"");
	kiln_stop(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_overlap_and_what_is_behind_a_transparent_one_is_seen),
		cmocka_unit_test(of_one_z_the_one_is_in_front_that_was_raised_last),
		cmocka_unit_test(a_hidden_window_paints_nothing_and_is_shown_within_a_frame),
		cmocka_unit_test(it_is_where_and_as_large_as_it_was_told_and_says_so),
		cmocka_unit_test(one_window_has_the_keyboard_and_its_page_knows),
		cmocka_unit_test(a_page_that_closes_its_window_may_be_kept),
		cmocka_unit_test(
			a_page_closes_its_window_when_the_script_has_no_say_or_does_not_use_it),
		cmocka_unit_test(zoom_title_and_screenshot_are_the_windows),
		cmocka_unit_test(
			a_window_that_the_next_run_takes_over_does_not_close_for_the_last_one),
		cmocka_unit_test(what_cannot_be_is_refused_or_cut_off),
		cmocka_unit_test(the_next_run_of_the_script_puts_its_windows_where_it_wants_them),
		cmocka_unit_test(a_page_that_keeps_going_elsewhere_goes_where_it_is_told_and_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
