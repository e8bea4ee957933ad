#include "script/text.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* The surrogates are U+D800 to U+DFFF: ED A0 80 to ED BF BF. */
static bool is_surrogate(const uint8_t *s, const uint8_t *end, uint8_t first, uint8_t last)
{
	return end - s >= 3 && s[0] == 0xed && s[1] >= first && s[1] <= last;
}

static const uint8_t *next_surrogate(const uint8_t *s, const uint8_t *end)
{
	while ((s = memchr(s, 0xed, (size_t)(end - s)))) {
		if (is_surrogate(s, end, 0xa0, 0xbf))
			return s;
		s++;
	}
	return NULL;
}

static bool is_pair(const uint8_t *s, const uint8_t *end)
{
	return is_surrogate(s, end, 0xa0, 0xaf) && is_surrogate(s + 3, end, 0xb0, 0xbf);
}

/* Six bytes at @s to four at @to. */
static void join_pair(const uint8_t *s, uint8_t *to)
{
	uint32_t high = (s[1] & 0x0fu) << 6 | (s[2] & 0x3fu);
	uint32_t low = (s[4] & 0x0fu) << 6 | (s[5] & 0x3fu);
	uint32_t c = 0x10000 + (high << 10 | low);

	to[0] = (uint8_t)(0xf0 | c >> 18);
	to[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	to[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	to[3] = (uint8_t)(0x80 | (c & 0x3f));
}

/* Four bytes at @s to six at @to. */
static void split_pair(const uint8_t *s, uint8_t *to)
{
	uint32_t c =
		(s[0] & 0x07u) << 18 | (s[1] & 0x3fu) << 12 | (s[2] & 0x3fu) << 6 | (s[3] & 0x3fu);
	uint32_t high = (c - 0x10000) >> 10, low = (c - 0x10000) & 0x3ff;

	to[0] = to[3] = 0xed;
	to[1] = (uint8_t)(0xa0 | high >> 6);
	to[2] = (uint8_t)(0x80 | (high & 0x3f));
	to[4] = (uint8_t)(0xb0 | low >> 6);
	to[5] = (uint8_t)(0x80 | (low & 0x3f));
}

int text_export(
	struct buf *scratch, const char *text, size_t len, const char **ret, size_t *ret_len)
{
	const uint8_t *s = (const uint8_t *)text, *end = s + len, *at = next_surrogate(s, end);
	uint8_t joined[4];
	int r;

	if (!at) {
		*ret = text;
		*ret_len = len;
		return 0;
	}
	buf_truncate(scratch, 0);
	for (; at; at = next_surrogate(s, end)) {
		if (!is_pair(at, end))
			return -EILSEQ;
		join_pair(at, joined);
		r = buf_append(scratch, s, (size_t)(at - s));
		if (r == 0)
			r = buf_append(scratch, joined, sizeof(joined));
		if (r < 0)
			return r;
		s = at + 6;
	}
	r = buf_append(scratch, s, (size_t)(end - s));
	if (r < 0)
		return r;
	*ret = (const char *)buf_bytes(scratch);
	*ret_len = buf_len(scratch);
	return 0;
}

size_t text_show_bytes(const char *text, size_t len, char *to, size_t room)
{
	const uint8_t *s = (const uint8_t *)text, *end = s + len;
	size_t n = 0;

	while (s < end && n + 5 < room) {
		if (is_pair(s, end)) {
			join_pair(s, (uint8_t *)to + n);
			s += 6;
			n += 4;
		} else if (is_surrogate(s, end, 0xa0, 0xbf)) {
			memcpy(to + n, REPLACEMENT, 3);
			s += 3;
			n += 3;
		} else {
			to[n++] = (char)*s++;
		}
	}
	n = text_cut(to, n);
	to[n] = '\0';
	return n;
}

void text_show(duk_context *ctx, duk_idx_t index, char *to, size_t room)
{
	duk_size_t len;
	const char *s = duk_get_lstring(ctx, index, &len);

	assert(s);
	text_show_bytes(s, len, to, room);
}

size_t text_cut(const char *s, size_t len)
{
	size_t start = len;
	uint8_t lead;

	while (start > 0 && len - start < 4 && ((uint8_t)s[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return len;
	lead = (uint8_t)s[start - 1];
	if (lead < 0xc0)
		return len;
	return len - start + 1 < (lead < 0xe0 ? 2u : lead < 0xf0 ? 3u : 4u) ? start - 1 : len;
}

static const uint8_t *next_wide(const uint8_t *s, const uint8_t *end)
{
	while (s < end && *s < 0xf0)
		s++;
	return s < end ? s : NULL;
}

static int import(struct buf *scratch, const uint8_t *s, const uint8_t *end, const uint8_t *wide)
{
	uint8_t pair[6];
	int r;

	buf_truncate(scratch, 0);
	for (; wide; wide = next_wide(s, end)) {
		split_pair(wide, pair);
		r = buf_append(scratch, s, (size_t)(wide - s));
		if (r == 0)
			r = buf_append(scratch, pair, sizeof(pair));
		if (r < 0)
			return r;
		s = wide + 4;
	}
	return buf_append(scratch, s, (size_t)(end - s));
}

void text_push(duk_context *ctx, struct buf *scratch, const char *text, size_t len)
{
	const uint8_t *s = (const uint8_t *)text, *end = s + len, *wide = next_wide(s, end);

	if (!wide) {
		duk_push_lstring(ctx, text, len);
		return;
	}
	if (import(scratch, s, end, wide) < 0)
		(void)duk_range_error(ctx, "no memory for a text of %lu bytes", (unsigned long)len);
	duk_push_lstring(ctx, (const char *)buf_bytes(scratch), buf_len(scratch));
}
