#include "native/declaration.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bind/name.h"
#include "bind/types.h"

#define MEMBERS_MAX 64 /* of one struct, as bind/decode.c counts them */
#define LISTS_MAX 8 /* of lists in one another */

/* What JavaScript does not take for the name of a function or of an argument. */
static const char *const reserved[] = { "arguments", "await", "break", "case", "catch", "class",
	"const", "continue", "debugger", "default", "delete", "do", "else", "enum", "eval",
	"export", "extends", "false", "finally", "for", "function", "if", "implements", "import",
	"in", "instanceof", "interface", "let", "new", "null", "package", "private", "protected",
	"public", "return", "static", "super", "switch", "this", "throw", "true", "try", "typeof",
	"var", "void", "while", "with", "yield" };
/* What the .d.ts that is made of it means something else by. */
static const char *const taken[] = { "AsyncGenerator", "Event", "Extract", "Promise",
	"Uint8Array" };

static int printf_like(2, 3) refuse(struct native_error *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return -EINVAL;
}

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

static bool is_identifier(const char *name)
{
	size_t n = 0;

	for (; name && name[n]; n++)
		if (!isalpha((unsigned char)name[n]) && name[n] != '_' &&
			(n == 0 || !isdigit((unsigned char)name[n])))
			return false;
	return n > 0 && n < NAME_MAX_BYTES;
}

static bool is_name(const char *name)
{
	return is_identifier(name) && !is_one_of(name, reserved, ARRAY_SIZE(reserved));
}

/* Whether values of it can be in C's memory: a member's type, or a result's. */
static bool has_form(const struct kiln_type *type, unsigned lists)
{
	if (!type)
		return false;
	switch (type->kind) {
	case KILN_KIND_BOOL:
	case KILN_KIND_INT:
	case KILN_KIND_UINT:
	case KILN_KIND_NUMBER:
	case KILN_KIND_STRING:
	case KILN_KIND_STRING_OR_NULL:
	case KILN_KIND_BYTES:
	case KILN_KIND_JSON:
		return true;
	case KILN_KIND_ENUM:
	case KILN_KIND_STRUCT:
		return type->name && type->members;
	case KILN_KIND_LIST:
		return lists < LISTS_MAX && has_form(type->of, lists + 1);
	default:
		return false;
	}
}

static const char *title(const struct kiln_type *type)
{
	return type->name ? type->name : "its arguments";
}

static int check_member(
	const struct kiln_type *type, const struct kiln_member *m, struct native_error *e)
{
	char camel[NAME_MAX_BYTES];
	size_t len;

	if (!is_identifier(m->name))
		return refuse(e, "%s: \"%.40s\" is no name of a member, or over %d bytes",
			title(type), m->name, NAME_MAX_BYTES - 1);
	if (!has_form(m->type, 0))
		return refuse(e, "%s: the type of \"%s\" has no form in C", title(type), m->name);
	len = name_to_camel(m->name, camel);
	for (const struct kiln_member *other = type->members(); other != m; other++)
		if (name_is(other->name, camel, len))
			return refuse(e, "%s: \"%s\" and \"%s\" are one in JavaScript", title(type),
				other->name, m->name);
	return 0;
}

static int check_struct(const struct kiln_type *type, struct native_error *e)
{
	unsigned n = 0;
	int r = 0;

	for (const struct kiln_member *m = type->members(); r == 0 && m->name; m++) {
		if (n++ == MEMBERS_MAX)
			return refuse(e, "%s: more than %d members", title(type), MEMBERS_MAX);
		r = check_member(type, m, e);
	}
	return r;
}

/* What is left out is left out at the end. */
static int check_arguments(const struct kiln_type *type, struct native_error *e)
{
	char camel[NAME_MAX_BYTES];
	bool optional = false;

	for (const struct kiln_member *m = type->members(); m->name; m++) {
		name_to_camel(m->name, camel);
		if (!is_name(camel))
			return refuse(e, "\"%s\" is a word of JavaScript's", camel);
		if (optional && !m->optional)
			return refuse(e, "\"%s\" is behind one that is optional", camel);
		optional = m->optional;
	}
	return 0;
}

static int check_op(
	const struct kiln_module *module, const struct kiln_op *op, struct native_error *e)
{
	struct native_error inner;
	int r;

	if (!op->name || !op->run || op->flags != KILN_OP_ASYNC || !op->args ||
		op->args->kind != KILN_KIND_STRUCT || !op->args->members)
		return refuse(
			e, "operation \"%.40s\" is not made by KILN_OP", op->name ? op->name : "?");
	if (!is_name(op->name))
		return refuse(e, "operation \"%.40s\": this is no name of a function", op->name);
	if (strcmp(op->name, "on") == 0 || strcmp(op->name, "events") == 0)
		return refuse(
			e, "operation \"%s\": every module has a function of that name", op->name);
	for (const struct kiln_op *const *other = module->ops; *other != op; other++)
		if (strcmp((*other)->name, op->name) == 0)
			return refuse(e, "operation \"%s\" is there twice", op->name);
	if (!op->result || (op->result->kind != KILN_KIND_VOID && !has_form(op->result, 0)))
		return refuse(e, "operation \"%s\": its result has no form in C", op->name);
	r = check_struct(op->args, &inner);
	if (r == 0)
		r = check_arguments(op->args, &inner);
	return r < 0 ? refuse(e, "operation \"%s\": %.180s", op->name, inner.text) : 0;
}

static int check_event(
	const struct kiln_module *module, const struct kiln_event *event, struct native_error *e)
{
	if (!event->type || !event->payload || event->payload->kind != KILN_KIND_STRUCT ||
		!has_form(event->payload, 0))
		return refuse(e, "event \"%.40s\": its payload is no struct",
			event->type ? event->type : "?");
	for (const struct kiln_event *const *other = module->events; *other != event; other++)
		if (strcmp((*other)->type, event->type) == 0)
			return refuse(e, "event \"%.40s\" is there twice", event->type);
	return 0;
}

static int check_type(const struct kiln_type *type, struct native_error *e)
{
	if (!is_name(type->name) || is_one_of(type->name, taken, ARRAY_SIZE(taken)))
		return refuse(e, "\"%.40s\" cannot be the name of a type", type->name);
	if (type->kind == KILN_KIND_ENUM && !type->members()->name)
		return refuse(e, "%s: it has no values", type->name);
	return type->kind == KILN_KIND_STRUCT ? check_struct(type, e) : 0;
}

int declaration_check(const struct kiln_module *module, struct native_error *ret_error)
{
	struct types types;
	int r = 0;

	if (!module->name || !native_name_valid(module->name))
		return refuse(ret_error, "its name is not 1 to %d of a-z 0-9 - _", NATIVE_NAME_MAX);
	if (!module->ops || !module->events || module->types)
		return refuse(ret_error, "it is not made by KILN_MODULE");
	for (const struct kiln_op *const *op = module->ops; r == 0 && *op; op++)
		r = check_op(module, *op, ret_error);
	for (const struct kiln_event *const *ev = module->events; r == 0 && *ev; ev++)
		r = check_event(module, *ev, ret_error);
	if (r < 0)
		return r;
	r = types_collect(&types, module);
	if (r == -ENOSPC) {
		(void)refuse(ret_error, "it has more than %d types", TYPES_MAX);
		return r;
	}
	if (r < 0)
		return refuse(ret_error, "%s",
			r == -ELOOP ? "a list of itself" : "two of its types have one name");
	for (size_t i = 0; r == 0 && i < types.count; i++)
		r = check_type(types.list[i], ret_error);
	return r;
}
