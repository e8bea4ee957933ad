#include "view/platform.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define LOG_TAG "view"
#include "base/log.h"

#define FENCE_MS 100
/* DRM's names for what we can read as pixels: "AR24" and "XR24". */
#define FORMAT_ARGB8888 0x34325241u
#define FORMAT_XRGB8888 0x34325258u

/* ---- screen: what a page sees as window.screen ---- */

typedef struct {
	WPEScreen parent;
} KilnScreen;
typedef struct {
	WPEScreenClass parent;
} KilnScreenClass;
static GType kiln_screen_get_type(void);
G_DEFINE_TYPE(KilnScreen, kiln_screen, WPE_TYPE_SCREEN)

static void kiln_screen_class_init(KilnScreenClass *klass)
{
}

static void kiln_screen_init(KilnScreen *screen)
{
}

/* ---- toplevel: the size and state of what a view fills ---- */

typedef struct {
	WPEToplevel parent;
	WPEScreen *screen; /* owned, null before the view is attached */
} KilnToplevel;
typedef struct {
	WPEToplevelClass parent;
} KilnToplevelClass;
static GType kiln_toplevel_get_type(void);
G_DEFINE_TYPE(KilnToplevel, kiln_toplevel, WPE_TYPE_TOPLEVEL)

static gboolean resize_view(WPEToplevel *toplevel, WPEView *view, gpointer unused)
{
	int width, height;

	wpe_toplevel_get_size(toplevel, &width, &height);
	wpe_view_resized(view, width, height);
	return FALSE;
}

static gboolean toplevel_resize(WPEToplevel *toplevel, int width, int height)
{
	wpe_toplevel_resized(toplevel, width, height);
	wpe_toplevel_foreach_view(toplevel, resize_view, NULL);
	return TRUE;
}

static WPEScreen *toplevel_get_screen(WPEToplevel *toplevel)
{
	return ((KilnToplevel *)toplevel)->screen;
}

static void toplevel_dispose(GObject *object)
{
	g_clear_object(&((KilnToplevel *)object)->screen);
	G_OBJECT_CLASS(kiln_toplevel_parent_class)->dispose(object);
}

static void kiln_toplevel_class_init(KilnToplevelClass *klass)
{
	WPEToplevelClass *toplevel = WPE_TOPLEVEL_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = toplevel_dispose;
	toplevel->resize = toplevel_resize;
	toplevel->get_screen = toplevel_get_screen;
}

static void kiln_toplevel_init(KilnToplevel *toplevel)
{
}

/* ---- view: takes WebKit's frames ---- */

typedef struct {
	WPEView parent;
	struct layer *layer; /* owned, null while detached */
	struct output *output; /* borrowed, null while detached */
	struct output_listener listener; /* on output */
	WPEBuffer *pending; /* owned: handed to the layer, not lit yet */
	void (*on_painted)(void *arg);
	void *arg;
} KilnView;
typedef struct {
	WPEViewClass parent;
} KilnViewClass;
static GType kiln_view_get_type(void);
G_DEFINE_TYPE(KilnView, kiln_view, WPE_TYPE_VIEW)

/* A frame of WebKit's, from render_buffer until no output reads it any more. */
struct frame {
	struct buffer buffer;
	WPEView *view; /* a reference: WebKit gets its buffer back through it */
	WPEBuffer *wpe; /* a reference */
	struct dmabuf dmabuf; /* its fds are wpe's */
};

static void frame_release(struct buffer *b)
{
	struct frame *f = container_of(b, struct frame, buffer);

	wpe_view_buffer_released(f->view, f->wpe);
	g_object_unref(f->wpe);
	g_object_unref(f->view);
	free(f);
}

/* WebKit's GPU work on it may be under way still; a deadline, because its process may hang. */
static bool is_rendered(const struct dmabuf *d)
{
	struct pollfd p = { .fd = d->fence, .events = POLLIN };

	return d->fence < 0 || poll(&p, 1, FENCE_MS) == 1;
}

/* Of a dma-buf. The bytes are wpe's, and stay as long; their rows are as the driver maps them. */
static int frame_map(struct buffer *b)
{
	struct frame *f = container_of(b, struct frame, buffer);
	g_autoptr(GError) error = NULL;
	gsize len = 0;
	GBytes *pixels;

	if (f->dmabuf.format != FORMAT_ARGB8888 && f->dmabuf.format != FORMAT_XRGB8888)
		return -ENOTSUP;
	if (!is_rendered(&f->dmabuf))
		return -ETIMEDOUT;
	pixels = wpe_buffer_import_to_pixels(f->wpe, &error);
	if (!pixels) {
		log_burst_at(LOG_LEVEL_ERROR, "a frame cannot be read: %s", error->message);
		return -EIO;
	}
	b->picture.data = g_bytes_get_data(pixels, &len);
	b->picture.stride = (uint32_t)(len / b->picture.height);
	if (b->picture.stride >= 4 * b->picture.width)
		return 0;
	b->picture.data = NULL;
	return -EIO;
}

static const struct buffer_ops frame_ops = { .release = frame_release, .map = frame_map };

/* The numbers come from the web process. */
static bool read_shm(WPEBufferSHM *shm, struct picture *p)
{
	gsize len;

	p->data = g_bytes_get_data(wpe_buffer_shm_get_data(shm), &len);
	p->stride = wpe_buffer_shm_get_stride(shm);
	return p->width > 0 && p->height > 0 && p->stride / 4 >= p->width &&
	       len / p->stride >= p->height;
}

static bool read_dmabuf(WPEBufferDMABuf *from, struct dmabuf *d)
{
	d->n_planes = wpe_buffer_dma_buf_get_n_planes(from);
	if (d->n_planes == 0 || d->n_planes > DMABUF_PLANES_MAX)
		return false;
	d->format = wpe_buffer_dma_buf_get_format(from);
	d->modifier = wpe_buffer_dma_buf_get_modifier(from);
	d->fence = wpe_buffer_get_rendering_fence(WPE_BUFFER(from));
	for (guint i = 0; i < d->n_planes; i++) {
		d->fds[i] = wpe_buffer_dma_buf_get_fd(from, i);
		d->offsets[i] = wpe_buffer_dma_buf_get_offset(from, i);
		d->strides[i] = wpe_buffer_dma_buf_get_stride(from, i);
	}
	return true;
}

/* Null, and why in @ret_error, when it is none that can be shown. */
static struct frame *frame_new(WPEView *view, WPEBuffer *wpe, const char **ret_error)
{
	struct frame *f = calloc(1, sizeof(*f));
	bool ok;

	*ret_error = "out of memory";
	if (!f)
		return NULL;
	buffer_init(&f->buffer, &frame_ops);
	f->buffer.opaque = true;
	f->buffer.picture.width = (uint32_t)wpe_buffer_get_width(wpe);
	f->buffer.picture.height = (uint32_t)wpe_buffer_get_height(wpe);
	if (WPE_IS_BUFFER_SHM(wpe)) {
		*ret_error = "the buffer is smaller than it says";
		ok = read_shm(WPE_BUFFER_SHM(wpe), &f->buffer.picture);
	} else if (WPE_IS_BUFFER_DMA_BUF(wpe)) {
		*ret_error = "the buffer has planes that cannot be";
		ok = read_dmabuf(WPE_BUFFER_DMA_BUF(wpe), &f->dmabuf);
		f->buffer.dmabuf = &f->dmabuf;
	} else {
		*ret_error = "neither shared memory nor a dma-buf";
		ok = false;
	}
	if (!ok) {
		free(f);
		return NULL;
	}
	f->view = g_object_ref(view);
	f->wpe = g_object_ref(wpe);
	return f;
}

/* WebKit paints its next frame only after this. */
static void on_presented(struct layer *l, uint64_t when, void *arg)
{
	KilnView *view = arg;
	WPEBuffer *buffer = g_steal_pointer(&view->pending);

	wpe_view_buffer_rendered(WPE_VIEW(view), buffer);
	g_object_unref(buffer);
	if (view->on_painted)
		view->on_painted(view->arg);
}

static const struct layer_ops layer_ops = { .presented = on_presented };

static gboolean fail(GError **error, const char *why)
{
	g_set_error_literal(error, WPE_VIEW_ERROR, WPE_VIEW_ERROR_RENDER_FAILED, why);
	return FALSE;
}

static gboolean view_render_buffer(
	WPEView *wpe_view, WPEBuffer *buffer, const WPERectangle *rects, guint n, GError **error)
{
	KilnView *view = (KilnView *)wpe_view;
	struct rect damage[16];
	struct frame *frame;
	const char *why;

	if (!view->layer)
		return fail(error, "the view has no output");
	frame = frame_new(wpe_view, buffer, &why);
	if (!frame)
		return fail(error, why);
	if (n > ARRAY_SIZE(damage))
		n = 0;
	for (guint i = 0; i < n; i++)
		damage[i] = (struct rect){
			.x = rects[i].x,
			.y = rects[i].y,
			.width = rects[i].width,
			.height = rects[i].height,
		};
	if (layer_show(view->layer, &frame->buffer, damage, n) < 0)
		return fail(error, "the layer did not take the frame");
	view->pending = g_object_ref(buffer);
	return TRUE;
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
}

static void kiln_view_init(KilnView *view)
{
}

static WPEScreen *screen_for(const struct output *output)
{
	static guint32 last_id;
	WPEScreen *screen = g_object_new(kiln_screen_get_type(), "id", ++last_id, NULL);

	wpe_screen_set_size(screen, (int)output_width(output), (int)output_height(output));
	wpe_screen_set_scale(screen, 1);
	wpe_screen_set_refresh_rate(screen, (int)output_mode(output)->refresh_mhz);
	return screen;
}

static void fill_output(KilnView *view)
{
	WPEToplevel *toplevel = wpe_view_get_toplevel(WPE_VIEW(view));
	const struct rect all = {
		.width = (int32_t)output_width(view->output),
		.height = (int32_t)output_height(view->output),
	};

	layer_place(view->layer, &all);
	wpe_toplevel_resize(toplevel, all.width, all.height);
}

static void on_output_changed(struct output *output, void *arg)
{
	if (output_width(output) > 0)
		fill_output(arg);
}

int platform_view_attach(
	WPEView *wpe_view, struct output *output, void (*on_painted)(void *arg), void *arg)
{
	KilnView *view = (KilnView *)wpe_view;
	WPEToplevel *toplevel = wpe_view_get_toplevel(wpe_view);
	int r = layer_new(output, LAYER_WINDOWS, &layer_ops, view, &view->layer);

	if (r < 0)
		return r;
	view->output = output;
	view->on_painted = on_painted;
	view->arg = arg;
	view->listener = (struct output_listener){ .changed = on_output_changed, .arg = view };
	output_add_listener(output, &view->listener);
	layer_set_visible(view->layer, true);

	((KilnToplevel *)toplevel)->screen = screen_for(output);
	wpe_toplevel_screen_changed(toplevel);
	fill_output(view);
	wpe_toplevel_state_changed(
		toplevel, WPE_TOPLEVEL_STATE_ACTIVE | WPE_TOPLEVEL_STATE_FULLSCREEN);
	wpe_view_map(wpe_view);
	wpe_view_focus_in(wpe_view);
	return 0;
}

void platform_view_detach(WPEView *wpe_view)
{
	KilnView *view = (KilnView *)wpe_view;

	if (!view->layer)
		return;
	output_remove_listener(&view->listener);
	layer_free(g_steal_pointer(&view->layer));
	view->output = NULL;
	view->on_painted = NULL;
	g_clear_object(&view->pending);
}

struct layer *platform_view_layer(WPEView *view)
{
	return ((KilnView *)view)->layer;
}

/* ---- display: makes the others ---- */

typedef struct {
	WPEDisplay parent;
} KilnDisplay;
typedef struct {
	WPEDisplayClass parent;
} KilnDisplayClass;
static GType kiln_display_get_type(void);
G_DEFINE_TYPE(KilnDisplay, kiln_display, WPE_TYPE_DISPLAY)

static gboolean display_connect(WPEDisplay *display, GError **error)
{
	return TRUE;
}

static WPEView *display_create_view(WPEDisplay *display)
{
	return g_object_new(kiln_view_get_type(), "display", display, NULL);
}

static WPEToplevel *display_create_toplevel(WPEDisplay *display, guint max_views)
{
	return g_object_new(
		kiln_toplevel_get_type(), "display", display, "max-views", max_views, NULL);
}

static void kiln_display_class_init(KilnDisplayClass *klass)
{
	WPEDisplayClass *display = WPE_DISPLAY_CLASS(klass);

	display->connect = display_connect;
	display->create_view = display_create_view;
	display->create_toplevel = display_create_toplevel;
}

static void kiln_display_init(KilnDisplay *display)
{
}

WPEDisplay *platform_display_new(GError **ret_error)
{
	WPEDisplay *display = g_object_new(kiln_display_get_type(), NULL);

	if (!wpe_display_connect(display, ret_error)) {
		g_object_unref(display);
		return NULL;
	}
	wpe_settings_set_boolean(wpe_display_get_settings(display),
		WPE_SETTING_CREATE_VIEWS_WITH_A_TOPLEVEL, TRUE, WPE_SETTINGS_SOURCE_APPLICATION,
		NULL);
	wpe_display_set_available_input_devices(display, WPE_AVAILABLE_INPUT_DEVICE_TOUCHSCREEN);
	return display;
}
