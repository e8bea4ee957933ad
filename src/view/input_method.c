#include "view/input_method.h"

#include <string.h>

#include "input/keyboard.h"
#include "view/engine.h"

typedef struct {
	WPEInputMethodContext parent;
	struct keyboard *keyboard; /* borrowed, or null */
	input_method_fn changed;
	struct text_focus focus, told;
} KilnInputMethod;
typedef struct {
	WPEInputMethodContextClass parent;
} KilnInputMethodClass;
static GType kiln_input_method_get_type(void);
G_DEFINE_TYPE(KilnInputMethod, kiln_input_method, WPE_TYPE_INPUT_METHOD_CONTEXT)

static enum field_purpose purpose_of(WPEInputMethodContext *context)
{
	static const enum field_purpose purposes[] = {
		[WPE_INPUT_PURPOSE_FREE_FORM] = FIELD_FREE_FORM,
		[WPE_INPUT_PURPOSE_ALPHA] = FIELD_ALPHA,
		[WPE_INPUT_PURPOSE_DIGITS] = FIELD_DIGITS,
		[WPE_INPUT_PURPOSE_NUMBER] = FIELD_NUMBER,
		[WPE_INPUT_PURPOSE_PHONE] = FIELD_PHONE,
		[WPE_INPUT_PURPOSE_URL] = FIELD_URL,
		[WPE_INPUT_PURPOSE_EMAIL] = FIELD_EMAIL,
		[WPE_INPUT_PURPOSE_NAME] = FIELD_NAME,
		[WPE_INPUT_PURPOSE_PASSWORD] = FIELD_PASSWORD,
		[WPE_INPUT_PURPOSE_PIN] = FIELD_PIN,
		[WPE_INPUT_PURPOSE_TERMINAL] = FIELD_TERMINAL,
		[WPE_INPUT_PURPOSE_SEARCH] = FIELD_SEARCH,
	};
	WPEInputPurpose purpose = wpe_input_method_context_get_input_purpose(context);

	if (wpe_input_method_context_get_input_hints(context) & WPE_INPUT_HINT_INHIBIT_OSK)
		return FIELD_NONE;
	return purpose < ARRAY_SIZE(purposes) ? purposes[purpose] : FIELD_FREE_FORM;
}

static bool same(const struct text_focus *a, const struct text_focus *b)
{
	if (a->focused != b->focused)
		return false;
	return !a->focused ||
	       (a->purpose == b->purpose && memcmp(&a->cursor, &b->cursor, sizeof(a->cursor)) == 0);
}

static void tell(KilnInputMethod *im)
{
	WPEView *view = wpe_input_method_context_get_view(WPE_INPUT_METHOD_CONTEXT(im));

	im->focus.purpose = purpose_of(WPE_INPUT_METHOD_CONTEXT(im));
	if (same(&im->focus, &im->told))
		return;
	im->told = im->focus;
	if (view)
		im->changed(view, &im->told);
}

/* From a text to a number field there is no other news than this. */
static void on_kind(GObject *object, GParamSpec *spec, gpointer unused)
{
	KilnInputMethod *im = (KilnInputMethod *)object;

	if (im->focus.focused)
		tell(im);
}

static void forget_sequence(KilnInputMethod *im)
{
	if (im->keyboard)
		keyboard_compose_reset(im->keyboard);
}

static void focus_in(WPEInputMethodContext *context)
{
	KilnInputMethod *im = (KilnInputMethod *)context;

	im->focus.focused = true;
	tell(im);
}

static void focus_out(WPEInputMethodContext *context)
{
	KilnInputMethod *im = (KilnInputMethod *)context;

	/* Where the cursor was stays: WebKit tells of it again only when it has moved from there.
	 */
	im->focus.focused = false;
	forget_sequence(im);
	tell(im);
}

static void set_cursor_area(WPEInputMethodContext *context, int x, int y, int width, int height)
{
	KilnInputMethod *im = (KilnInputMethod *)context;

	im->focus.cursor = (struct rect){ x, y, width, height };
	if (im->focus.focused)
		tell(im);
}

static void reset(WPEInputMethodContext *context)
{
	forget_sequence((KilnInputMethod *)context);
}

/* WebKit asks only while text is entered. True: the page does not get this key. */
static gboolean filter_key_event(WPEInputMethodContext *context, WPEEvent *event)
{
	KilnInputMethod *im = (KilnInputMethod *)context;
	char text[32];

	if (!im->keyboard || wpe_event_get_event_type(event) != WPE_EVENT_KEYBOARD_KEY_DOWN)
		return FALSE;
	switch (keyboard_compose(
		im->keyboard, wpe_event_keyboard_get_keyval(event), text, sizeof(text))) {
	case KEYBOARD_PLAIN:
		return FALSE;
	case KEYBOARD_COMPOSED:
		input_method_commit(context, text);
		return TRUE;
	case KEYBOARD_PENDING:
	case KEYBOARD_CANCELLED:
		break;
	}
	return TRUE;
}

static void kiln_input_method_class_init(KilnInputMethodClass *klass)
{
	WPEInputMethodContextClass *context = WPE_INPUT_METHOD_CONTEXT_CLASS(klass);

	context->focus_in = focus_in;
	context->focus_out = focus_out;
	context->set_cursor_area = set_cursor_area;
	context->reset = reset;
	context->filter_key_event = filter_key_event;
}

static void kiln_input_method_init(KilnInputMethod *im)
{
	g_signal_connect(im, "notify::input-purpose", G_CALLBACK(on_kind), NULL);
	g_signal_connect(im, "notify::input-hints", G_CALLBACK(on_kind), NULL);
}

WPEInputMethodContext *input_method_new(
	WPEView *view, struct keyboard *keyboard, input_method_fn changed)
{
	KilnInputMethod *im = g_object_new(kiln_input_method_get_type(), "view", view, NULL);

	im->keyboard = keyboard;
	im->changed = changed;
	return WPE_INPUT_METHOD_CONTEXT(im);
}

void input_method_commit(WPEInputMethodContext *context, const char *text)
{
	if (((KilnInputMethod *)context)->focus.focused)
		g_signal_emit_by_name(context, "committed", text);
}
