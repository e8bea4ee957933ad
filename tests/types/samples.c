/*
 * What really comes out of the runtime, for tests/types/test_types to hold the
 * declarations against: every event of the declaration goes the whole way, from
 * view/page_events.c over the router into a script, which prints it.
 *
 * usage: samples APP     lines "sample TYPE JSON" and "bytes NAME HEX" on standard output
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/events.h"
#include "api/window.h"
#include "base/clock.h"
#include "base/log.h"
#include "bind/decode.h"
#include "bind/encode.h"
#include "ipc/router.h"
#include "loop/loop.h"
#include "script/script.h"
#include "view/page_events.h"

static void must(const char *what, int r)
{
	if (r < 0) {
		fprintf(stderr, "%s: %s\n", what, strerror(-r));
		exit(1);
	}
}

/* ---- one of each; an event or argument that is declared and not here does not compile ---- */

static const struct load_payload load = { .url = "app://shop/index.html" };
static const struct load_failed_payload load_failed = { .url = "https://pay.example/",
	.reason = "no" };
static const struct reason_payload crash = { .reason = "the web process crashed" };
static const struct count_payload close_ = { 0 };
static const struct denied_payload denied = { .direction = DIRECTION_SEND,
	.channel = "cart:admin",
	.origin = "app://shop",
	.rule = "cart:admin" };
static const struct denied_payload denied_by_none = {
	.direction = DIRECTION_RECEIVE, .channel = "x", .origin = "app://shop", .rule = NULL
};
static const struct reason_payload dropped = { .reason = "the window closed" };
static const struct count_payload drain = { 0 };
static const struct count_payload focus = { 0 };
static const struct count_payload blur = { 0 };
static const struct size_payload resize = { .width = 1280, .height = 800 };
static const struct place_payload move = { .x = -1, .y = 7 };
#define close close_
#define EVENT_SAMPLE(name_, ...) [PAGE_EVENT_##name_] = &name_,
static const void *const events[PAGE_EVENTS] = { WINDOW_EVENTS(EVENT_SAMPLE) };
#undef close

static const struct window_create_args window_create = { .has_options = true,
	.options = { .has_id = true, .id = "help", .has_url = true, .url = "help.html" } };
static const struct window_create_args window_create_bare = { 0 };
static const struct window_list_args window_list;
static const struct window_close_args window_close = { .self = "main" };
static const struct window_reload_args window_reload = { .self = "main" };
static const struct window_navigate_args window_navigate = { .self = "main", .url = "help.html" };

/* ---- bytes ---- */

static void print_bytes(const char *name, const struct kiln_type *type, const void *value)
{
	struct buf out = BUF_INIT(1 << 16), again = BUF_INIT(1 << 16);
	struct arena arena = ARENA_INIT(1 << 16);
	struct decode d;
	struct pack pack;
	void *back;

	pack_init(&pack, &out);
	must(name, encode_value(&pack, type, value));
	printf("bytes %s ", name);
	for (size_t i = 0; i < buf_len(&out); i++)
		printf("%02x", buf_bytes(&out)[i]);
	putchar('\n');
	/* And back: what is decoded is encoded to the same. */
	back = arena_alloc(&arena, 1, type->size);
	decode_init(&d, buf_bytes(&out), buf_len(&out), &arena);
	must(name, decode_value(&d, type, back));
	pack_init(&pack, &again);
	must(name, encode_value(&pack, type, back));
	if (buf_len(&out) != buf_len(&again) ||
		memcmp(buf_bytes(&out), buf_bytes(&again), buf_len(&out)) != 0) {
		fprintf(stderr, "%s: another value came back\n", name);
		exit(1);
	}
	arena_fini(&arena);
	buf_fini(&again);
	buf_fini(&out);
}

static void print_all_bytes(void)
{
#define PAYLOAD_BYTES(name_, text_, payload_, ...) \
	print_bytes("event:" text_, KILN_T_##payload_, events[PAGE_EVENT_##name_]);
	WINDOW_EVENTS(PAYLOAD_BYTES)
	print_bytes("event:denied, by none", &denied_payload_type, &denied_by_none);
#define ARGS_BYTES(name_, text_, ...) print_bytes("args:" text_, &name_##_args_type, &name_);
	WINDOW_SERVICE_OPS(ARGS_BYTES)
	WINDOW_METHODS(ARGS_BYTES)
	print_bytes("args:createWindow, bare", &window_create_args_type, &window_create_bare);
}

/* ---- through the runtime ---- */

static void allow(const struct ipc_capability_checker *c, const struct caps_query *q,
	struct caps_verdict *ret)
{
	*ret = (struct caps_verdict){ .allowed = true };
}

static void send_sample(struct router *r, struct identity *from, unsigned flags)
{
	static const uint8_t payload[] = { 0x81, 0xa3, 's', 'k', 'u', 7 };
	struct router_result result;
	struct frame *f, *flagged;

	must("frame", frame_new(FRAME_MESSAGE, 0, "cart:add", 8, payload, sizeof(payload), &f));
	must("frame", frame_copy(f, 0, flags, &flagged));
	frame_unref(f);
	router_send(r, from, PEER_HOST, flagged, &result);
	must(result.reason, result.status == STATUS_OK ? 0 : -1);
}

static void on_exit_called(int code, void *arg)
{
	loop_quit(arg, code);
}

int main(int argc, char **argv)
{
	static const struct ipc_capability_checker checker = { .check_channel = allow };
	struct script_options opts = { .on_exit = on_exit_called };
	struct identity *window, *page, *frame;
	struct page_events told[2];
	struct script_error error;
	struct script *script;
	int code;

	if (argc != 2)
		return 2;
	print_all_bytes();
	fflush(stdout);
	must("loop", loop_new(&opts.loop));
	must("router", router_new(&checker, &opts.router));
	opts.arg = opts.loop;
	opts.app_fd = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must("script", script_new(&opts, &script));
	if (script_run(script, "main.js", &error) < 0) {
		fprintf(stderr, "main.js:%u: %s\n", error.line, error.message);
		return 1;
	}
	must("identity", identity_new("main", "", 0, &window));
	must("identity", identity_new("main", "app://shop", CAPS_MAIN, &page));
	must("identity", identity_new("main", "app://shop", CAPS_SUB, &frame));
	page_events_init(&told[0], opts.router, window);
	page_events_init(&told[1], opts.router, window);
	for (enum page_event e = 0; e < PAGE_EVENTS; e++)
		page_events_tell(&told[0], e, events[e], 1);
	page_events_tell(&told[1], PAGE_EVENT_denied, &denied_by_none, 3);
	send_sample(opts.router, page, 0);
	send_sample(opts.router, frame, 0);
	send_sample(opts.router, page, FRAME_AGAIN);
	code = loop_run(opts.loop);
	script_free(script);
	page_events_fini(&told[0]);
	page_events_fini(&told[1]);
	identity_unref(frame);
	identity_unref(page);
	identity_unref(window);
	router_free(opts.router);
	loop_free(opts.loop);
	return code;
}
