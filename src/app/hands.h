/*
 * What people do, in a run: the devices, what becomes of their events, and the seat that
 * hands them to windows.
 */
#pragma once

#include <stdbool.h>

#include "base/macros.h"

struct engine;
struct hands;
struct input;
struct input_config;
struct keyboard;
struct loop;
struct screen;
struct seat;
struct windows;

/*
 * @devices: those of this machine are used; else there are none. All is borrowed, @config
 * for the call. Devices that cannot be had are logged, and are no failure. -ENOMEM.
 */
must_check int hands_new(struct loop *l, struct screen *s, const struct input_config *config,
	bool devices, struct hands **ret);
/* After the engine's views. No-op on null. */
void hands_free(struct hands *h);

/* For the engine that is to be made; owned by @h. */
struct seat *hands_seat(const struct hands *h);
struct keyboard *hands_keyboard(const struct hands *h);
/* For devices that are not libinput's: what a test plays, or a hand from afar. */
struct input *hands_input(const struct hands *h);
/* Who acts on keys and gestures, from now on; both null before they are freed. */
void hands_serve(struct hands *h, struct engine *e, struct windows *w);
