#include "view/page_document.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "ipc/link.h"
#include "view/page_log.h"
#include "wire/cursor.h"
#include "wire/limits.h"
#include "wire/pack.h"

#define LOG_TAG "ipc"
#include "base/log.h"

/* Credit goes back in portions, so that a page which sends one by one costs no frame for each. */
#define CREDIT_PORTION 4
/* Of a control frame, at most; REFUSED and FAILED with a long reason included. */
#define CONTROL_SIZE 1024

void page_document_control(struct page_document *d, struct frame *f)
{
	int r = d->socket ? link_send(d->socket, f) : -EPIPE;

	if (!d->socket)
		frame_unref(f);
	else if (r < 0)
		log_burst_at(LOG_LEVEL_WARN, "window \"%s\": a notice to the page was lost: %s",
			d->self->peer, strerror(-r));
}

static void return_credit(struct page_document *d)
{
	struct buf payload = BUF_INIT(16);
	struct pack pack;
	struct frame *f;

	if (!d->socket || (d->freed.messages < CREDIT_MESSAGES / CREDIT_PORTION &&
				  d->freed.bytes < CREDIT_BYTES / CREDIT_PORTION))
		return;
	/* What does not fit now goes with the next portion, or when the link has drained. */
	if (!link_has_room(d->socket, CONTROL_SIZE))
		return;
	pack_init(&pack, &payload);
	pack_uint(&pack, d->freed.bytes);
	if (pack.error == 0 &&
		frame_new(FRAME_CREDIT, d->freed.messages, "", 0, buf_bytes(&payload),
			buf_len(&payload), &f) == 0 &&
		link_send(d->socket, f) == 0) {
		d->used.messages -= d->freed.messages;
		d->used.bytes -= d->freed.bytes;
		d->freed.messages = 0;
		d->freed.bytes = 0;
	}
	buf_fini(&payload);
}

void page_document_give_back(struct page_document *d, unsigned messages, size_t bytes)
{
	d->freed.messages += messages;
	d->freed.bytes += bytes;
	return_credit(d);
}

static void count_data(const struct frame *f, void *arg)
{
	unsigned *n = arg;

	*n += !frame_is_control(f);
}

static void disconnect(struct page_document *d)
{
	link_mute(d->socket, count_data, &d->unsent);
	link_free(take_ptr(d->socket));
	d->ready = false;
	if (d->state == DOCUMENT_LIVE)
		d->ops->ended(d, d->arg);
}

/* Hostile or broken: the document loses its channel, and nobody else loses anything. */
void page_document_end(struct page_document *d, const char *why)
{
	log_burst_at(LOG_LEVEL_ERROR,
		"window \"%s\": the page's channel is closed: %s; reload the window to open it again",
		d->self->peer, why);
	d->broken = true;
	disconnect(d);
}

/* Whether @f is within the document's credit; if not, the document is ended. */
static bool charge(struct page_document *d, const struct frame *f)
{
	if (d->used.messages >= CREDIT_MESSAGES || d->used.bytes >= CREDIT_BYTES) {
		page_document_end(d, "it sent more than its credit");
		return false;
	}
	d->used.messages++;
	d->used.bytes += frame_cost(f);
	return true;
}

/* A line of the page's console, or an error that nobody in it caught: [line, stack]. */
static int read_line(const struct frame *f, struct page_line *ret)
{
	struct cursor c;
	uint32_t n;

	if (f->id > LOG_LEVEL_DEBUG)
		return -EBADMSG;
	*ret = (struct page_line){ .level = (enum log_level)f->id, .stack = "" };
	cursor_init(&c, f->payload, f->payload_len);
	if (cursor_str(&c, &ret->text, &ret->text_len) == 0)
		return 0;
	cursor_init(&c, f->payload, f->payload_len);
	if (cursor_array(&c, &n) < 0 || n != 2 || cursor_str(&c, &ret->text, &ret->text_len) < 0 ||
		cursor_str(&c, &ret->stack, &ret->stack_len) < 0)
		return -EBADMSG;
	return 0;
}

static void on_log(struct page_document *d, const struct frame *f)
{
	struct page_line line;

	if (read_line(f, &line) < 0) {
		page_document_end(d, "it sent what is no line for the log");
		return;
	}
	if (!charge(d, f))
		return;
	line.origin = d->self->origin;
	d->ops->log(d, &line, d->arg);
	page_document_give_back(d, 1, frame_cost(f));
}

static void on_ack(struct page_document *d, const struct frame *f)
{
	struct cursor c;
	struct value heard;
	struct envelope e;

	cursor_init(&c, f->payload, f->payload_len);
	if (cursor_next(&c, &heard) < 0 || heard.type != VALUE_BOOL || f->id == 0 ||
		f->id > d->in_flight.messages) {
		page_document_end(d, "it acknowledged what it was not sent");
		return;
	}
	for (uint32_t n = f->id; n > 0; n--) {
		mailbox_take(&d->in_flight, &e);
		d->ops->done(d, &e, heard.boolean, d->arg);
	}
	if (d->state == DOCUMENT_LIVE)
		d->ops->room(d, d->arg);
}

static void on_frame(struct link *k, struct frame *f, void *arg)
{
	auto_frame struct frame *own = f;
	struct page_document *d = arg;

	if (own->kind == FRAME_ACK) {
		on_ack(d, own);
		return;
	}
	if (d->state == DOCUMENT_LEFT)
		return;
	switch (own->kind) {
	case FRAME_LOG:
		on_log(d, own);
		break;
	case FRAME_READY:
		d->ready = true;
		d->ops->ready(d, d->arg);
		break;
	case FRAME_MESSAGE:
	case FRAME_CALL:
		if (own->flags & FRAME_AGAIN)
			page_document_end(d, "it sent a frame that only the runtime may send");
		else if (charge(d, own))
			d->ops->frame(d, own, d->arg);
		break;
	case FRAME_REPLY:
	case FRAME_FAILED:
	case FRAME_CANCEL:
		d->ops->frame(d, own, d->arg);
		break;
	default:
		page_document_end(d, "it sent a frame that only the runtime may send");
	}
}

static void on_ended(struct link *k, int error, void *arg)
{
	struct page_document *d = arg;

	/* A page that goes with something unread resets the connection: no error either. */
	if (error == 0 || error == -ECONNRESET)
		disconnect(d);
	else if (error == -EBADMSG || error == -EMSGSIZE)
		page_document_end(d, "it sent what is not a frame");
	else
		page_document_end(d, strerror(-error));
}

static void on_drained(struct link *k, void *arg)
{
	struct page_document *d = arg;

	return_credit(d);
	if (d->state == DOCUMENT_LIVE)
		d->ops->room(d, d->arg);
}

static const struct link_ops link_ops = {
	.frame = on_frame,
	.ended = on_ended,
	.drained = on_drained,
};

int page_document_new(struct loop *l, struct budget *budget, struct identity *identity,
	const struct page_document_ops *ops, void *arg, int *ret_page_end,
	struct page_document **ret)
{
	struct page_document *d = calloc(1, sizeof(*d));
	int pair[2], r;

	if (!d || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0) {
		r = d ? -errno : -ENOMEM;
		free(d);
		identity_unref(identity);
		return r;
	}
	list_init(&d->link);
	d->self = identity;
	d->ops = ops;
	d->arg = arg;
	mailbox_init(&d->in_flight, budget, CREDIT_MESSAGES, CREDIT_BYTES);
	mailbox_init(&d->answers, budget, CALLS_MAX, WINDOW_QUEUE_BYTES);
	r = link_new(l, "page", pair[0], &link_ops, d, &d->socket);
	if (r < 0) {
		close(pair[1]);
		page_document_free(d);
		return r;
	}
	*ret_page_end = pair[1];
	*ret = d;
	return 0;
}

void page_document_free(struct page_document *d)
{
	if (!d)
		return;
	list_remove(&d->link);
	link_free(d->socket);
	mailbox_fini(&d->in_flight);
	mailbox_fini(&d->answers);
	identity_unref(d->self);
	free(d);
}

/* Below both limits one more may go, of any size. */
bool page_document_has_room(const struct page_document *d, size_t size)
{
	return d->socket && d->in_flight.messages < CREDIT_MESSAGES &&
	       d->in_flight.bytes < CREDIT_BYTES && link_has_room(d->socket, size);
}

int page_document_send(struct page_document *d, struct mailbox *from)
{
	int r = link_send(d->socket, frame_ref(mailbox_peek(from)->frame));

	if (r == 0)
		mailbox_move(from, &d->in_flight);
	return r;
}

void page_document_leave(struct page_document *d)
{
	d->state = DOCUMENT_GOING;
	if (d->socket)
		link_read_rest(d->socket);
	d->state = DOCUMENT_LEFT;
	if (d->socket)
		link_mute(d->socket, count_data, &d->unsent);
}

bool page_document_left_in_order(struct page_document *d)
{
	int r = d->socket ? link_read_rest(d->socket) : 0;

	return !d->broken && (r == 0 || r == -ECONNRESET);
}
