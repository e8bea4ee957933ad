/* "kiln build": an app as a device gets it. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "app/build.h"
#include "app/command.h"
#include "app/kind.h"

static int build_command(const struct command *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	char dist[PATH_MAX];
	const char *out = NULL, *app;
	int option;

	while ((option = getopt_long(argc, argv, "ho:", options, NULL)) != -1) {
		switch (option) {
		case 'o':
			out = optarg;
			break;
		case 'h':
			fputs(c->help, stdout);
			return COMMAND_OK;
		default:
			return command_usage(c, "unknown or incomplete option", NULL);
		}
	}
	if (optind + 1 != argc)
		return command_usage(c, "takes one app", NULL);
	app = argv[optind];
	if (app_kind(app) == APP_BUILT)
		return command_usage(c, "this app is built already", app);
	if (!out) {
		if (snprintf(dist, sizeof(dist), "%s/dist", app) >= (int)sizeof(dist))
			return command_usage(c, "the name is too long", NULL);
		out = dist;
	}
	return build(app, out);
}

const struct command command_build = {
	.name = "build",
	.arguments = "APP",
	.summary = "make of an app what a device runs",
	.run = build_command,
	.help = "usage: kiln build [-o DIR] APP\n"
		"\n"
		"Checks the types of the app in the folder APP, bundles its scripts with what they\n"
		"import, lowers the host script to what the runtime runs, and writes a folder that\n"
		"has all the app needs, and a hash of it. The same sources make the same folder. It\n"
		"takes Node.js here; the device needs none.\n"
		"\n"
		"options:\n"
		"  -o, --output DIR   write to DIR instead of APP/dist; what was built there before\n"
		"                     is replaced, and anything else is left alone, with an error\n"
		"\n"
		"examples:\n"
		"  kiln build hello               then: kiln run hello/dist\n"
		"  kiln build -o /srv/hello hello\n"
		"\n"
		"exit status: 0 built, 1 the app has faults, 2 wrong usage, 3 what building takes is\n"
		"not installed or broken.\n",
};
