/*
 * Payloads between msgpack and Duktape values. Out of JavaScript the rules are
 * those of JSON.stringify, and bytes (an ArrayBuffer, or a view of one whose
 * elements are bytes) are msgpack bin; into it, bin is a Uint8Array.
 *
 * The walk runs the script's own getters and toJSON and may be left by a throw
 * at any point. So the codec owns everything that the walk needs, and starts
 * anew each time.
 */
#pragma once

#include <duktape.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "wire/cursor.h"
#include "wire/limits.h"
#include "wire/pack.h"

/* An array or object on the way from the payload down to the value in hand. */
struct codec_level {
	void *object; /* borrowed: on the value stack */
	duk_idx_t key; /* of the member in hand, on the value stack; -1 in an array */
	uint32_t index; /* of the member in hand, in an array */
};

struct codec {
	struct buf out; /* one msgpack value, of the last codec_encode() */
	struct buf text; /* one string under conversion */
	struct pack pack;
	struct codec_level levels[DEPTH_MAX];
	unsigned depth;
	bool in_script; /* a throw is the script's own: a getter's, a toJSON's */
	bool busy; /* a walk is under way, and may be running the script's own code */
};

void codec_init(struct codec *c);
void codec_fini(struct codec *c);

/*
 * Leaves the value at @at in @c->out; undefined and functions are nil. Throws
 * IpcError, Serialization or TooLarge, with the path to the culprit; what a getter
 * or toJSON throws is Serialization too. A TypeError when called from a getter or
 * toJSON of a payload that is being encoded.
 */
void codec_encode(struct codec *c, duk_context *ctx, duk_idx_t at);
/* Gives memory back that a large payload has needed. */
void codec_reset(struct codec *c);

/* Pushes one value that was checked when its frame was made; throws. */
void codec_push(struct codec *c, duk_context *ctx, struct cursor *from);
