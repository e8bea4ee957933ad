#include "app/device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "screen/mode.h"

/* ---- outputs ---- */

static int parse_mode(struct reader *r, void *out)
{
	struct device_output *o = out;
	auto_free char *text = NULL;
	int e = reader_string(r, &text);

	if (e < 0)
		return e;
	if (!mode_parse(text, &o->config.mode))
		return reader_wrong(r, "must be \"WIDTHxHEIGHT\", \"WIDTHxHEIGHT@HZ\" or "
				       "\"preferred\", such as \"1920x1080@60\"");
	o->has_mode = true;
	return 0;
}

static int parse_rotation(struct reader *r, void *out)
{
	struct device_output *o = out;
	uint64_t degrees;
	int e = reader_whole(r, 0, 270, &degrees);

	if (e < 0)
		return e;
	if (degrees % 90)
		return reader_wrong(r, "must be 0, 90, 180 or 270, clockwise");
	o->config.rotation = (enum rotation)(degrees / 90);
	o->has_rotation = true;
	return 0;
}

static int parse_scale(struct reader *r, void *out)
{
	struct device_output *o = out;

	o->has_scale = true;
	return reader_real(r, 0.5, 4, &o->config.scale);
}

static int parse_off(struct reader *r, void *out)
{
	struct device_output *o = out;

	o->has_off = true;
	return reader_bool(r, &o->config.off);
}

static bool output_name_valid(const char *name, size_t len)
{
	char copy[DEVICE_OUTPUT_NAME_MAX + 1];

	if (len == 1 && *name == '*')
		return true;
	if (len == 0 || len > DEVICE_OUTPUT_NAME_MAX)
		return false;
	memcpy(copy, name, len);
	copy[len] = '\0';
	return strspn(copy, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
	       len;
}

static int parse_output(struct reader *r, const char *key, size_t len, void *out)
{
	static const struct reader_field fields[] = {
		{ "mode", parse_mode, 0 },
		{ "rotation", parse_rotation, 0 },
		{ "scale", parse_scale, 0 },
		{ "off", parse_off, 0 },
	};
	struct device *d = out;
	struct device_output *o = &d->outputs[d->n_outputs];

	if (!output_name_valid(key, len))
		return reader_wrong(r,
			"must be the name of a connector such as \"HDMI-A-1\" (\"kiln "
			"doctor\" lists them), or \"*\" for all");
	for (size_t i = 0; i < d->n_outputs; i++)
		if (d->outputs[i].of_device == d->of_device && strlen(d->outputs[i].name) == len &&
			memcmp(d->outputs[i].name, key, len) == 0)
			return reader_wrong(r, "is there twice");
	if (d->n_outputs == DEVICE_OUTPUTS_MAX)
		return reader_wrong(
			r, "there are more than %d, with those of the app", DEVICE_OUTPUTS_MAX);
	*o = (struct device_output){ .of_device = d->of_device };
	memcpy(o->name, key, len);
	d->n_outputs++;
	return reader_object(r, fields, ARRAY_SIZE(fields), o);
}

int device_read_outputs(struct reader *r, void *out)
{
	return reader_members(r, DEVICE_OUTPUTS_MAX, parse_output, out);
}

static void apply(const struct device_output *from, struct output_config *to)
{
	if (from->has_off)
		to->off = from->config.off;
	if (from->has_mode)
		to->mode = from->config.mode;
	if (from->has_rotation)
		to->rotation = from->config.rotation;
	if (from->has_scale)
		to->scale = from->config.scale;
}

/* In the order in which one wins over the other: *, the name, and both of the device. */
void device_output_config(const struct device *d, const char *name, struct output_config *ret)
{
	struct output_config config = { 0 };

	for (unsigned pass = 0; pass < 4; pass++)
		for (const struct device_output *o = d->outputs; o < d->outputs + d->n_outputs; o++)
			if (o->of_device == (pass >= 2) &&
				strcmp(o->name, pass % 2 ? name : "*") == 0)
				apply(o, &config);
	*ret = config;
}

/* ---- input ---- */

/* A name of xkbcommon's, of an output, a glob: it fits or is refused. */
static int parse_name(struct reader *r, void *out)
{
	auto_free char *text = NULL;
	int e = reader_text(r, &text);

	if (e < 0)
		return e;
	if (strlen(text) >= INPUT_NAME_MAX)
		return reader_wrong(r, "is longer than %d bytes", INPUT_NAME_MAX - 1);
	strcpy(out, text);
	return 0;
}

/* A class of devices that is wanted: what is kept is that it is not. */
static int parse_wanted(struct reader *r, void *out)
{
	bool wanted = true, *unwanted = out;
	int e = reader_bool(r, &wanted);

	if (e == 0)
		*unwanted = !wanted;
	return e;
}

struct matrix {
	float *cells;
	size_t n;
};

static int parse_cell(struct reader *r, void *out)
{
	struct matrix *m = out;
	double cell = 0;
	int e = reader_real(r, -100, 100, &cell);

	if (e < 0)
		return e;
	if (m->n < 6)
		m->cells[m->n] = (float)cell;
	m->n++;
	return 0;
}

static int parse_calibration(struct reader *r, void *out)
{
	struct input_binding *b = out;
	struct matrix m = { b->calibration, 0 };
	int e = reader_array(r, parse_cell, &m);

	if (e < 0)
		return e;
	if (m.n != 6)
		return reader_wrong(r, "must be six numbers: [a, b, c, d, e, f] for x' = ax + by + "
				       "c, y' = dx + ey + f");
	if (!input_config_calibration_valid(b->calibration))
		return reader_wrong(r, "puts all of the panel onto one line");
	b->calibrated = true;
	return 0;
}

static int parse_binding(struct reader *r, void *out)
{
	static const struct reader_field fields[] = {
		{ "match", parse_name, offsetof(struct input_binding, match) },
		{ "output", parse_name, offsetof(struct input_binding, output) },
		{ "calibration", parse_calibration, 0 },
	};
	struct input_config *in = out;
	struct input_binding *b = &in->devices[in->n_devices];
	int e;

	if (in->n_devices == INPUT_DEVICES_MAX)
		return reader_wrong(r, "there are more than %d", INPUT_DEVICES_MAX);
	*b = (struct input_binding){ 0 };
	e = reader_object(r, fields, ARRAY_SIZE(fields), b);
	if (e < 0)
		return e;
	if (!b->match[0])
		return reader_wrong(r,
			"needs a \"match\": the device's name (\"kiln doctor\" lists "
			"them), with * for any text, or \"VENDOR:PRODUCT\" in hex");
	in->n_devices++;
	return 0;
}

/* The first that matches counts, so a list of the device's replaces the app's. */
static int parse_bindings(struct reader *r, void *out)
{
	struct input_config *in = out;

	in->n_devices = 0;
	return reader_array(r, parse_binding, in);
}

/* "reload"; null takes away what the app says. */
static int parse_deed(struct reader *r, struct input_deed *ret)
{
	auto_free char *text = NULL;
	struct cursor ahead = r->cursor;
	const char *why;
	struct value v;
	int e;

	if (cursor_next(&ahead, &v) == 0 && v.type == VALUE_NIL) {
		r->cursor = ahead;
		*ret = (struct input_deed){ .action = INPUT_ACTION_NONE };
		return 0;
	}
	e = reader_string(r, &text);
	if (e == 0 && input_config_deed(text, ret, &why) < 0)
		return reader_wrong(r, "%s", why);
	return e;
}

/* Those of one object, so that two spellings of one chord are found. */
struct keys {
	struct input_config *in;
	struct input_chord seen[INPUT_KEYS_MAX];
	size_t n;
};

static bool same_chord(const struct input_chord *a, const struct input_chord *b)
{
	return a->modifiers == b->modifiers && a->keysym == b->keysym;
}

static int put_key(struct reader *r, struct input_config *in, const struct input_key_rule *rule)
{
	struct input_key_rule *k = in->keys, *end = in->keys + in->n_keys;

	while (k < end && !same_chord(&k->chord, &rule->chord))
		k++;
	if (k == end && in->n_keys == INPUT_KEYS_MAX)
		return reader_wrong(
			r, "there are more than %d, with those of the app", INPUT_KEYS_MAX);
	if (rule->deed.action != INPUT_ACTION_NONE) {
		in->n_keys += k == end;
		*k = *rule;
	} else if (k < end) {
		*k = end[-1];
		in->n_keys--;
	}
	return 0;
}

/* Keys of objects may hold anything; what is no text is no word of ours either. */
static char *word(const char *key, size_t len)
{
	return memchr(key, '\0', len) ? strdup("") : strndup(key, len);
}

static int parse_key(struct reader *r, const char *key, size_t len, void *out)
{
	auto_free char *text = word(key, len);
	struct keys *keys = out;
	struct input_key_rule rule;
	const char *why;
	int e;

	if (!text)
		return -ENOMEM;
	if (input_config_chord(text, &rule.chord, &why) < 0)
		return reader_wrong(r, "%s", why);
	for (size_t i = 0; i < keys->n; i++)
		if (same_chord(&keys->seen[i], &rule.chord))
			return reader_wrong(r, "is there twice");
	keys->seen[keys->n++] = rule.chord;
	e = parse_deed(r, &rule.deed);
	return e < 0 ? e : put_key(r, keys->in, &rule);
}

static int parse_keys(struct reader *r, void *out)
{
	struct keys keys = { .in = out };

	return reader_members(r, INPUT_KEYS_MAX, parse_key, &keys);
}

struct gestures {
	struct input_config *in;
	bool seen[INPUT_GESTURES];
};

static int parse_gesture(struct reader *r, const char *key, size_t len, void *out)
{
	auto_free char *text = word(key, len);
	struct gestures *gestures = out;
	enum input_gesture gesture;
	const char *why;

	if (!text)
		return -ENOMEM;
	if (input_config_gesture(text, &gesture, &why) < 0)
		return reader_wrong(r, "%s", why);
	if (gestures->seen[gesture])
		return reader_wrong(r, "is there twice");
	gestures->seen[gesture] = true;
	return parse_deed(r, &gestures->in->gestures[gesture]);
}

static int parse_gestures(struct reader *r, void *out)
{
	struct gestures gestures = { .in = out };

	return reader_members(r, INPUT_GESTURES, parse_gesture, &gestures);
}

int device_read_input(struct reader *r, void *out)
{
	static const struct reader_field fields[] = {
		{ "layout", parse_name, offsetof(struct input_config, layout) },
		{ "variant", parse_name, offsetof(struct input_config, variant) },
		{ "model", parse_name, offsetof(struct input_config, model) },
		{ "options", parse_name, offsetof(struct input_config, options) },
		{ "pointer", parse_wanted, offsetof(struct input_config, no_pointer) },
		{ "keyboard", parse_wanted, offsetof(struct input_config, no_keyboard) },
		{ "touch", parse_wanted, offsetof(struct input_config, no_touch) },
		{ "devices", parse_bindings, 0 },
		{ "keys", parse_keys, 0 },
		{ "gestures", parse_gestures, 0 },
	};
	struct device *d = out;

	return reader_object(r, fields, ARRAY_SIZE(fields), &d->input);
}

/* ---- splash ---- */

static int parse_image(struct reader *r, void *out)
{
	struct device *d = out;
	auto_free char *path = NULL;
	int e = reader_string(r, &path);

	if (e < 0)
		return e;
	if (strlen(path) >= sizeof(d->splash.image))
		return reader_wrong(r, "is too long");
	if (d->of_device && *path != '/')
		return reader_wrong(r, "must be a path that begins with \"/\"");
	if (!d->of_device && *path == '/')
		return reader_wrong(r, "must be a path in the app's folder");
	strcpy(d->splash.image, path);
	d->splash.in_app = !d->of_device;
	return 0;
}

static int parse_color(struct reader *r, void *out)
{
	struct device *d = out;
	auto_free char *text = NULL;
	int e = reader_string(r, &text);

	if (e < 0)
		return e;
	if (strlen(text) != 7 || *text != '#' || strspn(text + 1, "0123456789abcdefABCDEF") != 6)
		return reader_wrong(r, "must be a colour such as \"#101418\"");
	d->splash.color = (uint32_t)strtoul(text + 1, NULL, 16);
	d->splash.has_color = true;
	return 0;
}

int device_read_splash(struct reader *r, void *out)
{
	static const struct reader_field fields[] = {
		{ "image", parse_image, 0 },
		{ "color", parse_color, 0 },
	};

	return reader_object(r, fields, ARRAY_SIZE(fields), out);
}

/* ---- the file ---- */

int device_parse(const char *file, const char *text, size_t len, struct device *d,
	struct reader_error *ret_error)
{
	static const struct reader_field fields[] = {
		{ "outputs", device_read_outputs, 0 },
		{ "input", device_read_input, 0 },
		{ "splash", device_read_splash, 0 },
	};
	auto_free struct device *next = malloc(sizeof(*next));
	struct reader r;
	int e = reader_init(&r, file, text, len, ret_error);

	if (e == 0 && !next)
		e = -ENOMEM;
	if (e == 0) {
		*next = *d;
		next->of_device = true;
		e = reader_object(&r, fields, ARRAY_SIZE(fields), next);
	}
	if (e == 0)
		*d = *next;
	else
		reader_explain(&r, e);
	reader_fini(&r);
	return e;
}

int device_load(const char *path, struct device *d, struct reader_error *ret_error)
{
	struct buf text = BUF_INIT(READER_TEXT_MAX);
	int r = file_read_path(path, READER_TEXT_MAX, &text);

	if (r < 0)
		snprintf(ret_error->text, sizeof(ret_error->text), "%s: %s", path, strerror(-r));
	else
		r = device_parse(
			path, (const char *)buf_bytes(&text), buf_len(&text), d, ret_error);
	buf_fini(&text);
	return r;
}
