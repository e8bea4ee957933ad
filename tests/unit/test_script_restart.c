/* One run of the script after another: what waits goes on, what was in hand is told. */
#include "host_fixture.h"

#include <errno.h>

/*
 * Is refused memory long after the deadline, most of the time: the deadline may
 * be looked at between the calls.
 */
#define LATE_REQUEST                                                   \
	"function late() { var a = new Array(2e6), t = Date.now(); \n" \
	"while (Date.now() - t < 1200) a.indexOf(1); new Uint8Array(1e9) }\n"

static void restart(struct world *w, const char *source)
{
	assert_int_equal(script_restart(w->script), 0);
	world_run(w, source);
}

/* Sends "die" under numbers until the script dies over one; returns that. */
static unsigned kill_by_message(struct other *page, struct world *w, unsigned flags)
{
	for (unsigned n = 0; n < 50; n++) {
		struct router_result result;
		struct frame *plain, *f;
		char json[16];

		snprintf(json, sizeof(json), "%u", n);
		plain = json_frame(FRAME_MESSAGE, 0, "die", json);
		assert_int_equal(frame_copy(plain, 0, flags, &f), 0);
		frame_unref(plain);
		router_send(w->router, page->id, PEER_HOST, f, &result);
		assert_int_equal(result.status, STATUS_OK);
		/* It takes longer than that, and is told in the pass after. */
		world_spin(w, 20);
		world_spin(w, 20);
		if (w->deaths > 0)
			return n;
	}
	fail_msg("it would not die");
	return 0;
}

static void what_waits_reaches_the_next_run_once_and_in_order(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC "ipc.onEvent(function (e) { log('first', e.payload) })");
	page = other_open(w, "main");
	send_json(page, w, "c", "1");
	assert_string_equal(said_soon(w), "first 1");
	send_json(page, w, "c", "2");
	send_event(page, w, "[\"load\",{\"count\":1}]");
	assert_int_equal(send_kind(page, w, FRAME_CALL, 7, "sum", "[1,2]"), STATUS_OK);
	assert_int_equal(script_restart(w->script), 0);
	send_json(page, w, "c", "3");
	world_run(w, WITH_IPC "ipc.onEvent(function (e) { log('second', e.type || e.payload) });\n"
			      "ipc.handle('sum', function (p) { return p[0] + p[1] })");
	assert_string_equal(said_soon(w), "second 2|second load|second 3");
	assert_string_equal(answered(page), "reply 3");
	assert_int_equal(page->consumed, 5);
}

static void a_halted_script_does_nothing_and_what_comes_for_it_waits(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC "ipc.onEvent(function (e) { log('first', e.payload) });\n"
			      "setInterval(function () { log('tick') }, 1);\n"
			      "Promise.resolve().then(function () { log('job') })");
	assert_contains(said_soon(w), "tick");
	page = other_open(w, "main");
	script_halt(w->script);
	said_soon(w);
	send_json(page, w, "c", "1");
	assert_int_equal(send_kind(page, w, FRAME_CALL, 7, "sum", "[1,2]"), STATUS_OK);
	world_spin(w, 30);
	assert_string_equal(said_soon(w), "");
	assert_string_equal(answered(page), "nothing");
	assert_int_equal(w->deaths, 0);
	restart(w, WITH_IPC "ipc.onEvent(function (e) { log('second', e.payload) });\n"
			    "ipc.handle('sum', function (p) { return p[0] + p[1] })");
	assert_string_equal(said_soon(w), "second 1");
	assert_string_equal(answered(page), "reply 3");
	/* Also when nobody starts it again. */
	script_halt(w->script);
	script_halt(w->script);
}

static void calls_in_hand_fail_as_uncertain(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_run(w, WITH_IPC
		"ipc.handle('job', function () { log('begun'); return new Promise(function () {}) })");
	page = other_open(w, "main");
	assert_int_equal(send_kind(page, w, FRAME_CALL, 7, "job", "1"), STATUS_OK);
	assert_string_equal(said_soon(w), "begun");
	assert_string_equal(answered(page), "nothing");
	restart(w, WITH_IPC);
	assert_contains(answered(page), "failed [7007,\"");
	assert_string_equal(answered(page), "nothing");
	/* The handler went with its run. */
	assert_int_equal(send_kind(page, w, FRAME_CALL, 8, "job", "1"), STATUS_OK);
	world_spin(w, 20);
	assert_contains(answered(page), "failed [7008,\"");
}

static void a_message_in_hand_comes_again_when_its_sender_allowed_it(void **state)
{
	struct world *w = *state;
	struct other *page;
	char expected[64];
	unsigned n;

	w->opts.deadline = 50 * NSEC_PER_MSEC;
	world_run(w, LATE_REQUEST WITH_IPC "ipc.onChannel('die', late)");
	page = other_open(w, "main");
	n = kill_by_message(page, w, FRAME_RETRY);
	send_json(page, w, "c", "\"next\"");
	world_log(w);
	restart(w, WITH_IPC "ipc.onEvent(function (e) { log(e.payload, e.redelivered) })");
	snprintf(expected, sizeof(expected), "|%u true|next undefined", n);
	assert_contains(said_soon(w), expected);
	/* Its sender was charged for it once. */
	assert_int_equal(page->consumed, n + 2);
}

static void a_message_in_hand_is_lost_when_its_sender_did_not(void **state)
{
	struct world *w = *state;
	struct other *page;
	unsigned n;

	w->opts.deadline = 50 * NSEC_PER_MSEC;
	world_run(w, LATE_REQUEST WITH_IPC "ipc.onChannel('die', late)");
	page = other_open(w, "main");
	n = kill_by_message(page, w, 0);
	send_json(page, w, "c", "\"next\"");
	world_log(w);
	assert_int_equal(script_restart(w->script), 0);
	assert_contains(
		world_log(w), "the script ended over a message of window \"main\" on \"die\"");
	world_run(w, WITH_IPC "ipc.onEvent(function (e) { log(e.payload, e.redelivered) })");
	assert_string_equal(said_soon(w), "next undefined");
	assert_int_equal(page->consumed, n + 2);
}

static void an_answer_for_the_last_run_is_none_for_the_next(void **state)
{
	struct world *w = *state;
	struct other *page;

	world_start(w);
	page = other_open(w, "main");
	world_run(w, WITH_IPC "ipc.invoke('main', 'q', 'old')");
	answer(page, w, FRAME_REPLY, "\"for the old\"");
	restart(w, WITH_IPC "ipc.invoke('main', 'q', 'new').then(log)");
	assert_string_equal(said_soon(w), "");
	answer(page, w, FRAME_REPLY, "\"for the new\"");
	assert_string_equal(said_soon(w), "for the new");
}

static void who_works_for_the_last_run_is_told_to_stop(void **state)
{
	struct world *w = *state;
	struct envelope e;
	struct other *page;
	uint32_t number;

	world_start(w);
	page = other_open(w, "main");
	world_run(w, WITH_IPC "ipc.invoke('main', 'q', 'old')");
	assert_true(mailbox_take(&page->inbox, &e));
	number = e.frame->id;
	assert_true(router_dispatch(w->router, &page->peer, number));
	envelope_fini(&e);
	restart(w, WITH_IPC "ipc.invoke('main', 'q', 'new').then(log)");
	assert_string_equal(taken(page), "cancel null");
	assert_false(router_answer(w->router, page->id, json_frame(FRAME_REPLY, number, "", "1")));
	assert_string_equal(said_soon(w), "");
}

static void a_payload_that_ended_a_run_leaves_the_next_its_voice(void **state)
{
	struct world *w = *state;
	struct script_error error = { 0 };
	struct other *page;
	int r = 0;

	w->opts.deadline = 50 * NSEC_PER_MSEC;
	world_start(w);
	page = other_open(w, "main");
	for (int i = 0; i < 50 && r != -ENOTRECOVERABLE; i++)
		r = world_try(w,
			LATE_REQUEST WITH_IPC "ipc.sendToWindow('main', 'c', {toJSON: late})",
			&error);
	assert_int_equal(r, -ENOTRECOVERABLE);
	world_log(w);
	restart(w, WITH_IPC "ipc.sendToWindow('main', 'c', 1).then(log, log)");
	assert_string_equal(world_said(w), "undefined");
	assert_string_equal(taken(page), "c 1");
}

static void many_runs_leave_nothing_behind(void **state)
{
	struct world *w = *state;
	struct router_stats stats;
	struct other *page;

	world_start(w);
	page = other_open(w, "main");
	for (int i = 0; i < 10; i++) {
		restart(w, WITH_IPC
			"ipc.invoke('main', 'q', 1); ipc.sendToWindow('main', 'c', 1, {ack: true});\n"
			"ipc.handle('job', function () { return new Promise(function () {}) })");
		assert_int_equal(send_kind(page, w, FRAME_CALL, 8, "job", "1"), STATUS_OK);
		world_spin(w, 5);
	}
	restart(w, "");
	router_get_stats(w->router, &stats);
	assert_int_equal(stats.calls, 0);
	assert_int_equal(page->answers.messages, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(what_waits_reaches_the_next_run_once_and_in_order),
		host_test(a_halted_script_does_nothing_and_what_comes_for_it_waits),
		host_test(calls_in_hand_fail_as_uncertain),
		host_test(a_message_in_hand_comes_again_when_its_sender_allowed_it),
		host_test(a_message_in_hand_is_lost_when_its_sender_did_not),
		host_test(an_answer_for_the_last_run_is_none_for_the_next),
		host_test(who_works_for_the_last_run_is_told_to_stop),
		host_test(a_payload_that_ended_a_run_leaves_the_next_its_voice),
		host_test(many_runs_leave_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
