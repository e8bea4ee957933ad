/* "kiln run": an app from its folder to its end. */
#include <limits.h>

#include "app/build.h"
#include "app/command.h"
#include "app/kind.h"
#include "app/run.h"

static int run_command(const struct command *c, int argc, char **argv)
{
	struct run_options opts = { 0 };
	char built[PATH_MAX];
	int status;

	if (!command_parse_run(c, argc, argv, &opts, &status))
		return status;
	if (app_kind(opts.app) == APP_SOURCE) {
		status = run_refused() ? COMMAND_FAULTS : build_for_run(opts.app, built);
		if (status != COMMAND_OK)
			return status;
		opts.app = built;
	}
	return run(&opts);
}

const struct command command_run = {
	.name = "run",
	.arguments = "APP",
	.summary = "run an app until it ends or is interrupted",
	.run = run_command,
	.help = "usage: kiln run [OPTION...] APP\n"
		"\n"
		"Runs the app in the folder APP, as a device does. A built app and a plain one run\n"
		"as they are; any other is built first, into the user's cache folder, which takes\n"
		"Node.js.\n"
		"\n"
		"options:\n" COMMAND_RUN_HELP "\n"
		"examples:\n"
		"  kiln run hello\n"
		"  kiln run --exit-after 10 --screenshot hello.png hello\n"
		"  kiln run --log info,ipc=debug hello/dist\n"
		"\n"
		"SIGINT and SIGTERM end it cleanly, SIGHUP starts the host script anew and keeps the\n"
		"windows, SIGUSR2 logs one line of status. It refuses to run as root.\n"
		"exit status: 0 ended as asked, 1 the app cannot run, 2 wrong usage, 3 it has to be\n"
		"built and what that takes is not installed; or what the app's script exits with.\n",
};
