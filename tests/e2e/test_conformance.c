/*
 * What runtime:ipc promises, through the real engine: each test is a check of an app under
 * tests/e2e/apps, which says "ok NAME" or "not ok NAME: why". All of one app's run in one run of
 * it.
 */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#define CHECKS(X)                                                                    \
	X(sendToWindow_reaches_every_listener_of_that_window_once_in_order)          \
	X(sendToWindow_rejects_by_code_what_cannot_go)                               \
	X(an_ack_means_that_a_listener_ran_and_NoHandler_that_there_was_none)        \
	X(a_plain_send_resolves_while_the_page_is_busy_and_an_ack_does_not)          \
	X(an_ack_has_a_timeout_and_can_be_aborted)                                   \
	X(broadcast_reaches_ids_and_all_and_resolves_void)                           \
	X(broadcast_rejects_with_the_outcome_for_each_window)                        \
	X(broadcast_serialises_once)                                                 \
	X(what_waits_for_a_window_that_closes_is_cancelled)                          \
	X(a_load_that_fails_is_told_once_and_what_waits_goes_to_the_next_page)       \
	X(windowEvents_sees_all_from_its_creation_on_and_not_before)                 \
	X(return_ends_an_iterator_and_whoever_waits_for_it)                          \
	X(an_abandoned_iterator_ends_with_QueueFull_and_stalls_nobody)               \
	X(windowEventsFor_and_channelEvents_filter_and_take_from_nobody)             \
	X(recvWindowEvent_serves_concurrent_calls_in_turn)                           \
	X(callbacks_run_in_order_of_registration_on_a_snapshot)                      \
	X(once_runs_once_and_can_be_taken_back)                                      \
	X(IpcEvent_has_a_stamped_windowId_and_a_type_only_from_the_runtime)          \
	X(events_of_the_runtime_are_one_stream_of_which_runtime_window_is_a_filter)  \
	X(natives_are_out_of_the_apps_reach)                                         \
	X(invoke_of_the_host_brings_back_what_the_page_returns)                      \
	X(calls_that_cross_each_other_get_their_own_answers)                         \
	X(what_a_handler_of_the_page_throws_is_an_error_of_the_call)                 \
	X(a_call_of_the_host_times_out_and_the_page_hears_of_it)                     \
	X(handle_takes_one_handler_and_gives_it_back)                                \
	X(a_call_without_answer_is_cancelled_when_its_window_closes)                 \
	X(more_calls_than_a_script_may_wait_for_are_refused_and_the_others_answered) \
	X(a_rule_for_one_direction_is_none_for_the_other)                            \
	X(a_list_of_the_window_narrows_that_of_the_app)                              \
	X(reserved_channels_are_refused_to_apps)                                     \
	X(queues_to_a_window_are_bounded_and_drain_tells_of_room)                    \
	X(a_handler_that_awaits_an_ack_of_the_page_that_floods_it_goes_on)           \
	X(send_is_first_in_first_out_on_all_channels)                                \
	X(send_validates_at_once_and_returns_nothing)                                \
	X(send_with_ack_tells_acceptance_or_the_reason_of_a_refusal)                 \
	X(IpcError_has_code_name_and_a_message_that_begins_with_the_code)            \
	X(on_returns_its_end_and_off_removes_one_or_all)                             \
	X(listeners_run_on_a_snapshot_and_one_that_throws_stops_nobody)              \
	X(once_of_the_page_runs_once_and_can_be_taken_back)                          \
	X(emit_reaches_the_pages_own_listeners_and_the_host)                         \
	X(windowId_is_the_windows_own)                                               \
	X(invoke_of_the_page_brings_back_what_the_host_returns)                      \
	X(what_a_handler_of_the_host_throws_is_an_error_of_the_call)                 \
	X(handle_takes_one_handler_for_a_channel)                                    \
	X(sends_are_bounded_QueueFull_is_thrown_and_drain_tells_of_room)             \
	X(the_page_is_not_held_while_the_host_floods_it)                             \
	X(G1_two_iterators_and_a_callback_all_see_ten_thousand_events_in_order)      \
	X(G2_a_flooding_window_delays_nobody_else_and_its_close_comes_last)          \
	X(G3_unknown_closed_and_new_windows_are_told_apart)                          \
	X(G4_messages_wait_for_a_listener_that_comes_a_second_later)                 \
	X(G5_channels_and_payloads_are_data_and_never_program_text)                  \
	X(G6_frames_inside_the_page_have_no_bridge_of_their_own)                     \
	X(G9_what_a_callback_throws_or_rejects_stops_nobody)                         \
	X(G11_page_code_can_neither_replace_nor_spoof_the_runtime)                   \
	X(G11_replaced_globals_change_nothing_and_are_not_used)                      \
	X(G12_exact_prefix_deny_and_default_deny_hold_in_both_directions)            \
	X(G13_denials_are_told_to_the_caller_and_as_events_with_the_rule)            \
	X(G14_calls_have_timeouts_signals_and_bytes_and_once_is_there)

static struct kiln *conformance;

static int run_conformance(void **state)
{
	conformance = kiln_start("run", APP("conformance"), "--exit-after", "150", NULL);
	return 0;
}

static int end_conformance(void **state)
{
	/* It ends by itself when all checks have run. */
	return kiln_end(conformance, 150);
}

static void expect_ok(struct kiln *k, const char *name)
{
	char regex[160], line[512];

	snprintf(regex, sizeof(regex), "script: (not )?ok %s(:|$)", name);
	kiln_expect(k, 150, regex);
	assert_true(kiln_last(k, regex, line, sizeof(line)));
	if (strstr(line, "script: not ok"))
		fail_msg("%s", line);
}

#define DEFINE(name)                           \
	static void name(void **state)         \
	{                                      \
		expect_ok(conformance, #name); \
	}
CHECKS(DEFINE)

static void every_check_of_the_app_is_a_test_here(void **state)
{
#define COUNT(name) +1
	kiln_read_for(conformance, 150);
	assert_int_equal(kiln_count(conformance, "script: (not )?ok "), 0 CHECKS(COUNT));
	/* What was thrown on purpose was logged with its place. */
	assert_int_equal(kiln_count(conformance, "thrown on purpose \\(checks/events.js:"), 2);
	assert_int_equal(kiln_count(conformance, "rejected on purpose \\(checks/events.js:"), 2);
	assert_int_equal(kiln_count(conformance, "the page's channel is closed"), 0);
}

/* ---- payloads: tests/vectors/payloads.js ---- */

static struct kiln *vectors;

static int run_vectors(void **state)
{
	vectors = kiln_start("run", "build/dev/e2e/vectors", "--exit-after", "100", NULL);
	return 0;
}

static int end_vectors(void **state)
{
	return kiln_end(vectors, 100);
}

/* All vectors of one direction did as they should; @missing of them the sender's engine cannot say.
 */
static void expect_vectors(const char *direction, unsigned expressed, unsigned missing)
{
	char regex[160], line[512];

	snprintf(regex, sizeof(regex), "script: (not )?ok %s: [0-9]+ of [0-9]+ vectors", direction);
	kiln_expect(vectors, 100, regex);
	snprintf(regex, sizeof(regex), "script: not ok %s: ", direction);
	if (kiln_last(vectors, regex, line, sizeof(line)))
		fail_msg("%u wrong, the last: %s", kiln_count(vectors, regex), line);
	snprintf(regex, sizeof(regex), "ok %s: %u of %u vectors, %u cannot be expressed$",
		direction, expressed, expressed, missing);
	assert_int_equal(kiln_count(vectors, regex), 1);
}

#define VECTORS 115
/* BigInt, and what it stands inside of. */
#define NOT_IN_DUKTAPE 2

static void G10_payloads_arrive_or_are_refused_as_stated_from_page_to_host(void **state)
{
	expect_vectors("page to host", VECTORS, 0);
}

static void G10_payloads_arrive_or_are_refused_as_stated_in_answers_of_the_page(void **state)
{
	expect_vectors("page to host as an answer", VECTORS, 0);
}

static void G10_payloads_arrive_or_are_refused_as_stated_from_host_to_page(void **state)
{
	expect_vectors("host to page", VECTORS - NOT_IN_DUKTAPE, NOT_IN_DUKTAPE);
}

static void G10_payloads_arrive_or_are_refused_as_stated_in_answers_of_the_host(void **state)
{
	expect_vectors("host to page as an answer", VECTORS - NOT_IN_DUKTAPE, NOT_IN_DUKTAPE);
}

int main(void)
{
#define ENTRY(name) cmocka_unit_test(name),
	const struct CMUnitTest checks[] = {
		CHECKS(ENTRY) cmocka_unit_test(every_check_of_the_app_is_a_test_here),
	};

	const struct CMUnitTest payloads[] = {
		cmocka_unit_test(G10_payloads_arrive_or_are_refused_as_stated_from_page_to_host),
		cmocka_unit_test(
			G10_payloads_arrive_or_are_refused_as_stated_in_answers_of_the_page),
		cmocka_unit_test(G10_payloads_arrive_or_are_refused_as_stated_from_host_to_page),
		cmocka_unit_test(
			G10_payloads_arrive_or_are_refused_as_stated_in_answers_of_the_host),
	};
	int failed = cmocka_run_group_tests(checks, run_conformance, end_conformance);

	return failed + cmocka_run_group_tests(payloads, run_vectors, end_vectors);
}
