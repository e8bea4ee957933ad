/* The command line. What the commands do is in run.c and check.c. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "app/check.h"
#include "app/run.h"
#include "app/sdk.h"
#include "base/clock.h"
#include "base/log.h"

#define EXIT_USAGE 2

static const char help[] =
	"usage: kiln COMMAND [OPTION...] APP\n"
	"\n"
	"APP is a folder with a kiln.json, a host script and a web/ folder.\n"
	"\n"
	"commands:\n"
	"  run APP     run the app until it ends or is interrupted\n"
	"  check APP   check the manifest and the syntax of the host scripts, and show\n"
	"              which channels the pages may use\n"
	"  sdk DIR [MODULE.so...]\n"
	"              write the TypeScript declarations of the runtime's modules into DIR, or\n"
	"              those of native modules\n"
	"\n"
	"options of run:\n"
	"  --exit-after SECONDS   end after this time\n"
	"  --screenshot FILE      keep a PNG of what is shown in FILE\n"
	"  --size WIDTHxHEIGHT    of the headless screen, instead of the manifest's\n"
	"  --log SPEC             what to log: a level (error, warn, info, debug) and\n"
	"                         exceptions by part, for example info,ipc=debug,page=warn\n"
	"                         (page is what pages write to their console)\n"
	"  --webext DIR           take the web process extension from DIR\n"
	"\n"
	"  --help, --version\n"
	"\n"
	"SIGINT and SIGTERM end it cleanly, SIGHUP starts the host script anew and keeps the\n"
	"windows, SIGUSR2 logs one line of status.\n"
	"exit status: 0 ended as asked, 1 the app cannot run or has faults, 2 wrong usage;\n"
	"an app's script may exit with a status of its own.\n";

static int usage(const char *why, const char *what)
{
	fprintf(stderr, "kiln: %s%s%s\ntry \"kiln --help\"\n", why, what ? ": " : "",
		what ? what : "");
	return EXIT_USAGE;
}

static int parse_seconds(const char *text, uint64_t *ret)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !(seconds > 0 && seconds < 1e9))
		return -1;
	*ret = (uint64_t)(seconds * (double)NSEC_PER_SEC);
	return 0;
}

static int parse_size(const char *text, struct run_options *opts)
{
	char rest;

	if (sscanf(text, "%ux%u%c", &opts->width, &opts->height, &rest) != 2)
		return -1;
	return opts->width < 16 || opts->width > 8192 || opts->height < 16 || opts->height > 8192
		       ? -1
		       : 0;
}

static int command_run(int argc, char **argv)
{
	enum { EXIT_AFTER = 256, SCREENSHOT, SIZE, LOG, WEBEXT };
	static const struct option options[] = {
		{ "exit-after", required_argument, NULL, EXIT_AFTER },
		{ "screenshot", required_argument, NULL, SCREENSHOT },
		{ "size", required_argument, NULL, SIZE },
		{ "log", required_argument, NULL, LOG },
		{ "webext", required_argument, NULL, WEBEXT },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct run_options opts = { 0 };
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (c) {
		case EXIT_AFTER:
			if (parse_seconds(optarg, &opts.exit_after) < 0)
				return usage(
					"--exit-after takes seconds, such as 10 or 0.5", optarg);
			break;
		case SCREENSHOT:
			opts.screenshot = optarg;
			break;
		case SIZE:
			if (parse_size(optarg, &opts) < 0)
				return usage(
					"--size takes pixels from 16 to 8192, such as 1280x800",
					optarg);
			break;
		case LOG:
			if (log_configure(optarg) < 0)
				return usage("--log takes levels, such as info,ipc=debug", optarg);
			break;
		case WEBEXT:
			opts.webext_dir = optarg;
			break;
		case 'h':
			fputs(help, stdout);
			return 0;
		default:
			return usage("unknown or incomplete option", NULL);
		}
	}
	if (optind + 1 != argc)
		return usage("run takes one app", NULL);
	opts.app = argv[optind];
	return run(&opts);
}

static int command_check(int argc, char **argv)
{
	return argc == 2 ? check(argv[1]) : usage("check takes one app", NULL);
}

static int command_sdk(int argc, char **argv)
{
	return argc >= 2 ? sdk_write(argv[1], argv + 2) : usage("sdk takes a folder", NULL);
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "run", command_run },
	{ "check", command_check },
	{ "sdk", command_sdk },
};

int main(int argc, char **argv)
{
	if (argc < 2)
		return usage("which command?", NULL);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
		strcmp(argv[1], "help") == 0) {
		fputs(help, stdout);
		return 0;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("kiln " KILN_VERSION);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return usage("no such command", argv[1]);
}
