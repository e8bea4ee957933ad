/*
 * Web sites of others, for pages that are not the app's: one server on two ports
 * of the loopback interface, so that localhost, 127.0.0.1 and [::1] at either are
 * six origins. It serves the files of tests/e2e/www, in which PORT_A and PORT_B
 * stand for the ports. A query may say more: "csp" is the policy header, "to" an
 * address to redirect to, with the status "status", "delay" milliseconds to wait.
 *
 * What a page without a bridge has found out it reports by fetching /report?text.
 */
#pragma once

#include <stddef.h>

struct site;

/* Fails the test. */
struct site *site_start(void);
void site_stop(struct site *s);
/* Copies the folder of an app to @to, which is emptied first, with the ports filled in. */
void site_make_app(const struct site *s, const char *from, const char *to);
/* The sites' own files, for an app that has the same pages. */
void site_copy_www(const struct site *s, const char *to);
/* Waits for a report that matches the extended regular expression; fails the test. */
void site_expect(struct site *s, double seconds, const char *regex);
/* How many reports so far match. */
unsigned site_count(struct site *s, const char *regex);
