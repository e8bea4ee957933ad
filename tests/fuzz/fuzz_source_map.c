/*
 * The input is taken as a source map, and as the mappings of one. What is accepted
 * answers for every line and column with a place that is one of its sources', and
 * no name has a control character in it. An answer for a line alone is that of some
 * mapping, and the same one each time.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/source_map.h"

#define CEILING (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void append(struct buf *b, const void *p, size_t n)
{
	if (buf_append(b, p, n) < 0)
		abort();
}

static void check_place(const struct source_place *p)
{
	assert(p->line > 0 && p->column > 0);
	assert(strlen(p->name) <= SOURCE_NAME_MAX);
	for (const char *c = p->name; *c; c++)
		assert((unsigned char)*c >= 0x20 && *c != 0x7f);
}

static void check(struct source_map *m)
{
	static const unsigned far[] = { 1000, 100000, INT32_MAX, UINT32_MAX };
	struct source_place p, again;

	for (unsigned line = 0; line < 40; line++)
		for (unsigned column = 0; column < 40; column++) {
			if (!source_map_find(m, line, column, &p))
				continue;
			assert(line > 0);
			check_place(&p);
			assert(source_map_find(m, line, column, &again));
			assert(p.name == again.name && p.line == again.line &&
				p.column == again.column);
		}
	for (size_t i = 0; i < ARRAY_SIZE(far); i++)
		for (size_t k = 0; k < ARRAY_SIZE(far); k++)
			if (source_map_find(m, far[i], far[k], &p))
				check_place(&p);
}

static void parse(struct buf *text)
{
	size_t len = buf_len(text);
	struct source_map *m;
	const char *why = NULL;

	if (source_map_parse(text, "web/app.js", &m, &why) < 0) {
		assert(why && why[0]);
		return;
	}
	/* A point for some mappings, and names that are a bit longer than in the text. */
	assert(source_map_size(m) < 1024 + 300 * (len + 1));
	check(m);
	source_map_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char head[] = "{\"version\":3,\"sources\":[\"a.ts\",null,\"../b.ts\"],"
				   "\"names\":[\"n\",\"m\"],\"mappings\":\"";
	struct buf text = BUF_INIT(CEILING);

	append(&text, data, size);
	parse(&text);
	buf_reset(&text, 0);
	append(&text, head, strlen(head));
	append(&text, data, size);
	append(&text, "\"}", 2);
	parse(&text);
	buf_fini(&text);
	return 0;
}
