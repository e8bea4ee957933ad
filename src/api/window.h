/*
 * runtime:window, declared: what the host script may do with windows. The service
 * in view/window_service.c has a handler for each.
 */
#pragma once

#include "bind/declare.h"

#define WINDOW_OPTIONS(MEMBER, OPTIONAL)                                                          \
	OPTIONAL(STRING, id, "1 to 32 of a-z A-Z 0-9 - _ . ; \"win-1\" and so on when not given") \
	OPTIONAL(STRING, url,                                                                     \
		"a path in web/, `app://…` or another address; index.html when not given")
KILN_STRUCT(window_options, "WindowOptions", WINDOW_OPTIONS, "A window that is to be opened.")

KILN_LIST(window_ids, STRING)

#define WINDOW_MEMBERS(MEMBER, OPTIONAL) \
	MEMBER(STRING, id, "its name in the manifest, or \"win-1\" …")
#define WINDOW_CREATE(MEMBER, OPTIONAL) OPTIONAL(STRUCT(window_options), options, NULL)
#define WINDOW_NAVIGATE(MEMBER, OPTIONAL) MEMBER(STRING, url, "as in WindowOptions")

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
		"main.navigate('help.html');")

#define WINDOW_SERVICE_OPS(OP)                                                                    \
	OP(window_create, "createWindow", WINDOW_CREATE, CLASS(window),                           \
		"Opens a window on an output of its own. It has the app's grants, less what the " \
		"manifest's rules for its id take away. When the script is started again its "    \
		"windows stay, and the same call gives the window that the last run opened: by "  \
		"its id, or without one by its `url`. Rejects with `ChannelSend` when the id is " \
		"taken or none, or when there are too many windows.",                             \
		"createWindow({ id: 'help', url: 'help.html' }).then(function (help) { … });")    \
	OP(window_list, "windows", KILN_NONE, LIST(window_ids), "The ids of all windows.",        \
		"windows().then(function (ids) { … });")

WINDOW_METHODS(KILN_METHOD_ARGS)
WINDOW_SERVICE_OPS(KILN_OP_ARGS)
