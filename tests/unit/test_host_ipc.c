/* runtime:ipc: events to the script and messages from it. */
#include "host_fixture.h"

static void a_message_reaches_every_kind_of_reader(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"ipc.onEvent(function (e) { log('event', e) });\n"
		"ipc.onChannel('a', function (p, id) { log('channel', p, id) });\n"
		"ipc.onChannel('b', function () { log('wrong') });\n"
		"ipc.recvWindowEvent().then(function (e) { log('recv', e.channel) });\n"
		"ipc.windowEvents().next().then(function (s) { log('all', s) });\n"
		"ipc.windowEventsFor('other').next().then(function (s) { log('wrong', s) });\n"
		"ipc.windowEventsFor('main').next().then(function (s) { log('for', s.value.windowId) });\n"
		"ipc.channelEvents('a').next().then(function (s) { log('ch', s.value.payload) });");
	page = other_open(w, "main");
	send_json(page, w, "a", "{\"n\":[1,null]}");
	assert_string_equal(said_soon(w),
		"event {\"windowId\":\"main\",\"channel\":\"a\",\"payload\":{\"n\":[1,null]}}|"
		"channel {\"n\":[1,null]} main|"
		"all {\"value\":{\"windowId\":\"main\",\"channel\":\"a\",\"payload\":{\"n\":[1,null]}},\"done\":false}|"
		"for main|ch {\"n\":[1,null]}|recv a");
	assert_int_equal(page->consumed, 1);
}

static void an_event_of_the_runtime_has_a_type(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"ipc.onEvent(function (e) { log(e) }); ipc.onEvent(function (e) { log('type' in e) })");
	page = other_open(w, "main");
	send_event(page, w, "[\"resize\",{\"width\":8}]");
	send_json(page, w, "m", "1");
	assert_string_equal(said_soon(w),
		"{\"windowId\":\"main\",\"channel\":\"__window__\",\"type\":\"resize\",\"payload\":{\"width\":8}}|true|"
		"{\"windowId\":\"main\",\"channel\":\"m\",\"payload\":1}|false");
}

static void ten_thousand_messages_of_two_peers_arrive_in_order(void **state)
{
	enum { EACH = 5000 };
	struct world *w = *state;
	struct other *a, *b;
	char json[32];

	world_run(w, WITH_IPC
		"var next = {a: 0, b: 0}, bad = 0, viaIterator = 0, it = ipc.windowEvents();\n"
		"ipc.onChannel('n', function (n, id) { if (n !== next[id]++) bad++ });\n"
		"(function more() { it.next().then(function (s) { viaIterator++; more() }) })();\n"
		"ipc.onChannel('end', function () { setTimeout(function () { log(bad, next, viaIterator) }, 1) })");
	a = other_open(w, "a");
	b = other_open(w, "b");
	for (int i = 0; i < EACH; i++) {
		snprintf(json, sizeof(json), "%d", i);
		send_json(a, w, "n", json);
		send_json(b, w, "n", json);
		if ((i + 1) % CREDIT_MESSAGES == 0)
			wait_for(w, b, (unsigned)i + 1);
	}
	send_json(a, w, "end", "0");
	wait_for(w, a, EACH + 1);
	assert_string_equal(said_soon(w), "0 {\"a\":5000,\"b\":5000} 10001");
	assert_int_equal(a->consumed, EACH + 1);
	assert_int_equal(b->consumed, EACH);
	assert_true(a->consumed_bytes > EACH * 8);
	/* Per pump and sender one word, not one per message. */
	assert_true(a->consumed_calls < EACH / 8);
}

static void one_pump_takes_a_bounded_bite(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"ipc.onChannel('x', function (n) { if (n === 'slow') { var t = Date.now(); while (Date.now() - t < 12); } })");
	page = other_open(w, "p");
	for (int i = 0; i < 200; i++)
		send_json(page, w, "x", "1");
	for (unsigned before = 0; before < 128; before = page->consumed) {
		loop_pass(w->loop, clock_now());
		assert_uint_in_range(page->consumed, before + 1, before + 64);
	}
	wait_for(w, page, 200);
	for (int i = 0; i < 4; i++)
		send_json(page, w, "x", "\"slow\"");
	loop_pass(w->loop, clock_now());
	assert_int_equal(page->consumed, 201);
}

static void what_a_callback_throws_is_logged_and_the_rest_goes_on(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"ipc.onEvent(function () {\n throw new Error('first') });\n"
		"ipc.onChannel('c', function () {\n\n return Promise.reject(new TypeError('later')) });\n"
		"ipc.onChannel('c', function () { return {then: function () { throw 'odd' }} });\n"
		"ipc.onChannel('c', function (p) { log('got', p) });");
	page = other_open(w, "p");
	send_json(page, w, "c", "1");
	send_json(page, w, "c", "2");
	assert_string_equal(said_soon(w),
		"onEvent callback: Error: first (main.js:3)|callback of channel \"c\": odd|got 1|"
		"callback of channel \"c\": TypeError: later (main.js:6)|"
		"onEvent callback: Error: first (main.js:3)|callback of channel \"c\": odd|got 2|"
		"callback of channel \"c\": TypeError: later (main.js:6)");
}

static void a_callback_without_end_costs_its_own_message_only(void **state)
{
	struct world *w = *state;
	struct other *page;

	w->opts.deadline = 50 * NSEC_PER_MSEC;
	world_run(w, WITH_IPC
		"ipc.onChannel('c', function (p) {\n if (p === 1) try { for (;;); } catch (e) { } log('got', p) })");
	page = other_open(w, "p");
	send_json(page, w, "c", "0");
	send_json(page, w, "c", "1");
	send_json(page, w, "c", "2");
	world_spin(w, 250);
	assert_string_equal(
		world_said(w), "got 0|runtime:ipc: stopped after 50 ms: main.js:3|got 2");
	assert_int_equal(page->consumed, 3);
}

static void callbacks_run_in_order_on_a_snapshot(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"var offs = [];\n"
		"function on(n, extra) { offs[n] = ipc.onChannel('c', function (p) { log(n + ':' + p); if (extra) extra(p) }) }\n"
		"on(1, function () { offs[1]() }); on(2, function (p) { if (p === 1) { offs[3](); offs[3]() } }); on(3);\n"
		"on(4, function (p) { if (p === 1) on(5) });\n"
		"ipc.onEvent(function () { log('first') });\n"
		"ipc.once('c', function (p) { log('once:' + p) });\n"
		"ipc.once('c', function (p) { log('never') })();");
	page = other_open(w, "p");
	send_json(page, w, "c", "1");
	assert_string_equal(said_soon(w), "first|1:1|2:1|4:1|once:1");
	send_json(page, w, "c", "2");
	assert_string_equal(said_soon(w), "first|2:2|4:2|5:2");
	world_run(w, WITH_IPC
		"try { ipc.onEvent(1) } catch (e) { log(e.name) } try { ipc.onChannel('x') } catch (e) { log(e.name) }");
	assert_string_equal(world_said(w), "TypeError|TypeError");
}

static void the_same_callback_twice_is_called_twice(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"function f() { log('f') } var a = ipc.onChannel('c', f), b = ipc.onChannel('c', f); a(); a(); ipc.onChannel('__proto__', f)");
	page = other_open(w, "p");
	send_json(page, w, "c", "1");
	send_json(page, w, "__proto__x", "1");
	assert_string_equal(said_soon(w), "f");
}

static void an_iterator_ends_when_asked(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"var it = ipc.windowEvents(); log(it[Symbol.asyncIterator]() === it);\n"
		"it.next().then(function (s) { log('1', s.value.payload); return it.return('r') }).then(function (s) { log(s); return it.next() }).then(log);\n"
		"var t = ipc.windowEvents(); t.throw(new Error('t')).catch(function (e) { log(e.message); return t.next() }).then(log);\n"
		"var u = ipc.windowEvents(); u.next().then(function (s) { log('u', s) }); u.return();");
	page = other_open(w, "p");
	send_json(page, w, "c", "1");
	send_json(page, w, "c", "2");
	assert_string_equal(said_soon(w),
		"true|t|u {\"done\":true}|{\"done\":true}|1 1|{\"value\":\"r\",\"done\":true}|{\"done\":true}");
}

static void a_full_queue_ends_its_iterator_and_no_other(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"var slow = ipc.windowEvents(), n = 0, quick = ipc.windowEvents(), q = 0;\n"
		"(function more() { quick.next().then(function () { q++; more() }) })();\n"
		"ipc.recvWindowEvent().then(function () { log('recv') });\n"
		"ipc.onChannel('end', function () {\n"
		" (function drain() { slow.next().then(function (s) { if (s.done) return log('done'); n++; drain() }, function (e) { log(n, q, e instanceof ipc.IpcError, e.code, e.name, e.message); drain() }) })();\n"
		" (function rest(i) { ipc.recvWindowEvent().then(function () { rest(i + 1) }, function (e) { log('recv', i, e.name); ipc.recvWindowEvent().then(function (e) { log('anew', e.channel) }) }) })(0);\n"
		"})");
	page = other_open(w, "p");
	for (unsigned i = 0; i < 5000; i++) {
		send_json(page, w, "c", "1");
		if ((i + 1) % CREDIT_MESSAGES == 0)
			wait_for(w, page, i + 1);
	}
	send_json(page, w, "end", "1");
	wait_for(w, page, 5001);
	send_json(page, w, "later", "1");
	assert_string_equal(said_soon(w),
		"recv|4096 5001 true 7005 QueueFull [7005] events came faster than they were read|done|"
		"recv 4096 QueueFull|anew later");
}

static void large_events_fill_a_queue_by_their_bytes(void **state)
{
	struct world *w = *state;
	struct other *page;
	char *json = malloc(1 << 20);

	memset(json, 'x', 1 << 20);
	json[0] = json[(1 << 20) - 2] = '"';
	json[(1 << 20) - 1] = '\0';
	world_run(w, WITH_IPC
		"var slow = ipc.windowEvents(), n = 0;\n"
		"ipc.onChannel('end', function () { (function drain() { slow.next().then(function () { n++; drain() }, function (e) { log(n, e.name) }) })() })");
	page = other_open(w, "p");
	for (int i = 0; i < 6; i++)
		send_json(page, w, "c", json);
	send_json(page, w, "end", "1");
	assert_string_equal(said_soon(w), "3 QueueFull");
	free(json);
}

static void what_comes_before_the_first_receive_waits_within_bounds(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"ipc.onChannel('go', function () {\n"
		" (function more(n) { ipc.recvWindowEvent().then(function (e) { log(e.payload); if (n > 1) more(n - 1) }, function (e) { log(e.name); more(1) }) })(3);\n"
		"})");
	page = other_open(w, "p");
	for (int i = 0; i < 3; i++)
		send_json(page, w, "c", (const char *const[]){ "1", "2", "3" }[i]);
	send_json(page, w, "go", "0");
	assert_string_equal(said_soon(w), "1|2|3");
}

static void an_app_that_never_receives_has_nothing_piling_up(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"ipc.onChannel('go', function () {\n"
		" ipc.recvWindowEvent().then(log, function (e) { log(e.name); return ipc.recvWindowEvent() }).then(function (e) { log(e.payload) });\n"
		"})");
	page = other_open(w, "p");
	for (int i = 0; i < 300; i++)
		send_json(page, w, "c", "1");
	send_json(page, w, "go", "0");
	wait_for(w, page, 301);
	send_json(page, w, "c", "\"later\"");
	assert_string_equal(said_soon(w), "QueueFull|later");
}

static void concurrent_receives_are_served_in_turn(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"[1, 2, 3].forEach(function (i) { ipc.recvWindowEvent().then(function (e) { log(i, e.payload) }) });");
	page = other_open(w, "p");
	send_json(page, w, "c", "\"a\"");
	send_json(page, w, "c", "\"b\"");
	send_json(page, w, "c", "\"c\"");
	send_json(page, w, "c", "\"d\"");
	assert_string_equal(said_soon(w), "1 a|2 b|3 c");
	world_run(w, WITH_IPC "ipc.recvWindowEvent().then(function (e) { log(e.payload) })");
	assert_string_equal(said_soon(w), "d");
}

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
		{ "'host', 'c'", "sent" },
		{ "1, 'c'", "false undefined TypeError" },
		{ "'main', Symbol('c')", "false undefined TypeError" },
		{ "'main', 'c', {toJSON: function () { throw new RangeError('own') }}",
			"false undefined RangeError own" },
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
		json_frame(FRAME_REPLY, mailbox_peek(&service->inbox)->frame->id, "",
			"{\"id\":\"lie\"}")));
	assert_string_equal(said_soon(w), "");
	other_close(liar, w);

	answer(service, w, FRAME_REPLY, "{\"id\":\"w1\"}");
	answer(service, w, FRAME_REPLY, "[\"w1\",\"w2\"]");
	answer(service, w, FRAME_FAILED, "[7002,\"there is no window\",false]");
	assert_string_equal(taken(service), "call create {}");
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
	assert_string_equal(taken(service), "call reload {\"id\":\"w1\"}");
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
		host_test(a_message_reaches_every_kind_of_reader),
		host_test(an_event_of_the_runtime_has_a_type),
		host_test(ten_thousand_messages_of_two_peers_arrive_in_order),
		host_test(one_pump_takes_a_bounded_bite),
		host_test(what_a_callback_throws_is_logged_and_the_rest_goes_on),
		host_test(a_callback_without_end_costs_its_own_message_only),
		host_test(callbacks_run_in_order_on_a_snapshot),
		host_test(the_same_callback_twice_is_called_twice),
		host_test(an_iterator_ends_when_asked),
		host_test(a_full_queue_ends_its_iterator_and_no_other),
		host_test(large_events_fill_a_queue_by_their_bytes),
		host_test(what_comes_before_the_first_receive_waits_within_bounds),
		host_test(an_app_that_never_receives_has_nothing_piling_up),
		host_test(concurrent_receives_are_served_in_turn),
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
