#include "view/platform.h"
#include "screen/output.h"

static const struct platform_gpu *gpu_of(WPEDisplay *display);

/* ---- toplevel: the size and state of what a view fills ---- */

typedef struct {
	WPEToplevel parent;
	WPEScreen *screen; /* owned; null while its output shows nothing */
	gboolean alone; /* it has its output for itself, as far as can be foreseen */
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

static void resize(WPEToplevel *toplevel, int width, int height)
{
	wpe_toplevel_resized(toplevel, width, height);
	wpe_toplevel_foreach_view(toplevel, resize_view, NULL);
}

/* What pages ask for: where they are is the script's to say. */
static gboolean toplevel_resize(WPEToplevel *toplevel, int width, int height)
{
	return FALSE;
}

static WPEScreen *toplevel_get_screen(WPEToplevel *toplevel)
{
	return ((KilnToplevel *)toplevel)->screen;
}

static WPEBufferFormats *toplevel_get_preferred_buffer_formats(WPEToplevel *toplevel)
{
	return platform_gpu_formats(
		gpu_of(wpe_toplevel_get_display(toplevel)), ((KilnToplevel *)toplevel)->alone);
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
	toplevel->get_preferred_buffer_formats = toplevel_get_preferred_buffer_formats;
}

static void kiln_toplevel_init(KilnToplevel *toplevel)
{
}

void platform_toplevel_place(WPEToplevel *toplevel, const struct platform_place *place)
{
	KilnToplevel *self = (KilnToplevel *)toplevel;
	WPEScreen *screen =
		platform_output_screen(wpe_toplevel_get_display(toplevel), place->output);
	WPEToplevelState state = WPE_TOPLEVEL_STATE_ACTIVE;
	gboolean alone = place->fullscreen && output_rotation(place->output) == ROTATE_0;
	int width, height;

	if (screen != self->screen) {
		g_set_object(&self->screen, screen);
		wpe_toplevel_screen_changed(toplevel);
	}
	wpe_toplevel_scale_changed(toplevel, place->scale);
	if (alone != self->alone) {
		self->alone = alone;
		wpe_toplevel_preferred_buffer_formats_changed(toplevel);
	}
	wpe_toplevel_get_size(toplevel, &width, &height);
	if (width != place->width || height != place->height)
		resize(toplevel, place->width, place->height);
	if (place->fullscreen)
		state |= WPE_TOPLEVEL_STATE_FULLSCREEN;
	wpe_toplevel_state_changed(toplevel, state);
}

/* ---- display: makes the others ---- */

static WPEDRMDevice *display_get_drm_device(WPEDisplay *display)
{
	return platform_gpu_device(gpu_of(display));
}

static WPEBufferFormats *display_get_preferred_buffer_formats(WPEDisplay *display)
{
	return platform_gpu_formats(gpu_of(display), false);
}

typedef struct {
	WPEDisplay parent;
	struct platform_screens *screens; /* owned */
	struct platform_gpu *gpu; /* owned; null: pages paint in memory */
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

static guint display_get_n_screens(WPEDisplay *display)
{
	return platform_screens_count(platform_screens_of(display));
}

static WPEScreen *display_get_screen(WPEDisplay *display, guint index)
{
	return platform_screens_nth(platform_screens_of(display), index);
}

static void display_finalize(GObject *object)
{
	platform_screens_free(((KilnDisplay *)object)->screens);
	platform_gpu_free(((KilnDisplay *)object)->gpu);
	G_OBJECT_CLASS(kiln_display_parent_class)->finalize(object);
}

static void kiln_display_class_init(KilnDisplayClass *klass)
{
	WPEDisplayClass *display = WPE_DISPLAY_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = display_finalize;
	display->connect = display_connect;
	display->create_view = display_create_view;
	display->create_toplevel = display_create_toplevel;
	display->get_n_screens = display_get_n_screens;
	display->get_screen = display_get_screen;
	platform_input_display_class(display);
	display->get_drm_device = display_get_drm_device;
	display->get_preferred_buffer_formats = display_get_preferred_buffer_formats;
}

static void kiln_display_init(KilnDisplay *display)
{
	display->screens = platform_screens_new();
}

static const struct platform_gpu *gpu_of(WPEDisplay *display)
{
	return ((KilnDisplay *)display)->gpu;
}

struct platform_screens *platform_screens_of(WPEDisplay *display)
{
	return ((KilnDisplay *)display)->screens;
}

WPEDisplay *platform_display_new(const struct screen *screen, struct seat *seat,
	struct keyboard *keyboard, GError **ret_error)
{
	WPEDisplay *display = g_object_new(kiln_display_get_type(), NULL);

	platform_input_init(display, seat, keyboard);
	((KilnDisplay *)display)->gpu = platform_gpu_new(screen);
	if (!wpe_display_connect(display, ret_error)) {
		g_object_unref(display);
		return NULL;
	}
	wpe_settings_set_boolean(wpe_display_get_settings(display),
		WPE_SETTING_CREATE_VIEWS_WITH_A_TOPLEVEL, TRUE, WPE_SETTINGS_SOURCE_APPLICATION,
		NULL);
	return display;
}
