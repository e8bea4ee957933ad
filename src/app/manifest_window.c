#include "app/manifest_window.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "view/window.h"

static int parse_integer(struct reader *r, int32_t max, int32_t *ret)
{
	double v;
	int e = reader_real(r, -max, max, &v);

	if (e < 0)
		return e;
	if (floor(v) != v)
		return reader_wrong(r, "must be a whole number");
	*ret = (int32_t)v;
	return 0;
}

static int parse_place(struct reader *r, void *out)
{
	return parse_integer(r, BOUNDS_PLACE_MAX, out);
}

static int parse_side(struct reader *r, void *out)
{
	uint64_t side;
	int e = reader_whole(r, 0, BOUNDS_SIDE_MAX, &side);

	if (e == 0)
		*(uint32_t *)out = (uint32_t)side;
	return e;
}

static int parse_z(struct reader *r, void *out)
{
	return parse_integer(r, WINDOW_Z_MAX, out);
}

static int parse_zoom(struct reader *r, void *out)
{
	return reader_real(r, WINDOW_ZOOM_MIN, WINDOW_ZOOM_MAX, out);
}

static int parse_output(struct reader *r, void *out)
{
	char **name = out;
	int e = reader_string(r, out);

	if (e == 0 && strlen(*name) > WINDOW_OUTPUT_MAX)
		return reader_wrong(r, "must be the name of a connector such as \"HDMI-A-1\"");
	return e;
}

int manifest_window_parse(struct reader *r, struct list *windows, reader_fn grants)
{
	const struct reader_field fields[] = {
		{ "id", reader_string, offsetof(struct manifest_window, id) },
		{ "url", reader_string, offsetof(struct manifest_window, url) },
		{ "output", parse_output, offsetof(struct manifest_window, output) },
		{ "x", parse_place, offsetof(struct manifest_window, bounds.x) },
		{ "y", parse_place, offsetof(struct manifest_window, bounds.y) },
		{ "width", parse_side, offsetof(struct manifest_window, bounds.width) },
		{ "height", parse_side, offsetof(struct manifest_window, bounds.height) },
		{ "z", parse_z, offsetof(struct manifest_window, z) },
		{ "visible", reader_bool, offsetof(struct manifest_window, visible) },
		{ "transparent", reader_bool, offsetof(struct manifest_window, transparent) },
		{ "zoom", parse_zoom, offsetof(struct manifest_window, zoom) },
		{ "capabilities", grants, 0 },
	};
	struct manifest_window *win = calloc(1, sizeof(*win));
	int e;

	if (!win)
		return -ENOMEM;
	win->visible = true;
	win->zoom = 1;
	/* In the list at once, so that it is freed with the manifest. */
	list_append(windows, &win->link);
	e = reader_object(r, fields, ARRAY_SIZE(fields), win);
	if (e == 0 && !win->url)
		return reader_wrong(r, "needs a \"url\"");
	return e;
}

void manifest_windows_free(struct list *windows)
{
	struct manifest_window *win, *next;

	list_for_each_safe (win, next, windows, link) {
		free(win->id);
		free(win->url);
		free(win->output);
		free(win);
	}
}
