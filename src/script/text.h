/*
 * Duktape keeps text as CESU-8: a character beyond U+FFFF is a pair of
 * surrogates of three bytes each. Everybody else's text is UTF-8. Most text is
 * the same in both and is handed through without a copy.
 */
#pragma once

#include <duktape.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Duktape's text as UTF-8: *@ret is @s itself, or points into @scratch, which
 * is overwritten. -EILSEQ for a surrogate without its partner; -EMSGSIZE and
 * -ENOMEM of @scratch.
 */
must_check int text_export(
	struct buf *scratch, const char *s, size_t len, const char **ret, size_t *ret_len);

/* The string at @at for people: what cannot be said in UTF-8 becomes U+FFFD. Cut and terminated. */
void text_show(duk_context *ctx, duk_idx_t at, char *to, size_t room);
/* The same for Duktape's text that is not on its stack; @room over 5. Returns the length. */
size_t text_show_bytes(const char *s, size_t len, char *to, size_t room);

/* Length of @s, UTF-8 or Duktape's, without a last character of which a part is missing. */
size_t text_cut(const char *s, size_t len);

/* Pushes valid UTF-8; throws. */
void text_push(duk_context *ctx, struct buf *scratch, const char *s, size_t len);
