/*
 * A frame is WebKit's from layer_show() until no output reads it (released), and WebKit
 * paints the next one when it is told that this one was shown (rendered). A layer that
 * is hidden shows nothing: there the word is given after a moment, so that a page that
 * is to be kept ready gets as far as it is meant to be shown.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "screen/lent.h"
#include "screen/output.h"
#include "view/platform.h"

#define LOG_TAG "view"
#include "base/log.h"

#define DAMAGE_MAX 16
/* That WebKit's GPU work on a frame may take; its process may hang, and its fence be anything. */
#define FENCE_MS 1000
/* DRM's names for what we can read as pixels: "AR24" and "XR24". */
#define FORMAT_ARGB8888 0x34325241u
#define FORMAT_XRGB8888 0x34325258u
/* Between two frames that nobody sees. */
#define UNSEEN_MS 50

struct frame;

typedef struct {
	WPEView parent;
	struct layer *layer; /* owned; null before it is placed, and once it is detached */
	struct list frames; /* struct frame: those that an output may still read */
	WPEBuffer *pending; /* owned: shown to the layer, and WebKit waits for the word */
	guint unseen; /* source that gives it */
	struct frame *coming; /* owned: what its GPU still paints; null */
	guint fence, fence_late; /* sources that end that */
	uint64_t counted; /* frames of the layer that were told of */
	bool transparent, detached;
	const struct platform_view_ops *ops;
	void *arg;
} KilnView;
typedef struct {
	WPEViewClass parent;
} KilnViewClass;
G_DEFINE_TYPE(KilnView, kiln_view, WPE_TYPE_VIEW)

/* ---- frames ---- */

struct frame {
	struct buffer buffer;
	struct list link; /* view's frames */
	KilnView *view; /* null: it is gone */
	WPEBuffer *wpe; /* owned */
	GBytes *pixels; /* owned, of a dma-buf that was read; null */
	int fence; /* owned: readable when it is painted; -1: it is */
	struct rect damage[DAMAGE_MAX];
	guint n_damage;
};

static void frame_release(struct buffer *b)
{
	struct frame *f = container_of(b, struct frame, buffer);

	list_remove(&f->link);
	if (f->view)
		wpe_view_buffer_released(WPE_VIEW(f->view), f->wpe);
	g_clear_pointer(&f->pixels, g_bytes_unref);
	g_object_unref(f->wpe);
	cleanup_fd(&f->fence);
	free(f);
}

/* Of the numbers that come from the web process: whether the memory is there. */
static bool fits(const struct picture *p, gsize len)
{
	return p->data && p->width > 0 && p->height > 0 && p->stride / 4 >= p->width &&
	       len / p->stride >= p->height;
}

/* How large the memory is the kernel knows; all else is the web process's word. */
static bool is_there(const struct picture *p, const struct dmabuf *d)
{
	off_t size = lseek(d->fds[0], 0, SEEK_END);

	return p->width > 0 && p->width <= PICTURE_SIDE_MAX && p->height > 0 &&
	       p->height <= PICTURE_SIDE_MAX && d->strides[0] / 4 >= p->width &&
	       size >= (off_t)d->strides[0] * (p->height - 1) + 4 * (off_t)p->width;
}

/*
 * WebKit opens the GPU for each buffer that is to be read, and where it cannot it falls over
 * its own feet when that buffer goes: -errno, and then it is not asked.
 */
static int try_gpu(WPEBuffer *b)
{
	WPEDRMDevice *device = wpe_display_get_drm_device(wpe_buffer_get_display(b));
	const char *node = device ? wpe_drm_device_get_render_node(device) : NULL;
	auto_fd int fd = node ? open(node, O_RDWR | O_CLOEXEC) : -1;

	return fd >= 0 ? 0 : node ? -errno : -ENODEV;
}

/* Of a dma-buf; its rows are as the driver maps them. */
static int frame_map(struct buffer *b)
{
	struct frame *f = container_of(b, struct frame, buffer);
	g_autoptr(GError) error = NULL;
	struct picture *p = &b->picture;
	gsize len = 0;
	int r;

	if (b->dmabuf->format != FORMAT_ARGB8888 && b->dmabuf->format != FORMAT_XRGB8888)
		return -ENOTSUP;
	if (!is_there(p, b->dmabuf))
		return -EINVAL;
	r = try_gpu(f->wpe);
	if (r < 0)
		return r;
	/* The bytes are WebKit's, and stay as long as the buffer. */
	f->pixels = wpe_buffer_import_to_pixels(f->wpe, &error);
	if (!f->pixels) {
		log_burst_at(LOG_LEVEL_WARN, "a page's frame cannot be read: %s",
			error ? error->message : "no reason given");
		return -EIO;
	}
	g_bytes_ref(f->pixels);
	p->data = g_bytes_get_data(f->pixels, &len);
	p->stride = p->height ? (uint32_t)(len / p->height) : 0;
	if (fits(p, len))
		return 0;
	p->data = NULL;
	g_clear_pointer(&f->pixels, g_bytes_unref);
	return -EINVAL;
}

static const struct buffer_ops buffer_ops = { .release = frame_release, .map = frame_map };

static void forget_dmabuf(gpointer arg)
{
	buffer_forget_dmabuf(arg);
	g_free(arg);
}

/* WebKit paints into the same few buffers again and again: what is known of each stays with it. */
static const char *take_dmabuf(struct frame *f, WPEBufferDMABuf *b)
{
	struct dmabuf *d = wpe_buffer_get_user_data(WPE_BUFFER(b));

	if (!d) {
		d = g_new0(struct dmabuf, 1);
		wpe_buffer_set_user_data(WPE_BUFFER(b), d, forget_dmabuf);
	}
	d->n_planes = wpe_buffer_dma_buf_get_n_planes(b);
	if (d->n_planes == 0 || d->n_planes > DMABUF_PLANES_MAX)
		return "the buffer has planes that cannot be";
	for (guint i = 0; i < d->n_planes; i++) {
		d->fds[i] = wpe_buffer_dma_buf_get_fd(b, i);
		d->offsets[i] = wpe_buffer_dma_buf_get_offset(b, i);
		d->strides[i] = wpe_buffer_dma_buf_get_stride(b, i);
	}
	d->format = wpe_buffer_dma_buf_get_format(b);
	d->modifier = wpe_buffer_dma_buf_get_modifier(b);
	/*
	 * Nobody below waits for it: what never comes would hold up the loop, or a flip and so
	 * the output. And it is ours: with its next frame WebKit would close it.
	 */
	f->fence = wpe_buffer_take_rendering_fence(WPE_BUFFER(b));
	d->fence = -1;
	f->buffer.dmabuf = d;
	return NULL;
}

static const char *take_pixels(struct frame *f, WPEBufferSHM *b)
{
	struct picture *p = &f->buffer.picture;
	gsize len = 0;

	p->data = g_bytes_get_data(wpe_buffer_shm_get_data(b), &len);
	p->stride = wpe_buffer_shm_get_stride(b);
	return fits(p, len) ? NULL : "the buffer is smaller than it says";
}

/* Null, or why not. */
static const char *frame_new(KilnView *view, WPEBuffer *buffer, struct frame **ret)
{
	struct frame *f = calloc(1, sizeof(*f));
	const char *why = NULL;

	if (!f)
		return "out of memory";
	buffer_init(&f->buffer, &buffer_ops);
	f->fence = -1;
	f->buffer.picture.width = (uint32_t)wpe_buffer_get_width(buffer);
	f->buffer.picture.height = (uint32_t)wpe_buffer_get_height(buffer);
	f->buffer.opaque = !view->transparent;
	if (WPE_IS_BUFFER_SHM(buffer))
		why = take_pixels(f, WPE_BUFFER_SHM(buffer));
	else if (!WPE_IS_BUFFER_DMA_BUF(buffer))
		why = "neither shared memory nor a dma-buf";
	else if (!wpe_display_get_drm_device(wpe_view_get_display(WPE_VIEW(view))))
		why = "a dma-buf where there is no GPU";
	else
		why = take_dmabuf(f, WPE_BUFFER_DMA_BUF(buffer));
	if (why) {
		free(f);
		return why;
	}
	f->wpe = g_object_ref(buffer);
	f->view = view;
	list_append(&view->frames, &f->link);
	*ret = f;
	return NULL;
}

/* A page's first row is painted, if anything of it is: so of most frames one pixel is read. */
static bool is_empty(const struct frame *f)
{
	const struct picture *p = &f->buffer.picture;
	bool empty = true;

	if (!p->data)
		return false;
	lent_begin(p);
	for (uint32_t y = 0; empty && y < p->height; y++) {
		const uint32_t *row = (const void *)(p->data + (size_t)y * p->stride);

		for (uint32_t x = 0; empty && x < p->width; x++)
			empty = row[x] == 0;
	}
	lent_end();
	return empty;
}

/* ---- the word that a frame was shown ---- */

static void give_word(KilnView *view)
{
	WPEBuffer *buffer = g_steal_pointer(&view->pending);

	g_clear_handle_id(&view->unseen, g_source_remove);
	if (!buffer)
		return;
	wpe_view_buffer_rendered(WPE_VIEW(view), buffer);
	g_object_unref(buffer);
}

static gboolean on_unseen(gpointer arg)
{
	KilnView *view = arg;

	view->unseen = 0;
	give_word(view);
	return G_SOURCE_REMOVE;
}

static void on_presented(struct layer *l, uint64_t when, void *arg)
{
	KilnView *view = arg;
	bool painted = layer_frames(l) != view->counted;

	view->counted = layer_frames(l);
	give_word(view);
	if (painted)
		view->ops->painted(view->arg);
}

static const struct layer_ops layer_ops = { .presented = on_presented };

static gboolean fail(GError **error, const char *why)
{
	g_set_error_literal(error, WPE_VIEW_ERROR, WPE_VIEW_ERROR_RENDER_FAILED, why);
	return FALSE;
}

static bool is_painted(const struct frame *f)
{
	struct pollfd p = { .fd = f->fence, .events = POLLIN };

	return f->fence < 0 || poll(&p, 1, 0) == 1;
}

/* Consumes @f. */
static int show_frame(KilnView *view, struct frame *f)
{
	g_autoptr(WPEBuffer) buffer = g_object_ref(f->wpe);

	/* One that nobody has seen, or that a page left behind which is gone. */
	if (layer_pending(view->layer))
		layer_clear(view->layer);
	if (layer_show(view->layer, &f->buffer, f->damage, f->n_damage) < 0)
		return -EINVAL;
	give_word(view);
	view->pending = g_steal_pointer(&buffer);
	if (!layer_visible(view->layer))
		view->unseen = g_timeout_add(UNSEEN_MS, on_unseen, view);
	view->ops->framed(view->arg);
	return 0;
}

/*
 * WebKit may hand out a buffer into which nothing was painted, as the first one of a page: that
 * would be a black flash between the splash, or the page before, and the page.
 */
static void pass_over(KilnView *view, struct frame *f)
{
	give_word(view);
	view->pending = g_object_ref(f->wpe);
	view->unseen = g_timeout_add(UNSEEN_MS, on_unseen, view);
	buffer_unref(&f->buffer);
}

static struct frame *take_coming(KilnView *view)
{
	g_clear_handle_id(&view->fence, g_source_remove);
	g_clear_handle_id(&view->fence_late, g_source_remove);
	return g_steal_pointer(&view->coming);
}

static void drop_coming(KilnView *view)
{
	struct frame *f = take_coming(view);

	if (f)
		buffer_unref(&f->buffer);
}

static gboolean on_fence(gint fd, GIOCondition condition, gpointer arg)
{
	KilnView *view = arg;

	view->fence = 0;
	if (show_frame(view, take_coming(view)) < 0)
		log_burst_at(LOG_LEVEL_WARN, "the output did not take a page's frame");
	return G_SOURCE_REMOVE;
}

/* The page goes on: what it paints next may be there in time. */
static gboolean on_fence_late(gpointer arg)
{
	KilnView *view = arg;
	g_autoptr(WPEBuffer) buffer = g_object_ref(view->coming->wpe);

	view->fence_late = 0;
	log_burst_at(LOG_LEVEL_WARN, "a page's frame is not painted after %u ms: it is not shown",
		FENCE_MS);
	drop_coming(view);
	wpe_view_buffer_rendered(WPE_VIEW(view), buffer);
	return G_SOURCE_REMOVE;
}

static void await_fence(KilnView *view, struct frame *f)
{
	view->coming = f;
	view->fence = g_unix_fd_add(f->fence, G_IO_IN | G_IO_ERR | G_IO_HUP, on_fence, view);
	view->fence_late = g_timeout_add(FENCE_MS, on_fence_late, view);
}

static gboolean view_render_buffer(
	WPEView *wpe_view, WPEBuffer *buffer, const WPERectangle *rects, guint n, GError **error)
{
	KilnView *view = (KilnView *)wpe_view;
	struct frame *f;
	const char *why;

	if (!view->layer)
		return fail(error, "the view has no output");
	why = frame_new(view, buffer, &f);
	if (why)
		return fail(error, why);
	f->n_damage = n > DAMAGE_MAX ? 0 : n;
	for (guint i = 0; i < f->n_damage; i++)
		f->damage[i] =
			(struct rect){ rects[i].x, rects[i].y, rects[i].width, rects[i].height };
	drop_coming(view);
	if (!view->transparent && is_empty(f))
		pass_over(view, f);
	else if (!is_painted(f))
		await_fence(view, f);
	else if (show_frame(view, f) < 0)
		return fail(error, "the output did not take the frame");
	return TRUE;
}

/* ---- life ---- */

void platform_view_detach(WPEView *wpe_view)
{
	KilnView *view = (KilnView *)wpe_view;
	struct frame *f;

	g_clear_handle_id(&view->unseen, g_source_remove);
	g_clear_object(&view->pending);
	/* An output may go on reading them for a while. */
	while ((f = list_first(&view->frames, struct frame, link))) {
		list_remove(&f->link);
		f->view = NULL;
	}
	drop_coming(view);
	platform_input_detach(wpe_view);
	layer_free(view->layer);
	view->layer = NULL;
	view->detached = true;
}

static void view_dispose(GObject *object)
{
	platform_view_detach(WPE_VIEW(object));
	G_OBJECT_CLASS(kiln_view_parent_class)->dispose(object);
}

static void kiln_view_class_init(KilnViewClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = view_dispose;
	WPE_VIEW_CLASS(klass)->render_buffer = view_render_buffer;
	platform_input_view_class(WPE_VIEW_CLASS(klass));
}

static void kiln_view_init(KilnView *view)
{
	list_init(&view->frames);
}

void platform_view_init(WPEView *wpe_view, const struct platform_view_ops *ops, void *arg)
{
	KilnView *view = (KilnView *)wpe_view;

	view->ops = ops;
	view->arg = arg;
}

void platform_view_set_transparent(WPEView *view, bool transparent)
{
	((KilnView *)view)->transparent = transparent;
}

int platform_view_place(WPEView *wpe_view, const struct platform_place *place)
{
	KilnView *view = (KilnView *)wpe_view;
	int r;

	if (view->layer && layer_output(view->layer) != place->output) {
		layer_move_to(view->layer, place->output);
	} else if (!view->layer) {
		r = layer_new(place->output, LAYER_WINDOWS, &layer_ops, view, &view->layer);
		if (r < 0)
			return r;
		platform_input_place(wpe_view, view->layer);
	}
	layer_place(view->layer, &place->canvas);
	platform_toplevel_place(wpe_view_get_toplevel(wpe_view), place);
	return 0;
}

struct layer *platform_view_layer(WPEView *view)
{
	return ((KilnView *)view)->layer;
}

void platform_view_show(WPEView *wpe_view, bool visible)
{
	KilnView *view = (KilnView *)wpe_view;

	if (!view->layer)
		return;
	layer_set_visible(view->layer, visible);
	if (!visible)
		platform_input_hidden(wpe_view);
}

void platform_view_map(WPEView *view, bool mapped)
{
	if (mapped)
		wpe_view_map(view);
	else
		wpe_view_unmap(view);
}

void platform_view_focus_wanted(WPEView *wpe_view)
{
	KilnView *view = (KilnView *)wpe_view;

	if (!view->detached)
		view->ops->focus_wanted(view->arg);
}

void platform_view_text_focus(WPEView *wpe_view, const struct text_focus *f)
{
	KilnView *view = (KilnView *)wpe_view;

	if (!view->detached && view->ops)
		view->ops->text_focus(f, view->arg);
}
