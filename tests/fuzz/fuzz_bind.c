/*
 * The input is taken as a value of a declared type that has one of each kind and leads
 * to itself. What decodes is encoded, and that decodes and is encoded to the same.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "bind/decode.h"
#include "bind/encode.h"
#include "wire/cursor.h"

/* More than any input of a fuzzer can become. */
#define CEILING (64u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define COLOUR(VALUE)        \
	VALUE(RED, "red", 0) \
	VALUE(DARK_GREEN, "dark-green", 0)
KILN_ENUM(colour, "Colour", COLOUR, 0)
KILN_LIST(strings, STRING)
KILN_LIST(grid, LIST(strings))

/* Declared before it is whole, as it leads to itself. */
struct thing;
static const struct kiln_type thing_type;
struct things {
	struct thing *items;
	size_t count;
};
static const struct kiln_type things_type = {
	.kind = KILN_KIND_LIST, .size = sizeof(struct things), .of = &thing_type
};

#define POINT(MEMBER, OPTIONAL) \
	MEMBER(INT, x, 0)       \
	OPTIONAL(INT, y_axis, 0)
KILN_STRUCT(point, "Point", POINT, 0)
#define THING(MEMBER, OPTIONAL)          \
	MEMBER(STRING, id, 0)            \
	OPTIONAL(BOOL, flag, 0)          \
	OPTIONAL(UINT, natural, 0)       \
	OPTIONAL(NUMBER, number, 0)      \
	OPTIONAL(STRING_OR_NULL, may, 0) \
	OPTIONAL(BYTES, bytes, 0)        \
	OPTIONAL(JSON, any, 0)           \
	OPTIONAL(ENUM(colour), tint, 0)  \
	OPTIONAL(STRUCT(point), at, 0)   \
	OPTIONAL(LIST(grid), grid, 0)    \
	OPTIONAL(LIST(things), things_in, 0)
KILN_STRUCT(thing, "Thing", THING, 0)

struct made {
	struct arena arena;
	struct thing thing; /* points into the arena and into what was decoded */
	bool error_is_text;
};

static int decode(struct made *m, const uint8_t *data, size_t size)
{
	struct decode d;
	int r;

	*m = (struct made){ .arena = ARENA_INIT(CEILING) };
	decode_init(&d, data, size, &m->arena);
	r = decode_value(&d, &thing_type, &m->thing);
	assert(r == 0 || r == -EINVAL || r == -ENOMEM);
	assert((r == -EINVAL) == (d.error[0] != '\0'));
	m->error_is_text = utf8_valid((const uint8_t *)d.error, strlen(d.error));
	return r;
}

static void encode(const struct made *m, struct buf *out)
{
	struct pack p;
	int r;

	pack_init(&p, out);
	r = encode_value(&p, &thing_type, &m->thing);
	assert(r == 0);
}

static void check_value(const uint8_t *data, size_t size)
{
	struct buf first = BUF_INIT(CEILING), second = BUF_INIT(CEILING);
	struct made m, again;
	struct cursor c;
	int r;

	if (decode(&m, data, size) == 0) {
		encode(&m, &first);
		cursor_init(&c, buf_bytes(&first), buf_len(&first));
		r = cursor_skip(&c);
		assert(r == 0 && cursor_done(&c));
		r = decode(&again, buf_bytes(&first), buf_len(&first));
		assert(r == 0);
		encode(&again, &second);
		assert(buf_len(&first) == buf_len(&second));
		assert(memcmp(buf_bytes(&first), buf_bytes(&second), buf_len(&first)) == 0);
		arena_fini(&again.arena);
	}
	/* It goes back to who has sent the value. */
	assert(m.error_is_text);
	arena_fini(&m.arena);
	buf_fini(&first);
	buf_fini(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c;
	struct made m;

	cursor_init(&c, data, size);
	if (cursor_skip(&c) == 0 && cursor_done(&c)) {
		check_value(data, size);
	} else {
		/* A frame has no such payload, and all the same it is survived. */
		(void)!decode(&m, data, size);
		arena_fini(&m.arena);
	}
	return 0;
}
