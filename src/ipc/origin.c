#include "ipc/origin.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyz"

/* What is left to read. */
struct text {
	const char *at;
	size_t len;
};

static const struct {
	const char *scheme, *port;
} default_ports[] = {
	{ "http", "80" },
	{ "https", "443" },
	{ "ws", "80" },
	{ "wss", "443" },
	{ "ftp", "21" },
};

/* How many bytes at the start are of @set. A NUL is of none. */
static size_t span(struct text t, const char *set)
{
	size_t n = 0;

	while (n < t.len && t.at[n] && strchr(set, t.at[n]))
		n++;
	return n;
}

static struct text take(struct text *t, size_t n)
{
	struct text taken = { t->at, n };

	t->at += n;
	t->len -= n;
	return taken;
}

static bool is(struct text t, const char *s)
{
	return t.len == strlen(s) && memcmp(t.at, s, t.len) == 0;
}

static bool skip(struct text *t, const char *s)
{
	size_t n = strlen(s);

	if (t->len < n || memcmp(t->at, s, n) != 0)
		return false;
	take(t, n);
	return true;
}

/* A decimal number up to @max, without leading zeros. */
static bool is_number(struct text t, unsigned max)
{
	unsigned n = 0;

	if (t.len == 0 || t.len > 5 || span(t, DIGITS) != t.len || (t.at[0] == '0' && t.len > 1))
		return false;
	for (size_t i = 0; i < t.len; i++)
		n = n * 10 + (unsigned)(t.at[i] - '0');
	return n <= max;
}

static bool is_ipv4(struct text host)
{
	for (unsigned i = 0; i < 4; i++) {
		if (i > 0 && !skip(&host, "."))
			return false;
		if (!is_number(take(&host, span(host, DIGITS)), 255))
			return false;
	}
	return host.len == 0;
}

/* A host whose last label is one is read as an IPv4 address, however odd: 127.1, 0x7f.1 */
static bool reads_as_number(struct text label)
{
	if (label.len > 0 && span(label, DIGITS) == label.len)
		return true;
	return skip(&label, "0x") && span(label, DIGITS "abcdef") == label.len;
}

static bool is_name(struct text host, bool may_be_ipv4)
{
	struct text rest = host, label;

	do {
		label = take(&rest, span(rest, LETTERS DIGITS "-_"));
		if (label.len == 0)
			return false;
		/* A dot at the very end is another host, and a valid one. */
	} while (skip(&rest, ".") && rest.len > 0);
	return rest.len == 0 && (!may_be_ipv4 || !reads_as_number(label) || is_ipv4(host));
}

/* The address in the one spelling that browsers write: never with an IPv4 part. */
static void ipv6_spell(const uint8_t address[static 16], char ret[static INET6_ADDRSTRLEN])
{
	unsigned zeros_at = 8, zeros = 1;
	size_t n = 0;

	for (unsigned i = 0; i < 8; i++) {
		unsigned end = i;

		while (end < 8 && !address[2 * end] && !address[2 * end + 1])
			end++;
		if (end - i > zeros) {
			zeros_at = i;
			zeros = end - i;
		}
	}
	for (unsigned i = 0; i < 8; i++) {
		unsigned group = address[2 * i] * 256u + address[2 * i + 1];

		if (i == zeros_at) {
			n += (size_t)sprintf(ret + n, "%s", i == 0 ? "::" : ":");
			i += zeros - 1;
		} else {
			n += (size_t)sprintf(ret + n, "%x%s", group, i < 7 ? ":" : "");
		}
	}
}

static bool is_ipv6(struct text host)
{
	char text[INET6_ADDRSTRLEN], canonical[INET6_ADDRSTRLEN];
	uint8_t address[16];

	if (host.len >= sizeof(text))
		return false;
	memcpy(text, host.at, host.len);
	text[host.len] = '\0';
	if (inet_pton(AF_INET6, text, address) != 1)
		return false;
	ipv6_spell(address, canonical);
	return is(host, canonical);
}

/* Null for a scheme that is not the web's own; in such a host, 127.1 is a name like any other. */
static const char *default_port(struct text scheme)
{
	for (size_t i = 0; i < ARRAY_SIZE(default_ports); i++)
		if (is(scheme, default_ports[i].scheme))
			return default_ports[i].port;
	return NULL;
}

static bool is_port(struct text port, const char *implied)
{
	return is_number(port, 65535) && !is(port, "0") && !(implied && is(port, implied));
}

bool origin_valid(const char *text, size_t len)
{
	struct text rest = { text, len }, host;
	const char *implied_port;

	if (len >= ORIGIN_MAX || span(rest, LETTERS) == 0)
		return false;
	implied_port = default_port(take(&rest, span(rest, LETTERS DIGITS "+-.")));
	if (!skip(&rest, "://"))
		return false;
	if (skip(&rest, "[")) {
		host = take(&rest, span(rest, DIGITS "abcdef:"));
		if (!is_ipv6(host) || !skip(&rest, "]"))
			return false;
	} else {
		host = take(&rest, span(rest, LETTERS DIGITS "-_."));
		if (!is_name(host, implied_port != NULL))
			return false;
	}
	return rest.len == 0 || (skip(&rest, ":") && is_port(rest, implied_port));
}

bool origin_equal(const char *a, const char *b)
{
	return strcmp(a, b) == 0 && origin_valid(a, strlen(a));
}

static bool ends_in(const char *text, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len >= n && memcmp(text + len - n, end, n) == 0;
}

int origin_canonical(const char *text, size_t len, char ret[static ORIGIN_MAX])
{
	char lower[ORIGIN_MAX + 8]; /* a port and a slash longer than what it becomes */

	if (len >= sizeof(lower))
		return -EINVAL;
	for (size_t i = 0; i < len; i++)
		lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] | 0x20) : text[i];
	if (ends_in(lower, len, "/"))
		len--;
	for (size_t i = 0; i < ARRAY_SIZE(default_ports); i++) {
		char begin[16], end[8];

		snprintf(begin, sizeof(begin), "%s://", default_ports[i].scheme);
		snprintf(end, sizeof(end), ":%s", default_ports[i].port);
		if (len > strlen(begin) && memcmp(lower, begin, strlen(begin)) == 0 &&
			ends_in(lower, len, end)) {
			len -= strlen(end);
			break;
		}
	}
	if (!origin_valid(lower, len))
		return -EINVAL;
	memcpy(ret, lower, len);
	ret[len] = '\0';
	return 0;
}
