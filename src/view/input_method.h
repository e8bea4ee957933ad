/*
 * What WebKit tells of the field that text is entered in, and the text that goes there in
 * another way than by single keys: dead keys, and later an on-screen keyboard.
 *
 * What stands in the field is the page's and its visitor's: WebKit tells that, too, and it is
 * not listened to.
 */
#pragma once

#include <stdbool.h>
#include <wpe/wpe-platform.h>

#include "screen/picture.h"

struct keyboard;

struct text_focus {
	bool focused; /* an editable field has the focus, and its view too */
	/* "text", "digits", "number", "phone", "url", "email", "name", "password", "pin",
	 * "search"; "none" where the page asks for no keyboard. A literal. */
	const char *purpose;
	struct rect cursor; /* where text goes, logical pixels of the view */
};

/* Something of it is not what it was. @f is borrowed for the call. */
typedef void (*input_method_fn)(WPEView *view, const struct text_focus *f);

/* @keyboard outlives it, or is null. The caller owns it: WebKit, which asks for it. */
WPEInputMethodContext *input_method_new(
	WPEView *view, struct keyboard *keyboard, input_method_fn changed);
/* As if it were typed, where text is entered now; else nothing happens. */
void input_method_commit(WPEInputMethodContext *context, const char *text);
