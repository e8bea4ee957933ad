#include "ipc/mailbox.h"

#include <errno.h>

struct entry {
	struct list link; /* mailbox's entries */
	struct envelope envelope;
};

void mailbox_init(struct mailbox *m, size_t messages_max, size_t bytes_max)
{
	*m = (struct mailbox){ .messages_max = messages_max, .bytes_max = bytes_max };
	list_init(&m->entries);
}

void mailbox_fini(struct mailbox *m)
{
	struct envelope e;

	while (mailbox_take(m, &e))
		envelope_fini(&e);
}

int mailbox_put(struct mailbox *m, struct identity *from, struct frame *f)
{
	struct entry *entry;
	int r = -ENOBUFS;

	if (m->messages >= m->messages_max || f->size > m->bytes_max - m->bytes)
		goto refuse;
	entry = malloc(sizeof(*entry));
	if (!entry) {
		r = -ENOMEM;
		goto refuse;
	}
	entry->envelope = (struct envelope){ .from = identity_ref(from), .frame = f };
	list_append(&m->entries, &entry->link);
	m->messages++;
	m->bytes += f->size;
	return 0;

refuse:
	frame_unref(f);
	return r;
}

bool mailbox_take(struct mailbox *m, struct envelope *ret)
{
	struct entry *entry = list_first(&m->entries, struct entry, link);

	if (!entry)
		return false;
	list_remove(&entry->link);
	m->messages--;
	m->bytes -= entry->envelope.frame->size;
	*ret = entry->envelope;
	free(entry);
	return true;
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
