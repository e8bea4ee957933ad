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

/*
 * What may be under way between a document and the runtime, in each direction:
 * sent, and not yet taken out of its queue (to the host) or acknowledged (to the page).
 */
#define CREDIT_MESSAGES 1024u
#define CREDIT_BYTES (1u << 20)
/* What the bridge holds for a page that sends faster; beyond it send() throws QueueFull. */
#define PAGE_BUFFER_MAX (1u << 20)
/* Calls, and messages that ask for an answer, which one document or script waits for. */
#define CALLS_MAX 1024u

/* An answer of this size has its place; a larger one takes what room there is. */
#define ANSWER_RESERVED 1024u
/* Answers that wait for one document beside what waits for its window. */
#define ANSWERS_MAX (4 * CREDIT_MESSAGES)

/* What waits for one window, from all senders together. */
#define WINDOW_QUEUE_MESSAGES 4096u
#define WINDOW_QUEUE_BYTES (24u << 20)
/* Windows and services that a router knows at once, peers. */
#define PEERS_MAX 64u
#define PEER_NAME_MAX 64u
/*
 * What waits for the host script from one window: its credit, after a reload also its
 * last page's.
 */
#define HOST_LANE_MESSAGES (2 * CREDIT_MESSAGES)
#define HOST_LANE_BYTES (2 * (CREDIT_BYTES + FRAME_BODY_MAX))
/* What all queues of the runtime hold together: more than any one window can take. */
#define IPC_BUDGET (96u << 20)
/* Sub-frames of one page that have a bridge of their own at once. */
#define SUBFRAMES_MAX 16u

/* What one wake-up of one socket may take, so that a flood starves nobody. */
#define READ_BUDGET (256u << 10)
#define WRITE_BUDGET (256u << 10)
