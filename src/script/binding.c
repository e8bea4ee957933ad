#include "script/binding.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "bind/decode.h"
#include "bind/name.h"
#include "script/heap.h"
#include "script/modules.h"
#include "script/props.h"
#include "script/text.h"
#include "wire/limits.h"

/* Items of a list between two looks at the clock. */
#define TIME_CHECKED 256

/* Of an exported function. */
#define KEY_SCRIPT DUK_HIDDEN_SYMBOL("script") /* the function that implements it */
#define KEY_SERVICE DUK_HIDDEN_SYMBOL("service") /* or the peer, */
#define KEY_METHOD DUK_HIDDEN_SYMBOL("method") /* its method, */
#define KEY_CLASS                                                                      \
	DUK_HIDDEN_SYMBOL("class") /* and what the answer is the id of; false: nothing \
				    */

/* ---- arguments ---- */

struct step {
	const char *member; /* as it is declared; null: of a list, the one at index */
	uint32_t index;
};

struct report {
	/* To the value in hand: the argument, and what of it. Left as they are by a failure. */
	struct step steps[DEPTH_MAX + 1];
	unsigned n_steps;
	char reason[160];
	unsigned depth; /* of the value in hand, in lists, structs and unions */
	bool script; /* the argument is script's: it may be what C has no form for */
};

static void descend(struct report *r, const char *member, uint32_t index)
{
	r->steps[r->n_steps++] = (struct step){ member, index };
}

/* "options.urls[2]"; its end is cut off when it does not fit. */
static void show_path(const struct report *r, char *to, size_t room)
{
	char name[NAME_MAX_BYTES];

	for (size_t i = 0, n = 0; i < r->n_steps && n < room; i++) {
		const struct step *s = &r->steps[i];

		if (s->member)
			name_to_camel(s->member, name);
		n += (size_t)(s->member ? snprintf(to + n, room - n, "%s%s", i ? "." : "", name)
					: snprintf(to + n, room - n, "[%u]", s->index));
	}
}

static bool printf_like(2, 3) wrong(struct report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->reason, sizeof(r->reason), fmt, ap);
	va_end(ap);
	r->reason[text_cut(r->reason, strlen(r->reason))] = '\0';
	return false;
}

static const char *shown_type(duk_context *ctx, duk_idx_t at)
{
	if (duk_is_array(ctx, at))
		return "an array";
	if (duk_is_function(ctx, at))
		return "a function";
	switch (duk_get_type(ctx, at)) {
	case DUK_TYPE_UNDEFINED:
		return "undefined";
	case DUK_TYPE_NULL:
		return "null";
	case DUK_TYPE_BOOLEAN:
		return "a boolean";
	case DUK_TYPE_NUMBER:
		return "a number";
	case DUK_TYPE_STRING:
		return duk_is_symbol(ctx, at) ? "a symbol" : "a string";
	default:
		return "an object";
	}
}

static bool mismatch(duk_context *ctx, duk_idx_t at, const struct kiln_type *type, struct report *r)
{
	/* A number that is not such a number need not be told that it is one. */
	bool close = duk_is_number(ctx, at) && type->kind >= KILN_KIND_INT &&
		     type->kind <= KILN_KIND_NUMBER;

	return wrong(r, "must be %s%s%s", decode_kind_name(type), close ? "" : ", is ",
		close ? "" : shown_type(ctx, at));
}

static bool is_plain_string(duk_context *ctx, duk_idx_t at)
{
	return duk_is_string(ctx, at) && !duk_is_symbol(ctx, at);
}

static bool is_text(duk_context *ctx, duk_idx_t at, const char *text)
{
	duk_size_t len;
	const char *s = duk_get_lstring(ctx, at, &len);

	return is_plain_string(ctx, at) && len == strlen(text) && memcmp(s, text, len) == 0;
}

static bool is_integer(duk_context *ctx, duk_idx_t at, double min, double max)
{
	double v = duk_get_number(ctx, at);

	return duk_is_number(ctx, at) && v >= min && v <= max && floor(v) == v;
}

static bool check(duk_context *ctx, duk_idx_t at, const struct kiln_type *type, struct report *r);

/*
 * A walk may be without an instruction of the script's between its steps, where the
 * deadline is looked at: a Proxy can have built-in functions for traps.
 */
static void check_time(duk_context *ctx)
{
	duk_memory_functions memory;

	duk_get_memory_functions(ctx, &memory);
	if (heap_out_of_time(memory.udata))
		(void)duk_range_error(ctx, "out of time");
}

static bool check_enum(
	duk_context *ctx, duk_idx_t at, const struct kiln_type *type, struct report *r)
{
	char known[120] = "";

	for (const struct kiln_member *m = type->members(); m->name; m++) {
		size_t len = strlen(known);

		if (is_text(ctx, at, m->name))
			return true;
		snprintf(known + len, sizeof(known) - len, "%s\"%s\"", len ? ", " : "", m->name);
	}
	return wrong(r, "must be one of %s", known);
}

static bool check_union(
	duk_context *ctx, duk_idx_t at, const struct kiln_type *type, struct report *r)
{
	unsigned before = r->n_steps;
	char what[120] = "";

	for (const struct kiln_member *m = type->members(); m->name; m++) {
		size_t len = strlen(what);

		if (check(ctx, at, m->type, r))
			return true;
		r->n_steps = before;
		snprintf(what + len, sizeof(what) - len, "%s%s%s%s", len ? " or " : "",
			m->type->kind == KILN_KIND_LITERAL ? "\"" : "",
			m->type->kind == KILN_KIND_LITERAL ? m->type->name
							   : decode_kind_name(m->type),
			m->type->kind == KILN_KIND_LITERAL ? "\"" : "");
	}
	return wrong(r, "must be %s, is %s", what, shown_type(ctx, at));
}

static bool check_list(
	duk_context *ctx, duk_idx_t at, const struct kiln_type *type, struct report *r)
{
	duk_size_t n;
	bool ok = true;

	if (!duk_is_array(ctx, at))
		return mismatch(ctx, at, type, r);
	n = duk_get_length(ctx, at);
	for (duk_uarridx_t i = 0; ok && i < n; i++) {
		descend(r, NULL, i);
		if (i % TIME_CHECKED == TIME_CHECKED - 1)
			check_time(ctx);
		duk_get_prop_index(ctx, at, i);
		ok = check(ctx, duk_get_top_index(ctx), type->of, r);
		duk_pop(ctx);
		r->n_steps -= ok;
	}
	return ok;
}

static bool is_declared(const struct kiln_type *type, const char *key, size_t len)
{
	for (const struct kiln_member *m = type->members(); m->name; m++)
		if (name_is(m->name, key, len))
			return true;
	return false;
}

static bool check_key(
	duk_context *ctx, duk_idx_t at, const struct kiln_type *type, struct report *r)
{
	duk_size_t len;
	const char *key = duk_get_lstring(ctx, at, &len);
	char known[100] = "", name[NAME_MAX_BYTES];

	if (is_declared(type, key, len))
		return true;
	for (const struct kiln_member *m = type->members(); m->name; m++) {
		size_t n = strlen(known);

		name_to_camel(m->name, name);
		snprintf(known + n, sizeof(known) - n, "%s%s", n ? ", " : "", name);
	}
	return wrong(r, "has no member \"%.40s\"; there are: %s", key, known);
}

/* An object has the declared members and no others: a misspelt one would do nothing, silently. */
static bool check_no_others(
	duk_context *ctx, duk_idx_t at, const struct kiln_type *type, struct report *r)
{
	duk_idx_t n = props_push_keys(ctx, at), top = duk_get_top(ctx);
	bool ok = true;

	if (n >= 0) {
		for (duk_idx_t key = top - n; ok && key < top; key++)
			ok = check_key(ctx, key, type, r);
		duk_pop_n(ctx, n);
		return ok;
	}
	duk_enum(ctx, at, DUK_ENUM_OWN_PROPERTIES_ONLY);
	while (ok && duk_next(ctx, -1, 0)) {
		ok = check_key(ctx, -1, type, r);
		duk_pop(ctx);
	}
	duk_pop(ctx);
	return ok;
}

static bool check_struct(
	duk_context *ctx, duk_idx_t at, const struct kiln_type *type, struct report *r)
{
	char name[NAME_MAX_BYTES];

	if (!duk_is_object(ctx, at) || duk_is_array(ctx, at) || duk_is_function(ctx, at))
		return mismatch(ctx, at, type, r);
	for (const struct kiln_member *m = type->members(); m->name; m++) {
		bool ok = true;

		name_to_camel(m->name, name);
		duk_get_prop_string(ctx, at, name);
		descend(r, m->name, 0);
		if (!duk_is_undefined(ctx, -1))
			ok = check(ctx, duk_get_top_index(ctx), m->type, r);
		else if (!m->optional)
			ok = wrong(r, "is needed");
		duk_pop(ctx);
		if (!ok)
			return false;
		r->n_steps--;
	}
	return check_no_others(ctx, at, type, r);
}

/* A type may lead to itself, and a value be a cycle. */
static bool check_inside(
	duk_context *ctx, duk_idx_t at, const struct kiln_type *type, struct report *r)
{
	bool ok;

	if (r->depth == DEPTH_MAX)
		return wrong(r, "is nested too deeply");
	duk_require_stack(ctx, 8);
	r->depth++;
	if (type->kind == KILN_KIND_LIST)
		ok = check_list(ctx, at, type, r);
	else if (type->kind == KILN_KIND_STRUCT)
		ok = check_struct(ctx, at, type, r);
	else
		ok = check_union(ctx, at, type, r);
	r->depth--;
	return ok;
}

static bool check(duk_context *ctx, duk_idx_t at, const struct kiln_type *type, struct report *r)
{
	bool ok = true;

	switch (type->kind) {
	case KILN_KIND_BOOL:
		ok = duk_is_boolean(ctx, at);
		break;
	case KILN_KIND_INT:
		ok = is_integer(ctx, at, INT32_MIN, INT32_MAX);
		break;
	case KILN_KIND_UINT:
		ok = is_integer(ctx, at, 0, UINT32_MAX);
		break;
	case KILN_KIND_NUMBER:
		ok = duk_is_number(ctx, at) && !duk_is_nan(ctx, at);
		if (ok && !r->script && !isfinite(duk_get_number(ctx, at)))
			return wrong(r, "must be a finite number");
		break;
	case KILN_KIND_STRING:
		ok = is_plain_string(ctx, at);
		break;
	case KILN_KIND_STRING_OR_NULL:
		ok = is_plain_string(ctx, at) || duk_is_null(ctx, at);
		break;
	case KILN_KIND_BYTES:
		ok = duk_is_buffer_data(ctx, at);
		break;
	case KILN_KIND_LITERAL:
		ok = is_text(ctx, at, type->name);
		break;
	case KILN_KIND_CALLBACK:
		ok = duk_is_function(ctx, at);
		break;
	case KILN_KIND_CLASS:
	case KILN_KIND_GLOBAL:
	case KILN_KIND_ITERATOR:
		ok = duk_is_object(ctx, at);
		break;
	case KILN_KIND_ENUM:
		return check_enum(ctx, at, type, r);
	case KILN_KIND_UNION:
	case KILN_KIND_LIST:
	case KILN_KIND_STRUCT:
		return check_inside(ctx, at, type, r);
	case KILN_KIND_VOID:
	case KILN_KIND_JSON:
		return true;
	}
	return ok || mismatch(ctx, at, type, r);
}

static const struct kiln_member *arguments_of(const struct kiln_op *op)
{
	return op->args->members() + (op->flags & KILN_OP_METHOD ? 1 : 0);
}

/* Of a native service's method: an object is its id there. */
static void check_this(duk_context *ctx, const struct kiln_op *op)
{
	duk_push_this(ctx);
	if (!duk_is_object(ctx, -1))
		(void)duk_type_error(
			ctx, "%s: must be called on the object that it is a method of", op->name);
	duk_get_prop_literal(ctx, -1, "id");
	if (!is_plain_string(ctx, -1))
		(void)duk_type_error(
			ctx, "%s: must be called on the object that it is a method of", op->name);
	duk_pop_2(ctx);
}

/* [ args… ] -> [ args… ]; a null in the place of an optional object is none. */
static void check_arguments(duk_context *ctx, const struct kiln_op *op)
{
	const struct kiln_member *m = arguments_of(op);
	struct report r;
	char path[96];

	/* The rest is written before it is read, and much. */
	r.script = op->flags & KILN_OP_SCRIPT;
	r.depth = 0;
	if (op->flags & KILN_OP_METHOD && !(op->flags & KILN_OP_SCRIPT))
		check_this(ctx, op);
	for (duk_idx_t at = 0; m->name; m++, at++) {
		if (m->optional && m->type->kind == KILN_KIND_STRUCT && duk_is_null(ctx, at)) {
			duk_push_undefined(ctx);
			duk_replace(ctx, at);
		}
		if (duk_is_undefined(ctx, at) && (m->optional || m->type->kind == KILN_KIND_JSON))
			continue;
		r.n_steps = 0;
		descend(&r, m->name, 0);
		if (check(ctx, at, m->type, &r))
			continue;
		show_path(&r, path, sizeof(path));
		(void)duk_type_error(ctx, "%s: %s: %s", op->name, path, r.reason);
	}
}

/* ---- calls ---- */

static void get_internal(duk_context *ctx, const char *name)
{
	modules_push_internal(ctx);
	duk_get_prop_string(ctx, -1, name);
	duk_remove(ctx, -2);
}

static duk_idx_t count_arguments(const struct kiln_op *op)
{
	duk_idx_t n = 0;

	for (const struct kiln_member *m = arguments_of(op); m->name; m++)
		n++;
	return n;
}

/* [ args… function ] -> [ args… result ] */
static void call_script(duk_context *ctx, duk_idx_t n)
{
	duk_get_prop_literal(ctx, -1, KEY_SCRIPT);
	duk_push_this(ctx);
	for (duk_idx_t i = 0; i < n; i++)
		duk_dup(ctx, i);
	duk_call_method(ctx, n);
}

/* As a payload it is null, and as a member it would not be there. */
static bool is_nothing_in_json(duk_context *ctx, duk_idx_t at)
{
	return duk_is_undefined(ctx, at) || duk_is_function(ctx, at) || duk_is_symbol(ctx, at);
}

/* [ args… function ] -> [ args… promise ] */
static void call_service(duk_context *ctx, const struct kiln_op *op)
{
	duk_idx_t function = duk_get_top_index(ctx), at = 0;
	char name[NAME_MAX_BYTES];

	get_internal(ctx, "callService");
	duk_get_prop_literal(ctx, function, KEY_SERVICE);
	duk_get_prop_literal(ctx, function, KEY_METHOD);
	/* Without a prototype, whose setters would be run and whose toJSON the codec would. */
	duk_push_bare_object(ctx);
	if (op->flags & KILN_OP_METHOD) {
		duk_push_this(ctx);
		duk_get_prop_literal(ctx, -1, "id");
		duk_put_prop_literal(ctx, -3, "self");
		duk_pop(ctx);
	}
	for (const struct kiln_member *m = arguments_of(op); m->name; m++, at++) {
		name_to_camel(m->name, name);
		if (m->type->kind == KILN_KIND_JSON && !m->optional && is_nothing_in_json(ctx, at))
			duk_push_null(ctx);
		else
			duk_dup(ctx, at);
		duk_put_prop_string(ctx, -2, name);
	}
	duk_get_prop_literal(ctx, function, KEY_CLASS);
	duk_call(ctx, 4);
}

static duk_ret_t check_and_call(duk_context *ctx, void *arg)
{
	const struct kiln_op *op = arg;

	check_arguments(ctx, op);
	duk_push_current_function(ctx);
	if (op->flags & KILN_OP_SCRIPT)
		call_script(ctx, count_arguments(op));
	else
		call_service(ctx, op);
	return 1;
}

static duk_ret_t call_op(duk_context *ctx)
{
	const struct kiln_op *op = heap_self(ctx);
	duk_idx_t n = count_arguments(op);

	/* All of them twice, and what is done with them: Duktape has made room for 64. */
	duk_require_stack(ctx, 2 * n + 32);
	duk_set_top(ctx, n);
	if (!(op->flags & KILN_OP_ASYNC))
		return check_and_call(ctx, (void *)op);
	/* Who awaits has one place for errors. */
	if (duk_safe_call(ctx, check_and_call, (void *)op, 0, 1) == DUK_EXEC_SUCCESS)
		return 1;
	get_internal(ctx, "rejected");
	duk_pull(ctx, -2);
	duk_call(ctx, 1);
	return 1;
}

/* ---- a module's exports ---- */

/* [ … implementation ] -> [ … function ]; undefined where there is none. */
static void push_op(duk_context *ctx, const struct kiln_op *op, const char *service,
	const char *method, const char *where)
{
	bool script = op->flags & KILN_OP_SCRIPT;

	if (script != duk_is_function(ctx, -1))
		(void)duk_generic_error(ctx, "%s: %s is %s", where, op->name,
			script ? "declared and not implemented"
			       : "implemented in script and by the native service");
	heap_push_function(ctx, op->name, call_op, DUK_VARARGS, (void *)op);
	if (script) {
		duk_pull(ctx, -2);
		duk_put_prop_literal(ctx, -2, KEY_SCRIPT);
		return;
	}
	duk_remove(ctx, -2);
	duk_push_string(ctx, service);
	duk_put_prop_literal(ctx, -2, KEY_SERVICE);
	duk_push_string(ctx, method);
	duk_put_prop_literal(ctx, -2, KEY_METHOD);
	if (op->result->kind != KILN_KIND_VOID)
		return;
	duk_push_false(ctx);
	duk_put_prop_literal(ctx, -2, KEY_CLASS);
}

/* Whatever is left in the object at @at has no declaration. */
static void check_none_left(duk_context *ctx, duk_idx_t at, const char *where)
{
	duk_enum(ctx, at, DUK_ENUM_OWN_PROPERTIES_ONLY);
	if (duk_next(ctx, -1, 0))
		(void)duk_generic_error(ctx, "%s: %s is implemented and not declared", where,
			duk_get_string(ctx, -1));
	duk_pop(ctx);
}

/*
 * While an object is looked into it has no prototype: what an app has put into
 * Object.prototype is no implementation, and its setters are not run.
 *
 * [ … object ] -> [ … object prototype ]
 */
static void detach(duk_context *ctx)
{
	duk_get_prototype(ctx, -1);
	duk_push_undefined(ctx);
	duk_set_prototype(ctx, -3);
}

/* The property of a detached object. */
static void take_prop(duk_context *ctx, duk_idx_t from, const char *name)
{
	duk_get_prop_string(ctx, from, name);
	duk_del_prop_string(ctx, from, name);
}

/* [ … class ] -> [ … class ]: its methods are the declared ones. */
static void seal_class(duk_context *ctx, const struct kiln_type *type, const char *service)
{
	duk_idx_t prototype, sealed;
	char method[2 * NAME_MAX_BYTES];

	if (!duk_is_function(ctx, -1))
		(void)duk_generic_error(ctx, "%s is declared and not implemented", type->name);
	duk_get_prop_literal(ctx, -1, "prototype");
	prototype = duk_get_top_index(ctx);
	detach(ctx);
	sealed = duk_push_bare_object(ctx);
	for (const struct kiln_op *const *op = type->methods; *op; op++) {
		if (strcmp((*op)->name, "constructor") == 0)
			continue;
		take_prop(ctx, prototype, (*op)->name);
		snprintf(method, sizeof(method), "%s.%s", type->name, (*op)->name);
		push_op(ctx, *op, service, method, type->name);
		duk_put_prop_string(ctx, sealed, (*op)->name);
	}
	check_none_left(ctx, prototype, type->name);
	duk_enum(ctx, sealed, DUK_ENUM_OWN_PROPERTIES_ONLY);
	while (duk_next(ctx, -1, 1)) {
		/* Like those of any class they do not show up in a loop. */
		duk_def_prop(ctx, prototype,
			DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE |
				DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_CLEAR_ENUMERABLE);
	}
	duk_dup(ctx, prototype + 1);
	duk_set_prototype(ctx, prototype);
	duk_set_top(ctx, prototype);
}

/* The class of that name in the declared exports at @at, when an answer is one's id. */
static void note_class(duk_context *ctx, const struct kiln_op *op, duk_idx_t at)
{
	if (op->flags & KILN_OP_SCRIPT || op->result->kind != KILN_KIND_CLASS)
		return;
	duk_get_prop_string(ctx, at, op->result->name);
	duk_put_prop_literal(ctx, -2, KEY_CLASS);
}

void binding_seal(duk_context *ctx, const struct kiln_module *module, const char *service)
{
	duk_idx_t given = duk_get_top_index(ctx), sealed;

	detach(ctx);
	sealed = duk_push_bare_object(ctx);
	for (const struct kiln_type *const *t = module->types; t && *t; t++) {
		if ((*t)->kind != KILN_KIND_CLASS)
			continue;
		take_prop(ctx, given, (*t)->name);
		seal_class(ctx, *t, service);
		duk_put_prop_string(ctx, sealed, (*t)->name);
	}
	for (const struct kiln_op *const *op = module->ops; *op; op++) {
		take_prop(ctx, given, (*op)->name);
		push_op(ctx, *op, service, (*op)->name, module->name);
		note_class(ctx, *op, sealed);
		duk_put_prop_string(ctx, sealed, (*op)->name);
	}
	check_none_left(ctx, given, module->name);
	duk_dup(ctx, given + 1);
	duk_set_prototype(ctx, sealed);
	duk_replace(ctx, given);
	duk_set_top(ctx, given + 1);
}
