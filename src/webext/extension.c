/*
 * The web process extension: gives the main frame's documents of the app's own
 * origin their channel. Nothing is decided here, for this process may belong to
 * whoever got into it; leaving foreign documents alone only saves the runtime
 * from refusing them.
 */
#include <stdbool.h>
#include <string.h>
#include <wpe/webkit-web-process-extension.h>

#include "webext/document.h"

static char *app_origin; /* of the process, which ends without freeing it */

static bool is_app_address(const char *uri)
{
	size_t len = strlen(app_origin);

	return uri && strncmp(uri, app_origin, len) == 0 &&
	       (uri[len] == '\0' || strchr("/?#", uri[len]));
}

static void free_document(gpointer arg)
{
	document_free(arg);
}

static void on_window_object_cleared(
	WebKitScriptWorld *world, WebKitWebPage *page, WebKitFrame *frame, gpointer unused)
{
	struct document *d = NULL;
	JSCContext *context;

	if (!webkit_frame_is_main_frame(frame))
		return;
	/* The old document's channel closes before the new one's hello. */
	g_object_set_data(G_OBJECT(page), "kiln-document", NULL);
	if (!is_app_address(webkit_frame_get_uri(frame)))
		return;
	context = webkit_frame_get_js_context_for_script_world(frame, world);
	d = document_new(page, context);
	g_object_unref(context);
	g_object_set_data_full(G_OBJECT(page), "kiln-document", d, free_document);
}

__attribute__((visibility("default"))) void webkit_web_process_extension_initialize_with_user_data(
	WebKitWebProcessExtension *extension, GVariant *origin);

void webkit_web_process_extension_initialize_with_user_data(
	WebKitWebProcessExtension *extension, GVariant *origin)
{
	app_origin = g_variant_dup_string(origin, NULL);
	g_signal_connect(webkit_script_world_get_default(), "window-object-cleared",
		G_CALLBACK(on_window_object_cleared), NULL);
}
