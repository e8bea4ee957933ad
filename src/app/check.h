/* "kiln check": what can be said of an app without running it. */
#pragma once

/*
 * Prints each finding on standard error, and then what the pages may say; returns
 * the exit status, 0 when there is no finding, 1 otherwise.
 */
int check(const char *app);
