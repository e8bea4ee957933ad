#include "input/devices.h"

#include <errno.h>
#include <fcntl.h>
#include <libinput.h>
#include <libudev.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "input/grab.h"
#include "input/input.h"
#include "input/keyboard.h"
#include "loop/loop.h"

#define LOG_TAG "input"
#include "base/log.h"

#define SEAT "seat0"
/* Events taken in one turn of the loop; a mouse sends a thousand in a second. */
#define EVENTS_PER_WAKE 256

struct devices {
	struct input *input; /* borrowed */
	struct udev *udev; /* owned, as is the rest */
	struct libinput *libinput;
	struct loop_fd *watch;
	struct loop_timer *more; /* armed while libinput holds events that were not taken */
};

/* ---- opening ---- */

static int open_device(const char *path, int flags, void *arg)
{
	int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int r;

	if (fd < 0) {
		int error = errno;

		log_error("%s is not used: %s%s", path, strerror(error),
			error == EACCES ? "; the runtime's user has to be in the group \"input\""
					: "");
		return -error;
	}
	r = grab_keyboard(fd);
	if (r < 0)
		log_warn("%s: the console hears its keys, too: %s", path, strerror(-r));
	return fd;
}

static void close_device(int fd, void *arg)
{
	close(fd);
}

static const struct libinput_interface interface = {
	.open_restricted = open_device,
	.close_restricted = close_device,
};

static void on_log(
	struct libinput *l, enum libinput_log_priority priority, const char *format, va_list args)
{
	char text[512];

	vsnprintf(text, sizeof(text), format, args);
	text[strcspn(text, "\n")] = '\0';
	if (priority >= LIBINPUT_LOG_PRIORITY_ERROR)
		log_burst_at(LOG_LEVEL_WARN, "libinput: %s", text);
	else
		log_debug("libinput: %s", text);
}

/* ---- coming and going ---- */

static unsigned kinds_of(struct libinput_device *device)
{
	unsigned kinds = 0;

	if (libinput_device_has_capability(device, LIBINPUT_DEVICE_CAP_POINTER))
		kinds |= INPUT_KIND_POINTER;
	if (libinput_device_has_capability(device, LIBINPUT_DEVICE_CAP_KEYBOARD))
		kinds |= INPUT_KIND_KEYBOARD;
	if (libinput_device_has_capability(device, LIBINPUT_DEVICE_CAP_TOUCH))
		kinds |= INPUT_KIND_TOUCH;
	return kinds;
}

static void set_leds(unsigned leds, void *arg)
{
	enum libinput_led set = 0;

	if (leds & KEYBOARD_NUM_LOCK)
		set |= LIBINPUT_LED_NUM_LOCK;
	if (leds & KEYBOARD_CAPS_LOCK)
		set |= LIBINPUT_LED_CAPS_LOCK;
	if (leds & KEYBOARD_SCROLL_LOCK)
		set |= LIBINPUT_LED_SCROLL_LOCK;
	libinput_device_led_update(arg, set);
}

static void set_up(
	struct libinput_device *device, struct input_device *d, unsigned kinds, const float *matrix)
{
	if (matrix && libinput_device_config_calibration_set_matrix(device, matrix) !=
			      LIBINPUT_CONFIG_STATUS_SUCCESS)
		input_device_correct(d);
	if (libinput_device_config_tap_get_finger_count(device) > 0)
		libinput_device_config_tap_set_enabled(device, LIBINPUT_CONFIG_TAP_ENABLED);
	if (kinds & INPUT_KIND_KEYBOARD)
		input_device_on_leds(d, set_leds, device);
}

static void on_added(struct devices *devices, struct libinput_device *device)
{
	const struct input_device_info info = {
		.name = libinput_device_get_name(device),
		.vendor = libinput_device_get_id_vendor(device),
		.product = libinput_device_get_id_product(device),
		.output = libinput_device_get_output_name(device),
		.kinds = kinds_of(device),
	};
	struct input_device *d;
	const float *matrix;
	int r;

	if (!(info.kinds & input_kinds_wanted(devices->input))) {
		log_info("\"%s\" is not used: %s", info.name,
			info.kinds ? "switched off by configuration"
				   : "no touch screen, pointer or keyboard");
		/* A keyboard stays open, and grabbed: the console would get its keys. */
		if (!(info.kinds & INPUT_KIND_KEYBOARD))
			libinput_device_config_send_events_set_mode(
				device, LIBINPUT_CONFIG_SEND_EVENTS_DISABLED);
		return;
	}
	r = input_device_add(devices->input, &info, &d, &matrix);
	if (r < 0) {
		log_error("\"%s\" is not used: %s", info.name, strerror(-r));
		return;
	}
	libinput_device_set_user_data(device, d);
	set_up(device, d, info.kinds, matrix);
}

static void on_removed(struct libinput_device *device)
{
	struct input_device *d = libinput_device_get_user_data(device);

	libinput_device_set_user_data(device, NULL);
	if (d)
		input_device_remove(d);
}

/* ---- events ---- */

/* libinput's clock is CLOCK_MONOTONIC, as ours is. */
static uint64_t when(uint64_t usec)
{
	return usec * NSEC_PER_USEC;
}

static void on_motion(struct input_device *d, struct libinput_event *e)
{
	struct libinput_event_pointer *p = libinput_event_get_pointer_event(e);
	uint64_t at = when(libinput_event_pointer_get_time_usec(p));

	if (libinput_event_get_type(e) == LIBINPUT_EVENT_POINTER_MOTION)
		input_move(
			d, libinput_event_pointer_get_dx(p), libinput_event_pointer_get_dy(p), at);
	else
		input_move_to(d, libinput_event_pointer_get_absolute_x_transformed(p, 1),
			libinput_event_pointer_get_absolute_y_transformed(p, 1), at);
}

static void on_button(struct input_device *d, struct libinput_event *e)
{
	struct libinput_event_pointer *p = libinput_event_get_pointer_event(e);

	input_button(d, libinput_event_pointer_get_button(p),
		libinput_event_pointer_get_button_state(p) == LIBINPUT_BUTTON_STATE_PRESSED,
		when(libinput_event_pointer_get_time_usec(p)));
}

static double scroll_value(
	struct libinput_event_pointer *p, bool wheel, enum libinput_pointer_axis axis)
{
	if (!libinput_event_pointer_has_axis(p, axis))
		return 0;
	return wheel ? libinput_event_pointer_get_scroll_value_v120(p, axis) / 120
		     : libinput_event_pointer_get_scroll_value(p, axis);
}

static void on_scroll(struct input_device *d, struct libinput_event *e)
{
	struct libinput_event_pointer *p = libinput_event_get_pointer_event(e);
	bool wheel = libinput_event_get_type(e) == LIBINPUT_EVENT_POINTER_SCROLL_WHEEL;

	input_scroll(d, scroll_value(p, wheel, LIBINPUT_POINTER_AXIS_SCROLL_HORIZONTAL),
		scroll_value(p, wheel, LIBINPUT_POINTER_AXIS_SCROLL_VERTICAL), !wheel,
		when(libinput_event_pointer_get_time_usec(p)));
}

static void on_key(struct input_device *d, struct libinput_event *e)
{
	struct libinput_event_keyboard *k = libinput_event_get_keyboard_event(e);

	input_key(d, libinput_event_keyboard_get_key(k),
		libinput_event_keyboard_get_key_state(k) == LIBINPUT_KEY_STATE_PRESSED,
		when(libinput_event_keyboard_get_time_usec(k)));
}

static void on_touch(struct input_device *d, struct libinput_event *e)
{
	struct libinput_event_touch *t = libinput_event_get_touch_event(e);
	enum libinput_event_type type = libinput_event_get_type(e);
	unsigned slot = (unsigned)libinput_event_touch_get_seat_slot(t);
	uint64_t at = when(libinput_event_touch_get_time_usec(t));

	if (type == LIBINPUT_EVENT_TOUCH_UP)
		input_touch(d, INPUT_TOUCH_UP, slot, 0, 0, at);
	else if (type == LIBINPUT_EVENT_TOUCH_CANCEL)
		input_touch(d, INPUT_TOUCH_CANCEL, slot, 0, 0, at);
	else
		input_touch(d,
			type == LIBINPUT_EVENT_TOUCH_DOWN ? INPUT_TOUCH_DOWN : INPUT_TOUCH_MOVE,
			slot, libinput_event_touch_get_x_transformed(t, 1),
			libinput_event_touch_get_y_transformed(t, 1), at);
}

static void on_device_event(struct input_device *d, struct libinput_event *e)
{
	switch ((int)libinput_event_get_type(e)) {
	case LIBINPUT_EVENT_POINTER_MOTION:
	case LIBINPUT_EVENT_POINTER_MOTION_ABSOLUTE:
		on_motion(d, e);
		break;
	case LIBINPUT_EVENT_POINTER_BUTTON:
		on_button(d, e);
		break;
	case LIBINPUT_EVENT_POINTER_SCROLL_WHEEL:
	case LIBINPUT_EVENT_POINTER_SCROLL_FINGER:
	case LIBINPUT_EVENT_POINTER_SCROLL_CONTINUOUS:
		on_scroll(d, e);
		break;
	case LIBINPUT_EVENT_KEYBOARD_KEY:
		on_key(d, e);
		break;
	case LIBINPUT_EVENT_TOUCH_DOWN:
	case LIBINPUT_EVENT_TOUCH_MOTION:
	case LIBINPUT_EVENT_TOUCH_UP:
	case LIBINPUT_EVENT_TOUCH_CANCEL:
		on_touch(d, e);
		break;
	}
}

static void on_event(struct devices *devices, struct libinput_event *e)
{
	struct libinput_device *device = libinput_event_get_device(e);
	struct input_device *d = libinput_device_get_user_data(device);

	if (libinput_event_get_type(e) == LIBINPUT_EVENT_DEVICE_ADDED)
		on_added(devices, device);
	else if (libinput_event_get_type(e) == LIBINPUT_EVENT_DEVICE_REMOVED)
		on_removed(device);
	else if (d)
		on_device_event(d, e);
}

static void take_events(struct devices *d)
{
	struct libinput_event *e = NULL;

	for (unsigned i = 0; i < EVENTS_PER_WAKE && (e = libinput_get_event(d->libinput)); i++) {
		on_event(d, e);
		libinput_event_destroy(e);
	}
	loop_timer_arm(d->more, libinput_next_event_type(d->libinput) == LIBINPUT_EVENT_NONE
					? LOOP_NEVER
					: clock_now());
}

static void on_more(struct loop_timer *t, void *arg)
{
	take_events(arg);
}

static void on_readable(struct loop_fd *w, short revents, void *arg)
{
	struct devices *d = arg;
	int r = libinput_dispatch(d->libinput);

	if (r < 0) {
		log_error("input stops here: %s", strerror(-r));
		loop_fd_set_events(w, 0);
	}
	take_events(d);
}

/* ---- all of it ---- */

static int start(struct loop *l, struct devices *d)
{
	int r;

	d->udev = udev_new();
	d->libinput = d->udev ? libinput_udev_create_context(&interface, d, d->udev) : NULL;
	if (!d->libinput)
		return -ENOMEM;
	libinput_log_set_handler(d->libinput, on_log);
	libinput_log_set_priority(d->libinput, LIBINPUT_LOG_PRIORITY_INFO);
	if (libinput_udev_assign_seat(d->libinput, SEAT) < 0) {
		log_error("no input: udev does not tell what devices there are");
		return -EIO;
	}
	r = loop_timer_new(l, "more input", on_more, d, &d->more);
	if (r < 0)
		return r;
	return loop_fd_new(
		l, "input", libinput_get_fd(d->libinput), POLLIN, on_readable, d, &d->watch);
}

int devices_new(struct loop *l, struct input *in, struct devices **ret)
{
	struct devices *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return -ENOMEM;
	d->input = in;
	r = start(l, d);
	if (r < 0) {
		devices_free(d);
		return r;
	}
	/* What is plugged in has been found by now. */
	take_events(d);
	if (!input_kinds(in))
		log_warn("no input devices yet; those that are plugged in will be used");
	*ret = d;
	return 0;
}

void devices_free(struct devices *d)
{
	struct libinput_event *e;

	if (!d)
		return;
	loop_fd_free(d->watch);
	loop_timer_free(d->more);
	if (d->libinput) {
		/* Tells of every device that it is gone, and of what was pressed on it. */
		libinput_suspend(d->libinput);
		while ((e = libinput_get_event(d->libinput))) {
			on_event(d, e);
			libinput_event_destroy(e);
		}
		libinput_unref(d->libinput);
	}
	udev_unref(d->udev);
	free(d);
}
