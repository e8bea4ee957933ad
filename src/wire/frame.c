#include "wire/frame.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "wire/cursor.h"
#include "wire/limits.h"
#include "wire/pack.h"

/* Members of a frame's array. */
#define MEMBERS 4u
/* Of the text in a FAILED frame, bytes. */
#define REASON_MAX 512u
/* Everything around channel and payload, in its longest encoding by pack.h. */
#define HEAD_COST 16u
#define HEAD_MAX (HEAD_COST + CHANNEL_MAX)

static const bool carries_channel[FRAME_KIND_END] = {
	[FRAME_MESSAGE] = true,
	[FRAME_REFUSED] = true,
	[FRAME_CALL] = true,
	[FRAME_EVENT] = true,
};

/* One rule for what a peer sends and for what we make. */
static bool head_valid(uint64_t kind, unsigned flags, const char *channel, size_t channel_len)
{
	if (kind == 0 || kind >= FRAME_KIND_END)
		return false;
	if (flags != 0 && kind != FRAME_MESSAGE)
		return false;
	return carries_channel[kind] ? channel_valid(channel, channel_len) : channel_len == 0;
}

/* With its prefix written; the body and what points into it are the caller's to fill. */
static struct frame *allocate(enum frame_kind kind, unsigned flags, uint32_t id, size_t body_len)
{
	struct frame *f = malloc(sizeof(*f) + FRAME_PREFIX + body_len);

	if (!f)
		return NULL;
	f->refs = 1;
	f->kind = kind;
	f->flags = flags;
	f->id = id;
	f->size = FRAME_PREFIX + body_len;
	f->bytes[0] = (uint8_t)(body_len >> 24);
	f->bytes[1] = (uint8_t)(body_len >> 16);
	f->bytes[2] = (uint8_t)(body_len >> 8);
	f->bytes[3] = (uint8_t)body_len;
	return f;
}

/* The payload is last, and the channel stands right before it. */
static void point(struct frame *f, size_t channel_len, size_t payload_len)
{
	f->payload = f->bytes + f->size - payload_len;
	f->payload_len = payload_len;
	f->channel = (const char *)f->payload - channel_len;
	f->channel_len = channel_len;
}

static int build(enum frame_kind kind, unsigned flags, uint32_t id, const char *channel,
	size_t channel_len, const void *payload, size_t payload_len, struct frame **ret)
{
	struct buf head = BUF_INIT(HEAD_MAX);
	struct frame *f = NULL;
	struct pack p;

	pack_init(&p, &head);
	pack_array(&p, MEMBERS);
	pack_uint(&p, (unsigned)kind | flags);
	pack_uint(&p, id);
	pack_str(&p, channel, channel_len);
	if (p.error == 0)
		f = allocate(kind, flags, id, buf_len(&head) + payload_len);
	if (f) {
		memcpy(f->bytes + FRAME_PREFIX, buf_bytes(&head), buf_len(&head));
		memcpy(f->bytes + FRAME_PREFIX + buf_len(&head), payload, payload_len);
		point(f, channel_len, payload_len);
	}
	buf_fini(&head);
	if (!f)
		return -ENOMEM;
	*ret = f;
	return 0;
}

int frame_new(enum frame_kind kind, uint32_t id, const char *channel, size_t channel_len,
	const void *payload, size_t payload_len, struct frame **ret)
{
	static const uint8_t nil = 0xc0;

	if (!payload) {
		payload = &nil;
		payload_len = sizeof(nil);
	}
	assert(payload_len > 0);
	if (payload_len > PAYLOAD_MAX)
		return -EMSGSIZE;
	if (!head_valid(kind, 0, channel, channel_len))
		return -EINVAL;
	return build(kind, 0, id, channel, channel_len, payload, payload_len, ret);
}

int frame_new_failed(uint32_t id, enum wire_status status, const char *reason, bool uncertain,
	struct frame **ret)
{
	struct buf payload = BUF_INIT(REASON_MAX + 16);
	struct pack p;
	int r;

	pack_init(&p, &payload);
	pack_array(&p, 3);
	pack_int(&p, status);
	pack_str(&p, reason, utf8_cut(reason, REASON_MAX));
	pack_bool(&p, uncertain);
	r = p.error ? p.error
		    : build(FRAME_FAILED, 0, id, "", 0, buf_bytes(&payload), buf_len(&payload),
			      ret);
	buf_fini(&payload);
	return r;
}

int frame_copy(const struct frame *f, uint32_t id, unsigned flags, struct frame **ret)
{
	return build(
		f->kind, flags, id, f->channel, f->channel_len, f->payload, f->payload_len, ret);
}

int frame_parse(const uint8_t *body, size_t len, struct frame **ret)
{
	struct cursor c;
	struct frame *f;
	const char *channel;
	size_t channel_len, payload_len;
	uint32_t members;
	uint64_t kind, id;
	unsigned flags;

	cursor_init(&c, body, len);
	if (cursor_array(&c, &members) < 0 || members != MEMBERS ||
		cursor_uint(&c, UINT8_MAX, &kind) < 0 || cursor_uint(&c, UINT32_MAX, &id) < 0 ||
		cursor_str(&c, &channel, &channel_len) < 0)
		return -EBADMSG;
	flags = (unsigned)kind & (FRAME_RETRY | FRAME_AGAIN);
	kind -= flags;
	if (!head_valid(kind, flags, channel, channel_len))
		return -EBADMSG;
	payload_len = (size_t)(c.end - c.at);
	if (payload_len > PAYLOAD_MAX || cursor_skip(&c) < 0 || !cursor_done(&c))
		return -EBADMSG;

	f = allocate((enum frame_kind)kind, flags, (uint32_t)id, len);
	if (!f)
		return -ENOMEM;
	memcpy(f->bytes + FRAME_PREFIX, body, len);
	point(f, channel_len, payload_len);
	*ret = f;
	return 0;
}

size_t frame_cost(const struct frame *f)
{
	return HEAD_COST + f->channel_len + f->payload_len;
}

bool frame_is_control(const struct frame *f)
{
	switch (f->kind) {
	case FRAME_MESSAGE:
	case FRAME_CALL:
	case FRAME_REPLY:
	case FRAME_FAILED:
	case FRAME_EVENT:
		return false;
	default:
		return true;
	}
}

struct frame *frame_ref(struct frame *f)
{
	f->refs++;
	return f;
}

void frame_unref(struct frame *f)
{
	if (f && --f->refs == 0)
		free(f);
}

void frame_unref_p(struct frame **f)
{
	frame_unref(*f);
}

/* ASCII's, and U+0080 to U+009F in two bytes. @s is UTF-8. */
static bool has_control(const uint8_t *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] < 0x20 || s[i] == 0x7f)
			return true;
		if (s[i] == 0xc2 && s[i + 1] < 0xa0)
			return true;
	}
	return false;
}

bool channel_valid(const char *name, size_t len)
{
	const uint8_t *s = (const uint8_t *)name;

	return len > 0 && len <= CHANNEL_MAX && utf8_valid(s, len) && !has_control(s, len);
}

bool channel_reserved(const char *name, size_t len)
{
	return len >= 4 && memcmp(name, "__", 2) == 0 && memcmp(name + len - 2, "__", 2) == 0;
}
