/*
 * From msgpack to the C form of a declared type. Strict: a member that is not
 * declared, is there twice or is missing is an error that names its path.
 */
#pragma once

#include "base/macros.h"
#include "bind/arena.h"
#include "bind/module.h"
#include "wire/cursor.h"

#define DECODE_PATH_MAX 128

struct decode {
	struct cursor at;
	struct arena *arena; /* borrowed: for text and lists; bytes and JSON stay where they are */
	unsigned depth; /* of the value in hand, in lists and structs */
	char path[DECODE_PATH_MAX]; /* of the value in hand, "options.url" */
	char error[256]; /* "options.url: must be a string" */
};

/* @data is one well-formed value (wire/frame.h), and must outlive what is decoded. */
void decode_init(struct decode *d, const uint8_t *data, size_t len, struct arena *arena);
/* Fills in @ret, @type's form in C. -EINVAL with the reason in @d->error; -ENOMEM. */
must_check int decode_value(struct decode *d, const struct kiln_type *type, void *ret);

/* "a string", for messages. */
const char *decode_kind_name(const struct kiln_type *type);
