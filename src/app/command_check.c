/* "kiln check": what can be said of an app without running it. */
#include "app/build.h"
#include "app/check.h"
#include "app/command.h"
#include "app/kind.h"
#include "app/toolkit.h"
#include "app/tree.h"

/* The toolkit has its say even when ours is bad: the author mends both in one go. */
static int check_command(const struct command *c, int argc, char **argv)
{
	int status, toolkit = COMMAND_OK;

	if (command_help(c, argc, argv))
		return COMMAND_OK;
	if (argc != 2)
		return command_usage(c, "takes one app", NULL);
	if (argv[1][0] == '-')
		return command_usage(c, "unknown option", argv[1]);
	status = check(argv[1], false);
	if (app_kind(argv[1]) == APP_SOURCE) {
		tree_copy_sdk(argv[1]);
		toolkit = toolkit_run("check", argv[1], NULL);
	}
	return status > toolkit ? status : toolkit;
}

const struct command command_check = {
	.name = "check",
	.arguments = "APP",
	.summary = "say what is wrong with an app, and what its pages may say",
	.run = check_command,
	.help = "usage: kiln check APP\n"
		"\n"
		"Checks the app in the folder APP without running it: the manifest, that what it\n"
		"names is there, and the scripts: of a plain app their syntax, of one that is built\n"
		"the types and everything else that a build would refuse (which takes Node.js), and\n"
		"of a built one that its files are those that were built. Shows which channels the\n"
		"pages may use, and which rules are wider than is wise. Native modules that have no\n"
		".d.ts beside them are loaded, so that they say what they declare.\n"
		"\n"
		"examples:\n"
		"  kiln check hello\n"
		"  kiln check hello/dist\n"
		"\n"
		"exit status: 0 in order, 1 the app has faults, 2 wrong usage, 3 the types cannot be\n"
		"checked because what that takes is not installed.\n",
};
