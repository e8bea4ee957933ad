/* Memory that its owner takes back while a picture in it is shown. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "panel.h"
#include "screen/lent.h"
#include "screen/png.h"

#define WIDTH 64
#define HEIGHT 256
#define BYTES (4 * WIDTH * HEIGHT)

struct lent_buffer {
	struct buffer buffer;
	int fd;
};

static void on_release(struct buffer *b)
{
	struct lent_buffer *l = container_of(b, struct lent_buffer, buffer);

	munmap((void *)b->picture.data, BYTES);
	close(l->fd);
	free(l);
}

static const struct buffer_ops ops = { .release = on_release };

/* As a web process shares it: a file in memory, mapped to be read. */
static struct lent_buffer *lent_new(void)
{
	struct lent_buffer *l = calloc(1, sizeof(*l));
	uint8_t white[4096];

	assert_non_null(l);
	memset(white, 0xff, sizeof(white));
	l->fd = memfd_create("picture", MFD_CLOEXEC);
	for (size_t n = 0; n < BYTES; n += sizeof(white))
		assert_int_equal(write(l->fd, white, sizeof(white)), sizeof(white));
	buffer_init(&l->buffer, &ops);
	l->buffer.opaque = true;
	l->buffer.picture = (struct picture){ mmap(NULL, BYTES, PROT_READ, MAP_SHARED, l->fd, 0),
		WIDTH, HEIGHT, 4 * WIDTH };
	assert_ptr_not_equal(l->buffer.picture.data, MAP_FAILED);
	return l;
}

static void a_picture_that_is_cut_in_the_file_is_black(void **state)
{
	struct device *d = device_new();
	struct panel *panel = device_panel(d, "panel");
	const enum rotation all[] = { ROTATE_0, ROTATE_90, ROTATE_180, ROTATE_270 };
	struct sigaction before, after;
	struct layer *layer;
	struct picture p;

	sigaction(SIGBUS, NULL, &before);
	panel_plug(panel, WIDTH, HEIGHT);
	panel_settle(d, panel);
	layer = fill_new(&panel->output, NULL, NULL);
	layer_place(layer, &(struct rect){ 0, 0, HEIGHT, HEIGHT });
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct output_config c = { .rotation = all[i] };
		struct lent_buffer *l = lent_new();

		assert_int_equal(output_configure(&panel->output, &c), 0);
		assert_int_equal(layer_show(layer, &l->buffer, NULL, 0), 0);
		assert_int_equal(ftruncate(l->fd, i % 2 ? 0 : BYTES / 2), 0);
		panel_settle(d, panel);
		assert_int_equal(layer_frames(layer), i + 1);
		assert_int_equal(output_read(&panel->output, &p), 0);
		assert_int_equal(((const uint32_t *)p.data)[(output_height(&panel->output) - 1) *
							    (size_t)(p.stride / 4)],
			0xff000000);
		picture_free(&p);
	}
	sigaction(SIGBUS, NULL, &after);
	assert_ptr_equal(after.sa_handler, before.sa_handler);
	layer_free(layer);
	screen_free(&d->screen);
}

static void a_screenshot_of_it_is_black_as_well(void **state)
{
	char path[] = "/tmp/test_lent.XXXXXX";
	struct lent_buffer *l = lent_new();

	assert_true(mkstemp(path) >= 0);
	assert_int_equal(ftruncate(l->fd, 0), 0);
	assert_int_equal(png_write_file(path, &l->buffer.picture), 0);
	unlink(path);
	buffer_unref(&l->buffer);
}

/* Of our own mistakes nothing is hidden. */
static void another_bus_error_is_as_deadly_as_ever(void **state)
{
	struct lent_buffer *ours = lent_new(), *other = lent_new();
	int status;
	pid_t pid;

	assert_int_equal(ftruncate(other->fd, 0), 0);
	pid = fork();
	if (pid == 0) {
		signal(SIGBUS, SIG_DFL);
		lent_begin(&ours->buffer.picture);
		_exit(*(const volatile uint8_t *)other->buffer.picture.data);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGBUS);
	buffer_unref(&ours->buffer);
	buffer_unref(&other->buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_that_is_cut_in_the_file_is_black),
		cmocka_unit_test(a_screenshot_of_it_is_black_as_well),
		cmocka_unit_test(another_bus_error_is_as_deadly_as_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
