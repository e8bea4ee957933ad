#include "app/command.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/run.h"
#include "base/clock.h"
#include "base/log.h"

int command_usage(const struct command *c, const char *why, const char *what)
{
	fprintf(stderr, "kiln %s: %s%s%s\ntry \"kiln %s --help\"\n", c->name, why, what ? ": " : "",
		what ? what : "", c->name);
	return COMMAND_USAGE;
}

bool command_help(const struct command *c, int argc, char **argv)
{
	bool asked = argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);

	if (asked)
		fputs(c->help, stdout);
	return asked;
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

static int parse_display(const char *text, enum display_kind *ret)
{
	static const char *const kinds[] = {
		[DISPLAY_AUTO] = "auto",
		[DISPLAY_KMS] = "kms",
		[DISPLAY_HEADLESS] = "headless",
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strcmp(text, kinds[i]) == 0) {
			*ret = (enum display_kind)i;
			return 0;
		}
	return -1;
}

enum { EXIT_AFTER = 256, SCREENSHOT, SIZE, DISPLAY, DEVICE, LOG, WEBEXT };

static int take_option(const struct command *c, int option, struct run_options *opts)
{
	switch (option) {
	case EXIT_AFTER:
		if (parse_seconds(optarg, &opts->exit_after) < 0)
			return command_usage(
				c, "--exit-after takes seconds, such as 10 or 0.5", optarg);
		return COMMAND_OK;
	case SCREENSHOT:
		if (pictures_add(&opts->pictures, optarg) < 0)
			return command_usage(c, "--screenshot is there too often", NULL);
		return COMMAND_OK;
	case SIZE:
		if (parse_size(optarg, opts) < 0)
			return command_usage(
				c, "--size takes pixels from 16 to 8192, such as 1280x800", optarg);
		return COMMAND_OK;
	case DISPLAY:
		if (parse_display(optarg, &opts->display) < 0)
			return command_usage(c, "--display takes auto, kms or headless", optarg);
		return COMMAND_OK;
	case DEVICE:
		opts->device_file = optarg;
		return COMMAND_OK;
	case LOG:
		if (log_configure(optarg) < 0)
			return command_usage(
				c, "--log takes levels, such as info,ipc=debug", optarg);
		return COMMAND_OK;
	case WEBEXT:
		opts->webext_dir = optarg;
		return COMMAND_OK;
	default:
		return command_usage(c, "unknown or incomplete option", NULL);
	}
}

bool command_parse_run(
	const struct command *c, int argc, char **argv, struct run_options *opts, int *ret_status)
{
	static const struct option options[] = {
		{ "exit-after", required_argument, NULL, EXIT_AFTER },
		{ "screenshot", required_argument, NULL, SCREENSHOT },
		{ "size", required_argument, NULL, SIZE },
		{ "display", required_argument, NULL, DISPLAY },
		{ "device", required_argument, NULL, DEVICE },
		{ "log", required_argument, NULL, LOG },
		{ "webext", required_argument, NULL, WEBEXT },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	*ret_status = COMMAND_OK;
	while (*ret_status == COMMAND_OK &&
		(option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(c->help, stdout);
			return false;
		}
		*ret_status = take_option(c, option, opts);
	}
	if (*ret_status == COMMAND_OK && optind + 1 != argc)
		*ret_status = command_usage(c, "takes one app", NULL);
	if (*ret_status != COMMAND_OK)
		return false;
	opts->app = argv[optind];
	return true;
}
