#include "view/path.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Empty segments too: "//etc" must not become a path from the root. */
static int check_segments(const char *path)
{
	for (const char *s = path;;) {
		size_t len = strcspn(s, "/");

		if (len == 0 || (len <= 2 && strspn(s, ".") >= len))
			return -EINVAL;
		if (s[len] == '\0')
			return 0;
		s += len + 1;
	}
}

int path_decode(const char *url_path, char ret_path[static PATH_BYTES_MAX])
{
	static const char index[] = "index.html";
	size_t n = 0;

	if (*url_path == '/')
		url_path++;
	for (const char *s = url_path; *s && *s != '?' && *s != '#'; s++) {
		char c = *s;

		if (c == '%') {
			int high = hex_digit(s[1]), low = high < 0 ? -1 : hex_digit(s[2]);

			if (low < 0 || (high == 0 && low == 0))
				return -EINVAL;
			c = (char)(high * 16 + low);
			s += 2;
		}
		if (n + sizeof(index) >= PATH_BYTES_MAX)
			return -ENAMETOOLONG;
		ret_path[n++] = c;
	}
	if (n == 0 || ret_path[n - 1] == '/') {
		memcpy(ret_path + n, index, sizeof(index));
		n += sizeof(index) - 1;
	}
	ret_path[n] = '\0';
	return check_segments(ret_path);
}

const char *path_mime_type(const char *path)
{
	static const struct {
		const char *extension, *type;
	} types[] = {
		{ "html", "text/html; charset=utf-8" },
		{ "htm", "text/html; charset=utf-8" },
		{ "js", "text/javascript; charset=utf-8" },
		{ "mjs", "text/javascript; charset=utf-8" },
		{ "css", "text/css; charset=utf-8" },
		{ "json", "application/json" },
		{ "map", "application/json" },
		{ "webmanifest", "application/manifest+json" },
		{ "txt", "text/plain; charset=utf-8" },
		{ "csv", "text/csv; charset=utf-8" },
		{ "xml", "application/xml" },
		{ "xhtml", "application/xhtml+xml" },
		{ "svg", "image/svg+xml" },
		{ "png", "image/png" },
		{ "jpg", "image/jpeg" },
		{ "jpeg", "image/jpeg" },
		{ "gif", "image/gif" },
		{ "webp", "image/webp" },
		{ "avif", "image/avif" },
		{ "ico", "image/vnd.microsoft.icon" },
		{ "bmp", "image/bmp" },
		{ "woff", "font/woff" },
		{ "woff2", "font/woff2" },
		{ "ttf", "font/ttf" },
		{ "otf", "font/otf" },
		{ "wasm", "application/wasm" },
		{ "mp3", "audio/mpeg" },
		{ "ogg", "audio/ogg" },
		{ "opus", "audio/ogg" },
		{ "wav", "audio/wav" },
		{ "m4a", "audio/mp4" },
		{ "mp4", "video/mp4" },
		{ "webm", "video/webm" },
		{ "pdf", "application/pdf" },
	};
	const char *name = strrchr(path, '/'), *dot = strrchr(name ? name : path, '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(types); i++)
		if (strcasecmp(dot + 1, types[i].extension) == 0)
			return types[i].type;
	return "application/octet-stream";
}
