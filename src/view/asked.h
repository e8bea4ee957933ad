/*
 * Which of the app's files the documents of one view have asked for, for who
 * wants to know whom a changed file concerns. Bounded: beyond ASKED_MAX it is as
 * if everything had been asked for.
 *
 * Private to src/view.
 */
#pragma once

#include <stdbool.h>

#include "base/macros.h"

#define ASKED_MAX 512

struct asked;

/* Counted: a request may outlive its view. -ENOMEM. */
must_check int asked_new(struct asked **ret);
struct asked *asked_ref(struct asked *a);
/* No-op on null. */
void asked_unref(struct asked *a);

/* @path is relative to web/. */
void asked_note(struct asked *a, const char *path);
/* A load has begun: what is asked for from now on is its document's. */
void asked_begin(struct asked *a);
/* That document is there, and the one before counts no more. */
void asked_commit(struct asked *a);
bool asked_has(const struct asked *a, const char *path);
