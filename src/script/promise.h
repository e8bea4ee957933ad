/*
 * Promise and queueMicrotask, as ECMAScript 2023 has them, and the queue of their
 * jobs. What most apps never call (all, race, finally ...) is js/host/promise.js,
 * loaded when it is.
 *
 * A promise has a hidden property, its state: an array that no script reaches, so
 * that freezing a promise does not keep it from being settled. No promise holds
 * itself, so those that are done with go at once and not with the next collection.
 */
#pragma once

#include <duktape.h>

struct heap;
struct modules;

struct promises {
	struct heap *heap; /* borrowed */
	struct modules *modules; /* borrowed */

	/* Borrowed: what Duktape keeps alive for the heap's life, as it is in the stash. */
	void *constructor, *prototype, *then;
	void *uncaught; /* internal.uncaught of script/uncaught.h */
	void *round, *coming; /* arrays of jobs: those that are being run, those that came since */
	void *unhandled; /* array: rejected while nobody had asked for the outcome */

	/* In slots of those arrays; what lies beyond is not there yet, or not any more. */
	duk_uarridx_t next, n_round, n_coming, n_unhandled;
	duk_uarridx_t most; /* n_coming at its highest */
};

/* Into the global object. Throws, as all of these. */
void promise_setup(
	struct promises *p, duk_context *ctx, struct heap *heap, struct modules *modules);
/* Runs all jobs, and those that these make; then tells of rejections that nobody handles. */
void promise_drain(struct promises *p, duk_context *ctx);
/* Pushes a function that does so. */
void promise_push_drain(duk_context *ctx);
