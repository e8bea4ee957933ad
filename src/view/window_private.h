/* What window.c and desk.c share: nobody else looks into a window. */
#pragma once

#include "base/list.h"
#include "screen/output.h"
#include "view/engine.h"
#include "view/page_peer.h"
#include "view/window.h"
#include "wire/source_maps.h"

struct windows {
	struct windows_options opts;
	char origin[80];
	struct source_maps maps; /* of the pages' scripts */
	struct list all;
	size_t count;
	unsigned last_number; /* of "win-N" */
	struct list outputs; /* struct desk_output: those that are known */
	struct window *focused; /* has the keyboard; null: none */
	int64_t top, bottom; /* the highest and lowest orders that were given */
};

struct window {
	struct windows *windows;
	struct list link; /* windows' all */
	struct web_view *view; /* owned */
	struct page_peer *peer; /* owned */
	struct loop_timer *reload_timer; /* owned: armed between a crash and the reload */
	uint64_t reload_delay;
	uint64_t crashed_at;
	char url[WINDOW_URL_MAX]; /* to be shown: where a reload after a crash goes */
	char home[WINDOW_URL_MAX]; /* what it was opened with, by whomever */
	double home_zoom;
	char opened[WINDOW_URL_MAX]; /* by the script; empty: by the manifest */
	char title[WINDOW_TITLE_MAX + 1]; /* "": the page's */
	double zoom;
	bool transparent;
	bool named; /* by who opened it */
	bool of_last_run; /* of the script, and not asked for by this one yet */

	struct loop_timer *close_timer; /* owned: armed while somebody wants it closed */
	bool close_wanted;
	bool asks; /* the script wants a say in that */

	/* The desk's. */
	struct output *output; /* borrowed; null: there is none yet */
	bool bound; /* to that output, whatever becomes of it */
	struct bounds bounds;
	struct bounds before; /* fullscreen: what they were */
	int32_t z;
	int64_t order; /* among those of its z: higher ones are in front */
	bool visible;
	bool ready; /* its document has painted what it is to be shown with */
	bool framed; /* a frame of its document has come in */
	struct loop_timer *ready_timer; /* owned: armed while it is settling, */
	bool settling; /* hidden, not ready, and better waited for */
	struct bounds told; /* what the script knows of its place, */
	struct {
		const struct output *output; /* and of its output */
		enum output_state state;
		uint32_t width, height;
		double scale;
	} told_output;
};

static inline const char *window_id(const struct window *win)
{
	return page_peer_name(win->peer);
}
