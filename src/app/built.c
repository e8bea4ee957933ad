#include "app/built.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/kind.h"
#include "base/file.h"
#include "view/digest.h"
#include "wire/cursor.h"
#include "wire/json.h"

#define STAMP_MAX (4u << 20)
#define FOLDER_DEPTH_MAX 32

struct verifier {
	int app_fd;
	void (*fault)(const char *text, void *arg);
	void *arg;
	struct built *built;
	struct cursor files; /* the map, its header read */
	uint32_t n_files;
};

static void printf_like(2, 3) fault(struct verifier *v, const char *fmt, ...)
{
	char text[PATH_MAX + 128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	v->fault(text, v->arg);
}

static int copy(struct cursor *c, char *ret, size_t room)
{
	const char *text;
	size_t len;

	if (cursor_str(c, &text, &len) < 0 || len >= room || memchr(text, '\0', len))
		return -EBADMSG;
	memcpy(ret, text, len);
	ret[len] = '\0';
	return 0;
}

static void verify_file(struct verifier *v, const char *path, const char *said)
{
	char sum[DIGEST_TEXT + 2];
	struct stat st;
	auto_fd int fd = -1;
	off_t size;
	int r;

	fd = file_open_beneath(v->app_fd, path, &size);
	r = fd < 0 ? fd : digest_fd(fd, sum);
	if (r == 0 && fstat(fd, &st) == 0 && st.st_mode & S_IXUSR)
		strcat(sum, " x");
	if (r < 0)
		fault(v, "%s: %s", path, strerror(-r));
	else if (strcmp(sum, said) != 0)
		fault(v, "%s: is not as it was built", path);
	v->built->files++;
	v->built->bytes += r < 0 ? 0 : (uint64_t)size;
}

static int verify_files(struct verifier *v)
{
	struct cursor c = v->files;
	char path[PATH_MAX], sum[DIGEST_TEXT + 2];

	for (uint32_t i = 0; i < v->n_files; i++) {
		if (copy(&c, path, sizeof(path)) < 0 || copy(&c, sum, sizeof(sum)) < 0)
			return -EBADMSG;
		verify_file(v, path, sum);
	}
	return 0;
}

static bool is_listed(const struct verifier *v, const char *path)
{
	struct cursor c = v->files;
	size_t len, want = strlen(path);
	const char *text;

	for (uint32_t i = 0; i < v->n_files; i++) {
		if (cursor_str(&c, &text, &len) < 0)
			return false;
		if (len == want && memcmp(text, path, len) == 0)
			return true;
		if (cursor_skip(&c) < 0)
			return false;
	}
	return false;
}

static void look_for_others(struct verifier *v, const char *folder, unsigned depth)
{
	int fd = openat(v->app_fd, folder[0] ? folder : ".",
		O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	char path[PATH_MAX];
	struct dirent *entry;
	struct stat st;

	if (!dir) {
		cleanup_fd(&fd);
		fault(v, "%s: %s", folder, strerror(errno));
		return;
	}
	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			snprintf(path, sizeof(path), "%s%s%s", folder, folder[0] ? "/" : "",
				entry->d_name) >= (int)sizeof(path) ||
			fstatat(v->app_fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < FOLDER_DEPTH_MAX)
			look_for_others(v, path, depth + 1);
		else if (strcmp(path, BUILD_NAME) != 0 && !is_listed(v, path))
			fault(v, "%s: was not built", path);
	}
	closedir(dir);
}

/* Over "files" as it is written without spaces. */
static int verify_hash(struct verifier *v, const uint8_t *files, size_t len)
{
	struct buf text = BUF_INIT(STAMP_MAX);
	char sum[DIGEST_TEXT], hash[DIGEST_TEXT + 8];
	int r = json_from_msgpack(files, len, NULL, NULL, &text);

	if (r < 0) {
		buf_fini(&text);
		return r;
	}
	digest_bytes(buf_bytes(&text), buf_len(&text), sum);
	buf_fini(&text);
	snprintf(hash, sizeof(hash), "sha256:%s", sum);
	if (strcmp(hash, v->built->hash) != 0)
		fault(v, BUILD_NAME ": hash: is not that of the files it lists");
	return 0;
}

/* What we do not know of is for others. */
static int verify(struct verifier *v, struct cursor *c)
{
	const uint8_t *files = NULL, *end = NULL;
	char key[16];
	uint32_t n;

	if (cursor_map(c, &n) < 0)
		return -EBADMSG;
	for (; n > 0; n--) {
		bool is_files;

		if (copy(c, key, sizeof(key)) < 0)
			return -EBADMSG;
		is_files = strcmp(key, "files") == 0;
		if (is_files)
			files = c->at;
		if (strcmp(key, "hash") == 0 ? copy(c, v->built->hash, sizeof(v->built->hash)) < 0
					     : cursor_skip(c) < 0)
			return -EBADMSG;
		if (is_files)
			end = c->at;
	}
	if (!files || !v->built->hash[0])
		return -EBADMSG;
	cursor_init(&v->files, files, (size_t)(end - files));
	if (cursor_map(&v->files, &v->n_files) < 0 || verify_files(v) < 0)
		return -EBADMSG;
	look_for_others(v, "", 0);
	return verify_hash(v, files, (size_t)(end - files));
}

int built_verify(int app_fd, void (*fn)(const char *text, void *arg), void *arg, struct built *ret)
{
	struct verifier v = { .app_fd = app_fd, .fault = fn, .arg = arg, .built = ret };
	struct buf text = BUF_INIT(STAMP_MAX), value = BUF_INIT(2 * STAMP_MAX);
	struct json_error error;
	struct cursor c;
	int r = file_read(app_fd, BUILD_NAME, STAMP_MAX, &text);

	*ret = (struct built){ 0 };
	if (r < 0) {
		fault(&v, BUILD_NAME ": %s", strerror(-r));
	} else {
		r = json_to_msgpack((const char *)buf_bytes(&text), buf_len(&text), JSON_STRICT,
			NULL, 0, &value, &error);
		if (r < 0) {
			fault(&v, BUILD_NAME ":%u:%u: %s", error.line, error.column, error.message);
		} else {
			cursor_init(&c, buf_bytes(&value), buf_len(&value));
			r = verify(&v, &c);
			if (r < 0)
				fault(&v, BUILD_NAME ": is not what \"kiln build\" writes");
		}
	}
	buf_fini(&value);
	buf_fini(&text);
	return r;
}
