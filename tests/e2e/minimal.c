/*
 * The least that a WPE program can be: WebKit's own headless platform, GLib's
 * main loop, one page. What a static page costs here is what it costs with
 * WebKit; the runtime is held against it. SIGUSR2 prints the wake-ups so far.
 */
#include <glib-unix.h>
#include <stdio.h>
#include <wpe/headless/wpe-headless.h>
#include <wpe/webkit.h>

static unsigned long wakeups, frames;

static gint counting_poll(GPollFD *fds, guint n, gint timeout)
{
	gint r = g_poll(fds, n, timeout);

	wakeups++;
	return r;
}

static gboolean on_status(gpointer arg)
{
	fprintf(stderr, "minimal: status: wakeups=%lu frames=%lu\n", wakeups, frames);
	return G_SOURCE_CONTINUE;
}

static void on_rendered(WPEView *view, WPEBuffer *buffer, gpointer arg)
{
	if (frames++ == 0)
		fprintf(stderr, "minimal: first frame\n");
}

int main(int argc, char **argv)
{
	WPEDisplay *display = wpe_display_headless_new();
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);
	WebKitWebView *view;
	g_autofree char *path = argc > 1 ? g_canonicalize_filename(argv[1], NULL) : NULL;
	g_autofree char *uri = path ? g_strconcat("file://", path, NULL) : NULL;

	if (!uri || !wpe_display_connect(display, NULL))
		return 1;
	g_main_context_set_poll_func(NULL, counting_poll);
	g_unix_signal_add(SIGUSR2, on_status, NULL);
	g_unix_signal_add(SIGTERM, G_SOURCE_FUNC(g_main_loop_quit), loop);
	view = g_object_new(WEBKIT_TYPE_WEB_VIEW, "display", display, NULL);
	wpe_toplevel_resize(wpe_view_get_toplevel(webkit_web_view_get_wpe_view(view)), 1280, 800);
	g_signal_connect(webkit_web_view_get_wpe_view(view), "buffer-rendered",
		G_CALLBACK(on_rendered), NULL);
	webkit_web_view_load_uri(view, uri);
	g_main_loop_run(loop);
	return 0;
}
