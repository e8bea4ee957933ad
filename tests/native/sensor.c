/*
 * A native module as somebody else would write one: it is built with the installed
 * header and nothing else of Kiln's (tools/build.mk), and the app tests/e2e/apps/native
 * uses it.
 */
#include <kiln/module.h>

#include <stdlib.h>
#include <string.h>

#define UNIT(VALUE)                                       \
	VALUE(UNIT_CELSIUS, "celsius", "degrees Celsius") \
	VALUE(UNIT_KELVIN, "kelvin", "kelvins")
KILN_ENUM(unit, "Unit", UNIT, "What a temperature is told in.")

#define READING(MEMBER, OPTIONAL)                      \
	MEMBER(STRING, sensor, "which one")            \
	MEMBER(NUMBER, value, "the temperature")       \
	MEMBER(ENUM(unit), unit, "what it is told in") \
	OPTIONAL(STRING, taken_at, "when, in ISO 8601; not known of all")
KILN_STRUCT(reading, "Reading", READING, "One look at a sensor.")
KILN_LIST(readings, STRUCT(reading))

#define READ_OPTIONS(MEMBER, OPTIONAL) OPTIONAL(ENUM(unit), unit, "celsius when not given")
KILN_STRUCT(read_options, "ReadOptions", READ_OPTIONS, "How a sensor is read.")

#define READ(MEMBER, OPTIONAL)             \
	MEMBER(STRING, sensor, "its name") \
	OPTIONAL(STRUCT(read_options), options, NULL)
KILN_OP(sensor_read, "read", READ, STRUCT(reading),
	"Reads a sensor once. Rejects when there is none of that name.",
	"const { value } = await read(\"oven\");")

KILN_OP(sensor_all, "readAll", KILN_NONE, LIST(readings), "Reads all of them.", NULL)

#define CALIBRATE(MEMBER, OPTIONAL)           \
	MEMBER(INT, offset, "in thousandths") \
	MEMBER(BYTES, table, "the maker's")   \
	MEMBER(JSON, note, "whatever the app keeps with it")
KILN_OP(sensor_calibrate, "calibrate", CALIBRATE, JSON, "Keeps it, and gives the note back.", NULL)

#define WAIT(MEMBER, OPTIONAL) MEMBER(UINT, ms, "milliseconds")
KILN_OP(sensor_wait, "wait", WAIT, VOID, "Resolves after a time. One at a time.", NULL)

#define WATCH(MEMBER, OPTIONAL) MEMBER(UINT, times, "how many events")
KILN_OP(sensor_watch, "watch", WATCH, BOOL, "Tells of changes, as the event `changed`.", NULL)

KILN_EVENT(changed, "changed", STRUCT(reading), "A sensor shows something else.")

#define OPS(OP) OP(sensor_read) OP(sensor_all) OP(sensor_calibrate) OP(sensor_wait) OP(sensor_watch)
#define EVENTS(EVENT) EVENT(changed)

struct sensors {
	struct kiln_timer *timer;
	struct kiln_call *waiting;
	int32_t offset;
};

static double celsius(const struct sensors *s)
{
	return 21.5 + s->offset / 1000.0;
}

static int sensor_read(
	struct kiln_call *call, const struct sensor_read_args *args, struct reading *result)
{
	const struct sensors *s = call->state;

	if (strcmp(args->sensor, "oven") != 0)
		return call->host->fail(call, "there is no sensor \"%s\"", args->sensor);
	result->sensor = args->sensor;
	result->unit = args->options.has_unit ? args->options.unit : UNIT_CELSIUS;
	result->value = celsius(s) + (result->unit == UNIT_KELVIN ? 273.15 : 0);
	return 0;
}

static int sensor_all(
	struct kiln_call *call, const struct sensor_all_args *args, struct readings *result)
{
	static struct reading all[2];

	all[0] = (struct reading){ .sensor = "oven", .value = celsius(call->state) };
	all[1] = (struct reading){ .sensor = "room",
		.value = 20,
		.has_taken_at = true,
		.taken_at = "2026-11-22T12:00:00Z" };
	*result = (struct readings){ all, 2 };
	return 0;
}

static int sensor_calibrate(
	struct kiln_call *call, const struct sensor_calibrate_args *args, struct kiln_bytes *result)
{
	struct sensors *s = call->state;

	if (args->table.size != 3 || memcmp(args->table.data, "\1\2\3", 3) != 0)
		return call->host->fail(call, "the table has %zu bytes", args->table.size);
	s->offset = args->offset;
	*result = args->note;
	return 0;
}

static void on_timer(void *arg)
{
	struct sensors *s = arg;
	struct kiln_call *call = s->waiting;

	s->waiting = NULL;
	if (call)
		call->host->finish(call, NULL);
}

static void on_cancel(struct kiln_call *call)
{
	struct sensors *s = call->state;

	s->waiting = NULL;
	call->host->log(call->host, 2, "nobody waits any more");
}

static int sensor_wait(struct kiln_call *call, const struct sensor_wait_args *args, void *result)
{
	struct sensors *s = call->state;

	if (s->waiting)
		return call->host->fail(call, "somebody waits already");
	s->waiting = call;
	call->on_cancel = on_cancel;
	call->host->timer_arm(s->timer, args->ms);
	return KILN_LATER;
}

static int sensor_watch(struct kiln_call *call, const struct sensor_watch_args *args, bool *result)
{
	struct reading r = { .sensor = "oven" };

	*result = true;
	for (uint32_t i = 0; i < args->times; i++) {
		r.value = i;
		if (call->host->emit(call->host, &changed_event, &r) < 0)
			*result = false;
	}
	return 0;
}

static int start(const struct kiln_host *host, void **ret_state)
{
	struct sensors *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -1;
	r = host->timer_new(host, on_timer, s, &s->timer);
	if (r < 0) {
		free(s);
		return r;
	}
	host->log(host, 2, "two sensors");
	*ret_state = s;
	return 0;
}

static void stop(void *state)
{
	struct sensors *s = state;

	free(s);
}

KILN_MODULE("sensor", "Temperatures of two sensors that are not there.", OPS, EVENTS, start, stop)
