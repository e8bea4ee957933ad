#include "view/digest.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

static void finish(GChecksum *sum, char ret[static DIGEST_TEXT])
{
	memcpy(ret, g_checksum_get_string(sum), DIGEST_TEXT);
	g_checksum_free(sum);
}

void digest_bytes(const void *data, size_t len, char ret[static DIGEST_TEXT])
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

	g_checksum_update(sum, data, (gssize)len);
	finish(sum, ret);
}

int digest_fd(int fd, char ret[static DIGEST_TEXT])
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	guchar data[16384];
	ssize_t n;
	int r;

	while ((n = read(fd, data, sizeof(data))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			r = -errno;
			g_checksum_free(sum);
			return r;
		}
		g_checksum_update(sum, data, n);
	}
	finish(sum, ret);
	return 0;
}
