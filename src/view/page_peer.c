#include "view/page_peer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "ipc/link.h"
#include "ipc/mailbox.h"
#include "wire/cursor.h"
#include "wire/limits.h"
#include "wire/pack.h"

#define LOG_TAG "ipc"
#include "base/log.h"

/* Credit goes back in portions, so that a page which sends one by one costs no frame for each. */
#define CREDIT_PORTION 4

struct amount {
	unsigned messages;
	size_t bytes;
};

struct page_peer {
	struct peer peer;
	struct page_peer_options opts;
	struct identity *self; /* owned: the window itself, sender of its events */
	struct identity *document; /* owned: null until the first commit and after a crash */
	struct link *link; /* owned: null while no document is connected */
	bool connected; /* the committed document has had its socket */
	bool ready; /* the document has a listener */
	struct mailbox waiting; /* for the document, in order */
	struct amount used; /* of the document's credit, as the document counts it */
	struct amount freed; /* part of used that has left the host's queue */
};

static struct page_peer *page_peer_of(struct peer *peer)
{
	return container_of(peer, struct page_peer, peer);
}

static void disconnect(struct page_peer *p)
{
	link_free(take_ptr(p->link));
	p->ready = false;
	p->used = p->freed = (struct amount){ 0 };
}

static bool send_control(struct page_peer *p, enum frame_kind kind, uint32_t id,
	const struct frame *about, const void *payload, size_t len)
{
	struct frame *f;
	int r = frame_new(kind, id, about ? about->channel : "", about ? about->channel_len : 0,
		payload, len, &f);

	if (r == 0)
		r = link_send(p->link, f);
	if (r < 0)
		log_burst_at(LOG_LEVEL_WARN, "window \"%s\": a notice to the page was lost: %s",
			p->peer.name, strerror(-r));
	return r == 0;
}

static void return_credit(struct page_peer *p)
{
	struct buf payload = BUF_INIT(16);
	struct pack pack;

	if (!p->link || (p->freed.messages < CREDIT_MESSAGES / CREDIT_PORTION &&
				p->freed.bytes < CREDIT_BYTES / CREDIT_PORTION))
		return;
	/* What does not fit now goes with the next portion, or when the link has drained. */
	if (!link_has_room(p->link, 64))
		return;
	pack_init(&pack, &payload);
	pack_uint(&pack, p->freed.bytes);
	if (pack.error == 0 && send_control(p, FRAME_CREDIT, p->freed.messages, NULL,
				       buf_bytes(&payload), buf_len(&payload))) {
		p->used.messages -= p->freed.messages;
		p->used.bytes -= p->freed.bytes;
		p->freed = (struct amount){ 0 };
	}
	buf_fini(&payload);
}

static void flush(struct page_peer *p)
{
	const struct envelope *next;
	struct envelope e;

	while (p->ready && (next = mailbox_peek(&p->waiting)) &&
		link_has_room(p->link, next->frame->size)) {
		mailbox_take(&p->waiting, &e);
		if (link_send(p->link, take_ptr(e.frame)) < 0)
			log_burst_at(LOG_LEVEL_ERROR,
				"window \"%s\": a message was lost: out of memory", p->peer.name);
		envelope_fini(&e);
	}
}

/* Hostile or broken: the document loses its channel, and nobody else loses anything. */
static void end_document(struct page_peer *p, const char *why)
{
	log_burst_at(LOG_LEVEL_ERROR,
		"window \"%s\": the page's channel is closed: %s; reload the window to open it again",
		p->peer.name, why);
	disconnect(p);
}

static void refuse(struct page_peer *p, const struct frame *f, const struct router_result *result)
{
	struct buf reason = BUF_INIT(sizeof(result->reason) + 8);
	struct pack pack;

	pack_init(&pack, &reason);
	pack_cstr(&pack, result->reason);
	if (p->link && pack.error == 0)
		send_control(p, FRAME_REFUSED, (uint32_t)result->status, f, buf_bytes(&reason),
			buf_len(&reason));
	buf_fini(&reason);
}

/* Whether @f is within the document's credit; if not, the document is ended. */
static bool charge(struct page_peer *p, const struct frame *f)
{
	if (p->used.messages >= CREDIT_MESSAGES || p->used.bytes >= CREDIT_BYTES) {
		end_document(p, "it sent more than its credit");
		return false;
	}
	p->used.messages++;
	p->used.bytes += f->size;
	return true;
}

static void give_back(struct page_peer *p, const struct frame *f)
{
	p->freed.messages++;
	p->freed.bytes += f->size;
	return_credit(p);
}

static void on_message(struct page_peer *p, struct frame *f)
{
	struct router_result result;

	if (!charge(p, f))
		return;
	router_send(p->opts.router, p->document, PEER_HOST, frame_ref(f), &result);
	if (result.status != STATUS_OK) {
		refuse(p, f, &result);
		give_back(p, f);
	}
}

/* A line of the page's console, or an error that nobody in it caught. */
static void on_log(struct page_peer *p, const struct frame *f)
{
	static struct log_site sites[LOG_LEVEL_DEBUG + 1];
	struct cursor c;
	const char *text;
	size_t len;

	cursor_init(&c, f->payload, f->payload_len);
	if (f->id > LOG_LEVEL_DEBUG || cursor_str(&c, &text, &len) < 0) {
		end_document(p, "it sent what is no line for the log");
		return;
	}
	if (!charge(p, f))
		return;
	if (log_enabled((enum log_level)f->id, "page"))
		log_burst(&sites[f->id], (enum log_level)f->id, "page", "window \"%s\": %.*s",
			p->peer.name, (int)len, text);
	give_back(p, f);
}

static void on_frame(struct link *k, struct frame *f, void *arg)
{
	auto_frame struct frame *own = f;
	struct page_peer *p = arg;

	switch (own->kind) {
	case FRAME_MESSAGE:
		on_message(p, own);
		break;
	case FRAME_LOG:
		on_log(p, own);
		break;
	case FRAME_READY:
		p->ready = true;
		flush(p);
		break;
	default:
		end_document(p, "it sent a frame that only the runtime may send");
	}
}

static void on_ended(struct link *k, int error, void *arg)
{
	struct page_peer *p = arg;

	/* A page that goes with something unread resets the connection: no error either. */
	if (error == 0 || error == -ECONNRESET)
		disconnect(p);
	else if (error == -EBADMSG || error == -EMSGSIZE)
		end_document(p, "it sent what is not a frame");
	else
		end_document(p, strerror(-error));
}

static void on_drained(struct link *k, void *arg)
{
	struct page_peer *p = arg;

	return_credit(p);
	flush(p);
}

static const struct link_ops link_ops = {
	.frame = on_frame,
	.ended = on_ended,
	.drained = on_drained,
};

static enum wire_status deliver(struct peer *peer, struct identity *from, struct frame *f)
{
	struct page_peer *p = page_peer_of(peer);
	int r = mailbox_put(&p->waiting, from, f);

	if (r == -ENOBUFS)
		return STATUS_QUEUE_FULL;
	if (r < 0)
		return STATUS_CHANNEL_SEND;
	flush(p);
	return STATUS_OK;
}

static void consumed(
	struct peer *peer, const struct identity *sender, unsigned messages, size_t bytes)
{
	struct page_peer *p = page_peer_of(peer);

	/* What an older document sent is not this one's credit. */
	if (!p->document || sender->serial != p->document->serial)
		return;
	p->freed.messages += messages;
	p->freed.bytes += bytes;
	return_credit(p);
}

static const struct peer_ops peer_ops = { .deliver = deliver, .consumed = consumed };

int page_peer_new(const struct page_peer_options *opts, const char *window, struct page_peer **ret)
{
	auto_free struct page_peer *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return -ENOMEM;
	p->peer.ops = &peer_ops;
	p->peer.caps = opts->caps;
	p->peer.origin = opts->origin;
	p->opts = *opts;
	mailbox_init(&p->waiting, WINDOW_QUEUE_MESSAGES, WINDOW_QUEUE_BYTES);
	r = identity_new(window, "", &p->self);
	if (r < 0)
		return r;
	r = router_add(opts->router, &p->peer, window);
	if (r < 0) {
		identity_unref(p->self);
		return r;
	}
	*ret = take_ptr(p);
	return 0;
}

void page_peer_free(struct page_peer *p)
{
	if (!p)
		return;
	router_remove(p->opts.router, &p->peer);
	disconnect(p);
	mailbox_fini(&p->waiting);
	identity_unref(p->document);
	identity_unref(p->self);
	free(p);
}

const char *page_peer_name(const struct page_peer *p)
{
	return p->peer.name;
}

/* What the document wrote before it went still counts as its own. */
static void leave_document(struct page_peer *p)
{
	if (p->link)
		link_read_rest(p->link);
	disconnect(p);
}

void page_peer_commit(struct page_peer *p, const char *origin)
{
	struct identity *next = NULL;

	leave_document(p);
	if (p->document && strcmp(p->document->origin, origin) != 0 && p->waiting.messages > 0) {
		log_warn("window \"%s\": %zu messages were for a page of %s and are dropped",
			p->peer.name, p->waiting.messages, p->document->origin);
		mailbox_fini(&p->waiting);
	}
	if (identity_new(p->peer.name, origin, &next) < 0)
		log_error("window \"%s\": out of memory, the page gets no channel", p->peer.name);
	identity_unref(p->document);
	p->document = next;
	p->connected = false;
}

void page_peer_lost(struct page_peer *p)
{
	leave_document(p);
	p->connected = true;
}

int page_peer_connect(struct page_peer *p)
{
	auto_fd int page_end = -1;
	int pair[2], r;

	if (!p->document || strcmp(p->document->origin, p->opts.origin) != 0)
		return -EACCES;
	if (p->connected) {
		log_burst_at(LOG_LEVEL_WARN,
			"window \"%s\": a second socket for the same document was refused",
			p->peer.name);
		return -EEXIST;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return -errno;
	page_end = pair[1];
	r = link_new(p->opts.loop, "page", pair[0], &link_ops, p, &p->link);
	if (r < 0)
		return r;
	p->connected = true;
	return take_fd(page_end);
}

void page_peer_event(struct page_peer *p, const char *type, const void *detail, size_t len)
{
	struct buf payload = BUF_INIT(PAYLOAD_MAX);
	struct router_result result;
	struct frame *f = NULL;
	struct pack pack;
	int r;

	pack_init(&pack, &payload);
	pack_array(&pack, 2);
	pack_cstr(&pack, type);
	r = pack.error < 0 ? pack.error : buf_append(&payload, detail, len);
	if (r == 0)
		r = frame_new(FRAME_EVENT, 0, CHANNEL_WINDOW, strlen(CHANNEL_WINDOW),
			buf_bytes(&payload), buf_len(&payload), &f);
	buf_fini(&payload);
	if (r < 0) {
		log_error("window \"%s\": the event \"%s\" is lost: %s", p->peer.name, type,
			strerror(-r));
		return;
	}
	router_send(p->opts.router, p->self, PEER_HOST, f, &result);
}
