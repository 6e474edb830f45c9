-- publisher_add(publisher:t, name:t, now:i)
INSERT INTO publisher (publisher_id, name, created_at) VALUES ($1, $2, $3)
ON CONFLICT (publisher_id) DO NOTHING;

-- publisher_list() -> all (publisher_id:t, name:t, created_at:i)
SELECT publisher_id, name, created_at FROM publisher ORDER BY publisher_id;

-- publisher_get(publisher:t) -> one (publisher_id:t, name:t, created_at:i)
SELECT publisher_id, name, created_at FROM publisher WHERE publisher_id = $1;

-- offer_add(publisher:t, offer:t, title:t, listing:t, transactable:i, now:i)
INSERT INTO offer (publisher_id, offer_id, title, listing, transactable, created_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (publisher_id, offer_id) DO NOTHING;

-- offer_set(publisher:t, offer:t, title:t, listing:t, transactable:i)
UPDATE offer SET title = $3, listing = $4, transactable = $5 WHERE publisher_id = $1 AND offer_id = $2;

-- offer_get(publisher:t, offer:t) -> one like offer_list
SELECT publisher_id, offer_id, title, listing, transactable, created_at
  FROM offer WHERE publisher_id = $1 AND offer_id = $2;

-- offer_list(publisher:T) -> all (publisher_id:t, offer_id:t, title:t, listing:t, transactable:i, created_at:i)
SELECT publisher_id, offer_id, title, listing, transactable, created_at
  FROM offer WHERE $1 IS NULL OR publisher_id = $1 ORDER BY publisher_id, offer_id;

-- intake_key_add(key_hash:b, publisher:t, offer:t, key_sealed:b, now:i)
INSERT INTO intake_key (key_hash, publisher_id, offer_id, key_sealed, created_at)
VALUES ($1, $2, $3, $4, $5);

-- intake_key_expire(publisher:t, offer:t, at:i)
-- The old keys of an offer end at the given time, unless they end sooner.
UPDATE intake_key SET expires_at = $3
 WHERE publisher_id = $1 AND offer_id = $2 AND (expires_at IS NULL OR expires_at > $3);

-- intake_key_live(now:i) -> all (key_hash:b, publisher_id:t, offer_id:t, expires_at:I)
SELECT key_hash, publisher_id, offer_id, expires_at
  FROM intake_key WHERE expires_at IS NULL OR expires_at > $1;

-- intake_key_current(publisher:t, offer:t) -> one (key_sealed:b)
SELECT key_sealed FROM intake_key
 WHERE publisher_id = $1 AND offer_id = $2 AND expires_at IS NULL
 ORDER BY created_at DESC LIMIT 1;

-- version_get(name:t) -> one (n:i)
SELECT n FROM version WHERE name = $1;

-- version_all() -> all (name:t, n:i)
SELECT name, n FROM version ORDER BY name;

-- version_bump(name:t)
UPDATE version SET n = n + 1 WHERE name = $1;

-- lease_take(name:t, holder:u, until:i, now:i) -> one (term:i)
-- Takes or renews; no row when another holds it. term counts holders: as long as it stays, nobody else had it.
INSERT INTO lease (name, holder, until_at, term) VALUES ($1, $2, $3, 1)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at,
       term = CASE WHEN lease.holder = $2 AND lease.until_at > 0 THEN lease.term ELSE lease.term + 1 END
 WHERE lease.holder = $2 OR lease.until_at < $4 OR lease.until_at > $3 + 60000
RETURNING term;

-- lease_keep(name:t, holder:u, until:i) -> one (name:t)
-- Renews; no row when another has taken it since, also if it was given back.
UPDATE lease SET until_at = $3 WHERE name = $1 AND holder = $2 AND until_at > 0 RETURNING name;

-- lease_give(name:t, holder:u)
UPDATE lease SET until_at = 0 WHERE name = $1 AND holder = $2;
