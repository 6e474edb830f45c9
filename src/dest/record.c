/* What the kinds share that read their records back. */
#include "base/clock.h"
#include "dest/rows.h"

#define RECORDS_MAX 2000 /* of one answer: more than any of them gives */
#define WORDS_MAX   200

static const char *const standings[] = {
	[DEST_OPEN] = "open", [DEST_WORKING] = "working", [DEST_QUALIFIED] = "qualified",
	[DEST_WON] = "won",   [DEST_LOST] = "lost",       [DEST_GONE] = "gone",
};

const char *dest_standing_text(enum dest_standing s)
{
	return s >= DEST_OPEN && s <= DEST_GONE ? standings[s] : "";
}

enum dest_standing dest_standing_of(struct str text)
{
	for (enum dest_standing s = DEST_OPEN; s <= DEST_GONE; s++)
		if (str_eq_z(text, standings[s]))
			return s;
	return DEST_STANDING_NONE;
}

bool dest_take_records(const struct dest_call *c, const struct json *list, dest_record_fn *read,
		       struct dest_records *ret)
{
	size_t n = json_count(list) < RECORDS_MAX ? json_count(list) : RECORDS_MAX;

	*ret = (struct dest_records){ .all = ARENA_ARRAY(c->arena, struct dest_record, n + 1) };
	for (size_t i = 0; i < n; i++) {
		struct dest_record *r = &ret->all[ret->n];

		*r = (struct dest_record){ .standing = DEST_OPEN };
		ret->n += read(c, json_at(list, i), r) && r->remote_id && *r->remote_id;
	}
	return json_kind(list) == JSON_LIST;
}

int64_t dest_time(const struct dest_call *c, struct str text)
{
	size_t n = text.n;
	bool bare = n > 5 && (text.p[n - 5] == '+' || text.p[n - 5] == '-');
	int64_t ms;

	/* Salesforce: 2026-11-22T10:00:00.000+0000 */
	return clock_parse(bare ? arena_printf(c->arena, STR_FMT ":" STR_FMT,
					       STR_ARG(str_upto(text, n - 2)),
					       STR_ARG(str_from(text, n - 2)))
				: str_dup(c->arena, text),
			   &ms)
		       ? ms
		       : 0;
}

bool dest_differ(const struct json *a, const struct json *b)
{
	return json_str(a).n && json_str(b).n && !str_eq(json_str(a), json_str(b));
}

const char *dest_words(const struct dest_call *c, struct str text)
{
	const char *z = dest_one_line(c->arena, text, WORDS_MAX);

	return *z ? z : NULL;
}

const char *dest_since(const struct dest_call *c)
{
	char text[CLOCK_TEXT];

	clock_text(c->since_ms - c->since_ms % 1000, text);
	return arena_printf(c->arena, "%.19sZ", text);
}

bool dest_status_answers(const struct dest_common *s, const char *status)
{
	struct str rest = str_of(s->status_answers), one;

	while (status && str_split(&rest, ',', &one))
		if (str_trim(one).n && str_ieq_z(str_trim(one), status))
			return true;
	return false;
}

bool dest_read_records(const struct dest_driver *d, const struct dest_call *c,
		       const struct net_reply *r, struct dest_records *ret)
{
	AUTO_JSON j = NULL;
	struct err e;

	return json_parse(r->body, &j, &e) && d->follow->read(c, j, ret);
}
