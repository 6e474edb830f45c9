/* A row: what its cells say, what it is told by, and the receipt that it becomes. */
#include <ctype.h>
#include <string.h>
#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "load/parts.h"

#define DAY      INT64_C(86400000)
#define EARLIEST INT64_C(946684800000) /* 2000-01-01: before that there was no marketplace */
#define ID_STRONG                                                                                  \
	12 /* characters of an id that no two systems have by chance; not digits alone             \
	    */
#define SHOWN 80
/* Partner Center: announcement of 2023-05, and the referrals user guide. */
#define ARCHIVED_AFTER (183 * DAY)
#define ARCHIVES_SOON  (153 * DAY)
#define EXPIRED_AFTER  (14 * DAY)
#define EXPIRES_SOON   (7 * DAY)

static const enum sheet_field sheet_of[ROW_FIELDS] = {
	[ROW_FIRST_NAME] = SHEET_FIRST_NAME,
	[ROW_LAST_NAME] = SHEET_LAST_NAME,
	[ROW_EMAIL] = SHEET_EMAIL,
	[ROW_PHONE] = SHEET_PHONE,
	[ROW_COUNTRY] = SHEET_COUNTRY,
	[ROW_COMPANY] = SHEET_COMPANY,
	[ROW_TITLE] = SHEET_TITLE,
	[ROW_FULL_NAME] = SHEET_FULL_NAME,
	[ROW_LEAD_SOURCE] = SHEET_LEAD_SOURCE,
	[ROW_ACTION_CODE] = SHEET_ACTION_CODE,
	[ROW_OFFER_TITLE] = SHEET_OFFER_TITLE,
	[ROW_DESCRIPTION] = SHEET_DESCRIPTION,
	[ROW_PRODUCT_ID] = SHEET_PRODUCT_ID,
	[ROW_STATUS] = SHEET_NO_FIELD,
	[ROW_SUBSTATUS] = SHEET_NO_FIELD,
	[ROW_DO_NOT_CONTACT] = SHEET_NO_FIELD,
	[ROW_OWNER] = SHEET_NO_FIELD,
};

static void add_problem(const struct row_way *w, struct loading *l, const char *text)
{
	l->told.problem =
		l->told.problem ? arena_printf(w->arena, "%s %s", l->told.problem, text) : text;
}

static void end(const struct row_way *w, struct loading *l, enum load_outcome outcome,
		const char *problem)
{
	l->told.outcome = outcome;
	if (problem)
		add_problem(w, l, problem);
}

static bool is_blank(const struct sheet_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (utf8_trim(row->cell[i]).n)
			return false;
	return true;
}

/* ---- what it says ---- */

static void read_date(const struct row_way *w, const struct str *f, struct loading *l)
{
	struct str text = utf8_trim(f[SHEET_RECEIVED_AT]);
	int64_t at;

	l->received_at = SQL_NULL_INT;
	if (!text.n)
		return;
	if (!when_read(text, w->order, &at) || at < EARLIEST) {
		add_problem(w, l,
			    arena_printf(w->arena,
					 "\"" STR_FMT "\" is no date that can be read: the lead "
					 "has the time of the import. Write 2026-01-31.",
					 STR_ARG(utf8_cut(text, SHOWN))));
		return;
	}
	if (at > w->now_ms + DAY) {
		add_problem(w, l,
			    "Its date is in the future: the lead has the time of the import.");
		return;
	}
	l->received_at = at < w->now_ms ? at : w->now_ms;
}

static void read_status(const struct row_way *w, const struct str *f, struct loading *l)
{
	struct str status = utf8_trim(f[SHEET_STATUS]), why = utf8_trim(f[SHEET_SUBSTATUS]);
	struct status s = status_read(w->arena, status, why);

	if (s.status) {
		l->status = lead_status_text(s.status);
		l->substatus = s.substatus;
	} else if (status.n || why.n) {
		add_problem(
			w, l,
			arena_printf(w->arena,
				     "\"" STR_FMT "\" is no status that is known: the lead is "
				     "New. Known are New, Active and Closed with their reasons.",
				     STR_ARG(utf8_cut(status.n ? status : why, SHOWN))));
	}
	l->dnc = says_yes(w->arena, utf8_trim(f[SHEET_DO_NOT_CONTACT]));
}

/* What Partner Center will not show much longer. */
static void count_clocks(const struct row_way *w, struct loading *l)
{
	int64_t age;
	bool answered = l->status && lead_status_of(str_of(l->status)) != LEAD_NEW;

	if (!w->partner_center || l->received_at == SQL_NULL_INT)
		return;
	age = w->now_ms - l->received_at;
	if (age > ARCHIVED_AFTER)
		w->counts->archived++;
	else if (age > ARCHIVES_SOON)
		w->counts->archives++;
	if (!answered && age > EXPIRED_AFTER)
		w->counts->expired++;
	else if (!answered && age > EXPIRES_SOON)
		w->counts->expires++;
}

/* ---- what it is told by ---- */

static void key_part(struct buf *b, struct str s)
{
	buf_str(b, s);
	buf_byte(b, 0x1F);
}

static void key_folded(struct arena *a, struct buf *b, struct str s)
{
	ARENA_SCOPE(a);

	key_part(b, fold_key(a, s));
}

static void key_digits(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (isdigit((unsigned char)s.p[i]))
			buf_byte(b, s.p[i]);
	buf_byte(b, 0x1F);
}

static bool is_strong(struct str id)
{
	bool letters = false;

	for (size_t i = 0; i < id.n; i++)
		letters |= !isdigit((unsigned char)id.p[i]);
	return id.n >= ID_STRONG && letters;
}

/* Its id in the system it comes from; a short one only together with the person. Else who, what
 * and when. */
static struct hash key_of(const struct row_way *w, const struct str *f, const struct loading *l)
{
	AUTO_BUF b = buf_new(LIMIT_SHEET_ROW * 4);
	struct str id = utf8_trim(f[SHEET_LEAD_ID]);

	key_part(&b, id);
	if (!is_strong(id)) {
		key_folded(w->arena, &b, f[SHEET_EMAIL]);
		key_digits(&b, f[SHEET_PHONE]);
		key_folded(w->arena, &b, f[SHEET_FIRST_NAME]);
		key_folded(w->arena, &b, f[SHEET_LAST_NAME]);
		key_folded(w->arena, &b, f[SHEET_FULL_NAME]);
		key_part(&b, str_of(l->offer));
	}
	if (!id.n) {
		key_folded(w->arena, &b, f[SHEET_COMPANY]);
		key_folded(w->arena, &b, f[SHEET_LEAD_SOURCE]);
		key_folded(w->arena, &b, f[SHEET_ACTION_CODE]);
		key_folded(w->arena, &b, f[SHEET_DESCRIPTION]);
		if (l->received_at == SQL_NULL_INT)
			key_part(&b, utf8_trim(f[SHEET_RECEIVED_AT]));
		else
			buf_int(&b, l->received_at);
	}
	MUST(buf_ok(&b));
	return hash_of(buf_view(&b));
}

/* ---- the receipt ---- */

/* Members that a JSON row does not have are no columns of it. */
static void take_columns(const struct row_way *w, const struct sheet_row *row,
			 struct row_body *body)
{
	struct str *name = ARENA_ARRAY(w->arena, struct str, row->n + 1);
	struct str *cell = ARENA_ARRAY(w->arena, struct str, row->n + 1);

	for (size_t i = 0; i < row->n; i++) {
		if (!row->cell[i].n && (i >= w->columns || !w->name[i].n))
			continue;
		name[body->n] = i < w->columns ? w->name[i] : STR("");
		cell[body->n++] = row->cell[i];
	}
	body->name = name;
	body->cell = cell;
}

static bool write_body(const struct row_way *w, const struct sheet_row *row, const struct str *f,
		       struct loading *l)
{
	AUTO_BUF b = buf_new(LIMIT_BODY_MAX);
	struct row_body body = { .n = 0 };

	take_columns(w, row, &body);
	for (int i = 0; i < ROW_FIELDS; i++)
		if (sheet_of[i] != SHEET_NO_FIELD && utf8_trim(f[sheet_of[i]]).n)
			body.value[i] = f[sheet_of[i]];
	body.value[ROW_STATUS] = str_of(l->status);
	body.value[ROW_SUBSTATUS] = str_of(l->substatus);
	if (l->dnc)
		body.value[ROW_DO_NOT_CONTACT] = STR("true");
	row_write(&body, &b);
	if (!buf_ok(&b))
		return false;
	l->body = (struct str){ arena_strndup(w->arena, b.p, b.n), b.n };
	l->body_hash = hash_of(l->body);
	l->test = memmem(l->body.p, l->body.n, "MSFT_TEST_", 10) != NULL;
	return true;
}

static bool has_lead(const struct str *f)
{
	for (int i = 0; i <= SHEET_FULL_NAME; i++)
		if (utf8_trim(f[i]).n)
			return true;
	return utf8_trim(f[SHEET_LEAD_SOURCE]).n > 0;
}

static void no_offer(const struct row_way *w, struct str named, struct loading *l)
{
	end(w, l, LOAD_REFUSED,
	    named.n ? arena_printf(w->arena,
				   "%s has no offer \"" STR_FMT "\": add it, or say which offer "
				   "such rows belong to.",
				   w->publisher, STR_ARG(utf8_cut(named, SHOWN)))
		    : "It names no offer: say which offer such rows belong to.");
}

void row_take(const struct row_way *w, const struct sheet_map *map, const struct sheet_row *row,
	      struct loading *l)
{
	struct str f[SHEET_FIELDS], named;

	*l = (struct loading){ .told = { .n = row->number, .line = row->line },
			       .received_at = SQL_NULL_INT };
	if (row->problem)
		l->told.problem = arena_strdup(w->arena, row->problem);
	if (row->flags & SHEET_BROKEN) {
		end(w, l, LOAD_REFUSED, NULL);
		return;
	}
	if (is_blank(row)) {
		end(w, l, LOAD_IGNORED, NULL);
		return;
	}
	sheet_map_row(w->arena, map, row, f);
	if (!has_lead(f)) {
		end(w, l, LOAD_REFUSED,
		    "There is no lead in it: neither a name, an e-mail address, a phone number or "
		    "another contact field, nor a lead source. Say which columns hold them.");
		return;
	}
	if (!utf8_trim(f[SHEET_ACTION_CODE]).n)
		f[SHEET_ACTION_CODE] = f[SHEET_CALL_TO_ACTION];
	f[SHEET_ACTION_CODE] = action_of_call(w->arena, f[SHEET_ACTION_CODE]);
	l->offer = offers_find(w->offers, w->arena, f, w->offer, &named);
	if (!l->offer) {
		no_offer(w, named, l);
		return;
	}
	read_date(w, f, l);
	read_status(w, f, l);
	l->key = key_of(w, f, l);
	if (!write_body(w, row, f, l)) {
		end(w, l, LOAD_REFUSED, "It is longer than a lead may be.");
		return;
	}
	end(w, l, LOAD_NEW, NULL);
	count_clocks(w, l);
}
