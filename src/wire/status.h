/*
 * What a sender is told: the closed set of outcomes of a message. The numbers
 * are API: both JavaScript edges show them as the code of an error, and the first
 * four are those of Forge's runtime:ipc, which this module follows.
 */
#pragma once

/* STATUS(constant, code, "name", when, example) */
#define WIRE_STATUSES(STATUS)                                                                      \
	STATUS(CHANNEL_SEND, 7000, "ChannelSend",                                                  \
		"the channel's name is none, or memory is short", "runtime.send('', 1)")           \
	STATUS(CHANNEL_RECV, 7001, "ChannelRecv",                                                  \
		"the handler threw; or the channel has a handler already",                         \
		"handle('x', f); handle('x', g)")                                                  \
	STATUS(WINDOW_NOT_FOUND, 7002, "WindowNotFound",                                           \
		"there is no such window, or it has closed", "sendToWindow('nobody', 'x')")        \
	STATUS(SERIALIZATION, 7003, "Serialization",                                               \
		"the payload cannot be sent; the message names the path", "send('x', cyclic)")     \
	STATUS(PERMISSION_DENIED, 7004, "PermissionDenied",                                        \
		"the grants do not allow it; the message names the rule", "send('__window__', 1)") \
	STATUS(QUEUE_FULL, 7005, "QueueFull",                                                      \
		"more is waiting than may wait; try again after `drain()`", "a loop of `send()`")  \
	STATUS(TIMEOUT, 7006, "Timeout", "no answer in time; it may have been done",               \
		"invoke('slow', 1, {timeout: 10})")                                                \
	STATUS(CANCELLED, 7007, "Cancelled", "aborted, or the other side went away",               \
		"controller.abort()")                                                              \
	STATUS(NO_HANDLER, 7008, "NoHandler", "nobody handles or listens to this channel",         \
		"invoke('nobody')")                                                                \
	STATUS(TOO_LARGE, 7009, "TooLarge", "the payload is over 16 MiB",                          \
		"send('x', new Uint8Array(2 ** 25))")

#define WIRE_STATUS_CONSTANT(constant_, code_, ...) STATUS_##constant_ = code_,
enum wire_status { STATUS_OK = 0, WIRE_STATUSES(WIRE_STATUS_CONSTANT) };

/* "PermissionDenied" and so on; "Unknown" for any other number. */
const char *wire_status_name(int status);
