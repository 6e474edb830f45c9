/*
 * The plan of every statement of the store, all members of every family: none reads a table that
 * grows with the leads from end to end, or all that a publisher has in it; none
 * sorts what has no bound. Each exception has its reason.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include "sql/driver.h"
#include "store/store.h"
#include "db.h"

static const char *const growing[] = { "lead",           "receipt",    "touch",
				       "delivery",       "attempt",    "customer",
				       "change",         "audit",      "lead_search",
				       "match_pair",     "regroup",    "regroup_lead",
				       "regroup_pair",   "load_row",   "customer_override",
				       "timeline_entry", "engagement", "lead_move",
				       "record",         "lead_stage", "lead_check",
				       "task",           "lead_watch", "notification",
				       "lead_contact",   NULL };
/* What statements call them. */
static const char *const aliases[] = { "l",  "st", "r", "d",  "c", "s", "p",   "m",
				       "la", "lb", "t", "lw", "n", "k", "old", NULL };

struct exception {
	const char *prefix; /* of the statement's name */
	const char *reason;
};
static const struct exception may_scan[] = {
	{ "copy_", "each table is copied from end to end, or counted or emptied for it" },
	{ "export_", "an export is the whole table, row by row" },
	{ "lead_class", "c is a row that was found, not a table" },
	{ "lead_words", "the search index is made anew from all leads" },
	{ "outbox_leases_over",
	  "of the partial index of what is leased: as many as are under way" },
	{ "receipt_waiting_count", "of the partial index of what waits" },
	{ "search_clear", "the search index is made anew" },
	{ "task_part", "l is the leads of a part, counted and found few" },
	{ NULL, NULL },
};
/* What a publisher has in a table, led by nothing else. */
static const struct exception may_lead_by_publisher[] = {
	{ "receipt_newest", "the first row of the index is all that is asked" },
	{ NULL, NULL },
};
/* All pairs of a publisher that are in a state. */
static const struct exception may_lead_by_state[] = {
	{ "pair_few", "so many as are asked for" },
	{ NULL, NULL },
};
static const struct exception may_sort[] = {
	{ "assign_first_team", "the teams of one person" },
	{ "assign_members", "the people of one team" },
	{ "erase_", "what is known of one customer or lead" },
	{ "golden_leads", "the leads of one customer" },
	{ "lead_class", "three rows" },
	{ "delivery_page_lead", "what is owed for one lead" },
	{ "desk_lead_set", "the teams of one person" },
	{ "lead_due_page_customer", "counted, and found few, before it leads" },
	{ "lead_due_page_new", "counted, and found few, before it leads" },
	{ "lead_due_page_offer", "counted, and found few, before it leads" },
	{ "lead_due_page_received", "counted, and found few, before it leads" },
	{ "lead_due_page_substatus", "counted, and found few, before it leads" },
	{ "lead_due_page_unread", "counted, and found few, before it leads" },
	{ "lead_others", "the leads of one customer" },
	{ "lead_page_customer", "the leads of one customer" },
	{ "lead_probe_page_customer", "the leads of one customer" },
	{ "lead_progress_page_of_customer", "the leads of one customer" },
	{ "lead_search_due_page", "what was counted and found few, or is in a span" },
	{ "lead_touches", "touches of one lead in the same ms" },
	{ "lead_updated_page_offer", "counted, and found few, before it leads" },
	{ "lead_updated_page_owner", "counted, and found few, before it leads" },
	{ "lead_updated_page_team", "counted, and found few, before it leads" },
	{ "lead_words", "touches of one lead in the same ms" },
	{ "match_between", "what is known of two customers" },
	{ "member_list", "the leads of one customer" },
	{ "notification_kinds", "counted into eleven kinds" },
	{ "outbox_claim_head", "two rows" },
	{ "outbox_lead", "touches of one lead in the same ms" },
	{ "process_items", "the items of one process" },
	{ "process_stages", "the stages of one process" },
	{ "receipt_leads", "the leads of one message" },
	{ "reach_counts", "counted into kinds and offers, of so many leads as are looked at" },
	{ "reach_customer", "the leads of one customer" },
	{ "reach_golden", "the leads of one customer" },
	{ "reach_stages", "counted into stages, of so many leads as are looked at" },
	{ "regroup_of_", "what was done to one customer, lead or pair" },
	{ "task_part", "the open tasks of leads that were counted, and found few" },
	{ NULL, NULL },
};

/* Whose other bounds fit another index too, which SQLite knows nothing better of than of this. */
static const struct {
	const char *query, *index;
} leading[] = {
	{ "customer_list_country_newest", "customer_country" },
	{ "customer_list_country_oldest", "customer_country" },
	{ "delivery_page_lead", "delivery_lead" },
	{ "delivery_page_state", "delivery_state" },
	{ "lead_among_page_new_newest", "lead_new" },
	{ "lead_among_page_new_oldest", "lead_new" },
	{ "lead_among_page_owed_newest", "lead_owed" },
	{ "lead_among_page_owed_oldest", "lead_owed" },
	{ "lead_among_page_owner_newest", "lead_owner" },
	{ "lead_among_page_status_newest", "lead_status" },
	{ "lead_among_page_team_newest", "lead_team" },
	{ "lead_due_page_owed_falling", "lead_owed_due" },
	{ "lead_due_page_owed_rising", "lead_owed_due" },
	{ "lead_due_span_falling", "lead_owed_due" },
	{ "lead_due_span_rising", "lead_owed_due" },
	{ "lead_ends_new", "lead_new" },
	{ "lead_ends_owed", "lead_owed" },
	{ "lead_few_new", "lead_new" },
	{ "lead_few_owed", "lead_owed_due" },
	{ "lead_page_new_newest", "lead_new" },
	{ "lead_page_new_oldest", "lead_new" },
	{ "lead_page_owed_newest", "lead_owed" },
	{ "lead_page_owed_oldest", "lead_owed" },
	{ "lead_probe_page_new_newest", "lead_new" },
	{ "lead_probe_page_new_oldest", "lead_new" },
	{ "lead_probe_page_owed_newest", "lead_owed" },
	{ "lead_probe_page_owed_oldest", "lead_owed" },
	{ "lead_progress_page_favorite_newest", "engagement_favorite" },
	{ "lead_progress_page_few_newest", "lead_move_few" },
	{ "lead_progress_page_of_new_newest", "lead_new" },
	{ "lead_progress_page_of_offer_newest", "lead_offer" },
	{ "lead_progress_page_of_owner_newest", "lead_owner" },
	{ "lead_progress_page_of_team_oldest", "lead_team" },
	{ "lead_progress_page_of_test_newest", "lead_test" },
	{ "lead_progress_page_of_unread_newest", "lead_unread" },
	{ "lead_progress_page_quality_newest", "engagement_quality" },
	{ "lead_updated_page_offer_newest", "lead_offer" },
	{ "lead_updated_page_owner_newest", "lead_owner" },
	{ "lead_updated_page_team_newest", "lead_team" },
	{ "reach_counts_offer", "lead_offer" },
	{ "reach_counts_owner", "lead_owner" },
	{ "reach_counts_team", "lead_team" },
	{ "reach_owed_owner", "lead_owner_due" },
	{ "reach_owed_team", "lead_team_due" },
	{ "reach_stages_offer", "lead_offer_active" },
	{ "reach_stages_owner", "lead_owner_active" },
	{ "reach_stages_team", "lead_team_active" },
	{ "receipt_list_state_trouble", "receipt_trouble" },
	{ "receipt_list_state_waiting", "receipt_waiting" },
	{ "regroup_of_lead", "regroup_lead_lead" },
	{ "regroup_of_pair", "regroup_pair_pair" },
};

static bool is_exempt(const struct exception *list, const char *name)
{
	for (; list->prefix; list++)
		if (!strncmp(name, list->prefix, strlen(list->prefix)))
			return true;
	return false;
}

static bool is_one_of(const char *const *list, const char *text, size_t n)
{
	for (; *list; list++)
		if (strlen(*list) == n && !strncmp(*list, text, n))
			return true;
	return false;
}

/* The text behind what, up to the next blank, names a table that grows. */
static bool names_growing(const char *line, const char *what)
{
	const char *at = strstr(line, what);
	size_t n;

	if (!at)
		return false;
	at += strlen(what);
	n = strcspn(at, " \n");
	return is_one_of(growing, at, n) || is_one_of(aliases, at, n);
}

static int complain(const char *engine, const struct sql_query *q, const char *line)
{
	print_error("%s, %s: %s\n", engine, q->name, line);
	return 1;
}

/* ---- SQLite: its plans do not depend on what is in the tables ---- */

static int check_sqlite_line(const struct sql_query *q, const char *line)
{
	/* The rows of some words, or one row that is compared with them. */
	bool words = strstr(line, "VIRTUAL TABLE") && (strstr(line, ":M") || strstr(line, ":=M"));

	if (names_growing(line, "SCAN ") && !words && !is_exempt(may_scan, q->name))
		return complain("SQLite", q, line);
	if (names_growing(line, "SEARCH ") && strstr(line, "(publisher_id=?)") &&
	    !is_exempt(may_lead_by_publisher, q->name))
		return complain("SQLite", q, line);
	if (strstr(line, "match_pair_state (publisher_id=? AND state=?)") &&
	    !is_exempt(may_lead_by_state, q->name))
		return complain("SQLite", q, line);
	if (strstr(line, "USE TEMP B-TREE") && !is_exempt(may_sort, q->name))
		return complain("SQLite", q, line);
	return 0;
}

static const char *index_of(const char *query)
{
	for (size_t i = 0; i < LL_COUNT(leading); i++)
		if (!strcmp(leading[i].query, query))
			return leading[i].index;
	return NULL;
}

static int check_sqlite(sqlite3 *db, const struct sql_query *q)
{
	char *text = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", q->sqlite);
	const char *index = index_of(q->name);
	sqlite3_stmt *st = NULL;
	bool led = !index;
	int bad = 0;

	if (sqlite3_prepare_v2(db, text, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", q->name, sqlite3_errmsg(db));
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *line = (const char *)sqlite3_column_text(st, 3);

		bad += check_sqlite_line(q, line);
		led = led || strstr(line, index);
	}
	sqlite3_finalize(st);
	sqlite3_free(text);
	return bad + (led ? 0 : complain("SQLite", q, index));
}

static void migrate(const struct test_db *t)
{
	struct sql_db *db = test_db_open(t, SQL_DERIVED);
	struct err e = { 0 };

	if (!sql_migrate(db, store_migrations, store_migration_count, NULL, &e))
		fail_msg("%s", e.text);
	sql_close(db);
}

static void no_statement_reads_all_on_sqlite(void **state)
{
	struct test_db t;
	sqlite3 *db = NULL;
	int bad = 0;

	(void)state;
	test_db_make(SQL_SQLITE, &t);
	migrate(&t);
	assert_int_equal(sqlite3_open(t.url + strlen("sqlite:"), &db), SQLITE_OK);
	for (size_t i = 0; i < sql_query_count; i++)
		bad += check_sqlite(db, sql_queries[i]);
	sqlite3_close(db);
	test_db_drop(&t);
	assert_int_equal(bad, 0);
}

/*
 * ---- PostgreSQL: with scans discouraged, one in the plan means that no index fits. Which index it
 * takes and whether it sorts depends on what is in the tables: not asked here. ----
 */

static Oid oid_of(char kind)
{
	return kind == 't' || kind == 'T' ? 25 : kind == 'i' || kind == 'I' ? 20 : 17;
}

static void pg_do(PGconn *c, const char *text)
{
	PGresult *r = PQexec(c, text);

	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", text, PQerrorMessage(c));
	PQclear(r);
}

static int check_postgresql(PGconn *c, const struct sql_query *q)
{
	char text[1024] = "EXPLAIN (COSTS OFF) EXECUTE q";
	Oid types[SQL_MAX_FIELDS];
	int n = 0, bad = 0;
	PGresult *r;

	for (const struct sql_field *f = q->in; f && f->name; f++) {
		types[n] = oid_of(f->kind);
		strcat(text, n++ ? ", NULL" : "(NULL");
	}
	strcat(text, n ? ")" : "");
	r = PQprepare(c, "q", q->postgresql, n, types);
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", q->name, PQerrorMessage(c));
	PQclear(r);
	r = PQexec(c, text);
	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", q->name, PQerrorMessage(c));
	for (int i = 0; i < PQntuples(r); i++)
		if (names_growing(PQgetvalue(r, i, 0), "Seq Scan on ") &&
		    !is_exempt(may_scan, q->name))
			bad += complain("PostgreSQL", q, PQgetvalue(r, i, 0));
	PQclear(r);
	pg_do(c, "DEALLOCATE q");
	return bad;
}

static void no_statement_reads_all_on_postgresql(void **state)
{
	struct test_db t;
	PGconn *c;
	int bad = 0;

	(void)state;
	test_db_make(SQL_POSTGRESQL, &t);
	migrate(&t);
	c = PQconnectdb(t.url);
	assert_int_equal(PQstatus(c), CONNECTION_OK);
	pg_do(c, "SET enable_seqscan = off");
	pg_do(c, "SET plan_cache_mode = force_generic_plan");
	for (size_t i = 0; i < sql_query_count; i++)
		bad += check_postgresql(c, sql_queries[i]);
	PQfinish(c);
	test_db_drop(&t);
	assert_int_equal(bad, 0);
}

static bool is_statement(const char *name)
{
	for (size_t i = 0; i < sql_query_count; i++)
		if (!strcmp(sql_queries[i]->name, name))
			return true;
	return false;
}

/* An exception that no statement has is a mistake in the table. */
static void every_exception_names_a_statement(void **state)
{
	const struct exception *const lists[] = { may_scan, may_lead_by_publisher,
						  may_lead_by_state, may_sort };

	(void)state;
	for (size_t i = 0; i < LL_COUNT(leading); i++)
		if (!is_statement(leading[i].query))
			fail_msg("%s", leading[i].query);
	for (size_t k = 0; k < LL_COUNT(lists); k++) {
		for (const struct exception *x = lists[k]; x->prefix; x++) {
			bool found = false;

			assert_true(x->reason && *x->reason);
			for (size_t i = 0; i < sql_query_count && !found; i++)
				found = !strncmp(sql_queries[i]->name, x->prefix,
						 strlen(x->prefix));
			if (!found)
				fail_msg("%s", x->prefix);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_statement_reads_all_on_sqlite),
		cmocka_unit_test(no_statement_reads_all_on_postgresql),
		cmocka_unit_test(every_exception_names_a_statement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
