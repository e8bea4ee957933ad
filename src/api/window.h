/*
 * runtime:window, declared: what the host script may do with windows. The service
 * in view/window_service.c has a handler for each.
 */
#pragma once

#include "bind/declare.h"

#define WINDOW_OPTIONS(MEMBER, OPTIONAL)                                                          \
	OPTIONAL(STRING, id, "1 to 32 of a-z A-Z 0-9 - _ . ; \"win-1\" and so on when not given") \
	OPTIONAL(STRING, url,                                                                     \
		"a path in web/, `app://…` or another address; index.html when not given")        \
	OPTIONAL(STRING, output,                                                                  \
		"the connector that it is shown on, `HDMI-A-1`; while nothing is plugged in "     \
		"there, it waits. Not given: the first one that is lit")                          \
	OPTIONAL(INT, x, "of its left edge, on its output; 0 when not given")                     \
	OPTIONAL(INT, y, "of its upper edge; 0 when not given")                                   \
	OPTIONAL(UINT, width,                                                                     \
		"up to the right edge of the output, and following it, when 0 or "                \
		"not given")                                                                      \
	OPTIONAL(UINT, height, "the same, to the lower edge")                                     \
	OPTIONAL(INT, z, "windows of a higher one are in front; 0 when not given")                \
	OPTIONAL(BOOL, visible,                                                                   \
		"false: its page is loaded and painted once, and waits for "                      \
		"`show`; true when not given")                                                    \
	OPTIONAL(BOOL, transparent,                                                               \
		"where the page has no background, what is behind is seen; false when not given") \
	OPTIONAL(NUMBER, zoom, "0.25 to 5; 1 when not given")                                     \
	OPTIONAL(BOOL, focus, "whether it gets the keyboard; true when not given")
KILN_STRUCT(window_options, "WindowOptions", WINDOW_OPTIONS, "A window that is to be opened.")

#define WINDOW_BOUNDS(MEMBER, OPTIONAL)              \
	OPTIONAL(INT, x, "0 when not given")         \
	OPTIONAL(INT, y, "0 when not given")         \
	OPTIONAL(UINT, width, "as in WindowOptions") \
	OPTIONAL(UINT, height, "as in WindowOptions")
KILN_STRUCT(window_bounds, "Bounds", WINDOW_BOUNDS, "Where a window is to be on its output.")

#define WINDOW_RECT(MEMBER, OPTIONAL)                                    \
	MEMBER(INT, x, "of its left edge, on its output, in CSS pixels") \
	MEMBER(INT, y, "of its upper edge")                              \
	MEMBER(UINT, width, "in CSS pixels")                             \
	MEMBER(UINT, height, "in CSS pixels")
KILN_STRUCT(window_rect, "Rect", WINDOW_RECT, "Where a window is on its output.")

#define WINDOW_POSITION(MEMBER, OPTIONAL)                                \
	MEMBER(INT, x, "of its left edge, on its output, in CSS pixels") \
	MEMBER(INT, y, "of its upper edge")
KILN_STRUCT(window_position, "Position", WINDOW_POSITION, "Where a window is on its output.")

#define WINDOW_SIZE(MEMBER, OPTIONAL)        \
	MEMBER(UINT, width, "in CSS pixels") \
	MEMBER(UINT, height, "in CSS pixels")
KILN_STRUCT(window_size, "Size", WINDOW_SIZE, "The size of a window.")

#define WINDOW_INFO(MEMBER, OPTIONAL)                                                       \
	MEMBER(STRING, url, "the address of its page, or the one that is being loaded")     \
	MEMBER(STRING, title, "`setTitle`'s, or else its page's")                           \
	MEMBER(STRING_OR_NULL, output, "the output that it is on; null: there is none yet") \
	MEMBER(BOOL, lit, "whether that output shows anything")                             \
	MEMBER(BOOL, visible, "as of `show` and `hide`")                                    \
	MEMBER(BOOL, focused, "whether it has the keyboard")                                \
	MEMBER(BOOL, fullscreen, "whether it fills its output, whatever size that gets")    \
	MEMBER(BOOL, transparent, "as it was opened")                                       \
	MEMBER(STRUCT(window_rect), bounds, "where it is")                                  \
	MEMBER(NUMBER, scale, "of its output: pixels of the screen for one of the page")    \
	MEMBER(INT, z, "as of `setZ`")                                                      \
	MEMBER(NUMBER, zoom, "as of `setZoom`")                                             \
	MEMBER(NUMBER, frames,                                                              \
		"frames of its page that were lit since it was opened: one that "           \
		"paints has more of them than a moment ago")
KILN_STRUCT(window_info, "WindowInfo", WINDOW_INFO, "How things stand with a window.")

KILN_LIST(window_ids, STRING)

#define WINDOW_MEMBERS(MEMBER, OPTIONAL) \
	MEMBER(STRING, id, "its name in the manifest, or \"win-1\" …")
#define WINDOW_CREATE(MEMBER, OPTIONAL) OPTIONAL(STRUCT(window_options), options, NULL)
#define WINDOW_NAVIGATE(MEMBER, OPTIONAL) MEMBER(STRING, url, "as in WindowOptions")
#define WINDOW_SET_VISIBLE(MEMBER, OPTIONAL) MEMBER(BOOL, visible, NULL)
#define WINDOW_MOVE(MEMBER, OPTIONAL)         \
	MEMBER(INT, x, "as in WindowOptions") \
	MEMBER(INT, y, "as in WindowOptions")
#define WINDOW_RESIZE(MEMBER, OPTIONAL)            \
	MEMBER(UINT, width, "as in WindowOptions") \
	MEMBER(UINT, height, "as in WindowOptions")
#define WINDOW_SET_BOUNDS(MEMBER, OPTIONAL) OPTIONAL(STRUCT(window_bounds), bounds, NULL)
#define WINDOW_SET_FULLSCREEN(MEMBER, OPTIONAL) MEMBER(BOOL, fullscreen, NULL)
#define WINDOW_SET_Z(MEMBER, OPTIONAL) MEMBER(INT, z, "as in WindowOptions")
#define WINDOW_SET_ZOOM(MEMBER, OPTIONAL) MEMBER(NUMBER, zoom, "0.25 to 5")
#define WINDOW_SET_TITLE(MEMBER, OPTIONAL) MEMBER(STRING, title, "\"\": its page's again")
#define WINDOW_ASK(MEMBER, OPTIONAL) MEMBER(BOOL, ask, NULL)

/* OP(C name, "name", ARGS, result, text, example) */
#define WINDOW_METHODS(OP)                                                                         \
	OP(window_close, "close", KILN_NONE, BOOL,                                                 \
		"Closes it, its page and its web process. Resolves with whether there was such a " \
		"window.",                                                                         \
		"main.close();")                                                                   \
	OP(window_reload, "reload", KILN_NONE, VOID,                                               \
		"Loads its page again. Messages that wait for the page go to the new document.",   \
		"main.reload();")                                                                  \
	OP(window_navigate, "navigate", WINDOW_NAVIGATE, VOID, "Loads another page into it.",      \
		"main.navigate('help.html');")                                                     \
	OP(window_show, "show", KILN_NONE, VOID,                                                   \
		"Makes it visible. What it painted last is on the screen with the next frame, "    \
		"whatever its page does.",                                                         \
		"keyboard.show();")                                                                \
	OP(window_hide, "hide", KILN_NONE, VOID,                                                   \
		"Takes it off the screen. Its page goes on running and is told so "                \
		"(`visibilitychange`); it paints nothing, so that it costs no frames.",            \
		"keyboard.hide();")                                                                \
	OP(window_set_visible, "setVisible", WINDOW_SET_VISIBLE, VOID, "`show` or `hide`.",        \
		"keyboard.setVisible(false);")                                                     \
	OP(window_is_visible, "isVisible", KILN_NONE, BOOL,                                        \
		"Whether it is shown, as of `show` and `hide`; others may be in front of it.",     \
		"main.isVisible().then(function (visible) { … });")                                \
	OP(window_focus, "focus", KILN_NONE, VOID,                                                 \
		"Gives it the keyboard. One window has it. Rejects with `ChannelSend` when "       \
		"it is hidden.",                                                                   \
		"search.focus();")                                                                 \
	OP(window_is_focused, "isFocused", KILN_NONE, BOOL, "Whether it has the keyboard.",        \
		"main.isFocused().then(function (focused) { … });")                                \
	OP(window_move, "move", WINDOW_MOVE, VOID,                                                 \
		"Moves its upper left corner there, from the one of its output. A part of it may " \
		"be outside.",                                                                     \
		"panel.move(0, 40);")                                                              \
	OP(window_resize, "resize", WINDOW_RESIZE, VOID,                                           \
		"Gives it that size; 0: up to the edge of the output, and following it.",          \
		"panel.resize(320, 0);")                                                           \
	OP(window_set_bounds, "setBounds", WINDOW_SET_BOUNDS, VOID,                                \
		"Both at once. Without bounds it fills its output.",                               \
		"panel.setBounds({ y: 40, width: 320 });")                                         \
	OP(window_get_bounds, "getBounds", KILN_NONE, STRUCT(window_rect),                         \
		"Where it is; `0, 0` is the upper left corner of its output.",                     \
		"panel.getBounds().then(function (rect) { … });")                                  \
	OP(window_set_fullscreen, "setFullscreen", WINDOW_SET_FULLSCREEN, VOID,                    \
		"Whether it fills its output. False gives it the bounds that it had before.",      \
		"video.setFullscreen(true);")                                                      \
	OP(window_set_z, "setZ", WINDOW_SET_Z, VOID,                                               \
		"Windows of a higher z are in front of those of a lower one.", "panel.setZ(10);")  \
	OP(window_raise, "raise", KILN_NONE, VOID, "In front of all others of its z.",             \
		"panel.raise();")                                                                  \
	OP(window_lower, "lower", KILN_NONE, VOID, "Behind all others of its z.",                  \
		"panel.lower();")                                                                  \
	OP(window_set_zoom, "setZoom", WINDOW_SET_ZOOM, VOID,                                      \
		"Shows its pages larger or smaller, laid out anew. It stays for the pages to "     \
		"come.",                                                                           \
		"main.setZoom(1.5);")                                                              \
	OP(window_get_zoom, "getZoom", KILN_NONE, NUMBER, "As of `setZoom`.",                      \
		"main.getZoom().then(function (zoom) { … });")                                     \
	OP(window_set_title, "setTitle", WINDOW_SET_TITLE, VOID,                                   \
		"What it is called where people look after devices: in the log, and remotely. "    \
		"There is no title bar.",                                                          \
		"main.setTitle('till 4');")                                                        \
	OP(window_get_title, "getTitle", KILN_NONE, STRING, "`setTitle`'s, or else its page's.",   \
		"main.getTitle().then(function (title) { … });")                                   \
	OP(window_screenshot, "screenshot", KILN_NONE, BYTES,                                      \
		"What it shows as a PNG file, whether or not it can be seen. Rejects with "        \
		"`ChannelSend` when it has painted nothing yet.",                                  \
		"main.screenshot().then(function (png) { main.send('picture', png); });")          \
	OP(window_info, "info", KILN_NONE, STRUCT(window_info), "How things stand with it.",       \
		"main.info().then(function (info) { console.log(info.frames); });")                \
	OP(window_ask_before_close, "askBeforeClose", WINDOW_ASK, VOID,                            \
		"Whether a wish of others to close it (its page's `window.close()`, a key) waits " \
		"for this script: it then has five seconds to answer the event "                   \
		"`close-requested` with `keep` or `close`. `onCloseRequested` does all of it.",    \
		"main.askBeforeClose(true);")                                                      \
	OP(window_keep, "keep", KILN_NONE, VOID, "Answers `close-requested`: it stays open.",      \
		"main.keep();")

#define WINDOW_SERVICE_OPS(OP)                                                                    \
	OP(window_create, "createWindow", WINDOW_CREATE, CLASS(window),                           \
		"Opens a window. It has the app's grants, less what the "                         \
		"manifest's rules for its id take away. When the script is started again its "    \
		"windows stay, and the same call gives the window that the last run opened, put " \
		"where this one wants it: by its id, or without one by its `url`. Rejects with "  \
		"`ChannelSend` when the id is taken or none, or when there are too many windows " \
		"or outputs.",                                                                    \
		"createWindow({ id: 'help', url: 'help.html' }).then(function (help) { … });")    \
	OP(window_list, "windows", KILN_NONE, LIST(window_ids), "The ids of all windows.",        \
		"windows().then(function (ids) { … });")

WINDOW_METHODS(KILN_METHOD_ARGS)
WINDOW_SERVICE_OPS(KILN_OP_ARGS)
