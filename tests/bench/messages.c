/*
 * What one message costs the runtime's process: a page's socket, the router and its
 * grants, the host script, and the way back. For tests/bench/test_message_cost, which counts
 * instructions by callgrind: each stage is a dump of its own, by its name. This program
 * is the page, with a few instructions of its own for each round.
 *
 * usage: messages FOLDER, of the script
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

#include "base/clock.h"
#include "base/macros.h"
#include "ipc/caps.h"
#include "ipc/router.h"
#include "loop/loop.h"
#include "script/script.h"
#include "view/page_peer.h"
#include "wire/decoder.h"
#include "wire/json.h"
#include "wire/limits.h"

/* In the first ones tables grow, and the stream that nobody reads fills. */
#define WARM_UP 1000
#define ROUNDS 1000
#define TIMEOUT (60 * NSEC_PER_SEC)

#define ORIGIN "app://bench"
#define VALUE(i) "{\"n\":\"temp" #i "\",\"v\":21.375,\"u\":\"C\",\"ok\":true},"

/* As tests/bench/app has them, of 64 bytes and of about 1 KiB. */
static const char small[] =
	"{\"id\":4711,\"t\":\"state\",\"v\":[1,2,3],\"s\":\"kiosk sensor panel\"}";
static const char large[] =
	"{\"id\":4711,\"t\":\"sensor\",\"ts\":1700000000123,"
	"\"src\":{\"dev\":\"panel-1\",\"bus\":\"can0\",\"ok\":true,\"err\":null},\"vals\":[" VALUE(
		0) VALUE(1) VALUE(2) VALUE(3) VALUE(4) VALUE(5) VALUE(6) VALUE(7) VALUE(8) VALUE(9)
		VALUE(10) "{\"n\":\"temp11\",\"v\":21.375,\"u\":\"C\",\"ok\":true}],"
			  "\"s\":\"kiosk sensor panel valve state kiosk sensor panel valve state kiosk sensor panel "
			  "valve state kiosk sensor panel valve state kiosk sensor panel valve state kiosk sensor "
			  "panel valve state kiosk sensor panel valve state kiosk sensor panel valve state kiosk "
			  "sensor panel valve state kiosk sensor panel\"}";

static struct loop *loop;
static struct page_peer *page;
static struct decoder decoder;
static struct frame *ack;
static int fd;

static void need(int r, const char *what)
{
	if (r < 0) {
		fprintf(stderr, "messages: %s: %s\n", what, strerror(-r));
		exit(1);
	}
}

/* ---- the page ---- */

static struct frame *make(enum frame_kind kind, uint32_t id, const char *channel, const char *json)
{
	struct buf payload = BUF_INIT(PAYLOAD_MAX);
	struct frame *f;

	need(json_to_msgpack(json, strlen(json), JSON_STRICT, NULL, 0, &payload, NULL), "payload");
	need(frame_new(kind, id, channel, strlen(channel), buf_bytes(&payload), buf_len(&payload),
		     &f),
		"frame");
	buf_fini(&payload);
	return f;
}

static void say(const struct frame *f)
{
	if (send(fd, f->bytes, f->size, MSG_NOSIGNAL) != (ssize_t)f->size)
		need(errno ? -errno : -EPIPE, "send");
}

/* The next frame that is not about credit; all that has come is done with. */
static struct frame *hear(void)
{
	uint64_t until = clock_now() + TIMEOUT;
	struct frame *f;
	uint8_t *at;
	ssize_t n;

	for (;;) {
		int r = decoder_next(&decoder, &f);

		need(r, "what the runtime sent");
		if (r > 0 && f->kind != FRAME_CREDIT) {
			say(ack);
			return f;
		}
		if (r > 0) {
			frame_unref(f);
			continue;
		}
		need(decoder_reserve(&decoder, 4096, &at), "decoder");
		n = recv(fd, at, 4096, MSG_DONTWAIT);
		if (n > 0)
			decoder_fed(&decoder, (size_t)n);
		else
			loop_pass(loop, until);
		need(clock_now() < until ? 0 : -ETIMEDOUT, "the script");
	}
}

/* ---- rounds: each starts with @f of the page ---- */

/* What comes back is a message, or the answer to the page's call. */
static void round_message(const struct frame *f)
{
	say(f);
	frame_unref(hear());
}

/* What comes back is a call of the script's. */
static void round_answer(const struct frame *f)
{
	struct frame *call, *reply;

	say(f);
	call = hear();
	need(frame_new(FRAME_REPLY, call->id, "", 0, call->payload, call->payload_len, &reply),
		"reply");
	say(reply);
	frame_unref(call);
	frame_unref(reply);
}

static void measure(const char *stage, void (*run)(const struct frame *), struct frame *f)
{
	for (unsigned i = 0; i < WARM_UP; i++)
		run(f);
	CALLGRIND_ZERO_STATS;
	for (unsigned i = 0; i < ROUNDS; i++)
		run(f);
	CALLGRIND_DUMP_STATS_AT(stage);
	frame_unref(f);
}

/* ---- the runtime ---- */

static struct caps *grants(void)
{
	static const struct caps_rule rule = {
		.pattern = "*",
		.pattern_len = 1,
		.directions = CAPS_SEND | CAPS_RECEIVE,
		.frames = CAPS_MAIN,
		.origin = ORIGIN,
	};
	struct caps *c;

	need(caps_new(&c), "caps");
	need(caps_add(c, &rule), "caps");
	return c;
}

static void connect_page(struct router *router, const struct caps *caps)
{
	const struct page_peer_options opts = {
		.loop = loop,
		.router = router,
		.caps = caps,
		.app_origin = ORIGIN,
	};
	struct frame *ready = make(FRAME_READY, 0, "", "null");

	need(page_peer_new(&opts, "main", ORIGIN, &page), "page");
	page_peer_commit(page, ORIGIN);
	fd = page_peer_connect(page);
	need(fd, "the page's socket");
	say(ready);
	frame_unref(ready);
}

static struct script *start(struct router *router, int app_fd)
{
	/* Under callgrind all takes fifty times as long, and more when others work. */
	const struct script_options opts = {
		.loop = loop,
		.router = router,
		.app_fd = app_fd,
		.deadline = 600 * NSEC_PER_SEC,
	};
	struct script_error error = { 0 };
	struct script *s;
	int r;

	need(script_new(&opts, &s), "script_new");
	r = script_run(s, "main.js", &error);
	if (r < 0)
		fprintf(stderr, "messages: %s\n", error.message);
	need(r, "main.js");
	return s;
}

int main(int argc, char **argv)
{
	int app_fd = open(argc > 1 ? argv[1] : "", O_DIRECTORY | O_CLOEXEC);
	struct caps *caps = grants();
	struct router *router;
	struct script *script;

	need(app_fd < 0 ? -errno : 0, "the folder");
	need(loop_new(&loop), "loop");
	need(router_new(caps_checker(caps), &router), "router");
	decoder_init(&decoder);
	ack = make(FRAME_ACK, 1, "", "true");
	script = start(router, app_fd);
	connect_page(router, caps);

	measure("echo-64", round_message, make(FRAME_MESSAGE, 0, "echo", small));
	measure("echo-1024", round_message, make(FRAME_MESSAGE, 0, "echo", large));
	measure("acknowledged-64", round_message, make(FRAME_MESSAGE, 0, "acknowledged", small));
	measure("call-64", round_message, make(FRAME_CALL, 1, "call", small));
	measure("invoke-64", round_answer, make(FRAME_MESSAGE, 0, "invoke", small));

	page_peer_free(page);
	script_free(script);
	frame_unref(ack);
	decoder_fini(&decoder);
	router_free(router);
	caps_free(caps);
	loop_free(loop);
	close(fd);
	close(app_fd);
	return 0;
}
