/* "kiln dev": runs an app while it is being written. */
#include "app/command.h"
#include "app/dev.h"
#include "app/run.h"
#include "base/log.h"

static int dev_command(const struct command *c, int argc, char **argv)
{
	struct run_options opts = { 0 };
	int status = log_configure("warn,loop=error,script=info,page=info");

	if (status < 0 || !command_parse_run(c, argc, argv, &opts, &status))
		return status;
	return dev(&opts, argv - 1);
}

const struct command command_dev = {
	.name = "dev",
	.arguments = "APP",
	.summary = "run an app and show its changes as they are saved",
	.run = dev_command,
	.help = "usage: kiln dev [OPTION...] APP\n"
		"\n"
		"Runs the app in the folder APP and watches its files. When one is saved that a\n"
		"window's page has asked for, that window is loaded again, and the host script goes\n"
		"on. When a script of the host changes, it is started again: the windows stay, and\n"
		"what they send meanwhile waits. A changed kiln.json starts all anew. A source app is\n"
		"built as it changes, which takes Node.js.\n"
		"\n"
		"Errors of the build, the types, the host script and the pages are told here and\n"
		"laid over the pages until they are mended. What pages may do is the same as with\n"
		"\"kiln run\". WebKit's inspector listens on a port of 127.0.0.1 that is shown at\n"
		"the start: whoever uses this machine can reach it, so it is for development only.\n"
		"\n"
		"options:\n" COMMAND_RUN_HELP "\n"
		"example:\n"
		"  kiln new hello\n"
		"  kiln dev hello\n"
		"\n"
		"exit status: 0 ended by Ctrl-C or as asked, 1 the app cannot run, 2 wrong usage,\n"
		"3 it has to be built and what that takes is not installed; or what the app's\n"
		"script exits with.\n",
};
