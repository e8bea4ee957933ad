/*
 * runtime:screen, declared: what the host script may know of the outputs and do with
 * them. The service in view/screen_service.c has a handler for each.
 */
#pragma once

#include "api/events.h"
#include "bind/declare.h"

#define SCREEN_MODE(MEMBER, OPTIONAL)                                     \
	MEMBER(UINT, width, "in pixels of the panel as it is mounted")    \
	MEMBER(UINT, height, "the same")                                  \
	MEMBER(NUMBER, refresh, "in hertz: 59.94; 0 when it is not told") \
	MEMBER(BOOL, preferred, "what the display asks for")
KILN_STRUCT(screen_mode, "OutputMode", SCREEN_MODE, "A mode of an output.")
KILN_LIST(screen_modes, STRUCT(screen_mode))

#define SCREEN_OUTPUT(MEMBER, OPTIONAL)                                                            \
	MEMBER(STRING, name, "of its connector: `HDMI-A-1`; `headless-1` without hardware")        \
	MEMBER(ENUM(shown_state), state, "what it does")                                           \
	MEMBER(STRING, reason, "why it failed, or has another mode than was asked for; or `\"\"`") \
	MEMBER(STRING, make, "of what is plugged in, by its own word, as are the next two")        \
	MEMBER(STRING, model, "`\"\"` when it is not told")                                        \
	MEMBER(STRING, serial, "the same")                                                         \
	OPTIONAL(                                                                                  \
		STRUCT(screen_mode), mode, "that is set, or was last; not there before the first") \
	MEMBER(LIST(screen_modes), modes, "that it offers")                                        \
	MEMBER(UINT, rotation, "0, 90, 180 or 270: how the picture is turned, clockwise")          \
	MEMBER(NUMBER, scale, "its pixels for one CSS pixel")                                      \
	MEMBER(UINT, width, "as it is turned, in CSS pixels; 0 when it was never lit")             \
	MEMBER(UINT, height, "the same")                                                           \
	OPTIONAL(UINT, mm_width, "of the panel as it is turned, in millimetres, when it is told")  \
	OPTIONAL(UINT, mm_height, "the same")                                                      \
	MEMBER(NUMBER, frames, "that were lit so far: it goes up while something is painted")      \
	OPTIONAL(NUMBER, brightness, "0 to 1, as the device says; not there without a backlight")
KILN_STRUCT(screen_output, "Output", SCREEN_OUTPUT,
	"An output: a connector, whether or not something is plugged in.")
KILN_LIST(screen_output_list, STRUCT(screen_output))

#define SCREEN_SETTINGS(MEMBER, OPTIONAL)                                               \
	OPTIONAL(STRING, mode, "`1920x1080@60`, `1920x1080` (any rate) or `preferred`") \
	OPTIONAL(UINT, rotation, "0, 90, 180 or 270")                                   \
	OPTIONAL(NUMBER, scale, "0.5 to 4")                                             \
	OPTIONAL(BOOL, off, "`true`: not driven, whatever is plugged in; `false`: driven again")
KILN_STRUCT(screen_settings, "OutputSettings", SCREEN_SETTINGS, "How an output is to be driven.")

#define SCREEN_CONFIGURE(MEMBER, OPTIONAL)    \
	MEMBER(STRING, name, "of the output") \
	MEMBER(STRUCT(screen_settings), settings, NULL)
#define SCREEN_ONE_OR_ALL(MEMBER, OPTIONAL) \
	OPTIONAL(STRING, name, "of the output; all that can when not given")
#define SCREEN_SET_BRIGHTNESS(MEMBER, OPTIONAL) \
	MEMBER(STRING, name, "of the output")   \
	MEMBER(NUMBER, level, "0, the darkest, to 1; linear in the driver's own steps")
#define SCREEN_SCREENSHOT(MEMBER, OPTIONAL) \
	OPTIONAL(STRING, name, "of the output; the first one that is lit when not given")

/* OP(C name, "name", ARGS, result, text, example) */
#define SCREEN_SERVICE_OPS(OP)                                                                                   \
	OP(screen_outputs, "outputs", KILN_NONE, LIST(screen_output_list),                                       \
		"All outputs, in the order of the device; those where nothing is plugged in, too.",              \
		"outputs().then(function (all) {\n"                                                              \
		"  all.forEach(function (o) { console.log(o.name, o.state, o.width, o.height); });\n"            \
		"});")                                                                                           \
	OP(screen_configure, "configure", SCREEN_CONFIGURE, STRUCT(screen_output),                               \
		"Drives an output in another way. What is not given stays as it is. Windows follow "             \
		"at once; a mode that cannot be set falls back to what can, and `reason` says why. "             \
		"It holds until the app ends: what is to hold for a device is in its "                           \
		"[file](device.md). Resolves with how the output is then. Rejects with "                         \
		"`ChannelSend` when there is no such output, mode, rotation or scale.",                          \
		"configure('HDMI-A-1', { rotation: 90 });")                                                      \
	OP(screen_sleep, "sleep", SCREEN_ONE_OR_ALL, VOID,                                                       \
		"Makes an output dark and keeps all else: its windows are there at once when it "                \
		"wakes, and cost nothing meanwhile. A touch or key wakes it, and goes nowhere "                  \
		"else. Rejects when it is neither lit nor asleep; that without a name none is lit is no error.", \
		"setTimeout(function () { sleep(); }, 600000);")                                                 \
	OP(screen_wake, "wake", SCREEN_ONE_OR_ALL, VOID, "Lights it again.", "wake('eDP-1');")                   \
	OP(screen_set_brightness, "setBrightness", SCREEN_SET_BRIGHTNESS, NUMBER,                                \
		"Sets the brightness of a panel through its backlight. Resolves with what the "                  \
		"device then says it is. Rejects when there is no backlight, or when the "                       \
		"runtime's user may not set it; the message says what to do.",                                   \
		"setBrightness('eDP-1', 0.4);")                                                                  \
	OP(screen_screenshot, "screenshot", SCREEN_SCREENSHOT, BYTES,                                            \
		"A PNG of what is lit, upright, in the panel's pixels. It is made between two "                  \
		"frames, and takes about 25 ms for 1920x1080 on a desktop's processor: not for "                 \
		"every second. Rejects when nothing is lit.",                                                    \
		"screenshot().then(function (png) { ipc.sendToWindow('main', 'picture', png); });")

SCREEN_SERVICE_OPS(KILN_OP_ARGS)

/* What the service tells whenever one changes; js/host/screen.js has it for callbacks. */
KILN_EVENT(screen_changed, "output", STRUCT(screen_output), "an output is not what it was")
