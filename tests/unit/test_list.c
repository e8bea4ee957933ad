/* The intrusive list. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

struct item {
	int value;
	struct list link;
};

static void fill(struct list *head, struct item *items, int n)
{
	list_init(head);
	for (int i = 0; i < n; i++) {
		items[i].value = i;
		list_append(head, &items[i].link);
	}
}

/* The values as decimal digits. */
static int digits(struct list *head)
{
	struct item *it;
	int sum = 0;

	list_for_each (it, head, link)
		sum = 10 * sum + it->value + 1;
	return sum;
}

static void a_new_list_is_empty(void **state)
{
	struct list fixed = LIST_INIT(fixed), made;

	list_init(&made);
	assert_true(list_empty(&fixed));
	assert_true(list_empty(&made));
	assert_null(list_first(&made, struct item, link));
	assert_int_equal(digits(&made), 0);
}

static void items_are_kept_in_the_order_of_appending(void **state)
{
	struct item items[3];
	struct list head;

	fill(&head, items, 3);
	assert_false(list_empty(&head));
	assert_int_equal(digits(&head), 123);
	assert_ptr_equal(list_first(&head, struct item, link), &items[0]);
	assert_ptr_equal(head.prev, &items[2].link);
}

static void removing_keeps_the_order_of_the_rest(void **state)
{
	static const int rest[] = { 234, 134, 124, 123 };

	for (int i = 0; i < 4; i++) {
		struct item items[4];
		struct list head;

		fill(&head, items, 4);
		list_remove(&items[i].link);
		assert_int_equal(digits(&head), rest[i]);
		list_append(&head, &items[i].link);
		assert_int_equal(digits(&head), 10 * rest[i] + i + 1);
	}
}

static void removing_twice_is_harmless(void **state)
{
	struct item items[2];
	struct list head;

	fill(&head, items, 2);
	list_remove(&items[0].link);
	list_remove(&items[0].link);
	assert_int_equal(digits(&head), 2);
	list_remove(&items[1].link);
	assert_true(list_empty(&head));
}

static void the_safe_walk_allows_removing_the_current_item(void **state)
{
	struct item items[5], *it, *next;
	struct list head, other;
	int seen = 0;

	fill(&head, items, 5);
	list_init(&other);
	list_for_each_safe (it, next, &head, link) {
		seen++;
		list_remove(&it->link);
		if (it->value % 2)
			list_append(&other, &it->link);
		/* As if it had been freed. */
		else
			it->link.next = it->link.prev = NULL;
	}
	assert_int_equal(seen, 5);
	assert_true(list_empty(&head));
	assert_int_equal(digits(&other), 24);
	list_for_each_safe (it, next, &head, link)
		fail();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_list_is_empty),
		cmocka_unit_test(items_are_kept_in_the_order_of_appending),
		cmocka_unit_test(removing_keeps_the_order_of_the_rest),
		cmocka_unit_test(removing_twice_is_harmless),
		cmocka_unit_test(the_safe_walk_allows_removing_the_current_item),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
