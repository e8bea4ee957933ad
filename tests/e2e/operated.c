/*
 * usage: operated APP FIFO COMMAND...
 *
 * "kiln run" with somebody at the plugs: the commands are carried out when the windows are
 * open, and then those that come as lines through the FIFO. Each is answered by a line
 * "operator: …" of the log.
 *
 *	plug OUTPUT, unplug OUTPUT, rotate OUTPUT DEGREES, scale OUTPUT FACTOR,
 *	sleep OUTPUT, wake OUTPUT, shot OUTPUT FILE (what is lit), do ACTION,
 *	frames WINDOW, picture WINDOW FILE, show WINDOW (and how long until it is lit)
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/run.h"
#include "base/clock.h"
#include "input/config.h"
#include "loop/loop.h"
#include "screen/png.h"
#include "screen/screen.h"
#include "view/desk.h"
#include "view/window.h"

#define LOG_TAG "operator"
#include "base/log.h"

struct operator {
	struct run_parts parts;
	char **first; /* commands of the command line, up to a null */
	int fd;
	struct loop_fd *watch;
	struct output_listener listener; /* while a window is being shown */
	uint64_t shown_at, frames_before;
};

/* ---- commands ---- */

static struct output *output_of(struct operator *op, const char *name)
{
	struct output *o = NULL;

	if (screen_output(op->parts.screen, name, &o) < 0)
		log_error("no output %s", name);
	return o;
}

static int configure(struct operator *op, const char *name, int degrees, double scale)
{
	struct output *o = output_of(op, name);
	struct output_config c = {
		.rotation = output_rotation(o),
		.scale = output_scale(o),
	};

	if (degrees >= 0)
		c.rotation = (enum rotation)(degrees / 90);
	if (scale > 0)
		c.scale = scale;
	return output_configure(o, &c);
}

static int shot(struct operator *op, const char *name, const char *file)
{
	struct picture p;
	int r = output_read(output_of(op, name), &p);

	if (r < 0)
		return r;
	r = png_write_file(file, &p);
	picture_free(&p);
	return r;
}

static int picture(struct operator *op, const char *id, const char *file)
{
	struct picture p;
	int r = windows_picture(windows_find(op->parts.windows, id), &p);

	return r < 0 ? r : png_write_file(file, &p);
}

static void on_presented(struct output *o, uint64_t seq, uint64_t when, void *arg)
{
	struct operator *op = arg;

	output_remove_listener(&op->listener);
	log_info("shown: lit after %.1f ms and %llu frames",
		(double)(when - op->shown_at) / NSEC_PER_MSEC,
		(unsigned long long)(seq - op->frames_before));
}

static int show(struct operator *op, const char *id)
{
	struct window *win = windows_find(op->parts.windows, id);
	struct output *o = (struct output *)desk_output(win);

	op->listener = (struct output_listener){ .presented = on_presented, .arg = op };
	op->shown_at = clock_now();
	op->frames_before = output_frames(o);
	output_add_listener(o, &op->listener);
	desk_show(win, true);
	return 0;
}

static int act(struct operator *op, const char *action)
{
	struct input_deed deed;
	const char *why;
	int r = input_config_deed(action, &deed, &why);

	if (r == 0)
		windows_act(op->parts.windows, &deed, NULL);
	return r;
}

static int frames(struct operator *op, const char *id)
{
	log_info("frames %s %llu", id,
		(unsigned long long)windows_frames(windows_find(op->parts.windows, id)));
	return 0;
}

static int carry_out(struct operator *op, const char *what, const char *a, const char *b)
{
	if (strcmp(what, "plug") == 0 || strcmp(what, "unplug") == 0)
		return screen_headless_plug(op->parts.screen, a, *what == 'p');
	if (strcmp(what, "rotate") == 0)
		return configure(op, a, atoi(b), 0);
	if (strcmp(what, "scale") == 0)
		return configure(op, a, -1, atof(b));
	if (strcmp(what, "sleep") == 0)
		return output_sleep(output_of(op, a));
	if (strcmp(what, "wake") == 0)
		return output_wake(output_of(op, a));
	if (strcmp(what, "shot") == 0)
		return shot(op, a, b);
	if (strcmp(what, "picture") == 0)
		return picture(op, a, b);
	if (strcmp(what, "show") == 0)
		return show(op, a);
	if (strcmp(what, "frames") == 0)
		return frames(op, a);
	if (strcmp(what, "do") == 0)
		return act(op, a);
	return -EINVAL;
}

static void command(struct operator *op, const char *line)
{
	char what[32], a[256] = "", b[256] = "";
	int r = -EINVAL;

	if (sscanf(line, "%31s %255s %255s", what, a, b) >= 2)
		r = carry_out(op, what, a, b);
	log_info("%s: %s", line, r < 0 ? strerror(-r) : "done");
}

/* ---- the run ---- */

static void on_fifo(struct loop_fd *w, short revents, void *arg)
{
	struct operator *op = arg;
	char text[4096], *line, *rest = text;
	ssize_t n = read(op->fd, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	while ((line = strsep(&rest, "\n")))
		if (*line)
			command(op, line);
}

static int on_started(struct app *app, const struct run_parts *parts, void *arg)
{
	struct operator *op = arg;

	op->parts = *parts;
	for (char **c = op->first; *c; c++)
		command(op, *c);
	return loop_fd_new(parts->loop, "operator", op->fd, POLLIN, on_fifo, op, &op->watch);
}

static void on_ending(void *arg)
{
	struct operator *op = arg;

	loop_fd_free(op->watch);
}

static void on_script_started(void *arg)
{
}

static void on_script_failed(const char *why, void *arg)
{
	log_error("the script failed: %s", why ? why : "");
}

static void on_committed(const char *window, void *arg)
{
}

static void on_loaded(const char *window, const char *error, void *arg)
{
	log_info("loaded %s%s%s", window, error ? ": " : "", error ? error : "");
}

int main(int argc, char **argv)
{
	static const struct run_hooks hooks = { on_started, on_ending, on_script_started,
		on_script_failed, on_committed, on_loaded };
	struct operator op = { .first = argv + 3 };
	struct run_options opts = {
		.webext_dir = "build/dev/webext", .hooks = &hooks, .hooks_arg = &op
	};

	if (argc < 3)
		return 2;
	opts.app = argv[1];
	unlink(argv[2]);
	/* Both ways, so that it never ends. */
	op.fd = mkfifo(argv[2], 0600) < 0 ? -1 : open(argv[2], O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return op.fd < 0 ? 2 : run(&opts);
}
