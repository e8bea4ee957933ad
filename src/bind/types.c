#include "bind/types.h"

#include <errno.h>
#include <string.h>

/* Of types in one another; those with a name are entered once, so that lists only can be so deep.
 */
#define NESTED_MAX (2 * TYPES_MAX)

static int visit(struct types *t, const struct kiln_type *type, unsigned depth);

static int visit_members(struct types *t, const struct kiln_type *type, unsigned depth)
{
	int r = 0;

	if (!type || !type->members)
		return 0;
	for (const struct kiln_member *m = type->members(); r == 0 && m->name; m++)
		if (m->type)
			r = visit(t, m->type, depth);
	return r;
}

static int visit_op(struct types *t, const struct kiln_op *op, unsigned depth)
{
	int r = visit_members(t, op->args, depth);

	return r < 0 ? r : visit(t, op->result, depth);
}

/* A header's types are there once for each file that includes it. */
static bool is_same(const struct kiln_type *a, const struct kiln_type *b)
{
	return a == b || (a->kind == b->kind && a->size == b->size && a->doc == b->doc) ||
	       (a->kind == b->kind && a->size == b->size && a->doc && b->doc &&
		       strcmp(a->doc, b->doc) == 0);
}

static int add(struct types *t, const struct kiln_type *type, bool *ret_new)
{
	*ret_new = false;
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->list[i]->name, type->name) == 0)
			return is_same(t->list[i], type) ? 0 : -EINVAL;
	if (t->count == TYPES_MAX)
		return -ENOSPC;
	t->list[t->count++] = type;
	*ret_new = true;
	return 0;
}

static int visit(struct types *t, const struct kiln_type *type, unsigned depth)
{
	bool is_new = true;
	int r = 0;

	if (depth++ == NESTED_MAX)
		return -ELOOP;
	if (type->name && type->kind != KILN_KIND_GLOBAL && type->kind != KILN_KIND_LITERAL)
		r = add(t, type, &is_new);
	if (r < 0 || !is_new)
		return r;
	r = visit_members(t, type, depth);
	if (r == 0 && type->of)
		r = visit(t, type->of, depth);
	for (const struct kiln_op *const *op = type->methods; r == 0 && op && *op; op++)
		r = visit_op(t, *op, depth);
	return r;
}

int types_collect(struct types *t, const struct kiln_module *module)
{
	int r = 0;

	t->count = 0;
	for (const struct kiln_op *const *op = module->ops; r == 0 && *op; op++)
		r = visit_op(t, *op, 0);
	for (const struct kiln_event *const *e = module->events; r == 0 && e && *e; e++)
		r = visit(t, (*e)->payload, 0);
	for (const struct kiln_type *const *type = module->types; r == 0 && type && *type; type++)
		r = visit(t, *type, 0);
	return r;
}

bool types_has(const struct types *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->list[i]->name, name) == 0)
			return true;
	return false;
}
