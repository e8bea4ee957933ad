#include "bind/typescript.h"

#include <string.h>

#include "bind/name.h"
#include "bind/types.h"

#define TYPE_PARAMETER "<T = unknown>"
/* Specifiers of an app's own native modules. */
#define NATIVE_PREFIX "native:"

static void print_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++)
		if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			fprintf(out, "\\x%02x", (unsigned char)*text);
		else
			fputc(*text, out);
	fputc('"', out);
}

static void print_union(FILE *out, const struct kiln_type *type, bool generic)
{
	const struct kiln_member *m = type->members();
	bool first = true;

	for (; m->name; m++, first = false) {
		fputs(first ? "" : " | ", out);
		if (type->kind == KILN_KIND_ENUM)
			print_text(out, m->name);
		else
			typescript_type(out, m->type, generic);
	}
}

static void print_list(FILE *out, const struct kiln_type *type, bool generic)
{
	bool bare = type->of->name != NULL ||
		    (type->of->kind != KILN_KIND_STRING_OR_NULL &&
			    type->of->kind != KILN_KIND_UNION && type->of->kind != KILN_KIND_ENUM);

	fputs(bare ? "" : "(", out);
	typescript_type(out, type->of, generic);
	fputs(bare ? "[]" : ")[]", out);
}

void typescript_type(FILE *out, const struct kiln_type *type, bool generic)
{
	switch (type->kind) {
	case KILN_KIND_VOID:
		fputs("void", out);
		return;
	case KILN_KIND_BOOL:
		fputs("boolean", out);
		return;
	case KILN_KIND_INT:
	case KILN_KIND_UINT:
	case KILN_KIND_NUMBER:
		fputs("number", out);
		return;
	case KILN_KIND_STRING:
		fputs("string", out);
		return;
	case KILN_KIND_STRING_OR_NULL:
		fputs("string | null", out);
		return;
	case KILN_KIND_BYTES:
		fputs("Uint8Array", out);
		return;
	case KILN_KIND_JSON:
		fputs(type->generic && generic ? "T" : "unknown", out);
		return;
	case KILN_KIND_LIST:
		print_list(out, type, generic);
		return;
	case KILN_KIND_ITERATOR:
		fputs("AsyncGenerator<", out);
		typescript_type(out, type->of, generic);
		fputs(", void, unknown>", out);
		return;
	case KILN_KIND_GLOBAL:
		/* A union is written with a bar in front of each. */
		fputs(type->name + (strncmp(type->name, " | ", 3) == 0 ? 3 : 0), out);
		return;
	case KILN_KIND_LITERAL:
		print_text(out, type->name);
		return;
	case KILN_KIND_ENUM:
	case KILN_KIND_STRUCT:
	case KILN_KIND_CALLBACK:
	case KILN_KIND_CLASS:
	case KILN_KIND_UNION:
		if (type->name)
			fprintf(out, "%s%s", type->name, type->generic && generic ? "<T>" : "");
		else
			print_union(out, type, generic);
	}
}

/* A comment in the way of editors; nothing for no text. */
static void print_doc(FILE *out, const char *indent, const char *doc, const char *example)
{
	if (!doc && !example)
		return;
	fprintf(out, "%s/**\n%s * ", indent, indent);
	for (const char *c = doc ? doc : ""; *c; c++) {
		/* The text may not end the comment. */
		if (c[0] == '*' && c[1] == '/')
			fputs("*\\", out);
		else if (*c == '\n')
			fprintf(out, "\n%s * ", indent);
		else
			fputc(*c, out);
	}
	if (example) {
		fprintf(out, "\n%s * @example\n%s * ", indent, indent);
		for (const char *c = example; *c; c++)
			if (c[0] == '*' && c[1] == '/')
				fputs("*\\", out);
			else if (*c == '\n')
				fprintf(out, "\n%s * ", indent);
			else
				fputc(*c, out);
	}
	fprintf(out, "\n%s */\n", indent);
}

static void print_name(FILE *out, const char *name)
{
	char camel[NAME_MAX_BYTES];

	name_to_camel(name, camel);
	fputs(camel, out);
}

/* What is passed in is not changed: a list may be one that nobody may change. */
static void print_parameter_type(FILE *out, const struct kiln_type *type, bool generic)
{
	const struct kiln_member *m;

	if (type->kind == KILN_KIND_UNION && !type->name) {
		for (m = type->members(); m->name; m++) {
			fputs(m == type->members() ? "" : " | ", out);
			print_parameter_type(out, m->type, generic);
		}
		return;
	}
	if (type->kind == KILN_KIND_LIST)
		fputs("readonly ", out);
	typescript_type(out, type, generic);
}

static void print_parameters(FILE *out, const struct kiln_member *m, bool generic)
{
	bool first = true;

	for (; m->name; m++, first = false) {
		fputs(first ? "" : ", ", out);
		print_name(out, m->name);
		fputs(m->optional ? "?: " : ": ", out);
		print_parameter_type(out, m->type, generic);
	}
}

void typescript_signature(FILE *out, const struct kiln_op *op)
{
	bool generic = op->flags & KILN_OP_GENERIC;
	const struct kiln_member *args = op->args->members();

	if (op->flags & KILN_OP_METHOD)
		args++;
	fprintf(out, "%s%s(", op->name, generic ? TYPE_PARAMETER : "");
	print_parameters(out, args, generic);
	fputs(")", out);
	if (strcmp(op->name, "constructor") == 0)
		return;
	fputs(op->flags & KILN_OP_ASYNC ? ": Promise<" : ": ", out);
	typescript_type(out, op->result, generic);
	fputs(op->flags & KILN_OP_ASYNC ? ">" : "", out);
}

static void print_members(
	FILE *out, const char *indent, const struct kiln_type *type, const char *modifier)
{
	char inner[16];

	snprintf(inner, sizeof(inner), "%s  ", indent);
	for (const struct kiln_member *m = type->members(); m->name; m++) {
		print_doc(out, inner, m->doc, NULL);
		fprintf(out, "%s%s", inner, modifier);
		print_name(out, m->name);
		fputs(m->optional ? "?: " : ": ", out);
		typescript_type(out, m->type, type->generic);
		fputs(";\n", out);
	}
}

static void print_methods(FILE *out, const char *indent, const struct kiln_op *const *ops)
{
	for (; *ops; ops++) {
		print_doc(out, indent, (*ops)->doc, (*ops)->example);
		if ((*ops)->flags & KILN_OP_VALUE) {
			fprintf(out, "%sreadonly %s: ", indent, (*ops)->name);
			typescript_type(out, (*ops)->result, false);
		} else {
			fputs(indent, out);
			typescript_signature(out, *ops);
		}
		fputs(";\n", out);
	}
}

static bool has_constructor(const struct kiln_type *type)
{
	for (const struct kiln_op *const *op = type->methods; *op; op++)
		if (strcmp((*op)->name, "constructor") == 0)
			return true;
	return false;
}

static void print_class(FILE *out, const char *indent, const struct kiln_type *type)
{
	char inner[16];

	snprintf(inner, sizeof(inner), "%s  ", indent);
	fprintf(out, "%sexport class %s%s%s {\n", indent, type->name, type->of ? " extends " : "",
		type->of ? type->of->name : "");
	if (!has_constructor(type))
		fprintf(out, "%sprivate constructor();\n", inner);
	print_members(out, indent, type, "readonly ");
	print_methods(out, inner, type->methods);
	fprintf(out, "%s}\n", indent);
}

static void print_declaration(FILE *out, const char *indent, const struct kiln_type *type)
{
	const char *parameter = type->generic ? TYPE_PARAMETER : "";

	print_doc(out, indent, type->doc, NULL);
	switch (type->kind) {
	case KILN_KIND_STRUCT:
		fprintf(out, "%sexport interface %s%s {\n", indent, type->name, parameter);
		print_members(out, indent, type, "");
		fprintf(out, "%s}\n", indent);
		return;
	case KILN_KIND_CLASS:
		print_class(out, indent, type);
		return;
	case KILN_KIND_CALLBACK:
		fprintf(out, "%sexport type %s%s = (", indent, type->name, parameter);
		print_parameters(out, type->members(), type->generic);
		fputs(") => ", out);
		typescript_type(out, type->of, type->generic);
		break;
	default:
		fprintf(out, "%sexport type %s%s = ", indent, type->name, parameter);
		print_union(out, type, type->generic);
	}
	fputs(";\n", out);
}

static void print_import(
	FILE *out, const struct types *types, const struct types *theirs, const char *from)
{
	bool first = true;

	for (size_t i = 0; i < types->count; i++) {
		if (!types_has(theirs, types->list[i]->name))
			continue;
		fprintf(out, "%s%s", first ? "  import type { " : ", ", types->list[i]->name);
		first = false;
	}
	if (!first)
		fprintf(out, " } from \"%s\";\n", from);
}

/* Of the module's own events, which have no window. */
static void print_events(FILE *out, const struct kiln_event *const *events)
{
	if (!events || !*events)
		return;
	fputs("  /** What the module tells; `type` says which. */\n  export type Event =", out);
	for (const struct kiln_event *const *e = events; *e; e++) {
		fputc('\n', out);
		print_doc(out, "    ", (*e)->doc, NULL);
		fputs("    | { type: ", out);
		print_text(out, (*e)->type);
		fputs("; payload: ", out);
		typescript_type(out, (*e)->payload, false);
		fputs(" }", out);
	}
	fputs(";\n  /** Calls back for each event of one type. Returns what ends it. */\n"
	      "  export function on<K extends Event[\"type\"]>(type: K,\n"
	      "    callback: (payload: Extract<Event, { type: K }>[\"payload\"]) => unknown): () => void;\n"
	      "  /** All events, as an async iterator. */\n"
	      "  export function events(): AsyncGenerator<Event, void, unknown>;\n",
		out);
}

static bool is_native(const struct kiln_module *module)
{
	return !strchr(module->name, ':');
}

int typescript_module(
	FILE *out, const struct kiln_module *module, const struct kiln_module *const *others)
{
	struct types types, theirs, imported = { .count = 0 };
	int r = types_collect(&types, module);

	fprintf(out,
		"// Made by \"kiln sdk\" from the module's declaration in C. Do not edit.\n\n");
	print_doc(out, "", module->doc, NULL);
	fprintf(out, "declare module \"%s%s\" {\n", is_native(module) ? NATIVE_PREFIX : "",
		module->name);
	for (; r == 0 && others && *others; others++) {
		if (*others == module)
			continue;
		r = types_collect(&theirs, *others);
		if (r < 0)
			break;
		print_import(out, &types, &theirs, (*others)->name);
		for (size_t i = 0; i < theirs.count && imported.count < TYPES_MAX; i++)
			imported.list[imported.count++] = theirs.list[i];
	}
	if (r < 0)
		return r;
	for (const struct kiln_op *const *op = module->ops; *op; op++) {
		print_doc(out, "  ", (*op)->doc, (*op)->example);
		fputs("  export function ", out);
		typescript_signature(out, *op);
		fputs(";\n", out);
	}
	for (size_t i = 0; i < types.count; i++)
		if (!types_has(&imported, types.list[i]->name))
			print_declaration(out, "  ", types.list[i]);
	if (is_native(module))
		print_events(out, module->events);
	fputs("}\n", out);
	return 0;
}

int typescript_page(FILE *out, const struct kiln_module *module)
{
	struct types types;
	int r = types_collect(&types, module);

	if (r < 0)
		return r;
	fprintf(out, "// Made by \"kiln sdk\" from the declaration in C. Do not edit.\n\n"
		     "declare namespace Kiln {\n");
	for (size_t i = 0; i < types.count; i++)
		print_declaration(out, "  ", types.list[i]);
	print_doc(out, "  ", module->doc, NULL);
	fputs("  export interface Runtime {\n", out);
	print_methods(out, "    ", module->ops);
	fputs("  }\n}\n\n"
	      "interface Window {\n"
	      "  readonly runtime: Kiln.Runtime;\n"
	      "  /** The same under its older name. */\n"
	      "  host: Kiln.Runtime;\n"
	      "}\n"
	      "declare const runtime: Kiln.Runtime;\n"
	      "declare var host: Kiln.Runtime;\n",
		out);
	return 0;
}
