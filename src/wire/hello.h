/*
 * How a document gets its socket: the web process extension sends a user
 * message of one of these names for each new document that may have grants, and
 * the reply carries the socket, or nothing when the runtime refuses. It says which
 * origin the document has, as a string. Of the main frame the runtime knows that
 * itself, and the word can only take away: a document that came when the runtime
 * expected another must not get the other's socket. Of a sub-frame the word is all
 * there is.
 */
#pragma once

#define HELLO_MESSAGE "kiln.hello"
#define HELLO_FRAME_MESSAGE "kiln.hello-frame"
