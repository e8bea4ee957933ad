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
#include "api/screen.h"
#include "api/window.h"
#include "base/clock.h"
#include "base/log.h"
#include "bind/decode.h"
#include "bind/encode.h"
#include "ipc/router.h"
#include "loop/loop.h"
#include "screen/screen.h"
#include "script/script.h"
#include "view/page_events.h"
#include "view/screen_service.h"

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
static const struct count_payload show = { 0 };
static const struct count_payload hide = { 0 };
static const struct close_requested_payload close_requested = { .by = CLOSER_PAGE };
static const struct output_payload output = {
	.name = "HDMI-A-1", .state = SHOWN_LIT, .width = 1280, .height = 800, .scale = 1.5
};
static const struct input_focus_payload input_focus = {
	.focused = true, .purpose = FIELD_NUMBER, .x = 20, .y = 40, .width = 1, .height = 18
};
static const struct action_payload action = { .name = "service" };
#define close close_
#define EVENT_SAMPLE(name_, ...) [PAGE_EVENT_##name_] = &name_,
static const void *const events[PAGE_EVENTS] = { WINDOW_EVENTS(EVENT_SAMPLE) };
#undef close

static const struct window_create_args window_create = { .has_options = true,
	.options = { .has_id = true,
		.id = "help",
		.has_url = true,
		.url = "help.html",
		.has_output = true,
		.output = "HDMI-A-1",
		.has_x = true,
		.x = -8,
		.has_y = true,
		.y = 40,
		.has_width = true,
		.width = 320,
		.has_height = true,
		.height = 240,
		.has_z = true,
		.z = -1,
		.has_visible = true,
		.visible = false,
		.has_transparent = true,
		.transparent = true,
		.has_zoom = true,
		.zoom = 1.5,
		.has_focus = true,
		.focus = false } };
static const struct window_create_args window_create_bare = { 0 };
static const struct window_list_args window_list;
static const struct window_close_args window_close = { .self = "main" };
static const struct window_reload_args window_reload = { .self = "main" };
static const struct window_navigate_args window_navigate = { .self = "main", .url = "help.html" };
#define BARE(name_) static const struct name_##_args name_ = { .self = "main" };
BARE(window_show)
BARE(window_hide)
BARE(window_is_visible)
BARE(window_focus)
BARE(window_is_focused)
BARE(window_get_bounds)
BARE(window_raise)
BARE(window_lower)
BARE(window_get_zoom)
BARE(window_get_title)
BARE(window_screenshot)
BARE(window_info)
BARE(window_keep)
static const struct window_set_visible_args window_set_visible = { .self = "main",
	.visible = true };
static const struct window_move_args window_move = { .self = "main", .x = -8, .y = 40 };
static const struct window_resize_args window_resize = { .self = "main", .width = 320 };
static const struct window_set_bounds_args window_set_bounds = {
	.self = "main", .has_bounds = true, .bounds = { .has_x = true, .x = -8 }
};
static const struct window_set_fullscreen_args window_set_fullscreen = { .self = "main",
	.fullscreen = true };
static const struct window_set_z_args window_set_z = { .self = "main", .z = -1 };
static const struct window_set_zoom_args window_set_zoom = { .self = "main", .zoom = 1.5 };
static const struct window_set_title_args window_set_title = { .self = "main", .title = "till" };
static const struct window_ask_before_close_args window_ask_before_close = { .self = "main",
	.ask = true };
static const struct window_rect window_rect = { .x = -8, .y = 40, .width = 320, .height = 760 };
static const struct window_info info = { .url = "app://shop/index.html",
	.title = "Shop",
	.output = "HDMI-A-1",
	.lit = true,
	.visible = true,
	.bounds = { .width = 1280, .height = 800 },
	.scale = 1,
	.zoom = 1,
	.frames = 12 };

static const struct screen_outputs_args screen_outputs;
static const struct screen_configure_args screen_configure = { .name = "HDMI-A-1",
	.settings = { .has_mode = true,
		.mode = "1920x1080@60",
		.has_rotation = true,
		.rotation = 90,
		.has_scale = true,
		.scale = 1.5,
		.has_off = true } };
static const struct screen_sleep_args screen_sleep = { .has_name = true, .name = "HDMI-A-1" };
static const struct screen_wake_args screen_wake = { .has_name = false };
static const struct screen_set_brightness_args screen_set_brightness = { .name = "eDP-1",
	.level = 0.4 };
static const struct screen_screenshot_args screen_screenshot = { .has_name = false };
static struct screen_mode screen_mode = { 1920, 1080, 59.94, true };
static const struct screen_output screen_output_sample = { .name = "HDMI-A-1",
	.state = SHOWN_LIT,
	.reason = "",
	.make = "Dell",
	.model = "U2415",
	.serial = "7",
	.has_mode = true,
	.mode = { 1920, 1080, 59.94, true },
	.modes = { &screen_mode, 1 },
	.rotation = 90,
	.scale = 1.5,
	.width = 720,
	.height = 1280,
	.has_mm_width = true,
	.mm_width = 290,
	.has_mm_height = true,
	.mm_height = 520,
	.frames = 12,
	.has_brightness = true,
	.brightness = 0.5 };

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
	SCREEN_SERVICE_OPS(ARGS_BYTES)
	WINDOW_METHODS(ARGS_BYTES)
	print_bytes("args:createWindow, bare", &window_create_args_type, &window_create_bare);
	print_bytes("result:getBounds", &window_rect_type, &window_rect);
	print_bytes("result:info", &window_info_type, &info);
	print_bytes("event:output, of a screen", &screen_output_type, &screen_output_sample);
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
	struct screen_options screen_opts = { 0 };
	struct screen_service *service;
	struct screen *screen;
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
	screen_opts.loop = opts.arg = opts.loop;
	must("screen", screen_headless_new(&screen_opts, 1280, 800, 60000, &screen));
	must("service", screen_service_new(opts.loop, opts.router, screen, &service));
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
	screen_service_free(service);
	screen_free(screen);
	router_free(opts.router);
	loop_free(opts.loop);
	return code;
}
