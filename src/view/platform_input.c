/*
 * What people do, as WebKit wants it: views as targets of the seat, the keymap, one input
 * method for each view, and the cursor that a page asks for.
 *
 * All of it hangs on the display and on views as GObject data, so that neither knows more
 * of it than the hooks below.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <xkbcommon/xkbcommon.h>

#include "input/keyboard.h"
#include "view/deliver.h"
#include "view/input_method.h"
#include "view/platform.h"
#include "view/seat.h"

#define LOG_TAG "view"
#include "base/log.h"

/* Of a display; freed with it. */
struct display_input {
	struct seat *seat; /* borrowed, outlives the display's views; may be null, as the next */
	struct keyboard *keyboard; /* borrowed */
	WPEKeymap *keymap; /* owned; null: no keyboard, or not asked for yet */
};

/* Of a view, while it has a layer; freed with it. */
struct view_input {
	struct seat_target target;
	WPEView *view; /* borrowed: it owns this */
	struct display_input *display; /* borrowed: lives as long as the display */
};

static GQuark input_quark(void)
{
	return g_quark_from_static_string("kiln-input");
}

static struct display_input *input_of_display(WPEDisplay *display)
{
	return g_object_get_qdata(G_OBJECT(display), input_quark());
}

static struct view_input *input_of(WPEView *view)
{
	return g_object_get_qdata(G_OBJECT(view), input_quark());
}

/* ---- the keymap ---- */

/* WPE takes a keymap as a Wayland client does: as text in a file. */
static void fill_keymap(WPEKeymapXKB *keymap, const struct keyboard *keyboard)
{
	g_autofree char *text = keyboard_keymap(keyboard);
	gsize size = text ? strlen(text) + 1 : 0;
	int fd = memfd_create("keymap", MFD_CLOEXEC);

	if (text && fd >= 0 && write(fd, text, size) == (ssize_t)size)
		wpe_keymap_xkb_update(keymap, XKB_KEYMAP_FORMAT_TEXT_V1, fd, (guint)size);
	else
		log_error("the keymap does not reach the engine: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
}

static WPEKeymap *display_get_keymap(WPEDisplay *display)
{
	struct display_input *in = input_of_display(display);

	if (!in->keymap) {
		in->keymap = wpe_keymap_xkb_new();
		if (in->keyboard)
			fill_keymap(WPE_KEYMAP_XKB(in->keymap), in->keyboard);
	}
	return in->keymap;
}

/* WebKit asks its keymap which modifiers are held now. */
static void follow_state(struct display_input *in)
{
	struct xkb_state *state =
		in->keymap ? wpe_keymap_xkb_get_xkb_state(WPE_KEYMAP_XKB(in->keymap)) : NULL;
	struct keyboard_state now;

	if (!state || !in->keyboard)
		return;
	keyboard_get_state(in->keyboard, &now);
	xkb_state_update_mask(state, now.depressed, now.latched, now.locked, 0, 0, now.group);
}

/* ---- views ---- */

static void on_event(struct seat_target *t, const struct seat_event *ev)
{
	struct view_input *in = container_of(t, struct view_input, target);

	if (ev->type == SEAT_KEY)
		follow_state(in->display);
	deliver_event(in->view, ev);
}

static void on_focus_wanted(struct seat_target *t)
{
	platform_view_focus_wanted(container_of(t, struct view_input, target)->view);
}

static void view_input_free(gpointer data)
{
	struct view_input *in = data;

	seat_remove(in->display->seat, &in->target);
	g_free(in);
}

void platform_input_place(WPEView *view, struct layer *layer)
{
	struct display_input *display = input_of_display(wpe_view_get_display(view));
	struct view_input *in;

	if (!display->seat || input_of(view))
		return;
	in = g_new0(struct view_input, 1);
	in->view = view;
	in->display = display;
	in->target.layer = layer;
	in->target.event = on_event;
	in->target.focus_wanted = on_focus_wanted;
	seat_add(display->seat, &in->target);
	if (wpe_view_get_has_focus(view))
		seat_focus(display->seat, &in->target);
	g_object_set_qdata_full(G_OBJECT(view), input_quark(), in, view_input_free);
}

void platform_input_detach(WPEView *view)
{
	g_object_set_qdata(G_OBJECT(view), input_quark(), NULL);
}

void platform_input_hidden(WPEView *view)
{
	struct view_input *in = input_of(view);

	if (in)
		seat_release(in->display->seat, &in->target);
}

void platform_input_focus(WPEView *view, bool focused)
{
	struct view_input *in = input_of(view);
	struct seat *seat = in ? in->display->seat : NULL;

	if (!in)
		return;
	if (focused)
		seat_focus(seat, &in->target);
	else if (seat_focused(seat) == &in->target)
		seat_focus(seat, NULL);
}

static void view_set_cursor_from_name(WPEView *view, const char *name)
{
	struct view_input *in = input_of(view);

	if (in)
		seat_set_cursor(in->display->seat, &in->target, name);
}

/* A picture of the page's own is not shown: an arrow is. */
static void view_set_cursor_from_bytes(WPEView *view, GBytes *bytes, guint width, guint height,
	guint stride, guint hotspot_x, guint hotspot_y)
{
	view_set_cursor_from_name(view, "default");
}

static WPEInputMethodContext *display_create_input_method(WPEDisplay *display, WPEView *view)
{
	return input_method_new(
		view, input_of_display(display)->keyboard, platform_view_text_focus);
}

/* ---- hooks ---- */

void platform_input_view_class(WPEViewClass *klass)
{
	klass->set_cursor_from_name = view_set_cursor_from_name;
	klass->set_cursor_from_bytes = view_set_cursor_from_bytes;
}

void platform_input_display_class(WPEDisplayClass *klass)
{
	klass->get_keymap = display_get_keymap;
	klass->create_input_method_context = display_create_input_method;
}

static void display_input_free(gpointer data)
{
	struct display_input *in = data;

	g_clear_object(&in->keymap);
	g_free(in);
}

void platform_input_init(WPEDisplay *display, struct seat *seat, struct keyboard *keyboard)
{
	struct display_input *in = g_new0(struct display_input, 1);

	in->seat = seat;
	in->keyboard = keyboard;
	g_object_set_qdata_full(G_OBJECT(display), input_quark(), in, display_input_free);
	platform_input_set_kinds(display, 0);
}

void platform_input_set_kinds(WPEDisplay *display, unsigned kinds)
{
	WPEAvailableInputDevices devices = WPE_AVAILABLE_INPUT_DEVICE_NONE;

	if (kinds & INPUT_KIND_POINTER)
		devices |= WPE_AVAILABLE_INPUT_DEVICE_MOUSE;
	if (kinds & INPUT_KIND_KEYBOARD)
		devices |= WPE_AVAILABLE_INPUT_DEVICE_KEYBOARD;
	/* What pages are made for where nothing is plugged in yet. */
	if ((kinds & INPUT_KIND_TOUCH) || !(kinds & INPUT_KIND_POINTER))
		devices |= WPE_AVAILABLE_INPUT_DEVICE_TOUCHSCREEN;
	wpe_display_set_available_input_devices(display, devices);
}
