#include "base/utf8.h"
#include "load/parts.h"

struct offers {
	const char *publisher;
	struct known {
		const char *id;
		struct str title; /* folded */
	} * list;
	size_t n;
};

bool offers_load(struct sql_db *db, struct arena *a, const char *publisher, struct offers **ret,
		 struct err *e)
{
	struct offers *o = ARENA_NEW(a, struct offers);
	struct offer_list_row *rows;

	if (!offer_list(db, &(struct offer_list_in){ publisher }, a, &rows, &o->n, e))
		return false;
	o->publisher = publisher;
	o->list = ARENA_ARRAY(a, struct known, o->n + 1);
	for (size_t i = 0; i < o->n; i++)
		o->list[i] = (struct known){ rows[i].offer_id, fold_key(a, str_of(rows[i].title)) };
	*ret = o;
	return true;
}

static const char *by_id(const struct offers *o, struct str id)
{
	for (size_t i = 0; id.n && i < o->n; i++)
		if (str_ieq_z(id, o->list[i].id))
			return o->list[i].id;
	return NULL;
}

bool offers_has(const struct offers *o, const char *offer)
{
	return by_id(o, str_of(offer)) != NULL;
}

/* "contoso.widget", or "widget" alone. */
static const char *by_name(const struct offers *o, struct str name)
{
	size_t dot = str_find(name, '.');

	if (dot < name.n && str_ieq_z(str_upto(name, dot), o->publisher))
		return by_id(o, str_from(name, dot + 1));
	return by_id(o, name);
}

static const char *by_title(const struct offers *o, struct arena *a, struct str title)
{
	ARENA_SCOPE(a);
	struct str key = fold_key(a, title);

	for (size_t i = 0; key.n && i < o->n; i++)
		if (str_eq(key, o->list[i].title))
			return o->list[i].id;
	return NULL;
}

const char *offers_find(const struct offers *o, struct arena *a, const struct str f[SHEET_FIELDS],
			const char *otherwise, struct str *ret_named)
{
	struct str id = utf8_trim(f[SHEET_OFFER_ID]), title = utf8_trim(f[SHEET_OFFER_TITLE]);
	struct str source = utf8_trim(lead_source_read(utf8_trim(f[SHEET_LEAD_SOURCE])).offer);
	const char *found = by_name(o, id);

	if (!found)
		found = by_name(o, source);
	if (!found)
		found = by_name(o, title);
	if (!found)
		found = by_title(o, a, title.n ? title : source);
	*ret_named = id.n ? id : source.n ? source : title;
	return found ? found : *otherwise ? otherwise : NULL;
}
