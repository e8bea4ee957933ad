/* The types of runtime:ipc that other modules speak of. */
#pragma once

#include "api/events.h"
#include "bind/declare.h"

#define SEND_OPTIONS(MEMBER, OPTIONAL)                                                                \
	OPTIONAL(BOOL, ack,                                                                           \
		"resolve when a listener in the page has run for it; reject with `NoHandler` when "   \
		"there is none for the channel, and with `Cancelled` when it cannot arrive any more") \
	OPTIONAL(BOOL, retry,                                                                         \
		"should the other side die over it, it gets it again, marked `redelivered`")          \
	OPTIONAL(NUMBER, timeout,                                                                     \
		"milliseconds to wait for the answer, 30000 when not given, `Infinity` for ever; "    \
		"the message itself goes on")                                                         \
	OPTIONAL(GLOBAL("AbortSignal"), signal, "ends the wait: rejects with `Cancelled`")
KILN_OBJECT(send_options, "SendOptions", SEND_OPTIONS, "How a message is sent.")

/* Each event as the script gets it, and all of them. */
#define KILN_D_EVENT_OBJECT(name_, text_, payload_, doc_, example_)                             \
	KILN_S_MEMBERS(name_##_event_object,                                                    \
		KILN_S_MEMBER(STRING, window_id, "the window's id")                             \
			KILN_S_MEMBER(LITERAL("__window__"), channel, NULL)                     \
				KILN_S_MEMBER(LITERAL(text_), type, NULL)                       \
					KILN_S_MEMBER(payload_, payload, NULL))                 \
	KILN_S_TYPE(name_##_event_object, .kind = KILN_KIND_STRUCT, .name = name_##_EVENT_NAME, \
		.doc = "`" text_ "`: " doc_ ".", .members = name_##_event_object_members)

#define load_EVENT_NAME "LoadEvent"
#define load_failed_EVENT_NAME "LoadFailedEvent"
#define crash_EVENT_NAME "CrashEvent"
#define close_EVENT_NAME "CloseEvent"
#define denied_EVENT_NAME "DeniedEvent"
#define dropped_EVENT_NAME "DroppedEvent"
#define drain_EVENT_NAME "DrainEvent"
#define focus_EVENT_NAME "FocusEvent"
#define blur_EVENT_NAME "BlurEvent"
#define resize_EVENT_NAME "ResizeEvent"
#define move_EVENT_NAME "MoveEvent"
#define show_EVENT_NAME "ShowEvent"
#define hide_EVENT_NAME "HideEvent"
#define close_requested_EVENT_NAME "CloseRequestedEvent"
#define output_EVENT_NAME "OutputEvent"
#define input_focus_EVENT_NAME "InputFocusEvent"
#define action_EVENT_NAME "ActionEvent"
WINDOW_EVENTS(KILN_D_EVENT_OBJECT)

#define KILN_D_EVENT_VARIANT(name_, text_, payload_, doc_, example_) \
	KILN_S_VARIANT(STRUCT(name_##_event_object))
KILN_S_MEMBERS(window_event, WINDOW_EVENTS(KILN_D_EVENT_VARIANT))
KILN_S_TYPE(window_event, .kind = KILN_KIND_UNION, .name = "WindowEvent",
	.doc = "What the runtime tells about a window.", .members = window_event_members)

#define WINDOW_EVENT_ARGS(MEMBER, OPTIONAL) MEMBER(UNION(window_event), event, NULL)
