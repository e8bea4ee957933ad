/*
 * compile-host OUT FILE...: compiles the runtime's own scripts at build time.
 *
 * Of js/host/x.js comes OUT/x.bc, Duktape's bytecode of the function that is the
 * module "runtime:x"; and OUT/stamp.h, which says of what Duktape. It runs where
 * the build runs, also when that is for another machine: bytecode is the same for
 * all machines, but not for all versions and configurations of Duktape.
 */
/* All of it, for what it has no function for. */
#include <duktape.c>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/builtin.h"

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "compile-host: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	exit(1);
}

static void on_fatal(void *udata, const char *why)
{
	die("%s", why);
}

/* Only for Duktape's own sake: nothing is run that could take long. */
int heap_out_of_time(void *udata)
{
	return 0;
}

static FILE *open_file(const char *name, const char *mode)
{
	FILE *f = fopen(name, mode);

	if (!f)
		die("cannot open %s", name);
	return f;
}

/* [ ... ] -> [ ... source ] */
static void push_source(duk_context *ctx, const char *name)
{
	FILE *f = open_file(name, "r");
	char part[4096];
	size_t n;
	duk_idx_t parts = 1;

	/* On one line with the source's first, so that line numbers hold. */
	duk_push_string(ctx, BUILTIN_HEAD);
	while ((n = fread(part, 1, sizeof(part), f)) > 0) {
		for (size_t i = 0; i < n; i++)
			if (part[i] & 0x80)
				die("%s: not ASCII; write \\u escapes", name);
		duk_require_stack(ctx, 2);
		duk_push_lstring(ctx, part, n);
		parts++;
	}
	if (ferror(f))
		die("cannot read %s", name);
	fclose(f);
	duk_push_string(ctx, "\n})");
	duk_concat(ctx, parts + 1);
}

/*
 * As with functions of the language's own, only constructors, which are those with a
 * capital letter, can be called with new. All others need no prototype then: an object
 * for each time that a function is made, and one that holds its function, so that they
 * go with the next collection only.
 */
static void keep_constructors(duk_context *ctx, duk_hobject *function)
{
	duk_hcompfunc *f = (duk_hcompfunc *)function;
	duk_hobject **inner = DUK_HCOMPFUNC_GET_FUNCS_BASE(ctx->heap, f);
	duk_hobject **last = DUK_HCOMPFUNC_GET_FUNCS_END(ctx->heap, f);
	const char *name;

	duk_push_heapptr(ctx, function);
	duk_get_prop_string(ctx, -1, "name");
	name = duk_get_string_default(ctx, -1, "");
	if (!(name[0] >= 'A' && name[0] <= 'Z'))
		DUK_HOBJECT_CLEAR_CONSTRUCTABLE(function);
	duk_pop_2(ctx);
	for (; inner < last; inner++)
		keep_constructors(ctx, *inner);
}

static void compile(duk_context *ctx, const char *file, const char *base, size_t base_len)
{
	push_source(ctx, file);
	duk_push_sprintf(ctx, BUILTIN_PREFIX "%.*s", (int)base_len, base);
	if (duk_pcompile(ctx, DUK_COMPILE_EVAL) != 0 || duk_pcall(ctx, 0) != 0)
		die("%s: %s", file, duk_safe_to_string(ctx, -1));
	keep_constructors(ctx, duk_get_heapptr(ctx, -1));
	duk_dump_function(ctx);
}

static void write_code(duk_context *ctx, const char *dir, const char *base, size_t base_len)
{
	char name[4096];
	duk_size_t len;
	const void *code = duk_require_buffer(ctx, -1, &len);
	FILE *f;

	snprintf(name, sizeof(name), "%s/%.*s.bc", dir, (int)base_len, base);
	f = open_file(name, "w");
	if (fwrite(code, 1, len, f) != len || fclose(f) != 0)
		die("cannot write %s", name);
	duk_pop(ctx);
}

static void write_stamp(const char *dir)
{
	char name[4096];
	FILE *f;

	snprintf(name, sizeof(name), "%s/stamp.h", dir);
	f = open_file(name, "w");
	fprintf(f, "#define BUILTIN_STAMP %uu\n", (unsigned)KILN_DUK_STAMP);
	if (fclose(f) != 0)
		die("cannot write %s", name);
}

int main(int argc, char **argv)
{
	duk_context *ctx;

	if (argc < 3)
		die("usage: compile-host OUT FILE...");
	ctx = duk_create_heap(NULL, NULL, NULL, NULL, on_fatal);
	if (!ctx)
		die("out of memory");
	for (int i = 2; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/'), *base = slash ? slash + 1 : argv[i];
		size_t base_len = strcspn(base, ".");

		compile(ctx, argv[i], base, base_len);
		write_code(ctx, argv[1], base, base_len);
	}
	write_stamp(argv[1]);
	duk_destroy_heap(ctx);
	return 0;
}
