/* Buffers that are not in memory: shown themselves, or mapped to be composed. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <unistd.h>

#include "panel.h"

#define WIDTH 40
#define HEIGHT 30

struct remote {
	struct buffer buffer;
	struct dmabuf dmabuf;
	uint32_t *pixels; /* owned */
	uint32_t pixel;
	int map_error;
	unsigned *maps, *released, *cache_freed;
};

struct desk {
	struct device *device;
	struct panel *panel;
	struct layer *layer;
	unsigned maps, released, cache_freed;
	int map_error;
};

static void on_release(struct buffer *b)
{
	struct remote *r = container_of(b, struct remote, buffer);

	++*r->released;
	buffer_forget_dmabuf(&r->dmabuf);
	free(r->pixels);
	free(r);
}

static int on_map(struct buffer *b)
{
	struct remote *r = container_of(b, struct remote, buffer);

	++*r->maps;
	if (r->map_error < 0)
		return r->map_error;
	r->pixels = malloc(4 * (size_t)b->picture.width * b->picture.height);
	assert_non_null(r->pixels);
	for (size_t i = 0; i < (size_t)b->picture.width * b->picture.height; i++)
		r->pixels[i] = r->pixel;
	b->picture.data = (const uint8_t *)r->pixels;
	b->picture.stride = 4 * b->picture.width;
	return 0;
}

static void on_cache_free(struct dmabuf *d)
{
	++*container_of(d, struct remote, dmabuf)->cache_freed;
}

static const struct buffer_ops remote_ops = { .release = on_release, .map = on_map };

static struct buffer *remote_new(struct desk *d, uint32_t width, uint32_t height, uint32_t pixel)
{
	struct remote *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	buffer_init(&r->buffer, &remote_ops);
	r->buffer.picture.width = width;
	r->buffer.picture.height = height;
	r->buffer.opaque = true;
	r->dmabuf = (struct dmabuf){ .n_planes = 1, .format = 0x34325258, .fence = -1 };
	r->buffer.dmabuf = &r->dmabuf;
	r->dmabuf.cache = r;
	r->dmabuf.cache_free = on_cache_free;
	r->pixel = pixel;
	r->map_error = d->map_error;
	r->maps = &d->maps;
	r->released = &d->released;
	r->cache_freed = &d->cache_freed;
	return &r->buffer;
}

static int setup(void **state)
{
	static struct desk d;

	d = (struct desk){ .device = device_new() };
	d.panel = device_panel(d.device, "panel");
	panel_plug(d.panel, WIDTH, HEIGHT);
	panel_settle(d.device, d.panel);
	d.layer = fill_new(&d.panel->output, NULL, NULL);
	*state = &d;
	return 0;
}

static int teardown(void **state)
{
	struct desk *d = *state;

	layer_free(d->layer);
	screen_free(&d->device->screen);
	return 0;
}

static void show(struct desk *d, struct buffer *b)
{
	uint64_t frames = layer_frames(d->layer);

	assert_int_equal(layer_show(d->layer, b, NULL, 0), 0);
	panel_settle(d->device, d->panel);
	assert_int_equal(layer_frames(d->layer), frames + 1);
}

static uint32_t lit(struct desk *d)
{
	struct picture p;
	uint32_t pixel;

	assert_int_equal(output_read(&d->panel->output, &p), 0);
	pixel = ((const uint32_t *)p.data)[WIDTH * (HEIGHT - 1) + 7];
	picture_free(&p);
	return pixel;
}

static void a_lone_opaque_buffer_that_fits_is_shown_itself(void **state)
{
	struct desk *d = *state;
	unsigned commits = d->panel->commits;

	for (unsigned i = 1; i <= 3; i++) {
		show(d, remote_new(d, WIDTH, HEIGHT, 0xff000000 + i));
		assert_int_equal(d->panel->scans, i);
		assert_int_equal(d->released, i - 1);
	}
	assert_int_equal(d->panel->commits, commits);
	assert_int_equal(d->maps, 0);
	/* A screenshot of it is composed. */
	assert_int_equal(lit(d), 0xff000003);
	assert_int_equal(d->maps, 1);
}

static void what_does_not_fit_is_composed(void **state)
{
	struct desk *d = *state;
	struct buffer *b = remote_new(d, WIDTH, HEIGHT, 0xff000001);
	struct layer *over;

	b->opaque = false;
	show(d, b);
	show(d, remote_new(d, WIDTH - 1, HEIGHT, 0xff000002));
	show(d, remote_new(d, WIDTH, HEIGHT + 1, 0xff000003));
	layer_place(d->layer, &(struct rect){ 0, 1, WIDTH, HEIGHT });
	show(d, remote_new(d, WIDTH, HEIGHT, 0xff000004));
	layer_place(d->layer, &(struct rect){ 0, 0, WIDTH, HEIGHT - 1 });
	show(d, remote_new(d, WIDTH, HEIGHT, 0xff000005));
	layer_place(d->layer, &(struct rect){ 0, 0, WIDTH, HEIGHT });
	panel_settle(d->device, d->panel);
	assert_int_equal(output_configure(&d->panel->output,
				 &(struct output_config){ .rotation = ROTATE_180 }),
		0);
	show(d, remote_new(d, WIDTH, HEIGHT, 0xff000006));
	assert_int_equal(output_configure(&d->panel->output, &(struct output_config){ 0 }), 0);
	d->panel->scans = 0;
	over = fill_new(&d->panel->output, NULL, NULL);
	layer_place(over, &(struct rect){ 0, 0, 4, 4 });
	assert_int_equal(layer_show(over, plain_new(4, 4, 0xff0000ff), NULL, 0), 0);
	show(d, remote_new(d, WIDTH, HEIGHT, 0xff000007));
	assert_int_equal(d->panel->scans, 0);
	assert_int_equal(lit(d), 0xff000007);
	/* As soon as it is alone again. */
	layer_free(over);
	panel_settle(d->device, d->panel);
	assert_int_equal(d->panel->scans, 1);
}

static void both_ways_in_turn_show_what_is_current(void **state)
{
	struct desk *d = *state;
	struct layer *over = fill_new(&d->panel->output, NULL, NULL);

	layer_place(over, &(struct rect){ 0, 0, 4, 4 });
	layer_set_visible(over, false);
	assert_int_equal(layer_show(over, plain_new(4, 4, 0xff0000ff), NULL, 0), 0);
	for (unsigned i = 1; i < 8; i++) {
		const struct rect corner = { 0, HEIGHT - 1, WIDTH, 1 };

		assert_int_equal(layer_show(d->layer, remote_new(d, WIDTH, HEIGHT, 0xff000000 + i),
					 &corner, 1),
			0);
		layer_set_visible(over, i % 3 == 0);
		panel_settle(d->device, d->panel);
		assert_int_equal(d->panel->scanned != NULL, i % 3 != 0);
		assert_int_equal(lit(d), 0xff000000 + i);
	}
	layer_free(over);
}

static void a_refusal_is_remembered_by_kind(void **state)
{
	struct desk *d = *state;
	struct buffer *b;

	d->panel->scan_error = -ENOTSUP;
	for (unsigned i = 1; i <= 3; i++) {
		show(d, remote_new(d, WIDTH, HEIGHT, 0xff000000 + i));
		assert_int_equal(lit(d), 0xff000000 + i);
	}
	assert_int_equal(d->panel->scans, 1);
	b = remote_new(d, WIDTH, HEIGHT, 0xff000009);
	container_of(b, struct remote, buffer)->dmabuf.modifier = 1;
	d->panel->scan_error = 0;
	show(d, b);
	assert_int_equal(d->panel->scans, 2);
}

static void what_cannot_be_read_is_black_and_its_maker_goes_on(void **state)
{
	struct desk *d = *state;
	char text[2048] = "";
	int pipe_fds[2], err = dup(STDERR_FILENO);
	struct picture p;
	uint64_t frames;
	char *line;

	d->panel->scan_error = -ENOTSUP;
	show(d, remote_new(d, WIDTH, HEIGHT, 0xff445566));
	show(d, remote_new(d, WIDTH, HEIGHT, 0xff445566));
	frames = layer_frames(d->layer);
	assert_int_equal(lit(d), 0xff445566);
	d->map_error = -EIO;
	assert_int_equal(pipe(pipe_fds), 0);
	dup2(pipe_fds[1], STDERR_FILENO);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
			layer_show(d->layer, remote_new(d, WIDTH, HEIGHT, 0xff112233), NULL, 0), 0);
		panel_settle(d->device, d->panel);
		assert_false(layer_pending(d->layer));
	}
	dup2(err, STDERR_FILENO);
	close(err);
	close(pipe_fds[1]);
	assert_true(read(pipe_fds[0], text, sizeof(text) - 1) > 0);
	close(pipe_fds[0]);
	line = strstr(text, "a picture of 40x30 cannot be read: Input/output error");
	assert_non_null(line);
	assert_null(strstr(line + 1, "a picture of"));
	assert_int_equal(lit(d), 0xff000000);
	assert_int_equal(layer_picture(d->layer, &p), -EIO);
	assert_int_equal(d->released, 4);
	/* Black is no proof of paint. */
	assert_int_equal(layer_frames(d->layer), frames);
	d->map_error = 0;
	show(d, remote_new(d, WIDTH, HEIGHT, 0xff778899));
	assert_int_equal(lit(d), 0xff778899);
	assert_int_equal(layer_frames(d->layer), frames + 1);
}

static void what_a_presenter_keeps_with_a_buffer_goes_with_it(void **state)
{
	struct desk *d = *state;

	show(d, remote_new(d, WIDTH, HEIGHT, 0xff112233));
	layer_clear(d->layer);
	/* The panel reads it still. */
	assert_int_equal(d->released, 0);
	panel_settle(d->device, d->panel);
	presenter_unplugged(&d->panel->output);
	assert_int_equal(d->released, 1);
	assert_int_equal(d->cache_freed, 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_lone_opaque_buffer_that_fits_is_shown_itself),
		TEST(what_does_not_fit_is_composed),
		TEST(both_ways_in_turn_show_what_is_current),
		TEST(a_refusal_is_remembered_by_kind),
		TEST(what_cannot_be_read_is_black_and_its_maker_goes_on),
		TEST(what_a_presenter_keeps_with_a_buffer_goes_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
