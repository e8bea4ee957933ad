/*
 * "kiln dev": runs an app while it is being written. Changed pages are loaded again,
 * a changed host script is started again, and what is wrong is told in the terminal
 * and laid over the pages. Grants, limits and sandbox are those of "kiln run".
 */
#pragma once

struct run_options;

/*
 * Returns a status of command.h. @opts has the app and the options of the run. @argv is
 * the whole command line: a changed manifest starts the program anew with it.
 */
int dev(struct run_options *opts, char **argv);
