/*
 * A frame is the one thing that crosses a folder border on a message's path:
 * immutable, counted, and held as the bytes that go over a socket, so that
 * passing a message on copies nothing.
 *
 * On the wire: a 32 bit big-endian length of the body, then the body, which is
 * the msgpack array [kind, id, channel, payload]. frame_parse() checks all of
 * it once; whoever holds a frame may trust that its payload is one well-formed
 * value: UTF-8 strings, string keys, no extension types, at most DEPTH_MAX deep.
 *
 * A frame carries no identity: who sent it is known from where it was read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

enum frame_kind {
	FRAME_MESSAGE = 1, /* id 0, channel, payload */
	FRAME_READY, /* page: the document has its first listener */
	FRAME_CREDIT, /* to page: id messages and payload (uint) bytes have left the queue */
	FRAME_REFUSED, /* to page: id is a wire_status, channel, payload is the reason (str) */
	FRAME_CALL, /* id names the call, channel is the method */
	FRAME_REPLY, /* id names the call, payload is its result */
	FRAME_FAILED, /* id names the call, payload is [wire_status, message] */
	FRAME_EVENT, /* by the runtime only: channel "__window__", payload is [type, detail] */
	FRAME_LOG, /* from page: id is a log level (base/log.h), payload is a line for the log (str)
		    */
	FRAME_KIND_END,
};

#define FRAME_PREFIX 4u

struct frame {
	unsigned refs;
	enum frame_kind kind;
	uint32_t id;
	const char *channel; /* points into bytes, not terminated */
	size_t channel_len;
	const uint8_t *payload; /* points into bytes, one msgpack value */
	size_t payload_len;
	size_t size; /* of bytes */
	uint8_t bytes[]; /* as on the wire, prefix included */
};

/*
 * Makes a frame with one reference. @payload is one msgpack value that the
 * caller built (it is copied, not checked again) and may be null for nil.
 * -EMSGSIZE when it is over PAYLOAD_MAX, -ENOMEM, and -EINVAL for a kind, id or
 * channel that frame_parse() would refuse: a channel for a kind that has none,
 * a bad or no channel for one that has, a message with an id.
 */
must_check int frame_new(enum frame_kind kind, uint32_t id, const char *channel, size_t channel_len,
	const void *payload, size_t payload_len, struct frame **ret);
/* Parses and checks a body that a peer sent; -EBADMSG when it is not exactly one. Copies it. */
must_check int frame_parse(const uint8_t *body, size_t len, struct frame **ret);

struct frame *frame_ref(struct frame *f);
/* No-op on null. */
void frame_unref(struct frame *f);
void frame_unref_p(struct frame **f);
#define auto_frame __attribute__((cleanup(frame_unref_p)))

/*
 * A channel name is 1 to CHANNEL_MAX bytes of UTF-8 without control characters.
 * Names of the form __x__ are reserved for the runtime.
 */
bool channel_valid(const char *name, size_t len);
bool channel_reserved(const char *name, size_t len);
