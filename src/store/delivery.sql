-- delivery_page(publisher:t, before:u, limit:i, since:u, state:T, destination:U, lead:U) -> all (delivery_id:u, publisher_id:t, destination_id:u, lead_id:u, state:t, attempts:i, replays:i, created_at:i, next_at:i, done_at:I, outcome:T, http_status:I, code:T, detail:T, remote_id:T, recipient:t, destination_kind:T, destination_name:T, first_name:T, last_name:T, company:T, email:T, test:I)
-- Newest first: a delivery's id rises with the time of its lead. filter: the index that leads; one bound on either
-- side of the id, and of one lead's no bound and no order that an index knows, or SQLite takes the one by id.
-- for filter: any "d.delivery_id < $2 AND d.delivery_id >= $4", "d.delivery_id"
-- for filter: state "d.state = $5 AND d.state <> 'done' AND d.delivery_id < $2 AND d.delivery_id >= $4", "d.delivery_id"
-- for filter: lead "d.lead_id = $7 AND CASE WHEN d.delivery_id < $2 AND d.delivery_id >= $4 THEN 1 ELSE 0 END = 1", "COALESCE(d.delivery_id, $2)"
SELECT d.delivery_id, d.publisher_id, d.destination_id, d.lead_id, d.state, d.attempts, d.replays, d.created_at,
       d.next_at, d.done_at, d.outcome, d.http_status, d.code, d.detail, d.remote_id, d.recipient,
       t.kind AS destination_kind, t.name AS destination_name,
       l.first_name, l.last_name, l.company, l.email, l.test
  FROM delivery d
  LEFT JOIN destination t ON t.publisher_id = d.publisher_id AND t.destination_id = d.destination_id
  LEFT JOIN lead l ON l.publisher_id = d.publisher_id AND l.lead_id = d.lead_id
 WHERE d.publisher_id = $1 AND {filter} AND ($5 IS NULL OR d.state = $5) AND ($6 IS NULL OR d.destination_id = $6)
   AND ($7 IS NULL OR d.lead_id = $7)
 ORDER BY {filter.2} DESC LIMIT $3;

-- delivery_get(publisher:t, delivery:u) -> one like delivery_page
SELECT d.delivery_id, d.publisher_id, d.destination_id, d.lead_id, d.state, d.attempts, d.replays, d.created_at,
       d.next_at, d.done_at, d.outcome, d.http_status, d.code, d.detail, d.remote_id, d.recipient,
       t.kind AS destination_kind, t.name AS destination_name,
       l.first_name, l.last_name, l.company, l.email, l.test
  FROM delivery d
  LEFT JOIN destination t ON t.publisher_id = d.publisher_id AND t.destination_id = d.destination_id
  LEFT JOIN lead l ON l.publisher_id = d.publisher_id AND l.lead_id = d.lead_id
 WHERE d.publisher_id = $1 AND d.delivery_id = $2;

-- attempt_list(publisher:t, delivery:u) -> all (n:i, at:i, duration_ms:i, outcome:t, http_status:I, code:T, detail:T)
SELECT n, at, duration_ms, outcome, http_status, code, detail
  FROM attempt WHERE publisher_id = $1 AND delivery_id = $2 ORDER BY n LIMIT 1000;

-- delivery_pending(publisher:t, destination:u) -> one (n:i)
-- The states are named as the index of what is not over names them, so that it serves.
SELECT count(*) AS n FROM delivery
 WHERE publisher_id = $1 AND destination_id = $2 AND state IN ('due', 'leased', 'parked') AND state <> 'parked';

-- delivery_cancel_for(publisher:t, destination:u, code:t)
-- The destination is removed: what it is still owed is cancelled.
UPDATE delivery SET state = 'cancelled', code = $3, lease_until = NULL, lease_holder = NULL
 WHERE publisher_id = $1 AND destination_id = $2 AND state IN ('due', 'leased', 'parked');

-- delivery_unpark(publisher:t, destination:u, now:i)
-- New settings, or a person says go on: what is parked, or waits, is due now and has all its time again; their order
-- is their id's.
UPDATE delivery SET state = 'due', next_at = $3, since_at = $3
 WHERE publisher_id = $1 AND destination_id = $2 AND state IN ('due', 'leased', 'parked') AND state <> 'leased';

-- delivery_replay(publisher:t, delivery:u, now:i) -> one (delivery_id:u)
-- The same delivery once more, under the same id. Not while one is under way, and not of a lead that was erased.
UPDATE delivery SET state = 'due', replays = replays + 1, since_at = $3, next_at = $3, done_at = NULL
 WHERE publisher_id = $1 AND delivery_id = $2 AND state IN ('done', 'rejected', 'parked', 'expired', 'cancelled')
   AND COALESCE(code, '') <> 'erased'
RETURNING delivery_id;

-- delivery_count(publisher:t, state:t) -> one (n:i)
-- States other than done: few rows, and an index of their own. Counted up to a limit that says "many".
SELECT count(*) AS n FROM
  (SELECT 1 FROM delivery WHERE publisher_id = $1 AND state = $2 AND state <> 'done' LIMIT 10000) waiting;

-- attempt_sweep(publisher:t, before:u, at:i, limit:i) -> all (delivery_id:u)
-- Attempts made before a time, of deliveries made before it: a replay's attempts are as young as the replay.
DELETE FROM attempt
 WHERE publisher_id = $1 AND at < $3 AND delivery_id IN (
       SELECT a.delivery_id FROM attempt a WHERE a.publisher_id = $1 AND a.delivery_id < $2 AND a.at < $3
        ORDER BY a.delivery_id LIMIT $4)
RETURNING delivery_id;
