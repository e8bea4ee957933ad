#include "script/heap.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "script/stack.h"
#include "script/text.h"

#define LOG_TAG "script"
#include "base/log.h"

/* How long after its deadline a script may go on asking for memory that it does not get. */
#define REFUSAL_GRACE (1 * NSEC_PER_SEC)

/* Of one trace; a longer one is left as it is. */
#define MAPPED_MAX (64u << 10)
#define MAPPED_KEEP (4u << 10)
/* Further frames of an error that are shown. */
#define TRACE_FRAMES 5

#define KEY_SELF DUK_HIDDEN_SYMBOL("self")
#define KEY_INNER DUK_HIDDEN_SYMBOL("inner") /* of our getter of a stack: Duktape's */

/* Before each allocation. Its size keeps what follows aligned to 8 on every machine. */
struct block {
	struct list link; /* heap's blocks */
	uint64_t size; /* this header included */
};

__attribute__((noreturn)) static void abandon(struct heap *h, const char *why)
{
	log_error("the script's heap is beyond use: %s", why);
	/* Nothing but a call outside of heap_protect() comes here without a way out. */
	if (!h->way_out)
		abort();
	longjmp(*h->way_out, 1);
}

static void on_fatal(void *udata, const char *why)
{
	abandon(udata, why ? why : "fatal error");
}

static bool fits(const struct heap *h, uint64_t more)
{
	return more <= h->ceiling - h->used;
}

/*
 * An allocation that fails while the heap is made ends that: Duktape's own way
 * out of there is not sound.
 *
 * Later Duktape collects garbage ten times over before it throws, and looks at
 * the deadline between instructions only: a loop that catches the error would
 * be too slow to be stopped in that way.
 */
static void *no_memory(struct heap *h)
{
	if (!h->ctx)
		longjmp(*h->way_out, 1);
	if (h->way_out && clock_now() > h->deadline + REFUSAL_GRACE)
		abandon(h, "out of memory past the deadline");
	return NULL;
}

static void *heap_alloc(void *udata, duk_size_t size)
{
	struct heap *h = udata;
	struct block *b;

	if (size == 0)
		return NULL;
	b = fits(h, sizeof(*b) + size) ? malloc(sizeof(*b) + size) : NULL;
	if (!b)
		return no_memory(h);
	b->size = sizeof(*b) + size;
	h->used += b->size;
	list_append(&h->blocks, &b->link);
	return b + 1;
}

static void heap_release(void *udata, void *p)
{
	struct heap *h = udata;
	struct block *b;

	if (!p)
		return;
	b = (struct block *)p - 1;
	h->used -= b->size;
	list_remove(&b->link);
	free(b);
}

static void *heap_realloc(void *udata, void *p, duk_size_t size)
{
	struct heap *h = udata;
	struct block *b, *moved;
	uint64_t total = sizeof(*b) + size;

	if (!p)
		return heap_alloc(h, size);
	if (size == 0) {
		heap_release(h, p);
		return NULL;
	}
	b = (struct block *)p - 1;
	if (total > b->size && !fits(h, total - b->size))
		return no_memory(h);
	list_remove(&b->link);
	moved = realloc(b, total);
	if (!moved) {
		list_append(&h->blocks, &b->link);
		return no_memory(h);
	}
	h->used += total - moved->size;
	moved->size = total;
	list_append(&h->blocks, &moved->link);
	return moved + 1;
}

int heap_out_of_time(void *udata)
{
	struct heap *h = udata;

	if (h->expired || h->depth == 0 || clock_now() < h->deadline)
		return h->expired;
	h->expired = true;
	h->stop = (struct script_error){ .line = 0 };
	snprintf(h->stop.message, sizeof(h->stop.message), "stopped after %llu ms",
		(unsigned long long)(h->limit / NSEC_PER_MSEC));
	return true;
}

/*
 * No script can set a finalizer, so there is nothing to run at the end of a
 * heap, and a dead one and a sound one are freed alike: block by block.
 */
static void free_blocks(struct heap *h)
{
	struct block *b;

	while ((b = list_first(&h->blocks, struct block, link))) {
		list_remove(&b->link);
		free(b);
	}
	h->used = 0;
	h->ctx = NULL;
}

static void create(struct heap *h)
{
	jmp_buf way_out;

	h->way_out = &way_out;
	if (setjmp(way_out) == 0)
		h->ctx = duk_create_heap(heap_alloc, heap_realloc, heap_release, h, on_fatal);
	h->way_out = NULL;
}

/* Pushes the stack of the error at @at, or undefined. Runs script only if that has redefined it. */
static const char *push_stack(duk_context *ctx, duk_idx_t at, duk_size_t *ret_len)
{
	if (!duk_is_error(ctx, at)) {
		duk_push_undefined(ctx);
		return NULL;
	}
	duk_get_prop_literal(ctx, at, "stack");
	return duk_get_lstring(ctx, -1, ret_len);
}

/* [ ... stack ] -> [ ... stack ], in the author's terms where they are known */
static duk_ret_t map_stack(duk_context *ctx, void *udata)
{
	struct heap *h = udata;
	duk_size_t len;
	const char *stack = duk_get_lstring(ctx, -1, &len);

	if (stack_map(h->maps, stack, len, &h->mapped) > 0)
		text_push(
			ctx, &h->scratch, (const char *)buf_bytes(&h->mapped), buf_len(&h->mapped));
	buf_reset(&h->mapped, MAPPED_KEEP);
	return 1;
}

/*
 * In the place of Duktape's own getter, which it calls. A trace that cannot be
 * mapped, because memory is short, stays as it is.
 */
static duk_ret_t get_stack(duk_context *ctx)
{
	struct heap *h = heap_self(ctx);

	duk_push_current_function(ctx);
	duk_get_prop_literal(ctx, -1, KEY_INNER);
	duk_push_this(ctx);
	duk_call_method(ctx, 0);
	if (!h->maps || !duk_is_string(ctx, -1))
		return 1;
	duk_dup_top(ctx);
	if (duk_safe_call(ctx, map_stack, h, 1, 1) != DUK_EXEC_SUCCESS)
		duk_pop(ctx);
	return 1;
}

static void wrap_stack(duk_context *ctx, struct heap *h)
{
	duk_get_global_literal(ctx, "Error");
	duk_get_prop_literal(ctx, -1, "prototype");
	duk_push_literal(ctx, "stack");
	duk_get_prop_desc(ctx, -2, 0);
	duk_push_literal(ctx, "stack");
	heap_push_function(ctx, "stack", get_stack, 0, h);
	duk_get_prop_literal(ctx, -3, "get");
	duk_put_prop_literal(ctx, -2, KEY_INNER);
	duk_get_prop_literal(ctx, -3, "set");
	duk_def_prop(
		ctx, -5, DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_HAVE_SETTER | DUK_DEFPROP_FORCE);
	duk_pop_3(ctx);
}

/*
 * Duktape calls this with each error on its way to being thrown. Only the first
 * of those that a deadline makes is where the script was; each catch and
 * finally that is unwound makes another one.
 */
static duk_ret_t on_throw(duk_context *ctx)
{
	struct heap *h = heap_self(ctx);
	struct stack_frame f;
	struct stack_walk w;
	const char *stack;
	duk_size_t len;
	size_t n;

	if (h->expired && h->stop.line == 0) {
		n = strlen(h->stop.message);
		stack = push_stack(ctx, 0, &len);
		if (stack && stack_place(stack, len, &w, &f)) {
			h->stop.line = f.line;
			text_show_bytes(f.file, f.file_len, h->stop.file, sizeof(h->stop.file));
			snprintf(h->stop.message + n, sizeof(h->stop.message) - n, ": %.*s:%u",
				(int)f.file_len, f.file, f.line);
		}
	}
	duk_set_top(ctx, 1);
	return 1;
}

/*
 * Takes away what a script could use against its host. The Duktape object sets
 * finalizers, which run at any time and without a deadline, and coroutines,
 * which have a stack of their own; fromBufferRaw makes strings that are no text,
 * among them the names of hidden properties. And Buffer, by which packages from npm take
 * us for Node.
 */
static void set_up(duk_context *ctx, void *arg)
{
	duk_push_global_object(ctx);
	duk_get_prop_literal(ctx, -1, "Duktape");
	heap_bind(ctx, -1, "errThrow", on_throw, 1, arg);
	duk_pop(ctx);
	duk_del_prop_literal(ctx, -1, "Duktape");
	duk_del_prop_literal(ctx, -1, "CBOR");
	duk_del_prop_literal(ctx, -1, "Buffer");
	duk_del_prop_literal(ctx, -1, "performance");
	duk_get_prop_literal(ctx, -1, "String");
	duk_del_prop_literal(ctx, -1, "fromBufferRaw");
	wrap_stack(ctx, arg);
}

int heap_init(struct heap *h, size_t ceiling, uint64_t limit)
{
	struct script_error error;

	*h = (struct heap){ .ceiling = ceiling, .limit = limit, .deadline = UINT64_MAX / 2 };
	list_init(&h->blocks);
	buf_init(&h->mapped, MAPPED_MAX);
	buf_init(&h->scratch, 2 * MAPPED_MAX);
	create(h);
	if (!h->ctx || heap_protect(h, set_up, h, &error) < 0) {
		free_blocks(h);
		return -ENOMEM;
	}
	return 0;
}

void heap_fini(struct heap *h)
{
	assert(h->depth == 0);
	if (h->blocks.next)
		free_blocks(h);
	buf_fini(&h->mapped);
	buf_fini(&h->scratch);
}

/*
 * Where @stack, of its length, has its place: "main.ts:3", or with who is to blame
 * when that is a package: "node_modules/x/y.js:7, from main.ts:3". Empty when there is
 * none. *@ret_rest is what the frames after it are walked with.
 */
static void show_place(const char *stack, size_t len, struct script_error *ret, char *place,
	size_t room, struct stack_walk *ret_rest)
{
	struct stack_frame f, from;
	struct stack_walk w;
	size_t n;

	place[0] = '\0';
	ret->line = 0;
	ret->file[0] = '\0';
	stack_begin(ret_rest, "", 0);
	if (!stack || !stack_place(stack, len, &w, &f))
		return;
	*ret_rest = w;
	ret->line = f.line;
	text_show_bytes(f.file, f.file_len, ret->file, sizeof(ret->file));
	n = (size_t)snprintf(place, room, "%s:%u", ret->file, f.line);
	if (!f.package)
		return;
	while (stack_next(&w, &from)) {
		if (from.package || from.support)
			continue;
		n += text_show_bytes(", from ", 7, place + n, room - n);
		n += text_show_bytes(from.file, from.file_len, place + n, room - n - 16);
		snprintf(place + n, room - n, ":%u", from.line);
		return;
	}
}

/* Whether @place names where the frame is. */
static bool has_place(const char *place, const struct stack_frame *f)
{
	char text[sizeof(((struct script_error *)0)->file) + 16];
	size_t n = text_show_bytes(f->file, f->file_len, text, sizeof(text) - 16);

	snprintf(text + n, sizeof(text) - n, ":%u", f->line);
	return strstr(place, text);
}

/*
 * The frames behind @place, as lines of their own. Of several in a row on one line,
 * or inside of packages, only the first.
 */
static void show_trace(struct stack_walk *w, const char *place, struct script_error *ret)
{
	char line[sizeof(ret->trace)];
	struct stack_frame f, last = { .package = place[0] && strstr(place, ", from ") };
	unsigned frames = 0;
	size_t n = 0;

	while (frames < TRACE_FRAMES && stack_next(w, &f)) {
		bool named = f.name_len > 0 && f.name[0] != '[';
		bool skip = f.support || (f.package && last.package) ||
			    (last.file && f.line == last.line && f.file_len == last.file_len &&
				    memcmp(f.file, last.file, f.file_len) == 0) ||
			    (frames == 0 && has_place(place, &f));
		size_t len;

		if (!f.support)
			last = f;
		if (skip)
			continue;
		len = text_show_bytes("at ", 3, line, sizeof(line));
		if (named) {
			len += text_show_bytes(f.name, f.name_len, line + len, 64);
			len += text_show_bytes(" (", 2, line + len, 8);
		}
		len += text_show_bytes(f.file, f.file_len, line + len, sizeof(line) - len - 32);
		len += (size_t)snprintf(
			line + len, sizeof(line) - len, ":%u%s\n", f.line, named ? ")" : "");
		if (len >= sizeof(ret->trace) - n)
			break;
		memcpy(ret->trace + n, line, len);
		n += len;
		frames++;
	}
	ret->trace[n] = '\0';
}

void heap_describe(duk_context *ctx, duk_idx_t at, struct script_error *ret)
{
	size_t room = sizeof(ret->message), n;
	struct stack_walk rest;
	duk_size_t len = 0;
	char place[2 * sizeof(ret->file) + 64];
	const char *stack;

	at = duk_require_normalize_index(ctx, at);
	duk_dup(ctx, at);
	duk_to_string(ctx, -1);
	stack = push_stack(ctx, at, &len);
	show_place(stack, len, ret, place, sizeof(place), &rest);
	show_trace(&rest, place, ret);
	/* The place is worth more than the end of a long text. */
	if (place[0] && strlen(place) + 64 < room)
		room -= strlen(place) + strlen(" ()");
	else
		place[0] = '\0';
	text_show(ctx, -2, ret->message, room);
	n = strlen(ret->message);
	if (place[0])
		snprintf(ret->message + n, sizeof(ret->message) - n, " (%s)", place);
	duk_pop_2(ctx);
}

struct entry {
	struct heap *h;
	heap_fn fn;
	void *arg;
	struct script_error *ret_error;
};

static duk_ret_t run(duk_context *ctx, void *udata)
{
	const struct entry *e = udata;

	e->fn(ctx, e->arg);
	return 0;
}

/* [ ... error ] -> [ ... error ] */
static duk_ret_t describe(duk_context *ctx, void *udata)
{
	heap_describe(ctx, -1, udata);
	return 1;
}

static int protect(struct entry *e)
{
	struct heap *h = e->h;
	duk_context *ctx = h->ctx;
	int r = 0;

	h->depth++;
	if (duk_safe_call(ctx, run, e, 0, 1) != DUK_EXEC_SUCCESS) {
		if (!h->expired &&
			duk_safe_call(ctx, describe, e->ret_error, 1, 1) != DUK_EXEC_SUCCESS)
			*e->ret_error =
				(struct script_error){ .message = "an error that cannot be shown" };
		if (h->expired)
			*e->ret_error = h->stop;
		r = -ENOEXEC;
	}
	duk_pop(ctx);
	h->depth--;
	return r;
}

static int protect_outermost(struct entry *e)
{
	struct heap *h = e->h;
	jmp_buf way_out;
	int r;

	h->way_out = &way_out;
	h->deadline = clock_now() + h->limit;
	if (setjmp(way_out) == 0) {
		r = protect(e);
	} else {
		h->dead = true;
		h->depth = 0;
		r = -ENOTRECOVERABLE;
	}
	h->way_out = NULL;
	h->expired = false;
	return r;
}

int heap_protect(struct heap *h, heap_fn fn, void *arg, struct script_error *ret_error)
{
	struct entry e = { h, fn, arg, ret_error };
	int r = -ENOTRECOVERABLE;

	if (!h->dead)
		r = h->depth ? protect(&e) : protect_outermost(&e);
	if (r == -ENOTRECOVERABLE)
		*ret_error = (struct script_error){ .message = "the script's heap is beyond use" };
	return r;
}

void heap_push_function(
	duk_context *ctx, const char *name, duk_c_function fn, duk_idx_t nargs, void *self)
{
	duk_push_c_function(ctx, fn, nargs);
	duk_push_literal(ctx, "name");
	duk_push_string(ctx, name);
	duk_def_prop(ctx, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_FORCE);
	duk_push_pointer(ctx, self);
	duk_put_prop_literal(ctx, -2, KEY_SELF);
}

void heap_bind(duk_context *ctx, duk_idx_t at, const char *name, duk_c_function fn, duk_idx_t nargs,
	void *self)
{
	at = duk_require_normalize_index(ctx, at);
	heap_push_function(ctx, name, fn, nargs, self);
	duk_put_prop_string(ctx, at, name);
}

void *heap_self(duk_context *ctx)
{
	void *self;

	duk_push_current_function(ctx);
	duk_get_prop_literal(ctx, -1, KEY_SELF);
	self = duk_get_pointer(ctx, -1);
	duk_pop_2(ctx);
	return self;
}
