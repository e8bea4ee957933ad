/*
 * The picture of the pointer: a small layer above all others, on the output where the
 * pointer is, in that output's scale. Hidden until the pointer moves.
 */
#pragma once

#include "base/macros.h"

struct output;
struct pointer;

must_check int pointer_new(struct pointer **ret);
/* No-op on null. */
void pointer_free(struct pointer *p);

/* It is here, canvas pixels, and seen. Without memory it is not seen, which is logged. */
void pointer_move(struct pointer *p, struct output *o, double x, double y);
/* Until it moves again. */
void pointer_hide(struct pointer *p);
/* As CSS calls it: "none", "pointer", "text"; all others are an arrow. */
void pointer_set_shape(struct pointer *p, const char *name);
