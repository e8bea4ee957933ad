#include "ipc/mailbox.h"

#include <errno.h>

struct entry {
	struct list link; /* mailbox's entries */
	struct envelope envelope;
};

void mailbox_init(struct mailbox *m, struct budget *budget, size_t messages_max, size_t bytes_max)
{
	*m = (struct mailbox){
		.budget = budget,
		.messages_max = messages_max,
		.bytes_max = bytes_max,
	};
	list_init(&m->entries);
}

void mailbox_fini(struct mailbox *m)
{
	struct envelope e;

	while (mailbox_take(m, &e))
		envelope_fini(&e);
}

static bool has_room(const struct mailbox *m, size_t size)
{
	return m->messages < m->messages_max && size <= m->bytes_max &&
	       m->bytes <= m->bytes_max - size && m->budget->used <= m->budget->max &&
	       size <= m->budget->max - m->budget->used;
}

static void append(struct mailbox *m, struct entry *entry)
{
	size_t size = entry->envelope.frame->size;

	list_append(&m->entries, &entry->link);
	m->messages++;
	m->bytes += size;
	m->budget->used += size;
}

static struct entry *detach_first(struct mailbox *m)
{
	struct entry *entry = list_first(&m->entries, struct entry, link);
	size_t size;

	if (!entry)
		return NULL;
	size = entry->envelope.frame->size;
	list_remove(&entry->link);
	m->messages--;
	m->bytes -= size;
	m->budget->used -= size;
	return entry;
}

int mailbox_put(struct mailbox *m, struct identity *from, struct frame *f, enum mailbox_room room)
{
	struct entry *entry;
	int r = -ENOBUFS;

	if (room == ROOM_BOUNDED && !has_room(m, f->size))
		goto refuse;
	entry = malloc(sizeof(*entry));
	if (!entry) {
		r = -ENOMEM;
		goto refuse;
	}
	entry->envelope = (struct envelope){ .from = identity_ref(from), .frame = f };
	append(m, entry);
	return 0;

refuse:
	frame_unref(f);
	return r;
}

bool mailbox_take(struct mailbox *m, struct envelope *ret)
{
	struct entry *entry = detach_first(m);

	if (!entry)
		return false;
	*ret = entry->envelope;
	free(entry);
	return true;
}

void mailbox_move(struct mailbox *from, struct mailbox *to)
{
	append(to, detach_first(from));
}

void mailbox_move_before(struct mailbox *from, struct mailbox *to)
{
	while (to->messages > 0)
		mailbox_move(to, from);
	while (from->messages > 0)
		mailbox_move(from, to);
}

const struct envelope *mailbox_peek(const struct mailbox *m)
{
	const struct entry *entry = list_first(&m->entries, struct entry, link);

	return entry ? &entry->envelope : NULL;
}

void envelope_fini(struct envelope *e)
{
	identity_unref(take_ptr(e->from));
	frame_unref(take_ptr(e->frame));
}
