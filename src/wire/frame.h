/*
 * A frame is the one thing that crosses a folder border on a message's path:
 * immutable, counted, and held as the bytes that go over a socket, so that
 * passing a message on copies nothing.
 *
 * On the wire: a 32 bit big-endian length of the body, then the body, which is
 * the msgpack array [kind | flags, id, channel, payload]. frame_parse() checks all of
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
#include "wire/status.h"

enum frame_kind {
	FRAME_MESSAGE = 1, /* id, channel, payload; an id other than 0 asks for a REPLY or FAILED */
	FRAME_READY, /* page: the document has its first listener */
	FRAME_CREDIT, /* to page: id messages and payload (uint) bytes have left the queue */
	FRAME_REFUSED, /* to page: id is a wire_status, channel, payload is the reason (str) */
	FRAME_CALL, /* id names the call, channel is the method */
	FRAME_REPLY, /* id names the call or message, payload is its result */
	FRAME_FAILED, /* id as of REPLY, payload is [wire_status, reason (str), uncertain (bool)] */
	FRAME_EVENT, /* by the runtime only: channel "__window__", payload is [type, detail] */
	FRAME_LOG, /* page: id is a log level (base/log.h), payload a line: str or [str, stack] */
	FRAME_ACK, /* page: the next id frames are done; payload (bool): a listener ran for each */
	FRAME_CANCEL, /* id names a call whose answer nobody waits for any more */
	FRAME_KIND_END,
};

/* Of a message, in one number with the kind. */
enum frame_flags {
	FRAME_RETRY = 0x40, /* may be delivered twice rather than be lost */
	FRAME_AGAIN = 0x80, /* may have been delivered before; by the runtime only */
};

#define FRAME_PREFIX 4u

struct frame {
	unsigned refs;
	enum frame_kind kind;
	unsigned flags; /* of enum frame_flags */
	uint32_t id;
	const char *channel; /* points into bytes, not terminated */
	size_t channel_len;
	const uint8_t *payload; /* points into bytes, one msgpack value */
	size_t payload_len;
	size_t size; /* of bytes */
	uint8_t bytes[]; /* as on the wire, prefix included */
};

/*
 * Makes a frame with one reference and no flags. @payload is one msgpack value
 * that the caller built (it is copied, not checked again) and may be null for nil.
 * -EMSGSIZE when it is over PAYLOAD_MAX, -ENOMEM, and -EINVAL for a kind, id or
 * channel that frame_parse() would refuse: a channel for a kind that has none,
 * a bad or no channel for one that has.
 */
must_check int frame_new(enum frame_kind kind, uint32_t id, const char *channel, size_t channel_len,
	const void *payload, size_t payload_len, struct frame **ret);
/* A FAILED frame; @reason is cut to what fits. -ENOMEM. */
must_check int frame_new_failed(uint32_t id, enum wire_status status, const char *reason,
	bool uncertain, struct frame **ret);
/* A copy of @f under another id and with other flags: frames are immutable. -ENOMEM. */
must_check int frame_copy(const struct frame *f, uint32_t id, unsigned flags, struct frame **ret);
/* Parses and checks a body that a peer sent; -EBADMSG when it is not exactly one. Copies it. */
must_check int frame_parse(const uint8_t *body, size_t len, struct frame **ret);

/*
 * What @f costs its sender of a credit, in bytes: about its size, but the same for
 * every copy of it, so that under another id no more comes back than was taken.
 */
size_t frame_cost(const struct frame *f);
/* Whether @f takes the other side's attention: what credit and acknowledgement count. */
bool frame_is_control(const struct frame *f);

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
