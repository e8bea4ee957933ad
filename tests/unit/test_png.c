/* PNG files: what they hold, and how they replace each other. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <png.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/file.h"
#include "screen/png.h"

static char dir[64], path[96], part[96];

static int setup(void **state)
{
	strcpy(dir, "/tmp/test_png.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/screen.png", dir);
	snprintf(part, sizeof(part), "%s/screen.png.part", dir);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	unlink(part);
	return rmdir(dir);
}

static unsigned files(void)
{
	DIR *d = opendir(dir);
	unsigned n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

/* The decoded pixels, red, green, blue; to be freed. */
static uint8_t *decode(const char *from, uint32_t *ret_width, uint32_t *ret_height)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	uint8_t *pixels;

	assert_true(png_image_begin_read_from_file(&image, from));
	assert_int_equal(image.format, PNG_FORMAT_RGB);
	pixels = malloc(PNG_IMAGE_SIZE(image));
	assert_non_null(pixels);
	assert_true(png_image_finish_read(&image, NULL, pixels, 0, NULL));
	*ret_width = image.width;
	*ret_height = image.height;
	return pixels;
}

static uint8_t *noise(size_t n)
{
	uint8_t *bytes = malloc(n);
	uint32_t seed = 5;

	assert_non_null(bytes);
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525 + 1013904223;
		bytes[i] = (uint8_t)(seed >> 24);
	}
	return bytes;
}

static void assert_shows(const char *file, const struct picture *p)
{
	uint32_t width, height;
	uint8_t *rgb = decode(file, &width, &height);

	assert_int_equal(width, p->width);
	assert_int_equal(height, p->height);
	for (size_t y = 0; y < height; y++) {
		for (size_t x = 0; x < width; x++) {
			const uint8_t *in = p->data + y * p->stride + 4 * x;
			const uint8_t *out = rgb + 3 * (y * width + x);

			assert_int_equal(out[0], in[2]);
			assert_int_equal(out[1], in[1]);
			assert_int_equal(out[2], in[0]);
		}
	}
	free(rgb);
}

static void pixels_survive_the_round_trip(void **state)
{
	static const struct {
		uint32_t width, height, padding;
	} sizes[] = { { 1, 1, 0 }, { 3, 2, 0 }, { 2, 3, 20 }, { 301, 199, 4 }, { 16384, 1, 0 },
		{ 1, 16384, 0 } };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		uint32_t stride = 4 * sizes[i].width + sizes[i].padding;
		/* The last row needs no padding: reading it is caught by the sanitizer. */
		uint8_t *bytes = noise((size_t)stride * sizes[i].height - sizes[i].padding);
		struct picture p = { bytes, sizes[i].width, sizes[i].height, stride };

		assert_return_code(png_write_file(path, &p), 0);
		assert_shows(path, &p);
		free(bytes);
	}
	assert_int_equal(files(), 1);
}

static const uint8_t pixel[4] = { 1, 2, 3, 255 }, other_pixel[4] = { 4, 5, 6, 0 };
static const struct picture one = { pixel, 1, 1, 4 }, two = { other_pixel, 1, 1, 4 };

static void a_reader_of_the_old_file_keeps_it(void **state)
{
	struct stat before, after;
	char via_fd[64];
	int fd;

	assert_return_code(png_write_file(path, &one), 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_return_code(fd, errno);
	fstat(fd, &before);
	assert_return_code(png_write_file(path, &two), 0);
	stat(path, &after);
	assert_int_not_equal(before.st_ino, after.st_ino);
	snprintf(via_fd, sizeof(via_fd), "/proc/self/fd/%d", fd);
	assert_shows(via_fd, &one);
	assert_shows(path, &two);
	assert_int_equal(files(), 1);
	close(fd);
}

static void a_link_in_the_way_is_not_followed(void **state)
{
	char target[96];
	struct stat st;

	snprintf(target, sizeof(target), "%s/target", dir);
	assert_return_code(symlink(target, part), errno);
	assert_return_code(png_write_file(path, &one), 0);
	assert_int_equal(stat(target, &st), -1);
	assert_shows(path, &one);
	assert_int_equal(files(), 1);
}

static void a_rest_of_a_crash_is_replaced(void **state)
{
	int fd = open(part, O_WRONLY | O_CREAT | O_CLOEXEC, 0400);

	assert_int_equal(write(fd, "half a picture", 14), 14);
	close(fd);
	assert_return_code(png_write_file(path, &one), 0);
	assert_shows(path, &one);
	assert_int_equal(files(), 1);
}

static void the_umask_decides_who_may_read(void **state)
{
	mode_t former = umask(027);
	struct stat st;

	assert_return_code(png_write_file(path, &one), 0);
	umask(former);
	assert_return_code(stat(path, &st), errno);
	assert_int_equal(st.st_mode & 07777, 0640);
}

static void an_unwritable_path_is_told_by_errno(void **state)
{
	char name[4096 + 128];

	snprintf(name, sizeof(name), "%s/none/screen.png", dir);
	assert_int_equal(png_write_file(name, &one), -ENOENT);
	assert_int_equal(png_write_file("/proc/screen.png", &one), -ENOENT);
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(png_write_file(name, &one), -ENAMETOOLONG);
	/* What the new file cannot replace, it does not lie beside either. */
	assert_int_equal(png_write_file(dir, &one), -EISDIR);
	snprintf(name, sizeof(name), "%s.part", dir);
	assert_int_equal(access(name, F_OK), -1);
}

static void a_full_disk_leaves_the_old_file(void **state)
{
	uint8_t *bytes = noise(200 * 200 * 4);
	struct picture p = { bytes, 200, 200, 800 };
	struct rlimit former, small;
	struct stat st;

	assert_return_code(png_write_file(path, &p), 0);
	assert_return_code(stat(path, &st), errno);
	assert_return_code(png_write_file(path, &one), 0);
	/* A limit in place of a small disk: hit early, in the middle, and by the last flush. */
	getrlimit(RLIMIT_FSIZE, &former);
	small = former;
	signal(SIGXFSZ, SIG_IGN);
	for (int i = 0; i < 3; i++) {
		const off_t room[] = { 1, st.st_size / 2, st.st_size - 1 };

		small.rlim_cur = (rlim_t)room[i];
		setrlimit(RLIMIT_FSIZE, &small);
		assert_int_equal(png_write_file(path, &p), -EFBIG);
		assert_int_equal(files(), 1);
	}
	setrlimit(RLIMIT_FSIZE, &former);
	signal(SIGXFSZ, SIG_DFL);
	assert_shows(path, &one);
	free(bytes);
}

static void what_is_no_picture_is_refused(void **state)
{
	struct picture bad[] = { one, one, one, one, one };

	bad[0].data = NULL;
	bad[1].width = 0;
	bad[2].height = 0;
	bad[3].stride = 3;
	bad[4].width = PICTURE_SIDE_MAX + 1;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(png_write_file(path, &bad[i]), -EINVAL);
	assert_int_equal(files(), 0);
}

static void in_memory_it_is_the_same_bytes_and_fits_or_is_not_there(void **state)
{
	const uint32_t pixels[] = { 0xff0000ff, 0xff00ff00, 0xffff0000, 0x80000000 };
	const struct picture p = { (const uint8_t *)pixels, 2, 2, 8 };
	struct buf file = BUF_INIT(1 << 16), out = BUF_INIT(1 << 16), small = BUF_INIT(20);

	assert_int_equal(png_write_file(path, &p), 0);
	assert_int_equal(file_read_path(path, 1 << 16, &file), 0);
	assert_int_equal(buf_append_byte(&out, 'x'), 0);
	assert_int_equal(png_write_buf(&out, &p), 0);
	assert_int_equal(buf_len(&out), buf_len(&file) + 1);
	assert_memory_equal(buf_bytes(&out) + 1, buf_bytes(&file), buf_len(&file));
	assert_int_equal(buf_append_byte(&small, 'x'), 0);
	assert_int_equal(png_write_buf(&small, &p), -EMSGSIZE);
	assert_int_equal(buf_len(&small), 1);
	assert_int_equal(png_write_buf(&out, &(struct picture){ 0 }), -EINVAL);
	buf_fini(&small);
	buf_fini(&out);
	buf_fini(&file);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pixels_survive_the_round_trip),
		TEST(a_reader_of_the_old_file_keeps_it),
		TEST(a_link_in_the_way_is_not_followed),
		TEST(a_rest_of_a_crash_is_replaced),
		TEST(the_umask_decides_who_may_read),
		TEST(an_unwritable_path_is_told_by_errno),
		TEST(a_full_disk_leaves_the_old_file),
		TEST(what_is_no_picture_is_refused),
		TEST(in_memory_it_is_the_same_bytes_and_fits_or_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
