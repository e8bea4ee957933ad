/* The TypeScript declaration of a module, from the declaration that the runtime itself works by. */
#pragma once

#include <stdio.h>

#include "base/macros.h"
#include "bind/module.h"

/*
 * Writes "declare module "…" { … }". Types that one of @others, up to a null, declares are
 * imported from there. What types_collect() says; write errors are @out's.
 */
must_check int typescript_module(
	FILE *out, const struct kiln_module *module, const struct kiln_module *const *others);
/* The same as globals of a page: the namespace Kiln, and window.runtime and window.host. */
must_check int typescript_page(FILE *out, const struct kiln_module *module);

/* The type as it is written where it is used, "string[]"; to @out. */
void typescript_type(FILE *out, const struct kiln_type *type, bool generic);
/* "name(a: string, b?: number): Promise<void>" */
void typescript_signature(FILE *out, const struct kiln_op *op);
