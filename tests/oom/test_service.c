/*
 * A native service when memory runs out: each call is answered, with what it is or with
 * a failure, or a line of the log says that its answer was lost.
 */
#include "oom/scenario.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "ipc/service.h"
#include "wire/pack.h"

#define LOG_TAG "test"
#include "base/log.h"

#define ITEM(MEMBER, OPTIONAL) MEMBER(STRING, text, 0) OPTIONAL(UINT, n, 0)
KILN_STRUCT(item, "Item", ITEM, 0)
KILN_LIST(items, STRUCT(item))
#define PASS(MEMBER, OPTIONAL) MEMBER(LIST(items), items, 0)
KILN_OP(pass, "pass", PASS, LIST(items), 0, NULL)
KILN_OP(hold, "hold", KILN_NONE, STRING, 0, NULL)
KILN_EVENT(told, "told", STRUCT(item), 0)
static const struct kiln_op *const ops[] = { &pass_op, &hold_op, NULL };
static const struct kiln_module module = { .abi = KILN_ABI, .name = "oom", .ops = ops };

struct world {
	struct router *router;
	struct service *service;
	struct peer host;
	struct identity *id;
	struct budget budget;
	struct mailbox answers;
};

/* In place of stderr; unbuffered, so that it needs no memory. */
static FILE *log_file, *real_stderr;
static struct kiln_call *held;
static unsigned n_cancelled;

static int pass(struct kiln_call *call, const struct pass_args *args, struct items *result)
{
	*result = args->items;
	return 0;
}

static void on_cancel(struct kiln_call *call)
{
	n_cancelled++;
	held = NULL;
}

static int hold(struct kiln_call *call, const struct hold_args *args, const char **result)
{
	call->on_cancel = on_cancel;
	held = call;
	return KILN_LATER;
}

static enum wire_status on_deliver(struct peer *to, struct identity *from, struct frame *f)
{
	frame_unref(f);
	return STATUS_OK;
}

static enum wire_status on_answer(
	struct peer *to, const struct identity *caller, struct identity *from, struct frame *f)
{
	struct world *w = container_of(to, struct world, host);

	return mailbox_put(&w->answers, from, f, ROOM_BOUNDED) < 0 ? STATUS_CHANNEL_SEND
								   : STATUS_OK;
}

static const struct peer_ops host_ops = { .deliver = on_deliver, .answer = on_answer };

static long logged(void)
{
	return lseek(fileno(log_file), 0, SEEK_CUR);
}

/*
 * Whether the log has told of something since @before. It tells so many lines a second, and
 * then is silent.
 */
static bool told_since(long before)
{
	static uint64_t times[LOG_BURST];
	static unsigned n;
	uint64_t now = clock_now();

	if (logged() == before)
		return now - times[n % LOG_BURST] < NSEC_PER_SEC;
	times[n++ % LOG_BURST] = now;
	return true;
}

/* 0 when it was sent. */
static int send_call(struct world *w, uint32_t id, const char *method, const void *args, size_t len)
{
	struct router_result result;
	struct frame *f;

	scenario_try(frame_new(FRAME_CALL, id, method, strlen(method), args, len, &f));
	router_send(w->router, w->id, "native:oom", f, &result);
	return result.status == STATUS_OK ? 0 : -ENOMEM;
}

/* What has become of the call @id: an answer, right or a failure, or a line of the log since
 * @before. */
static int settled(struct world *w, uint32_t id, long before, const void *expected, size_t len)
{
	struct router_stats stats;
	struct envelope e;
	int r = 0;

	router_get_stats(w->router, &stats);
	assert_int_equal(stats.calls, 0);
	if (!mailbox_take(&w->answers, &e)) {
		assert_true(told_since(before));
		return -ENOMEM;
	}
	assert_int_equal(e.frame->id, id);
	if (e.frame->kind == FRAME_FAILED) {
		r = -ENOMEM;
	} else {
		assert_int_equal(e.frame->payload_len, len);
		assert_memory_equal(e.frame->payload, expected, len);
	}
	envelope_fini(&e);
	return r;
}

static int call_and_check(struct world *w)
{
	static const uint8_t args[] =
		"\x81\xa5items\x92\x81\xa4text\xa2la\x82\xa4text\xa3ter\xa1n\x07";
	long before = logged();

	scenario_try(send_call(w, 1, "pass", args, sizeof(args) - 1));
	return settled(w, 1, before, args + 7, sizeof(args) - 8);
}

static int hold_and_finish(struct world *w)
{
	long before = logged();
	int r;

	held = NULL;
	r = send_call(w, 2, "hold", "\x80", 1);
	if (r < 0 || !held)
		return r < 0 ? r : settled(w, 2, before, "", 0);
	service_finish(take_ptr(held), &(const char *){ "done" });
	return settled(w, 2, before,
		"\xa4"
		"done",
		5);
}

/* Whoever put it off is told, whatever has no memory. */
static int hold_and_end(struct world *w)
{
	long before = logged();
	int r;

	held = NULL;
	n_cancelled = 0;
	r = send_call(w, 3, "hold", "\x80", 1);
	if (r < 0 || !held)
		return r < 0 ? r : settled(w, 3, before, "", 0);
	service_free(take_ptr(w->service));
	assert_int_equal(n_cancelled, 1);
	/* All that is told of it is a failure, or its loss. */
	r = settled(w, 3, before, "", 0);
	assert_int_equal(r, -ENOMEM);
	return 0;
}

static int use(struct world *w)
{
	struct service_options opts = { .module = &module, .peer = "native:oom" };
	const struct item item = { .text = "text" };

	scenario_try(router_new(NULL, &w->router));
	scenario_try(identity_new(PEER_HOST, "", 0, &w->id));
	w->host = (struct peer){ .ops = &host_ops, .self = w->id };
	list_init(&w->host.link);
	scenario_try(router_add(w->router, &w->host));
	opts.router = w->router;
	scenario_try(service_new(&opts, &w->service));
	scenario_try(call_and_check(w));
	scenario_try(hold_and_finish(w));
	scenario_try(service_emit(w->service, &told_event, &item));
	scenario_excuse();
	scenario_try(hold_and_end(w));
	scenario_excuse_end();
	return 0;
}

static int each_call_is_answered_or_its_loss_is_logged(void)
{
	struct world w = { .budget.max = 1 << 20 };
	int r;

	mailbox_init(&w.answers, &w.budget, 16, 1 << 20);
	stderr = log_file;
	r = use(&w);
	stderr = real_stderr;
	service_free(w.service);
	if (w.host.self)
		router_remove(w.router, &w.host);
	router_free(w.router);
	mailbox_fini(&w.answers);
	identity_unref(w.id);
	return r;
}

static int setup(void **state)
{
	real_stderr = stderr;
	log_file = fdopen(memfd_create("log", MFD_CLOEXEC), "w+");
	setvbuf(log_file, NULL, _IONBF, 0);
	return 0;
}

/* What was said last: of a failure, why. */
static int teardown(void **state)
{
	char text[400] = "";
	long end = logged();

	stderr = real_stderr;
	if (pread(fileno(log_file), text, sizeof(text) - 1,
		    end > (long)sizeof(text) ? end - (long)sizeof(text) + 1 : 0) > 0)
		fputs(text, stderr);
	fclose(log_file);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scenario_test(each_call_is_answered_or_its_loss_is_logged),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
