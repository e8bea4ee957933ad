/* "kiln dev": an app is written while it runs. */
#include "harness.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIR OUT("dev-app")
#define SHOT OUT("dev.png")

#define BLUE 0x204060
#define PANEL 0x1d1512

static void shell(const char *command)
{
	if (system(command) != 0)
		fail_msg("%s", command);
}

/* As an editor saves: a new file takes the place of the old one. */
static void save(const char *file, const char *text)
{
	char path[256], temporary[300];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", DIR, file);
	snprintf(temporary, sizeof(temporary), "%s.tmp~", path);
	f = fopen(temporary, "we");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(rename(temporary, path), 0);
}

static const char script[] = "var ipc = require('runtime:ipc');\n"
			     "ipc.onChannel('tick', function (name) {\n"
			     "  console.log('%s has ' + name);\n"
			     "});\n";

static void save_script(const char *version)
{
	char text[sizeof(script) + 32];

	snprintf(text, sizeof(text), script, version);
	save("main.js", text);
}

/* The app anew, running, with its first tick heard. */
static struct kiln *dev_start(void)
{
	struct kiln *k;

	shell("rm -rf " DIR " && cp -r " APP("dev") " " DIR " && chmod -R u+w " DIR);
	unlink(SHOT);
	k = kiln_start("dev", DIR, "--screenshot", SHOT, NULL);
	kiln_expect(k, 30, "first has [0-9]+:[0-9]+ as number 5$");
	return k;
}

static void expect_pixel(struct kiln *k, unsigned x, unsigned y, uint32_t colour)
{
	uint32_t found = 0;

	for (int i = 0; i < 100; i++) {
		kiln_read_for(k, 0.1);
		if (access(SHOT, F_OK) == 0)
			found = png_pixel(SHOT, x, y);
		if (found == colour)
			return;
	}
	fail_msg("pixel %u,%u is %06x and not %06x", x, y, found, colour);
}

static pid_t web_process(struct kiln *k)
{
	pid_t web[4];

	assert_int_equal(descendants(kiln_pid(k), "WPEWebProcess", web, 4), 1);
	return web[0];
}

/* "1234:56" of the last tick that was heard. */
static void last_tick(struct kiln *k, const char *version, unsigned *ret_life, unsigned *ret_n)
{
	char regex[64], line[512], *at;

	snprintf(regex, sizeof(regex), "%s has [0-9]+:[0-9]+", version);
	assert_true(kiln_last(k, regex, line, sizeof(line)));
	at = strstr(line, " has ");
	assert_int_equal(sscanf(at, " has %u:%u", ret_life, ret_n), 2);
}

/* Every tick of the page up to @n was heard, once, by whichever script. */
static void assert_none_lost(struct kiln *k, unsigned life, unsigned n)
{
	char regex[64];

	for (unsigned i = 1; i <= n; i++) {
		snprintf(regex, sizeof(regex), " has %u:%u( |$)", life, i);
		assert_int_equal(kiln_count(k, regex), 1);
	}
}

static void a_saved_style_sheet_loads_its_window_again_and_the_host_keeps_its_state(void **state)
{
	struct kiln *k = dev_start();
	unsigned first, second, n;

	last_tick(k, "first", &first, &n);
	expect_pixel(k, 320, 20, BLUE);
	save("web/style.css", "body { background: #a04020; }\n");
	kiln_expect(k, 10, "web/style\\.css changed: loading main again");
	kiln_expect(k, 10, "main loaded again \\([0-9]+ ms\\)");
	expect_pixel(k, 320, 20, 0xa04020);
	kiln_expect(k, 10, "first has [0-9]+:2 as number ([6-9]|[1-9][0-9]+)$");
	last_tick(k, "first", &second, &n);
	assert_int_not_equal(first, second);
	assert_int_equal(kiln_count(k, "starting the host script again"), 0);
	assert_int_equal(kiln_count(k, " as number 1$"), 1);
	kiln_stop(k);
}

static void only_the_windows_that_show_a_file_are_loaded_again(void **state)
{
	struct kiln *k;

	shell("rm -rf " DIR " && cp -r " APP("dev") " " DIR " && chmod -R u+w " DIR);
	save("kiln.json",
		"{ \"id\": \"dev\", \"windows\": [{ \"id\": \"main\", \"url\": \"index.html\" },\n"
		"  { \"id\": \"board\", \"url\": \"board.html\" }],\n"
		"  \"capabilities\": { \"channels\": { \"allow\": [\"tick\"] } } }");
	save("web/board.html", "<!doctype html><link rel=\"stylesheet\" href=\"style.css\">"
			       "<script src=\"board.js\"></script>");
	save("web/board.js", "console.log('first board');\n");
	k = kiln_start("dev", DIR, NULL);
	kiln_expect(k, 30, "page board: first board");
	kiln_expect(k, 30, "first has [0-9]+:2 ");
	save("web/board.js", "console.log('second board');\n");
	kiln_expect(k, 10, "web/board\\.js changed: loading board again");
	kiln_expect(k, 10, "page board: second board");
	kiln_read_for(k, 0.5);
	assert_int_equal(kiln_count(k, "loading main again"), 0);
	save("web/style.css", "body { background: #000; }\n");
	kiln_expect(k, 10, "web/style\\.css changed: loading board again");
	kiln_expect(k, 10, "web/style\\.css changed: loading main again");
	kiln_stop(k);
}

static void a_file_that_no_page_asked_for_loads_nothing_again(void **state)
{
	struct kiln *k = dev_start();

	save("web/other.txt", "changed\n");
	save("notes.txt", "changed\n");
	shell("mkdir -p " DIR "/.git " DIR "/node_modules/x && echo 1 > " DIR
	      "/node_modules/x/main.js");
	kiln_read_for(k, 1);
	assert_int_equal(kiln_count(k, "changed"), 0);
	kiln_stop(k);
}

static void a_file_that_was_missing_loads_the_window_again_when_it_comes(void **state)
{
	struct kiln *k = dev_start();

	save("web/index.html",
		"<!doctype html><title>x</title><script src=\"new/late.js\"></script>");
	kiln_expect(k, 10, "web/index\\.html changed: loading main again");
	kiln_expect(k, 10, "web/new/late\\.js: No such file");
	shell("mkdir " DIR "/web/new && echo \"console.log('late is here')\" > " DIR
	      "/web/new/late.js");
	kiln_expect(k, 10, "web/new/late\\.js changed: loading main again");
	kiln_expect(k, 10, "page main: late is here");
	/* The folder is watched from now on. */
	shell("echo \"console.log('later')\" > " DIR "/web/new/late.js");
	kiln_expect(k, 10, "page main: later$");
	kiln_stop(k);
}

static void a_saved_host_script_starts_again_with_windows_kept_and_no_message_lost(void **state)
{
	struct kiln *k = dev_start();
	pid_t web = web_process(k);
	unsigned first, life, n;

	last_tick(k, "first", &first, &n);
	save("part.js", "exports.version = 'second';\n");
	kiln_expect(k, 10, "part\\.js changed: starting the host script again");
	kiln_expect(k, 10, "host script started \\([0-9]+ ms\\), windows kept");
	kiln_expect(k, 10, "second has [0-9]+:[0-9]+ as number 5$");
	last_tick(k, "second", &life, &n);
	assert_int_equal(life, first);
	assert_none_lost(k, life, n);
	assert_int_equal(web_process(k), web);
	assert_int_equal(kiln_count(k, "loading main again"), 0);
	kiln_stop(k);
}

static void a_broken_host_script_is_shown_and_what_comes_for_it_waits_until_it_is_mended(
	void **state)
{
	struct kiln *k = dev_start();
	pid_t web = web_process(k);
	unsigned first, before, life, n;

	kiln_expect(k, 10, "page main: over me: nothing");
	expect_pixel(k, 320, 340, BLUE);
	save("main.js", "require('runtime:ipc').onChannel('tick', function () {});\nvar = 1;\n");
	kiln_expect(k, 10, "error: main\\.js:2: SyntaxError");
	kiln_expect(k, 10, "starts again when a file of it changes");
	/* It would have taken messages and dropped them. */
	save("main.js", "require('runtime:ipc').onChannel('tick', function () {});\nnowhere();\n");
	kiln_expect(k, 10, "error: main\\.js:2: ReferenceError");
	last_tick(k, "first", &first, &before);
	expect_pixel(k, 320, 340, PANEL);
	shell("cp " SHOT " " OUT("overlay.png"));
	/* The page sees that something is there, and nothing of what it says. */
	kiln_expect(k, 10, "over me: overlay, root null, text \"\"$");
	kiln_read_for(k, 1);
	save_script("third");
	kiln_expect(k, 10, "third has [0-9]+:[0-9]+$");
	kiln_read_for(k, 0.5);
	last_tick(k, "third", &life, &n);
	assert_int_equal(life, first);
	assert_true(n > before + 20);
	assert_none_lost(k, life, n);
	assert_int_equal(web_process(k), web);
	expect_pixel(k, 320, 340, BLUE);
	kiln_stop(k);
}

static void a_script_that_is_broken_at_the_start_waits_for_its_author(void **state)
{
	struct kiln *k;

	shell("rm -rf " DIR " && cp -r " APP("dev") " " DIR " && chmod -R u+w " DIR);
	save("main.js", "throw new Error('not yet');\n");
	k = kiln_start("dev", DIR, "--screenshot", SHOT, NULL);
	kiln_expect(k, 30, "error: main\\.js:1: Error: not yet");
	kiln_read_for(k, 1);
	save_script("mended");
	kiln_expect(k, 10, "mended has [0-9]+:1$");
	kiln_stop(k);
}

static void a_script_that_died_is_not_started_in_a_loop_but_when_it_changes(void **state)
{
	struct kiln *k = dev_start();

	/* Asks for memory that there is not, until its heap is given up. */
	save("main.js", "setTimeout(function () {\n"
			"  var heap = [];\n"
			"  for (;;)\n"
			"    try { heap.push([heap.length]); } catch (error) {}\n"
			"}, 10);\n");
	kiln_expect(k, 60, "error: the host script cannot go on");
	kiln_read_for(k, 1.5);
	assert_int_equal(kiln_count(k, "the host script cannot go on"), 1);
	save_script("alive");
	kiln_expect(k, 20, "alive has ");
	kiln_stop(k);
}

static void an_error_in_a_callback_of_the_host_is_shown_and_the_script_goes_on(void **state)
{
	struct kiln *k = dev_start();

	save("main.js",
		"require('runtime:ipc').onChannel('tick', function (name) { console.log('on ' + name); });\n"
		"setTimeout(function () { null.x = 1; }, 100);\n"
		"Promise.reject(new Error('nobody cares'));\n");
	kiln_expect(k, 10, "script: timer callback: TypeError: .*\\(main\\.js:2\\)");
	kiln_expect(k, 10, "script: unhandled rejection: Error: nobody cares \\(main\\.js:3\\)");
	expect_pixel(k, 320, 340, PANEL);
	kiln_expect(k, 10, "script: on ");
	save_script("mended");
	kiln_expect(k, 10, "mended has ");
	expect_pixel(k, 320, 340, BLUE);
	kiln_stop(k);
}

static void an_uncaught_error_of_a_page_is_shown_until_the_page_is_mended(void **state)
{
	struct kiln *k = dev_start();

	save("web/app.js", "console.error('only said');\n");
	kiln_expect(k, 10, "page main: only said");
	kiln_read_for(k, 0.7);
	expect_pixel(k, 320, 340, BLUE);
	save("web/app.js", "setTimeout(() => {\n  missing();\n}, 10);\n");
	kiln_expect(k, 10, "page main: uncaught ReferenceError: .*app\\.js:2");
	expect_pixel(k, 320, 340, PANEL);
	save("web/app.js", "console.log('mended');\n");
	kiln_expect(k, 10, "page main: mended");
	expect_pixel(k, 320, 340, BLUE);
	kiln_stop(k);
}

static void a_page_that_forbids_everything_and_hides_all_shows_the_overlay(void **state)
{
	struct kiln *k = dev_start();

	save("web/index.html",
		"<!doctype html><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">"
		"<title>strict</title><body style=\"background:#123456\">");
	kiln_expect(k, 10, "main loaded again");
	save("main.js", "oops(\n");
	kiln_expect(k, 10, "error: main\\.js:");
	expect_pixel(k, 320, 340, PANEL);
	save("web/index.html",
		"<!doctype html><title>hidden</title><style>html > * { display: none !important; opacity: 0 !important }"
		"</style>");
	kiln_read_for(k, 1);
	expect_pixel(k, 320, 340, PANEL);
	/* Nor do its scripts have a hand in it. */
	save("web/app.js",
		"const tell = console.log;\n"
		"for (const name of ['attachShadow', 'append', 'showPopover'])\n"
		"  Element.prototype[name] = function () { tell('mine: ' + name); throw 1; };\n"
		"JSON.parse = (text) => { tell('mine: ' + text); return []; };\n"
		"document.createElement = () => { throw 1; };\n");
	save("web/index.html",
		"<!doctype html><title>hostile</title><script src=\"app.js\"></script>");
	kiln_read_for(k, 1.5);
	expect_pixel(k, 320, 340, PANEL);
	assert_int_equal(kiln_count(k, "mine:"), 0);
	kiln_stop(k);
}

static void a_channel_that_is_denied_is_denied_in_the_same_words(void **state)
{
	char in_dev[512], in_run[512];
	struct kiln *k = dev_start();

	kiln_expect(k, 10, "ipc: main -> host  secret  refused, PermissionDenied");
	assert_true(kiln_last(k, "ipc: main -> host  secret ", in_dev, sizeof(in_dev)));
	kiln_stop(k);
	k = kiln_start("run", APP("dev"), NULL);
	kiln_expect(k, 20, "ipc: main -> host  secret  refused, PermissionDenied");
	assert_true(kiln_last(k, "ipc: main -> host  secret ", in_run, sizeof(in_run)));
	kiln_stop(k);
	assert_string_equal(strstr(in_dev, "ipc: "), strstr(in_run, "ipc: "));
}

static void a_saved_manifest_starts_all_anew_and_a_broken_one_does_not(void **state)
{
	struct kiln *k = dev_start();

	save("kiln.json", "{ \"id\": \"dev\", \"windowz\": [] }");
	kiln_expect(k, 10, "error: kiln\\.json: windowz: unknown key");
	expect_pixel(k, 320, 340, PANEL);
	save("kiln.json",
		"{ \"id\": \"dev\", \"name\": \"Renamed\",\n"
		"  \"windows\": [{ \"id\": \"main\", \"url\": \"index.html\" }],\n"
		"  \"capabilities\": { \"channels\": { \"allow\": [\"tick\", \"secret\"] } } }");
	kiln_expect(k, 10, "kiln\\.json changed: starting anew");
	kiln_expect(k, 20, "Renamed \\(app://dev\\) is running");
	kiln_expect(k, 20, "first has [0-9]+:1 as number 1$");
	kiln_stop(k);
}

static void an_interrupt_ends_it_with_all_its_processes(void **state)
{
	struct kiln *k = dev_start();
	pid_t web = web_process(k);

	kill(kiln_pid(k), SIGINT);
	assert_int_equal(kiln_end(k, 10), 0);
	for (int i = 0; i < 50 && kill(web, 0) == 0; i++)
		usleep(100000);
	assert_int_equal(kill(web, 0), -1);
}

/* ---- the inspector ---- */

static int connect_to(unsigned port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void get(unsigned port, char *ret, size_t size)
{
	static const char request[] = "GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
	struct timeval patience = { .tv_sec = 10 };
	int fd = connect_to(port);
	size_t len = 0;
	ssize_t n;

	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	assert_int_equal(write(fd, request, strlen(request)), strlen(request));
	while (len < size - 1 && (n = read(fd, ret + len, size - 1 - len)) > 0)
		len += (size_t)n;
	ret[len] = '\0';
	close(fd);
}

/* Sockets that listen on @port: the addresses of @table that are @loopback, and others. */
static void count_listeners(const char *table, const char *loopback, unsigned port,
	unsigned *ret_loopback, unsigned *ret_others)
{
	char line[512], address[64];
	FILE *f = fopen(table, "re");
	unsigned at, state;

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, " %*u: %63[0-9A-F]:%x %*[0-9A-F]:%*x %x", address, &at, &state) !=
				3 ||
			at != port || state != 0x0a)
			continue;
		if (strcmp(address, loopback) == 0)
			++*ret_loopback;
		else
			++*ret_others;
	}
	fclose(f);
}

static void the_inspector_knows_the_page_and_listens_on_loopback_only(void **state)
{
	static char answer[65536];
	struct kiln *k = dev_start();
	unsigned port = 0, loopback = 0, others = 0;
	char line[256];

	kiln_expect(k, 10, "inspector: http://127\\.0\\.0\\.1:[0-9]+$");
	assert_true(kiln_last(k, "inspector: ", line, sizeof(line)));
	assert_int_equal(sscanf(strstr(line, "http"), "http://127.0.0.1:%u", &port), 1);
	get(port, answer, sizeof(answer));
	assert_non_null(strstr(answer, "The page that is written"));
	assert_non_null(strstr(answer, "app://dev/index.html"));
	count_listeners("/proc/net/tcp", "0100007F", port, &loopback, &others);
	count_listeners(
		"/proc/net/tcp6", "00000000000000000000000001000000", port, &loopback, &others);
	assert_int_equal(loopback, 1);
	assert_int_equal(others, 0);
	kiln_stop(k);
}

/* A port that was free a moment ago. */
static unsigned free_port(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	close(fd);
	return ntohs(address.sin_port);
}

static void a_run_opens_no_inspector_whatever_its_environment_says(void **state)
{
	static const char *const names[] = {
		"WEBKIT_INSPECTOR_SERVER",
		"WEBKIT_INSPECTOR_HTTP_SERVER",
	};

	for (size_t i = 0; i < 2; i++) {
		unsigned port = free_port();
		char address[32];
		struct kiln *k;

		snprintf(address, sizeof(address), "127.0.0.1:%u", port);
		setenv(names[i], address, 1);
		k = kiln_start("run", APP("dev"), NULL);
		unsetenv(names[i]);
		kiln_expect(k, 20, "first has [0-9]+:1 ");
		assert_int_equal(connect_to(port), -1);
		kiln_stop(k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_saved_style_sheet_loads_its_window_again_and_the_host_keeps_its_state),
		cmocka_unit_test(only_the_windows_that_show_a_file_are_loaded_again),
		cmocka_unit_test(a_file_that_no_page_asked_for_loads_nothing_again),
		cmocka_unit_test(a_file_that_was_missing_loads_the_window_again_when_it_comes),
		cmocka_unit_test(
			a_saved_host_script_starts_again_with_windows_kept_and_no_message_lost),
		cmocka_unit_test(
			a_broken_host_script_is_shown_and_what_comes_for_it_waits_until_it_is_mended),
		cmocka_unit_test(a_script_that_is_broken_at_the_start_waits_for_its_author),
		cmocka_unit_test(a_script_that_died_is_not_started_in_a_loop_but_when_it_changes),
		cmocka_unit_test(
			an_error_in_a_callback_of_the_host_is_shown_and_the_script_goes_on),
		cmocka_unit_test(an_uncaught_error_of_a_page_is_shown_until_the_page_is_mended),
		cmocka_unit_test(a_page_that_forbids_everything_and_hides_all_shows_the_overlay),
		cmocka_unit_test(a_channel_that_is_denied_is_denied_in_the_same_words),
		cmocka_unit_test(a_saved_manifest_starts_all_anew_and_a_broken_one_does_not),
		cmocka_unit_test(an_interrupt_ends_it_with_all_its_processes),
		cmocka_unit_test(the_inspector_knows_the_page_and_listens_on_loopback_only),
		cmocka_unit_test(a_run_opens_no_inspector_whatever_its_environment_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
