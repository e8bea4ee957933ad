#include "view/scheme.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <string.h>

#include "base/file.h"
#include "view/asked.h"
#include "view/path.h"

#define LOG_TAG "app"
#include "base/log.h"

struct scheme {
	char *prefix; /* owned: "app://<id>", what every address must begin with */
	int web_fd; /* borrowed */
};

/* One context's side of it. */
struct client {
	const struct scheme *scheme; /* borrowed: outlives the context */
	struct asked *asked; /* a reference, or null */
};

/* The app's own files and nothing from elsewhere; inline styles, as every framework writes them. */
#define CONTENT_SECURITY_POLICY                                                                     \
	"default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "                   \
	"media-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; " \
	"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

static const char not_found_page[] =
	"<!doctype html><meta charset=utf-8><title>Not found</title>"
	"<style>body{font:24px sans-serif;margin:15%% 10%%;color:#333}code{color:#a00}</style>"
	"<h1>This page does not exist</h1><p>The app has no file <code>%s</code> "
	"in its <code>web</code> folder.</p>";

/* Consumes @stream. */
static void finish(WebKitURISchemeRequest *request, GInputStream *stream, gint64 len,
	unsigned status, const char *reason, const char *type)
{
	WebKitURISchemeResponse *response = webkit_uri_scheme_response_new(stream, len);
	SoupMessageHeaders *headers = soup_message_headers_new(SOUP_MESSAGE_HEADERS_RESPONSE);

	/* Here too: once there are headers, WebKit takes the type from them. */
	soup_message_headers_append(headers, "Content-Type", type);
	soup_message_headers_append(headers, "Content-Security-Policy", CONTENT_SECURITY_POLICY);
	soup_message_headers_append(headers, "X-Content-Type-Options", "nosniff");
	soup_message_headers_append(headers, "Referrer-Policy", "no-referrer");
	soup_message_headers_append(headers, "Cache-Control", "no-cache");
	webkit_uri_scheme_response_set_status(response, status, reason);
	webkit_uri_scheme_response_set_content_type(response, type);
	webkit_uri_scheme_response_set_http_headers(response, headers);
	webkit_uri_scheme_request_finish_with_response(request, response);
	g_object_unref(response);
	g_object_unref(stream);
}

static void finish_with_page(
	WebKitURISchemeRequest *request, unsigned status, const char *reason, const char *path)
{
	g_autofree char *shown = g_markup_escape_text(path, -1);
	char *page = g_strdup_printf(not_found_page, shown);
	gssize len = (gssize)strlen(page);

	finish(request, g_memory_input_stream_new_from_data(page, len, g_free), len, status, reason,
		"text/html; charset=utf-8");
}

/* The part of an app's address behind app://<id>, or null when the address is not the app's. */
static const char *path_of(const struct scheme *s, const char *uri)
{
	size_t len = strlen(s->prefix);

	if (strncmp(uri, s->prefix, len) != 0)
		return NULL;
	return uri[len] == '\0' || strchr("/?#", uri[len]) ? uri + len : NULL;
}

static void on_request(WebKitURISchemeRequest *request, gpointer arg)
{
	const struct client *client = arg;
	const struct scheme *s = client->scheme;
	const char *uri = webkit_uri_scheme_request_get_uri(request);
	const char *method = webkit_uri_scheme_request_get_http_method(request);
	const char *url_path = path_of(s, uri);
	char path[PATH_BYTES_MAX];
	off_t size;
	int r = -ENOENT, fd;

	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
		finish_with_page(request, 405, "Method Not Allowed", uri);
		return;
	}
	if (url_path)
		r = path_decode(url_path, path);
	if (r < 0) {
		log_burst_at(LOG_LEVEL_WARN, "%s: no such address in this app", uri);
		finish_with_page(request, 404, "Not Found", uri);
		return;
	}
	/* What is not there may be there tomorrow. */
	if (client->asked)
		asked_note(client->asked, path);
	fd = file_open_beneath(s->web_fd, path, &size);
	if (fd < 0) {
		log_burst_at(LOG_LEVEL_WARN, "%s: web/%s: %s", uri, path, strerror(-fd));
		finish_with_page(request, 404, "Not Found", path);
		return;
	}
	finish(request, g_unix_input_stream_new(fd, TRUE), size, 200, "OK", path_mime_type(path));
}

int scheme_new(const char *app_id, int web_fd, struct scheme **ret)
{
	struct scheme *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->prefix = g_strconcat("app://", app_id, NULL);
	s->web_fd = web_fd;
	*ret = s;
	return 0;
}

static void free_client(gpointer arg)
{
	struct client *client = arg;

	asked_unref(client->asked);
	g_free(client);
}

/*
 * Secure, so that it may use what only secure contexts may; reachable by fetch()
 * under the rules of CORS; and shown to no foreign page, in no frame.
 */
void scheme_register(struct scheme *s, WebKitWebContext *context, struct asked *asked)
{
	struct client *client = g_new0(struct client, 1);
	WebKitSecurityManager *security = webkit_web_context_get_security_manager(context);

	webkit_security_manager_register_uri_scheme_as_secure(security, "app");
	webkit_security_manager_register_uri_scheme_as_cors_enabled(security, "app");
	webkit_security_manager_register_uri_scheme_as_display_isolated(security, "app");
	client->scheme = s;
	client->asked = asked ? asked_ref(asked) : NULL;
	webkit_web_context_register_uri_scheme(context, "app", on_request, client, free_client);
}

void scheme_free(struct scheme *s)
{
	if (!s)
		return;
	g_free(s->prefix);
	free(s);
}
