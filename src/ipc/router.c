#include "ipc/router.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "wire/cursor.h"
#include "wire/limits.h"

#define LOG_TAG "ipc"
#include "base/log.h"

struct router {
	struct list peers;
	size_t n_peers;
	struct router_stats stats;
};

int router_new(struct router **ret)
{
	struct router *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	list_init(&r->peers);
	*ret = r;
	return 0;
}

void router_free(struct router *r)
{
	if (!r)
		return;
	assert(list_empty(&r->peers));
	free(r);
}

int router_add(struct router *r, struct peer *peer, const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > PEER_NAME_MAX)
		return -ENAMETOOLONG;
	if (router_find(r, name))
		return -EEXIST;
	if (r->n_peers == PEERS_MAX)
		return -ENOSPC;
	memcpy(peer->name, name, len + 1);
	list_append(&r->peers, &peer->link);
	r->n_peers++;
	return 0;
}

void router_remove(struct router *r, struct peer *peer)
{
	if (router_find(r, peer->name) != peer)
		return;
	list_remove(&peer->link);
	r->n_peers--;
}

struct peer *router_find(struct router *r, const char *name)
{
	struct peer *peer;

	list_for_each (peer, &r->peers, link)
		if (strcmp(peer->name, name) == 0)
			return peer;
	return NULL;
}

static void printf_like(3, 4)
	refuse(struct router_result *ret, enum wire_status status, const char *fmt, ...)
{
	va_list ap;

	ret->status = status;
	va_start(ap, fmt);
	vsnprintf(ret->reason, sizeof(ret->reason), fmt, ap);
	va_end(ap);
}

/* Whether @page's grants cover @f. Calls between host and services carry methods, not channels. */
static bool allowed(const struct peer *page, enum caps_direction direction, const struct frame *f,
	struct router_result *ret)
{
	int len = (int)f->channel_len;
	struct caps_verdict verdict;

	if (!page || !page->caps || f->kind == FRAME_EVENT)
		return true;
	if (channel_reserved(f->channel, f->channel_len)) {
		refuse(ret, STATUS_PERMISSION_DENIED,
			"channel \"%.*s\" of window \"%s\": names like __x__ are the runtime's",
			len, f->channel, page->name);
		return false;
	}
	caps_check(page->caps,
		&(struct caps_query){
			.window = page->name,
			.origin = page->origin,
			.frame = CAPS_MAIN,
			.direction = direction,
			.channel = f->channel,
			.channel_len = f->channel_len,
		},
		&verdict);
	if (verdict.allowed)
		return true;
	if (verdict.rule)
		refuse(ret, STATUS_PERMISSION_DENIED,
			"channel \"%.*s\" of window \"%s\": denied by rule \"%s\"", len, f->channel,
			page->name, verdict.rule);
	else
		refuse(ret, STATUS_PERMISSION_DENIED,
			"channel \"%.*s\" of window \"%s\": no rule of capabilities.channels.allow has it",
			len, f->channel, page->name);
	return false;
}

/* By peers, channel and size; never what is in it. Of an event, its type. */
static void log_delivered(const struct identity *from, const char *to, const struct frame *f)
{
	const char *type;
	struct cursor c;
	uint32_t n;
	size_t len;

	if (!log_enabled(LOG_LEVEL_DEBUG, LOG_TAG))
		return;
	cursor_init(&c, f->payload, f->payload_len);
	if (f->kind == FRAME_EVENT && cursor_array(&c, &n) == 0 && cursor_str(&c, &type, &len) == 0)
		log_debug("%s: event %.*s", from->peer, (int)len, type);
	else
		log_debug("%s -> %s  %.*s  %zu B", from->peer, to, (int)f->channel_len, f->channel,
			f->size);
}

void router_send(struct router *r, struct identity *from, const char *to, struct frame *f,
	struct router_result *ret)
{
	struct peer *target = router_find(r, to), *source = router_find(r, from->peer);
	int channel_len = (int)f->channel_len;
	const char *channel = f->channel;
	auto_frame struct frame *kept = frame_ref(f); /* for the log line after delivery */

	ret->status = STATUS_OK;
	ret->reason[0] = '\0';
	if (!target) {
		refuse(ret, STATUS_WINDOW_NOT_FOUND, "there is no window \"%s\"", to);
		r->stats.refused++;
	} else if (!allowed(source, CAPS_SEND, f, ret) || !allowed(target, CAPS_RECEIVE, f, ret)) {
		r->stats.denied++;
	} else {
		ret->status = target->ops->deliver(target, from, take_ptr(f));
		if (ret->status == STATUS_OK) {
			r->stats.delivered++;
		} else {
			refuse(ret, ret->status, "\"%s\" did not take a message on \"%.*s\": %s",
				to, channel_len, channel,
				ret->status == STATUS_QUEUE_FULL
					? "its queue is full"
					: wire_status_name((int)ret->status));
			r->stats.refused++;
		}
	}
	frame_unref(f);

	if (ret->status == STATUS_OK)
		log_delivered(from, to, kept);
	else
		log_burst_at(LOG_LEVEL_WARN, "%s -> %s  %.*s  refused, %s: %s", from->peer, to,
			channel_len, channel, wire_status_name((int)ret->status), ret->reason);
}

void router_consumed(struct router *r, const struct identity *from, unsigned messages, size_t bytes)
{
	struct peer *peer = router_find(r, from->peer);

	if (peer && peer->ops->consumed)
		peer->ops->consumed(peer, from, messages, bytes);
}

void router_get_stats(const struct router *r, struct router_stats *ret)
{
	*ret = r->stats;
}
