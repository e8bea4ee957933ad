#include "view/engine.h"

#include <errno.h>
#include <gio/gunixfdlist.h>
#include <stdio.h>
#include <string.h>
#include <wpe/webkit.h>

#include "ipc/origin.h"
#include "view/asked.h"
#include "view/platform.h"
#include "view/scheme.h"
#include "wire/hello.h"

#define LOG_TAG "view"
#include "base/log.h"

/* The text that draws what is laid over a page: the body of a function. */
__asm__(".section .rodata\n"
	".global kiln_overlay_js, kiln_overlay_js_end\n"
	".hidden kiln_overlay_js, kiln_overlay_js_end\n"
	"kiln_overlay_js:\n"
	".incbin \"js/dev/overlay.js\"\n"
	"kiln_overlay_js_end:\n"
	".previous\n");
extern const char kiln_overlay_js[], kiln_overlay_js_end[];

/* How often a page may cancel what its window is told to load, and how soon it is told again. */
#define RETRIES_MAX 8
#define RETRY_MS 200

struct engine {
	WPEDisplay *display; /* owned */
	WebKitNetworkSession *session; /* owned */
	WebKitSettings *settings; /* owned */
	struct scheme *scheme; /* owned, outlives the contexts */
	char *webext_dir; /* owned */
	bool dev;
};

struct web_view {
	WebKitWebContext *context; /* owned */
	WebKitWebView *view; /* owned */
	const struct web_view_ops *ops;
	void *arg;
	struct asked *asked; /* a reference; null but in dev */
	bool failed; /* the load under way, or it is of the page that says so */
	bool error_page; /* comes next */
	bool awaited; /* a load of ours has not begun */
	WebKitURIRequest *wanted; /* owned: where we sent it and it has not arrived; or null */
	bool wanted_again; /* the same for a reload */
	bool under_way; /* and has begun */
	bool redirected, contested; /* to elsewhere; by a page that wants another */
	unsigned retries;
	guint retry; /* source that sends it there once more */
	char origin[ORIGIN_MAX]; /* of the committed document */
};

void engine_set_inspector(unsigned port)
{
	char address[32];

	/* WebKit reads them when its first context is made. */
	g_unsetenv("WEBKIT_INSPECTOR_SERVER");
	g_unsetenv("WEBKIT_INSPECTOR_HTTP_SERVER");
	if (port == 0)
		return;
	snprintf(address, sizeof(address), "127.0.0.1:%u", port);
	g_setenv("WEBKIT_INSPECTOR_HTTP_SERVER", address, TRUE);
	/*
	 * WebKit connects to its own inspector while it initialises a class, and GIO then looks
	 * for a proxy: its other threads wait for that class, and it for them, without end.
	 * What is there already is not looked for.
	 */
	g_proxy_resolver_get_default();
}

const char *engine_version(void)
{
	static char text[48];

	snprintf(text, sizeof(text), "WPE WebKit %u.%u.%u", webkit_get_major_version(),
		webkit_get_minor_version(), webkit_get_micro_version());
	return text;
}

static WebKitSettings *settings_new(bool dev)
{
	WebKitSettings *settings = webkit_settings_new();

	/*
	 * A page that comes back from the page cache emits no window-object-cleared
	 * and so asks for no socket; and a kiosk goes nowhere to come back from.
	 */
	webkit_settings_set_enable_page_cache(settings, FALSE);
	webkit_settings_set_enable_developer_extras(settings, dev);
	return settings;
}

/* A page must not fill the device. */
static void on_download_started(
	WebKitNetworkSession *session, WebKitDownload *download, gpointer arg)
{
	log_burst_at(LOG_LEVEL_WARN, "download of %s refused",
		webkit_uri_request_get_uri(webkit_download_get_request(download)));
	webkit_download_cancel(download);
}

int engine_new(const struct engine_options *opts, struct engine **ret)
{
	struct engine *e = calloc(1, sizeof(*e));
	g_autoptr(GError) error = NULL;
	int r;

	if (!e)
		return -ENOMEM;
	/* A device's sandbox is not its environment's to switch off. */
	g_unsetenv("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS");
	e->display = platform_display_new(opts->screen, opts->seat, opts->keyboard, &error);
	if (!e->display) {
		log_error("the display platform does not start: %s", error->message);
		free(e);
		return -EIO;
	}
	e->session = webkit_network_session_new_ephemeral();
	g_signal_connect(e->session, "download-started", G_CALLBACK(on_download_started), NULL);
	e->settings = settings_new(opts->dev);
	e->dev = opts->dev;
	e->webext_dir = g_strdup(opts->webext_dir);
	r = scheme_new(opts->app_id, opts->web_fd, &e->scheme);
	if (r < 0) {
		engine_free(e);
		return r;
	}
	*ret = e;
	return 0;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	g_clear_object(&e->settings);
	g_clear_object(&e->session);
	if (e->display)
		platform_outputs_forget(e->display);
	g_clear_object(&e->display);
	scheme_free(e->scheme);
	g_free(e->webext_dir);
	free(e);
}

/* WebKit has normalised the address: the host is in lower case and in ASCII, the user is gone. */
void engine_origin(const char *uri, char ret[static ORIGIN_MAX])
{
	WebKitSecurityOrigin *origin = webkit_security_origin_new_for_uri(uri);
	g_autofree char *text = webkit_security_origin_to_string(origin);
	size_t len = text ? strlen(text) : 0;

	if (len >= ORIGIN_MAX || !origin_valid(text, len))
		len = 0;
	memcpy(ret, len ? text : "", len);
	ret[len] = '\0';
	webkit_security_origin_unref(origin);
}

/* ---- loads of ours, over which a page may not load others ---- */

static void want_nothing(struct web_view *v)
{
	g_clear_object(&v->wanted);
	g_clear_handle_id(&v->retry, g_source_remove);
	v->wanted_again = v->under_way = v->redirected = v->contested = false;
	v->retries = 0;
}

static void load_wanted(struct web_view *v)
{
	v->awaited = true;
	v->under_way = false;
	v->error_page = false;
	if (v->wanted_again && v->asked)
		webkit_web_view_reload_bypass_cache(v->view);
	else if (v->wanted_again)
		webkit_web_view_reload(v->view);
	else
		webkit_web_view_load_request(v->view, v->wanted);
}

static gboolean on_retry(gpointer arg)
{
	struct web_view *v = arg;

	v->retry = 0;
	/* It can be cancelled without a word. */
	if (v->under_way && webkit_web_view_is_loading(v->view))
		return G_SOURCE_REMOVE;
	if (++v->retries > RETRIES_MAX)
		webkit_web_view_terminate_web_process(v->view);
	else
		load_wanted(v);
	return G_SOURCE_REMOVE;
}

/* It may have been cancelled, or have been about to begin. */
static void see_to_wanted(struct web_view *v)
{
	if ((v->wanted || v->wanted_again) && !v->retry)
		v->retry = g_timeout_add(RETRY_MS, on_retry, v);
}

/* Whether a load of @uri is the one that is wanted, as far as that can be told. */
static bool may_be_wanted(const struct web_view *v, const char *uri)
{
	return !v->wanted || v->redirected ||
	       strcmp(uri, webkit_uri_request_get_uri(v->wanted)) == 0;
}

/* A page has come. One that slipped through before ours is shown until ours comes. */
static void arrived(struct web_view *v, const char *uri)
{
	if (v->awaited)
		return;
	if (!v->contested || may_be_wanted(v, uri)) {
		want_nothing(v);
		return;
	}
	v->under_way = false;
	see_to_wanted(v);
}

/* A redirect is a part of the load that it is of. */
static bool is_wanted(struct web_view *v, WebKitNavigationAction *action)
{
	const char *uri = webkit_uri_request_get_uri(webkit_navigation_action_get_request(action));

	if (webkit_navigation_action_is_redirect(action)) {
		v->redirected = true;
		return true;
	}
	if (v->wanted_again)
		return webkit_navigation_action_get_navigation_type(action) ==
		       WEBKIT_NAVIGATION_TYPE_RELOAD;
	return strcmp(uri, webkit_uri_request_get_uri(v->wanted)) == 0;
}

/*
 * A page that keeps going elsewhere would cancel a load of ours before that has begun, and
 * again each time. So until ours has arrived it goes nowhere else; ours is sent again when
 * it may have been cancelled; and a page that does not leave it at that loses its process,
 * as one that crashed, whereupon its window loads what it is to show.
 */
static gboolean on_decide_policy(WebKitWebView *view, WebKitPolicyDecision *decision,
	WebKitPolicyDecisionType type, gpointer arg)
{
	struct web_view *v = arg;

	if (type != WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION ||
		(!v->wanted && !v->wanted_again) ||
		is_wanted(v, webkit_navigation_policy_decision_get_navigation_action(
				     WEBKIT_NAVIGATION_POLICY_DECISION(decision))))
		return FALSE;
	webkit_policy_decision_ignore(decision);
	v->contested = true;
	see_to_wanted(v);
	return TRUE;
}

static void on_load_changed(WebKitWebView *view, WebKitLoadEvent event, gpointer arg)
{
	struct web_view *v = arg;
	const char *uri = webkit_web_view_get_uri(view);
	bool known;

	if (!uri)
		uri = "";
	if (event == WEBKIT_LOAD_STARTED) {
		v->failed = v->error_page;
		v->under_way = v->wanted || v->wanted_again;
		v->error_page = v->awaited = false;
		if (v->asked)
			asked_begin(v->asked);
	} else if (event == WEBKIT_LOAD_COMMITTED) {
		/*
		 * Only now: before the commit the address is the requested one. It still is
		 * when we have asked for another page and this one was already coming, and on
		 * the page that says that there is none.
		 */
		arrived(v, uri);
		known = !v->awaited && !v->failed;
		engine_origin(known ? uri : "", v->origin);
		if (v->asked)
			asked_commit(v->asked);
		v->ops->committed(uri, known ? v->origin : NULL, v->arg);
	} else if (event == WEBKIT_LOAD_FINISHED && !v->failed && !v->awaited) {
		/* Of one that is on its way out the address would be that of the next. */
		v->ops->loaded(uri, NULL, v->arg);
	}
}

static gboolean on_load_failed(
	WebKitWebView *view, WebKitLoadEvent event, const char *uri, GError *error, gpointer arg)
{
	struct web_view *v = arg;

	v->failed = true;
	/* Another load took its place: that one will report, and there is no error page. */
	if (g_error_matches(error, WEBKIT_NETWORK_ERROR, WEBKIT_NETWORK_ERROR_CANCELLED) ||
		g_error_matches(error, WEBKIT_POLICY_ERROR,
			WEBKIT_POLICY_ERROR_FRAME_LOAD_INTERRUPTED_BY_POLICY_CHANGE)) {
		if (may_be_wanted(v, uri)) {
			v->under_way = false;
			see_to_wanted(v);
		}
		return FALSE;
	}
	v->error_page = true;
	want_nothing(v);
	v->ops->loaded(uri, error->message, v->arg);
	return FALSE;
}

static void on_terminated(
	WebKitWebView *view, WebKitWebProcessTerminationReason reason, gpointer arg)
{
	struct web_view *v = arg;

	want_nothing(v);
	switch (reason) {
	case WEBKIT_WEB_PROCESS_EXCEEDED_MEMORY_LIMIT:
		v->ops->crashed("the web process exceeded its memory limit", v->arg);
		break;
	case WEBKIT_WEB_PROCESS_TERMINATED_BY_API:
		v->ops->crashed("the web process was ended", v->arg);
		break;
	case WEBKIT_WEB_PROCESS_CRASHED:
	default:
		v->ops->crashed("the web process crashed", v->arg);
	}
}

static int connect_main(struct web_view *v, const char *origin)
{
	if (origin_equal(origin, v->origin))
		return v->ops->connect(v->arg);
	log_burst_at(LOG_LEVEL_WARN, "a document of \"%s\" is not the one of \"%s\": no channel",
		origin, v->origin);
	return -EACCES;
}

/* Of a hello: -EBADMSG for what is none. */
static int connect_document(struct web_view *v, WebKitUserMessage *message)
{
	const char *name = webkit_user_message_get_name(message);
	GVariant *parameters = webkit_user_message_get_parameters(message);
	const char *origin;

	if (!parameters || !g_variant_is_of_type(parameters, G_VARIANT_TYPE_STRING))
		return -EBADMSG;
	origin = g_variant_get_string(parameters, NULL);
	if (strcmp(name, HELLO_MESSAGE) == 0)
		return connect_main(v, origin);
	if (strcmp(name, HELLO_FRAME_MESSAGE) == 0)
		return v->ops->connect_frame(origin, v->arg);
	return -EBADMSG;
}

/*
 * The extension's hello. Whatever else a message brings (fds above all) is
 * dropped with it, and the socket that goes back is of our own making.
 */
static gboolean on_user_message(WebKitWebView *view, WebKitUserMessage *message, gpointer arg)
{
	struct web_view *v = arg;
	g_autoptr(GUnixFDList) fds = NULL;
	int fd = connect_document(v, message);

	if (fd == -EBADMSG)
		return FALSE;
	if (webkit_user_message_get_fd_list(message))
		log_burst_at(LOG_LEVEL_WARN, "a page's process sent file descriptors: closed");
	if (fd >= 0)
		fds = g_unix_fd_list_new_from_array(&fd, 1);
	webkit_user_message_send_reply(
		message, webkit_user_message_new_with_fd_list(HELLO_MESSAGE, NULL, fds));
	return TRUE;
}

/* Nobody is there to answer: alert() returns, confirm() and prompt() are cancelled, at once. */
static gboolean on_script_dialog(WebKitWebView *view, WebKitScriptDialog *dialog, gpointer arg)
{
	log_burst_at(LOG_LEVEL_INFO, "dialog of the page dismissed: %s",
		webkit_script_dialog_get_message(dialog));
	if (webkit_script_dialog_get_dialog_type(dialog) ==
		WEBKIT_SCRIPT_DIALOG_BEFORE_UNLOAD_CONFIRM)
		webkit_script_dialog_confirm_set_confirmed(dialog, TRUE);
	return TRUE;
}

static gboolean on_context_menu(
	WebKitWebView *view, WebKitContextMenu *menu, WebKitHitTestResult *hit, gpointer arg)
{
	return TRUE;
}

static void on_framed(void *arg)
{
	struct web_view *v = arg;

	v->ops->framed(v->arg);
}

static void on_painted(void *arg)
{
	struct web_view *v = arg;

	v->ops->painted(v->arg);
}

static void on_focus_wanted(void *arg)
{
	struct web_view *v = arg;

	if (v->ops->focus_wanted)
		v->ops->focus_wanted(v->arg);
}

static void on_text_focus(const struct text_focus *f, void *arg)
{
	struct web_view *v = arg;

	if (v->ops->text_focus)
		v->ops->text_focus(f, v->arg);
}

static const struct platform_view_ops platform_ops = {
	.framed = on_framed,
	.painted = on_painted,
	.focus_wanted = on_focus_wanted,
	.text_focus = on_text_focus,
};

static void on_close(WebKitWebView *view, gpointer arg)
{
	struct web_view *v = arg;

	v->ops->closing(v->arg);
}

static WPEView *wpe_of(const struct web_view *v)
{
	return webkit_web_view_get_wpe_view(v->view);
}

static WebKitWebContext *context_new(
	struct engine *e, const struct web_view_options *opts, struct asked *asked)
{
	WebKitWebContext *context = webkit_web_context_new();

	webkit_web_context_set_web_process_extensions_directory(context, e->webext_dir);
	webkit_web_context_set_web_process_extensions_initialization_user_data(context,
		g_variant_new("(s^as^as)", opts->window, opts->origins, opts->frame_origins));
	scheme_register(e->scheme, context, asked);
	return context;
}

int web_view_new(struct engine *e, const struct web_view_options *opts, struct web_view **ret)
{
	struct web_view *v = calloc(1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	if (e->dev && asked_new(&v->asked) < 0) {
		free(v);
		return -ENOMEM;
	}
	v->ops = opts->ops;
	v->arg = opts->arg;
	v->context = context_new(e, opts, v->asked);
	/* Not floating here, as it is in GTK: sinking would keep it, and its process, for ever. */
	v->view = g_object_new(WEBKIT_TYPE_WEB_VIEW, "display", e->display, "web-context",
		v->context, "network-session", e->session, "settings", e->settings, NULL);
	g_signal_connect(v->view, "load-changed", G_CALLBACK(on_load_changed), v);
	g_signal_connect(v->view, "decide-policy", G_CALLBACK(on_decide_policy), v);
	g_signal_connect(v->view, "load-failed", G_CALLBACK(on_load_failed), v);
	g_signal_connect(v->view, "web-process-terminated", G_CALLBACK(on_terminated), v);
	g_signal_connect(v->view, "user-message-received", G_CALLBACK(on_user_message), v);
	g_signal_connect(v->view, "script-dialog", G_CALLBACK(on_script_dialog), v);
	g_signal_connect(v->view, "context-menu", G_CALLBACK(on_context_menu), v);
	g_signal_connect(v->view, "close", G_CALLBACK(on_close), v);
	platform_view_init(wpe_of(v), &platform_ops, v);
	*ret = v;
	return 0;
}

void web_view_free(struct web_view *v)
{
	if (!v)
		return;
	g_signal_handlers_disconnect_by_data(v->view, v);
	want_nothing(v);
	platform_view_detach(wpe_of(v));
	g_object_unref(v->view);
	g_object_unref(v->context);
	asked_unref(v->asked);
	free(v);
}

int engine_add_output(struct engine *e, struct output *o)
{
	return platform_output_add(e->display, o);
}

int web_view_place(struct web_view *v, const struct web_view_place *place)
{
	const struct platform_place p = {
		.output = place->output,
		.canvas = *place->canvas,
		.width = (int)place->width,
		.height = (int)place->height,
		.scale = place->scale,
		.fullscreen = place->fullscreen,
	};

	return platform_view_place(wpe_of(v), &p);
}

struct layer *web_view_layer(const struct web_view *v)
{
	return platform_view_layer(wpe_of(v));
}

void web_view_show(struct web_view *v, bool visible)
{
	platform_view_show(wpe_of(v), visible);
}

void web_view_map(struct web_view *v, bool mapped)
{
	platform_view_map(wpe_of(v), mapped);
}

void engine_set_input_kinds(struct engine *e, unsigned kinds)
{
	platform_input_set_kinds(e->display, kinds);
}

void web_view_focus(struct web_view *v, bool focused)
{
	platform_input_focus(wpe_of(v), focused);
	if (focused)
		wpe_view_focus_in(wpe_of(v));
	else
		wpe_view_focus_out(wpe_of(v));
}

void web_view_set_zoom(struct web_view *v, double zoom)
{
	webkit_web_view_set_zoom_level(v->view, zoom);
}

void web_view_set_transparent(struct web_view *v, bool transparent)
{
	WebKitColor behind = { 1, 1, 1, 1 };

	if (transparent)
		behind = (WebKitColor){ 0 };
	webkit_web_view_set_background_color(v->view, &behind);
	platform_view_set_transparent(wpe_of(v), transparent);
}

const char *web_view_title(const struct web_view *v)
{
	const char *title = webkit_web_view_get_title(v->view);

	return title ? title : "";
}

void web_view_go_back(struct web_view *v)
{
	webkit_web_view_go_back(v->view);
}

void web_view_go_forward(struct web_view *v)
{
	webkit_web_view_go_forward(v->view);
}

void web_view_load(struct web_view *v, const char *uri)
{
	want_nothing(v);
	v->wanted = webkit_uri_request_new(uri);
	load_wanted(v);
}

void web_view_reload(struct web_view *v)
{
	want_nothing(v);
	v->wanted_again = true;
	load_wanted(v);
}

bool web_view_shows(const struct web_view *v, const char *path)
{
	return v->asked && asked_has(v->asked, path);
}

static void on_overlay(GObject *view, GAsyncResult *result, gpointer unused)
{
	g_autoptr(GError) error = NULL;
	JSCValue *value = webkit_web_view_call_async_javascript_function_finish(
		WEBKIT_WEB_VIEW(view), result, &error);

	/* A page that goes meanwhile takes it along; the next one gets its own. */
	if (!value && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		log_debug("the overlay: %s", error->message);
	g_clear_object(&value);
}

void web_view_overlay(struct web_view *v, const char *problems)
{
	g_autofree char *valid = g_utf8_make_valid(problems, -1);
	GVariantDict arguments;

	g_variant_dict_init(&arguments, NULL);
	g_variant_dict_insert(&arguments, "problems", "s", valid);
	webkit_web_view_call_async_javascript_function(v->view, kiln_overlay_js,
		kiln_overlay_js_end - kiln_overlay_js, g_variant_dict_end(&arguments), "kiln:dev",
		"kiln:overlay.js", NULL, on_overlay, NULL);
}
