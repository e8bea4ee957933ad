/* "kiln check": what can be said of an app without running it. */
#pragma once

#include <stdbool.h>

/*
 * Prints each finding on standard error, and then what the pages may say; returns
 * the exit status, 0 when there is no finding, 1 otherwise. With @brief the one line that all is in
 * order is all it prints then.
 */
int check(const char *app, bool brief);
