-- Teams, and how far somebody reaches: src/reach.

-- team_list(publisher:t) -> all (team_id:u, name:t, created_at:i)
SELECT team_id, name, created_at FROM team WHERE publisher_id = $1 ORDER BY team_id;

-- team_get(publisher:t, team:u) -> one like team_list
SELECT team_id, name, created_at FROM team WHERE publisher_id = $1 AND team_id = $2;

-- team_add(publisher:t, team:u, name:t, now:i)
INSERT INTO team (publisher_id, team_id, name, created_at) VALUES ($1, $2, $3, $4);

-- team_set(publisher:t, team:u, name:T) -> one (team_id:u, name:t, created_at:i)
-- NULL: as it is called. No row: it is gone.
UPDATE team SET name = COALESCE($3, name) WHERE publisher_id = $1 AND team_id = $2
RETURNING team_id, name, created_at;

-- team_remove(publisher:t, team:u)
DELETE FROM team WHERE publisher_id = $1 AND team_id = $2;

-- team_any_lead(publisher:t, team:u) -> one (lead_id:u)
SELECT lead_id FROM lead WHERE publisher_id = $1 AND team_id = $2 LIMIT 1;

-- team_members(publisher:t, team:u) -> all (account_id:u, email:t, name:t, active:i, joined_at:i)
SELECT m.account_id, a.email, a.name, a.active, m.joined_at
  FROM team_member m JOIN account a ON a.account_id = m.account_id
 WHERE m.publisher_id = $1 AND m.team_id = $2 ORDER BY m.account_id;

-- team_join(publisher:t, account:u, team:u, now:i)
INSERT INTO team_member (publisher_id, account_id, team_id, joined_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (publisher_id, account_id, team_id) DO NOTHING;

-- team_leave(publisher:t, account:u, team:u)
DELETE FROM team_member WHERE publisher_id = $1 AND account_id = $2 AND team_id = $3;

-- team_brings(publisher:t, account:u, team:u) -> all (lead_id:u)
-- The leads of whoever joins come into the team unless they are in one.
UPDATE lead SET team_id = $3
 WHERE publisher_id = $1 AND owner_id = $2 AND team_id IS NULL
RETURNING lead_id;

-- lead_team_set(publisher:t, lead:u, team:U)
UPDATE lead SET team_id = $3 WHERE publisher_id = $1 AND lead_id = $2;

-- reach_teams(publisher:t, account:u) -> all (team_id:u)
SELECT team_id FROM team_member WHERE publisher_id = $1 AND account_id = $2 ORDER BY team_id;

-- reach_offers(publisher:t, holder:u) -> all (offer_id:t)
SELECT offer_id FROM reach_offer WHERE publisher_id = $1 AND holder_id = $2 ORDER BY offer_id;

-- reach_offer_put(publisher:t, holder:u, offer:t)
INSERT INTO reach_offer (publisher_id, holder_id, offer_id) VALUES ($1, $2, $3)
ON CONFLICT (publisher_id, holder_id, offer_id) DO NOTHING;

-- reach_offers_gone(publisher:t, holder:u)
DELETE FROM reach_offer WHERE publisher_id = $1 AND holder_id = $2;

-- reach_lead(publisher:t, lead:u) -> one (owner_id:U, team_id:U, offer_id:t)
-- batch: set
-- What tells who reaches a lead.
SELECT owner_id, team_id, offer_id FROM lead WHERE publisher_id = $1 AND lead_id = $2;

-- reach_customer(publisher:t, customer:u) -> all (owner_id:U, team_id:U, offer_id:t)
-- The same of all leads of a customer, each once.
SELECT DISTINCT owner_id, team_id, offer_id FROM lead WHERE publisher_id = $1 AND customer_id = $2;

-- reach_counts(publisher:t, owner:U, team:U, offer:T, now:i, limit:i) -> all (offer_id:t, kind:t, test:i, n:i, unread:i, owed:i, overdue:i, unowned:i, unowned_owed:i)
-- What there is in the newest leads of one part of a reach.
-- for part: owner "l.owner_id = $2"
-- for part: team "l.team_id = $3"
-- for part: offer "l.offer_id = $4"
SELECT f.offer_id, f.kind, f.test, count(*) AS n,
       CAST(sum(CASE WHEN f.test = 0 AND f.read_at IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS unread,
       CAST(sum(CASE WHEN f.due_sort < 4102444800000 THEN 1 ELSE 0 END) AS BIGINT) AS owed,
       CAST(sum(CASE WHEN f.due_sort < $5 THEN 1 ELSE 0 END) AS BIGINT) AS overdue,
       CAST(sum(f.unowned) AS BIGINT) AS unowned,
       CAST(sum(CASE WHEN f.due_sort < 4102444800000 THEN f.unowned ELSE 0 END) AS BIGINT) AS unowned_owed
  FROM (SELECT l.offer_id, l.kind, l.test, l.read_at, l.due_sort,
               CASE WHEN l.owner_id IS NULL AND l.status <> 'Closed' AND l.test = 0 AND l.kind <> 'information' THEN 1 ELSE 0 END AS unowned
          FROM lead l WHERE l.publisher_id = $1 AND {part} ORDER BY l.seq DESC LIMIT $6) f
 GROUP BY f.offer_id, f.kind, f.test;

-- reach_owed(publisher:t, owner:U, team:U, due_below:i, limit:i) -> one (n:i)
-- How many of one part of a reach owe a first response, by the index of their clock.
-- for part: owner "l.owner_id = $2"
-- for part: team "l.team_id = $3"
SELECT count(*) AS n FROM (SELECT l.seq FROM lead l WHERE l.publisher_id = $1 AND {part} AND l.due_sort < $4 LIMIT $5) few;

-- reach_stages(publisher:t, owner:U, team:U, offer:T, limit:i) -> all (process_id:T, stage:T, currency:T, n:i, value:i)
-- Where the newest Active leads of one part of a reach stand, and what they are worth; NULL: nowhere yet.
-- for part: owner "l.owner_id = $2 AND l.owner_id IS NOT NULL"
-- for part: team "l.team_id = $3 AND l.team_id IS NOT NULL"
-- for part: offer "l.offer_id = $4"
SELECT s.process_id, s.stage, s.currency, count(*) AS n, CAST(COALESCE(sum(s.value), 0) AS BIGINT) AS value
  FROM (SELECT l.lead_id FROM lead l
         WHERE l.publisher_id = $1 AND {part} AND l.status = 'Active' ORDER BY l.seq DESC LIMIT $5) f
  LEFT JOIN lead_stage s ON s.publisher_id = $1 AND s.lead_id = f.lead_id
 GROUP BY s.process_id, s.stage, s.currency;

-- reach_golden(publisher:t, customer:u, owner:U, team:U, offer:T, limit:i) -> all like golden_leads
-- The same for one part of a reach.
SELECT lead_id, seq, received_at, touched_at, action, test, dnc, first_name, last_name, email, phone, country, company, title,
       owner_id, team_id, offer_id
  FROM lead WHERE publisher_id = $1 AND customer_id = $2
   AND CASE WHEN ($3 IS NULL OR owner_id = $3) AND ($4 IS NULL OR team_id = $4) AND ($5 IS NULL OR offer_id = $5) THEN 1 ELSE 0 END = 1
 ORDER BY +seq DESC LIMIT $6;

-- reach_span(publisher:t, customer:u, owner:U, team:U, offer:T) -> one (n:i, first_at:i, last_at:i)
SELECT count(*) AS n, COALESCE(min(received_at), 0) AS first_at, COALESCE(max(touched_at), 0) AS last_at
  FROM lead WHERE publisher_id = $1 AND customer_id = $2
   AND CASE WHEN ($3 IS NULL OR owner_id = $3) AND ($4 IS NULL OR team_id = $4) AND ($5 IS NULL OR offer_id = $5) THEN 1 ELSE 0 END = 1;
