#include "input/keyboard.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xkbcommon/xkbcommon-compose.h>
#include <xkbcommon/xkbcommon.h>

#include "input/config.h"
#include "input/input.h"

#define LOG_TAG "input"
#include "base/log.h"

/* The same dead keys whatever the machine's locale is. */
#define COMPOSE_LOCALE "en_US.UTF-8"

static const struct {
	const char *name;
	unsigned modifier;
} modifiers[] = {
	{ XKB_MOD_NAME_SHIFT, INPUT_SHIFT },
	{ XKB_MOD_NAME_CTRL, INPUT_CTRL },
	{ XKB_MOD_NAME_ALT, INPUT_ALT },
	{ XKB_MOD_NAME_LOGO, INPUT_META },
	{ XKB_MOD_NAME_CAPS, INPUT_CAPS },
};

struct keyboard {
	struct xkb_context *context; /* owned, each of these */
	struct xkb_keymap *keymap;
	struct xkb_state *state;
	struct xkb_compose_table *table; /* null until a dead key is pressed, or none to be had */
	struct xkb_compose_state *compose;
	bool compose_tried;
};

static void on_log(
	struct xkb_context *context, enum xkb_log_level level, const char *format, va_list args)
{
	char text[512];

	vsnprintf(text, sizeof(text), format, args);
	text[strcspn(text, "\n")] = '\0';
	log_debug("%s", text);
}

/* The names become parts of paths in there. */
static bool is_name(const char *text)
{
	return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "_-+,:()|")] == '\0';
}

static struct xkb_keymap *configured_keymap(struct keyboard *k, const struct input_config *config)
{
	const struct xkb_rule_names names = {
		.rules = "evdev",
		.model = *config->model ? config->model : "pc105",
		.layout = *config->layout ? config->layout : "us",
		.variant = config->variant,
		.options = config->options,
	};

	if (!is_name(names.model) || !is_name(names.layout) || !is_name(names.variant) ||
		!is_name(names.options))
		return NULL;
	return xkb_keymap_new_from_names(k->context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS);
}

static int load(struct keyboard *k, const struct input_config *config)
{
	static const struct input_config plain;

	k->context = xkb_context_new(XKB_CONTEXT_NO_ENVIRONMENT_NAMES);
	if (!k->context) {
		log_error("no keyboard: there are no keymaps, install xkb-data");
		return -ENOENT;
	}
	xkb_context_set_log_fn(k->context, on_log);
	k->keymap = configured_keymap(k, config);
	if (!k->keymap) {
		log_error("no keyboard layout \"%s\" (variant \"%s\", model \"%s\", options "
			  "\"%s\"); taking \"us\"",
			config->layout, config->variant, config->model, config->options);
		k->keymap = configured_keymap(k, &plain);
	}
	if (!k->keymap) {
		log_error("no keyboard: not even the layout \"us\" is there, install xkb-data");
		return -ENOENT;
	}
	k->state = xkb_state_new(k->keymap);
	return k->state ? 0 : -ENOMEM;
}

int keyboard_new(const struct input_config *config, struct keyboard **ret)
{
	struct keyboard *k = calloc(1, sizeof(*k));
	int r;

	if (!k)
		return -ENOMEM;
	r = load(k, config);
	if (r < 0) {
		keyboard_free(k);
		return r;
	}
	*ret = k;
	return 0;
}

void keyboard_free(struct keyboard *k)
{
	if (!k)
		return;
	xkb_compose_state_unref(k->compose);
	xkb_compose_table_unref(k->table);
	xkb_state_unref(k->state);
	xkb_keymap_unref(k->keymap);
	xkb_context_unref(k->context);
	free(k);
}

unsigned keyboard_modifiers(const struct keyboard *k)
{
	unsigned mask = 0;

	for (size_t i = 0; i < ARRAY_SIZE(modifiers); i++)
		if (xkb_state_mod_name_is_active(
			    k->state, modifiers[i].name, XKB_STATE_MODS_EFFECTIVE) > 0)
			mask |= modifiers[i].modifier;
	return mask;
}

static uint32_t base_symbol(const struct keyboard *k, uint32_t keycode)
{
	xkb_layout_index_t layout = xkb_state_key_get_layout(k->state, keycode);
	const xkb_keysym_t *symbols;

	if (layout == XKB_LAYOUT_INVALID ||
		xkb_keymap_key_get_syms_by_level(k->keymap, keycode, layout, 0, &symbols) != 1)
		return XKB_KEY_NoSymbol;
	return symbols[0];
}

static bool is_dead(uint32_t keysym)
{
	return keysym >= XKB_KEY_dead_grave && keysym <= XKB_KEY_dead_greek;
}

void keyboard_describe(const struct keyboard *k, uint32_t keycode, struct keyboard_key *ret)
{
	ret->keysym = xkb_state_key_get_one_sym(k->state, keycode);
	ret->base = base_symbol(k, keycode);
	ret->modifiers = keyboard_modifiers(k);
	/* One that is held for long is still one accent. */
	ret->repeats = xkb_keymap_key_repeats(k->keymap, keycode) && !is_dead(ret->keysym);
}

void keyboard_key(struct keyboard *k, uint32_t keycode, bool pressed, struct keyboard_key *ret)
{
	keyboard_describe(k, keycode, ret);
	xkb_state_update_key(k->state, keycode, pressed ? XKB_KEY_DOWN : XKB_KEY_UP);
}

unsigned keyboard_leds(const struct keyboard *k)
{
	unsigned leds = 0;

	if (xkb_state_led_name_is_active(k->state, XKB_LED_NAME_NUM) > 0)
		leds |= KEYBOARD_NUM_LOCK;
	if (xkb_state_led_name_is_active(k->state, XKB_LED_NAME_CAPS) > 0)
		leds |= KEYBOARD_CAPS_LOCK;
	if (xkb_state_led_name_is_active(k->state, XKB_LED_NAME_SCROLL) > 0)
		leds |= KEYBOARD_SCROLL_LOCK;
	return leds;
}

void keyboard_get_state(const struct keyboard *k, struct keyboard_state *ret)
{
	ret->depressed = xkb_state_serialize_mods(k->state, XKB_STATE_MODS_DEPRESSED);
	ret->latched = xkb_state_serialize_mods(k->state, XKB_STATE_MODS_LATCHED);
	ret->locked = xkb_state_serialize_mods(k->state, XKB_STATE_MODS_LOCKED);
	ret->group = xkb_state_serialize_layout(k->state, XKB_STATE_LAYOUT_EFFECTIVE);
}

char *keyboard_keymap(const struct keyboard *k)
{
	return xkb_keymap_get_as_string(k->keymap, XKB_KEYMAP_FORMAT_TEXT_V1);
}

/* At the first dead key: most devices never see one, and the table is large. */
static bool can_compose(struct keyboard *k, uint32_t keysym)
{
	if (k->compose)
		return true;
	if (k->compose_tried || !(is_dead(keysym) || keysym == XKB_KEY_Multi_key))
		return false;
	k->compose_tried = true;
	k->table = xkb_compose_table_new_from_locale(
		k->context, COMPOSE_LOCALE, XKB_COMPOSE_COMPILE_NO_FLAGS);
	if (k->table)
		k->compose = xkb_compose_state_new(k->table, XKB_COMPOSE_STATE_NO_FLAGS);
	if (!k->compose)
		log_warn("dead keys do nothing: there are no compose tables, install libx11-data");
	return k->compose;
}

enum keyboard_composed keyboard_compose(
	struct keyboard *k, uint32_t keysym, char *ret_text, size_t size)
{
	enum xkb_compose_status before, status;
	int len;

	if (!can_compose(k, keysym))
		return KEYBOARD_PLAIN;
	before = xkb_compose_state_get_status(k->compose);
	if (xkb_compose_state_feed(k->compose, keysym) == XKB_COMPOSE_FEED_IGNORED)
		return KEYBOARD_PLAIN;
	status = xkb_compose_state_get_status(k->compose);
	if (status == XKB_COMPOSE_COMPOSING)
		return KEYBOARD_PENDING;
	if (status == XKB_COMPOSE_NOTHING)
		return KEYBOARD_PLAIN;
	len = status == XKB_COMPOSE_COMPOSED
		      ? xkb_compose_state_get_utf8(k->compose, ret_text, size)
		      : 0;
	xkb_compose_state_reset(k->compose);
	if (len > 0 && (size_t)len < size)
		return KEYBOARD_COMPOSED;
	return before == XKB_COMPOSE_COMPOSING ? KEYBOARD_CANCELLED : KEYBOARD_PLAIN;
}

void keyboard_compose_reset(struct keyboard *k)
{
	if (k->compose)
		xkb_compose_state_reset(k->compose);
}
