/*
 * The web process extension: gives documents of granted origins their channel.
 * Nothing is decided here, for this process may belong to whoever got into it;
 * leaving the others alone only saves the runtime from refusing them, and pages
 * from a bridge that leads nowhere.
 */
#include <stdbool.h>
#include <string.h>
#include <wpe/webkit-web-process-extension.h>

#include "webext/document.h"

/* Of the process, which ends without freeing them. */
static char *window_id;
static char **main_origins, **frame_origins;
static WebKitScriptWorld *own_world;

static void free_document(gpointer arg)
{
	document_free(arg);
}

/*
 * As the document itself has it, which its address does not tell: a sandboxed one
 * is of no origin. Asked in a world where no script of a page ever ran: a frame's
 * first document has its window from the empty one before, and there its parent
 * may have defined an origin of its choice.
 */
static char *origin_of(WebKitFrame *frame)
{
	JSCContext *context = webkit_frame_get_js_context_for_script_world(frame, own_world);
	JSCValue *origin = jsc_context_evaluate(context, "self.origin", -1);
	char *text = jsc_value_to_string(origin);

	g_object_unref(origin);
	g_object_unref(context);
	return text;
}

/* A document at about: or blob: has the origin of whoever made it, and grants are not handed on. */
static bool has_address_of(WebKitFrame *frame, const char *origin)
{
	const char *uri = webkit_frame_get_uri(frame);

	return uri && strncmp(uri, origin, strcspn(origin, ":") + 1) == 0;
}

static void on_window_object_cleared(
	WebKitScriptWorld *world, WebKitWebPage *page, WebKitFrame *frame, gpointer unused)
{
	bool is_main = webkit_frame_is_main_frame(frame);
	char **granted = is_main ? main_origins : frame_origins;
	GObject *holder = is_main ? G_OBJECT(page) : G_OBJECT(frame);
	g_autofree char *origin = NULL;
	struct document *d;
	JSCContext *context;

	/* The old document's channel closes before the new one's hello. */
	g_object_set_data(holder, "kiln-document", NULL);
	if (!granted[0])
		return;
	origin = origin_of(frame);
	if (!g_strv_contains((const char *const *)granted, origin) ||
		!has_address_of(frame, origin))
		return;
	context = webkit_frame_get_js_context_for_script_world(frame, world);
	d = document_new(page, context, window_id, origin, !is_main);
	g_object_unref(context);
	g_object_set_data_full(holder, "kiln-document", d, free_document);
}

__attribute__((visibility("default"))) void webkit_web_process_extension_initialize_with_user_data(
	WebKitWebProcessExtension *extension, GVariant *grants);

void webkit_web_process_extension_initialize_with_user_data(
	WebKitWebProcessExtension *extension, GVariant *grants)
{
	g_variant_get(grants, "(s^as^as)", &window_id, &main_origins, &frame_origins);
	own_world = webkit_script_world_new();
	g_signal_connect(webkit_script_world_get_default(), "window-object-cleared",
		G_CALLBACK(on_window_object_cleared), NULL);
}
