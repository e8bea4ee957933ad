#include "app/sdk.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "api/api.h"
#include "bind/reference.h"
#include "bind/typescript.h"
#include "native/native.h"
#include "script/script.h"
#include "wire/status.h"

/* The path is relative to the top of the checkout, where the compiler is run. */
__asm__(".pushsection .rodata\n"
	"sdk_globals:\n"
	".incbin \"js/host/globals.d.ts\"\n"
	"sdk_globals_end:\n"
	".popsection\n");
extern const char sdk_globals[], sdk_globals_end[];

static int write_module(FILE *out, const void *arg)
{
	/* The others speak of its types. */
	const struct kiln_module *const others[] = { &api_ipc, NULL };

	return typescript_module(out, arg, others);
}

static int write_page(FILE *out, const void *arg)
{
	return typescript_page(out, arg);
}

static int write_functions(FILE *out, const void *arg)
{
	reference_functions(out, arg);
	return 0;
}

static int write_events(FILE *out, const void *arg)
{
	reference_events(out, arg);
	return 0;
}

#define ERROR_ROW(constant_, code_, name_, when_, example_) \
	"| " #code_ " | " name_ " | " when_ " | `" example_ "` |\n"

static int write_errors(FILE *out, const void *arg)
{
	fputs("\n| code | name | when | for example |\n|---|---|---|---|\n" WIRE_STATUSES(
		      ERROR_ROW),
		out);
	return 0;
}

static int write_globals(FILE *out, const void *arg)
{
	size_t len = (size_t)(sdk_globals_end - sdk_globals);

	return fwrite(sdk_globals, 1, len, out) == len ? 0 : -EIO;
}

/* Whole or not at all, and only when it changes: builds go by the time of files. */
static int write_file(
	const char *dir, const char *name, int (*write)(FILE *, const void *), const void *arg)
{
	char path[PATH_MAX], tmp[PATH_MAX + 8];
	FILE *out;
	int r;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	for (char *c = path + strlen(dir); *c; c++)
		if (*c == ':')
			*c = '.';
	snprintf(tmp, sizeof(tmp), "%s.new", path);
	out = fopen(tmp, "we");
	if (!out)
		return -errno;
	r = write(out, arg);
	if (ferror(out) && r == 0)
		r = -EIO;
	if (fclose(out) != 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(tmp, path) < 0)
		r = -errno;
	if (r < 0)
		remove(tmp);
	return r;
}

/* What tools/reference puts into the pages of js/doc. */
static int write_reference(const char *dir)
{
	char sub[PATH_MAX], name[64];
	int r = 0;

	snprintf(sub, sizeof(sub), "%s/reference", dir);
	if (mkdir(sub, 0777) < 0 && errno != EEXIST)
		return -errno;
	for (const struct kiln_module *const *m = api_modules; r == 0 && *m; m++) {
		snprintf(name, sizeof(name), "%s.md", (*m)->name);
		r = write_file(sub, name, write_functions, *m);
	}
	if (r == 0)
		r = write_file(sub, "page.md", write_functions, &api_page);
	if (r == 0)
		r = write_file(sub, "events.md", write_events, &api_ipc);
	return r < 0 ? r : write_file(sub, "errors.md", write_errors, NULL);
}

static int write_runtime(const char *dir)
{
	struct script_error error;
	char name[64];
	int r = script_check_modules(&error);

	if (r < 0) {
		fprintf(stderr, "kiln: the built-in modules: %s\n", error.message);
		return r;
	}
	for (const struct kiln_module *const *m = api_modules; r == 0 && *m; m++) {
		snprintf(name, sizeof(name), "%s.d.ts", (*m)->name);
		r = write_file(dir, name, write_module, *m);
	}
	if (r == 0)
		r = write_file(dir, "page.d.ts", write_page, &api_page);
	if (r == 0)
		r = write_file(dir, "host.d.ts", write_globals, NULL);
	if (r == 0)
		r = write_reference(dir);
	if (r < 0)
		fprintf(stderr, "kiln: %s: %s\n", dir, strerror(-r));
	return r;
}

static int write_native(const char *dir, const char *path)
{
	struct native_error error;
	struct native *n = NULL;
	char name[64];
	int r = native_load(-1, path, NULL, &n, &error);

	if (r < 0) {
		fprintf(stderr, "%s: %s\n", path, error.text);
		return r;
	}
	snprintf(name, sizeof(name), "native.%s.d.ts", native_module(n)->name);
	r = write_file(dir, name, write_module, native_module(n));
	if (r < 0)
		fprintf(stderr, "kiln: %s/%s: %s\n", dir, name, strerror(-r));
	native_free(n);
	return r;
}

int sdk_write(const char *dir, char *const *modules)
{
	int r = 0;

	if (mkdir(dir, 0777) < 0 && errno != EEXIST) {
		fprintf(stderr, "kiln: %s: %s\n", dir, strerror(errno));
		return 1;
	}
	if (!*modules)
		return write_runtime(dir) < 0;
	for (; r == 0 && *modules; modules++)
		r = write_native(dir, *modules);
	return r < 0;
}
