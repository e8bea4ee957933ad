/* kiln.json of any bytes: read, or refused with one line that says why. */
#include <assert.h>
#include <string.h>

#include "app/manifest.h"
#include "ipc/caps.h"
#include "ipc/origin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_manifest(const struct manifest *m)
{
	const struct manifest_window *win;
	const struct caps_rule *rule = NULL;
	char self[sizeof("app://") + APP_ID_MAX] = "app://";

	assert(m->id && m->name && m->main && m->caps);
	strcat(self, m->id);
	assert(origin_valid(self, strlen(self)));
	list_for_each (win, &m->windows, link)
		assert(win->url);
	while ((rule = caps_next(m->caps, rule))) {
		struct caps_query q = { rule->window, rule->origin ? rule->origin : self, CAPS_MAIN,
			CAPS_SEND, rule->pattern, rule->pattern_len };
		struct caps_verdict v;

		assert(rule->deny || rule->origin);
		assert(rule->directions && rule->frames);
		caps_check_pattern(m->caps, &q, &v);
		/* A rule that denies does so. */
		if (rule->deny && rule->directions & CAPS_SEND)
			assert(!v.allowed && v.rule);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader_error error;
	struct manifest *m = NULL;
	int r = manifest_parse((const char *)data, size, &m, &error);

	if (r == 0) {
		check_manifest(m);
		manifest_free(m);
	} else {
		assert(!m);
		assert(strncmp(error.text, MANIFEST_NAME ":", strlen(MANIFEST_NAME ":")) == 0);
		assert(strlen(error.text) > strlen(MANIFEST_NAME ": "));
		assert(strlen(error.text) < sizeof(error.text));
	}
	return 0;
}
