#include "ipc/inbox.h"

#include <errno.h>
#include <string.h>

#include "ipc/checker.h"

struct lane {
	struct list link; /* inbox's lanes */
	struct identity *owner; /* owned: the sender whose message opened it, for its name */
	struct mailbox box;
};

void inbox_init(
	struct inbox *i, struct budget *budget, size_t lane_messages_max, size_t lane_bytes_max)
{
	*i = (struct inbox){
		.budget = budget,
		.lane_messages_max = lane_messages_max,
		.lane_bytes_max = lane_bytes_max,
	};
	list_init(&i->lanes);
}

static void lane_free(struct lane *lane)
{
	list_remove(&lane->link);
	mailbox_fini(&lane->box);
	identity_unref(lane->owner);
	free(lane);
}

void inbox_fini(struct inbox *i)
{
	struct lane *lane, *next;

	if (!i->lanes.next)
		return;
	list_for_each_safe (lane, next, &i->lanes, link)
		lane_free(lane);
	i->messages = 0;
}

static struct lane *find_lane(const struct inbox *i, const struct identity *from)
{
	struct lane *lane;

	/* Frames inside a window have a lane beside its own: their floods are not the page's. */
	list_for_each (lane, &i->lanes, link)
		if (lane->owner == from ||
			(strcmp(lane->owner->peer, from->peer) == 0 &&
				(lane->owner->frame == CAPS_SUB) == (from->frame == CAPS_SUB)))
			return lane;
	return NULL;
}

static struct lane *open_lane(struct inbox *i, struct identity *from)
{
	struct lane *lane = malloc(sizeof(*lane));

	if (!lane)
		return NULL;
	lane->owner = identity_ref(from);
	mailbox_init(&lane->box, i->budget, i->lane_messages_max, i->lane_bytes_max);
	list_append(&i->lanes, &lane->link);
	return lane;
}

/* An empty lane is none: a peer that comes and goes leaves nothing behind. */
static void close_if_empty(struct lane *lane)
{
	if (lane->box.messages == 0)
		lane_free(lane);
}

int inbox_put(struct inbox *i, struct identity *from, struct frame *f, enum mailbox_room room)
{
	struct lane *lane = find_lane(i, from);
	int r;

	if (!lane)
		lane = open_lane(i, from);
	if (!lane) {
		frame_unref(f);
		return -ENOMEM;
	}
	r = mailbox_put(&lane->box, from, f, room);
	if (r == 0)
		i->messages++;
	close_if_empty(lane);
	return r;
}

int inbox_put_back(struct inbox *i, struct identity *from, struct frame *f)
{
	struct mailbox front;
	struct lane *lane;
	int r;

	mailbox_init(&front, i->budget, 1, f->size);
	r = mailbox_put(&front, from, f, ROOM_RESERVED);
	if (r < 0)
		return r;
	lane = find_lane(i, from);
	if (!lane)
		lane = open_lane(i, from);
	if (lane) {
		mailbox_move_before(&front, &lane->box);
		i->messages++;
	}
	mailbox_fini(&front);
	return lane ? 0 : -ENOMEM;
}

bool inbox_take(struct inbox *i, struct envelope *ret)
{
	struct lane *lane = list_first(&i->lanes, struct lane, link);

	if (!lane)
		return false;
	mailbox_take(&lane->box, ret);
	i->messages--;
	list_remove(&lane->link);
	list_append(&i->lanes, &lane->link);
	close_if_empty(lane);
	return true;
}

static void lane_drop(struct inbox *i, struct lane *lane, bool (*unwanted)(const struct frame *f))
{
	struct envelope e;

	for (size_t n = lane->box.messages; n > 0; n--) {
		if (!unwanted(mailbox_peek(&lane->box)->frame)) {
			/* To its own end: after a full turn they stand as they stood. */
			mailbox_move(&lane->box, &lane->box);
			continue;
		}
		mailbox_take(&lane->box, &e);
		envelope_fini(&e);
		i->messages--;
	}
	close_if_empty(lane);
}

void inbox_drop(struct inbox *i, bool (*unwanted)(const struct frame *f))
{
	struct lane *lane, *next;

	list_for_each_safe (lane, next, &i->lanes, link)
		lane_drop(i, lane, unwanted);
}
