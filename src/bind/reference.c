#include "bind/reference.h"

#include <string.h>

#include "bind/name.h"
#include "bind/typescript.h"

static void print_name(FILE *out, const char *name)
{
	char camel[NAME_MAX_BYTES];

	name_to_camel(name, camel);
	fputs(camel, out);
}

static const struct kiln_member *arguments_of(const struct kiln_op *op)
{
	return op->args->members() + (op->flags & KILN_OP_METHOD ? 1 : 0);
}

static void print_names(FILE *out, const struct kiln_member *m)
{
	for (bool first = true; m->name; m++, first = false) {
		fputs(first ? "" : ", ", out);
		print_name(out, m->name);
		fputs(m->optional ? "?" : "", out);
	}
}

/* "### sendToWindow(windowId, channel, payload?) → Promise" */
static void print_heading(FILE *out, const char *object, const struct kiln_op *op)
{
	const struct kiln_type *result = op->result;

	fprintf(out, "\n### %s%s", object, op->name);
	if (op->flags & KILN_OP_VALUE) {
		fputs("\n", out);
		return;
	}
	fputs("(", out);
	print_names(out, arguments_of(op));
	fputs(")", out);
	if (op->flags & KILN_OP_ASYNC &&
		(result->kind == KILN_KIND_VOID || result->kind == KILN_KIND_JSON)) {
		fputs(" → Promise", out);
	} else if (op->flags & KILN_OP_ASYNC) {
		fputs(" → Promise of ", out);
		typescript_type(out, result, false);
	} else if (result->kind == KILN_KIND_CALLBACK) {
		fputs(" → off", out);
	} else if (result->kind == KILN_KIND_ITERATOR) {
		fputs(" → async iterator", out);
	} else if (result->kind != KILN_KIND_VOID) {
		fputs(" → ", out);
		typescript_type(out, result, false);
	}
	fputs("\n", out);
}

static void print_example(FILE *out, const char *example)
{
	if (example)
		fprintf(out, "\n```js\n%s\n```\n", example);
}

static bool has_docs(const struct kiln_type *type)
{
	for (const struct kiln_member *m = type->members(); m->name; m++)
		if (m->doc)
			return true;
	return false;
}

static void print_member(FILE *out, const struct kiln_member *m)
{
	fputs("- `", out);
	print_name(out, m->name);
	fputs(m->optional ? "?: " : ": ", out);
	typescript_type(out, m->type, false);
	fprintf(out, "`%s%s\n", m->doc ? ": " : "", m->doc ? m->doc : "");
}

/* An object, or the objects of a list, with more to say than names. */
static const struct kiln_type *documented(const struct kiln_type *type)
{
	if (type->kind == KILN_KIND_LIST)
		type = type->of;
	return type->kind == KILN_KIND_STRUCT && type->name && has_docs(type) ? type : NULL;
}

static bool is_told(
	const struct kiln_type *type, const struct kiln_op *const *ops, const struct kiln_op *until)
{
	for (; *ops != until; ops++)
		if (documented((*ops)->result) == type)
			return true;
	return false;
}

static void print_struct(FILE *out, const struct kiln_type *type)
{
	fprintf(out, "\n`%s`:\n\n", type->name);
	for (const struct kiln_member *m = type->members(); m->name; m++)
		print_member(out, m);
}

/* What comes back, told where it first does; the objects in it below it. */
static void print_result(FILE *out, const struct kiln_op *op, const struct kiln_op *const *ops)
{
	const struct kiln_type *result = documented(op->result), *inner, *last = NULL;

	if (!result || is_told(result, ops, op))
		return;
	print_struct(out, result);
	for (const struct kiln_member *m = result->members(); m->name; m++) {
		inner = documented(m->type);
		if (!inner || inner == last || is_told(inner, ops, op))
			continue;
		print_struct(out, inner);
		last = inner;
	}
}

/* What the names in the heading are, where that says more than the name. */
static void print_arguments(FILE *out, const struct kiln_op *op)
{
	const struct kiln_member *m, *inner;
	bool blank = false;

	if (op->flags & KILN_OP_VALUE)
		return;
	for (m = arguments_of(op); m->name; m++) {
		if (m->doc) {
			fputs(blank ? "" : "\n", out);
			blank = true;
			print_member(out, m);
		}
		if (m->type->kind == KILN_KIND_STRUCT && has_docs(m->type)) {
			fputs(blank ? "" : "\n", out);
			blank = true;
			for (inner = m->type->members(); inner->name; inner++)
				print_member(out, inner);
		}
		if (m->type->kind == KILN_KIND_CALLBACK) {
			fputs(blank ? "- `" : "\n- `", out);
			blank = true;
			print_name(out, m->name);
			fputs("(", out);
			print_names(out, m->type->members());
			fputs(")`", out);
			for (inner = m->type->members(); inner->name; inner++) {
				if (inner->type->kind != KILN_KIND_STRUCT)
					continue;
				fputs("; `", out);
				print_name(out, inner->name);
				fputs("` is `{", out);
				print_names(out, inner->type->members());
				fputs("}`", out);
			}
			fputs("\n", out);
		}
	}
}

static void print_op(FILE *out, const char *object, const struct kiln_op *const *ops, size_t at)
{
	const struct kiln_op *op = ops[at];

	/* One without a text is another form of the one before it. */
	if (op->doc) {
		print_heading(out, object, op);
		fprintf(out, "%s\n", op->doc);
	}
	print_example(out, op->example);
	print_arguments(out, op);
	print_result(out, op, ops);
}

static void print_class(FILE *out, const struct kiln_type *type)
{
	char object[NAME_MAX_BYTES + 1];

	fprintf(out, "\n## %s\n%s\n\n", type->name, type->doc);
	for (const struct kiln_member *m = type->members(); m->name; m++)
		print_member(out, m);
	snprintf(object, sizeof(object), "%c%s.", type->name[0] | 0x20, type->name + 1);
	for (size_t i = 0; type->methods[i]; i++)
		print_op(out, object, type->methods, i);
}

void reference_functions(FILE *out, const struct kiln_module *module)
{
	for (size_t i = 0; module->ops[i]; i++)
		print_op(out, "", module->ops, i);
	for (const struct kiln_type *const *t = module->types; t && *t; t++)
		if ((*t)->kind == KILN_KIND_CLASS)
			print_class(out, *t);
}

void reference_events(FILE *out, const struct kiln_module *module)
{
	fputs("\n| type | when | payload |\n|---|---|---|\n", out);
	for (const struct kiln_event *const *e = module->events; *e; e++) {
		fprintf(out, "| `%s` | %s | `{", (*e)->type, (*e)->doc);
		for (const struct kiln_member *m = (*e)->payload->members(); m->name; m++) {
			fputs(m == (*e)->payload->members() ? "" : ", ", out);
			print_name(out, m->name);
			fputs(m->optional ? "?: " : ": ", out);
			/* A bar would end the cell. */
			if (m->type->kind == KILN_KIND_STRING_OR_NULL)
				fputs("string or null", out);
			else
				typescript_type(out, m->type, false);
		}
		fputs("}` |\n", out);
	}
}
