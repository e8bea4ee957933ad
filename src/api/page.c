/* window.runtime of a page, declared. Implemented in js/page/bridge.js. */
#include "api/ipc.h"

#include "api/api.h"
#include "wire/status.h"

KILN_CALLBACK(
	off, "Off", KILN_NONE, VOID, "Ends what it was returned by. Calling it again does nothing.")

#define PAGE_SEND_OPTIONS(MEMBER, OPTIONAL)                                                               \
	OPTIONAL(BOOL, retry,                                                                             \
		"should the host script die over this message (its heap is beyond use, or it is started " \
		"anew; a callback that is stopped by the time limit is no death), its next run gets it "  \
		"again, with `redelivered: true` in the event")
KILN_OBJECT(page_send_options, "SendOptions", PAGE_SEND_OPTIONS, "How a message is sent.")

#define PAGE_ACK_OPTIONS(MEMBER, OPTIONAL)                                                                  \
	MEMBER(LITERAL_TRUE, ack,                                                                           \
		"returns a Promise, which resolves when the runtime has accepted the message for the host " \
		"script, and rejects with the reason when it refused it (`PermissionDenied` names the "     \
		"rule). Without it a refusal is a line on the page's console and in the log. With `ack` "   \
		"all errors are rejections, and nothing is thrown")                                         \
	PAGE_SEND_OPTIONS(MEMBER, OPTIONAL)                                                                 \
	OPTIONAL(NUMBER, timeout, "of the Promise, as for `invoke`")                                        \
	OPTIONAL(GLOBAL("AbortSignal"), signal, "of the Promise, as for `invoke`")
#define KILN_T_LITERAL_TRUE KILN_T_GLOBAL("true")
KILN_OBJECT(page_ack_options, "AckOptions", PAGE_ACK_OPTIONS,
	"How a message is sent that is to be acknowledged.")

#define PAGE_CALL_OPTIONS(MEMBER, OPTIONAL)                                                                \
	OPTIONAL(BOOL, retry, "as for `send`")                                                             \
	OPTIONAL(NUMBER, timeout,                                                                          \
		"milliseconds until it rejects with `Timeout`; 30000 when not given, `Infinity` for none") \
	OPTIONAL(GLOBAL("AbortSignal"), signal,                                                            \
		"aborting rejects with `Cancelled`, and aborts the handler's own signal")
KILN_OBJECT(page_call_options, "CallOptions", PAGE_CALL_OPTIONS, "How a call is made.")

#define DETAILS(MEMBER, OPTIONAL)     \
	MEMBER(STRING, channel, NULL) \
	MEMBER(BOOL, redelivered, "it may have come before")
KILN_OBJECT(page_details, "Details", DETAILS, "Of a message of the host's.")

#define LISTENER(MEMBER, OPTIONAL) \
	MEMBER(PAYLOAD, payload, NULL) MEMBER(STRUCT(page_details), details, NULL)
KILN_CALLBACK_OF(page_listener, "Listener", LISTENER, JSON, NULL)

#define PAGE_CALL(MEMBER, OPTIONAL)   \
	MEMBER(STRING, channel, NULL) \
	MEMBER(GLOBAL("AbortSignal"), signal, "aborted when the caller does not wait any more")
KILN_OBJECT(page_call, "Call", PAGE_CALL, "Of a call of the host's.")
#define PAGE_HANDLER(MEMBER, OPTIONAL) \
	MEMBER(PAYLOAD, payload, NULL) MEMBER(STRUCT(page_call), call, NULL)
KILN_CALLBACK_OF(page_handler, "Handler", PAGE_HANDLER, JSON, NULL)

#define ACKED(MEMBER, OPTIONAL)       \
	MEMBER(STRING, channel, NULL) \
	MEMBER(JSON, payload, NULL)   \
	MEMBER(STRUCT(page_ack_options), options, NULL)
#define SEND(MEMBER, OPTIONAL)        \
	MEMBER(STRING, channel, NULL) \
	OPTIONAL(JSON, payload, NULL) \
	OPTIONAL(STRUCT(page_send_options), options, NULL)
KILN_SCRIPT_OP(page_send, "send", SEND, VOID, 0,
	"Sends to the host script. Throws at once when the payload cannot be sent, when the channel's name "
	"is none, or `QueueFull` when more than 1 MiB waits to go out.",
	"runtime.send('cart:add', { sku: 7, image: new Uint8Array([1, 2]) });")
KILN_SCRIPT_OP(page_send_acked, "send", ACKED, VOID, KILN_OP_ASYNC, NULL,
	"try { await runtime.send('order', order, { ack: true }); } catch (e) { showError(e.code); }")

#define INVOKE(MEMBER, OPTIONAL)      \
	MEMBER(STRING, channel, NULL) \
	OPTIONAL(JSON, payload, NULL) \
	OPTIONAL(STRUCT(page_call_options), options, NULL)
KILN_SCRIPT_OP(page_invoke, "invoke", INVOKE, PAYLOAD, KILN_OP_ASYNC | KILN_OP_GENERIC,
	"Calls the host's handler of the channel and resolves with what that returns.",
	"const price = await runtime.invoke('price', 7, { timeout: 2000 });\n"
	"\n"
	"const stop = new AbortController();\n"
	"const answer = runtime.invoke('scan', null, { signal: stop.signal });\n"
	"button.onclick = () => stop.abort();")

#define ON(MEMBER, OPTIONAL) \
	MEMBER(STRING, channel, NULL) MEMBER(CALLBACK(page_listener), listener, NULL)
KILN_SCRIPT_OP(page_on, "on", ON, CALLBACK(off), KILN_OP_GENERIC,
	"Calls the listener for each message of the host, in order; listeners of one channel in the order of "
	"their registration. The first `on` or `handle` of a page lets in what waits for it: register all "
	"listeners before the script ends, or what comes for the others is dropped. Returns the function "
	"that ends it. What a listener throws is reported like any uncaught error, and the others are called "
	"all the same.",
	"const off = runtime.on('cart', (cart, { redelivered }) => show(cart));")
KILN_SCRIPT_OP(page_once, "once", ON, CALLBACK(off), KILN_OP_GENERIC, "The same for one message.",
	"runtime.once('ready', start);")
#define OFF(MEMBER, OPTIONAL)         \
	MEMBER(STRING, channel, NULL) \
	OPTIONAL(CALLBACK(page_listener), listener, NULL)
KILN_SCRIPT_OP(page_off, "off", OFF, VOID, KILN_OP_GENERIC,
	"Ends one listener, or all of the channel's.",
	"runtime.off('cart', show);\n"
	"runtime.off('cart');")
KILN_SCRIPT_OP(page_emit, "emit", SEND, VOID, 0,
	"The page's own listeners of the channel first, with the payload itself, then `send()`.",
	"runtime.emit('theme', 'dark');")
KILN_SCRIPT_OP(page_emit_acked, "emit", ACKED, VOID, KILN_OP_ASYNC, NULL, NULL)

#define HANDLE(MEMBER, OPTIONAL) \
	MEMBER(STRING, channel, NULL) MEMBER(CALLBACK(page_handler), handler, NULL)
KILN_SCRIPT_OP(page_handle, "handle", HANDLE, CALLBACK(off), KILN_OP_GENERIC,
	"Answers the host's `invoke`. The handler returns the answer or a Promise of it (`undefined` arrives "
	"as `null`); what it throws is the caller's error: `ChannelRecv`, or its own code if it has one of "
	"[these](#errors). One handler for each channel.",
	"runtime.handle('selection', () => [...document.querySelectorAll(':checked')].map((e) => e.id));")
KILN_SCRIPT_OP(page_drain, "drain", KILN_NONE, VOID, KILN_OP_ASYNC,
	"Resolves when at least half of the 1 MiB for what waits to go out is free.",
	"for (const row of rows) {\n"
	"  for (;;) {\n"
	"    try { runtime.send('row', row); break; } catch (e) { if (e.code !== 7005) throw e; }\n"
	"    await runtime.drain();\n"
	"  }\n"
	"}")
KILN_VALUE(page_window_id, "windowId", STRING, "The id of the page's window.",
	"document.title = runtime.windowId;")

#define CODE_TYPE(constant_, code_, name_, ...) " | " #code_
#define NAME_TYPE(constant_, code_, name_, ...) " | \"" name_ "\""
#define PAGE_ERROR(MEMBER, OPTIONAL)                                         \
	MEMBER(GLOBAL(WIRE_STATUSES(CODE_TYPE)), code, "which error it is")  \
	MEMBER(GLOBAL(WIRE_STATUSES(NAME_TYPE)), name, "the same as a word") \
	MEMBER(STRING, message, "\"[code] \" and the reason")                \
	OPTIONAL(BOOL, uncertain,                                            \
		"what was sent may have taken effect: do not simply send it again")
KILN_OBJECT(page_error, "IpcError", PAGE_ERROR,
	"What these functions throw and reject with: an Error that has these members. There is no class "
	"of that name in a page.")

static const struct kiln_op *const ops[] = {
	&page_send_op,
	&page_send_acked_op,
	&page_invoke_op,
	&page_on_op,
	&page_once_op,
	&page_off_op,
	&page_emit_op,
	&page_emit_acked_op,
	&page_handle_op,
	&page_drain_op,
	&page_window_id_op,
	NULL,
};

static const struct kiln_type *const types[] = { &page_error_type, NULL };

const struct kiln_module api_page = {
	.abi = KILN_ABI,
	.name = "page",
	.doc = "What a page says to the host script, and hears from it: `window.runtime`, and "
	       "`window.host`, the same object under its older name.",
	.ops = ops,
	.types = types,
};
