#include "script/stack.h"

#include <stdio.h>
#include <string.h>

#include "wire/source_maps.h"

#define FRAME_START "\n    at "
/* More than Duktape puts into a trace: a longer one is somebody's text. */
#define FRAMES_MAX 64

/* In front of a file in which a line is nobody's, and of a build tool's own files. */
#define TOOL "kiln:"

static const char *const support[] = {
	"runtime:",
	TOOL,
	"node_modules/@swc/helpers/",
	"node_modules/@babel/runtime/",
	"node_modules/core-js/",
	"node_modules/core-js-pure/",
	"node_modules/regenerator-runtime/",
	"node_modules/tslib/",
};

static bool starts_with(const char *s, size_t len, const char *with)
{
	return len >= strlen(with) && memcmp(s, with, strlen(with)) == 0;
}

void stack_begin(struct stack_walk *w, const char *stack, size_t len)
{
	w->at = stack;
	w->end = stack + len;
}

static bool parse_line(const char *s, const char *end, unsigned *ret)
{
	unsigned value = 0;

	for (; s < end && *s >= '0' && *s <= '9' && value < 100000000; s++)
		value = value * 10 + (unsigned)(*s - '0');
	*ret = value;
	return s == end && value > 0;
}

/* @s is behind "at ", @end the end of the line. */
static bool parse_frame(const char *s, const char *end, struct stack_frame *ret)
{
	const char *close = memrchr(s, ')', (size_t)(end - s));
	/* Folders may be called "(this)" as well; functions are not. */
	const char *open = close ? memchr(s, '(', (size_t)(close - s)) : NULL;
	const char *colon = open ? memrchr(open, ':', (size_t)(close - open)) : NULL;

	if (!colon || colon == open + 1 || !parse_line(colon + 1, close, &ret->line))
		return false;
	ret->name = s;
	ret->name_len = (size_t)(open - s) - (open > s && open[-1] == ' ');
	ret->file = open + 1;
	ret->file_len = (size_t)(colon - open - 1);
	ret->package = starts_with(ret->file, ret->file_len, "node_modules/");
	ret->support = false;
	for (size_t i = 0; i < ARRAY_SIZE(support); i++)
		ret->support |= starts_with(ret->file, ret->file_len, support[i]);
	return true;
}

bool stack_next(struct stack_walk *w, struct stack_frame *ret)
{
	const char *s, *end;

	while ((s = memmem(w->at, (size_t)(w->end - w->at), FRAME_START, strlen(FRAME_START)))) {
		s += strlen(FRAME_START);
		end = memchr(s, '\n', (size_t)(w->end - s));
		if (!end)
			end = w->end;
		w->at = end;
		if (parse_frame(s, end, ret))
			return true;
	}
	return false;
}

static int append_place(struct buf *out, const struct source_place *p)
{
	char line[16];
	int r = buf_append(out, p->name, strlen(p->name));

	if (r < 0)
		return r;
	return buf_append(out, line, (size_t)snprintf(line, sizeof(line), ":%u", p->line));
}

/* Appends what there is from *@done up to the place of @f, and that in the author's terms. */
static int map_frame(
	struct source_maps *maps, const struct stack_frame *f, const char **done, struct buf *out)
{
	bool mine = !starts_with(f->file, f->file_len, "runtime:");
	bool found = false, tool = false;
	struct source_place p;
	int r;

	if (mine)
		found = source_maps_find(maps, f->file, f->file_len, f->line, 0, &p);
	if (mine && !found)
		tool = source_maps_has(maps, f->file, f->file_len);
	if (!found && !tool)
		return 0;
	r = buf_append(out, *done, (size_t)(f->file - *done));
	*done = f->file;
	if (r < 0 || tool)
		return r < 0 ? r : buf_append(out, TOOL, strlen(TOOL));
	*done = strchr(f->file + f->file_len, ')');
	return append_place(out, &p);
}

int stack_map(struct source_maps *maps, const char *stack, size_t len, struct buf *out)
{
	const char *done = stack, *end = stack + len;
	struct stack_frame f;
	struct stack_walk w;
	int r = 0;

	buf_truncate(out, 0);
	stack_begin(&w, stack, len);
	for (unsigned n = 0; r == 0 && n < FRAMES_MAX && stack_next(&w, &f); n++)
		r = map_frame(maps, &f, &done, out);
	if (r < 0 || done == stack)
		return r;
	r = buf_append(out, done, (size_t)(end - done));
	return r < 0 ? r : 1;
}

/*
 * The text in front of the frames is "Name: message". A class of errors that was lowered
 * to a function stands on the stack of its own instances, with digits behind its name
 * when its compiler had to tell it from another.
 */
static bool is_constructor(const char *stack, const struct stack_frame *f)
{
	size_t len = strcspn(stack, ":\n"), name_len = f->name_len;

	while (name_len > 0 && f->name[name_len - 1] >= '0' && f->name[name_len - 1] <= '9')
		name_len--;
	return name_len > 0 && (name_len == len || f->name_len == len) &&
	       memcmp(f->name, stack, len) == 0;
}

bool stack_place(const char *stack, size_t len, struct stack_walk *w, struct stack_frame *ret)
{
	struct stack_walk ahead;
	struct stack_frame f;
	bool found = false;

	stack_begin(&ahead, stack, len);
	while (stack_next(&ahead, &f)) {
		/* For want of anybody's: a helper's, or the constructor's itself. */
		if (f.support && (found || starts_with(f.file, f.file_len, "runtime:")))
			continue;
		if (!found || ret->support || !f.support) {
			*ret = f;
			*w = ahead;
			found = true;
		}
		if (!f.support && !is_constructor(stack, &f))
			return true;
	}
	return found;
}
