#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "app/manifest.h"
#include "app/matrix.h"

/* With ' in the place of ", for the reader's sake. */
static struct manifest *parse(const char *text)
{
	auto_free char *json = strdup(text);
	struct reader_error error;
	struct manifest *m = NULL;

	for (char *s = json; (s = strchr(s, '\''));)
		*s = '"';
	if (manifest_parse(json, strlen(json), &m, &error) < 0)
		fail_msg("%s", error.text);
	return m;
}

static void expect(const char *manifest, const char *table, const char *warnings)
{
	struct manifest *m = parse(manifest);
	char *printed = NULL, *warned = NULL;
	size_t size;
	FILE *f = open_memstream(&printed, &size);

	matrix_print(m, f);
	fclose(f);
	assert_string_equal(printed, table);
	f = open_memstream(&warned, &size);
	matrix_warn(m, "x", f);
	fclose(f);
	assert_string_equal(warned, warnings);
	free(printed);
	free(warned);
	manifest_free(m);
}

static void an_app_that_allows_nothing_says_so(void **state)
{
	expect("{'id': 'x', 'capabilities': {'channels': {'deny': ['a']}}}",
		"no page may use any channel: capabilities.channels.allow has none\n", "");
}

static void directions_frames_and_origins_are_shown_where_they_differ(void **state)
{
	expect("{'id': 'x', 'capabilities': {'channels': {'allow': ['größe', "
	       "{'channel': 'b', 'direction': 'receive', 'frames': 'all'},"
	       "{'channel': 'c', 'direction': 'send', 'origins': ['https://s.example', 'self']}]}}}",
		"  window  channel  send  receive\n"
		"  any     größe    yes   yes\n"
		"          b        -     yes      sub-frames too\n"
		"          c        yes   -        from https://s.example\n"
		"          c        yes   -\n",
		"");
}

static void what_a_rule_takes_away_is_named(void **state)
{
	expect("{'id': 'x', 'capabilities': {'channels': {"
	       "'allow': ['*', 'b', 'c:1'],"
	       "'deny': [{'channel': 'b', 'direction': 'send'}, {'channel': 'b*', 'direction': 'receive'},"
	       "{'channel': 'c:*', 'direction': 'send'}, 'd', 'e']}}}",
		"  window  channel  send  receive\n"
		"  any     *        yes   yes      except \"b\" (send), \"b*\" (receive), \"c:*\" (send) and 2 more\n"
		"          b        -     -        send denied by \"b\"; receive denied by \"b*\"\n"
		"          c:1      -     yes      send denied by \"c:*\"\n",
		"x/kiln.json: warning: \"b\" is allowed to no effect: denied by \"b\"\n");
}

static void a_windows_own_list_is_shown_against_the_apps(void **state)
{
	expect("{'id': 'x', 'windows': [{'id': 'main', 'url': 'a', 'capabilities': {'channels': {"
	       "'allow': ['c:1', 'n', 'w*'], 'deny': ['d']}}}],"
	       "'capabilities': {'channels': {'allow': ['c:*', 'd', 'w1']}}}",
		"  window     channel  send  receive\n"
		"  main       c:1      yes   yes\n"
		"             n        -     -        not in the app's list\n"
		"             w*       -     -        narrowed to \"w1\"\n"
		"             c:*      -     -        narrowed to \"c:1\"\n"
		"             d        -     -        denied by the window's \"d\"\n"
		"             w1       yes   yes\n"
		"  any other  c:*      yes   yes\n"
		"             d        yes   yes\n"
		"             w1       yes   yes\n",
		"x/kiln.json: warning: window \"main\": \"n\" is allowed to no effect: "
		"the app's list does not have it\n");
}

static void an_empty_list_leaves_a_window_nothing(void **state)
{
	expect("{'id': 'x', 'windows': [{'id': 'm', 'url': 'a',"
	       "'capabilities': {'channels': {'allow': []}}}],"
	       "'capabilities': {'channels': {'allow': ['a']}}}",
		"  window     channel  send  receive\n"
		"  m          a        -     -        not in the window's own list\n"
		"  any other  a        yes   yes\n",
		"");
}

static void a_wildcard_for_a_remote_page_is_warned_of(void **state)
{
	expect("{'id': 'x', 'capabilities': {'channels': {'allow': ["
	       "{'channel': '*', 'origins': ['self']}, {'channel': 'a', 'origins': ['https://s']},"
	       "{'channel': 'b:*', 'origins': ['https://s']}]}}}",
		"  window  channel  send  receive\n"
		"  any     *        yes   yes\n"
		"          a        yes   yes      from https://s\n"
		"          b:*      yes   yes      from https://s\n",
		"x/kiln.json: warning: \"b:*\" is granted to https://s; "
		"name each channel that a remote page needs\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_app_that_allows_nothing_says_so),
		cmocka_unit_test(directions_frames_and_origins_are_shown_where_they_differ),
		cmocka_unit_test(what_a_rule_takes_away_is_named),
		cmocka_unit_test(a_windows_own_list_is_shown_against_the_apps),
		cmocka_unit_test(an_empty_list_leaves_a_window_nothing),
		cmocka_unit_test(a_wildcard_for_a_remote_page_is_warned_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
