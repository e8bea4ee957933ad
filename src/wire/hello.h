/*
 * How a document gets its socket: the web process extension sends a user
 * message of this name for each new document of the app, and the reply, of the
 * same name, carries the socket, or nothing when the runtime refuses. What the
 * extension's message carries is not looked at.
 */
#pragma once

#define HELLO_MESSAGE "kiln.hello"
