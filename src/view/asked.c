#include "view/asked.h"

#include <errno.h>
#include <string.h>

struct asked {
	unsigned refs;
	char *paths[ASKED_MAX]; /* owned, those of the document shown first */
	unsigned n;
	unsigned begun; /* how many were there when the load under way began */
	bool full, full_before; /* some were not kept: since it began, and before */
};

int asked_new(struct asked **ret)
{
	struct asked *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	a->refs = 1;
	*ret = a;
	return 0;
}

struct asked *asked_ref(struct asked *a)
{
	a->refs++;
	return a;
}

void asked_unref(struct asked *a)
{
	if (!a || --a->refs > 0)
		return;
	for (unsigned i = 0; i < a->n; i++)
		free(a->paths[i]);
	free(a);
}

void asked_note(struct asked *a, const char *path)
{
	for (unsigned i = a->begun; i < a->n; i++)
		if (strcmp(a->paths[i], path) == 0)
			return;
	if (a->n < ASKED_MAX)
		a->paths[a->n] = strdup(path);
	if (a->n == ASKED_MAX || !a->paths[a->n])
		a->full = true;
	else
		a->n++;
}

void asked_begin(struct asked *a)
{
	a->begun = a->n;
	a->full_before |= a->full;
	a->full = false;
}

void asked_commit(struct asked *a)
{
	for (unsigned i = 0; i < a->begun; i++)
		free(a->paths[i]);
	a->n -= a->begun;
	memmove(a->paths, a->paths + a->begun, a->n * sizeof(a->paths[0]));
	a->begun = 0;
	a->full_before = false;
}

bool asked_has(const struct asked *a, const char *path)
{
	for (unsigned i = 0; i < a->n; i++)
		if (strcmp(a->paths[i], path) == 0)
			return true;
	return a->full || a->full_before;
}
