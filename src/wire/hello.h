/*
 * How a document gets its socket: the web process extension sends a user
 * message of one of these names for each new document that may have grants, and
 * the reply carries the socket, or nothing when the runtime refuses. The main
 * frame's says nothing about itself: the runtime knows its origin. A sub-frame's
 * carries its origin as a string, for what that is worth.
 */
#pragma once

#define HELLO_MESSAGE "kiln.hello"
#define HELLO_FRAME_MESSAGE "kiln.hello-frame"
