#include "app/pictures.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "screen/screenshot.h"
#include "view/window.h"

#define LOG_TAG "kiln"
#include "base/log.h"

/* No path has a window's id before its first "=" unless it was meant so: "./a=b.png" has none. */
static size_t window_of(const char *spec)
{
	const char *equals = strchr(spec, '=');
	char id[WINDOW_ID_MAX + 1] = "";
	size_t len = equals ? (size_t)(equals - spec) : 0;

	if (len == 0 || len >= sizeof(id))
		return 0;
	memcpy(id, spec, len);
	return windows_id_valid(id) ? len : 0;
}

int pictures_add(struct pictures *p, const char *spec)
{
	size_t len = window_of(spec);

	if (p->n == PICTURES_MAX)
		return -E2BIG;
	p->files[p->n++] = (struct picture_file){
		.path = len ? spec + len + 1 : spec,
		.window = len ? spec : NULL,
		.window_len = len,
	};
	return 0;
}

int pictures_screen(struct pictures *p, struct loop *l, struct output *o)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->n; i++)
		if (!p->files[i].window && !p->files[i].screenshot)
			r = screenshot_of_output(l, o, p->files[i].path, &p->files[i].screenshot);
	if (r < 0)
		pictures_close(p, NULL);
	return r;
}

static bool wants(const struct picture_file *f, const char *window)
{
	return f->window && !f->screenshot && strlen(window) == f->window_len &&
	       memcmp(window, f->window, f->window_len) == 0;
}

void pictures_changed(struct pictures *p, struct loop *l, const char *window, struct layer *layer)
{
	for (size_t i = 0; i < p->n; i++) {
		struct picture_file *f = &p->files[i];
		int r;

		if (wants(f, window)) {
			r = screenshot_of_layer(l, layer, f->path, &f->screenshot);
			if (r < 0)
				log_burst_at(LOG_LEVEL_ERROR, "no pictures of window \"%s\": %s",
					window, strerror(-r));
			f->layer = r == 0 ? layer : NULL;
		}
		if (f->layer == layer)
			screenshot_changed(f->screenshot);
	}
}

void pictures_close(struct pictures *p, const struct layer *layer)
{
	for (size_t i = 0; i < p->n; i++) {
		struct picture_file *f = &p->files[i];

		if (f->layer != layer)
			continue;
		screenshot_free(take_ptr(f->screenshot));
		f->layer = NULL;
	}
}
