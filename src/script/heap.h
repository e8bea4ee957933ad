/*
 * One Duktape heap that can be stopped: a memory ceiling, a deadline for every
 * entry, and the protected call by which alone C enters JavaScript.
 *
 * - Beyond the ceiling an allocation fails, which JavaScript sees as an Error
 *   and may catch.
 * - Past the deadline every instruction throws, in catch and finally blocks
 *   too, until the outermost protected call has been unwound.
 * - What Duktape cannot unwind (its own fatal errors, or a script that is past
 *   its deadline and keeps asking for memory that is refused) ends the heap, not
 *   the process: the outermost call fails, every later one does as well, and all
 *   that is left to do is heap_fini().
 */
#pragma once

#include <duktape.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/macros.h"
#include "script/script.h"

struct promises;
struct source_maps;

struct heap {
	duk_context *ctx;
	struct list blocks; /* all that Duktape has allocated, struct block */
	size_t used, ceiling;
	uint64_t limit; /* ns, of an outermost entry */
	uint64_t deadline; /* of the entry under way */
	unsigned depth; /* of entries under way; 0: C is outside of JavaScript */
	bool expired; /* the deadline was passed; until the outermost entry ends */
	bool dead;
	struct script_error stop; /* what to say of that; while expired */
	jmp_buf *way_out; /* borrowed: in the frame of the outermost entry; null outside */
	struct source_maps *maps; /* borrowed: the owner's to set; null: stacks stay as they are */
	struct buf mapped, scratch; /* a trace under way: no throw may leak it */
	struct promises *promises; /* borrowed: for promise.c */
};

/* May throw, and leaves what it likes on the stack. Owns nothing across a throwing duk_ call. */
typedef void (*heap_fn)(duk_context *ctx, void *arg);

must_check int heap_init(struct heap *h, size_t ceiling, uint64_t limit);
/* Not from inside an entry. */
void heap_fini(struct heap *h);

/*
 * Runs @fn. -ENOEXEC when it throws or is stopped, with what and where in
 * @ret_error; -ENOTRECOVERABLE when the heap is dead. A nested call shares the
 * deadline of the outermost; what it was stopped by throws again in the caller.
 */
must_check int heap_protect(struct heap *h, heap_fn fn, void *arg, struct script_error *ret_error);

/* Pushes @fn as a function that knows @self, borrowed; throws. */
void heap_push_function(
	duk_context *ctx, const char *name, duk_c_function fn, duk_idx_t nargs, void *self);
/* Puts such a function as property @name of the object at @at; throws. */
void heap_bind(duk_context *ctx, duk_idx_t at, const char *name, duk_c_function fn, duk_idx_t nargs,
	void *self);
/* The @self of the running function. */
void *heap_self(duk_context *ctx);

/*
 * What any thrown value says: "TypeError: text (file:line)" for an error. The place
 * is the first one on its stack that is of somebody's code, in the author's terms
 * where a map knows it. May throw, as it may run the value's own toString().
 */
void heap_describe(duk_context *ctx, duk_idx_t at, struct script_error *ret);

/* Duktape's hook, see duk_options.h. */
int heap_out_of_time(void *udata);
