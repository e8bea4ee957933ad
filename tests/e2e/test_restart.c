/* The windows of a script that is started again. */
#include "harness.h"

#include <signal.h>

#define OPENED                                                                             \
	"script: opened panel win-1 win-2 \\[7000\\] there is a window \"panel\" already " \
	"\\[7000\\] there is a window \"given\" already of given panel win-1 win-2$"

static void the_next_run_gets_those_that_the_last_one_opened(void **state)
{
	struct kiln *k = kiln_start("run", APP("restart"), NULL);
	pid_t before[8], after[8];
	size_t n;

	kiln_expect(k, 20, OPENED);
	kiln_expect(k, 20, "window \"win-2\": first frame painted");
	n = descendants(kiln_pid(k), "WPEWebProcess", before, 8);
	for (unsigned run = 2; run <= 3; run++) {
		kill(kiln_pid(k), SIGHUP);
		for (int i = 0; i < 200 && kiln_count(k, OPENED) < run; i++)
			kiln_read_for(k, 0.1);
		assert_int_equal(kiln_count(k, OPENED), run);
	}
	assert_int_equal(descendants(kiln_pid(k), "WPEWebProcess", after, 8), n);
	assert_memory_equal(before, after, n * sizeof(*before));
	kiln_stop(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_run_gets_those_that_the_last_one_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
