/* "kiln new": an app to begin with, out of a template. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/command.h"
#include "app/kind.h"
#include "app/manifest.h"
#include "app/place.h"
#include "app/tree.h"
#include "base/buf.h"

#define NAME_MAX_BYTES 80

struct names {
	char name[NAME_MAX_BYTES + 1]; /* for people */
	char id[APP_ID_MAX + 1]; /* for app:// */
};

static const char *const templates[] = { "plain", "typescript" };

/* The last part of the path, as the author wrote it. It goes into JSON, HTML and TypeScript. */
static int take_name(const char *folder, struct names *ret)
{
	size_t len = strlen(folder);
	const char *name;

	while (len > 0 && folder[len - 1] == '/')
		len--;
	name = memrchr(folder, '/', len);
	name = name ? name + 1 : folder;
	len -= (size_t)(name - folder);
	if (len == 0 || len > NAME_MAX_BYTES || (len == 1 && *name == '.') ||
		(len == 2 && strncmp(name, "..", 2) == 0))
		return -EINVAL;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] < ' ' || strchr("\"\\<>&\x7f", name[i]))
			return -EINVAL;
	memcpy(ret->name, name, len);
	ret->name[len] = '\0';
	return 0;
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

/* A host name: what the manifest takes. "My 2nd App!" is my-2nd-app, "4711" is app-4711. */
static void make_id(struct names *n)
{
	char *to = n->id;

	for (const char *s = n->name; *s && to < n->id + APP_ID_MAX - 4; s++) {
		char c = *s >= 'A' && *s <= 'Z' ? (char)(*s - 'A' + 'a') : *s;

		if (is_lower(c) || (c >= '0' && c <= '9'))
			*to++ = c;
		else if (to > n->id && to[-1] != '-')
			*to++ = '-';
	}
	while (to > n->id && to[-1] == '-')
		to--;
	*to = '\0';
	if (!is_lower(n->id[0])) {
		memmove(n->id + 4, n->id, strlen(n->id) + 1);
		memcpy(n->id, "app-", 4);
	}
	if (strcmp(n->id, "app-") == 0)
		strcpy(n->id, "app");
}

/* {{name}} and {{id}}. */
static int fill_in(const char *text, size_t len, const void *arg, struct buf *out)
{
	const struct names *names = arg;
	const char *at = text, *end = text + len, *mark;
	int r = 0;

	while (r == 0 && (mark = memmem(at, (size_t)(end - at), "{{", 2))) {
		size_t left = (size_t)(end - mark);
		const char *value = NULL;
		size_t skip = 2;

		if (left >= 8 && memcmp(mark, "{{name}}", 8) == 0) {
			value = names->name;
			skip = 8;
		} else if (left >= 6 && memcmp(mark, "{{id}}", 6) == 0) {
			value = names->id;
			skip = 6;
		} else {
			value = "{{";
		}
		r = buf_append(out, at, (size_t)(mark - at));
		if (r == 0)
			r = buf_append(out, value, strlen(value));
		at = mark + skip;
	}
	return r == 0 ? buf_append(out, at, (size_t)(end - at)) : r;
}

static int make(const char *folder, const char *template, const struct names *names)
{
	char from[PATH_MAX], path[PATH_MAX];
	const char *quote;
	int r = place_find(PLACE_TEMPLATES, from);

	if (r < 0 || snprintf(path, sizeof(path), "%s/%s", from, template) >= (int)sizeof(path)) {
		fprintf(stderr, "kiln new: the templates are not installed beside this program\n");
		return COMMAND_FAULTS;
	}
	r = tree_is_empty(folder);
	if (r == 0) {
		fprintf(stderr,
			"kiln new: %s is there already, and is not empty: nothing was written\n",
			folder);
		return COMMAND_FAULTS;
	}
	if (r > 0)
		r = tree_copy(path, folder, fill_in, names);
	if (r < 0) {
		fprintf(stderr, "kiln new: %s: %s\n", folder, strerror(-r));
		return COMMAND_FAULTS;
	}
	/* For the author's editor; a program without them says so when it has to build. */
	if (app_kind(folder) == APP_SOURCE)
		tree_copy_sdk(folder);
	quote = strpbrk(folder, " $'`;|()*?[]#~!{}") ? "\"" : "";
	printf("%s is an app now: \"%s\", at app://%s\n"
	       "\n"
	       "  kiln run %s%s%s     runs it\n"
	       "  kiln dev %s%s%s     runs it and shows what you change\n"
	       "  kiln check %s%s%s   says what is wrong with it\n",
		folder, names->name, names->id, quote, folder, quote, quote, folder, quote, quote,
		folder, quote);
	return COMMAND_OK;
}

static const char *find_template(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(templates); i++)
		if (strcmp(templates[i], name) == 0)
			return templates[i];
	return NULL;
}

static int new_command(const struct command *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "template", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *template = templates[0];
	struct names names;
	int option;

	while ((option = getopt_long(argc, argv, "ht:", options, NULL)) != -1) {
		switch (option) {
		case 't':
			template = find_template(optarg);
			if (!template)
				return command_usage(
					c, "the templates are plain and typescript", optarg);
			break;
		case 'h':
			fputs(c->help, stdout);
			return COMMAND_OK;
		default:
			return command_usage(c, "unknown or incomplete option", NULL);
		}
	}
	if (optind + 1 != argc)
		return command_usage(c, "takes one name", NULL);
	if (take_name(argv[optind], &names) < 0)
		return command_usage(c,
			"a name is up to 80 bytes without \" \\ < > & and control characters",
			argv[optind]);
	make_id(&names);
	return make(argv[optind], template, &names);
}

const struct command command_new = {
	.name = "new",
	.arguments = "NAME",
	.summary = "make a folder with an app that runs at once",
	.run = new_command,
	.help = "usage: kiln new [--template plain|typescript] NAME\n"
		"\n"
		"Makes the folder NAME with a small app in it: a page, a host script, and what they\n"
		"say to each other. NAME may be a path; its last part becomes the app's name, and,\n"
		"in lower case, its id.\n"
		"\n"
		"options:\n"
		"  --template plain       JavaScript as the runtime has it (host scripts are ES5):\n"
		"                         runs without being built, and without Node.js; the default\n"
		"  --template typescript  TypeScript for host script and pages; \"kiln run\" and\n"
		"                         \"kiln dev\" build it, which takes Node.js, and no package\n"
		"\n"
		"examples:\n"
		"  kiln new hello && kiln run hello\n"
		"  kiln new --template typescript ~/kiosks/\"Ticket Machine\"\n"
		"\n"
		"exit status: 0 made, 1 the folder is there already or cannot be written, 2 wrong\n"
		"usage.\n",
};
