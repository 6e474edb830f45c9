#include "intake/intake.h"

#include <ctype.h>
#include "base/hash.h"
#include "base/limits.h"

bool offer_split(struct arena *a, const char *full, const char *field, const char **ret_publisher,
		 const char **ret_offer, struct err *e)
{
	struct str s = str_of(full);
	size_t dot = str_find(s, '.');

	if (dot == 0 || dot + 1 >= s.n)
		return ERR_FIELD(e, ERR_INPUT, "offer.id", field,
				 "%s must be publisher.offer, such as contoso.widget.", field);
	*ret_publisher = arena_strndup(a, s.p, dot);
	*ret_offer = arena_strndup(a, s.p + dot + 1, s.n - dot - 1);
	return true;
}

static bool plain(const char *id, const char *also)
{
	size_t n = strlen(id);

	if (!n || n > LIMIT_ID)
		return false;
	for (; *id; id++)
		if (!isalnum((unsigned char)*id) && *id != '-' && *id != '_' && !strchr(also, *id))
			return false;
	return true;
}

static const char *seal_place(struct arena *a, const char *publisher, const char *offer)
{
	return arena_printf(a, "intake key %s.%s", publisher, offer);
}

static bool add_key(struct sql_db *db, struct arena *a, const struct seal *seal,
		    const char *publisher, const char *offer, int64_t now_ms, struct err *e)
{
	struct str key = str_of(rand_token(a, INTAKE_KEY_BYTES));
	struct hash h = hash_of(key);

	return intake_key_add(db,
			      &(struct intake_key_add_in){
				      { (const char *)h.b, sizeof(h.b) },
				      publisher,
				      offer,
				      seal_text(seal, a, seal_place(a, publisher, offer), key),
				      now_ms },
			      NULL, e) &&
	       version_bump(db, &(struct version_bump_in){ "keys" }, NULL, e);
}

bool offer_make(struct sql_db *db, struct arena *a, const struct seal *seal,
		const struct offer_add_in *offer, struct err *e)
{
	int64_t made;

	if (!plain(offer->publisher, "") || !plain(offer->offer, "."))
		return ERR_FIELD(e, ERR_INPUT, "offer.id", "id",
				 "An offer's id has letters, digits, '-' and '_' on both sides of "
				 "its first dot, at "
				 "most %d each.",
				 LIMIT_ID);
	if (!publisher_add(
		    db,
		    &(struct publisher_add_in){ offer->publisher, offer->publisher, offer->now },
		    NULL, e) ||
	    !offer_add(db, offer, &made, e))
		return false;
	if (!made)
		return ERR_FIELD(e, ERR_CONFLICT, "offer.exists", "id",
				 "The offer %s.%s exists already.", offer->publisher, offer->offer);
	return add_key(db, a, seal, offer->publisher, offer->offer, offer->now, e);
}

bool offer_rotate_key(struct sql_db *db, struct arena *a, const struct seal *seal,
		      const char *publisher, const char *offer, int64_t overlap_ms, int64_t now_ms,
		      struct err *e)
{
	return intake_key_expire(
		       db, &(struct intake_key_expire_in){ publisher, offer, now_ms + overlap_ms },
		       NULL, e) &&
	       add_key(db, a, seal, publisher, offer, now_ms, e);
}

bool offer_intake_url(struct sql_db *db, struct arena *a, const struct seal *seal,
		      const char *public_url, const char *publisher, const char *offer,
		      const char **ret, struct err *e)
{
	struct intake_key_current_row row;
	struct str key;
	int found = intake_key_current(db, &(struct intake_key_current_in){ publisher, offer }, a,
				       &row, e);

	if (found == 0)
		return ERR(e, ERR_NOT_FOUND, "offer.unknown", "There is no offer %s.%s.", publisher,
			   offer);
	if (found < 0 ||
	    !seal_read(seal, a, seal_place(a, publisher, offer), row.key_sealed, &key, e))
		return false;
	*ret = arena_printf(a, "%s/in/" STR_FMT, public_url, STR_ARG(key));
	return true;
}
