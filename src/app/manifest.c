#include "app/manifest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "ipc/caps.h"
#include "wire/cursor.h"
#include "wire/json.h"

#define MANIFEST_MAX (1u << 20)
#define PATH_MAX_SHOWN 128

struct reader {
	struct cursor cursor;
	char path[PATH_MAX_SHOWN]; /* of the value being read, "windows[0].url" */
	struct manifest_error *error;
};

/* Reads one value at the cursor into what @out is. */
typedef int (*parse_fn)(struct reader *r, void *out);

struct field {
	const char *key;
	parse_fn parse;
	size_t offset; /* in the struct that the object fills */
};

static int printf_like(2, 3) wrong(struct reader *r, const char *fmt, ...)
{
	char reason[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	snprintf(r->error->text, sizeof(r->error->text), MANIFEST_NAME ": %s%s%s", r->path,
		r->path[0] ? ": " : "", reason);
	return -EINVAL;
}

static const char *type_name(enum value_type type)
{
	switch (type) {
	case VALUE_NIL:
		return "null";
	case VALUE_BOOL:
		return "a boolean";
	case VALUE_STR:
		return "a string";
	case VALUE_ARRAY:
		return "an array";
	case VALUE_MAP:
		return "an object";
	default:
		return "a number";
	}
}

static int expect(struct reader *r, enum value_type type, struct value *ret)
{
	if (cursor_next(&r->cursor, ret) < 0)
		return wrong(r, "cannot be read");
	if (ret->type != type)
		return wrong(r, "must be %s, is %s", type_name(type), type_name(ret->type));
	return 0;
}

/* Appends a step to the path for the time of one member; @mark is what leave() takes back. */
static size_t printf_like(2, 3) enter(struct reader *r, const char *fmt, ...)
{
	size_t mark = strlen(r->path);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->path + mark, sizeof(r->path) - mark, fmt, ap);
	va_end(ap);
	return mark;
}

static void leave(struct reader *r, size_t mark)
{
	r->path[mark] = '\0';
}

static int unknown_key(struct reader *r, const struct field *fields, size_t n)
{
	char known[120] = "";

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(known);

		snprintf(known + len, sizeof(known) - len, "%s%s", i ? ", " : "", fields[i].key);
	}
	return wrong(r, "unknown key; there are: %s", known);
}

static int parse_object(struct reader *r, const struct field *fields, size_t n, void *out)
{
	uint64_t seen = 0;
	struct value v;
	int e = expect(r, VALUE_MAP, &v);

	for (uint32_t count = e < 0 ? 0 : v.count; count > 0; count--) {
		const char *key;
		size_t len, mark, i = 0;

		if (cursor_str(&r->cursor, &key, &len) < 0)
			return wrong(r, "cannot be read");
		mark = enter(r, "%s%.*s", r->path[0] ? "." : "", (int)(len > 64 ? 64 : len), key);
		while (i < n &&
			(strlen(fields[i].key) != len || memcmp(fields[i].key, key, len) != 0))
			i++;
		if (i == n)
			return unknown_key(r, fields, n);
		if (seen & 1ull << i)
			return wrong(r, "is there twice");
		seen |= 1ull << i;
		e = fields[i].parse(r, (char *)out + fields[i].offset);
		if (e < 0)
			return e;
		leave(r, mark);
	}
	return e;
}

static int parse_array(struct reader *r, parse_fn parse, void *out)
{
	struct value v;
	int e = expect(r, VALUE_ARRAY, &v);

	for (uint32_t i = 0; e == 0 && i < v.count; i++) {
		size_t mark = enter(r, "[%u]", i);

		e = parse(r, out);
		if (e == 0)
			leave(r, mark);
	}
	return e;
}

static int parse_string(struct reader *r, void *out)
{
	char **ret = out;
	struct value v;
	int e = expect(r, VALUE_STR, &v);

	if (e < 0)
		return e;
	if (v.bytes.len == 0)
		return wrong(r, "must not be empty");
	for (uint32_t i = 0; i < v.bytes.len; i++)
		if (v.bytes.data[i] < 0x20 || v.bytes.data[i] == 0x7f)
			return wrong(r, "must not have control characters");
	*ret = strndup((const char *)v.bytes.data, v.bytes.len);
	return *ret ? 0 : -ENOMEM;
}

static int parse_id(struct reader *r, void *out)
{
	char **id = out;
	int e = parse_string(r, out);
	size_t len;

	if (e < 0)
		return e;
	len = strlen(*id);
	/* It is a host name in app://<id>, and must come out of an address as it went in. */
	if (len > APP_ID_MAX || strspn(*id, "abcdefghijklmnopqrstuvwxyz0123456789-.") != len ||
		strchr("-.0123456789", **id) || strchr("-.", (*id)[len - 1]) || strstr(*id, ".."))
		return wrong(
			r, "must be 1 to %d of a-z 0-9 - . and begin with a letter", APP_ID_MAX);
	return 0;
}

/* A path in the app's folder; that it stays inside is checked when it is opened. */
static int parse_path(struct reader *r, void *out)
{
	char **path = out;
	int e = parse_string(r, out);

	if (e < 0)
		return e;
	return **path == '/' ? wrong(r, "must be a path in the app's folder") : 0;
}

static int parse_number(struct reader *r, uint64_t min, uint64_t max, uint64_t *ret)
{
	struct value v;

	if (cursor_next(&r->cursor, &v) < 0)
		return wrong(r, "cannot be read");
	if (v.type != VALUE_UINT && v.type != VALUE_INT && v.type != VALUE_FLOAT)
		return wrong(r, "must be a number, is %s", type_name(v.type));
	if (v.type != VALUE_UINT || v.u < min || v.u > max)
		return wrong(r, "must be a whole number from %llu to %llu", (unsigned long long)min,
			(unsigned long long)max);
	*ret = v.u;
	return 0;
}

static int parse_mebibytes(struct reader *r, void *out)
{
	uint64_t mebibytes;
	int e = parse_number(r, 1, 1024, &mebibytes);

	if (e == 0)
		*(uint64_t *)out = mebibytes << 20;
	return e;
}

static int parse_milliseconds(struct reader *r, void *out)
{
	uint64_t ms;
	int e = parse_number(r, 10, 600000, &ms);

	if (e == 0)
		*(uint64_t *)out = ms * 1000000;
	return e;
}

static int parse_pixels(struct reader *r, void *out)
{
	uint64_t pixels;
	int e = parse_number(r, 16, 8192, &pixels);

	if (e == 0)
		*(uint32_t *)out = (uint32_t)pixels;
	return e;
}

static int parse_window(struct reader *r, void *out)
{
	static const struct field fields[] = {
		{ "id", parse_string, offsetof(struct manifest_window, id) },
		{ "url", parse_string, offsetof(struct manifest_window, url) },
	};
	struct manifest_window *win = calloc(1, sizeof(*win));
	struct list *windows = out;
	int e;

	if (!win)
		return -ENOMEM;
	/* In the list at once, so that it is freed with the manifest. */
	list_append(windows, &win->link);
	e = parse_object(r, fields, ARRAY_SIZE(fields), win);
	if (e == 0 && !win->url)
		return wrong(r, "needs a \"url\"");
	return e;
}

static int parse_windows(struct reader *r, void *out)
{
	return parse_array(r, parse_window, out);
}

static int parse_rule(
	struct reader *r, void *out, int (*add)(struct caps *c, const char *pattern, size_t len))
{
	struct value v;
	int e = expect(r, VALUE_STR, &v);

	if (e == 0)
		e = add(out, (const char *)v.bytes.data, v.bytes.len);
	if (e == -EINVAL && !r->error->text[0])
		return wrong(r, "must be a channel name, a prefix that ends in \"*\", or \"*\"");
	return e;
}

static int parse_allow_rule(struct reader *r, void *out)
{
	return parse_rule(r, out, caps_allow);
}

static int parse_deny_rule(struct reader *r, void *out)
{
	return parse_rule(r, out, caps_deny);
}

/* These two and the next fill the struct caps that the manifest already has. */
static int parse_allow(struct reader *r, void *out)
{
	return parse_array(r, parse_allow_rule, out);
}

static int parse_deny(struct reader *r, void *out)
{
	return parse_array(r, parse_deny_rule, out);
}

static int parse_channels(struct reader *r, void *out)
{
	static const struct field fields[] = {
		{ "allow", parse_allow, 0 },
		{ "deny", parse_deny, 0 },
	};

	return parse_object(r, fields, ARRAY_SIZE(fields), *(struct caps **)out);
}

static int parse_capabilities(struct reader *r, void *out)
{
	static const struct field fields[] = {
		{ "channels", parse_channels, 0 },
	};

	return parse_object(r, fields, ARRAY_SIZE(fields), out);
}

static int parse_script(struct reader *r, void *out)
{
	static const struct field fields[] = {
		{ "memoryMiB", parse_mebibytes, offsetof(struct manifest, script_memory) },
		{ "timeoutMs", parse_milliseconds, offsetof(struct manifest, script_timeout) },
	};

	return parse_object(r, fields, ARRAY_SIZE(fields), out);
}

static int parse_headless(struct reader *r, void *out)
{
	static const struct field fields[] = {
		{ "width", parse_pixels, offsetof(struct manifest, width) },
		{ "height", parse_pixels, offsetof(struct manifest, height) },
	};

	return parse_object(r, fields, ARRAY_SIZE(fields), out);
}

static int parse_manifest(struct reader *r, struct manifest *m)
{
	static const struct field fields[] = {
		{ "id", parse_id, offsetof(struct manifest, id) },
		{ "name", parse_string, offsetof(struct manifest, name) },
		{ "main", parse_path, offsetof(struct manifest, main) },
		{ "windows", parse_windows, offsetof(struct manifest, windows) },
		{ "capabilities", parse_capabilities, offsetof(struct manifest, caps) },
		{ "script", parse_script, 0 },
		{ "headless", parse_headless, 0 },
	};
	int e = parse_object(r, fields, ARRAY_SIZE(fields), m);

	if (e < 0)
		return e;
	if (!m->id)
		return wrong(r, "needs an \"id\", the name in app://<id>");
	if (!m->name)
		m->name = strdup(m->id);
	if (!m->main)
		m->main = strdup("main.js");
	return m->name && m->main ? 0 : -ENOMEM;
}

int manifest_parse(
	const char *text, size_t len, struct manifest **ret, struct manifest_error *ret_error)
{
	struct buf value = BUF_INIT(4 * MANIFEST_MAX);
	struct reader r = { .error = ret_error };
	struct manifest *m = calloc(1, sizeof(*m));
	struct json_error error;
	int e = -ENOMEM;

	ret_error->text[0] = '\0';
	if (!m)
		goto out;
	list_init(&m->windows);
	m->width = 1280;
	m->height = 800;
	e = caps_new(&m->caps);
	if (e < 0)
		goto out;
	e = json_to_msgpack(text, len, JSON_COMMENTS, NULL, 0, &value, &error);
	if (e < 0) {
		snprintf(ret_error->text, sizeof(ret_error->text), MANIFEST_NAME ":%u:%u: %s",
			error.line, error.column, error.message);
		goto out;
	}
	cursor_init(&r.cursor, buf_bytes(&value), buf_len(&value));
	e = parse_manifest(&r, m);
	if (e == 0)
		*ret = take_ptr(m);
out:
	if (e < 0 && !ret_error->text[0])
		snprintf(ret_error->text, sizeof(ret_error->text), MANIFEST_NAME ": %s",
			strerror(-e));
	manifest_free(m);
	buf_fini(&value);
	return e;
}

int manifest_load(int app_fd, struct manifest **ret, struct manifest_error *ret_error)
{
	struct buf text = BUF_INIT(MANIFEST_MAX);
	int r = file_read(app_fd, MANIFEST_NAME, MANIFEST_MAX, &text);

	if (r < 0)
		snprintf(ret_error->text, sizeof(ret_error->text), MANIFEST_NAME ": %s%s",
			strerror(-r),
			r == -ENOENT ? "; an app is a folder with a " MANIFEST_NAME : "");
	else
		r = manifest_parse((const char *)buf_bytes(&text), buf_len(&text), ret, ret_error);
	buf_fini(&text);
	return r;
}

void manifest_free(struct manifest *m)
{
	struct manifest_window *win, *next;

	if (!m)
		return;
	list_for_each_safe (win, next, &m->windows, link) {
		free(win->id);
		free(win->url);
		free(win);
	}
	caps_free(m->caps);
	free(m->main);
	free(m->name);
	free(m->id);
	free(m);
}
