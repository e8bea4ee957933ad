#include "view/platform.h"

#include <string.h>

#define LOG_TAG "view"
#include "base/log.h"

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
	struct output *output; /* borrowed, null while detached */
	struct output_listener listener; /* on output */
	WPEBuffer *pending; /* owned: handed to the output, not lit yet */
	void (*on_painted)(void *arg);
	void *arg;
} KilnView;
typedef struct {
	WPEViewClass parent;
} KilnViewClass;
static GType kiln_view_get_type(void);
G_DEFINE_TYPE(KilnView, kiln_view, WPE_TYPE_VIEW)

/*
 * The output has its own copy, so the buffer goes back together with the news
 * that it was shown: WebKit paints its next frame only after this.
 */
static void give_back(KilnView *view)
{
	WPEBuffer *buffer = g_steal_pointer(&view->pending);

	wpe_view_buffer_rendered(WPE_VIEW(view), buffer);
	wpe_view_buffer_released(WPE_VIEW(view), buffer);
	g_object_unref(buffer);
}

static void on_presented(void *arg, uint64_t seq, uint64_t when)
{
	KilnView *view = arg;

	if (view->pending)
		give_back(view);
	if (view->on_painted)
		view->on_painted(view->arg);
}

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
	struct picture picture;
	gsize len;

	if (!view->output)
		return fail(error, "the view has no output");
	if (!WPE_IS_BUFFER_SHM(buffer))
		return fail(error, "only buffers in shared memory can be shown");
	picture.data = g_bytes_get_data(wpe_buffer_shm_get_data(WPE_BUFFER_SHM(buffer)), &len);
	picture.width = (uint32_t)wpe_buffer_get_width(buffer);
	picture.height = (uint32_t)wpe_buffer_get_height(buffer);
	picture.stride = wpe_buffer_shm_get_stride(WPE_BUFFER_SHM(buffer));
	/* The numbers come from the web process. */
	if (picture.width == 0 || picture.height == 0 || picture.stride / 4 < picture.width ||
		len / picture.stride < picture.height)
		return fail(error, "the buffer is smaller than it says");
	if (n > ARRAY_SIZE(damage))
		n = 0;
	for (guint i = 0; i < n; i++)
		damage[i] = (struct rect){
			.x = rects[i].x,
			.y = rects[i].y,
			.width = rects[i].width,
			.height = rects[i].height,
		};
	if (output_present(view->output, &picture, damage, n) < 0)
		return fail(error, "the output did not take the frame");
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
	wpe_screen_set_refresh_rate(screen, (int)output_refresh_mhz(output));
	return screen;
}

void platform_view_attach(
	WPEView *wpe_view, struct output *output, void (*on_painted)(void *arg), void *arg)
{
	KilnView *view = (KilnView *)wpe_view;
	WPEToplevel *toplevel = wpe_view_get_toplevel(wpe_view);

	view->output = output;
	view->on_painted = on_painted;
	view->arg = arg;
	view->listener = (struct output_listener){ .presented = on_presented, .arg = view };
	output_add_listener(output, &view->listener);

	((KilnToplevel *)toplevel)->screen = screen_for(output);
	wpe_toplevel_screen_changed(toplevel);
	wpe_toplevel_resize(toplevel, (int)output_width(output), (int)output_height(output));
	wpe_toplevel_state_changed(
		toplevel, WPE_TOPLEVEL_STATE_ACTIVE | WPE_TOPLEVEL_STATE_FULLSCREEN);
	wpe_view_map(wpe_view);
	wpe_view_focus_in(wpe_view);
}

void platform_view_detach(WPEView *wpe_view)
{
	KilnView *view = (KilnView *)wpe_view;

	if (!view->output)
		return;
	output_remove_listener(&view->listener);
	view->output = NULL;
	view->on_painted = NULL;
	g_clear_object(&view->pending);
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
