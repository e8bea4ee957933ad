/*
 * A stand-in for a compromised web process: says hello as the real extension
 * does, and then does what its window is called after. In windows of other names
 * it is the real extension.
 */
#include <gio/gunixfdlist.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wpe/webkit-web-process-extension.h>

#include "webext/document.h"
#include "wire/frame.h"
#include "wire/hello.h"
#include "wire/limits.h"

static char *window_id;

static void say(const char *what)
{
	fprintf(stderr, "hostile: %s: %s\n", window_id, what);
}

static void send_bytes(int fd, const void *bytes, size_t len)
{
	if (send(fd, bytes, len, MSG_NOSIGNAL) < 0)
		say("the socket is closed");
}

/* Any frame, whether the runtime's own code would make it or not; the payload is msgpack. */
static GByteArray *frame(
	guint8 kind, guint32 id, const char *channel, const void *payload, size_t len)
{
	GByteArray *f = g_byte_array_new();
	const guint8 head[] = { 0, 0, 0, 0, 0x94, 0xcc, kind, 0xce, (guint8)(id >> 24),
		(guint8)(id >> 16), (guint8)(id >> 8), (guint8)id, 0xd9, (guint8)strlen(channel) };

	g_byte_array_append(f, head, sizeof(head));
	g_byte_array_append(f, (const guint8 *)channel, (guint)strlen(channel));
	g_byte_array_append(f, payload, (guint)len);
	f->data[2] = (guint8)((f->len - FRAME_PREFIX) >> 8);
	f->data[3] = (guint8)(f->len - FRAME_PREFIX);
	return f;
}

static void send_frames(int fd, unsigned n, guint8 kind, guint32 id, const char *channel,
	const void *payload, size_t len)
{
	g_autoptr(GByteArray) f = frame(kind, id, channel, payload, len);
	g_autoptr(GByteArray) all = g_byte_array_new();

	/* At once, so that the runtime reads all of it before anybody can take a message. */
	while (n-- > 0)
		g_byte_array_append(all, f->data, f->len);
	send_bytes(fd, all->data, all->len);
}

#define NIL "\xc0"
#define TRUE_ "\xc3"
/* [7004, "", false] */
#define FAILURE "\x93\xcd\x1b\x5c\xa0\xc2"
/* {windowId: "good"} */
#define NAMED "\x81\xa8windowId\xa4good"

static void attack_random(int fd)
{
	guint8 junk[65536];

	for (size_t i = 0; i < sizeof(junk); i++)
		junk[i] = (guint8)g_random_int();
	send_bytes(fd, junk, sizeof(junk));
}

static void attack_event(int fd)
{
	send_frames(fd, 1, FRAME_EVENT, 0, "__window__",
		"\x92\xa5"
		"close\x80",
		8);
}

static void attack_credit(int fd)
{
	send_frames(fd, 1, FRAME_CREDIT, 100, "", NIL, 1);
}

static void attack_refused(int fd)
{
	send_frames(fd, 1, FRAME_REFUSED, STATUS_PERMISSION_DENIED, "greet", "\xa1x", 2);
}

static void attack_again(int fd)
{
	send_frames(fd, 1, FRAME_MESSAGE | FRAME_AGAIN, 0, "greet", NIL, 1);
}

static void attack_overrun(int fd)
{
	send_frames(fd, 4000, FRAME_MESSAGE, 0, "greet", NIL, 1);
}

static void attack_nothing_acked(int fd)
{
	send_frames(fd, 1, FRAME_ACK, 0, "", TRUE_, 1);
}

static void attack_false_ack(int fd)
{
	send_frames(fd, 1, FRAME_ACK, 1, "", TRUE_, 1);
}

static void attack_half_ack(int fd)
{
	send_frames(fd, 1, FRAME_ACK, UINT32_MAX, "", NIL, 1);
}

static void attack_reply(int fd)
{
	send_frames(fd, 1, FRAME_REPLY, 1, "", NIL, 1);
}

static void attack_failed(int fd)
{
	send_frames(fd, 1, FRAME_FAILED, 7, "", FAILURE, 6);
}

/* Of calls that were never made, each a search that costs nothing but ours. */
static void attack_cancel(int fd)
{
	for (guint32 id = 1; id < 200; id++)
		send_frames(fd, 1, FRAME_CANCEL, id, "", NIL, 1);
}

static void attack_reserved(int fd)
{
	send_frames(fd, 1, FRAME_MESSAGE, 0, "__window__", NIL, 1);
}

static void attack_long_log(int fd)
{
	send_frames(fd, 1, FRAME_LOG, 99, "", "\xa1x", 2);
}

static void attack_named(int fd)
{
	send_frames(fd, 1, FRAME_MESSAGE, 0, "greet", NAMED, sizeof(NAMED) - 1);
}

static void pass_fds(int fd, const int *fds, unsigned n)
{
	g_autoptr(GByteArray) f = frame(FRAME_MESSAGE, 0, "greet", NAMED, sizeof(NAMED) - 1);
	struct iovec iov = { f->data, f->len };
	char control[CMSG_SPACE(8 * sizeof(int))] = { 0 };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = CMSG_SPACE(n * sizeof(int)) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	if (sendmsg(fd, &msg, MSG_NOSIGNAL) < 0)
		say("the fds were not sent");
}

static void attack_fd(int fd)
{
	pass_fds(fd, (int[]){ 0 }, 1);
}

/* A file, both ends of a pipe, a listening socket, and the channel itself. */
static void attack_fds(int fd)
{
	int ends[2] = { -1, -1 };
	int listening = socket(AF_UNIX, SOCK_STREAM, 0);

	if (pipe(ends) == 0 && listen(listening, 1) < 0)
		pass_fds(fd, (int[]){ 0, ends[0], ends[1], listening, fd }, 5);
}

/*
 * Asks what is denied, takes its credit back, and acknowledges no answer: they
 * would wait for ever, beyond any bound.
 */
static void attack_deaf(int fd)
{
	guint8 bin[65536];
	unsigned round;

	for (round = 0; round < 100; round++) {
		send_frames(fd, CREDIT_MESSAGES / 4, FRAME_CALL, 1 + round, "nobody", NIL, 1);
		g_usleep(2000);
		if (recv(fd, bin, sizeof(bin), MSG_DONTWAIT) == 0)
			break;
	}
	fprintf(stderr, "hostile: %s: asked %u times\n", window_id, round * CREDIT_MESSAGES / 4);
}

static void hello(
	WebKitWebPage *page, const char *origin, GUnixFDList *fds, GAsyncReadyCallback done)
{
	webkit_web_page_send_message_to_view(page,
		webkit_user_message_new_with_fd_list(
			HELLO_MESSAGE, g_variant_new_string(origin), fds),
		NULL, done, NULL);
}

static int socket_of(GObject *page, GAsyncResult *result)
{
	WebKitUserMessage *reply =
		webkit_web_page_send_message_to_view_finish(WEBKIT_WEB_PAGE(page), result, NULL);
	GUnixFDList *fds = reply ? webkit_user_message_get_fd_list(reply) : NULL;

	return fds ? g_unix_fd_list_get(fds, 0, NULL) : -1;
}

static void on_second_answer(GObject *page, GAsyncResult *result, gpointer arg)
{
	say(socket_of(page, result) >= 0 ? "got a second socket" : "got no second socket");
}

static void attack_second(int fd)
{
}

static const struct attack {
	const char *name;
	void (*run)(int fd); /* null: another way of saying hello */
} attacks[] = {
	{ "random", attack_random },
	{ "event", attack_event },
	{ "credit", attack_credit },
	{ "refused", attack_refused },
	{ "again", attack_again },
	{ "overrun", attack_overrun },
	{ "nothing-acked", attack_nothing_acked },
	{ "false-ack", attack_false_ack },
	{ "half-ack", attack_half_ack },
	{ "reply", attack_reply },
	{ "failed", attack_failed },
	{ "cancel", attack_cancel },
	{ "reserved", attack_reserved },
	{ "long-log", attack_long_log },
	{ "fd", attack_fd },
	{ "fds", attack_fds },
	{ "named", attack_named },
	{ "deaf", attack_deaf },
	{ "second", attack_second },
	{ "stray", NULL },
	{ "early", NULL },
	{ "frames", NULL },
	{ "lying", NULL },
	{ "claims", NULL },
};

static const struct attack *attack; /* null in a window that is left alone */

static void on_answer(GObject *page, GAsyncResult *result, gpointer arg)
{
	int fd = socket_of(page, result);

	say(fd >= 0 ? "got a socket" : "got no socket");
	if (fd < 0)
		return;
	if (attack->run == attack_second)
		hello(WEBKIT_WEB_PAGE(page), "app://hostile", NULL, on_second_answer);
	else if (attack->run)
		attack->run(fd);
}

static void on_frame_answer(GObject *page, GAsyncResult *result, gpointer arg)
{
	static unsigned answers, sockets;

	sockets += socket_of(page, result) >= 0;
	if (++answers == 3 * SUBFRAMES_MAX)
		fprintf(stderr, "hostile: %s: got %u sockets for %u frames\n", window_id, sockets,
			answers);
}

/* Frames that there are not. */
static void claim_frames(WebKitWebPage *page, const char *origin)
{
	for (unsigned i = 0; i < 3 * SUBFRAMES_MAX; i++)
		webkit_web_page_send_message_to_view(page,
			webkit_user_message_new(HELLO_FRAME_MESSAGE, g_variant_new_string(origin)),
			NULL, on_frame_answer, NULL);
}

static bool is_attack(const char *name)
{
	return attack && strcmp(attack->name, name) == 0;
}

static void free_document(gpointer d)
{
	document_free(d);
}

static void on_window_object_cleared(
	WebKitScriptWorld *world, WebKitWebPage *page, WebKitFrame *in, gpointer unused)
{
	GUnixFDList *stray = NULL;
	JSCContext *context;
	int pipe_fds[2];

	if (!webkit_frame_is_main_frame(in))
		return;
	if (!attack) {
		context = webkit_frame_get_js_context_for_script_world(in, world);
		g_object_set_data_full(G_OBJECT(page), "document",
			document_new(page, context, window_id, "app://hostile", false),
			free_document);
		g_object_unref(context);
		return;
	}
	if (is_attack("stray") && pipe(pipe_fds) == 0)
		stray = g_unix_fd_list_new_from_array(pipe_fds, 2);
	/* From inside a page that is not the app's, as the page and as frames of it. */
	if (is_attack("claims"))
		hello(page, "app://hostile", NULL, on_answer);
	if (is_attack("frames") || is_attack("claims"))
		claim_frames(page, "app://hostile");
	else
		hello(page, is_attack("lying") ? "http://elsewhere.example" : "app://hostile",
			stray, on_answer);
}

static void on_page_created(WebKitWebProcessExtension *extension, WebKitWebPage *page, gpointer arg)
{
	if (is_attack("early"))
		hello(page, "app://hostile", NULL, on_answer);
}

__attribute__((visibility("default"))) void webkit_web_process_extension_initialize_with_user_data(
	WebKitWebProcessExtension *extension, GVariant *grants);

void webkit_web_process_extension_initialize_with_user_data(
	WebKitWebProcessExtension *extension, GVariant *grants)
{
	g_variant_get(grants, "(s^as^as)", &window_id, NULL, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(attacks); i++)
		if (strcmp(attacks[i].name, window_id) == 0)
			attack = &attacks[i];
	g_signal_connect(extension, "page-created", G_CALLBACK(on_page_created), NULL);
	g_signal_connect(webkit_script_world_get_default(), "window-object-cleared",
		G_CALLBACK(on_window_object_cleared), NULL);
}
