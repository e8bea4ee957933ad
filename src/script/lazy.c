#include "script/lazy.h"

#include "script/heap.h"
#include "script/modules.h"

/* Of an accessor: the name of its global, and that of the module. */
#define KEY_GLOBAL DUK_HIDDEN_SYMBOL("global")
#define KEY_MODULE DUK_HIDDEN_SYMBOL("module")

#define HIDDEN_FROM_LOOPS (DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_CLEAR_ENUMERABLE)

/* [ ... accessor value ] -> [ ... accessor value ]: a property like others from now on. */
static void put_global(duk_context *ctx)
{
	duk_push_global_object(ctx);
	duk_get_prop_literal(ctx, -3, KEY_GLOBAL);
	duk_dup(ctx, -3);
	duk_def_prop(
		ctx, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE | HIDDEN_FROM_LOOPS);
	duk_pop(ctx);
}

static duk_ret_t get(duk_context *ctx)
{
	struct modules *m = heap_self(ctx);

	duk_push_current_function(ctx);
	duk_get_prop_literal(ctx, 0, KEY_MODULE);
	modules_load_builtin(m, ctx, duk_get_string(ctx, -1));
	duk_get_prop_literal(ctx, 0, KEY_GLOBAL);
	duk_get_prop(ctx, -2);
	duk_replace(ctx, 1);
	duk_set_top(ctx, 2);
	put_global(ctx);
	return 1;
}

static duk_ret_t set(duk_context *ctx)
{
	duk_push_current_function(ctx);
	duk_insert(ctx, 0);
	put_global(ctx);
	return 0;
}

static void push_accessor(struct modules *m, duk_context *ctx, duk_c_function fn, duk_idx_t nargs,
	const char *name, const char *module)
{
	heap_push_function(ctx, name, fn, nargs, m);
	duk_push_string(ctx, name);
	duk_put_prop_literal(ctx, -2, KEY_GLOBAL);
	duk_push_string(ctx, module);
	duk_put_prop_literal(ctx, -2, KEY_MODULE);
}

void lazy_global(struct modules *m, duk_context *ctx, const char *name, const char *module)
{
	duk_push_global_object(ctx);
	duk_push_string(ctx, name);
	push_accessor(m, ctx, get, 0, name, module);
	push_accessor(m, ctx, set, 1, name, module);
	duk_def_prop(
		ctx, -4, DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_HAVE_SETTER | HIDDEN_FROM_LOOPS);
	duk_pop(ctx);
}
