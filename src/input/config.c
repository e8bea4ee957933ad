#include "input/config.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <strings.h>
#include <xkbcommon/xkbcommon.h>

#include "input/input.h"

static const char *const actions[] = {
	[INPUT_ACTION_RELOAD] = "reload",
	[INPUT_ACTION_BACK] = "back",
	[INPUT_ACTION_FORWARD] = "forward",
	[INPUT_ACTION_HOME] = "home",
	[INPUT_ACTION_ZOOM_IN] = "zoom-in",
	[INPUT_ACTION_ZOOM_OUT] = "zoom-out",
	[INPUT_ACTION_ZOOM_RESET] = "zoom-reset",
	[INPUT_ACTION_NEXT_WINDOW] = "next-window",
	[INPUT_ACTION_CLOSE] = "close",
};

static const char *const gestures[INPUT_GESTURES] = {
	[INPUT_HOLD_TOP_LEFT] = "hold-top-left",
	[INPUT_HOLD_TOP_RIGHT] = "hold-top-right",
	[INPUT_HOLD_BOTTOM_LEFT] = "hold-bottom-left",
	[INPUT_HOLD_BOTTOM_RIGHT] = "hold-bottom-right",
	[INPUT_SWIPE_FROM_LEFT] = "swipe-from-left",
	[INPUT_SWIPE_FROM_RIGHT] = "swipe-from-right",
	[INPUT_SWIPE_FROM_TOP] = "swipe-from-top",
	[INPUT_SWIPE_FROM_BOTTOM] = "swipe-from-bottom",
};

static const struct {
	const char *name;
	unsigned modifier;
} modifiers[] = {
	{ "ctrl", INPUT_CTRL },
	{ "control", INPUT_CTRL },
	{ "alt", INPUT_ALT },
	{ "shift", INPUT_SHIFT },
	{ "meta", INPUT_META },
	{ "super", INPUT_META },
	{ "win", INPUT_META },
};

/* What is printed on keys, where X11 calls them otherwise. */
static const struct {
	const char *name;
	uint32_t keysym;
} aliases[] = {
	{ "esc", XKB_KEY_Escape },
	{ "enter", XKB_KEY_Return },
	{ "del", XKB_KEY_Delete },
	{ "ins", XKB_KEY_Insert },
	{ "pageup", XKB_KEY_Prior },
	{ "pagedown", XKB_KEY_Next },
	{ "plus", XKB_KEY_plus },
	{ "minus", XKB_KEY_minus },
};

static int refuse(const char **ret_why, const char *why)
{
	*ret_why = why;
	return -EINVAL;
}

static unsigned modifier_of(const char *text, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(modifiers); i++)
		if (strlen(modifiers[i].name) == len &&
			strncasecmp(modifiers[i].name, text, len) == 0)
			return modifiers[i].modifier;
	return 0;
}

static bool is_modifier(uint32_t keysym)
{
	return (keysym >= XKB_KEY_Shift_L && keysym <= XKB_KEY_Hyper_R) ||
	       (keysym >= XKB_KEY_ISO_Lock && keysym <= XKB_KEY_ISO_Level5_Lock) ||
	       keysym == XKB_KEY_Mode_switch || keysym == XKB_KEY_Num_Lock;
}

/* The one character that @text is, or 0. */
static uint32_t single_character(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	static const unsigned char leads[] = { 0x80, 0xe0, 0xf0, 0xf8 };
	size_t more = s[0] < 0x80 ? 0 : s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc0 ? 1 : 4;
	uint32_t c;

	if (more == 4 || strlen(text) != more + 1)
		return 0;
	c = more == 0 ? s[0] : s[0] & (unsigned char)~leads[more];
	for (size_t i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	return c;
}

static uint32_t keysym_of(const char *text)
{
	uint32_t c = single_character(text);

	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (strcasecmp(aliases[i].name, text) == 0)
			return aliases[i].keysym;
	if (c > ' ')
		return xkb_utf32_to_keysym(c);
	return xkb_keysym_from_name(text, XKB_KEYSYM_CASE_INSENSITIVE);
}

int input_config_chord(const char *text, struct input_chord *ret, const char **ret_why)
{
	struct input_chord chord = { 0 };
	const char *plus;

	/* A "+" that comes last is the key itself. */
	while ((plus = strchr(text, '+')) && plus[1]) {
		unsigned modifier = modifier_of(text, (size_t)(plus - text));

		if (!modifier)
			return refuse(ret_why, "modifiers are Ctrl, Alt, Shift and Meta");
		if (chord.modifiers & modifier)
			return refuse(ret_why, "a modifier stands there twice");
		chord.modifiers |= modifier;
		text = plus + 1;
	}
	if (!*text)
		return refuse(ret_why, "no key");
	chord.keysym = xkb_keysym_to_lower(keysym_of(text));
	if (chord.keysym == XKB_KEY_NoSymbol)
		return refuse(
			ret_why, "no key has this name: \"F5\", \"Escape\", \"Left\", \"a\" are");
	if (modifier_of(text, strlen(text)) || is_modifier(chord.keysym))
		return refuse(ret_why, "a modifier alone is no chord");
	*ret = chord;
	return 0;
}

int input_config_deed(const char *text, struct input_deed *ret, const char **ret_why)
{
	struct input_deed deed = { .action = INPUT_ACTION_NONE };
	size_t len;

	if (strncmp(text, "event:", 6) == 0) {
		text += 6;
		len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "-_.:");
		if (len == 0 || len >= sizeof(deed.name) || text[len])
			return refuse(ret_why, "an event's name is 1 to 63 letters, digits, "
					       "\"-\", \"_\", \".\" or \":\"");
		deed.action = INPUT_ACTION_EVENT;
		memcpy(deed.name, text, len);
		*ret = deed;
		return 0;
	}
	for (size_t i = INPUT_ACTION_NONE + 1; i < ARRAY_SIZE(actions); i++)
		if (strcmp(actions[i], text) == 0) {
			deed.action = (enum input_action)i;
			*ret = deed;
			return 0;
		}
	return refuse(ret_why, "actions are reload, back, forward, home, zoom-in, zoom-out, "
			       "zoom-reset, next-window, close and event:NAME");
}

int input_config_gesture(const char *text, enum input_gesture *ret, const char **ret_why)
{
	for (size_t i = 0; i < INPUT_GESTURES; i++)
		if (strcmp(gestures[i], text) == 0) {
			*ret = (enum input_gesture)i;
			return 0;
		}
	return refuse(ret_why, "gestures are hold-top-left, -top-right, -bottom-left, "
			       "-bottom-right and swipe-from-left, -right, -top, -bottom");
}

const char *input_config_action_name(enum input_action a)
{
	if (a == INPUT_ACTION_EVENT)
		return "event";
	return a > INPUT_ACTION_NONE && a < ARRAY_SIZE(actions) ? actions[a] : "none";
}

const char *input_config_gesture_name(enum input_gesture g)
{
	return g < INPUT_GESTURES ? gestures[g] : "none";
}

bool input_config_calibration_valid(const float c[static 6])
{
	for (size_t i = 0; i < 6; i++)
		if (!isfinite(c[i]) || fabsf(c[i]) > 100)
			return false;
	return fabsf(c[0] * c[4] - c[1] * c[3]) > 1e-4f;
}
