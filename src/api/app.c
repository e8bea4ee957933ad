/* runtime:app, declared. Implemented in script/script.c. */
#include "bind/declare.h"

#include "api/api.h"

#define EXIT(MEMBER, OPTIONAL) OPTIONAL(INT, code, "the status that `kiln run` ends with; 0")
KILN_SCRIPT_OP(app_exit, "exit", EXIT, VOID, 0,
	"Ends the app. The script runs on to the end of its turn.", "app.exit(0);")

static const struct kiln_op *const ops[] = { &app_exit_op, NULL };

const struct kiln_module api_app = {
	.abi = KILN_ABI,
	.name = "runtime:app",
	.doc = "The app as a whole.",
	.ops = ops,
};
