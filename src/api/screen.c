#include "api/screen.h"

#include "api/api.h"

SCREEN_SERVICE_OPS(KILN_SERVICE_OP)

#define OUTPUT_EVENT(MEMBER, OPTIONAL) MEMBER(STRUCT(screen_output), output, NULL)
KILN_CALLBACK(output_callback, "OutputCallback", OUTPUT_EVENT, JSON, NULL)
KILN_CALLBACK(off, "Off", KILN_NONE, VOID, "Ends what it was returned by.")

#define ON_OUTPUT(MEMBER, OPTIONAL) MEMBER(CALLBACK(output_callback), callback, NULL)
KILN_SCRIPT_OP(screen_on_output, "onOutput", ON_OUTPUT, CALLBACK(off), 0,
	"Calls back whenever an output is not what it was: plugged in or out, lit, asleep, failed, "
	"another mode, rotation or scale; also when it was this script. Several changes of one "
	"moment are one call, with how the output is then. Returns what ends it.",
	"onOutput(function (output) {\n"
	"  if (output.state === 'lit') console.log(output.name, 'is there:', output.model);\n"
	"});")

static const struct kiln_op *const ops[] = {
	&screen_outputs_op,
	&screen_configure_op,
	&screen_sleep_op,
	&screen_wake_op,
	&screen_set_brightness_op,
	&screen_screenshot_op,
	&screen_on_output_op,
	NULL,
};
static const struct kiln_event *const events[] = { &screen_changed_event, NULL };

const struct kiln_module api_screen = {
	.abi = KILN_ABI,
	.name = "runtime:screen",
	.doc = "The outputs of the device: what they are, and how they are driven.",
	.ops = ops,
	.events = events,
};
