/* From the C form of a declared type to msgpack. */
#pragma once

#include "base/macros.h"
#include "bind/module.h"
#include "wire/pack.h"

/*
 * Appends @value, which is @type's form in C. -EINVAL for what the type does not
 * have (a null text, an enum's number that is none, NaN), -EILSEQ for text that is
 * not UTF-8, or pack's error.
 */
must_check int encode_value(struct pack *p, const struct kiln_type *type, const void *value);
/* The members of a struct without the header of a map; @ret_count of them. */
must_check int encode_members(
	struct pack *p, const struct kiln_type *type, const void *value, unsigned *ret_count);
