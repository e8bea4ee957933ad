/* runtime:ipc: what is waited for. Calls in both directions, acknowledgement, broadcast, drain. */
#include "host_fixture.h"

static void a_call_of_the_host_is_answered(void **state)
{
	struct world *w = *state;
	struct other *page;

	page = other_open(w, "main");
	world_run(w, WITH_IPC
		"ipc.invoke('main', 'sum', [1, 2]).then(function (r) { log('got', r) });\n"
		"ipc.invoke('main', 'bad').catch(function (e) { log(e instanceof ipc.IpcError, e.code, e.name, e.message, e.uncertain) })");
	assert_string_equal(mailbox_peek(&page->inbox)->from->peer, PEER_HOST);
	answer(page, w, FRAME_REPLY, "{\"sum\":3}");
	answer(page, w, FRAME_FAILED, "[7001,\"no such sum\",false]");
	assert_string_equal(
		said_soon(w), "got {\"sum\":3}|true 7001 ChannelRecv [7001] no such sum undefined");
}

static void a_call_that_cannot_be_made_is_rejected(void **state)
{
	static const struct {
		const char *call, *said;
	} cases[] = {
		{ "'gone', 'c'", "7002 WindowNotFound" },
		{ "'*', 'c'", "7002 WindowNotFound" },
		{ "'main', 'denied'", "7004 PermissionDenied" },
		{ "'main', ''", "7000 ChannelSend" },
		{ "'main', 'c', cyclic", "7003 Serialization" },
		{ "1, 'c'", "undefined TypeError" },
		{ "'main', 1", "undefined TypeError" },
		{ "'main', 'c', 1, {timeout: -1}", "undefined TypeError" },
		{ "'main', 'c', 1, {timeout: NaN}", "undefined TypeError" },
		{ "'main', 'c', 1, {timeout: '1'}", "undefined TypeError" },
		{ "'main', 'c', 1, {signal: {}}", "undefined TypeError" },
		{ "'main', 'c', 1, {signal: AbortSignal.abort()}", "7007 Cancelled" },
	};
	struct world *w = *state;
	struct router_stats stats;
	struct other *page;
	char source[512];

	world_start(w);
	page = other_open(w, "main");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(source, sizeof(source),
			WITH_IPC "var cyclic = []; cyclic.push(cyclic);\n"
				 "ipc.invoke(%s).then(log, function (e) { log(e.code, e.name) })",
			cases[i].call);
		world_run(w, source);
		assert_string_equal(said_soon(w), cases[i].said);
	}
	assert_string_equal(taken(page), "nothing");
	router_get_stats(w->router, &stats);
	assert_int_equal(stats.calls, 0);
}

static void a_failure_in_any_shape_is_an_error_and_nothing_worse(void **state)
{
	static const char *const payloads[] = { "{}", "null", "\"text\"", "7", "[]", "[7004]",
		"[7004,{}]", "[\"7004\",\"x\"]", "[7004.5,\"x\"]", "[6999,\"x\"]", "[7010,\"x\"]",
		"[-1,\"x\"]", "[null,null,null]", "{\"0\":7004,\"1\":\"x\"}",
		"{\"__proto__\":1,\"length\":3}" };
	struct world *w = *state;
	struct other *page;

	page = other_open(w, "main");
	world_run(w, WITH_IPC
		"function go() { ipc.invoke('main', 'c').catch(function (e) { log(e.code, e.name, e.message); go() }) } go()");
	for (size_t i = 0; i < ARRAY_SIZE(payloads); i++) {
		answer(page, w, FRAME_FAILED, payloads[i]);
		assert_string_equal(said_soon(w),
			"7001 ChannelRecv [7001] the other side failed and did not say how");
	}
	answer(page, w, FRAME_FAILED, "[7004,\"no\",\"true\"]");
	assert_string_equal(said_soon(w), "7004 PermissionDenied [7004] no");
}

static void a_call_without_an_answer_ends_in_time_and_is_cancelled(void **state)
{
	struct world *w = *state;
	struct envelope e;
	struct other *page;

	page = other_open(w, "main");
	world_run(w, WITH_IPC
		"ipc.invoke('main', 'c', 1, {timeout: 200}).catch(function (e) { log('late', e.code, e.message) });\n"
		"ipc.invoke('main', 'c', 2, {timeout: 20}).catch(function (e) { log(e.code, e.message, e.uncertain) });\n"
		"ipc.invoke('main', 'c', 3, {timeout: Infinity}).then(log)");
	for (int i = 0; i < 3; i++) {
		assert_true(mailbox_take(&page->inbox, &e));
		assert_true(router_dispatch(w->router, &page->peer, e.frame->id));
		if (i == 1)
			page->consumed = e.frame->id;
		envelope_fini(&e);
	}
	world_spin(w, 60);
	assert_string_equal(world_said(w),
		"7006 [7006] channel \"c\" of window \"main\": no answer in 20 ms true");
	assert_int_equal(mailbox_peek(&page->inbox)->frame->id, page->consumed);
	assert_string_equal(taken(page), "cancel null");
	world_spin(w, 200);
	assert_contains(world_said(w), "late 7006");
	assert_string_equal(taken(page), "cancel null");
	assert_string_equal(taken(page), "nothing");
}

static void a_call_is_aborted_by_its_signal(void **state)
{
	struct world *w = *state;
	struct envelope e;
	struct other *page;

	page = other_open(w, "main");
	world_run(w, WITH_IPC
		"var c = new AbortController(), d = new AbortController();\n"
		"ipc.invoke('main', 'c', 1, {signal: c.signal}).then(log, function (e) { log(e.code, e.message, e.uncertain) });\n"
		"ipc.invoke('main', 'c', 2, {signal: d.signal}).then(function (r) { log(r); d.abort() });\n"
		"ipc.onChannel('stop', function () { c.abort(); c.abort() })");
	assert_true(mailbox_take(&page->inbox, &e));
	assert_true(router_dispatch(w->router, &page->peer, e.frame->id));
	send_json(page, w, "stop", "1");
	assert_string_equal(
		said_soon(w), "7007 [7007] channel \"c\" of window \"main\": it was aborted true");
	assert_false(
		router_answer(w->router, page->id, json_frame(FRAME_REPLY, e.frame->id, "", "1")));
	envelope_fini(&e);
	answer(page, w, FRAME_REPLY, "\"done\"");
	assert_string_equal(said_soon(w), "done");
	assert_string_equal(taken(page), "cancel null");
	assert_string_equal(taken(page), "nothing");
}

static void a_signal_that_is_none_does_not_stop_the_clock_of_others(void **state)
{
	struct world *w = *state;

	other_open(w, "main");
	world_run(w, WITH_IPC
		"ipc.invoke('main', 'c', 1, {timeout: 50}).catch(function (e) { log('a', e.name) });\n"
		"ipc.invoke('main', 'c', 2, {signal: {aborted: false}}).catch(function (e) { log('b', e.name) });\n"
		"ipc.invoke('main', 'c', 3, {timeout: 20}).catch(function (e) { log('c', e.name) })");
	world_spin(w, 100);
	assert_string_equal(world_said(w), "b TypeError|c Timeout|a Timeout");
}

static void a_handler_answers_with_what_it_returns_or_throws(void **state)
{
	static const struct {
		const char *channel, *answer;
	} cases[] = {
		{ "value", "reply [\"p\",\"main\",false]" },
		{ "nothing", "reply null" },
		{ "later", "reply \"later p\"" },
		{ "thenable", "reply \"odd\"" },
		{ "throws", "failed [7001,\"Error: on purpose\",false]" },
		{ "rejects", "failed [7001,\"RangeError: later\",false]" },
		{ "typed", "failed [7009,\"own words\",false]" },
		{ "coded", "failed [7001,\"TooLarge: [7009] own words\",false]" },
		{ "between", "failed [7001,\"TooLarge: [7009] own words\",false]" },
		{ "text", "failed [7001,\"just text\",false]" },
		{ "null", "failed [7001,\"null\",false]" },
		{ "textless", "failed [7001,\"an error that is no text\",false]" },
		{ "cyclic",
			"failed [7003,\"the answer: payload[0]: a cycle cannot be sent\",false]" },
		{ "surrogate", "failed [7001,\"the handler failed\",false]" },
		{ "unknown", "failed [7008,\"channel \\\"unknown\\\" has no handler\",false]" },
		{ "__proto__", "failed [7008,\"channel \\\"__proto__\\\" has no handler\",false]" },
		{ "constructor",
			"failed [7008,\"channel \\\"constructor\\\" has no handler\",false]" },
	};
	struct world *w = *state;
	struct other *page, *service;

	world_run(w, WITH_IPC
		"ipc.handle('value', function (p, from) { return [p, from.windowId, from.signal.aborted] });\n"
		"ipc.handle('nothing', function () {});\n"
		"ipc.handle('later', function (p) { return new Promise(function (resolve) { setTimeout(resolve, 5, 'later ' + p) }) });\n"
		"ipc.handle('thenable', function () { return {then: function (f) { f('odd') }} });\n"
		"ipc.handle('throws', function () { throw new Error('on purpose') });\n"
		"ipc.handle('rejects', function () { return Promise.reject(new RangeError('later')) });\n"
		"ipc.handle('typed', function () { throw new ipc.IpcError(7009, 'own words') });\n"
		"function coded(code) { var e = new ipc.IpcError(7009, 'own words'); e.code = code; throw e }\n"
		"ipc.handle('coded', function () { coded('ENOENT') });\n"
		"ipc.handle('between', function () { coded(7004.5) });\n"
		"ipc.handle('text', function () { throw 'just text' });\n"
		"ipc.handle('null', function () { throw null });\n"
		"ipc.handle('textless', function () { throw Object.create(null) });\n"
		"ipc.handle('cyclic', function () { var a = []; a.push(a); return a });\n"
		"ipc.handle('surrogate', function () { throw '\\ud800' });\n"
		"ipc.onChannel('value', function () { log('not an event') })");
	page = other_open(w, "main");
	service = other_open(w, "test:service");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		/* Reserved names are for parts of the runtime. */
		struct other *caller = cases[i].channel[0] == '_' ? service : page;

		assert_int_equal(
			send_kind(caller, w, FRAME_CALL, 9, cases[i].channel, "\"p\""), STATUS_OK);
		world_spin(w, 15);
		assert_string_equal(answered(caller), cases[i].answer);
		assert_string_equal(answered(caller), "nothing");
	}
	/* What is no answer in words is also told where its author looks. */
	assert_string_equal(world_said(w),
		"handler of channel \"throws\": Error: on purpose (main.js:6)|"
		"handler of channel \"rejects\": RangeError: later (main.js:7)|"
		"handler of channel \"text\": just text|handler of channel \"null\": null|"
		"handler of channel \"textless\": {}|handler of channel \"surrogate\": \xef\xbf\xbd");
	assert_int_equal(page->consumed + service->consumed, ARRAY_SIZE(cases));
}

static void a_channel_has_one_handler_until_it_is_taken_off(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"var off = ipc.handle('c', function () { return 1 });\n"
		"try { ipc.handle('c', function () { return 2 }) } catch (e) { log(e.code, e.name) }\n"
		"try { ipc.handle('d', 1) } catch (e) { log(e.name) }\n"
		"ipc.onChannel('off', function () { off(); ipc.handle('c', function () { return 3 }); off() })");
	assert_string_equal(world_said(w), "7001 ChannelRecv|TypeError");
	page = other_open(w, "main");
	assert_int_equal(send_kind(page, w, FRAME_CALL, 1, "c", "1"), STATUS_OK);
	send_json(page, w, "off", "1");
	assert_int_equal(send_kind(page, w, FRAME_CALL, 2, "c", "1"), STATUS_OK);
	world_spin(w, 20);
	assert_string_equal(answered(page), "reply 1");
	assert_string_equal(answered(page), "reply 3");
}

static void a_handler_hears_that_nobody_waits_any_more(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"ipc.handle('c', function (p, from) { return new Promise(function (resolve, reject) {\n"
		" from.signal.addEventListener('abort', function () { log('aborted', p, from.signal.aborted); if (p === 1) resolve('late'); else reject(new Error('late')) });\n"
		"}) })");
	page = other_open(w, "main");
	for (uint32_t id = 1; id <= 3; id++)
		assert_int_equal(send_kind(page, w, FRAME_CALL, id, "c",
					 (const char *const[]){ "1", "2", "3" }[id - 1]),
			STATUS_OK);
	world_spin(w, 10);
	router_cancel(w->router, page->id, 1);
	router_caller_lost(w->router, page->id);
	assert_string_equal(said_soon(w), "aborted 1 true|aborted 2 true|aborted 3 true");
	assert_string_equal(answered(page), "nothing");
}

static void a_call_cancelled_before_it_began_never_begins(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC "ipc.handle('c', function (p) { log(p) })");
	page = other_open(w, "main");
	assert_int_equal(send_kind(page, w, FRAME_CALL, 1, "c", "1"), STATUS_OK);
	assert_int_equal(send_kind(page, w, FRAME_CALL, 2, "c", "2"), STATUS_OK);
	router_cancel(w->router, page->id, 1);
	assert_string_equal(said_soon(w), "2");
	/* It left the queue all the same. */
	assert_int_equal(page->consumed, 2);
}

static void an_acknowledged_send_resolves_when_a_listener_ran(void **state)
{
	struct world *w = *state;
	struct other *page;

	page = other_open(w, "main");
	world_run(w, WITH_IPC
		"function show(e) { log(e.code, e.name, e.uncertain) }\n"
		"ipc.sendToWindow('main', 'a', 1, {ack: true, retry: true}).then(function (r) { log('done', r) });\n"
		"ipc.sendToWindow('main', 'b', 2, {ack: true}).catch(show);\n"
		"ipc.sendToWindow('main', 'c', 3, {ack: true}).catch(show);\n"
		"ipc.sendToWindow('main', 'd', 4, {ack: true, timeout: 20}).catch(show);\n"
		"ipc.sendToWindow('main', 'e', 5, {retry: true}).then(function () { log('accepted') })");
	assert_string_equal(world_said(w), "accepted");
	assert_int_equal(mailbox_peek(&page->inbox)->frame->flags, FRAME_RETRY);
	answer(page, w, FRAME_REPLY, "null");
	answer(page, w, FRAME_FAILED, "[7008,\"nobody\",false]");
	answer(page, w, FRAME_FAILED, "[7007,\"it went\",true]");
	assert_string_equal(taken(page), "d 4");
	assert_string_equal(taken(page), "e retry 5");
	world_spin(w, 60);
	assert_string_equal(world_said(w),
		"done undefined|7008 NoHandler undefined|7007 Cancelled true|7006 Timeout true");
}

static void a_broadcast_reaches_all_or_says_whom_not(void **state)
{
	struct world *w = *state;
	struct other *a, *b, *full;

	a = other_open(w, "a");
	b = other_open(w, "b");
	full = other_open(w, "full");
	other_open(w, "test:service");
	full->verdict = STATUS_QUEUE_FULL;
	world_run(w, WITH_IPC
		"ipc.broadcast(['a', 'b'], 'c', 1).then(function (r) { log('all', r) });\n"
		"ipc.broadcast([], 'c', 2).then(function (r) { log('none', r) });\n"
		"ipc.broadcast('*', 'c', 3).catch(function (e) { log(e instanceof ipc.IpcError, e.code, e.message.indexOf('1 of 3 windows') > 0, e.results) });\n"
		"ipc.broadcast(['gone', '*', 'test\\u0000', 'a'], 'c', 4).catch(function (e) { log(e.code, e.results.map(function (r) { return r.windowId + ' ' + r.status })) });\n"
		"ipc.broadcastSettled('*', 'c', 5).then(function (r) { log(r.length, r[0], r[2].windowId, r[2].reason.name) })");
	assert_string_equal(said_soon(w),
		"3 {\"windowId\":\"a\",\"status\":\"fulfilled\"} full QueueFull|all undefined|none undefined|"
		"true 7005 true [{\"windowId\":\"a\",\"status\":\"fulfilled\"},"
		"{\"windowId\":\"b\",\"status\":\"fulfilled\"},{\"windowId\":\"full\","
		"\"status\":\"rejected\",\"reason\":{\"code\":7005,\"name\":\"QueueFull\","
		"\"message\":\"[7005] \\\"full\\\" did not take a message on \\\"c\\\": its queue is full\"}}]|"
		"7002 [\"gone rejected\",\"* rejected\",\"test\\u0000 rejected\",\"a fulfilled\"]");
	assert_string_equal(taken(a), "c 1");
	assert_string_equal(taken(a), "c 3");
	assert_string_equal(taken(a), "c 4");
	assert_string_equal(taken(a), "c 5");
	assert_string_equal(taken(b), "c 1");
	assert_string_equal(taken(b), "c 3");
	assert_string_equal(taken(b), "c 5");
	assert_string_equal(taken(b), "nothing");
}

static void a_broadcast_is_encoded_once(void **state)
{
	struct world *w = *state;
	struct envelope of_a, of_b;
	struct other *a, *b;

	a = other_open(w, "a");
	b = other_open(w, "b");
	world_run(w, WITH_IPC
		"var n = 0; ipc.broadcast('*', 'c', {toJSON: function () { n++; return 'x' }}).then(function () { log(n) });\n"
		"ipc.broadcast('*', 'c', {toJSON: function () { throw new RangeError('own') }}).catch(function (e) { log(e.name, e.results) });\n"
		"ipc.broadcast('a', 'c', 1).catch(function (e) { log(e.name) }); ipc.broadcast([1], 'c', 1).catch(function (e) { log(e.name) })");
	assert_string_equal(said_soon(w), "TypeError|TypeError|1|Serialization undefined");
	assert_true(mailbox_take(&a->inbox, &of_a));
	assert_true(mailbox_take(&b->inbox, &of_b));
	assert_ptr_equal(of_a.frame, of_b.frame);
	envelope_fini(&of_a);
	envelope_fini(&of_b);
}

static void an_acknowledged_broadcast_waits_for_each(void **state)
{
	struct world *w = *state;
	struct other *a, *b;

	a = other_open(w, "a");
	b = other_open(w, "b");
	world_run(w, WITH_IPC
		"function show(r) { log(r.map(function (o) { return o.windowId + ' ' + (o.reason ? o.reason.name : 'ok') })) }\n"
		"ipc.broadcastSettled('*', 'c', 1, {ack: true}).then(show);\n"
		"ipc.broadcastSettled(['gone', 'b'], 'c', 2, {ack: true, timeout: 80}).then(show);\n"
		"ipc.broadcastSettled(['gone'], 'c', 3, {ack: true}).then(show);\n"
		"ipc.broadcast(['a', 'a'], 'c', 4, {ack: true}).then(function (r) { log('twice', r) })");
	assert_string_equal(said_soon(w), "[\"gone WindowNotFound\"]");
	answer(b, w, FRAME_FAILED, "[7008,\"nobody\",false]");
	answer(a, w, FRAME_REPLY, "null");
	answer(a, w, FRAME_REPLY, "null");
	world_spin(w, 120);
	assert_string_equal(world_said(w),
		"[\"a ok\",\"b NoHandler\"]|[\"gone WindowNotFound\",\"b Timeout\"]");
	answer(a, w, FRAME_REPLY, "null");
	assert_string_equal(said_soon(w), "twice undefined");
}

static void drain_waits_for_room_in_that_window(void **state)
{
	struct world *w = *state;
	struct other *a, *b;

	a = other_open(w, "a");
	b = other_open(w, "b");
	a->verdict = b->verdict = STATUS_QUEUE_FULL;
	world_run(w, WITH_IPC
		"ipc.drain('a').then(function () { log('was never full') });\n"
		"ipc.sendToWindow('a', 'c').catch(function () { return ipc.drain('a') }).then(function () { log('a'); return ipc.drain('a') }).then(function () { log('a again') });\n"
		"ipc.sendToWindow('b', 'c').catch(function () { return ipc.drain('b') }).then(log, function (e) { log('b', e.name) })");
	assert_string_equal(world_said(w), "was never full");
	send_json(a, w, "drain", "1");
	send_event(a, w, "[\"load\",{\"count\":1}]");
	assert_string_equal(said_soon(w), "");
	send_event(a, w, "[\"drain\",{\"count\":1}]");
	assert_string_equal(said_soon(w), "a|a again");
	send_event(b, w, "[\"close\",{\"count\":1}]");
	assert_string_equal(said_soon(w), "b WindowNotFound");
}

static void calls_that_wait_are_bounded_and_make_no_window_full(void **state)
{
	struct world *w = *state;

	struct other *page = other_open(w, "main");

	world_run(w, WITH_IPC
		"for (var i = 0; i < 1024; i++) ipc.sendToWindow('main', 'c', i, {ack: true});\n"
		"ipc.sendToWindow('main', 'c', i, {ack: true}).catch(function (e) { log(e.name); return ipc.drain('main') }).then(function () { log('half are answered') });\n"
		"ipc.sendToWindow('main', 'c', 'plain').then(function () { log('accepted') })");
	assert_string_equal(said_soon(w), "accepted|QueueFull");
	for (unsigned i = 0; i < 511; i++)
		answer(page, w, FRAME_REPLY, "null");
	assert_string_equal(said_soon(w), "");
	answer(page, w, FRAME_REPLY, "null");
	assert_string_equal(said_in_time(w), "half are answered");
}

/* Each of its windows is an answer that is waited for, and counts as it comes. */
static void a_broadcast_counts_for_as_many_answers_as_it_waits_for(void **state)
{
	struct world *w = *state;
	struct other *a;

	a = other_open(w, "a");
	other_open(w, "b");
	world_run(w, WITH_IPC
		"for (var i = 0; i < 512; i++) ipc.broadcastSettled('*', 'c', i, {ack: true, timeout: Infinity});\n"
		"ipc.sendToWindow('a', 'c', i, {ack: true}).catch(function (e) { log(e.message); return ipc.drain('a') }).then(function () { log('half are answered') })");
	assert_string_equal(said_soon(w), "[7005] \"host\" waits for 1024 answers already");
	for (unsigned i = 0; i < 511; i++)
		answer(a, w, FRAME_REPLY, "null");
	assert_string_equal(said_soon(w), "");
	answer(a, w, FRAME_REPLY, "null");
	assert_string_equal(said_in_time(w), "half are answered");
}

static void drain_waits_for_a_window_that_had_no_room_for_an_acknowledged_broadcast(void **state)
{
	struct world *w = *state;
	struct other *full;

	other_open(w, "a");
	full = other_open(w, "full");
	full->verdict = STATUS_QUEUE_FULL;
	world_run(w, WITH_IPC
		"ipc.broadcastSettled('*', 'c', 1, {ack: true});\n"
		"ipc.drain('a').then(function () { log('a') }); ipc.drain('full').then(function () { log('full') })");
	assert_string_equal(said_soon(w), "a");
	send_event(full, w, "[\"drain\",{\"count\":1}]");
	assert_string_equal(said_soon(w), "full");
}

/* ---- what the script cannot take in ---- */

/* Empty arrays: a byte each on the way, and a hundred in the script. */
static void send_too_much(struct other *o, struct world *w, enum frame_kind kind, uint32_t id)
{
	static uint8_t payload[1 << 20] = { 0xdd };
	const char *channel = kind == FRAME_REPLY ? "" : "c";
	uint32_t n = sizeof(payload) - 5;
	struct router_result result;
	struct frame *f;

	for (unsigned i = 0; i < 4; i++)
		payload[1 + i] = (uint8_t)(n >> (24 - 8 * i));
	memset(payload + 5, 0x90, n);
	assert_int_equal(
		frame_new(kind, id, channel, strlen(channel), payload, sizeof(payload), &f), 0);
	if (kind == FRAME_REPLY) {
		assert_true(router_answer(w->router, o->id, f));
		return;
	}
	router_send(w->router, o->id, PEER_HOST, f, &result);
	assert_int_equal(result.status, STATUS_OK);
}

#define DROPPED(channel)                                       \
	"what came from \"a\" on \"" channel "\" is dropped: " \
	"the script's memory has no room for it|"

/* Too few for a pause of the pump to end. */
static void a_few_passes(struct world *w)
{
	for (int i = 0; i < 4; i++)
		loop_pass(w->loop, clock_now());
}

static void start_with_little_memory(struct world *w)
{
	w->opts.memory_max = 8 << 20;
	world_run(w, WITH_IPC
		"ipc.onChannel('c', function (p, id) { log(id, p) }); ipc.handle('c', function () { log('called') })");
}

static void a_message_too_large_for_the_script_is_dropped_and_delays_nobody(void **state)
{
	struct world *w = *state;
	struct router_stats stats;
	struct other *a, *b;

	start_with_little_memory(w);
	a = other_open(w, "a");
	b = other_open(w, "b");
	send_too_much(a, w, FRAME_MESSAGE, 0);
	send_json(a, w, "c", "1");
	send_json(b, w, "c", "2");
	a_few_passes(w);
	assert_string_equal(world_said(w), DROPPED("c") "b 2|a 1");
	router_get_stats(w->router, &stats);
	assert_int_equal(stats.dropped, 1);
	/* It left the queue all the same. */
	assert_int_equal(a->consumed, 2);
}

static void a_call_too_large_for_the_script_fails_at_once(void **state)
{
	struct world *w = *state;
	struct router_stats stats;
	struct other *a, *b;

	start_with_little_memory(w);
	a = other_open(w, "a");
	b = other_open(w, "b");
	send_too_much(a, w, FRAME_CALL, 9);
	send_json(b, w, "c", "2");
	a_few_passes(w);
	assert_string_equal(
		answered(a), "failed [7009,\"the script's memory has no room for it\",false]");
	assert_string_equal(world_said(w), DROPPED("c") "b 2");
	router_get_stats(w->router, &stats);
	assert_int_equal(stats.dropped + stats.calls, 0);
}

static void an_answer_too_large_for_the_script_rejects_its_call(void **state)
{
	struct world *w = *state;
	struct envelope e;
	struct other *a;

	w->opts.memory_max = 8 << 20;
	a = other_open(w, "a");
	world_run(w, WITH_IPC
		"ipc.invoke('a', 'large').catch(function (e) { log(e.code, e.message) });\n"
		"ipc.invoke('a', 'small').then(log)");
	assert_true(mailbox_take(&a->inbox, &e));
	assert_true(router_dispatch(w->router, &a->peer, e.frame->id));
	send_too_much(a, w, FRAME_REPLY, e.frame->id);
	envelope_fini(&e);
	answer(a, w, FRAME_REPLY, "7");
	a_few_passes(w);
	assert_string_equal(world_said(w),
		DROPPED("") "7001 [7001] the other side failed and did not say how|7");
}

static void a_call_whose_handler_is_stopped_fails_at_once(void **state)
{
	struct world *w = *state;
	struct router_stats stats;
	struct other *page;

	w->opts.deadline = 10 * NSEC_PER_MSEC;
	world_run(w, WITH_IPC
		"ipc.handle('endless', function () { for (;;); }); ipc.handle('c', function (p) { return p })");
	page = other_open(w, "main");
	assert_int_equal(send_kind(page, w, FRAME_CALL, 9, "endless", "1"), STATUS_OK);
	world_spin(w, 60);
	assert_string_equal(answered(page), "failed [7007,\"the handler was stopped\",true]");
	assert_string_equal(answered(page), "nothing");
	assert_int_equal(send_kind(page, w, FRAME_CALL, 10, "c", "2"), STATUS_OK);
	world_spin(w, 20);
	assert_string_equal(answered(page), "reply 2");
	router_get_stats(w->router, &stats);
	assert_int_equal(stats.calls, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(a_call_of_the_host_is_answered),
		host_test(a_call_that_cannot_be_made_is_rejected),
		host_test(a_failure_in_any_shape_is_an_error_and_nothing_worse),
		host_test(a_call_without_an_answer_ends_in_time_and_is_cancelled),
		host_test(a_call_is_aborted_by_its_signal),
		host_test(a_signal_that_is_none_does_not_stop_the_clock_of_others),
		host_test(a_handler_answers_with_what_it_returns_or_throws),
		host_test(a_channel_has_one_handler_until_it_is_taken_off),
		host_test(a_handler_hears_that_nobody_waits_any_more),
		host_test(a_call_cancelled_before_it_began_never_begins),
		host_test(an_acknowledged_send_resolves_when_a_listener_ran),
		host_test(a_broadcast_reaches_all_or_says_whom_not),
		host_test(a_broadcast_is_encoded_once),
		host_test(an_acknowledged_broadcast_waits_for_each),
		host_test(drain_waits_for_room_in_that_window),
		host_test(calls_that_wait_are_bounded_and_make_no_window_full),
		host_test(a_broadcast_counts_for_as_many_answers_as_it_waits_for),
		host_test(drain_waits_for_a_window_that_had_no_room_for_an_acknowledged_broadcast),
		host_test(a_message_too_large_for_the_script_is_dropped_and_delays_nobody),
		host_test(a_call_too_large_for_the_script_fails_at_once),
		host_test(an_answer_too_large_for_the_script_rejects_its_call),
		host_test(a_call_whose_handler_is_stopped_fails_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
