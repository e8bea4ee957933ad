/* What an author does in one day: new, run, check, build, dev; and how each of them ends. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIR OUT("new/")
#define KILN "build/dev/kiln"

static int shell(const char *command)
{
	int status = system(command);

	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void run_shell(const char *command)
{
	if (shell(command) != 0)
		fail_msg("%s", command);
}

static int setup(void **state)
{
	setenv("PATH", "/usr/bin:/bin", 1);
	run_shell("chmod -R u+w " DIR " 2>/dev/null; rm -rf " DIR " && mkdir " DIR);
	return 0;
}

/* The exit status of a command that says @line. */
static int status_of(const char *command, const char *line)
{
	struct kiln *k = program_start("/bin/sh", "-c", command, NULL);

	kiln_expect(k, 60, line);
	return kiln_end(k, 60);
}

/* Whether there is light text on the dark line from @x to @end at @y. */
static bool is_written_on(const char *picture, unsigned x, unsigned end, unsigned y)
{
	for (; x < end; x += 2)
		if ((png_pixel(picture, x, y) & 0xff) > 0xd0)
			return true;
	return false;
}

/* Runs an app of a template and looks at what came back from its host script. */
static void expect_round_trip(const char *app, const char *picture)
{
	struct kiln *k;

	unlink(picture);
	k = kiln_start("run", app, "--log", "info,ipc=debug", "--screenshot", picture, NULL);
	kiln_expect(k, 60, "window \"main\": first frame painted");
	kiln_expect(k, 20, "ipc: main -> host  greet ");
	kiln_expect(k, 20, "ipc: host -> main  status ");
	kiln_read_for(k, 1.5);
	assert_int_equal(kiln_count(k, "error"), 0);
	assert_int_equal(kiln_count(k, "warn .*(ipc|page|app)"), 0);
	kiln_stop(k);
	/* The button's green, the corner of the page, and where "Hello, world!" is and "…" was not.
	 */
	assert_int_equal(png_pixel(picture, 1133, 500) >> 16 & 0xff, 0x7f);
	assert_true((png_pixel(picture, 1270, 790) & 0xff) < 0x30);
	assert_true(is_written_on(picture, 800, 930, 378));
}

static void a_plain_app_runs_at_once_and_without_node(void **state)
{
	assert_int_equal(status_of(KILN " new " DIR "hello", "hello is an app now: \"hello\", at "
							     "app://hello$"),
		0);
	assert_int_equal(status_of("PATH=/nowhere " KILN " check " DIR "hello", "is in order"), 0);
	setenv("PATH", "/nowhere", 1);
	expect_round_trip(DIR "hello", OUT("new-plain.png"));
}

static void a_typescript_app_runs_at_once_and_needs_no_package(void **state)
{
	struct stat st;

	assert_int_equal(status_of(KILN " new --template typescript '" DIR "Ticket Machine'",
				 "kiln dev \"" DIR "Ticket Machine\""),
		0);
	expect_round_trip(DIR "Ticket Machine", OUT("new-typescript.png"));
	/* Nothing is left in the author's folder by that. */
	assert_int_equal(stat(DIR "Ticket Machine/dist", &st), -1);
	assert_int_equal(stat(DIR "Ticket Machine/node_modules", &st), -1);
}

static void an_app_cannot_have_declarations_written_elsewhere(void **state)
{
	struct stat st;

	run_shell(KILN " new --template typescript " DIR "evil >/dev/null");
	/* A FIFO that nobody reads, and a file that has another name. */
	run_shell("cd " DIR "evil/.kiln/sdk && rm page.d.ts host.d.ts && mkfifo page.d.ts && "
		  "echo mine >../../../mine && ln ../../../mine host.d.ts");
	run_shell("timeout 60 " KILN " check " DIR "evil >/dev/null");
	assert_int_equal(stat(DIR "evil/.kiln/sdk/page.d.ts", &st), 0);
	assert_true(S_ISREG(st.st_mode));
	run_shell("grep -qx mine " DIR "mine");
	run_shell("rm -r " DIR "evil/.kiln && mkdir " DIR "elsewhere && ln -s ../elsewhere " DIR
		  "evil/.kiln");
	(void)shell("timeout 60 " KILN " check " DIR "evil >/dev/null");
	assert_int_equal(stat(DIR "elsewhere/sdk", &st), -1);
	run_shell("rm " DIR "evil/.kiln && mkdir " DIR "evil/.kiln && ln -s ../../elsewhere " DIR
		  "evil/.kiln/sdk");
	(void)shell("timeout 60 " KILN " check " DIR "evil >/dev/null");
	assert_int_equal(stat(DIR "elsewhere/page.d.ts", &st), -1);
}

static void names_become_ids_and_bad_ones_are_refused(void **state)
{
	static const struct {
		const char *name, *id;
	} vectors[] = {
		{ "4711", "app-4711" },
		{ "My 2nd App!", "my-2nd-app" },
		{ "Grüße", "gr-e" },
		{ "été", "t" },
		{ "---", "app" },
		{ "a..b", "a-b" },
		{ "a_very_long_name_that_goes_on_and_on_and_on_until_nobody_can_read_it_any_more",
			"a-very-long-name-that-goes-on-and-on-and-on-until-nobody-can" },
	};
	char command[256], line[256];

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		snprintf(command, sizeof(command),
			KILN " new -- '" DIR "%s' && " KILN " check '" DIR "%s'", vectors[i].name,
			vectors[i].name);
		snprintf(line, sizeof(line), "app://%s is in order", vectors[i].id);
		assert_int_equal(status_of(command, line), 0);
	}
	assert_int_equal(status_of(KILN " new '" DIR "a\"b'", "a name is up to 80 bytes"), 2);
	assert_int_equal(status_of(KILN " new ..", "a name is up to 80 bytes"), 2);
	assert_int_equal(
		status_of(KILN " new -t react x", "the templates are plain and typescript"), 2);
	assert_int_equal(status_of(KILN " new", "takes one name"), 2);
}

static void a_folder_with_something_in_it_is_left_alone(void **state)
{
	run_shell(
		"mkdir " DIR "mine && echo precious > " DIR "mine/kiln.json && mkdir " DIR "empty");
	assert_int_equal(
		status_of(KILN " new " DIR "mine", "mine is there already, and is not empty"), 1);
	run_shell("grep -qx precious " DIR "mine/kiln.json && ! test -e " DIR "mine/main.js");
	assert_int_equal(status_of(KILN " new " DIR "mine/kiln.json", "not empty"), 1);
	assert_int_equal(status_of(KILN " new " DIR "empty", "empty is an app now"), 0);
	assert_int_equal(status_of(KILN " new " DIR "no/such/parent", "No such file"), 1);
}

static void a_build_is_checked_and_what_differs_from_it_is_named(void **state)
{
	struct kiln *k;

	run_shell(KILN " new -t typescript " DIR "shop > /dev/null");
	assert_int_equal(
		status_of(KILN " build " DIR "shop",
			"shop/dist: app://shop is in order \\([0-9]+ files, .* KiB, sha256:[0-9a-f]{64}\\)"),
		0);
	assert_int_equal(status_of(KILN " check " DIR "shop/dist", "is in order .*sha256:"), 0);
	k = kiln_start("run", DIR "shop/dist", "--exit-after", "30", NULL);
	kiln_expect(k, 30, "first frame painted");
	kiln_stop(k);

	run_shell("echo ' ' >> " DIR "shop/dist/web/app.js");
	assert_int_equal(status_of(KILN " check " DIR "shop/dist",
				 "shop/dist/web/app.js: is not as it was built"),
		1);
	run_shell("rm " DIR "shop/dist/web/app.js");
	assert_int_equal(status_of(KILN " check " DIR "shop/dist", "web/app.js: No such file"), 1);
	/* A build is replaced by a build. */
	assert_int_equal(status_of(KILN " build " DIR "shop", "shop/dist: .* is in order"), 0);
	run_shell("touch " DIR "shop/dist/web/extra.html");
	assert_int_equal(
		status_of(KILN " check " DIR "shop/dist", "web/extra.html: was not built"), 1);
	run_shell("rm " DIR "shop/dist/web/extra.html && chmod +x " DIR "shop/dist/main.js");
	assert_int_equal(status_of(KILN " check " DIR "shop/dist", "main.js: is not as it was"), 1);
	run_shell("chmod -x " DIR "shop/dist/main.js && sed -i 's/sha256:../sha256:00/' " DIR
		  "shop/dist/build.json");
	assert_int_equal(status_of(KILN " check " DIR "shop/dist", "build.json: hash: is not"), 1);
	run_shell("echo '{}' > " DIR "shop/dist/build.json");
	assert_int_equal(
		status_of(KILN " check " DIR "shop/dist", "is not what \"kiln build\" writes"), 1);
}

static void a_fault_of_the_types_is_told_by_check_and_build_with_its_place(void **state)
{
	struct stat st;

	run_shell(KILN " new -t typescript " DIR "wrong > /dev/null");
	run_shell("sed -i 's/greetings += 1/greetings += \"one\"/' " DIR "wrong/main.ts");
	assert_int_equal(
		status_of(KILN " check " DIR "wrong", "wrong/main\\.ts:10:3: .*'string'"), 1);
	assert_int_equal(
		status_of(KILN " build " DIR "wrong", "wrong/main\\.ts:10:3: .*'string'"), 1);
	assert_int_equal(stat(DIR "wrong/dist", &st), -1);
	assert_int_equal(
		status_of(KILN " run " DIR "wrong", "wrong/main\\.ts:10:3: .*'string'"), 1);
	/* Ours and the toolkit's in one go. */
	run_shell("sed -i 's/index.html/nowhere.html/' " DIR "wrong/kiln.json");
	assert_int_equal(shell(KILN " check " DIR "wrong > " DIR "said 2>&1"), 1);
	run_shell("grep -q 'nowhere.html' " DIR "said && grep -q 'main.ts:10:3' " DIR "said");
}

/* The page's scripts in the build are not the host's, nor is a build the author's to mend. */
static void a_plain_app_is_still_in_order_when_it_has_been_built(void **state)
{
	run_shell(KILN " new " DIR "simple > /dev/null");
	assert_int_equal(status_of(KILN " build " DIR "simple", "simple/dist: .* in order"), 0);
	assert_int_equal(status_of(KILN " check " DIR "simple", "in order \\(1 script\\)"), 0);
}

/* Any other program of ours, with nothing beside it. */
static void without_node_or_toolkit_it_says_so_and_ends_with_three(void **state)
{
	run_shell(KILN " new -t typescript " DIR "ts > /dev/null");
	run_shell("mkdir " DIR "bin && cp " KILN " " DIR "bin/");
	for (const char *const *command =
			(const char *const[]){ "build", "check", "run", "dev", NULL };
		*command; command++) {
		char line[256];

		snprintf(line, sizeof(line), "PATH=/nowhere " KILN " %s " DIR "ts", *command);
		assert_int_equal(
			status_of(line, "Node.js is needed .*\"node\" cannot be started"), 3);
		snprintf(line, sizeof(line), DIR "bin/kiln %s " DIR "ts", *command);
		assert_int_equal(status_of(line, "the toolkit that does it is not installed"), 3);
	}
}

static void source_apps_are_built_into_a_cache_that_is_the_users_alone(void **state)
{
	struct stat st;

	run_shell("mkdir " DIR "cache && " KILN " new -t typescript " DIR "app > /dev/null && "
		  "chmod -R a-w " DIR "app");
	assert_int_equal(
		status_of("XDG_CACHE_HOME=$PWD/" DIR "cache " KILN " run --exit-after 1 " DIR "app",
			"app \\(app://app\\) on Kiln"),
		0);
	run_shell("test -e " DIR "cache/kiln/apps/app-*/build.json");
	assert_int_equal(stat(DIR "cache/kiln", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	/* Without a home there is /tmp, where others could wait with an app of theirs. */
	assert_int_equal(status_of("rm -rf /tmp/kiln-$(id -u); HOME=/nowhere " KILN
				   " run --exit-after 1 " DIR "app",
				 "app \\(app://app\\) on Kiln"),
		0);
	run_shell(
		"test -e /tmp/kiln-$(id -u)/apps/app-*/build.json && chmod o+w /tmp/kiln-$(id -u)");
	assert_int_equal(status_of("HOME=/nowhere " KILN " run " DIR "app",
				 "no place to build .*: Operation not permitted"),
		1);
	run_shell("chmod -R u+w " DIR "app; rm -rf /tmp/kiln-$(id -u)");
}

static void typescript_is_built_as_it_changes_and_its_faults_are_shown(void **state)
{
	struct kiln *k;

	run_shell(KILN " new -t typescript " DIR "live > /dev/null");
	k = kiln_start("dev", DIR "live", "--screenshot", OUT("new-dev.png"), NULL);
	kiln_expect(k, 60, "built in [0-9]+ ms");
	kiln_expect(k, 30, "live \\(app://live\\) is running");
	kiln_read_for(k, 3);
	run_shell("sed -i 's/<body/<body/; s/Greet</Say it</' " DIR "live/web/index.html");
	kiln_expect(k, 20, "web/index\\.html changed: loading main again");
	kiln_expect(k, 20, "main loaded again");
	run_shell("sed -i \"s/console.warn('status:', e)/console.warn('late', e)/; "
		  "s/let greetings = 0;/let greetings = 0; console.log('second');/\" " DIR
		  "live/main.ts");
	kiln_expect(k, 20, "main\\.js changed: starting the host script again");
	kiln_expect(k, 20, "script: second");
	run_shell("sed -i 's/greetings += 1/greetings += \"x\"/' " DIR "live/main.ts");
	kiln_expect(k, 30, "error: main\\.ts:10:3: .*'string'");
	run_shell("sed -i 's/greetings += \"x\"/greetings += (/' " DIR "live/main.ts");
	kiln_expect(k, 30, "error: main\\.ts:10:[0-9]+: ");
	kiln_read_for(k, 1.5);
	assert_int_equal(png_pixel(OUT("new-dev.png"), 640, 795), 0x1d1512);
	run_shell("sed -i 's/greetings += (/greetings += 2/' " DIR "live/main.ts");
	for (int i = 0; i < 100 && png_pixel(OUT("new-dev.png"), 640, 795) == 0x1d1512; i++)
		kiln_read_for(k, 0.1);
	assert_int_not_equal(png_pixel(OUT("new-dev.png"), 640, 795), 0x1d1512);
	kiln_stop(k);
	/* Neither node nor anything else is left. */
	run_shell("! pgrep -f '[k]iln.mjs watch " DIR "live'");
}

static void a_source_app_that_cannot_be_built_at_the_start_waits_for_its_author(void **state)
{
	struct kiln *k;

	run_shell(KILN " new -t typescript " DIR "later > /dev/null && echo '(' >> " DIR
		       "later/main.ts");
	k = kiln_start("dev", DIR "later", NULL);
	kiln_expect(k, 60, "error: main\\.ts:[0-9]+:[0-9]+: ");
	run_shell("sed -i '$d' " DIR "later/main.ts");
	kiln_expect(k, 60, "later \\(app://later\\) is running");
	kiln_stop(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_plain_app_runs_at_once_and_without_node, setup),
		cmocka_unit_test_setup(a_typescript_app_runs_at_once_and_needs_no_package, setup),
		cmocka_unit_test_setup(an_app_cannot_have_declarations_written_elsewhere, setup),
		cmocka_unit_test_setup(names_become_ids_and_bad_ones_are_refused, setup),
		cmocka_unit_test_setup(a_folder_with_something_in_it_is_left_alone, setup),
		cmocka_unit_test_setup(a_build_is_checked_and_what_differs_from_it_is_named, setup),
		cmocka_unit_test_setup(a_plain_app_is_still_in_order_when_it_has_been_built, setup),
		cmocka_unit_test_setup(
			a_fault_of_the_types_is_told_by_check_and_build_with_its_place, setup),
		cmocka_unit_test_setup(
			without_node_or_toolkit_it_says_so_and_ends_with_three, setup),
		cmocka_unit_test_setup(
			source_apps_are_built_into_a_cache_that_is_the_users_alone, setup),
		cmocka_unit_test_setup(
			typescript_is_built_as_it_changes_and_its_faults_are_shown, setup),
		cmocka_unit_test_setup(
			a_source_app_that_cannot_be_built_at_the_start_waits_for_its_author, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
