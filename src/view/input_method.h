/*
 * What WebKit tells of the field that text is entered in, and the text that goes there in
 * another way than by single keys: dead keys, and later an on-screen keyboard.
 *
 * What stands in the field is the page's and its visitor's: WebKit tells that, too, and it is
 * not listened to.
 */
#pragma once

#include <wpe/wpe-platform.h>

struct keyboard;
struct text_focus;

/* Something of it is not what it was. @f is borrowed for the call. */
typedef void (*input_method_fn)(WPEView *view, const struct text_focus *f);

/* @keyboard outlives it, or is null. The caller owns it: WebKit, which asks for it. */
WPEInputMethodContext *input_method_new(
	WPEView *view, struct keyboard *keyboard, input_method_fn changed);
/* As if it were typed, where text is entered now; else nothing happens. */
void input_method_commit(WPEInputMethodContext *context, const char *text);
