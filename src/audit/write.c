#include <string.h>
#include "audit/parts.h"

const char *audit_end_text(struct arena *a, int64_t n, struct hash hash)
{
	return arena_printf(a, "%lld %s", (long long)n, str_hex(a, hash.b, sizeof(hash.b)));
}

const char *audit_end_place(struct arena *a, const char *publisher)
{
	return arena_printf(a, "audit %s", publisher);
}

struct hash audit_hash_of(struct str bytes)
{
	struct hash h = { { 0 } };

	if (bytes.n == sizeof(h.b))
		memcpy(h.b, bytes.p, sizeof(h.b));
	return h;
}

bool audit_write(struct sql_db *db, struct arena *a, const struct seal *seal,
		 const struct audit_entry *en, struct err *e)
{
	static const struct hash zero;
	struct audit_turn_in turn = { en->publisher, { (const char *)zero.b, sizeof(zero.b) } };
	struct audit_turn_row last;
	struct audit_put_in put;
	struct audit_end_in end;
	AUTO_TX tx = { 0 };
	struct hash hash;

	if (!sql_begin(db, &tx, e) || audit_turn(db, &turn, a, &last, e) < 0)
		return false;
	hash = audit_hash(a, audit_hash_of(last.hash), last.n, en);
	put = (struct audit_put_in){
		en->publisher, last.n,     id_new(en->at_ms),
		en->at_ms,     en->actor,  en->verb,
		en->ref,       en->status, { (const char *)hash.b, sizeof(hash.b) }
	};
	end = (struct audit_end_in){ en->publisher,
				     { (const char *)hash.b, sizeof(hash.b) },
				     seal_text(seal, a, audit_end_place(a, en->publisher),
					       str_of(audit_end_text(a, last.n, hash))) };
	return audit_put(db, &put, NULL, e) && audit_end(db, &end, NULL, e) && sql_commit(&tx, e);
}
