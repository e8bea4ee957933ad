/*
 * The input is taken as JSON text and as msgpack. Text that converts makes a
 * value as a frame may carry it; from the second generation on, a value and its
 * text no longer change; bytes come out where they were put in.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/cursor.h"
#include "wire/json.h"
#include "wire/limits.h"

/* More than any input of a fuzzer can become. */
#define CEILING (64u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool one_value(const uint8_t *data, size_t size)
{
	struct cursor c;

	cursor_init(&c, data, size);
	return cursor_skip(&c) == 0 && cursor_done(&c);
}

static bool equal(const struct buf *a, const struct buf *b)
{
	return buf_len(a) == buf_len(b) && memcmp(buf_bytes(a), buf_bytes(b), buf_len(a)) == 0;
}

static void to_text(const struct buf *value, struct buf *text)
{
	if (json_from_msgpack(buf_bytes(value), buf_len(value), NULL, NULL, text) < 0)
		abort();
}

static void to_value(const struct buf *text, struct buf *value)
{
	if (json_to_msgpack(
		    (char *)buf_bytes(text), buf_len(text), JSON_STRICT, NULL, 0, value, NULL) < 0)
		abort();
}

static void check_value(const struct buf *first)
{
	struct buf text = BUF_INIT(CEILING), again = BUF_INIT(CEILING);
	struct buf second = BUF_INIT(CEILING), third = BUF_INIT(CEILING);

	to_text(first, &text);
	to_value(&text, &second);
	assert(one_value(buf_bytes(&second), buf_len(&second)));
	to_text(&second, &again);
	to_value(&again, &third);
	assert(equal(&second, &third));
	buf_fini(&text);
	buf_fini(&again);
	buf_fini(&second);
	buf_fini(&third);
}

static int on_bytes(const char *path, size_t path_len, const uint8_t *data, size_t len, void *arg)
{
	struct buf value = BUF_INIT(CEILING);
	unsigned *calls = arg;

	/* A path is JSON itself: an array. */
	if (json_to_msgpack(path, path_len, JSON_STRICT, NULL, 0, &value, NULL) < 0)
		abort();
	assert(path[0] == '[');
	buf_fini(&value);
	++*calls;
	return 0;
}

/* Puts bytes in the place of value @ordinal of @text, which converts to @plain. */
static void check_blob(const char *text, size_t len, uint32_t ordinal, const struct buf *plain)
{
	struct json_blob blob = { .ordinal = ordinal, .data = "\xff\0bytes", .len = 7 };
	struct buf value = BUF_INIT(CEILING), expected = BUF_INIT(CEILING), got = BUF_INIT(CEILING);
	struct json_error error;
	unsigned calls = 0;
	int r;

	r = json_to_msgpack(text, len, JSON_STRICT, &blob, 1, &value, &error);
	if (r == 0) {
		assert(one_value(buf_bytes(&value), buf_len(&value)));
		r = json_from_msgpack(buf_bytes(&value), buf_len(&value), on_bytes, &calls, &got);
		assert(r == 0 && calls == 1);
		to_text(plain, &expected);
		assert(equal(&got, &expected));
	} else {
		assert(r == -EBADMSG && buf_len(&value) == 0);
	}
	buf_fini(&value);
	buf_fini(&expected);
	buf_fini(&got);
}

static void check_text(const char *text, size_t len, enum json_flags flags)
{
	struct buf value = BUF_INIT(CEILING);
	struct json_error error = { .message = "" };
	int r;

	r = json_to_msgpack(text, len, flags, NULL, 0, &value, &error);
	if (r == 0) {
		assert(one_value(buf_bytes(&value), buf_len(&value)));
		check_value(&value);
		if (flags == JSON_STRICT)
			for (uint32_t ordinal = 0; ordinal < 8; ordinal++)
				check_blob(text, len, ordinal, &value);
	} else {
		assert(r == -EBADMSG || r == -E2BIG);
		assert(buf_len(&value) == 0);
		assert(error.message[0] != '\0');
		assert(strlen(error.message) < sizeof(error.message));
	}
	buf_fini(&value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_INIT(CEILING);
	unsigned calls = 0;

	check_text((const char *)data, size, JSON_STRICT);
	check_text((const char *)data, size, JSON_COMMENTS);

	if (one_value(data, size)) {
		if (buf_append(&out, data, size) < 0)
			abort();
		check_value(&out);
		buf_reset(&out, 0);
		if (json_from_msgpack(data, size, on_bytes, &calls, &out) < 0)
			abort();
	} else if (json_from_msgpack(data, size, NULL, NULL, &out) == 0) {
		/* It need not look at all that makes a value bad, but must survive it. */
		assert(buf_len(&out) > 0);
	}
	buf_fini(&out);
	return 0;
}
