/*
 * Whether the runtime can work by what a native module declares. The macros of
 * bind/module.h let one write what has no form in C, in JavaScript or in
 * TypeScript: a mistake of a module's author must not become one of ours.
 */
#pragma once

#include "base/macros.h"
#include "bind/module.h"
#include "native/native.h"

/* -EINVAL, or -ENOSPC for too many types, with the reason in @ret_error. */
must_check int declaration_check(const struct kiln_module *module, struct native_error *ret_error);
