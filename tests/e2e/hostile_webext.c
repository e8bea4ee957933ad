/*
 * A stand-in for a compromised web process: speaks to the runtime as the real
 * extension does, and then does what the page's query asks for.
 */
#include <gio/gunixfdlist.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wpe/webkit-web-process-extension.h>

static void say(const char *what)
{
	fprintf(stderr, "hostile: %s\n", what);
}

static void send_bytes(int fd, const void *bytes, size_t len)
{
	if (send(fd, bytes, len, MSG_NOSIGNAL) < 0)
		say("the socket is closed");
}

static void send_random(int fd)
{
	guint8 junk[65536];

	for (size_t i = 0; i < sizeof(junk); i++)
		junk[i] = (guint8)g_random_int();
	send_bytes(fd, junk, sizeof(junk));
}

/* A well-formed frame: [kind, 0, "greet", nil]. */
#define FRAME(kind) { 0, 0, 0, 10, 0x94, kind, 0, 0xa5, 'g', 'r', 'e', 'e', 't', 0xc0 }

static void send_event(int fd)
{
	const guint8 frame[] = FRAME(8);

	send_bytes(fd, frame, sizeof(frame));
}

/* At once, so that the runtime reads all of it before anybody can take a message. */
static void overrun_credit(int fd)
{
	const guint8 frame[] = FRAME(1);
	guint8 burst[4000][sizeof(frame)];

	for (size_t i = 0; i < G_N_ELEMENTS(burst); i++)
		memcpy(burst[i], frame, sizeof(frame));
	send_bytes(fd, burst, sizeof(burst));
}

static void pass_fd(int fd)
{
	const guint8 frame[] = FRAME(1);
	struct iovec iov = { (void *)frame, sizeof(frame) };
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int zero = 0;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &zero, sizeof(int));
	sendmsg(fd, &msg, MSG_NOSIGNAL);
}

static void hello(WebKitWebPage *page, GUnixFDList *fds, GAsyncReadyCallback done, gpointer arg)
{
	webkit_web_page_send_message_to_view(page,
		webkit_user_message_new_with_fd_list("kiln.hello", NULL, fds), NULL, done, arg);
}

static void on_second_answer(GObject *page, GAsyncResult *result, gpointer arg)
{
	WebKitUserMessage *reply =
		webkit_web_page_send_message_to_view_finish(WEBKIT_WEB_PAGE(page), result, NULL);

	say(reply && webkit_user_message_get_fd_list(reply) ? "got a second socket"
							    : "got no second socket");
}

static void on_answer(GObject *object, GAsyncResult *result, gpointer arg)
{
	WebKitWebPage *page = WEBKIT_WEB_PAGE(object);
	WebKitUserMessage *reply = webkit_web_page_send_message_to_view_finish(page, result, NULL);
	GUnixFDList *fds = reply ? webkit_user_message_get_fd_list(reply) : NULL;
	const char *uri = webkit_web_page_get_uri(page);
	int fd = fds ? g_unix_fd_list_get(fds, 0, NULL) : -1;

	say(fd >= 0 ? "got a socket" : "got no socket");
	if (fd < 0)
		return;
	if (strstr(uri, "?random"))
		send_random(fd);
	else if (strstr(uri, "?event"))
		send_event(fd);
	else if (strstr(uri, "?overrun"))
		overrun_credit(fd);
	else if (strstr(uri, "?fd"))
		pass_fd(fd);
	else if (strstr(uri, "?second"))
		hello(page, NULL, on_second_answer, NULL);
}

static void on_window_object_cleared(
	WebKitScriptWorld *world, WebKitWebPage *page, WebKitFrame *frame, gpointer unused)
{
	GUnixFDList *stray = NULL;
	int pipe_fds[2];

	if (!webkit_frame_is_main_frame(frame))
		return;
	if (strstr(webkit_frame_get_uri(frame), "?stray") && pipe(pipe_fds) == 0)
		stray = g_unix_fd_list_new_from_array(pipe_fds, 2);
	hello(page, stray, on_answer, NULL);
}

__attribute__((visibility("default"))) void webkit_web_process_extension_initialize_with_user_data(
	WebKitWebProcessExtension *extension, GVariant *data);

void webkit_web_process_extension_initialize_with_user_data(
	WebKitWebProcessExtension *extension, GVariant *data)
{
	g_signal_connect(webkit_script_world_get_default(), "window-object-cleared",
		G_CALLBACK(on_window_object_cleared), NULL);
}
