/* The keys that intake knows, while others read them too. */
#include "../stand.h"
#include <stdatomic.h>
#include "base/hash.h"
#include "base/thread.h"

struct other_loader {
	struct intake *in;
	struct sql_db *db;
	int64_t now;
	atomic_bool stop;
	atomic_int loads;
};

static void *load_on_and_on(void *arg)
{
	struct other_loader *o = arg;

	while (!atomic_load(&o->stop)) {
		OK(intake_keys_load(o->in, o->db, o->now, &e));
		atomic_fetch_add(&o->loads, 1);
	}
	return NULL;
}

/* Or the leads of an offer that was just made would be turned away until the next change. */
static void a_slow_load_does_not_forget_a_new_key(void **state)
{
	enum { OFFERS = 100 };
	struct stand *s = *state;
	struct other_loader o = { s->in, test_db_open(&s->t, SQL_DERIVED), s->now, false, 0 };
	const char *lead = stand_lead(s, "PLT", "ana@contoso.example", "Hello");
	pthread_t t = thread_start("loader", load_on_and_on, &o);

	for (int i = 0, seen; i < OFFERS; i++) {
		const char *offer = arena_printf(s->a, "o%d", i);
		const char *key = arena_printf(s->a, "contoso.%s", offer);

		stand_offer(s, "contoso", offer);
		seen = atomic_load(&o.loads);
		do {
			int last = atomic_load(&o.loads);

			assert_int_equal(stand_post(s, key, lead).status, 200);
			while (atomic_load(&o.loads) == last)
				;
		} while (atomic_load(&o.loads) < seen + 2);
	}
	atomic_store(&o.stop, true);
	pthread_join(t, NULL);
	sql_close(o.db);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(a_slow_load_does_not_forget_a_new_key),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
