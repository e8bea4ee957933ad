/*
 * JSON text to msgpack and back, by yyjson: the edge to a page's JavaScript,
 * and the reader of manifests.
 *
 * Bytes have no place in JSON, so they travel beside it. Towards msgpack the
 * text has null where bytes belong, and a list says which values these are by
 * their ordinal: the position in document order, counting every value (not
 * keys) from 0, the outermost value first. Towards JSON the text has null, and
 * a callback is told path and content. No text that a page can write is ever
 * taken for bytes.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct json_blob {
	uint32_t ordinal; /* ascending in a list */
	const void *data; /* borrowed */
	size_t len;
};

struct json_error {
	unsigned line, column; /* from 1; 0 when it has no place in the text */
	char message[96];
};

enum json_flags {
	JSON_STRICT = 0,
	JSON_COMMENTS = 1, /* // and block comments, and trailing commas */
};

/*
 * Appends one msgpack value to @out; on failure @out is as it was. -EBADMSG: not
 * JSON (a lone surrogate is not, nor a number beyond a double), or a blob whose
 * place is not a null; -E2BIG: deeper than DEPTH_MAX; -EMSGSIZE: text over
 * JSON_TEXT_MAX, or a value over the ceiling of @out; -ENOMEM. @ret_error is
 * filled on every failure and may be null.
 */
must_check int json_to_msgpack(const char *text, size_t len, enum json_flags flags,
	const struct json_blob *blobs, size_t n_blobs, struct buf *out,
	struct json_error *ret_error);

/*
 * @path is JSON text: the array of keys and indexes that leads to the value,
 * [] for the outermost. @data is borrowed for the call. A negative return ends
 * the conversion with it.
 */
typedef int (*json_bytes_fn)(
	const char *path, size_t path_len, const uint8_t *data, size_t len, void *arg);

/*
 * Appends JSON text to @out; on failure @out is as it was. The value must be
 * checked already (a frame's payload is, and its body): then this fails with
 * -ENOMEM, or with -EMSGSIZE when the text is over the ceiling of @out or all
 * paths together are over JSON_TEXT_MAX. NaN and infinities become null, as
 * JSON.stringify has it. Without @on_bytes, bytes become null.
 */
must_check int json_from_msgpack(
	const uint8_t *value, size_t len, json_bytes_fn on_bytes, void *arg, struct buf *out);
