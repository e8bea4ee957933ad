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

#define ON_EVENT(MEMBER, OPTIONAL) MEMBER(CALLBACK(window_callback), callback, NULL)
KILN_CALLBACK(window_callback, "WindowCallback", WINDOW_EVENT_ARGS, JSON, NULL)
KILN_CALLBACK(off, "Off", KILN_NONE, VOID, "Ends what it was returned by.")
KILN_SCRIPT_OP(window_on_event, "onEvent", ON_EVENT, CALLBACK(off), 0,
	"Calls back for each event of this window that the runtime makes. Returns what ends it.",
	"var off = main.onEvent(function (event) { console.log(event.type); });")
KILN_SCRIPT_OP(window_on_close, "onClose", ON_EVENT, CALLBACK(off), 0,
	"The same for its `close` only.", "main.onClose(function () { exit(0); });")

#define WINDOW_CLASS_OPS(OP) \
	OP(window_close)     \
	OP(window_reload)    \
	OP(window_navigate) OP(window_send) OP(window_on_event) OP(window_on_close)
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
	.doc = "Windows: each one page on one output.",
	.ops = ops,
	.types = types,
};
