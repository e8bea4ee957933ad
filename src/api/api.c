#include "api/api.h"

#include <string.h>

const struct kiln_module *const api_modules[] = { &api_app, &api_ipc, &api_screen, &api_window,
	NULL };

const struct kiln_module *api_find(const char *name)
{
	for (const struct kiln_module *const *m = api_modules; *m; m++)
		if (strcmp((*m)->name, name) == 0)
			return *m;
	return NULL;
}
