#include "api/window.h"

#include "api/api.h"
#include "api/ipc.h"

WINDOW_METHODS(KILN_SERVICE_METHOD)

#define SEND(MEMBER, OPTIONAL)        \
	MEMBER(STRING, channel, NULL) \
	OPTIONAL(JSON, payload, NULL) \
	OPTIONAL(STRUCT(send_options), options, NULL)
KILN_SCRIPT_OP(window_send, "send", SEND, VOID, KILN_OP_ASYNC,
	"`sendToWindow` of [runtime:ipc](runtime-ipc.md), to this window.",
	"main.send('time', new Date());")
KILN_SCRIPT_OP(window_set_position, "setPosition", WINDOW_MOVE, VOID, KILN_OP_ASYNC,
	"The same as `move`.", "panel.setPosition(0, 40);")
KILN_SCRIPT_OP(window_get_position, "getPosition", KILN_NONE, STRUCT(window_position),
	KILN_OP_ASYNC, "Of `getBounds`, where its upper left corner is.",
	"panel.getPosition().then(function (at) { … });")
KILN_SCRIPT_OP(window_set_size, "setSize", WINDOW_RESIZE, VOID, KILN_OP_ASYNC,
	"The same as `resize`.", "panel.setSize(320, 0);")
KILN_SCRIPT_OP(window_get_size, "getSize", KILN_NONE, STRUCT(window_size), KILN_OP_ASYNC,
	"Of `getBounds`, how large it is.", "panel.getSize().then(function (size) { … });")
KILN_SCRIPT_OP(window_is_fullscreen, "isFullscreen", KILN_NONE, BOOL, KILN_OP_ASYNC,
	"Whether it fills its output, whatever size that gets.",
	"video.isFullscreen().then(function (full) { … });")

#define ON_EVENT(MEMBER, OPTIONAL) MEMBER(CALLBACK(window_callback), callback, NULL)
KILN_CALLBACK(window_callback, "WindowCallback", WINDOW_EVENT_ARGS, JSON, NULL)
KILN_CALLBACK(off, "Off", KILN_NONE, VOID, "Ends what it was returned by.")
KILN_SCRIPT_OP(window_on_event, "onEvent", ON_EVENT, CALLBACK(off), 0,
	"Calls back for each event of this window that the runtime makes. Returns what ends it.",
	"var off = main.onEvent(function (event) { console.log(event.type); });")

/* Of one type, so that a typed script reads the payload without asking for the type first. */
#define CLOSE_ARGS(MEMBER, OPTIONAL) MEMBER(STRUCT(close_event_object), event, NULL)
KILN_CALLBACK(close_callback, "CloseCallback", CLOSE_ARGS, JSON, NULL)
#define ON_CLOSE(MEMBER, OPTIONAL) MEMBER(CALLBACK(close_callback), callback, NULL)
KILN_SCRIPT_OP(window_on_close, "onClose", ON_CLOSE, CALLBACK(off), 0,
	"The same for its `close` only.", "main.onClose(function () { exit(0); });")
#define FOCUS_ARGS(MEMBER, OPTIONAL) MEMBER(STRUCT(focus_event_object), event, NULL)
KILN_CALLBACK(focus_callback, "FocusCallback", FOCUS_ARGS, JSON, NULL)
#define ON_FOCUS(MEMBER, OPTIONAL) MEMBER(CALLBACK(focus_callback), callback, NULL)
KILN_SCRIPT_OP(window_on_focus, "onFocus", ON_FOCUS, CALLBACK(off), 0, "The same for `focus`.",
	"main.onFocus(function () { … });")
#define BLUR_ARGS(MEMBER, OPTIONAL) MEMBER(STRUCT(blur_event_object), event, NULL)
KILN_CALLBACK(blur_callback, "BlurCallback", BLUR_ARGS, JSON, NULL)
#define ON_BLUR(MEMBER, OPTIONAL) MEMBER(CALLBACK(blur_callback), callback, NULL)
KILN_SCRIPT_OP(window_on_blur, "onBlur", ON_BLUR, CALLBACK(off), 0, "The same for `blur`.",
	"main.onBlur(function () { … });")
#define RESIZE_ARGS(MEMBER, OPTIONAL) MEMBER(STRUCT(resize_event_object), event, NULL)
KILN_CALLBACK(resize_callback, "ResizeCallback", RESIZE_ARGS, JSON, NULL)
#define ON_RESIZE(MEMBER, OPTIONAL) MEMBER(CALLBACK(resize_callback), callback, NULL)
KILN_SCRIPT_OP(window_on_resize, "onResize", ON_RESIZE, CALLBACK(off), 0, "The same for `resize`.",
	"main.onResize(function (event) { console.log(event.payload.width); });")
#define MOVE_ARGS(MEMBER, OPTIONAL) MEMBER(STRUCT(move_event_object), event, NULL)
KILN_CALLBACK(move_callback, "MoveCallback", MOVE_ARGS, JSON, NULL)
#define ON_MOVE(MEMBER, OPTIONAL) MEMBER(CALLBACK(move_callback), callback, NULL)
KILN_SCRIPT_OP(window_on_move, "onMove", ON_MOVE, CALLBACK(off), 0, "The same for `move`.",
	"main.onMove(function (event) { console.log(event.payload.x); });")

#define CLOSE_REQUEST(MEMBER, OPTIONAL)                                 \
	MEMBER(STRING, window_id, "of the window that is to be closed") \
	MEMBER(CALLBACK(prevent_default), prevent_default, "keeps it open; so does returning false")
KILN_CALLBACK(prevent_default, "PreventDefault", KILN_NONE, VOID, "Keeps a window open.")
KILN_OBJECT(close_request, "CloseRequest", CLOSE_REQUEST, "Somebody wants a window closed.")
#define CLOSE_REQUEST_ARGS(MEMBER, OPTIONAL) MEMBER(STRUCT(close_request), request, NULL)
KILN_CALLBACK(close_request_callback, "CloseRequestCallback", CLOSE_REQUEST_ARGS, JSON, NULL)
#define ON_CLOSE_REQUESTED(MEMBER, OPTIONAL) \
	MEMBER(CALLBACK(close_request_callback), callback, NULL)
KILN_SCRIPT_OP(window_on_close_requested, "onCloseRequested", ON_CLOSE_REQUESTED, CALLBACK(off), 0,
	"Asks before others close it: its page by `window.close()`, or a key that "
	"closes windows. It closes when no callback keeps it, by returning false (or a "
	"Promise of it) or by `preventDefault()`, and after five seconds without an answer. "
	"`close()` asks nobody.",
	"main.onCloseRequested(function () { return saved; });")

#define WINDOW_CLASS_OPS(OP)          \
	OP(window_close)              \
	OP(window_reload)             \
	OP(window_navigate)           \
	OP(window_show)               \
	OP(window_hide)               \
	OP(window_set_visible)        \
	OP(window_is_visible)         \
	OP(window_focus)              \
	OP(window_is_focused)         \
	OP(window_move)               \
	OP(window_resize)             \
	OP(window_set_bounds)         \
	OP(window_get_bounds)         \
	OP(window_set_position)       \
	OP(window_get_position)       \
	OP(window_set_size)           \
	OP(window_get_size)           \
	OP(window_set_fullscreen)     \
	OP(window_is_fullscreen)      \
	OP(window_set_z)              \
	OP(window_raise)              \
	OP(window_lower)              \
	OP(window_set_zoom)           \
	OP(window_get_zoom)           \
	OP(window_set_title)          \
	OP(window_get_title)          \
	OP(window_screenshot)         \
	OP(window_info)               \
	OP(window_send)               \
	OP(window_on_event)           \
	OP(window_on_close)           \
	OP(window_on_focus)           \
	OP(window_on_blur)            \
	OP(window_on_resize)          \
	OP(window_on_move)            \
	OP(window_on_close_requested) \
	OP(window_ask_before_close)   \
	OP(window_keep)
KILN_CLASS(window, "Window", WINDOW_MEMBERS, WINDOW_CLASS_OPS,
	"A window, by its id: whether there still is one is told by what is done with it.")

WINDOW_SERVICE_OPS(KILN_SERVICE_OP)

#define GET(MEMBER, OPTIONAL) MEMBER(STRING, id, "of a window of the manifest, or any other")
KILN_SCRIPT_OP(window_get, "getWindow", GET, CLASS(window), 0,
	"The window of that id, as an object. There need be none.", "getWindow('main').reload();")
KILN_SCRIPT_OP(window_events, "windowEvents", KILN_NONE, ITERATOR(window_event), 0,
	"The events of all windows that the runtime makes, as an async iterator; pages' messages "
	"are not among them ([runtime:ipc](runtime-ipc.md) has those).",
	"for await (const event of windowEvents()) console.log(event.windowId, event.type);")

static const struct kiln_op *const ops[] = {
	&window_create_op,
	&window_get_op,
	&window_list_op,
	&window_events_op,
	NULL,
};
static const struct kiln_type *const types[] = { &window_type, NULL };

const struct kiln_module api_window = {
	.abi = KILN_ABI,
	.name = "runtime:window",
	.doc = "Windows: each one page, in a rectangle of an output.",
	.ops = ops,
	.types = types,
};
