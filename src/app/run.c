#include "app/run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/display.h"
#include "app/hands.h"
#include "app/manifest.h"
#include "app/place.h"
#include "base/clock.h"
#include "ipc/caps.h"
#include "ipc/router.h"
#include "loop/loop.h"
#include "native/native.h"
#include "screen/layer.h"
#include "screen/screen.h"
#include "script/script.h"
#include "view/desk.h"
#include "view/engine.h"
#include "view/glib.h"
#include "view/screen_service.h"
#include "view/window.h"
#include "view/window_service.h"

#define LOG_TAG "kiln"
#include "base/log.h"

/* A script that dies again soon after its restart waits longer each time. */
#define RESTART_DELAY_MIN (250 * NSEC_PER_MSEC)
#define RESTART_DELAY_MAX (30 * NSEC_PER_SEC)
#define STABLE_AFTER (60 * NSEC_PER_SEC)

/* Everything that one run of an app is made of, in the order of construction. */
struct app {
	const struct run_options *opts;
	uint64_t started;
	int dir_fd, web_fd;
	struct manifest *manifest;
	struct loop *loop;
	struct glib_guest *glib;
	struct loop_signal *on_int, *on_term, *on_hup, *on_usr2;
	struct loop_timer *end_timer;
	struct loop_timer *restart_timer; /* armed between the script's end and its restart */
	uint64_t restart_delay, script_started;
	struct display *display;
	struct hands *hands;
	struct router *router;
	struct engine *engine;
	struct windows *windows;
	struct window_service *window_service;
	struct screen_service *screen_service;
	struct native **natives; /* owned, up to a null */
	const struct kiln_module **native_modules; /* owned: their declarations, up to a null */
	struct pictures pictures;
	struct script *script;
	bool told; /* the hooks know of the parts */
};

static int fail(const char *what, int error)
{
	log_error("%s: %s", what, strerror(-error));
	return error;
}

static void on_end_signal(struct loop_signal *s, int signo, void *arg)
{
	struct app *app = arg;

	log_info("%s: ending", strsignal(signo));
	loop_quit(app->loop, 0);
}

static void on_end_timer(struct loop_timer *t, void *arg)
{
	struct app *app = arg;

	log_info("time is up: ending");
	loop_quit(app->loop, 0);
}

static void on_script_exit(int code, void *arg)
{
	struct app *app = arg;

	loop_quit(app->loop, code);
}

/* The windows go on meanwhile, and what they send waits. */
static void on_script_dead(void *arg)
{
	struct app *app = arg;
	uint64_t now = clock_now(), delay = app->restart_delay * 2;

	if (app->opts->hooks) {
		app->opts->hooks->script_failed(NULL, app->opts->hooks_arg);
		return;
	}
	if (now - app->script_started >= STABLE_AFTER || delay < RESTART_DELAY_MIN)
		delay = RESTART_DELAY_MIN;
	app->restart_delay = delay > RESTART_DELAY_MAX ? RESTART_DELAY_MAX : delay;
	log_error("the host script cannot go on: starting it again in %.2f s",
		(double)app->restart_delay / NSEC_PER_SEC);
	loop_timer_arm(app->restart_timer, now + app->restart_delay);
}

static int run_script(struct app *app);

/* Its supervisor starts us again if it cannot be; a window without its host only looks alive. */
void run_restart_script(struct app *app)
{
	int r;

	loop_timer_disarm(app->restart_timer);
	windows_script_ended(app->windows);
	r = script_restart(app->script);
	if (r < 0)
		log_error("the host script: %s", strerror(-r));
	else
		r = run_script(app);
	if (r < 0)
		loop_quit(app->loop, 1);
	else if (!app->opts->hooks)
		log_info("the host script has been started again");
}

static void on_restart_timer(struct loop_timer *t, void *arg)
{
	run_restart_script(arg);
}

/* SIGHUP: the script anew, as it is on the disk now; the windows stay. */
static void on_restart_signal(struct loop_signal *s, int signo, void *arg)
{
	run_restart_script(arg);
}

struct counters {
	const struct windows *windows;
	char *text;
	size_t size;
};

/* "main:12" for each window: frames of it that were lit. */
static void count_frames(const char *id, void *arg)
{
	struct counters *c = arg;
	int n = snprintf(c->text, c->size, "%s%s:%llu", c->text[-1] == '=' ? "" : ",", id,
		(unsigned long long)windows_frames(windows_find(c->windows, id)));

	if (n < 0 || (size_t)n >= c->size)
		return;
	c->text += n;
	c->size -= (size_t)n;
}

/* SIGUSR2: one line that says how things stand. */
static void on_status_signal(struct loop_signal *s, int signo, void *arg)
{
	struct app *app = arg;
	const struct output *first = screen_primary(display_screen(app->display));
	struct router_stats ipc;
	struct loop_stats loop;
	char painted[512] = "painted=";
	struct counters counters = {
		.windows = app->windows,
		.text = painted + strlen(painted),
		.size = sizeof(painted) - strlen(painted),
	};

	loop_get_stats(app->loop, &loop);
	router_get_stats(app->router, &ipc);
	windows_each(app->windows, count_frames, &counters);
	log_info("status: wakeups=%llu timers=%u frames=%llu windows=%zu delivered=%llu "
		 "denied=%llu refused=%llu unheard=%llu dropped=%llu calls=%u queued=%zu %s",
		(unsigned long long)loop.wakeups, loop.timers_armed,
		(unsigned long long)(first ? output_frames(first) : 0), windows_count(app->windows),
		(unsigned long long)ipc.delivered, (unsigned long long)ipc.denied,
		(unsigned long long)ipc.refused, (unsigned long long)ipc.unheard,
		(unsigned long long)ipc.dropped, ipc.calls, router_budget(app->router)->used,
		painted);
}

static void on_output_added(struct output *o, void *arg)
{
	struct app *app = arg;

	if (app->windows)
		desk_add_output(app->windows, o);
	if (app->screen_service && screen_service_add(app->screen_service, o) < 0)
		log_error("output %s: no memory to tell the script of it", output_name(o));
}

/*
 * In memory the first output is that of the first window when all name theirs, as on a device:
 * otherwise it would be one that the app does not use, and the picture of it the splash.
 */
static const char *first_output(const struct manifest *m)
{
	const struct manifest_window *win;
	const char *first = NULL;

	list_for_each (win, &m->windows, link) {
		if (!win->output)
			return NULL;
		if (!first)
			first = win->output;
	}
	return first;
}

static int start_screen(struct app *app)
{
	const struct run_options *o = app->opts;
	const struct display_options opts = {
		.loop = app->loop,
		.app_fd = app->dir_fd,
		.wanted = &app->manifest->device,
		.device_file = o->device_file,
		.kind = o->display,
		.width = o->width ? o->width : app->manifest->width,
		.height = o->height ? o->height : app->manifest->height,
		.first = first_output(app->manifest),
		.added = on_output_added,
		.arg = app,
	};
	struct output *first;
	int r = display_new(&opts, &app->display);

	if (r < 0)
		return r;
	first = screen_primary(display_screen(app->display));
	r = first ? pictures_screen(&app->pictures, app->loop, first) : 0;
	return r < 0 ? fail("the pictures of the screen", r) : 0;
}

/* The devices of the machine go with its screens: who runs headless has them for himself. */
static int start_hands(struct app *app)
{
	int r = hands_new(app->loop, display_screen(app->display),
		&display_device(app->display)->input, display_is_card(app->display), &app->hands);

	return r < 0 ? fail("input", r) : 0;
}

static void on_window_closing(const char *window, struct layer *layer, void *arg)
{
	struct app *app = arg;

	if (layer)
		pictures_close(&app->pictures, layer);
}

/* Pictures are of windows that cannot be seen, too, and then of what is lit. */
static void on_window_framed(const char *window, struct layer *layer, void *arg)
{
	struct app *app = arg;

	pictures_changed(&app->pictures, app->loop, window, layer);
}

static void on_window_painted(const char *window, struct layer *layer, uint64_t frame, void *arg)
{
	struct app *app = arg;

	display_lit(app->display, layer_output(layer));
	pictures_changed(&app->pictures, app->loop, window, layer);
	if (frame == 1)
		log_info("window \"%s\": first frame painted after %.0f ms", window,
			(double)(clock_now() - app->started) / NSEC_PER_MSEC);
}

static void on_window_committed(const char *window, void *arg)
{
	const struct app *app = arg;

	app->opts->hooks->window_committed(window, app->opts->hooks_arg);
}

static void on_window_loaded(const char *window, const char *error, void *arg)
{
	const struct app *app = arg;

	app->opts->hooks->window_loaded(window, error, app->opts->hooks_arg);
}

static int open_app(struct app *app)
{
	struct reader_error error;
	int r;

	app->dir_fd = open(app->opts->app, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (app->dir_fd < 0)
		return fail(app->opts->app, -errno);
	r = manifest_load(app->dir_fd, &app->manifest, &error);
	if (r < 0) {
		log_error("%s/%s", app->opts->app, error.text);
		return r;
	}
	app->web_fd = openat(app->dir_fd, "web", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (app->web_fd < 0)
		return fail("the app's folder \"web\"", -errno);
	return 0;
}

static int start_loop(struct app *app)
{
	int r = loop_new(&app->loop);

	if (r == 0)
		r = loop_signal_new(app->loop, "SIGINT", SIGINT, on_end_signal, app, &app->on_int);
	if (r == 0)
		r = loop_signal_new(
			app->loop, "SIGTERM", SIGTERM, on_end_signal, app, &app->on_term);
	if (r == 0)
		r = loop_signal_new(
			app->loop, "SIGHUP", SIGHUP, on_restart_signal, app, &app->on_hup);
	if (r == 0)
		r = loop_signal_new(
			app->loop, "SIGUSR2", SIGUSR2, on_status_signal, app, &app->on_usr2);
	if (r == 0)
		r = loop_timer_new(app->loop, "exit-after", on_end_timer, app, &app->end_timer);
	if (r == 0)
		r = loop_timer_new(
			app->loop, "restart", on_restart_timer, app, &app->restart_timer);
	if (r == 0)
		r = glib_guest_new(app->loop, &app->glib);
	if (r == 0)
		r = router_new(caps_checker(app->manifest->caps), &app->router);
	if (r < 0)
		return fail("the event loop", r);
	if (app->opts->exit_after)
		loop_timer_arm(app->end_timer, app->started + app->opts->exit_after);
	return 0;
}

static int start_engine(struct app *app)
{
	char webext[PATH_MAX];
	const struct engine_options engine_opts = {
		.app_id = app->manifest->id,
		.web_fd = app->web_fd,
		.screen = display_screen(app->display),
		.webext_dir = webext,
		.dev = app->opts->hooks,
		.seat = hands_seat(app->hands),
		.keyboard = hands_keyboard(app->hands),
	};
	struct windows_options windows_opts = {
		.loop = app->loop,
		.router = app->router,
		.caps = app->manifest->caps,
		.app_id = app->manifest->id,
		.app_fd = app->dir_fd,
		.screen = display_screen(app->display),
		.on_framed = on_window_framed,
		.on_painted = on_window_painted,
		.on_closing = on_window_closing,
		.on_committed = app->opts->hooks ? on_window_committed : NULL,
		.on_loaded = app->opts->hooks ? on_window_loaded : NULL,
		.arg = app,
	};
	int r = 0;

	if (app->opts->webext_dir)
		r = realpath(app->opts->webext_dir, webext) ? 0 : -errno;
	else
		r = place_find(PLACE_WEBEXT, webext);
	if (r < 0)
		return fail("the web process extension (kiln-webext.so)", r);
	engine_set_inspector(app->opts->inspector_port);
	r = engine_new(&engine_opts, &app->engine);
	if (r < 0)
		return fail("the web engine", r);
	windows_opts.engine = app->engine;
	r = windows_new(&windows_opts, &app->windows);
	if (r == 0)
		r = window_service_new(app->router, app->windows, &app->window_service);
	if (r == 0)
		r = screen_service_new(
			app->loop, app->router, display_screen(app->display), &app->screen_service);
	if (r < 0)
		return fail("windows", r);
	hands_serve(app->hands, app->engine, app->windows);
	return 0;
}

static int start_native(struct app *app, const struct manifest_module *m, struct native **ret)
{
	struct native_error error;
	int r = native_load(app->dir_fd, m->path, m->name, ret, &error);

	if (r == 0)
		r = native_start(*ret, app->loop, app->router, &error);
	if (r < 0)
		log_error("%s: the native module \"%s\": %s", m->path, m->name, error.text);
	return r;
}

static int start_natives(struct app *app)
{
	struct manifest_module *m;
	size_t n = 0;
	int r = 0;

	list_for_each (m, &app->manifest->modules, link)
		n++;
	app->natives = calloc(n + 1, sizeof(*app->natives));
	app->native_modules = calloc(n + 1, sizeof(*app->native_modules));
	if (!app->natives || !app->native_modules)
		return -ENOMEM;
	n = 0;
	list_for_each (m, &app->manifest->modules, link) {
		r = start_native(app, m, &app->natives[n]);
		if (r < 0)
			break;
		app->native_modules[n] = native_module(app->natives[n]);
		n++;
	}
	return r;
}

static int make_script(struct app *app)
{
	const struct script_options opts = {
		.loop = app->loop,
		.router = app->router,
		.app_fd = app->dir_fd,
		.natives = app->native_modules,
		.memory_max = app->manifest->script_memory,
		.deadline = app->manifest->script_timeout,
		.on_exit = on_script_exit,
		.on_dead = on_script_dead,
		.arg = app,
	};
	int r = script_new(&opts, &app->script);

	return r < 0 ? fail("the host script", r) : 0;
}

/* Whoever has hooks can mend a script that throws, and waits for that. */
static int run_script(struct app *app)
{
	const struct run_hooks *hooks = app->opts->hooks;
	struct script_error error;
	char why[sizeof(error.message) + PATH_MAX];
	int r;

	app->script_started = clock_now();
	r = script_run(app->script, app->manifest->main, &error);
	if (r < 0 && error.line)
		snprintf(why, sizeof(why), "%s:%u: %s", app->manifest->main, error.line,
			error.message);
	else if (r < 0)
		snprintf(why, sizeof(why), "%s", error.message);
	if (r < 0 && hooks) {
		script_halt(app->script);
		hooks->script_failed(why, app->opts->hooks_arg);
		return 0;
	}
	if (r < 0)
		log_error("%s%s%s", app->opts->app, error.line ? "/" : ": ", why);
	if (r == -ENOEXEC)
		script_log_trace(&error);
	else if (hooks)
		hooks->script_started(app->opts->hooks_arg);
	return r;
}

static int open_windows(struct app *app)
{
	struct manifest_window *win;
	bool focused = false;
	int r;

	list_for_each (win, &app->manifest->windows, link) {
		const struct window_setup setup = {
			.id = win->id,
			.url = win->url,
			.output = win->output,
			.bounds = win->bounds,
			.z = win->z,
			.zoom = win->zoom,
			.hidden = !win->visible,
			.transparent = win->transparent,
			/* The first one that is seen has the keyboard. */
			.unfocused = focused,
		};

		focused = focused || win->visible;
		r = windows_open(app->windows, &setup, NULL);
		if (r < 0) {
			log_error("window \"%s\" (%s) cannot be opened: %s", win->id ? win->id : "",
				win->url, strerror(-r));
			return r;
		}
	}
	return 0;
}

static int tell_started(struct app *app)
{
	const struct run_parts parts = {
		.loop = app->loop,
		.screen = display_screen(app->display),
		.windows = app->windows,
		.manifest = app->manifest,
	};
	int r;

	if (!app->opts->hooks)
		return 0;
	r = app->opts->hooks->started(app, &parts, app->opts->hooks_arg);
	app->told = r == 0;
	return r;
}

/*
 * The reverse of construction. Each part takes null. A picture goes with the window
 * that it is of.
 */
static void app_fini(struct app *app)
{
	if (app->told)
		app->opts->hooks->ending(app->opts->hooks_arg);
	script_free(app->script);
	for (size_t i = 0; app->natives && app->natives[i]; i++)
		native_free(app->natives[i]);
	free(app->natives);
	free(app->native_modules);
	screen_service_free(app->screen_service);
	window_service_free(app->window_service);
	if (app->hands)
		hands_serve(app->hands, NULL, NULL);
	windows_free(app->windows);
	engine_free(app->engine);
	hands_free(app->hands);
	pictures_close(&app->pictures, NULL);
	display_free(app->display);
	router_free(app->router);
	glib_guest_free(app->glib);
	loop_timer_free(app->end_timer);
	loop_timer_free(app->restart_timer);
	loop_signal_free(app->on_usr2);
	loop_signal_free(app->on_hup);
	loop_signal_free(app->on_term);
	loop_signal_free(app->on_int);
	loop_free(app->loop);
	manifest_free(app->manifest);
	cleanup_fd(&app->web_fd);
	cleanup_fd(&app->dir_fd);
}

/* As root WebKit's sandbox leaves the web process all its rights. */
bool run_refused(void)
{
	if (geteuid() != 0)
		return false;
	log_error("refusing to run as root: start it as an unprivileged user");
	return true;
}

int run(const struct run_options *opts)
{
	struct app app = {
		.opts = opts,
		.pictures = opts->pictures,
		.started = clock_now(),
		.dir_fd = -1,
		.web_fd = -1,
	};
	int code = 1;

	if (run_refused())
		return 1;
	if (open_app(&app) == 0 && start_loop(&app) == 0 && start_screen(&app) == 0 &&
		start_hands(&app) == 0 && start_engine(&app) == 0) {
		log_info("%s (app://%s) on Kiln " KILN_VERSION ", %s", app.manifest->name,
			app.manifest->id, engine_version());
		/*
		 * The windows are there when the script starts, and what happens to them
		 * waits in its queue until the loop runs.
		 */
		if (start_natives(&app) == 0 && make_script(&app) == 0 && open_windows(&app) == 0 &&
			tell_started(&app) == 0 && run_script(&app) == 0)
			code = loop_run(app.loop);
	}
	app_fini(&app);
	return code;
}
