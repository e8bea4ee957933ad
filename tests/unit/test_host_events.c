/* runtime:ipc: events to the script, and all that reads them. */
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
		"event {\"windowId\":\"main\",\"channel\":\"a\",\"origin\":\"app://test\",\"payload\":{\"n\":[1,null]}}|"
		"channel {\"n\":[1,null]} main|"
		"all {\"value\":{\"windowId\":\"main\",\"channel\":\"a\",\"origin\":\"app://test\",\"payload\":{\"n\":[1,null]}},\"done\":false}|"
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
		"{\"windowId\":\"main\",\"channel\":\"m\",\"origin\":\"app://test\",\"payload\":1}|false");
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
		"callback of channel \"c\": TypeError: later (main.js:6)|got 2");
	/* The same errors again are told as a number. */
	world_spin(w, 1100);
	assert_contains(
		world_log(w), "1 more within 1.0 s: onEvent callback: Error: first (main.js:3)\n");
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

static void of_some_events_only_the_last_that_was_not_read_counts(void **state)
{
	struct world *w = *state;
	struct other *a, *b;

	world_run(w, WITH_IPC
		"var it = ipc.windowEvents();\n"
		"ipc.onChannel('end', function () { (function more() { it.next().then(function (s) { var e = s.value; log(e.windowId, e.type || e.channel, e.payload); more() }) })() })");
	a = other_open(w, "a");
	b = other_open(w, "b");
	send_event(a, w, "[\"resize\",{\"width\":1}]");
	send_event(a, w, "[\"denied\",{\"channel\":\"x\",\"count\":1}]");
	send_event(a, w, "[\"load\",{\"url\":\"1\",\"count\":1}]");
	send_event(a, w, "[\"resize\",{\"width\":2}]");
	send_event(a, w, "[\"load\",{\"url\":\"2\",\"count\":1}]");
	send_event(a, w, "[\"denied\",{\"channel\":\"y\",\"count\":6}]");
	send_event(a, w, "[\"move\",{\"x\":1}]");
	send_event(a, w, "[\"move\",{\"x\":2}]");
	send_event(a, w, "[\"focus\",{}]");
	send_event(a, w, "[\"blur\",{}]");
	send_event(a, w, "[\"focus\",{}]");
	send_event(a, w, "[\"denied\",{\"channel\":\"z\",\"count\":1}]");
	world_spin(w, 20);
	send_event(b, w, "[\"resize\",{\"width\":3}]");
	send_json(b, w, "end", "1");
	assert_string_equal(said_soon(w),
		"a resize {\"width\":2}|a denied {\"channel\":\"z\",\"count\":8}|"
		"a load {\"url\":\"1\",\"count\":1}|a load {\"url\":\"2\",\"count\":1}|"
		"a move {\"x\":2}|a focus {}|a blur {}|b resize {\"width\":3}|b end 1");
	send_event(a, w, "[\"resize\",{\"width\":4}]");
	assert_string_equal(said_soon(w), "a resize {\"width\":4}");
	assert_int_equal(a->consumed, 13);
}

static void coalescing_changes_no_event_that_others_hold(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"var it = ipc.windowEvents(), held = [];\n"
		"ipc.onEvent(function (e) { held.push(e); if (held.length === 2) log(held[0].payload.count, held[1].payload.count) });");
	page = other_open(w, "a");
	send_event(page, w, "[\"denied\",{\"count\":1}]");
	send_event(page, w, "[\"denied\",{\"count\":4}]");
	assert_string_equal(said_soon(w), "1 4");
}

static void close_and_crash_have_their_place_in_a_full_queue(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"var it = ipc.windowEvents(), n = 0, types = [];\n"
		"ipc.onChannel('end', function () {\n"
		" (function drain() { it.next().then(function (s) { n++; if (s.value.type) types.push(s.value.type); drain() }, function (e) { log(n, types, e.name) }) })()\n"
		"})");
	page = other_open(w, "p");
	for (unsigned i = 0; i < 4096; i++) {
		send_json(page, w, "c", "1");
		if ((i + 1) % CREDIT_MESSAGES == 0)
			wait_for(w, page, i + 1);
	}
	send_event(page, w, "[\"crash\",{\"count\":1}]");
	send_event(page, w, "[\"close\",{\"count\":1}]");
	send_json(page, w, "end", "1");
	world_spin(w, 200);
	assert_string_equal(world_said(w), "4098 [\"crash\",\"close\"] QueueFull");
}

static void a_flood_of_one_window_delays_no_other(void **state)
{
	struct world *w = *state;
	struct other *loud, *quiet;

	world_run(w, WITH_IPC
		"var n = 0; ipc.onChannel('flood', function () { n++ });\n"
		"ipc.onChannel('quiet', function () { log('after', n) });\n"
		"ipc.onEvent(function (e) { if (e.type) log(e.windowId, e.type, 'after', n) })");
	loud = other_open(w, "loud");
	quiet = other_open(w, "quiet");
	while (send_kind(loud, w, FRAME_MESSAGE, 0, "flood", "1") == STATUS_OK)
		;
	send_json(quiet, w, "quiet", "1");
	/* For its own close there is a place, behind what it has said. */
	send_event(loud, w, "[\"close\",{\"count\":1}]");
	wait_for(w, loud, HOST_LANE_MESSAGES + 1);
	assert_string_equal(said_soon(w), "after 1|loud close after 2048");
}

static void a_rejected_callback_leaves_the_next_message_its_turn(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"ipc.onChannel('c', function (p) { return new Promise(function (resolve, reject) { setTimeout(reject, 1, new Error('no ' + p)) }) });\n"
		"ipc.onChannel('c', function (p) { log('got', p) })");
	page = other_open(w, "p");
	send_json(page, w, "c", "1");
	send_json(page, w, "c", "2");
	assert_string_equal(said_soon(w),
		"got 1|got 2|callback of channel \"c\": Error: no 1 (main.js:2)|"
		"callback of channel \"c\": Error: no 2 (main.js:2)");
	assert_int_equal(page->consumed, 2);
}

static void what_an_app_replaces_changes_nothing(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"ipc.handle('sum', function (p) { return p + 1 });\n"
		"AbortController = function () { throw new Error('replaced') }; AbortSignal = 1; setTimeout = null;\n"
		"ipc.invoke('p', 'c', 1, {timeout: 20}).catch(function (e) { log(e.name) })");
	page = other_open(w, "p");
	world_run(w, WITH_IPC
		"ipc.invoke('p', 'c', 1, {timeout: 20}).catch(function (e) { log(e.name) })");
	assert_int_equal(send_kind(page, w, FRAME_CALL, 1, "sum", "1"), STATUS_OK);
	world_spin(w, 50);
	assert_string_equal(world_said(w), "WindowNotFound|Timeout");
	assert_string_equal(answered(page), "reply 2");
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
	assert_string_equal(said_in_time(w), "3 QueueFull");
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
		host_test(of_some_events_only_the_last_that_was_not_read_counts),
		host_test(coalescing_changes_no_event_that_others_hold),
		host_test(close_and_crash_have_their_place_in_a_full_queue),
		host_test(a_flood_of_one_window_delays_no_other),
		host_test(a_rejected_callback_leaves_the_next_message_its_turn),
		host_test(what_an_app_replaces_changes_nothing),
		host_test(large_events_fill_a_queue_by_their_bytes),
		host_test(what_comes_before_the_first_receive_waits_within_bounds),
		host_test(an_app_that_never_receives_has_nothing_piling_up),
		host_test(concurrent_receives_are_served_in_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
