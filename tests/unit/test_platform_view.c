/* Frames of a web process that does what it likes, at the view that takes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/presenter.h"
#include "view/glib.h"
#include "view/platform.h"

/* WPE's settings leak their defaults, once for each display. */
#ifdef __SANITIZE_ADDRESS__
#define EXPORTED __attribute__((visibility("default")))
EXPORTED const char *__asan_default_options(void);
EXPORTED const char *__lsan_default_suppressions(void);

const char *__asan_default_options(void)
{
	return "fast_unwind_on_malloc=0";
}

const char *__lsan_default_suppressions(void)
{
	return "leak:wpe_display_get_settings\n";
}
#endif

#define SIDE 64
#define BYTES (4 * SIDE * SIDE)
/* DRM's "XR24". */
#define XRGB8888 0x34325258u

struct world {
	struct loop *loop;
	struct glib_guest *guest;
	struct screen *screen;
	WPEDisplay *display;
	WPEView *view;
	unsigned framed, painted;
};

static void on_framed(void *arg)
{
	((struct world *)arg)->framed++;
}

static void on_painted(void *arg)
{
	((struct world *)arg)->painted++;
}

static const struct platform_view_ops ops = { .framed = on_framed, .painted = on_painted };

static int gpu(const struct screen *s, struct screen_gpu *ret)
{
	*ret = (struct screen_gpu){ .card = "/nowhere/card0", .render = "/nowhere/renderD128" };
	return 0;
}

static int start(void **state, bool with_gpu)
{
	static struct screen_ops screen_ops;
	static struct world w;
	struct screen_options opts = { 0 };
	struct platform_place place = {
		.canvas = { 0, 0, SIDE, SIDE },
		.width = SIDE,
		.height = SIDE,
		.scale = 1,
		.fullscreen = true,
	};

	w = (struct world){ .framed = 0 };
	assert_int_equal(loop_new(&w.loop), 0);
	assert_int_equal(glib_guest_new(w.loop, &w.guest), 0);
	opts.loop = w.loop;
	assert_int_equal(screen_headless_new(&opts, SIDE, SIDE, 1000000, &w.screen), 0);
	screen_ops = *w.screen->ops;
	screen_ops.gpu = gpu;
	if (with_gpu)
		w.screen->ops = &screen_ops;
	w.display = platform_display_new(w.screen, NULL, NULL, NULL);
	assert_non_null(w.display);
	place.output = screen_primary(w.screen);
	assert_int_equal(platform_output_add(w.display, place.output), 0);
	w.view = wpe_view_new(w.display);
	platform_view_init(w.view, &ops, &w);
	assert_int_equal(platform_view_place(w.view, &place), 0);
	platform_view_show(w.view, true);
	platform_view_map(w.view, true);
	*state = &w;
	return 0;
}

static int setup(void **state)
{
	return start(state, false);
}

static int setup_gpu(void **state)
{
	return start(state, true);
}

static int teardown(void **state)
{
	struct world *w = *state;

	platform_view_detach(w->view);
	g_object_unref(w->view);
	platform_outputs_forget(w->display);
	g_object_unref(w->display);
	screen_free(w->screen);
	glib_guest_free(w->guest);
	loop_free(w->loop);
	return 0;
}

static void run_for(struct world *w, uint64_t time)
{
	uint64_t end = clock_now() + time;

	while (clock_now() < end)
		loop_pass(w->loop, end);
}

/* What says that it is a dma-buf, and is a file in memory. */
static WPEBuffer *false_dmabuf(struct world *w)
{
	int fd = memfd_create("frame", MFD_CLOEXEC);
	guint32 offset = 0, stride = 4 * SIDE;

	assert_int_equal(ftruncate(fd, BYTES), 0);
	return WPE_BUFFER(wpe_buffer_dma_buf_new(
		w->display, SIDE, SIDE, XRGB8888, 1, &fd, &offset, &stride, 0));
}

static void a_frame_that_cannot_be_read_is_no_proof_of_paint(void **state)
{
	struct world *w = *state;
	WPEBuffer *buffer = false_dmabuf(w);

	assert_true(wpe_view_render_buffer(w->view, buffer, NULL, 0, NULL));
	run_for(w, 100 * NSEC_PER_MSEC);
	assert_int_equal(w->framed, 1);
	assert_int_equal(layer_frames(platform_view_layer(w->view)), 0);
	assert_int_equal(w->painted, 0);
	g_object_unref(buffer);
}

/* All of it the same pixel. */
static WPEBuffer *plain(struct world *w, uint32_t pixel)
{
	uint32_t *pixels = g_new(uint32_t, SIDE *SIDE);
	g_autoptr(GBytes) bytes = g_bytes_new_take(pixels, BYTES);

	for (size_t i = 0; i < SIDE * SIDE; i++)
		pixels[i] = pixel;
	return WPE_BUFFER(wpe_buffer_shm_new(
		w->display, SIDE, SIDE, WPE_PIXEL_FORMAT_ARGB8888, bytes, 4 * SIDE));
}

static void count_word(WPEView *view, WPEBuffer *buffer, unsigned *words)
{
	++*words;
}

static void a_frame_with_nothing_in_it_is_passed_over_and_the_page_goes_on(void **state)
{
	struct world *w = *state;
	WPEBuffer *empty = plain(w, 0), *black = plain(w, 0xff000000);
	unsigned words = 0, released = 0;

	g_signal_connect(w->view, "buffer-rendered", G_CALLBACK(count_word), &words);
	g_signal_connect(w->view, "buffer-released", G_CALLBACK(count_word), &released);
	assert_true(wpe_view_render_buffer(w->view, empty, NULL, 0, NULL));
	run_for(w, 200 * NSEC_PER_MSEC);
	assert_int_equal(words, 1);
	assert_int_equal(released, 1);
	assert_int_equal(w->framed, 0);
	assert_int_equal(w->painted, 0);
	assert_true(wpe_view_render_buffer(w->view, black, NULL, 0, NULL));
	run_for(w, 200 * NSEC_PER_MSEC);
	assert_int_equal(words, 2);
	assert_int_equal(w->painted, 1);
	g_object_unref(empty);
	g_object_unref(black);
}

static void a_dmabuf_is_refused_where_there_is_no_gpu(void **state)
{
	struct world *w = *state;
	WPEBuffer *buffer = false_dmabuf(w);
	g_autoptr(GError) error = NULL;

	assert_false(wpe_view_render_buffer(w->view, buffer, NULL, 0, &error));
	assert_string_equal(error->message, "a dma-buf where there is no GPU");
	assert_false(layer_pending(platform_view_layer(w->view)));
	g_object_unref(buffer);
}

static void a_fence_that_never_comes_holds_up_nobody_else(void **state)
{
	struct world *w = *state;
	WPEBuffer *buffer = false_dmabuf(w);
	uint64_t before, longest = 0, end;
	unsigned words = 0;
	int pipes[2];

	assert_int_equal(pipe(pipes), 0);
	g_signal_connect(w->view, "buffer-rendered", G_CALLBACK(count_word), &words);
	wpe_buffer_set_rendering_fence(buffer, dup(pipes[0]));
	assert_true(wpe_view_render_buffer(w->view, buffer, NULL, 0, NULL));
	for (end = clock_now() + 3 * NSEC_PER_SEC; !words && clock_now() < end;) {
		before = clock_now();
		loop_pass(w->loop, before + 5 * NSEC_PER_MSEC);
		if (clock_now() - before > longest)
			longest = clock_now() - before;
	}
	assert_true(longest < 500 * NSEC_PER_MSEC);
	/* And its page goes on. */
	assert_int_equal(words, 1);
	assert_int_equal(w->framed, 0);
	close(pipes[0]);
	close(pipes[1]);
	g_object_unref(buffer);
}

static void a_frame_is_shown_when_its_fence_comes(void **state)
{
	struct world *w = *state;
	WPEBuffer *first = false_dmabuf(w), *second = false_dmabuf(w);
	int pipes[2];

	assert_int_equal(pipe(pipes), 0);
	wpe_buffer_set_rendering_fence(first, dup(pipes[0]));
	wpe_buffer_set_rendering_fence(second, dup(pipes[0]));
	assert_true(wpe_view_render_buffer(w->view, first, NULL, 0, NULL));
	/* Takes the place of one that nobody will see. */
	assert_true(wpe_view_render_buffer(w->view, second, NULL, 0, NULL));
	run_for(w, 20 * NSEC_PER_MSEC);
	assert_int_equal(w->framed, 0);
	assert_int_equal(write(pipes[1], "", 1), 1);
	run_for(w, 20 * NSEC_PER_MSEC);
	assert_int_equal(w->framed, 1);
	/* One that never comes, and the view goes. */
	assert_int_equal(read(pipes[0], (char[1]){ 0 }, 1), 1);
	wpe_buffer_set_rendering_fence(first, dup(pipes[0]));
	assert_true(wpe_view_render_buffer(w->view, first, NULL, 0, NULL));
	platform_view_detach(w->view);
	assert_int_equal(write(pipes[1], "", 1), 1);
	run_for(w, 20 * NSEC_PER_MSEC);
	assert_int_equal(w->framed, 1);
	close(pipes[0]);
	close(pipes[1]);
	g_object_unref(first);
	g_object_unref(second);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
#define GPU_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup_gpu, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_frame_with_nothing_in_it_is_passed_over_and_the_page_goes_on),
		TEST(a_dmabuf_is_refused_where_there_is_no_gpu),
		GPU_TEST(a_frame_that_cannot_be_read_is_no_proof_of_paint),
		GPU_TEST(a_fence_that_never_comes_holds_up_nobody_else),
		GPU_TEST(a_frame_is_shown_when_its_fence_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
