/* What a key or a gesture of the device's configuration does to windows. */
#pragma once

#include "input/config.h"

struct windows;

/*
 * To the window that has the keyboard, or else the first; no-op when there is none. The
 * script gets an event of INPUT_ACTION_EVENT, and may refuse INPUT_ACTION_CLOSE.
 */
void window_action_do(struct windows *w, const struct input_deed *deed);
