/* All of Duktape, which is compiled here: for what it has no function for. */
#include <duktape.c>

#include "script/props.h"

#if DUK_VERSION != 20700L
#error "what is used here of the inside of Duktape is that of 2.7.0: look at each line again"
#endif

/* Keys with which duk_enum() does more than to list them. */
static bool is_special(duk_hobject *h)
{
	return DUK_HOBJECT_HAS_EXOTIC_BEHAVIOR(h) || DUK_HOBJECT_GET_ASIZE(h) > 0 ||
	       DUK_HOBJECT_GET_ENEXT(h) > PROPS_MAX;
}

duk_idx_t props_push_keys(duk_context *ctx, duk_idx_t at)
{
	duk_hobject *h = duk_require_hobject(ctx, at);
	duk_idx_t n = 0;

	if (is_special(h))
		return -1;
	duk_require_stack(ctx, PROPS_MAX);
	for (duk_uint_t i = 0; i < DUK_HOBJECT_GET_ENEXT(h); i++) {
		duk_hstring *key = DUK_HOBJECT_E_GET_KEY(ctx->heap, h, i);

		if (!key || DUK_HSTRING_HAS_SYMBOL(key) ||
			!DUK_HOBJECT_E_SLOT_IS_ENUMERABLE(ctx->heap, h, i))
			continue;
		if (DUK_HSTRING_HAS_ARRIDX(key)) {
			duk_pop_n(ctx, n);
			return -1;
		}
		duk_push_hstring(ctx, key);
		n++;
	}
	return n;
}

bool props_get(duk_context *ctx, duk_idx_t at, duk_idx_t key)
{
	duk_hobject *h = duk_require_hobject(ctx, at);
	duk_int_t entry, hash;

	if (!duk_hobject_find_entry(ctx->heap, h, duk_require_hstring(ctx, key), &entry, &hash))
		return false;
	if (!DUK_HOBJECT_E_SLOT_IS_ACCESSOR(ctx->heap, h, entry)) {
		duk_push_tval(ctx, DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(ctx->heap, h, entry));
		return true;
	}
	at = duk_require_normalize_index(ctx, at);
	duk_dup(ctx, key);
	duk_get_prop(ctx, at);
	return true;
}

void props_reserve(duk_context *ctx, duk_idx_t at, duk_uint_t n)
{
	duk_hobject_resize_entrypart(ctx, duk_require_hobject(ctx, at), n);
}
