#include "qmp.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yyjson.h>

#include "board.h"
#include "line.h"

#define ANSWER_SECONDS 30
#define KEYS_MAX 4
/* Of a finger, and of a key: what a person does, and an emulated board notices. */
#define HOLD_US 120000

struct qmp {
	struct line_socket *line;
};

/* Events come in between. */
static void wait_for_answer(struct qmp *q, const char *command)
{
	const char *line;

	while ((line = line_read(q->line, ANSWER_SECONDS))) {
		yyjson_doc *doc = yyjson_read(line, strlen(line), 0);
		yyjson_val *root = yyjson_doc_get_root(doc);
		bool answered = yyjson_obj_get(root, "return");

		if (yyjson_obj_get(root, "error"))
			fail_msg("QEMU refuses %s: %s", command, line);
		yyjson_doc_free(doc);
		if (answered)
			return;
	}
	fail_msg("no answer from QEMU to %s", command);
}

struct qmp *qmp_open(const char *path)
{
	struct qmp *q = calloc(1, sizeof(*q));

	assert_non_null(q);
	q->line = line_open(path, 20);
	assert_non_null(line_read(q->line, ANSWER_SECONDS));
	qmp_execute(q, "{\"execute\":\"qmp_capabilities\"}");
	return q;
}

void qmp_close(struct qmp *q)
{
	if (!q)
		return;
	line_close(q->line);
	free(q);
}

void qmp_execute(struct qmp *q, const char *fmt, ...)
{
	char command[4096];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	assert_int_in_range(n, 1, sizeof(command) - 1);
	line_write(q->line, command, (size_t)n);
	line_write(q->line, "\n", 1);
	wait_for_answer(q, command);
}

void qmp_screendump(struct qmp *q, unsigned head, const char *path)
{
	qmp_execute(q,
		"{\"execute\":\"screendump\",\"arguments\":{\"device\":\"gpu0\",\"head\":%u,"
		"\"format\":\"png\",\"filename\":\"%s\"}}",
		head, path);
}

/* Absolute axes go from 0 to 0x7fff. */
static unsigned scaled(unsigned at, unsigned size)
{
	return size > 1 ? at * 0x7fffu / (size - 1) : 0;
}

static void send_events(struct qmp *q, const char *events)
{
	qmp_execute(
		q, "{\"execute\":\"input-send-event\",\"arguments\":{\"events\":[%s]}}", events);
}

void qmp_touch(struct qmp *q, struct qmp_point at)
{
	char events[512];

	snprintf(events, sizeof(events),
		"{\"type\":\"mtt\",\"data\":{\"type\":\"begin\",\"slot\":0,\"tracking-id\":7,"
		"\"axis\":\"x\",\"value\":0}},"
		"{\"type\":\"mtt\",\"data\":{\"type\":\"data\",\"slot\":0,\"tracking-id\":7,"
		"\"axis\":\"x\",\"value\":%u}},"
		"{\"type\":\"mtt\",\"data\":{\"type\":\"data\",\"slot\":0,\"tracking-id\":7,"
		"\"axis\":\"y\",\"value\":%u}}",
		scaled(at.x, at.width), scaled(at.y, at.height));
	send_events(q, events);
	usleep(HOLD_US);
}

void qmp_release(struct qmp *q)
{
	send_events(q, "{\"type\":\"mtt\",\"data\":{\"type\":\"end\",\"slot\":0,"
		       "\"tracking-id\":-1,\"axis\":\"x\",\"value\":0}}");
}

void qmp_move_pointer(struct qmp *q, struct qmp_point to)
{
	char events[256];

	snprintf(events, sizeof(events),
		"{\"type\":\"abs\",\"data\":{\"axis\":\"x\",\"value\":%u}},"
		"{\"type\":\"abs\",\"data\":{\"axis\":\"y\",\"value\":%u}}",
		scaled(to.x, to.width), scaled(to.y, to.height));
	send_events(q, events);
}

static void send_key(struct qmp *q, const char *key, bool down)
{
	char event[160];

	snprintf(event, sizeof(event),
		"{\"type\":\"key\",\"data\":{\"down\":%s,\"key\":{\"type\":\"qcode\","
		"\"data\":\"%s\"}}}",
		down ? "true" : "false", key);
	send_events(q, event);
	usleep(HOLD_US / 3);
}

void qmp_keys(struct qmp *q, const char *key, ...)
{
	const char *keys[KEYS_MAX] = { key };
	size_t n = 1;
	va_list ap;

	va_start(ap, key);
	while (n < KEYS_MAX && (keys[n] = va_arg(ap, const char *)))
		n++;
	va_end(ap);
	for (size_t i = 0; i < n; i++)
		send_key(q, keys[i], true);
	usleep(HOLD_US);
	while (n-- > 0)
		send_key(q, keys[n], false);
}

void qmp_type(struct qmp *q, const char *text)
{
	for (; *text; text++) {
		char key[4] = { *text };

		assert_true(islower((unsigned char)*text) || isdigit((unsigned char)*text) ||
			    *text == ' ');
		qmp_keys(q, *text == ' ' ? "spc" : key, NULL);
	}
}
