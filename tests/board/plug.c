#include "plug.h"

#include <endian.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "line.h"

#define RFB_VERSION "RFB 003.008\n"
#define RFB_NO_SECURITY 1
#define RFB_SET_DESKTOP_SIZE 251
#define SECONDS 20

struct plug {
	struct line_socket *line;
};

/* RFC 6143 §7.1 to 7.3: the versions, no security, a client that shares, and the screen, whose
 * name is the end of it. */
static void greet(struct line_socket *s)
{
	uint8_t n, kinds[255], share = 1, kind = RFB_NO_SECURITY, screen[24], name[256];
	char version[sizeof(RFB_VERSION)] = "";
	uint32_t result, len;

	line_read_bytes(s, version, sizeof(RFB_VERSION) - 1, SECONDS);
	assert_string_equal(version, RFB_VERSION);
	line_write(s, version, sizeof(RFB_VERSION) - 1);
	line_read_bytes(s, &n, 1, SECONDS);
	line_read_bytes(s, kinds, n, SECONDS);
	assert_non_null(memchr(kinds, RFB_NO_SECURITY, n));
	line_write(s, &kind, 1);
	line_read_bytes(s, &result, sizeof(result), SECONDS);
	assert_int_equal(result, 0);
	line_write(s, &share, 1);
	line_read_bytes(s, screen, 20, SECONDS);
	line_read_bytes(s, &len, sizeof(len), SECONDS);
	assert_true(be32toh(len) <= sizeof(name));
	line_read_bytes(s, name, be32toh(len), SECONDS);
}

void plug_close(struct plug *p)
{
	if (!p)
		return;
	line_close(p->line);
	free(p);
}

void plug_set(struct plug *p, unsigned width, unsigned height)
{
	const uint16_t w = htobe16((uint16_t)width), h = htobe16((uint16_t)height);
	/* One screen that is all of the desktop. */
	uint8_t message[24] = { RFB_SET_DESKTOP_SIZE, [6] = 1 };

	memcpy(message + 2, &w, 2);
	memcpy(message + 4, &h, 2);
	memcpy(message + 16, &w, 2);
	memcpy(message + 18, &h, 2);
	line_write(p->line, message, sizeof(message));
}

struct plug *plug_open(const char *path, unsigned width, unsigned height)
{
	struct plug *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	p->line = line_open(path, SECONDS);
	greet(p->line);
	/* QEMU passes on only what is not what was asked last, and none is what it begins with. */
	plug_set(p, width, height);
	return p;
}
