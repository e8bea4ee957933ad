/* "kiln check": what can be said of an app without running it. */
#pragma once

/* Prints each finding on standard error; returns the exit status, 0 when there is none, 1
 * otherwise. */
int check(const char *app);
