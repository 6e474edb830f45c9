/* The bell wakes once for any number of rings and stays stopped; the queue keeps order, bound and
 * end. */
#include "cases.h"
#include "base/clock.h"
#include "base/thread.h"

static void rings_before_the_wait_are_not_lost_and_count_once(void **state)
{
	struct bell b;
	int64_t start;

	(void)state;
	bell_init(&b);
	bell_ring(&b);
	bell_ring(&b);
	start = clock_mono();
	assert_true(bell_wait(&b, 60000));
	assert_true(clock_mono() - start < 30000);
	start = clock_mono();
	assert_true(bell_wait(&b, 20));
	assert_true(clock_mono() - start >= 19);
	assert_true(bell_wait(&b, 0));
	bell_free(&b);
}

static void a_rest_is_its_whole_time_and_leaves_the_ring(void **state)
{
	struct bell b;
	int64_t start = clock_mono();

	(void)state;
	bell_init(&b);
	bell_ring(&b);
	assert_true(bell_rest(&b, 20));
	assert_true(clock_mono() - start >= 19);
	start = clock_mono();
	assert_true(bell_wait(&b, 60000));
	assert_true(clock_mono() - start < 30000);
	bell_stop(&b);
	assert_false(bell_rest(&b, 60000));
	bell_free(&b);
}

static void a_stop_is_for_good(void **state)
{
	struct bell b;

	(void)state;
	bell_init(&b);
	bell_stop(&b);
	for (int i = 0; i < 3; i++)
		assert_false(bell_wait(&b, 60000));
	bell_ring(&b);
	assert_false(bell_wait(&b, 60000));
	bell_free(&b);
}

static void *ring_later(void *b)
{
	bell_ring(b);
	return NULL;
}

static void another_thread_wakes_the_waiter(void **state)
{
	struct bell b;
	pthread_t t;

	(void)state;
	bell_init(&b);
	t = thread_start("ringer", ring_later, &b);
	assert_true(bell_wait(&b, 60000));
	pthread_join(t, NULL);
	bell_free(&b);
}

static void the_queue_keeps_order_and_bound(void **state)
{
	struct queue *q = queue_new(3);
	static int x[10];

	(void)state;
	for (int round = 0; round < 5; round++) {
		assert_true(queue_put(q, &x[0]) && queue_put(q, &x[1]) && queue_put(q, &x[2]));
		assert_false(queue_put(q, &x[3]));
		assert_ptr_equal(queue_take(q), &x[0]);
		assert_true(queue_put(q, &x[4]));
		assert_ptr_equal(queue_take(q), &x[1]);
		assert_ptr_equal(queue_take(q), &x[2]);
		assert_ptr_equal(queue_take(q), &x[4]);
	}
	assert_true(queue_put(q, &x[5]));
	queue_close(q);
	assert_false(queue_put(q, &x[6]));
	assert_ptr_equal(queue_take(q), &x[5]);
	assert_null(queue_take(q));
	assert_null(queue_take(q));
	queue_free(q);
}

enum { ITEMS = 20000, TAKERS = 3 };
struct crowd {
	struct queue *q;
	atomic_int seen[ITEMS];
};

static void *take_all(void *arg)
{
	struct crowd *c = arg;
	atomic_int *item;

	while ((item = queue_take(c->q)))
		atomic_fetch_add(item, 1);
	return NULL;
}

static void each_item_goes_to_one_taker_and_closing_wakes_all(void **state)
{
	static struct crowd c;
	pthread_t t[TAKERS];

	(void)state;
	c.q = queue_new(64);
	for (int i = 0; i < TAKERS; i++)
		t[i] = thread_start("taker", take_all, &c);
	for (int i = 0; i < ITEMS; i++)
		while (!queue_put(c.q, &c.seen[i]))
			sched_yield();
	queue_close(c.q);
	for (int i = 0; i < TAKERS; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < ITEMS; i++)
		assert_int_equal(atomic_load(&c.seen[i]), 1);
	queue_free(c.q);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rings_before_the_wait_are_not_lost_and_count_once),
		cmocka_unit_test(a_rest_is_its_whole_time_and_leaves_the_ring),
		cmocka_unit_test(a_stop_is_for_good),
		cmocka_unit_test(another_thread_wakes_the_waiter),
		cmocka_unit_test(the_queue_keeps_order_and_bound),
		cmocka_unit_test(each_item_goes_to_one_taker_and_closing_wakes_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
