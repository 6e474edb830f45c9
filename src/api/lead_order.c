/* The orders of a page of leads; what is of one time stands by publisher, so that no two are equal.
 */
#include <string.h>
#include "api/lead_read.h"

static int by_publisher(const struct lead_page_row *x, const struct lead_page_row *y)
{
	return strcmp(x->publisher_id, y->publisher_id);
}

static int newest(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;

	return x->seq == y->seq ? by_publisher(x, y) : x->seq < y->seq ? 1 : -1;
}

static int oldest(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;

	return x->seq == y->seq ? by_publisher(x, y) : x->seq > y->seq ? 1 : -1;
}

static int rising(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;

	return x->due_sort == y->due_sort ? oldest(a, b) : x->due_sort > y->due_sort ? 1 : -1;
}

static int falling(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;

	return x->due_sort == y->due_sort ? newest(a, b) : x->due_sort < y->due_sort ? 1 : -1;
}

merge_order *const lead_orders[] = { [LEAD_ORDER_OLDEST] = oldest,
				     [LEAD_ORDER_NEWEST] = newest,
				     [LEAD_ORDER_RISING] = rising,
				     [LEAD_ORDER_FALLING] = falling };
