/* Timers: order, re-arming, freeing from callbacks, fairness towards fds. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "loop/loop.h"

#define MS NSEC_PER_MSEC

struct shot {
	struct loop_timer *timer;
	uint64_t deadline;
	unsigned fired;
	uint64_t at;
	uint64_t again; /* the callback arms itself for this; 0: it does not */
	struct shot *victims[4]; /* the callback frees these, or disarms them */
	int disarm;
	struct shot *moved; /* the callback arms this for @move_to */
	uint64_t move_to;
};

static void on_shot(struct loop_timer *t, void *arg)
{
	struct shot *s = arg;

	assert_ptr_equal(t, s->timer);
	s->fired++;
	s->at = clock_now();
	if (s->again)
		loop_timer_arm(t, s->again);
	if (s->moved)
		loop_timer_arm(s->moved->timer, s->move_to);
	for (size_t i = 0; i < ARRAY_SIZE(s->victims); i++) {
		struct shot *v = s->victims[i];

		if (!v) {
			continue;
		} else if (s->disarm) {
			loop_timer_disarm(v->timer);
		} else {
			loop_timer_free(v->timer);
			v->timer = NULL;
		}
	}
}

static void shot_new(struct loop *l, struct shot *s)
{
	*s = (struct shot){ 0 };
	assert_return_code(loop_timer_new(l, "shot", on_shot, s, &s->timer), 0);
}

static unsigned armed(struct loop *l)
{
	struct loop_stats stats;

	loop_get_stats(l, &stats);
	return stats.timers_armed;
}

static int setup(void **state)
{
	return loop_new((struct loop **)state);
}

static int teardown(void **state)
{
	loop_free(*state);
	return 0;
}

static void a_new_timer_is_disarmed(void **state)
{
	struct shot s;

	shot_new(*state, &s);
	assert_int_equal(armed(*state), 0);
	loop_pass(*state, clock_now() + 5 * MS);
	assert_int_equal(s.fired, 0);
	loop_timer_disarm(s.timer);
	loop_timer_free(s.timer);
}

static void it_fires_once_and_not_before_its_deadline(void **state)
{
	uint64_t deadline = clock_now() + 15 * MS;
	struct shot s;

	shot_new(*state, &s);
	loop_timer_arm(s.timer, deadline);
	assert_int_equal(armed(*state), 1);
	loop_pass(*state, LOOP_NEVER);
	if (!s.fired)
		loop_pass(*state, LOOP_NEVER);
	assert_int_equal(s.fired, 1);
	assert_true(s.at >= deadline);
	assert_int_equal(armed(*state), 0);
	loop_pass(*state, clock_now() + 5 * MS);
	assert_int_equal(s.fired, 1);
	loop_timer_free(s.timer);
}

static void arming_again_moves_the_deadline(void **state)
{
	struct shot s;

	shot_new(*state, &s);
	loop_timer_arm(s.timer, 0);
	loop_timer_arm(s.timer, clock_now() + 1000000 * MS);
	assert_int_equal(armed(*state), 1);
	loop_pass(*state, 0);
	assert_int_equal(s.fired, 0);
	loop_timer_arm(s.timer, 1);
	loop_pass(*state, LOOP_NEVER);
	assert_int_equal(s.fired, 1);
	loop_timer_free(s.timer);
}

static void never_disarms(void **state)
{
	struct shot s;

	shot_new(*state, &s);
	loop_timer_arm(s.timer, 0);
	loop_timer_arm(s.timer, LOOP_NEVER);
	assert_int_equal(armed(*state), 0);
	loop_pass(*state, 0);
	assert_int_equal(s.fired, 0);
	loop_timer_free(s.timer);
}

static void a_deadline_in_the_far_future_can_be_slept_to(void **state)
{
	struct shot s;

	shot_new(*state, &s);
	loop_timer_arm(s.timer, LOOP_NEVER - 1);
	loop_pass(*state, clock_now() + 5 * MS);
	assert_int_equal(s.fired, 0);
	assert_int_equal(armed(*state), 1);
	loop_timer_free(s.timer);
	assert_int_equal(armed(*state), 0);
}

static void a_callback_may_free_its_own_timer(void **state)
{
	struct shot s;

	shot_new(*state, &s);
	s.victims[0] = &s;
	loop_timer_arm(s.timer, 0);
	loop_pass(*state, 0);
	assert_int_equal(s.fired, 1);
	assert_null(s.timer);
}

static void a_callback_may_arm_and_then_free_its_own_timer(void **state)
{
	struct shot s;

	shot_new(*state, &s);
	s.again = 1;
	s.victims[0] = &s;
	loop_timer_arm(s.timer, 0);
	loop_pass(*state, 0);
	loop_pass(*state, 0);
	assert_int_equal(s.fired, 1);
	assert_int_equal(armed(*state), 0);
}

static void a_callback_may_free_or_disarm_all_timers(void **state)
{
	for (int disarm = 0; disarm <= 1; disarm++) {
		for (size_t killer = 0; killer < 4; killer++) {
			struct shot shots[4];

			for (size_t i = 0; i < 4; i++) {
				shot_new(*state, &shots[i]);
				loop_timer_arm(shots[i].timer, i);
			}
			for (size_t i = 0; i < 4; i++)
				shots[killer].victims[i] = &shots[i];
			shots[killer].disarm = disarm;
			loop_pass(*state, 0);
			loop_pass(*state, 0);
			for (size_t i = 0; i < 4; i++) {
				assert_int_equal(shots[i].fired, i <= killer);
				loop_timer_free(shots[i].timer);
			}
			assert_int_equal(armed(*state), 0);
		}
	}
}

static void a_callback_may_put_off_another_that_is_due_too(void **state)
{
	struct shot a, b;

	shot_new(*state, &a);
	shot_new(*state, &b);
	a.moved = &b;
	a.move_to = clock_now() + 100000 * MS;
	loop_timer_arm(a.timer, 0);
	loop_timer_arm(b.timer, 0);
	loop_pass(*state, 0);
	assert_int_equal(a.fired, 1);
	assert_int_equal(b.fired, 0);
	assert_int_equal(armed(*state), 1);
	loop_timer_free(a.timer);
	loop_timer_free(b.timer);
}

static void on_readable(struct loop_fd *w, short revents, void *arg)
{
	(*(unsigned *)arg)++;
}

static void a_timer_that_is_always_due_starves_nobody(void **state)
{
	struct shot greedy, other;
	struct loop_fd *w;
	unsigned calls = 0;
	int p[2];

	assert_return_code(pipe(p), errno);
	assert_int_equal(write(p[1], "x", 1), 1);
	assert_return_code(loop_fd_new(*state, "pipe", p[0], POLLIN, on_readable, &calls, &w), 0);
	shot_new(*state, &greedy);
	shot_new(*state, &other);
	greedy.again = 1;
	loop_timer_arm(greedy.timer, 0);
	loop_timer_arm(other.timer, clock_now());
	for (unsigned pass = 1; pass <= 100; pass++) {
		loop_pass(*state, LOOP_NEVER);
		assert_int_equal(greedy.fired, pass);
		assert_int_equal(calls, pass);
		assert_int_equal(other.fired, 1);
	}
	loop_timer_free(greedy.timer);
	loop_timer_free(other.timer);
	loop_fd_free(w);
	close(p[0]);
	close(p[1]);
}

#define MANY 10000

static struct {
	size_t n;
	uint64_t last;
} firing;

static void on_ordered(struct loop_timer *t, void *arg)
{
	struct shot *s = arg;

	if (firing.n++ > 0)
		assert_true(s->deadline >= firing.last);
	firing.last = s->deadline;
	s->fired++;
}

static void ten_thousand_random_timers_fire_in_order(void **state)
{
	static struct shot shots[MANY];
	uint64_t now = clock_now(), seed = 1;
	size_t expected = 0;

	memset(&firing, 0, sizeof(firing));
	for (size_t i = 0; i < MANY; i++) {
		shots[i] = (struct shot){ 0 };
		assert_return_code(
			loop_timer_new(*state, "many", on_ordered, &shots[i], &shots[i].timer), 0);
	}
	/* Arming, moving, disarming and freeing, from everywhere in the heap. */
	for (size_t i = 0; i < 5 * MANY; i++) {
		struct shot *s;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		s = &shots[(seed >> 33) % MANY];
		if (!s->timer)
			continue;
		s->deadline = now - ((seed >> 20) & 0xfffff);
		switch ((seed >> 50) % 8) {
		case 0:
			s->deadline = 0;
			loop_timer_disarm(s->timer);
			break;
		case 1:
			s->deadline = 0;
			loop_timer_free(s->timer);
			s->timer = NULL;
			break;
		default:
			loop_timer_arm(s->timer, s->deadline);
		}
	}
	for (size_t i = 0; i < MANY; i++)
		expected += shots[i].deadline != 0;
	assert_true(expected > MANY / 4);
	assert_int_equal(armed(*state), expected);
	loop_pass(*state, 0);
	assert_int_equal(firing.n, expected);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(shots[i].fired, shots[i].deadline != 0);
		loop_timer_free(shots[i].timer);
	}
}

static void on_in_turn(struct loop_timer *t, void *arg)
{
	struct shot *s = arg;

	assert_int_equal(s->deadline, firing.n);
	firing.n++;
}

static void equal_deadlines_fire_in_the_order_of_arming(void **state)
{
	static struct shot shots[1000];

	memset(&firing, 0, sizeof(firing));
	for (size_t i = 0; i < ARRAY_SIZE(shots); i++) {
		struct shot *s = &shots[i];

		*s = (struct shot){ 0 };
		assert_return_code(loop_timer_new(*state, "turn", on_in_turn, s, &s->timer), 0);
		loop_timer_arm(s->timer, 5);
	}
	/* In another order than they were made in: 7 has no divisor in common with 1000. */
	for (size_t i = 0; i < ARRAY_SIZE(shots); i++) {
		struct shot *s = &shots[i * 7 % ARRAY_SIZE(shots)];

		s->deadline = i;
		loop_timer_arm(s->timer, 5);
	}
	loop_pass(*state, 0);
	assert_int_equal(firing.n, ARRAY_SIZE(shots));
	for (size_t i = 0; i < ARRAY_SIZE(shots); i++)
		loop_timer_free(shots[i].timer);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_timer_is_disarmed),
		TEST(it_fires_once_and_not_before_its_deadline),
		TEST(arming_again_moves_the_deadline),
		TEST(never_disarms),
		TEST(a_deadline_in_the_far_future_can_be_slept_to),
		TEST(a_callback_may_free_its_own_timer),
		TEST(a_callback_may_arm_and_then_free_its_own_timer),
		TEST(a_callback_may_free_or_disarm_all_timers),
		TEST(a_callback_may_put_off_another_that_is_due_too),
		TEST(a_timer_that_is_always_due_starves_nobody),
		TEST(ten_thousand_random_timers_fire_in_order),
		TEST(equal_deadlines_fire_in_the_order_of_arming),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
