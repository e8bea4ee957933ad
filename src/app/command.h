/* A command of the program. Each has a file of its own, command_*.c; main.c has the table. */
#pragma once

#include <stdbool.h>

struct run_options;

/* What the program ends with. An app's script may end it with a status of its own. */
enum command_status {
	COMMAND_OK = 0,
	COMMAND_FAULTS = 1, /* the app has faults or cannot run */
	COMMAND_USAGE = 2,
	COMMAND_NO_TOOLKIT = 3, /* what building takes is not installed, or broken */
};

struct command {
	const char *name;
	const char *arguments; /* for the list of commands */
	const char *summary; /* the same; one line */
	const char *help; /* all there is to say, for --help */
	int (*run)(const struct command *c, int argc, char **argv); /* argv[0] is the name */
};

extern const struct command command_new, command_dev, command_run, command_check, command_build,
	command_sdk, command_doctor;

/* Says on standard error what is wrong with the command line; COMMAND_USAGE. @what may be null. */
int command_usage(const struct command *c, const char *why, const char *what);

/* The options that "run" and "dev" share. */
#define COMMAND_RUN_HELP                                                                        \
	"  --exit-after SECONDS   end after this time\n"                                        \
	"  --screenshot [WINDOW=]FILE\n"                                                        \
	"                         keep a PNG of the first output, or of the window with this\n" \
	"                         id, in FILE; may be given several times\n"                    \
	"  --display KIND         kms (a graphics card), headless, or auto: kms where a card\n" \
	"                         can be driven, which is what happens without this option\n"   \
	"  --device FILE          the device's settings, instead of /etc/kiln/device.json\n"    \
	"  --size WIDTHxHEIGHT    of the headless screen, instead of the manifest's\n"          \
	"  --log SPEC             what to log: a level (error, warn, info, debug) and\n"        \
	"                         exceptions by part, for example info,ipc=debug,page=warn\n"   \
	"                         (page is what pages write to their console)\n"                \
	"  --webext DIR           take the web process extension from DIR\n"
/*
 * Reads them, and the app. False: there is nothing more to do than to end with
 * @ret_status; the help has been shown, or what is wrong.
 */
bool command_parse_run(
	const struct command *c, int argc, char **argv, struct run_options *opts, int *ret_status);

/* Whether the command line is only "COMMAND --help"; shows it. */
bool command_help(const struct command *c, int argc, char **argv);
