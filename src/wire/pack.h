/*
 * msgpack into a buf, by msgpack-c. Each call appends one value or header;
 * failures are sticky, so that a whole structure needs one check at its end.
 * A struct pack holds its own address: it stays where it was initialised.
 */
#pragma once

#include <msgpack/pack.h>

#include "base/buf.h"

struct pack {
	struct buf *out; /* borrowed */
	int error; /* first failure: -EMSGSIZE, -ENOMEM */
	msgpack_packer packer;
};

void pack_init(struct pack *p, struct buf *out);
void pack_nil(struct pack *p);
void pack_bool(struct pack *p, bool v);
void pack_int(struct pack *p, int64_t v);
void pack_uint(struct pack *p, uint64_t v);
/* An integral value up to 2^53 either side of 0 goes out as an integer, except -0. */
void pack_number(struct pack *p, double v);
void pack_str(struct pack *p, const char *s, size_t len);
void pack_cstr(struct pack *p, const char *s);
void pack_bin(struct pack *p, const void *data, size_t len);
void pack_array(struct pack *p, size_t count);
void pack_map(struct pack *p, size_t count);
