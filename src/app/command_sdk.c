/* kiln sdk. What it writes is sdk.c's. */
#include "app/command.h"
#include "app/sdk.h"

static const char help[] =
	"usage: kiln sdk DIR [MODULE.so...]\n"
	"\n"
	"Writes the TypeScript declarations of the runtime's modules, of a host script's globals\n"
	"and of a page into DIR, which is made; for native modules, those of their own. They\n"
	"come from the same declarations that the runtime checks arguments by.\n"
	"\n"
	"\"kiln build\" and \"kiln check\" see to this by themselves.\n"
	"\n"
	"  kiln sdk sdk/                            for an editor\n"
	"  kiln sdk native/ native/sensor.so        native/native.sensor.d.ts\n"
	"\n"
	"exit status: 0 done, 1 a module cannot be loaded or DIR not be written, 2 wrong usage.\n";

static int run_sdk(const struct command *c, int argc, char **argv)
{
	if (command_help(c, argc, argv))
		return COMMAND_OK;
	if (argc < 2)
		return command_usage(c, "it takes a folder", NULL);
	return sdk_write(argv[1], argv + 2) ? COMMAND_FAULTS : COMMAND_OK;
}

const struct command command_sdk = {
	.name = "sdk",
	.arguments = "DIR",
	.summary = "write the TypeScript declarations of the runtime's modules",
	.help = help,
	.run = run_sdk,
};
