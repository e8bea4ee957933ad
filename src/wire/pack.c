#include "wire/pack.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

static int on_write(void *arg, const char *bytes, size_t len)
{
	struct pack *p = arg;

	if (p->error == 0)
		p->error = buf_append(p->out, bytes, len);
	return p->error;
}

void pack_init(struct pack *p, struct buf *out)
{
	p->out = out;
	p->error = 0;
	msgpack_packer_init(&p->packer, p, on_write);
}

/* msgpack's lengths have 32 bits; a longer one would be cut off silently. */
static bool fits(struct pack *p, size_t n)
{
	if ((uint64_t)n > UINT32_MAX && p->error == 0)
		p->error = -EMSGSIZE;
	return p->error == 0;
}

void pack_nil(struct pack *p)
{
	msgpack_pack_nil(&p->packer);
}

void pack_bool(struct pack *p, bool v)
{
	if (v)
		msgpack_pack_true(&p->packer);
	else
		msgpack_pack_false(&p->packer);
}

void pack_int(struct pack *p, int64_t v)
{
	msgpack_pack_int64(&p->packer, v);
}

void pack_uint(struct pack *p, uint64_t v)
{
	msgpack_pack_uint64(&p->packer, v);
}

void pack_number(struct pack *p, double v)
{
	static const double exact_max = 9007199254740992.0; /* 2^53 */

	if (fabs(v) <= exact_max && v == trunc(v) && !(v == 0 && signbit(v)))
		pack_int(p, (int64_t)v);
	else
		msgpack_pack_double(&p->packer, v);
}

void pack_str(struct pack *p, const char *s, size_t len)
{
	if (fits(p, len))
		msgpack_pack_str_with_body(&p->packer, s, len);
}

void pack_cstr(struct pack *p, const char *s)
{
	pack_str(p, s, strlen(s));
}

void pack_bin(struct pack *p, const void *data, size_t len)
{
	if (fits(p, len))
		msgpack_pack_bin_with_body(&p->packer, data, len);
}

void pack_array(struct pack *p, size_t count)
{
	if (fits(p, count))
		msgpack_pack_array(&p->packer, count);
}

void pack_map(struct pack *p, size_t count)
{
	if (fits(p, count))
		msgpack_pack_map(&p->packer, count);
}
