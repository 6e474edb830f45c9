/* A dry run whose result is kept: counts, and the first rows that have something to be told. */
#include <string.h>
#include "load/loader.h"

#define KEPT 10000 /* rows of a dry run that are told one by one; the counts have all */

static void take_row(void *ctx, const struct load_row *row)
{
	struct slot *s = ctx;

	if (!row->problem && row->outcome != LOAD_CHANGED && row->outcome != LOAD_REFUSED)
		return;
	if (s->kept >= KEPT || s->told_n == SLOT_ROWS)
		return;
	s->kept++;
	s->told[s->told_n++] = (struct load_row_put_in){
		.publisher = s->publisher,
		.load = s->id,
		.n = (int64_t)row->n,
		.line = (int64_t)row->line,
		.outcome = load_outcome_text(row->outcome),
		.problem = row->problem,
	};
}

bool check_begin(struct slot *s, struct err *e)
{
	static const struct load_counts none;
	AUTO_TX tx = { 0 };

	load_tell(s->load, take_row, s);
	return sql_begin(s->db, &tx, e) &&
	       load_rows_gone(s->db, &(struct load_rows_gone_in){ s->publisher, s->id }, NULL, e) &&
	       load_write_counts(s->load, &none, e) && sql_commit(&tx, e);
}

static bool end(struct slot *s, struct err *e)
{
	struct load_about_put_in about = { s->publisher, s->id, load_about_json(s->load, s->arena),
					   load_counts(s->load)->rows };
	struct load_rest_in rest = { s->publisher, s->id, "checked", NULL, NULL };

	return load_about_put(s->db, &about, NULL, e) && load_rest(s->db, &rest, NULL, e);
}

int check_step(struct slot *s, int64_t now_ms, struct err *e)
{
	AUTO_TX tx = { 0 };
	int more;

	s->told_n = 0;
	more = load_step(s->load, now_ms, e);
	if (more < 0 || !sql_begin(s->db, &tx, e) ||
	    (s->told_n && !load_row_put_batch(s->db, s->told, s->told_n, e)) ||
	    !load_write_counts(s->load, load_counts(s->load), e) || (!more && !end(s, e)) ||
	    !sql_commit(&tx, e))
		return -1;
	return more;
}
