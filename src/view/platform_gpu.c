/*
 * Frames in a GPU's memory. WebKit takes the first group of formats of which it can do one:
 * what planes of the output scan out, for a view that has an output for itself, and what can
 * be read in rows, for all others and where nothing else goes.
 */
#include "screen/screen.h"
#include "view/platform.h"

#define LOG_TAG "view"
#include "base/log.h"

/* DRM's names, and what it calls plain rows. */
#define FORMAT_ARGB8888 0x34325241u
#define FORMAT_XRGB8888 0x34325258u
#define MODIFIER_LINEAR 0ull

struct platform_gpu {
	WPEDRMDevice *device; /* owned */
	GArray *formats; /* owned, of struct screen_format: what planes can show */
};

/* Only what can also be read, for the times when it must be: see frame_map(). */
static gboolean is_readable(const struct screen_format *f)
{
	return f->fourcc == FORMAT_ARGB8888 || f->fourcc == FORMAT_XRGB8888;
}

struct platform_gpu *platform_gpu_new(const struct screen *screen)
{
	struct platform_gpu *g;
	struct screen_gpu gpu;

	if (!screen || screen_gpu(screen, &gpu) < 0)
		return NULL;
	g = g_new0(struct platform_gpu, 1);
	g->device = wpe_drm_device_new(gpu.card, gpu.render);
	g->formats = g_array_new(FALSE, FALSE, sizeof(struct screen_format));
	for (size_t i = 0; i < gpu.n_formats; i++) {
		if (is_readable(&gpu.formats[i]))
			g_array_append_val(g->formats, gpu.formats[i]);
	}
	return g;
}

void platform_gpu_free(struct platform_gpu *g)
{
	if (!g)
		return;
	wpe_drm_device_unref(g->device);
	g_array_unref(g->formats);
	g_free(g);
}

WPEDRMDevice *platform_gpu_device(const struct platform_gpu *g)
{
	return g ? g->device : NULL;
}

WPEBufferFormats *platform_gpu_formats(const struct platform_gpu *g, bool alone)
{
	WPEBufferFormatsBuilder *b;

	if (!g)
		return NULL;
	b = wpe_buffer_formats_builder_new(g->device);
	if (alone && g->formats->len > 0) {
		wpe_buffer_formats_builder_append_group(b, NULL, WPE_BUFFER_FORMAT_USAGE_SCANOUT);
		for (guint i = 0; i < g->formats->len; i++) {
			const struct screen_format *f =
				&g_array_index(g->formats, struct screen_format, i);

			wpe_buffer_formats_builder_append_format(b, f->fourcc, f->modifier);
		}
	}
	wpe_buffer_formats_builder_append_group(b, NULL, WPE_BUFFER_FORMAT_USAGE_MAPPING);
	wpe_buffer_formats_builder_append_format(b, FORMAT_XRGB8888, MODIFIER_LINEAR);
	wpe_buffer_formats_builder_append_format(b, FORMAT_ARGB8888, MODIFIER_LINEAR);
	return wpe_buffer_formats_builder_end(b);
}
