/*
 * What the runtime tells the host script about a window: one place for the
 * event's name, its payload in C, on the wire and in TypeScript, and its text in
 * the reference. Each payload begins with count: how many times it has happened
 * since the last such event, of which the rest tells the latest.
 */
#pragma once

#include "bind/module.h"

#define COUNT_MEMBER(MEMBER) MEMBER(UINT, count, "how many times since the last event of this type")

#define COUNT_PAYLOAD(MEMBER, OPTIONAL) COUNT_MEMBER(MEMBER)
KILN_STRUCT(count_payload, "CountPayload", COUNT_PAYLOAD, "Nothing but the number of times.")

#define LOAD_PAYLOAD(MEMBER, OPTIONAL) \
	COUNT_MEMBER(MEMBER)           \
	MEMBER(STRING, url, "the address of the page")
KILN_STRUCT(load_payload, "LoadPayload", LOAD_PAYLOAD, "A page that has loaded.")

#define LOAD_FAILED_PAYLOAD(MEMBER, OPTIONAL)                       \
	COUNT_MEMBER(MEMBER)                                        \
	MEMBER(STRING, url, "the address that could not be loaded") \
	MEMBER(STRING, reason, "why, for people")
KILN_STRUCT(load_failed_payload, "LoadFailedPayload", LOAD_FAILED_PAYLOAD,
	"A page that could not be loaded.")

#define REASON_PAYLOAD(MEMBER, OPTIONAL) \
	COUNT_MEMBER(MEMBER)             \
	MEMBER(STRING, reason, "why, for people")
KILN_STRUCT(reason_payload, "ReasonPayload", REASON_PAYLOAD, "What happened, in words.")

#define DIRECTION(VALUE)                                           \
	VALUE(DIRECTION_SEND, "send", "from the page to the host") \
	VALUE(DIRECTION_RECEIVE, "receive", "from the host to the page")
KILN_ENUM(direction, "Direction", DIRECTION, "Of a message, as the page sees it.")

#define DENIED_PAYLOAD(MEMBER, OPTIONAL)                             \
	COUNT_MEMBER(MEMBER)                                         \
	MEMBER(ENUM(direction), direction, "which way it was to go") \
	MEMBER(STRING, channel, "its channel")                       \
	MEMBER(STRING, origin, "the document's origin")              \
	MEMBER(STRING_OR_NULL, rule, "the rule that denied it; null: no rule allows it")
KILN_STRUCT(denied_payload, "DeniedPayload", DENIED_PAYLOAD,
	"A message that the grants did not let pass.")

#define SIZE_PAYLOAD(MEMBER, OPTIONAL)       \
	COUNT_MEMBER(MEMBER)                 \
	MEMBER(UINT, width, "in CSS pixels") \
	MEMBER(UINT, height, "in CSS pixels")
KILN_STRUCT(size_payload, "SizePayload", SIZE_PAYLOAD, "The size that a window has now.")

#define PLACE_PAYLOAD(MEMBER, OPTIONAL)                                  \
	COUNT_MEMBER(MEMBER)                                             \
	MEMBER(INT, x, "of its left edge, on its output, in CSS pixels") \
	MEMBER(INT, y, "of its upper edge")
KILN_STRUCT(place_payload, "PlacePayload", PLACE_PAYLOAD, "Where a window is now.")

#define CLOSER(VALUE)                                               \
	VALUE(CLOSER_PAGE, "page", "its page, by `window.close()`") \
	VALUE(CLOSER_ACTION, "action", "a key or gesture that the device has for it")
KILN_ENUM(closer, "Closer", CLOSER, "Who wants a window closed.")

#define CLOSE_REQUESTED_PAYLOAD(MEMBER, OPTIONAL) \
	COUNT_MEMBER(MEMBER)                      \
	MEMBER(ENUM(closer), by, "who wants it")
KILN_STRUCT(close_requested_payload, "CloseRequestedPayload", CLOSE_REQUESTED_PAYLOAD,
	"A window that somebody wants closed.")

#define SHOWN_STATE(VALUE)                                                    \
	VALUE(SHOWN_ABSENT, "absent", "nothing is plugged in")                \
	VALUE(SHOWN_PRESENT, "present", "something is, and it is not driven") \
	VALUE(SHOWN_LIT, "lit", "frames are shown")                           \
	VALUE(SHOWN_ASLEEP, "asleep", "it is dark because somebody said so")  \
	VALUE(SHOWN_FAILED, "failed", "none of its modes can be set")
KILN_ENUM(shown_state, "OutputState", SHOWN_STATE, "What an output does.")

#define OUTPUT_PAYLOAD(MEMBER, OPTIONAL)                                               \
	COUNT_MEMBER(MEMBER)                                                           \
	MEMBER(STRING, name, "of its connector: `HDMI-A-1`")                           \
	MEMBER(ENUM(shown_state), state, "what it does")                               \
	MEMBER(UINT, width, "as it is turned, in CSS pixels; 0 when it was never lit") \
	MEMBER(UINT, height, "the same")                                               \
	MEMBER(NUMBER, scale, "its pixels for one CSS pixel")
KILN_STRUCT(output_payload, "OutputPayload", OUTPUT_PAYLOAD, "The output that a window is on.")

#define FIELD_PURPOSE(VALUE)                                   \
	VALUE(FIELD_FREE_FORM, "text", "any text")             \
	VALUE(FIELD_ALPHA, "alpha", "letters")                 \
	VALUE(FIELD_DIGITS, "digits", "digits")                \
	VALUE(FIELD_NUMBER, "number", "a number")              \
	VALUE(FIELD_PHONE, "phone", "a telephone number")      \
	VALUE(FIELD_URL, "url", "an address")                  \
	VALUE(FIELD_EMAIL, "email", "an address of e-mail")    \
	VALUE(FIELD_NAME, "name", "somebody's name")           \
	VALUE(FIELD_PASSWORD, "password", "something secret")  \
	VALUE(FIELD_PIN, "pin", "something secret, of digits") \
	VALUE(FIELD_TERMINAL, "terminal", "commands")          \
	VALUE(FIELD_SEARCH, "search", "what to search for")    \
	VALUE(FIELD_NONE, "none", "what no keyboard is for: `inputmode=\"none\"`")
KILN_ENUM(field_purpose, "FieldPurpose", FIELD_PURPOSE, "What an editable field is for.")

#define INPUT_FOCUS_PAYLOAD(MEMBER, OPTIONAL)                              \
	COUNT_MEMBER(MEMBER)                                               \
	MEMBER(BOOL, focused, "whether one has the focus")                 \
	MEMBER(ENUM(field_purpose), purpose, "what it is for")             \
	MEMBER(INT, x, "where its cursor is in the window, in CSS pixels") \
	MEMBER(INT, y, "of the cursor's upper edge")                       \
	MEMBER(UINT, width, "of the cursor")                               \
	MEMBER(UINT, height, "of the cursor")
KILN_STRUCT(input_focus_payload, "InputFocusPayload", INPUT_FOCUS_PAYLOAD,
	"The editable field of a page that has the focus.")

#define ACTION_PAYLOAD(MEMBER, OPTIONAL) \
	COUNT_MEMBER(MEMBER)             \
	MEMBER(STRING, name, "what `event:` is followed by in the device's configuration")
KILN_STRUCT(action_payload, "ActionPayload", ACTION_PAYLOAD, "A key or a gesture of the device's.")

/* EVENT(C name, "type", payload, text of the reference, example of a payload) */
#define WINDOW_EVENTS(EVENT)                                                                        \
	EVENT(load, "load", STRUCT(load_payload),                                                   \
		"a page has loaded; one of the app's that is not there is a page too, with a 404",  \
		"{count: 1, url: 'app://shop/index.html'}")                                         \
	EVENT(load_failed, "load-failed", STRUCT(load_failed_payload), "it has not",                \
		"{count: 1, url: 'https://pay.example/', reason: 'Could not connect …'}")           \
	EVENT(crash, "crash", STRUCT(reason_payload),                                               \
		"the window's web process is gone; the page is loaded again",                       \
		"{count: 1, reason: 'the web process crashed'}")                                    \
	EVENT(close, "close", STRUCT(count_payload),                                                \
		"the window is closed; nothing of it comes later", "{count: 1}")                    \
	EVENT(denied, "denied", STRUCT(denied_payload),                                             \
		"something of or for the page was denied; `rule` null: none allows it",             \
		"{count: 3, direction: 'send', channel: 'cart:admin', origin: 'app://shop', "       \
		"rule: 'cart:admin'}")                                                              \
	EVENT(dropped, "dropped", STRUCT(reason_payload),                                           \
		"messages that had been accepted will reach nobody",                                \
		"{count: 20, reason: 'the window went to a page of another origin'}")               \
	EVENT(drain, "drain", STRUCT(count_payload),                                                \
		"the window's queue was full, and has room again", "{count: 1}")                    \
	EVENT(focus, "focus", STRUCT(count_payload), "the window has the keyboard now",             \
		"{count: 1}")                                                                       \
	EVENT(blur, "blur", STRUCT(count_payload), "another one has it, or none", "{count: 1}")     \
	EVENT(resize, "resize", STRUCT(size_payload),                                               \
		"the window has another size, by the script or by its output",                      \
		"{count: 1, width: 1280, height: 800}")                                             \
	EVENT(move, "move", STRUCT(place_payload), "the same, for another place",                   \
		"{count: 1, x: 0, y: 0}")                                                           \
	EVENT(show, "show", STRUCT(count_payload), "the window is visible now", "{count: 1}")       \
	EVENT(hide, "hide", STRUCT(count_payload), "it is not, any more", "{count: 1}")             \
	EVENT(close_requested, "close-requested", STRUCT(close_requested_payload),                  \
		"somebody wants the window closed; see `onCloseRequested` of "                      \
		"[runtime:window](runtime-window.md)",                                              \
		"{count: 1, by: 'page'}")                                                           \
	EVENT(output, "output", STRUCT(output_payload),                                             \
		"the window's output was plugged in or out, went dark or came back, has another "   \
		"size or scale, or is another one",                                                 \
		"{count: 1, name: 'HDMI-A-1', state: 'lit', width: 1280, height: 800, scale: 1}")   \
	EVENT(input_focus, "input-focus", STRUCT(input_focus_payload),                              \
		"an editable field of the page has got or lost the focus, or its cursor has moved", \
		"{count: 1, focused: true, purpose: 'number', x: 20, y: 40, width: 1, height: 18}") \
	EVENT(action, "action", STRUCT(action_payload),                                             \
		"a key or gesture that the device's configuration makes an event",                  \
		"{count: 1, name: 'service'}")

#define KILN_D_WINDOW_EVENT(name_, text_, payload_, doc_, example_) \
	KILN_EVENT(window_##name_, text_, payload_, doc_)
WINDOW_EVENTS(KILN_D_WINDOW_EVENT)
