#include "script/collections.h"

#include <stdint.h>
#include <stdio.h>

#include "base/macros.h"
#include "script/heap.h"
#include "script/lazy.h"
#include "script/modules.h"

#define BUILTIN "runtime:collections"

static const char *const names[] = { "Map", "Set", "WeakMap", "WeakSet" };

/*
 * An object's address: Duktape does not move objects, and who asks for it holds the
 * object for as long as the answer is used. Exact, as addresses have less than 53 bits.
 */
static duk_ret_t identity(duk_context *ctx)
{
	duk_push_number(ctx, (double)(uintptr_t)duk_require_heapptr(ctx, 0));
	return 1;
}

/* Of a key that was taken out; no script has such a value. */
static char gone;

/*
 * ( key number ... ) -> pushes the name under which the collection's value is with the key.
 * Scripts cannot make such a name, nor see it. The key's address is in it because an object
 * that is asked asks its prototype too, and a proxy its target.
 */
static bool push_weak_name(duk_context *ctx)
{
	void *key = duk_get_heapptr(ctx, 0);

	if (!key || !duk_is_object(ctx, 0))
		return false;
	duk_push_sprintf(ctx, "%s %u %p", DUK_HIDDEN_SYMBOL("weak"), duk_require_uint(ctx, 1), key);
	return true;
}

/* ( key number ... ) -> pushes the value; false when there is none, and then not. */
static bool push_weak_value(duk_context *ctx)
{
	if (!push_weak_name(ctx))
		return false;
	duk_dup_top(ctx);
	if (!duk_get_prop(ctx, 0)) {
		duk_pop(ctx);
		/* What was defined of a proxy itself only its descriptor tells. */
		duk_get_prop_desc(ctx, 0, 0);
		if (duk_is_undefined(ctx, -1))
			return false;
		duk_get_prop_literal(ctx, -1, "value");
	}
	return !duk_is_pointer(ctx, -1) || duk_get_pointer(ctx, -1) != &gone;
}

/* ( key number value ): also to a key that is frozen. */
static void define_weak(duk_context *ctx)
{
	if (!push_weak_name(ctx))
		(void)duk_type_error(ctx, "a key of a weak collection is an object");
	duk_dup(ctx, 2);
	duk_def_prop(ctx, 0,
		DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_SET_WRITABLE |
			DUK_DEFPROP_CLEAR_ENUMERABLE | DUK_DEFPROP_FORCE);
}

static duk_ret_t weak_get(duk_context *ctx)
{
	return push_weak_value(ctx) ? 1 : 0;
}

static duk_ret_t weak_has(duk_context *ctx)
{
	duk_push_boolean(ctx, push_weak_value(ctx));
	return 1;
}

static duk_ret_t weak_set(duk_context *ctx)
{
	define_weak(ctx);
	return 0;
}

/* Marks it as gone: to delete what was frozen with its key is not possible. */
static duk_ret_t weak_delete(duk_context *ctx)
{
	bool had = push_weak_value(ctx);

	if (had) {
		duk_set_top(ctx, 2);
		duk_push_pointer(ctx, &gone);
		define_weak(ctx);
	}
	duk_push_boolean(ctx, had);
	return 1;
}

void collections_setup(struct modules *m, duk_context *ctx)
{
	static const struct {
		const char *name;
		duk_c_function fn;
		duk_idx_t nargs;
	} natives[] = {
		{ "identity", identity, 1 },
		{ "weakGet", weak_get, 2 },
		{ "weakHas", weak_has, 2 },
		{ "weakSet", weak_set, 3 },
		{ "weakDelete", weak_delete, 2 },
	};

	modules_push_natives(ctx, BUILTIN);
	for (size_t i = 0; i < ARRAY_SIZE(natives); i++)
		heap_bind(ctx, -1, natives[i].name, natives[i].fn, natives[i].nargs, m);
	duk_pop(ctx);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		lazy_global(m, ctx, names[i], BUILTIN);
}
