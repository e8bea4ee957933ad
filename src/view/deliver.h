/* Events of the seat, made into WebKit's and sent to a view. */
#pragma once

#include <wpe/wpe-platform.h>

struct seat_event;

void deliver_event(WPEView *view, const struct seat_event *ev);
