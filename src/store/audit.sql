-- audit_turn(publisher:t, zero:b) -> one (n:i, hash:b)
-- The number of the next row, and the hash before it. Its row's lock puts writers in one order.
INSERT INTO audit_head (publisher_id, n, hash, sealed) VALUES ($1, 1, $2, $2)
ON CONFLICT (publisher_id) DO UPDATE SET n = audit_head.n + 1
RETURNING n, hash;

-- audit_put(publisher:t, n:i, audit:u, at:i, actor:t, verb:t, ref:t, status:i, hash:b)
INSERT INTO audit (publisher_id, n, audit_id, at, actor, verb, ref, status, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- audit_end(publisher:t, hash:b, sealed:b)
UPDATE audit_head SET hash = $2, sealed = $3 WHERE publisher_id = $1;

-- audit_head(publisher:t) -> one (n:i, hash:b, sealed:b)
SELECT n, hash, sealed FROM audit_head WHERE publisher_id = $1;

-- audit_heads() -> all (publisher_id:t)
SELECT publisher_id FROM audit_head ORDER BY publisher_id;

-- audit_part(publisher:t, after:i, limit:i) -> all (audit_id:u, publisher_id:t, n:i, at:i, actor:t, verb:t, ref:t, status:i, hash:b)
SELECT audit_id, publisher_id, n, at, actor, verb, ref, status, hash
  FROM audit WHERE publisher_id = $1 AND n > $2 ORDER BY n LIMIT $3;

-- audit_page(publisher:t, before:u, since:u, actor:T, ref:T, limit:i) -> all like audit_part
-- Newest first.
-- for lead: any "1 = 1"
-- for lead: actor "actor = $4"
-- for lead: ref "ref = $5 AND ref <> ''"
SELECT audit_id, publisher_id, n, at, actor, verb, ref, status, hash
  FROM audit
 WHERE publisher_id = $1 AND {lead} AND audit_id < $2 AND audit_id >= $3
   AND ($4 IS NULL OR actor = $4) AND ($5 IS NULL OR ref = $5)
 ORDER BY audit_id DESC LIMIT $6;

-- export_audit(publisher:T) -> walk like audit_part
SELECT audit_id, publisher_id, n, at, actor, verb, ref, status, hash
  FROM audit WHERE ($1 IS NULL OR publisher_id = $1) ORDER BY publisher_id, n;

-- export_audit_count(publisher:T) -> one (n:i)
SELECT count(*) AS n FROM audit WHERE ($1 IS NULL OR publisher_id = $1);

-- actor_name(actor:u) -> one (name:t)
-- Of an account or a token.
SELECT email AS name FROM account WHERE account_id = $1
UNION ALL SELECT name FROM token WHERE token_id = $1 LIMIT 1;
