#include "script/promise.h"

#include <stdbool.h>

#include "base/macros.h"
#include "script/heap.h"
#include "script/lazy.h"
#include "script/modules.h"

/* Of a promise: its state. */
#define KEY_STATE DUK_HIDDEN_SYMBOL("state")
/* Of a resolving function: its promise, and the turn for which it was made. */
#define KEY_PROMISE DUK_HIDDEN_SYMBOL("promise")
#define KEY_TURN DUK_HIDDEN_SYMBOL("turn")
/* Of an executor: what it fills in. */
#define KEY_CAPABILITY DUK_HIDDEN_SYMBOL("capability")
#define KEY_STASH "promise"

#define SPECIES DUK_WELLKNOWN_SYMBOL("Symbol.species")
#define ASYNC_ITERATOR DUK_WELLKNOWN_SYMBOL("Symbol.asyncIterator")
#define TO_STRING_TAG DUK_WELLKNOWN_SYMBOL("Symbol.toStringTag")

/* A state. While it is pending reactions follow, REACTION_SIZE slots each. */
enum {
	STATE_OWNER, /* pointer, of the promise: an object that inherits from it is none */
	STATE_FLAGS,
	STATE_VALUE,
	STATE_REACTIONS,
};

/*
 * Flags. In the bits above is the turn: of all the pairs of resolving functions that
 * a promise has had the one that was made for this turn may still be called, once.
 */
#define PENDING 0u
#define FULFILLED 1u
#define REJECTED 2u
#define OUTCOME 3u
#define HANDLED 4u
#define TURN 8u

/*
 * A target is what a reaction settles: a promise whose executor is nobody's, or for
 * one of a subclass a capability: an array of it and its two functions.
 */
enum {
	REACTION_TARGET,
	REACTION_FULFILLED, /* function, or undefined */
	REACTION_REJECTED,
	REACTION_SIZE,
};

enum {
	CAPABILITY_PROMISE,
	CAPABILITY_RESOLVE,
	CAPABILITY_REJECT,
};

/* A job has four slots: what it is, and three values. */
enum job {
	JOB_CALL, /* function */
	JOB_ADOPT, /* promise, thenable, its then() */
	JOB_FULFILLED, /* target, function or undefined, value */
	JOB_REJECTED, /* the same */
};

#define JOB_SIZE 4
/* What a queue may keep for the next time. */
#define KEPT_SLOTS 4096

static struct promises *promises_of(duk_context *ctx)
{
	duk_memory_functions functions;

	duk_get_memory_functions(ctx, &functions);
	return ((struct heap *)functions.udata)->promises;
}

/* After a call that failed: past the deadline nothing is caught. */
static void rethrow_if_expired(struct promises *p, duk_context *ctx)
{
	if (p->heap->expired)
		(void)duk_throw(ctx);
}

static void tell_uncaught(struct promises *p, duk_context *ctx, const char *what, duk_idx_t value)
{
	value = duk_require_normalize_index(ctx, value);
	duk_push_heapptr(ctx, p->uncaught);
	duk_push_string(ctx, what);
	duk_dup(ctx, value);
	duk_call(ctx, 2);
	duk_pop(ctx);
}

/* [ ... a b c ] -> [ ... ]; all of it or, when it throws, nothing is queued. */
static void enqueue(struct promises *p, duk_context *ctx, enum job kind)
{
	duk_uarridx_t at = p->n_coming;

	duk_push_heapptr(ctx, p->coming);
	duk_insert(ctx, -4);
	duk_push_uint(ctx, kind);
	duk_put_prop_index(ctx, -5, at);
	/* In their order, or Duktape takes the array for a sparse one. */
	for (duk_uarridx_t i = 1; i < JOB_SIZE; i++) {
		duk_dup(ctx, -4 + (duk_idx_t)i);
		duk_put_prop_index(ctx, -5, at + i);
	}
	duk_pop_n(ctx, JOB_SIZE);
	p->n_coming += JOB_SIZE;
	if (p->n_coming > p->most)
		p->most = p->n_coming;
}

/* Pushes the state, if it is a promise. */
static bool push_state(duk_context *ctx, duk_idx_t at)
{
	void *self = duk_get_heapptr(ctx, at), *owner;

	if (!duk_is_object(ctx, at))
		return false;
	if (!duk_get_prop_literal(ctx, at, KEY_STATE)) {
		duk_pop(ctx);
		return false;
	}
	duk_get_prop_index(ctx, -1, STATE_OWNER);
	owner = duk_get_pointer(ctx, -1);
	duk_pop(ctx);
	if (owner == self)
		return true;
	duk_pop(ctx);
	return false;
}

static double get_flags(duk_context *ctx, duk_idx_t state)
{
	double flags;

	duk_get_prop_index(ctx, state, STATE_FLAGS);
	flags = duk_get_number(ctx, -1);
	duk_pop(ctx);
	return flags;
}

static void set_flags(duk_context *ctx, duk_idx_t state, double flags)
{
	state = duk_normalize_index(ctx, state);
	duk_push_number(ctx, flags);
	duk_put_prop_index(ctx, state, STATE_FLAGS);
}

/* As turns never end the whole does not fit into an unsigned; the lower bits do. */
static unsigned bits_of(double flags)
{
	return (unsigned)((uint64_t)flags & (TURN - 1));
}

/* The object at the top becomes a promise. */
static void begin(duk_context *ctx)
{
	void *self = duk_get_heapptr(ctx, -1);

	duk_push_bare_array(ctx);
	duk_push_pointer(ctx, self);
	duk_put_prop_index(ctx, -2, STATE_OWNER);
	duk_push_uint(ctx, PENDING);
	duk_put_prop_index(ctx, -2, STATE_FLAGS);
	duk_push_undefined(ctx);
	duk_put_prop_index(ctx, -2, STATE_VALUE);
	duk_put_prop_literal(ctx, -2, KEY_STATE);
}

/* Pushes a promise of our own class that nobody's executor is called for. */
static void push_pending(struct promises *p, duk_context *ctx)
{
	duk_push_bare_object(ctx);
	duk_push_heapptr(ctx, p->prototype);
	duk_set_prototype(ctx, -2);
	begin(ctx);
}

static void note_unhandled(struct promises *p, duk_context *ctx, duk_idx_t promise)
{
	duk_push_heapptr(ctx, p->unhandled);
	duk_dup(ctx, promise);
	duk_put_prop_index(ctx, -2, p->n_unhandled);
	duk_pop(ctx);
	p->n_unhandled++;
}

static void settle(
	struct promises *p, duk_context *ctx, duk_idx_t promise, unsigned outcome, duk_idx_t value)
{
	enum job kind = outcome == FULFILLED ? JOB_FULFILLED : JOB_REJECTED;
	duk_idx_t state;
	duk_uarridx_t n;
	double flags;

	promise = duk_normalize_index(ctx, promise);
	value = duk_normalize_index(ctx, value);
	if (!push_state(ctx, promise))
		return;
	state = duk_get_top_index(ctx);
	flags = get_flags(ctx, state);
	n = (duk_uarridx_t)duk_get_length(ctx, state);
	duk_dup(ctx, value);
	duk_put_prop_index(ctx, state, STATE_VALUE);
	set_flags(ctx, state, flags + outcome);
	if (outcome == REJECTED && !(bits_of(flags) & HANDLED))
		note_unhandled(p, ctx, promise);
	for (duk_uarridx_t i = STATE_REACTIONS; i + REACTION_SIZE <= n; i += REACTION_SIZE) {
		duk_get_prop_index(ctx, state, i + REACTION_TARGET);
		duk_get_prop_index(ctx, state,
			i + (outcome == FULFILLED ? REACTION_FULFILLED : REACTION_REJECTED));
		duk_dup(ctx, value);
		enqueue(p, ctx, kind);
	}
	if (n > STATE_REACTIONS)
		duk_set_length(ctx, state, STATE_REACTIONS);
	duk_pop(ctx);
}

/* [ ... thenable ] -> [ ... its then ] */
static duk_ret_t get_then(duk_context *ctx, void *unused)
{
	duk_get_prop_literal(ctx, -1, "then");
	return 1;
}

static void resolve_with(struct promises *p, duk_context *ctx, duk_idx_t promise, duk_idx_t value)
{
	promise = duk_normalize_index(ctx, promise);
	value = duk_normalize_index(ctx, value);
	if (!duk_is_object(ctx, value)) {
		settle(p, ctx, promise, FULFILLED, value);
		return;
	}
	if (duk_get_heapptr(ctx, value) == duk_get_heapptr(ctx, promise)) {
		duk_push_error_object(
			ctx, DUK_ERR_TYPE_ERROR, "a promise cannot be resolved with itself");
		settle(p, ctx, promise, REJECTED, -1);
		duk_pop(ctx);
		return;
	}
	duk_dup(ctx, value);
	if (duk_safe_call(ctx, get_then, NULL, 1, 1) != DUK_EXEC_SUCCESS) {
		rethrow_if_expired(p, ctx);
		settle(p, ctx, promise, REJECTED, -1);
		duk_pop(ctx);
	} else if (duk_is_function(ctx, -1)) {
		duk_dup(ctx, promise);
		duk_dup(ctx, value);
		duk_pull(ctx, -3);
		enqueue(p, ctx, JOB_ADOPT);
	} else {
		settle(p, ctx, promise, FULFILLED, value);
		duk_pop(ctx);
	}
}

static void settle_target(
	struct promises *p, duk_context *ctx, duk_idx_t target, unsigned outcome, duk_idx_t value)
{
	if (duk_is_array(ctx, target)) {
		value = duk_normalize_index(ctx, value);
		duk_get_prop_index(
			ctx, target, outcome == FULFILLED ? CAPABILITY_RESOLVE : CAPABILITY_REJECT);
		duk_dup(ctx, value);
		duk_call(ctx, 1);
		duk_pop(ctx);
	} else if (outcome == FULFILLED) {
		resolve_with(p, ctx, target, value);
	} else {
		settle(p, ctx, target, REJECTED, value);
	}
}

/* A resolving function; its magic is the outcome. The first call of either of a pair counts. */
static duk_ret_t resolving(duk_context *ctx)
{
	struct promises *p = promises_of(ctx);
	double flags, turn;

	duk_push_current_function(ctx);
	duk_get_prop_literal(ctx, -1, KEY_TURN);
	turn = duk_get_number(ctx, -1);
	duk_get_prop_literal(ctx, 1, KEY_PROMISE);
	if (!push_state(ctx, -1))
		return 0;
	flags = get_flags(ctx, -1);
	if (flags - bits_of(flags) != turn)
		return 0;
	set_flags(ctx, -1, flags + TURN);
	if (duk_get_current_magic(ctx) == FULFILLED)
		resolve_with(p, ctx, 3, 0);
	else
		settle(p, ctx, 3, REJECTED, 0);
	return 0;
}

static void push_resolving(duk_context *ctx, duk_idx_t promise, unsigned outcome, double turn)
{
	promise = duk_normalize_index(ctx, promise);
	duk_push_c_function(ctx, resolving, 1);
	duk_set_magic(ctx, -1, (duk_int_t)outcome);
	duk_dup(ctx, promise);
	duk_put_prop_literal(ctx, -2, KEY_PROMISE);
	duk_push_number(ctx, turn);
	duk_put_prop_literal(ctx, -2, KEY_TURN);
}

/*
 * [ ... function this ] -> [ ... ]: calls it with a new pair of resolving functions
 * for the promise; what it throws rejects, unless either has been called.
 */
static void call_with_pair(struct promises *p, duk_context *ctx, duk_idx_t promise)
{
	double flags;

	if (!push_state(ctx, promise))
		(void)duk_type_error(ctx, "not a Promise");
	flags = get_flags(ctx, -1);
	duk_pop(ctx);
	flags -= bits_of(flags);
	push_resolving(ctx, promise, FULFILLED, flags);
	push_resolving(ctx, promise, REJECTED, flags);
	duk_dup_top(ctx);
	duk_insert(ctx, -5);
	/* [ ... reject function this resolve reject ] */
	if (duk_pcall_method(ctx, 2) != DUK_EXEC_SUCCESS) {
		rethrow_if_expired(p, ctx);
		duk_call(ctx, 1);
		duk_pop(ctx);
	} else {
		duk_pop_2(ctx);
	}
}

/* What a subclass calls for a capability. */
static duk_ret_t fill_capability(duk_context *ctx)
{
	duk_push_current_function(ctx);
	duk_get_prop_literal(ctx, -1, KEY_CAPABILITY);
	duk_get_prop_index(ctx, -1, CAPABILITY_RESOLVE);
	duk_get_prop_index(ctx, -2, CAPABILITY_REJECT);
	if (!duk_is_undefined(ctx, -1) || !duk_is_undefined(ctx, -2))
		return duk_type_error(ctx, "the executor was called twice");
	for (duk_idx_t i = 0; i < 2; i++) {
		duk_dup(ctx, i);
		duk_put_prop_index(ctx, 3, CAPABILITY_RESOLVE + (duk_uarridx_t)i);
	}
	return 0;
}

static void push_capability(duk_context *ctx, duk_idx_t constructor)
{
	constructor = duk_normalize_index(ctx, constructor);
	if (!duk_is_function(ctx, constructor))
		(void)duk_type_error(ctx, "not a constructor of promises");
	duk_push_bare_array(ctx);
	for (duk_uarridx_t i = CAPABILITY_PROMISE; i <= CAPABILITY_REJECT; i++) {
		duk_push_undefined(ctx);
		duk_put_prop_index(ctx, -2, i);
	}
	duk_dup(ctx, constructor);
	duk_push_c_function(ctx, fill_capability, 2);
	duk_dup(ctx, -3);
	duk_put_prop_literal(ctx, -2, KEY_CAPABILITY);
	duk_new(ctx, 1);
	duk_put_prop_index(ctx, -2, CAPABILITY_PROMISE);
	for (duk_uarridx_t i = CAPABILITY_RESOLVE; i <= CAPABILITY_REJECT; i++) {
		duk_get_prop_index(ctx, -1, i);
		if (!duk_is_function(ctx, -1))
			(void)duk_type_error(ctx, "the executor was not called with functions");
		duk_pop(ctx);
	}
}

static bool is_ours(struct promises *p, duk_context *ctx, duk_idx_t constructor)
{
	return duk_get_heapptr(ctx, constructor) == p->constructor;
}

/* Pushes what a reaction settles, by the class at the top, which it takes. */
static void push_target(struct promises *p, duk_context *ctx)
{
	if (is_ours(p, ctx, -1))
		push_pending(p, ctx);
	else
		push_capability(ctx, -1);
	duk_remove(ctx, -2);
}

/* [ ... target ] -> [ ... promise ] */
static void promise_of_target(duk_context *ctx)
{
	if (duk_is_array(ctx, -1)) {
		duk_get_prop_index(ctx, -1, CAPABILITY_PROMISE);
		duk_remove(ctx, -2);
	}
}

/* Pushes the class of what comes out of then(). Our own is its own species for good. */
static void push_species(struct promises *p, duk_context *ctx, duk_idx_t promise)
{
	duk_get_prop_literal(ctx, promise, "constructor");
	if (is_ours(p, ctx, -1))
		return;
	if (!duk_is_undefined(ctx, -1)) {
		if (!duk_is_object(ctx, -1))
			(void)duk_type_error(ctx, "constructor is not an object");
		duk_get_prop_literal(ctx, -1, SPECIES);
		duk_remove(ctx, -2);
	}
	if (duk_is_null_or_undefined(ctx, -1)) {
		duk_pop(ctx);
		duk_push_heapptr(ctx, p->constructor);
	}
}

/* [ ... target onFulfilled onRejected ] -> [ ... ], for the promise of @state. */
static void react_to(struct promises *p, duk_context *ctx, duk_idx_t state)
{
	double flags = get_flags(ctx, state);
	unsigned outcome = bits_of(flags) & OUTCOME;
	duk_uarridx_t at;

	if (outcome == PENDING) {
		/* One of which a part is missing, for want of memory, is written over. */
		at = (duk_uarridx_t)duk_get_length(ctx, state);
		at -= (at - STATE_REACTIONS) % REACTION_SIZE;
		for (duk_uarridx_t i = 0; i < REACTION_SIZE; i++) {
			duk_dup(ctx, -REACTION_SIZE + (duk_idx_t)i);
			duk_put_prop_index(ctx, state, at + i);
		}
		duk_pop_n(ctx, REACTION_SIZE);
	} else {
		if (outcome == REJECTED)
			duk_replace(ctx, -2);
		else
			duk_pop(ctx);
		duk_get_prop_index(ctx, state, STATE_VALUE);
		enqueue(p, ctx, outcome == FULFILLED ? JOB_FULFILLED : JOB_REJECTED);
	}
	if (!(bits_of(flags) & HANDLED))
		set_flags(ctx, state, flags + HANDLED);
}

/* ---- jobs ---- */

/*
 * A promise of our own, with our own then(), is asked without a pair of functions:
 * its reaction settles what adopts it, and takes as many jobs.
 */
static bool adopt_ours(struct promises *p, duk_context *ctx)
{
	duk_idx_t base = duk_get_top(ctx) - 3;
	bool ours = duk_get_heapptr(ctx, base + 2) == p->then && !duk_is_array(ctx, base);

	if (!ours || !push_state(ctx, base + 1))
		return false;
	push_species(p, ctx, base + 1);
	ours = is_ours(p, ctx, -1);
	duk_pop(ctx);
	if (ours) {
		duk_dup(ctx, base);
		duk_push_undefined(ctx);
		duk_push_undefined(ctx);
		react_to(p, ctx, base + 3);
	}
	return ours;
}

/* [ ... promise thenable then ] */
static void adopt(struct promises *p, duk_context *ctx)
{
	duk_idx_t promise = duk_get_top(ctx) - 3;

	if (adopt_ours(p, ctx))
		return;
	duk_set_top(ctx, promise + 3);
	duk_swap_top(ctx, -2);
	call_with_pair(p, ctx, promise);
}

/* [ ... target function value ] */
static void react(struct promises *p, duk_context *ctx, unsigned outcome)
{
	duk_idx_t target = duk_get_top(ctx) - 3;

	if (!duk_is_undefined(ctx, -2)) {
		outcome = FULFILLED;
		if (duk_pcall(ctx, 1) != DUK_EXEC_SUCCESS) {
			rethrow_if_expired(p, ctx);
			outcome = REJECTED;
		}
	}
	settle_target(p, ctx, target, outcome, -1);
}

static void run_job(struct promises *p, duk_context *ctx, enum job kind)
{
	switch (kind) {
	case JOB_CALL:
		duk_pop_2(ctx);
		duk_call(ctx, 0);
		break;
	case JOB_ADOPT:
		adopt(p, ctx);
		break;
	case JOB_FULFILLED:
		react(p, ctx, FULFILLED);
		break;
	case JOB_REJECTED:
		react(p, ctx, REJECTED);
		break;
	}
}

/*
 * Takes the next job off its queue: what stops it does not stop it twice. Nothing here
 * needs memory while a job is in hand, or it would be lost.
 */
static enum job take_job(struct promises *p, duk_context *ctx)
{
	enum job kind;

	duk_push_heapptr(ctx, p->round);
	duk_get_prop_index(ctx, -1, p->next);
	kind = (enum job)duk_get_uint(ctx, -1);
	duk_pop(ctx);
	for (duk_uarridx_t i = 1; i < JOB_SIZE; i++) {
		duk_get_prop_index(ctx, -(duk_idx_t)i, p->next + i);
		duk_push_undefined(ctx);
		duk_put_prop_index(ctx, -(duk_idx_t)i - 2, p->next + i);
	}
	p->next += JOB_SIZE;
	duk_remove(ctx, -JOB_SIZE);
	return kind;
}

static bool next_round(struct promises *p)
{
	void *done = p->round;

	p->next = 0;
	p->n_round = p->n_coming;
	p->n_coming = 0;
	p->round = p->coming;
	p->coming = done;
	return p->n_round > 0;
}

/* Until there are none, or one throws. */
static duk_ret_t run_jobs(duk_context *ctx, void *udata)
{
	struct promises *p = udata;
	duk_idx_t top = duk_get_top(ctx);

	while (p->next < p->n_round || next_round(p)) {
		run_job(p, ctx, take_job(p, ctx));
		duk_set_top(ctx, top);
		/* A job of functions of C's alone is not looked at by Duktape. */
		if (heap_out_of_time(p->heap))
			(void)duk_generic_error(ctx, "out of time");
	}
	return 0;
}

static void empty_queue(duk_context *ctx, void *queue)
{
	duk_push_heapptr(ctx, queue);
	duk_set_length(ctx, -1, 0);
	duk_compact(ctx, -1);
	duk_pop(ctx);
}

/* Those that come meanwhile, as showing a value may run script, are for the next time. */
static void report_unhandled(struct promises *p, duk_context *ctx)
{
	duk_uarridx_t n = p->n_unhandled, first = 0;
	duk_idx_t list = duk_get_top(ctx);

	duk_push_heapptr(ctx, p->unhandled);
	duk_push_bare_array(ctx);
	for (; first < n; first++) {
		duk_get_prop_index(ctx, list, first);
		duk_put_prop_index(ctx, list + 1, first);
	}
	p->n_unhandled = 0;
	duk_set_length(ctx, list, 0);
	for (first = 0; first < n; first++) {
		duk_get_prop_index(ctx, list + 1, first);
		if (push_state(ctx, -1) && !(bits_of(get_flags(ctx, -1)) & HANDLED)) {
			duk_get_prop_index(ctx, -1, STATE_VALUE);
			tell_uncaught(p, ctx, "unhandled rejection", -1);
		}
		duk_set_top(ctx, list + 2);
	}
	duk_set_top(ctx, list);
}

void promise_drain(struct promises *p, duk_context *ctx)
{
	while (duk_safe_call(ctx, run_jobs, p, 0, 1) != DUK_EXEC_SUCCESS) {
		rethrow_if_expired(p, ctx);
		tell_uncaught(p, ctx, "microtask", -1);
		duk_pop(ctx);
	}
	duk_pop(ctx);
	if (p->most > KEPT_SLOTS) {
		p->most = 0;
		empty_queue(ctx, p->round);
		empty_queue(ctx, p->coming);
	}
	if (p->n_unhandled > 0)
		report_unhandled(p, ctx);
}

static duk_ret_t drain(duk_context *ctx)
{
	promise_drain(promises_of(ctx), ctx);
	return 0;
}

void promise_push_drain(duk_context *ctx)
{
	duk_push_c_function(ctx, drain, 0);
}

/* ---- what scripts see ---- */

static duk_ret_t construct(duk_context *ctx)
{
	struct promises *p = promises_of(ctx);

	duk_push_this(ctx);
	duk_push_heapptr(ctx, p->constructor);
	if (!duk_is_object(ctx, 1) || !duk_instanceof(ctx, 1, 2) ||
		duk_has_prop_literal(ctx, 1, KEY_STATE))
		return duk_type_error(ctx, "Promise needs new");
	if (!duk_is_function(ctx, 0))
		return duk_type_error(ctx, "Promise needs a function");
	duk_pop(ctx);
	begin(ctx);
	duk_dup(ctx, 0);
	duk_push_undefined(ctx);
	call_with_pair(p, ctx, 1);
	return 0;
}

static duk_ret_t then(duk_context *ctx)
{
	struct promises *p = promises_of(ctx);

	for (duk_idx_t i = 0; i < 2; i++) {
		if (duk_is_function(ctx, i))
			continue;
		duk_push_undefined(ctx);
		duk_replace(ctx, i);
	}
	duk_push_this(ctx);
	if (!push_state(ctx, 2))
		return duk_type_error(ctx, "not a Promise");
	push_species(p, ctx, 2);
	push_target(p, ctx);
	duk_dup_top(ctx);
	duk_dup(ctx, 0);
	duk_dup(ctx, 1);
	react_to(p, ctx, 3);
	promise_of_target(ctx);
	return 1;
}

static duk_ret_t catch_(duk_context *ctx)
{
	duk_push_this(ctx);
	duk_push_literal(ctx, "then");
	duk_push_undefined(ctx);
	duk_dup(ctx, 0);
	duk_call_prop(ctx, 1, 2);
	return 1;
}

static duk_ret_t resolve(duk_context *ctx)
{
	struct promises *p = promises_of(ctx);

	duk_push_this(ctx);
	if (!duk_is_object(ctx, 1))
		return duk_type_error(ctx, "not a constructor of promises");
	if (push_state(ctx, 0)) {
		duk_get_prop_literal(ctx, 0, "constructor");
		if (duk_strict_equals(ctx, -1, 1)) {
			duk_set_top(ctx, 1);
			return 1;
		}
		duk_pop_2(ctx);
	}
	push_target(p, ctx);
	settle_target(p, ctx, 1, FULFILLED, 0);
	promise_of_target(ctx);
	return 1;
}

static duk_ret_t reject(duk_context *ctx)
{
	struct promises *p = promises_of(ctx);

	duk_push_this(ctx);
	push_target(p, ctx);
	settle_target(p, ctx, 1, REJECTED, 0);
	promise_of_target(ctx);
	return 1;
}

static duk_ret_t species(duk_context *ctx)
{
	duk_push_this(ctx);
	return 1;
}

static duk_ret_t queue_microtask(duk_context *ctx)
{
	if (!duk_is_function(ctx, 0))
		return duk_type_error(ctx, "queueMicrotask needs a function");
	duk_push_undefined(ctx);
	duk_push_undefined(ctx);
	enqueue(promises_of(ctx), ctx, JOB_CALL);
	return 0;
}

/* In js/host/promise.js; the magic of each is its place here. */
static const char *const later[] = { "all", "allSettled", "any", "race", "finally" };

static void push_later(duk_context *ctx, const char *name)
{
	modules_load_builtin(promises_of(ctx)->modules, ctx, "runtime:promise");
	duk_get_prop_string(ctx, -1, name);
	duk_remove(ctx, -2);
}

static duk_ret_t call_later(duk_context *ctx)
{
	push_later(ctx, later[duk_get_current_magic(ctx)]);
	duk_push_this(ctx);
	duk_dup(ctx, 0);
	duk_call_method(ctx, 1);
	return 1;
}

/* The value at the top becomes a property as built-in ones are: not enumerable. */
static void define(duk_context *ctx, duk_idx_t object, const char *name)
{
	object = duk_normalize_index(ctx, object);
	duk_push_string(ctx, name);
	duk_insert(ctx, -2);
	duk_def_prop(ctx, object,
		DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE | DUK_DEFPROP_CLEAR_ENUMERABLE |
			DUK_DEFPROP_SET_CONFIGURABLE);
}

static void push_function(duk_context *ctx, const char *name, duk_c_function fn, duk_idx_t nargs)
{
	duk_push_c_function(ctx, fn, nargs);
	duk_push_literal(ctx, "name");
	duk_push_string(ctx, name);
	duk_def_prop(ctx, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_FORCE);
}

static void define_function(duk_context *ctx, duk_idx_t object, const char *name, duk_c_function fn,
	duk_idx_t nargs, duk_int_t magic)
{
	object = duk_normalize_index(ctx, object);
	push_function(ctx, name, fn, nargs);
	duk_set_magic(ctx, -1, magic);
	define(ctx, object, name);
}

/* What is missing of Symbol. */
static void define_symbol(duk_context *ctx, const char *name, const char *symbol)
{
	duk_get_global_literal(ctx, "Symbol");
	duk_push_string(ctx, name);
	duk_push_string(ctx, symbol);
	duk_def_prop(ctx, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_FORCE);
	duk_pop(ctx);
}

/* [ ... stash value ] -> [ ... stash ]: what is kept there may be borrowed. */
static void *keep(duk_context *ctx)
{
	void *kept = duk_get_heapptr(ctx, -1);

	duk_put_prop_index(ctx, -2, (duk_uarridx_t)duk_get_length(ctx, -2));
	return kept;
}

static void define_prototype(struct promises *p, duk_context *ctx)
{
	duk_push_heapptr(ctx, p->prototype);
	duk_push_heapptr(ctx, p->constructor);
	define(ctx, -2, "constructor");
	duk_push_heapptr(ctx, p->then);
	define(ctx, -2, "then");
	define_function(ctx, -1, "catch", catch_, 1, 0);
	define_function(
		ctx, -1, later[ARRAY_SIZE(later) - 1], call_later, 1, ARRAY_SIZE(later) - 1);
	duk_push_literal(ctx, "Promise");
	define(ctx, -2, TO_STRING_TAG);
	duk_pop(ctx);
}

static void define_constructor(struct promises *p, duk_context *ctx)
{
	duk_push_heapptr(ctx, p->constructor);
	duk_push_literal(ctx, "prototype");
	duk_push_heapptr(ctx, p->prototype);
	duk_def_prop(ctx, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_FORCE);
	define_function(ctx, -1, "resolve", resolve, 1, 0);
	define_function(ctx, -1, "reject", reject, 1, 0);
	for (size_t i = 0; i + 1 < ARRAY_SIZE(later); i++)
		define_function(ctx, -1, later[i], call_later, 1, (duk_int_t)i);
	duk_push_literal(ctx, SPECIES);
	push_function(ctx, "get [Symbol.species]", species, 0);
	duk_def_prop(ctx, -3, DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_FORCE);
	duk_pop(ctx);
}

static void define_globals(struct promises *p, duk_context *ctx)
{
	duk_push_global_object(ctx);
	duk_push_heapptr(ctx, p->constructor);
	define(ctx, -2, "Promise");
	define_function(ctx, -1, "queueMicrotask", queue_microtask, 1, 0);
	duk_pop(ctx);
	lazy_global(p->modules, ctx, "AggregateError", "runtime:promise");
}

void promise_setup(struct promises *p, duk_context *ctx, struct heap *heap, struct modules *modules)
{
	*p = (struct promises){ .heap = heap, .modules = modules };
	heap->promises = p;
	define_symbol(ctx, "asyncIterator", ASYNC_ITERATOR);
	define_symbol(ctx, "species", SPECIES);

	duk_push_heap_stash(ctx);
	duk_push_bare_array(ctx);
	push_function(ctx, "Promise", construct, 1);
	p->constructor = keep(ctx);
	duk_push_object(ctx);
	p->prototype = keep(ctx);
	push_function(ctx, "then", then, 2);
	p->then = keep(ctx);
	modules_push_internal(ctx);
	duk_get_prop_literal(ctx, -1, "uncaught");
	duk_remove(ctx, -2);
	p->uncaught = keep(ctx);
	duk_push_bare_array(ctx);
	p->round = keep(ctx);
	duk_push_bare_array(ctx);
	p->coming = keep(ctx);
	duk_push_bare_array(ctx);
	p->unhandled = keep(ctx);
	duk_put_prop_literal(ctx, -2, KEY_STASH);
	duk_pop(ctx);

	define_prototype(p, ctx);
	define_constructor(p, ctx);
	define_globals(p, ctx);
	modules_push_natives(ctx, "runtime:promise");
	duk_push_heapptr(ctx, p->constructor);
	duk_put_prop_literal(ctx, -2, "Promise");
	duk_pop(ctx);
}
