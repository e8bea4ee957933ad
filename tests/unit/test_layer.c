/* Layers: when a frame of one is taken, drawn, lit, and let go of, and when nothing happens. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <limits.h>

#include "panel.h"

#define WIDTH 40
#define HEIGHT 30

struct desk {
	struct device *device;
	struct panel *panel, *other;
	struct layer *layers[3];
	unsigned presented[3];
	uint64_t when;
	unsigned released;
	/* What .presented does. */
	unsigned free_mask; /* layers to be freed */
	bool show_again, clear, hide, unplug;
	struct output *move_to;
};

static unsigned index_of(struct desk *d, const struct layer *l)
{
	unsigned i = 0;

	while (d->layers[i] != l)
		assert_true(++i < ARRAY_SIZE(d->layers));
	return i;
}

static struct buffer *picture_of(struct desk *d, uint32_t width, uint32_t height, uint32_t pixel)
{
	struct buffer *b = plain_new(width, height, pixel);

	container_of(b, struct plain, buffer)->released = &d->released;
	return b;
}

static int show(struct desk *d, unsigned i, uint32_t pixel)
{
	return layer_show(d->layers[i], picture_of(d, WIDTH, HEIGHT, pixel), NULL, 0);
}

static void on_presented(struct layer *l, uint64_t when, void *arg)
{
	struct desk *d = arg;
	unsigned i = index_of(d, l);

	d->presented[i]++;
	d->when = when;
	assert_false(layer_pending(l));
	if (d->show_again)
		assert_int_equal(show(d, i, 0xff000000 + d->presented[i]), 0);
	if (d->clear)
		layer_clear(l);
	if (d->hide)
		layer_set_visible(l, false);
	if (d->move_to)
		layer_move_to(l, d->move_to);
	if (d->unplug)
		presenter_unplugged(&d->panel->output);
	for (unsigned n = 0; n < ARRAY_SIZE(d->layers); n++) {
		if (!(d->free_mask & (1u << n)))
			continue;
		layer_free(d->layers[n]);
		d->layers[n] = NULL;
	}
	d->free_mask = 0;
}

static const struct layer_ops layer_ops = { .presented = on_presented };

/* Two panels that are lit and black, and a layer that fills the first one. */
static int setup(void **state)
{
	static struct desk d;

	d = (struct desk){ .device = device_new() };
	d.panel = device_panel(d.device, "panel");
	d.other = device_panel(d.device, "other");
	panel_plug(d.panel, WIDTH, HEIGHT);
	panel_plug(d.other, WIDTH, HEIGHT);
	panel_settle(d.device, d.panel);
	d.layers[0] = fill_new(&d.panel->output, &layer_ops, &d);
	*state = &d;
	return 0;
}

static int teardown(void **state)
{
	struct desk *d = *state;

	for (unsigned i = 0; i < ARRAY_SIZE(d->layers); i++)
		layer_free(d->layers[i]);
	screen_free(&d->device->screen);
	return 0;
}

static unsigned settle(struct desk *d)
{
	return panel_settle(d->device, d->panel);
}

/* The first @n layers fill the panel, are opaque, and lit as far as they are seen. */
static void add_layers(struct desk *d, unsigned n)
{
	for (unsigned i = 1; i < n; i++)
		d->layers[i] = fill_new(&d->panel->output, &layer_ops, d);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(show(d, i, 0xff101010 * (i + 1)), 0);
	settle(d);
}

/* Nothing is committed, no timer runs, and the loop sleeps. */
static void assert_quiet(struct desk *d)
{
	struct loop_stats before, after;
	unsigned commits;

	device_turn(d->device);
	commits = d->panel->commits;
	loop_get_stats(d->device->loop, &before);
	assert_int_equal(before.timers_armed, 0);
	loop_pass(d->device->loop, clock_now() + 20 * NSEC_PER_MSEC);
	loop_get_stats(d->device->loop, &after);
	assert_int_equal(after.wakeups, before.wakeups + 1);
	assert_int_equal(d->panel->commits, commits);
	assert_false(d->panel->in_flight);
}

static uint32_t lit(struct desk *d, uint32_t x, uint32_t y)
{
	struct picture p;
	uint32_t pixel;

	assert_int_equal(output_read(&d->panel->output, &p), 0);
	pixel = ((const uint32_t *)p.data)[y * (size_t)(p.stride / 4) + x];
	picture_free(&p);
	return pixel;
}

static void one_frame_of_a_layer_is_on_its_way_at_a_time(void **state)
{
	struct desk *d = *state;
	uint64_t frames = output_frames(&d->panel->output), before = clock_now();

	assert_false(layer_pending(d->layers[0]));
	assert_int_equal(show(d, 0, 0xff112233), 0);
	assert_int_equal(show(d, 0, 0xff445566), -EBUSY);
	assert_int_equal(d->released, 1);
	device_turn(d->device);
	assert_true(d->panel->in_flight);
	assert_true(layer_pending(d->layers[0]));
	assert_int_equal(show(d, 0, 0xff445566), -EBUSY);
	assert_int_equal(d->presented[0], 0);
	panel_flip(d->panel);
	assert_int_equal(d->presented[0], 1);
	assert_true(d->when >= before && d->when <= clock_now());
	assert_false(layer_pending(d->layers[0]));
	assert_int_equal(layer_frames(d->layers[0]), 1);
	assert_int_equal(output_frames(&d->panel->output), frames + 1);
	assert_int_equal(lit(d, 3, 4), 0xff112233);
}

static void what_is_no_picture_is_refused(void **state)
{
	struct desk *d = *state;
	static const struct {
		uint32_t width, height, stride;
		size_t offset; /* of .data */
	} bad[] = { { 0, 5, 160, 0 }, { 5, 0, 160, 0 }, { 5, 5, 19, 0 }, { 5, 5, 22, 0 },
		{ 0x40000000, 1, 160, 0 }, { 1, PICTURE_SIDE_MAX + 1, 160, 0 },
		{ 5, 5, 0xfffffffc, 0 }, { 5, 5, 160, 1 } };

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		struct buffer *b = picture_of(d, WIDTH, HEIGHT, 0);
		uint8_t *pixels = (uint8_t *)b->picture.data;

		b->picture = (struct picture){ pixels + bad[i].offset, bad[i].width, bad[i].height,
			bad[i].stride };
		buffer_ref(b);
		assert_int_equal(layer_show(d->layers[0], b, NULL, 0), -EINVAL);
		assert_int_equal(b->refs, 1);
		b->picture.data = pixels;
		buffer_unref(b);
	}
	/* Not in memory, and no way to get it there. */
	assert_int_equal(layer_show(d->layers[0], ({
		struct buffer *b = picture_of(d, 4, 4, 0);
		picture_free(&b->picture);
		b;
	}),
				 NULL, 0),
		-EINVAL);
	assert_int_equal(d->released, ARRAY_SIZE(bad) + 1);
	assert_quiet(*state);
	/* Nor does that leave anything pending. */
	assert_int_equal(show(d, 0, 0xff000001), 0);
}

static void a_static_picture_takes_no_frames_and_no_timers(void **state)
{
	struct desk *d = *state;

	assert_int_equal(show(d, 0, 0xff112233), 0);
	assert_int_equal(settle(d), 1);
	assert_quiet(d);
	/* Nor does what changes nothing. */
	layer_set_visible(d->layers[0], true);
	layer_place(d->layers[0], &(struct rect){ 0, 0, WIDTH, HEIGHT });
	layer_set_z(d->layers[0], 0);
	assert_quiet(d);
}

static void a_covered_layer_waits_and_costs_nothing(void **state)
{
	struct desk *d = *state;

	add_layers(d, 2);
	/* The lower one never had a chance. */
	assert_int_equal(d->presented[0], 0);
	assert_int_equal(d->presented[1], 1);
	assert_true(layer_pending(d->layers[0]));
	assert_quiet(d);
	/* Moves of what is covered are not seen either. */
	layer_place(d->layers[0], &(struct rect){ 5, 5, 10, 10 });
	device_turn(d->device);
	assert_quiet(d);
	layer_place(d->layers[0], &(struct rect){ 0, 0, WIDTH, HEIGHT });
	layer_raise(d->layers[0]);
	device_turn(d->device);
	panel_flip(d->panel);
	assert_int_equal(d->presented[0], 1);
	assert_int_equal(lit(d, 0, 0), 0xff101010);
}

static void a_hidden_layer_waits_and_is_there_with_the_next_flip(void **state)
{
	struct desk *d = *state;

	layer_set_visible(d->layers[0], false);
	assert_int_equal(show(d, 0, 0xff112233), 0);
	assert_quiet(d);
	assert_true(layer_pending(d->layers[0]));
	layer_set_visible(d->layers[0], true);
	device_turn(d->device);
	panel_flip(d->panel);
	assert_int_equal(d->presented[0], 1);
	assert_int_equal(lit(d, 0, 0), 0xff112233);
	layer_set_visible(d->layers[0], false);
	assert_int_equal(settle(d), 1);
	assert_int_equal(lit(d, 0, 0), 0xff000000);
}

static void nothing_is_shown_beyond_a_dark_output_until_it_wakes(void **state)
{
	struct desk *d = *state;

	assert_int_equal(output_sleep(&d->panel->output), 0);
	device_turn(d->device);
	assert_int_equal(show(d, 0, 0xff112233), 0);
	assert_quiet(d);
	assert_int_equal(output_wake(&d->panel->output), 0);
	assert_int_equal(settle(d), 1);
	assert_int_equal(d->presented[0], 1);
	assert_int_equal(lit(d, 0, 0), 0xff112233);
}

static void only_what_was_damaged_is_drawn(void **state)
{
	static const struct rect one = { 1, 2, 10, 4 }, two = { 20, 20, 3, 3 };
	struct desk *d = *state;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(show(d, 0, 0xff112233), 0);
		settle(d);
	}
	assert_int_equal(layer_show(d->layers[0], picture_of(d, WIDTH, HEIGHT, 0), &one, 1), 0);
	settle(d);
	/* The other target of the two lacks the frame before as well, which was all. */
	assert_int_equal(d->panel->drawn, WIDTH * HEIGHT);
	assert_int_equal(layer_show(d->layers[0], picture_of(d, WIDTH, HEIGHT, 0), &one, 1), 0);
	settle(d);
	assert_int_equal(d->panel->drawn, 40);
	assert_int_equal(layer_show(d->layers[0], picture_of(d, WIDTH, HEIGHT, 0), &two, 1), 0);
	settle(d);
	assert_int_equal(d->panel->drawn, 40 + 9);
	/* Damage out of the picture: a frame all the same, so that its maker goes on. */
	assert_int_equal(layer_show(d->layers[0], picture_of(d, WIDTH, HEIGHT, 0),
				 &(struct rect){ 1000, 0, 1, 1 }, 1),
		0);
	assert_int_equal(settle(d), 1);
	assert_int_equal(d->panel->drawn, 9);
}

static void what_is_under_an_opaque_layer_is_not_drawn(void **state)
{
	struct desk *d = *state;

	add_layers(d, 1);
	d->layers[1] = fill_new(&d->panel->output, &layer_ops, d);
	layer_place(d->layers[1], &(struct rect){ 0, 0, WIDTH, HEIGHT / 2 });
	for (int i = 0; i < 3; i++) {
		assert_int_equal(show(d, 1, 0xff445566), 0);
		settle(d);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(show(d, 0, 0xff112233), 0);
		settle(d);
	}
	assert_int_equal(show(d, 0, 0xff112233), 0);
	settle(d);
	assert_int_equal(d->panel->drawn, WIDTH * HEIGHT / 2);
	assert_int_equal(d->panel->extents.y1, HEIGHT / 2);
}

static void very_many_rectangles_are_cheap(void **state)
{
	enum { MANY = 1000000 };
	struct desk *d = *state;
	struct rect *damage = calloc(MANY, sizeof(*damage));
	uint64_t start = clock_now();

	assert_non_null(damage);
	assert_int_equal(show(d, 0, 0xff112233), 0);
	settle(d);
	assert_int_equal(
		layer_show(d->layers[0], picture_of(d, WIDTH, HEIGHT, 7), damage, MANY), 0);
	settle(d);
	assert_true(clock_now() - start < 100 * NSEC_PER_MSEC);
	assert_int_equal(d->panel->drawn, WIDTH * HEIGHT);
	free(damage);
}

static void all_of_one_turn_becomes_one_frame(void **state)
{
	struct desk *d = *state;
	unsigned commits;

	add_layers(d, 3);
	commits = d->panel->commits;
	layer_place(d->layers[2], &(struct rect){ 10, 10, 5, 5 });
	layer_set_z(d->layers[0], 1);
	assert_int_equal(show(d, 2, 0xff000001), 0);
	layer_set_visible(d->layers[1], false);
	layer_raise(d->layers[2]);
	device_turn(d->device);
	panel_flip(d->panel);
	assert_int_equal(d->panel->commits, commits + 1);
}

/* At a real rate, where half a frame is long. */
static void layers_that_move_together_are_lit_together(void **state)
{
	static const struct mode mode = { WIDTH, HEIGHT, 10000, true };
	const struct output_info info = { .modes = &mode, .n_modes = 1 };
	struct desk *d = *state;
	unsigned commits;
	uint64_t start;

	assert_int_equal(presenter_plugged(&d->panel->output, &info), 0);
	d->layers[1] = fill_new(&d->panel->output, &layer_ops, d);
	layer_place(d->layers[1], &(struct rect){ 0, 0, 10, 10 });
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(show(d, i, 0xff000001), 0);
	device_turn(d->device);
	panel_flip(d->panel);
	commits = d->panel->commits;
	for (int n = 0; n < 5; n++) {
		assert_int_equal(show(d, n % 2, 0xff000001), 0);
		device_turn(d->device);
		device_turn(d->device);
		assert_false(d->panel->in_flight);
		assert_int_equal(show(d, 1 - n % 2, 0xff000001), 0);
		device_turn(d->device);
		panel_flip(d->panel);
	}
	assert_int_equal(d->panel->commits, commits + 5);
	assert_int_equal(d->presented[0], 6);
	assert_int_equal(d->presented[1], 6);
	/* One that has stopped is waited for once, for half a frame. */
	for (int n = 0; n < 2; n++) {
		start = clock_now();
		assert_int_equal(show(d, 0, 0xff000002), 0);
		while (!d->panel->in_flight)
			loop_pass(d->device->loop, LOOP_NEVER);
		if (n == 0)
			assert_true(clock_now() - start > 30 * NSEC_PER_MSEC);
		loop_pass(d->device->loop, clock_now() + 60 * NSEC_PER_MSEC);
		panel_flip(d->panel);
	}
	assert_int_equal(d->presented[0], 8);
}

static void a_buffer_is_held_until_the_next_one_takes_its_place(void **state)
{
	struct desk *d = *state;

	assert_int_equal(show(d, 0, 0xff000001), 0);
	settle(d);
	assert_int_equal(d->released, 0);
	assert_int_equal(show(d, 0, 0xff000002), 0);
	assert_int_equal(d->released, 0);
	device_turn(d->device);
	assert_int_equal(d->released, 1);
	layer_clear(d->layers[0]);
	assert_int_equal(d->released, 2);
	panel_flip(d->panel);
	assert_int_equal(d->presented[0], 1);
	assert_int_equal(settle(d), 1);
	assert_int_equal(lit(d, 0, 0), 0xff000000);
	assert_int_equal(show(d, 0, 0xff000003), 0);
	layer_free(take_ptr(d->layers[0]));
	assert_int_equal(d->released, 3);
}

static void a_layer_may_be_freed_when_it_is_told(void **state)
{
	struct desk *d = *state;

	add_layers(d, 1);
	d->layers[1] = fill_new(&d->panel->output, &layer_ops, d);
	d->layers[2] = fill_new(&d->panel->output, &layer_ops, d);
	for (unsigned i = 1; i < 3; i++)
		layer_place(d->layers[i], &(struct rect){ (int32_t)i * 10, 0, 5, 5 });
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(show(d, i, 0xff000001), 0);
	/* Whoever is the first of the three frees all, itself too. */
	memset(d->presented, 0, sizeof(d->presented));
	d->free_mask = 7;
	assert_int_equal(settle(d), 2);
	assert_int_equal(d->presented[0] + d->presented[1] + d->presented[2], 1);
	assert_int_equal(lit(d, 12, 2), 0xff000000);
}

static void a_layer_may_show_hide_clear_or_leave_when_it_is_told(void **state)
{
	struct desk *d = *state;
	uint64_t frames;

	d->show_again = true;
	assert_int_equal(show(d, 0, 0xff000000), 0);
	for (unsigned i = 1; i <= 3; i++) {
		loop_pass(d->device->loop, clock_now() + 2 * NSEC_PER_MSEC);
		panel_flip(d->panel);
		assert_int_equal(d->presented[0], i);
	}
	d->hide = true;
	loop_pass(d->device->loop, clock_now() + 2 * NSEC_PER_MSEC);
	panel_flip(d->panel);
	assert_int_equal(d->presented[0], 4);
	assert_int_equal(settle(d), 1);
	assert_true(layer_pending(d->layers[0]));
	d->hide = d->show_again = false;
	d->clear = true;
	layer_set_visible(d->layers[0], true);
	assert_int_equal(settle(d), 2);
	assert_int_equal(d->presented[0], 5);
	d->clear = false;
	d->move_to = &d->other->output;
	assert_int_equal(show(d, 0, 0xff000007), 0);
	frames = output_frames(&d->other->output);
	assert_int_equal(settle(d), 2);
	assert_int_equal(d->presented[0], 6);
	/* What it shows is there as well, and is told of no second time. */
	assert_int_equal(output_frames(&d->other->output), frames + 1);
}

static void an_output_may_be_unplugged_when_a_layer_is_told(void **state)
{
	struct desk *d = *state;
	unsigned told;

	add_layers(d, 1);
	d->layers[1] = fill_new(&d->panel->output, &layer_ops, d);
	layer_place(d->layers[1], &(struct rect){ 0, 0, 5, 5 });
	d->unplug = true;
	assert_int_equal(show(d, 0, 0xff000001), 0);
	assert_int_equal(show(d, 1, 0xff000002), 0);
	memset(d->presented, 0, sizeof(d->presented));
	settle(d);
	assert_int_equal(output_state(&d->panel->output), OUTPUT_ABSENT);
	told = d->presented[0] + d->presented[1];
	assert_int_equal(told, 1);
	/* The other one waits, and is told when it is lit indeed. */
	d->unplug = false;
	panel_plug(d->panel, WIDTH, HEIGHT);
	settle(d);
	assert_int_equal(d->presented[0] + d->presented[1], 2);
	assert_int_equal(lit(d, 0, 0), 0xff000002);
	assert_int_equal(lit(d, 9, 9), 0xff000001);
}

static void a_frame_in_flight_goes_along_to_another_output(void **state)
{
	struct desk *d = *state;

	assert_int_equal(show(d, 0, 0xff112233), 0);
	device_turn(d->device);
	assert_true(d->panel->in_flight);
	layer_move_to(d->layers[0], &d->other->output);
	assert_ptr_equal(layer_output(d->layers[0]), &d->other->output);
	assert_true(layer_pending(d->layers[0]));
	panel_flip(d->panel);
	assert_int_equal(d->presented[0], 0);
	assert_int_equal(settle(d), 1);
	assert_int_equal(lit(d, 0, 0), 0xff000000);
	assert_int_equal(d->presented[0], 1);
	assert_int_equal(d->released, 0);
}

static void bands_come_before_z_and_z_before_raising(void **state)
{
	struct desk *d = *state;
	struct output *o = &d->panel->output;

	layer_free(take_ptr(d->layers[0]));
	assert_int_equal(layer_new(o, LAYER_OVERLAYS, NULL, NULL, &d->layers[0]), 0);
	assert_int_equal(layer_new(o, LAYER_SPLASH, NULL, NULL, &d->layers[1]), 0);
	assert_int_equal(layer_new(o, LAYER_WINDOWS, NULL, NULL, &d->layers[2]), 0);
	layer_set_z(d->layers[1], INT_MAX);
	layer_set_z(d->layers[0], INT_MIN);
	for (unsigned i = 0; i < 3; i++) {
		layer_place(d->layers[i], &(struct rect){ 0, 0, WIDTH, HEIGHT });
		layer_set_visible(d->layers[i], true);
		layer_raise(d->layers[2 - i]);
		assert_int_equal(show(d, i, 0xff000000 + i), 0);
	}
	settle(d);
	assert_int_equal(lit(d, 0, 0), 0xff000000);
	layer_set_visible(d->layers[0], false);
	settle(d);
	assert_int_equal(lit(d, 0, 0), 0xff000002);
}

static void a_point_is_in_the_topmost_window_that_is_there(void **state)
{
	struct desk *d = *state;
	struct output *o = &d->panel->output;
	struct layer *cursor;

	assert_null(layer_at(o, 1, 1));
	add_layers(d, 2);
	layer_place(d->layers[1], &(struct rect){ 10, -5, 10, 10 });
	assert_ptr_equal(layer_at(o, 1, 1), d->layers[0]);
	assert_ptr_equal(layer_at(o, 10, 4), d->layers[1]);
	assert_ptr_equal(layer_at(o, 19, 0), d->layers[1]);
	assert_ptr_equal(layer_at(o, 20, 0), d->layers[0]);
	assert_ptr_equal(layer_at(o, 10, 5), d->layers[0]);
	assert_null(layer_at(o, WIDTH, 0));
	assert_null(layer_at(o, -1, 0));
	assert_null(layer_at(o, INT32_MIN, INT32_MAX));
	assert_int_equal(layer_new(o, LAYER_CURSOR, NULL, NULL, &cursor), 0);
	layer_place(cursor, &(struct rect){ 0, 0, 9, 9 });
	layer_set_visible(cursor, true);
	assert_int_equal(layer_show(cursor, picture_of(d, 9, 9, 0), NULL, 0), 0);
	assert_ptr_equal(layer_at(o, 1, 1), d->layers[0]);
	layer_set_visible(d->layers[1], false);
	assert_ptr_equal(layer_at(o, 10, 4), d->layers[0]);
	layer_free(cursor);
}

static void a_rectangle_may_lie_anywhere(void **state)
{
	static const struct rect anywhere[] = {
		{ INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX },
		{ INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX },
		{ INT32_MAX, 0, INT32_MIN, INT32_MIN },
		{ -20, -20, INT32_MAX, INT32_MAX },
		{ 0, 0, -1, -1 },
	};
	struct desk *d = *state;

	for (size_t i = 0; i < ARRAY_SIZE(anywhere); i++) {
		layer_place(d->layers[0], &anywhere[i]);
		if (!layer_pending(d->layers[0]))
			assert_int_equal(show(d, 0, 0xff112233), 0);
		settle(d);
		assert_int_equal(lit(d, 0, 0), i == 3 ? 0xff112233 : 0xff000000);
		assert_int_equal(lit(d, 25, 25), 0xff000000);
		assert_quiet(d);
	}
}

static void the_picture_of_a_layer_is_what_is_lit_or_would_be(void **state)
{
	struct desk *d = *state;
	struct picture p;

	assert_int_equal(layer_picture(d->layers[0], &p), -ENODATA);
	layer_set_visible(d->layers[0], false);
	assert_int_equal(show(d, 0, 0xff000001), 0);
	assert_int_equal(layer_picture(d->layers[0], &p), 0);
	assert_int_equal(*(const uint32_t *)p.data, 0xff000001);
	layer_set_visible(d->layers[0], true);
	settle(d);
	assert_int_equal(show(d, 0, 0xff000002), 0);
	assert_int_equal(layer_picture(d->layers[0], &p), 0);
	assert_int_equal(*(const uint32_t *)p.data, 0xff000001);
	settle(d);
	assert_int_equal(layer_picture(d->layers[0], &p), 0);
	assert_int_equal(*(const uint32_t *)p.data, 0xff000002);
	assert_int_equal(p.width, WIDTH);
	/* A web process may make a frame as large as it likes. */
	assert_int_equal(
		layer_show(d->layers[0], picture_of(d, 9 * WIDTH, 9 * HEIGHT, 0xff000003), NULL, 0),
		0);
	settle(d);
	assert_int_equal(layer_picture(d->layers[0], &p), 0);
	assert_int_equal(p.width, WIDTH);
	assert_int_equal(p.height, HEIGHT);
	assert_int_equal(p.stride, 4 * 9 * WIDTH);
	layer_clear(d->layers[0]);
	assert_int_equal(layer_picture(d->layers[0], &p), -ENODATA);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_frame_of_a_layer_is_on_its_way_at_a_time),
		TEST(what_is_no_picture_is_refused),
		TEST(a_static_picture_takes_no_frames_and_no_timers),
		TEST(a_covered_layer_waits_and_costs_nothing),
		TEST(a_hidden_layer_waits_and_is_there_with_the_next_flip),
		TEST(nothing_is_shown_beyond_a_dark_output_until_it_wakes),
		TEST(only_what_was_damaged_is_drawn),
		TEST(what_is_under_an_opaque_layer_is_not_drawn),
		TEST(very_many_rectangles_are_cheap),
		TEST(all_of_one_turn_becomes_one_frame),
		TEST(layers_that_move_together_are_lit_together),
		TEST(a_buffer_is_held_until_the_next_one_takes_its_place),
		TEST(a_layer_may_be_freed_when_it_is_told),
		TEST(a_layer_may_show_hide_clear_or_leave_when_it_is_told),
		TEST(an_output_may_be_unplugged_when_a_layer_is_told),
		TEST(a_frame_in_flight_goes_along_to_another_output),
		TEST(bands_come_before_z_and_z_before_raising),
		TEST(a_point_is_in_the_topmost_window_that_is_there),
		TEST(a_rectangle_may_lie_anywhere),
		TEST(the_picture_of_a_layer_is_what_is_lit_or_would_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
