/*
 * The limits that sender and receiver of a message must agree on, and the bounds
 * of what waits between them. Bytes unless said otherwise. What bounds one part
 * only stands in that part.
 */
#pragma once

/* One msgpack value: the payload of a frame. */
#define PAYLOAD_MAX (16u << 20)
/* Body of a frame: payload, channel and the few bytes around them. */
#define FRAME_BODY_MAX (PAYLOAD_MAX + 1024u)
/* JSON text for a payload: a control character takes one byte there and six here. */
#define JSON_TEXT_MAX (6u * PAYLOAD_MAX)
#define CHANNEL_MAX 128u
/* Nesting of arrays and objects in a payload, in levels. */
#define DEPTH_MAX 128u

/* What one document may have under way towards the host, unread by it. */
#define CREDIT_MESSAGES 1024u
#define CREDIT_BYTES (1u << 20)
/* What the bridge holds for a page that sends faster; beyond it send() throws QueueFull. */
#define PAGE_BUFFER_MAX (1u << 20)

/* What waits for one window, from all senders together. */
#define WINDOW_QUEUE_MESSAGES 4096u
#define WINDOW_QUEUE_BYTES (24u << 20)
/* Windows and services that a router knows at once, peers. */
#define PEERS_MAX 64u
#define PEER_NAME_MAX 64u
/* The host script's queue: every window's credit at once, and its own answers. */
#define HOST_QUEUE_MESSAGES (PEERS_MAX * CREDIT_MESSAGES)
#define HOST_QUEUE_BYTES (64u << 20)

/* What one wake-up of one socket may take, so that a flood starves nobody. */
#define READ_BUDGET (256u << 10)
#define WRITE_BUDGET (256u << 10)
