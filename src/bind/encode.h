/* From the C form of a declared type to msgpack. */
#pragma once

#include "base/macros.h"
#include "bind/module.h"
#include "wire/pack.h"

/*
 * Appends @value, which is @type's form in C. -EINVAL for what the type does not
 * have (a null text, an enum's number that is none, NaN, a nesting without end),
 * -EILSEQ for text that is not UTF-8, or pack's error. JSON in it is checked by
 * itself, and not how deep it comes to be.
 */
must_check int encode_value(struct pack *p, const struct kiln_type *type, const void *value);
