/*
 * Intrusive doubly linked list. A head and a link are the same struct; a link
 * that is in no list points to itself after list_init() or list_remove(), so
 * removing twice is harmless.
 */
#pragma once

#include <stdbool.h>

#include "base/macros.h"

struct list {
	struct list *prev, *next;
};

#define LIST_INIT(name) { &(name), &(name) }

static inline void list_init(struct list *l)
{
	l->prev = l->next = l;
}

static inline bool list_empty(const struct list *head)
{
	return head->next == head;
}

static inline void list_append(struct list *head, struct list *link)
{
	link->prev = head->prev;
	link->next = head;
	head->prev->next = link;
	head->prev = link;
}

static inline void list_remove(struct list *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
	list_init(link);
}

/* Null when the list is empty. */
#define list_first(head, type, member) \
	(list_empty(head) ? NULL : container_of((head)->next, type, member))

#define list_for_each(pos, head, member)                                                         \
	for (pos = container_of((head)->next, __typeof__(*pos), member); &pos->member != (head); \
		pos = container_of(pos->member.next, __typeof__(*pos), member))

/* The body may remove and free @pos, and nothing else of the list. */
#define list_for_each_safe(pos, tmp, head, member)                          \
	for (pos = container_of((head)->next, __typeof__(*pos), member),    \
	    tmp = container_of(pos->member.next, __typeof__(*pos), member); \
		&pos->member != (head);                                     \
		pos = tmp, tmp = container_of(tmp->member.next, __typeof__(*tmp), member))
