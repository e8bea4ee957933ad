/* The headless output, and what all outputs have in common. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/output.h"

#define MS NSEC_PER_MSEC
#define WIDTH 7
#define HEIGHT 5

struct client {
	struct loop *loop;
	struct output *output;
	struct output_listener listener;
	unsigned calls;
	uint64_t seq, when;
	struct output_listener *victims[2];
	struct output_listener *newcomer;
	const struct picture *again;
	int again_result;
	bool free_output;
};

static void on_presented(void *arg, uint64_t seq, uint64_t when)
{
	struct client *c = arg;

	c->calls++;
	c->seq = seq;
	c->when = when;
	if (c->again)
		c->again_result = output_present(c->output, c->again, NULL, 0);
	for (size_t i = 0; i < ARRAY_SIZE(c->victims); i++)
		if (c->victims[i])
			output_remove_listener(c->victims[i]);
	if (c->newcomer) {
		output_add_listener(c->output, c->newcomer);
		c->newcomer = NULL;
	}
	if (c->free_output) {
		output_free(c->output);
		c->output = NULL;
	}
}

static void listen_as(struct client *c, struct client *other)
{
	*other = (struct client){ .loop = c->loop, .output = c->output };
	other->listener.presented = on_presented;
	other->listener.arg = other;
	output_add_listener(c->output, &other->listener);
}

/* 1000 Hz, so that nobody waits. */
static int setup(void **state)
{
	static struct client c;

	c = (struct client){ 0 };
	c.listener.presented = on_presented;
	c.listener.arg = &c;
	if (loop_new(&c.loop) < 0 || headless_new(c.loop, WIDTH, HEIGHT, 1000000, &c.output) < 0)
		return -1;
	output_add_listener(c.output, &c.listener);
	*state = &c;
	return 0;
}

static int teardown(void **state)
{
	struct client *c = *state;

	output_free(c->output);
	loop_free(c->loop);
	return 0;
}

/* A picture in which all bytes are @value, with a stride of its own. */
static struct picture filled(uint8_t value)
{
	static uint8_t bytes[256][HEIGHT * (4 * WIDTH + 12)];

	memset(bytes[value], value, sizeof(bytes[value]));
	return (struct picture){ bytes[value], WIDTH, HEIGHT, 4 * WIDTH + 12 };
}

static void pass_until_presented(struct client *c, unsigned calls)
{
	uint64_t deadline = clock_now() + 2000 * MS;

	while (c->calls < calls && clock_now() < deadline)
		loop_pass(c->loop, deadline);
	assert_int_equal(c->calls, calls);
}

static void show(struct client *c, const struct picture *p, const struct rect *damage, size_t n)
{
	assert_return_code(output_present(c->output, p, damage, n), 0);
	pass_until_presented(c, c->calls + 1);
}

/* The pixels within @r have bytes @inside, the others @outside. */
static void assert_lit(struct client *c, uint8_t outside, struct rect r, uint8_t inside)
{
	struct picture lit = output_picture(c->output);

	assert_int_equal(lit.width, WIDTH);
	assert_int_equal(lit.height, HEIGHT);
	for (int y = 0; y < HEIGHT; y++) {
		for (int x = 0; x < WIDTH; x++) {
			const uint8_t *pixel = lit.data + (size_t)y * lit.stride + 4 * (size_t)x;
			int in = x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height;

			for (int i = 0; i < 4; i++)
				assert_int_equal(pixel[i], in ? inside : outside);
		}
	}
}

static const struct rect nothing = { 0, 0, 0, 0 }, all = { 0, 0, WIDTH, HEIGHT };

static void a_new_output_is_dark_and_has_shown_nothing(void **state)
{
	struct client *c = *state;

	assert_lit(c, 0, nothing, 0);
	assert_int_equal(output_frames(c->output), 0);
	assert_int_equal(output_width(c->output), WIDTH);
	assert_int_equal(output_height(c->output), HEIGHT);
	assert_int_equal(output_refresh_mhz(c->output), 1000000);
}

static void bad_sizes_and_rates_are_refused(void **state)
{
	static const struct {
		uint32_t width, height, refresh_mhz;
	} bad[] = { { 0, 5, 60000 }, { 5, 0, 60000 }, { 5, 5, 0 }, { PICTURE_SIDE_MAX + 1, 1, 1 },
		{ 1, UINT32_MAX, 60000 }, { 0x40000001, 1, 60000 } };
	struct client *c = *state;
	struct output *o = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(
			headless_new(c->loop, bad[i].width, bad[i].height, bad[i].refresh_mhz, &o),
			-EINVAL);
		assert_null(o);
	}
}

static void no_damage_means_everything(void **state)
{
	struct client *c = *state;
	struct picture p = filled(7);

	show(c, &p, NULL, 0);
	assert_lit(c, 0, all, 7);
}

static void only_what_was_damaged_is_copied(void **state)
{
	static const struct rect r = { 2, 1, 3, 2 };
	struct client *c = *state;
	struct picture p = filled(7);

	show(c, &p, &r, 1);
	assert_lit(c, 0, r, 7);
}

static void damage_is_clipped_to_the_picture(void **state)
{
	static const struct {
		struct rect damage, copied;
	} cases[] = {
		{ { -3, -3, 5, 5 }, { 0, 0, 2, 2 } },
		{ { 5, 3, 100, 100 }, { 5, 3, 2, 2 } },
		{ { -1, -1, INT32_MAX, INT32_MAX }, { 0, 0, WIDTH, HEIGHT } },
		{ { INT32_MIN, 0, INT32_MAX, 1 }, { 0, 0, 0, 0 } },
		{ { 1, 1, INT32_MAX, 1 }, { 1, 1, WIDTH - 1, 1 } },
		{ { INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX }, { 0, 0, 0, 0 } },
		{ { INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN }, { 0, 0, 0, 0 } },
		{ { 3, 3, -2, -2 }, { 0, 0, 0, 0 } },
		{ { 3, 3, 0, 1 }, { 0, 0, 0, 0 } },
		{ { WIDTH, 0, 1, 1 }, { 0, 0, 0, 0 } },
		{ { 0, HEIGHT, 1, 1 }, { 0, 0, 0, 0 } },
		{ { WIDTH - 1, HEIGHT - 1, 1, 1 }, { WIDTH - 1, HEIGHT - 1, 1, 1 } },
	};
	struct client *c = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct picture dark = filled(0), p = filled(9);

		show(c, &dark, NULL, 0);
		show(c, &p, &cases[i].damage, 1);
		assert_lit(c, 0, cases[i].copied, 9);
	}
}

static void several_rectangles_are_all_copied(void **state)
{
	static const struct rect rows[] = { { 0, 0, WIDTH, 2 }, { -5, -5, 1, 1 },
		{ 0, 2, WIDTH, 1 } };
	static const struct rect both = { 0, 0, WIDTH, 3 };
	struct client *c = *state;
	struct picture p = filled(7);

	show(c, &p, rows, ARRAY_SIZE(rows));
	assert_lit(c, 0, both, 7);
}

static void very_many_rectangles_are_cheap(void **state)
{
	enum { MANY = 1000000 };
	struct client *c = *state;
	struct picture p = filled(7);
	struct rect *damage = malloc(MANY * sizeof(*damage));
	uint64_t start;

	assert_non_null(damage);
	for (size_t i = 0; i < MANY; i++)
		damage[i] = all;
	start = clock_now();
	show(c, &p, damage, MANY);
	assert_true(clock_now() - start < 50 * MS);
	assert_lit(c, 0, all, 7);
	free(damage);
}

static void a_smaller_picture_covers_a_part(void **state)
{
	static const struct rect beyond = { 0, 0, 100, 100 }, covered = { 0, 0, 3, 2 };
	struct client *c = *state;
	struct picture p = filled(7);

	p.width = covered.width;
	p.height = covered.height;
	show(c, &p, &beyond, 1);
	assert_lit(c, 0, covered, 7);
}

static void a_larger_picture_is_cut(void **state)
{
	enum { SIDE = 50 };
	static uint8_t bytes[SIDE * SIDE * 4];
	struct picture p = { bytes, SIDE, SIDE, 4 * SIDE };
	static const struct rect beyond = { 4, 4, SIDE, SIDE },
				 shown = { 4, 4, WIDTH - 4, HEIGHT - 4 };
	struct client *c = *state;

	memset(bytes, 7, sizeof(bytes));
	show(c, &p, &beyond, 1);
	assert_lit(c, 0, shown, 7);
	show(c, &p, NULL, 0);
	assert_lit(c, 0, all, 7);
}

static void what_is_no_picture_is_refused(void **state)
{
	struct client *c = *state;
	struct picture good = filled(7), bad[] = { good, good, good, good, good, good };

	bad[0].data = NULL;
	bad[1].width = 0;
	bad[2].height = 0;
	bad[3].stride = 4 * WIDTH - 1;
	bad[4].width = 0x40000000; /* four times that is 0 */
	bad[5].height = PICTURE_SIDE_MAX + 1;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(output_present(c->output, &bad[i], NULL, 0), -EINVAL);
	assert_lit(c, 0, nothing, 0);
	/* Nor does that leave anything pending. */
	show(c, &good, NULL, 0);
	assert_int_equal(c->seq, 1);
}

static void one_frame_is_pending_at_a_time(void **state)
{
	struct client *c = *state;
	struct picture one = filled(1), two = filled(2);

	assert_return_code(output_present(c->output, &one, NULL, 0), 0);
	assert_int_equal(c->calls, 0);
	assert_int_equal(output_frames(c->output), 0);
	assert_int_equal(output_present(c->output, &two, NULL, 0), -EBUSY);
	assert_lit(c, 0, all, 1);
	pass_until_presented(c, 1);
	assert_int_equal(c->seq, 1);
	assert_int_equal(output_frames(c->output), 1);
	show(c, &two, NULL, 0);
	assert_int_equal(c->seq, 2);
	assert_lit(c, 0, all, 2);
}

static void vsyncs_lie_on_a_grid(void **state)
{
	struct client *c = *state;
	struct picture p = filled(1);
	uint64_t period = 1000000000000 / 143000, first = 0, last = 0;
	struct output *o;

	assert_return_code(headless_new(c->loop, WIDTH, HEIGHT, 143000, &o), 0);
	output_free(c->output);
	c->output = o;
	output_add_listener(o, &c->listener);
	for (unsigned i = 0; i < 10; i++) {
		uint64_t start = clock_now();

		show(c, &p, NULL, 0);
		assert_true(c->when > start);
		assert_true(c->when <= start + period);
		assert_true(clock_now() >= c->when);
		if (i == 0)
			first = c->when;
		else
			assert_true(c->when > last);
		assert_int_equal((c->when - first) % period, 0);
		last = c->when;
		/* Not in step with the grid. */
		if (i % 2)
			loop_pass(c->loop, clock_now() + i * MS);
	}
	assert_int_equal(c->seq, 10);
}

static void an_idle_output_does_not_wake_the_loop(void **state)
{
	struct client *c = *state;
	struct picture p = filled(1);
	struct loop_stats before, after;

	show(c, &p, NULL, 0);
	loop_get_stats(c->loop, &before);
	assert_int_equal(before.timers_armed, 0);
	loop_pass(c->loop, clock_now() + 20 * MS);
	loop_get_stats(c->loop, &after);
	assert_int_equal(after.wakeups, before.wakeups + 1);
	assert_int_equal(c->calls, 1);
}

static void a_listener_may_present_the_next_frame(void **state)
{
	struct client *c = *state, other;
	struct picture p = filled(1);

	listen_as(c, &other);
	c->again = &p;
	assert_return_code(output_present(c->output, &p, NULL, 0), 0);
	pass_until_presented(c, 3);
	assert_return_code(c->again_result, 0);
	assert_int_equal(c->seq, 3);
	assert_int_equal(other.calls, 3);
	assert_int_equal(other.seq, 3);
	output_remove_listener(&other.listener);
}

static void listeners_may_go_and_come_while_they_are_told(void **state)
{
	struct client *c = *state, second, third, newcomer;
	struct picture p = filled(1);

	listen_as(c, &second);
	listen_as(c, &third);
	listen_as(c, &newcomer);
	output_remove_listener(&newcomer.listener);
	output_remove_listener(&newcomer.listener);
	second.victims[0] = &second.listener;
	second.victims[1] = &third.listener;
	second.newcomer = &newcomer.listener;
	show(c, &p, NULL, 0);
	assert_int_equal(second.calls, 1);
	assert_int_equal(third.calls, 0);
	assert_int_equal(newcomer.calls, 0);
	show(c, &p, NULL, 0);
	assert_int_equal(second.calls, 1);
	assert_int_equal(third.calls, 0);
	assert_int_equal(newcomer.calls, 1);
	output_remove_listener(&newcomer.listener);
}

static void a_listener_may_free_the_output(void **state)
{
	struct client *c = *state, second;
	struct picture p = filled(1);

	listen_as(c, &second);
	c->free_output = true;
	assert_return_code(output_present(c->output, &p, NULL, 0), 0);
	pass_until_presented(c, 1);
	assert_null(c->output);
	assert_int_equal(second.calls, 0);
	/* Taken off, so that this touches nothing that is gone. */
	output_remove_listener(&second.listener);
	output_remove_listener(&c->listener);
}

static void an_output_may_be_freed_while_a_frame_is_pending(void **state)
{
	struct client *c = *state;
	struct picture p = filled(1);

	assert_return_code(output_present(c->output, &p, NULL, 0), 0);
	output_free(c->output);
	c->output = NULL;
	loop_pass(c->loop, clock_now() + 5 * MS);
	assert_int_equal(c->calls, 0);
	output_free(NULL);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_output_is_dark_and_has_shown_nothing),
		TEST(bad_sizes_and_rates_are_refused),
		TEST(no_damage_means_everything),
		TEST(only_what_was_damaged_is_copied),
		TEST(damage_is_clipped_to_the_picture),
		TEST(several_rectangles_are_all_copied),
		TEST(very_many_rectangles_are_cheap),
		TEST(a_smaller_picture_covers_a_part),
		TEST(a_larger_picture_is_cut),
		TEST(what_is_no_picture_is_refused),
		TEST(one_frame_is_pending_at_a_time),
		TEST(vsyncs_lie_on_a_grid),
		TEST(an_idle_output_does_not_wake_the_loop),
		TEST(a_listener_may_present_the_next_frame),
		TEST(listeners_may_go_and_come_while_they_are_told),
		TEST(a_listener_may_free_the_output),
		TEST(an_output_may_be_freed_while_a_frame_is_pending),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
