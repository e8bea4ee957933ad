#include "ipc/link.h"

#include <assert.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/list.h"
#include "loop/loop.h"
#include "wire/decoder.h"
#include "wire/limits.h"

/* Frames that one sendmsg(2) gathers. */
#define GATHER 32
/* Standing in a link's own queue, behind the kernel's buffer; the rest waits at its owner. */
#define LINK_QUEUE_BYTES (256u << 10)
/* Of that, control frames: they go also when a large frame is before them. */
#define LINK_CONTROL_BYTES (1u << 20)

struct item {
	struct list link; /* link's queue */
	struct frame *frame; /* owned */
};

struct link {
	int fd; /* owned */
	struct loop_fd *watch; /* owned */
	const struct link_ops *ops;
	void *arg;
	struct decoder decoder;
	struct list queue;
	size_t queued; /* bytes in queue, those written of the first not subtracted */
	size_t control; /* part of queued */
	size_t written; /* bytes of the first frame that are out */
	bool *freed; /* set while a callback may free us */
};

static void on_ready(struct loop_fd *w, short revents, void *arg);

static void drop_item(struct item *item)
{
	list_remove(&item->link);
	frame_unref(item->frame);
	free(item);
}

static int check_socket(int fd)
{
	int type;
	socklen_t len = sizeof(type);

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) < 0)
		return -errno;
	return type == SOCK_STREAM ? 0 : -EPROTOTYPE;
}

int link_new(struct loop *l, const char *name, int fd, const struct link_ops *ops, void *arg,
	struct link **ret)
{
	auto_fd int own = fd;
	auto_free struct link *k = NULL;
	int r = check_socket(own);

	if (r < 0)
		return r;
	k = calloc(1, sizeof(*k));
	if (!k)
		return -ENOMEM;
	r = loop_fd_new(l, name, own, POLLIN, on_ready, k, &k->watch);
	if (r < 0)
		return r;
	k->fd = take_fd(own);
	k->ops = ops;
	k->arg = arg;
	decoder_init(&k->decoder);
	list_init(&k->queue);
	*ret = take_ptr(k);
	return 0;
}

void link_free(struct link *k)
{
	struct item *item, *next;

	if (!k)
		return;
	if (k->freed)
		*k->freed = true;
	loop_fd_free(k->watch);
	close(k->fd);
	decoder_fini(&k->decoder);
	list_for_each_safe (item, next, &k->queue, link)
		drop_item(item);
	free(k);
}

bool link_has_room(const struct link *k, size_t size)
{
	/* A frame over the bound passes when nothing else waits. */
	return k->queued == 0 || k->queued + size <= LINK_QUEUE_BYTES;
}

static void end(struct link *k, int error)
{
	loop_fd_set_events(k->watch, 0);
	k->ops->ended(k, error, k->arg);
}

static size_t gather(const struct link *k, struct iovec *iov)
{
	size_t n = 0, skip = k->written, total = 0;
	struct item *item;

	list_for_each (item, &k->queue, link) {
		if (n == GATHER || total >= WRITE_BUDGET)
			break;
		iov[n].iov_base = item->frame->bytes + skip;
		iov[n].iov_len = item->frame->size - skip;
		total += iov[n++].iov_len;
		skip = 0;
	}
	return n;
}

static void drop_written(struct link *k, size_t n)
{
	k->written += n;
	for (;;) {
		struct item *item = list_first(&k->queue, struct item, link);

		if (!item || k->written < item->frame->size)
			return;
		k->written -= item->frame->size;
		k->queued -= item->frame->size;
		if (frame_is_control(item->frame))
			k->control -= item->frame->size;
		drop_item(item);
	}
}

static bool passes(int error)
{
	return error == EAGAIN || error == EINTR || error == ENOBUFS || error == ENOMEM;
}

static bool write_some(struct link *k)
{
	struct iovec iov[GATHER];
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = gather(k, iov) };
	ssize_t n = sendmsg(k->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n >= 0)
		drop_written(k, (size_t)n);
	/*
	 * A peer that is gone is noticed by reading: what it wrote before it went
	 * comes first, and then the end.
	 */
	if (list_empty(&k->queue) || (n < 0 && !passes(errno)))
		loop_fd_set_events(k->watch, POLLIN);
	return n > 0;
}

int link_send(struct link *k, struct frame *f)
{
	struct item *item;
	bool idle = list_empty(&k->queue), control = frame_is_control(f);

	if (control ? k->control + f->size > LINK_CONTROL_BYTES : !link_has_room(k, f->size)) {
		frame_unref(f);
		return -ENOBUFS;
	}
	item = malloc(sizeof(*item));
	if (!item) {
		frame_unref(f);
		return -ENOMEM;
	}
	item->frame = f;
	list_append(&k->queue, &item->link);
	k->queued += f->size;
	k->control += control ? f->size : 0;
	/* Waiting for the next pass to say that there is room would double a round trip's polls. */
	if (idle) {
		loop_fd_set_events(k->watch, POLLIN | POLLOUT);
		write_some(k);
	}
	return 0;
}

/*
 * Hands out every frame that is complete. 1 to read on, 0 at the end of the
 * stream or when the callback freed the link (*freed says which), or -errno.
 */
static int hand_out(struct link *k, const bool *freed)
{
	struct frame *f;
	int r;

	while ((r = decoder_next(&k->decoder, &f)) > 0) {
		k->ops->frame(k, f, k->arg);
		if (*freed)
			return 0;
	}
	return r < 0 ? r : 1;
}

/* recv(2) without control data: an fd that the peer passes is closed by the kernel. */
static int read_some(struct link *k, const bool *freed)
{
	size_t budget = READ_BUDGET;

	while (budget >= DECODER_CHUNK) {
		uint8_t *at;
		ssize_t n;
		int r = decoder_reserve(&k->decoder, DECODER_CHUNK, &at);

		if (r < 0)
			return r;
		n = recv(k->fd, at, DECODER_CHUNK, MSG_DONTWAIT);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? 1 : -errno;
		if (n == 0)
			return 0;
		decoder_fed(&k->decoder, (size_t)n);
		r = hand_out(k, freed);
		if (r <= 0 || (size_t)n < DECODER_CHUNK)
			return r;
		budget -= (size_t)n;
	}
	return 1;
}

int link_read_rest(struct link *k)
{
	bool freed = false;
	int r;

	assert(!k->freed);
	k->freed = &freed;
	/* One budget is more than a socket's buffer holds; the end shows after the last byte. */
	r = read_some(k, &freed);
	if (r == 1)
		r = read_some(k, &freed);
	if (freed)
		return -ECANCELED;
	k->freed = NULL;
	return r;
}

void link_mute(struct link *k, void (*fn)(const struct frame *f, void *arg), void *arg)
{
	struct item *item, *next;
	size_t skip = k->written;

	list_for_each_safe (item, next, &k->queue, link) {
		if (skip == 0)
			fn(item->frame, arg);
		skip = 0;
		drop_item(item);
	}
	k->queued = k->control = k->written = 0;
	loop_fd_set_events(k->watch, POLLIN);
}

static void on_ready(struct loop_fd *w, short revents, void *arg)
{
	struct link *k = arg;
	bool freed = false;
	int r = 1;

	k->freed = &freed;
	if (revents & POLLOUT && write_some(k) && k->ops->drained)
		k->ops->drained(k, k->arg);
	if (!freed && revents & (POLLIN | POLLHUP | POLLERR))
		r = read_some(k, &freed);
	if (freed)
		return;
	k->freed = NULL;
	if (r <= 0)
		end(k, r);
}
