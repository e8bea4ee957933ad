#include "script/modules.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "api/api.h"
#include "base/file.h"
#include "script/binding.h"
#include "script/builtin.h"
#include "script/heap.h"
#include "script/text.h"
#include "wire/cursor.h"

/* On one line with the source's first, so that line numbers hold. */
#define HEAD "(function (exports, require, module, __filename) {"
#define TAIL "\n})"

#define NATIVE_PREFIX "native:" /* also of the peer's name */

#define KEY_MODULES "modules" /* in the stash: path -> module, complete or being run */
#define KEY_NATIVES "natives"
#define KEY_INTERNAL "internal"
#define KEY_FROM DUK_HIDDEN_SYMBOL("from") /* of a require function: its module's path */

void modules_init(struct modules *m, int app_fd, const struct kiln_module *const *natives)
{
	*m = (struct modules){ .app_fd = app_fd, .natives = natives };
	buf_init(&m->source, MODULE_MAX + sizeof(HEAD) + sizeof(TAIL));
	buf_init(&m->text, PATH_MAX);
}

void modules_fini(struct modules *m)
{
	buf_fini(&m->source);
	buf_fini(&m->text);
}

void modules_setup(struct modules *m, duk_context *ctx)
{
	static const char *const keys[] = { KEY_MODULES, KEY_NATIVES, KEY_INTERNAL };

	duk_push_heap_stash(ctx);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		duk_push_bare_object(ctx);
		duk_put_prop_string(ctx, -2, keys[i]);
	}
	duk_pop(ctx);
}

static void push_stashed(duk_context *ctx, const char *key)
{
	duk_push_heap_stash(ctx);
	duk_get_prop_string(ctx, -1, key);
	duk_remove(ctx, -2);
}

void modules_push_natives(duk_context *ctx, const char *name)
{
	push_stashed(ctx, KEY_NATIVES);
	if (!duk_get_prop_string(ctx, -1, name)) {
		duk_pop(ctx);
		duk_push_object(ctx);
		duk_dup_top(ctx);
		duk_put_prop_string(ctx, -3, name);
	}
	duk_remove(ctx, -2);
}

void modules_push_internal(duk_context *ctx)
{
	push_stashed(ctx, KEY_INTERNAL);
}

static int begin_source(struct modules *m)
{
	buf_reset(&m->source, 0);
	return buf_append(&m->source, HEAD, strlen(HEAD));
}

static int end_source(struct modules *m)
{
	size_t n = strlen(HEAD);

	if (!utf8_valid(buf_bytes(&m->source) + n, buf_len(&m->source) - n))
		return -EILSEQ;
	return buf_append(&m->source, TAIL, strlen(TAIL));
}

int modules_set_source(struct modules *m, const char *text, size_t len)
{
	int r = begin_source(m);

	if (len > MODULE_MAX)
		return -EFBIG;
	if (r == 0)
		r = buf_append(&m->source, text, len);
	return r < 0 ? r : end_source(m);
}

int modules_read(struct modules *m, const char *path)
{
	int r = begin_source(m);

	if (r == 0)
		r = file_read(m->app_fd, path, MODULE_MAX, &m->source);
	return r < 0 ? r : end_source(m);
}

const char *modules_strerror(int error)
{
	switch (error) {
	case -ENOENT:
	case -ENOTDIR:
		return "there is no such file";
	case -EXDEV:
	case -ELOOP:
		return "it is not inside the app's folder";
	case -EFBIG:
		return "it is over 4 MiB";
	case -EISDIR:
		return "it is not a file";
	case -EILSEQ:
		return "it is not UTF-8";
	default:
		return strerror(-error);
	}
}

void modules_compile(struct modules *m, duk_context *ctx, const char *name)
{
	duk_push_string(ctx, name);
	duk_compile_lstring_filename(
		ctx, DUK_COMPILE_EVAL, (const char *)buf_bytes(&m->source), buf_len(&m->source));
	buf_reset(&m->source, 0);
}

static duk_ret_t require(duk_context *ctx);

static bool is_runtime(const char *name)
{
	return strncmp(name, BUILTIN_PREFIX, strlen(BUILTIN_PREFIX)) == 0;
}

static bool is_native(const char *name)
{
	return strncmp(name, NATIVE_PREFIX, strlen(NATIVE_PREFIX)) == 0;
}

/* A name by which Node would look for a package, or for a module of its own. */
static bool is_package(const char *name)
{
	return name[0] != '\0' && name[0] != '.' && name[0] != '/';
}

/* [ ... ] -> [ ... module ] */
static void push_module(duk_context *ctx, const char *path)
{
	duk_push_object(ctx);
	duk_push_string(ctx, path);
	duk_put_prop_literal(ctx, -2, "id");
	duk_push_object(ctx);
	duk_put_prop_literal(ctx, -2, "exports");
}

/* Pushes the module's exports as they are now, if there is such a module. */
static bool push_cached(duk_context *ctx, const char *path)
{
	push_stashed(ctx, KEY_MODULES);
	if (!duk_get_prop_string(ctx, -1, path)) {
		duk_pop_2(ctx);
		return false;
	}
	duk_get_prop_literal(ctx, -1, "exports");
	duk_replace(ctx, -3);
	duk_pop(ctx);
	return true;
}

struct module_run {
	const char *path;
	bool ours;
	duk_idx_t module, nargs;
};

/* [ ... function this arguments ] -> [ ... exports ] */
static duk_ret_t call_module(duk_context *ctx, void *udata)
{
	const struct module_run *run = udata;

	duk_call_method(ctx, run->nargs);
	duk_get_prop_literal(ctx, run->module, "exports");
	if (run->ours && api_find(run->path)) {
		binding_seal(ctx, api_find(run->path), run->path);
		duk_dup_top(ctx);
		duk_put_prop_literal(ctx, run->module, "exports");
	}
	return 1;
}

/*
 * [ ... function ] -> [ ... exports ]. While it runs the module is known under
 * its path, so that a cycle gets what is exported so far; if it throws it was
 * never there. What could fail comes before; forgetting it takes no memory.
 */
static void run_module(struct modules *m, duk_context *ctx, const char *path, bool ours)
{
	duk_idx_t function = duk_get_top_index(ctx), module = function + 1, cache = function + 2;
	duk_idx_t key = function + 3;
	struct module_run run = { path, ours, module, ours ? 6 : 4 };

	push_module(ctx, path);
	push_stashed(ctx, KEY_MODULES);
	duk_push_string(ctx, path);

	duk_dup(ctx, function);
	duk_get_prop_literal(ctx, module, "exports");
	duk_dup_top(ctx);
	heap_push_function(ctx, "require", require, 1, m);
	duk_dup(ctx, key);
	duk_put_prop_literal(ctx, -2, KEY_FROM);
	duk_dup(ctx, module);
	duk_dup(ctx, key);
	if (ours) {
		modules_push_natives(ctx, path);
		modules_push_internal(ctx);
	}
	duk_dup(ctx, key);
	duk_dup(ctx, module);
	duk_put_prop(ctx, cache);
	if (duk_safe_call(ctx, call_module, &run, run.nargs + 2, 1) != DUK_EXEC_SUCCESS) {
		duk_dup(ctx, key);
		duk_del_prop(ctx, cache);
		(void)duk_throw(ctx);
	}
	duk_replace(ctx, function);
	duk_set_top(ctx, function + 1);
}

void modules_run(struct modules *m, duk_context *ctx, const char *path)
{
	modules_compile(m, ctx, path);
	duk_call(ctx, 0);
	run_module(m, ctx, path, false);
}

static const char *push_public_names(duk_context *ctx)
{
	const struct builtin *b;
	duk_idx_t n = 0;

	duk_push_literal(ctx, ", ");
	for (; (b = builtin_public((size_t)n)); n++)
		duk_push_string(ctx, b->name);
	duk_join(ctx, n);
	return duk_get_string(ctx, -1);
}

static bool is_public(const struct builtin *b)
{
	const struct builtin *p;

	for (size_t i = 0; (p = builtin_public(i)); i++)
		if (p == b)
			return true;
	return false;
}

void modules_push_builtin(duk_context *ctx, const char *name)
{
	const struct builtin *b = builtin_find(name);

	/* Duktape only reads it. */
	duk_push_external_buffer(ctx);
	duk_config_buffer(ctx, -1, (void *)b->start, (duk_size_t)(b->end - b->start));
	duk_load_function(ctx);
}

void modules_load_builtin(struct modules *m, duk_context *ctx, const char *name)
{
	if (push_cached(ctx, name))
		return;
	modules_push_builtin(ctx, name);
	run_module(m, ctx, name, true);
}

int modules_resolve(const char *from, const char *name, char path[PATH_MAX])
{
	const char *slash = strrchr(from, '/');
	size_t n = slash ? (size_t)(slash - from) : 0;

	if (name[0] == '/')
		return -EXDEV;
	memcpy(path, from, n);
	while (*name) {
		size_t len = strcspn(name, "/");
		bool up = len == 2 && strncmp(name, "..", 2) == 0;

		if (up && n == 0)
			return -EXDEV;
		if (up) {
			while (n > 0 && path[--n] != '/')
				;
		} else if (len > 0 && !(len == 1 && name[0] == '.')) {
			if (n + len + 2 > PATH_MAX)
				return -ENAMETOOLONG;
			if (n > 0)
				path[n++] = '/';
			memcpy(path + n, name, len);
			n += len;
		}
		name += len + (name[len] == '/');
	}
	path[n] = '\0';
	if (n == 0)
		return -EISDIR;
	/* A file may have such a name, but it would be known as one of our own modules. */
	return is_runtime(path) || is_native(path) ? -ENOENT : 0;
}

/* Pushes the exports of the module at @path, if it can be read. */
static int load_file(struct modules *m, duk_context *ctx, const char *path)
{
	int r;

	if (push_cached(ctx, path))
		return 0;
	r = modules_read(m, path);
	if (r == 0)
		modules_run(m, ctx, path);
	return r;
}

static int load(struct modules *m, duk_context *ctx, const char *from, const char *name)
{
	char path[PATH_MAX];
	int r = modules_resolve(from, name, path), with_ending;

	if (r < 0)
		return r;
	r = load_file(m, ctx, path);
	if ((r != -ENOENT && r != -EISDIR) || strlen(path) + sizeof(".js") > sizeof(path))
		return r;
	with_ending = load_file(m, ctx, strcat(path, ".js"));
	return with_ending == -ENOENT ? r : with_ending;
}

/* Pushes the exports of the native module @name; false when kiln.json does not name it. */
static bool load_native(struct modules *m, duk_context *ctx, const char *name)
{
	const struct kiln_module *const *n = m->natives;
	duk_idx_t module;

	if (push_cached(ctx, name))
		return true;
	while (n && *n && strcmp((*n)->name, name + strlen(NATIVE_PREFIX)) != 0)
		n++;
	if (!n || !*n)
		return false;
	push_module(ctx, name);
	module = duk_get_top_index(ctx);
	duk_push_object(ctx);
	binding_seal(ctx, *n, name);
	if (*(*n)->events) {
		/* on() and events(). */
		modules_push_internal(ctx);
		duk_get_prop_literal(ctx, -1, "addModuleEvents");
		duk_dup(ctx, -3);
		duk_push_string(ctx, name);
		duk_call(ctx, 2);
		duk_pop_2(ctx);
	}
	duk_dup_top(ctx);
	duk_put_prop_literal(ctx, module, "exports");
	push_stashed(ctx, KEY_MODULES);
	duk_dup(ctx, module);
	duk_put_prop_string(ctx, -2, name);
	duk_pop(ctx);
	duk_remove(ctx, module);
	return true;
}

static duk_ret_t require(duk_context *ctx)
{
	struct modules *m = heap_self(ctx);
	const char *name, *utf8, *from;
	const struct builtin *b;
	duk_size_t len;
	size_t utf8_len;
	int r;

	name = duk_require_lstring(ctx, 0, &len);
	duk_push_current_function(ctx);
	duk_get_prop_literal(ctx, -1, KEY_FROM);
	from = duk_get_string(ctx, -1);
	if (is_runtime(name)) {
		b = builtin_find(name);
		/* Our own may have our own. */
		if (!b || !(is_public(b) || is_runtime(from)))
			return duk_generic_error(ctx,
				"there is no module \"%s\" (from %s), only %s", name, from,
				push_public_names(ctx));
		modules_load_builtin(m, ctx, name);
		return 1;
	}
	if (is_native(name)) {
		if (!load_native(m, ctx, name))
			return duk_generic_error(ctx,
				"there is no native module \"%s\" (from %s): name it in the "
				"\"modules\" of kiln.json",
				name + strlen(NATIVE_PREFIX), from);
		return 1;
	}
	r = text_export(&m->text, name, len, &utf8, &utf8_len);
	if (r == 0 && memchr(utf8, '\0', utf8_len))
		r = -ENOENT;
	if (r == 0) {
		/* Terminated, and safe from the modules that are loaded by this one. */
		duk_push_lstring(ctx, utf8, utf8_len);
		r = load(m, ctx, from, duk_get_string(ctx, -1));
	}
	if (r < 0)
		return duk_generic_error(ctx, "cannot find module \"%s\" (from %s): %s%s", name,
			from, modules_strerror(r),
			r == -ENOENT && is_package(name)
				? "; Node's own modules are not here, and npm packages only in an "
				  "app that is built"
				: "");
	return 1;
}
