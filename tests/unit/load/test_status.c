/* What CRMs call the state of a lead, yes, and a call to action; files in pieces. */
#include "../cases.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "load/parts.h"

static void words_for_a_state(void **state)
{
	static const struct {
		const char *status, *why, *want;
	} cases[] = {
		{ "New", "Received", "New/Received" },
		{ "NEW", "", "New/Received" },
		{ "신규", "보류 중", "New/Pending" },
		{ "活动", "已接受", "Active/Accepted" },
		{ "Closed", "Lost", "Closed/Lost" },
		{ "Closed", "", "Closed/Won" },
		{ "Closed - Not Converted", "", "Closed/Lost" },
		{ "Active", "Lost",
		  "Active/Accepted" }, /* the reason contradicts: the state counts */
		{ "", "Expired", "Closed/Expired" },
		{ "Odd", "", "" },
		{ "", "", "" },
	};
	AUTO_ARENA a = arena_new("test", 1 << 20);

	(void)state;
	EACH(cases, c)
	{
		struct status s = status_read(a, str_of(c->status), str_of(c->why));
		const char *got =
			s.status ? arena_printf(a, "%s/%s", lead_status_text(s.status), s.substatus)
				 : "";

		SAME(got, c->want, arena_printf(a, "%s/%s", c->status, c->why));
	}
	assert_true(status_is(a, STR("활성"), "Active"));
	assert_false(status_is(a, STR("활성"), "New"));
	assert_true(substatus_is(a, STR("赢单"), "Won"));
	assert_false(substatus_is(a, STR(""), "Won"));
}

static void a_state_only_rises(void **state)
{
	(void)state;
	assert_true(status_rank("New", "Pending") < status_rank("New", "Received"));
	assert_true(status_rank("New", "Received") < status_rank("Active", "Accepted"));
	assert_true(status_rank("Active", "Accepted") < status_rank("Closed", "Won"));
	assert_int_equal(status_rank("Closed", "Won"), status_rank("Closed", "Lost"));
}

static void yes_and_calls(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);

	(void)state;
	assert_true(says_yes(a, STR("Yes")) && says_yes(a, STR("예")) && says_yes(a, STR("1")));
	assert_false(says_yes(a, STR("no")) || says_yes(a, STR("")) || says_yes(a, STR("아니요")));
	SAME(action_of_call(a, STR("Contact me")).p, "PLT", "Contact me");
	SAME(action_of_call(a, STR("지금 가져오기")).p, "INS", "get it now");
	SAME(action_of_call(a, STR("Something")).p, "Something", "unknown");
}

static void pieces_follow_one_another(void **state)
{
	char dir[] = "/tmp/leadline-spool-XXXXXX";
	AUTO_ARENA a = arena_new("test", 1 << 20);
	struct id id = id_new(1);
	const char *path, *folder;
	struct err e = { 0 };
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(dir));
	folder = arena_printf(a, "%s/imports", dir);
	path = load_spool(a, folder, id);
	assert_true(load_spool_ready(folder, &e) && load_spool_ready(folder, &e));
	assert_true(load_spool_add(path, 0, STR("abc"), &e));
	assert_false(load_spool_add(path, 0, STR("abc"), &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	SAME(e.code, "import.offset", "again");
	assert_false(load_spool_add(path, 9, STR("abc"), &e));
	assert_true(load_spool_add(path, 3, STR("def"), &e));
	/* A piece whose row was never written, and one of another file. */
	assert_true(load_spool_cut(path, 3, &e) && load_spool_cut(path, 9, &e));
	assert_true(load_spool_cut(load_spool(a, folder, id_new(2)), 0, &e));
	assert_true(load_spool_add(path, 3, STR("def"), &e));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 6);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_for_a_state),
		cmocka_unit_test(a_state_only_rises),
		cmocka_unit_test(yes_and_calls),
		cmocka_unit_test(pieces_follow_one_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
