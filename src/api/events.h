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

#define SIZE_PAYLOAD(MEMBER, OPTIONAL)   \
	COUNT_MEMBER(MEMBER)             \
	MEMBER(UINT, width, "in pixels") \
	MEMBER(UINT, height, "in pixels")
KILN_STRUCT(size_payload, "SizePayload", SIZE_PAYLOAD, "The size that a window has now.")

#define PLACE_PAYLOAD(MEMBER, OPTIONAL)                              \
	COUNT_MEMBER(MEMBER)                                         \
	MEMBER(INT, x, "of its left edge, on its output, in pixels") \
	MEMBER(INT, y, "of its upper edge")
KILN_STRUCT(place_payload, "PlacePayload", PLACE_PAYLOAD, "Where a window is now.")

/* EVENT(C name, "type", payload, text of the reference, example of a payload) */
#define WINDOW_EVENTS(EVENT)                                                                            \
	EVENT(load, "load", STRUCT(load_payload),                                                       \
		"a page has loaded; one of the app's that is not there is a page too, with a 404",      \
		"{count: 1, url: 'app://shop/index.html'}")                                             \
	EVENT(load_failed, "load-failed", STRUCT(load_failed_payload), "it has not",                    \
		"{count: 1, url: 'https://pay.example/', reason: 'Could not connect …'}")               \
	EVENT(crash, "crash", STRUCT(reason_payload),                                                   \
		"the window's web process is gone; the page is loaded again",                           \
		"{count: 1, reason: 'the web process crashed'}")                                        \
	EVENT(close, "close", STRUCT(count_payload),                                                    \
		"the window is closed; nothing of it comes later", "{count: 1}")                        \
	EVENT(denied, "denied", STRUCT(denied_payload),                                                 \
		"something of or for the page was denied; `rule` null: none allows it",                 \
		"{count: 3, direction: 'send', channel: 'cart:admin', origin: 'app://shop', "           \
		"rule: 'cart:admin'}")                                                                  \
	EVENT(dropped, "dropped", STRUCT(reason_payload),                                               \
		"messages that had been accepted will reach nobody",                                    \
		"{count: 20, reason: 'the window went to a page of another origin'}")                   \
	EVENT(drain, "drain", STRUCT(count_payload),                                                    \
		"the window's queue was full, and has room again", "{count: 1}")                        \
	EVENT(focus, "focus", STRUCT(count_payload),                                                    \
		"the window has the keyboard; nothing moves it as long as each window fills an output", \
		"{count: 1}")                                                                           \
	EVENT(blur, "blur", STRUCT(count_payload), "the same, for another window", "{count: 1}")        \
	EVENT(resize, "resize", STRUCT(size_payload),                                                   \
		"the window has another size; none gets one as long as each fills an output",           \
		"{count: 1, width: 1280, height: 800}")                                                 \
	EVENT(move, "move", STRUCT(place_payload), "the same, for another place",                       \
		"{count: 1, x: 0, y: 0}")

#define KILN_D_WINDOW_EVENT(name_, text_, payload_, doc_, example_) \
	KILN_EVENT(window_##name_, text_, payload_, doc_)
WINDOW_EVENTS(KILN_D_WINDOW_EVENT)
