#include "app/build.h"

#include <stdio.h>
#include <string.h>

#include "app/check.h"
#include "app/command.h"
#include "app/place.h"
#include "app/toolkit.h"
#include "app/tree.h"

int build(const char *app, const char *out)
{
	int status;

	tree_copy_sdk(app);
	status = toolkit_run("build", app, out);
	return status == COMMAND_OK ? check(out, true) : status;
}

int build_for_run(const char *app, char ret_out[static PATH_MAX])
{
	int r = place_for_build(app, "run", ret_out);

	if (r < 0) {
		fprintf(stderr, "kiln: no place to build %s in: %s: %s\n", app, ret_out,
			strerror(-r));
		return COMMAND_FAULTS;
	}
	return toolkit_run("build", app, ret_out);
}
