/* The command line: finds the command. What the commands do is in files of their own. */
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "base/macros.h"

static const struct command *const commands[] = {
	&command_new,
	&command_dev,
	&command_check,
	&command_build,
	&command_run,
	&command_sdk,
	&command_doctor,
};

static void help(void)
{
	puts("usage: kiln COMMAND [OPTION...] ARGUMENT\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-6s %-5s  %s\n", commands[i]->name, commands[i]->arguments,
			commands[i]->summary);
	puts("\n"
	     "An app is a folder with a kiln.json, a host script and a web/ folder. A plain app,\n"
	     "in JavaScript as the runtime has it, runs as it is; one in TypeScript, or with npm\n"
	     "packages, is built first, which needs Node.js here and nothing on the device.\n"
	     "\n"
	     "kiln COMMAND --help says more, with examples; kiln --version says which this is.\n"
	     "exit status: 0 done, or ended as asked; 1 the app has faults or cannot run;\n"
	     "2 wrong usage; 3 what building takes is not installed or broken. A running app's\n"
	     "script may exit with a status of its own.");
}

static int usage(const char *why, const char *what)
{
	fprintf(stderr, "kiln: %s%s%s\ntry \"kiln --help\"\n", why, what ? ": " : "",
		what ? what : "");
	return COMMAND_USAGE;
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(name, commands[i]->name) == 0)
			return commands[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct command *c;

	if (argc < 2)
		return usage("which command?", NULL);
	if (strcmp(argv[1], "--version") == 0) {
		puts("kiln " KILN_VERSION);
		return COMMAND_OK;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
		strcmp(argv[1], "help") == 0) {
		c = argc > 2 ? find(argv[2]) : NULL;
		if (c)
			fputs(c->help, stdout);
		else
			help();
		return COMMAND_OK;
	}
	c = find(argv[1]);
	return c ? c->run(c, argc - 1, argv + 1) : usage("no such command", argv[1]);
}
