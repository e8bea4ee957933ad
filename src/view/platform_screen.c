/*
 * WebKit forgets a screen that is removed, and pages do not learn what changes of one that
 * they know: so an output that comes back, or is turned, is a new screen to them.
 */
#include <errno.h>
#include <math.h>

#include "screen/output.h"
#include "view/platform.h"

typedef struct {
	WPEScreen parent;
} KilnScreen;
typedef struct {
	WPEScreenClass parent;
} KilnScreenClass;
static GType kiln_screen_get_type(void);
G_DEFINE_TYPE(KilnScreen, kiln_screen, WPE_TYPE_SCREEN)

static void kiln_screen_class_init(KilnScreenClass *klass)
{
}

static void kiln_screen_init(KilnScreen *screen)
{
}

struct platform_screens {
	struct list all; /* struct entry */
};

struct entry {
	struct list link; /* platform_screens' all */
	WPEDisplay *display; /* borrowed: it outlives us */
	struct output *output; /* borrowed */
	struct output_listener listener;
	WPEScreen *screen; /* owned; null while the output shows nothing */
};

static bool shows(const struct output *o)
{
	enum output_state state = output_state(o);

	return state == OUTPUT_LIT || state == OUTPUT_ASLEEP;
}

struct description {
	int width, height; /* logical */
	int mm_width, mm_height;
	int refresh_mhz;
	double scale;
};

static struct description describe(const struct output *o)
{
	bool turned = output_rotation(o) == ROTATE_90 || output_rotation(o) == ROTATE_270;
	double scale = output_scale(o);
	struct output_info info;

	output_get_info(o, &info);
	return (struct description){
		.width = (int)lround(output_width(o) / scale),
		.height = (int)lround(output_height(o) / scale),
		.mm_width = (int)(turned ? info.mm_height : info.mm_width),
		.mm_height = (int)(turned ? info.mm_width : info.mm_height),
		.refresh_mhz = (int)output_mode(o)->refresh_mhz,
		.scale = scale,
	};
}

static bool is_described(WPEScreen *screen, const struct description *d)
{
	return wpe_screen_get_width(screen) == d->width &&
	       wpe_screen_get_height(screen) == d->height &&
	       wpe_screen_get_physical_width(screen) == d->mm_width &&
	       wpe_screen_get_physical_height(screen) == d->mm_height &&
	       wpe_screen_get_refresh_rate(screen) == d->refresh_mhz &&
	       wpe_screen_get_scale(screen) == d->scale;
}

static WPEScreen *add_screen(WPEDisplay *display, const struct description *d)
{
	static guint32 last_id;
	WPEScreen *screen = g_object_new(kiln_screen_get_type(), "id", ++last_id, NULL);

	wpe_screen_set_size(screen, d->width, d->height);
	wpe_screen_set_physical_size(screen, d->mm_width, d->mm_height);
	wpe_screen_set_scale(screen, d->scale);
	wpe_screen_set_refresh_rate(screen, d->refresh_mhz);
	wpe_display_screen_added(display, screen);
	return screen;
}

/* Takes the reference. */
static void remove_screen(WPEDisplay *display, WPEScreen *screen)
{
	wpe_display_screen_removed(display, screen);
	wpe_screen_invalidate(screen);
	g_object_unref(screen);
}

static void on_changed(struct output *o, void *arg)
{
	struct entry *e = arg;
	const struct description d = describe(o);
	WPEScreen *old = e->screen;

	if (shows(o) && old && is_described(old, &d))
		return;
	/* The new one first: there is a screen at any time. */
	e->screen = shows(o) ? add_screen(e->display, &d) : NULL;
	if (old)
		remove_screen(e->display, old);
}

int platform_output_add(WPEDisplay *display, struct output *o)
{
	struct platform_screens *s = platform_screens_of(display);
	struct entry *e = calloc(1, sizeof(*e));

	if (!e)
		return -ENOMEM;
	e->display = display;
	e->output = o;
	e->listener = (struct output_listener){ .changed = on_changed, .arg = e };
	output_add_listener(o, &e->listener);
	list_append(&s->all, &e->link);
	on_changed(o, e);
	return 0;
}

WPEScreen *platform_output_screen(WPEDisplay *display, const struct output *o)
{
	struct entry *e;

	list_for_each (e, &platform_screens_of(display)->all, link)
		if (e->output == o)
			return e->screen;
	return NULL;
}

struct platform_screens *platform_screens_new(void)
{
	struct platform_screens *s = g_new0(struct platform_screens, 1);

	list_init(&s->all);
	return s;
}

void platform_outputs_forget(WPEDisplay *display)
{
	struct platform_screens *s = platform_screens_of(display);
	struct entry *e, *next;

	list_for_each_safe (e, next, &s->all, link) {
		output_remove_listener(&e->listener);
		list_remove(&e->link);
		g_clear_object(&e->screen);
		free(e);
	}
}

void platform_screens_free(struct platform_screens *s)
{
	g_free(s);
}

guint platform_screens_count(const struct platform_screens *s)
{
	struct entry *e;
	guint n = 0;

	list_for_each (e, &s->all, link)
		n += e->screen != NULL;
	return n;
}

WPEScreen *platform_screens_nth(const struct platform_screens *s, guint n)
{
	struct entry *e;

	list_for_each (e, &s->all, link)
		if (e->screen && n-- == 0)
			return e->screen;
	return NULL;
}
