/*
 * What a presented frame costs: CPU time of the whole path from layer_show() to the lit
 * target, per frame, next to one memcpy of the same bytes in the same run.
 *
 * Prints "present CASE US-PER-FRAME US-OF-MEMCPY", for tools/bench.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/layer.h"
#include "screen/output.h"
#include "screen/screen.h"

#define WIDTH 1280
#define HEIGHT 800
#define FRAMES 30
#define BATCHES 8

struct frame {
	struct buffer buffer;
	bool busy;
};

struct scene {
	struct loop *loop;
	struct output *output;
	struct layer *layers[2];
	struct frame frames[2][3];
	unsigned lit[2];
	struct rect damage;
	bool partly;
};

static void on_release(struct buffer *b)
{
	container_of(b, struct frame, buffer)->busy = false;
}

static const struct buffer_ops frame_ops = { .release = on_release };

static uint64_t cpu_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

static void die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

static void show(struct scene *s, unsigned i)
{
	struct frame *f = s->frames[i];

	while (f->busy)
		if (++f == s->frames[i] + 3)
			die("no free buffer");
	f->busy = true;
	f->buffer.refs = 1;
	if (layer_show(s->layers[i], &f->buffer, &s->damage, s->partly ? 1 : 0) < 0)
		die("a frame was refused");
}

/* Each layer's next frame comes when the one before is lit, as a page's does. */
static void on_presented(struct layer *l, uint64_t when, void *arg)
{
	struct scene *s = arg;

	s->lit[l == s->layers[1]]++;
}

static const struct layer_ops layer_ops = { .presented = on_presented };

static void run_frames(struct scene *s, unsigned n_layers, unsigned frames)
{
	for (unsigned n = 0; n < frames; n++) {
		unsigned want = s->lit[0] + 1;

		for (unsigned i = 0; i < n_layers; i++)
			show(s, i);
		while (s->lit[0] < want)
			loop_pass(s->loop, LOOP_NEVER);
	}
}

static void fill(uint8_t **pixels)
{
	if (!*pixels)
		*pixels = malloc(4 * WIDTH * HEIGHT);
	if (!*pixels)
		die("no memory");
	memset(*pixels, 1, 4 * WIDTH * HEIGHT);
}

/* Through as much memory as a scene has: three buffers, two targets. */
static double memcpy_us(size_t bytes)
{
	static uint8_t *from[3], *to[2];
	uint64_t start;

	for (int i = 0; i < 3; i++)
		fill(&from[i]);
	for (int i = 0; i < 2; i++)
		fill(&to[i]);
	start = cpu_now();
	for (int n = 0; n < FRAMES; n++) {
		memcpy(to[n % 2], from[n % 3], bytes);
		__asm__ volatile("" : : "r"(to[n % 2]) : "memory");
	}
	return (double)(cpu_now() - start) / FRAMES / 1000;
}

static double frame_us(struct scene *s, unsigned n_layers)
{
	uint64_t start = cpu_now();

	run_frames(s, n_layers, FRAMES);
	return (double)(cpu_now() - start) / FRAMES / 1000;
}

static void add_layer(struct scene *s, unsigned i, struct rect where, bool opaque)
{
	if (layer_new(s->output, LAYER_WINDOWS, &layer_ops, s, &s->layers[i]) < 0)
		die("no layer");
	layer_place(s->layers[i], &where);
	layer_set_visible(s->layers[i], true);
	for (int n = 0; n < 3; n++) {
		struct buffer *b = &s->frames[i][n].buffer;
		size_t bytes = 4 * (size_t)where.width * (size_t)where.height;
		uint8_t *pixels = malloc(bytes);

		if (!pixels)
			die("no memory");
		memset(pixels, 0x40 + 20 * n, bytes);
		buffer_init(b, &frame_ops);
		b->opaque = opaque;
		b->picture = (struct picture){ pixels, (uint32_t)where.width,
			(uint32_t)where.height, 4 * (uint32_t)where.width };
	}
}

/* In turn, and the best of each: whoever shares the machine disturbs both alike. */
static void measure(const char *name, struct scene *s, unsigned n_layers, size_t bytes)
{
	double frame = 1e9, copy = 1e9, us;

	run_frames(s, n_layers, 10);
	for (int i = 0; i < BATCHES; i++) {
		us = frame_us(s, n_layers);
		frame = us < frame ? us : frame;
		us = memcpy_us(bytes);
		copy = us < copy ? us : copy;
	}
	printf("present %s %.1f %.1f\n", name, frame, copy);
}

/*
 * One layer fills the output; or a second one, opaque or transparent, is over its right
 * half. Both paint all of theirs, or the top left 5 % of it.
 */
static void run_case(const char *rotated, enum rotation rotation, unsigned n_layers, bool opaque)
{
	static const char *const kinds[] = { "one", "two", "over" };
	struct scene s = { 0 };
	struct screen_options opts = { 0 };
	const struct output_config config = { .rotation = rotation };
	struct screen *screen;
	int32_t width, height;
	char name[64];

	if (loop_new(&s.loop) < 0)
		die("no loop");
	opts.loop = s.loop;
	if (screen_headless_new(&opts, WIDTH, HEIGHT, 2000000, &screen) < 0)
		die("no screen");
	s.output = screen_primary(screen);
	if (output_configure(s.output, &config) < 0)
		die("no rotation");
	width = (int32_t)output_width(s.output);
	height = (int32_t)output_height(s.output);
	add_layer(&s, 0, (struct rect){ 0, 0, width, height }, true);
	if (n_layers > 1)
		add_layer(&s, 1, (struct rect){ width / 2, 0, width / 2, height }, opaque);
	for (int partly = 0; partly < 2; partly++) {
		int32_t rows = height / 20;
		size_t bytes = 4 * (size_t)width * (size_t)(partly ? rows : height);

		s.partly = partly;
		s.damage = (struct rect){ 0, 0, width, rows };
		snprintf(name, sizeof(name), "%s %s %s",
			n_layers == 1 ? kinds[0] : kinds[1 + !opaque], rotated,
			partly ? "5" : "100");
		measure(name, &s, n_layers, bytes);
	}
	for (unsigned i = 0; i < n_layers; i++) {
		layer_free(s.layers[i]);
		for (int n = 0; n < 3; n++)
			free((void *)s.frames[i][n].buffer.picture.data);
	}
	screen_free(screen);
	loop_free(s.loop);
}

int main(void)
{
	static const char *const names[] = { "0", "90", "180", "270" };

	for (int r = ROTATE_0; r <= ROTATE_270; r++) {
		run_case(names[r], (enum rotation)r, 1, true);
		run_case(names[r], (enum rotation)r, 2, true);
		run_case(names[r], (enum rotation)r, 2, false);
	}
	return 0;
}
