#include "webext/document.h"

#include <errno.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/list.h"
#include "webext/bridge.h"
#include "wire/cursor.h"
#include "wire/decoder.h"
#include "wire/hello.h"
#include "wire/limits.h"
#include "wire/pack.h"

#define LOG_TAG "webext"
#include "base/log.h"

/*
 * Writing runs no page script and must go on when page script keeps the process
 * busy. Reading runs it, and so stands below rendering and timers: at the default
 * priority a flood from the host would let no timer of the page run. But below
 * them alone it might never be its turn; so what has come waits LATE at most.
 */
#define READ_PRIORITY G_PRIORITY_DEFAULT_IDLE
#define LATE (16 * G_TIME_SPAN_MILLISECOND)
/* What listeners may take in one go, after which the page's other work has its turn. */
#define DISPATCH_BUDGET (4 * G_TIME_SPAN_MILLISECOND)
/* For the last acknowledgements of a document, when its socket is full. */
#define LAST_WORDS_MS 50

struct outgoing {
	struct list link; /* document's acks or messages */
	struct frame *frame; /* owned */
};

struct document {
	struct bridge *bridge; /* owned */
	GCancellable *hello; /* owned: the hello under way */
	int fd; /* owned: -1 until the runtime's answer */

	GSource *arrival; /* owned: sees that there is something to read */
	gpointer arrival_tag; /* of fd in arrival */
	GSource *reader, *late; /* owned: read, when nothing else is to do, and at the latest */
	bool reading; /* they are due */
	struct decoder decoder;
	struct {
		unsigned n;
		bool heard;
	} done; /* frames in a row that were dispatched and not acknowledged */

	GSource *writer; /* owned: only while the socket is full */
	struct list acks; /* what goes first, and needs neither credit nor room; READY too */
	struct list messages;
	struct frame *current; /* owned: on its way out */
	size_t written; /* bytes of current that are out */
	size_t queued; /* bytes in messages */
	unsigned used_messages; /* of our credit */
	size_t used_bytes;
	bool wants_room; /* the page waits for room in messages */

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

static struct frame *take_first(struct list *queue)
{
	struct outgoing *first = list_first(queue, struct outgoing, link);
	struct frame *f = first->frame;

	list_remove(&first->link);
	free(first);
	return f;
}

/* The document went, the runtime closed the channel, or spoke what we do not understand. */
static void close_channel(struct document *d)
{
	unsigned lost = 0;

	clear_source(&d->arrival);
	clear_source(&d->reader);
	clear_source(&d->late);
	clear_source(&d->writer);
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
	d->over = true;
	frame_unref(take_ptr(d->current));
	while (!list_empty(&d->acks))
		frame_unref(take_first(&d->acks));
	for (; !list_empty(&d->messages); lost++)
		frame_unref(take_first(&d->messages));
	d->queued = 0;
	if (lost > 0)
		log_burst_at(LOG_LEVEL_WARN,
			"%u messages that the page had sent were lost with its channel", lost);
}

/* ---- out ---- */

static gboolean on_writable(int fd, GIOCondition condition, gpointer arg);

static bool needs_credit(const struct frame *f)
{
	return f->kind == FRAME_MESSAGE || f->kind == FRAME_CALL || f->kind == FRAME_LOG;
}

/*
 * The next frame to write, if one may go now. Whoever is below both limits may
 * send one more, of any size, so that the largest message can go out however the
 * credit stands.
 */
static struct frame *next_out(struct document *d)
{
	struct outgoing *first;

	if (!list_empty(&d->acks))
		return take_first(&d->acks);
	first = list_first(&d->messages, struct outgoing, link);
	if (!first)
		return NULL;
	if (needs_credit(first->frame)) {
		if (d->used_messages >= CREDIT_MESSAGES || d->used_bytes >= CREDIT_BYTES)
			return NULL;
		d->used_messages++;
		d->used_bytes += frame_cost(first->frame);
	}
	d->queued -= first->frame->size;
	return take_first(&d->messages);
}

static void flush(struct document *d)
{
	while (d->fd >= 0 && !d->writer) {
		ssize_t n;

		if (!d->current)
			d->current = next_out(d);
		if (!d->current)
			break;
		n = send(d->fd, d->current->bytes + d->written, d->current->size - d->written,
			MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM)) {
			d->writer = g_unix_fd_source_new(d->fd, G_IO_OUT);
			g_source_set_callback(d->writer, G_SOURCE_FUNC(on_writable), d, NULL);
			g_source_attach(d->writer, NULL);
			break;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return; /* the reader will find out, after what came before */
		d->written += (size_t)n;
		if (d->written == d->current->size) {
			d->written = 0;
			frame_unref(take_ptr(d->current));
		}
	}
}

static void schedule(struct document *d);

/* Page script may run in here, and free the document. */
static void tell_room(struct document *d)
{
	if (!d->wants_room || d->queued > PAGE_BUFFER_MAX / 2)
		return;
	d->wants_room = false;
	bridge_room(d->bridge);
}

static gboolean on_writable(int fd, GIOCondition condition, gpointer arg)
{
	struct document *d = arg;

	clear_source(&d->writer);
	flush(d);
	/* Dispatching stopped while acknowledgements could not go out. */
	if (d->reading)
		schedule(d);
	tell_room(d);
	return G_SOURCE_REMOVE;
}

static bool append_out(struct list *queue, struct frame *f)
{
	struct outgoing *o = malloc(sizeof(*o));

	if (!o) {
		frame_unref(f);
		return false;
	}
	o->frame = f;
	list_append(queue, &o->link);
	return true;
}

/* A REPLY keeps its place behind what was sent before it; its room was the caller's to think of. */
static enum wire_status on_send(struct frame *f, void *arg)
{
	struct document *d = arg;
	size_t size = f->size, bound = PAGE_BUFFER_MAX;

	if (!needs_credit(f))
		bound = size <= ANSWER_RESERVED ? SIZE_MAX : 2 * PAGE_BUFFER_MAX;
	if (d->over) {
		frame_unref(f);
		return STATUS_CANCELLED;
	}
	if (d->queued > 0 && (size > bound || d->queued > bound - size)) {
		frame_unref(f);
		return STATUS_QUEUE_FULL;
	}
	if (f->kind == FRAME_READY) {
		if (!append_out(&d->acks, f))
			return STATUS_CHANNEL_SEND;
	} else {
		if (!append_out(&d->messages, f))
			return STATUS_CHANNEL_SEND;
		d->queued += size;
	}
	flush(d);
	return STATUS_OK;
}

static bool on_room_asked(void *arg)
{
	struct document *d = arg;

	d->wants_room = !d->over && d->queued > PAGE_BUFFER_MAX / 2;
	return !d->wants_room;
}

static const struct bridge_ops bridge_ops = { .send = on_send, .has_room = on_room_asked };

/* ---- in ---- */

/* -ENOMEM: the channel cannot go on, for the runtime counts what we acknowledge. */
static int acknowledge(struct document *d)
{
	struct buf payload = BUF_INIT(8);
	struct pack pack;
	struct frame *f;
	int r;

	if (d->done.n == 0)
		return 0;
	pack_init(&pack, &payload);
	pack_bool(&pack, d->done.heard);
	r = pack.error ? pack.error
		       : frame_new(FRAME_ACK, d->done.n, "", 0, buf_bytes(&payload),
				 buf_len(&payload), &f);
	buf_fini(&payload);
	d->done.n = 0;
	return r == 0 && !append_out(&d->acks, f) ? -ENOMEM : r;
}

static int note_done(struct document *d, bool heard)
{
	int r = d->done.n > 0 && d->done.heard != heard ? acknowledge(d) : 0;

	d->done.n++;
	d->done.heard = heard;
	return r;
}

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
	tell_room(d);
	return 0;
}

/*
 * Frames that are complete, for as long as the budget lasts: 1 when there may be
 * more, 0 when not, or -errno when the channel is over. Stops when @d is freed.
 */
static int take_frames(struct document *d, const bool *freed)
{
	gint64 until = g_get_monotonic_time() + DISPATCH_BUDGET;
	struct frame *f;
	int r;

	while ((r = decoder_next(&d->decoder, &f)) > 0) {
		bool heard = false;

		r = 0;
		if (f->kind == FRAME_CREDIT)
			r = on_credit(d, f);
		else
			heard = bridge_receive(d->bridge, f);
		if (!*freed && r == 0 && !frame_is_control(f))
			r = note_done(d, heard);
		frame_unref(f);
		if (*freed || r < 0)
			return r;
		if (d->over)
			return -ECONNRESET;
		if (g_get_monotonic_time() >= until)
			return 1;
	}
	return r;
}

/* 1 when there may be more to read, 0 when that was all, or -errno. */
static int fill(struct document *d)
{
	uint8_t *at;
	ssize_t n;
	int r = decoder_reserve(&d->decoder, DECODER_CHUNK, &at);

	if (r < 0)
		return r;
	/* Without control data: whatever fd comes along is closed by the kernel. */
	n = recv(d->fd, at, DECODER_CHUNK, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return -ECONNRESET;
	decoder_fed(&d->decoder, (size_t)n);
	return n == DECODER_CHUNK;
}

/* What came is read when the page has nothing else to do, or when it is late. */
static void schedule(struct document *d)
{
	gint64 now = g_get_monotonic_time();

	d->reading = true;
	g_source_modify_unix_fd(d->arrival, d->arrival_tag, 0);
	g_source_set_ready_time(d->reader, now);
	g_source_set_ready_time(d->late, now + LATE);
}

static void rest(struct document *d)
{
	d->reading = false;
	g_source_set_ready_time(d->reader, -1);
	g_source_set_ready_time(d->late, -1);
	g_source_modify_unix_fd(d->arrival, d->arrival_tag, G_IO_IN | G_IO_HUP);
}

/* One bite: frames left over from the last one, then at most one read. */
static gboolean on_due(gpointer arg)
{
	struct document *d = arg;
	bool freed = false;
	int r, more = 0;

	d->freed = &freed;
	r = take_frames(d, &freed);
	if (!freed && r == 0) {
		more = fill(d);
		r = more < 0 ? more : take_frames(d, &freed);
	}
	if (freed)
		return G_SOURCE_REMOVE;
	d->freed = NULL;
	if (r >= 0 && acknowledge(d) < 0)
		r = -ENOMEM;
	if (r < 0) {
		close_channel(d);
		bridge_closed(d->bridge);
		return G_SOURCE_REMOVE;
	}
	flush(d);
	if (r == 0 && more == 0) {
		rest(d);
	} else {
		schedule(d);
		/* What was done is told before more is: on_writable() goes on. */
		if (!list_empty(&d->acks)) {
			g_source_set_ready_time(d->reader, -1);
			g_source_set_ready_time(d->late, -1);
		}
	}
	return G_SOURCE_CONTINUE;
}

static gboolean on_arrival(gpointer arg)
{
	schedule(arg);
	return G_SOURCE_CONTINUE;
}

static gboolean dispatch_source(GSource *source, GSourceFunc fn, gpointer arg)
{
	return fn(arg);
}

static GSource *add_source(GSourceFunc fn, int priority, struct document *d)
{
	static GSourceFuncs funcs = { .dispatch = dispatch_source };
	GSource *source = g_source_new(&funcs, sizeof(GSource));

	g_source_set_priority(source, priority);
	g_source_set_callback(source, fn, d, NULL);
	g_source_attach(source, NULL);
	return source;
}

static void start_reading(struct document *d)
{
	d->reader = add_source(on_due, READ_PRIORITY, d);
	d->late = add_source(on_due, G_PRIORITY_DEFAULT, d);
	d->arrival = add_source(on_arrival, G_PRIORITY_DEFAULT, d);
	d->arrival_tag = g_source_add_unix_fd(d->arrival, d->fd, G_IO_IN | G_IO_HUP);
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
		start_reading(d);
		flush(d);
	} else {
		log_burst_at(LOG_LEVEL_WARN, "the runtime gave this document no channel%s%s",
			error ? ": " : "", error ? error->message : "");
		close_channel(d);
		bridge_closed(d->bridge);
	}
	g_clear_object(&reply);
}

struct document *document_new(WebKitWebPage *page, JSCContext *context, const char *window,
	const char *origin, bool in_frame)
{
	struct document *d = g_new0(struct document, 1);
	WebKitUserMessage *hello;

	d->fd = -1;
	list_init(&d->acks);
	list_init(&d->messages);
	decoder_init(&d->decoder);
	d->bridge = bridge_new(context, window, in_frame, &bridge_ops, d);
	if (!d->bridge) {
		document_free(d);
		return NULL;
	}
	hello = webkit_user_message_new(
		in_frame ? HELLO_FRAME_MESSAGE : HELLO_MESSAGE, g_variant_new_string(origin));
	d->hello = g_cancellable_new();
	webkit_web_page_send_message_to_view(page, hello, d->hello, on_hello_answered, d);
	return d;
}

/*
 * The runtime gives to the next document what this one has not acknowledged; so
 * what was dispatched must be told, if the runtime reads at all.
 */
static void say_last_words(struct document *d)
{
	struct pollfd p = { .fd = d->fd, .events = POLLOUT };

	if (d->fd < 0 || acknowledge(d) < 0)
		return;
	flush(d);
	while (!list_empty(&d->acks) && d->writer && poll(&p, 1, LAST_WORDS_MS) > 0) {
		clear_source(&d->writer);
		flush(d);
		if (p.revents & (POLLERR | POLLHUP))
			return;
	}
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
	say_last_words(d);
	close_channel(d);
	bridge_free(d->bridge);
	decoder_fini(&d->decoder);
	g_free(d);
}
