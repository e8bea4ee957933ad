/* Who gets a bridge and who does not: through the real engine, against other people's sites. */
#include "harness.h"
#include "site.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEMPLATE(name) APP("isolation/" name)

static struct site *site;

/* One tour serves several tests: its kiln and what it has reported. */
static struct kiln *start(const char *template, const char *dir)
{
	site_make_app(site, template, dir);
	return kiln_start("run", dir, "--log", "info,window=debug", NULL);
}

static struct kiln *tour;

static void a_granted_remote_origin_has_a_bridge_and_just_its_channels(void **state)
{
	tour = start(TEMPLATE("origins"), OUT("isolation-origins"));
	kiln_expect(tour, 120, "visits done");
	site_expect(site, 1, "^granted: runtime host, origin http://localhost:");
	kiln_expect(tour, 1, "script: offer granted: accepted");
	kiln_expect(tour, 1, "script: result main price: 42");
	kiln_expect(tour, 1,
		"result main refund: PermissionDenied \\[7004\\].*\"shop:refund\".*denied by rule \"shop:refund\"");
	kiln_expect(tour, 1,
		"result main till: PermissionDenied \\[7004\\].*\"till:open\".*no rule of capabilities.channels allows it");
	kiln_expect(tour, 1, "result main till send: PermissionDenied \\[7004\\].*\"till:open\"");
	/* What a payload says about its sender is not believed. */
	kiln_expect(tour, 1, "script: note of main");
	assert_int_equal(kiln_count(tour, "till: opened|till heard"), 0);
}

/* Spellings of the same origin are one; addresses that only look like it are not. */
static void only_the_origin_itself_has_it_however_it_is_spelt(void **state)
{
	static const char *const same[] = { "upper-case", "user-info", "back" };
	static const char *const served[] = { "other-port", "other-name", "blob" };
	static const char *const others[] = { "other-port", "other-name", "other-family",
		"other-scheme", "dot", "user-info-trick", "look-alike", "below", "nul", "backslash",
		"blank", "data", "blob" };
	char regex[128];

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		snprintf(regex, sizeof(regex),
			"^%s: runtime host, origin http://localhost:", same[i]);
		site_expect(site, 1, regex);
	}
	for (size_t i = 0; i < sizeof(served) / sizeof(served[0]); i++) {
		snprintf(regex, sizeof(regex), "^%s: nothing, ", served[i]);
		site_expect(site, 1, regex);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		snprintf(regex, sizeof(regex), "^%s: runtime", others[i]);
		assert_int_equal(site_count(site, regex), 0);
		snprintf(regex, sizeof(regex), "script: offer %s: PermissionDenied", others[i]);
		kiln_expect(tour, 1, regex);
	}
}

static void a_document_that_sandboxes_itself_has_none(void **state)
{
	site_expect(site, 1, "sandboxed: nothing, origin null");
	assert_int_equal(site_count(site, "sandboxed: runtime"), 0);
}

/* It would choose what the app's page finds in its address. */
static void a_foreign_page_cannot_take_the_window_to_the_app(void **state)
{
	kiln_expect(tour, 1, "script: going to climbed");
	assert_int_equal(kiln_count(tour, "showing app://.*climbed"), 0);
}

static void a_redirect_to_a_foreign_origin_takes_nothing_along(void **state)
{
	static const char *const ways[] = { "moved", "found", "refreshed", "left" };
	char regex[128];

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		snprintf(regex, sizeof(regex), "^%s: nothing, origin http://localhost:", ways[i]);
		site_expect(site, 1, regex);
		if (strcmp(ways[i], "left") == 0)
			continue;
		snprintf(regex, sizeof(regex), "script: offer %s: PermissionDenied", ways[i]);
		kiln_expect(tour, 1, regex);
	}
	kiln_expect(tour, 1, "script: offer left: Cancelled .*another origin");
	kiln_stop(tour);
}

/*
 * When the runtime has asked for an address, WebKit gives that as the window's,
 * also for a document of the page before that is committed meanwhile.
 */
static void a_page_that_is_committed_late_is_not_taken_for_the_next(void **state)
{
	struct kiln *k = start(TEMPLATE("race"), OUT("isolation-race"));

	kiln_expect(k, 90, "rounds done, [1-9][0-9]* loads of the loop");
	assert_int_equal(kiln_count(k, "opened by a stranger"), 0);
	assert_int_equal(site_count(site, "^loop: "), 0);
	kiln_stop(k);
}

/* As it stands without a grant for frames: in none of them, whoever's page it is in. */
static void frames_popups_and_workers_have_no_bridge_of_their_own(void **state)
{
	static const char *const windows[] = { "app", "remote" };
	static const char *const without[] = { "same", "sandboxed", "srcdoc", "data", "blob",
		"cross-origin", "other-site", "blank", "empty", "worker", "blob worker",
		"shared worker", "service worker" };
	struct kiln *k;
	char regex[128];

	site_make_app(site, TEMPLATE("frames"), OUT("isolation-frames"));
	/* The app has the same pages, under its own, stricter, policy. */
	site_copy_www(site, OUT("isolation-frames/web"));
	k = kiln_start("run", OUT("isolation-frames"), NULL);
	for (size_t w = 0; w < 2; w++) {
		snprintf(regex, sizeof(regex), "result %s end", windows[w]);
		kiln_expect(k, 60, regex);
		for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
			snprintf(regex, sizeof(regex), "result %s %s: (nothing|it is blocked)",
				windows[w], without[i]);
			kiln_expect(k, 1, regex);
		}
		snprintf(regex, sizeof(regex), "result %s (blank )?popup: null", windows[w]);
		assert_int_equal(kiln_count(k, regex), 2);
	}
	/* Those that run in the remote page do run, or this would say little. */
	for (size_t i = 0; i < 5; i++) {
		snprintf(regex, sizeof(regex), "result remote %s: nothing, around it", without[i]);
		kiln_expect(k, 1, regex);
	}
	kiln_expect(k, 1, "result remote cross-origin: nothing, around it SecurityError");
	kiln_expect(k, 1, "result remote (shared |service |)worker: nothing$");
	/* The parent's objects are its children's, by the rules of the web. */
	kiln_expect(k, 1, "result app same: nothing, around it runtime");
	kiln_stop(k);
}

static void a_granted_frame_speaks_and_leaves_nothing_behind(void **state)
{
	struct kiln *k = start(TEMPLATE("granted"), OUT("isolation-granted"));

	kiln_expect(k, 60, "result app end");
	kiln_expect(k, 1, "result app child: send invoke, own true, doubled 42");
	kiln_expect(k, 1, "script: slow call of removed$");
	kiln_expect(k, 1, "script: slow call of removed aborted");
	kiln_expect(k, 1, "result app removed slow: (never|Cancelled)");
	kiln_expect(k, 1, "script: slow call of navigated aborted");
	for (size_t i = 0; i < 2; i++) {
		const char *name = i ? "navigated" : "removed";
		char regex[128];

		snprintf(regex, sizeof(regex), "result app %s send: Cancelled \\[7007\\]", name);
		kiln_expect(k, 1, regex);
		snprintf(regex, sizeof(regex), "result app %s invoke: (Cancelled|undefined)", name);
		kiln_expect(k, 1, regex);
	}
	kiln_expect(k, 1, "result app fresh: 8");
	kiln_expect(k, 1, "result app sandboxed same origin: send invoke$");
	assert_int_equal(kiln_count(k, "script: stale"), 0);

	kiln_expect(k, 20, "result remote end");
	kiln_expect(k, 1, "result remote http: no bridge");
	assert_int_equal(kiln_count(k, "result remote (app:|embedded: .*send|.*a bridge)"), 0);
	kiln_stop(k);
}

/* WebKit keeps processes that a window has left, for whoever goes to the same site next. */
static void windows_never_share_a_process_nor_inherit_one(void **state)
{
	pid_t of_a[16], all[16];
	size_t n_a, n_all;
	struct kiln *k = start(TEMPLATE("processes"), OUT("isolation-processes"));

	kiln_expect(k, 30, "script: a is home again");
	site_expect(site, 1, "^a: runtime");
	n_a = descendants(kiln_pid(k), "WPEWebProcess", of_a, 16);
	kiln_expect(k, 30, "script: b is there");
	site_expect(site, 1, "^b: runtime");
	n_all = descendants(kiln_pid(k), "WPEWebProcess", all, 16);
	assert_true(n_a >= 1 && n_all > n_a);
	/* Whatever the first one has used, the second one does not live in it. */
	for (size_t i = 0; i < n_a; i++)
		kill(of_a[i], SIGKILL);
	kiln_expect(k, 10, "window \"a\": the web process crashed");
	kiln_read_for(k, 1);
	assert_int_equal(kiln_count(k, "window \"b\": the web process crashed"), 0);
	for (size_t i = 0; i < n_all; i++) {
		bool is_of_a = false;

		for (size_t j = 0; j < n_a; j++)
			is_of_a = is_of_a || of_a[j] == all[i];
		if (!is_of_a)
			kill(all[i], SIGKILL);
	}
	kiln_expect(k, 10, "window \"b\": the web process crashed");
	kiln_read_for(k, 1);
	assert_int_equal(kiln_count(k, "window \"a\": the web process crashed"), 1);
	kiln_stop(k);
}

/* What the page, or the host, is told of @channel in window @id, whichever way it goes. */
static void expect_verdict(struct kiln *k, const char *side, const char *const *ways,
	const char *id, const char *channel, const char *verdict)
{
	char regex[256];

	for (; *ways; ways++) {
		if (strcmp(side, "page") == 0)
			snprintf(regex, sizeof(regex), "result %s %s %s: %s", id, *ways, channel,
				verdict);
		else
			snprintf(regex, sizeof(regex), "host %s %s %s: %s", *ways, id, channel,
				verdict);
		kiln_expect(k, 5, regex);
	}
}

#define DENIED "PermissionDenied \\[7004\\] .*"
#define NO_RULE DENIED "no rule of capabilities.channels allows it"
#define NO_WINDOW_RULE DENIED "no rule of the window's capabilities allows it"

static void a_denial_tells_the_rule_to_whom_it_hits_and_is_counted(void **state)
{
	static const char *const asks[] = { "send", "invoke", NULL };
	static const char *const sends[] = { "send", "ack", "invoke", NULL };
	static const struct {
		const char *id, *channel, *page, *host;
	} verdicts[] = {
		{ "main", "order:new", "passed", NULL },
		{ "main", "order:price", "passed", NULL },
		{ "main", "order:refund", DENIED "denied by rule \"order:refund\"",
			DENIED "denied by rule \"order:refund\"" },
		{ "main", "bill", "passed", NULL },
		{ "main", "show", NO_RULE, NULL },
		{ "main", "tell", "passed", NO_RULE },
		{ "main", "other", NO_RULE, NO_RULE },
		{ "kitchen", "order:new", "passed", NULL },
		{ "kitchen", "order:price", DENIED "denied by the window's rule \"order:price\"",
			DENIED "denied by the window's rule \"order:price\"" },
		{ "kitchen", "order:refund", DENIED "denied by rule \"order:refund\"",
			DENIED "denied by rule \"order:refund\"" },
		{ "kitchen", "bill", NO_WINDOW_RULE, NO_WINDOW_RULE },
		{ "kitchen", "tell", NO_WINDOW_RULE, NO_RULE "|" NO_WINDOW_RULE },
		{ "kitchen", "other", NO_RULE "|" NO_WINDOW_RULE, NO_RULE "|" NO_WINDOW_RULE },
	};
	struct kiln *k = start(TEMPLATE("denials"), OUT("isolation-denials"));
	char regex[128], line[256], status[256];
	int main_denied, kitchen_denied;

	kiln_expect(k, 60, "script: counts main [0-9]+ kitchen [0-9]+");
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		expect_verdict(
			k, "page", asks, verdicts[i].id, verdicts[i].channel, verdicts[i].page);
		if (verdicts[i].host)
			expect_verdict(k, "host", sends, verdicts[i].id, verdicts[i].channel,
				verdicts[i].host);
		/* Whether it asked or not. */
		snprintf(regex, sizeof(regex), "arrived %s %s unasked", verdicts[i].id,
			verdicts[i].channel);
		assert_int_equal(
			kiln_count(k, regex), strcmp(verdicts[i].page, "passed") == 0 ? 1 : 0);
	}
	expect_verdict(
		k, "host", (const char *const[]){ "send", "ack", NULL }, "main", "show", "passed");
	assert_int_equal(
		kiln_count(k, "result (main|kitchen) heard: tell|result kitchen heard"), 0);

	kiln_expect(k, 1, "script: denied main send order:refund app://denials order:refund");
	kiln_expect(k, 1, "script: denied (main|kitchen) receive [a-z:]+ app://denials [a-z:]+");
	/* Page: 3 ways for each of 3, and of 5, channels; the host as many for 3, and 5. */
	assert_true(kiln_last(k, "script: counts", line, sizeof(line)));
	assert_int_equal(sscanf(strstr(line, "counts"), "counts main %d kitchen %d", &main_denied,
				 &kitchen_denied),
		2);
	assert_int_equal(main_denied, 3 * 3 + 3 * 3);
	assert_int_equal(kitchen_denied, 3 * 6 + 3 * 6);
	kill(kiln_pid(k), SIGUSR2);
	kiln_expect(k, 5, "status: .* denied=");
	assert_true(kiln_last(k, "status: ", status, sizeof(status)));
	assert_int_equal(atoi(strstr(status, "denied=") + 7), main_denied + kitchen_denied);
	kiln_stop(k);
}

static void a_frame_that_says_it_is_its_parents_is_not_believed(void **state)
{
	struct kiln *k = start(TEMPLATE("impostor"), OUT("isolation-impostor"));

	kiln_expect(k, 30, "result main end");
	assert_int_equal(kiln_count(k, "result main mask: "), 1);
	site_expect(site, 5, "^mask: runtime host, ");
	site_expect(site, 5, "^mask: nothing, ");
	assert_int_equal(site_count(site, "^mask: runtime host, "), 1);
	/* Nor do those that only have their parent's origin. */
	kiln_expect(k, 1, "result main granted srcdoc: false, about:");
	kiln_expect(k, 1, "result main granted blank: false, about:");
	kiln_expect(k, 1, "result main granted empty: false, about:");
	kiln_expect(k, 1, "result main granted blob: false, blob:");
	kiln_stop(k);
}

static void a_compromised_process_cannot_claim_the_apps_origin(void **state)
{
	struct kiln *k;

	site_make_app(site, TEMPLATE("claims"), OUT("isolation-claims"));
	k = kiln_start("run", OUT("isolation-claims"), "--webext", "build/dev/e2e/hostile", NULL);
	kiln_expect(k, 30, "hostile: claims: got no socket");
	kiln_expect(k, 5, "hostile: claims: got 0 sockets for 48 frames");
	kiln_expect(k, 5,
		"a document of \"app://hostile\" is not the one of \"http://localhost:[0-9]+\": no channel");
	assert_int_equal(kiln_count(k, "script: heard"), 0);
	kiln_stop(k);
}

static int set_up(void **state)
{
	site = site_start();
	return 0;
}

static int tear_down(void **state)
{
	site_stop(site);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_granted_remote_origin_has_a_bridge_and_just_its_channels),
		cmocka_unit_test(only_the_origin_itself_has_it_however_it_is_spelt),
		cmocka_unit_test(a_document_that_sandboxes_itself_has_none),
		cmocka_unit_test(a_foreign_page_cannot_take_the_window_to_the_app),
		cmocka_unit_test(a_redirect_to_a_foreign_origin_takes_nothing_along),
		cmocka_unit_test(frames_popups_and_workers_have_no_bridge_of_their_own),
		cmocka_unit_test(a_granted_frame_speaks_and_leaves_nothing_behind),
		cmocka_unit_test(windows_never_share_a_process_nor_inherit_one),
		cmocka_unit_test(a_denial_tells_the_rule_to_whom_it_hits_and_is_counted),
		cmocka_unit_test(a_frame_that_says_it_is_its_parents_is_not_believed),
		cmocka_unit_test(a_compromised_process_cannot_claim_the_apps_origin),
		cmocka_unit_test(a_page_that_is_committed_late_is_not_taken_for_the_next),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
