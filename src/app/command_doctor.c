/* "kiln doctor": what a support engineer would ask for, on one page. */
#include <getopt.h>

#include "app/command.h"
#include "app/doctor.h"
#include "base/log.h"
#include "view/engine.h"

static int doctor_command(const struct command *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "device", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct doctor d = { .out = stdout, .root = "" };
	const char *file = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(c->help, stdout);
			return COMMAND_OK;
		}
		if (option != 'd')
			return command_usage(c, "unknown or incomplete option", NULL);
		file = optarg;
	}
	if (optind + 1 < argc)
		return command_usage(c, "takes one app at most", NULL);
	printf("Kiln " KILN_VERSION ", %s\n", engine_version());
	doctor_system(&d);
	doctor_processes(&d);
	doctor_needs(&d);
	doctor_screens(&d);
	doctor_input(&d);
	doctor_settings(&d, argv[optind], file);
	if (d.faults)
		printf("\n%u thing%s missing, see above\n", d.faults,
			d.faults == 1 ? " is" : "s are");
	else
		printf("\nnothing is missing\n");
	return d.faults ? COMMAND_FAULTS : COMMAND_OK;
}

const struct command command_doctor = {
	.name = "doctor",
	.arguments = "[APP]",
	.summary = "say what this device is, and what it lacks to be a kiosk",
	.run = doctor_command,
	.help = "usage: kiln doctor [--device FILE] [APP]\n"
		"\n"
		"Prints one page: versions, machine, memory, what a kiosk needs and whether it is\n"
		"there, graphics cards with connectors, modes and planes, backlights, input devices,\n"
		"and the settings of outputs, input and splash that are in force: those of the device\n"
		"file (/etc/kiln/device.json), over those of the app in the folder APP.\n"
		"\n"
		"It works beside a runtime that is running. Ask as the runtime's user, who is the one\n"
		"that has to have the rights; as root it shows memory of processes of others, too.\n"
		"\n"
		"options:\n"
		"  --device FILE          take the device's settings from FILE\n"
		"\n"
		"exit status: 0 nothing is missing, 1 something is, 2 wrong usage.\n",
};
