#include "app/problems.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "wire/json.h"
#include "wire/pack.h"

#define SHOWN_MAX (256u << 10)
#define STACK_MAX 4096

static const char *const titles[] = {
	[PROBLEM_BUILD] = "The app cannot be built",
	[PROBLEM_TYPES] = "Types",
	[PROBLEM_MANIFEST] = "The manifest",
	[PROBLEM_SCRIPT] = "The host script does not run",
	[PROBLEM_HOST] = "Error in the host script",
	[PROBLEM_PAGE] = "Error in this page",
};

static void problem_fini(struct problem *p)
{
	free(p->window);
	free(p->place);
	free(p->text);
	free(p->hint);
	free(p->stack);
}

/* How long "name:line" or "name:line:column" at @text is, up to @end; 0 when it is no place. */
static size_t place_length(const char *text, const char *end)
{
	const char *at = end;
	unsigned numbers = 0;

	while (at > text && isdigit((unsigned char)at[-1])) {
		while (at > text && isdigit((unsigned char)at[-1]))
			at--;
		if (at == text || at[-1] != ':')
			break;
		numbers++;
		at--;
	}
	if (numbers == 0 || at == text || memchr(text, ' ', (size_t)(end - text)))
		return 0;
	return (size_t)(end - text);
}

/* "what: Error: text (file:3)" or "file:3: Error: text"; copies the place, and cuts it off @text.
 */
static char *take_place(char *text)
{
	size_t len = strlen(text), n = 0;
	char *open = strrchr(text, '('), *place = NULL, *colon;

	if (open > text && len > 0 && text[len - 1] == ')')
		n = place_length(open + 1, text + len - 1);
	if (n > 0) {
		place = strndup(open + 1, n);
		open[-1] = '\0';
		return place;
	}
	colon = strstr(text, ": ");
	if (colon)
		n = place_length(text, colon);
	if (n > 0) {
		place = strndup(text, n);
		memmove(text, colon + 2, strlen(colon + 2) + 1);
	}
	return n > 0 ? place : strdup("");
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

void problems_add(struct problems *p, enum problem_kind kind, const char *window, const char *place,
	const char *text, const char *hint)
{
	struct problem new = {
		.kind = kind,
		.window = window ? strdup(window) : NULL,
		.text = strdup(text),
		.hint = strdup(hint ? hint : ""),
		.count = 1,
	};

	p->last = NULL;
	if (new.text)
		new.place = place ? strdup(place) : take_place(new.text);
	for (size_t i = 0; i < p->n && new.place; i++) {
		struct problem *old = &p->all[i];

		if (old->kind == kind && same(old->window, new.window) &&
			same(old->place, new.place) && same(old->text, new.text)) {
			old->count++;
			problem_fini(&new);
			return;
		}
	}
	if (p->n == PROBLEMS_MAX || (window && !new.window) || !new.place || !new.hint)
		problem_fini(&new);
	else
		*(p->last = &p->all[p->n++]) = new;
}

void problems_add_frame(
	struct problems *p, enum problem_kind kind, const char *window, const char *frame)
{
	struct problem *last = p->last;
	const char *before;
	char *stack;

	if (!last || last->kind != kind || !same(last->window, window))
		return;
	before = last->stack ? last->stack : "";
	if (strlen(before) + strlen(frame) < STACK_MAX &&
		asprintf(&stack, "%s%s%s", before, *before ? "\n" : "", frame) >= 0) {
		free(last->stack);
		last->stack = stack;
	}
}

bool problems_clear(struct problems *p, enum problem_kind kind, const char *window)
{
	size_t kept = 0, n = p->n;

	p->last = NULL;
	for (size_t i = 0; i < n; i++) {
		if (p->all[i].kind == kind && (!window || same(p->all[i].window, window)))
			problem_fini(&p->all[i]);
		else
			p->all[kept++] = p->all[i];
	}
	p->n = kept;
	return kept < n;
}

static bool is_for(const struct problem *p, const char *window)
{
	return !p->window || strcmp(p->window, window) == 0;
}

int problems_show(const struct problems *p, const char *window, struct buf *out)
{
	struct buf value = BUF_INIT(SHOWN_MAX);
	struct pack pack;
	size_t n = 0;
	int r;

	for (size_t i = 0; i < p->n; i++)
		n += is_for(&p->all[i], window);
	pack_init(&pack, &value);
	pack_array(&pack, n);
	for (size_t i = 0; i < p->n; i++) {
		const struct problem *one = &p->all[i];

		if (!is_for(one, window))
			continue;
		pack_map(&pack, 6);
		pack_cstr(&pack, "title");
		pack_cstr(&pack, titles[one->kind]);
		pack_cstr(&pack, "place");
		pack_cstr(&pack, one->place);
		pack_cstr(&pack, "text");
		pack_cstr(&pack, one->text);
		pack_cstr(&pack, "hint");
		pack_cstr(&pack, one->hint);
		pack_cstr(&pack, "stack");
		pack_cstr(&pack, one->stack ? one->stack : "");
		pack_cstr(&pack, "count");
		pack_uint(&pack, one->count);
	}
	r = pack.error;
	if (r == 0)
		r = json_from_msgpack(buf_bytes(&value), buf_len(&value), NULL, NULL, out);
	if (r == 0)
		r = buf_append_byte(out, '\0');
	buf_fini(&value);
	return r;
}
