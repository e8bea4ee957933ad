#include "wire/source_map.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <yyjson.h>

/* Mappings and lines between two points to begin from. */
#define POINT_DISTANCE 128u
/* How many of them an answer looks at beyond that: further ones lie on no line that a tool made. */
#define LOOK_MAX (4 * POINT_DISTANCE)
/* Of a line or column. */
#define NUMBER_MAX INT32_MAX
/* Base 64 digits of five bits each; so a number has 34 bits at most, one for its sign. */
#define DIGITS_MAX 7

/* Each source's name has it in front, however short the text is. */
#define ROOT_MAX 1024u
/* Of all names together. */
#define NAMES_MAX (4u << 20)

#define NO_NAME UINT32_MAX

enum covered {
	NOTHING, /* no mapping on this line so far */
	SOURCE, /* the last one names a source */
	BARE, /* the last one says that what follows is nobody's */
};

/* After some part of the mappings. */
struct state {
	uint32_t line, column; /* in the built file, from 0 */
	uint32_t source, source_line, source_column; /* of the last mapping that names one */
	bool any; /* there was one */
	uint8_t covered; /* enum covered */
};

struct point {
	uint32_t offset;
	struct state state;
};

struct source_map {
	char *mappings; /* owned */
	size_t len;
	struct point *points; /* owned, the first one at offset 0 */
	size_t n_points;
	uint32_t *sources; /* owned: where in names each begins, or NO_NAME */
	size_t n_sources;
	char *names; /* owned, one after the other, each terminated */
	size_t names_len;
};

struct reader {
	const char *start, *at, *end;
	struct state state;
	uint32_t n_sources;
	int64_t name, n_names; /* index of the last; while parsing, or else n_names is 0 */
};

enum step {
	STEP_BAD = -1,
	STEP_END,
	STEP_LINE,
	STEP_MAPPING,
};

/* ---- mappings ---- */

static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool read_number(struct reader *r, int64_t *ret)
{
	uint64_t value = 0;

	for (unsigned n = 0; n < DIGITS_MAX && r->at < r->end; n++) {
		int d = digit(*r->at++);

		if (d < 0)
			return false;
		value |= (uint64_t)(d & 31) << (5 * n);
		if (d & 32)
			continue;
		*ret = value & 1 ? -(int64_t)(value >> 1) : (int64_t)(value >> 1);
		return true;
	}
	return false;
}

static bool add(uint32_t *to, int64_t change)
{
	int64_t sum = (int64_t)*to + change;

	if (sum < 0 || sum > NUMBER_MAX)
		return false;
	*to = (uint32_t)sum;
	return true;
}

static bool add_name(struct reader *r, int64_t change)
{
	if (r->n_names == 0)
		return true;
	r->name += change;
	return r->name >= 0 && r->name < r->n_names;
}

/* One, four or five fields, and what ends them, if that is a comma. */
static enum step read_mapping(struct reader *r)
{
	struct state *s = &r->state;
	int64_t fields[5];
	unsigned n = 0;

	while (r->at < r->end && *r->at != ',' && *r->at != ';')
		if (n == 5 || !read_number(r, &fields[n++]))
			return STEP_BAD;
	/* On one line they are in order, or nothing could be looked up. */
	if ((n != 1 && n != 4 && n != 5) || (fields[0] < 0 && s->covered != NOTHING) ||
		!add(&s->column, fields[0]))
		return STEP_BAD;
	s->covered = n == 1 ? BARE : SOURCE;
	if (n > 1) {
		if (!add(&s->source, fields[1]) || s->source >= r->n_sources ||
			!add(&s->source_line, fields[2]) || !add(&s->source_column, fields[3]))
			return STEP_BAD;
		s->any = true;
	}
	if (n == 5 && !add_name(r, fields[4]))
		return STEP_BAD;
	/* A comma stands between two. */
	if (r->at < r->end && *r->at == ',' && ++r->at == r->end)
		return STEP_BAD;
	return STEP_MAPPING;
}

static enum step read_step(struct reader *r)
{
	if (r->at == r->end)
		return STEP_END;
	if (*r->at != ';')
		return read_mapping(r);
	/* After a comma comes a mapping. */
	if (r->at > r->start && r->at[-1] == ',')
		return STEP_BAD;
	r->at++;
	r->state.line++;
	r->state.column = 0;
	r->state.covered = NOTHING;
	return STEP_LINE;
}

/* Reads all of it once; @points gets the points. */
static int check_mappings(struct reader *r, struct buf *points)
{
	struct point p;
	enum step step;

	for (unsigned n = 0;; n++) {
		if (n % POINT_DISTANCE == 0) {
			memset(&p, 0, sizeof(p));
			p.offset = (uint32_t)(r->at - r->start);
			p.state = r->state;
			if (buf_append(points, &p, sizeof(p)) < 0)
				return -ENOMEM;
		}
		step = read_step(r);
		if (step == STEP_BAD)
			return -EBADMSG;
		if (step == STEP_END)
			return 0;
	}
}

/* ---- names ---- */

/* Controls, those of U+0080 to U+009F among them. */
static void make_safe(char *name)
{
	for (unsigned char *c = (unsigned char *)name; *c; c++) {
		if (*c < 0x20 || *c == 0x7f)
			*c = '?';
		else if (*c == 0xc2 && c[1] < 0xa0)
			c[0] = c[1] = '?';
	}
}

/* "webpack://app/./src/x.ts" names a file of the app; "file:///x.ts" one by its whole path. */
static const char *skip_scheme(const char *name)
{
	const char *colon = strstr(name, "://"), *slash;

	if (!colon || memchr(name, '/', (size_t)(colon - name)))
		return name;
	slash = strchr(colon + 3, '/');
	if (!slash)
		return colon + 3;
	return strncmp(name, "file:", 5) == 0 ? slash : slash + 1;
}

/* "kiln:x.js" and the like lie in no folder. */
static bool is_relative(const char *name)
{
	size_t len = strcspn(name, ":/");

	return name[0] != '/' && name[len] != ':';
}

/*
 * Takes "", "." and ".." out of @path, in place; what leads out of the top is left
 * out. A package's file is known by its package, wherever that was installed.
 */
static char *tidy(char *path)
{
	static const char packages[] = "node_modules";
	char *top = path + (path[0] == '/'), *to = top, *from = top, *result = path;

	while (*from) {
		size_t len = strcspn(from, "/");
		bool last = from[len] == '\0';

		if (len == 2 && strncmp(from, "..", 2) == 0) {
			while (to > top && *--to != '/')
				;
		} else if (len > 0 && !(len == 1 && *from == '.')) {
			if (to > top)
				*to++ = '/';
			memmove(to, from, len);
			to += len;
		}
		from += len + !last;
	}
	*to = '\0';
	for (char *s = top; (s = strstr(s, packages)); s += strlen(packages))
		if ((s == top || s[-1] == '/') && s[strlen(packages)] == '/')
			result = s;
	return result;
}

/* The end of a path says more than its begin. */
static const char *cut_front(const char *name)
{
	size_t len = strlen(name);
	const char *slash;

	if (len <= SOURCE_NAME_MAX)
		return name;
	name += len - SOURCE_NAME_MAX;
	while ((*name & 0xc0) == 0x80)
		name++;
	slash = strchr(name, '/');
	return slash ? slash + 1 : name;
}

static int append_text(struct buf *to, const char *text, size_t len)
{
	return buf_append(to, text, len);
}

/* Appends the name of @source to @names. */
static int append_name(struct buf *names, struct buf *scratch, const char *path, const char *root,
	yyjson_val *source)
{
	const char *text = yyjson_get_str(source), *slash = strrchr(path, '/');
	const char *name;
	int r;

	buf_truncate(scratch, 0);
	r = append_text(scratch, root, strlen(root));
	if (r == 0 && root[0] && root[strlen(root) - 1] != '/')
		r = append_text(scratch, "/", 1);
	if (r == 0)
		r = append_text(scratch, text, strlen(text) + 1);
	if (r < 0)
		return r;
	name = skip_scheme((char *)buf_bytes(scratch));
	if (is_relative(name) && name == (char *)buf_bytes(scratch) && slash) {
		size_t len = strlen(name) + 1, dir = (size_t)(slash + 1 - path);
		uint8_t *at;

		r = buf_reserve(scratch, dir, &at);
		if (r < 0)
			return r;
		buf_grow(scratch, dir);
		memmove(buf_bytes(scratch) + dir, buf_bytes(scratch), len);
		memcpy(buf_bytes(scratch), path, dir);
		name = (char *)buf_bytes(scratch);
	}
	name = cut_front(tidy((char *)name));
	make_safe((char *)name);
	return buf_append(names, name, strlen(name) + 1);
}

static int read_sources(
	struct source_map *m, yyjson_val *list, const char *root, const char *path, size_t text_len)
{
	struct buf names, scratch;
	yyjson_arr_iter it;
	yyjson_val *source;
	size_t n = 0;
	int r = 0;

	m->sources = calloc(yyjson_arr_size(list) + 1, sizeof(*m->sources));
	if (!m->sources)
		return -ENOMEM;
	buf_init(&names, NAMES_MAX);
	buf_init(&scratch, text_len + ROOT_MAX + strlen(path) + 2);
	yyjson_arr_iter_init(list, &it);
	while (r == 0 && (source = yyjson_arr_iter_next(&it))) {
		if (!yyjson_is_str(source)) {
			m->sources[n++] = NO_NAME;
			continue;
		}
		m->sources[n++] = (uint32_t)buf_len(&names);
		r = append_name(&names, &scratch, path, root, source);
	}
	m->n_sources = n;
	m->names_len = buf_len(&names);
	if (r == 0 && m->names_len > 0) {
		m->names = malloc(m->names_len);
		r = m->names ? 0 : -ENOMEM;
		if (r == 0)
			memcpy(m->names, buf_bytes(&names), m->names_len);
	}
	buf_fini(&scratch);
	buf_fini(&names);
	return r == -EMSGSIZE ? -E2BIG : r;
}

/* ---- parsing ---- */

static int read_mappings(struct source_map *m, yyjson_val *mappings, size_t n_names)
{
	size_t len = yyjson_get_len(mappings);
	struct reader reader = { .n_sources = (uint32_t)m->n_sources, .n_names = (int64_t)n_names };
	struct buf points;
	int r;

	m->mappings = malloc(len + 1);
	if (!m->mappings)
		return -ENOMEM;
	memcpy(m->mappings, yyjson_get_str(mappings), len + 1);
	m->len = len;
	reader.start = reader.at = m->mappings;
	reader.end = reader.start + len;
	buf_init(&points, (len / POINT_DISTANCE + 1) * sizeof(struct point));
	r = check_mappings(&reader, &points);
	if (r == 0) {
		m->n_points = buf_len(&points) / sizeof(struct point);
		m->points = malloc(buf_len(&points));
		r = m->points ? 0 : -ENOMEM;
	}
	if (r == 0)
		memcpy(m->points, buf_bytes(&points), buf_len(&points));
	buf_fini(&points);
	return r;
}

static int fail(const char **ret_why, int error, const char *why)
{
	*ret_why = why;
	return error;
}

static const char *get_root(yyjson_val *top)
{
	const char *root = yyjson_get_str(yyjson_obj_get(top, "sourceRoot"));

	return root ? root : "";
}

static int read_document(struct source_map *m, yyjson_val *top, const char *path, size_t text_len,
	const char **ret_why)
{
	yyjson_val *sources = yyjson_obj_get(top, "sources");
	yyjson_val *mappings = yyjson_obj_get(top, "mappings");
	yyjson_val *names = yyjson_obj_get(top, "names");
	const char *root = get_root(top);
	int r;

	if (yyjson_get_uint(yyjson_obj_get(top, "version")) != 3)
		return fail(ret_why, -EBADMSG, "it is no source map of version 3");
	if (yyjson_obj_get(top, "sections"))
		return fail(ret_why, -EBADMSG, "it is made of sections, which are not supported");
	if (!yyjson_is_arr(sources) || !yyjson_is_str(mappings))
		return fail(ret_why, -EBADMSG, "it has no sources or no mappings");
	if (yyjson_arr_size(sources) > SOURCE_MAP_SOURCES_MAX || strlen(root) > ROOT_MAX)
		return fail(ret_why, -E2BIG, "it has too many sources");
	r = read_sources(m, sources, root, path, text_len);
	if (r == -E2BIG)
		return fail(ret_why, r, "the names of its sources are too long");
	if (r == 0)
		r = read_mappings(m, mappings, yyjson_arr_size(names));
	if (r == -ENOMEM)
		return fail(ret_why, r, "out of memory");
	return r < 0 ? fail(ret_why, r, "its mappings are malformed") : 0;
}

/* yyjson wants some zero bytes behind a text that it parses in place. */
static int parse(struct buf *text, yyjson_doc **ret, const char **ret_why)
{
	size_t len = buf_len(text);
	yyjson_read_err err;
	uint8_t *padding;

	if (len > SOURCE_MAP_MAX)
		return fail(ret_why, -E2BIG, "it is over 16 MiB");
	if (buf_reserve(text, YYJSON_PADDING_SIZE, &padding) < 0)
		return fail(ret_why, -ENOMEM, "out of memory");
	memset(padding, 0, YYJSON_PADDING_SIZE);
	*ret = yyjson_read_opts((char *)buf_bytes(text), len, YYJSON_READ_INSITU, NULL, &err);
	if (*ret)
		return 0;
	if (err.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
		return fail(ret_why, -ENOMEM, "out of memory");
	return fail(ret_why, -EBADMSG, "it is not JSON");
}

int source_map_parse(
	struct buf *text, const char *path, struct source_map **ret, const char **ret_why)
{
	struct source_map *m;
	yyjson_doc *doc;
	int r = parse(text, &doc, ret_why);

	if (r < 0)
		return r;
	m = calloc(1, sizeof(*m));
	r = m ? read_document(m, yyjson_doc_get_root(doc), path, buf_len(text), ret_why)
	      : fail(ret_why, -ENOMEM, "out of memory");
	yyjson_doc_free(doc);
	if (r < 0)
		source_map_free(m);
	else
		*ret = m;
	return r;
}

void source_map_free(struct source_map *m)
{
	if (!m)
		return;
	free(m->mappings);
	free(m->points);
	free(m->sources);
	free(m->names);
	free(m);
}

size_t source_map_size(const struct source_map *m)
{
	return sizeof(*m) + m->len + m->n_points * sizeof(*m->points) +
	       m->n_sources * sizeof(*m->sources) + m->names_len;
}

/* ---- looking up ---- */

/* The last point at or before @line and @column, both from 0. */
static const struct point *find_point(const struct source_map *m, uint32_t line, uint32_t column)
{
	size_t low = 0, high = m->n_points;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		const struct state *s = &m->points[middle].state;

		if (s->line < line || (s->line == line && s->column <= column))
			low = middle;
		else
			high = middle;
	}
	return &m->points[low];
}

static void begin(const struct source_map *m, const struct point *p, struct reader *ret)
{
	*ret = (struct reader){
		.start = m->mappings,
		.at = m->mappings + p->offset,
		.end = m->mappings + m->len,
		.state = p->state,
		.n_sources = (uint32_t)m->n_sources,
	};
}

static bool give(const struct source_map *m, const struct state *s, struct source_place *ret)
{
	if (!s->any || m->sources[s->source] == NO_NAME)
		return false;
	ret->name = m->names + m->sources[s->source];
	ret->line = s->source_line + 1;
	ret->column = s->source_column + 1;
	return true;
}

/* The last mapping on @line that is not behind @column. */
static enum covered find_column(
	const struct source_map *m, uint32_t line, uint32_t column, struct state *ret)
{
	struct reader r;

	begin(m, find_point(m, line, column), &r);
	*ret = r.state;
	for (unsigned n = 0; n < LOOK_MAX && read_step(&r) > STEP_END; n++) {
		if (r.state.line > line || (r.state.line == line && r.state.column > column))
			break;
		*ret = r.state;
	}
	return ret->line == line ? (enum covered)ret->covered : NOTHING;
}

static bool same_source(const struct state *a, const struct state *b)
{
	return a->any && b->any && a->source == b->source && a->source_line == b->source_line &&
	       a->source_column == b->source_column;
}

/*
 * A tool that lowers code says of what it has made up that it is from where the code
 * before it is, and goes on with that on the next line. So the first mapping that
 * says anything new counts, or else the first.
 */
static bool find_line(const struct source_map *m, uint32_t line, struct source_place *ret)
{
	struct state before, first = { .any = false };
	struct reader r;

	/* The end of the line before: what is on this one is still to come. */
	begin(m, line > 0 ? find_point(m, line - 1, UINT32_MAX) : &m->points[0], &r);
	before = r.state;
	for (unsigned n = 0; n < LOOK_MAX && read_step(&r) > STEP_END && r.state.line <= line;
		n++) {
		if (r.state.line < line) {
			before = r.state;
			continue;
		}
		if (r.state.covered != SOURCE)
			continue;
		if (!same_source(&before, &r.state))
			return give(m, &r.state, ret);
		if (!first.any)
			first = r.state;
	}
	return give(m, first.any ? &first : &before, ret);
}

bool source_map_find(
	const struct source_map *m, unsigned line, unsigned column, struct source_place *ret)
{
	struct state s;

	if (line == 0 || line > NUMBER_MAX)
		return false;
	if (column > 0) {
		switch (find_column(m, line - 1, column - 1, &s)) {
		case SOURCE:
			return give(m, &s, ret);
		case BARE:
			return false;
		default:
			break;
		}
	}
	return find_line(m, line - 1, ret);
}
