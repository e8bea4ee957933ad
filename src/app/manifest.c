#include "app/manifest.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "app/reader.h"
#include "base/file.h"
#include "ipc/caps.h"
#include "ipc/origin.h"
#include "native/native.h"
#include "wire/cursor.h"
#include "wire/frame.h"

#define MODULES_MAX 16
/* The origins of one rule, with their terminators. */
#define RULE_ORIGINS_BYTES (64u << 10)

struct manifest_reader {
	struct reader reader;
	struct manifest *manifest;
	struct list grants; /* struct grants */
};

static struct manifest_reader *self_of(struct reader *r)
{
	return container_of(r, struct manifest_reader, reader);
}

/*
 * A "capabilities" object, read when the rest has been: its rules need the ids of the
 * app and of the window, which may come after it.
 */
struct grants {
	struct list link; /* manifest_reader's grants */
	struct cursor at;
	char path[READER_PATH_MAX];
	const struct manifest_window *window; /* null: of the app */
};

static int parse_id(struct reader *r, void *out)
{
	char **id = out;
	int e = reader_string(r, out);
	size_t len;

	if (e < 0)
		return e;
	len = strlen(*id);
	/* It is a host name in app://<id>, and must come out of an address as it went in. */
	if (len > APP_ID_MAX || strspn(*id, "abcdefghijklmnopqrstuvwxyz0123456789-.") != len ||
		strchr("-.0123456789", **id) || strchr("-.", (*id)[len - 1]) || strstr(*id, ".."))
		return reader_wrong(
			r, "must be 1 to %d of a-z 0-9 - . and begin with a letter", APP_ID_MAX);
	return 0;
}

/* A path in the app's folder; that it stays inside is checked when it is opened. */
static int parse_path(struct reader *r, void *out)
{
	char **path = out;
	int e = reader_string(r, out);

	if (e < 0)
		return e;
	return **path == '/' ? reader_wrong(r, "must be a path in the app's folder") : 0;
}

static int parse_mebibytes(struct reader *r, void *out)
{
	uint64_t mebibytes;
	int e = reader_whole(r, 1, 1024, &mebibytes);

	if (e == 0)
		*(uint64_t *)out = mebibytes << 20;
	return e;
}

static int parse_milliseconds(struct reader *r, void *out)
{
	uint64_t ms;
	int e = reader_whole(r, 10, 600000, &ms);

	if (e == 0)
		*(uint64_t *)out = ms * 1000000;
	return e;
}

static int parse_pixels(struct reader *r, void *out)
{
	uint64_t pixels;
	int e = reader_whole(r, 16, 8192, &pixels);

	if (e == 0)
		*(uint32_t *)out = (uint32_t)pixels;
	return e;
}

static int grants_later(struct reader *r, const struct manifest_window *window)
{
	struct grants *grants = calloc(1, sizeof(*grants));

	if (!grants)
		return -ENOMEM;
	grants->at = r->cursor;
	memcpy(grants->path, r->path, sizeof(grants->path));
	grants->window = window;
	list_append(&self_of(r)->grants, &grants->link);
	return cursor_skip(&r->cursor) < 0 ? reader_wrong(r, "cannot be read") : 0;
}

static int parse_window_grants(struct reader *r, void *out)
{
	return grants_later(r, out);
}

static int parse_app_grants(struct reader *r, void *out)
{
	return grants_later(r, NULL);
}

static int parse_window(struct reader *r, void *out)
{
	return manifest_window_parse(r, out, parse_window_grants);
}

static int parse_windows(struct reader *r, void *out)
{
	return reader_array(r, parse_window, out);
}

/* A rule as it is read: a bare pattern, or an object. */
struct rule_text {
	char *channel; /* owned */
	unsigned directions, frames; /* 0: not given */
	struct buf origins; /* terminated, one after the other; none: not given */
};

static int parse_direction(struct reader *r, void *out)
{
	static const struct reader_choice choices[] = {
		{ "send", CAPS_SEND },
		{ "receive", CAPS_RECEIVE },
		{ "both", CAPS_SEND | CAPS_RECEIVE },
	};

	return reader_choice(r, choices, ARRAY_SIZE(choices), out);
}

static int parse_frames(struct reader *r, void *out)
{
	static const struct reader_choice choices[] = {
		{ "main", CAPS_MAIN },
		{ "all", CAPS_MAIN | CAPS_SUB },
	};

	return reader_choice(r, choices, ARRAY_SIZE(choices), out);
}

static int append_origin(struct reader *r, struct buf *origins, const char *origin)
{
	int e = buf_append(origins, origin, strlen(origin) + 1);

	return e == -EMSGSIZE ? reader_wrong(r, "has too many origins") : e;
}

static int append_self(struct reader *r, struct buf *origins)
{
	char self[sizeof("app://") + APP_ID_MAX];

	snprintf(self, sizeof(self), "app://%s", self_of(r)->manifest->id);
	return append_origin(r, origins, self);
}

static int parse_origin(struct reader *r, void *out)
{
	char canonical[ORIGIN_MAX];
	const char *text;
	struct value v;
	int e = reader_expect(r, VALUE_STR, &v);

	if (e < 0)
		return e;
	text = (const char *)v.bytes.data;
	if (v.bytes.len == strlen("self") && memcmp(text, "self", v.bytes.len) == 0)
		return append_self(r, out);
	if (memchr(text, '*', v.bytes.len))
		return reader_wrong(r, "must name one origin; there are no wildcards");
	if (origin_canonical(text, v.bytes.len, canonical) < 0)
		return reader_wrong(
			r, "must be \"self\" or an origin such as \"https://shop.example\"");
	if (strlen(canonical) != v.bytes.len || memcmp(canonical, text, v.bytes.len) != 0)
		return reader_wrong(r, "write it as \"%s\"", canonical);
	return append_origin(r, out, canonical);
}

static int parse_origins(struct reader *r, void *out)
{
	struct buf *origins = out;
	int e = reader_array(r, parse_origin, out);

	return e == 0 && buf_len(origins) == 0 ? reader_wrong(r, "must name at least one origin")
					       : e;
}

static int parse_pattern(struct reader *r, void *out)
{
	char **pattern = out;
	int e = reader_string(r, out);

	if (e == 0 && channel_reserved(*pattern, strlen(*pattern)))
		return reader_wrong(r, "names like __x__ are the runtime's");
	return e;
}

static int parse_rule_object(struct reader *r, struct rule_text *rule)
{
	static const struct reader_field fields[] = {
		{ "channel", parse_pattern, offsetof(struct rule_text, channel) },
		{ "direction", parse_direction, offsetof(struct rule_text, directions) },
		{ "origins", parse_origins, offsetof(struct rule_text, origins) },
		{ "frames", parse_frames, offsetof(struct rule_text, frames) },
	};
	int e = reader_object(r, fields, ARRAY_SIZE(fields), rule);

	return e == 0 && !rule->channel ? reader_wrong(r, "needs a \"channel\"") : e;
}

static int parse_rule_text(struct reader *r, struct rule_text *rule)
{
	struct cursor ahead = r->cursor;
	struct value v;

	if (cursor_next(&ahead, &v) < 0)
		return reader_wrong(r, "cannot be read");
	if (v.type == VALUE_STR)
		return parse_pattern(r, &rule->channel);
	if (v.type == VALUE_MAP)
		return parse_rule_object(r, rule);
	return reader_wrong(r, "must be a string or an object, is %s", reader_type_name(v.type));
}

/* Once for each of its origins. */
static int add_rule(struct reader *r, const struct rule_text *text, struct caps_rule *rule)
{
	const char *at = (const char *)buf_bytes(&text->origins);
	const char *end = at + buf_len(&text->origins);
	int e;

	rule->pattern = text->channel;
	rule->pattern_len = strlen(text->channel);
	do {
		rule->origin = at < end ? at : NULL;
		e = caps_add(self_of(r)->manifest->caps, rule);
		at += rule->origin ? strlen(at) + 1 : 0;
	} while (e == 0 && at < end);
	if (e == -EINVAL)
		return reader_wrong(
			r, "must be a channel name, a prefix that ends in \"*\", or \"*\"");
	if (e == -ENOSPC)
		return reader_wrong(r, "there are more than %u rules", CAPS_RULES_MAX);
	return e;
}

/* What a rule allows by default is little, and what it denies is all. */
static int parse_rule(struct reader *r, const struct grants *grants, bool deny)
{
	struct rule_text text = { .origins = BUF_INIT(RULE_ORIGINS_BYTES) };
	struct caps_rule rule = {
		.window = grants->window ? grants->window->id : NULL,
		.deny = deny,
		.directions = CAPS_SEND | CAPS_RECEIVE,
		.frames = deny ? CAPS_MAIN | CAPS_SUB : CAPS_MAIN,
	};
	int e = parse_rule_text(r, &text);

	if (text.directions)
		rule.directions = text.directions;
	if (text.frames)
		rule.frames = text.frames;
	if (e == 0 && !deny && buf_len(&text.origins) == 0)
		e = append_self(r, &text.origins);
	if (e == 0)
		e = add_rule(r, &text, &rule);
	free(text.channel);
	buf_fini(&text.origins);
	return e;
}

static int parse_allow_rule(struct reader *r, void *out)
{
	return parse_rule(r, out, false);
}

static int parse_deny_rule(struct reader *r, void *out)
{
	return parse_rule(r, out, true);
}

static int parse_allow(struct reader *r, void *out)
{
	const struct grants *grants = out;
	int e = grants->window ? caps_narrow(self_of(r)->manifest->caps, grants->window->id) : 0;

	return e < 0 ? e : reader_array(r, parse_allow_rule, out);
}

static int parse_deny(struct reader *r, void *out)
{
	return reader_array(r, parse_deny_rule, out);
}

static int parse_channels(struct reader *r, void *out)
{
	static const struct reader_field fields[] = {
		{ "allow", parse_allow, 0 },
		{ "deny", parse_deny, 0 },
	};

	return reader_object(r, fields, ARRAY_SIZE(fields), out);
}

static int parse_capabilities(struct reader *r, struct grants *grants)
{
	static const struct reader_field fields[] = {
		{ "channels", parse_channels, 0 },
	};

	r->cursor = grants->at;
	memcpy(r->path, grants->path, sizeof(r->path));
	if (grants->window && !grants->window->id)
		return reader_wrong(r, "the window needs an \"id\" to have its own");
	return reader_object(r, fields, ARRAY_SIZE(fields), grants);
}

/* One member of "modules", its name being the key. */
static int parse_module(struct reader *r, const char *key, size_t len, void *out)
{
	struct manifest_module *module = calloc(1, sizeof(*module)), *other;
	struct list *modules = out;

	if (!module)
		return -ENOMEM;
	/* In the list at once, so that it is freed with the manifest. */
	list_append(modules, &module->link);
	module->name = strndup(key, len);
	if (!module->name)
		return -ENOMEM;
	if (strlen(module->name) != len || !native_name_valid(module->name))
		return reader_wrong(r,
			"a module's name is 1 to %d of a-z 0-9 - _ and begins with a letter",
			NATIVE_NAME_MAX);
	list_for_each (other, modules, link)
		if (other != module && strcmp(other->name, module->name) == 0)
			return reader_wrong(r, "is there twice");
	return parse_path(r, &module->path);
}

static int parse_modules(struct reader *r, void *out)
{
	return reader_members(r, MODULES_MAX, parse_module, out);
}

static int parse_script(struct reader *r, void *out)
{
	static const struct reader_field fields[] = {
		{ "memoryMiB", parse_mebibytes, offsetof(struct manifest, script_memory) },
		{ "timeoutMs", parse_milliseconds, offsetof(struct manifest, script_timeout) },
	};

	return reader_object(r, fields, ARRAY_SIZE(fields), out);
}

static int parse_headless(struct reader *r, void *out)
{
	static const struct reader_field fields[] = {
		{ "width", parse_pixels, offsetof(struct manifest, width) },
		{ "height", parse_pixels, offsetof(struct manifest, height) },
	};

	return reader_object(r, fields, ARRAY_SIZE(fields), out);
}

static int parse_manifest(struct manifest_reader *mr, struct manifest *m)
{
	static const struct reader_field fields[] = {
		{ "id", parse_id, offsetof(struct manifest, id) },
		{ "name", reader_string, offsetof(struct manifest, name) },
		{ "main", parse_path, offsetof(struct manifest, main) },
		{ "windows", parse_windows, offsetof(struct manifest, windows) },
		{ "capabilities", parse_app_grants, 0 },
		{ "modules", parse_modules, offsetof(struct manifest, modules) },
		{ "script", parse_script, 0 },
		{ "headless", parse_headless, 0 },
		{ "outputs", device_read_outputs, offsetof(struct manifest, device) },
		{ "input", device_read_input, offsetof(struct manifest, device) },
		{ "splash", device_read_splash, offsetof(struct manifest, device) },
	};
	struct reader *r = &mr->reader;
	struct grants *grants;
	int e = reader_object(r, fields, ARRAY_SIZE(fields), m);

	if (e < 0)
		return e;
	if (!m->id)
		return reader_wrong(r, "needs an \"id\", the name in app://<id>");
	list_for_each (grants, &mr->grants, link) {
		e = parse_capabilities(r, grants);
		if (e < 0)
			return e;
	}
	if (!m->name)
		m->name = strdup(m->id);
	if (!m->main)
		m->main = strdup("main.js");
	return m->name && m->main ? 0 : -ENOMEM;
}

static int manifest_new(struct manifest **ret)
{
	struct manifest *m = calloc(1, sizeof(*m));
	int e;

	if (!m)
		return -ENOMEM;
	list_init(&m->windows);
	list_init(&m->modules);
	m->width = 1280;
	m->height = 800;
	e = caps_new(&m->caps);
	if (e < 0) {
		free(m);
		return e;
	}
	*ret = m;
	return 0;
}

int manifest_parse(
	const char *text, size_t len, struct manifest **ret, struct reader_error *ret_error)
{
	struct manifest_reader r;
	struct manifest *m = NULL;
	struct grants *grants, *next;
	int e = reader_init(&r.reader, MANIFEST_NAME, text, len, ret_error);

	list_init(&r.grants);
	if (e == 0)
		e = manifest_new(&m);
	if (e == 0) {
		r.manifest = m;
		e = parse_manifest(&r, m);
	}
	if (e == 0)
		*ret = take_ptr(m);
	else
		reader_explain(&r.reader, e);
	list_for_each_safe (grants, next, &r.grants, link)
		free(grants);
	manifest_free(m);
	reader_fini(&r.reader);
	return e;
}

int manifest_load(int app_fd, struct manifest **ret, struct reader_error *ret_error)
{
	struct buf text = BUF_INIT(READER_TEXT_MAX);
	int r = file_read(app_fd, MANIFEST_NAME, READER_TEXT_MAX, &text);

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
	struct manifest_module *module, *after;

	if (!m)
		return;
	manifest_windows_free(&m->windows);
	list_for_each_safe (module, after, &m->modules, link) {
		free(module->name);
		free(module->path);
		free(module);
	}
	caps_free(m->caps);
	free(m->main);
	free(m->name);
	free(m->id);
	free(m);
}
