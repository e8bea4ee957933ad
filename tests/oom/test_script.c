/*
 * The host script and a native module of its own, when memory runs out, in the
 * script's heap and around it. It starts or
 * says why not; then it answers, or a line of the log says what went wrong, or its
 * heap is told to be beyond use.
 */
#include "oom/scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "bind/module.h"
#include "ipc/mailbox.h"
#include "ipc/router.h"
#include "ipc/service.h"
#include "loop/loop.h"
#include "script/script.h"

#define DEADLINE NSEC_PER_SEC

/* What became of a question. */
enum outcome {
	NOTHING,
	ANSWERED,
	TOLD, /* by a call, in the log, or by on_dead */
};

struct world {
	struct loop *loop;
	struct router *router;
	struct script *script;
	struct service *service;
	struct peer page;
	struct identity *id;
	struct budget budget;
	struct mailbox inbox;
	int app_fd;
	int exit_code; /* -1: exit() was not called */
	bool dead;
};

/* Of the script's heap. */
static size_t ceiling;
/* What is logged, in place of stderr; unbuffered, so that it needs no memory. */
static FILE *log_file, *real_stderr;
/* How often a script that had started did not answer. */
static unsigned n_told;

static enum wire_status on_deliver(struct peer *to, struct identity *from, struct frame *f)
{
	struct world *w = container_of(to, struct world, page);

	return mailbox_put(&w->inbox, from, f, ROOM_BOUNDED) < 0 ? STATUS_QUEUE_FULL : STATUS_OK;
}

static const struct peer_ops page_ops = { .deliver = on_deliver };

static void on_exit_called(int code, void *arg)
{
	((struct world *)arg)->exit_code = code;
}

static void on_dead(void *arg)
{
	((struct world *)arg)->dead = true;
}

#define ITEM(MEMBER, OPTIONAL) MEMBER(STRING, text, 0) OPTIONAL(UINT, n, 0)
KILN_STRUCT(item, "Item", ITEM, 0)
KILN_LIST(items, STRUCT(item))
#define PASS(MEMBER, OPTIONAL) MEMBER(LIST(items), items, 0) OPTIONAL(BYTES, bytes, 0)
KILN_OP(pass, "pass", PASS, LIST(items), 0, NULL)
KILN_OP(pass_later, "passLater", PASS, LIST(items), 0, NULL)
static const struct kiln_op *const ops[] = { &pass_op, &pass_later_op, NULL };
static const struct kiln_event *const no_events[] = { NULL };
static const struct kiln_module module = {
	.abi = KILN_ABI, .name = "oom", .doc = "", .ops = ops, .events = no_events
};
static const struct kiln_module *const natives[] = { &module, NULL };

static int pass(struct kiln_call *call, const struct pass_args *args, struct items *result)
{
	*result = args->items;
	return 0;
}

static int pass_later(
	struct kiln_call *call, const struct pass_later_args *args, struct items *result)
{
	service_finish(call, &args->items);
	return KILN_LATER;
}

static int build(struct world *w)
{
	struct service_options service = { .module = &module, .peer = "native:oom" };

	struct script_options opts = {
		.app_fd = w->app_fd,
		.natives = natives,
		.memory_max = ceiling,
		.deadline = DEADLINE,
		.on_exit = on_exit_called,
		.on_dead = on_dead,
		.arg = w,
	};

	scenario_try(loop_new(&w->loop));
	/* It is no page to the router, so that nobody has to decide. */
	scenario_try(router_new(NULL, &w->router));
	scenario_try(identity_new("main", "", 0, &w->id));
	w->page.self = w->id;
	scenario_try(router_add(w->router, &w->page));
	service.router = w->router;
	scenario_try(service_new(&service, &w->service));
	opts.loop = w->loop;
	opts.router = w->router;
	return script_new(&opts, &w->script);
}

static void take_down(struct world *w)
{
	script_free(w->script);
	service_free(w->service);
	if (w->router)
		router_remove(w->router, &w->page);
	router_free(w->router);
	loop_free(w->loop);
	mailbox_fini(&w->inbox);
	identity_unref(w->id);
	close(w->app_fd);
}

static bool logged(void)
{
	return lseek(fileno(log_file), 0, SEEK_CUR) > 0;
}

static void forget_log(void)
{
	rewind(log_file);
	assert_int_equal(ftruncate(fileno(log_file), 0), 0);
}

static bool send_question(struct world *w)
{
	static const uint8_t payload[] = "\x81\xa5"
					 "bytes\xc4\x03\x01\x02\x03";
	struct router_result result;
	struct frame *f;

	if (frame_new(FRAME_MESSAGE, 0, "ask", 3, payload, sizeof(payload) - 1, &f) < 0)
		return false;
	router_send(w->router, w->id, PEER_HOST, f, &result);
	return result.status == STATUS_OK;
}

static enum outcome ask(struct world *w)
{
	uint64_t until = clock_now() + 2 * DEADLINE;
	bool sent;

	w->exit_code = -1;
	forget_log();
	stderr = log_file;
	sent = send_question(w);
	while (sent && w->exit_code < 0 && !w->dead && !logged() && clock_now() < until)
		loop_pass(w->loop, until);
	stderr = real_stderr;
	if (w->exit_code >= 0)
		return ANSWERED;
	return !sent || w->dead || logged() ? TOLD : NOTHING;
}

/* Like the first there was. */
static void check_answer(struct world *w)
{
	static struct frame *first;
	struct envelope answer;

	assert_int_equal(w->inbox.messages, 1);
	assert_true(mailbox_take(&w->inbox, &answer));
	if (!first)
		first = frame_ref(answer.frame);
	assert_int_equal(answer.frame->size, first->size);
	assert_memory_equal(answer.frame->bytes, first->bytes, first->size);
	envelope_fini(&answer);
}

/* What was refused may come late, an answer to the first question among it. */
static void check_goes_on(struct world *w)
{
	enum outcome outcome;

	do
		outcome = ask(w);
	while (outcome == TOLD && !w->dead);
	assert_int_equal(outcome, ANSWERED);
}

static int start(struct world *w)
{
	struct script_error error = { 0 };
	int r;

	stderr = log_file;
	r = build(w);
	if (w->script)
		r = script_run(w->script, "main.js", &error);
	stderr = real_stderr;
	if (!w->script || r == 0)
		return r;
	assert_true(r == -ENOMEM || r == -ENOEXEC || r == -ENOTRECOVERABLE);
	assert_true(error.message[0] != '\0');
	return -ENOMEM;
}

static int start_and_ask(struct world *w)
{
	enum outcome outcome;

	scenario_try(start(w));
	outcome = ask(w);
	alloc_relent();
	assert_int_not_equal(outcome, NOTHING);
	if (outcome == ANSWERED) {
		check_answer(w);
		return 0;
	}
	n_told++;
	if (!ceiling && !w->dead)
		check_goes_on(w);
	return -ENOMEM;
}

/*
 * Duktape collects garbage when memory is refused, and asks again. So a failure
 * need not be seen, provided that the answer is right.
 */
static int a_script_answers_or_says_why_not(void)
{
	struct world w = { .page.ops = &page_ops, .exit_code = -1 };
	int r;

	w.app_fd = open("tests/oom/app", O_DIRECTORY | O_CLOEXEC);
	w.budget.max = 1 << 20;
	mailbox_init(&w.inbox, &w.budget, 16, 1 << 20);
	scenario_excuse();
	r = start_and_ask(&w);
	scenario_excuse_end();
	take_down(&w);
	return r;
}

/* An error of the script's may stand for one of ours: it has run out of memory all the same. */
static int a_syntax_check_leaves_nothing(void)
{
	static const char text[] = "var s = 'text', f = function (a) { return [a, s, /x+/]; };";
	struct script_error error = { 0 };
	int r;

	scenario_excuse();
	r = script_check_syntax("main.js", text, strlen(text), &error);
	scenario_excuse_end();
	if (r == -ENOEXEC)
		assert_true(error.message[0] != '\0');
	return r == -ENOEXEC ? -ENOMEM : r;
}

static enum outcome under_ceiling(size_t bytes)
{
	unsigned before = n_told;
	int r;

	ceiling = bytes;
	r = scenario_once(a_script_answers_or_says_why_not);
	ceiling = 0;
	assert_true(r == 0 || r == -ENOMEM);
	if (r == 0)
		return ANSWERED;
	return n_told > before ? TOLD : NOTHING;
}

/* From too little for a start up to plenty, and closer where it starts and is too little. */
static void at_any_ceiling_of_its_heap(void **state)
{
	size_t bytes, too_little = 0, enough = 0;
	unsigned n = 0;

	for (bytes = 200 << 10; bytes < 4 << 20; bytes += bytes / 21) {
		enum outcome outcome = under_ceiling(bytes);

		if (outcome == NOTHING)
			too_little = bytes;
		else if (outcome == ANSWERED && !enough)
			enough = bytes;
	}
	assert_true(too_little > 0 && enough > too_little);
	for (bytes = too_little; bytes < enough; bytes += (enough - too_little) / 32)
		n += under_ceiling(bytes) == TOLD;
	assert_true(n > 0);
}

static int setup(void **state)
{
	real_stderr = stderr;
	log_file = fdopen(memfd_create("log", MFD_CLOEXEC), "w");
	setvbuf(log_file, NULL, _IONBF, 0);
	/* That a busy machine took its time is no word of what became of a question. */
	return log_configure("info,loop=error");
}

static int teardown(void **state)
{
	fclose(log_file);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scenario_test_sampled(a_script_answers_or_says_why_not),
		scenario_test_sampled(a_syntax_check_leaves_nothing),
		cmocka_unit_test(at_any_ceiling_of_its_heap),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
