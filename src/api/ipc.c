/* runtime:ipc, declared. Implemented in js/host/ipc.js and js/host/events.js. */
#include "api/ipc.h"

#include "api/api.h"
#include "wire/status.h"

/* ---- errors ---- */

#define CODE_TYPE(constant_, code_, name_, ...) " | " #code_
#define NAME_TYPE(constant_, code_, name_, ...) " | \"" name_ "\""
#define ERROR_MEMBERS(MEMBER, OPTIONAL)                                             \
	MEMBER(GLOBAL(WIRE_STATUSES(CODE_TYPE)), code, "which error it is")         \
	MEMBER(GLOBAL(WIRE_STATUSES(NAME_TYPE)), name, "the same as a word")        \
	OPTIONAL(BOOL, uncertain,                                                   \
		"what was sent may have taken effect: do not simply send it again") \
	OPTIONAL(LIST(outcomes), results, "of a broadcast: what became of it, window by window")

#define ERROR_NEW(MEMBER, OPTIONAL)                          \
	MEMBER(GLOBAL(WIRE_STATUSES(CODE_TYPE)), code, NULL) \
	MEMBER(STRING, reason, "what follows the \"[code] \" in the message")
KILN_SCRIPT_OP(ipc_error_new, "constructor", ERROR_NEW, VOID, 0, NULL, NULL)

#define OUTCOME_STATUS(VARIANT) VARIANT(LITERAL("fulfilled")) VARIANT(LITERAL("rejected"))
KILN_UNION(outcome_status, NULL, OUTCOME_STATUS, NULL)
#define OUTCOME(MEMBER, OPTIONAL)                   \
	MEMBER(STRING, window_id, NULL)             \
	MEMBER(UNION(outcome_status), status, NULL) \
	OPTIONAL(CLASS(ipc_error), reason, "of a rejected one")
extern const struct kiln_type ipc_error_type;
KILN_OBJECT(outcome, "Outcome", OUTCOME, "What became of a broadcast in one window.")
KILN_S_TYPE(outcomes, .kind = KILN_KIND_LIST, .of = &outcome_type)

KILN_S_MEMBERS(ipc_error, ERROR_MEMBERS(KILN_S_MEMBER, KILN_S_OPTIONAL))
static const struct kiln_op *const ipc_error_methods[] = { &ipc_error_new_op, NULL };
const struct kiln_type ipc_error_type = {
	.kind = KILN_KIND_CLASS,
	.name = "IpcError",
	.doc = "The class of all errors of the host's side, `new IpcError(code, reason)`. A page has no "
	       "such class: its errors are Errors with the same `code` and `name`.",
	.of = KILN_T_GLOBAL("Error"),
	.members = ipc_error_members,
	.methods = ipc_error_methods,
};

/* ---- events ---- */

#define MESSAGE_EVENT(MEMBER, OPTIONAL)                                           \
	MEMBER(STRING, window_id,                                                 \
		"the window; the runtime's own knowledge, never the page's word") \
	MEMBER(STRING, channel, NULL)                                             \
	MEMBER(PAYLOAD, payload, NULL)                                            \
	MEMBER(STRING, origin, "of the document that sent it")                    \
	OPTIONAL(LITERAL_TRUE, in_frame, "a frame inside the page sent it")       \
	OPTIONAL(LITERAL_TRUE, redelivered, "it may have come before")            \
	OPTIONAL(UNDEFINED, type, "only events of the runtime's own have one")
#define KILN_T_LITERAL_TRUE KILN_T_GLOBAL("true")
#define KILN_T_UNDEFINED KILN_T_GLOBAL("undefined")
KILN_OBJECT_OF(message_event, "MessageEvent", MESSAGE_EVENT, "A message of a page's.")

#define IPC_EVENT(VARIANT) VARIANT(STRUCT(message_event)) VARIANT(UNION(window_event))
KILN_S_MEMBERS(ipc_event, IPC_EVENT(KILN_S_VARIANT))
KILN_S_TYPE(ipc_event, .kind = KILN_KIND_UNION, .name = "IpcEvent",
	.doc = "What the host script is told: a page's message, or what happened to a window.",
	.members = ipc_event_members, .generic = true)

/* ---- what is passed ---- */

KILN_CALLBACK(
	off, "Off", KILN_NONE, VOID, "Ends what it was returned by. Calling it again does nothing.")

#define CALL_OPTIONS(MEMBER, OPTIONAL)                                                                     \
	OPTIONAL(BOOL, retry,                                                                              \
		"should the page's process die over it, its next document gets it again")                  \
	OPTIONAL(NUMBER, timeout,                                                                          \
		"milliseconds until it rejects with `Timeout`; 30000 when not given, `Infinity` for none") \
	OPTIONAL(GLOBAL("AbortSignal"), signal,                                                            \
		"ends the wait: rejects with `Cancelled`, and aborts the handler's own signal")
KILN_OBJECT(call_options, "CallOptions", CALL_OPTIONS, "How a call is made.")

#define CALL(MEMBER, OPTIONAL)                                  \
	MEMBER(STRING, window_id, "whose page calls")           \
	MEMBER(STRING, channel, NULL)                           \
	MEMBER(STRING, origin, "of the document")               \
	MEMBER(BOOL, in_frame, "a frame inside the page calls") \
	MEMBER(GLOBAL("AbortSignal"), signal, "aborted when the caller does not wait any more")
KILN_OBJECT(call, "Call", CALL, "Who calls a handler.")

#define HANDLER(MEMBER, OPTIONAL) MEMBER(PAYLOAD, payload, NULL) MEMBER(STRUCT(call), call, NULL)
KILN_CALLBACK_OF(handler, "Handler", HANDLER, JSON, NULL)

#define CHANNEL_CALLBACK(MEMBER, OPTIONAL) \
	MEMBER(PAYLOAD, payload, NULL)     \
	MEMBER(STRING, window_id, NULL)    \
	MEMBER(STRUCT(message_event), event, NULL)
KILN_CALLBACK_OF(channel_callback, "ChannelCallback", CHANNEL_CALLBACK, JSON, NULL)

#define EVENT_CALLBACK(MEMBER, OPTIONAL) MEMBER(UNION(ipc_event), event, NULL)
KILN_CALLBACK_OF(ipc_event_callback, "IpcEventCallback", EVENT_CALLBACK, JSON, NULL)

KILN_S_TYPE(texts, .kind = KILN_KIND_LIST, .of = &kiln_string_type)
#define TARGETS(VARIANT) VARIANT(LIST(texts)) VARIANT(LITERAL("*"))
KILN_UNION(targets, NULL, TARGETS, "an array of window ids, or \"*\"")

/* ---- operations ---- */

#define SEND(MEMBER, OPTIONAL)          \
	MEMBER(STRING, window_id, NULL) \
	MEMBER(STRING, channel, NULL)   \
	OPTIONAL(JSON, payload, NULL)   \
	OPTIONAL(STRUCT(send_options), options, NULL)
KILN_SCRIPT_OP(ipc_send, "sendToWindow", SEND, VOID, KILN_OP_ASYNC,
	"Resolves when the message is in the window's queue; rejects with an [IpcError](#errors). With "
	"`ack` it resolves when a listener in the page has run for it; `uncertain: true` on the "
	"error: it may have been seen.",
	"ipc.sendToWindow('main', 'time', new Date());\n"
	"ipc.sendToWindow('main', 'print', receipt, { ack: true, timeout: 5000 })\n"
	"  .catch(function (e) { console.warn(e.message, e.uncertain); });")

#define INVOKE(MEMBER, OPTIONAL)        \
	MEMBER(STRING, window_id, NULL) \
	MEMBER(STRING, channel, NULL)   \
	OPTIONAL(JSON, payload, NULL)   \
	OPTIONAL(STRUCT(call_options), options, NULL)
KILN_SCRIPT_OP(ipc_invoke, "invoke", INVOKE, PAYLOAD, KILN_OP_ASYNC | KILN_OP_GENERIC,
	"Calls the handler of the window's page. `AbortController` and `AbortSignal` are globals of the "
	"host script, as in a page.",
	"ipc.invoke('main', 'selection', null, { timeout: 1000 }).then(function (ids) { … });")

#define HANDLE(MEMBER, OPTIONAL) \
	MEMBER(STRING, channel, NULL) MEMBER(CALLBACK(handler), handler, NULL)
KILN_SCRIPT_OP(ipc_handle, "handle", HANDLE, CALLBACK(off), KILN_OP_GENERIC,
	"Answers pages: the handler returns the answer or a Promise of it (`undefined` arrives as `null`); "
	"what it throws is the caller's error: `ChannelRecv`, or its own code if it is an IpcError; what is no "
	"IpcError is also logged, with its place. One "
	"handler for each channel. A handler that is stopped by the script's time limit fails its "
	"call as `Cancelled`, `uncertain`.",
	"ipc.handle('price', function (sku, call) {\n"
	"  if (!prices[sku]) throw new Error('no such thing: ' + sku);\n"
	"  return prices[sku];\n"
	"});")

#define BROADCAST(MEMBER, OPTIONAL)              \
	MEMBER(UNION(targets), window_ids, NULL) \
	MEMBER(STRING, channel, NULL)            \
	OPTIONAL(JSON, payload, NULL)            \
	OPTIONAL(STRUCT(send_options), options, NULL)
KILN_SCRIPT_OP(ipc_broadcast, "broadcast", BROADCAST, VOID, KILN_OP_ASYNC,
	"To each window of the array, or to all with `'*'`; the payload is encoded once. Resolves with "
	"nothing, or rejects with an IpcError of the first failure's code that has all outcomes as "
	"`results`.",
	"ipc.broadcast(['left', 'right'], 'theme', 'dark').catch(function (e) { console.warn(e.results); });")
KILN_SCRIPT_OP(ipc_broadcast_settled, "broadcastSettled", BROADCAST, LIST(outcomes), KILN_OP_ASYNC,
	"The same, resolving with what became of it in each window.",
	"ipc.broadcastSettled('*', 'ping').then(function (results) { … });")

#define DRAIN(MEMBER, OPTIONAL) MEMBER(STRING, window_id, NULL)
KILN_SCRIPT_OP(ipc_drain, "drain", DRAIN, VOID, KILN_OP_ASYNC,
	"After a `QueueFull`: resolves when at least half of the window's queue is free, or, when it was "
	"the number of answers that are waited for, half of those have come. Rejects when the window is "
	"closed. It has no timeout of its own: a page that never listens never drains.",
	"function post(row) {\n"
	"  return ipc.sendToWindow('main', 'row', row).catch(function (e) {\n"
	"    if (e.code !== 7005) throw e;\n"
	"    return ipc.drain('main').then(function () { return post(row); });\n"
	"  });\n"
	"}")

#define ON_CHANNEL(MEMBER, OPTIONAL)  \
	MEMBER(STRING, channel, NULL) \
	MEMBER(CALLBACK(channel_callback), callback, NULL)
KILN_SCRIPT_OP(ipc_on_channel, "onChannel", ON_CHANNEL, CALLBACK(off), KILN_OP_GENERIC,
	"Calls back for each message on the channel, from any window.",
	"var off = ipc.onChannel('cart:add', function (item, windowId) { … });")
KILN_SCRIPT_OP(ipc_once, "once", ON_CHANNEL, CALLBACK(off), KILN_OP_GENERIC,
	"The same for one message.", "ipc.once('ready', function (payload, windowId) { … });")

#define ON_EVENT(MEMBER, OPTIONAL) MEMBER(CALLBACK(ipc_event_callback), callback, NULL)
KILN_SCRIPT_OP(ipc_on_event, "onEvent", ON_EVENT, CALLBACK(off), KILN_OP_GENERIC,
	"Calls back for every [event](#events), the pages' messages and the runtime's own.",
	"ipc.onEvent(function (event) { if (event.type === 'crash') count++; });")

KILN_SCRIPT_OP(ipc_window_events, "windowEvents", KILN_NONE, ITERATOR(ipc_event), KILN_OP_GENERIC,
	"Every event, as an async iterator. The subscription begins with the call, not with the first "
	"`next()`; `return()` (the end of a `for await`) ends it and frees what it holds. One that has 4096 "
	"events or 4 MiB unread ends with `QueueFull` and holds nobody up.",
	"var events = ipc.windowEvents();           // or: for await (const event of windowEvents()) …\n"
	"events.next().then(function more(step) {\n"
	"  if (step.done) return;\n"
	"  use(step.value);\n"
	"  return events.next().then(more);\n"
	"});")
#define EVENTS_FOR(MEMBER, OPTIONAL) MEMBER(STRING, window_id, NULL)
KILN_SCRIPT_OP(ipc_window_events_for, "windowEventsFor", EVENTS_FOR, ITERATOR(ipc_event),
	KILN_OP_GENERIC, "Those of one window.", "var events = ipc.windowEventsFor('main');")
#define CHANNEL_EVENTS(MEMBER, OPTIONAL) MEMBER(STRING, channel, NULL)
KILN_SCRIPT_OP(ipc_channel_events, "channelEvents", CHANNEL_EVENTS, ITERATOR(message_event),
	KILN_OP_GENERIC, "The messages on one channel.",
	"var events = ipc.channelEvents('cart:add');")

KILN_SCRIPT_OP(ipc_recv, "recvWindowEvent", KILN_NONE, UNION(ipc_event), KILN_OP_ASYNC,
	"The next event of one subscription that the module opens at load; calls at the same time are "
	"served in turn. Until the first call it holds 256 events or 64 KiB.",
	"ipc.recvWindowEvent().then(function (event) { … });")

static const struct kiln_op *const ops[] = {
	&ipc_send_op,
	&ipc_invoke_op,
	&ipc_handle_op,
	&ipc_broadcast_op,
	&ipc_broadcast_settled_op,
	&ipc_drain_op,
	&ipc_on_channel_op,
	&ipc_once_op,
	&ipc_on_event_op,
	&ipc_window_events_op,
	&ipc_window_events_for_op,
	&ipc_channel_events_op,
	&ipc_recv_op,
	NULL,
};
#define EVENT_ENTRY(name_, ...) &window_##name_##_event,
static const struct kiln_event *const events[] = { WINDOW_EVENTS(EVENT_ENTRY) NULL };
static const struct kiln_type *const types[] = { &ipc_error_type, NULL };

const struct kiln_module api_ipc = {
	.abi = KILN_ABI,
	.name = "runtime:ipc",
	.doc = "Messages between an app's pages and its host script.",
	.ops = ops,
	.events = events,
	.types = types,
};
