#include "app/display.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/device.h"
#include "base/clock.h"
#include "base/file.h"
#include "loop/loop.h"
#include "screen/screen.h"
#include "screen/splash.h"

#define LOG_TAG "kiln"
#include "base/log.h"

#define REFRESH_MHZ 60000

struct display {
	struct device device;
	struct screen *screen; /* owned */
	bool is_card;
	struct splash *splash; /* owned */
	void (*added)(struct output *o, void *arg);
	void *arg;
};

/* ---- settings ---- */

static int read_device_file(struct display *d, const char *file)
{
	struct reader_error error;
	int r = device_load(file ? file : DEVICE_FILE, &d->device, &error);

	if (r == 0)
		log_info("settings of the device: %s", file ? file : DEVICE_FILE);
	if (r == 0 || (r == -ENOENT && !file))
		return 0;
	log_error("%s", error.text);
	/* What comes up in a wrong way can be mended from afar, and a black screen cannot. */
	return file ? r : 0;
}

static void configure(const char *name, struct output_config *ret, void *arg)
{
	const struct display *d = arg;

	device_output_config(&d->device, name, ret);
}

/* ---- splash ---- */

static int read_image(const struct device_splash *s, int app_fd, struct buf *ret)
{
	return s->in_app ? file_read(app_fd, s->image, SPLASH_BYTES_MAX, ret)
			 : file_read_path(s->image, SPLASH_BYTES_MAX, ret);
}

static int make_splash(struct display *d, int app_fd)
{
	const struct device_splash *s = &d->device.splash;
	struct buf image = BUF_INIT(SPLASH_BYTES_MAX);
	const char *why = NULL, *unread = NULL;
	bool there = s->image[0];
	int r = there ? read_image(s, app_fd, &image) : 0;

	if (r < 0)
		unread = strerror(-r);
	r = splash_new(there && !unread ? buf_bytes(&image) : NULL, buf_len(&image),
		s->has_color ? s->color : SPLASH_COLOR, &d->splash, &why);
	if (unread || why)
		log_error("splash %s: %s: the runtime's own is shown", s->image,
			unread ? unread : why);
	buf_fini(&image);
	return r;
}

static void on_added(struct output *o, void *arg)
{
	struct display *d = arg;

	if (splash_add(d->splash, o) < 0)
		log_error("output %s: no memory for a splash", output_name(o));
	if (d->added)
		d->added(o, d->arg);
}

/* ---- screen ---- */

static int open_screen(struct display *d, const struct display_options *o)
{
	const struct screen_options opts = {
		.loop = o->loop,
		.first = o->first,
		.configure = configure,
		.added = on_added,
		.arg = d,
	};
	int r = -ENODEV;

	if (o->kind != DISPLAY_HEADLESS)
		r = screen_kms_new(&opts, NULL, &d->screen);
	if (r < 0 && o->kind == DISPLAY_KMS) {
		log_error("--display kms: no graphics card can be driven: %s; \"kiln doctor\" says "
			  "what there is",
			strerror(-r));
		return r;
	}
	d->is_card = r == 0;
	if (d->is_card) {
		log_info("shown by %s", screen_describe(d->screen));
		return 0;
	}
	r = screen_headless_new(&opts, o->width, o->height, REFRESH_MHZ, &d->screen);
	if (r == 0)
		log_info("no screen in use: headless at %ux%u", o->width, o->height);
	else
		log_error("the screen: %s", strerror(-r));
	return r;
}

int display_new(const struct display_options *opts, struct display **ret)
{
	struct display *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return -ENOMEM;
	d->device = *opts->wanted;
	d->added = opts->added;
	d->arg = opts->arg;
	r = read_device_file(d, opts->device_file);
	if (r == 0)
		r = make_splash(d, opts->app_fd);
	if (r == 0)
		r = open_screen(d, opts);
	if (r < 0) {
		display_free(d);
		return r;
	}
	/* Its first frame: the engine, which comes next, takes long to start. */
	loop_pass(opts->loop, clock_now());
	*ret = d;
	return 0;
}

void display_free(struct display *d)
{
	if (!d)
		return;
	splash_free(d->splash);
	screen_free(d->screen);
	free(d);
}

struct screen *display_screen(const struct display *d)
{
	return d->screen;
}

bool display_is_card(const struct display *d)
{
	return d->is_card;
}

const struct device *display_device(const struct display *d)
{
	return &d->device;
}

void display_lit(struct display *d, const struct output *o)
{
	splash_hide(d->splash, o);
}
