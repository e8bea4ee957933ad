/*
 * Source maps: those that esbuild, SWC and tsc have made, hostile ones, and the
 * app's maps as files that come and go.
 */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "wire/source_maps.h"

#define MAPPED "tests/e2e/apps/mapped/"
#define TSC "tests/vectors/maps/tsc/"

static int parse(const char *text, size_t len, struct source_map **ret)
{
	struct buf b = BUF_INIT(SOURCE_MAP_MAX + 64);
	const char *why = NULL;
	int r;

	assert_int_equal(buf_append(&b, text, len), 0);
	r = source_map_parse(&b, "web/app.js", ret, &why);
	assert_true(r == 0 || (why && why[0]));
	buf_fini(&b);
	return r;
}

/* A map with these mappings and the sources a.ts, null and b.ts. */
static struct source_map *with_mappings(const char *mappings)
{
	struct source_map *m = NULL;
	char text[512];

	snprintf(text, sizeof(text),
		"{\"version\":3,\"sources\":[\"a.ts\",null,\"b.ts\"],\"names\":[\"n\"],"
		"\"mappings\":\"%s\"}",
		mappings);
	return parse(text, strlen(text), &m) < 0 ? NULL : m;
}

static char *read_text(const char *path)
{
	struct buf b = BUF_INIT(1 << 20);
	char *text;

	assert_int_equal(file_read(AT_FDCWD, path, 1 << 20, &b), 0);
	text = strndup((char *)buf_bytes(&b), buf_len(&b));
	buf_fini(&b);
	return text;
}

/* Line and column, from 1, of the only @part in the file. */
static void find_text(const char *path, const char *part, unsigned *line, unsigned *column)
{
	auto_free char *text = read_text(path);
	const char *at = strstr(text, part);

	if (!at)
		fail_msg("%s: no \"%s\"", path, part);
	if (strstr(at + 1, part))
		fail_msg("%s: more than one \"%s\"", path, part);
	*line = *column = 1;
	for (const char *s = text; s < at; s++) {
		++*column;
		if (*s == '\n') {
			++*line;
			*column = 1;
		}
	}
}

static void a_place_in_a_built_file_is_the_authors(void **state)
{
	static const struct {
		const char *path, *built, *name, *source, *written;
		bool line_only;
	} cases[] = {
		{ "main.js", "throw new OrderError(order)", "main.ts", MAPPED "main.ts",
			"throw new OrderError(order)", true },
		{ "main.js", "each another", "main.ts", MAPPED "main.ts", "each another", true },
		{ "main.js", "throw new OrderError(order)", "main.ts", MAPPED "main.ts",
			"throw new OrderError(order)", false },
		{ "web/app.js", "this.root.textContent", "web/app.ts", MAPPED "web/app.ts",
			"this.root!.textContent", false },
		{ "web/app.js", "e.show(\"never\")", "web/app.ts", MAPPED "web/app.ts",
			"view.show('never')", false },
		{ "web/app.js", "reportError(", "web/app.ts", MAPPED "web/app.ts", "reportError(",
			false },
	};
	struct source_maps maps;
	struct source_place place;
	unsigned line, column;
	int dir = open(MAPPED, O_DIRECTORY | O_CLOEXEC);

	assert_true(dir >= 0);
	source_maps_init(&maps, dir);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char built[128];

		snprintf(built, sizeof(built), MAPPED "%s", cases[i].path);
		find_text(built, cases[i].built, &line, &column);
		if (!source_maps_find(&maps, cases[i].path, strlen(cases[i].path), line,
			    cases[i].line_only ? 0 : column, &place))
			fail_msg("%s is not found", cases[i].built);
		assert_string_equal(place.name, cases[i].name);
		find_text(cases[i].source, cases[i].written, &line, &column);
		assert_int_equal(place.line, line);
		if (!cases[i].line_only)
			assert_int_equal(place.column, column);
	}
	source_maps_fini(&maps);
	close(dir);
}

static void packages_are_known_by_their_name(void **state)
{
	struct source_maps maps;
	struct source_place place;
	unsigned line, column;
	int dir = open(MAPPED, O_DIRECTORY | O_CLOEXEC);

	source_maps_init(&maps, dir);
	find_text(MAPPED "main.js",
		"asyncGeneratorStep(gen, resolve, reject, _next, _throw, \"next\", value)", &line,
		&column);
	assert_true(source_maps_find(&maps, "main.js", 7, line, 0, &place));
	assert_string_equal(place.name, "node_modules/@swc/helpers/esm/_async_to_generator.js");
	source_maps_fini(&maps);
	close(dir);
}

static void a_map_of_tsc_is_understood(void **state)
{
	struct source_maps maps;
	struct source_place place;
	unsigned line, column;
	int dir = open(TSC, O_DIRECTORY | O_CLOEXEC);

	source_maps_init(&maps, dir);
	find_text(TSC "shapes.js", "throw new RangeError", &line, &column);
	assert_true(source_maps_find(&maps, "shapes.js", 9, line, column, &place));
	find_text(TSC "shapes.ts", "throw new RangeError", &line, &column);
	assert_string_equal(place.name, "shapes.ts");
	assert_int_equal(place.line, line);
	assert_int_equal(place.column, column);
	source_maps_fini(&maps);
	close(dir);
}

/* Null for no answer, "a.ts:1:1" otherwise. */
static const char *look(const struct source_map *m, unsigned line, unsigned column)
{
	static char text[SOURCE_NAME_MAX + 32];
	struct source_place p;

	if (!source_map_find(m, line, column, &p))
		return "none";
	snprintf(text, sizeof(text), "%s:%u:%u", p.name, p.line, p.column);
	return text;
}

static void the_nearest_mapping_counts(void **state)
{
	/* Line 2: column 3 is a.ts:1:1, 7 nobody's, 9 b.ts:2:3; line 4: column 1 is a null's. */
	struct source_map *m = with_mappings(";EAAA,I,EECE;;ADDA");

	assert_non_null(m);
	assert_string_equal(look(m, 1, 0), "none");
	assert_string_equal(look(m, 1, 5), "none");
	assert_string_equal(look(m, 2, 0), "web/a.ts:1:1");
	/* Before the first on its line: that one. */
	assert_string_equal(look(m, 2, 1), "web/a.ts:1:1");
	assert_string_equal(look(m, 2, 3), "web/a.ts:1:1");
	assert_string_equal(look(m, 2, 6), "web/a.ts:1:1");
	assert_string_equal(look(m, 2, 7), "none");
	assert_string_equal(look(m, 2, 9), "web/b.ts:2:3");
	assert_string_equal(look(m, 2, 1000), "web/b.ts:2:3");
	/* A line without any: the nearest before it. */
	assert_string_equal(look(m, 3, 0), "web/b.ts:2:3");
	assert_string_equal(look(m, 3, 4), "web/b.ts:2:3");
	assert_string_equal(look(m, 4, 0), "none");
	assert_string_equal(look(m, 4, 1), "none");
	assert_string_equal(look(m, 0, 0), "none");
	assert_string_equal(look(m, UINT32_MAX, 1), "none");
	source_map_free(m);
}

#define LARGE_HEAD "{\"version\":3,\"sources\":[\"x.ts\"],\"mappings\":\""

/* What lowering makes up is said to be from where the code before it is. */
static void of_a_line_alone_what_is_new_on_it_counts(void **state)
{
	/* 1: 1:1 and 2:1; 2: 2:1 again, then 3:1; 3: 3:1 again and no more; 4: 3:1, then b.ts:3:1.
	 */
	struct source_map *m = with_mappings("AAAA,CACA;AAAA,CACA;AAAA,CAAA;AAAA,CEAA");

	assert_non_null(m);
	assert_string_equal(look(m, 1, 0), "web/a.ts:1:1");
	assert_string_equal(look(m, 2, 0), "web/a.ts:3:1");
	assert_string_equal(look(m, 2, 1), "web/a.ts:2:1");
	assert_string_equal(look(m, 3, 0), "web/a.ts:3:1");
	assert_string_equal(look(m, 4, 0), "web/b.ts:3:1");
	assert_string_equal(look(m, 5, 0), "web/b.ts:3:1");
	source_map_free(m);
}

/* A file of @lines lines with @each mappings a line, each of its own line in the source. */
static struct source_map *large(unsigned lines, unsigned each, size_t *ret_text)
{
	struct buf b = BUF_INIT(SOURCE_MAP_MAX + 64);
	struct source_map *m = NULL;
	const char *why = "";
	int r = 0;

	r = buf_append(&b, LARGE_HEAD, strlen(LARGE_HEAD));
	for (unsigned line = 0; line < lines; line++) {
		for (unsigned i = 0; r == 0 && i < each; i++)
			r = buf_append(&b, i == 0 ? "AACA," : "CACA,", 5 - (i == each - 1));
		r = r == 0 ? buf_append(&b, ";", 1) : r;
	}
	assert_int_equal(r, 0);
	assert_int_equal(buf_append(&b, "\"}", 2), 0);
	*ret_text = buf_len(&b);
	assert_int_equal(source_map_parse(&b, "x.js", &m, &why), 0);
	buf_fini(&b);
	return m;
}

static void every_place_is_found_however_many_there_are(void **state)
{
	static const struct {
		unsigned lines, each;
	} shapes[] = { { 1, 5000 }, { 5000, 1 }, { 129, 127 }, { 128, 128 }, { 127, 129 },
		{ 70, 500 } };
	struct source_place p;
	size_t text_len;

	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		struct source_map *m = large(shapes[i].lines, shapes[i].each, &text_len);
		unsigned expected = 1;

		for (unsigned line = 1; line <= shapes[i].lines; line++) {
			assert_true(source_map_find(m, line, 0, &p));
			assert_int_equal(p.line, expected + 1);
			for (unsigned column = 1; column <= shapes[i].each; column++) {
				assert_true(source_map_find(m, line, column, &p));
				assert_int_equal(p.line, ++expected);
			}
		}
		assert_true(source_map_size(m) < text_len * 3 / 2 + 512);
		source_map_free(m);
	}
}

static void sources_have_names_that_a_log_can_bear(void **state)
{
	static const struct {
		const char *root, *source, *name;
	} cases[] = {
		{ "", "app.ts", "web/app.ts" },
		{ "", "./lib//x/../y.ts", "web/lib/y.ts" },
		{ "", "../main.ts", "main.ts" },
		{ "", "../../web/app.ts", "web/app.ts" },
		{ "", "../../../../up.ts", "up.ts" },
		{ "src", "x.ts", "web/src/x.ts" },
		{ "../src/", "x.ts", "src/x.ts" },
		{ "", "/home/me/x.ts", "/home/me/x.ts" },
		{ "file:///home/me", "../you/x.ts", "/home/you/x.ts" },
		{ "", "webpack://app/./src/x.ts", "src/x.ts" },
		{ "webpack:///", "./src/x.ts", "src/x.ts" },
		{ "", "../../../node_modules/left-pad/index.js", "node_modules/left-pad/index.js" },
		{ "", "/a/node_modules/.pnpm/p@1/node_modules/p/x.js", "node_modules/p/x.js" },
		{ "", "not_node_modules/x.js", "web/not_node_modules/x.js" },
		{ "", "two\\nlines\\u001b[31m\\u0085\\u00e4.ts",
			"web/two?lines?[31m??\xc3\xa4.ts" },
		{ "", "kiln:node_modules/@babel/runtime/x.js",
			"kiln:node_modules/@babel/runtime/x.js" },
		{ "", "", "web" },
	};
	struct source_place p;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct source_map *m = NULL;
		char text[512];

		snprintf(text, sizeof(text),
			"{\"version\":3,\"sourceRoot\":\"%s\",\"sources\":[\"%s\"],\"mappings\":\"AAAA\"}",
			cases[i].root, cases[i].source);
		assert_int_equal(parse(text, strlen(text), &m), 0);
		assert_true(source_map_find(m, 1, 1, &p));
		assert_string_equal(p.name, cases[i].name);
		source_map_free(m);
	}
}

static void a_long_name_keeps_its_end(void **state)
{
	struct source_map *m = NULL;
	struct source_place p;
	char text[2048] = "{\"version\":3,\"mappings\":\"AAAA\",\"sources\":[\"";

	for (int i = 0; i < 100; i++)
		strcat(text, "\xc3\xa4/folder/");
	strcat(text, "end.ts\"]}");
	assert_int_equal(parse(text, strlen(text), &m), 0);
	assert_true(source_map_find(m, 1, 1, &p));
	assert_true(strlen(p.name) <= SOURCE_NAME_MAX && strlen(p.name) > SOURCE_NAME_MAX - 20);
	assert_string_equal(p.name + strlen(p.name) - 14, "/folder/end.ts");
	source_map_free(m);
}

static void mappings_that_lead_nowhere_are_refused(void **state)
{
	static const char *const bad[] = {
		"AGAA", /* a fourth source of three */
		"ADAA", /* before the first */
		"AADA", /* a line before the first */
		"AAAD", /* a column in a source before the first */
		"D", /* a column in the built file */
		"AAAAC", /* a second name of one */
		"AAAAD",
		"AA",
		"AAA",
		"AAAAAA", /* no number of fields */
		"AAAA,",
		",AAAA",
		"AAAA,,AAAA",
		"AAAA,;AAAA",
		"A!AA",
		"AAA\\u00e4",
		"AA A",
		"g",
		"AAAg",
		"gggggggA",
		"gggggggggggggggggggggA", /* numbers without an end */
		"+/////H", /* a column of over 31 bits */
		"AA+/////HA",
		"AAA+/////H",
		"+///////////////D",
		"EAAA,DAAA", /* out of order */
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct source_map *m = with_mappings(bad[i]);

		if (m)
			fail_msg("%s was accepted", bad[i]);
	}
}

static void what_is_no_source_map_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"{}",
		"[]",
		"null",
		"3",
		"{\"version\":3}",
		")]}'\n{}",
		"{\"version\":2,\"sources\":[],\"mappings\":\"\"}",
		"{\"version\":\"3\",\"sources\":[],\"mappings\":\"\"}",
		"{\"version\":3,\"sources\":{},\"mappings\":\"\"}",
		"{\"version\":3,\"sources\":[],\"mappings\":[]}",
		"{\"version\":3,\"sources\":[],\"mappings\":\"AAAA\"}",
		"{\"version\":3,\"sections\":[{\"offset\":{\"line\":0,\"column\":0},\"map\":{\"version\":3,\"sources\":[],\"mappings\":\"\"}}]}",
		"{\"version\":3,\"sources\":[\"\xff\"],\"mappings\":\"\"}",
	};
	static const char empty[] = "{\"version\":3,\"sources\":[],\"mappings\":\"\"}";
	struct source_map *m = NULL;
	struct source_place p;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (parse(bad[i], strlen(bad[i]), &m) != -EBADMSG)
			fail_msg("%s was accepted", bad[i]);
	/* An empty one is none the worse. */
	assert_int_equal(parse(empty, strlen(empty), &m), 0);
	assert_false(source_map_find(m, 1, 1, &p));
	source_map_free(m);
}

static void what_is_too_large_is_refused(void **state)
{
	struct source_map *m = NULL;
	size_t size = SOURCE_MAP_MAX + 1;
	char *text = malloc(size), *to;

	memset(text, ' ', size);
	memcpy(text, "{}", 2);
	assert_int_equal(parse(text, size, &m), -E2BIG);

	/* Sources without end, and names that are long together by what stands in front of each. */
	to = text + sprintf(text, "{\"version\":3,\"mappings\":\"\",\"sources\":[0");
	for (unsigned i = 0; i < SOURCE_MAP_SOURCES_MAX; i++)
		to += sprintf(to, ",0");
	to += sprintf(to, "]}");
	assert_int_equal(parse(text, (size_t)(to - text), &m), -E2BIG);

	to = text + sprintf(text, "{\"version\":3,\"mappings\":\"\",\"sourceRoot\":\"");
	memset(to, 'r', 250);
	to += 250;
	to += sprintf(to, "\",\"sources\":[\"\"");
	for (unsigned i = 0; i < SOURCE_MAP_SOURCES_MAX - 1; i++)
		to += sprintf(to, ",\"\"");
	to += sprintf(to, "]}");
	assert_int_equal(parse(text, (size_t)(to - text), &m), -E2BIG);

	to = text +
	     sprintf(text, "{\"version\":3,\"mappings\":\"\",\"sources\":[],\"sourceRoot\":\"");
	memset(to, 'r', 8 << 20);
	to += 8 << 20;
	to += sprintf(to, "\"}");
	assert_int_equal(parse(text, (size_t)(to - text), &m), -E2BIG);

	/* Depth costs no stack. */
	memset(text, '[', SOURCE_MAP_MAX);
	assert_int_equal(parse(text, SOURCE_MAP_MAX, &m), -EBADMSG);
	free(text);
}

static void a_map_that_is_cut_anywhere_is_refused(void **state)
{
	auto_free char *text = read_text(MAPPED "web/app.js.map");
	struct source_map *m = NULL;
	size_t len = strlen(text);

	while (text[len - 1] == '\n')
		len--;
	for (size_t n = 0; n < len; n++)
		assert_int_equal(parse(text, n, &m), -EBADMSG);
	assert_int_equal(parse(text, len, &m), 0);
	source_map_free(m);
}

/* ---- as files ---- */

struct folder {
	char path[32];
	int fd;
	struct source_maps maps;
};

static int folder_setup(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));

	strcpy(f->path, "/tmp/maps.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	f->fd = open(f->path, O_DIRECTORY | O_CLOEXEC);
	source_maps_init(&f->maps, f->fd);
	*state = f;
	return 0;
}

static int folder_teardown(void **state)
{
	struct folder *f = *state;
	char command[64];

	source_maps_fini(&f->maps);
	close(f->fd);
	snprintf(command, sizeof(command), "rm -rf %s", f->path);
	free(f);
	return system(command);
}

/* A new file each time, as by rename. */
static void put(struct folder *f, const char *name, const char *text)
{
	int fd = openat(f->fd, "new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_int_equal(renameat(f->fd, "new", f->fd, name), 0);
}

#define MAP_OF(name) "{\"version\":3,\"sources\":[\"" name "\"],\"mappings\":\"AAAA\"}"

static const char *ask(struct folder *f, const char *path)
{
	struct source_place p;

	return source_maps_find(&f->maps, path, strlen(path), 1, 0, &p) ? p.name : "none";
}

static void a_map_that_changes_is_read_again(void **state)
{
	struct folder *f = *state;

	assert_string_equal(ask(f, "x.js"), "none");
	put(f, "x.js.map", MAP_OF("a.ts"));
	/* Not at once: what is known is fresh for a second. */
	assert_string_equal(ask(f, "x.js"), "none");
	usleep(1100000);
	assert_string_equal(ask(f, "x.js"), "a.ts");
	put(f, "x.js.map", MAP_OF("b.ts"));
	assert_string_equal(ask(f, "x.js"), "a.ts");
	usleep(1100000);
	assert_string_equal(ask(f, "x.js"), "b.ts");
	put(f, "x.js.map", "nonsense");
	usleep(1100000);
	assert_string_equal(ask(f, "x.js"), "none");
	assert_int_equal(f->maps.size, 0);
	assert_int_equal(unlinkat(f->fd, "x.js.map", 0), 0);
	usleep(1100000);
	assert_string_equal(ask(f, "x.js"), "none");
}

static void no_map_comes_from_outside_of_the_folder(void **state)
{
	struct folder *f = *state;

	put(f, "x.js.map", MAP_OF("a.ts"));
	assert_int_equal(symlinkat("/etc/passwd", f->fd, "out.js.map"), 0);
	assert_int_equal(mkfifoat(f->fd, "fifo.js.map", 0600), 0);
	assert_string_equal(ask(f, "out.js"), "none");
	assert_string_equal(ask(f, "fifo.js"), "none");
	assert_string_equal(ask(f, "../x.js"), "none");
	assert_string_equal(ask(f, "/etc/passwd"), "none");
	assert_string_equal(ask(f, ""), "none");
	assert_string_equal(ask(f, "x.js"), "a.ts");
}

static void files_without_end_are_forgotten_again(void **state)
{
	struct folder *f = *state;
	char name[32];

	put(f, "x.js.map", MAP_OF("a.ts"));
	assert_string_equal(ask(f, "x.js"), "a.ts");
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "%d.js", i);
		assert_string_equal(ask(f, name), "none");
	}
	assert_int_equal(f->maps.n, 64);
	assert_int_equal(f->maps.size, 0);
	assert_string_equal(ask(f, "x.js"), "a.ts");
}

static void put_large(struct folder *f, const char *name, size_t size)
{
	int fd = openat(f->fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	char *text = malloc(size);
	static const char head[] = "{\"version\":3,\"sources\":[\"a.ts\"],\"mappings\":\"AAAA";

	memset(text, ';', size);
	memcpy(text, head, sizeof(head) - 1);
	memcpy(text + size - 2, "\"}", 2);
	assert_int_equal(write(fd, text, size), size);
	free(text);
	close(fd);
}

static void maps_are_bounded_together_in_memory_and_in_a_second(void **state)
{
	struct folder *f = *state;
	uint64_t before;
	unsigned found = 0;

	for (int i = 0; i < 5; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%d.js.map", i);
		put_large(f, name, 14 << 20);
	}
	put_large(f, "over.js.map", SOURCE_MAP_MAX + 1);
	assert_string_equal(ask(f, "over.js"), "none");
	before = clock_now();
	for (int i = 0; i < 5; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%d.js", i);
		found += strcmp(ask(f, name), "a.ts") == 0;
		assert_true(f->maps.size <= 32 << 20);
	}
	if (clock_now() - before < NSEC_PER_SEC)
		assert_int_equal(found, 2);
	/* Later each has its turn. */
	usleep(1100000);
	assert_string_equal(ask(f, "4.js"), "a.ts");
}

#define folder_test(fn) cmocka_unit_test_setup_teardown(fn, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_in_a_built_file_is_the_authors),
		cmocka_unit_test(packages_are_known_by_their_name),
		cmocka_unit_test(a_map_of_tsc_is_understood),
		cmocka_unit_test(the_nearest_mapping_counts),
		cmocka_unit_test(of_a_line_alone_what_is_new_on_it_counts),
		cmocka_unit_test(every_place_is_found_however_many_there_are),
		cmocka_unit_test(sources_have_names_that_a_log_can_bear),
		cmocka_unit_test(a_long_name_keeps_its_end),
		cmocka_unit_test(mappings_that_lead_nowhere_are_refused),
		cmocka_unit_test(what_is_no_source_map_is_refused),
		cmocka_unit_test(what_is_too_large_is_refused),
		cmocka_unit_test(a_map_that_is_cut_anywhere_is_refused),
		folder_test(a_map_that_changes_is_read_again),
		folder_test(no_map_comes_from_outside_of_the_folder),
		folder_test(files_without_end_are_forgotten_again),
		folder_test(maps_are_bounded_together_in_memory_and_in_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
