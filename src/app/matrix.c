#include "app/matrix.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "app/manifest.h"
#include "base/log.h"
#include "ipc/caps.h"
#include "ipc/origin.h"

#define BOTH (CAPS_SEND | CAPS_RECEIVE)
/* Of the rules that cut something out of a row, how many are named. */
#define NAMED_MAX 3u
#define LINE_MAX_SHOWN 1024u

/* The row of a table: what @rule's pattern and origin come to in a window. */
struct row {
	const struct caps *caps;
	const char *window; /* null: any without rules of its own */
	const struct caps_rule *rule; /* the first that has this pattern and origin */
	unsigned declared; /* directions, by all that have it */
	unsigned main, sub; /* directions granted */
};

struct columns {
	size_t window, channel;
};

/* Parts of a line, joined. */
struct note {
	char text[LINE_MAX_SHOWN - 256]; /* the columns before it have the rest */
};

static void printf_like(3, 4) note_add(struct note *n, const char *separator, const char *fmt, ...)
{
	char part[LINE_MAX_SHOWN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(part, sizeof(part), fmt, ap);
	va_end(ap);
	snprintf(n->text + strlen(n->text), sizeof(n->text) - strlen(n->text), "%s%s",
		n->text[0] ? separator : "", part);
}

/* Names and origins are whatever the manifest has. */
static void print_line(FILE *out, const char *line)
{
	char shown[2 * LINE_MAX_SHOWN];

	log_escape(shown, sizeof(shown), line);
	fprintf(out, "%s\n", shown);
}

/* On the screen: characters, not bytes. */
static size_t width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static bool is_of(const struct caps_rule *rule, const char *window)
{
	return !rule->window || (window && strcmp(rule->window, window) == 0);
}

static bool same(const struct caps_rule *a, const struct caps_rule *b)
{
	return strcmp(a->pattern, b->pattern) == 0 && origin_equal(a->origin, b->origin);
}

static bool is_own(const struct manifest *m, const char *origin)
{
	return strncmp(origin, "app://", strlen("app://")) == 0 &&
	       strcmp(origin + strlen("app://"), m->id) == 0;
}

static struct caps_verdict judge(const struct caps *caps, const char *window,
	const struct caps_rule *rule, const char *origin, enum caps_direction direction,
	enum caps_frame frame)
{
	struct caps_query q = { window, origin, frame, direction, rule->pattern,
		rule->pattern_len };
	struct caps_verdict v;

	caps_check_pattern(caps, &q, &v);
	return v;
}

static unsigned granted(const struct row *row, enum caps_frame frame)
{
	const char *origin = row->rule->origin;
	unsigned directions = 0;

	for (unsigned direction = CAPS_SEND; direction <= CAPS_RECEIVE; direction++)
		if (judge(row->caps, row->window, row->rule, origin, direction, frame).allowed)
			directions |= direction;
	return directions;
}

static const char *directions_name(unsigned directions)
{
	if (directions == BOTH)
		return "both";
	return directions == CAPS_SEND ? "send" : "receive";
}

static void note_origin_and_frames(struct note *n, const struct manifest *m, const struct row *row)
{
	if (!is_own(m, row->rule->origin))
		note_add(n, "; ", "from %s", row->rule->origin);
	if (row->sub && row->sub == row->main)
		note_add(n, "; ", "sub-frames too");
	else if (row->sub)
		note_add(n, "; ", "sub-frames: %s", directions_name(row->sub));
}

/* Whether @rule has some of the row's names in main frames, and not all of them. */
static bool has_part(const struct row *row, const struct caps_rule *rule, unsigned directions)
{
	return rule->directions & directions && rule->frames & CAPS_MAIN &&
	       (!rule->origin || origin_equal(rule->origin, row->rule->origin)) &&
	       caps_within(rule, row->rule) && !caps_within(row->rule, rule);
}

/* Names what denies a part of a row that is granted as a whole. */
static void note_exceptions(struct note *n, const struct row *row)
{
	const struct caps_rule *rule = NULL;
	unsigned found = 0;

	while ((rule = caps_next(row->caps, rule))) {
		unsigned denied = rule->directions & row->main;

		if (!rule->deny || !is_of(rule, row->window) || !has_part(row, rule, row->main) ||
			++found > NAMED_MAX)
			continue;
		note_add(n, found == 1 ? "; " : ", ", "%s\"%s\"", found == 1 ? "except " : "",
			rule->pattern);
		if (denied != row->main)
			note_add(n, "", " (%s)", directions_name(denied));
	}
	if (found > NAMED_MAX)
		note_add(n, "", " and %u more", found - NAMED_MAX);
}

/* Names what a list, of the window or of the app, has of a row that it lacks as a whole. */
static void note_lack(struct note *n, const struct row *row, bool of_window, unsigned direction)
{
	const struct caps_rule *rule = NULL;
	unsigned found = 0;

	while ((rule = caps_next(row->caps, rule))) {
		if (rule->deny || !rule->window == of_window || !is_of(rule, row->window) ||
			!has_part(row, rule, direction) || ++found > NAMED_MAX)
			continue;
		note_add(n, ", ", "%s\"%s\"", found == 1 ? "narrowed to " : "", rule->pattern);
	}
	if (found > NAMED_MAX)
		note_add(n, "", " and %u more", found - NAMED_MAX);
	if (found == 0)
		note_add(n, "", "not in the %s list", of_window ? "window's own" : "app's");
}

/* Why a direction that some rule asks for is not granted. */
static void note_reason(struct note *n, const struct row *row, unsigned direction)
{
	struct caps_verdict v =
		judge(row->caps, row->window, row->rule, row->rule->origin, direction, CAPS_MAIN);

	if (v.rule)
		note_add(n, "", "denied by %s\"%s\"", v.of_window ? "the window's " : "", v.rule);
	else
		note_lack(n, row, v.of_window, direction);
}

static void note_reasons(struct note *n, const struct row *row)
{
	struct note send = { .text = "" }, receive = { .text = "" };
	unsigned missing = row->declared & ~row->main;

	if (missing & CAPS_SEND)
		note_reason(&send, row, CAPS_SEND);
	if (missing & CAPS_RECEIVE)
		note_reason(&receive, row, CAPS_RECEIVE);
	if (row->declared != BOTH || strcmp(send.text, receive.text) == 0) {
		if (missing)
			note_add(n, "; ", "%s", missing & CAPS_SEND ? send.text : receive.text);
		return;
	}
	if (missing & CAPS_SEND)
		note_add(n, "; ", "send %s", send.text);
	if (missing & CAPS_RECEIVE)
		note_add(n, "; ", "receive %s", receive.text);
}

static void print_row(const struct manifest *m, const struct row *row, const char *label,
	const struct columns *columns, FILE *out)
{
	const char *pattern = row->rule->pattern;
	struct note n = { .text = "" };
	char line[LINE_MAX_SHOWN];

	note_origin_and_frames(&n, m, row);
	note_reasons(&n, row);
	if (row->main)
		note_exceptions(&n, row);
	snprintf(line, sizeof(line), "  %s%*s  %s%*s  %-4s  %-*s%s", label,
		(int)(columns->window - width(label)), "", pattern,
		(int)(columns->channel - width(pattern)), "", row->main & CAPS_SEND ? "yes" : "-",
		n.text[0] ? 9 : 0, row->main & CAPS_RECEIVE ? "yes" : "-", n.text);
	print_line(out, line);
}

/* Whether a row of @window begins with @rule; then it is what @ret says. */
static bool row_of(
	const struct caps *caps, const char *window, const struct caps_rule *rule, struct row *ret)
{
	const struct caps_rule *other = NULL;

	if (rule->deny || !is_of(rule, window))
		return false;
	*ret = (struct row){ .caps = caps, .window = window, .rule = rule };
	while ((other = caps_next(caps, other))) {
		if (other->deny || !is_of(other, window) || !same(other, rule))
			continue;
		if (ret->declared == 0 && other != rule)
			return false;
		ret->declared |= other->directions;
	}
	ret->main = granted(ret, CAPS_MAIN);
	ret->sub = granted(ret, CAPS_SUB);
	return true;
}

static void print_window(const struct manifest *m, const char *window, const char *label,
	const struct columns *columns, FILE *out)
{
	const struct caps_rule *rule = NULL;
	const char *first = label;
	struct row row;

	while ((rule = caps_next(m->caps, rule))) {
		if (!row_of(m->caps, window, rule, &row))
			continue;
		print_row(m, &row, first, columns, out);
		first = "";
	}
}

static void widen(size_t *column, const char *text)
{
	if (width(text) > *column)
		*column = width(text);
}

void matrix_print(const struct manifest *m, FILE *out)
{
	struct columns columns = { strlen("window"), strlen("channel") };
	const struct manifest_window *win;
	const struct caps_rule *rule = NULL;
	const char *others = "any";
	bool any = false;

	while ((rule = caps_next(m->caps, rule))) {
		widen(&columns.channel, rule->pattern);
		any |= !rule->deny;
	}
	if (!any) {
		fprintf(out, "no page may use any channel: capabilities.channels.allow has none\n");
		return;
	}
	list_for_each (win, &m->windows, link)
		if (win->id) {
			widen(&columns.window, win->id);
			others = "any other";
		}
	widen(&columns.window, others);
	fprintf(out, "  %-*s  %-*s  send  receive\n", (int)columns.window, "window",
		(int)columns.channel, "channel");
	list_for_each (win, &m->windows, link)
		if (win->id)
			print_window(m, win->id, win->id, &columns, out);
	print_window(m, NULL, others, &columns, out);
}

/* Whether any name of @rule's may be used because of it. */
static bool takes_effect(const struct caps *caps, const struct caps_rule *rule)
{
	const struct caps_rule *part = NULL;

	/* What a rule has in common with another list is a pattern of either. */
	while ((part = caps_next(caps, part))) {
		if (part->deny || !is_of(part, rule->window) || !caps_within(part, rule))
			continue;
		for (unsigned use = 0; use < 4; use++) {
			unsigned direction = use & 1 ? CAPS_SEND : CAPS_RECEIVE;
			unsigned frame = use & 2 ? CAPS_MAIN : CAPS_SUB;

			if (rule->directions & direction && rule->frames & frame &&
				judge(caps, rule->window, part, rule->origin, direction, frame)
					.allowed)
				return true;
		}
	}
	return false;
}

static void printf_like(4, 5)
	warning(FILE *out, const char *app, const struct caps_rule *rule, const char *fmt, ...)
{
	struct note n = { .text = "" };
	char reason[LINE_MAX_SHOWN / 2];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	note_add(&n, "", "%s/" MANIFEST_NAME ": warning: ", app);
	if (rule->window)
		note_add(&n, "", "window \"%s\": ", rule->window);
	note_add(&n, "", "\"%s\" %s", rule->pattern, reason);
	print_line(out, n.text);
}

static void warn_without_effect(
	const struct manifest *m, const char *app, const struct caps_rule *rule, FILE *out)
{
	unsigned direction = rule->directions & CAPS_SEND ? CAPS_SEND : CAPS_RECEIVE;
	unsigned frame = rule->frames & CAPS_MAIN ? CAPS_MAIN : CAPS_SUB;
	struct caps_verdict v = judge(m->caps, rule->window, rule, rule->origin, direction, frame);

	if (v.rule)
		warning(out, app, rule, "is allowed to no effect: denied by %s\"%s\"",
			v.of_window ? "the window's " : "", v.rule);
	else
		warning(out, app, rule, "is allowed to no effect: the app's list does not have it");
}

void matrix_warn(const struct manifest *m, const char *app, FILE *out)
{
	const struct caps_rule *rule = NULL;

	while ((rule = caps_next(m->caps, rule))) {
		if (rule->deny)
			continue;
		if (!takes_effect(m->caps, rule))
			warn_without_effect(m, app, rule, out);
		else if (!is_own(m, rule->origin) && rule->pattern[rule->pattern_len - 1] == '*')
			warning(out, app, rule,
				"is granted to %s; name each channel that a remote page needs",
				rule->origin);
	}
}
