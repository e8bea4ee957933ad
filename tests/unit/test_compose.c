/*
 * Composition: what a panel shows, pixel by pixel, against a reference that knows nothing
 * of damage, occlusion, targets or fast paths, after each of many random changes.
 */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>

#include "panel.h"
#include "screen/compose.h"

#define LAYERS 6
#define SEEDS 60
#define STEPS 120

static uint64_t rng;

static uint32_t random_number(void)
{
	rng = rng * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(rng >> 33);
}

static int32_t between(int32_t low, int32_t high)
{
	return low + (int32_t)(random_number() % (uint32_t)(high - low + 1));
}

static bool one_in(unsigned n)
{
	return random_number() % n == 0;
}

/* What the test knows of a layer. */
struct model {
	struct layer *layer; /* null: there is none */
	enum layer_band band;
	int z;
	unsigned raised; /* number of the raise */
	bool visible;
	struct rect rect;
	bool opaque;
	uint32_t width, height; /* of its picture; 0: none */
	uint32_t *pixels; /* owned */
};

struct world {
	struct device *device;
	struct panel *panel;
	struct model models[LAYERS];
	unsigned raises;
};

/* Premultiplied, as web processes paint; opaque buffers have any alpha. */
static uint32_t random_pixel(void)
{
	uint32_t a = one_in(3) ? 255 : random_number() % 256, p = a << 24;

	for (int shift = 0; shift < 24; shift += 8)
		p |= (random_number() % (a + 1)) << shift;
	return p;
}

static struct buffer *copy_of(const struct model *m)
{
	struct buffer *b = plain_new(m->width, m->height, 0);

	memcpy((void *)b->picture.data, m->pixels, 4 * (size_t)m->width * m->height);
	b->opaque = m->opaque;
	return b;
}

static void repaint(struct model *m, struct rect r)
{
	for (int32_t y = r.y; y < r.y + r.height; y++)
		for (int32_t x = r.x; x < r.x + r.width; x++)
			m->pixels[(size_t)y * m->width + (size_t)x] = random_pixel();
}

static void show_another(struct model *m)
{
	m->width = (uint32_t)between(1, 40);
	m->height = (uint32_t)between(1, 40);
	m->opaque = one_in(2);
	free(m->pixels);
	m->pixels = calloc((size_t)m->width * m->height, 4);
	repaint(m, (struct rect){ 0, 0, (int32_t)m->width, (int32_t)m->height });
	assert_int_equal(layer_show(m->layer, copy_of(m), NULL, 0), 0);
}

/* With rectangles among the damage that no sane painter sends. */
static void show_more(struct model *m)
{
	static const struct rect mad[] = {
		{ INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX },
		{ INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX },
		{ 5, 5, -3, INT32_MIN },
		{ -1, -1, INT32_MIN, 1 },
		{ INT32_MIN, 0, INT32_MIN, 5 },
	};
	struct rect damage[4];
	size_t n = 0;

	while (n < (size_t)between(1, 3)) {
		struct rect *r = &damage[n++];

		r->x = between(0, (int32_t)m->width - 1);
		r->y = between(0, (int32_t)m->height - 1);
		r->width = between(1, (int32_t)m->width - r->x);
		r->height = between(1, (int32_t)m->height - r->y);
		repaint(m, *r);
		if (one_in(4))
			r->width = INT32_MAX;
	}
	damage[n++] = mad[random_number() % ARRAY_SIZE(mad)];
	assert_int_equal(layer_show(m->layer, copy_of(m), damage, n), 0);
}

static void place(struct model *m)
{
	m->rect =
		(struct rect){ between(-15, 45), between(-15, 35), between(0, 50), between(0, 50) };
	layer_place(m->layer, &m->rect);
}

static void add_layer(struct world *w, struct model *m)
{
	*m = (struct model){ .band = (enum layer_band)between(0, 3), .raised = ++w->raises };
	assert_int_equal(layer_new(&w->panel->output, m->band, NULL, NULL, &m->layer), 0);
	place(m);
	m->visible = true;
	layer_set_visible(m->layer, true);
}

static void remove_layer(struct model *m)
{
	layer_free(m->layer);
	free(m->pixels);
	*m = (struct model){ 0 };
}

static void change_layer(struct world *w, struct model *m)
{
	switch (between(0, 9)) {
	case 0:
	case 1:
	case 2:
		if (m->width > 0 && !layer_pending(m->layer))
			show_more(m);
		break;
	case 3:
		if (!layer_pending(m->layer))
			show_another(m);
		break;
	case 4:
	case 5:
		place(m);
		break;
	case 6:
		m->visible = !m->visible;
		layer_set_visible(m->layer, m->visible);
		break;
	case 7:
		m->raised = ++w->raises;
		layer_raise(m->layer);
		break;
	case 8:
		if (one_in(3)) {
			m->width = 0;
			layer_clear(m->layer);
		} else if (one_in(3)) {
			remove_layer(m);
		}
		break;
	default: {
		int z = between(-1, 1);

		if (z != m->z)
			m->raised = ++w->raises;
		m->z = z;
		layer_set_z(m->layer, z);
	}
	}
}

static void change_output(struct world *w)
{
	struct output_config c = { .rotation = (enum rotation)between(0, 3) };

	assert_int_equal(output_configure(&w->panel->output, &c), 0);
	if (one_in(3)) {
		assert_int_equal(output_sleep(&w->panel->output), 0);
		assert_int_equal(output_wake(&w->panel->output), 0);
	}
}

static void change(struct world *w)
{
	for (int n = between(1, 4); n > 0; n--) {
		struct model *m = &w->models[random_number() % LAYERS];

		if (!m->layer)
			add_layer(w, m);
		change_layer(w, m);
	}
	if (one_in(15))
		change_output(w);
}

static uint32_t mul(uint32_t a, uint32_t b)
{
	uint32_t t = a * b + 128;

	return (t + (t >> 8)) >> 8;
}

static uint32_t over(uint32_t source, uint32_t below)
{
	uint32_t p = 0;

	for (int shift = 0; shift < 32; shift += 8) {
		uint32_t c = ((source >> shift) & 255) +
			     mul((below >> shift) & 255, 255 - (source >> 24));

		p |= (c > 255 ? 255 : c) << shift;
	}
	return p;
}

static bool is_below(const struct model *a, const struct model *b)
{
	if (a->band != b->band)
		return a->band < b->band;
	return a->z != b->z ? a->z < b->z : a->raised < b->raised;
}

static uint32_t add_model(const struct model *m, int32_t x, int32_t y, uint32_t below)
{
	int32_t px = x - m->rect.x, py = y - m->rect.y;
	uint32_t p;

	if (!m->layer || !m->visible || px < 0 || py < 0 || px >= m->rect.width ||
		py >= m->rect.height || px >= (int32_t)m->width || py >= (int32_t)m->height)
		return below;
	p = m->pixels[(size_t)py * m->width + (size_t)px];
	return m->opaque ? p : over(p, below);
}

/* The colour of one point of the canvas, from the bottom up. */
static uint32_t reference(const struct world *w, int32_t x, int32_t y)
{
	const struct model *last = NULL;
	uint32_t p = 0;

	for (int n = 0; n < LAYERS; n++) {
		const struct model *next = NULL;

		for (const struct model *m = w->models; m < w->models + LAYERS; m++)
			if (m->layer && (!last || is_below(last, m)) &&
				(!next || is_below(m, next)))
				next = m;
		if (!next)
			break;
		p = add_model(next, x, y, p);
		last = next;
	}
	return p & 0xffffff;
}

static uint32_t at(const uint32_t *pixels, uint32_t stride, uint32_t x, uint32_t y)
{
	return pixels[y * (size_t)(stride / 4) + x] & 0xffffff;
}

/* Where a point of the canvas is on the framebuffer. */
static uint32_t lit_at(const struct world *w, uint32_t x, uint32_t y)
{
	const struct output *o = &w->panel->output;
	pixman_image_t *lit = w->panel->targets[w->panel->lit];
	uint32_t width = output_width(o), height = output_height(o);
	uint32_t fx[] = { x, height - 1 - y, width - 1 - x, y };
	uint32_t fy[] = { y, x, height - 1 - y, width - 1 - x };

	return at(pixman_image_get_data(lit), (uint32_t)pixman_image_get_stride(lit),
		fx[output_rotation(o)], fy[output_rotation(o)]);
}

static void assert_shown(const struct world *w, unsigned seed, int step)
{
	struct output *o = &w->panel->output;
	struct picture read;

	assert_int_equal(output_read(o, &read), 0);
	for (uint32_t y = 0; y < output_height(o); y++) {
		for (uint32_t x = 0; x < output_width(o); x++) {
			uint32_t want = reference(w, (int32_t)x, (int32_t)y);
			uint32_t lit = lit_at(w, x, y);

			if (lit != want)
				fail_msg("seed %u, step %d: %06x is lit at %u, %u of the canvas, "
					 "not %06x (rotation %u)",
					seed, step, lit, x, y, want, output_rotation(o));
			assert_int_equal(at((const uint32_t *)read.data, read.stride, x, y), want);
		}
	}
	picture_free(&read);
}

static void every_change_is_shown_as_the_reference_has_it(void **state)
{
	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		struct world w = { .device = device_new() };

		rng = seed;
		w.panel = device_panel(w.device, "panel");
		w.panel->n_targets = (unsigned)between(2, PRESENTER_TARGETS_MAX);
		panel_plug(w.panel, 40, 30);
		for (int step = 0; step < STEPS; step++) {
			change(&w);
			panel_settle(w.device, w.panel);
			assert_shown(&w, seed, step);
		}
		for (size_t i = 0; i < LAYERS; i++)
			remove_layer(&w.models[i]);
		screen_free(&w.device->screen);
	}
}

static void a_turned_box_lies_where_its_corners_do(void **state)
{
	static const struct {
		enum rotation rotation;
		pixman_box32_t box, turned;
	} vectors[] = {
		{ ROTATE_0, { 1, 2, 4, 3 }, { 1, 2, 4, 3 } },
		{ ROTATE_90, { 0, 0, 1, 1 }, { 29, 0, 30, 1 } },
		{ ROTATE_90, { 1, 2, 4, 3 }, { 27, 1, 28, 4 } },
		{ ROTATE_180, { 1, 2, 4, 3 }, { 36, 27, 39, 28 } },
		{ ROTATE_270, { 0, 0, 1, 1 }, { 0, 39, 1, 40 } },
		{ ROTATE_270, { 1, 2, 4, 3 }, { 2, 36, 3, 39 } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		const struct turn t = { vectors[i].rotation, 40, 30 };
		pixman_box32_t b = turn_box(&t, &vectors[i].box);

		assert_memory_equal(&b, &vectors[i].turned, sizeof(b));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_change_is_shown_as_the_reference_has_it),
		cmocka_unit_test(a_turned_box_lies_where_its_corners_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
