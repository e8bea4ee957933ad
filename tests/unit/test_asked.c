/* Which files the documents of a view have asked for. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>

#include "view/asked.h"

static void what_a_document_asked_for_is_known_until_the_next_is_there(void **state)
{
	struct asked *a;

	assert_int_equal(asked_new(&a), 0);
	asked_begin(a);
	asked_note(a, "index.html");
	asked_commit(a);
	asked_note(a, "app.js");
	assert_true(asked_has(a, "index.html") && asked_has(a, "app.js"));
	assert_false(asked_has(a, "style.css"));
	asked_begin(a);
	asked_note(a, "next.html");
	asked_note(a, "app.js");
	/* The old one is still shown. */
	assert_true(asked_has(a, "index.html") && asked_has(a, "next.html"));
	asked_commit(a);
	assert_false(asked_has(a, "index.html"));
	assert_true(asked_has(a, "next.html") && asked_has(a, "app.js"));
	asked_unref(a);
}

static void a_load_that_comes_to_nothing_takes_nothing_away(void **state)
{
	struct asked *a;

	assert_int_equal(asked_new(&a), 0);
	asked_note(a, "index.html");
	asked_begin(a);
	asked_note(a, "gone.html");
	asked_begin(a);
	assert_true(asked_has(a, "index.html"));
	asked_unref(a);
}

static void beyond_the_bound_everything_counts_as_asked_for(void **state)
{
	struct asked *a;
	char path[32];

	assert_int_equal(asked_new(&a), 0);
	for (unsigned i = 0; i < 10 * ASKED_MAX; i++) {
		snprintf(path, sizeof(path), "%u.js", i % ASKED_MAX);
		asked_note(a, path);
	}
	assert_false(asked_has(a, "other.js"));
	asked_note(a, "one-more.js");
	assert_true(asked_has(a, "other.js"));
	/* Also when it was the next document that found no room. */
	asked_begin(a);
	asked_note(a, "next.html");
	asked_commit(a);
	assert_true(asked_has(a, "next.html"));
	asked_begin(a);
	asked_note(a, "small.html");
	asked_commit(a);
	assert_true(asked_has(a, "small.html"));
	assert_false(asked_has(a, "other.js"));
	asked_unref(a);
}

static void a_request_may_outlive_the_view(void **state)
{
	struct asked *a, *same;

	assert_int_equal(asked_new(&a), 0);
	same = asked_ref(a);
	asked_unref(a);
	asked_note(same, "late.js");
	assert_true(asked_has(same, "late.js"));
	asked_unref(same);
	asked_unref(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_document_asked_for_is_known_until_the_next_is_there),
		cmocka_unit_test(a_load_that_comes_to_nothing_takes_nothing_away),
		cmocka_unit_test(beyond_the_bound_everything_counts_as_asked_for),
		cmocka_unit_test(a_request_may_outlive_the_view),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
