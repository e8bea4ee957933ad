#include "view/page_log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ipc/origin.h"
#include "view/path.h"
#include "wire/source_maps.h"

#define LOG_TAG "page"

/* As long as a line of the log is. */
#define SHOWN_MAX 2048
/* Of one line; further ones stay as they are. */
#define PLACES_MAX 8
/* Of a stack: those that are looked at, and those that are shown. */
#define FRAMES_MAX 32
#define FRAMES_SHOWN 5
#define FUNCTION_MAX 64

/* "address:line:column", the column may be missing; what points into a text is not terminated. */
struct place {
	const char *url;
	size_t url_len, len; /* of the address, and of all */
	unsigned line, column;
};

/* Text under way, cut at its end. */
struct shown {
	size_t len;
	char text[SHOWN_MAX];
};

static void show(struct shown *s, const char *text, size_t len)
{
	size_t room = sizeof(s->text) - 1 - s->len;

	if (len > room)
		len = room;
	memcpy(s->text + s->len, text, len);
	s->len += len;
	s->text[s->len] = '\0';
}

static void show_text(struct shown *s, const char *text)
{
	show(s, text, strlen(text));
}

/* Takes ":digits" off the end of what is between @start and *@end. */
static bool take_number(const char *start, const char **end, unsigned *ret)
{
	const char *s = *end;
	unsigned value = 0, unit = 1;

	while (s > start && s[-1] >= '0' && s[-1] <= '9' && unit <= 100000000) {
		value += unit * (unsigned)(*--s - '0');
		unit *= 10;
	}
	if (s == *end || s == start || s[-1] != ':')
		return false;
	*end = s - 1;
	*ret = value;
	return true;
}

static bool parse_place(const char *s, const char *end, struct place *ret)
{
	const char *at = end;
	unsigned last, before;

	if (!take_number(s, &at, &last))
		return false;
	*ret = (struct place){ .url = s, .len = (size_t)(end - s), .line = last };
	if (take_number(s, &at, &before)) {
		ret->line = before;
		ret->column = last;
	}
	ret->url_len = (size_t)(at - s);
	return ret->url_len > 0;
}

/* The author's place for one in a file of the app. */
static bool find_source(struct page_log *l, const struct place *p, struct source_place *ret)
{
	size_t skip = strlen(l->app_origin);
	char url[PATH_BYTES_MAX], path[sizeof("web/") + PATH_BYTES_MAX] = "web/";

	if (!l->maps || p->url_len <= skip || p->url_len - skip >= sizeof(url) ||
		memcmp(p->url, l->app_origin, skip) != 0 || p->url[skip] != '/' ||
		memchr(p->url, '\0', p->url_len))
		return false;
	memcpy(url, p->url + skip, p->url_len - skip);
	url[p->url_len - skip] = '\0';
	return path_decode(url, path + strlen(path)) == 0 &&
	       source_maps_find(l->maps, path, strlen(path), p->line, p->column, ret);
}

/* True when it was found. */
static bool show_place(struct page_log *l, struct shown *s, const struct place *p)
{
	struct source_place source;
	char number[32];

	if (!find_source(l, p, &source)) {
		show(s, p->url, p->len);
		return false;
	}
	show_text(s, source.name);
	snprintf(number, sizeof(number), ":%u", source.line);
	show_text(s, number);
	/* Of a line alone the first mapping is known, which is no place within it. */
	if (p->column > 0) {
		snprintf(number, sizeof(number), ":%u", source.column);
		show_text(s, number);
	}
	return true;
}

static size_t address_len(const char *s, const char *end)
{
	const char *at = s;

	while (at < end && (unsigned char)*at > ' ' && !strchr("\"'`<>(){}|\\,", *at))
		at++;
	while (at > s && strchr(":.;!", at[-1]))
		at--;
	return (size_t)(at - s);
}

/* @text with what it says of places in the app's files. */
static void show_places(struct page_log *l, struct shown *s, const char *text, size_t len)
{
	const char *end = text + len, *at;
	size_t origin = strlen(l->app_origin);
	struct place p;

	for (unsigned n = 0; l->maps && n < PLACES_MAX; n++) {
		at = memmem(text, (size_t)(end - text), l->app_origin, origin);
		if (!at)
			break;
		show(s, text, (size_t)(at - text));
		text = at + address_len(at, end);
		if (parse_place(at, text, &p))
			show_place(l, s, &p);
		else
			show(s, at, (size_t)(text - at));
	}
	show(s, text, (size_t)(end - text));
}

/* "function@address:line:column"; what is in no file has no such end. */
static bool parse_frame(const char *s, const char *end, struct place *ret)
{
	const char *at = memchr(s, '@', (size_t)(end - s));

	return at && parse_place(at + 1, end, ret) && ret->column > 0;
}

/* Names of functions, but not JavaScriptCore's "global code" and the like. */
static void show_frame(
	struct shown *s, const char *name, size_t name_len, const struct shown *place)
{
	bool named = name_len > 0 && !memchr(name, ' ', name_len);

	s->len = 0;
	show_text(s, "    at ");
	if (named) {
		show(s, name, name_len < FUNCTION_MAX ? name_len : FUNCTION_MAX);
		show_text(s, " (");
	}
	show(s, place->text, place->len);
	if (named)
		show_text(s, ")");
}

/* Or what a build tool has added. */
static bool is_package(const struct shown *place)
{
	return strncmp(place->text, "node_modules/", strlen("node_modules/")) == 0 ||
	       strncmp(place->text, "kiln:", strlen("kiln:")) == 0;
}

struct walk {
	const char *at, *end;
	unsigned n;
};

/* The next frame with its place; null at the end. */
static const char *next_frame(
	struct page_log *l, struct walk *w, size_t *ret_name_len, struct shown *ret)
{
	while (w->at < w->end && w->n++ < FRAMES_MAX) {
		const char *s = w->at, *end = memchr(s, '\n', (size_t)(w->end - s));
		struct place p;

		if (!end)
			end = w->end;
		w->at = end + (end < w->end);
		if (!parse_frame(s, end, &p))
			continue;
		*ret_name_len = (size_t)(p.url - 1 - s);
		ret->len = 0;
		show_place(l, ret, &p);
		return s;
	}
	return NULL;
}

/* When the error came about in a package: by whose doing. */
static void show_caller(struct page_log *l, struct shown *s, const struct page_line *line)
{
	struct walk w = { line->stack, line->stack + line->stack_len, 0 };
	struct shown place;
	size_t name_len;
	bool first = true;

	while (next_frame(l, &w, &name_len, &place)) {
		if (is_package(&place)) {
			first = false;
			continue;
		}
		if (!first) {
			show_text(s, ", from ");
			show(s, place.text, place.len);
		}
		return;
	}
}

/*
 * The other frames; where it was stands in the line before. Of several in a row on
 * one place, or inside of packages, only the first.
 */
static void log_frames(struct page_log *l, const struct page_line *line, const char *said)
{
	struct walk w = { line->stack, line->stack + line->stack_len, 0 };
	struct shown place, last = { .len = 0 }, text;
	unsigned n = 0;
	size_t name_len;
	const char *name;

	while (n < FRAMES_SHOWN && (name = next_frame(l, &w, &name_len, &place))) {
		bool skip = (is_package(&place) && is_package(&last)) ||
			    strcmp(place.text, last.text) == 0 ||
			    (n == 0 && strstr(said, place.text));

		last = place;
		if (skip)
			continue;
		show_frame(&text, name, name_len, &place);
		log_line(line->level, LOG_TAG, "%s%s", l->who, text.text);
		n++;
	}
}

static void log_error_line(struct page_log *l, const struct page_line *line)
{
	struct shown s = { .len = 0 };

	if (!burst_admit(&l->errors, line->level, line->text, line->text_len))
		return;
	show_places(l, &s, line->text, line->text_len);
	show_caller(l, &s, line);
	burst_say(&l->errors, "%s%s", l->who, s.text);
	log_frames(l, line, s.text);
}

void page_log_line(struct page_log *l, const struct page_line *line)
{
	struct source_maps *maps = l->maps;
	struct log_site *site = &l->others[line->level];
	struct shown s = { .len = 0 };

	if (!log_enabled(line->level, LOG_TAG))
		return;
	/* Another's page may name our files, but has none of them. */
	if (!origin_equal(line->origin, l->app_origin))
		l->maps = NULL;
	if (line->level == LOG_LEVEL_ERROR) {
		log_error_line(l, line);
	} else {
		/* What is not going to be shown is not worth looking at. */
		if (site->printed < LOG_BURST || clock_now() - site->window_start >= NSEC_PER_SEC)
			show_places(l, &s, line->text, line->text_len);
		log_burst(site, line->level, LOG_TAG, "%s%s", l->who, s.text);
	}
	l->maps = maps;
}

int page_log_init(struct page_log *l, struct loop *loop, const char *window, const char *app_origin,
	struct source_maps *maps)
{
	*l = (struct page_log){ .app_origin = app_origin, .maps = maps };
	snprintf(l->who, sizeof(l->who), "window \"%s\": ", window);
	return burst_init(&l->errors, loop, LOG_TAG, l->who);
}

void page_log_fini(struct page_log *l)
{
	burst_fini(&l->errors);
}
