/* runtime:ipc and runtime:window: plain messages from the script, and the bounds of its queue. */
#include "host_fixture.h"

static void send_resolves_when_the_peer_took_it(void **state)
{
	struct world *w = *state;
	struct other *page;

	page = other_open(w, "main");
	world_run(w, WITH_IPC
		"ipc.sendToWindow('main', 'state', {a: [1, undefined], u: undefined}).then(function (r) { log('sent', r) });\n"
		"ipc.sendToWindow('main', 'none');\n"
		"ipc.sendToWindow('main', '\\ud83d\\ude00', '\\ud83d\\ude00');\n"
		"ipc.sendToWindow('main', 'bytes', new Uint8Array([1]));");
	assert_string_equal(world_said(w), "sent undefined");
	assert_string_equal(taken(page), "state {\"a\":[1,null]}");
	assert_string_equal(taken(page), "none null");
	assert_string_equal(taken(page), "\xf0\x9f\x98\x80 \"\xf0\x9f\x98\x80\"");
	assert_string_equal(taken(page), "bytes null");
	assert_string_equal(taken(page), "nothing");
}

static void send_rejects_with_what_is_wrong(void **state)
{
	static const struct {
		const char *send, *message;
	} cases[] = {
		{ "'nobody', 'c', 1",
			"true 7002 WindowNotFound [7002] there is no window \"nobody\"" },
		{ "'main\\u0000', 'c', 1", "true 7002 WindowNotFound" },
		{ "'full', 'c', 1", "true 7005 QueueFull [7005]" },
		{ "'main', '', 1",
			"true 7000 ChannelSend [7000] a channel name is 1 to 128 bytes" },
		{ "'main', new Array(130).join('x'), 1", "true 7000 ChannelSend" },
		{ "'main', 'a\\nb', 1", "true 7000 ChannelSend" },
		{ "'main', '\\ud800', 1", "true 7000 ChannelSend" },
		{ "'main', 'c', cyclic",
			"true 7003 Serialization [7003] payload.a[0]: a cycle cannot be sent" },
		{ "'main', 'c', new Uint8Array(16 << 20)",
			"true 7009 TooLarge [7009] the payload is over 16 MiB" },
		{ "'host', 'c'", "true 7002 WindowNotFound [7002] there is no window" },
		{ "1, 'c'", "false undefined TypeError" },
		{ "'main', Symbol('c')", "false undefined TypeError" },
		{ "'main', 'c', {toJSON: function () { throw new RangeError('own') }}",
			"true 7003 Serialization [7003] payload: RangeError: own" },
	};
	struct world *w = *state;
	struct other *page, *full;

	w->opts.memory_max = 64 << 20;
	world_start(w);
	page = other_open(w, "main");
	full = other_open(w, "full");
	full->verdict = STATUS_QUEUE_FULL;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char source[512];

		snprintf(source, sizeof(source),
			WITH_IPC
			"var cyclic = {a: []}; cyclic.a.push(cyclic);\n"
			"ipc.sendToWindow(%s).then(function () { log('sent') }, function (e) { log(e instanceof ipc.IpcError && e instanceof Error, e.code, e.name, e.message) })",
			cases[i].send);
		world_run(w, source);
		assert_contains(world_said(w), cases[i].message);
	}
	assert_string_equal(taken(page), "nothing");
}

static void the_host_takes_what_is_for_it_only(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_start(w);
	page = other_open(w, "p");
	assert_int_equal(send_kind(page, w, FRAME_READY, 0, "", "1"), STATUS_NO_HANDLER);
	assert_int_equal(send_kind(page, w, FRAME_REPLY, 5, "", "1"), STATUS_NO_HANDLER);
	assert_false(router_answer(w->router, page->id, json_frame(FRAME_REPLY, 5, "", "1")));
	assert_string_equal(said_soon(w), "");
	assert_int_equal(page->consumed, 0);
}

static void the_queue_is_bounded(void **state)
{
	struct world *w = *state;
	struct other *page;
	unsigned n = 0;

	world_start(w);
	page = other_open(w, "p");
	while (send_kind(page, w, FRAME_MESSAGE, 0, "c", "1") == STATUS_OK)
		n++;
	assert_int_equal(n, HOST_LANE_MESSAGES);
}

static void a_pump_that_was_stopped_leaves_the_loop_its_time(void **state)
{
	struct world *w = *state;
	struct other *page;

	w->opts.deadline = 10 * NSEC_PER_MSEC;
	world_run(w, WITH_IPC "ipc.onChannel('c', function () { for (;;); })");
	page = other_open(w, "p");
	for (int i = 0; i < 100; i++)
		send_json(page, w, "c", "1");
	world_spin(w, 300);
	assert_uint_in_range(page->consumed, 1, 4);
}

#define WITH_WINDOW "var win = require('runtime:window'), log = console.log;\n"

static void windows_are_made_by_calls_to_their_service(void **state)
{
	struct world *w = *state;
	struct other *service, *page, *liar;
	struct envelope e;

	service = other_open(w, "runtime:window");
	world_run(w, WITH_WINDOW
		"var main; win.createWindow({url: 'app://x/'}).then(function (m) { main = m; log('made', m.id, Object.keys(m)); return m.close() }).then(function (r) { log('closed', r) });\n"
		"win.windows().then(log); win.getWindow('w2').navigate('u').catch(function (e) { log(e.code, e.name, e.message) }); win.createWindow()");
	assert_string_equal(world_said(w), "");
	assert_true(mailbox_peek(&service->inbox)->frame->id != 0);

	liar = other_open(w, "liar");
	assert_false(router_answer(w->router, liar->id,
		json_frame(FRAME_REPLY, mailbox_peek(&service->inbox)->frame->id, "", "\"lie\"")));
	assert_string_equal(said_soon(w), "");
	other_close(liar, w);

	answer(service, w, FRAME_REPLY, "\"w1\"");
	answer(service, w, FRAME_REPLY, "[\"w1\",\"w2\"]");
	answer(service, w, FRAME_FAILED, "[7002,\"there is no window\",false]");
	assert_string_equal(taken(service), "call createWindow {}");
	assert_string_equal(said_soon(w),
		"made w1 [\"id\"]|[\"w1\",\"w2\"]|7002 WindowNotFound [7002] there is no window");
	assert_ptr_not_equal(mailbox_peek(&service->inbox), NULL);
	answer(service, w, FRAME_REPLY, "true");
	assert_string_equal(said_soon(w), "closed true");
	assert_false(mailbox_take(&service->inbox, &e));

	world_run(w, WITH_WINDOW
		"var w1 = win.getWindow('w1'), n = 0, off = w1.onClose(function (e) { log('close', e.payload) });\n"
		"w1.onEvent(function (e) { log(e.type); if (++n === 2) off() });\n"
		"win.getWindow('w2').onEvent(function () { log('wrong') });\n"
		"win.windowEvents().next().then(function (s) { log('stream', s.value.type) });\n"
		"w1.send('hello', 1); w1.reload()");
	page = other_open(w, "w1");
	world_run(w, WITH_WINDOW "win.getWindow('w1').send('hello', 2)");
	assert_string_equal(taken(page), "hello 2");
	assert_string_equal(taken(service), "call Window.reload {\"self\":\"w1\"}");
	assert_contains(said_soon(w),
		"unhandled rejection: WindowNotFound: [7002] there is no window \"w1\"");
	send_json(page, w, "close", "1");
	send_event(page, w, "[\"close\",{}]");
	send_event(page, w, "[\"load\",{}]");
	send_event(page, w, "[\"close\",{}]");
	assert_string_equal(said_soon(w), "close {}|close|stream close|load|close");
}

static void calls_that_wait_are_bounded(void **state)
{
	struct world *w = *state;

	other_open(w, "runtime:window");
	world_run(w, WITH_WINDOW
		"var full = 0; for (var i = 0; i < 1030; i++) win.windows().catch(function (e) { if (e.name === 'QueueFull') full++ });\n"
		"setTimeout(function () { log(full) }, 1)");
	assert_string_equal(said_soon(w), "6");
	world_run(w, WITH_WINDOW "win.windows().catch(function (e) { log(e.name) })");
	assert_string_equal(said_soon(w), "QueueFull");
}

static void a_service_that_is_not_there_is_an_error(void **state)
{
	struct world *w = *state;

	world_run(w, WITH_WINDOW "win.windows().catch(function (e) { log(e.name) })");
	assert_string_equal(world_said(w), "WindowNotFound");
}

static void messages_that_wait_go_with_the_script(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"setTimeout(log, 1, 'never'); setInterval(log, 1); Promise.resolve().then(function () { return new Promise(function () {}) })");
	page = other_open(w, "p");
	send_json(page, w, "c", "1");
	script_free(w->script);
	w->script = NULL;
	assert_int_equal(send_kind(page, w, FRAME_MESSAGE, 0, "c", "1"), STATUS_WINDOW_NOT_FOUND);
	assert_string_equal(said_soon(w), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(send_resolves_when_the_peer_took_it),
		host_test(send_rejects_with_what_is_wrong),
		host_test(the_host_takes_what_is_for_it_only),
		host_test(the_queue_is_bounded),
		host_test(a_pump_that_was_stopped_leaves_the_loop_its_time),
		host_test(windows_are_made_by_calls_to_their_service),
		host_test(calls_that_wait_are_bounded),
		host_test(a_service_that_is_not_there_is_an_error),
		host_test(messages_that_wait_go_with_the_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
