#include "webext/document.h"

#include <errno.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/list.h"
#include "webext/bridge.h"
#include "wire/cursor.h"
#include "wire/decoder.h"
#include "wire/hello.h"
#include "wire/limits.h"

#define LOG_TAG "webext"
#include "base/log.h"

/*
 * Reading runs page script, so it stands below rendering and timers: at the
 * default priority a flood from the host lets no timer of the page run. One read
 * a wake-up, for the same reason. Writing runs none, and must go on when page
 * script keeps the process busy.
 */
#define READ_PRIORITY G_PRIORITY_DEFAULT_IDLE
#define WRITE_PRIORITY G_PRIORITY_DEFAULT

struct outgoing {
	struct list link; /* document's queue */
	struct frame *frame; /* owned */
};

struct document {
	struct bridge *bridge; /* owned */
	GCancellable *hello; /* owned: the hello under way */
	int fd; /* owned: -1 until the runtime's answer */
	GSource *reader, *writer; /* owned; writer only while the socket is full */
	struct decoder decoder;
	struct list queue;
	size_t queued; /* bytes in queue */
	size_t written; /* bytes of the first frame that are out */
	unsigned used_messages; /* of our credit */
	size_t used_bytes;
	bool over; /* the socket is closed, and comes no more */
	bool *freed; /* set while page script runs and may free us */
};

static void clear_source(GSource **source)
{
	if (*source) {
		g_source_destroy(*source);
		g_source_unref(*source);
	}
	*source = NULL;
}

static void watch(struct document *d, GSource **source, GIOCondition condition, int priority,
	GUnixFDSourceFunc fn)
{
	*source = g_unix_fd_source_new(d->fd, condition);
	g_source_set_priority(*source, priority);
	g_source_set_callback(*source, G_SOURCE_FUNC(fn), d, NULL);
	g_source_attach(*source, NULL);
}

static void drop_first(struct document *d)
{
	struct outgoing *first = list_first(&d->queue, struct outgoing, link);

	d->queued -= first->frame->size;
	list_remove(&first->link);
	frame_unref(first->frame);
	free(first);
}

/* The document went, the runtime closed the channel, or spoke what we do not understand. */
static void close_channel(struct document *d)
{
	unsigned lost = 0;

	clear_source(&d->reader);
	clear_source(&d->writer);
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
	d->over = true;
	for (; !list_empty(&d->queue); drop_first(d))
		lost += list_first(&d->queue, struct outgoing, link)->frame->kind != FRAME_READY;
	if (lost > 0)
		log_burst_at(LOG_LEVEL_WARN,
			"%u messages that the page had sent were lost with its channel", lost);
}

/* ---- out ---- */

static gboolean on_writable(int fd, GIOCondition condition, gpointer arg);

/* READY, of which there is one: it finds room however full the queue, and needs no credit. */
static bool is_free(const struct frame *f)
{
	return f->kind == FRAME_READY;
}

/*
 * Whoever is below both limits may send one more, of any size, so that the
 * largest message can go out however the credit stands.
 */
static bool may_send(const struct document *d, const struct frame *f)
{
	return is_free(f) || (d->used_messages < CREDIT_MESSAGES && d->used_bytes < CREDIT_BYTES);
}

static void flush(struct document *d)
{
	while (d->fd >= 0 && !d->writer && !list_empty(&d->queue)) {
		struct frame *f = list_first(&d->queue, struct outgoing, link)->frame;
		ssize_t n;

		if (d->written == 0 && !may_send(d, f))
			return;
		n = send(d->fd, f->bytes + d->written, f->size - d->written,
			MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM)) {
			watch(d, &d->writer, G_IO_OUT, WRITE_PRIORITY, on_writable);
			return;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return; /* the reader will find out, after what came before */
		if (d->written == 0 && !is_free(f)) {
			d->used_messages++;
			d->used_bytes += f->size;
		}
		d->written += (size_t)n;
		if (d->written == f->size) {
			d->written = 0;
			drop_first(d);
		}
	}
}

static gboolean on_writable(int fd, GIOCondition condition, gpointer arg)
{
	struct document *d = arg;

	clear_source(&d->writer);
	flush(d);
	return G_SOURCE_REMOVE;
}

static enum wire_status on_send(struct frame *f, void *arg)
{
	struct document *d = arg;
	struct outgoing *o = NULL;
	enum wire_status refused = STATUS_OK;

	if (d->over)
		refused = STATUS_CANCELLED;
	else if (!is_free(f) && d->queued > 0 && d->queued + f->size > PAGE_BUFFER_MAX)
		refused = STATUS_QUEUE_FULL;
	else if (!(o = malloc(sizeof(*o))))
		refused = STATUS_CHANNEL_SEND;
	if (refused) {
		frame_unref(f);
		return refused;
	}
	o->frame = f;
	d->queued += f->size;
	list_append(&d->queue, &o->link);
	flush(d);
	return STATUS_OK;
}

static const struct bridge_ops bridge_ops = { .send = on_send };

/* ---- in ---- */

static int on_credit(struct document *d, const struct frame *f)
{
	struct cursor c;
	uint64_t bytes;

	cursor_init(&c, f->payload, f->payload_len);
	if (cursor_uint(&c, d->used_bytes, &bytes) < 0 || f->id > d->used_messages)
		return -EBADMSG;
	d->used_messages -= f->id;
	d->used_bytes -= bytes;
	flush(d);
	return 0;
}

/* All frames that are complete; 0, or -errno when the channel is over. Stops when @d is freed. */
static int take_frames(struct document *d, const bool *freed)
{
	struct frame *f;
	int r;

	while ((r = decoder_next(&d->decoder, &f)) > 0) {
		r = 0;
		if (f->kind == FRAME_CREDIT)
			r = on_credit(d, f);
		else
			bridge_receive(d->bridge, f);
		frame_unref(f);
		if (*freed || r < 0)
			return r;
		if (d->over)
			return -ECONNRESET;
	}
	return r;
}

static gboolean on_readable(int fd, GIOCondition condition, gpointer arg)
{
	struct document *d = arg;
	bool freed = false;
	uint8_t *at;
	ssize_t n = 0;
	int r = decoder_reserve(&d->decoder, DECODER_CHUNK, &at);

	if (r == 0) {
		/* Without control data: whatever fd comes along is closed by the kernel. */
		n = recv(d->fd, at, DECODER_CHUNK, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return G_SOURCE_CONTINUE;
		if (n <= 0)
			r = -ECONNRESET;
	}
	if (r == 0) {
		d->freed = &freed;
		decoder_fed(&d->decoder, (size_t)n);
		r = take_frames(d, &freed);
		if (freed)
			return G_SOURCE_REMOVE;
		d->freed = NULL;
	}
	if (r == 0)
		return G_SOURCE_CONTINUE;
	close_channel(d);
	return G_SOURCE_REMOVE;
}

/* ---- life ---- */

static bool is_stream_socket(int fd)
{
	int type;
	socklen_t len = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
}

static void on_hello_answered(GObject *page, GAsyncResult *result, gpointer arg)
{
	g_autoptr(GError) error = NULL;
	WebKitUserMessage *reply =
		webkit_web_page_send_message_to_view_finish(WEBKIT_WEB_PAGE(page), result, &error);
	struct document *d = arg;
	GUnixFDList *fds;

	/* Cancelled means that the document has been freed. */
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	fds = reply ? webkit_user_message_get_fd_list(reply) : NULL;
	if (fds && g_unix_fd_list_get_length(fds) == 1)
		d->fd = g_unix_fd_list_get(fds, 0, NULL);
	if (d->fd >= 0 && is_stream_socket(d->fd)) {
		watch(d, &d->reader, G_IO_IN | G_IO_HUP, READ_PRIORITY, on_readable);
		flush(d);
	} else {
		log_burst_at(LOG_LEVEL_WARN, "the runtime gave this document no channel%s%s",
			error ? ": " : "", error ? error->message : "");
		close_channel(d);
	}
	g_clear_object(&reply);
}

struct document *document_new(WebKitWebPage *page, JSCContext *context)
{
	struct document *d = g_new0(struct document, 1);

	d->fd = -1;
	list_init(&d->queue);
	decoder_init(&d->decoder);
	d->bridge = bridge_new(context, &bridge_ops, d);
	if (!d->bridge) {
		document_free(d);
		return NULL;
	}
	d->hello = g_cancellable_new();
	webkit_web_page_send_message_to_view(
		page, webkit_user_message_new(HELLO_MESSAGE, NULL), d->hello, on_hello_answered, d);
	return d;
}

void document_free(struct document *d)
{
	if (!d)
		return;
	if (d->freed)
		*d->freed = true;
	if (d->hello)
		g_cancellable_cancel(d->hello);
	g_clear_object(&d->hello);
	close_channel(d);
	bridge_free(d->bridge);
	decoder_fini(&d->decoder);
	g_free(d);
}
